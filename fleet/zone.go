package fleet

import (
	"fmt"
	"math"

	"groundstation/internal/geo"
)

// The bounds of a zone: the radius of a circle, metres, and the corners of a polygon.
const (
	ZoneRadiusMin, ZoneRadiusMax = 1.0, 50000.0
	ZoneCornersMost              = 60
)

// Zone is an area to stay inside of, or to keep out of: a polygon without repetition of its first corner, or a circle.
type Zone struct {
	Inside  bool         `json:"inside"`
	Ring    []geo.LatLon `json:"ring,omitempty" maxItems:"60"`
	Center  *geo.LatLon  `json:"center,omitempty"`
	RadiusM float64      `json:"radiusM,omitempty" minimum:"0" maximum:"50000"`
}

// Check says what is wrong with a zone: neither polygon nor circle or both, too few or too many corners, a place that is
// none, a radius out of range, sides that cross.
func (z Zone) Check() error {
	if z.Center != nil {
		if len(z.Ring) > 0 {
			return fmt.Errorf("a zone is a polygon or a circle, not both")
		}
		if !(z.RadiusM >= ZoneRadiusMin && z.RadiusM <= ZoneRadiusMax) {
			return fmt.Errorf("a radius of %v m is not within %v to %v", z.RadiusM, ZoneRadiusMin, ZoneRadiusMax)
		}
		return z.Center.Check()
	}
	if len(z.Ring) < 3 || len(z.Ring) > ZoneCornersMost {
		return fmt.Errorf("a polygon of %d corners, 3 to %d are allowed", len(z.Ring), ZoneCornersMost)
	}
	for i, p := range z.Ring {
		if err := p.Check(); err != nil {
			return fmt.Errorf("corner %d: %w", i+1, err)
		}
	}
	if i, j, crossed := Crossed(z.Ring); crossed {
		return fmt.Errorf("sides %d and %d of the polygon meet", i+1, j+1)
	}
	return nil
}

// Crossed says whether two sides of a polygon that are not neighbours meet, or two neighbours lie on one another, and which.
func Crossed(ring []geo.LatLon) (i, j int, crossed bool) {
	n := len(ring)
	for i := range n {
		a, b := ring[i], ring[(i+1)%n]
		if a == b {
			return i, (i + 1) % n, true
		}
		for j := i + 1; j < n; j++ {
			c, d := ring[j], ring[(j+1)%n]
			if j == i+1 || (j+1)%n == i {
				if shared := ring[(j+1)%n]; j == i+1 && side(a, b, shared) == 0 && dot(b, a, shared) > 0 {
					return i, j, true // it turns back on itself
				}
				continue
			}
			if meet(a, b, c, d) {
				return i, j, true
			}
		}
	}
	return 0, 0, false
}

// side is on which side of the line from a to b the point p lies; 0 is on it.
func side(a, b, p geo.LatLon) float64 {
	return (b.Lon-a.Lon)*(p.Lat-a.Lat) - (b.Lat-a.Lat)*(p.Lon-a.Lon)
}

func dot(o, a, b geo.LatLon) float64 {
	return (a.Lon-o.Lon)*(b.Lon-o.Lon) + (a.Lat-o.Lat)*(b.Lat-o.Lat)
}

func meet(a, b, c, d geo.LatLon) bool {
	p, q, r, s := side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)
	if (p > 0) != (q > 0) && (r > 0) != (s > 0) && p != 0 && q != 0 && r != 0 && s != 0 {
		return true
	}
	on := func(a, b, p geo.LatLon, off float64) bool {
		return off == 0 && p.Lon >= min(a.Lon, b.Lon) && p.Lon <= max(a.Lon, b.Lon) && p.Lat >= min(a.Lat, b.Lat) && p.Lat <= max(a.Lat, b.Lat)
	}
	return on(a, b, c, p) || on(a, b, d, q) || on(c, d, a, r) || on(c, d, b, s)
}

// Permits says whether a place may be flown at.
func (z Zone) Permits(p geo.LatLon) bool {
	if z.Center != nil {
		return (geo.Distance(*z.Center, p) <= z.RadiusM) == z.Inside
	}
	in := false
	for i, j := 0, len(z.Ring)-1; i < len(z.Ring); j, i = i, i+1 {
		a, b := z.Ring[i], z.Ring[j]
		if (a.Lat > p.Lat) != (b.Lat > p.Lat) && p.Lon < (b.Lon-a.Lon)*(p.Lat-a.Lat)/(b.Lat-a.Lat)+a.Lon {
			in = !in
		}
	}
	return in == z.Inside
}

// PermitsLeg says whether the straight way between two places may be flown, looked at every 10 m.
func (z Zone) PermitsLeg(a, b geo.LatLon) bool {
	n := int(math.Ceil(geo.Distance(a, b)/10)) + 1
	for i := range n + 1 {
		k := float64(i) / float64(n)
		if !z.Permits(geo.LatLon{Lat: a.Lat + (b.Lat-a.Lat)*k, Lon: a.Lon + (b.Lon-a.Lon)*k}) {
			return false
		}
	}
	return true
}
