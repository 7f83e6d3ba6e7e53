package geo

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// looking is a camera somewhere over a grid or beside it, and a direction.
func looking(t *rapid.T, g Ground) (Position, ENU) {
	wide := 1.3 * float64(max(g.Grid.Cols, g.Grid.Rows)) * g.Grid.Cell
	p := LatLon{haian.Lat + wide*rapid.Float64Range(-0.5, 0.5).Draw(t, "lat"), haian.Lon + wide*rapid.Float64Range(-0.5, 0.5).Draw(t, "lon")}
	p.Lat += 0.377 * g.Grid.Cell // along the very line between two cells either may count
	h, _ := g.At(p)
	ahead, _, _ := Axes(rapid.SampledFrom([]float64{0, 90, 180, 270, 33, 147, 200, 315.5}).Draw(t, "yaw"), rapid.Float64Range(-90, 20).Draw(t, "pitch"), 0)
	return p.At(h + rapid.Float64Range(0.5, 150).Draw(t, "over")), ahead
}

// Before it meets the ground a ray is over it everywhere, and there it is at its height.
func TestARayMeetsTheFirstGround(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := rough(t, 40)
		from, ray := looking(t, g)
		f := NewFrame(from)
		most := 4000.0
		m, _, ok := g.meet(from, ray, most/max(ray.Horizontal(), 1e-9))
		end := m.t
		if !ok {
			end = most
		}
		for i := range 100 {
			s := end*(float64(i)+0.5)/100 - 0.05 // at the very rim of the heights either side may count
			if at := f.Position(times(ray, s)); s > 0 && s*ray.Horizontal() < most {
				if h, _ := g.At(at.LatLon); at.AltAMSL < h-1e-3 {
					t.Fatalf("%v m before it meets the ground (%v) it is %v m under it", end-s, ok, h-at.AltAMSL)
				}
			}
		}
		if !ok {
			return
		}
		at := f.Position(times(ray, m.t))
		if h, _ := g.At(at.LatLon); at.AltAMSL-h > 1e-3 {
			// Only a step at the rim of the heights is met above the ground behind it, or before it.
			past := f.Position(times(ray, m.t+0.01))
			if h, _ := g.At(past.LatLon); past.AltAMSL-h > 0.2 {
				t.Fatalf("it is said to meet the ground %v m over it", at.AltAMSL-h)
			}
		}
	})
}

// A ray that crosses a corner of cells is told by rounding which it comes to first; it goes on over both, and is not lost there.
func TestARayIsNotLostAtACorner(t *testing.T) {
	grid, err := NewGrid(70, 70, 120.4, 32.5, 0.001, make([]float32, 70*70))
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range []walk{
		{x: 29.75, y: 33.5, dx: 0.06440712036983645, dy: -0.21469040123278818, z: 57.85043948581499, up: -1.263462446593554},
		{x: 23.75, y: 20.75, dx: -2.236123775343532, dy: -1.2138957637579173, z: 80.00134277593214, up: -10.350230195200739},
		{x: 13.25, y: 25.5, dx: 0.6342058744580586, dy: -0.0845607832610745, z: 46.6854404862707, up: -1.3441060658894677},
	} {
		w.g = Ground{Grid: grid, LevelAMSL: -1000}
		if m, ok := w.along(1e4); !ok || !m.surveyed || math.Abs(m.t+w.z/w.up) > 1e-9 {
			t.Errorf("from %v, %v it meets the ground after %v (%v, %v), want %v", w.x, w.y, m.t, ok, m.surveyed, -w.z/w.up)
		}
	}
}

// By what it looks at a ray across a grid costs no more than the blocks on its way and the cells where it comes low.
func TestARayLooksAtFewCells(t *testing.T) {
	g := made(t, haian, 401, 10, func(e, n float64) float64 { return 10 * math.Sin(e/300) * math.Cos(n/500) })
	most := 0
	for yaw := 0.0; yaw < 360; yaw += 14 {
		for pitch := -90.0; pitch <= 0; pitch += 3 {
			ahead, _, _ := Axes(yaw, pitch, 0)
			_, looked, _ := g.meet(haian.At(64), ahead, 3000/max(ahead.Horizontal(), 1e-9))
			most = max(most, looked)
		}
	}
	t.Logf("at most %d pieces of ground within 2 km, of cells of 10 m", most)
	if most > 200 {
		t.Errorf("a ray looked at %d pieces of ground", most)
	}
}

