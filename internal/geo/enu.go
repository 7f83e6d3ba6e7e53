package geo

import "math"

// EarthRadius is the mean radius of the Earth in metres, as orb uses it.
const EarthRadius = 6378137.0

// ENU is a vector in metres: east, north, up.
type ENU struct{ E, N, U float64 }

// Frame is a local East-North-Up frame around an origin. Its error grows with the square of the distance: about 5 cm
// at 10 km at the latitudes of Hai'an.
type Frame struct {
	origin   Position
	perDeg   float64
	perDegLo float64
}

// NewFrame is the local frame whose zero is origin.
func NewFrame(origin Position) Frame {
	perDeg := EarthRadius * math.Pi / 180
	cos := math.Cos(origin.Lat * math.Pi / 180)
	return Frame{origin: origin, perDeg: perDeg, perDegLo: perDeg * cos}
}

// ENU gives p in the frame, metres.
func (f Frame) ENU(p Position) ENU {
	return ENU{E: (p.Lon - f.origin.Lon) * f.perDegLo, N: (p.Lat - f.origin.Lat) * f.perDeg, U: p.AltAMSL - f.origin.AltAMSL}
}

// Position gives v, metres in the frame, as a position.
func (f Frame) Position(v ENU) Position {
	return Position{LatLon{Lat: f.origin.Lat + v.N/f.perDeg, Lon: f.origin.Lon + v.E/f.perDegLo}, f.origin.AltAMSL + v.U}
}

// Horizontal is the length of v on the ground plane, metres.
func (v ENU) Horizontal() float64 { return math.Hypot(v.E, v.N) }
