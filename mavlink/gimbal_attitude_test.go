package mavlink

import (
	"math"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

// Straight down only the sum of yaw and roll is told; it is the azimuth of the picture's upper edge.
func TestAGimbalThatLooksStraightDown(t *testing.T) {
	for _, c := range []struct{ yaw, pitch, roll float64 }{
		{120, -90, 0}, {300, -90, 0}, {0, -90, 0}, {120, -89.99, 0}, {45, 90, 0}, {200, -45, 0}, {30, -60, 20}, {359, 10, -5},
	} {
		w := newWorld(t, 9, goodRadio)
		w.settle()
		half := func(deg float64) (s, c float64) { return math.Sincos(deg * math.Pi / 360) }
		sy, cy := half(c.yaw)
		sp, cp := half(c.pitch)
		sr, cr := half(c.roll)
		w.v.send(&common.MessageGimbalDeviceAttitudeStatus{Flags: common.GIMBAL_DEVICE_FLAGS_YAW_IN_EARTH_FRAME,
			Q: [4]float32{float32(cr*cp*cy + sr*sp*sy), float32(sr*cp*cy - cr*sp*sy), float32(cr*sp*cy + sr*cp*sy), float32(cr*cp*sy - sr*sp*cy)}})
		w.run(time.Second, nil)
		g := w.s.told.Gimbal
		if g == nil || math.Abs(g.PitchDeg-c.pitch) > 0.1 || math.Abs(math.Remainder(g.YawDeg-c.yaw, 360)) > 0.1 || math.Abs(g.RollDeg-c.roll) > 0.1 {
			t.Errorf("%+v is read as %+v", c, g)
		}
	}
}
