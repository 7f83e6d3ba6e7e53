import type { Check } from '../wire/gen'
import { language, t, type Area, type Text } from './lang.svelte'

/** What a vehicle's own checks object to, by the name of the event; others are shown in the vehicle's own words. */
export const check: Area = {
  check_modes_attitude: ['没有有效的姿态估计', 'No valid attitude estimate'],
  check_modes_local_pos: ['没有有效的位置估计', 'No valid position estimate'],
  check_modes_local_alt: ['没有有效的高度估计', 'No valid altitude estimate'],
  check_modes_global_pos: ['没有有效的全球位置估计', 'No valid global position estimate'],
  check_modes_home_position: ['未设置返航点', 'Home position not set'],
  check_modes_mission: ['没有有效的航线', 'No valid mission available'],
  check_modes_manual_control: ['没有遥控输入', 'No manual control input'],
  check_modes_cannot_takeoff: ['当前模式不能起飞', 'Mode not suitable for take-off'],
  check_system_no_home_pos: ['需要返航点', 'Home position required'],
  check_system_no_global_pos: ['需要全球位置估计', 'Global position estimate required'],
  check_system_flight_term_active: ['飞行终止已触发', 'Flight termination active'],
  check_mission_failure: ['航线无法完成', 'Mission cannot be completed'],
  check_battery_low: ['电池电量低', 'Low battery'],
  check_battery_critical: ['电池电量严重不足', 'Critical battery'],
  check_battery_emergency: ['电池电量告急', 'Emergency battery level'],
  check_battery_unhealthy: ['电池异常', 'Battery unhealthy'],
  check_battery_rem_flight_time_low: ['剩余飞行时间不足', 'Remaining flight time low'],
  check_estimator_gps_fix_too_low: ['卫星定位类型不足', 'GPS fix too low'],
  check_estimator_gps_num_sats_too_low: ['卫星数量不足', 'Not enough GPS satellites'],
  check_estimator_gps_hor_pos_err_too_high: ['卫星水平误差过大', 'GPS horizontal position error too high'],
  check_estimator_gps_jamming_critical: ['检测到卫星信号干扰', 'GPS jamming detected'],
  check_estimator_mag_interference: ['强磁场干扰', 'Strong magnetic interference'],
  check_failure_detector_motor: ['检测到电机故障', 'Motor failure detected'],
  check_failure_detector_arm_esc: ['电调故障', 'ESC failure'],
  check_failure_detector_imbalanced_prop: ['螺旋桨不平衡', 'Imbalanced propeller detected'],
  check_gf_no_home: ['围栏返航需要返航点', 'Geofence return requires valid home'],
  check_gf_violation_custom_gf: ['接近或超出电子围栏', 'Approaching or outside the geofence'],
  check_missing_fmu_sdcard: ['缺少存储卡', 'Missing SD card'],
  check_open_drone_id_missing: ['远程识别模块缺失', 'Open Drone ID system missing'],
}

/** The sentences of a vehicle that matter most, in its own words and in Chinese. */
const sentences: readonly (readonly [RegExp, Text])[] = [
  [/^Arming denied: (?<why>.*)$/, ['拒绝解锁：{why}', 'Arming denied: {why}']],
  [/^Disarming denied: (?<why>.*)$/, ['拒绝上锁：{why}', 'Disarming denied: {why}']],
  [/^Mission rejected: (?<why>.*)$/, ['航线被拒绝：{why}', 'Mission rejected: {why}']],
  [/^Resolve system health failures first$/, ['请先排除自检故障', 'Resolve system health failures first']],
  [/^not landed$/, ['尚未着陆', 'not landed']],
  [/^Mission start denied! No valid mission$/, ['拒绝开始：没有有效航线', 'Mission start denied! No valid mission']],
  [/^Geofence violation for waypoint (?<n>\d+)$/, ['航点 {n} 超出围栏', 'Geofence violation for waypoint {n}']],
  [/^Reposition is outside geofence$/, ['目标点在围栏外', 'Reposition is outside geofence']],
  [/^Connection to ground control station lost$/, ['与地面站的链路中断', 'Connection to ground control station lost']],
  [/^GCS connection regained$/, ['与地面站的链路恢复', 'GCS connection regained']],
  [/^Manual control lost$/, ['遥控信号丢失', 'Manual control lost']],
  [/^Pilot took over using sticks$/, ['飞手已用摇杆接管', 'Pilot took over using sticks']],
  [/^Low battery level, return advised$/, ['电量低，建议返航', 'Low battery level, return advised']],
  [/^Critical battery level, land now$/, ['电量严重不足，请立即降落', 'Critical battery level, land now']],
  [/^Emergency battery level, land immediately$/, ['电量告急，立即降落', 'Emergency battery level, land immediately']],
  [/^Failsafe activated: (?<why>.*)$/, ['失效保护启动：{why}', 'Failsafe activated: {why}']],
  [/^Armed by (?<by>.*)$/, ['已解锁（{by}）', 'Armed by {by}']],
  [/^Disarmed by (?<by>.*)$/, ['已上锁（{by}）', 'Disarmed by {by}']],
  [/^Takeoff detected$/, ['已起飞', 'Takeoff detected']],
  [/^Landing detected$/, ['已着陆', 'Landing detected']],
  [/^Returning to launch$/, ['正在返航', 'Returning to launch']],
  [/^Executing Mission$/, ['正在执行航线', 'Executing Mission']],
  [/^Landing at current position$/, ['就地降落', 'Landing at current position']],
  [/^Mission finished, (?:landed|loitering)$/, ['航线完成', 'Mission finished']],
]

/** What a vehicle said, in the operator's language; what we do not know stays as it is. */
export function saidText(text: string): string {
  if (language.current !== 'zh') return text
  for (const [pattern, said] of sentences) {
    const match = pattern.exec(text)
    if (match !== null) return t(said, Object.fromEntries(Object.entries(match.groups ?? {}).map(([name, v = '']) => [name, saidText(v)])))
  }
  return text
}

/** What a vehicle's check is about, as PX4's health_component_t names it. */
const component: Readonly<Record<string, string>> = {
  'Absolute pressure': '气压', 'Differential pressure': '空速', GPS: '卫星定位', 'Optical flow': '光流', 'Vision position estimate': '视觉定位',
  'Distance sensor': '测距', 'Remote Control (RC or Joystick)': '遥控', 'Motors/ESCs': '电机与电调', UTM: '空管系统', Logging: '日志', Battery: '电池',
  'Communication links': '通信链路', 'Rate controller': '角速率控制', 'Attitude controller': '姿态控制', 'Position controller': '位置控制',
  'Attitude estimate': '姿态估计', 'Local position estimate': '本地位置估计', Mission: '航线', Avoidance: '避障', System: '系统', Camera: '相机',
  Gimbal: '云台', Payload: '载荷', 'Global position estimate': '全球位置估计', Storage: '存储', Parachute: '降落伞', Magnetometer: '磁力计',
  Accelerometer: '加速度计', Gyroscope: '陀螺仪', 'Open Drone ID system': '远程识别',
}

export const componentText = (name: string): string => (language.current === 'zh' ? (component[name] ?? name) : name)

/** One objection of a vehicle, in the operator's language. */
export function checkText(c: Check): string {
  const known = check[c.name]
  return language.current === 'zh' && known ? t(known) : c.text
}
