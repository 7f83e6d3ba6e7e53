package simulator

import (
	"math"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

// A receiver that jumps is believed at once within the estimator's gate, and beyond it after a while; the vehicle follows what it
// believes, so that in truth it goes the other way.
func TestGPSGlitch(t *testing.T) {
	t.Parallel()
	for _, jump := range []float64{2, 25} {
		cfg := smallCity()
		cfg.Dock, cfg.Vehicle = nil, cfg.Vehicle[2:]
		cfg.Weather = Weather{TempC: 20}
		s := newStation(t, cfg)
		s.run(6 * time.Second)
		v := s.w.vehicles[0]
		s.long(3, common.MAV_CMD_NAV_TAKEOFF, 0, 0, 0, nan32, nan32, nan32, 44)
		s.long(3, common.MAV_CMD_COMPONENT_ARM_DISARM, 1)
		s.until("up", time.Minute, func() bool { return v.mode == modeHold && v.body.pos.U > 40 })
		s.run(15 * time.Second)
		was := v.body.pos
		if err := s.w.Inject(Fault{Kind: "gps-glitch", Vehicle: "V03", Value: jump, Deg: 90}); err != nil {
			t.Fatal(err)
		}
		s.run(3 * time.Second)
		within := jump <= gateM
		if moved := flat(was, v.body.pos); within != (moved > 0.7) {
			t.Errorf("%v m: after 3 s it has moved %v m", jump, moved)
		}
		m := v.estimatorStatus(0, s.w.Now())
		if told := m.Flags&common.ESTIMATOR_GPS_GLITCH != 0; told == within {
			t.Errorf("%v m: a glitch is told: %v", jump, told)
		}
		if raw := v.gpsRaw(0); raw.SatellitesVisible > 12 {
			t.Errorf("%v m: the receiver that jumps still sees %d satellites", jump, raw.SatellitesVisible)
		}
		s.run(30 * time.Second)
		if off := v.body.pos.E - was.E; math.Abs(off+jump) > 3 {
			t.Errorf("%v m: believed, it has moved by %v m to the east, want %v", jump, off, -jump)
		}
		if err := s.w.Inject(Fault{Kind: "gps-glitch", Vehicle: "V03", Clear: true}); err != nil {
			t.Fatal(err)
		}
		s.run(40 * time.Second)
		if off := flat(was, v.body.pos); off > 3 {
			t.Errorf("%v m: when it is over, it is %v m from where it was", jump, off)
		}
		if err := s.w.Inject(Fault{Kind: "gps-glitch", Vehicle: "V03", Value: 501}); err == nil {
			t.Error("a jump of 501 m is taken")
		}
	}
}
