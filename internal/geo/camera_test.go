package geo

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"
)

var haian = LatLon{Lat: 32.53, Lon: 120.46}

// over is a camera 100 m above ground that lies at 4 m AMSL.
func over(yaw, pitch float64) Camera {
	return Camera{At: haian.At(104), YawDeg: yaw, PitchDeg: pitch, HFOVDeg: 90, Aspect: 2}
}

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if !(math.Abs(got-want) <= within) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// bounds are how far a footprint reaches east, north, west and south of the camera, metres.
func bounds(ring []Point) (e, n, w, s float64) {
	for _, q := range ring {
		e, n, w, s = math.Max(e, q.X), math.Max(n, q.Y), math.Max(w, -q.X), math.Max(s, -q.Y)
	}
	return e, n, w, s
}

func TestFootprintAtItsBoundaries(t *testing.T) {
	for name, c := range map[string]struct {
		camera     Camera
		e, n, w, s float64
		clipped    bool
	}{
		"straight down":                                {over(0, -90), 100, 50, 100, 50, false}, // tan 45° = 1, and half of it
		"down, turned by a quarter":                    {over(90, -90), 50, 100, 50, 100, false},
		"down, rolled by a quarter":                    {Camera{At: haian.At(104), PitchDeg: -90, RollDeg: 90, HFOVDeg: 90, Aspect: 2}, 50, 100, 50, 100, false},
		"level: from the lower edge to the range":      {over(0, 0), 500, 500, 500, 0, true},
		"45° down, north: between the edges":           {over(0, -45), 0, 300, 0, 0, false}, // atan(1/2) above and below 45°
		"below the horizon by less than half its view": {over(180, -20), 500, 0, 500, 500, true},
		"standing on the ground":                       {Camera{At: haian.At(3), PitchDeg: -90, HFOVDeg: 90, Aspect: 2}, 0.5, 0.25, 0.5, 0.25, false},
	} {
		height := max(c.camera.At.AltAMSL-4, minHeightM)
		ring, clipped := c.camera.Sees(height, height, 500)
		e, n, w, s := bounds(ring)
		if clipped != c.clipped {
			t.Errorf("%s: clipped is %v", name, clipped)
		}
		if c.clipped {
			if far := max(e, n, w, s); far < 499 || far > 500/math.Cos(math.Pi/rimCorners)+0.1 {
				t.Errorf("%s: reaches %v m", name, far)
			}
			continue
		}
		if name == "45° down, north: between the edges" {
			near(t, name+", north", n, 300, 0.1)
			near(t, name+", east and west", e-w, 0, 0.1)
			continue
		}
		near(t, name+", east", e, c.e, 0.1)
		near(t, name+", north", n, c.n, 0.1)
		near(t, name+", west", w, c.w, 0.1)
		near(t, name+", south", s, c.s, 0.1)
	}
	for _, pitch := range []float64{40, 90} {
		if ring, clipped := over(0, pitch).Sees(100, 100, 500); ring != nil || clipped {
			t.Errorf("looking up by %v° ground is seen: %v", pitch, ring)
		}
	}
	if ring, _ := over(0, -1).Sees(100, 100, 20); ring != nil {
		t.Errorf("ground is seen within 20 m though the nearest that is in the picture is farther: %v", ring)
	}
}

func TestAnyAzimuthIsAlike(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		yaw := rapid.SampledFrom([]float64{-180, -90, -0.001, 0, 89.999, 90, 180, 270, 359.999, 360}).Draw(t, "yaw")
		pitch := rapid.Float64Range(-90, -60).Draw(t, "pitch")
		area := func(c Camera) (a float64) {
			ring, _ := c.Sees(100, 100, 2000)
			for i, p := range ring {
				q := ring[(i+1)%len(ring)]
				a += (p.X*q.Y - q.X*p.Y) / 2
			}
			return a
		}
		if got, want := area(over(yaw, pitch)), area(over(33, pitch)); !(math.Abs(got-want) < 1e-6*want) {
			t.Fatalf("at azimuth %v it sees %v m², else %v", yaw, got, want)
		}
	})
}

