package city

import (
	"strings"
	"testing"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission"
	"groundstation/simulator"
)

// toldOf says whether the consoles are shown an alarm of a dock that names this module.
func (c *City) toldOf(dock fleet.DockID, module string) bool {
	a := shown[mission.Alarm](c, mission.KindAlarm, "dock-health:"+string(dock))
	return a.Active && strings.Contains(a.Text, module)
}

// shut says whether a gate of a dock is shut for launches.
func (c *City) shut(dock fleet.DockID, code string) bool {
	for _, g := range shown[fleet.Dock](c, fleet.KindDock, string(dock)).NoLaunch {
		if g.Code == code {
			return true
		}
	}
	return false
}

// goesElsewhere reports an incident beside the first dock and wants another vehicle than the first to serve it.
func goesElsewhere(t *testing.T, c *City) {
	t.Helper()
	in := c.report(t, geo.Offset(c.registry.Docks[0].Pad.LatLon, 45, 300))
	until(t, c, 5*time.Second, "assigned", func() bool { return c.sortieOf(in.ID).ID != "" })
	if s := c.sortieOf(in.ID); s.Vehicle == c.registry.Vehicles[0].ID {
		t.Errorf("%s goes", s.Vehicle)
	}
	must[mission.Incident](t, c, mission.CancelIncident{ID: in.ID})
	until(t, c, 10*time.Minute, "over", c.isOver(c.sortieOf(in.ID).ID))
}

// The dock's controller starts anew while it opens for its vehicle: it remembers the task and opens, and the vehicle is
// back in it.
func TestADockRebootsWithItsVehicleOut(t *testing.T) {
	t.Parallel()
	c := smallCity(t, 2)
	in, s := onScene(t, c, 2500)
	until(t, c, time.Minute, "closed", func() bool { return c.dock(s.Dock).LidOpen == 0 })
	must[mission.Incident](t, c, mission.CancelIncident{ID: in.ID})
	until(t, c, 10*time.Minute, "opening", func() bool { return c.dock(s.Dock).LidOpen > 0.3 })
	c.inject(t, simulator.Fault{Kind: "dock-reboot", Dock: string(s.Dock)})
	c.Run(time.Second)
	if d := c.dock(s.Dock); !d.Device.Down || d.LidOpen > 0.95 {
		t.Fatalf("%+v", d)
	}
	until(t, c, 10*time.Minute, "over", c.isOver(s.ID))
	if s = c.Sortie(s.ID); c.vehicle(s.Vehicle).DockID != string(s.Dock) {
		t.Errorf("it ended as %s: %s", s.Code, s.Reason)
	}
}

// A charger that fails is told, and its dock shelters and launches its vehicle all the same while there is charge.
func TestADeadChargerIsTold(t *testing.T) {
	t.Parallel()
	c := smallCity(t, 2)
	id := c.registry.Docks[0].ID
	c.inject(t, simulator.Fault{Kind: "charger-loss", Dock: string(id)})
	until(t, c, 5*time.Second, "told", func() bool { return c.toldOf(id, "charger") })
	in, s := onScene(t, c, 300)
	if s.Dock != id {
		t.Fatalf("%s serves it", s.Dock)
	}
	must[mission.Incident](t, c, mission.CancelIncident{ID: in.ID})
	until(t, c, 10*time.Minute, "over", c.isOver(s.ID))
	c.Run(10 * time.Second)
	if d := c.dock(id); d.Device.Charging || c.vehicle(s.Vehicle).DockID != string(id) {
		t.Errorf("%+v", d)
	}
	c.inject(t, simulator.Fault{Kind: "charger-loss", Dock: string(id), Clear: true})
	until(t, c, 5*time.Second, "the alarm goes", func() bool { return !c.toldOf(id, "charger") })
}

// Ice on the pad: nobody lands there, and nobody goes from there.
func TestIceOnThePadMeansTheGroundPad(t *testing.T) {
	t.Parallel()
	c := smallCity(t, 2)
	in, s := onScene(t, c, 600)
	c.inject(t, simulator.Fault{Kind: "pad-ice", Dock: string(s.Dock)})
	until(t, c, 5*time.Second, "told", func() bool { return c.toldOf(s.Dock, "ice") && c.shut(s.Dock, "health") })
	must[mission.Incident](t, c, mission.CancelIncident{ID: in.ID})
	until(t, c, 15*time.Minute, "down", c.isOver(s.ID))
	s = c.Sortie(s.ID)
	if far := geo.Distance(c.vehicle(s.Vehicle).Position.LatLon, s.Home.LatLon); far > 3 || s.Code != "ground-pad" {
		t.Errorf("it ended as %s (%s), %.1f m from the ground pad", s.Code, s.Reason, far)
	}
	goesElsewhere(t, c)
}

