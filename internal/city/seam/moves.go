package seam

import (
	"math"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/simulator"
)

const (
	arrived = 5.0 // m from a target
	matched = 2.0 // m of the target the vehicle says
	homeAt  = 1.0 // m of a home that was set
)

// once is an order whose acceptance is all that can be seen of it.
type once struct{ order simulator.Command }

func (a *once) step(v *Vehicle, _ *task) verdict {
	switch r, ok := v.give(a.order); {
	case !ok:
		return notYet
	case r != common.MAV_RESULT_ACCEPTED:
		return refusal(r)
	}
	return allDone
}

// effect gives an order until what it should bring about is seen.
type effect struct{ gaveAt time.Time }

func (a *effect) give(v *Vehicle, t *task, c simulator.Command) verdict {
	if !a.gaveAt.IsZero() && v.now.Sub(a.gaveAt) < 2*takesEffect {
		return notYet
	}
	switch r, ok := v.give(c); {
	case !ok:
		return notYet
	case r != common.MAV_RESULT_ACCEPTED:
		return refusal(r)
	}
	a.gaveAt = v.now
	v.accepted(t)
	return notYet
}

func (a *effect) seenSince(v *Vehicle) bool { return !a.gaveAt.IsZero() && v.v.HeardAt.After(a.gaveAt) }

// goTo flies to a place and holds there: done when that is where it goes, or where it is.
type goTo struct {
	target geo.Position
	order  simulator.Command
	effect
}

func reposition(at geo.Position, speed float64) simulator.Command {
	c := simulator.Command{ID: common.MAV_CMD_DO_REPOSITION, P: [7]float64{-1, 1, 0, math.NaN(), at.Lat, at.Lon, at.AltAMSL}}
	if speed != 0 {
		c.P[0] = speed
	}
	return c
}

func (a *goTo) step(v *Vehicle, t *task) verdict {
	if a.seenSince(v) && v.v.Mode == fleet.ModeHold && (v.near(a.target, arrived) || v.goingTo(a.target)) {
		return allDone
	}
	v.orders(fleet.ModeHold)
	return a.give(v, t, a.order)
}

func (v *Vehicle) goingTo(p geo.Position) bool {
	return v.see.Armed && within(v.see.Target, p, matched)
}

type orbit struct {
	order simulator.Command
	effect
}

func (a *orbit) step(v *Vehicle, t *task) verdict {
	mode := fleet.ModeOrbit
	if v.spec.Class == fleet.LongVTOL { // a wing circles in hold
		mode = fleet.ModeHold
	}
	if a.seenSince(v) && v.v.Mode == mode {
		return allDone
	}
	v.orders(mode)
	return a.give(v, t, a.order)
}

type setHome struct {
	want geo.Position
	effect
}

func (a *setHome) step(v *Vehicle, t *task) verdict {
	if h := v.v.Home; a.seenSince(v) && h != nil && within(*h, a.want, homeAt) {
		return allDone
	}
	return a.give(v, t, simulator.Command{ID: common.MAV_CMD_DO_SET_HOME, P: [7]float64{4: a.want.Lat, 5: a.want.Lon, 6: a.want.AltAMSL}})
}

// land lands where it is: done on the ground.
type land struct{ mode setMode }

func (a *land) step(v *Vehicle, t *task) verdict {
	if v.v.Landed == fleet.OnGround {
		return allDone
	}
	return a.mode.hold(v, t)
}

const (
	landWithin = 3.0 // m from above the place at which a landing may begin
	steady     = 1.5 // m/s
	// markerHeight is above a marker from where a precision landing begins, m, within lowEnough: from higher up PX4 does not
	// find it in time and lands where it is.
	markerHeight = 20.0
	lowEnough    = 2.0
)

// landAt lands at a place, after it has come to above it at the height it has.
type landAt struct {
	target geo.LatLon
	low    float64 // where the landing begins at the highest, AMSL
	alt    float64 // of the approach, AMSL; 0 until it is chosen
	move   effect
	mode   setMode
	above  bool
}

func newLandAt(a fleet.LandAt) *landAt {
	l := &landAt{target: a.Target.LatLon, low: math.Inf(1), mode: setMode{mode: fleet.ModeLand}}
	if a.Precision {
		l.low, l.mode.mode = a.Target.AltAMSL+markerHeight, fleet.ModePrecLand
	}
	return l
}

func (a *landAt) step(v *Vehicle, t *task) verdict {
	if !v.see.Located {
		return notYet
	}
	here := v.see.Position
	down := v.v.Landed == fleet.OnGround
	switch far := geo.Distance(here.LatLon, a.target); {
	case down && a.above && far <= 2*landWithin:
		return allDone
	case down && (a.above || !v.v.Armed):
		return failed("landed-beside", "on the ground, not at the landing place")
	case !a.above && (far > landWithin || v.see.Velocity.Horizontal() > steady):
		if a.alt == 0 {
			a.alt = here.AltAMSL
		}
		return a.approach(v, t)
	case !a.above && here.AltAMSL > a.low+lowEnough:
		if a.alt != a.low {
			a.alt, a.move = a.low, effect{}
		}
		return a.approach(v, t)
	}
	a.above = true
	return a.mode.hold(v, t, fleet.ModeLand)
}

// approach goes to above the place, at the height that was chosen.
func (a *landAt) approach(v *Vehicle, t *task) verdict {
	to := a.target.At(a.alt)
	if v.v.Mode == fleet.ModeHold && v.goingTo(to) {
		return notYet // under way
	}
	v.orders(fleet.ModeHold)
	return a.move.give(v, t, reposition(to, 0))
}

type disarm struct{ effect }

func (a *disarm) step(v *Vehicle, t *task) verdict {
	switch {
	case !v.v.Armed && v.v.HeardAt.After(t.begun):
		return allDone
	case v.v.Armed && v.v.Landed != fleet.OnGround:
		return refused("airborne", "it is not on the ground")
	}
	return a.give(v, t, simulator.Command{ID: common.MAV_CMD_COMPONENT_ARM_DISARM})
}
