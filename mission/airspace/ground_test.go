package airspace

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// hill is a grid of 3 km around home, at 4 m, with a cone so many metres high and 200 m wide on its bottom to the north and east
// of it.
func hill(t *testing.T, home geo.LatLon, n, e, high float64) fleet.Terrain {
	t.Helper()
	const side = 151
	cell := 20.0 / 111_320
	cos := math.Cos(home.Lat * math.Pi / 180)
	heights := make([]float32, 0, side*side)
	for row := range side {
		for col := range side {
			y, x := 20*float64(side/2-row)-n, 20*cos*float64(col-side/2)-e
			heights = append(heights, float32(4+max(0, high*(1-math.Hypot(x, y)/100))))
		}
	}
	g, err := geo.NewGrid(side, side, home.Lon-cell*(side/2), home.Lat-cell*(side/2), cell, heights)
	if err != nil {
		t.Fatal(err)
	}
	return fleet.Terrain{Grid: g, ErrorM: 2}
}

func TestHighGroundLiftsAClaimOrRefusesIt(t *testing.T) {
	home := geo.LatLon{Lat: 32.5, Lon: 120.4}.At(4)
	target := geo.Offset(home.LatLon, 0, 1000)
	for name, c := range map[string]struct {
		n, e, high float64
		keep       float64
		cruise     float64 // 0: refused
	}{
		"level":                            {500, 0, 0, 0, 64},
		"a mound":                          {500, 0, 10, 0, 64},
		"a hill on the way":                {500, 0, 20, 0, 81},
		"a hill that the highest clears":   {500, 0, 62, 0, 115},
		"a hill that no layer clears":      {500, 0, 66, 0, 0},
		"one beside the way":               {500, 160, 100, 0, 64},
		"its foot on the way":              {500, 100, 100, 0, 98},
		"behind the target":                {1140, 0, 100, 0, 64},
		"a layer that it is in, too low":   {500, 0, 20, 64, 0},
		"a layer that it is in, as it was": {500, 0, 20, 81, 81},
	} {
		terrain := hill(t, home.LatLon, c.n, c.e, c.high)
		claim, cruise, problem := Assign(nil, Want{Home: home, Route: []geo.LatLon{target}, Terrain: terrain, KeepAMSL: c.keep})
		switch {
		case c.cruise == 0 && (problem == nil || problem.Code != "ground" || !strings.Contains(problem.Message, "32.504") || !strings.Contains(problem.Message, "120.400")):
			t.Errorf("%s: at %.0f m, %v", name, cruise, problem)
		case c.cruise != 0 && (problem != nil || cruise != c.cruise):
			t.Errorf("%s: at %.0f m, %v; want %.0f", name, cruise, problem, c.cruise)
		case problem == nil && claim.Volumes[0].Clears(terrain) != nil:
			t.Errorf("%s: the claim does not clear it", name)
		}
	}
}

// Where the grid has no heights nobody flies, unless all that lies beyond it counts as level.
func TestGroundThatWasNotSurveyedIsNotFlownOver(t *testing.T) {
	home := geo.LatLon{Lat: 32.5, Lon: 120.4}.At(4)
	terrain := hill(t, home.LatLon, 500, 0, 20)
	want := Want{Home: home, Route: []geo.LatLon{geo.Offset(home.LatLon, 0, 3500)}, Terrain: terrain}
	if _, _, problem := Assign(nil, want); problem == nil || problem.Code != "ground-unknown" {
		t.Errorf("beyond the grid: %v", problem)
	}
	want.Terrain.Beyond = true
	if _, cruise, problem := Assign(nil, want); problem != nil || cruise != 81 {
		t.Errorf("beyond the grid as level: at %v m, %v", cruise, problem)
	}
	if floor, problem := FloorAMSL(terrain, Fence([]geo.LatLon{geo.Offset(home.LatLon, 0, 500)}, geo.Offset(home.LatLon, 0, 500), 100), 24, 20); problem != nil || math.Abs(floor-48) > 1 {
		t.Errorf("over the hill the floor is %v m, %v", floor, problem)
	}
	if floor, problem := FloorAMSL(terrain, Fence([]geo.LatLon{home.LatLon}, home.LatLon, 100), 30, 20); problem != nil || floor != 30 {
		t.Errorf("over level ground the floor is %v m, %v", floor, problem)
	}
}

// All ground under the room of a claim is far enough below it, whatever the ground.
func TestAClaimIsClearOfAllGroundUnderIt(t *testing.T) {
	home := geo.LatLon{Lat: 32.5, Lon: 120.4}.At(4)
	rapid.Check(t, func(t *rapid.T) {
		const side = 40
		cell := rapid.Float64Range(30, 120).Draw(t, "cell") / 111_320
		heights := make([]float32, side*side)
		rough := rapid.IntRange(1, 97).Draw(t, "rough")
		for i := range heights {
			heights[i] = float32(i * rough % 21)
		}
		for range 3 {
			heights[rapid.IntRange(0, len(heights)-1).Draw(t, "peak")] = rapid.Float32Range(20, 90).Draw(t, "high")
		}
		g, err := geo.NewGrid(side, side, home.Lon-cell*side/2, home.Lat-cell*side/2, cell, heights)
		if err != nil {
			t.Fatal(err)
		}
		place := func(name string) geo.LatLon {
			return geo.Offset(home.LatLon, rapid.Float64Range(0, 360).Draw(t, name), rapid.Float64Range(0, 500).Draw(t, name+" far"))
		}
		claim, cruise, problem := Assign(nil, Want{Home: home, Route: []geo.LatLon{place("a"), place("b")}, Terrain: fleet.Terrain{Grid: g, ErrorM: 2}})
		if problem != nil {
			return
		}
		ring := claim.Volumes[0].Ring
		for range 12 {
			at := home.LatLon // a place in the room: a mixture of its corners
			for i, p := range ring {
				k := rapid.Float64Range(0, 1).Draw(t, "mix") / float64(i+1)
				at = geo.LatLon{Lat: at.Lat + k*(p.Lat-at.Lat), Lon: at.Lon + k*(p.Lon-at.Lon)}
			}
			if h, known := g.At(at); !known || cruise-h < ClearM+4-0.1 {
				t.Fatalf("%.1f m above the ground at %v (%v)", cruise-h, at, known)
			}
		}
	})
}
