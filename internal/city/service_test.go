package city

import (
	"slices"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mavlink/dialect/hangar"
	"groundstation/mission"
	"groundstation/simulator"
)

// withPacks gives the first dock two spare packs.
func withPacks(cfg *simulator.Config) { cfg.Dock[0].Packs = 2 }

// drain leaves so much in the pack of a vehicle.
func (c *City) drain(t *testing.T, percent float64, ids ...string) {
	t.Helper()
	for _, id := range ids {
		c.inject(t, simulator.Fault{Kind: "battery-set", Vehicle: id, Value: percent})
	}
}

func (c *City) service() mission.Service {
	return shown[mission.Service](c, mission.KindService, string(c.registry.Docks[0].ID))
}

// closedBy says whether the first dock's vehicle is kept back by this gate.
func (c *City) closedBy(code string) func() bool {
	return func() bool { s := c.service(); return s.Gate != nil && s.Gate.Code == code }
}

func (c *City) packOut() bool { return c.dock(c.registry.Docks[0].ID).Device.PackOut }

// changes counts how often the pack leaves the first dock's vehicle.
func (c *City) changes() *int {
	n, was := new(int), false
	c.Watch = func(t simulator.Truth) {
		for _, d := range t.Docks {
			if d.ID == string(c.registry.Docks[0].ID) {
				if d.Device.PackOut && !was {
					*n++
				}
				was = d.Device.PackOut
			}
		}
	}
	return n
}

// wantChanged wants the change of packs to have ended well, once.
func wantChanged(t *testing.T, c *City, n *int) {
	t.Helper()
	until(t, c, 4*time.Minute, "changed", func() bool { return c.service().Stage == fleet.StageDone })
	s, v, d := c.service(), c.vehicle(c.registry.Vehicles[0].ID), shown[fleet.Dock](c, fleet.KindDock, string(c.registry.Docks[0].ID))
	if s.Act != "swap-pack" || s.Gate != nil || v.Percent < 99 || *n != 1 || d.Power.PacksReady != 1 || c.packOut() {
		t.Errorf("%+v; %.0f %% on board, changed %d times, %+v", s, v.Percent, *n, d.Power)
	}
}

func TestAPackIsChangedAfterALanding(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]*City{"frames": changedCity(t, 2, 1, withPacks), "seam": realCity(t, 1, func(r fleet.Registry, w simulator.Config, at time.Time) *City {
		withPacks(&w)
		return AtSeam(r, w, at)
	})} {
		n := c.changes()
		c.Run(30 * time.Second)
		in, s := onScene(t, c, 300)
		c.drain(t, 60, "V01")
		must[mission.Incident](t, c, mission.CancelIncident{ID: in.ID})
		until(t, c, 10*time.Minute, name+": over", c.isOver(s.ID))
		if s.Vehicle != c.registry.Vehicles[0].ID || c.vehicle(s.Vehicle).DockID != string(s.Dock) {
			t.Fatalf("%s: %s, %s %s", name, s.Vehicle, s.Code, s.Reason)
		}
		until(t, c, time.Minute, name+": out", c.packOut)
		if !c.closedBy("pack-change")() {
			t.Errorf("%s: %+v", name, c.service())
		}
		if name == "frames" {
			goesElsewhere(t, c)
		}
		wantChanged(t, c, n)
	}
}

// The arm jams with the pack in it: its vehicle is out of service, with a reason and an alarm, and nothing is ordered again
// before somebody has been at the dock.
func TestAJammedArmTakesItsVehicleOutOfService(t *testing.T) {
	t.Parallel()
	c := changedCity(t, 2, 1, withPacks)
	id := c.registry.Docks[0].ID
	c.drain(t, 70, "V01")
	until(t, c, 2*time.Minute, "out", c.packOut)
	c.inject(t, simulator.Fault{Kind: "swap-jam", Dock: string(id)})
	until(t, c, 5*time.Minute, "out of service", c.closedBy("pack-change-failed"))
	order := c.service().Intent
	if a := shown[mission.Alarm](c, mission.KindAlarm, "pack-change-failed:"+string(id)); !a.Active || a.Dock != id {
		t.Errorf("%+v", a)
	}
	goesElsewhere(t, c)
	refused(t, c, mission.ReturnDock{Dock: id}, "dock-state")
	c.Run(10 * time.Minute)
	if s := c.service(); s.Intent != order || !c.closedBy("pack-change-failed")() {
		t.Fatalf("%+v", s)
	}
	c.inject(t, simulator.Fault{Kind: "swap-jam", Dock: string(id), Clear: true})
	for _, enter := range []float64{1, 0} { // somebody sees to it, and its arm puts a pack in
		if r, _ := c.World.Command(string(id), simulator.Command{ID: common.MAV_CMD(hangar.MAV_CMD_DOCK_MAINTENANCE), P: [7]float64{enter}, Epoch: 1}); r != common.MAV_RESULT_ACCEPTED {
			t.Fatal(r)
		}
		c.Run(5 * time.Second)
	}
	until(t, c, 2*time.Minute, "back in service", func() bool { return c.service().Gate == nil })
	if a := shown[mission.Alarm](c, mission.KindAlarm, "pack-change-failed:"+string(id)); a.Active {
		t.Errorf("%+v", a)
	}
	if in, s := onScene(t, c, 300); s.Dock != id {
		t.Errorf("%s of %s serves %s", s.Vehicle, s.Dock, in.ID)
	}
}

