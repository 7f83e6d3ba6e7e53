package airspace

import (
	"math"

	"groundstation/internal/geo"
)

func flatten(f geo.Frame, ring []geo.LatLon) []geo.Point {
	out := make([]geo.Point, len(ring))
	for i, p := range ring {
		out[i] = f.Flat(p)
	}
	return out
}

// round gives points of the plane back as positions of the round Earth.
func round(f geo.Frame, ring []geo.Point) []geo.LatLon {
	out := make([]geo.LatLon, len(ring))
	for i, p := range ring {
		out[i] = f.Round(p)
	}
	return out
}

// octagon is drawn around a circle: it contains it.
func octagon(c geo.Point, radius float64) []geo.Point {
	r := radius / math.Cos(math.Pi/8)
	out := make([]geo.Point, 8)
	for i := range out {
		a := (float64(i) + 0.5) * math.Pi / 4
		out[i] = geo.Point{X: c.X + r*math.Cos(a), Y: c.Y + r*math.Sin(a)}
	}
	return out
}

// tangents is a convex polygon of at most n points around a convex ring: n tangents, evenly turned.
func tangents(ring []geo.Point, n int) []geo.Point {
	reach := make([]float64, n)
	for i := range reach {
		a := 2 * math.Pi * float64(i) / float64(n)
		reach[i] = math.Inf(-1)
		for _, p := range ring {
			reach[i] = math.Max(reach[i], p.X*math.Cos(a)+p.Y*math.Sin(a))
		}
	}
	step := 2 * math.Pi / float64(n)
	out := make([]geo.Point, n)
	for i := range out {
		// The corner of tangent i and the next, in the axes of tangent i.
		along := (reach[(i+1)%n] - reach[i]*math.Cos(step)) / math.Sin(step)
		c, s := math.Cos(step*float64(i)), math.Sin(step*float64(i))
		out[i] = geo.Point{X: reach[i]*c - along*s, Y: reach[i]*s + along*c}
	}
	return out
}
