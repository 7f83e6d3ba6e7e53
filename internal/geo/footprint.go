package geo

import "math"

// rimCorners are the corners of the polygon around the circle at which what is seen is clipped.
const rimCorners = 48

// Sees gives the ground that a camera sees within rangeM horizontally, on the plane whose zero is under the camera, and
// whether it goes on beyond the range. Of the ground it is only known that it lies nearM to farM beneath the camera (above it
// where that is negative): what is seen of any such ground is in the ring, and nothing hides anything. The ring is convex, empty
// if nothing is seen.
//
// The field of view is a pyramid of four half-spaces. A place of the plane is seen if some height between the two lies in all
// of them; so each that bounds the height from below is set against each that bounds it from above (Fourier and Motzkin's
// elimination), and what remains of the circle of the range is seen: no ray has to be followed, so that nothing is singular
// at the horizon, straight down or rolled.
func (c Camera) Sees(nearM, farM, rangeM float64) (ring []Point, clipped bool) {
	for i := range rimCorners {
		a := 2 * math.Pi * float64(i) / rimCorners
		r := rangeM / math.Cos(math.Pi/rimCorners) // around the circle
		ring = append(ring, Point{r * math.Cos(a), r * math.Sin(a)})
	}
	ahead, right, up := c.axes()
	wide := math.Tan(c.HFOVDeg * math.Pi / 360)
	high := wide / c.Aspect
	// A half-space is a·x + b·y + c·z + d ≥ 0, z upwards from the camera.
	type half struct{ a, b, c, d float64 }
	above, below := []half{{c: 1, d: farM}}, []half{{c: -1, d: -nearM}}
	for _, in := range []ENU{
		plus(times(ahead, wide), right), plus(times(ahead, wide), times(right, -1)),
		plus(times(ahead, high), up), plus(times(ahead, high), times(up, -1)),
	} {
		switch h := (half{in.E, in.N, in.U, 0}); {
		case in.U > 1e-12:
			above = append(above, h)
		case in.U < -1e-12:
			below = append(below, h)
		default:
			ring = cut(ring, h.a, h.b, 0)
		}
	}
	for _, l := range above {
		for _, h := range below {
			ring = cut(ring, h.a*l.c-l.a*h.c, h.b*l.c-l.b*h.c, h.d*l.c-l.d*h.c)
		}
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

// CameraError is how wrong a camera's place and angles may be, and the height of ground that is taken as level: one standard
// deviation each.
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
// place by its derivative, and they are independent. On ground that rises away from the camera an error of height or angle moves
// it less than on level ground, on ground that falls away more. Where an error would carry the ray over a ridge, or onto one
// before it, it counts by as much as it moves the place then.
func (c Camera) Target(p Pixel, e CameraError, ground Ground, rangeM float64) (Spot, Ellipse, error) {
	at, m, err := c.sees(p, ground, rangeM)
	if err != nil {
		return Spot{}, Ellipse{}, err
	}
	ahead, _, _ := c.axes()
	sy, cy := math.Sincos(c.YawDeg * math.Pi / 180)
	r := c.ray(p)
	// By how much it nears the ground with each ray; at the rim of the grid it may meet a step, which has no slope.
	steep := min(r.U-m.slopeE*r.E-m.slopeN*r.N, -1e-6)
	var ee, nn, en float64
	// add takes an error that moves the place by d, in space, with the camera or by turning it: the ray then meets the ground
	// earlier or later.
	add := func(d ENU, turn bool) {
		k := (m.slopeE*d.E + m.slopeN*d.N - d.U) / steep
		de, dn := d.E+k*r.E, d.N+k*r.N
		if m.surveyed {
			de, dn = c.jumps(r, m.t, d, turn, ENU{E: de, N: dn}, ground, rangeM)
		}
		ee, nn, en = ee+de*de, nn+dn*dn, en+de*dn
	}
	add(ENU{E: e.HorizontalM}, false)
	add(ENU{N: e.HorizontalM}, false)
	add(ENU{U: e.VerticalM}, false)
	groundM := e.GroundM
	if m.surveyed {
		groundM = ground.GridErrorM
	}
	add(ENU{U: groundM}, false)
	for _, turn := range []struct {
		axis ENU
		deg  float64
	}{{ENU{U: -1}, e.YawDeg}, {ENU{E: cy, N: -sy}, e.PitchDeg}, {ahead, e.RollDeg}} {
		add(times(crossProduct(turn.axis, r), m.t*turn.deg*math.Pi/180), true)
	}
	mean, half := (ee+nn)/2, math.Hypot((ee-nn)/2, en)
	// The angle of the longer axis from north, clockwise.
	bearing := math.Mod(math.Atan2(2*en, nn-ee)*90/math.Pi+180, 180)
	return at, Ellipse{MajorM: math.Sqrt(mean + half), MinorM: math.Sqrt(max(0, mean-half)), BearingDeg: bearing}, nil
}

// An error moves a place by a jump if that is jumpTimes as much as its derivative says, and jumpM more, metres.
const jumpTimes, jumpM = 2, 3.0

// jumps is by how much an error of d, at the place that a ray meets after t, moves it to the east and to the north: by, unless in
// one of its two directions it moves it by a jump.
func (c Camera) jumps(r ENU, t float64, d ENU, turn bool, by ENU, ground Ground, rangeM float64) (e, n float64) {
	from := c.above(ground)
	frame := NewFrame(from)
	most := jumpTimes*by.Horizontal() + jumpM
	for _, sign := range [2]float64{1, -1} {
		at, way := from, plus(r, times(d, sign/t))
		if !turn {
			at, way = frame.Position(times(d, sign)), r
		}
		m, _, ok := ground.meet(at, way, rangeM/max(way.Horizontal(), 1e-9))
		if !ok { // it goes over all ground that is near enough
			m.t = rangeM / max(way.Horizontal(), 1e-9)
		}
		moved := plus(plus(frame.ENU(at), times(way, m.t)), times(r, -t))
		if far := moved.Horizontal(); far > most {
			by, most = moved, far
		}
	}
	return by.E, by.N
}
