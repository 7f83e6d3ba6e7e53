package city

import (
	"testing"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission"
	"groundstation/mission/privacy"
	"groundstation/simulator"
)

// guardedCity is a small city with the rule of the horizon.
func guardedCity(t *testing.T, seed uint64) *City {
	t.Helper()
	c := seededCity(t, 2, seed)
	c.Desk = mission.DeskConfig{Privacy: privacy.Rules{Transit: privacy.NoRecord}}
	c.Kill()
	c.Start()
	c.Run(5 * time.Second)
	return c
}

// school puts a zone so many metres from the first dock on the way of onScene.
func (c *City) school(t *testing.T, metres, radius float64, rule privacy.Rule) privacy.NoRecordZone {
	t.Helper()
	at := geo.Offset(c.registry.Docks[0].Pad.LatLon, 45, metres)
	return must[privacy.NoRecordZone](t, c, mission.PutPrivacyZone{Zone: privacy.NoRecordZone{Name: "school", Reason: "children", Rule: rule, Center: &at, RadiusM: radius}})
}

// A vehicle flies over a zone to a scene beyond it, stays, and comes home. No picture of the zone is recorded, by the truth
// of the world; the judge of the city looks at each step.
func TestNothingIsRecordedOfANoRecordZone(t *testing.T) {
	t.Parallel()
	for seed := uint64(1); seed <= 3; seed++ {
		c := guardedCity(t, seed)
		c.school(t, 700, 80, privacy.NoRecord)
		over, recorded, dark := 0, 0, 0
		c.Watch = func(w simulator.Truth) {
			for _, v := range w.Vehicles {
				if g := c.judge.gates[v.ID]; !v.OnGround && g.Record {
					recorded++
				} else if !v.OnGround {
					dark++
					if geo.Distance(v.Position.LatLon, geo.Offset(c.registry.Docks[0].Pad.LatLon, 45, 700)) < 80 {
						over++
					}
				}
			}
		}
		in, s := onScene(t, c, 1500)
		c.Run(10 * time.Second)
		if p := shown[mission.Picture](c, mission.KindPicture, string(s.Vehicle)); !p.Record || !p.Show {
			t.Errorf("on task, far from the zone: %+v", p)
		}
		must[mission.Incident](t, c, mission.CancelIncident{ID: in.ID})
		until(t, c, 10*time.Minute, "back", c.isOver(s.ID))
		if recorded == 0 || dark == 0 || over == 0 {
			t.Errorf("recorded in %d steps, dark in %d, over the zone in %d", recorded, dark, over)
		}
	}
}

// The camera of a vehicle on its way home still looks at its scene: nothing is recorded until the station has levelled it.
func TestACameraIsLevelledOnTheWay(t *testing.T) {
	t.Parallel()
	c := guardedCity(t, 1)
	in, s := onScene(t, c, 1500)
	c.Run(20 * time.Second)
	if v := c.vehicle(s.Vehicle); v.GimbalPitchDeg > -20 {
		t.Fatalf("on task it looks at %.0f°", v.GimbalPitchDeg)
	}
	must[mission.Incident](t, c, mission.CancelIncident{ID: in.ID})
	picture := func() mission.Picture { return shown[mission.Picture](c, mission.KindPicture, string(s.Vehicle)) }
	until(t, c, 10*time.Second, "not recorded on the way", func() bool { p := picture(); return !p.Record && p.Code == privacy.CodeTransit })
	until(t, c, 20*time.Second, "levelled", func() bool { return c.vehicle(s.Vehicle).GimbalPitchDeg > -5 })
	until(t, c, 5*time.Second, "recorded", func() bool { return picture().Record })
	if st := c.Sortie(s.ID).State; st != mission.Returning {
		t.Errorf("it is %s", st)
	}
}

