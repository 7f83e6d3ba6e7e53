import type { Area } from './lang.svelte'

/** What a click on the picture gives: a place with its error, or why there is none. */
export const spot = {
  hint: ['点击画面取坐标', 'Click on the picture for a coordinate'],
  centre: ['画面中心', 'Its centre'],
  title: ['画面坐标', 'Place in the picture'],
  surveyed: ['地面海拔 {alt} m（高程数据）', 'Ground {alt} m AMSL, as surveyed'],
  level: ['地面海拔 {alt} m（按平地）', 'Ground {alt} m AMSL, taken as level'],
  error: ['95 % 误差椭圆 {major} × {minor} m，长轴方位 {bearing}°', '95 % within {major} × {minor} m, longer axis {bearing}°'],
  capture: ['画面拍摄于 {time}', 'Picture taken at {time}'],
  arrival: ['仅知画面到达时刻 {time}，运动中误差更大', 'Only its arrival is known, {time}: less exact in motion'],
  copy: ['复制坐标', 'Copy'],
  copied: ['已复制', 'Copied'],
  look: ['看这里', 'Look here'],
  go: ['飞到这里', 'Fly here'],
  sky: ['无地面：视线在地平线之上', 'No ground there: the ray is above the horizon'],
  far: ['无地面：太远，坐标不可用', 'No ground near enough there for a coordinate'],
  position: ['位置太旧：该画面时刻的飞行器位置未知', 'Pose too old: its position at the time of the picture is not known'],
  gimbal: ['姿态太旧：该画面时刻的镜头朝向未知', 'Pose too old: where its camera looked at the time of the picture is not known'],
  zoom: ['镜头视场未知，无法计算坐标', 'No coordinate: the field of view of its camera is not known'],
  clock: ['该画面的时刻未知，无法计算坐标', 'No coordinate: the time of the picture is not known'],
} as const satisfies Area