// What is on the mound is told on the mound, where level ground would put it far behind.
func TestAMoundIsSeenBeforeWhatLiesBehindIt(t *testing.T) {
	mound := func(e, n float64) float64 { return 4 + 40*math.Exp(-(e*e+(n-200)*(n-200))/(2*60*60)) }
	g := made(t, haian, 101, 10, mound)
	c := over(0, -20)
	for _, p := range []Pixel{{0.5, 0.5}, {0.45, 0.6}, {0.5, 0.9}} {
		on, err := c.Ground(p, g, 1000)
		if err != nil {
			t.Fatal(err)
		}
		q := NewFrame(haian.At(0)).Flat(on.LatLon)
		near(t, "its height", on.AltAMSL, mound(q.X, q.Y), 0.5)
		if px, ok := c.Pixel(on.Position); !ok || math.Hypot(px.X-p.X, px.Y-p.Y) > 1e-9 {
			t.Errorf("%v is seen at %v", p, px)
		}
	}
	level, err := c.Ground(Pixel{0.5, 0.5}, Plain(4), 1000)
	if err != nil {
		t.Fatal(err)
	}
	on, _ := c.Ground(Pixel{0.5, 0.5}, g, 1000)
	if off := Distance(level.LatLon, on.LatLon); off < 50 {
		t.Errorf("level ground is %v m off only", off)
	}
	if _, err := over(0, 2).Ground(Pixel{0.5, 0.5}, g, 1000); !errors.Is(err, ErrNoGround) {
		t.Errorf("over the mound there is ground: %v", err)
	}
	if up, err := (Camera{At: haian.At(20), PitchDeg: 2, HFOVDeg: 90, Aspect: 2}).Ground(Pixel{0.5, 0.5}, g, 1000); err != nil || up.AltAMSL < 20 {
		t.Errorf("looking up at the mound: %v, %v", up, err)
	}
}

// The ellipse is that of the derivatives on ground that is not level too, as differences give them.
func TestTheErrorOnASlopeIsThatOfSmallChanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Float64Range(-0.5, 0.5).Draw(t, "east"), rapid.Float64Range(-0.5, 0.5).Draw(t, "north")
		plane := func(by float64) Ground {
			return made(t, haian, 11, 400, func(e, n float64) float64 { return 300 + by + a*e + b*n })
		}
		g, low, high := plane(0), plane(-0.25), plane(0.25)
		c := Camera{At: haian.At(380), YawDeg: rapid.Float64Range(0, 360).Draw(t, "yaw"), PitchDeg: rapid.Float64Range(-90, -30).Draw(t, "pitch"), HFOVDeg: 60, Aspect: 1.5}
		p := Pixel{rapid.Float64Range(0.2, 0.8).Draw(t, "x"), rapid.Float64Range(0.2, 0.8).Draw(t, "y")}
		e := CameraError{HorizontalM: 1.5, VerticalM: 2, GroundM: 9, YawDeg: 2, PitchDeg: 0.7, RollDeg: 0.5}
		at, got, err := c.Target(p, e, g, 600)
		if err != nil || !at.Surveyed {
			return
		}
		frame := NewFrame(c.At)
		place := func(c Camera, g Ground) (Point, bool) {
			at, err := c.Ground(p, g, 1e4)
			return frame.Flat(at.LatLon), err == nil && at.Surveyed
		}
		var ee, nn, en float64
		const h = 0.01
		for _, change := range []func(k float64) (Camera, Ground, float64){
			func(k float64) (Camera, Ground, float64) {
				m := c
				m.At = frame.Position(ENU{E: k})
				return m, g, e.HorizontalM
			},
			func(k float64) (Camera, Ground, float64) {
				m := c
				m.At = frame.Position(ENU{N: k})
				return m, g, e.HorizontalM
			},
			func(k float64) (Camera, Ground, float64) { m := c; m.At.AltAMSL += k; return m, g, e.VerticalM },
			func(k float64) (Camera, Ground, float64) { m := c; m.YawDeg += k; return m, g, e.YawDeg },
			func(k float64) (Camera, Ground, float64) { m := c; m.PitchDeg += k; return m, g, e.PitchDeg },
			func(k float64) (Camera, Ground, float64) { m := c; m.RollDeg += k; return m, g, e.RollDeg },
		} {
			up, g1, sigma := change(h)
			x, ok := place(up, g1)
			down, g2, _ := change(-h)
			y, ok2 := place(down, g2)
			if !ok || !ok2 {
				return
			}
			dx, dy := (x.X-y.X)/(2*h)*sigma, (x.Y-y.Y)/(2*h)*sigma
			ee, nn, en = ee+dx*dx, nn+dy*dy, en+dx*dy
		}
		x, ok := place(c, high)
		y, ok2 := place(c, low)
		if !ok || !ok2 {
			return
		}
		dx, dy := (x.X-y.X)*2*g.GridErrorM, (x.Y-y.Y)*2*g.GridErrorM
		ee, nn, en = ee+dx*dx, nn+dy*dy, en+dx*dy
		s, k := math.Sincos(got.BearingDeg * math.Pi / 180)
		for _, axis := range []struct{ e, n, want float64 }{{s, k, got.MajorM}, {k, -s, got.MinorM}} {
			if is := math.Sqrt(axis.e*axis.e*ee + axis.n*axis.n*nn + 2*axis.e*axis.n*en); math.Abs(is-axis.want) > 0.01*got.MajorM+1e-2 {
				t.Fatalf("along %v %v the error is %v, told is %v of %+v", axis.e, axis.n, is, axis.want, got)
			}
		}
	})
}

