package airspace

import (
	"cmp"
	"math"
	"slices"

	"groundstation/internal/geo"
)

// point is a place on the ground plane of a local frame, metres east and north.
type point struct{ x, y float64 }

func flat(f geo.Frame, p geo.LatLon) point {
	v := f.ENU(p.At(0))
	return point{v.E, v.N}
}

func flatten(f geo.Frame, ring []geo.LatLon) []point {
	out := make([]point, len(ring))
	for i, p := range ring {
		out[i] = flat(f, p)
	}
	return out
}

// round gives points of the plane back as positions of the round Earth.
func round(f geo.Frame, ring []point) []geo.LatLon {
	out := make([]geo.LatLon, len(ring))
	for i, p := range ring {
		out[i] = f.Position(geo.ENU{E: p.x, N: p.y}).LatLon
	}
	return out
}

// octagon is drawn around a circle: it contains it.
func octagon(c point, radius float64) []point {
	r := radius / math.Cos(math.Pi/8)
	out := make([]point, 8)
	for i := range out {
		a := (float64(i) + 0.5) * math.Pi / 4
		out[i] = point{c.x + r*math.Cos(a), c.y + r*math.Sin(a)}
	}
	return out
}

func cross(o, a, b point) float64 { return (a.x-o.x)*(b.y-o.y) - (a.y-o.y)*(b.x-o.x) }

// hull is the convex hull, counter-clockwise, without points on its edges (Andrew's monotone chain).
func hull(points []point) []point {
	p := slices.Clone(points)
	slices.SortFunc(p, func(a, b point) int { return cmp.Or(cmp.Compare(a.x, b.x), cmp.Compare(a.y, b.y)) })
	p = slices.Compact(p)
	if len(p) < 3 {
		return p
	}
	half := func(seq func(func(point) bool)) []point {
		var out []point
		for q := range seq {
			for len(out) >= 2 && cross(out[len(out)-2], out[len(out)-1], q) <= 0 {
				out = out[:len(out)-1]
			}
			out = append(out, q)
		}
		return out[:len(out)-1]
	}
	lower := half(slices.Values(p))
	slices.Reverse(p)
	return append(lower, half(slices.Values(p))...)
}

// tangents is a convex polygon of at most n points around a convex ring: n tangents, evenly turned.
func tangents(ring []point, n int) []point {
	reach := make([]float64, n)
	for i := range reach {
		a := 2 * math.Pi * float64(i) / float64(n)
		reach[i] = math.Inf(-1)
		for _, p := range ring {
			reach[i] = math.Max(reach[i], p.x*math.Cos(a)+p.y*math.Sin(a))
		}
	}
	step := 2 * math.Pi / float64(n)
	out := make([]point, n)
	for i := range out {
		// The corner of tangent i and the next, in the axes of tangent i.
		along := (reach[(i+1)%n] - reach[i]*math.Cos(step)) / math.Sin(step)
		c, s := math.Cos(step*float64(i)), math.Sin(step*float64(i))
		out[i] = point{reach[i]*c - along*s, reach[i]*s + along*c}
	}
	return out
}

// contains says whether q lies in a simple polygon (even-odd rule).
func contains(ring []point, q point) bool {
	in := false
	for i, a := range ring {
		b := ring[(i+1)%len(ring)]
		if (a.y > q.y) != (b.y > q.y) && q.x < a.x+(q.y-a.y)/(b.y-a.y)*(b.x-a.x) {
			in = !in
		}
	}
	return in
}

// distance between two simple polygons with their insides, metres; 0 if they touch.
func distance(a, b []point) float64 {
	if contains(a, b[0]) || contains(b, a[0]) {
		return 0
	}
	least := math.Inf(1)
	for i, p := range a {
		p2 := a[(i+1)%len(a)]
		for j, q := range b {
			least = math.Min(least, segments(p, p2, q, b[(j+1)%len(b)]))
		}
	}
	return least
}

// segments is the distance between two straight lines p1–p2 and q1–q2.
func segments(p1, p2, q1, q2 point) float64 {
	d1, d2 := cross(q1, q2, p1), cross(q1, q2, p2)
	d3, d4 := cross(p1, p2, q1), cross(p1, p2, q2)
	if (d1 > 0) != (d2 > 0) && (d3 > 0) != (d4 > 0) {
		return 0
	}
	return math.Min(math.Min(toSegment(p1, q1, q2), toSegment(p2, q1, q2)), math.Min(toSegment(q1, p1, p2), toSegment(q2, p1, p2)))
}

func toSegment(p, a, b point) float64 {
	dx, dy := b.x-a.x, b.y-a.y
	t := 0.0
	if l := dx*dx + dy*dy; l > 0 {
		t = math.Min(1, math.Max(0, ((p.x-a.x)*dx+(p.y-a.y)*dy)/l))
	}
	return math.Hypot(p.x-a.x-t*dx, p.y-a.y-t*dy)
}
