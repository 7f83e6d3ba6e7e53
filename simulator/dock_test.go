package simulator

import (
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
	"groundstation/mavlink/dialect/hangar"
)

const inProgress = common.MAV_RESULT_IN_PROGRESS

func (s *station) inject(f Fault) {
	s.t.Helper()
	if err := s.w.Inject(f); err != nil {
		s.t.Fatal(err)
	}
}

// emptied is a city in which V01 flies far from its dock H01, whose lid is open for task 77 of epoch 3.
func emptied(t *testing.T) *station {
	t.Helper()
	s := newStation(t, smallCity())
	s.run(time.Second)
	if r := s.dock(101, hangar.MAV_CMD_DOCK_PREPARE_LAUNCH, 77, 3, 0); r != inProgress {
		t.Fatal(r)
	}
	s.until("launch-ready", 30*time.Second, func() bool { return s.dockState("H01").State == "DOCK_STATE_LAUNCH_READY" })
	s.until("home", 10*time.Second, func() bool { return s.vehicle("V01").HomeValid })
	if r := s.at(1, common.MAV_CMD_DO_SET_HOME, s.w.cfg.Dock[0].GroundPad); r != accepted {
		t.Fatal(r)
	}
	s.setInt(1, "NAV_DLL_ACT", 2)
	s.long(1, common.MAV_CMD_NAV_TAKEOFF, 0, 0, 0, 0, 0, 0, 40)
	if r := s.long(1, common.MAV_CMD_COMPONENT_ARM_DISARM, 1); r != accepted {
		t.Fatal(r, s.texts(1))
	}
	s.until("holding aloft", time.Minute, func() bool { return s.vehicle("V01").Mode == "Hold" })
	s.at(1, common.MAV_CMD_DO_REPOSITION, geo.Offset(s.w.cfg.Dock[0].Pad.LatLon, 0, 200).At(40), -1, 1)
	s.until("away", time.Minute, func() bool { return geo.Distance(s.vehicle("V01").Position.LatLon, s.w.cfg.Dock[0].Pad.LatLon) > 150 })
	if d := s.dockState("H01"); d.State != "DOCK_STATE_OPEN" || !d.VehicleOut || d.Task != 77 {
		t.Fatalf("dock after the launch: %+v", d)
	}
	return s
}

func TestDockEpochsAndTasks(t *testing.T) {
	t.Parallel()
	s := emptied(t)
	cases := []struct {
		name        string
		task, epoch uint32
		cmd         hangar.MAV_CMD
		want        common.MAV_RESULT
	}{
		{"older epoch", 77, 2, hangar.MAV_CMD_DOCK_CLOSE, denied},
		{"another task, same epoch", 78, 3, hangar.MAV_CMD_DOCK_PREPARE_LANDING, denied},
		{"no task", 0, 3, hangar.MAV_CMD_DOCK_PREPARE_LANDING, denied},
		{"launch without a vehicle", 77, 3, hangar.MAV_CMD_DOCK_PREPARE_LAUNCH, denied},
		{"secure without a vehicle", 77, 3, hangar.MAV_CMD_DOCK_SECURE, denied},
		{"maintenance while one is out", 77, 3, hangar.MAV_CMD_DOCK_MAINTENANCE, denied},
		{"close", 77, 3, hangar.MAV_CMD_DOCK_CLOSE, inProgress},
		{"close again", 77, 3, hangar.MAV_CMD_DOCK_CLOSE, inProgress},
		{"landing turns it round", 77, 3, hangar.MAV_CMD_DOCK_PREPARE_LANDING, accepted},
		{"landing again", 77, 3, hangar.MAV_CMD_DOCK_PREPARE_LANDING, accepted},
	}
	for _, c := range cases {
		p1 := float32(0)
		if c.cmd == hangar.MAV_CMD_DOCK_MAINTENANCE {
			p1 = 1
		}
		got := s.dock(101, c.cmd, c.task, c.epoch, p1)
		if got != c.want {
			t.Errorf("%s: %v, want %v (%+v)", c.name, got, c.want, s.dockState("H01"))
		}
		s.run(200 * time.Millisecond)
	}
	if r := s.long(101, common.MAV_CMD(hangar.MAV_CMD_DOCK_OPEN), 0); r != common.MAV_RESULT_COMMAND_INT_ONLY {
		t.Errorf("COMMAND_LONG: %v", r)
	}
	if d := s.dockState("H01"); d.State != "DOCK_STATE_LANDING_READY" || !d.Marker {
		t.Errorf("%+v", d)
	}
	s.noAccident()
}

