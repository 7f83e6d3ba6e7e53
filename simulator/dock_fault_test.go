package simulator

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/mavlink/dialect/hangar"
)

// reported are the codes of the last full round of DOCK_HEALTH that begins after now, with their levels.
func (s *station) reported(sys uint32) map[uint16]hangar.DOCK_HEALTH_LEVEL {
	s.t.Helper()
	s.forget()
	s.run(1100 * time.Millisecond)
	out := map[uint16]hangar.DOCK_HEALTH_LEVEL{}
	for _, h := range s.in {
		if m, ok := h.msg.(*hangar.MessageDockHealth); ok && h.sys == sys && m.Count > 0 {
			out[m.Code] = m.Level
		}
	}
	return out
}

func (s *station) wantReported(sys uint32, code uint16, level hangar.DOCK_HEALTH_LEVEL) {
	s.t.Helper()
	if got, there := s.reported(sys)[code]; !there || got != level {
		s.t.Errorf("health %d is %v (%v), want %v", code, got, there, level)
	}
}

// launched is a city with the dock H01 ready for a launch of task 77.
func launched(t *testing.T, cfg Config) *station {
	t.Helper()
	s := newStation(t, cfg)
	s.run(time.Second)
	s.launch()
	return s
}

func (s *station) launch() {
	s.t.Helper()
	if r := s.dock(101, hangar.MAV_CMD_DOCK_PREPARE_LAUNCH, 77, 1, 0); r != inProgress {
		s.t.Fatal(r)
	}
	s.until("launch-ready", 40*time.Second, func() bool { return s.dockState("H01").State == "DOCK_STATE_LAUNCH_READY" })
}

func TestEveryFaultOfADockChecksItsNumbersAndEnds(t *testing.T) {
	s := newStation(t, smallCity())
	s.run(2 * time.Second)
	for _, kind := range dockFaults {
		if !slices.Contains(Kinds(), kind) {
			t.Errorf("%s is no kind", kind)
		}
		if err := s.w.Inject(Fault{Kind: kind, Dock: "H09"}); err == nil || !strings.Contains(err.Error(), "no dock") {
			t.Errorf("%s of a dock that is not there: %v", kind, err)
		}
		if err := s.w.Inject(Fault{Kind: kind, Dock: "H01", Value: math.NaN()}); err == nil {
			t.Errorf("%s takes NaN", kind)
		}
	}
	for _, f := range []Fault{{Kind: "lid-jam", Value: 100}, {Kind: "lid-slow", Value: 0.5}, {Kind: "encoder-drift", Value: 46}, {Kind: "ups-low", Value: -1},
		{Kind: "contact-bad", Value: 1e5}, {Kind: "pack-hot", Value: 39}, {Kind: "pad-ice", Value: 31}, {Kind: "pad-ice", How: "mud"},
		{Kind: "clamp-jam", How: "z"}, {Kind: "lid-sensor-lies", How: "truth"}} {
		f.Dock = "H01"
		if err := s.w.Inject(f); err == nil || !strings.Contains(err.Error(), f.Kind) {
			t.Errorf("%+v: %v", f, err)
		}
	}
	for _, kind := range dockFaults {
		s.inject(Fault{Kind: kind, Dock: "H01"})
		s.run(200 * time.Millisecond)
		s.inject(Fault{Kind: kind, Dock: "H01", Clear: true})
	}
	s.pass(2 * time.Minute) // a hot pack cools down
	s.dock(101, hangar.MAV_CMD_DOCK_RESET_ESTOP, 0, 1, 0)
	s.run(time.Second)
	if h := s.reported(101); len(h) != 0 {
		t.Errorf("after all faults are over: %v", h)
	}
	s.launch()
}

// Whatever is wrong with lid or clamps, the launch fails and the motors stay off; when it is mended, it goes.
func TestADockThatCannotMoveSaysSo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		f    Fault
		code uint16
	}{
		"half open":             {Fault{Kind: "lid-jam"}, healthLid},
		"jammed near closed":    {Fault{Kind: "lid-jam", Value: 15}, healthLid},
		"far too slow":          {Fault{Kind: "lid-slow", Value: 3}, healthLid},
		"no switch answers":     {Fault{Kind: "lid-sensor-lies", How: "switches-none"}, healthFaultEnd},
		"both switches answer":  {Fault{Kind: "lid-sensor-lies", How: "switches-both"}, healthSensors},
		"the encoder slips":     {Fault{Kind: "encoder-drift", Value: -6}, healthFaultEnd},
		"a clamp does not open": {Fault{Kind: "clamp-jam", How: "y"}, healthClamps},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStation(t, smallCity())
			s.run(time.Second)
			c.f.Dock = "H01"
			s.inject(c.f)
			s.dock(101, hangar.MAV_CMD_DOCK_PREPARE_LAUNCH, 77, 1, 0)
			s.until("fault", 40*time.Second, func() bool { return s.dockState("H01").State == "DOCK_STATE_FAULT" })
			acks := s.acks(101, common.MAV_CMD(hangar.MAV_CMD_DOCK_PREPARE_LAUNCH))
			if acks[len(acks)-1] != ackFailed {
				t.Errorf("%v", acks)
			}
			s.wantReported(101, c.code, hangar.DOCK_HEALTH_WARNING)
			c.f.Clear = true
			s.inject(c.f)
			s.launch()
		})
	}
}

