package city

import (
	"fmt"
	"testing"
	"time"

	"groundstation/internal/geo"
	"groundstation/mission"
	"groundstation/simulator"
)

// deed is what really happened in one served incident.
type deed struct {
	transactions int
	took         time.Duration // to the last transaction
	arms, lifts  map[string]int
	failsafe     string
	log          []string
}

// serve flies one incident from the report to the closed lid in a city of two docks, whatever crash does meanwhile.
func serve(t *testing.T, name string, crash func(n int) Fate, killAt time.Duration) deed {
	t.Helper()
	c := smallCity(t, 2)
	started := c.now
	did := deed{arms: map[string]int{}, lifts: map[string]int{}}
	c.Crash = func(p mission.Persist) Fate {
		did.transactions++
		fate := crash(did.transactions)
		for _, op := range p.Ops {
			did.log = append(did.log, fmt.Sprintf("%d %s %s %s", did.transactions, c.now.Format("04:05"), op.ID, op.Act))
		}
		did.took = c.now.Sub(started)
		return fate
	}
	armed, up := map[string]bool{}, map[string]bool{}
	c.Watch = func(truth simulator.Truth) {
		if killAt > 0 && c.now.Sub(started) >= killAt {
			killAt = 0
			c.die()
		}
		for _, v := range truth.Vehicles {
			if v.Armed && !armed[v.ID] {
				did.arms[v.ID]++
			}
			if !v.OnGround && !up[v.ID] {
				did.lifts[v.ID]++
			}
			armed[v.ID], up[v.ID] = v.Armed, !v.OnGround
			if v.Failsafe {
				did.failsafe = v.ID
			}
		}
	}
	insist := func(body any) (value any) {
		for range 4 {
			v, problem := c.Ask(body)
			if problem == nil {
				return v
			}
			if problem.Code == "incident-over" {
				return nil
			}
			c.Until(time.Minute, c.Alive)
		}
		t.Errorf("%s: %T is never answered", name, body)
		return nil
	}
	at := geo.Offset(c.registry.Docks[0].Pad.LatLon, 45, 400)
	in, ok := insist(mission.CreateIncident{ExternalID: "110-1", Title: "test", Priority: 2, Place: at}).(mission.Incident)
	if !ok {
		return did
	}
	if !c.Until(6*time.Minute, func() bool { return c.Incident(in.ID).State == mission.IncidentOnScene }) {
		t.Errorf("%s: never on scene; %s", name, c.sortieOf(in.ID).State)
		return did
	}
	c.Run(5 * time.Second)
	insist(mission.CancelIncident{ID: in.ID})
	over := func() bool {
		for _, s := range c.Sorties() {
			if !s.State.Final() {
				return false
			}
		}
		return c.Alive()
	}
	if !c.Until(8*time.Minute, over) {
		t.Errorf("%s: %s never ends: %s", name, c.sortieOf(in.ID).ID, c.sortieOf(in.ID).State)
	}
	c.Run(10 * time.Second)
	if n := len(c.kept[mission.KindIncident]); n != 1 {
		t.Errorf("%s: %d incidents", name, n)
	}
	for _, d := range c.World.Truth().Docks {
		if d.LidOpen > 0 || d.Seated == "" {
			t.Errorf("%s: %s holds %q, lid open by %.2f", name, d.ID, d.Seated, d.LidOpen)
		}
	}
	for _, v := range c.Violations() {
		t.Errorf("%s: %s", name, v)
	}
	return did
}

// total counts over all vehicles.
func total(by map[string]int) (n int) {
	for _, k := range by {
		n += k
	}
	return n
}

// judged says whether one death left its mark on the world.
func judged(t *testing.T, name string, did deed) {
	t.Helper()
	if total(did.lifts) != 1 || total(did.arms) != 1 || did.failsafe != "" {
		t.Errorf("%s: lift-offs %v, armed %v, failsafe %q", name, did.lifts, did.arms, did.failsafe)
	}
	if t.Failed() {
		for _, l := range did.log {
			t.Log(l)
		}
	}
}

func lives(int) Fate { return Lives }

// The station dies over every single transaction of a sortie, before it is durable and after: the incident is served all
// the same, once, by one vehicle that lifts off once, and no vehicle falls back on a failsafe.
func TestKilledOverEveryTransaction(t *testing.T) {
	t.Parallel()
	whole := serve(t, "unharmed", lives, 0)
	if whole.transactions < 15 || total(whole.lifts) != 1 {
		t.Fatalf("%d transactions, %d lift-offs", whole.transactions, total(whole.lifts))
	}
	for n := 1; n <= whole.transactions; n++ {
		for fate, when := range map[Fate]string{DiesBefore: "before", DiesAfter: "after"} {
			name := fmt.Sprintf("%s transaction %d", when, n)
			judged(t, name, serve(t, name, func(i int) Fate {
				if i == n {
					return fate
				}
				return Lives
			}, 0))
		}
	}
}

// The same between transactions: densely while it is prepared and lifts off, then now and again.
func TestKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	whole := serve(t, "unharmed", lives, 0)
	for at := 100 * time.Millisecond; at < whole.took; {
		name := fmt.Sprintf("killed after %s", at)
		judged(t, name, serve(t, name, lives, at))
		if at < 25*time.Second {
			at += 1500 * time.Millisecond
		} else {
			at += 17 * time.Second
		}
	}
}
