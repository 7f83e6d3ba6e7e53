package simulator

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
)

const (
	accepted  = common.MAV_RESULT_ACCEPTED
	rejected  = common.MAV_RESULT_TEMPORARILY_REJECTED
	denied    = common.MAV_RESULT_DENIED
	unsup     = common.MAV_RESULT_UNSUPPORTED
	ackFailed = common.MAV_RESULT_FAILED
)

// TestCommandsOnTheGround holds the answers against those recorded from PX4 v1.17.
func TestCommandsOnTheGround(t *testing.T) {
	s := newStation(t, smallCity())
	s.until("ready", 30*time.Second, func() bool { return s.vehicle("V03").HomeValid })
	cases := []struct {
		name string
		id   common.MAV_CMD
		p    []float32
		want common.MAV_RESULT
	}{
		{"unknown", 65000, nil, unsup},
		{"pause/continue", common.MAV_CMD_DO_PAUSE_CONTINUE, nil, unsup},
		{"set mission current", common.MAV_CMD_DO_SET_MISSION_CURRENT, nil, unsup},
		{"image capture", common.MAV_CMD_IMAGE_START_CAPTURE, nil, unsup},
		{"digicam: no answer", common.MAV_CMD_DO_DIGICAM_CONTROL, nil, noAnswer},
		{"arm 2: no answer", common.MAV_CMD_COMPONENT_ARM_DISARM, []float32{2}, noAnswer},
		{"reboot", common.MAV_CMD_PREFLIGHT_REBOOT_SHUTDOWN, []float32{1}, denied},
		{"termination 0", common.MAV_CMD_DO_FLIGHTTERMINATION, []float32{0}, denied},
		{"disarm while disarmed", common.MAV_CMD_COMPONENT_ARM_DISARM, []float32{0}, accepted},
		{"mission start without one", common.MAV_CMD_MISSION_START, nil, denied},
		{"interval of an unknown message", common.MAV_CMD_SET_MESSAGE_INTERVAL, []float32{9999, 1e6}, ackFailed},
		{"request of an unknown message", common.MAV_CMD_REQUEST_MESSAGE, []float32{9999}, denied},
		{"request of MISSION_CURRENT", common.MAV_CMD_REQUEST_MESSAGE, []float32{idMissionCurrent}, denied},
		{"request of HOME_POSITION", common.MAV_CMD_REQUEST_MESSAGE, []float32{idHome}, accepted},
		{"reposition without its bit", common.MAV_CMD_DO_REPOSITION, []float32{-1, 0}, unsup},
		{"reposition on the ground", common.MAV_CMD_DO_REPOSITION, []float32{-1, 1, 0, 0, centre, 120.41, 30}, accepted},
		{"return on the ground", common.MAV_CMD_NAV_RETURN_TO_LAUNCH, nil, accepted},
		{"arm in return", common.MAV_CMD_COMPONENT_ARM_DISARM, []float32{1}, rejected},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := s.long(3, c.id, c.p...); got != c.want {
				t.Errorf("got %d, want %d, texts %q", got, c.want, s.texts(3))
			}
		})
	}
	if acks := s.setMode(3, modeHold); !slices.Equal(acks, []common.MAV_RESULT{accepted, accepted}) {
		t.Errorf("hold: %v, want two", acks)
	}
	if acks := s.setMode(3, modePosition); !slices.Equal(acks, []common.MAV_RESULT{accepted, accepted}) { // in the air it is refused
		t.Errorf("a manual mode without sticks: %v", acks)
	}
	if result := s.long(3, common.MAV_CMD_COMPONENT_ARM_DISARM, 1); result != rejected {
		t.Errorf("armed in it: %v", result)
	}
	s.setMode(3, modeHold)
	if acks := s.setMode(3, mode(99<<16)); !slices.Equal(acks, []common.MAV_RESULT{accepted, accepted}) {
		t.Errorf("main mode 99: %v", acks)
	}
	if s.vehicle("V03").CustomMode != uint32(modeHold) {
		t.Errorf("mode after all this: %s", s.vehicle("V03").Mode)
	}
}

func TestForeignTargetsAreSilence(t *testing.T) {
	s := newStation(t, smallCity())
	s.run(5 * time.Second)
	for _, target := range [][2]uint8{{2, 1}, {3, 154}, {0, 1}} {
		s.forget()
		s.send(3, &common.MessageCommandLong{TargetSystem: target[0], TargetComponent: target[1], Command: common.MAV_CMD_REQUEST_MESSAGE, Param1: idVersion})
		if acks := s.acks(3, common.MAV_CMD_REQUEST_MESSAGE); len(acks) != 0 {
			t.Errorf("target %v answered %v", target, acks)
		}
	}
}

