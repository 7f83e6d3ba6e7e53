package mission

import (
	"testing"
	"time"

	"groundstation/fleet"
)

// crewed is a table of one vehicle that a crew flies, and of a dock nearby whose vehicle is lost.
func crewed() *table {
	b := newTable(2, State{})
	b.vehicles["V02"].Link = fleet.LinkLost
	v := &b.reg.Vehicles[0]
	site := here.At(4)
	v.Class, v.Dock, v.Site, v.SiteName = fleet.CrewQuad, "", &site, "the field"
	b.vehicles["V01"].Position, b.vehicles["V01"].Home = &site, &site
	b.restart(State{})
	b.run(5 * time.Second)
	return b
}

// asks counts the sorties for which the crew was asked.
func (b *table) asks() int {
	ids := map[string]bool{}
	for _, op := range b.kept {
		if op.Kind == KindSortie {
			ids[op.ID] = true
		}
	}
	return len(ids)
}

// TestACrewThatDoesNotAnswerIsLeftAlone: with calls coming every minute it is asked at once, after 3 more minutes, after 6
// more, …; the second silence is an alarm, an operator asks all the same, and an answer makes all good.
func TestACrewThatDoesNotAnswerIsLeftAlone(t *testing.T) {
	b := crewed()
	call := func() { b.told(t, CreateIncident{Title: "call", Priority: 2, Place: here}) }
	for range 16 { // asked at 0, 4, 11 minutes: each waits one minute for the answer
		call()
		b.run(time.Minute)
	}
	if n := b.asks(); n != 3 {
		t.Errorf("asked %d times within 16 minutes, want 3", n)
	}
	if a := b.d.alarms["crew-silent:V01"]; a == nil || !a.Active {
		t.Fatalf("no alarm: %+v", a)
	}
	plan := b.told(t, PutPlan{Plan: Plan{Name: "up", Items: []fleet.Item{{Kind: fleet.ItemWaypoint, Position: here.At(64)}}}})
	fly := b.told(t, FlyPlan{Plan: plan.Value.(Plan).ID, Vehicle: "V01"})
	if fly.Err != nil {
		t.Fatalf("an operator's own wish: %v", fly.Err)
	}
	if r := b.told(t, ConfirmLaunch{Sortie: fly.Value.(Sortie).ID}); r.Err != nil {
		t.Fatal(r.Err)
	}
	if a := b.d.alarms["crew-silent:V01"]; a != nil && a.Active {
		t.Errorf("the alarm stands: %+v", a)
	}
	if gate := b.d.unanswered(wish{purpose: "incident"}, "V01"); gate != nil {
		t.Errorf("it answered and is not asked: %+v", gate)
	}
}
