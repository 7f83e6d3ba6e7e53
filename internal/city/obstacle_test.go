package city

import (
	"strings"
	"testing"
	"time"

	"groundstation/internal/geo"
	"groundstation/mission"
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
