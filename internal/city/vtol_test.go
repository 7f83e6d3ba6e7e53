package city

import (
	"slices"
	"testing"
	"time"

	"github.com/BurntSushi/toml"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission"
	"groundstation/mission/energy"
	"groundstation/simulator"
)

// vtolCity is two docks with their vehicles and a VTOL on its field, with frames or at the seam.
func vtolCity(t *testing.T, atSeam bool) (*City, fleet.VehicleSpec) {
	t.Helper()
	world, err := simulator.Load("../../config/sim-fast.toml")
	if err != nil {
		t.Fatal(err)
	}
	var registry fleet.Registry
	if _, err := toml.DecodeFile("../../config/station.toml", &registry); err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(registry.Vehicles, func(v fleet.VehicleSpec) bool { return v.Class == fleet.LongVTOL })
	spec := registry.Vehicles[at]
	world.Dock, registry.Docks = world.Dock[:2], registry.Docks[:2]
	world.Vehicle, registry.Vehicles = append(world.Vehicle[:2:2], world.Vehicle[at]), append(registry.Vehicles[:2:2], spec)
	start := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	c := New(registry, world, start)
	if atSeam {
		c = AtSeam(registry, world, start)
	}
	c.Run(8 * time.Second)
	t.Cleanup(func() {
		if c.Err() != nil {
			t.Error(c.Err())
		}
		for _, v := range c.Violations() {
			t.Error(v)
		}
	})
	return c, spec
}

func TestVTOLFliesToAnIncidentOnItsWing(t *testing.T) {
	t.Parallel()
	for _, atSeam := range []bool{false, true} {
		c, spec := vtolCity(t, atSeam)
		scene := geo.Offset(spec.Site.LatLon, 90, 12000)
		i := c.report(t, scene)
		until(t, c, 10*time.Second, "asks the crew", func() bool { return c.sortieOf(i.ID).State == mission.AwaitingCrew })
		s := c.sortieOf(i.ID)
		must[mission.Sortie](t, c, mission.ConfirmLaunch{Sortie: s.ID})
		before := c.vehicle(spec.ID).EnergyWh
		until(t, c, 3*time.Minute, "outbound", func() bool { return c.Sortie(s.ID).State == mission.Outbound })
		until(t, c, 12*time.Minute, "on scene", func() bool { return c.Sortie(s.ID).State == mission.OnTask })
		c.Run(time.Minute)
		for range 60 { // it goes round, and never stands
			c.Run(time.Second)
			v := c.vehicle(spec.ID)
			if far := geo.Distance(v.Position.LatLon, scene); far > 200 || far < 100 || v.SpeedMS < 8 {
				t.Fatalf("%.0f m from its scene at %.1f m/s, want 150 m and the speed of a wing", far, v.SpeedMS)
			}
		}
		if s := c.Sortie(s.ID); s.State != mission.OnTask {
			t.Errorf("it is %s: %s", s.State, s.Reason)
		}
		until(t, c, 40*time.Minute, "home", c.isOver(s.ID))
		s = c.Sortie(s.ID)
		v := c.vehicle(spec.ID)
		if far := geo.Distance(v.Position.LatLon, spec.Site.LatLon); far > 5 || s.State != mission.Closed || !s.Served {
			t.Errorf("it ended as %s %s (%s), %.1f m from its field", s.State, s.Code, s.Reason, far)
		}
		// What was promised: all of it, worst wind and reserve included, and not twice that much.
		said := energy.Sortie(spec, s.Home, scene, s.CruiseAMSL, s.OnSceneS, 60, c.World.Weather().WindMS)
		if used := before - v.EnergyWh; used > said-energy.PackReserve*spec.EnergyWh || used < said/5 {
			t.Errorf("it used %.0f Wh, and %.0f were counted with, %.0f of them as a reserve", used, said, energy.PackReserve*spec.EnergyWh)
		}
	}
}