func TestALidThatAgesIsReportedBeforeItFails(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		f    Fault
		code uint16
	}{{Fault{Kind: "lid-slow", Dock: "H01"}, healthLidSlow}, {Fault{Kind: "encoder-drift", Dock: "H01", Value: 2}, healthEncoder}} {
		s := newStation(t, smallCity())
		s.inject(c.f)
		s.run(time.Second)
		s.launch()
		s.wantReported(101, c.code, hangar.DOCK_HEALTH_CAUTION)
	}
}

// The same seed gives the same times, another seed others; the siren always takes its whole time.
func TestMotionsTakeTheirTimeByTheSeed(t *testing.T) {
	t.Parallel()
	took := map[uint64]time.Duration{}
	for _, seed := range []uint64{1, 2, 3, 1} {
		cfg := smallCity()
		cfg.Seed = seed
		s := newStation(t, cfg)
		s.run(time.Second)
		s.dock(101, hangar.MAV_CMD_DOCK_PREPARE_LAUNCH, 77, 1, 0)
		moves := func() bool { return s.dockState("H01").LidMotor > 0 }
		if d := s.until("moves", 5*time.Second, moves); d < 1900*time.Millisecond || d > 2200*time.Millisecond {
			t.Errorf("warned for %v", d)
		}
		m, _ := last[*hangar.MessageDockActuators](s, 101)
		if m.Flags&hangar.DOCK_SIREN == 0 || m.Flags&hangar.DOCK_STROBE == 0 {
			t.Errorf("it moves without siren and strobe: %v", m.Flags)
		}
		d := s.until("launch-ready", 20*time.Second, func() bool { return s.dockState("H01").State == "DOCK_STATE_LAUNCH_READY" })
		if before, there := took[seed]; there && before != d {
			t.Errorf("seed %d took %v and %v", seed, before, d)
		}
		if took[seed] = d; d < 11*time.Second || d > 15*time.Second {
			t.Errorf("seed %d took %v, want about lid 10 + clamps 3 s", seed, d)
		}
	}
	if took[1] == took[2] && took[2] == took[3] {
		t.Errorf("every seed took %v", took[1])
	}
}

// The controller starts anew while the lid moves: it stops, the sensors are read, and what was open for a vehicle that is
// out is opened again.
func TestADockThatRebootsRemembersItsTask(t *testing.T) {
	t.Parallel()
	s := emptied(t)
	s.dock(101, hangar.MAV_CMD_DOCK_CLOSE, 77, 3, 600)
	s.until("closing", time.Minute, func() bool { return s.dockState("H01").LidOpen < 0.6 })
	s.inject(Fault{Kind: "dock-reboot", Dock: "H01"})
	s.forget()
	s.run(7 * time.Second)
	for _, h := range s.in {
		if h.sys == 101 {
			t.Fatalf("%T from a dock that boots", h.msg)
		}
	}
	stopped := s.dockState("H01")
	if !stopped.Device.Down || stopped.LidMotor != 0 || stopped.LidOpen < 0.5 {
		t.Fatalf("while it boots: %+v", stopped)
	}
	if r := s.dock(101, hangar.MAV_CMD_DOCK_OPEN, 77, 3, 0); r != noAnswer {
		t.Errorf("answered %v while it boots", r)
	}
	s.until("ready for its vehicle", 30*time.Second, func() bool { return s.dockState("H01").State == "DOCK_STATE_LANDING_READY" })
	if d := s.dockState("H01"); d.Task != 77 || d.Epoch != 3 || !d.VehicleOut || !d.Marker {
		t.Errorf("%+v", d)
	}
	if m, _ := last[*hangar.MessageDockStatus](s, 101); m.TimeBootMs > 30000 {
		t.Errorf("it says that it runs since %d ms", m.TimeBootMs)
	}
	if r := s.dock(101, hangar.MAV_CMD_DOCK_CLOSE, 77, 2, 600); r != denied {
		t.Errorf("an older epoch after the reboot: %v", r)
	}
	s.noAccident()
}

