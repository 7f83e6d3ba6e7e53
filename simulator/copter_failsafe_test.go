package simulator

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
)

// TestCopterFailsafes lets each failsafe go off 20 m up: the words, the mode, and CRITICAL while it lasts. Words and order are
// those of ArduCopter 4.7.0-dev SITL.
func TestCopterFailsafes(t *testing.T) {
	drain := func(percent float64) func(*station) {
		return func(s *station) { _ = s.w.Inject(Fault{Kind: "battery-set", Vehicle: "V03", Value: percent}) }
	}
	silent := func(s *station) { s.beat = false }
	cases := []struct {
		name   string
		params map[string]float32
		begin  copterMode
		cause  func(*station)
		within time.Duration
		mode   copterMode
		words  []string
		calm   bool // HEARTBEAT says ACTIVE
	}{
		{"station", map[string]float32{"FS_GCS_ENABLE": 1}, copterGuided, silent, 6 * time.Second, copterRTL, []string{"GCS Failsafe"}, false},
		{"station, land", map[string]float32{"FS_GCS_ENABLE": 5, "FS_GCS_TIMEOUT": 8}, copterGuided, silent, 9 * time.Second, copterLand, []string{"GCS Failsafe"}, false},
		{"station, in brake", map[string]float32{"FS_GCS_ENABLE": 1}, copterBrake, silent, 6 * time.Second, copterBrake, []string{"GCS Failsafe - Continuing Pilot Control"}, false},
		{"station, brake", map[string]float32{"FS_GCS_ENABLE": 7}, copterGuided, silent, 6 * time.Second, copterBrake, []string{"GCS Failsafe"}, false},
		{"station, none", nil, copterGuided, silent, 9 * time.Second, copterGuided, nil, true},
		{"station, in a plan", map[string]float32{"FS_GCS_ENABLE": 1, "FS_OPTIONS": 2}, copterAuto, silent, 6 * time.Second, copterAuto, []string{"GCS Failsafe - Continuing Auto Mode"}, false},
		{"station, landing", map[string]float32{"FS_GCS_ENABLE": 1, "FS_OPTIONS": 8}, copterLand, silent, 6 * time.Second, copterLand, []string{"GCS Failsafe - Continuing Landing"}, false},
		{"battery low", map[string]float32{"BATT_FS_LOW_ACT": 2}, copterGuided, drain(20), time.Second, copterRTL, []string{"Battery 1 is low", "Battery Failsafe"}, false},
		{"battery critical", map[string]float32{"BATT_FS_LOW_ACT": 2, "BATT_FS_CRT_ACT": 1}, copterGuided, drain(10), time.Second, copterLand, []string{"Battery 1 is critical", "Battery Failsafe"}, false},
		{"battery told only", nil, copterGuided, drain(20), time.Second, copterGuided, []string{"Battery 1 is low", "Battery Failsafe"}, false},
		{"voltage", map[string]float32{"BATT_FS_LOW_ACT": 2, "BATT_LOW_MAH": 0, "BATT_LOW_VOLT": 26}, copterGuided, func(*station) {}, 11 * time.Second, copterRTL, []string{"Battery 1 is low", "Battery Failsafe"}, false},
		{"position", nil, copterGuided, func(s *station) { _ = s.w.Inject(Fault{Kind: "gps-loss", Vehicle: "V03"}) }, 8 * time.Second, copterLand,
			[]string{"EKF variance", "EKF Failsafe: changed to LAND Mode"}, false},
		{"highest altitude", map[string]float32{"FENCE_ENABLE": 1, "FENCE_TYPE": 7, "FENCE_ALT_MAX": 15, "FENCE_ACTION": 4}, copterGuided, func(*station) {}, time.Second, copterBrake, []string{"Max Alt fence breached", "Manual recovery started"}, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := copterAlone(t)
			s.aloft(3, "V03")
			if c.begin == copterAuto {
				home := s.vehicle("V03").Home
				if r := s.list(3, common.MAV_MISSION_TYPE_MISSION, []common.MessageMissionItemInt{waypoint(home), waypoint(geo.Offset(home.LatLon, 90, 300).At(24))}); r != common.MAV_MISSION_ACCEPTED {
					t.Fatal(r)
				}
			}
			if r := s.choose(3, c.begin); r != accepted {
				t.Fatal(r)
			}
			s.forget()
			for name, value := range c.params {
				s.setReal(3, name, value)
			}
			c.cause(s)
			s.run(c.within + time.Second)
			words := slices.DeleteFunc(s.texts(3), func(w string) bool { return strings.HasPrefix(w, "Mission: ") })
			same := len(words) == len(c.words)
			for i := range min(len(words), len(c.words)) {
				same = same && strings.HasPrefix(words[i], c.words[i])
			}
			if h := s.heartbeat(3); copterMode(h.CustomMode) != c.mode || (h.SystemStatus == common.MAV_STATE_ACTIVE) != c.calm || !same {
				t.Errorf("mode %d, %v, %q", h.CustomMode, h.SystemStatus, words)
			}
		})
	}
}