// Over a zone an override opens the picture, when it is durable, until its end; a restart keeps it.
func TestAnOverrideOpensOverAZone(t *testing.T) {
	t.Parallel()
	c := guardedCity(t, 1)
	zone := c.school(t, 600, 150, privacy.NoRelay)
	_, s := onScene(t, c, 600)
	c.Run(10 * time.Second)
	id := string(s.Vehicle)
	picture := func() mission.Picture { return shown[mission.Picture](c, mission.KindPicture, id) }
	if p := picture(); p.Show || p.Record || p.Code != privacy.CodeZone || len(p.Zones) != 1 || p.Zones[0].ID != zone.ID || c.judge.gates[id].Show {
		t.Fatalf("over the zone: %+v", p)
	}
	refused(t, c, mission.OverridePicture{Camera: string(s.Vehicle), For: time.Minute}, "bad-reason")
	refused(t, c, mission.OverridePicture{Camera: string(s.Vehicle), Reason: "a child is missing", For: 16 * time.Minute}, "bad-time")
	refused(t, c, mission.EndOverride{Camera: string(s.Vehicle)}, "no-override")
	p := must[mission.Picture](t, c, mission.OverridePicture{Camera: string(s.Vehicle), Reason: "a child is missing", For: time.Minute})
	if !p.Record || !p.Show || p.Code != privacy.CodeOverride || p.Override == nil || p.Override.By != "test" || c.judge.overrides[id] == nil {
		t.Fatalf("%+v", p)
	}
	c.Run(5 * time.Second)
	c.Kill()
	c.Run(2 * time.Second)
	c.Start()
	until(t, c, 5*time.Second, "open after the restart", func() bool { return c.judge.gates[id].Record })
	until(t, c, time.Minute, "over", func() bool { return !c.judge.gates[id].Record })
	if p := picture(); p.Override != nil || p.Code == privacy.CodeOverride {
		t.Errorf("after its end: %+v", p)
	}
	must[mission.Picture](t, c, mission.OverridePicture{Camera: string(s.Vehicle), Reason: "still missing", For: 15 * time.Minute})
	if p := must[mission.Picture](t, c, mission.EndOverride{Camera: string(s.Vehicle)}); p.Record || p.Override != nil {
		t.Errorf("ended: %+v", p)
	}
	if _, problem := c.Ask(mission.DeletePrivacyZone{ID: zone.ID}); problem != nil {
		t.Fatal(problem)
	}
	until(t, c, 5*time.Second, "open without the zone", func() bool { return c.judge.gates[id].Record })
}

// A vehicle circles a scene beside a zone. Zoomed, its picture may be recorded all around, by what its camera tells of its
// field of view; at the wide end not where it looks towards the zone, and that from the order on. The judge looks at each
// step by the true field.
func TestAZoomedPictureIsJudgedAtItsOwnField(t *testing.T) {
	t.Parallel()
	c := guardedCity(t, 1)
	_, s := onScene(t, c, 600)
	c.school(t, 765, 50, privacy.NoRecord)
	record := func() bool { return c.judge.gates[string(s.Vehicle)].Record }
	towards := func() bool { v := c.vehicle(s.Vehicle); return v.GimbalYawDeg > 35 && v.GimbalYawDeg < 55 }
	zoom := func(percent float64) {
		must[mission.Command](t, c, mission.UsePayload{Vehicle: s.Vehicle, Name: "zoom", Act: fleet.SetZoom{Percent: percent}})
	}
	around := func() (dark int) {
		for range 600 {
			if c.Run(100 * time.Millisecond); !record() {
				dark++
			}
		}
		return dark
	}
	if around() == 0 {
		t.Fatal("the zone is never in the wide picture")
	}
	zoom(80)
	until(t, c, time.Minute, "recorded, zoomed", func() bool { return record() && c.vehicle(s.Vehicle).Zoom > 6 })
	if dark := around(); dark > 0 {
		t.Errorf("zoomed, it is not recorded in %d steps", dark)
	}
	until(t, c, 2*time.Minute, "it looks towards the zone", towards)
	zoom(0)
	c.Run(300 * time.Millisecond)
	if v := c.vehicle(s.Vehicle); record() || v.Zoom < 3 {
		t.Errorf("on its way to the wide end it is still recorded, at %.1f times", v.Zoom)
	}
	if around() == 0 {
		t.Error("the zone is never in the wide picture any more")
	}
}
