package city

import (
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission"
	"groundstation/simulator"
)

// smallAtSeam is the first docks of the city with their vehicles and real durations, without frames.
func smallAtSeam(t *testing.T, docks int) *City {
	t.Helper()
	c := realCityWith(t, 1, AtSeam, func(r *fleet.Registry, w *simulator.Config) {
		r.Docks, r.Vehicles, w.Dock, w.Vehicle = r.Docks[:docks], r.Vehicles[:docks], w.Dock[:docks], w.Vehicle[:docks]
	})
	c.Run(30 * time.Second)
	return c
}

// Without satellites a vehicle lands where it is, by itself: nothing is ordered of it until it stands.
func TestAVehicleInItsFailsafeIsLeftAlone(t *testing.T) {
	t.Parallel()
	c := smallCity(t, 2)
	_, s := onScene(t, c, 400)
	c.Run(10 * time.Second)
	c.inject(t, simulator.Fault{Kind: "gps-loss", Vehicle: string(s.Vehicle)})
	until(t, c, 30*time.Second, "it lands by itself", func() bool { return c.vehicle(s.Vehicle).Mode == "Land" })
	spec, ears := c.judge.specs[string(s.Vehicle)], newEars()
	c.Heard = func(system uint32, datagram []byte) {
		if system != uint32(spec.SystemID) {
			return
		}
		if err := ears.each(datagram, func(m message.Message) {
			if orders(m) {
				t.Errorf("%T in its failsafe", m)
			}
		}); err != nil {
			t.Error(err)
		}
	}
	until(t, c, 5*time.Minute, "down", func() bool { return c.vehicle(s.Vehicle).OnGround })
	if st := c.Sortie(s.ID).State; st != mission.EmergencyLanding {
		t.Errorf("its sortie is %s", st)
	}
}

// A lid that shut behind its vehicle is open for a minute before the vehicle is back over it.
func TestTheLidIsOpenAMinuteBeforeTheVehicleIsBack(t *testing.T) {
	t.Parallel()
	c := smallAtSeam(t, 2)
	in, s := onScene(t, c, 2500)
	until(t, c, time.Minute, "shut behind it", func() bool { return c.dock(s.Dock).LidOpen == 0 })
	must[mission.Incident](t, c, mission.CancelIncident{ID: in.ID})
	until(t, c, 10*time.Minute, "open", func() bool { return c.dock(s.Dock).LidOpen > lidOpen })
	opened := c.Now()
	pad := c.judge.docks[string(s.Dock)].Pad
	until(t, c, 10*time.Minute, "over its dock", func() bool { return geo.Distance(c.vehicle(s.Vehicle).Position.LatLon, pad.LatLon) < 5 })
	if ahead := c.Now().Sub(opened); ahead < closingLeast {
		t.Errorf("open %s before it is there", ahead)
	}
	until(t, c, 5*time.Minute, "over", c.isOver(s.ID))
}

// What does not arm, or does not lift, is tried a few times, seen to be disarmed, and left; the incident is the next one's.
func TestWhatDoesNotGoIsTriedAFewTimes(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"no-arm", "no-lift"} {
		c := smallAtSeam(t, 2)
		first := c.registry.Vehicles[0]
		c.inject(t, simulator.Fault{Kind: kind, Vehicle: string(first.ID)})
		in := c.report(t, geo.Offset(c.registry.Docks[0].Pad.LatLon, 45, 300))
		until(t, c, 15*time.Minute, kind+": another on scene", c.isOnScene(in.ID))
		tries, launches := 0, 0
		for _, s := range c.Sorties() {
			if s.Vehicle != first.ID {
				continue
			}
			tries++
			if s.State != mission.Aborted {
				t.Errorf("%s: its sortie is %s", kind, s.State)
			}
			for _, o := range s.Orders {
				if o.Act == "launch" {
					launches++
				}
			}
		}
		if v := c.vehicle(first.ID); tries == 0 || tries > 2 || launches > 3 || v.Armed || c.dock(first.Dock).LidOpen > 0 {
			t.Errorf("%s: %d sorties, %d launches, armed %v, lid open by %.2f", kind, tries, launches, v.Armed, c.dock(first.Dock).LidOpen)
		}
		must[mission.Incident](t, c, mission.CancelIncident{ID: in.ID})
		until(t, c, 10*time.Minute, "over", c.isOver(c.sortieOf(in.ID).ID))
	}
}

// A dock whose lid stuck half-way is out of service until it is seen to: nobody is sent from it, and nobody lands in it.
func TestADockWithAJammedLidIsOutOfService(t *testing.T) {
	t.Parallel()
	c := smallAtSeam(t, 2)
	id := c.registry.Docks[0].ID
	c.inject(t, simulator.Fault{Kind: "lid-jam", Dock: string(id)})
	goesElsewhereInTheEnd := func() {
		t.Helper()
		in := c.report(t, geo.Offset(c.registry.Docks[0].Pad.LatLon, 45, 300))
		until(t, c, 10*time.Minute, "on scene", c.isOnScene(in.ID))
		if s := c.sortieOf(in.ID); s.Dock == id {
			t.Errorf("%s goes", s.Vehicle)
		}
		must[mission.Incident](t, c, mission.CancelIncident{ID: in.ID})
		until(t, c, 10*time.Minute, "over", c.isOver(c.sortieOf(in.ID).ID))
	}
	goesElsewhereInTheEnd()
	tried := len(c.Sorties())
	if k := shown[fleet.Dock](c, fleet.KindDock, string(id)); !c.shut(id, "dock-state") || len(k.NoLanding) == 0 || !c.toldOf(id, "lid") {
		t.Errorf("%s is %s, shut for launch %v, for landing %v", id, k.State, k.NoLaunch, k.NoLanding)
	}
	c.Run(time.Minute)
	goesElsewhereInTheEnd()
	if more := len(c.Sorties()) - tried; more != 1 {
		t.Errorf("%d sorties for the second incident: it is tried again", more)
	}
	if v := c.vehicle(c.registry.Vehicles[0].ID); v.Armed || !v.OnGround {
		t.Errorf("%+v", v)
	}
}
