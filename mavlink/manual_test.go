package mavlink

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// hands is a pilot at a browser, and what the fake vehicle makes of the sticks: position control of PX4, which refuses the
// mode to whom it has not heard for half a second.
type hands struct {
	w     *world
	grant fleet.IntentID
	seq   uint32
	at    fleet.Sticks
	// came is every MANUAL_CONTROL that reached the vehicle, with when.
	came   []common.MessageManualControl
	cameAt []time.Time
	heard  time.Time
	refuse bool
	moving [4]movingDiff
	took   int // how often sticks that moved took over from an automatic mode
}

// movingDiff is PX4's (v1.17): how fast a stick moves, smoothed over a tenth of a second; above 0.3 a second it takes over.
type movingDiff struct{ last, diff float64 }

func (d *movingDiff) moves(v, dt float64) bool {
	if dt > 0.5 {
		*d = movingDiff{last: v}
	} else if dt > 0 {
		d.diff += dt / (0.1 + dt) * ((v-d.last)/dt - d.diff)
		d.last = v
	}
	return math.Abs(d.diff) > 0.3
}

// sticks takes what a MANUAL_CONTROL says.
func (h *hands) sticks(m *common.MessageManualControl) {
	w, dt, moved := h.w, h.w.now.Sub(h.heard).Seconds(), false
	for i, v := range []int16{m.X, m.Y, 2*m.Z - 1000, m.R} {
		moved = h.moving[i].moves(float64(v)/1000, dt) || moved
	}
	h.came, h.cameAt, h.heard = append(h.came, *m), append(h.cameAt, w.now), w.now
	if moved && w.v.armed && w.v.mode.main() == 4 && w.v.status < 5 {
		w.v.mode = px4(3, 0)
		w.v.say("Pilot took over using sticks\t")
		h.took++
	}
	if w.v.mode == px4(3, 0) {
		w.v.goal = geo.NewFrame(w.v.pos).Position(geo.ENU{N: float64(m.X) / 100, E: float64(m.Y) / 100, U: float64(m.Z-500) / 200})
	}
}

func newHands(w *world) *hands {
	h := &hands{w: w}
	w.v.beside = func(m message.Message) bool {
		switch m := m.(type) {
		case *common.MessageManualControl:
			h.sticks(m)
			return true
		case *common.MessageCommandLong:
			if m.Command == common.MAV_CMD_DO_SET_MODE && m.Param2 == 3 && (h.refuse || w.now.Sub(h.heard) > 500*time.Millisecond) {
				w.v.ack(m.Command, common.MAV_RESULT_ACCEPTED)
				w.v.ack(m.Command, common.MAV_RESULT_TEMPORARILY_REJECTED)
				w.v.say("Switching to Position is currently not available")
				return true
			}
		}
		return false
	}
	return h
}

// fly begins a flight by hand and lets the pilot's browser speak 25 times a second for d.
func (h *hands) begin() { h.grant = h.w.want(fleet.FlyManual{}) }

// steer lets the pilot hold the sticks for d, or until.
func (h *hands) steer(d time.Duration, x fleet.Sticks, until func() bool) bool {
	h.at = x
	for end := h.w.now.Add(d); h.w.now.Before(end); {
		if until != nil && until() {
			return true
		}
		h.seq++
		h.w.step(GrantIn{Grant: h.grant, Until: h.w.now.Add(1500 * time.Millisecond)})
		h.w.step(SticksIn{Grant: h.grant, Seq: h.seq, SentMS: float64(h.w.now.UnixMilli()), Sticks: x})
		h.w.run(40*time.Millisecond, nil)
	}
	return until == nil
}

func (h *hands) stage() fleet.ManualStage {
	if hand := h.w.s.v.Manual; hand != nil {
		return hand.Stage
	}
	return ""
}

func (h *hands) flying() bool { return h.stage() == fleet.ManualFlying }

// moved are the sticks after at that were not neutral.
func (h *hands) moved(at time.Time) (n int) {
	for i, m := range h.came {
		if h.cameAt[i].After(at) && (m.X != 0 || m.Y != 0 || m.Z != 500 || m.R != 0) {
			n++
		}
	}
	return n
}

