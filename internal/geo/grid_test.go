package geo

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const smallGrid = `ncols 3
nrows 2
xllcenter 120.40
yllcenter 32.50
cellsize 0.01
nodata_value -9999
4 6 -9999
2 4 5
`

// made is ground by a grid of side × side heights cellM apart around a place, by metres to the east and to the north of it;
// beyond it is level at 4 m.
func made(t interface{ Fatal(...any) }, middle LatLon, side int, cellM float64, height func(e, n float64) float64) Ground {
	f := NewFrame(middle.At(0))
	cell := cellM / f.perDeg
	half := float64(side-1) / 2
	heights := make([]float32, 0, side*side)
	for row := range side {
		for col := range side {
			p := f.Flat(LatLon{middle.Lat + (half-float64(row))*cell, middle.Lon + (float64(col)-half)*cell})
			heights = append(heights, float32(height(p.X, p.Y)))
		}
	}
	g, err := NewGrid(side, side, middle.Lon-half*cell, middle.Lat-half*cell, cell, heights)
	if err != nil {
		t.Fatal(err)
	}
	return Ground{Grid: g, GridErrorM: 1.5, LevelAMSL: 4}
}

// Programs write the least number that they have for no height, to as many digits as they like.
func TestNoHeightIsToldByAnyNumber(t *testing.T) {
	for _, none := range []string{"-9999", "-9999.9", "-3.402823e+38", "-3.4028234663852886e+38"} {
		g, err := ReadGrid(strings.NewReader(strings.ReplaceAll(smallGrid, "-9999", none)))
		if err != nil {
			t.Errorf("%s: %v", none, err)
		} else if _, known := g.At(LatLon{32.505, 120.415}); known {
			t.Errorf("%s is a height", none)
		}
	}
}

func TestAGridBetweenItsHeights(t *testing.T) {
	g, err := ReadGrid(strings.NewReader(smallGrid))
	if err != nil {
		t.Fatal(err)
	}
	corner, err := ReadGrid(strings.NewReader(strings.NewReplacer("center 120.40", "corner 120.395", "center 32.50", "corner 32.495").Replace(smallGrid)))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		lat, lon, want float64
		known          bool
	}{
		{32.50, 120.40, 2, true}, {32.51, 120.40, 4, true}, {32.505, 120.40, 3, true}, {32.505, 120.405, 4, true},
		{32.505, 120.415, 0, false}, {32.50, 120.42, 0, false}, // a corner of the cell has no height
		{32.499, 120.40, 0, false}, {32.50, 120.421, 0, false}, {math.NaN(), 120.40, 0, false},
	} {
		for _, g := range []*Grid{g, corner} {
			if got, known := g.At(LatLon{Lat: c.lat, Lon: c.lon}); known != c.known || math.Abs(got-c.want) > 1e-4 {
				t.Errorf("%v, %v: %v %v, want %v %v", c.lat, c.lon, got, known, c.want, c.known)
			}
		}
	}
	if g.Highest() != 6 {
		t.Errorf("the highest is %v", g.Highest())
	}
}

