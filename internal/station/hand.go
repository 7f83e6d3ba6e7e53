package station

import (
	"time"

	"groundstation/fleet"
	"groundstation/mavlink"
	"groundstation/mission"
)

// Sticks is one input of a pilot at a browser. It goes to the session past the Desk, which gave the grant that it names.
type Sticks struct {
	Vehicle fleet.VehicleID
	Input   fleet.StickInput
}

// Ignored says that sticks were not taken, and why: "not-flying", "other-grant", "range", "order", "late".
type Ignored struct{ Why string }

func (Sticks) input()   {}
func (Ignored) output() {}

func (c *Core) sticks(now time.Time, in Sticks) {
	if v := c.byID[in.Vehicle]; v != nil {
		ignored := c.counters.SticksIgnored
		v.take(c, v.session.Step(now, mavlink.SticksIn(in.Input)))
		c.counters.SticksTaken += 1 - (c.counters.SticksIgnored - ignored)
	}
}

// granted hands the Desk's grant to the session.
func (c *Core) granted(now time.Time, g mission.Grant) {
	if v := c.byID[g.Vehicle]; v != nil {
		v.take(c, v.session.Step(now, mavlink.GrantIn{Grant: g.ID, Until: g.Until}))
	}
}

// identified tells the session of a vehicle what its transmitters are to tell.
func (c *Core) identified(now time.Time, id mission.Identify) {
	if v := c.byID[id.Vehicle]; v != nil {
		v.take(c, v.session.Step(now, mavlink.IdentityIn(id.Identity)))
	}
	if g := c.guests[id.Vehicle]; g != nil {
		if m, tells := g.member.(Identified); tells {
			m.Identify(id.Identity)
		}
	}
}

// tracked tells the session of a follower where its target is.
func (c *Core) tracked(now time.Time, t mission.Track) {
	if v := c.byID[t.Vehicle]; v != nil {
		v.take(c, v.session.Step(now, mavlink.TrackIn(t.Track)))
	}
}
