package mavlink

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/mavlink/dialect/hangar"
)

var dockSpec = fleet.DockSpec{ID: "H03", SystemID: 103}

// dockBench is a DockSession with a dock that a test plays.
type dockBench struct {
	t    *testing.T
	now  time.Time
	s    *DockSession
	enc  *Encoder
	sent []message.Message
	evs  []fleet.Event
}

func newDockBench(t *testing.T) *dockBench {
	b := &dockBench{t: t, now: worldStart, s: NewDockSession(dockSpec, DefaultConfig()), enc: testEncoder(103, 1)}
	b.hear(&common.MessageHeartbeat{Type: 31, SystemStatus: 4})
	return b
}

func (b *dockBench) take(outs []Output) {
	for _, o := range outs {
		switch o := o.(type) {
		case Transmit:
			b.sent = append(b.sent, o.Message)
		case Emit:
			b.evs = append(b.evs, o.Event)
		}
	}
}

func (b *dockBench) hear(m message.Message) {
	d, err := b.enc.Encode(nil, m)
	if err != nil {
		b.t.Fatal(err)
	}
	testDecoder().Split(d, func(f Frame) { b.take(b.s.Step(b.now, &FrameIn{Frame: f, Source: worldAddr})) })
}

// pass lets time go, with a heartbeat each second.
func (b *dockBench) pass(d time.Duration) {
	for end := b.now.Add(d); b.now.Before(end); {
		b.now = b.now.Add(100 * time.Millisecond)
		if b.now.Sub(worldStart)%time.Second == 0 {
			b.hear(&common.MessageHeartbeat{Type: 31, SystemStatus: 4})
		}
		b.take(b.s.Step(b.now, Tick{}))
	}
}

func (b *dockBench) stages(id fleet.IntentID) (out []fleet.Stage) {
	for _, e := range b.evs {
		if r, ok := e.(fleet.Report); ok && r.Intent == id {
			out = append(out, r.Stage)
		}
	}
	return out
}

func (b *dockBench) commands() (out []*common.MessageCommandInt) {
	for _, m := range b.sent {
		if c, ok := m.(*common.MessageCommandInt); ok {
			out = append(out, c)
		}
	}
	return out
}

func TestDockCommandIsRepeatedWithTheSameIDs(t *testing.T) {
	b := newDockBench(t)
	b.take(b.s.Step(b.now, IntentIn{fleet.Intent{ID: "I1", Dock: "H03", Epoch: 3, Sortie: "S9", Bound: 30 * time.Second, Act: fleet.PrepareLanding{ETA: 90 * time.Second}}}))
	b.pass(8 * time.Second)
	cs := b.commands()
	if len(cs) < 4 {
		t.Fatalf("sent %d times in 8 s", len(cs))
	}
	for _, c := range cs {
		if c.X != int32(fleet.TaskHash("S9")) || c.Y != 3 || c.Param1 != 90 || hangar.MAV_CMD(c.Command) != hangar.MAV_CMD_DOCK_PREPARE_LANDING {
			t.Fatalf("%+v", c)
		}
	}
	b.hear(&common.MessageCommandAck{Command: cs[0].Command, Result: common.MAV_RESULT_IN_PROGRESS, Progress: 10, TargetSystem: 255, TargetComponent: 190})
	n := len(b.commands())
	b.pass(20 * time.Second)
	if len(b.commands()) != n {
		t.Fatal("sent again after the dock had answered")
	}
	if st := b.stages("I1"); !slices.Equal(st, []fleet.Stage{fleet.StageSent, fleet.StageAccepted}) {
		t.Fatalf("%v", st)
	}
}

func TestDockRefusalsSilenceAndEpochs(t *testing.T) {
	b := newDockBench(t)
	want := func(id fleet.IntentID, epoch uint64, a fleet.Act) {
		b.take(b.s.Step(b.now, IntentIn{fleet.Intent{ID: id, Dock: "H03", Epoch: epoch, Sortie: "S9", Bound: 5 * time.Second, Act: a}}))
	}
	want("I1", 3, fleet.PrepareLaunch{})
	b.hear(&common.MessageCommandAck{Command: b.commands()[0].Command, Result: common.MAV_RESULT_DENIED, TargetSystem: 255, TargetComponent: 190})
	want("I2", 3, fleet.Secure{})
	b.pass(7 * time.Second)
	want("I3", 2, fleet.Secure{})
	want("I4", 4, fleet.Return{})
	want("I5", 4, fleet.CloseAway{EarliestReturn: 5 * time.Minute})
	want("I6", 4, fleet.PrepareLanding{})
	for id, last := range map[fleet.IntentID]fleet.Stage{
		"I1": fleet.StageRefused, "I2": fleet.StageTimedOut, "I3": fleet.StageRefused, "I4": fleet.StageRefused, "I5": fleet.StageFailed, "I6": fleet.StageSent,
	} {
		if st := b.stages(id); len(st) == 0 || st[len(st)-1] != last {
			t.Errorf("%s: %v, want %v at the end", id, st, last)
		}
	}
}

