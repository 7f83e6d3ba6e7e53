package city

import (
	"math"
	"strings"
	"testing"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission"
	"groundstation/mission/privacy"
	"groundstation/simulator"
)

// hill is ground that rises by so many metres around a place, and falls off within wideM.
type hill struct {
	at           geo.LatLon
	highM, wideM float64
}

// hilly gives a world hills, and its station the same heights: a grid of 4 km, 40 m apart, around a place.
func hilly(t *testing.T, around geo.LatLon, w *simulator.Config, r *fleet.Registry, hills ...hill) {
	t.Helper()
	const side = 101
	cell := 40.0 / 111_320
	heights := make([]float32, 0, side*side)
	for row := range side {
		for col := range side {
			h := w.GroundAMSL
			for _, k := range hills {
				d := geo.Distance(k.at, geo.LatLon{Lat: around.Lat + float64(side/2-row)*cell, Lon: around.Lon + float64(col-side/2)*cell})
				h += k.highM * math.Exp(-d*d/(2*k.wideM*k.wideM))
			}
			heights = append(heights, float32(h))
		}
	}
	g, err := geo.NewGrid(side, side, around.Lon-cell*(side/2), around.Lat-cell*(side/2), cell, heights)
	if err != nil {
		t.Fatal(err)
	}
	w.SetGround(g)
	r.Terrain = fleet.Terrain{Grid: g, ErrorM: 1}
}

