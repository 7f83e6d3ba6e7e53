package simulator

import (
	"math"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
)

func (s *station) setInt(sys uint32, name string, v int32) {
	s.send(sys, &common.MessageParamSet{TargetSystem: uint8(sys), TargetComponent: 1, ParamId: name,
		ParamValue: math.Float32frombits(uint32(v)), ParamType: common.MAV_PARAM_TYPE_INT32})
}

func (s *station) setReal(sys uint32, name string, v float32) {
	s.send(sys, &common.MessageParamSet{TargetSystem: uint8(sys), TargetComponent: 1, ParamId: name, ParamValue: v,
		ParamType: common.MAV_PARAM_TYPE_REAL32})
}

func (s *station) eventHeard(sys, id uint32) bool {
	for _, h := range s.in {
		if m, ok := h.msg.(*common.MessageEvent); ok && h.sys == sys && m.Id == autopilotID|id {
			return true
		}
	}
	return false
}

func TestLinkLossHoldsThenReturns(t *testing.T) {
	t.Parallel()
	s := newStation(t, smallCity())
	s.run(2 * time.Second)
	s.setInt(3, "NAV_DLL_ACT", 2)
	s.setInt(3, "COM_DL_LOSS_T", 5)
	s.setReal(3, "RTL_RETURN_ALT", 60)
	s.airborne()
	home := s.vehicle("V03").Home
	s.at(3, common.MAV_CMD_DO_REPOSITION, geo.Offset(home.LatLon, 90, 300).At(40), -1, 1)
	s.run(40 * time.Second)
	s.forget()
	s.beat = false
	lost := s.until("failsafe hold", 10*time.Second, func() bool { v := s.vehicle("V03"); return v.Failsafe && v.Mode == "Hold" })
	if lost < 6*time.Second || lost > 7500*time.Millisecond {
		t.Errorf("the loss was noticed after %v", lost)
	}
	if !s.eventHeard(3, eventLinkLost) {
		t.Error("no event of the loss")
	}
	if texts := s.texts(3); len(texts) != 0 {
		t.Errorf("texts %q: a vehicle that hears no station tells it nothing in words", texts)
	}
	held := s.until("return", 10*time.Second, func() bool { return s.vehicle("V03").Mode == "Return" })
	if held < 4500*time.Millisecond || held > 5500*time.Millisecond {
		t.Errorf("held for %v, want COM_FAIL_ACT_T", held)
	}
	s.beat = true
	s.run(3 * time.Second)
	if texts := s.texts(3); len(texts) == 0 || texts[0] != "Failsafe activated" || texts[len(texts)-1] != "GCS connection regained" {
		t.Errorf("texts %q: what is not stale is said when the station is back", texts)
	}
	if v := s.vehicle("V03"); v.Mode != "Return" || !v.Failsafe {
		t.Errorf("after the link came back: %s, failsafe %v: want both to stay", v.Mode, v.Failsafe)
	}
	s.until("home", 3*time.Minute, func() bool { return !s.vehicle("V03").Armed })
	if d := geo.Distance(s.vehicle("V03").Position.LatLon, home.LatLon); d > 2 {
		t.Errorf("landed %.1f m from home", d)
	}
	s.noAccident()
}

// TestLinkBackWhileHoldingReturnsAllTheSame: only an order ends what a lost link began.
func TestLinkBackWhileHoldingReturnsAllTheSame(t *testing.T) {
	t.Parallel()
	s := newStation(t, smallCity())
	s.run(2 * time.Second)
	s.setInt(3, "NAV_DLL_ACT", 2)
	s.setInt(3, "COM_DL_LOSS_T", 5)
	s.airborne()
	c := s.vehicle("V03").Position
	s.at(3, common.MAV_CMD_DO_ORBIT, c.LatLon.At(44), 30, 4)
	s.run(10 * time.Second)
	s.beat = false
	s.until("failsafe hold", 10*time.Second, func() bool { return s.vehicle("V03").Mode == "Hold" })
	s.beat = true
	s.until("return", 6*time.Second, func() bool { return s.vehicle("V03").Mode == "Return" })
	s.setMode(3, modeHold)
	s.run(10 * time.Second)
	if v := s.vehicle("V03"); v.Mode != "Hold" || v.Failsafe {
		t.Errorf("%s, failsafe %v: want the ordered hold", v.Mode, v.Failsafe)
	}
}

