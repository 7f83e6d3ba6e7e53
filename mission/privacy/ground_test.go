package privacy

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// surveyed is a grid around the base, heights 50 m apart.
func surveyed(t interface{ Fatal(...any) }, side int, height func(col, row int) float64) fleet.Terrain {
	cell := 50.0 / 111_320
	heights := make([]float32, 0, side*side)
	for row := range side {
		for col := range side {
			heights = append(heights, float32(height(col, row)))
		}
	}
	g, err := geo.NewGrid(side, side, base.Lon-cell*float64(side-1)/2, base.Lat-cell*float64(side-1)/2, cell, heights)
	if err != nil {
		t.Fatal(err)
	}
	return fleet.Terrain{Grid: g, ErrorM: 2}
}

// A zone on a hill comes into a picture that would see no level ground there, and one in a hollow behind a hill is not taken to
// be hidden.
func TestAZoneIsJudgedByTheGroundItLiesOn(t *testing.T) {
	hill := surveyed(t, 41, func(col, row int) float64 {
		n, e := 50*float64(20-row), 50*float64(col-20)
		return 4 + 52*math.Exp(-(e*e+(n-120)*(n-120))/(2*60*60))
	})
	for name, c := range map[string]struct {
		pitch, north  float64 // of the middle of a zone of 20 m
		level, ground bool    // whether it is open
	}{
		"on the hill, at the horizon": {26, 120, true, false},
		"behind the hill":             {-12, 330, false, false},
		"before the hill, under it":   {-88, 330, true, true},
	} {
		zone := round(t, c.north, 20)
		judge := func() bool {
			var g Gate
			v, _ := g.Judge(start, rules, scene(flying(start, 0, c.pitch), zone))
			return v.Record
		}
		if open := judge(); open != c.level {
			t.Errorf("%s: open is %v as if all were level", name, open)
		}
		if zone.Lies(hill); judge() != c.ground {
			t.Errorf("%s: open is %v by the ground", name, !c.ground)
		}
	}
}

// Whatever the ground, what of a zone is truly seen is cut.
func TestAZoneThatIsSeenIsCutOnAnyGround(t *testing.T) {
	seen := 0
	rapid.Check(t, func(t *rapid.T) {
		const side = 17
		rough := rapid.IntRange(1, 997).Draw(t, "rough")
		t2 := surveyed(t, side, func(col, row int) float64 { return float64((row*side + col) * rough % 80) })
		ground := geo.Ground{Grid: t2.Grid, LevelAMSL: 4}
		middle := geo.Offset(base, rapid.Float64Range(0, 360).Draw(t, "to"), rapid.Float64Range(0, 450).Draw(t, "far"))
		zone := area(t, NoRecordZone{Center: &middle, RadiusM: rapid.Float64Range(5, 80).Draw(t, "radius")})
		zone.Lies(t2)
		at := geo.Offset(middle, rapid.Float64Range(0, 360).Draw(t, "in"), zone.RadiusM*rapid.Float64Range(0, 1).Draw(t, "out"))
		high, _ := ground.At(at)
		below, _ := ground.At(base)
		// It looks somewhere near to a place in the zone.
		told := flying(start, 0, 0)
		told.Position.AltAMSL = below + rapid.Float64Range(1, 120).Draw(t, "over")
		told.VelNMS, told.VelDMS = rapid.Float64Range(-14, 14).Draw(t, "vn"), rapid.Float64Range(-3, 3).Draw(t, "vd")
		told.Gimbal.YawDeg = geo.BearingDeg(base, at) + rapid.Float64Range(-45, 45).Draw(t, "yaw")
		told.Gimbal.PitchDeg = math.Atan2(high-told.Position.AltAMSL, geo.Distance(base, at))*180/math.Pi + rapid.Float64Range(-35, 35).Draw(t, "pitch")
		// And is somewhat elsewhere.
		view := Look(spec, told, start)
		share := func(name string) float64 { return rapid.Float64Range(-1, 1).Draw(t, name) }
		truth := view.Camera
		off := sigmas * view.Error.HorizontalM * share("off")
		truth.At = geo.NewFrame(*told.Position).Position(geo.ENU{E: off, N: 0.3 * told.VelNMS, U: sigmas*view.Error.VerticalM*share("up") - 0.3*told.VelDMS})
		truth.PitchDeg += sigmas * view.Error.PitchDeg * share("tilt")
		truth.YawDeg += sigmas * view.Error.YawDeg * share("turn")
		truth.Aspect = 16.0 / 9
		p, before := truth.Pixel(at.At(high))
		if !before || !p.In() || geo.Distance(truth.At.LatLon, at) > rules.RangeM {
			return
		}
		spot, err := truth.Ground(p, ground, 2*rules.RangeM)
		if err != nil || geo.Distance(spot.LatLon, at) > 0.5 {
			return // something stands between
		}
		seen++
		var g Gate
		if v, _ := g.Judge(start.Add(150*time.Millisecond), rules, scene(told, zone)); v.Record {
			t.Fatalf("%+v sees the zone at %v, %v m high, and is recorded", truth, at, high)
		}
	})
	if seen < 20 {
		t.Errorf("a zone was seen %d times only", seen)
	}
}