// Whatever ground between two heights a pixel shows lies in the ring of those heights.
func TestGroundBetweenTwoHeightsLiesInItsRing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawn(t)
		low, high := rapid.Float64Range(-300, 600).Draw(t, "low"), rapid.Float64Range(0, 300).Draw(t, "more")
		high += low
		const far = 800
		ring, _ := c.Sees(c.At.AltAMSL-high, c.At.AltAMSL-low, far)
		p := Pixel{rapid.Float64Range(0, 1).Draw(t, "x"), rapid.Float64Range(0, 1).Draw(t, "y")}
		r := c.ray(p)
		k := (rapid.Float64Range(low, high).Draw(t, "at") - c.At.AltAMSL) / r.U
		if at := times(r, k); k > 0 && at.Horizontal() < far {
			q := Point{at.E, at.N}
			if len(ring) < 3 || !Contains(ring, q) && RingDistance(ring, []Point{q, q, q}) > 1e-3 {
				t.Fatalf("%v shows %v, outside of the ring %v", p, at, ring)
			}
		}
	})
}

func BenchmarkMeet(b *testing.B) {
	g := made(b, haian, 801, 10, func(e, n float64) float64 { return 10 * math.Sin(e/300) * math.Cos(n/500) })
	c := Camera{At: haian.At(64), YawDeg: 33, PitchDeg: -8, HFOVDeg: 70, Aspect: 16.0 / 9}
	for b.Loop() {
		_, _ = c.Ground(Pixel{0.5, 0.4}, g, 3000)
	}
}

// The room of a way across the whole of the largest grid, of cells of 5 m.
func BenchmarkUnder(b *testing.B) {
	const n, cell = 2896, 5.0 / 111319
	heights := make([]float32, n*n)
	for k := range heights {
		heights[k] = float32(10 + 5*math.Sin(float64(k%n)/50)*math.Cos(float64(k/n)/70))
	}
	g, err := NewGrid(n, n, 120.4, 32.5, cell, heights)
	if err != nil {
		b.Fatal(err)
	}
	at := func(share, aside float64) LatLon {
		return LatLon{32.5 + cell*n*(share-aside), 120.4 + cell*n*(share+aside)}
	}
	ring := []LatLon{at(0.05, -0.001), at(0.05, 0.001), at(0.95, 0.001), at(0.95, -0.001)}
	for b.Loop() {
		_, _ = g.Under(ring)
	}
}

// Just below a ridge a small error of the angle would put the place on what lies behind, and the ellipse says so.
func TestTheErrorBelowARidgeReachesBehindIt(t *testing.T) {
	g := made(t, haian, 81, 10, func(_, n float64) float64 { return 4 + 40*math.Max(0, 1-math.Abs(n-150)/20) }) // a dike to the north
	e := CameraError{HorizontalM: 1, VerticalM: 1, PitchDeg: 1}
	for name, c := range map[string]struct {
		below float64 // the top, degrees
		far   bool
	}{"near the top": {0.7, true}, "far below it": {4, false}} {
		eye := Camera{At: haian.At(80), PitchDeg: -math.Atan2(80-44, 150)*180/math.Pi - c.below, HFOVDeg: 40, Aspect: 1.5}
		at, ellipse, err := eye.Target(Pixel{0.5, 0.5}, e, g, 1000)
		if err != nil || !at.Surveyed {
			t.Fatalf("%s: %+v, %v", name, at, err)
		}
		behind := eye
		behind.PitchDeg += e.PitchDeg
		moved, err := behind.Ground(Pixel{0.5, 0.5}, g, 1000)
		if err != nil {
			t.Fatal(err)
		}
		if off := Distance(at.LatLon, moved.LatLon); off > 100 != c.far || ellipse.MajorM < off-1 || !c.far && ellipse.MajorM > 5 {
			t.Errorf("%s: %.1f m off by a degree, told is %+v", name, off, ellipse)
		}
	}
}