func TestLinkLossWithDefaultParametersDoesNothing(t *testing.T) {
	t.Parallel()
	s := newStation(t, smallCity())
	s.airborne()
	s.beat = false
	s.run(60 * time.Second)
	if v := s.vehicle("V03"); v.Mode != "Hold" || v.Failsafe {
		t.Errorf("NAV_DLL_ACT 0: %s, failsafe %v", v.Mode, v.Failsafe)
	}
}

func TestReturnGoesToTheNearestRallyPoint(t *testing.T) {
	t.Parallel()
	s := newStation(t, smallCity())
	s.airborne()
	home := s.vehicle("V03").Home
	rally := geo.Offset(home.LatLon, 90, 400)
	it := waypoint(rally.At(4))
	it.Command = common.MAV_CMD_NAV_RALLY_POINT
	if ack := s.upload(3, common.MAV_MISSION_TYPE_RALLY, []common.MessageMissionItemInt{it}); ack.Type != common.MAV_MISSION_ACCEPTED {
		t.Fatalf("%+v", ack)
	}
	s.at(3, common.MAV_CMD_DO_REPOSITION, geo.Offset(home.LatLon, 90, 300).At(40), -1, 1)
	s.run(40 * time.Second)
	s.setMode(3, modeReturn)
	s.until("landed", 3*time.Minute, func() bool { return !s.vehicle("V03").Armed })
	if d := geo.Distance(s.vehicle("V03").Position.LatLon, rally); d > 2 {
		t.Errorf("landed %.1f m from the rally point", d)
	}
	s.noAccident()
}

func TestBatteryFailsafes(t *testing.T) {
	t.Parallel()
	s := newStation(t, smallCity())
	s.airborne()
	inject := func(percent float64) {
		if err := s.w.Inject(Fault{Kind: "battery-set", Vehicle: "V03", Value: percent}); err != nil {
			t.Fatal(err)
		}
	}
	home := s.vehicle("V03").Home
	s.at(3, common.MAV_CMD_DO_REPOSITION, geo.Offset(home.LatLon, 90, 200).At(60), -1, 1)
	s.run(30 * time.Second)
	inject(14)
	s.run(time.Second)
	if v := s.vehicle("V03"); v.Failsafe {
		t.Errorf("low battery alone is a warning: %+v", v)
	}
	inject(6.9)
	s.until("return", 8*time.Second, func() bool { return s.vehicle("V03").Mode == "Return" })
	inject(4.5)
	s.until("land", 8*time.Second, func() bool { return s.vehicle("V03").Mode == "Land" })
	s.until("down", 3*time.Minute, func() bool { return !s.vehicle("V03").Armed })
	if r := s.long(3, common.MAV_CMD_COMPONENT_ARM_DISARM, 1); r != rejected {
		t.Errorf("arm with an empty battery: %v", r)
	}
	s.noAccident()
}

func TestTakeoverIsSeenAndStays(t *testing.T) {
	s := newStation(t, smallCity())
	s.airborne()
	if err := s.w.Inject(Fault{Kind: "rc-takeover", Vehicle: "V03"}); err != nil {
		t.Fatal(err)
	}
	s.forget()
	s.run(1500 * time.Millisecond)
	hb, ok := last[*common.MessageHeartbeat](s, 3)
	if !ok || hb.CustomMode != uint32(modePosition) || hb.BaseMode&common.MAV_MODE_FLAG_MANUAL_INPUT_ENABLED == 0 {
		t.Errorf("heartbeat %+v", hb)
	}
	s.noAccident()
}

func TestGNSSLossAloftLands(t *testing.T) {
	t.Parallel()
	s := newStation(t, smallCity())
	s.airborne()
	if err := s.w.Inject(Fault{Kind: "gps-loss", Vehicle: "V03"}); err != nil {
		t.Fatal(err)
	}
	s.until("landing", 8*time.Second, func() bool { return s.vehicle("V03").Mode == "Land" })
	s.until("down", 3*time.Minute, func() bool { return !s.vehicle("V03").Armed })
	if d := geo.Distance(s.vehicle("V03").Position.LatLon, geo.LatLon{Lat: centre + 0.01, Lon: 120.41}); d < 5 || d > 200 {
		t.Errorf("drifted %.1f m", d)
	}
}

