package mission

import (
	"groundstation/fleet"
	"groundstation/internal/geo"
)

// Identify tells a vehicle's session what its transmitters of remote identification are to tell.
type Identify struct {
	Vehicle  fleet.VehicleID
	Identity fleet.Identity
}

func (Identify) output() {}

// watchIdentity gives a vehicle's transmitters what they are to tell when it has changed, and says aloud when one in the
// air does not identify itself though it must.
func (d *Desk) watchIdentity(c *craft) {
	if id := d.identity(c); id != c.identity {
		c.identity = id
		d.out = append(d.out, Identify{c.spec.ID, id})
	}
	v, id := c.state, string(c.spec.ID)
	if v == nil || c.spec.RemoteID != fleet.RemoteIDRequired {
		return
	}
	gate := v.Unidentified(d.now)
	switch {
	case gate == nil || !v.Airborne():
		d.lower("remote-id", id)
	case v.Link == fleet.LinkOnline: // of one that is not heard, nothing is known
		text := gate.Text
		if v.RemoteID != nil && v.RemoteID.State != fleet.RemoteIDFailing {
			text = "remote identification: the transmitter is silent" // for how long changes each second
		}
		d.raise(alarmSubject{vehicle: c.spec.ID, sortie: c.sortie}, "remote-id", "critical", id+": "+text)
	}
}

// identity is who operates a vehicle, from where, and what it flies for.
func (d *Desk) identity(c *craft) fleet.Identity {
	by := d.reg.Operator
	out := fleet.Identity{OperatorID: by.ID, Purpose: "STANDBY", Operator: c.home().LatLon}
	var at *geo.Position
	switch {
	case by.Position != nil:
		at, out.Fixed = by.Position, true
	case c.dock != nil:
		at = &c.dock.spec.Pad
	case c.spec.Site != nil:
		at = c.spec.Site
	}
	if at != nil {
		out.Operator = at.LatLon
		if by.GeoidM != nil {
			out.EllipsoidM, out.HeightKnown = at.AltAMSL+*by.GeoidM, true
		}
	}
	m := d.sortieOf(c)
	switch {
	case m == nil:
	case m.State == EmergencyLanding:
		out.Purpose, out.Emergency = "EMERGENCY LANDING", true
	default:
		out.Purpose = purposes[m.Purpose]
	}
	return out
}

// purposes are what sorties are for, in the plain capitals that receivers of remote identification show.
var purposes = map[string]string{"incident": "INCIDENT RESPONSE", "patrol": "PATROL", "manual": "PLANNED FLIGHT"}

// own says whether an aircraft that a receiver heard is one of this fleet: it identifies itself as such.
func (d *Desk) own(name string) bool {
	for _, c := range d.crafts {
		if name != "" && c.spec.UASID == name {
			return true
		}
	}
	return false
}