func TestDockState(t *testing.T) {
	b := newDockBench(t)
	b.hear(&hangar.MessageDockStatus{State: hangar.DOCK_STATE_OPENING, Percent: 40, Step: "lid\x01", TaskId: 77, StationHeardMs: 1500})
	b.hear(&hangar.MessageDockActuators{Flags: hangar.DOCK_LID_SWITCH_OPEN | hangar.DOCK_SEATED, LidEncoderDeg: 109, LidOpenDeg: 110})
	b.hear(&hangar.MessageDockEnvironment{WindMeanMs: 4, WindGustMs: float32(math.NaN()), PadWet: 1})
	b.hear(&hangar.MessageDockPower{MainsOk: 1, PackPercent: 255})
	d := b.s.told
	if d.State != fleet.DockOpening || d.Percent != 40 || d.Step != "lid" || d.Task != 77 || d.StationHeardS != 1.5 {
		t.Errorf("%+v", d)
	}
	if !d.LidOpenConfirmed(b.now, time.Second) || !d.Seated || d.LidPercent != 99 {
		t.Errorf("%+v", d)
	}
	b.pass(200 * time.Millisecond)
	if d = b.s.told; d.Env.WindMS != 4 || d.Env.GustMS != 0 || !d.Env.PadWet || !d.Power.MainsOK || d.Power.PackPercent != -1 {
		t.Errorf("%+v %+v", d.Env, d.Power)
	}
	b.hear(&hangar.MessageDockPower{MainsOk: 1, PackPercent: 80})
	if d = b.s.told; !d.Power.VehicleOff || !d.Sleeps(b.now, time.Second) || d.Sleeps(b.now.Add(2*time.Second), time.Second) {
		t.Errorf("switched off: %+v", d.Power)
	}
	b.hear(&hangar.MessageDockPower{MainsOk: 1, PackPercent: 80, VehiclePowered: 1})
	if b.s.told.Power.VehicleOff {
		t.Error("on, and told off")
	}
	for _, c := range []struct {
		flags   hangar.DOCK_ACTUATOR_FLAGS
		deg     float32
		sw, enc fleet.Lid
		contra  bool
	}{
		{hangar.DOCK_LID_SWITCH_CLOSED, 0, fleet.LidClosed, fleet.LidClosed, false},
		{0, 50, fleet.LidMoving, fleet.LidMoving, false},
		{hangar.DOCK_LID_SWITCH_OPEN | hangar.DOCK_LID_SWITCH_CLOSED, 50, fleet.LidUnknown, fleet.LidMoving, true},
		{hangar.DOCK_LID_SWITCH_OPEN, 1, fleet.LidOpen, fleet.LidClosed, true},
		{hangar.DOCK_LID_SWITCH_OPEN, float32(math.NaN()), fleet.LidOpen, fleet.LidUnknown, false},
		{hangar.DOCK_LID_OPENING | hangar.DOCK_LID_CLOSING, 50, fleet.LidMoving, fleet.LidMoving, true},
	} {
		b.hear(&hangar.MessageDockActuators{Flags: c.flags, LidEncoderDeg: c.deg, LidOpenDeg: 110})
		if d := b.s.d; d.LidSwitch != c.sw || d.LidEncoder != c.enc || d.Contradict != c.contra {
			t.Errorf("%+v: %s %s %v", c, d.LidSwitch, d.LidEncoder, d.Contradict)
		}
	}
}

func TestDockHealthIsReplacedByCompleteRounds(t *testing.T) {
	b := newDockBench(t)
	item := func(i, n uint8, code uint16) {
		b.hear(&hangar.MessageDockHealth{Index: i, Count: n, Code: code, Module: "lid"})
	}
	item(0, 2, 11)
	if len(b.s.d.Health) != 0 {
		t.Fatal("half a round counted")
	}
	item(1, 2, 12)
	if len(b.s.d.Health) != 2 {
		t.Fatalf("%+v", b.s.d.Health)
	}
	item(1, 2, 12) // item 0 was lost
	if len(b.s.d.Health) != 2 || b.s.d.Health[0].Code != 11 {
		t.Fatalf("%+v", b.s.d.Health)
	}
	item(0, 0, 0)
	if len(b.s.d.Health) != 0 {
		t.Fatal("not cleared")
	}
}
