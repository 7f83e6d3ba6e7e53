package city

import (
	"testing"
	"time"

	"github.com/BurntSushi/toml"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission"
	"groundstation/simulator"
)

// realCity is the whole city with its real durations and no cameras, with frames or without.
func realCity(t *testing.T, seed uint64, make func(fleet.Registry, simulator.Config, time.Time) *City) *City {
	t.Helper()
	return realCityWith(t, seed, make, func(*fleet.Registry, *simulator.Config) {})
}

// realCityWith is realCity with something changed before.
func realCityWith(t *testing.T, seed uint64, make func(fleet.Registry, simulator.Config, time.Time) *City, change func(*fleet.Registry, *simulator.Config)) *City {
	t.Helper()
	world, err := simulator.Load("../../config/sim.toml")
	if err != nil {
		t.Fatal(err)
	}
	world.RTSP, world.Seed = "", seed
	var registry fleet.Registry
	if _, err := toml.DecodeFile("../../config/station.toml", &registry); err != nil {
		t.Fatal(err)
	}
	change(&registry, &world)
	c := make(registry, world, time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC))
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

// cityAtSeam is realCity without frames.
func cityAtSeam(t *testing.T, seed uint64) *City { t.Helper(); return realCity(t, seed, AtSeam) }

// flownOnce is one incident from its report to the sortie's end.
func flownOnce(t *testing.T, c *City) mission.Sortie {
	t.Helper()
	c.Run(30 * time.Second)
	in := c.report(t, geo.Offset(c.registry.Docks[0].Pad.LatLon, 45, 400))
	if !c.Until(5*time.Minute, func() bool { return c.Incident(in.ID).State == mission.IncidentOnScene }) {
		t.Fatalf("the sortie is %s: %s", c.sortieOf(in.ID).State, c.sortieOf(in.ID).Reason)
	}
	c.Run(time.Minute)
	if _, problem := c.Ask(mission.CancelIncident{ID: in.ID}); problem != nil {
		t.Fatal(problem.Message)
	}
	if !c.Until(8*time.Minute, func() bool { return c.sortieOf(in.ID).State.Final() }) {
		t.Fatalf("the sortie is %s: %s", c.sortieOf(in.ID).State, c.sortieOf(in.ID).Reason)
	}
	return c.sortieOf(in.ID)
}

// apart is how far the time of a stage may differ between the two ways: a state travels at the pace of its stream, and
// arrives at the next look. A landing that begins a moment later meets other gusts: apartDown.
const (
	apart     = 1500 * time.Millisecond
	apartDown = 6 * time.Second
)

func stageAt(s mission.Sortie, state mission.SortieState) time.Time {
	for _, st := range s.Stages {
		if st.Name == string(state) {
			return st.At
		}
	}
	return time.Time{}
}

// The same incident through every frame and at the seam: the same stages in the same order at the same times, the same
// orders with the same ends, the same landing place.
func TestAnIncidentIsTheSameByFramesAndAtTheSeam(t *testing.T) {
	t.Parallel()
	same(t, false)
}

// The same from a dock that keeps its vehicle switched off: it boots, is found, and flies.
func TestAColdVehicleIsTheSameByFramesAndAtTheSeam(t *testing.T) {
	t.Parallel()
	same(t, true)
}

// same flies one incident in a city of two docks by frames and at the seam, and holds one against the other.
func same(t *testing.T, switchedOff bool) {
	t.Helper()
	const docks = 2
	small := func(r *fleet.Registry, w *simulator.Config) {
		r.Docks, r.Vehicles, w.Dock, w.Vehicle = r.Docks[:docks], r.Vehicles[:docks], w.Dock[:docks], w.Vehicle[:docks]
		if switchedOff {
			cold(docks)(w)
		}
	}
	frames, atSeam := realCityWith(t, 1, New, small), realCityWith(t, 1, AtSeam, small)
	for _, c := range []*City{frames, atSeam} {
		if d := c.dock("H01"); d.Device.VehicleOff != switchedOff {
			t.Fatalf("its vehicle is switched off: %v", d.Device.VehicleOff)
		}
	}
	a, b := flownOnce(t, frames), flownOnce(t, atSeam)
	if a.State != b.State || a.Vehicle != b.Vehicle || a.Dock != b.Dock || a.Code != b.Code {
		t.Errorf("%s of %s %q, %s of %s %q", a.State, a.Vehicle, a.Code, b.State, b.Vehicle, b.Code)
	}
	if len(a.Stages) != len(b.Stages) || len(a.Orders) != len(b.Orders) {
		t.Fatalf("%d stages and %d orders, %d and %d", len(a.Stages), len(a.Orders), len(b.Stages), len(b.Orders))
	}
	for i, s := range a.Stages {
		far := s.At.Sub(a.CreatedAt) - b.Stages[i].At.Sub(b.CreatedAt)
		most := apart
		if !s.At.Before(stageAt(a, mission.Securing)) {
			most = apartDown
		}
		if s.Name != b.Stages[i].Name || far.Abs() > most {
			t.Errorf("%s at %v, %s at %v", s.Name, s.At.Sub(a.CreatedAt), b.Stages[i].Name, b.Stages[i].At.Sub(b.CreatedAt))
		}
	}
	for i, o := range a.Orders {
		if p := b.Orders[i]; o.Step != p.Step || o.Act != p.Act || o.Stage != p.Stage || o.Code != p.Code {
			t.Errorf("order %s (%s) %s %q, %s (%s) %s %q", o.Step, o.Act, o.Stage, o.Code, p.Step, p.Act, p.Stage, p.Code)
		}
	}
	for _, c := range []*City{frames, atSeam} {
		if v := c.vehicle(a.Vehicle); v.DockID != string(a.Dock) || v.Armed {
			t.Errorf("%s stands on %q, armed %v", v.ID, v.DockID, v.Armed)
		}
	}
}
