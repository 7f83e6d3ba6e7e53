package footage

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"groundstation/internal/geo"
	"groundstation/video/record"
)

func attitudes(yaw, pitch, roll, heading, nose, bank float64) record.Point {
	return record.Point{YawDeg: &yaw, PitchDeg: &pitch, RollDeg: &roll, HeadingDeg: heading, VehiclePitchDeg: &nose, VehicleRollDeg: &bank}
}

func TestACameraAsItsVehicleSeesIt(t *testing.T) {
	for name, c := range map[string]struct {
		p                 record.Point
		az, elevation, up float64
	}{
		"a level vehicle":                 {attitudes(100, -30, 5, 40, 0, 0), 60, -30, 5},
		"nose down, it looks level ahead": {attitudes(10, 0, 0, 10, -12, 0), 0, 12, 0},
		"banked right, it looks ahead":    {attitudes(10, 0, 0, 10, 0, 20), 0, 0, -20},
		"banked right, out on the right":  {attitudes(100, 0, 0, 10, 0, 20), 90, 20, 0},
		"fixed to a vehicle nose down":    {attitudes(10, -12, 0, 10, -12, 0), 0, 0, 0},
		"straight down of a level one":    {attitudes(70, -90, 0, 10, 0, 0), 60, -90, 0},
	} {
		az, elevation, up := aboard(c.p)
		for what, d := range map[string]float64{"azimuth": az - c.az, "elevation": elevation - c.elevation, "roll": up - c.up} {
			if math.Abs(math.Remainder(d, 360)) > 1e-4 {
				t.Errorf("%s: %s is off by %v° (%v, %v, %v)", name, what, d, az, elevation, up)
			}
		}
	}
}

// Turned by what is told, from the vehicle's own attitude, the camera looks where it did.
func TestWhatIsToldOfACameraLeadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		angle := func(name string, most float64) float64 { return rapid.Float64Range(-most, most).Draw(t, name) }
		p := attitudes(angle("yaw", 180), angle("pitch", 90), angle("roll", 45), angle("heading", 180), angle("nose", 60), angle("bank", 60))
		az, elevation, up := aboard(p)
		nose, wing, roof := geo.Axes(p.HeadingDeg, *p.VehiclePitchDeg, *p.VehicleRollDeg)
		a, r, _ := geo.Axes(az, elevation, up) // east is to the right, north ahead
		back := func(v geo.ENU) geo.ENU {
			return geo.ENU{E: v.N*nose.E + v.E*wing.E + v.U*roof.E, N: v.N*nose.N + v.E*wing.N + v.U*roof.N, U: v.N*nose.U + v.E*wing.U + v.U*roof.U}
		}
		ahead, right, _ := geo.Axes(*p.YawDeg, *p.PitchDeg, *p.RollDeg)
		if dot(back(a), ahead) < 1-1e-6 || dot(back(r), right) < 1-1e-6 {
			t.Fatalf("%v %v %v looks along %v, not %v, its right %v, not %v", az, elevation, up, back(a), ahead, back(r), right)
		}
	})
}
