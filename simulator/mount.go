package simulator

import (
	"math"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

// mountDevice is the number of the autopilot's own gimbal (gimbal protocol v2: 1 to 6 of one without MAVLink).
const mountDevice = 1

const mountRateDegS = 60.0

// mount is the gimbal manager on the autopilot: who controls the gimbal, and how.
type mount struct {
	system, component  uint8 // in primary control; 0 nobody
	second, secondComp uint8
	flags              common.GIMBAL_MANAGER_FLAGS
	pitchRate, yawRate float64 // degrees a second, while turned by rate
}

// configureMount is MAV_CMD_DO_GIMBAL_MANAGER_CONFIGURE: 0 nobody, -1 as it is, -2 the sender, -3 not the sender.
func (v *vehicle) configureMount(c command) common.MAV_RESULT {
	if !finite(c.p[0], c.p[1], c.p[2], c.p[3], c.p[6]) || c.p[6] != 0 && c.p[6] != mountDevice {
		return common.MAV_RESULT_DENIED
	}
	m := &v.mount
	change := func(now, sender uint8, want float64) (uint8, bool) {
		switch {
		case want == -1:
			return now, true
		case want == -2:
			return sender, true
		case want == -3 && now == sender:
			return 0, true
		case want == -3:
			return now, true
		case want >= 0 && want <= 255:
			return uint8(want), true
		}
		return now, false
	}
	ok := [4]bool{}
	var to [4]uint8
	to[0], ok[0] = change(m.system, c.from.system, c.p[0])
	to[1], ok[1] = change(m.component, c.from.component, c.p[1])
	to[2], ok[2] = change(m.second, c.from.system, c.p[2])
	to[3], ok[3] = change(m.secondComp, c.from.component, c.p[3])
	if ok != [4]bool{true, true, true, true} {
		return common.MAV_RESULT_DENIED
	}
	m.system, m.component, m.second, m.secondComp = to[0], to[1], to[2], to[3]
	v.send(v.mountStatus(v.sinceBootMS(v.w.now)))
	return common.MAV_RESULT_ACCEPTED
}

// controls says whether a sender may turn the gimbal.
func (m *mount) controls(f frame) bool {
	return f.system == m.system && f.component == m.component || f.system == m.second && f.component == m.secondComp && m.second != 0
}

// pitchYaw is MAV_CMD_DO_GIMBAL_MANAGER_PITCHYAW, degrees.
func (v *vehicle) pitchYaw(c command) common.MAV_RESULT {
	if !v.mount.controls(c.from) || c.p[6] != 0 && c.p[6] != mountDevice {
		return common.MAV_RESULT_DENIED
	}
	v.turnMount(c.p[0], c.p[1], c.p[2], c.p[3], common.GIMBAL_MANAGER_FLAGS(max(0, c.p[4])))
	return common.MAV_RESULT_ACCEPTED
}

// setPitchYaw is GIMBAL_MANAGER_SET_PITCHYAW, radians.
func (v *vehicle) setPitchYaw(f frame, m *common.MessageGimbalManagerSetPitchyaw) {
	if !v.mount.controls(f) || m.GimbalDeviceId != 0 && m.GimbalDeviceId != mountDevice {
		return
	}
	const d = 180 / math.Pi
	v.turnMount(float64(m.Pitch)*d, float64(m.Yaw)*d, float64(m.PitchRate)*d, float64(m.YawRate)*d, m.Flags)
}

// turnMount carries out angles or rates; what is no number stays as it is.
func (v *vehicle) turnMount(pitch, yaw, pitchRate, yawRate float64, flags common.GIMBAL_MANAGER_FLAGS) {
	g, m := &v.gimbal, &v.mount
	lock := flags&common.GIMBAL_MANAGER_FLAGS_YAW_LOCK != 0
	if lock != g.locked || g.onPoint { // the angle goes on from where it stands
		g.wantPitch, g.wantYaw = g.pitchDeg, g.yawDeg
		g.offset = turn(v.body.headingDeg, g.yawDeg)
	}
	m.flags, g.onPoint, g.locked = flags, false, lock
	m.pitchRate, m.yawRate = 0, 0
	if flags&(common.GIMBAL_MANAGER_FLAGS_RETRACT|common.GIMBAL_MANAGER_FLAGS_NEUTRAL) != 0 {
		g.locked, g.wantPitch, g.offset = false, 0, 0
		return
	}
	if finite(pitch) {
		g.wantPitch = clamp(pitch, -90, 30)
	} else if finite(pitchRate) {
		m.pitchRate = clamp(pitchRate, -mountRateDegS, mountRateDegS)
	}
	switch {
	case finite(yaw) && lock:
		g.wantYaw = wrap360(yaw)
	case finite(yaw):
		g.offset = clamp(yaw, -180, 180)
	case finite(yawRate):
		m.yawRate = clamp(yawRate, -mountRateDegS, mountRateDegS)
	}
}

// jogMount moves what the gimbal is to point at by the rates it was given.
func (v *vehicle) jogMount() {
	g, m := &v.gimbal, &v.mount
	if g.onPoint {
		return
	}
	g.wantPitch = clamp(g.wantPitch+m.pitchRate*dt, -90, 30)
	if g.locked {
		g.wantYaw = wrap360(g.wantYaw + m.yawRate*dt)
	} else {
		g.offset = clamp(g.offset+m.yawRate*dt, -180, 180)
	}
}

func (v *vehicle) mountStatus(boot uint32) *common.MessageGimbalManagerStatus {
	m := &v.mount
	return &common.MessageGimbalManagerStatus{TimeBootMs: boot, Flags: m.flags, GimbalDeviceId: mountDevice, PrimaryControlSysid: m.system,
		PrimaryControlCompid: m.component, SecondaryControlSysid: m.second, SecondaryControlCompid: m.secondComp}
}

func (v *vehicle) mountInformation(boot uint32) *common.MessageGimbalManagerInformation {
	return &common.MessageGimbalManagerInformation{TimeBootMs: boot, GimbalDeviceId: mountDevice,
		CapFlags: common.GIMBAL_MANAGER_CAP_FLAGS_HAS_NEUTRAL | common.GIMBAL_MANAGER_CAP_FLAGS_HAS_PITCH_AXIS | common.GIMBAL_MANAGER_CAP_FLAGS_HAS_PITCH_LOCK |
			common.GIMBAL_MANAGER_CAP_FLAGS_HAS_YAW_AXIS | common.GIMBAL_MANAGER_CAP_FLAGS_HAS_YAW_FOLLOW |
			common.GIMBAL_MANAGER_CAP_FLAGS_HAS_YAW_LOCK | common.GIMBAL_MANAGER_CAP_FLAGS_CAN_POINT_LOCATION_GLOBAL,
		PitchMin: -math.Pi / 2, PitchMax: math.Pi / 6, YawMin: -math.Pi, YawMax: math.Pi}
}