func TestAGridThatIsNoneIsNamed(t *testing.T) {
	swap := func(old, by string) string { return strings.Replace(smallGrid, old, by, 1) }
	for name, c := range map[string]struct{ text, want string }{
		"empty":             {"", "0 heights"},
		"a row too few":     {swap("2 4 5\n", ""), "3 heights, want 3 columns and 2 rows"},
		"a height more":     {swap("2 4 5", "2 4 5 6"), "line 8: more heights"},
		"no number":         {swap("2 4 5", "2 x4 5"), `line 8: height "x4"`},
		"not finite":        {swap("2 4 5", "2 NaN 5"), `height "NaN"`},
		"no columns":        {swap("ncols 3", "ncols 0"), "ncols is 0"},
		"half a row":        {swap("nrows 2", "nrows 2.5"), "nrows is 2.5"},
		"too many cells":    {swap("ncols 3", "ncols 8000000"), "more than"},
		"unknown key":       {swap("cellsize", "cellwidth"), "cellwidth"},
		"no size":           {swap("cellsize 0.01", "cellsize -1"), "cellsize is -1"},
		"metres":            {swap("cellsize 0.01", "cellsize 30"), "cellsize is 30"},
		"two edges":         {swap("cellsize", "xllcorner 1\ncellsize"), "one of xllcorner and xllcenter"},
		"no place":          {swap("yllcenter 32.50", "yllcenter 95"), "latitude"},
		"over the pole":     {swap("yllcenter 32.50", "yllcenter 89.995"), "latitude"},
		"key with no value": {swap("ncols 3", "ncols"), "line 1"},
		"too high":          {swap("2 4 5", "2 4 50000"), "-500 to 9000"},
	} {
		if _, err := ReadGrid(strings.NewReader(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// rough is a grid of any heights, some of it without.
func rough(t *rapid.T, most int) Ground {
	cols, rows := rapid.IntRange(2, most).Draw(t, "cols"), rapid.IntRange(2, most).Draw(t, "rows")
	heights := make([]float32, cols*rows)
	kind, high := rapid.IntRange(1, 1999).Draw(t, "kind"), rapid.SampledFrom([]float32{10, 100}).Draw(t, "high")
	for i := range heights {
		heights[i] = float32(i*kind%2001)/high - 20
	}
	if rapid.Bool().Draw(t, "gaps") {
		heights[rapid.IntRange(0, len(heights)-1).Draw(t, "gap")] = float32(math.NaN())
	}
	cell := rapid.Float64Range(0.0002, 0.002).Draw(t, "cell")
	g, err := NewGrid(cols, rows, haian.Lon-float64(cols-1)*cell/2, haian.Lat-float64(rows-1)*cell/2, cell, heights)
	if err != nil {
		t.Fatal(err)
	}
	return Ground{Grid: g, GridErrorM: 2, LevelAMSL: rapid.Float64Range(-5, 40).Draw(t, "level")}
}

// The span of a box holds every height in it, and none that a cell of it does not touch.
func TestTheSpanOfABoxHoldsItsHeights(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := rough(t, 40).Grid
		span := func(name string, n int, from float64) (float64, float64) {
			a := from + g.Cell*rapid.Float64Range(-1, float64(n)).Draw(t, name)
			return a, a + g.Cell*rapid.Float64Range(0, float64(n)).Draw(t, name+" wide")
		}
		west, east := span("x", g.Cols, g.West)
		south, north := span("y", g.Rows, g.South)
		low, high, whole := g.Span(south, west, north, east)
		for range 10 {
			p := LatLon{rapid.Float64Range(south, north).Draw(t, "lat"), rapid.Float64Range(west, east).Draw(t, "lon")}
			h, known := g.At(p)
			if known && !(h >= low-1e-3 && h <= high+1e-3) || !known && whole {
				t.Fatalf("%v is %v m high (%v), the box %v to %v (%v)", p, h, known, low, high, whole)
			}
		}
		least, most := math.Inf(1), math.Inf(-1)
		for j := range g.Rows {
			for i := range g.Cols {
				x, y := g.West+float64(i)*g.Cell, g.South+float64(j)*g.Cell
				if h := g.height(i, j); !math.IsNaN(h) && x > west-g.Cell*1.001 && x < east+g.Cell*1.001 && y > south-g.Cell*1.001 && y < north+g.Cell*1.001 {
					least, most = math.Min(least, h), math.Max(most, h)
				}
			}
		}
		if low < least || high > most {
			t.Fatalf("the box is %v to %v, its cells %v to %v", low, high, least, most)
		}
	})
}

// Under a ring is the highest of the corners in it, or one at most a cell beside it; and where something is not known that is said.
func TestUnderARingIsItsHighestGround(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := rough(t, 40).Grid
		f := NewFrame(haian.At(0))
		wide := float64(max(g.Cols, g.Rows)) * g.Cell * f.perDeg
		var corners []Point
		for range rapid.IntRange(3, 6).Draw(t, "corners") {
			corners = append(corners, Point{wide * rapid.Float64Range(-0.6, 0.6).Draw(t, "x"), wide * rapid.Float64Range(-0.6, 0.6).Draw(t, "y")})
		}
		flat := Hull(corners)
		if len(flat) < 3 {
			return
		}
		var ring []LatLon
		for _, p := range flat {
			ring = append(ring, f.Round(p))
		}
		highest, unknown := g.Under(ring)
		inside, beside := math.Inf(-1), math.Inf(-1)
		missing := false
		for j := range g.Rows {
			for i := range g.Cols {
				p := f.Flat(LatLon{g.South + float64(j)*g.Cell, g.West + float64(i)*g.Cell})
				h, in := g.height(i, j), Contains(flat, p)
				missing = missing || in && math.IsNaN(h)
				if in && !math.IsNaN(h) {
					inside = max(inside, h)
				}
				if RingDistance(flat, []Point{p, p, p}) <= 1.01*math.Hypot(f.perDeg, f.perDegLo)*g.Cell && !math.IsNaN(h) {
					beside = max(beside, h)
				}
			}
		}
		for range 10 { // a place in the ring: a mixture of its corners
			at := flat[0]
			for i, p := range flat {
				k := rapid.Float64Range(0, 1).Draw(t, "mix") / float64(i+1)
				at = Point{at.X + k*(p.X-at.X), at.Y + k*(p.Y-at.Y)}
			}
			if h, known := g.At(f.Round(at)); known && h > highest.AltAMSL+1e-3 {
				t.Fatalf("at %v it is %v m high, under the ring %+v", at, h, highest)
			}
		}
		for _, p := range ring {
			missing = missing || !(p.Lon >= g.West && p.Lat >= g.South && p.Lon <= g.West+float64(g.Cols-1)*g.Cell && p.Lat <= g.South+float64(g.Rows-1)*g.Cell)
		}
		if highest.AltAMSL < inside || highest.AltAMSL > beside || missing && unknown == nil {
			t.Fatalf("under %v it is %+v, of %v in it and %v beside; unknown %v", flat, highest, inside, beside, unknown)
		}
	})
}

