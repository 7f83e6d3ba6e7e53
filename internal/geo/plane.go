package geo

import (
	"cmp"
	"math"
	"slices"
)

// Point is a place on the ground plane of a local frame, metres east and north.
type Point struct{ X, Y float64 }

// Flat gives p on the ground plane of the frame.
func (f Frame) Flat(p LatLon) Point {
	v := f.ENU(p.At(0))
	return Point{v.E, v.N}
}

// Round gives a point of the ground plane back as a place on the round Earth.
func (f Frame) Round(p Point) LatLon { return f.Position(ENU{E: p.X, N: p.Y}).LatLon }

func cross(o, a, b Point) float64 { return (a.X-o.X)*(b.Y-o.Y) - (a.Y-o.Y)*(b.X-o.X) }

// Hull is the convex hull, counter-clockwise, without points on its edges (Andrew's monotone chain).
func Hull(points []Point) []Point {
	p := slices.Clone(points)
	slices.SortFunc(p, func(a, b Point) int { return cmp.Or(cmp.Compare(a.X, b.X), cmp.Compare(a.Y, b.Y)) })
	p = slices.Compact(p)
	if len(p) < 3 {
		return p
	}
	half := func(seq func(func(Point) bool)) []Point {
		var out []Point
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

// Contains says whether q lies in a simple polygon (even-odd rule).
func Contains(ring []Point, q Point) bool {
	in := false
	for i, a := range ring {
		b := ring[(i+1)%len(ring)]
		if (a.Y > q.Y) != (b.Y > q.Y) && q.X < a.X+(q.Y-a.Y)/(b.Y-a.Y)*(b.X-a.X) {
			in = !in
		}
	}
	return in
}

// RingDistance is the distance between two simple polygons with their insides, metres; 0 if they touch.
func RingDistance(a, b []Point) float64 {
	if Contains(a, b[0]) || Contains(b, a[0]) {
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

// ringTo is the distance of a point from a simple polygon with its inside, metres.
func ringTo(ring []Point, q Point) float64 {
	if Contains(ring, q) {
		return 0
	}
	least := math.Inf(1)
	for i, p := range ring {
		least = min(least, toSegment(q, p, ring[(i+1)%len(ring)]))
	}
	return least
}

// segments is the distance between two straight lines p1–p2 and q1–q2.
func segments(p1, p2, q1, q2 Point) float64 {
	d1, d2 := cross(q1, q2, p1), cross(q1, q2, p2)
	d3, d4 := cross(p1, p2, q1), cross(p1, p2, q2)
	if (d1 > 0) != (d2 > 0) && (d3 > 0) != (d4 > 0) {
		return 0
	}
	return math.Min(math.Min(toSegment(p1, q1, q2), toSegment(p2, q1, q2)), math.Min(toSegment(q1, p1, p2), toSegment(q2, p1, p2)))
}

func toSegment(p, a, b Point) float64 {
	dx, dy := b.X-a.X, b.Y-a.Y
	t := 0.0
	if l := dx*dx + dy*dy; l > 0 {
		t = math.Min(1, math.Max(0, ((p.X-a.X)*dx+(p.Y-a.Y)*dy)/l))
	}
	return math.Hypot(p.X-a.X-t*dx, p.Y-a.Y-t*dy)
}