func overPilotRadios(t *testing.T, f func(t *testing.T, w *world, h *hands)) {
	for name, r := range map[string]radio{"good": goodRadio, "lte": {loss: 0.05, repeat: 0.05, least: 40 * time.Millisecond, most: 120 * time.Millisecond},
		"bad": badRadio} {
		for seed := range uint64(4) {
			t.Run(fmt.Sprintf("%s-%d", name, seed), func(t *testing.T) {
				w := newWorld(t, seed, r)
				w.airborne()
				f(t, w, newHands(w))
			})
		}
	}
}

func TestAPilotFliesAndLetsGo(t *testing.T) {
	overPilotRadios(t, func(t *testing.T, w *world, h *hands) {
		h.begin()
		if !h.steer(15*time.Second, fleet.Neutral, h.flying) {
			t.Fatalf("not flying: %+v, mode %v", w.s.v.Manual, w.s.v.Mode)
		}
		begun, from := w.now, w.v.pos
		h.steer(5*time.Second, fleet.Sticks{X: 600, Z: 500}, nil)
		if d := geo.Distance(from.LatLon, w.v.pos.LatLon); d < 5 {
			t.Fatalf("moved %.1f m in 5 s of full sticks", d)
		}
		if n := h.moved(begun); w.radio.loss == 0 && (n < 115 || n > 135) {
			t.Fatalf("%d sticks in 5 s, want 25 a second", n)
		}
		hold := w.want(fleet.Hold{})
		at := w.now
		done(t, w.final(hold))
		r := w.final(h.grant)
		if r.Stage != fleet.StageDone || r.Code != "ended" {
			t.Fatalf("%+v", r)
		}
		w.run(5*time.Second, nil)
		if h.took != 0 {
			t.Errorf("letting go took over from the hold %d times", h.took)
		}
		if h.moved(at.Add(w.radio.most)) != 0 {
			t.Fatal("moved sticks went out after the hold was ordered")
		}
		if w.v.mode != px4Hold || w.s.v.Manual != nil {
			t.Fatalf("mode %v, %+v", w.v.mode, w.s.v.Manual)
		}
		for _, c := range w.changes() {
			if c.Cause != fleet.CauseOrdered {
				t.Errorf("%+v", c)
			}
		}
	})
}

// TestASilentPilotIsStopped: half a second after the last input the sticks are neutral and hold is ordered, until it is seen.
func TestASilentPilotIsStopped(t *testing.T) {
	overPilotRadios(t, func(t *testing.T, w *world, h *hands) {
		h.begin()
		if !h.steer(15*time.Second, fleet.Neutral, h.flying) {
			t.Fatal("not flying")
		}
		h.steer(2*time.Second, fleet.Sticks{X: 500, Z: 500}, nil)
		last := w.now.Add(-40 * time.Millisecond)
		sent := len(w.frames)
		w.run(461*time.Millisecond, nil)
		if h.stage() != fleet.ManualLeaving && w.s.v.Mode == fleet.ModeManual {
			t.Fatalf("%v after %v of silence", h.stage(), w.now.Sub(last))
		}
		neutral, hold := false, false
		look := func() {
			for _, m := range w.frames[sent:] {
				switch m := m.(type) {
				case *common.MessageManualControl:
					neutral = *m == common.MessageManualControl{Target: 7, Z: 500}
				case *common.MessageCommandLong:
					hold = hold || m.Command == common.MAV_CMD_DO_SET_MODE && m.Param2 == 4 && m.Param3 == 3
				}
			}
		}
		if look(); !neutral || hold {
			t.Fatalf("neutral %v, hold %v within half a second of silence", neutral, hold)
		}
		w.run(sticksSettle+2*w.s.rtt.expected()+200*time.Millisecond, nil)
		if look(); !hold && w.s.v.Mode == fleet.ModeManual {
			t.Fatal("hold was not ordered when the sticks had stood still")
		}
		r := w.final(h.grant)
		if r.Stage != fleet.StageFailed || r.Code != "silent" || w.v.mode != px4Hold {
			t.Fatalf("%+v, mode %v", r, w.v.mode)
		}
		if h.took != 0 {
			t.Fatalf("letting go took over from the hold %d times", h.took)
		}
	})
}

