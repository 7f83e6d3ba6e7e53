package city

import (
	"math"
	"testing"
	"time"

	"github.com/BurntSushi/toml"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission"
	"groundstation/simulator"
)

// newCity is the whole simulated city, with docks that move quickly.
func newCity(t *testing.T) *City { t.Helper(); return smallCity(t, 0) }

// smallCity is its first docks with their vehicles only; 0 is the whole city.
func smallCity(t *testing.T, docks int) *City { t.Helper(); return seededCity(t, docks, 1) }

// seededCity is a small city with other chances: of the wind, of the radio.
func seededCity(t *testing.T, docks int, seed uint64) *City {
	t.Helper()
	return changedCity(t, docks, seed, func(*simulator.Config) {})
}

// changedCity is seededCity with something of its world changed before.
func changedCity(t *testing.T, docks int, seed uint64, change func(*simulator.Config)) *City {
	t.Helper()
	return builtCity(t, docks, seed, func(world *simulator.Config, _ *fleet.Registry) { change(world) })
}

// builtCity is seededCity with something of its world, and of what its station is told of it, changed before.
func builtCity(t *testing.T, docks int, seed uint64, change func(*simulator.Config, *fleet.Registry)) *City {
	t.Helper()
	world, err := simulator.Load("../../config/sim-fast.toml")
	if err != nil {
		t.Fatal(err)
	}
	world.Seed = seed
	var registry fleet.Registry
	if _, err := toml.DecodeFile("../../config/station.toml", &registry); err != nil {
		t.Fatal(err)
	}
	if docks > 0 {
		world.Dock, registry.Docks = world.Dock[:docks], registry.Docks[:docks]
		world.Vehicle, registry.Vehicles = world.Vehicle[:docks], registry.Vehicles[:docks]
	}
	change(&world, &registry)
	c := New(registry, world, time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC))
	c.Run(8 * time.Second) // everything is heard and asked for its streams
	t.Cleanup(func() {
		if c.Err() != nil {
			t.Error(c.Err())
		}
		for _, v := range c.Violations() {
			t.Error(v)
		}
	})
	return c
}

func (c *City) report(t *testing.T, at geo.LatLon) mission.Incident {
	t.Helper()
	v, problem := c.Ask(mission.CreateIncident{Title: "test", Priority: 2, Place: at})
	if problem != nil {
		t.Fatalf("%s: %s", problem.Code, problem.Message)
	}
	return v.(mission.Incident)
}

func (c *City) sortieOf(id fleet.IncidentID) (found mission.Sortie) {
	for _, s := range c.Sorties() {
		if s.Incident == id && (found.ID == "" || s.CreatedAt.After(found.CreatedAt)) {
			found = s
		}
	}
	return found
}

func (c *City) vehicle(id fleet.VehicleID) (found simulator.VehicleTruth) {
	for _, v := range c.World.Truth().Vehicles {
		if v.ID == string(id) {
			found = v
		}
	}
	return found
}

// nearest is the least distance of two vehicles in the air that come closer than 15 m in height, metres.
func nearest(t simulator.Truth) float64 {
	least := math.Inf(1)
	for i, a := range t.Vehicles {
		for _, b := range t.Vehicles[i+1:] {
			if !a.OnGround && !b.OnGround && math.Abs(a.Position.AltAMSL-b.Position.AltAMSL) < 15 {
				least = min(least, geo.Distance(a.Position.LatLon, b.Position.LatLon))
			}
		}
	}
	return least
}

func TestAnIncidentIsServedAndTheVehicleIsBackInItsDock(t *testing.T) {
	t.Parallel()
	c := newCity(t)
	in := c.report(t, geo.Offset(c.registry.Docks[0].Pad.LatLon, 45, 400))
	if !c.Until(3*time.Minute, func() bool { return c.Incident(in.ID).State == mission.IncidentOnScene }) {
		t.Fatalf("the sortie is %s", c.sortieOf(in.ID).State)
	}
	if _, problem := c.Ask(mission.CancelIncident{ID: in.ID}); problem != nil {
		t.Fatal(problem.Message)
	}
	if !c.Until(5*time.Minute, func() bool { return c.sortieOf(in.ID).State == mission.Closed }) {
		t.Fatalf("the sortie is %s", c.sortieOf(in.ID).State)
	}
	s := c.sortieOf(in.ID)
	if v := c.vehicle(s.Vehicle); v.DockID != string(s.Dock) || v.Armed {
		t.Errorf("%s stands on %q, armed %v", s.Vehicle, v.DockID, v.Armed)
	}
}

func TestTwoIncidentsNeverShareAVehicle(t *testing.T) {
	t.Parallel()
	c := newCity(t)
	at := geo.Offset(c.registry.Docks[0].Pad.LatLon, 45, 400)
	a, b := c.report(t, at), c.report(t, geo.Offset(at, 90, 50))
	c.Run(time.Second)
	if va, vb := c.sortieOf(a.ID).Vehicle, c.sortieOf(b.ID).Vehicle; va == "" || vb == "" || va == vb {
		t.Errorf("%q and %q go", va, vb)
	}
}

// The station dies with a vehicle of every dock over a scene, for ten minutes: each comes down by itself where it may, and
// the station that comes back takes them up.
func TestTenMinutesWithoutTheStation(t *testing.T) {
	t.Parallel()
	c := newCity(t)
	var incidents []mission.Incident
	for _, d := range c.registry.Docks {
		incidents = append(incidents, c.report(t, geo.Offset(d.Pad.LatLon, 30, 350)))
	}
	aloft := func() (n int) {
		for _, v := range c.World.Truth().Vehicles {
			if !v.OnGround {
				n++
			}
		}
		return n
	}
	onScene := func() bool {
		for _, in := range incidents {
			if c.Incident(in.ID).State != mission.IncidentOnScene {
				return false
			}
		}
		return true
	}
	if !c.Until(6*time.Minute, onScene) {
		t.Fatalf("%d are aloft, not all are on scene", aloft())
	}
	least, looks := math.Inf(1), 0
	c.Watch = func(truth simulator.Truth) {
		if looks++; looks%10 == 0 {
			least = min(least, nearest(truth))
		}
	}
	up := aloft()
	c.Kill()
	c.Run(10 * time.Minute)
	if n := aloft(); n != 0 {
		t.Errorf("%d of %d are in the air after ten minutes", n, up)
	}
	if least < 30 {
		t.Errorf("two came within %.1f m and 15 m of height", least)
	}
	pads := map[string]geo.Position{}
	for _, d := range c.registry.Docks {
		pads[string(d.ID)] = d.GroundPad
	}
	for _, in := range incidents {
		s := c.sortieOf(in.ID)
		v := c.vehicle(s.Vehicle)
		if v.Crashed || v.Armed {
			t.Errorf("%s: crashed %v, armed %v", s.Vehicle, v.Crashed, v.Armed)
		}
		if d := geo.Distance(v.Position.LatLon, s.Home.LatLon); d > 3 && v.DockID == "" {
			t.Errorf("%s came down %.1f m from its ground pad", s.Vehicle, d)
		}
	}
	c.Start()
	closed := func() bool {
		for _, in := range incidents {
			if !c.sortieOf(in.ID).State.Final() {
				return false
			}
		}
		return true
	}
	if !c.Until(3*time.Minute, closed) {
		for _, in := range incidents {
			s := c.sortieOf(in.ID)
			t.Logf("%s of %s is %s (%s)", s.ID, s.Vehicle, s.State, s.Recall)
		}
		t.Error("the station that came back did not take all sorties to their end")
	}
}
