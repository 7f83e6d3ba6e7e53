package mission

import (
	"slices"
	"strings"
	"testing"
	"time"

	"groundstation/fleet"
)

// A launch waits while the clocks of vehicle and station are more than 5 s apart, or the vehicle's is not known.
func TestALaunchWaitsForTheClocks(t *testing.T) {
	for _, c := range []struct {
		name  string
		clock fleet.Clock
		says  string
	}{{"ahead", fleet.Clock{Ahead: 6 * time.Second}, "clocks apart"}, {"behind", fleet.Clock{Ahead: -2 * time.Hour}, "clocks apart"}} {
		b := newTable(1, State{})
		v := b.vehicles["V01"]
		id := b.readyBut(t, func(up fleet.UploadPlan) {
			v.Plan = &fleet.PlanOnBoard{Hash: up.Hash()}
			v.Clock = c.clock
		})
		b.run(2 * time.Second)
		if s := b.shownSortie(id); s.State != Preparing || !strings.Contains(s.Reason, c.says) || slices.Contains(b.acts("V01"), "launch") {
			t.Fatalf("%s: %s: %s, sent %v", c.name, s.State, s.Reason, b.acts("V01"))
		}
		v.Clock = fleet.Clock{Ahead: -2 * time.Second}
		b.run(2 * time.Second)
		if !slices.Contains(b.acts("V01"), "launch") {
			s := b.shownSortie(id)
			t.Errorf("%s: set right, %s: %s", c.name, s.State, s.Reason)
		}
	}
}
