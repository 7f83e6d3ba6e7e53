package plan

import (
	"errors"
	"fmt"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// MaxZones bounds the zones of a plan; ZoneCorners the items that they and a sortie's own fence may take in a list of 64.
const (
	MaxZones    = 8
	ZoneCorners = 44
)

// qgcFence is the geofence of a .plan file.
type qgcFence struct {
	Circles  []qgcCircle  `json:"circles"`
	Polygons []qgcPolygon `json:"polygons"`
	Version  int          `json:"version"`
}

type qgcCircle struct {
	Circle struct {
		Center []float64 `json:"center"`
		Radius float64   `json:"radius"`
	} `json:"circle"`
	Inclusion bool `json:"inclusion"`
	Version   int  `json:"version"`
}

type qgcPolygon struct {
	Inclusion bool        `json:"inclusion"`
	Polygon   [][]float64 `json:"polygon"`
	Version   int         `json:"version"`
}

func (f qgcFence) zones() ([]fleet.Zone, error) {
	var out []fleet.Zone
	for i, p := range f.Polygons {
		z := fleet.Zone{Inside: p.Inclusion}
		for _, c := range p.Polygon {
			if len(c) != 2 {
				return nil, fmt.Errorf("polygon %d of the fence: a corner is not latitude and longitude", i+1)
			}
			z.Ring = append(z.Ring, geo.LatLon{Lat: c[0], Lon: c[1]})
		}
		out = append(out, z)
	}
	for i, c := range f.Circles {
		if len(c.Circle.Center) != 2 {
			return nil, fmt.Errorf("circle %d of the fence: its centre is not latitude and longitude", i+1)
		}
		at := geo.LatLon{Lat: c.Circle.Center[0], Lon: c.Circle.Center[1]}
		out = append(out, fleet.Zone{Inside: c.Inclusion, Center: &at, RadiusM: c.Circle.Radius})
	}
	if problem := CheckZones(out, nil); problem != nil {
		return nil, errors.New(problem.Message)
	}
	return out, nil
}

func fenceOf(zones []fleet.Zone) qgcFence {
	f := qgcFence{Circles: []qgcCircle{}, Polygons: []qgcPolygon{}, Version: 2}
	for _, z := range zones {
		if z.Center != nil {
			c := qgcCircle{Inclusion: z.Inside, Version: 1}
			c.Circle.Center, c.Circle.Radius = []float64{z.Center.Lat, z.Center.Lon}, z.RadiusM
			f.Circles = append(f.Circles, c)
			continue
		}
		p := qgcPolygon{Inclusion: z.Inside, Version: 1}
		for _, at := range z.Ring {
			p.Polygon = append(p.Polygon, []float64{at.Lat, at.Lon})
		}
		f.Polygons = append(f.Polygons, p)
	}
	return f
}

// CheckZones says why zones are none, or why items do not keep to them: codes bad-zone, too-many-zones, zone (a place, or
// the straight way between two, lies on the wrong side of one).
func CheckZones(zones []fleet.Zone, items []fleet.Item) *fleet.Problem {
	if len(zones) > MaxZones {
		return fleet.Refuse("too-many-zones", "%d zones, at most %d", len(zones), MaxZones)
	}
	corners := 0
	for i, z := range zones {
		if err := z.Check(); err != nil {
			return fleet.Refuse("bad-zone", "zone %d: %v", i+1, err)
		}
		if corners += max(1, len(z.Ring)); corners > ZoneCorners {
			return fleet.Refuse("too-many-zones", "the zones have more than %d corners and circles", ZoneCorners)
		}
		var last *geo.LatLon
		for n, it := range items {
			if it.Kind != fleet.ItemWaypoint && it.Kind != fleet.ItemTakeoff {
				continue
			}
			at := it.Position.LatLon
			if last == nil {
				last = &at
			}
			if !z.PermitsLeg(*last, at) {
				return fleet.Refuse("zone", "item %d, or the way to it, lies on the wrong side of zone %d", n, i+1)
			}
			last = &at
		}
	}
	return nil
}

// HomeFrom says which zone lies between a way and a place to land: from any point of it the vehicle must get there straight.
func HomeFrom(zones []fleet.Zone, items []fleet.Item, home geo.LatLon) *fleet.Problem {
	for i, z := range zones {
		last := home
		for _, it := range items {
			if it.Kind != fleet.ItemWaypoint && it.Kind != fleet.ItemTakeoff {
				continue
			}
			at := it.Position.LatLon
			n := int(geo.Distance(last, at)/50) + 1
			for k := range n + 1 {
				f := float64(k) / float64(n)
				from := geo.LatLon{Lat: last.Lat + (at.Lat-last.Lat)*f, Lon: last.Lon + (at.Lon-last.Lon)*f}
				if !z.PermitsLeg(from, home) {
					return fleet.Refuse("zone", "zone %d lies between the way and home", i+1)
				}
			}
			last = at
		}
	}
	return nil
}