// TestSticksThatComeLateAreNoSticks: what was held up on its way does not count as a pilot who is there.
func TestSticksThatComeLateAreNoSticks(t *testing.T) {
	w := newWorld(t, 1, goodRadio)
	w.airborne()
	h := newHands(w)
	h.begin()
	if !h.steer(10*time.Second, fleet.Neutral, h.flying) {
		t.Fatal("not flying")
	}
	h.steer(time.Second, fleet.Sticks{X: 300, Z: 500}, nil)
	stalled := w.now
	for w.now.Before(stalled.Add(450 * time.Millisecond)) {
		w.run(40*time.Millisecond, nil)
	}
	for i := range 20 { // the burst that had waited
		h.seq++
		w.step(SticksIn{Grant: h.grant, Seq: h.seq, SentMS: float64(stalled.UnixMilli() - int64(i)), Sticks: fleet.Sticks{X: 1000, Z: 500}})
	}
	w.run(100*time.Millisecond, nil)
	if h.stage() != fleet.ManualLeaving && w.s.v.Mode == fleet.ModeManual {
		t.Fatalf("%v: inputs that were late kept it flying", h.stage())
	}
	for _, m := range h.came {
		if m.X == 1000 {
			t.Fatal("a late input was sent on")
		}
	}
}

func TestSticksAreTakenOnce(t *testing.T) {
	at := worldStart
	m := manual{stage: fleet.ManualFlying, grant: "C1"}
	ms := func(d time.Duration) float64 { return float64(at.Add(d).UnixMilli()) }
	for i, c := range []struct {
		now time.Duration
		in  SticksIn
		why string
	}{
		{0, SticksIn{Grant: "C1", Seq: 5, SentMS: ms(0), Sticks: fleet.Neutral}, ""},
		{40 * time.Millisecond, SticksIn{Grant: "C1", Seq: 5, SentMS: ms(0), Sticks: fleet.Neutral}, "order"},
		{40 * time.Millisecond, SticksIn{Grant: "C1", Seq: 4, SentMS: ms(0), Sticks: fleet.Neutral}, "order"},
		{40 * time.Millisecond, SticksIn{Grant: "C2", Seq: 6, SentMS: ms(0), Sticks: fleet.Neutral}, "other-grant"},
		{40 * time.Millisecond, SticksIn{Grant: "C1", Seq: 6, SentMS: ms(40 * time.Millisecond), Sticks: fleet.Sticks{X: 1001}}, "range"},
		{40 * time.Millisecond, SticksIn{Grant: "C1", Seq: 6, SentMS: ms(40 * time.Millisecond), Sticks: fleet.Sticks{Z: -1}}, "range"},
		{40 * time.Millisecond, SticksIn{Grant: "C1", Seq: 6, SentMS: math.NaN(), Sticks: fleet.Neutral}, "late"},
		{900 * time.Millisecond, SticksIn{Grant: "C1", Seq: 6, SentMS: ms(40 * time.Millisecond), Sticks: fleet.Neutral}, "late"},
		{920 * time.Millisecond, SticksIn{Grant: "C1", Seq: 7, SentMS: ms(900 * time.Millisecond), Sticks: fleet.Neutral}, ""},
	} {
		if why := m.take(at.Add(c.now), c.in); why != c.why {
			t.Errorf("%d: %q, want %q", i, why, c.why)
		}
	}
}

