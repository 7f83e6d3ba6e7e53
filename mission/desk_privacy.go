package mission

import (
	"cmp"
	"slices"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission/privacy"
)

const (
	// pictureEvery is how often a picture is judged at least, pictureLease how long others may go by it.
	pictureEvery = 200 * time.Millisecond
	pictureLease = 2 * time.Second
	maxZones     = 2000
)

// eye is what the Desk knows of a craft's picture.
type eye struct {
	gate     privacy.Gate
	judgedAt time.Time
	endless  bool // it is open, and they have been told so without an end
	record   Picture
	// override is the one that counts: it is durable.
	override *privacy.Override
	level    levelling
}

// zone is a zone as it is kept, and as it was while a change of it is not durable yet: both count then.
type zone struct {
	now, was *privacy.Area
}

// private says whether there is any rule about pictures.
func (d *Desk) private() bool { return len(d.areas) > 0 || d.cfg.Privacy.Transit != "" }

// judgePictures judges those that were not for a while.
func (d *Desk) judgePictures() {
	if d.now.Sub(d.pictured) < pictureEvery && !d.now.Before(d.pictured) {
		return
	}
	d.pictured = d.now
	for _, c := range d.crafts {
		if d.now.Sub(c.eye.judgedAt) >= pictureEvery || d.now.Before(c.eye.judgedAt) {
			d.judgePicture(c)
		}
	}
}

// judgePicture asks the gate of a craft, keeps what changed, and tells those who relay and record.
func (d *Desk) judgePicture(c *craft) {
	e := &c.eye
	if e.endless && !d.private() && e.override == nil {
		return
	}
	e.judgedAt = d.now
	if e.override != nil && !d.now.Before(e.override.Until) {
		e.override, e.record.Override = nil, nil
	}
	s := privacy.Scene{Spec: c.spec, Vehicle: c.state, Transit: d.inTransit(c), Terrain: d.terrain, Zones: d.areas, Override: e.override}
	if at := c.home().LatLon; at != (geo.LatLon{}) {
		s.Place = &at
	}
	v, changed := e.gate.Judge(d.now, d.cfg.Privacy, s)
	if next := d.picture(c, v); changed && !next.says(&e.record) {
		e.record = next
		d.change(KindPicture, string(c.spec.ID), "picture."+next.word(), "desk")
	}
	g := Gate{Vehicle: c.spec.ID, Show: v.Show, Record: v.Record, Code: v.Code, Why: v.Why}
	if d.private() || e.override != nil {
		g.Until = d.now.Add(pictureLease)
		if e.override != nil {
			g.Until = earliest(g.Until, e.override.Until)
		}
		g.Until = earliest(g.Until, d.zoneBegins())
	}
	e.endless = g.Until.IsZero() && e.record.open()
	d.out = append(d.out, g)
	d.levelCamera(c)
}

// zoneBegins is when the next zone comes into force; the zero time: none does.
func (d *Desk) zoneBegins() time.Time {
	if d.begins.IsZero() || d.now.Before(d.begins) {
		return d.begins
	}
	d.begins = time.Time{}
	for i := range d.areas {
		d.begins = earliest(d.begins, d.areas[i].Begins(d.now))
	}
	return d.begins
}

// earliest is the earlier of two times, of which a zero one does not count.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// picture is the record of a verdict.
func (d *Desk) picture(c *craft, v privacy.Verdict) Picture {
	p := Picture{Vehicle: c.spec.ID, Show: v.Show, Record: v.Record, Code: v.Code, Why: v.Why, At: d.now, Override: c.eye.record.Override}
	if !v.Until.IsZero() {
		until := v.Until
		p.Until = &until
	}
	for _, id := range v.Zones {
		i, ok := slices.BinarySearchFunc(d.areas, id, func(a privacy.Area, id string) int { return cmp.Compare(a.ID, id) })
		if ok {
			p.Zones = append(p.Zones, PictureZone{ID: id, Name: d.areas[i].Name, Rule: d.areas[i].Rule})
		}
	}
	return p
}

// open says whether p is the record of a picture that nothing is said about.
func (p *Picture) open() bool { return p.Show && p.Record && p.Code == "" && p.Override == nil }

