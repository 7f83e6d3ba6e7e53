package simulator

import (
	"math"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
)

const gimbalRateDegS = 60.0

// gimbal is the mount of the camera: free (forward), at an angle, or on a point of the ground.
type gimbal struct {
	pitchDeg, yawDeg   float64 // where it points: pitch from the horizon, yaw true
	onPoint            bool
	point              geo.ENU
	wantPitch, wantYaw float64
	locked             bool    // yaw is held in the earth frame
	offset             float64 // else it follows the nose, this far to the right
}

func (g *gimbal) look(p geo.ENU) { g.onPoint, g.point = true, p }

func (g *gimbal) free() { g.onPoint, g.locked, g.wantPitch, g.offset = false, false, 0, 0 }

// angle points pitch degrees from the horizon, forward.
func (g *gimbal) angle(pitch, yaw float64) {
	if finite(pitch) {
		g.onPoint, g.locked, g.offset, g.wantPitch = false, false, 0, clamp(pitch, -90, 30)
	}
	if finite(yaw) {
		g.wantYaw = wrap360(yaw)
	}
}

// aimGimbal turns the mount towards what it was told.
func (v *vehicle) aimGimbal() {
	g := &v.gimbal
	v.jogMount()
	if g.onPoint {
		d := sub(g.point, v.estimate())
		g.wantPitch = clamp(math.Atan2(d.U, d.Horizontal())*180/math.Pi, -90, 30)
		if d.Horizontal() > 0.5 {
			g.wantYaw = heading(d.E, d.N)
		}
	} else if !g.locked && v.body.headingDeg+g.offset == g.yawDeg && g.pitchDeg == g.wantPitch {
		return // it points there: so it is most of the time in a dock
	} else if !g.locked {
		g.wantYaw = wrap360(v.body.headingDeg + g.offset)
	}
	step := gimbalRateDegS * dt
	g.pitchDeg = approach(g.pitchDeg, g.wantPitch, step)
	g.yawDeg = wrap360(g.yawDeg + clamp(turn(g.yawDeg, g.wantYaw), -step, step))
}

// gimbalStatus is GIMBAL_DEVICE_ATTITUDE_STATUS; the yaw is in the earth frame, and the flags say so, and whether it is held
// there or follows the nose.
func (v *vehicle) gimbalStatus(boot uint32) *common.MessageGimbalDeviceAttitudeStatus {
	flags := common.GIMBAL_DEVICE_FLAGS_ROLL_LOCK | common.GIMBAL_DEVICE_FLAGS_PITCH_LOCK | common.GIMBAL_DEVICE_FLAGS_YAW_IN_EARTH_FRAME
	if v.gimbal.locked || v.gimbal.onPoint {
		flags |= common.GIMBAL_DEVICE_FLAGS_YAW_LOCK
	}
	p, y := v.gimbal.pitchDeg*math.Pi/360, v.gimbal.yawDeg*math.Pi/360
	sp, cp := math.Sincos(p)
	sy, cy := math.Sincos(y)
	return &common.MessageGimbalDeviceAttitudeStatus{
		TimeBootMs:     boot,
		Flags:          flags,
		Q:              [4]float32{float32(cp * cy), float32(-sp * sy), float32(sp * cy), float32(cp * sy)},
		GimbalDeviceId: 1,
	}
}