// A corner beside a ring raises the ground in it, and a ray meets level ground where a height is missing among low ones.
func TestTheGroundNextToACorner(t *testing.T) {
	const side = 41
	heights := make([]float32, side*side)
	heights[20*side+20] = 50
	heights[30*side+30] = float32(math.NaN())
	const cell = 0.001
	g, err := NewGrid(side, side, haian.Lon-20*cell, haian.Lat-20*cell, cell, heights)
	if err != nil {
		t.Fatal(err)
	}
	at := func(east, north float64) LatLon { return LatLon{haian.Lat + north*cell, haian.Lon + east*cell} }
	beside := []LatLon{at(0.2, 0.2), at(0.8, 0.2), at(0.8, 0.8), at(0.2, 0.8)} // in the cell to the north-east of the peak
	if highest, unknown := g.Under(beside); highest.AltAMSL != 50 || unknown != nil {
		t.Errorf("in a cell of the peak it is %+v, %v", highest, unknown)
	}
	if highest, unknown := g.Under([]LatLon{at(9.2, -9.8), at(9.8, -9.8), at(9.8, -9.2)}); highest.AltAMSL != 0 || unknown == nil || Distance(*unknown, at(10, -10)) > 1 {
		t.Errorf("in a cell without a corner it is %+v, %v", highest, unknown)
	}
	low := Camera{At: at(9.5, -8.5).At(60), YawDeg: 180, PitchDeg: -15, HFOVDeg: 60, Aspect: 1.5}
	if s, err := low.Ground(Pixel{0.5, 0.5}, Ground{Grid: g, LevelAMSL: 30}, 3000); err != nil || s.Surveyed || math.Abs(s.AltAMSL-30) > 1e-6 {
		t.Errorf("where there is no height: %+v, %v", s, err)
	}
}
