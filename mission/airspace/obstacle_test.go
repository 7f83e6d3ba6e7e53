package airspace

import (
	"strings"
	"testing"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// square stands around a place.
func square(at geo.LatLon, half, topAMSL float64) fleet.Obstacle {
	o := fleet.Obstacle{ID: "O1", Name: "mill", TopAMSL: topAMSL}
	for _, b := range []float64{45, 135, 225, 315} {
		o.Ring = append(o.Ring, geo.Offset(at, b, half*1.41421356))
	}
	return o
}

func TestObstaclesLiftAClaimOrRefuseIt(t *testing.T) {
	home := geo.LatLon{Lat: 32.5, Lon: 120.4}.At(4)
	target := geo.Offset(home.LatLon, 0, 1000)
	side := func(e, n float64) geo.LatLon { return geo.Offset(geo.Offset(home.LatLon, 0, n), 90, e) }
	line := func(e, topAMSL float64) fleet.Obstacle {
		return fleet.Obstacle{ID: "L1", Line: []geo.LatLon{side(e, 300), side(e, 400), side(e, 500)}, TopAMSL: topAMSL}
	}
	for name, c := range map[string]struct {
		o      fleet.Obstacle
		cruise float64 // 0: refused
	}{
		"on the way, far below":              {square(side(0, 500), 10, 54), 64},
		"on the way, near below":             {square(side(0, 500), 10, 54.2), 81},
		"on the way, above the first":        {square(side(0, 500), 10, 70), 81},
		"on the way, under the highest":      {square(side(0, 500), 10, 105), 115},
		"on the way, higher than all":        {square(side(0, 500), 10, 106), 0},
		"beside it, near":                    {square(side(34, 500), 10, 200), 0},
		"beside it, clear":                   {square(side(36.5, 500), 10, 200), 64},
		"behind the target":                  {square(side(0, 1040), 10, 200), 64},
		"around all of it":                   {square(side(0, 500), 3000, 200), 0},
		"a line beside it, near":             {line(24, 200), 0},
		"a line beside it, clear":            {line(26.5, 200), 64},
		"a line beside it, near, far below":  {line(24, 20), 64},
		"beside the pad, lower than a layer": {square(side(28, 0), 10, 12), 0},
		"beside the pad, clear":              {square(side(32, 0), 10, 12), 64},
	} {
		claim, cruise, problem := Assign(nil, Want{Home: home, Route: []geo.LatLon{target}, Obstacles: []fleet.Obstacle{c.o}})
		switch {
		case c.cruise == 0 && (problem == nil || problem.Code != "obstacle" || !strings.Contains(problem.Message, c.o.Said())):
			t.Errorf("%s: at %.0f m, %v", name, cruise, problem)
		case c.cruise != 0 && (problem != nil || cruise != c.cruise):
			t.Errorf("%s: at %.0f m, %v; want %.0f", name, cruise, problem, c.cruise)
		case problem == nil && claim.Meets([]fleet.Obstacle{c.o}) != nil:
			t.Errorf("%s: the claim meets it", name)
		}
	}
}

// A layer that clears an obstacle and is taken is refused for who holds it, not for the obstacle.
func TestWhoHoldsTheLayerOverAnObstacleIsNamed(t *testing.T) {
	home := geo.LatLon{Lat: 32.5, Lon: 120.4}.At(4)
	w := Want{Sortie: "S1", Home: home, Route: []geo.LatLon{geo.Offset(home.LatLon, 0, 1000)}, Obstacles: []fleet.Obstacle{square(geo.Offset(home.LatLon, 0, 500), 10, 105)}}
	first, _, problem := Assign(nil, w)
	if problem != nil {
		t.Fatal(problem.Message)
	}
	w.Sortie = "S2"
	w.Home = geo.Offset(home.LatLon, 180, 200).At(4)
	if _, _, problem = Assign([]Claim{first}, w); problem == nil || problem.Code != "airspace" || !strings.Contains(problem.Message, "S1") {
		t.Errorf("%+v", problem)
	}
}

func TestAWayAroundLegs(t *testing.T) {
	a := geo.LatLon{Lat: 32.5, Lon: 120.4}
	b, c := geo.Offset(a, 0, 500), geo.Offset(geo.Offset(a, 0, 500), 90, 500)
	middle := square(geo.Offset(geo.Offset(a, 0, 250), 90, 250), 10, 200) // in the triangle, on no leg
	if o := Way([]geo.LatLon{a, b, c}, 100).Meets([]fleet.Obstacle{middle}); o != nil {
		t.Errorf("met %s", o.ID)
	}
	if o := Way([]geo.LatLon{a, b, c, a}, 100).Meets([]fleet.Obstacle{middle}); o == nil {
		t.Error("the way back goes through it")
	}
}
