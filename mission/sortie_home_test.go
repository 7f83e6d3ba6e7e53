package mission

import (
	"slices"
	"testing"
	"time"

	"groundstation/fleet"
)

// TestAHomeThatIsRefusedForAWhileIsWaitedFor: an ArduCopter has a fix, tells a position, and takes no home until its filter
// has an origin, ten seconds later.
func TestAHomeThatIsRefusedForAWhileIsWaitedFor(t *testing.T) {
	for _, c := range []struct {
		name  string
		after time.Duration
		goes  bool
	}{{"ten seconds", 10 * time.Second, true}, {"for ever", time.Hour, false}} {
		t.Run(c.name, func(t *testing.T) {
			b := newTable(1, State{})
			in := b.incident(t, near)
			sortie := b.shownIncident(in.ID).Sortie
			b.finish(named("prepare-launch", "verify-safety"))
			k := b.docks["H01"]
			k.State, k.LidSwitch, k.LidEncoder, k.Task = fleet.DockLaunchReady, fleet.LidOpen, fleet.LidOpen, fleet.TaskHash(sortie)
			begun, answered := b.now, map[fleet.IntentID]bool{}
			for range 60 {
				b.run(time.Second)
				for _, o := range slices.Clone(b.sent) {
					if _, home := o.Act.(fleet.SetHome); !home || answered[o.ID] {
						continue
					}
					answered[o.ID] = true
					r := fleet.Report{Intent: o.ID, Vehicle: o.Vehicle, Stage: fleet.StageRefused, Code: "failed", Detail: "vehicle: MAV_RESULT_FAILED", At: b.now}
					if b.now.Sub(begun) >= c.after {
						r = fleet.Report{Intent: o.ID, Vehicle: o.Vehicle, Stage: fleet.StageDone, At: b.now}
					}
					b.in(Observed{Event: r})
				}
				b.commit()
				b.finish(named("upload-plan"))
			}
			s := b.shownSortie(sortie)
			if launched := slices.Contains(b.acts("V01"), "launch"); launched != c.goes {
				t.Errorf("launched %v; the sortie is %s: %s; sent %v", launched, s.State, s.Reason, b.acts("V01"))
			}
			if !c.goes && s.Code != "home-failed" {
				t.Errorf("the sortie is %s %s", s.State, s.Code)
			}
		})
	}
}