func TestDockClosesBehindAVehicleThatIsClear(t *testing.T) {
	t.Parallel()
	s := emptied(t)
	s.dock(101, hangar.MAV_CMD_DOCK_CLOSE, 77, 3, 300)
	took := s.until("away", time.Minute, func() bool { return s.dockState("H01").State == "DOCK_STATE_AWAY" })
	if took < 41*time.Second || took > 44*time.Second {
		t.Errorf("closed after %v, want clear 30 + warn 2 + lid 10 s", took)
	}
	progress := 0
	for _, r := range s.acks(101, common.MAV_CMD(hangar.MAV_CMD_DOCK_CLOSE)) {
		if r == inProgress {
			progress++
		}
	}
	if progress < 38 {
		t.Errorf("%d acknowledgements in progress over %v", progress, took)
	}
	s.run(4 * time.Second)
	task, ok := last[*hangar.MessageDockTask](s, 101)
	if !ok || task.TaskId != 77 || task.VehicleOut != 1 || task.LocalRule != 2 || task.DueMs <= 0 {
		t.Errorf("task %+v", task)
	}
}

// TestSilentStation: with the vehicle out nothing closes by timer, and what is closed opens.
func TestSilentStation(t *testing.T) {
	t.Parallel()
	t.Run("closed lid opens", func(t *testing.T) {
		s := emptied(t)
		s.dock(101, hangar.MAV_CMD_DOCK_CLOSE, 77, 3, 600)
		s.until("away", time.Minute, func() bool { return s.dockState("H01").State == "DOCK_STATE_AWAY" })
		s.beat = false
		took := s.until("open again", 40*time.Second, func() bool { return s.dockState("H01").State == "DOCK_STATE_LANDING_READY" })
		if took < 15*time.Second {
			t.Errorf("opened after %v", took)
		}
		s.pass(10 * time.Minute)
		if d := s.dockState("H01"); d.LidOpen != 1 || d.Task != 77 {
			t.Errorf("ten minutes later: %+v", d)
		}
		if v := s.vehicle("V01"); v.Armed || geo.Distance(v.Position.LatLon, s.w.cfg.Dock[0].GroundPad.LatLon) > 2 {
			t.Errorf("the vehicle: %+v", v)
		}
		s.noAccident()
	})
	t.Run("closing lid turns back", func(t *testing.T) {
		s := emptied(t)
		s.dock(101, hangar.MAV_CMD_DOCK_CLOSE, 77, 3, 600)
		s.run(20 * time.Second)
		s.beat = false
		s.run(16 * time.Second)
		s.until("open again", 20*time.Second, func() bool { return s.dockState("H01").State == "DOCK_STATE_LANDING_READY" })
	})
	t.Run("open lid stays", func(t *testing.T) {
		s := emptied(t)
		s.beat = false
		s.pass(5 * time.Minute)
		if d := s.dockState("H01"); d.LidOpen != 1 {
			t.Errorf("%+v", d)
		}
	})
}

