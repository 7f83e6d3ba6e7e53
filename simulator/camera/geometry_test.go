package camera

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"groundstation/internal/geo"
	"groundstation/simulator/camera/city"
)

// What the station makes of a camera's place and angles is what these pictures are drawn by: the same place is seen at the
// same pixel, to half of one of 1920.
func TestTheStationsGeometryIsThatOfThePictures(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := View{AltM: rapid.Float64Range(lowest, 200).Draw(t, "alt"), HeadingDeg: rapid.Float64Range(0, 360).Draw(t, "heading"),
			GimbalPitchDeg: rapid.Float64Range(-90, 30).Draw(t, "pitch"), GimbalYawDeg: rapid.Float64Range(-180, 180).Draw(t, "yaw"),
			HFOVDeg: rapid.Float64Range(20, 100).Draw(t, "fov"), Zoom: 1}
		at := city.Centre.Position(geo.ENU{E: rapid.Float64Range(-2000, 2000).Draw(t, "e"), N: rapid.Float64Range(-2000, 2000).Draw(t, "n")})
		v.Lat, v.Lon = at.Lat, at.Lon
		p := city.Centre.Position(geo.ENU{E: city.Centre.ENU(at).E + rapid.Float64Range(-300, 300).Draw(t, "to e"), N: city.Centre.ENU(at).N + rapid.Float64Range(-300, 300).Draw(t, "to n")})
		eye := newEye(v, 1920, 1080)
		x, y, depth := eye.project(city.Centre.ENU(p.At(0)))
		c := geo.Camera{At: at.At(v.AltM), YawDeg: v.HeadingDeg + v.GimbalYawDeg, PitchDeg: v.GimbalPitchDeg, HFOVDeg: v.HFOVDeg, Aspect: 1920.0 / 1080}
		got, ok := c.Pixel(p.At(0))
		if depth < near {
			if ok && depth < -near {
				t.Fatalf("behind the eye and before the camera: %v", depth)
			}
			return
		}
		// Beside the picture small differences of place grow.
		if x < 0 || x > 1920 || y < 0 || y > 1080 {
			return
		}
		if !ok || math.Abs(got.X*1920-x) > 0.5 || math.Abs(got.Y*1080-y) > 0.5 {
			t.Fatalf("drawn at %.2f %.2f, reckoned at %.2f %.2f (%v)", x, y, got.X*1920, got.Y*1080, ok)
		}
	})
}