// TestCopterIsHeardAgain: what a failsafe began goes on when the station is back, until a mode is ordered.
func TestCopterIsHeardAgain(t *testing.T) {
	t.Parallel()
	s := copterAlone(t)
	s.aloft(3, "V03")
	s.setReal(3, "FS_GCS_ENABLE", 1)
	s.beat = false
	s.run(7 * time.Second)
	s.beat = true
	s.forget()
	s.run(2 * time.Second)
	if h := s.heartbeat(3); copterMode(h.CustomMode) != copterRTL || h.SystemStatus != common.MAV_STATE_ACTIVE || !slices.Equal(s.texts(3), []string{"GCS Failsafe Cleared"}) {
		t.Fatalf("%+v %q", h, s.texts(3))
	}
	if r := s.choose(3, copterBrake); r != accepted {
		t.Fatal(r)
	}
	// Standing, it is disarmed and stays where it is.
	if s.choose(3, copterLand) != accepted {
		t.Fatal("not landed")
	}
	s.until("landed", 2*time.Minute, func() bool { return !s.vehicle("V03").Armed })
	s.setReal(3, "DISARM_DELAY", 100)
	if s.choose(3, copterGuided) != accepted || s.long(3, common.MAV_CMD_COMPONENT_ARM_DISARM, 1) != accepted {
		t.Fatalf("not armed: %q", s.texts(3))
	}
	s.forget()
	s.beat = false
	s.run(7 * time.Second)
	if texts := s.texts(3); s.vehicle("V03").Armed || !slices.Equal(texts, []string{"Disarming motors", "GCS Failsafe - Disarming", "PreArm: GCS failsafe on"}) {
		t.Errorf("%q", texts)
	}
}

// TestCopterFences: FENCE_TYPE says what counts, whatever holds home; places outside are refused, and leaving one acts.
func TestCopterFences(t *testing.T) {
	t.Parallel()
	s := copterAlone(t)
	s.aloft(3, "V03")
	home := s.vehicle("V03").Home
	zones := append([]common.MessageMissionItemInt{{Frame: common.MAV_FRAME_GLOBAL, Command: fenceCircleInclude, Param1: 400, X: deg7(home.Lat), Y: deg7(home.Lon)}}, ring(home.LatLon, 100)...)
	if r := s.list(3, common.MAV_MISSION_TYPE_FENCE, zones); r != common.MAV_MISSION_ACCEPTED {
		t.Fatal(r)
	}
	to := func(m, alt float64) common.MAV_RESULT {
		return s.at(3, common.MAV_CMD_DO_REPOSITION, geo.Offset(home.LatLon, 90, m).At(alt), -1, 1)
	}
	at := home.AltAMSL + 20
	if r := to(110, at); r != accepted {
		t.Fatalf("a fence that is not enabled: %v", r)
	}
	s.run(15 * time.Second)
	s.setReal(3, "FENCE_TYPE", 4)
	s.setReal(3, "FENCE_ENABLE", 1)
	s.forget()
	s.run(time.Second)
	if h := s.heartbeat(3); copterMode(h.CustomMode) != copterRTL || !slices.Equal(s.texts(3), []string{"Polygon fence breached", "Manual recovery started"}) {
		t.Fatalf("110 m out of 100: mode %d %q", h.CustomMode, s.texts(3))
	}
	s.forget()
	s.until("inside", 30*time.Second, func() bool { return slices.Contains(s.texts(3), "Fence breach cleared") })
	if to(110, at) != ackFailed || to(50, at) != accepted || copterMode(s.w.vehicles[0].copter.custom) != copterGuided {
		t.Error("a place outside the polygon")
	}
	s.setReal(3, "FENCE_TYPE", 3)
	s.setReal(3, "FENCE_RADIUS", 80)
	s.setReal(3, "FENCE_ALT_MAX", 30)
	if to(90, at) != accepted {
		t.Error("kinds that were not there when the fence was enabled are in force")
	}
	s.setReal(3, "FENCE_ENABLE", 0)
	s.setReal(3, "FENCE_ENABLE", 1)
	if to(90, at) != ackFailed || to(50, at+20) != ackFailed || to(50, at+5) != accepted {
		t.Error("a place outside the circle, or too high")
	}
	s.run(10 * time.Second)
	s.forget()
	s.setReal(3, "FENCE_RADIUS", 30)
	s.setReal(3, "FENCE_ALT_MAX", 10)
	s.run(400 * time.Millisecond)
	if texts := s.texts(3); !slices.Equal(texts, []string{"Max Alt and Circle fences breached", "Manual recovery started"}) {
		t.Errorf("%q", texts)
	}
}