func TestEmergencyStop(t *testing.T) {
	t.Parallel()
	s := newStation(t, smallCity())
	s.run(time.Second)
	s.dock(101, hangar.MAV_CMD_DOCK_PREPARE_LAUNCH, 77, 1, 0)
	s.run(6 * time.Second)
	s.inject(Fault{Kind: "estop", Dock: "H01"})
	s.run(time.Second)
	acks := s.acks(101, common.MAV_CMD(hangar.MAV_CMD_DOCK_PREPARE_LAUNCH))
	stopped := s.dockState("H01")
	if acks[len(acks)-1] != ackFailed || stopped.State != "DOCK_STATE_ESTOP" || stopped.LidMotor != 0 {
		t.Fatalf("%v %+v", acks, stopped)
	}
	s.run(20 * time.Second)
	if d := s.dockState("H01"); d.LidOpen != stopped.LidOpen {
		t.Errorf("it moves: %+v", d)
	}
	if r := s.dock(101, hangar.MAV_CMD_DOCK_PREPARE_LAUNCH, 77, 1, 0); r != denied {
		t.Errorf("launch: %v", r)
	}
	if r := s.dock(101, hangar.MAV_CMD_DOCK_RESET_ESTOP, 0, 1, 0); r != rejected {
		t.Errorf("reset with the button in: %v", r)
	}
	s.inject(Fault{Kind: "estop", Dock: "H01", Clear: true})
	s.run(time.Second)
	if d := s.dockState("H01"); !d.EStop {
		t.Error("the stop is not latched")
	}
	if r := s.dock(101, hangar.MAV_CMD_DOCK_RESET_ESTOP, 0, 1, 0); r != accepted {
		t.Errorf("reset: %v", r)
	}
	if r := s.dock(101, hangar.MAV_CMD_DOCK_PREPARE_LAUNCH, 77, 1, 0); r != inProgress {
		t.Errorf("launch after the reset: %v", r)
	}
	s.until("launch-ready", 30*time.Second, func() bool { return s.dockState("H01").State == "DOCK_STATE_LAUNCH_READY" })
}

func TestLidFaults(t *testing.T) {
	t.Parallel()
	for _, f := range []Fault{{Kind: "lid-jam"}, {Kind: "lid-sensor-lies", How: "encoder-stuck"}, {Kind: "lid-sensor-lies", How: "switch-closed"}} {
		t.Run(f.Kind+f.How, func(t *testing.T) {
			s := newStation(t, smallCity())
			s.run(time.Second)
			f.Dock = "H01"
			s.inject(f)
			s.dock(101, hangar.MAV_CMD_DOCK_PREPARE_LAUNCH, 77, 1, 0)
			s.until("fault", 40*time.Second, func() bool { return s.dockState("H01").State == "DOCK_STATE_FAULT" })
			acks := s.acks(101, common.MAV_CMD(hangar.MAV_CMD_DOCK_PREPARE_LAUNCH))
			if acks[len(acks)-1] != ackFailed {
				t.Errorf("%v", acks)
			}
			s.run(1100 * time.Millisecond)
			if h, ok := last[*hangar.MessageDockHealth](s, 101); !ok || h.Count == 0 {
				t.Errorf("health %+v", h)
			}
			f.Clear = true
			s.inject(f)
			s.dock(101, hangar.MAV_CMD_DOCK_PREPARE_LAUNCH, 77, 1, 0)
			s.until("launch-ready", 40*time.Second, func() bool { return s.dockState("H01").State == "DOCK_STATE_LAUNCH_READY" })
		})
	}
	t.Run("a switch that says open", func(t *testing.T) {
		s := newStation(t, smallCity())
		s.inject(Fault{Kind: "lid-sensor-lies", Dock: "H01"})
		s.run(time.Second)
		m, ok := last[*hangar.MessageDockActuators](s, 101)
		if !ok || m.Flags&hangar.DOCK_LID_SWITCH_OPEN == 0 || m.LidEncoderDeg != 0 {
			t.Errorf("%+v: the two sensors are not independent", m)
		}
	})
}