// drawn is any camera from which ground can be seen.
func drawn(t *rapid.T) Camera {
	return Camera{At: LatLon{rapid.Float64Range(-60, 60).Draw(t, "lat"), rapid.Float64Range(-179, 179).Draw(t, "lon")}.At(rapid.Float64Range(6, 500).Draw(t, "alt")),
		YawDeg: rapid.Float64Range(-360, 360).Draw(t, "yaw"), PitchDeg: rapid.Float64Range(-90, 5).Draw(t, "pitch"), RollDeg: rapid.Float64Range(-180, 180).Draw(t, "roll"),
		HFOVDeg: rapid.Float64Range(1, 120).Draw(t, "fov"), Aspect: rapid.Float64Range(0.5, 2.5).Draw(t, "aspect")}
}

// What a pixel shows is seen at that pixel, lies in the footprint, and what lies in the footprint is in the picture.
func TestPixelAndGroundAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawn(t)
		p := Pixel{rapid.Float64Range(0.001, 0.999).Draw(t, "x"), rapid.Float64Range(0.001, 0.999).Draw(t, "y")}
		const far = 3000
		at, err := c.Ground(p, Plain(4), far)
		ring, _ := c.Sees(c.At.AltAMSL-4, c.At.AltAMSL-4, far)
		if err != nil {
			if !errors.Is(err, ErrNoGround) {
				t.Fatal(err)
			}
			return
		}
		back, ok := c.Pixel(at.Position)
		if !ok || math.Hypot(back.X-p.X, back.Y-p.Y) > 1e-6 {
			t.Fatalf("%v shows %v, which is seen at %v (%v)", p, at, back, ok)
		}
		if at := NewFrame(c.At).Flat(at.LatLon); len(ring) < 3 || !Contains(ring, at) && RingDistance(ring, []Point{at, at, at}) > 1e-3 {
			t.Fatalf("%v shows %v, outside of the footprint %v", p, at, ring)
		}
		for _, q := range ring {
			if math.Hypot(q.X, q.Y) > far*0.99 {
				continue // beyond the range
			}
			seen, ok := c.Pixel(NewFrame(c.At).Round(q).At(4))
			if !ok || seen.X < -1e-5 || seen.X > 1+1e-5 || seen.Y < -1e-5 || seen.Y > 1+1e-5 {
				t.Fatalf("corner %v of the footprint is seen at %v (%v)", q, seen, ok)
			}
		}
	})
}

func TestGroundThatIsNotLevel(t *testing.T) {
	frame := NewFrame(haian.At(0))
	slope := made(t, haian, 21, 50, func(_, n float64) float64 { return 4 + 0.1*n }) // rises to the north
	c := over(0, -45)
	at, err := c.Ground(Pixel{0.5, 0.5}, slope, 500)
	if err != nil {
		t.Fatal(err)
	}
	n := frame.Flat(at.LatLon).Y
	near(t, "the axis meets the slope", n, 100/1.1, 0.2)
	h, _ := slope.At(at.LatLon)
	near(t, "at the slope's height", at.AltAMSL, h, 1e-3)
	if !at.Surveyed {
		t.Error("the slope is not the grid's")
	}
	for name, p := range map[string]Camera{"the horizon": over(0, 0), "the sky": over(0, 30), "beyond the range": over(0, -5)} {
		if at, err := p.Ground(Pixel{0.5, 0.5}, Plain(4), 500); !errors.Is(err, ErrNoGround) {
			t.Errorf("%s is at %v, %v", name, at, err)
		}
	}
	if _, ok := c.Pixel(Offset(haian, 180, 500).At(104)); ok {
		t.Error("what is behind the camera is seen")
	}
}