// TestAFlightByHandStaysInItsRoom: sticks held towards the fence, the ceiling and the floor end in a hold before it.
func TestAFlightByHandStaysInItsRoom(t *testing.T) {
	for name, x := range map[string]fleet.Sticks{"fence": {X: 1000, Z: 500}, "ceiling": {Z: 1000}, "floor": {Z: 0}} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 2, goodRadio)
			w.airborne()
			h := newHands(w)
			env := fleet.Envelope{FloorAMSL: 40, CeilingAMSL: 70}
			for b := 45.0; b < 360; b += 90 {
				env.Fence = append(env.Fence, geo.Offset(w.v.pos.LatLon, b, 140))
			}
			h.grant = "P1"
			w.step(IntentIn{fleet.Intent{ID: h.grant, Vehicle: "V07", Epoch: 1, Envelope: env, Act: fleet.FlyManual{}}})
			if !h.steer(10*time.Second, fleet.Neutral, h.flying) {
				t.Fatal("not flying")
			}
			if !h.steer(60*time.Second, x, func() bool { return h.stage() == "" }) {
				t.Fatalf("still %v at %v", h.stage(), w.v.pos)
			}
			if r := w.final(h.grant); r.Code != "room-left" || r.Stage != fleet.StageFailed {
				t.Fatalf("%+v", r)
			}
			w.run(10*time.Second, nil)
			if err := inside(w.v.pos, &env); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestWhatEndsAFlightByHand(t *testing.T) {
	begin := func(t *testing.T) (*world, *hands) {
		w := newWorld(t, 3, goodRadio)
		w.airborne()
		h := newHands(w)
		h.begin()
		if !h.steer(10*time.Second, fleet.Neutral, h.flying) {
			t.Fatal("not flying")
		}
		h.steer(time.Second, fleet.Sticks{X: 200, Z: 500}, nil)
		return w, h
	}
	for name, act := range map[string]fleet.Act{"return": fleet.Return{}, "land": fleet.Land{}, "goto": fleet.GoTo{Target: fakeHome.LatLon.At(60)}} {
		t.Run(name, func(t *testing.T) {
			w, h := begin(t)
			at := w.now
			w.want(act)
			w.run(20*time.Millisecond, nil)
			h.steer(3*time.Second, fleet.Sticks{X: 1000, Z: 500}, nil)
			if h.moved(at.Add(5*time.Millisecond)) != 0 || w.v.mode == px4(3, 0) {
				t.Fatalf("%d moved sticks, mode %v", h.moved(at), w.v.mode)
			}
		})
	}
	t.Run("grant", func(t *testing.T) {
		w, h := begin(t)
		for range 100 { // the pilot goes on, the Desk does not
			h.seq++
			w.step(SticksIn{Grant: h.grant, Seq: h.seq, SentMS: float64(w.now.UnixMilli()), Sticks: fleet.Sticks{X: 100, Z: 500}})
			w.run(40*time.Millisecond, nil)
		}
		if r := w.final(h.grant); r.Code != "grant-over" || w.v.mode != px4Hold {
			t.Fatalf("%+v", r)
		}
	})
	t.Run("another hand", func(t *testing.T) {
		w, h := begin(t)
		w.run(0, nil)
		h.steer(11*time.Second, fleet.Neutral, nil) // past the echo of our own order
		w.v.mode = px4(2, 0)
		h.steer(3*time.Second, fleet.Sticks{X: 100, Z: 500}, func() bool { return h.stage() == "" })
		frames := len(w.frames)
		h.steer(3*time.Second, fleet.Sticks{X: 100, Z: 500}, nil)
		for _, m := range w.frames[frames:] {
			switch m.(type) {
			case *common.MessageManualControl, *common.MessageCommandLong:
				t.Fatalf("%T was sent while another flies", m)
			}
		}
	})
	t.Run("failsafe", func(t *testing.T) {
		w, h := begin(t)
		w.v.status = 5
		w.v.mode = px4Return
		h.steer(2*time.Second, fleet.Sticks{X: 100, Z: 500}, nil)
		if w.v.mode != px4Return {
			t.Fatalf("mode %v: the failsafe was overruled", w.v.mode)
		}
	})
	t.Run("no position", func(t *testing.T) {
		w, h := begin(t)
		w.radio.cutDn = true
		h.steer(1500*time.Millisecond, fleet.Sticks{X: 100, Z: 500}, nil)
		at := w.now
		h.steer(time.Second, fleet.Sticks{X: 100, Z: 500}, nil)
		if h.moved(at) != 0 || w.v.mode != px4Hold {
			t.Fatalf("flown blind: %d sticks, mode %v", h.moved(at), w.v.mode)
		}
	})
}

func TestWhoMayNotBeFlownByHand(t *testing.T) {
	w := newWorld(t, 4, goodRadio)
	w.settle()
	h := newHands(w)
	if r := w.do(fleet.FlyManual{}); r.Code != "on-ground" {
		t.Fatalf("%+v", r)
	}
	w.airborne()
	w.step(IntentIn{fleet.Intent{ID: "nowhere", Vehicle: "V07", Epoch: 1, Act: fleet.FlyManual{}}})
	if r := w.final("nowhere"); r.Code != "room" {
		t.Fatalf("%+v", r)
	}
	h.refuse = true
	h.begin()
	h.steer(10*time.Second, fleet.Neutral, nil)
	if r := w.final(h.grant); r.Stage != fleet.StageRefused || h.moved(time.Time{}) != 0 {
		t.Fatalf("%+v", r)
	}
	if w.s.v.Manual != nil || w.v.mode != px4Hold {
		t.Fatalf("%+v", w.s.v.Manual)
	}
}

