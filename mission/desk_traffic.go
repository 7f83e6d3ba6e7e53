package mission

import (
	"fmt"
	"math"
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
		c.shownAt = old.shownAt
		if c.Name == "" {
			c.Name = old.Name
		}
	}
	d.contacts[in.ID] = c
	if d.now.Sub(c.shownAt) >= contactShow {
		c.shownAt = d.now
		d.out = append(d.out, Show{Kind: fleet.KindTraffic, ID: c.ID, Value: c.Contact})
	}
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
	for _, c := range d.crafts {
		v := c.state
		if v == nil || v.Position == nil || !v.Airborne() {
			d.lower("traffic", string(c.spec.ID))
			continue
		}
		near, far := d.nearestContact(*v.Position)
		if near == nil {
			d.lower("traffic", string(c.spec.ID))
			continue
		}
		name := near.Name
		if name == "" {
			name = near.ID
		}
		height := "height not told"
		if near.AltKnown {
			height = fmt.Sprintf("%+.0f m", math.Round((near.Position.AltAMSL-v.Position.AltAMSL)/10)*10)
		}
		d.raise(alarmSubject{vehicle: c.spec.ID, sortie: c.sortie}, "traffic", "warning",
			fmt.Sprintf("%s: %s %s within %.0f m, %s", c.spec.ID, near.Kind, name, math.Ceil(far/100)*100, height))
	}
}

// nearestContact is the nearest aircraft within the thresholds; one whose height is not known counts at any.
func (d *Desk) nearestContact(at geo.Position) (near *contact, far float64) {
	for _, c := range d.contacts {
		if d.now.Sub(c.At) > contactFresh || c.AltKnown && math.Abs(c.Position.AltAMSL-at.AltAMSL) > d.cfg.TrafficHeightM {
			continue
		}
		if m := geo.Distance(at.LatLon, c.Position.LatLon); m <= d.cfg.TrafficNearM && (near == nil || m < far || m == far && c.ID < near.ID) {
			near, far = c, m
		}
	}
	return near, far
}
