package city

import (
	"math"
	"testing"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission"
)

// TestSentToAnAltitudeOfItsOwn: where the room is free, and circling there; then back to its layer before anything goes on.
func TestSentToAnAltitudeOfItsOwn(t *testing.T) {
	t.Parallel()
	c := smallCity(t, 3)
	_, low := onScene(t, c, 400)
	_, high := onScene(t, c, 500)
	if high.CruiseAMSL <= low.CruiseAMSL {
		low, high = high, low
	}
	c.Run(5 * time.Second)
	to := func(act string, s mission.Sortie, alt float64) mission.Manual {
		at := geo.Offset(*s.Target, 90, 120).At(alt)
		return mission.Manual{Vehicle: s.Vehicle, Act: act, Target: &at, OwnAltitude: true}
	}
	refused(t, c, to("goto", high, 30), "bad-altitude")
	refused(t, c, to("goto", high, 300), "bad-altitude")
	refused(t, c, to("goto", high, math.NaN()), "bad-target")
	refused(t, c, to("goto", low, high.CruiseAMSL), "airspace")
	refused(t, c, to("orbit", high, low.CruiseAMSL), "airspace")

	alt := high.CruiseAMSL + 20
	cmd := must[mission.Command](t, c, to("goto", high, alt))
	there := func(m float64) bool {
		p := c.vehicle(high.Vehicle).Position
		return math.Abs(geo.Distance(p.LatLon, geo.Offset(*high.Target, 90, 120))-m) < 8 && math.Abs(p.AltAMSL-alt) < 3
	}
	until(t, c, 2*time.Minute, "there", func() bool { return there(0) })
	if got := c.Command(cmd.ID); got.Stage != fleet.StageDone {
		t.Errorf("on record as %s %s", got.Stage, got.Code)
	}
	circling := to("orbit", high, alt)
	circling.RadiusM = 70
	cmd = must[mission.Command](t, c, circling)
	until(t, c, 2*time.Minute, "circling", func() bool { return c.vehicle(high.Vehicle).Mode == "Orbit" && there(70) })
	for range 20 {
		if c.Run(time.Second); !there(70) {
			t.Fatalf("it does not circle at 70 m: %+v", c.vehicle(high.Vehicle).Position)
		}
	}
	if got := c.Command(cmd.ID); got.Act != "orbit" || got.Stage != fleet.StageDone {
		t.Errorf("on record as %s %s %s", got.Act, got.Stage, got.Code)
	}
	must[mission.Command](t, c, mission.Manual{Vehicle: high.Vehicle, Act: "continue"})
	until(t, c, 2*time.Minute, "on task again, in its layer", func() bool {
		now := c.Sortie(high.ID)
		return now.State == mission.OnTask && now.Hand == nil && math.Abs(c.vehicle(high.Vehicle).Position.AltAMSL-high.CruiseAMSL) < 3
	})
	must[mission.Sortie](t, c, mission.RecallSortie{Sortie: high.ID})
	until(t, c, 10*time.Minute, "back", c.isOver(high.ID))
}

// TestItReturnsFromAnAltitudeOfItsOwn: by itself, with the room held for it.
func TestItReturnsFromAnAltitudeOfItsOwn(t *testing.T) {
	t.Parallel()
	c := smallCity(t, 2)
	_, s := onScene(t, c, 400)
	c.Run(5 * time.Second)
	at := s.Target.At(s.CruiseAMSL + 30)
	must[mission.Command](t, c, mission.Manual{Vehicle: s.Vehicle, Act: "orbit", Target: &at, OwnAltitude: true})
	until(t, c, 2*time.Minute, "up there", func() bool { return c.vehicle(s.Vehicle).Position.AltAMSL > at.AltAMSL-3 })
	c.Run(5 * time.Second)
	if now := c.Sortie(s.ID); now.Hand == nil || now.Hand.Room.CeilingAMSL != at.AltAMSL || now.Hand.Room.FloorAMSL != s.CruiseAMSL {
		t.Fatalf("no room is held up there: %+v", now.Hand)
	}
	must[mission.Command](t, c, mission.Manual{Vehicle: s.Vehicle, Act: "return"})
	until(t, c, 10*time.Minute, "home", func() bool { return !c.vehicle(s.Vehicle).Armed })
}
