package geo

import (
	"math"
	"testing"
	"time"
)

// The heights follow from the almanac: at noon 90° less the latitude plus the declination, at sunrise none.
func TestSunElevation(t *testing.T) {
	haian := LatLon{Lat: 32.53, Lon: 120.46}
	for _, c := range []struct {
		at    string
		place LatLon
		want  float64
	}{
		{"2026-06-21T03:59:50Z", haian, 90 - 32.53 + 23.44},                              // noon of the summer solstice
		{"2026-12-21T03:56:20Z", haian, 90 - 32.53 - 23.44},                              // of the winter solstice
		{"2026-06-21T15:59:50Z", haian, -(90 - 32.53 - 23.44)},                           // midnight in summer
		{"2026-03-20T22:06:00Z", haian, 0},                                               // sunrise at the equinox
		{"2026-03-20T12:07:30Z", LatLon{}, 90},                                           // over Null Island at the equinox
		{"2026-06-21T00:00:00Z", LatLon{Lat: 78.2, Lon: 15.6}, 23.44 - 90 + 78.2 + 0.34}, // the midnight sun of Longyearbyen, an hour past its lowest
		{"2028-02-29T04:10:50Z", haian, 90 - 32.53 - 7.75},                               // noon of a leap day
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := SunElevation(at, c.place); math.Abs(got-c.want) > 0.5 {
			t.Errorf("%s: %.2f°, want %.2f°", c.at, got, c.want)
		}
		if got := SunElevation(at.In(time.FixedZone("CST", 8*3600)), c.place); math.Abs(got-c.want) > 0.5 {
			t.Errorf("%s in another zone: %.2f°", c.at, got)
		}
	}
}