// The mains go while the lid closes behind a vehicle, and come back: the dock opens for it.
func TestADockOpensForItsVehicleWhenTheMainsAreBack(t *testing.T) {
	t.Parallel()
	s := emptied(t)
	s.dock(101, hangar.MAV_CMD_DOCK_CLOSE, 77, 3, 600)
	s.until("closing", time.Minute, func() bool { return s.dockState("H01").LidOpen < 0.6 })
	s.inject(Fault{Kind: "mains-loss", Dock: "H01"})
	s.run(time.Second)
	if d := s.dockState("H01"); d.State != "DOCK_STATE_FAULT" || d.LidMotor != 0 {
		t.Fatalf("%+v", d)
	}
	s.inject(Fault{Kind: "mains-loss", Dock: "H01", Clear: true})
	s.until("open for its vehicle", 30*time.Second, func() bool { return s.dockState("H01").State == "DOCK_STATE_LANDING_READY" })
	if r := s.dock(101, hangar.MAV_CMD_DOCK_CLOSE, 77, 3, 600); r != inProgress {
		t.Fatal(r)
	}
	s.until("away", time.Minute, func() bool { return s.dockState("H01").State == "DOCK_STATE_AWAY" })
	s.run(5 * time.Second)
	if d := s.dockState("H01"); d.State != "DOCK_STATE_AWAY" {
		t.Errorf("it opens again: %+v", d)
	}
}

func TestALatchedStopOutlivesAReboot(t *testing.T) {
	t.Parallel()
	s := newStation(t, smallCity())
	s.run(time.Second)
	s.inject(Fault{Kind: "estop", Dock: "H01"})
	s.run(time.Second)
	s.inject(Fault{Kind: "estop", Dock: "H01", Clear: true})
	s.inject(Fault{Kind: "dock-reboot", Dock: "H01"})
	s.run(10 * time.Second)
	if d := s.dockState("H01"); d.State != "DOCK_STATE_ESTOP" || !d.EStop {
		t.Errorf("%+v", d)
	}
	if r := s.dock(101, hangar.MAV_CMD_DOCK_PREPARE_LAUNCH, 77, 1, 0); r != denied {
		t.Errorf("launch: %v", r)
	}
}

// Somebody opens the cabinet or turns its key: nothing moves. Afterwards the dock opens for a vehicle that is out.
func TestNothingMovesWhileSomebodyWorksAtTheDock(t *testing.T) {
	t.Parallel()
	for kind, c := range map[string]struct {
		code   uint16
		answer common.MAV_RESULT
		flag   hangar.DOCK_ACTUATOR_FLAGS
	}{"door-open": {healthDoor, rejected, hangar.DOCK_DOOR_OPEN}, "key-local": {healthKey, denied, hangar.DOCK_LOCAL_KEY}} {
		s := emptied(t)
		s.dock(101, hangar.MAV_CMD_DOCK_CLOSE, 77, 3, 600)
		s.until("closing", time.Minute, func() bool { return s.dockState("H01").LidOpen < 0.6 })
		s.inject(Fault{Kind: kind, Dock: "H01"})
		s.run(time.Second)
		stopped := s.dockState("H01")
		if stopped.State != "DOCK_STATE_OBSTRUCTED" || stopped.LidMotor != 0 {
			t.Errorf("%s: %+v", kind, stopped)
		}
		s.wantReported(101, c.code, hangar.DOCK_HEALTH_WARNING)
		if m, _ := last[*hangar.MessageDockActuators](s, 101); m.Flags&c.flag == 0 {
			t.Errorf("%s is not shown: %v", kind, m.Flags)
		}
		if r := s.dock(101, hangar.MAV_CMD_DOCK_PREPARE_LANDING, 77, 3, 60); r != c.answer {
			t.Errorf("%s: landing: %v", kind, r)
		}
		s.beat = false // nor do the local rules move anything
		s.pass(time.Minute)
		if d := s.dockState("H01"); d.LidOpen != stopped.LidOpen {
			t.Errorf("%s: it moved", kind)
		}
		s.inject(Fault{Kind: kind, Dock: "H01", Clear: true})
		s.until("open for its vehicle", 30*time.Second, func() bool { return s.dockState("H01").State == "DOCK_STATE_LANDING_READY" })
	}
}
