package city

import (
	"testing"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/internal/station"
	"groundstation/mission"
	"groundstation/simulator"
)

// steer lets a pilot hold the sticks for d.
func (c *City) steer(v fleet.VehicleID, grant fleet.IntentID, seq *uint32, x fleet.Sticks, d time.Duration) {
	for end := c.now.Add(d); c.now.Before(end); {
		*seq++
		c.do(station.Sticks{Vehicle: v, Input: fleet.StickInput{Grant: grant, Seq: *seq, SentMS: float64(c.now.UnixMilli()), Sticks: x}})
		c.Run(2 * Step)
	}
}

// byHand is a vehicle over a scene in the hands of a pilot.
func byHand(t *testing.T, c *City) (mission.Sortie, mission.Command, *uint32) {
	t.Helper()
	_, s := onScene(t, c, 400)
	c.Run(5 * time.Second)
	cmd := must[mission.Command](t, c, mission.FlyByHand{Vehicle: s.Vehicle})
	var seq uint32
	for range 100 {
		c.steer(s.Vehicle, cmd.ID, &seq, fleet.Neutral, 100*time.Millisecond)
		if c.vehicle(s.Vehicle).Mode == "Position" {
			break
		}
	}
	if m := c.vehicle(s.Vehicle).Mode; m != "Position" {
		t.Fatalf("%s, the order is %+v", m, c.Command(cmd.ID))
	}
	c.steer(s.Vehicle, cmd.ID, &seq, fleet.Neutral, time.Second)
	return s, cmd, &seq
}

func TestAPilotFliesAndTheSortieGoesOn(t *testing.T) {
	t.Parallel()
	c := smallCity(t, 2)
	s, cmd, seq := byHand(t, c)
	if now := c.Sortie(s.ID); now.State != mission.HumanControl || now.Code != "flown-by-hand" || now.Hand == nil {
		t.Fatalf("the sortie is %s (%s)", now.State, now.Code)
	}
	refused(t, c, mission.FlyByHand{Vehicle: s.Vehicle}, "flown-by-hand")
	from := c.vehicle(s.Vehicle)
	c.steer(s.Vehicle, cmd.ID, seq, fleet.Sticks{X: 400, Z: 200, R: 100}, 5*time.Second)
	to := c.vehicle(s.Vehicle)
	if d := geo.Distance(from.Position.LatLon, to.Position.LatLon); d < 5 || to.Position.AltAMSL > from.Position.AltAMSL-2 {
		t.Fatalf("flew %.1f m and from %.1f to %.1f m", d, from.Position.AltAMSL, to.Position.AltAMSL)
	}
	// The browser is closed.
	silent := c.now
	until(t, c, 2*time.Second, "held", func() bool { return c.vehicle(s.Vehicle).Mode == "Hold" })
	// Neutral after half a second, and the hold when the sticks have stood still: PX4 would take moving ones for its pilot's.
	if took := c.now.Sub(silent); took > 1300*time.Millisecond {
		t.Errorf("held %v after the pilot fell silent", took)
	}
	until(t, c, 2*time.Second, "on record", func() bool { return c.Command(cmd.ID).Stage.Final() })
	if got := c.Command(cmd.ID); got.Code != "silent" || got.Stage != fleet.StageFailed {
		t.Errorf("on record as %s %s", got.Stage, got.Code)
	}
	c.Run(10 * time.Second)
	must[mission.Command](t, c, mission.Manual{Vehicle: s.Vehicle, Act: "continue"})
	until(t, c, time.Minute, "on task again, in its layer", func() bool {
		now := c.Sortie(s.ID)
		return now.State == mission.OnTask && now.Hand == nil && c.vehicle(s.Vehicle).Mode == "Orbit"
	})
	c.Run(30 * time.Second)
	if now := c.Sortie(s.ID); now.State != mission.OnTask {
		t.Fatalf("the orbit after it ended as %s: %s", now.State, now.Reason)
	}
	must[mission.Sortie](t, c, mission.RecallSortie{Sortie: s.ID})
	until(t, c, 10*time.Minute, "back", c.isOver(s.ID))
	if now := c.Sortie(s.ID); c.vehicle(s.Vehicle).DockID != string(s.Dock) {
		t.Errorf("it ended as %s: %s", now.Code, now.Reason)
	}
}

// TestTheStationDiesUnderItsPilot: the last sticks count for a second, then the vehicle holds and goes home by itself.
func TestTheStationDiesUnderItsPilot(t *testing.T) {
	t.Parallel()
	c := smallCity(t, 2)
	s, cmd, seq := byHand(t, c)
	c.steer(s.Vehicle, cmd.ID, seq, fleet.Sticks{X: 600, Z: 500}, 3*time.Second)
	c.Kill()
	until(t, c, 1700*time.Millisecond, "held", func() bool { v := c.vehicle(s.Vehicle); return v.Mode == "Hold" && v.Failsafe })
	until(t, c, 6*time.Second, "return", func() bool { return c.vehicle(s.Vehicle).Mode == "Return" })
	until(t, c, 10*time.Minute, "down", func() bool { return c.vehicle(s.Vehicle).OnGround && !c.vehicle(s.Vehicle).Armed })
	if far := geo.Distance(c.vehicle(s.Vehicle).Position.LatLon, s.Home.LatLon); far > 3 {
		t.Errorf("it came down %.1f m from its ground pad", far)
	}
	c.Start()
	until(t, c, time.Minute, "the record is closed", func() bool { return c.Command(cmd.ID).Stage.Final() })
	until(t, c, time.Minute, "the sortie is over", c.isOver(s.ID))
}

