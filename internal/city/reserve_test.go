package city

import (
	"testing"
	"time"

	"groundstation/internal/geo"
	"groundstation/mission"
	"groundstation/simulator"
)

// The station dies under a vehicle on its way out which is just above its reserve line, and which waits long before it turns
// home by itself: it flies on meanwhile, and what is left is the judge's to weigh.
func TestTheReserveHoldsThoughTheStationDiesOnTheWayOut(t *testing.T) {
	t.Parallel()
	c := cityAtSeam(t, 1)
	c.inject(t, simulator.Fault{Kind: "wind", Value: 8, Gust: 9, Deg: 225})
	c.Run(3 * time.Minute) // instruments know of it
	late := c.registry.Docks[len(c.registry.Docks)-1]
	in := c.report(t, geo.Offset(late.Pad.LatLon, 45, 1800))
	until(t, c, 3*time.Minute, "on its way", func() bool {
		s := c.sortieOf(in.ID)
		return s.State == mission.Outbound && geo.Distance(c.vehicle(s.Vehicle).Position.LatLon, s.Home.LatLon) > 600
	})
	s := c.sortieOf(in.ID)
	if s.Dock != late.ID {
		t.Fatalf("%s goes", s.Vehicle)
	}
	line := shown[mission.Outlook](c, mission.KindOutlook, string(s.Vehicle))
	spec := c.judge.specs[string(s.Vehicle)]
	full := 100 * line.EnergyWh / c.vehicle(s.Vehicle).Percent // what a full pack would surely give, nearly
	c.inject(t, simulator.Fault{Kind: "battery-set", Vehicle: string(s.Vehicle), Value: 100*(line.NeededWh+0.5)/full + 1})
	c.Run(time.Second)
	if o := shown[mission.Outlook](c, mission.KindOutlook, string(s.Vehicle)); c.sortieOf(in.ID).State != mission.Outbound || o.EnergyWh > o.NeededWh+0.02*spec.EnergyWh {
		t.Fatalf("%s: it has %.1f Wh and needs %.1f Wh", c.sortieOf(in.ID).State, o.EnergyWh, o.NeededWh)
	}
	c.Kill()
	until(t, c, 8*time.Minute, "down", func() bool { return c.vehicle(s.Vehicle).OnGround })
	if far := geo.Distance(c.vehicle(s.Vehicle).Position.LatLon, s.Home.LatLon); far > onPadM {
		t.Errorf("it came down %.1f m from its ground pad", far)
	}
}