// word is what the ledger calls it.
func (p *Picture) word() string {
	switch {
	case p.Code == privacy.CodeOverride:
		return "overridden"
	case !p.Show:
		return "dark"
	case !p.Record:
		return "not-recorded"
	}
	return "open"
}

// says whether two records say the same, apart from when.
func (p *Picture) says(o *Picture) bool {
	return p.Show == o.Show && p.Record == o.Record && p.Code == o.Code && p.Why == o.Why && slices.Equal(p.Zones, o.Zones) &&
		(p.Until == nil) == (o.Until == nil) && (p.Until == nil || p.Until.Equal(*o.Until)) && (p.Override == nil) == (o.Override == nil)
}

// inTransit says whether a craft is on its way to its task or home, whoever flies it there.
func (d *Desk) inTransit(c *craft) bool {
	m := d.sortieOf(c)
	if m == nil {
		return false
	}
	switch m.State {
	case Outbound, Returning, HoldForPad, Diverting, LinkLost, Missing:
		return true
	}
	return false
}

// terrain is the height of the ground: that of the nearest ground pad, since the city is a plain.
func (d *Desk) terrain(at geo.LatLon) float64 {
	best, nearest := 0.0, -1.0
	look := func(p geo.Position) {
		if far := (p.Lat-at.Lat)*(p.Lat-at.Lat) + (p.Lon-at.Lon)*(p.Lon-at.Lon); nearest < 0 || far < nearest {
			best, nearest = p.AltAMSL, far
		}
	}
	for _, p := range d.reg.Docks {
		look(p.GroundPad)
	}
	for _, v := range d.reg.Vehicles {
		if v.Site != nil {
			look(*v.Site)
		}
	}
	return best
}

// cameraTurns tells the gates of the gimbals that were just told to turn and the cameras that were told to zoom.
func (d *Desk) cameraTurns() {
	for _, o := range d.out {
		if send, ok := o.(Send); ok {
			switch send.Intent.Act.(type) {
			case fleet.AimGimbal, fleet.JogGimbal, fleet.LookAt, fleet.LookAway:
				if c := d.byID[send.Intent.Vehicle]; c != nil {
					c.eye.gate.Turned(d.now)
				}
			case fleet.SetZoom:
				if c := d.byID[send.Intent.Vehicle]; c != nil {
					c.eye.gate.Zooms(d.now)
				}
			}
		}
	}
}

func (d *Desk) overridePicture(r Request, body OverridePicture) {
	c, problem := d.craft(body.Vehicle)
	if problem == nil {
		problem = checkText("reason", body.Reason, 500, true)
	}
	if problem == nil && !(body.For >= time.Second && body.For <= privacy.OverrideMost) {
		problem = fleet.Refuse("bad-time", "%s is not within 1 s to %s", body.For, privacy.OverrideMost)
	}
	if problem != nil {
		d.reply(r, nil, problem)
		return
	}
	o := privacy.Override{By: r.By, Reason: body.Reason, At: d.now, Until: d.now.Add(body.For)}
	d.setOverride(r, c, &o, "picture.override")
}

func (d *Desk) endOverride(r Request, body EndOverride) {
	c, problem := d.craft(body.Vehicle)
	if problem == nil && c.eye.record.Override == nil {
		problem = fleet.Refuse("no-override", "the picture of %s is not overridden", body.Vehicle)
	}
	if problem != nil {
		d.reply(r, nil, problem)
		return
	}
	c.eye.override = nil
	d.setOverride(r, c, nil, "picture.override-ended")
	d.judgePicture(c)
}

// setOverride keeps an override, or that there is none; one that opens counts when it is durable.
func (d *Desk) setOverride(r Request, c *craft, o *privacy.Override, act string) {
	e, id := &c.eye, string(c.spec.ID)
	if e.judgedAt.IsZero() {
		d.judgePicture(c)
	}
	e.record.Override = o
	d.change(KindPicture, id, act, r.By)
	d.then(func(err error) {
		switch {
		case err != nil && e.record.Override == o:
			d.back(KindPicture, id, func() { e.record.Override = e.override })
		case err == nil && e.record.Override == o && o != nil:
			e.override = o
			d.judgePicture(c)
		}
		if err != nil {
			d.reply(r, nil, notKept(err))
			return
		}
		d.reply(r, e.record, nil)
	})
}
