package geo

import "math"

// rimCorners are the corners of the polygon around the circle at which what is seen is clipped.
const rimCorners = 48

// Footprint is the ground that a camera sees.
type Footprint struct {
	// Ring is a convex polygon, its first corner not repeated; empty if no ground is seen within the range.
	Ring []LatLon
	// Clipped says that it goes on beyond the range: the horizon, or ground farther away, is in the picture.
	Clipped bool
}

// Footprint gives the ground within rangeM (horizontally) that is in the picture, taken as level at the height of the
// terrain beneath the camera.
func (c Camera) Footprint(terrain Terrain, rangeM float64) Footprint {
	frame := NewFrame(c.At)
	ring, clipped := c.Sees(max(c.At.AltAMSL-terrain(c.At.LatLon), minHeightM), rangeM)
	out := Footprint{Clipped: clipped}
	for _, p := range ring {
		out.Ring = append(out.Ring, frame.Round(p))
	}
	return out
}

// Sees gives the footprint on level ground heightM beneath, on the plane whose zero is under the camera, and whether it
// goes on beyond the range. The field of view is a pyramid of four half-spaces; each cuts the ground along a line, and
// what remains of the circle of the range is seen: no ray has to be followed, so that nothing is singular at the
// horizon, straight down or rolled.
func (c Camera) Sees(heightM, rangeM float64) (ring []Point, clipped bool) {
	for i := range rimCorners {
		a := 2 * math.Pi * float64(i) / rimCorners
		r := rangeM / math.Cos(math.Pi/rimCorners) // around the circle
		ring = append(ring, Point{r * math.Cos(a), r * math.Sin(a)})
	}
	ahead, right, up := c.axes()
	wide := math.Tan(c.HFOVDeg * math.Pi / 360)
	high := wide / c.Aspect
	for _, inwards := range []ENU{
		plus(times(ahead, wide), right), plus(times(ahead, wide), times(right, -1)),
		plus(times(ahead, high), up), plus(times(ahead, high), times(up, -1)),
	} {
		ring = cut(ring, inwards.E, inwards.N, -inwards.U*heightM)
	}
	if len(ring) < 3 {
		return nil, false
	}
	for _, p := range ring {
		clipped = clipped || math.Hypot(p.X, p.Y) >= rangeM*(1-1e-9)
	}
	return ring, clipped
}

// cut keeps what of a convex ring lies where a·x + b·y + d ≥ 0.
func cut(ring []Point, a, b, d float64) []Point {
	var out []Point
	for i, p := range ring {
		q := ring[(i+1)%len(ring)]
		in, next := a*p.X+b*p.Y+d, a*q.X+b*q.Y+d
		if in >= 0 {
			out = append(out, p)
		}
		if (in >= 0) != (next >= 0) {
			t := in / (in - next)
			out = append(out, Point{p.X + t*(q.X-p.X), p.Y + t*(q.Y-p.Y)})
		}
	}
	return out
}

// CameraError is how wrong a camera's place and angles may be, and the height of the ground: one standard deviation each.
type CameraError struct {
	HorizontalM, VerticalM, GroundM float64
	YawDeg, PitchDeg, RollDeg       float64
}

// Ellipse is an error of a place: one standard deviation along its two axes, and the bearing of the longer one, degrees
// true, 0 to 180. The true place is within it in 39 cases of 100, within twice as large a one in 86.
type Ellipse struct {
	MajorM     float64 `json:"majorM"`
	MinorM     float64 `json:"minorM"`
	BearingDeg float64 `json:"bearingDeg"`
}

// Target gives the place on the ground that a pixel shows and how well it is known, to first order: each error moves the
// place by its derivative, and they are independent.
func (c Camera) Target(p Pixel, e CameraError, terrain Terrain, rangeM float64) (Position, Ellipse, error) {
	at, err := c.Ground(p, terrain, rangeM)
	if err != nil {
		return Position{}, Ellipse{}, err
	}
	ahead, _, _ := c.axes()
	sy, cy := math.Sincos(c.YawDeg * math.Pi / 180)
	r := c.ray(p)
	height := max(c.At.AltAMSL-at.AltAMSL, minHeightM)
	g := -height / r.U // the place is the camera's, and g rays
	var ee, nn, en float64
	add := func(de, dn float64) { ee, nn, en = ee+de*de, nn+dn*dn, en+de*dn }
	add(e.HorizontalM, 0)
	add(0, e.HorizontalM)
	add(-r.E/r.U*e.VerticalM, -r.N/r.U*e.VerticalM)
	add(-r.E/r.U*e.GroundM, -r.N/r.U*e.GroundM)
	for _, turn := range []struct {
		axis ENU
		deg  float64
	}{{ENU{U: -1}, e.YawDeg}, {ENU{E: cy, N: -sy}, e.PitchDeg}, {ahead, e.RollDeg}} {
		dr := times(crossProduct(turn.axis, r), turn.deg*math.Pi/180)
		k := g * dr.U / -r.U
		add(g*dr.E+k*r.E, g*dr.N+k*r.N)
	}
	mean, half := (ee+nn)/2, math.Hypot((ee-nn)/2, en)
	// The angle of the longer axis from north, clockwise.
	bearing := math.Mod(math.Atan2(2*en, nn-ee)*90/math.Pi+180, 180)
	return at, Ellipse{MajorM: math.Sqrt(mean + half), MinorM: math.Sqrt(max(0, mean-half)), BearingDeg: bearing}, nil
}
