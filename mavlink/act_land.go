package mavlink

import (
	"math"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

const (
	// landWithin is how far from above the landing place a landing may begin, metres.
	landWithin = 3.0
	// markerHeight is how high above the landing place a precision landing begins, metres: from higher up a camera does
	// not make out the marker, and PX4 then lands where it is.
	markerHeight = 20.0
	// lowEnough is how far above that it may begin, metres.
	lowEnough = 2.0
	// steady is the speed below which the vehicle counts as being there, m/s.
	steady = 1.5
)

// landAt lands at a place:
//
//	approach (reposition at the present altitude, until within landWithin and steady) ─► land (mode) ─on ground─► done
//	   └─ a precision landing, higher up than markerHeight: reposition to there ─┘
type landAt struct {
	target geo.Position
	low    float64 // where the landing begins at the highest, AMSL
	alt    float64 // of the approach, AMSL; 0 until it is chosen
	move   effect
	mode   setMode
	above  bool
}

func newLandAt(a fleet.LandAt) *landAt {
	l := &landAt{target: a.Target, low: math.Inf(1), mode: setMode{order: fleet.ModeLand, want: []fleet.Mode{fleet.ModeLand}}}
	if a.Precision {
		// PX4 falls back to landing where it is, in the same mode or by AUTO.LAND.
		l.low = a.Target.AltAMSL + markerHeight
		l.mode = setMode{order: fleet.ModePrecLand, want: []fleet.Mode{fleet.ModePrecLand, fleet.ModeLand}}
	}
	return l
}

func (a *landAt) step(s *Session, t *task, now time.Time, m message.Message) verdict {
	here, ok := s.here()
	if !ok {
		return notYet
	}
	if s.v.Landed == fleet.OnGround && s.see.landedAt.After(t.begun) && a.above {
		if geo.Distance(here.LatLon, a.target.LatLon) > 2*landWithin {
			return failed("landed-beside", "on the ground, not at the landing place")
		}
		return allDone
	}
	if !a.above {
		if s.v.Landed == fleet.OnGround && !s.v.Armed && s.see.landedAt.After(t.begun) {
			return failed("landed-beside", "on the ground before it was above the landing place")
		}
		speed := max(abs(s.v.VelNMS), abs(s.v.VelEMS))
		switch {
		case geo.Distance(here.LatLon, a.target.LatLon) > landWithin || speed > steady:
			return a.approach(s, t, now, here.AltAMSL)
		case here.AltAMSL > a.low+lowEnough:
			if a.alt != a.low {
				a.move.stop(s)
				a.alt = a.low
			}
			return a.approach(s, t, now, a.low)
		}
		a.above = true
		a.move.stop(s)
	}
	return a.mode.hold(s, t, now, m)
}

// approach repositions to above the landing place, at the altitude that was chosen first.
func (a *landAt) approach(s *Session, t *task, now time.Time, alt float64) verdict {
	if a.alt == 0 {
		a.alt = alt
	}
	above := a.target.LatLon.At(a.alt)
	v := a.move.step(s, t, now, s.reposition(above, 0))
	if _, ok := a.move.accepted(); ok && s.v.Mode == fleet.ModeHold && s.goingTo(above) {
		t.wake = time.Time{} // under way: nothing to send again
		a.move.cmd.last = now
	}
	return v
}

func (a *landAt) stop(s *Session) {
	a.move.stop(s)
	a.mode.stop(s)
}

func abs(v float64) float64 { return max(v, -v) }
