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

// eye is what the Desk knows of a camera: a craft's, or one that does not move.
type eye struct {
	of       *craft // nil: fixed
	fixed    *fleet.FixedCamera
	gate     privacy.Gate
	judgedAt time.Time
	endless  bool // it is open, and they have been told so without an end
	record   Picture
	// override is the one that counts: it is durable.
	override *privacy.Override
	level    levelling
}

// addEye makes an eye whose picture is open.
func (d *Desk) addEye(e *eye, camera string, vehicle fleet.VehicleID, dock fleet.DockID) *eye {
	e.record = Picture{Camera: camera, Vehicle: vehicle, Dock: dock, Show: true, Record: true, At: d.now}
	d.eyes, d.eyeOf[camera] = append(d.eyes, e), e
	return e
}

// zone is a zone as it is kept, and as it was while a change of it is not durable yet: both count then.
type zone struct {
	now, was *privacy.Area
}

// private says whether there is any rule about pictures.
func (d *Desk) private() bool { return len(d.areas) > 0 || d.cfg.Privacy.Transit != "" }

// ruled says whether there is any for this one.
func (d *Desk) ruled(e *eye) bool {
	return len(d.areas) > 0 || e.of != nil && d.cfg.Privacy.Transit != ""
}

// judgePictures judges those that were not for a while.
func (d *Desk) judgePictures() {
	if d.now.Sub(d.pictured) < pictureEvery && !d.now.Before(d.pictured) {
		return
	}
	d.pictured = d.now
	for _, e := range d.eyes {
		if d.now.Sub(e.judgedAt) >= pictureEvery || d.now.Before(e.judgedAt) {
			d.judgePicture(e)
		}
	}
}

// viewed is what an eye is judged by.
func (d *Desk) viewed(e *eye) privacy.Scene {
	s := privacy.Scene{Fixed: e.fixed, Zones: d.areas, Override: e.override}
	var near geo.LatLon
	if c := e.of; c != nil {
		s.Spec, s.Vehicle, s.Transit = c.spec, c.state, d.inTransit(c)
		if at := c.home().LatLon; at != (geo.LatLon{}) {
			s.Place, near = &at, at
		}
		if c.state != nil && c.state.Position != nil {
			near = c.state.Position.LatLon
		}
	} else if near = e.fixed.Near; e.fixed.Mount != nil {
		near = e.fixed.Mount.LatLon
	}
	s.LevelAMSL = d.reg.Level(near)
	return s
}

// judgePicture asks the gate of an eye, keeps what changed, and tells those who relay and record.
func (d *Desk) judgePicture(e *eye) {
	if e.endless && !d.ruled(e) && e.override == nil {
		return
	}
	e.judgedAt = d.now
	if e.override != nil && !d.now.Before(e.override.Until) {
		e.override, e.record.Override = nil, nil
	}
	v, changed := e.gate.Judge(d.now, d.cfg.Privacy, d.viewed(e))
	if next := d.picture(e, v); changed && !next.says(&e.record) {
		e.record = next
		d.change(KindPicture, e.record.Camera, "picture."+next.word(), "desk")
	}
	g := Gate{Camera: e.record.Camera, Show: v.Show, Record: v.Record, Code: v.Code, Why: v.Why}
	if d.ruled(e) || e.override != nil {
		g.Until = d.now.Add(pictureLease)
		if e.override != nil {
			g.Until = earliest(g.Until, e.override.Until)
		}
		g.Until = earliest(g.Until, d.zoneBegins())
	}
	e.endless = g.Until.IsZero() && e.record.open()
	d.out = append(d.out, g)
	if e.of != nil {
		d.levelCamera(e.of)
	}
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
func (d *Desk) picture(e *eye, v privacy.Verdict) Picture {
	p := Picture{Camera: e.record.Camera, Vehicle: e.record.Vehicle, Dock: e.record.Dock, Show: v.Show, Record: v.Record, Code: v.Code, Why: v.Why, At: d.now, Override: e.record.Override}
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

// eyeNamed finds the eye of a camera that has rules.
func (d *Desk) eyeNamed(camera string) (*eye, *fleet.Problem) {
	if e := d.eyeOf[camera]; e != nil {
		return e, nil
	}
	return nil, fleet.Refuse("unknown-camera", "there is no camera %.80q whose picture has rules", camera)
}

func (d *Desk) overridePicture(r Request, body OverridePicture) {
	e, problem := d.eyeNamed(body.Camera)
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
	d.setOverride(r, e, &o, "picture.override")
}

func (d *Desk) endOverride(r Request, body EndOverride) {
	e, problem := d.eyeNamed(body.Camera)
	if problem == nil && e.record.Override == nil {
		problem = fleet.Refuse("no-override", "the picture of %s is not overridden", body.Camera)
	}
	if problem != nil {
		d.reply(r, nil, problem)
		return
	}
	e.override = nil
	d.setOverride(r, e, nil, "picture.override-ended")
	d.judgePicture(e)
}

// setOverride keeps an override, or that there is none; one that opens counts when it is durable.
func (d *Desk) setOverride(r Request, e *eye, o *privacy.Override, act string) {
	id := e.record.Camera
	if e.judgedAt.IsZero() {
		d.judgePicture(e)
	}
	e.record.Override = o
	d.change(KindPicture, id, act, r.By)
	d.then(func(err error) {
		switch {
		case err != nil && e.record.Override == o:
			d.back(KindPicture, id, func() { e.record.Override = e.override })
		case err == nil && e.record.Override == o && o != nil:
			e.override = o
			d.judgePicture(e)
		}
		if err != nil {
			d.reply(r, nil, notKept(err))
			return
		}
		d.reply(r, e.record, nil)
	})
}
