package mission

import (
	"slices"
	"testing"
	"time"
)

// Nothing is answered, shown to the vehicle or ordered before it is durable; then all of it at once.
func TestAnIncidentIsAnsweredAndOrderedOnlyWhenItIsDurable(t *testing.T) {
	b := newTable(2, State{})
	b.slow = true
	id := b.ask(near)
	b.run(3 * time.Second)
	if _, answered := b.replies[id]; answered || len(b.sent) != 0 {
		t.Fatalf("before the commit: answered %v, sent %v", answered, b.sent)
	}
	b.slow = false
	b.commit()
	r := b.replies[id]
	if r.Err != nil {
		t.Fatal(r.Err.Message)
	}
	in := r.Value.(Incident)
	if in.State != IncidentAssigned || in.Decision == nil || in.Decision.Chosen != "V01" {
		t.Errorf("answered as %s, decision %+v", in.State, in.Decision)
	}
	if got := b.acts("H01"); !slices.Contains(got, "prepare-launch") {
		t.Errorf("its dock is told %v", got)
	}
}

func TestWhatCannotBeKeptIsRefusedAndNothingFlies(t *testing.T) {
	b := newTable(2, State{})
	b.broken = errDisk
	r := b.told(t, near)
	if r.Err == nil || r.Err.Code != "storage" {
		t.Fatalf("answered %+v", r)
	}
	b.run(10 * time.Second)
	if len(b.sent) != 0 {
		t.Errorf("sent %v", b.sent)
	}
	if a, ok := b.shown["alarm storage"].(Alarm); !ok || !a.Active || a.Severity != "critical" {
		t.Errorf("the alarm is %+v", b.shown["alarm storage"])
	}
	b.broken = nil
	b.run(10 * time.Second)
	if a, ok := b.shown["alarm storage"].(Alarm); ok && a.Active {
		t.Error("the alarm stays when the store is well again")
	}
	for _, op := range b.kept {
		if op.Kind == KindIncident && op.Value != nil {
			t.Errorf("the refused incident is kept: %+v", op)
		}
	}
	if in := b.incident(t, near); in.State != IncidentAssigned {
		t.Errorf("the next one is %s", in.State)
	}
}

func TestARepeatedNumberIsTheSameIncident(t *testing.T) {
	b := newTable(2, State{})
	with := near
	with.ExternalID = "110-77"
	b.slow = true
	first, again := b.ask(with), b.ask(with) // the second comes before the first is durable
	if len(b.replies) != 0 {
		t.Errorf("answered before it is durable: %v", b.replies)
	}
	b.slow = false
	b.commit()
	third := b.told(t, with)
	a, c := b.replies[first].Value.(Incident), b.replies[again].Value.(Incident)
	if a.ID != c.ID || third.Value.(Incident).ID != a.ID {
		t.Errorf("%s, %s and %s", a.ID, c.ID, third.Value.(Incident).ID)
	}
}

// Stops need no store: they go out in the Step of the request, and stay possible when nothing can be kept.
func TestStopsGoOutAtOnceWhateverTheStoreDoes(t *testing.T) {
	for _, act := range []string{"hold", "return", "land"} {
		for name, spoil := range map[string]func(*table){"slow": func(b *table) { b.slow = true }, "broken": func(b *table) { b.broken = errDisk }} {
			b := newTable(1, State{})
			b.flying(t)
			spoil(b)
			b.run(2 * time.Second)
			b.sent = nil
			b.ask(Manual{Vehicle: "V01", Act: act})
			if got := b.acts("V01"); len(got) == 0 || got[0] != act {
				t.Errorf("%s with a %s store: sent %v", act, name, got)
			}
		}
	}
}

func TestIdsAreNeverGivenAgain(t *testing.T) {
	b := newTable(3, State{})
	given := map[string]bool{}
	for range 4 {
		in := b.incident(t, near)
		for _, id := range []string{string(in.ID), string(in.Sortie)} {
			if id != "" && given[id] {
				t.Errorf("%s is given again", id)
			}
			given[id] = true
		}
		for _, i := range b.sent {
			if given[string(i.ID)] {
				t.Errorf("%s is given again", i.ID)
			}
			given[string(i.ID)] = true
		}
		b.sent = nil
		var st State // all that survives is the counter
		for _, op := range b.kept {
			if op.Kind == KindCounter {
				st.IntentSeq = op.Value.(uint64)
			}
		}
		b.restart(st)
		b.run(5 * time.Second)
	}
}

// A stop goes out whatever the store does, and is answered as what it is: given, not refused. The alarm says the rest.
func TestAStopThatCannotBeKeptIsGivenAllTheSame(t *testing.T) {
	for act, body := range map[string]any{"hold": Manual{Vehicle: "V01", Act: "hold"}, "return": Manual{Vehicle: "V01", Act: "return"},
		"land": Manual{Vehicle: "V01", Act: "land"}, "all": HoldAll{}} {
		b := newTable(1, State{})
		s := b.flying(t)
		b.broken = errDisk
		b.sent = nil
		r := b.told(t, body)
		if r.Err != nil {
			t.Fatalf("%s: refused as %s: %s", act, r.Err.Code, r.Err.Message)
		}
		var cmd Command
		switch v := r.Value.(type) {
		case Command:
			cmd = v
		case []Command:
			cmd = v[0]
		}
		if cmd.Vehicle != s.Vehicle || act != "all" && cmd.Act != act {
			t.Errorf("%s: answered by %+v", act, r.Value)
		}
		if got := b.acts("V01"); len(got) == 0 {
			t.Errorf("%s: the vehicle is told nothing", act)
		}
		if a, ok := b.shown["alarm storage"].(Alarm); !ok || !a.Active {
			t.Errorf("%s: the alarm is %+v", act, b.shown["alarm storage"])
		}
	}
}
