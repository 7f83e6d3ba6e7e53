package station

import (
	"time"

	"groundstation/fleet"
	"groundstation/hangar"
	"groundstation/mavlink"
)

// slot is one system of the registry on the link.
type slot interface {
	key() *auth
	// name is the id of the vehicle or the dock.
	name() string
	frame(c *Core, now time.Time, f *mavlink.FrameIn)
	ticked
}

// holder has a key, or nil.
type holder struct{ auth *auth }

func (h *holder) key() *auth { return h.auth }

type vehicleSlot struct {
	alarm
	holder
	spec    fleet.VehicleSpec
	session *mavlink.Session
}

type dockSlot struct {
	alarm
	holder
	id      fleet.DockID
	system  fleet.SystemID
	session *mavlink.DockSession // nil for a member of another family
	member  Member
	keeper  *hangar.Dock
}

// datagram routes each frame to the session of the system it comes from.
func (c *Core) datagram(now time.Time, in Datagram) {
	c.greeted(now, in.From)
	stats := c.decoder.Split(in.Bytes, func(f mavlink.Frame) {
		c.counters.Frames++
		s := c.bySystem.of(f.System)
		if s == nil {
			c.unknown(now, &f, in.From)
			return
		}
		signed, pass := c.admit(now, s.key(), f, in.From)
		if !pass {
			return
		}
		if f.ID != setupSigning {
			c.tap(now, s.name(), f.Raw, false)
		}
		c.frame = mavlink.FrameIn{Frame: f, Source: in.From, Signed: signed}
		s.frame(c, now, &c.frame)
	})
	c.counters.BadFrames += uint64(stats.Bad)
}

func (v *vehicleSlot) name() string { return string(v.spec.ID) }
func (d *dockSlot) name() string    { return string(d.id) }

func (v *vehicleSlot) frame(c *Core, now time.Time, f *mavlink.FrameIn) {
	v.take(c, v.session.Step(now, f))
}

func (v *vehicleSlot) tick(c *Core, now time.Time) {
	v.take(c, v.session.Step(now, mavlink.Tick{}))
}

// take carries out what a Step of the session gave.
func (v *vehicleSlot) take(c *Core, outs []mavlink.Output) {
	c.alarms.set(&v.alarm, v.session.Deadline())
	for _, o := range outs {
		switch o := o.(type) {
		case mavlink.Transmit:
			c.transmit(v.name(), v.auth, o)
		case mavlink.Emit:
			c.events = append(c.events, o.Event)
		case mavlink.KeyWanted:
			c.wantKey(v)
		case mavlink.Ignored:
			c.counters.SticksIgnored++
			c.out = append(c.out, Ignored{o.Why})
		}
	}
}

func (d *dockSlot) frame(c *Core, now time.Time, f *mavlink.FrameIn) {
	d.takeSession(c, now, d.session.Step(now, f))
}

func (d *dockSlot) tick(c *Core, now time.Time) {
	switch {
	case d.member != nil:
		d.look(c, now)
	case due(d.session.Deadline(), now):
		d.takeSession(c, now, d.session.Step(now, mavlink.Tick{}))
	}
	if due(d.keeper.Deadline(), now) {
		d.takeKeeper(c, now, d.keeper.Step(now, hangar.Tick{}))
	}
	d.settle(c)
}

// settle sets the alarm to what the session and the gatekeeper want.
func (d *dockSlot) settle(c *Core) {
	next := d.keeper.Deadline()
	if d.member != nil {
		next = earlier(next, d.member.Deadline())
	} else {
		next = earlier(next, d.session.Deadline())
	}
	c.alarms.set(&d.alarm, next)
}

// renew hands the Desk's proof of life on.
func (d *dockSlot) renew(c *Core, now, until time.Time) {
	if d.member != nil {
		d.member.Renew(until)
		return
	}
	d.takeSession(c, now, d.session.Step(now, mavlink.Renew{Until: until}))
}

// look hands what a member of another family saw to the gatekeeper.
func (d *dockSlot) look(c *Core, now time.Time) {
	for _, ev := range d.member.Look(now) {
		d.takeKeeper(c, now, d.keeper.Step(now, hangar.Observed{Event: ev}))
	}
}

// forward gives the dock an Intent that the gatekeeper lets pass.
func (d *dockSlot) forward(c *Core, now time.Time, in fleet.Intent) {
	if d.member != nil {
		d.member.Order(now, in) // looked at when it is due: the gatekeeper is in the middle of its own step
		return
	}
	d.takeSession(c, now, d.session.Step(now, mavlink.IntentIn{Intent: in}))
}

// takeSession hands what the dock's session says to its gatekeeper, which alone speaks to the Desk.
func (d *dockSlot) takeSession(c *Core, now time.Time, outs []mavlink.Output) {
	for _, o := range outs {
		switch o := o.(type) {
		case mavlink.Transmit:
			c.transmit(d.name(), d.auth, o)
		case mavlink.Emit:
			d.takeKeeper(c, now, d.keeper.Step(now, hangar.Observed{Event: o.Event}))
		}
	}
	d.settle(c)
}

func (d *dockSlot) takeKeeper(c *Core, now time.Time, outs []hangar.Output) {
	for _, o := range outs {
		switch o := o.(type) {
		case hangar.Forward:
			d.forward(c, now, o.Intent)
		case hangar.Emit:
			c.events = append(c.events, o.Event)
		}
	}
	d.settle(c)
}

// transmit sends a message to a vehicle or a dock, signed if it has a key; to nobody by name if it is not known who
// listens.
func (c *Core) transmit(to string, key *auth, t mavlink.Transmit) {
	b, err := c.encode(key, t.To.Link, t.Message)
	if err != nil {
		c.counters.EncodeErrors++
		return
	}
	c.counters.FramesSent++
	if t.Message.GetID() != setupSigning {
		c.tap(c.now, to, b, true)
	}
	c.out = append(c.out, Write{To: t.To, Bytes: b})
}