func TestPersonAndMains(t *testing.T) {
	t.Parallel()
	s := newStation(t, smallCity())
	s.run(time.Second)
	s.dock(101, hangar.MAV_CMD_DOCK_PREPARE_LAUNCH, 77, 1, 0)
	s.run(5 * time.Second)
	s.inject(Fault{Kind: "person", Dock: "H01"})
	s.run(time.Second)
	if d := s.dockState("H01"); d.State != "DOCK_STATE_OBSTRUCTED" || d.LidMotor != 0 {
		t.Errorf("with a person: %+v", d)
	}
	if r := s.dock(101, hangar.MAV_CMD_DOCK_PREPARE_LAUNCH, 77, 1, 0); r != rejected {
		t.Errorf("launch with a person near: %v", r)
	}
	s.inject(Fault{Kind: "person", Dock: "H01", Clear: true})
	s.run(time.Second)
	s.dock(101, hangar.MAV_CMD_DOCK_PREPARE_LAUNCH, 77, 1, 0)
	s.until("launch-ready", 30*time.Second, func() bool { return s.dockState("H01").State == "DOCK_STATE_LAUNCH_READY" })
	s.inject(Fault{Kind: "mains-loss", Dock: "H01"})
	s.run(2 * time.Second)
	if m, ok := last[*hangar.MessageDockPower](s, 101); !ok || m.MainsOk != 0 || m.UpsMin > upsMinutes {
		t.Errorf("power %+v", m)
	}
	if r := s.dock(101, hangar.MAV_CMD_DOCK_SECURE, 77, 1, 0); r != rejected {
		t.Errorf("secure without mains: %v", r)
	}
	s.pass(21 * time.Minute)
	s.forget()
	s.run(5 * time.Second)
	for _, h := range s.in {
		if h.sys == 101 {
			t.Fatalf("%T from a dock without power", h.msg)
		}
	}
}

func TestLaunchAbortedIsSecured(t *testing.T) {
	t.Parallel()
	s := newStation(t, smallCity())
	s.run(time.Second)
	s.dock(101, hangar.MAV_CMD_DOCK_PREPARE_LAUNCH, 77, 1, 0)
	s.run(8 * time.Second)
	if r := s.dock(101, hangar.MAV_CMD_DOCK_SECURE, 77, 2, 0); r != inProgress {
		t.Fatal(r)
	}
	if acks := s.acks(101, common.MAV_CMD(hangar.MAV_CMD_DOCK_PREPARE_LAUNCH)); len(acks) != 1 || acks[0] != common.MAV_RESULT_CANCELLED {
		t.Errorf("the launch ended with %v", acks)
	}
	s.until("closed", 40*time.Second, func() bool { d := s.dockState("H01"); return d.State == "DOCK_STATE_IDLE" && d.Task == 0 })
	s.run(time.Second)
	if d := s.dockState("H01"); d.LidOpen != 0 || d.Clamps != 1 {
		t.Errorf("%+v", d)
	}
}

func TestLandedBesideTheContactsIsNotDocked(t *testing.T) {
	t.Parallel()
	s := emptied(t)
	v := s.w.vehicles[0]
	v.body = body{pos: add(s.w.docks[0].pad, geo.ENU{E: 0.7}), onGround: true}
	v.disarm("a test")
	s.run(time.Second)
	if r := s.dock(101, hangar.MAV_CMD_DOCK_SECURE, 77, 3, 0); r != ackFailed {
		t.Errorf("secure: %v", r)
	}
	s.run(30 * time.Second)
	if d := s.dockState("H01"); d.State != "DOCK_STATE_ASKEW" || d.LidOpen != 1 {
		t.Errorf("%+v", d)
	}
	m, _ := last[*hangar.MessageDockActuators](s, 101)
	if m.Flags&hangar.DOCK_SEATED != 0 || m.PadWeightKg < 1 {
		t.Errorf("weight and contacts: %+v", m)
	}
}
