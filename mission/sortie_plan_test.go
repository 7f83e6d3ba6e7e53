package mission

import (
	"slices"
	"testing"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// alarmed says whether an alarm is active.
func (b *table) alarmed(id string) bool {
	a, ok := b.shown["alarm "+id].(Alarm)
	return ok && a.Active
}

// foreign lets somebody else write a list of V01's.
func (b *table) foreign(change func(*fleet.Vehicle)) {
	v := b.vehicles["V01"]
	p := *v.Plan
	change(v)
	p.Changed = p.IDs.Differ(v.Mission.IDs())
	v.Plan = &p
}

// readyBut brings V01's sortie to where only the plan on board is missing.
func (b *table) readyBut(t *testing.T, plan func(up fleet.UploadPlan)) fleet.SortieID {
	t.Helper()
	in := b.incident(t, near)
	sortie := b.shownIncident(in.ID).Sortie
	k := b.docks["H01"]
	k.State, k.LidSwitch, k.LidEncoder, k.Task = fleet.DockLaunchReady, fleet.LidOpen, fleet.LidOpen, fleet.TaskHash(sortie)
	for range 8 {
		b.finish(named("prepare-launch", "verify-safety", "set-home"))
		b.run(500 * time.Millisecond)
	}
	for _, o := range slices.Clone(b.sent) {
		if up, ok := o.Act.(fleet.UploadPlan); ok {
			plan(up)
			b.hear()
			b.in(Observed{Event: fleet.Report{Intent: o.ID, Vehicle: o.Vehicle, Stage: fleet.StageDone, At: b.now}})
		}
	}
	b.commit()
	b.run(2 * time.Second)
	return sortie
}

// TestOnlyWhatWasApprovedIsLaunched: the hash of what was read back must be the one on record, whatever the order to write
// it came to.
func TestOnlyWhatWasApprovedIsLaunched(t *testing.T) {
	for _, c := range []struct {
		name  string
		plan  func(v *fleet.Vehicle, up fleet.UploadPlan)
		goes  bool
		state SortieState
	}{
		{"as approved", func(v *fleet.Vehicle, up fleet.UploadPlan) { v.Plan = &fleet.PlanOnBoard{Hash: up.Hash()} }, true, Launching},
		{"not read back", func(v *fleet.Vehicle, _ fleet.UploadPlan) { v.Plan = nil }, false, Preparing},
		{"another plan", func(v *fleet.Vehicle, up fleet.UploadPlan) {
			up.Items = up.Items[:1]
			v.Plan = &fleet.PlanOnBoard{Hash: up.Hash()}
		}, false, Preparing},
	} {
		b := newTable(1, State{})
		var hash string
		id := b.readyBut(t, func(up fleet.UploadPlan) {
			hash = up.Hash()
			c.plan(b.vehicles["V01"], up)
		})
		s := b.shownSortie(id)
		if s.State != c.state || slices.Contains(b.acts("V01"), "launch") != c.goes {
			t.Errorf("%s: %s (%s), sent %v", c.name, s.State, s.Reason, b.acts("V01"))
		}
		if s.PlanHash != hash || (s.Verified != nil) != c.goes {
			t.Errorf("%s: the record says %q and %v, approved was %q", c.name, s.PlanHash, s.Verified, hash)
		}
		for _, in := range b.sent {
			if l, ok := in.Act.(fleet.Launch); ok && l.Plan != hash {
				t.Errorf("%s: launched with %q", c.name, l.Plan)
			}
		}
		kept := slices.ContainsFunc(b.kept, func(op Op) bool {
			rec, ok := op.Value.(Sortie)
			return ok && rec.PlanHash == hash && rec.Verified == nil && slices.ContainsFunc(rec.Orders, func(o Order) bool { return o.Step == "plan" })
		})
		if !kept {
			t.Errorf("%s: the approved hash was not kept with the order to write it", c.name)
		}
	}
}

// TestAPlanChangedBeforeLaunchEndsTheSortie, with an alarm.
func TestAPlanChangedBeforeLaunchEndsTheSortie(t *testing.T) {
	b := newTable(1, State{})
	v := b.vehicles["V01"]
	v.PrearmOK = false
	id := b.readyBut(t, func(up fleet.UploadPlan) { v.Plan = &fleet.PlanOnBoard{Hash: up.Hash()} })
	if s := b.shownSortie(id); s.State != Preparing || s.Verified == nil {
		t.Fatalf("%s: %s", s.State, s.Reason)
	}
	b.foreign(func(v *fleet.Vehicle) { v.Mission.FenceID = 99 })
	v.PrearmOK = true
	b.run(2 * time.Second)
	if s := b.shownSortie(id); s.Code != "plan-changed" || slices.Contains(b.acts("V01"), "launch") || !b.alarmed("plan-changed:V01") {
		t.Fatalf("%s (%s): %s, sent %v", s.State, s.Code, s.Reason, b.acts("V01"))
	}
}

// TestAVehicleThatFliesAStrangePlanIsStopped at once, and is its operators'; released, it goes home by an order of its own.
func TestAVehicleThatFliesAStrangePlanIsStopped(t *testing.T) {
	for _, restarted := range []bool{false, true} {
		b := newTable(1, State{})
		s := b.flying(t)
		far := geo.Offset(here, 0, 300).At(90)
		b.vehicles["V01"].Position = &far
		if restarted {
			b.vehicles["V01"].Mission.State, b.vehicles["V01"].Mission.At = "active", b.now.Add(time.Hour)
			b.restart(State{Sorties: []Sortie{s}, Incidents: []Incident{b.shownIncident(s.Incident)}, IntentSeq: 5000})
			b.run(3 * time.Second)
		}
		b.sent = nil
		if restarted {
			b.vehicles["V01"].Plan = nil
			b.run(time.Second)
			b.vehicles["V01"].Mission.ID = 99
		} else {
			b.foreign(func(v *fleet.Vehicle) { v.Mission.ID = 99 })
		}
		b.broken = errDisk // a stop waits for no store
		b.run(600 * time.Millisecond)
		if acts := b.acts("V01"); len(acts) != 1 || acts[0] != "hold" || !b.alarmed("plan-changed:V01") {
			t.Fatalf("restarted %v: sent %v", restarted, acts)
		}
		b.broken = nil
		v := b.vehicles["V01"]
		v.Mode = fleet.ModeHold
		b.run(5 * time.Second)
		if got := b.shownSortie(s.ID); got.State != HumanControl || len(b.sent) != 1 {
			t.Fatalf("restarted %v: %s, sent %v", restarted, got.State, b.acts("V01"))
		}
		if r := b.told(t, RecallSortie{Sortie: s.ID}); r.Err != nil {
			t.Fatalf("%+v", r.Err)
		}
		b.run(2 * time.Second)
		if acts := b.acts("V01"); !slices.Equal(acts, []string{"hold", "goto"}) {
			got := b.shownSortie(s.ID)
			t.Fatalf("restarted %v: recalled: sent %v, %s (%s)", restarted, acts, got.State, got.Reason)
		}
	}
}

// TestAStrangePlanThatIsNotFlownIsOnlyAnAlarm: what flies by orders goes on.
func TestAStrangePlanThatIsNotFlownIsOnlyAnAlarm(t *testing.T) {
	b := newTable(1, State{})
	s := b.flying(t)
	b.vehicles["V01"].Mode = fleet.ModeOrbit
	b.sent = nil
	b.foreign(func(v *fleet.Vehicle) { v.Mission.RallyID = 99 })
	b.run(2 * time.Second)
	if got := b.shownSortie(s.ID); slices.Contains(b.acts("V01"), "hold") || !b.alarmed("plan-changed:V01") || got.State == HumanControl {
		t.Fatalf("%s, sent %v", got.State, b.acts("V01"))
	}
}
