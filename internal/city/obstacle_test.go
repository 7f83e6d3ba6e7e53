package city

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/BurntSushi/toml"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission"
	"groundstation/mission/dispatch"
	"groundstation/simulator"
)

// A crane stands in the way that the station does not know of. The vehicle that flies into it lies there: the judge objects,
// people are told, and the incident is another's.
func TestAnObstacleThatNobodyKnewOf(t *testing.T) {
	t.Parallel()
	var scene geo.LatLon
	c := changedCity(t, 2, 1, func(w *simulator.Config) {
		pad := w.Dock[0].Pad.LatLon
		scene = geo.Offset(pad, 315, 700)
		middle := geo.Offset(pad, 315, 400)
		crane := simulator.ObstacleAt{ID: "crane", TopM: 150}
		for _, b := range []float64{45, 135, 225, 315} {
			crane.Ring = append(crane.Ring, geo.Offset(middle, b, 25))
		}
		w.Obstacle = append(w.Obstacle, crane)
	})
	in := c.report(t, scene)
	first := c.sortieOf(in.ID)
	until(t, c, 3*time.Minute, "in the crane", func() bool { return c.vehicle(first.Vehicle).Crashed })
	if list := c.Violations(); len(list) != 1 || list[0].Rule != AnyAccident || !strings.Contains(list[0].Text, string(simulator.AccidentObstacle)) ||
		!strings.Contains(list[0].Text, "crane") || !strings.Contains(list[0].Of, string(first.Vehicle)) {
		t.Fatalf("the judge says %v", list)
	}
	c.judge.list = nil // that was to be seen
	until(t, c, 5*time.Minute, "the end of its sortie", c.isOver(first.ID))
	first = c.Sortie(first.ID)
	if first.State == mission.Closed && first.Served {
		t.Errorf("a sortie that ended in a crane counts as served: %s %s", first.Code, first.Reason)
	}
	if a := shown[mission.Alarm](c, mission.KindAlarm, "needs-crew:"+string(first.Vehicle)); !a.Active {
		t.Errorf("nobody is told of %s: %s %s, %s", first.Vehicle, first.State, first.Code, first.Reason)
	}
	until(t, c, 10*time.Minute, "another at the scene", c.isOnScene(in.ID))
	if second := c.sortieOf(in.ID); second.Vehicle == first.Vehicle {
		t.Errorf("%s was sent out again", second.Vehicle)
	}
}

// tower stands around a place in the world, and the station knows of it.
func tower(at geo.LatLon, topM float64, w *simulator.Config, r *fleet.Registry) {
	o := simulator.ObstacleAt{ID: "tower", TopM: topM}
	for _, b := range []float64{45, 135, 225, 315} {
		o.Ring = append(o.Ring, geo.Offset(at, b, 15))
	}
	w.Obstacle = append(w.Obstacle, o)
	r.Obstacles = append(r.Obstacles, fleet.Obstacle{ID: "T1", Name: "Tower", Ring: o.Ring, TopAMSL: w.GroundAMSL + topM})
}

// A tower stands on the straight way, higher than the lowest layer and lower than the next: it is flown over.
func TestAKnownTowerIsFlownOver(t *testing.T) {
	t.Parallel()
	c := builtCity(t, 1, 1, func(w *simulator.Config, r *fleet.Registry) {
		tower(geo.Offset(r.Docks[0].Pad.LatLon, 45, 200), 62, w, r)
	})
	in, s := onScene(t, c, 400)
	if over := s.CruiseAMSL - c.registry.Obstacles[len(c.registry.Obstacles)-1].TopAMSL; over < 10 || over > 27 {
		t.Errorf("it flies %.1f m over the top", over)
	}
	must[mission.Incident](t, c, mission.CancelIncident{ID: in.ID})
	until(t, c, 10*time.Minute, "over", c.isOver(s.ID))
}

// A tower that no layer clears: who would fly past it does not go, with the reason, and neither a plan nor an order leads there.
func TestATowerThatNoLayerClears(t *testing.T) {
	t.Parallel()
	c := builtCity(t, 2, 1, func(w *simulator.Config, r *fleet.Registry) {
		tower(geo.Offset(r.Docks[0].Pad.LatLon, 45, 400), 150, w, r)
	})
	pad := c.registry.Docks[0].Pad.LatLon
	in := c.report(t, geo.Offset(pad, 45, 800))
	c.Run(3 * time.Second)
	d := c.Incident(in.ID).Decision
	i := slices.IndexFunc(d.Candidates, func(k dispatch.Candidate) bool { return k.Vehicle == c.registry.Vehicles[0].ID })
	if k := d.Candidates[i]; k.Able || len(k.Rejections) != 1 || k.Rejections[0].Code != "obstacle" || !strings.Contains(k.Rejections[0].Text, "Tower") {
		t.Errorf("%+v", k)
	}
	must[mission.Incident](t, c, mission.CancelIncident{ID: in.ID})
	at := func(bearing, m float64) fleet.Item {
		return fleet.Item{Kind: fleet.ItemWaypoint, Position: geo.Offset(pad, bearing, m).At(80)}
	}
	refused(t, c, mission.PutPlan{Plan: mission.Plan{Name: "through", Items: []fleet.Item{at(45, 300), at(45, 500)}}}, "obstacle")
	must[mission.Plan](t, c, mission.PutPlan{Plan: mission.Plan{Name: "beside", Items: []fleet.Item{at(30, 300), at(30, 500)}}})
	until(t, c, 10*time.Minute, "all on the ground", func() bool {
		return !slices.ContainsFunc(c.Sorties(), func(s mission.Sortie) bool { return !s.State.Final() })
	})
	_, s := onScene(t, c, 200)
	behind := geo.Offset(pad, 45, 600).At(s.CruiseAMSL)
	refused(t, c, mission.Manual{Vehicle: s.Vehicle, Act: "goto", Target: &behind}, "obstacle")
}

// What is written for the station is what stands in the city, but for what nobody is to know of.
func TestTheStationIsToldWhatStandsInTheCity(t *testing.T) {
	t.Parallel()
	var registry fleet.Registry
	if _, err := toml.DecodeFile("../../config/station.toml", &registry); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"../../config/sim.toml", "../../config/sim-fast.toml"} {
		cfg, err := simulator.Load(file)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, o := range simulator.NewWorld(cfg, time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)).Standing() {
			if o.Unknown {
				continue
			}
			n++
			if !slices.ContainsFunc(registry.Obstacles, func(k fleet.Obstacle) bool {
				return k.ID == o.ID && slices.Equal(k.Ring, o.Ring) && slices.Equal(k.Line, o.Line) && k.TopAMSL >= o.TopAMSL && k.TopAMSL < o.TopAMSL+1
			}) {
				t.Errorf("%s: %s, %.1f m AMSL, is not what the station is told", file, o.ID, o.TopAMSL)
			}
		}
		if n != len(registry.Obstacles) {
			t.Errorf("%s: %d obstacles, the station is told of %d", file, n, len(registry.Obstacles))
		}
	}
}