// What the dock says is lost from the order on, past the end of the change: what is repeated changes no second pack, and the
// end is seen when the dock is heard again.
func TestALostAnswerChangesNoSecondPack(t *testing.T) {
	t.Parallel()
	for _, lost := range []time.Duration{20 * time.Second, 150 * time.Second} {
		c := changedCity(t, 1, 1, withPacks)
		n := c.changes()
		c.drain(t, 70, "V01")
		until(t, c, time.Minute, "ordered", func() bool { return c.service().Act == "swap-pack" })
		c.inject(t, simulator.Fault{Kind: "link-cut", Dock: "H01", How: "down"})
		c.Run(lost)
		c.inject(t, simulator.Fault{Kind: "link-cut", Dock: "H01", Clear: true})
		wantChanged(t, c, n)
	}
}

// The order itself is lost: nothing was begun, which is seen, and it is ordered again.
func TestALostOrderIsGivenAgain(t *testing.T) {
	t.Parallel()
	c := changedCity(t, 1, 1, withPacks)
	n := c.changes()
	c.inject(t, simulator.Fault{Kind: "link-cut", Dock: "H01", How: "up"})
	c.drain(t, 70, "V01")
	until(t, c, time.Minute, "ordered", func() bool { return c.service().Act == "swap-pack" })
	first := c.service().Intent
	until(t, c, 6*time.Minute, "not begun", func() bool { return c.service().Failures == 1 && c.service().Gate == nil })
	c.inject(t, simulator.Fault{Kind: "link-cut", Dock: "H01", Clear: true})
	until(t, c, 3*time.Minute, "ordered again", func() bool { return c.service().Intent != first })
	wantChanged(t, c, n)
}

// The station dies while the pack is out, and one that comes back waits for what it sees.
func TestAStationComesBackToAChangeOfPacks(t *testing.T) {
	t.Parallel()
	for _, away := range []time.Duration{5 * time.Second, 3 * time.Minute} {
		c := changedCity(t, 1, 1, withPacks)
		n := c.changes()
		c.drain(t, 70, "V01")
		until(t, c, 2*time.Minute, "out", c.packOut)
		c.Kill()
		c.Run(away)
		c.Start()
		c.Run(2 * time.Second)
		if away < time.Minute && !c.closedBy("pack-change")() {
			t.Errorf("%+v", c.service())
		}
		wantChanged(t, c, n)
	}
}

// While an incident waits for a vehicle, one that could go is not taken apart.
func TestNoPackIsChangedWhileSomebodyWaits(t *testing.T) {
	t.Parallel()
	c := changedCity(t, 1, 1, func(cfg *simulator.Config) {
		withPacks(cfg)
		cfg.Weather.RainMMH = 20
	})
	n := c.changes()
	in := c.report(t, geo.Offset(c.registry.Docks[0].Pad.LatLon, 45, 300))
	c.drain(t, 80, "V01")
	c.Run(3 * time.Minute)
	if s := c.service(); *n != 0 || s.Act == "swap-pack" {
		t.Fatalf("%d changes, %+v", *n, s)
	}
	must[mission.Incident](t, c, mission.CancelIncident{ID: in.ID})
	until(t, c, time.Minute, "out", c.packOut)
}

