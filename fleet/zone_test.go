package fleet

import (
	"math"
	"testing"

	"groundstation/internal/geo"
)

var zoneAt = geo.LatLon{Lat: 32.53, Lon: 120.47}

// ring is a polygon of corners at these bearings, 100 m from zoneAt.
func ring(bearings ...float64) (out []geo.LatLon) {
	for _, b := range bearings {
		out = append(out, geo.Offset(zoneAt, b, 100))
	}
	return out
}

func TestZoneCheck(t *testing.T) {
	square := ring(45, 135, 225, 315)
	far := geo.LatLon{Lat: 91, Lon: 0}
	for _, c := range []struct {
		name string
		z    Zone
		ok   bool
	}{
		{"square", Zone{Ring: square}, true},
		{"square the other way", Zone{Ring: ring(315, 225, 135, 45)}, true},
		{"dented", Zone{Ring: append(ring(45, 135, 225), zoneAt)}, true},
		{"circle", Zone{Center: &zoneAt, RadiusM: 50}, true},
		{"nothing", Zone{}, false},
		{"both", Zone{Ring: square, Center: &zoneAt, RadiusM: 50}, false},
		{"two corners", Zone{Ring: square[:2]}, false},
		{"61 corners", Zone{Ring: make([]geo.LatLon, 61)}, false},
		{"bow tie", Zone{Ring: ring(45, 225, 135, 315)}, false},
		{"a corner twice", Zone{Ring: append(ring(45, 135, 225, 315), square[3])}, false},
		{"a corner on another side", Zone{Ring: []geo.LatLon{{Lat: 0, Lon: 0}, {Lat: 0, Lon: 2}, {Lat: 2, Lon: 2}, {Lat: 0, Lon: 1}, {Lat: 2, Lon: 0}}}, false},
		{"turning back", Zone{Ring: []geo.LatLon{{Lat: 0, Lon: 0}, {Lat: 0, Lon: 2}, {Lat: 0, Lon: 1}, {Lat: 2, Lon: 1}}}, false},
		{"no latitude", Zone{Ring: []geo.LatLon{far, square[1], square[2]}}, false},
		{"no radius", Zone{Center: &zoneAt}, false},
		{"no number", Zone{Center: &zoneAt, RadiusM: math.NaN()}, false},
		{"no centre", Zone{Center: &far, RadiusM: 5}, false},
		{"too wide", Zone{Center: &zoneAt, RadiusM: 50001}, false},
	} {
		if err := c.z.Check(); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestZonePermits(t *testing.T) {
	near, out := geo.Offset(zoneAt, 10, 30), geo.Offset(zoneAt, 10, 130)
	for _, inside := range []bool{true, false} {
		for _, z := range []Zone{{Inside: inside, Ring: ring(45, 135, 225, 315)}, {Inside: inside, Center: &zoneAt, RadiusM: 80}} {
			if z.Permits(near) != inside || z.Permits(out) == inside {
				t.Errorf("%+v: within %v, without %v", z, z.Permits(near), z.Permits(out))
			}
			if z.PermitsLeg(out, geo.Offset(zoneAt, 190, 130)) {
				t.Errorf("%+v: a way through it and out of it is permitted", z)
			}
			if !z.PermitsLeg(map[bool]geo.LatLon{true: near, false: out}[inside], map[bool]geo.LatLon{true: zoneAt, false: geo.Offset(out, 20, 500)}[inside]) {
				t.Errorf("%+v: a way on the right side of it is not permitted", z)
			}
		}
	}
}
