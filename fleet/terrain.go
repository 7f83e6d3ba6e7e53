package fleet

import "groundstation/internal/geo"

// Terrain is the ground as far as it was surveyed. The zero value is that it was not: then all of it counts as level.
type Terrain struct {
	// Grid is its heights, metres AMSL; nil: none.
	Grid *geo.Grid
	// ErrorM is how wrong one may be, one standard deviation, metres.
	ErrorM float64
	// Beyond says that where the grid has no heights it may be flown as over level ground; else nobody flies there.
	Beyond bool
}

// Level is the height of the nearest pad, metres AMSL: of ground that was not surveyed nothing better is known.
func (r *Registry) Level(at geo.LatLon) float64 {
	best, nearest := 0.0, -1.0
	look := func(p geo.Position) {
		if far := (p.Lat-at.Lat)*(p.Lat-at.Lat) + (p.Lon-at.Lon)*(p.Lon-at.Lon); nearest < 0 || far < nearest {
			best, nearest = p.AltAMSL, far
		}
	}
	for _, d := range r.Docks {
		look(d.GroundPad)
	}
	for _, v := range r.Vehicles {
		if v.Site != nil {
			look(*v.Site)
		}
	}
	return best
}
