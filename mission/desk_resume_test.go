package mission

import (
	"slices"
	"testing"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// planned lets V01 fly a plan of five items, and gives its sortie at item 3.
func (b *table) planned(t *testing.T) Sortie {
	t.Helper()
	way := func(n float64) fleet.Item {
		return fleet.Item{Kind: fleet.ItemWaypoint, Position: geo.Offset(here, 0, 100*n).At(80)}
	}
	p := b.told(t, PutPlan{Plan: Plan{Name: "round", Items: []fleet.Item{{Kind: fleet.ItemSpeed, SpeedMS: 5}, way(1), way(2), way(3), way(4)}}}).Value.(Plan)
	r := b.told(t, FlyPlan{Plan: p.ID, Vehicle: "V01"})
	if r.Err != nil {
		t.Fatalf("%+v", r.Err)
	}
	id := r.Value.(Sortie).ID
	k, v := b.docks["H01"], b.vehicles["V01"]
	k.State, k.LidSwitch, k.LidEncoder, k.Task = fleet.DockLaunchReady, fleet.LidOpen, fleet.LidOpen, fleet.TaskHash(id)
	for range 20 {
		b.run(time.Second)
		b.finish(func(act string) bool { return act != "launch" })
	}
	up := geo.Offset(here, 0, 150).At(90)
	v.Armed, v.Landed, v.Mode, v.Position, v.AltRelM = true, fleet.InAir, fleet.ModeMission, &up, 86
	k.Seated, k.State = false, fleet.DockOpen
	b.run(2 * time.Second)
	v.Mission.State, v.Mission.Seq, v.Mission.At = "active", 3, b.now.Add(time.Hour)
	b.run(2 * time.Second)
	s := b.shownSortie(id)
	if s.State != OnTask || s.Item == nil || *s.Item != 3 {
		t.Fatalf("%s at item %v: %s; sent %v", s.State, s.Item, s.Reason, b.acts("V01"))
	}
	b.sent = nil
	return s
}

// TestAfterARebootAPlanGoesOnAtItsItem: what the vehicle holds is read first, and the item is set.
func TestAfterARebootAPlanGoesOnAtItsItem(t *testing.T) {
	b := newTable(1, State{})
	s := b.planned(t)
	v := b.vehicles["V01"]
	v.Mode, v.Plan, v.Mission.State = fleet.ModeHold, nil, "unknown"
	b.hear()
	b.in(Observed{Event: fleet.Rebooted{Vehicle: "V01", At: b.now}})
	b.run(8 * time.Second)
	if acts := b.acts("V01"); !slices.Equal(acts, []string{"verify-plan"}) {
		t.Fatalf("sent %v", acts)
	}
	v.Plan = &fleet.PlanOnBoard{Hash: s.PlanHash, IDs: fleet.PlanIDs{Mission: 11, Fence: 12}}
	b.finish(named("verify-plan"))
	b.run(3 * time.Second)
	last := b.sent[len(b.sent)-1]
	if r, ok := last.Act.(fleet.Resume); !ok || r.Item != 3 || r.Plan != s.PlanHash || last.Envelope.Item == nil || last.Envelope.Item.Item != 3 || last.Envelope.Item.Plan != s.PlanHash {
		t.Fatalf("sent %+v", last)
	}
	v.Mode, v.Mission.State, v.Mission.Seq = fleet.ModeMission, "active", 4
	b.finish(named("resume"))
	b.run(2 * time.Second)
	if now := b.shownSortie(s.ID); now.GoOnAt != nil || *now.Item != 4 {
		t.Fatalf("goes on at %v, flies %v", now.GoOnAt, now.Item)
	}
}

// TestACommandToGoOnEndsThoughNoOrderWasGiven: the vehicle is taken again before it went on, or turns home.
func TestACommandToGoOnEndsThoughNoOrderWasGiven(t *testing.T) {
	for name, instead := range map[string]any{
		"held again":     Manual{Vehicle: "V01", Act: "hold"},
		"recalled":       nil,
		"sent elsewhere": Manual{Vehicle: "V01", Act: "return"},
	} {
		b := newTable(1, State{})
		s := b.planned(t)
		v := b.vehicles["V01"]
		b.told(t, Manual{Vehicle: "V01", Act: "hold"})
		v.Mode, v.Mission.State = fleet.ModeHold, "paused"
		v.Plan = nil // it must be read first
		b.run(2 * time.Second)
		item := 2
		if r := b.told(t, ResumeSortie{Sortie: s.ID, Item: &item}); r.Err != nil {
			t.Fatalf("%s: %+v", name, r.Err)
		}
		cmd := b.lastCommand("resume")
		if cmd.Stage != fleet.StageSent {
			t.Fatalf("%s: %+v", name, cmd)
		}
		if instead == nil {
			instead = RecallSortie{Sortie: s.ID}
		}
		if r := b.told(t, instead); r.Err != nil {
			t.Fatalf("%s: %+v", name, r.Err)
		}
		if name == "held again" {
			b.run(2 * time.Second)
			b.told(t, Manual{Vehicle: "V01", Act: "continue"})
		}
		b.run(5 * time.Second)
		if name == "sent elsewhere" {
			v.Mode = fleet.ModeReturn
			b.told(t, Release{Vehicle: "V01"})
			b.run(10 * time.Second)
		}
		if got := b.shown["command "+string(cmd.ID)].(Command); got.Stage != fleet.StageFailed || got.Code != "not-wanted" {
			t.Errorf("%s: %+v, sent %v", name, got, b.acts("V01"))
		}
	}
}

// lastCommand is the newest of an act.
func (b *table) lastCommand(act string) (last Command) {
	for _, v := range b.shown {
		if c, ok := v.(Command); ok && c.Act == act && c.ID > last.ID {
			last = c
		}
	}
	return last
}

// TestWhatCannotBeFlownOn is refused with a code.
func TestWhatCannotBeFlownOn(t *testing.T) {
	b := newTable(2, State{})
	flown := b.flying(t)
	at := func(n int) *int { return &n }
	for _, c := range []struct {
		body ResumeSortie
		code string
	}{
		{ResumeSortie{Sortie: "S999"}, "unknown-sortie"},
		{ResumeSortie{Sortie: flown.ID}, "not-held"},
	} {
		if r := b.told(t, c.body); r.Err == nil || r.Err.Code != c.code {
			t.Errorf("%+v: %+v", c.body, r.Err)
		}
	}
	x := newTable(2, State{})
	s := x.planned(t)
	x.told(t, Manual{Vehicle: "V01", Act: "hold"})
	if r := x.told(t, ResumeSortie{Sortie: s.ID}); r.Err == nil || r.Err.Code != "not-held" {
		t.Errorf("while it still moves: %+v", r.Err)
	}
	x.vehicles["V01"].Mode = fleet.ModeHold
	x.run(2 * time.Second)
	for _, c := range []struct {
		body ResumeSortie
		code string
	}{
		{ResumeSortie{Sortie: s.ID, Item: at(0)}, "bad-item"},
		{ResumeSortie{Sortie: s.ID, Item: at(6)}, "bad-item"},
		{ResumeSortie{Sortie: s.ID, Item: at(-1)}, "bad-item"},
		{ResumeSortie{Sortie: s.ID, Vehicle: "V02"}, "vehicle-busy"},
		{ResumeSortie{Sortie: s.ID, Item: at(5)}, ""},
	} {
		r := x.told(t, c.body)
		if got := ""; r.Err != nil && r.Err.Code != c.code || r.Err == nil && c.code != got {
			t.Errorf("%+v: %+v, want %q", c.body, r.Err, c.code)
		}
	}
}