func TestRebootStartsTheClockAnew(t *testing.T) {
	s := newStation(t, smallCity())
	s.airborne()
	if err := s.w.Inject(Fault{Kind: "reboot", Vehicle: "V03"}); err != nil {
		t.Fatal(err)
	}
	s.forget()
	s.run(time.Second)
	for _, h := range s.in {
		if h.sys == 3 {
			t.Fatalf("%T while booting", h.msg)
		}
	}
	s.run(4 * time.Second)
	m, ok := last[*common.MessageAttitude](s, 3)
	if !ok || m.TimeBootMs > 6000 {
		t.Errorf("time since boot: %+v", m)
	}
	if v := s.vehicle("V03"); !v.Armed || v.OnGround || v.Mode != "Hold" {
		t.Errorf("after a reboot aloft: %+v", v)
	}
}

func TestCutLinks(t *testing.T) {
	for _, how := range []string{"up", "down", "both"} {
		s := newStation(t, smallCity())
		s.run(3 * time.Second)
		if err := s.w.Inject(Fault{Kind: "link-cut", Vehicle: "V03", How: how}); err != nil {
			t.Fatal(err)
		}
		r := s.long(3, common.MAV_CMD_REQUEST_MESSAGE, idVersion)
		s.forget()
		s.run(2 * time.Second)
		_, heard := last[*common.MessageHeartbeat](s, 3)
		if r != noAnswer || heard != (how == "up") {
			t.Errorf("%s: answer %v, heard %v", how, r, heard)
		}
	}
}

// TestSeededAccidents sees each accident caught: a check that never fires proves nothing.
func TestSeededAccidents(t *testing.T) {
	t.Parallel()
	t.Run("collision", func(t *testing.T) {
		s := newStation(t, smallCity())
		s.airborne()
		s.w.vehicles[0].body = s.w.vehicles[2].body
		s.w.vehicles[0].body.pos.E++
		s.w.vehicles[0].armed = true
		s.run(time.Second)
		wantAccident(t, s, AccidentCollision)
	})
	t.Run("closed lid", func(t *testing.T) {
		s := newStation(t, smallCity())
		s.airborne()
		s.at(3, common.MAV_CMD_DO_REPOSITION, s.w.cfg.Dock[0].Pad.LatLon.At(30), -1, 1)
		s.pass(150 * time.Second)
		s.w.vehicles[2].gnss.slow = geo.ENU{}
		s.w.cfg.GNSS.SigmaM = 0.01
		s.run(10 * time.Second)
		s.setMode(3, modeLand)
		s.until("down", 2*time.Minute, func() bool { return s.vehicle("V03").OnGround })
		wantAccident(t, s, AccidentClosedLid)
	})
	t.Run("take-off into the lid", func(t *testing.T) {
		cfg := smallCity()
		cfg.Vehicle[0].Params = map[string]float64{"MPC_TKO_RAMP_T": 0} // before it notices that it does not know where it is
		s := newStation(t, cfg)
		s.run(3 * time.Second)
		v := s.w.vehicles[0]
		v.setHome(v.estimate(), true)
		v.changeMode(modeTakeoff)
		v.guide.takeUp, v.armed, v.armedAt = 30, true, s.w.Now()
		s.run(3 * time.Second)
		wantAccident(t, s, AccidentLidAbove)
	})
	t.Run("lid closes on a vehicle", func(t *testing.T) {
		s := newStation(t, smallCity())
		s.run(time.Second)
		d := s.w.docks[0]
		d.lid.open, d.lid.motor = 1, -1
		s.w.vehicles[0].armed, s.w.vehicles[0].armedAt = true, s.w.Now()
		s.run(time.Second)
		wantAccident(t, s, AccidentClosedOn)
	})
}

func wantAccident(t *testing.T, s *station, kind AccidentKind) {
	t.Helper()
	for _, a := range s.w.Truth().Accidents {
		if a.Kind == kind {
			return
		}
	}
	t.Fatalf("no %s among %+v", kind, s.w.Truth().Accidents)
}
