package station

import (
	"time"

	"groundstation/fleet"
)

// Member is one vehicle or dock of another family than MAVLink's. It is all that the Core knows of such a family: Intents
// go in, Events come out, in the order in which they happened, and every Intent ends in one final Report
// (docs/decisions/0005-event-seam.md). A member keeps to the Envelope and the epoch of each Intent itself, as the guard
// of MAVLink sessions does; a dock's is behind its gatekeeper.
type Member interface {
	// Order takes an Intent; what comes of it is told when it is looked at, which it wants at once.
	Order(now time.Time, in fleet.Intent)
	// Withdraw ends an Intent that is not over: nothing of it is tried again.
	Withdraw(now time.Time, id fleet.IntentID)
	// Renew is the proof that the Desk lives: until then its own failsafe may be told that there is a station.
	Renew(until time.Time)
	// Look gives what has been seen since it was last called.
	Look(now time.Time) []fleet.Event
	// Deadline is when it is to be looked at next, at the latest.
	Deadline() time.Time
}

// Identified is a Member whose vehicle carries transmitters of remote identification, which are told who flies.
type Identified interface{ Identify(fleet.Identity) }

// guest is a vehicle that is a Member.
type guest struct {
	alarm
	member Member
}

// welcome makes a member one of the vehicles.
func (c *Core) welcome(id fleet.VehicleID, m Member) {
	g := &guest{member: m}
	g.alarm = alarm{slot: g, index: -1}
	c.alarms.set(&g.alarm, m.Deadline())
	c.guests[id] = g
	c.guestList = append(c.guestList, g)
}

func (g *guest) tick(c *Core, now time.Time) {
	c.events = append(c.events, g.member.Look(now)...)
	c.alarms.set(&g.alarm, g.member.Deadline())
}
