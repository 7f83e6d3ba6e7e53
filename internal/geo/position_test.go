package geo

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestCheckRefusesWhatIsNoPosition(t *testing.T) {
	for _, p := range []Position{
		{LatLon{91, 0}, 0}, {LatLon{-90.0001, 0}, 0}, {LatLon{0, 180.5}, 0}, {LatLon{math.NaN(), 0}, 0},
		{LatLon{0, math.Inf(1)}, 0}, {LatLon{0, 0}, math.NaN()}, {LatLon{0, 0}, 1e6}, {LatLon{0, 0}, -501},
	} {
		if p.Check() == nil {
			t.Errorf("%+v passes", p)
		}
	}
	if err := (LatLon{32.53, 120.46}).At(80).Check(); err != nil {
		t.Error(err)
	}
}

// Offset, Distance and BearingDeg agree, and the local frame agrees with them to 0.5 % (sphere against sphere).
func TestFrameAndGreatCircleAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		origin := LatLon{rapid.Float64Range(32.4, 32.7).Draw(t, "lat"), rapid.Float64Range(120.3, 120.6).Draw(t, "lon")}
		bearing := rapid.Float64Range(0, 359.9).Draw(t, "bearing")
		distance := rapid.Float64Range(1, 10000).Draw(t, "distance")
		target := Offset(origin, bearing, distance)
		if got := Distance(origin, target); math.Abs(got-distance) > 0.001*distance+0.01 {
			t.Fatalf("distance %v, want %v", got, distance)
		}
		v := NewFrame(origin.At(4)).ENU(target.At(54))
		if math.Abs(v.Horizontal()-distance) > 0.005*distance+0.01 || v.U != 50 {
			t.Fatalf("local %+v, want %v m", v, distance)
		}
		back := NewFrame(origin.At(4)).Position(v)
		if Distance(back.LatLon, target) > 0.001 || math.Abs(back.AltAMSL-54) > 1e-9 {
			t.Fatalf("back at %+v, want %+v", back, target)
		}
	})
}
