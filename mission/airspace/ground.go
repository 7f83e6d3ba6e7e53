package airspace

import (
	"math"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// ClearM is how far above the ground that was surveyed the room is that a sortie holds, metres, besides two of the survey's errors:
// the lowest layer less what ground that counts as level may rise.
const ClearM = 45.0

// under is the highest ground below a ring and how far above it one may fly; the problem is "ground-unknown".
func under(t fleet.Terrain, ring []geo.LatLon) (highest geo.Position, least float64, p *fleet.Problem) {
	if t.Grid == nil {
		return highest, math.Inf(-1), nil
	}
	highest, unknown := t.Grid.Under(ring)
	if unknown != nil && !t.Beyond {
		return highest, 0, fleet.Refuse("ground-unknown", "how high the ground at %.5f, %.5f is was not surveyed", unknown.Lat, unknown.Lon)
	}
	return highest, highest.AltAMSL + ClearM + 2*t.ErrorM, nil
}

// groundProblem refuses an altitude that is too near to the ground.
func groundProblem(highest geo.Position, alt, least float64) *fleet.Problem {
	return fleet.Refuse("ground", "the ground at %.5f, %.5f is %.0f m AMSL high: %.0f m are too near to it, %.0f m are the least", highest.Lat, highest.Lon, highest.AltAMSL, alt, least)
}

// Clears says whether all of a volume is far enough above the ground: the problem is "ground", with the place that is too high,
// or "ground-unknown".
func (v Volume) Clears(t fleet.Terrain) *fleet.Problem {
	highest, least, p := under(t, v.Ring)
	if p == nil && v.FloorAMSL < least-rounding {
		p = groundProblem(highest, v.FloorAMSL, least)
	}
	return p
}

// FloorAMSL is how low a vehicle that is flown by hand may come over a ring, marginM above the ground; floor is what holds by
// itself. The problem is "ground-unknown".
func FloorAMSL(t fleet.Terrain, ring []geo.LatLon, floor, marginM float64) (float64, *fleet.Problem) {
	highest, _, p := under(t, ring)
	if t.Grid == nil || p != nil {
		return floor, p
	}
	return max(floor, highest.AltAMSL+marginM+2*t.ErrorM), nil
}
