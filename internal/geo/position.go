package geo

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"
	orbgeo "github.com/paulmach/orb/geo"
)

// LatLon is a horizontal position, degrees, WGS-84.
type LatLon struct {
	Lat float64 `json:"lat" toml:"lat" minimum:"-90" maximum:"90"`
	Lon float64 `json:"lon" toml:"lon" minimum:"-180" maximum:"180"`
}

// Position is a point in space: degrees WGS-84 and metres above mean sea level.
type Position struct {
	LatLon
	AltAMSL float64 `json:"altAmsl" toml:"alt_amsl"`
}

// Check says why p is not a position: NaN, infinite, or out of range. Nothing is ever clamped.
func (p LatLon) Check() error {
	switch {
	case math.IsNaN(p.Lat) || math.IsInf(p.Lat, 0) || p.Lat < -90 || p.Lat > 90:
		return fmt.Errorf("latitude %v is not within -90 to 90", p.Lat)
	case math.IsNaN(p.Lon) || math.IsInf(p.Lon, 0) || p.Lon < -180 || p.Lon > 180:
		return fmt.Errorf("longitude %v is not within -180 to 180", p.Lon)
	}
	return nil
}

// Check says why p is not a position; altitudes outside -500 to 10,000 m are refused.
func (p Position) Check() error {
	if err := p.LatLon.Check(); err != nil {
		return err
	}
	if math.IsNaN(p.AltAMSL) || p.AltAMSL < -500 || p.AltAMSL > 10000 {
		return fmt.Errorf("altitude %v m AMSL is not within -500 to 10000", p.AltAMSL)
	}
	return nil
}

// Point gives p as orb's (lon, lat) pair.
func (p LatLon) Point() orb.Point { return orb.Point{p.Lon, p.Lat} }

// At gives p with an altitude, metres AMSL.
func (p LatLon) At(altAMSL float64) Position { return Position{p, altAMSL} }

// Distance is the great-circle distance between a and b in metres.
func Distance(a, b LatLon) float64 { return orbgeo.DistanceHaversine(a.Point(), b.Point()) }

// BearingDeg is the initial bearing from a to b, degrees true, 0 to 360.
func BearingDeg(a, b LatLon) float64 {
	return math.Mod(orbgeo.Bearing(a.Point(), b.Point())+360, 360)
}

// Offset is the point reached from p by going distance metres on bearing degrees true.
func Offset(p LatLon, bearingDeg, distance float64) LatLon {
	q := orbgeo.PointAtBearingAndDistance(p.Point(), bearingDeg, distance)
	return LatLon{Lat: q.Lat(), Lon: q.Lon()}
}