func TestTargetErrorStraightDownAndAslant(t *testing.T) {
	e := CameraError{HorizontalM: 2, VerticalM: 3, PitchDeg: 1, YawDeg: 2, RollDeg: 1}
	_, down, err := over(0, -90).Target(Pixel{0.5, 0.5}, e, Plain(4), 500)
	if err != nil {
		t.Fatal(err)
	}
	// Straight down heights do not count, nor does the yaw, which turns about the axis; pitch moves it north, roll, which
	// turns about the axis too, not.
	tilt := 100 * math.Pi / 180
	near(t, "longer", down.MajorM, math.Hypot(2, tilt), 1e-6)
	near(t, "shorter", down.MinorM, 2, 1e-6)
	near(t, "bearing", math.Min(down.BearingDeg, 180-down.BearingDeg), 0, 1e-6)
	_, east, err := over(90, -30).Target(Pixel{0.5, 0.5}, e, Plain(4), 500)
	if err != nil {
		t.Fatal(err)
	}
	far := 100 / math.Tan(math.Pi/6) // along the ground; a degree of pitch moves it by height / sin²
	along := math.Sqrt(4 + math.Pow(3*far/100, 2) + math.Pow(100/0.25*math.Pi/180, 2))
	across := math.Hypot(2, far*2*math.Pi/180)
	near(t, "along", east.MajorM, along, 1e-6)
	near(t, "across", east.MinorM, across, 1e-6)
	near(t, "bearing", east.BearingDeg, 90, 1e-6)
}

// The ellipse is that of the derivatives, as differences give them.
func TestTargetErrorIsThatOfSmallChanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawn(t)
		p := Pixel{rapid.Float64Range(0, 1).Draw(t, "x"), rapid.Float64Range(0, 1).Draw(t, "y")}
		e := CameraError{HorizontalM: 1.5, VerticalM: 2, GroundM: 1, YawDeg: 2, PitchDeg: 0.7, RollDeg: 0.5}
		_, got, err := c.Target(p, e, Plain(4), 1000)
		if err != nil {
			return
		}
		frame := NewFrame(c.At)
		place := func(c Camera, ground float64) (Point, bool) {
			at, err := c.Ground(p, Plain(ground), 1e5)
			return frame.Flat(at.LatLon), err == nil
		}
		var ee, nn, en float64
		const h = 1e-4
		for _, change := range []func(k float64) (Camera, float64, float64){
			func(k float64) (Camera, float64, float64) {
				m := c
				m.At = frame.Position(ENU{E: k})
				return m, 4, e.HorizontalM
			},
			func(k float64) (Camera, float64, float64) {
				m := c
				m.At = frame.Position(ENU{N: k})
				return m, 4, e.HorizontalM
			},
			func(k float64) (Camera, float64, float64) { m := c; m.At.AltAMSL += k; return m, 4, e.VerticalM },
			func(k float64) (Camera, float64, float64) { return c, 4 + k, e.GroundM },
			func(k float64) (Camera, float64, float64) { m := c; m.YawDeg += k; return m, 4, e.YawDeg },
			func(k float64) (Camera, float64, float64) { m := c; m.PitchDeg += k; return m, 4, e.PitchDeg },
			func(k float64) (Camera, float64, float64) { m := c; m.RollDeg += k; return m, 4, e.RollDeg },
		} {
			up, ground, sigma := change(h)
			a, ok := place(up, ground)
			down, ground, _ := change(-h)
			b, ok2 := place(down, ground)
			if !ok || !ok2 {
				return
			}
			x, y := (a.X-b.X)/(2*h)*sigma, (a.Y-b.Y)/(2*h)*sigma
			ee, nn, en = ee+x*x, nn+y*y, en+x*y
		}
		s, k := math.Sincos(got.BearingDeg * math.Pi / 180)
		for _, axis := range []struct{ e, n, want float64 }{{s, k, got.MajorM}, {k, -s, got.MinorM}} {
			if is := math.Sqrt(axis.e*axis.e*ee + axis.n*axis.n*nn + 2*axis.e*axis.n*en); math.Abs(is-axis.want) > 0.002*got.MajorM+1e-3 {
				t.Fatalf("along %v %v the error is %v, told is %v of %+v", axis.e, axis.n, is, axis.want, got)
			}
		}
	})
}

func TestACameraThatIsNone(t *testing.T) {
	good := over(10, -20)
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string]func(*Camera){
		"no place": func(c *Camera) { c.At.Lat = 91 }, "no angle": func(c *Camera) { c.PitchDeg = math.NaN() }, "infinite": func(c *Camera) { c.RollDeg = math.Inf(1) },
		"no view": func(c *Camera) { c.HFOVDeg = 0 }, "all around": func(c *Camera) { c.HFOVDeg = 180 }, "no shape": func(c *Camera) { c.Aspect = math.NaN() },
	} {
		c := good
		if bad(&c); c.Check() == nil {
			t.Errorf("%s passes", name)
		}
	}
}
