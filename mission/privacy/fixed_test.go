package privacy

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// mast is a camera 3.5 m over ground at 4 m AMSL that looks north.
func mast(m fleet.Mount) *fleet.FixedCamera {
	m.Position = base.At(7.5)
	return &fleet.FixedCamera{ID: "H01/outside", Dock: "H01", Mount: &m, Near: base}
}

func TestACameraThatDoesNotMoveIsKeptToItsZones(t *testing.T) {
	usual := fleet.Mount{TiltDeg: -18, HFOVDeg: 90}
	unknown := mast(usual)
	unknown.Mount = nil
	at := func(bearing, far, radius float64) Area {
		middle := geo.Offset(base, bearing, far)
		return area(t, NoRecordZone{Center: &middle, RadiusM: radius})
	}
	for name, c := range map[string]struct {
		camera *fleet.FixedCamera
		zone   Area
		code   string
	}{
		"before it":                      {mast(usual), at(0, 200, 50), CodeZone},
		"at the edge of the picture":     {mast(usual), at(52, 200, 10), CodeZone}, // 45° and what the survey may be wrong by
		"beside the picture":             {mast(usual), at(70, 200, 20), CodeOpen},
		"behind it":                      {mast(usual), at(180, 100, 50), CodeOpen},
		"too far to know anybody":        {mast(usual), at(0, 620, 50), CodeOpen},
		"as far as it says":              {mast(fleet.Mount{TiltDeg: -18, HFOVDeg: 90, RangeM: 700}), at(0, 620, 50), CodeZone},
		"no farther than it says":        {mast(fleet.Mount{TiltDeg: -18, HFOVDeg: 90, RangeM: 60}), at(0, 200, 50), CodeOpen},
		"a camera that looks down":       {mast(fleet.Mount{TiltDeg: -80, HFOVDeg: 40}), at(0, 60, 20), CodeOpen},
		"under one that looks down":      {mast(fleet.Mount{TiltDeg: -80, HFOVDeg: 40}), at(0, 5, 4), CodeZone},
		"one that looks into the sky":    {mast(fleet.Mount{TiltDeg: 70, HFOVDeg: 40}), at(0, 20, 20), CodeOpen},
		"not surveyed, behind its dock":  {unknown, at(180, 500, 20), CodeUnknown},
		"not surveyed, out of its reach": {unknown, at(180, 600, 20), CodeOpen},
	} {
		var g Gate
		s := Scene{Fixed: c.camera, LevelAMSL: 4, Zones: []Area{c.zone}, Transit: true}
		v, _ := g.Judge(start, rules, s)
		if open := c.code == CodeOpen; v.Record != open || !v.Show || v.Code != c.code {
			t.Errorf("%s: %+v", name, v)
		}
		g.Turned(start)
		g.Zooms(start)
		if again, changed := g.Judge(start.Add(time.Second), rules, s); changed || again.Code != v.Code {
			t.Errorf("%s, when something is told to turn: %+v", name, again)
		}
	}
}

// As long as its survey is wrong by no more than two and a half standard deviations, what a gate leaves open of a camera
// that does not move shows no ground of a zone.
func TestWhatIsOpenOfAFixedCameraShowsNothingOfAZone(t *testing.T) {
	opened := 0
	rapid.Check(t, func(t *rapid.T) {
		c := mast(fleet.Mount{HeadingDeg: rapid.Float64Range(0, 360).Draw(t, "heading"), TiltDeg: rapid.Float64Range(-90, 20).Draw(t, "tilt"),
			HFOVDeg: rapid.Float64Range(20, 120).Draw(t, "field")})
		c.Mount.AltAMSL = 4 + rapid.Float64Range(2, 20).Draw(t, "high")
		middle := geo.Offset(base, rapid.Float64Range(0, 360).Draw(t, "to"), rapid.Float64Range(0, 700).Draw(t, "far"))
		zone := area(t, NoRecordZone{Center: &middle, RadiusM: rapid.Float64Range(5, 150).Draw(t, "radius")})
		var g Gate
		if v, _ := g.Judge(start, rules, Scene{Fixed: c, LevelAMSL: 4, Zones: []Area{zone}}); !v.Record {
			return
		}
		opened++
		share := func(name string) float64 { return sigmas * rapid.Float64Range(-1, 1).Draw(t, name) }
		truth := geo.Camera{YawDeg: c.Mount.HeadingDeg + mountYaw*share("turned"), PitchDeg: c.Mount.TiltDeg + mountTilt*share("tilted"),
			HFOVDeg: c.Mount.HFOVDeg, Aspect: 16.0 / 9}
		a := rapid.Float64Range(0, 2*math.Pi).Draw(t, "direction")
		off := mountM * share("off")
		truth.At = geo.NewFrame(c.Mount.Position).Position(geo.ENU{E: off * math.Sin(a), N: off * math.Cos(a), U: mountHigh * share("up")})
		ring, _ := truth.Sees(max(0.5, truth.At.AltAMSL-4), max(0.5, truth.At.AltAMSL-4), rules.RangeM)
		if len(ring) >= 3 && geo.RingDistance(ring, []geo.Point{geo.NewFrame(truth.At).Flat(middle)}) <= zone.RadiusM {
			t.Fatalf("open by %+v, but %+v sees the zone", c.Mount, truth)
		}
	})
	if opened == 0 {
		t.Fatal("no gate was open")
	}
}
