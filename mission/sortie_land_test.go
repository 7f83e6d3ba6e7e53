package mission

import (
	"slices"
	"testing"
	"time"

	"groundstation/fleet"
)

// landing lets V01 come home to H01 and be ordered down, by what the world would show of it, and gives its sortie.
func (b *table) landing(t *testing.T) Sortie {
	t.Helper()
	s := b.flying(t)
	b.told(t, RecallSortie{Sortie: s.ID})
	b.run(time.Second)
	v, k := b.vehicles["V01"], b.docks["H01"]
	v.Mode = fleet.ModeHold
	k.State, k.Task = fleet.DockLandingReady, fleet.TaskHash(s.ID)
	for range 8 {
		b.finish(named("goto", "prepare-landing", "close-away"))
		b.run(time.Second)
		if slices.Contains(b.acts("V01"), "land-at") {
			break
		}
	}
	if s = b.shownSortie(s.ID); s.State != Landing {
		t.Fatalf("the sortie is %s: %s; sent %v", s.State, s.Reason, b.acts("V01"))
	}
	v.Mode, v.Landed, v.VelDMS = fleet.ModePrecLand, fleet.Landing, 0.5
	b.at(10)
	b.run(time.Second)
	return s
}

// at puts V01 at a height above its pad, as its estimator has it.
func (b *table) at(height float64) {
	p := b.reg.Docks[0].Pad
	p.AltAMSL += height
	b.vehicles["V01"].Position = &p
}

// TestALandingIsLostByWhatIsFresh: a vehicle's own height may be off by metres as it touches down, and the dock's word that
// something stands on its pad comes before its scales' and before the vehicle's.
func TestALandingIsLostByWhatIsFresh(t *testing.T) {
	for _, c := range []struct {
		name   string
		height float64
		sinks  float64 // what the vehicle says after the dock's word, m/s
		word   func(k *fleet.Dock)
		lost   bool
	}{
		{"touched down, its height is off", 1.54, 0, func(k *fleet.Dock) { k.State = fleet.DockOccupied }, false},
		{"touched down, felt by the scales", 3, 0, func(k *fleet.Dock) { k.State, k.Seated = fleet.DockOccupied, true }, false},
		{"something else stands there", 3, 0.5, func(k *fleet.Dock) { k.State, k.Seated = fleet.DockOccupied, true }, true},
		{"something else stands there, seen from far", 10, 0, func(k *fleet.Dock) { k.State, k.Seated = fleet.DockOccupied, true }, true},
		{"occupied by another sortie", 1.54, 0, func(k *fleet.Dock) { k.State, k.Task = fleet.DockOccupied, 1 }, true},
		{"a fault", 1.54, 0, func(k *fleet.Dock) { k.State = fleet.DockFault }, true},
		{"stopped", 3, 0.5, func(k *fleet.Dock) { k.EStop = true }, true},
		{"a fault as it is almost down", 1, 0.5, func(k *fleet.Dock) { k.State = fleet.DockFault }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newTable(1, State{})
			s := b.landing(t)
			b.at(c.height)
			b.hear()
			c.word(b.docks["H01"])
			k := *b.docks["H01"]
			k.HeardAt, k.StateAt, k.LidAt = b.now, b.now, b.now
			b.in(Observed{Event: fleet.DockChanged{Dock: k}})
			b.vehicles["V01"].VelDMS = c.sinks
			b.run(2500 * time.Millisecond)
			lost := slices.Contains(b.acts("V01"), "hold")
			if lost != c.lost {
				s = b.shownSortie(s.ID)
				t.Errorf("called back: %v; the sortie is %s: %s", lost, s.State, s.Reason)
			}
		})
	}
}

// TestADockThatFallsSilentIsNoPad: what it said last is old, and does not stand for what is.
func TestADockThatFallsSilentIsNoPad(t *testing.T) {
	b := newTable(1, State{})
	b.landing(t)
	b.docks["H01"].Link = fleet.LinkLost
	b.run(2 * padWatch)
	if !slices.Contains(b.acts("V01"), "hold") {
		t.Errorf("it was not called back; sent %v", b.acts("V01"))
	}
}

// TestNothingIsTriedAgainForASortieThatIsOver: a go-around was ordered as it touched down, and its retries would go on in
// the session.
func TestNothingIsTriedAgainForASortieThatIsOver(t *testing.T) {
	b := newTable(1, State{})
	withdrawn := map[fleet.IntentID]bool{}
	b.step = func(out []Output) {
		for _, o := range out {
			if w, ok := o.(Withdraw); ok {
				withdrawn[w.Intent] = true
			}
		}
	}
	s := b.landing(t)
	v, k := b.vehicles["V01"], b.docks["H01"]
	k.State = fleet.DockFault
	b.run(time.Second)
	b.finish(named("hold"))
	b.run(time.Second)
	last := b.sent[len(b.sent)-1]
	if _, ok := last.Act.(fleet.GoTo); !ok {
		t.Fatalf("the go-around is not under way: sent %v", b.acts("V01"))
	}
	k.State, k.Seated = fleet.DockOccupied, true
	b.at(0)
	v.Armed, v.Landed, v.Mode, v.VelDMS = false, fleet.OnGround, fleet.ModeHold, 0
	b.run(1500 * time.Millisecond)
	if s = b.shownSortie(s.ID); s.State != Securing || !withdrawn[last.ID] {
		t.Errorf("the sortie is %s (%s), withdrawn %v, not %s", s.State, s.Reason, withdrawn, last.ID)
	}
	b.finish(named("secure"))
	b.run(time.Second)
	if s = b.shownSortie(s.ID); s.State != Closed {
		t.Fatalf("the sortie is %s: %s", s.State, s.Reason)
	}
	for _, o := range s.Orders {
		if !o.Dock && !o.Stage.Final() {
			t.Errorf("%s %s is on record as %s", o.Step, o.ID, o.Stage)
		}
	}
}
