package hangar

import (
	"time"

	"groundstation/fleet"
)

// serviceGates forbid what is done for a vehicle in a shut dock between its sorties.
func (d *Dock) serviceGates(now time.Time) []fleet.Gate {
	g := commonGates(&d.dock, d.limits, now)
	lidAge, powerAge, limit := seconds(now, d.dock.LidAt), seconds(now, d.dock.Power.At), d.limits.StateAge.Seconds()
	shut := d.dock.LidSwitch == fleet.LidClosed && d.dock.LidEncoder == fleet.LidClosed && fresh(lidAge, limit)
	switch {
	case !d.dock.Seated:
		g = append(g, fleet.Gate{Code: "not-seated", AgeS: lidAge, Text: "no vehicle sits in the dock"})
	case d.dock.State != fleet.DockIdle && d.dock.State != fleet.DockCharging || !shut:
		g = append(g, fleet.Gate{Code: "dock-state", AgeS: lidAge, Text: "the dock is not shut and at rest: " + string(d.dock.State)})
	}
	switch {
	case !fresh(powerAge, limit):
		g = append(g, fleet.Gate{Code: "power-unknown", Value: powerAge, Limit: limit, Unit: "s", AgeS: powerAge, Text: "no fresh power report from the dock"})
	case !d.dock.Power.MainsOK:
		g = append(g, fleet.Gate{Code: "mains", AgeS: powerAge, Text: "the dock has no mains"})
	}
	return g
}

// swapGates forbid a change of packs: the vehicle must be certain to be at rest, and there must be a charged pack.
func (d *Dock) swapGates(now time.Time) []fleet.Gate {
	g := append(d.serviceGates(now), d.overVehicleGates(now)...)
	if d.dock.Power.PacksReady < 1 {
		g = append(g, fleet.Gate{Code: "no-pack", Limit: 1, AgeS: seconds(now, d.dock.Power.At), Text: "the dock has no charged pack"})
	}
	return g
}

// served says whether a service has had its effect, by what the dock reports and the vehicle is heard to be.
func (d *Dock) served(now time.Time, act fleet.Act) bool {
	s := &d.dock
	if !s.Seated || now.Sub(s.Power.At) > d.limits.StateAge {
		return false
	}
	switch act := act.(type) {
	case fleet.SwapPack:
		return s.AtRest() && act.From.Changed(s)
	case fleet.Charge:
		return s.Power.Charging || s.Power.PackPercent >= act.ToPercent
	case fleet.Wake:
		v := d.vehicle
		return !s.Power.VehicleOff && v != nil && v.Link == fleet.LinkOnline && now.Sub(v.HeardAt) <= d.limits.StateAge
	}
	return false
}