// TestNeutralSticksRestUntilDisarmed: an autopilot that has heard sticks must not miss them in an orbit later.
func TestNeutralSticksRestUntilDisarmed(t *testing.T) {
	w := newWorld(t, 5, goodRadio)
	w.airborne()
	h := newHands(w)
	h.begin()
	h.steer(10*time.Second, fleet.Neutral, h.flying)
	done(t, w.do(fleet.Hold{}))
	done(t, w.do(fleet.Orbit{Center: fakeHome.LatLon.At(60), RadiusM: 40, SpeedMS: 5}))
	var gap time.Duration
	from := len(h.cameAt)
	w.run(10*time.Second, nil)
	for i := from; i < len(h.cameAt); i++ {
		gap = max(gap, h.cameAt[i].Sub(h.cameAt[i-1]))
	}
	if gap == 0 || gap > 300*time.Millisecond || h.moved(time.Time{}) != 0 {
		t.Fatalf("gap %v, %d moved", gap, h.moved(time.Time{}))
	}
	done(t, w.do(fleet.Land{}))
	w.run(10*time.Second, func() bool { return !w.s.v.Armed })
	n := len(h.came)
	w.run(5*time.Second, nil)
	if len(h.came)-n > 1 {
		t.Fatalf("%d sticks after it was disarmed", len(h.came)-n)
	}
}

func TestGuardOfSticks(t *testing.T) {
	flying := &manual{stage: fleet.ManualFlying, live: true}
	ok := common.MessageManualControl{Target: 7, X: 1000, Y: -1000, Z: 1000, R: 3}
	with := func(f func(*common.MessageManualControl)) *common.MessageManualControl {
		m := ok
		f(&m)
		return &m
	}
	rest := &common.MessageManualControl{Target: 7, Z: 500}
	for name, c := range map[string]struct {
		hand *manual
		m    *common.MessageManualControl
		ok   bool
	}{
		"flying":              {flying, &ok, true},
		"nobody flies":        {&manual{}, rest, false},
		"no hand at all":      {nil, rest, false},
		"entering, moved":     {&manual{stage: fleet.ManualEntering}, &ok, false},
		"entering":            {&manual{stage: fleet.ManualEntering}, rest, true},
		"grant over":          {&manual{stage: fleet.ManualFlying}, &ok, false},
		"leaving, moved":      {&manual{stage: fleet.ManualLeaving}, &ok, false},
		"resting":             {&manual{spoke: true}, rest, true},
		"resting, moved":      {&manual{spoke: true}, &ok, false},
		"another vehicle":     {flying, with(func(m *common.MessageManualControl) { m.Target = 8 }), false},
		"everybody":           {flying, with(func(m *common.MessageManualControl) { m.Target = 0 }), false},
		"x too far":           {flying, with(func(m *common.MessageManualControl) { m.X = 1001 }), false},
		"x not given":         {flying, with(func(m *common.MessageManualControl) { m.X = math.MaxInt16 }), false},
		"y too far":           {flying, with(func(m *common.MessageManualControl) { m.Y = -1001 }), false},
		"thrust below nought": {flying, with(func(m *common.MessageManualControl) { m.Z = -1 }), false},
		"thrust too far":      {flying, with(func(m *common.MessageManualControl) { m.Z = 1001 }), false},
		"yaw too far":         {flying, with(func(m *common.MessageManualControl) { m.R = 1001 }), false},
		"buttons":             {flying, with(func(m *common.MessageManualControl) { m.Buttons = 1 }), false},
		"a further axis":      {flying, with(func(m *common.MessageManualControl) { m.EnabledExtensions, m.Aux1 = 4, 1000 }), false},
	} {
		g := guard{system: 7, hand: c.hand, auto: px4Family}
		if err := g.check(c.m, nil); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	order := &common.MessageCommandLong{TargetSystem: 7, TargetComponent: 1, Command: common.MAV_CMD_DO_SET_MODE, Param1: 1, Param2: 3}
	for _, stage := range []fleet.ManualStage{"", fleet.ManualEntering, fleet.ManualFlying, fleet.ManualLeaving} {
		g := guard{system: 7, hand: &manual{stage: stage}, auto: px4Family}
		if err := g.check(order, nil); (err == nil) != (stage == fleet.ManualEntering) {
			t.Errorf("the manual mode while %q: %v", stage, err)
		}
	}
	if !slices.Contains(understoodModes(copterFamily), copterFamily.manual) || !slices.Contains(understoodModes(px4Family), px4Family.manual) {
		t.Error("the mode to be flown in is not one a pilot's sticks steer")
	}
}

func understoodModes(p *personality) (out []uint32) {
	for custom, m := range p.modes {
		if m.mode == fleet.ModeManual {
			out = append(out, custom)
		}
	}
	return out
}
