package mission

import (
	"testing"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// A vehicle that comes free goes to who waits for it, and not on the round that waits as well.
func TestAnIncidentThatWaitsComesBeforeARound(t *testing.T) {
	for phase := range 16 { // of all that is looked at from time to time
		b := newTable(1, State{})
		b.vehicles["V01"].Link = fleet.LinkLost
		b.run(time.Second)
		r := b.told(t, PutPlan{Plan: Plan{Name: "round", Items: []fleet.Item{{Kind: fleet.ItemWaypoint, Position: geo.Offset(here, 45, 300).At(80)}}}})
		if r.Err != nil {
			t.Fatal(r.Err)
		}
		p := Patrol{Name: "round", Plan: r.Value.(Plan).ID, Recurrence: "FREQ=DAILY", Start: b.now.Add(2 * time.Second), Zone: "UTC", WindowS: 600, Enabled: true}
		if r := b.told(t, PutPatrol{Patrol: p}); r.Err != nil {
			t.Fatal(r.Err)
		}
		in := b.incident(t, near)
		b.run(4*time.Second + time.Duration(phase)*200*time.Millisecond)
		b.vehicles["V01"].Link = fleet.LinkOnline
		b.run(2 * time.Second)
		if got := b.shownIncident(in.ID); got.State != IncidentAssigned {
			t.Errorf("%d: it is %s: %s", phase, got.State, got.Decision.Summary)
		}
	}
}
