package simulator

import (
	"math"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
)

// seen is where a real ArduCopter was some seconds after an order: metres above home, or away from it.
type seen struct{ after, m float64 }

// recordedCopter is a flight of ArduCopter 4.7.0-dev in simulation (SITL, its own quadrotor, no wind, parameters as shipped): up to
// 20 m, 60 m to the north, and home by RTL.
var recordedCopter = []struct {
	name  string
	up    bool
	order func(*station, geo.Position) common.MAV_RESULT
	path  []seen
}{
	{"take-off", true, func(s *station, _ geo.Position) common.MAV_RESULT {
		return s.long(3, common.MAV_CMD_NAV_TAKEOFF, 0, 0, 0, 0, 0, 0, 20)
	}, []seen{{2.1, 0.6}, {3.1, 2.2}, {4.2, 4.6}, {6.3, 9.8}, {8.3, 15.1}, {9.8, 18.0}, {11.4, 19.7}, {12.4, 20.0}, {14, 20}}},
	{"there", false, func(s *station, home geo.Position) common.MAV_RESULT {
		return s.at(3, common.MAV_CMD_DO_REPOSITION, geo.Offset(home.LatLon, 0, 60).At(home.AltAMSL+20), -1, 1)
	}, []seen{{1.5, 1.6}, {3.1, 9.1}, {4.1, 16.8}, {5.1, 25.7}, {6.2, 34.7}, {8.2, 50.3}, {10.2, 58.9}, {11.3, 60.6}, {20, 60}}},
	{"home", false, func(s *station, _ geo.Position) common.MAV_RESULT { return s.choose(3, copterRTL) },
		[]seen{{2.3, 59.6}, {4.4, 54.7}, {5.4, 48.6}, {6.4, 41.2}, {7.4, 32.7}, {8.4, 23.9}, {9.4, 15.4}, {10.4, 8.0}, {11.5, 2.8}, {12.5, 0}, {15, 0}}},
	{"down", true, func(*station, geo.Position) common.MAV_RESULT { return accepted },
		[]seen{{4.5, 20}, {6.6, 17.7}, {10.6, 11.7}, {15.7, 8.5}, {25.8, 3.4}, {32.5, 0}}},
}

// TestCopterFliesAsRecorded holds a flight against the recorded one: within 5 m where it was.
func TestCopterFliesAsRecorded(t *testing.T) {
	cfg := smallCity()
	cfg.Dock, cfg.Vehicle = nil, cfg.Vehicle[2:]
	v := &cfg.Vehicle[0]
	v.Personality, v.CruiseMS, v.ClimbMS, v.DescendMS = "ardupilot", 10, 2.5, 1.5
	cfg.Weather.WindMS, cfg.Weather.GustMS = 0, 0
	s := newStation(t, cfg)
	s.until("ready", 30*time.Second, func() bool { return s.vehicle("V03").HomeValid })
	if s.choose(3, copterGuided) != accepted || s.long(3, common.MAV_CMD_COMPONENT_ARM_DISARM, 1) != accepted {
		t.Fatal("not armed")
	}
	s.run(3 * time.Second)
	home := s.vehicle("V03").Home
	for _, leg := range recordedCopter {
		begun := s.w.Now()
		if r := leg.order(s, home); r != accepted {
			t.Fatalf("%s: %v", leg.name, r)
		}
		for _, p := range leg.path {
			s.run(begun.Add(seconds(p.after)).Sub(s.w.Now()))
			at := s.vehicle("V03").Position
			got := geo.Distance(at.LatLon, home.LatLon)
			if leg.up {
				got = at.AltAMSL - home.AltAMSL
			}
			t.Logf("%s after %.1f s: %.1f m, recorded %.1f m", leg.name, p.after, got, p.m)
			if math.Abs(got-p.m) > 5 {
				t.Errorf("%s after %.1f s: %.1f m, recorded %.1f m", leg.name, p.after, got, p.m)
			}
		}
	}
	took := s.until("disarmed", 10*time.Second, func() bool { return !s.vehicle("V03").Armed })
	t.Logf("disarmed %.1f s later", took.Seconds())
}
