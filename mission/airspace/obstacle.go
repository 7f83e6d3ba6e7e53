package airspace

import (
	"groundstation/fleet"
	"groundstation/internal/geo"
)

// How near what is flown may come to a known obstacle, metres: SideM beside the room that a claim holds, in which the error of
// the track is already, and OverM above its top, for the errors of both heights.
const (
	SideM = 10.0
	OverM = 10.0
)

// Meets gives the first obstacle that a claim comes too near to; nil: none.
func (c Claim) Meets(obstacles []fleet.Obstacle) *fleet.Obstacle {
	if len(obstacles) == 0 {
		return nil
	}
	for _, v := range c.Volumes {
		if o := v.meets(obstacles); o != nil {
			return o
		}
	}
	return nil
}

// ObstacleProblem refuses what comes too near to an obstacle.
func ObstacleProblem(o *fleet.Obstacle) *fleet.Problem {
	return fleet.Refuse("obstacle", "%s stands in the way, %.0f m AMSL high", o.Said(), o.TopAMSL)
}

func (v Volume) meets(obstacles []fleet.Obstacle) *fleet.Obstacle {
	if len(v.Ring) == 0 {
		return nil
	}
	frame := geo.NewFrame(v.Ring[0].At(0))
	ring := flatten(frame, v.Ring)
	low, high := box(ring, SideM)
	for i := range obstacles {
		o := &obstacles[i]
		if o.TopAMSL+OverM <= v.FloorAMSL+rounding {
			continue
		}
		for _, part := range o.Parts() {
			p := flatten(frame, part)
			if l, h := box(p, 0); l.X > high.X || l.Y > high.Y || h.X < low.X || h.Y < low.Y {
				continue
			}
			if geo.RingDistance(ring, p) < SideM {
				return o
			}
		}
	}
	return nil
}

// box is the least and the greatest corner around points, so much wider.
func box(points []geo.Point, by float64) (low, high geo.Point) {
	low, high = points[0], points[0]
	for _, p := range points[1:] {
		low = geo.Point{X: min(low.X, p.X), Y: min(low.Y, p.Y)}
		high = geo.Point{X: max(high.X, p.X), Y: max(high.Y, p.Y)}
	}
	return geo.Point{X: low.X - by, Y: low.Y - by}, geo.Point{X: high.X + by, Y: high.Y + by}
}

// Way is the room around straight legs at one altitude, as far as a vehicle may stray from them: a volume for each.
func Way(places []geo.LatLon, altAMSL float64) Claim {
	var c Claim
	for i, to := range places {
		from := places[max(i-1, 0)]
		frame := geo.NewFrame(to.At(0))
		ring := geo.Hull(append(octagon(frame.Flat(from), TrackM), octagon(frame.Flat(to), TrackM)...))
		c.Volumes = append(c.Volumes, Volume{Ring: round(frame, ring), FloorAMSL: altAMSL, CeilingAMSL: altAMSL})
	}
	return c
}
