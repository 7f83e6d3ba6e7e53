package seam

import (
	"time"

	"groundstation/fleet"
	"groundstation/simulator"
)

const (
	// lookEvery is how often a system at work is looked at, restEvery one at rest. What is discrete is told at once.
	lookEvery = 100 * time.Millisecond
	restEvery = 200 * time.Millisecond
	// stale and lost are the silences after which a link is called so, as in MAVLink sessions.
	stale = 3 * time.Second
	lost  = 10 * time.Second
	beat  = time.Second
	// unanswered is how long a system that is heard may answer nothing before its uplink counts as unconfirmed.
	unanswered = 10 * time.Second
)

// Watch is told every order that goes to a vehicle, before it goes.
type Watch func(now time.Time, in fleet.Intent)

// Family are the members of one city, for one station: what they know ends with it.
type Family struct {
	Vehicles []*Vehicle
	Docks    []*Dock
}

// New makes a member of each vehicle and dock of the registry.
func New(world *simulator.World, reg fleet.Registry, watch Watch) Family {
	var f Family
	for i, spec := range reg.Vehicles {
		v := &Vehicle{world: world, spec: spec, watch: watch}
		v.link.next = world.Now().Add(time.Duration(i) * time.Millisecond) // not all at one time
		v.v = fleet.Vehicle{ID: spec.ID, Link: fleet.LinkNever, Mode: fleet.ModeUnknown, Landed: fleet.LandedUnknown, Mission: fleet.MissionState{State: "unknown"}}
		v.v.Battery.Percent, v.v.Uplink = -1, fleet.UplinkUnknown
		f.Vehicles = append(f.Vehicles, v)
	}
	for i, spec := range reg.Docks {
		d := &Dock{world: world, spec: spec}
		d.link.next = world.Now().Add(time.Duration(i) * time.Millisecond)
		d.d = fleet.Dock{ID: spec.ID, Link: fleet.LinkNever, State: fleet.DockUnknown, LidSwitch: fleet.LidUnknown, LidEncoder: fleet.LidUnknown}
		d.d.Uplink = fleet.UplinkUnknown
		f.Docks = append(f.Docks, d)
	}
	return f
}

// ID is the vehicle's in the registry.
func (v *Vehicle) ID() string { return string(v.spec.ID) }

// ID is the dock's in the registry.
func (d *Dock) ID() string { return string(d.spec.ID) }

// link is how well a system is heard and reached.
type link struct {
	next     time.Time // to be looked at
	renewed  time.Time // the Desk lives until then
	beatAt   time.Time
	heardAt  time.Time
	answered time.Time // by the system, to an order or to a heartbeat
	asked    time.Time // since when nothing was answered; zero: it answers
}

// state says how the link is.
func (l *link) state(now time.Time) fleet.Link {
	switch quiet := now.Sub(l.heardAt); {
	case l.heardAt.IsZero():
		return fleet.LinkNever
	case quiet >= lost:
		return fleet.LinkLost
	case quiet >= stale:
		return fleet.LinkStale
	}
	return fleet.LinkOnline
}

// hail tells a system once a second that there is a station, as long as the Desk lives, and says whether it did now.
func (l *link) hail(now time.Time, world *simulator.World, id string) bool {
	if !now.Before(l.renewed) || now.Sub(l.beatAt) < beat {
		return false
	}
	l.beatAt = now
	world.Hear(id)
	l.reply(now, world.Reaches(id))
	return true
}

// reply notes whether a system answered.
func (l *link) reply(now time.Time, ok bool) {
	switch {
	case ok:
		l.answered, l.asked = now, time.Time{}
	case l.asked.IsZero():
		l.asked = now
	}
}

func (l *link) uplink(now time.Time, was fleet.Uplink) fleet.Uplink {
	switch {
	case l.asked.IsZero() && !l.answered.IsZero():
		return fleet.UplinkConfirmed
	case !l.asked.IsZero() && now.Sub(l.asked) >= unanswered && l.state(now) == fleet.LinkOnline:
		return fleet.UplinkUnconfirmed
	}
	return was
}
