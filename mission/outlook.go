package mission

import (
	"math"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// lookEvery is how often an outlook whose numbers alone changed is shown; strayAfter how long a vehicle may be in the
// air without a sortie before that is an alarm.
const (
	lookEvery  = time.Second
	strayAfter = 3 * time.Second
)

// look makes the outlook of a vehicle anew and shows it: at once if it says something else, else once a second.
func (d *Desk) look(c *craft) {
	c.lookedAt = d.now
	due := d.now.Sub(c.shownAt) >= lookEvery || d.now.Before(c.shownAt)
	why := d.why(c)
	same := why == c.outlook.Why && c.sortie == c.outlook.Sortie && c.control == c.outlook.Control
	if same && !due {
		return
	}
	o := Outlook{Vehicle: c.spec.ID, Sortie: c.sortie, Control: c.control, Why: why, LandsAt: d.landsAt(c)}
	if c.state != nil && c.state.Airborne() {
		r := d.reserve(c, d.wind(c))
		o.ReserveMin, o.EnergyWh, o.NeededWh = r.minutes, r.have, r.need
		if math.IsInf(o.NeededWh, 0) || math.IsNaN(o.NeededWh) {
			o.NeededWh = -1 // no way home at all; JSON has no infinity
		}
	}
	if !same || !sameOutlook(o, c.outlook) {
		c.outlook, c.shownAt = o, d.now
		d.out = append(d.out, Show{Kind: KindOutlook, ID: string(c.spec.ID), Value: o})
	}
	d.watchVehicle(c)
	d.watchIdentity(c)
}

func sameOutlook(a, b Outlook) bool {
	if (a.ReserveMin == nil) != (b.ReserveMin == nil) || (a.LandsAt == nil) != (b.LandsAt == nil) {
		return false
	}
	if a.ReserveMin != nil && math.Abs(*a.ReserveMin-*b.ReserveMin) >= 0.05 || a.LandsAt != nil && *a.LandsAt != *b.LandsAt {
		return false
	}
	return math.Abs(a.EnergyWh-b.EnergyWh) < 0.1 && math.Abs(a.NeededWh-b.NeededWh) < 0.1
}

// why says why a vehicle does what it does.
func (d *Desk) why(c *craft) Why {
	v, m := c.state, d.sortieOf(c)
	now := Why{Kind: "idle", Text: "on the ground"}
	aloft := v != nil && v.Airborne()
	switch {
	case v == nil || v.Link == fleet.LinkNever:
		now = Why{Kind: "unknown", Text: "not heard since the station started"}
	case c.control.Holder == holderHuman && c.control.Cause != causeOperator:
		now = Why{Kind: "human", Text: "under human control (" + c.control.Cause + ")", At: c.control.Since}
		if c.lastWhy.Kind == "human" {
			now.Text = c.lastWhy.Text
		}
	case v.Link == fleet.LinkLost && aloft:
		now = Why{Kind: "failsafe", Text: "link lost: the vehicle's own return"}
	case v.Failsafe && aloft:
		cause := v.FailsafeCause
		if cause == "" {
			cause = "cause not said"
		}
		now = Why{Kind: "failsafe", Text: "failsafe: " + cause}
	case c.control.Holder == holderHuman:
		now = Why{Kind: "order", Text: "held by " + c.control.By, By: c.control.By, At: c.control.Since}
		if c.lastWhy.Kind == "order" {
			now = c.lastWhy
		}
	case m != nil && m.State == Diverting && c.lastWhy.Kind == "failsafe":
		now = c.lastWhy
	case m != nil:
		now = Why{Kind: "plan", Text: whySortie(m), At: m.since}
		if c.lastWhy.Kind == "order" && c.lastWhy.At.After(m.since.Add(-time.Second)) {
			now = c.lastWhy
		}
	case aloft:
		now = Why{Kind: "unknown", Text: "in the air without a sortie (" + string(v.Mode) + ")"}
	}
	if now.At.IsZero() {
		now.At = c.outlook.Why.At
		if now.Kind != c.outlook.Why.Kind || now.Text != c.outlook.Why.Text || now.At.IsZero() {
			now.At = d.now
		}
	}
	return now
}

func whySortie(m *sortie) string {
	what, id := m.Purpose, string(m.ID)
	if m.Incident != "" {
		what, id = "incident", string(m.Incident)
	}
	if m.Reason != "" {
		return what + " " + id + ": " + string(m.State) + ", " + m.Reason
	}
	return what + " " + id + ": " + string(m.State)
}

// landsAt is where a vehicle in the air would land by itself now: where it is if it lands, else at its home.
func (d *Desk) landsAt(c *craft) *Place {
	v := c.state
	if v == nil || !v.Airborne() {
		return nil
	}
	m := d.sortieOf(c)
	if m != nil && m.State == Landing && c.dock != nil {
		p := m.Landing[0]
		return &p
	}
	if (v.Mode == fleet.ModeLand || v.Mode == fleet.ModePrecLand) && v.Position != nil {
		return &Place{Kind: "here", Name: "where it is", Position: v.Position.LatLon.At(c.home().AltAMSL)}
	}
	if v.Home == nil {
		return &Place{Kind: "unknown", Name: "home not known"}
	}
	near := func(p geo.Position) bool { return geo.Distance(p.LatLon, v.Home.LatLon) <= homeWithM }
	switch {
	case c.dock != nil && near(c.dock.spec.GroundPad):
		return &Place{Kind: "ground-pad", Name: c.dock.spec.Name, Dock: c.dock.spec.ID, Position: c.dock.spec.GroundPad}
	case c.spec.Site != nil && near(*c.spec.Site):
		return &Place{Kind: "site", Name: c.spec.SiteName, Position: *c.spec.Site}
	}
	return &Place{Kind: "unknown", Name: "its home", Position: *v.Home}
}

// watchVehicle raises and clears what is to be known of a vehicle besides its sortie.
func (d *Desk) watchVehicle(c *craft) {
	v := c.state
	if v == nil {
		return
	}
	id := string(c.spec.ID)
	switch {
	case !v.Airborne() || c.sortie != "":
		c.stray = time.Time{}
		d.lower("stray", id)
	case c.stray.IsZero():
		c.stray = d.now
	case d.now.Sub(c.stray) > strayAfter:
		d.raise(alarmSubject{vehicle: c.spec.ID}, "stray", "critical", id+" is in the air without a sortie: only hold, return and land are open")
	}
	if v.Uplink == fleet.UplinkUnconfirmed && (v.Airborne() || c.sortie != "") {
		d.raise(alarmSubject{vehicle: c.spec.ID, sortie: c.sortie}, "uplink", "critical", id+" is heard and does not answer: orders may not reach it")
	} else if v.Uplink == fleet.UplinkConfirmed || v.Link == fleet.LinkLost || !v.Airborne() && c.sortie == "" {
		d.lower("uplink", id)
	}
	if a := d.alarms[alarmID("needs-crew", id)]; a != nil && a.Active && c.sortie == "" && d.backHome(c) {
		d.lower("needs-crew", id)
	}
}

// backHome: the vehicle lies where it can be launched from again.
func (d *Desk) backHome(c *craft) bool {
	if c.dock != nil {
		return c.dock.state != nil && c.dock.state.Seated
	}
	return c.state.Position != nil && geo.Distance(c.state.Position.LatLon, c.home().LatLon) <= homeWithM
}