// A charger that leaves its pack alone is told to charge it; one that cannot is an alarm.
func TestAChargerIsToldToCharge(t *testing.T) {
	t.Parallel()
	c := smallCity(t, 2)
	if r, _ := c.World.Command("H01", simulator.Command{ID: common.MAV_CMD(hangar.MAV_CMD_DOCK_CHARGE), P: [7]float64{55}, Epoch: 1}); r != common.MAV_RESULT_ACCEPTED {
		t.Fatal(r)
	}
	c.inject(t, simulator.Fault{Kind: "charger-loss", Dock: "H02"})
	c.drain(t, 70, "V01", "V02")
	c.Run(10 * time.Second)
	if c.dock("H01").Device.Charging {
		t.Fatal("it charges already")
	}
	until(t, c, 2*time.Minute, "charging", func() bool { return c.dock("H01").Device.Charging && c.service().Stage == fleet.StageDone })
	told := func() bool { return shown[mission.Alarm](c, mission.KindAlarm, "not-charging:H02").Active }
	until(t, c, 20*time.Minute, "told", told)
	c.inject(t, simulator.Fault{Kind: "charger-loss", Dock: "H02", Clear: true})
	until(t, c, 20*time.Second, "the alarm goes", func() bool { return !told() })
}

// A vehicle that its cold dock keeps switched off is awake when its patrol begins; one that does not wake is out of service
// until it does.
func TestAVehicleIsWokenAheadOfItsPatrol(t *testing.T) {
	t.Parallel()
	c := changedCity(t, 1, 1, cold(1))
	p := putPlan(t, c, c.registry.Docks[0].Pad.LatLon)
	slot := c.clock().Add(3 * time.Minute).Truncate(time.Second)
	must[mission.Patrol](t, c, mission.PutPatrol{Patrol: mission.Patrol{Name: "round", Plan: p.ID, Recurrence: "FREQ=DAILY;COUNT=2", Start: slot, Zone: "UTC", Enabled: true}})
	c.Run(slot.Add(-70 * time.Second).Sub(c.clock()))
	if !c.dock("H01").Device.VehicleOff || c.service().Act != "" {
		t.Fatalf("too early: %+v", c.service())
	}
	until(t, c, 65*time.Second, "awake", func() bool { return c.service().Act == "wake" && c.service().Stage == fleet.StageDone })
	if ahead := slot.Sub(c.clock()); ahead < 30*time.Second || ahead > time.Minute {
		t.Errorf("awake %s before its slot", ahead)
	}
	until(t, c, 90*time.Second, "flies", func() bool { return len(c.Sorties()) == 1 && c.Sorties()[0].State == mission.Outbound })
}

// A vehicle that its dock has switched on and that is not heard is out of service, with an alarm, until it is heard; what it
// would have flown waits for it.
func TestAVehicleThatDoesNotWakeIsOutOfService(t *testing.T) {
	t.Parallel()
	c := realCity(t, 1, func(r fleet.Registry, w simulator.Config, at time.Time) *City {
		r.Docks, r.Vehicles, w.Dock, w.Vehicle = r.Docks[:1], r.Vehicles[:1], w.Dock[:1], w.Vehicle[:1]
		cold(1)(&w)
		return AtSeam(r, w, at)
	})
	c.inject(t, simulator.Fault{Kind: "link-cut", Vehicle: "V01"})
	p := putPlan(t, c, c.registry.Docks[0].Pad.LatLon)
	slot := c.clock().Add(90 * time.Second).Truncate(time.Second)
	must[mission.Patrol](t, c, mission.PutPatrol{Patrol: mission.Patrol{Name: "round", Plan: p.ID, Recurrence: "FREQ=DAILY;COUNT=2", Start: slot, Zone: "UTC", WindowS: 600, Enabled: true}})
	until(t, c, 4*time.Minute, "out of service", c.closedBy("wake-failed"))
	alarm := func() mission.Alarm { return shown[mission.Alarm](c, mission.KindAlarm, "wake-failed:H01") }
	if s := c.service(); s.Act != "wake" || !alarm().Active || alarm().Dock != "H01" {
		t.Fatalf("%+v, %+v", s, alarm())
	}
	in := c.report(t, geo.Offset(c.registry.Docks[0].Pad.LatLon, 45, 300))
	c.Run(2 * time.Second)
	if in = c.Incident(in.ID); in.State != mission.IncidentQueued || !slices.ContainsFunc(in.Decision.Candidates[0].Rejections, func(g fleet.Gate) bool { return g.Code == "wake-failed" }) {
		t.Errorf("%s: %+v", in.State, in.Decision)
	}
	c.inject(t, simulator.Fault{Kind: "link-cut", Vehicle: "V01", Clear: true})
	until(t, c, 5*time.Minute, "back in service", func() bool { return c.service().Gate == nil })
	if alarm().Active {
		t.Errorf("%+v", alarm())
	}
	until(t, c, 3*time.Minute, "goes", func() bool { all := c.Sorties(); return len(all) > 0 && all[len(all)-1].State == mission.Outbound })
}