// TestThePilotsLinkIsCut: the link is cut while the sticks are moved.
func TestThePilotsLinkIsCut(t *testing.T) {
	t.Parallel()
	c := smallCity(t, 2)
	s, cmd, seq := byHand(t, c)
	c.steer(s.Vehicle, cmd.ID, seq, fleet.Sticks{X: 300, Z: 500}, 2*time.Second)
	c.inject(t, simulator.Fault{Kind: "link-cut", Vehicle: string(s.Vehicle), How: "up"})
	c.steer(s.Vehicle, cmd.ID, seq, fleet.Sticks{X: 300, Z: 500}, 2*time.Second)
	if v := c.vehicle(s.Vehicle); v.Mode != "Hold" || !v.Failsafe {
		t.Fatalf("%s, failsafe %v", v.Mode, v.Failsafe)
	}
	c.inject(t, simulator.Fault{Kind: "link-cut", Vehicle: string(s.Vehicle), How: "up", Clear: true})
	c.steer(s.Vehicle, cmd.ID, seq, fleet.Sticks{X: 300, Z: 500}, 10*time.Second)
	if v := c.vehicle(s.Vehicle); v.Mode != "Return" {
		t.Fatalf("%s: the sticks that came back stopped its return", v.Mode)
	}
	until(t, c, 10*time.Minute, "over", func() bool { return !c.vehicle(s.Vehicle).Armed })
}

// TestAVehicleFollowsAnother: at its distance and in its layer, until the other is not heard any more.
func TestAVehicleFollowsAnother(t *testing.T) {
	t.Parallel()
	c := smallCity(t, 3)
	_, s := onScene(t, c, 400)
	_, other := onScene(t, c, 500)
	c.Run(5 * time.Second)
	refused(t, c, mission.FollowTarget{Vehicle: s.Vehicle, Target: s.Vehicle}, "bad-target")
	refused(t, c, mission.FollowTarget{Vehicle: s.Vehicle, Target: "V99"}, "unknown-vehicle")
	refused(t, c, mission.FollowTarget{Vehicle: s.Vehicle, Target: other.Vehicle, DistanceM: 3}, "bad-distance")
	cmd := must[mission.Command](t, c, mission.FollowTarget{Vehicle: s.Vehicle, Target: other.Vehicle, DistanceM: 50})
	c.Run(20 * time.Second)
	if d := geo.Distance(c.vehicle(s.Vehicle).Position.LatLon, c.vehicle(other.Vehicle).Position.LatLon); d < 35 || d > 75 {
		t.Fatalf("%.0f m from a target that circles, want 50", d)
	}
	to := geo.Offset(*other.Target, 90, 250).At(other.CruiseAMSL)
	must[mission.Command](t, c, mission.Manual{Vehicle: other.Vehicle, Act: "goto", Target: &to})
	until(t, c, 2*time.Minute, "the target moves", func() bool { return geo.Distance(c.vehicle(other.Vehicle).Position.LatLon, to.LatLon) < 10 })
	c.Run(15 * time.Second)
	a, b := c.vehicle(s.Vehicle), c.vehicle(other.Vehicle)
	if d := geo.Distance(a.Position.LatLon, b.Position.LatLon); d < 40 || d > 60 {
		t.Fatalf("%.0f m behind its target, want 50", d)
	}
	c.inject(t, simulator.Fault{Kind: "link-cut", Vehicle: string(other.Vehicle)})
	until(t, c, 10*time.Second, "the target is lost", func() bool { return c.Command(cmd.ID).Stage == fleet.StageFailed })
	if got := c.Command(cmd.ID); got.Code != "target-stale" {
		t.Errorf("%s %s", got.Code, got.Detail)
	}
	c.inject(t, simulator.Fault{Kind: "link-cut", Vehicle: string(other.Vehicle), Clear: true})
	// A place that is fed.
	at := geo.Offset(c.vehicle(s.Vehicle).Position.LatLon, 0, 60)
	cmd = must[mission.Command](t, c, mission.FollowTarget{Vehicle: s.Vehicle, Place: &at})
	feed := func(d time.Duration, speed float64) {
		for end := c.now.Add(d); c.now.Before(end); c.Run(480 * time.Millisecond) {
			at = geo.Offset(at, 0, speed/2)
			if _, problem := c.Ask(mission.FeedTarget{Vehicle: s.Vehicle, Place: at}); problem != nil {
				t.Fatal(problem.Message)
			}
		}
	}
	feed(20*time.Second, 0)
	from := c.vehicle(s.Vehicle).Position
	feed(20*time.Second, 4)
	if d := geo.Distance(from.LatLon, c.vehicle(s.Vehicle).Position.LatLon); d < 40 {
		t.Errorf("moved %.0f m behind a place that moved 80 m; the order is %+v", d, c.Command(cmd.ID))
	}
	must[mission.Command](t, c, mission.Manual{Vehicle: s.Vehicle, Act: "hold"})
	until(t, c, 5*time.Second, "ended", func() bool { return c.Command(cmd.ID).Stage == fleet.StageDone })
	refused(t, c, mission.FeedTarget{Vehicle: s.Vehicle, Place: at}, "not-following")
}
