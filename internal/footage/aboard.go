package footage

import (
	"math"

	"groundstation/internal/geo"
	"groundstation/video/record"
)

// aboard is where a camera looks as seen from its vehicle, degrees, as ST 0601 has it (items 18 to 20): the azimuth from
// the nose, clockwise in the vehicle's plane; the elevation above that plane; and by how much the picture is turned about
// its axis from standing upright on that plane, right side down positive. The point has the attitudes of both.
func aboard(p record.Point) (azimuthDeg, elevationDeg, rollDeg float64) {
	own := 0.0
	if p.RollDeg != nil {
		own = *p.RollDeg
	}
	ahead, right, _ := geo.Axes(*p.YawDeg, *p.PitchDeg, own)
	nose, wing, roof := geo.Axes(p.HeadingDeg, *p.VehiclePitchDeg, *p.VehicleRollDeg)
	in := func(v geo.ENU) (x, y, z float64) { return dot(v, nose), dot(v, wing), dot(v, roof) }
	x, y, z := in(ahead)
	azimuth, elevation := math.Atan2(y, x), math.Atan2(z, math.Hypot(x, y))
	if math.Hypot(x, y) < 1e-6 { // along the vehicle's own axis there is no azimuth; the picture's right tells how it is turned
		rx, ry, _ := in(right)
		azimuth = math.Atan2(-rx, ry)
	}
	sa, ca := math.Sincos(azimuth)
	se, ce := math.Sincos(elevation)
	rx, ry, rz := in(right)
	roll := math.Atan2(-(-se*ca*rx - se*sa*ry + ce*rz), ca*ry-sa*rx)
	return azimuth * 180 / math.Pi, elevation * 180 / math.Pi, roll * 180 / math.Pi
}

func dot(a, b geo.ENU) float64 { return a.E*b.E + a.N*b.N + a.U*b.U }
