package mission

import (
	"cmp"
	"slices"

	"groundstation/fleet"
	"groundstation/mission/privacy"
)

func (d *Desk) putPrivacyZone(r Request, body PutPrivacyZone) {
	z := body.Zone
	var problem *fleet.Problem
	old := d.zones[z.ID]
	z.By, z.At = r.By, d.now
	area, err := privacy.Prepare(z)
	area.Lies(d.reg.Terrain)
	switch {
	case z.ID != "" && (old == nil || old.now == nil):
		problem = fleet.Refuse("unknown-privacy-zone", "there is no privacy zone %q", z.ID)
	case z.ID == "" && len(d.zones) >= maxZones:
		problem = fleet.Refuse("too-many", "there are %d privacy zones", len(d.zones))
	case err != nil:
		problem = fleet.Refuse("bad-zone", "%v", err)
	case old != nil && old.was != nil:
		problem = fleet.Refuse("busy", "the last change of it is not kept yet; try again")
	}
	if problem != nil {
		d.reply(r, nil, problem)
		return
	}
	if area.ID == "" {
		area.ID = d.newID("Z")
	}
	d.setZone(r, area.ID, &area, "privacy-zone.put")
}

func (d *Desk) deletePrivacyZone(r Request, body DeletePrivacyZone) {
	old := d.zones[body.ID]
	if old == nil || old.now == nil {
		d.reply(r, nil, fleet.Refuse("unknown-privacy-zone", "there is no privacy zone %q", body.ID))
		return
	}
	if old.was != nil {
		d.reply(r, nil, fleet.Refuse("busy", "the last change of it is not kept yet; try again"))
		return
	}
	d.setZone(r, body.ID, nil, "privacy-zone.deleted")
}

// setZone makes next, or nothing, of a zone. What it was counts beside it until the change is durable.
func (d *Desk) setZone(r Request, id string, next *privacy.Area, act string) {
	z := d.zones[id]
	if z == nil {
		z = &zone{}
		d.zones[id] = z
	}
	was := z.now
	z.now, z.was = next, was
	d.rezone()
	d.change(KindPrivacyZone, id, act, r.By)
	d.then(func(err error) {
		z.was = nil
		if err != nil {
			d.back(KindPrivacyZone, id, func() { z.now = was })
		}
		if z.now == nil {
			delete(d.zones, id)
		}
		d.rezone()
		switch {
		case err != nil:
			d.reply(r, nil, notKept(err))
		case next == nil:
			d.reply(r, nil, nil)
		default:
			d.reply(r, next.NoRecordZone, nil)
		}
	})
}

// rezone lists the zones that count, and judges every picture by them.
func (d *Desk) rezone() {
	d.areas = nil
	for _, z := range d.zones {
		for _, a := range []*privacy.Area{z.now, z.was} {
			if a != nil {
				d.areas = append(d.areas, *a)
			}
		}
	}
	slices.SortStableFunc(d.areas, func(a, b privacy.Area) int { return cmp.Or(cmp.Compare(a.ID, b.ID), a.At.Compare(b.At)) })
	d.begins = d.now // is found anew
	for _, e := range d.eyes {
		d.judgePicture(e)
	}
}
