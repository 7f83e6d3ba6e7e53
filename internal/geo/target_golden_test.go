package geo

import (
	"encoding/json"
	"flag"
	"math"
	"os"
	"slices"
	"testing"
)

var rewrite = flag.Bool("rewrite", false, "write the golden targets anew")

// goldenTarget is what Target gives; the console's own geometry is held against the same file.
type goldenTarget struct {
	Camera   Camera      `json:"camera"`
	GroundM  float64     `json:"groundM"`
	OnGrid   bool        `json:"onGrid"`
	RangeM   float64     `json:"rangeM"`
	Pixel    Pixel       `json:"pixel"`
	Error    CameraError `json:"error"`
	Place    *Position   `json:"place,omitempty"` // absent: no ground there
	Surveyed bool        `json:"surveyed"`
	Ellipse  *Ellipse    `json:"ellipse,omitempty"`
}

// golden are targets, and the grid that some of them are on.
type golden struct {
	Grid    goldenGrid     `json:"grid"`
	Targets []goldenTarget `json:"targets"`
}

type goldenGrid struct {
	Cols, Rows        int
	West, South, Cell float64
	ErrorM            float64
	Heights           []float32 // noHeight where there is none
}

const noHeight = -9999

// hilly is a grid of several blocks around the place of the cameras, without heights in its far corner: quarters of a metre,
// which every number can say.
func hilly(t *testing.T) (Ground, goldenGrid) {
	g := made(t, haian, 27, 37, func(e, n float64) float64 {
		if e > 200 && n > 250 {
			return math.NaN()
		}
		return math.Round(4*(9+7*math.Sin(e/90)+0.05*n+30*math.Exp(-(e*e+(n-150)*(n-150))/8000))) / 4
	})
	heights := slices.Clone(g.Grid.Heights())
	for i, h := range heights {
		if h != h {
			heights[i] = noHeight
		}
	}
	return g, goldenGrid{Cols: g.Grid.Cols, Rows: g.Grid.Rows, West: g.Grid.West, South: g.Grid.South, Cell: g.Grid.Cell, ErrorM: g.GridErrorM, Heights: heights}
}

func TestTargetsAreTheGoldenOnes(t *testing.T) {
	const file = "testdata/targets.json"
	usual := CameraError{HorizontalM: 1.5, VerticalM: 2.5, GroundM: 2, YawDeg: 2, PitchDeg: 0.7, RollDeg: 0.7}
	hills, grid := hilly(t)
	var all []goldenTarget
	add := func(g goldenTarget) {
		ground := Plain(g.GroundM)
		if g.OnGrid {
			ground = hills
		}
		if at, e, err := g.Camera.Target(g.Pixel, g.Error, ground, g.RangeM); err == nil {
			g.Place, g.Surveyed, g.Ellipse = &at.Position, at.Surveyed, &e
		}
		all = append(all, g)
	}
	for _, c := range []struct {
		yaw, pitch, roll, hfov, aspect, alt float64
		pixel                               Pixel
	}{
		{0, -90, 0, 70, 16.0 / 9, 94, Pixel{0.5, 0.5}},
		{0, -90, 0, 70, 16.0 / 9, 94, Pixel{0.1, 0.9}},
		{37, -45, 0, 70, 16.0 / 9, 94, Pixel{0.5, 0.5}},
		{213, -30, 0, 62, 4.0 / 3, 124, Pixel{0.8, 0.3}},
		{301, -20, 4, 7, 16.0 / 9, 64, Pixel{0.2, 0.6}},
		{120, -5, -3, 70, 16.0 / 9, 94, Pixel{0.5, 0.95}},
		{120, -5, 0, 70, 16.0 / 9, 94, Pixel{0.5, 0.1}},
		{90, -1, 0, 70, 16.0 / 9, 94, Pixel{0.5, 0.51}},
		{10, -60, 0, 90, 2, 4, Pixel{0.7, 0.7}},
	} {
		g := goldenTarget{Camera: Camera{At: haian.At(c.alt), YawDeg: c.yaw, PitchDeg: c.pitch, RollDeg: c.roll, HFOVDeg: c.hfov, Aspect: c.aspect},
			GroundM: 4, RangeM: 2000, Pixel: c.pixel, Error: usual}
		add(g)
		g.OnGrid = true
		add(g)
	}
	for _, yaw := range []float64{0, 3, 45, 90, 180, 271, 330} { // towards the hill, along lines of the grid, and out of it
		add(goldenTarget{Camera: Camera{At: haian.At(62), YawDeg: yaw, PitchDeg: -11, HFOVDeg: 50, Aspect: 1.5}, GroundM: 4, OnGrid: true, RangeM: 2000, Pixel: Pixel{0.5, 0.45}, Error: usual})
	}
	for _, yaw := range []float64{40, 45, 50} { // to where it has no heights
		add(goldenTarget{Camera: Camera{At: haian.At(82), YawDeg: yaw, PitchDeg: -10, HFOVDeg: 50, Aspect: 1.5}, GroundM: 4, OnGrid: true, RangeM: 2000, Pixel: Pixel{0.5, 0.45}, Error: usual})
	}
	for _, alt := range []float64{36, 38, 40} { // just below the top of the hill, and just over it
		add(goldenTarget{Camera: Camera{At: haian.At(alt), PitchDeg: 0.4, HFOVDeg: 20, Aspect: 1.5}, GroundM: 4, OnGrid: true, RangeM: 2000, Pixel: Pixel{0.5, 0.5}, Error: usual})
	}
	got, err := json.MarshalIndent(golden{grid, all}, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	if *rewrite {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var old golden
	if err := json.Unmarshal(want, &old); err != nil || len(old.Targets) != len(all) || !slices.Equal(old.Grid.Heights, grid.Heights) {
		t.Fatalf("%s: %d targets on %d heights, %v", file, len(old.Targets), len(old.Grid.Heights), err)
	}
	for i, g := range all {
		o := old.Targets[i]
		if g.Surveyed != o.Surveyed || (g.Place == nil) != (o.Place == nil) || g.Camera != o.Camera || g.Pixel != o.Pixel {
			t.Errorf("target %d is %+v, not %+v (run with -rewrite and read the difference)", i, g, o)
			continue
		}
		if g.Place != nil {
			near(t, "latitude", g.Place.Lat, o.Place.Lat, 1e-9)
			near(t, "longitude", g.Place.Lon, o.Place.Lon, 1e-9)
			near(t, "altitude", g.Place.AltAMSL, o.Place.AltAMSL, 1e-6)
			near(t, "longer axis", g.Ellipse.MajorM, o.Ellipse.MajorM, 1e-6)
			near(t, "shorter axis", g.Ellipse.MinorM, o.Ellipse.MinorM, 1e-6)
			near(t, "bearing", g.Ellipse.BearingDeg, o.Ellipse.BearingDeg, 1e-6)
		}
	}
}