func TestMessageIntervals(t *testing.T) {
	t.Parallel()
	s := newStation(t, smallCity())
	s.run(3 * time.Second)
	count := func(us float32) int {
		if r := s.long(3, common.MAV_CMD_SET_MESSAGE_INTERVAL, idAttitude, us); r != accepted {
			t.Fatalf("interval %v: %v", us, r)
		}
		s.forget()
		s.run(10 * time.Second)
		n := 0
		for _, h := range s.in {
			if _, ok := h.msg.(*common.MessageAttitude); ok && h.sys == 3 {
				n++
			}
		}
		return n
	}
	for _, c := range []struct {
		us     float32
		lo, hi int
	}{{200000, 49, 51}, {40000, 248, 252}, {-1, 0, 0}, {0, 99, 101}} {
		if n := count(c.us); n < c.lo || n > c.hi {
			t.Errorf("interval %v µs: %d messages in 10 s, want %d to %d", c.us, n, c.lo, c.hi)
		}
	}
	s.long(3, common.MAV_CMD_GET_MESSAGE_INTERVAL, idAttitude)
	if m, ok := last[*common.MessageMessageInterval](s, 3); !ok || m.IntervalUs != 100000 {
		t.Errorf("MESSAGE_INTERVAL %+v", m)
	}
}

func TestParameters(t *testing.T) {
	s := newStation(t, smallCity())
	s.run(3 * time.Second)
	s.forget()
	s.send(3, &common.MessageParamRequestList{TargetSystem: 3, TargetComponent: 1})
	var names []string
	for _, h := range s.in {
		if m, ok := h.msg.(*common.MessageParamValue); ok {
			names = append(names, m.ParamId)
			if len(names) > 1 && int(m.ParamIndex) != len(names)-2 {
				t.Errorf("%s has index %d", m.ParamId, m.ParamIndex)
			}
		}
	}
	if len(names) < 50 || names[0] != "_HASH_CHECK" || !slices.IsSorted(names[1:]) {
		t.Fatalf("list: %d parameters %v", len(names), names)
	}
	for _, want := range []string{"NAV_DLL_ACT", "COM_DL_LOSS_T", "COM_RC_IN_MODE", "NAV_RCL_ACT", "COM_RCL_EXCEPT", "COM_ARM_WO_GPS", "GF_ACTION",
		"RTL_TYPE", "RTL_RETURN_ALT", "RTL_DESCEND_ALT", "RTL_LAND_DELAY", "RTL_CONE_ANG", "RTL_MIN_DIST", "COM_LOW_BAT_ACT", "COM_FLTT_LOW_ACT",
		"BAT_LOW_THR", "BAT_CRIT_THR", "BAT_EMERGEN_THR"} {
		if !slices.Contains(names, want) {
			t.Errorf("no parameter %s", want)
		}
	}
	set := func(name string, value float32, kind common.MAV_PARAM_TYPE) (*common.MessageParamValue, bool) {
		s.forget()
		s.send(3, &common.MessageParamSet{TargetSystem: 3, TargetComponent: 1, ParamId: name, ParamValue: value, ParamType: kind})
		s.run(60 * time.Millisecond)
		return last[*common.MessageParamValue](s, 3)
	}
	two := math.Float32frombits(2)
	if m, ok := set("NAV_DLL_ACT", two, common.MAV_PARAM_TYPE_INT32); !ok || math.Float32bits(m.ParamValue) != 2 {
		t.Errorf("set an integer: %+v", m)
	}
	if m, ok := set("RTL_RETURN_ALT", 62.5, common.MAV_PARAM_TYPE_REAL32); !ok || m.ParamValue != 62.5 {
		t.Errorf("set a float: %+v", m)
	}
	if m, ok := set("NAV_DLL_ACT", 2, common.MAV_PARAM_TYPE_REAL32); ok {
		t.Errorf("a wrong type is answered: %+v", m)
	}
	if m, ok := set("NO_SUCH_PARAM", 2, common.MAV_PARAM_TYPE_REAL32); ok {
		t.Errorf("an unknown name is answered: %+v", m)
	}
	s.forget()
	s.send(3, &common.MessageParamRequestRead{TargetSystem: 3, TargetComponent: 1, ParamId: "NAV_DLL_ACT", ParamIndex: -1})
	if m, ok := last[*common.MessageParamValue](s, 3); !ok || math.Float32bits(m.ParamValue) != 2 {
		t.Errorf("read back: %+v", m)
	}
}

