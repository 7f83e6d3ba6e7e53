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
	same(t, func(*fleet.Registry, *simulator.Config) {}, flownOnce)
}

// The same from a dock that keeps its vehicle switched off: it boots, is found, and flies.
func TestAColdVehicleIsTheSameByFramesAndAtTheSeam(t *testing.T) {
	t.Parallel()
	same(t, func(_ *fleet.Registry, w *simulator.Config) { cold(sameDocks)(w) }, func(t *testing.T, c *City) mission.Sortie {
		if !c.dock("H01").Device.VehicleOff {
			t.Fatal("its vehicle is switched on")
		}
		return flownOnce(t, c)
	})
}

// The same by one that an ArduPilot flies: its modes, its plan with home as the first item, its own set of safety parameters.
func TestAnArduPilotIsTheSameByFramesAndAtTheSeam(t *testing.T) {
	t.Parallel()
	same(t, arduPilots, func(t *testing.T, c *City) mission.Sortie {
		s := flownOnce(t, c)
		if v := c.seen(s.Vehicle); v.Firmware != "ArduCopter 4.7.0" || v.ModeName != "LAND" || !v.Safety.OK {
			t.Errorf("%s, in %s, safety %+v", v.Firmware, v.ModeName, v.Safety)
		}
		return s
	})
}

// The same where the station is not heard over the scene: its failsafe brings it home at once.
func TestAnArduPilotsFailsafeIsTheSameByFramesAndAtTheSeam(t *testing.T) {
	t.Parallel()
	same(t, arduPilots, flownLost)
}

// The same with a hand in it: held, sent elsewhere, flown on from an item; it does not circle by command.
func TestAnArduPilotByHandIsTheSameByFramesAndAtTheSeam(t *testing.T) {
	t.Parallel()
	same(t, arduPilots, func(t *testing.T, c *City) mission.Sortie {
		c.Run(30 * time.Second)
		s := must[mission.Sortie](t, c, mission.FlyPlan{Plan: round(t, c).ID})
		flies(t, c, s.ID, 4)
		must[mission.Command](t, c, mission.Manual{Vehicle: s.Vehicle, Act: "hold"})
		until(t, c, 20*time.Second, "held", func() bool { return c.seen(s.Vehicle).ModeName == "BRAKE" })
		c.Run(5 * time.Second)
		at := geo.Offset(c.vehicle(s.Vehicle).Position.LatLon, 0, 60).At(0)
		there := must[mission.Command](t, c, mission.Manual{Vehicle: s.Vehicle, Act: "goto", Target: &at})
		until(t, c, time.Minute, "there", func() bool {
			return geo.Distance(c.vehicle(s.Vehicle).Position.LatLon, at.LatLon) < 5 && c.seen(s.Vehicle).ModeName == "GUIDED"
		})
		circle := must[mission.Command](t, c, mission.Manual{Vehicle: s.Vehicle, Act: "orbit", Target: &at, RadiusM: 40})
		until(t, c, 20*time.Second, "refused", func() bool { return c.Command(circle.ID).Stage.Final() })
		if a, b := c.Command(there.ID), c.Command(circle.ID); a.Stage != fleet.StageDone || b.Stage != fleet.StageRefused || b.Code != "unsupported" {
			t.Errorf("sent %s %s, circling %s %s", a.Stage, a.Code, b.Stage, b.Code)
		}
		item := 6
		must[mission.Sortie](t, c, mission.ResumeSortie{Sortie: s.ID, Item: &item})
		until(t, c, time.Minute, "on at the item", func() bool {
			v := c.seen(s.Vehicle)
			return v.ModeName == "AUTO" && v.Mission.Seq == item
		})
		until(t, c, 15*time.Minute, "flown", c.isOver(s.ID))
		return c.Sortie(s.ID)
	})
}

// arduPilots makes ArduPilots of all vehicles.
func arduPilots(r *fleet.Registry, w *simulator.Config) {
	for i := range w.Vehicle {
		w.Vehicle[i].Personality, r.Vehicles[i].Autopilot = "ardupilot", fleet.ArduPilot
	}
}

// flownLost is one incident whose vehicle loses the station over the scene, and is heard again on the ground.
func flownLost(t *testing.T, c *City) mission.Sortie {
	t.Helper()
	c.Run(30 * time.Second)
	in := c.report(t, geo.Offset(c.registry.Docks[0].Pad.LatLon, 45, 400))
	if !c.Until(5*time.Minute, func() bool { return c.Incident(in.ID).State == mission.IncidentOnScene }) {
		t.Fatalf("the sortie is %s: %s", c.sortieOf(in.ID).State, c.sortieOf(in.ID).Reason)
	}
	cut := simulator.Fault{Kind: "link-cut", Vehicle: string(c.sortieOf(in.ID).Vehicle)}
	if err := c.World.Inject(cut); err != nil {
		t.Fatal(err)
	}
	if !c.Until(8*time.Minute, func() bool { return !c.vehicle(c.sortieOf(in.ID).Vehicle).Armed }) {
		t.Fatal("it did not land")
	}
	cut.Clear = true
	if err := c.World.Inject(cut); err != nil {
		t.Fatal(err)
	}
	if !c.Until(8*time.Minute, func() bool { return c.sortieOf(in.ID).State.Final() }) {
		t.Fatalf("the sortie is %s: %s", c.sortieOf(in.ID).State, c.sortieOf(in.ID).Reason)
	}
	return c.sortieOf(in.ID)
}

const sameDocks = 2

// same flies one incident in a city of two docks by frames and at the seam, and holds one against the other.
func same(t *testing.T, change func(*fleet.Registry, *simulator.Config), fly func(*testing.T, *City) mission.Sortie) {
	t.Helper()
	small := func(r *fleet.Registry, w *simulator.Config) {
		r.Docks, r.Vehicles, w.Dock, w.Vehicle = r.Docks[:sameDocks], r.Vehicles[:sameDocks], w.Dock[:sameDocks], w.Vehicle[:sameDocks]
		change(r, w)
	}
	cities := []*City{realCityWith(t, 1, New, small), realCityWith(t, 1, AtSeam, small)}
	a, b := fly(t, cities[0]), fly(t, cities[1])
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
	for _, c := range cities {
		if v := c.vehicle(a.Vehicle); v.DockID != string(a.Dock) || v.Armed {
			t.Errorf("%s stands on %q, armed %v", v.ID, v.DockID, v.Armed)
		}
	}
}