// The scene lies on a hill. It is flown over a layer higher; the camera looks at the hill and not through it; a click gives the
// place on it within the ellipse that is told; a zone on it is kept; and nothing is flown too near to it, nor over the one
// that no layer clears.
func TestAHillIsKnown(t *testing.T) {
	t.Parallel()
	c := builtCity(t, 1, 1, func(w *simulator.Config, r *fleet.Registry) {
		pad := r.Docks[0].Pad.LatLon
		hilly(t, pad, w, r, hill{geo.Offset(pad, 45, 600), 30, 80}, hill{geo.Offset(pad, 200, 700), 90, 80})
	})
	pad := c.registry.Docks[0].Pad.LatLon
	at := func(bearing, m float64) fleet.Item {
		return fleet.Item{Kind: fleet.ItemWaypoint, Position: geo.Offset(pad, bearing, m).At(80)}
	}
	refused(t, c, mission.PutPlan{Plan: mission.Plan{Name: "over the high one", Items: []fleet.Item{at(200, 400), at(200, 1000)}}}, "ground")
	refused(t, c, mission.PutPlan{Plan: mission.Plan{Name: "beyond the survey", Items: []fleet.Item{at(0, 400), at(0, 2500)}}}, "ground-unknown")
	must[mission.Plan](t, c, mission.PutPlan{Plan: mission.Plan{Name: "over the low one", Items: []fleet.Item{at(45, 400), at(45, 800)}}})
	far := c.report(t, geo.Offset(pad, 200, 1000))
	c.Run(2 * time.Second)
	if k := c.Incident(far.ID).Decision.Candidates[0]; k.Able || len(k.Rejections) != 1 || k.Rejections[0].Code != "ground" {
		t.Errorf("behind the high one: %+v", k)
	}
	must[mission.Incident](t, c, mission.CancelIncident{ID: far.ID})

	in, s := onScene(t, c, 600)
	if over := s.CruiseAMSL - 34; over < 46.9 || over > 65 {
		t.Errorf("it flies %.1f m over the hill", over)
	}
	low := geo.Offset(*s.Target, 90, 60).At(s.CruiseAMSL - 15)
	refused(t, c, mission.Manual{Vehicle: s.Vehicle, Act: "goto", Target: &low, OwnAltitude: true}, "ground")
	c.Run(10 * time.Second) // the camera has turned

	survey := c.registry.Terrain
	ground := geo.Ground{Grid: survey.Grid, GridErrorM: survey.ErrorM, LevelAMSL: c.registry.Level(pad)}
	worst, level := 0.0, 0.0
	for range 8 {
		c.Run(3 * time.Second)
		told, truth := shown[fleet.Vehicle](c, fleet.KindVehicle, string(s.Vehicle)), c.vehicle(s.Vehicle)
		for _, p := range []geo.Pixel{{X: 0.5, Y: 0.5}, {X: 0.3, Y: 0.35}} {
			eye := geo.Camera{At: *told.Position, YawDeg: told.Gimbal.YawDeg, PitchDeg: told.Gimbal.PitchDeg, RollDeg: told.Gimbal.RollDeg, HFOVDeg: 70, Aspect: 16.0 / 9}
			spot, ellipse, err := eye.Target(p, geo.CameraError{HorizontalM: 1.5, VerticalM: 2.5, GroundM: 2, YawDeg: 2, PitchDeg: 0.7, RollDeg: 0.7}, ground, 3000)
			if err != nil || !spot.Surveyed {
				t.Fatalf("%+v: %+v, %v", p, spot, err)
			}
			eye.At, eye.YawDeg, eye.PitchDeg, eye.RollDeg = truth.Position, truth.GimbalYawDeg, truth.GimbalPitchDeg, 0
			shows := truly(c, eye, p)
			if off := geo.Distance(spot.LatLon, shows.LatLon); off > 2.45*ellipse.MajorM || math.Abs(spot.AltAMSL-shows.AltAMSL) > 4 {
				t.Errorf("%+v shows %+v, told is %+v, %.1f m off with %+v", p, shows, spot, off, ellipse)
			} else {
				worst = max(worst, off)
			}
			if flat, err := eye.Ground(p, geo.Plain(4), 3000); err == nil {
				level = max(level, geo.Distance(flat.LatLon, shows.LatLon))
			}
		}
		if axis := truly(c, geo.Camera{At: truth.Position, YawDeg: truth.GimbalYawDeg, PitchDeg: truth.GimbalPitchDeg, HFOVDeg: 70, Aspect: 1.5}, geo.Pixel{X: 0.5, Y: 0.5}); geo.Distance(axis.LatLon, *s.Target) > 6 {
			t.Errorf("its camera looks %.1f m beside the scene", geo.Distance(axis.LatLon, *s.Target))
		}
	}
	t.Logf("clicks were %.1f m off at most, by level ground %.1f m", worst, level)
	if level < 15 {
		t.Errorf("level ground would have been %.1f m off only", level)
	}
	zone := privacy.NoRecordZone{Name: "chapel", Reason: "quiet", Rule: privacy.NoRecord, Center: s.Target, RadiusM: 10}
	must[privacy.NoRecordZone](t, c, mission.PutPrivacyZone{Zone: zone})
	c.Run(5 * time.Second)
	if p := shown[mission.Picture](c, mission.KindPicture, string(s.Vehicle)); p.Record || !strings.Contains(p.Why, "chapel") {
		t.Errorf("over the zone: %+v", p)
	}
	must[mission.Incident](t, c, mission.CancelIncident{ID: in.ID})
	until(t, c, 10*time.Minute, "over", c.isOver(s.ID))
}

// truly is what a pixel shows by the truth of the world: the ray is followed down in steps of 20 cm of height.
func truly(c *City, eye geo.Camera, p geo.Pixel) geo.Position {
	near, err := eye.Ground(p, geo.Plain(eye.At.AltAMSL-1), 1e6) // one metre further down along the ray
	if err != nil {
		return geo.Position{}
	}
	frame := geo.NewFrame(eye.At)
	way := frame.ENU(near.Position)
	for k := 0.0; k < 2000; k += 0.2 {
		at := frame.Position(geo.ENU{E: way.E * k, N: way.N * k, U: way.U * k})
		if at.AltAMSL <= c.World.Ground(at.LatLon) {
			return at
		}
	}
	return geo.Position{}
}