func TestRepositionIsAMSLAndStaysInTheFence(t *testing.T) {
	t.Parallel()
	s := newStation(t, smallCity())
	site := s.vehicle("V03").Position.LatLon
	s.airborne()
	if ack := s.upload(3, common.MAV_MISSION_TYPE_FENCE, ring(site, 300)); ack.Type != common.MAV_MISSION_ACCEPTED {
		t.Fatalf("fence: %+v", ack)
	}
	to := geo.Offset(site, 0, 150)
	if r := s.at(3, common.MAV_CMD_DO_REPOSITION, to.At(60), -1, 1); r != accepted {
		t.Fatal(r)
	}
	s.run(50 * time.Second)
	if v := s.vehicle("V03"); geo.Distance(v.Position.LatLon, to) > 2.5 || math.Abs(v.Position.AltAMSL-60) > 2 {
		t.Errorf("after the reposition: %+v", v.Position)
	}
	if r := s.at(3, common.MAV_CMD_DO_REPOSITION, geo.Offset(site, 0, 500).At(60), -1, 1); r != accepted {
		t.Errorf("outside the fence: %v, want an acceptance that is not flown", r)
	}
	if texts := strings.Join(s.texts(3), "|"); !strings.Contains(texts, "Reposition is outside geofence") {
		t.Errorf("texts %q", texts)
	}
	s.run(30 * time.Second)
	if v := s.vehicle("V03"); geo.Distance(v.Position.LatLon, to) > 2.5 {
		t.Errorf("it flew to %+v", v.Position)
	}
	s.noAccident()
}

func TestLandLandsWithinAMetreOrTwo(t *testing.T) {
	t.Parallel()
	s := newStation(t, smallCity())
	s.airborne()
	site := geo.LatLon{Lat: centre + 0.01, Lon: 120.41}
	if acks := s.setMode(3, modeLand); acks[1] != accepted {
		t.Fatal(acks)
	}
	landing := false
	s.until("disarmed", 120*time.Second, func() bool {
		if m, ok := last[*common.MessageExtendedSysState](s, 3); ok && m.LandedState == common.MAV_LANDED_STATE_LANDING {
			landing = true
		}
		return !s.vehicle("V03").Armed
	})
	v := s.vehicle("V03")
	if !landing {
		t.Error("the landed state never was LANDING")
	}
	if d := geo.Distance(v.Position.LatLon, site); d > 2 {
		t.Errorf("landed %.1f m away", d)
	}
	if v.Mode != "Hold" {
		t.Errorf("mode after disarming: %s", v.Mode)
	}
	s.noAccident()
}

func TestDisarmInTheAir(t *testing.T) {
	s := newStation(t, smallCity())
	s.airborne()
	if r := s.long(3, common.MAV_CMD_COMPONENT_ARM_DISARM, 0); r != rejected {
		t.Errorf("disarm aloft: %v", r)
	}
	if r := s.long(3, common.MAV_CMD_COMPONENT_ARM_DISARM, 0, forceMagic); r != accepted {
		t.Errorf("forced: %v", r)
	}
	s.run(10 * time.Second)
	if v := s.vehicle("V03"); !v.OnGround || !v.Crashed {
		t.Errorf("after falling: %+v", v)
	}
	if a := s.w.Truth().Accidents; len(a) != 1 || a[0].Kind != AccidentCrash {
		t.Errorf("accidents %+v", a)
	}
}

// TestAPauseStopsAheadAndDoesNotTurnBack: as PX4 does with a DO_REPOSITION that names no place.
func TestAPauseStopsAheadAndDoesNotTurnBack(t *testing.T) {
	t.Parallel()
	s := newStation(t, smallCity())
	from := s.vehicle("V03").Position.LatLon
	s.airborne()
	to := geo.Offset(from, 0, 400)
	s.at(3, common.MAV_CMD_DO_REPOSITION, to.At(60), -1, 1)
	s.run(12 * time.Second)
	s.forget()
	none := float32(math.NaN())
	s.send(3, &common.MessageCommandInt{TargetSystem: 3, TargetComponent: 1, Command: common.MAV_CMD_DO_REPOSITION, Param1: -1, Param2: 1,
		Param4: none, X: math.MaxInt32, Y: math.MaxInt32, Z: none})
	s.run(40 * time.Millisecond)
	if acks := s.acks(3, common.MAV_CMD_DO_REPOSITION); len(acks) == 0 || acks[0] != accepted {
		t.Fatalf("acks %v", acks)
	}
	begun := geo.Distance(from, s.vehicle("V03").Position.LatLon)
	most, last := begun, begun
	for range 100 {
		s.run(200 * time.Millisecond)
		last = geo.Distance(from, s.vehicle("V03").Position.LatLon)
		most = max(most, last)
	}
	if most < begun+4 || last < most-1.5 || most > 300 {
		t.Errorf("paused at %.1f m, went as far as %.1f m, stands at %.1f m", begun, most, last)
	}
	s.noAccident()
}