// Both end switches of a lid say that it is there: no launch, no landing.
func TestALidThatContradictsItselfIsNotUsed(t *testing.T) {
	t.Parallel()
	c := smallCity(t, 2)
	id := c.registry.Docks[0].ID
	c.inject(t, simulator.Fault{Kind: "lid-sensor-lies", Dock: string(id), How: "switches-both"})
	until(t, c, 5*time.Second, "told", func() bool { return c.toldOf(id, "lid sensors") && c.shut(id, "lid-sensors") })
	goesElsewhere(t, c)
	c.inject(t, simulator.Fault{Kind: "lid-sensor-lies", Dock: string(id), Clear: true})
	until(t, c, 5*time.Second, "good again", func() bool { return !c.shut(id, "lid-sensors") })
	in, s := onScene(t, c, 600)
	c.inject(t, simulator.Fault{Kind: "lid-sensor-lies", Dock: string(s.Dock), How: "switches-both"})
	must[mission.Incident](t, c, mission.CancelIncident{ID: in.ID})
	until(t, c, 15*time.Minute, "down", c.isOver(s.ID))
	if s = c.Sortie(s.ID); s.Code != "ground-pad" {
		t.Errorf("it ended as %s: %s", s.Code, s.Reason)
	}
}

func cold(docks int) func(*simulator.Config) {
	return func(cfg *simulator.Config) {
		for i := range docks {
			cfg.Dock[i].Standby = "cold"
		}
	}
}

// A vehicle that its dock keeps switched off is sent, boots while the lid opens, is back, and is switched off again.
func TestAVehicleGoesFromAColdDock(t *testing.T) {
	t.Parallel()
	c := changedCity(t, 2, 1, cold(2))
	spec := c.registry.Vehicles[0]
	if v := shown[fleet.Vehicle](c, fleet.KindVehicle, string(spec.ID)); v.Link == fleet.LinkOnline || !c.dock(spec.Dock).Device.VehicleOff {
		t.Fatalf("before: %s, %+v", v.Link, c.dock(spec.Dock).Device)
	}
	in, s := onScene(t, c, 300)
	if s.Vehicle != spec.ID {
		t.Fatalf("%s goes", s.Vehicle)
	}
	must[mission.Incident](t, c, mission.CancelIncident{ID: in.ID})
	until(t, c, 10*time.Minute, "over", c.isOver(s.ID))
	if v := c.vehicle(spec.ID); v.DockID != string(spec.Dock) {
		t.Errorf("it ended as %s: %s", c.Sortie(s.ID).Code, c.Sortie(s.ID).Reason)
	}
	until(t, c, 2*time.Minute, "off again", func() bool { return c.dock(spec.Dock).Device.VehicleOff })
	c.Run(20 * time.Second)
	in, s = onScene(t, c, 300)
	must[mission.Incident](t, c, mission.CancelIncident{ID: in.ID})
	until(t, c, 10*time.Minute, "over again", c.isOver(s.ID))
}

// Called off while the vehicle boots: the dock closes over it.
func TestALaunchFromAColdDockIsCalledOff(t *testing.T) {
	t.Parallel()
	for _, after := range []time.Duration{200 * time.Millisecond, 4 * time.Second, 13 * time.Second} {
		c := changedCity(t, 1, 1, cold(1))
		in := c.report(t, geo.Offset(c.registry.Docks[0].Pad.LatLon, 45, 300))
		c.Run(after)
		s := c.sortieOf(in.ID)
		must[mission.Incident](t, c, mission.CancelIncident{ID: in.ID})
		until(t, c, 3*time.Minute, "over", c.isOver(s.ID))
		c.Run(10 * time.Second)
		if d := c.dock(s.Dock); d.LidOpen > 0 || d.Seated == "" || c.Sortie(s.ID).Code == "not-secured" {
			t.Errorf("called off after %s: it ended as %s (%s), %+v", after, c.Sortie(s.ID).Code, c.Sortie(s.ID).Reason, d)
		}
	}
}
