package mission

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

const (
	// contactsMost bounds the aircraft of others that are known; the one that was not heard for the longest makes room.
	contactsMost = 500
	// contactGone is when one that is not heard any more is forgotten; contactFresh how old a report may be to warn of.
	contactGone  = 60 * time.Second
	contactFresh = 15 * time.Second
	contactShow  = time.Second
)

// contact is one aircraft of others.
type contact struct {
	fleet.Contact
	shownAt time.Time
}

// contactSeen takes a report of any vehicle; the newest of an aircraft counts.
func (d *Desk) contactSeen(in fleet.Contact) {
	old := d.contacts[in.ID]
	switch {
	case d.own(in.Name):
		if old != nil {
			d.forgetContact(in.ID) // before it was known by name it was taken for another's
		}
		return
	case in.ID == "" || in.Position.Check() != nil || in.At.After(d.now) || d.now.Sub(in.At) >= contactGone:
		return
	case old == nil && len(d.contacts) >= contactsMost:
		d.dropOldest()
	case old != nil && !in.At.After(old.At):
		return
	}
	c := &contact{Contact: in}
	if old != nil {
		c.shownAt, c.Near = old.shownAt, old.Near
		if c.Name == "" {
			c.Name = old.Name
		}
	}
	d.contacts[in.ID] = c
	if d.now.Sub(c.shownAt) >= contactShow {
		d.showContact(c)
	}
}

func (d *Desk) showContact(c *contact) {
	c.shownAt = d.now
	d.out = append(d.out, Show{Kind: fleet.KindTraffic, ID: c.ID, Value: c.Contact})
}

func (d *Desk) dropOldest() {
	oldest := ""
	for id, c := range d.contacts {
		if oldest == "" || c.At.Before(d.contacts[oldest].At) {
			oldest = id
		}
	}
	d.forgetContact(oldest)
	d.contactsDropped++
}

func (d *Desk) forgetContact(id string) {
	delete(d.contacts, id)
	d.out = append(d.out, Show{Kind: fleet.KindTraffic, ID: id})
}

// ContactsDropped counts aircraft that made room for others.
func (d *Desk) ContactsDropped() uint64 { return d.contactsDropped }

// sweepTraffic forgets who is gone and warns of who is near a vehicle in the air.
func (d *Desk) sweepTraffic() {
	for id, c := range d.contacts {
		if d.now.Sub(c.At) >= contactGone {
			d.forgetContact(id)
		}
	}
	near := map[string][]fleet.VehicleID{}
	for _, c := range d.crafts {
		v := c.state
		if v == nil || v.Position == nil || !v.Airborne() {
			d.lower("traffic", string(c.spec.ID))
			continue
		}
		nearest, far := d.nearContacts(*v.Position, func(id string) { near[id] = append(near[id], c.spec.ID) })
		if nearest == nil {
			d.lower("traffic", string(c.spec.ID))
			continue
		}
		name := nearest.Name
		if name == "" {
			name = nearest.ID
		}
		height := "height not told"
		if nearest.AltKnown {
			height = fmt.Sprintf("%+.0f m", math.Round((nearest.Position.AltAMSL-v.Position.AltAMSL)/10)*10)
		}
		d.raise(alarmSubject{vehicle: c.spec.ID, sortie: c.sortie}, "traffic", "warning",
			fmt.Sprintf("%s: %s %s within %.0f m, %s", c.spec.ID, nearest.Kind, name, math.Ceil(far/100)*100, height))
	}
	d.showNear(near)
}

// nearContacts tells of the aircraft within the thresholds and gives the nearest; one whose height is not known counts at
// any.
func (d *Desk) nearContacts(at geo.Position, tell func(id string)) (nearest *contact, far float64) {
	for _, c := range d.contacts {
		if d.now.Sub(c.At) > contactFresh || c.AltKnown && math.Abs(c.Position.AltAMSL-at.AltAMSL) > d.cfg.TrafficHeightM {
			continue
		}
		m := geo.Distance(at.LatLon, c.Position.LatLon)
		if m > d.cfg.TrafficNearM {
			continue
		}
		tell(c.ID)
		if nearest == nil || m < far || m == far && c.ID < nearest.ID {
			nearest, far = c, m
		}
	}
	return nearest, far
}

// showNear shows which vehicles each aircraft is near, where that has changed.
func (d *Desk) showNear(near map[string][]fleet.VehicleID) {
	for _, id := range slices.Sorted(maps.Keys(d.contacts)) {
		if c := d.contacts[id]; !slices.Equal(c.Near, near[id]) {
			c.Near = near[id]
			d.showContact(c)
		}
	}
}
