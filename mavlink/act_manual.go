package mavlink

import (
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
)

// fly is a flight by hand as a task: it orders the manual mode and says how the flight ends; manual does the flying.
type fly struct{ mode setMode }

// beginManual refuses what may not be flown by hand now.
func (s *Session) beginManual(t *task) (act, verdict) {
	switch {
	case s.auto.manual == 0:
		return nil, refused("unsupported", s.auto.name+" has no mode to be flown by hand from here")
	case !s.v.Airborne():
		return nil, refused("on-ground", "it is not in the air")
	case s.v.Failsafe:
		return nil, refused("failsafe", "its failsafe is active")
	case s.hand.stage != "":
		return nil, refused("busy", "the flight by hand before it is not over")
	case t.begun.Sub(s.v.PositionAt) > placeFresh:
		return nil, refused("position-stale", "where it is was not heard")
	}
	if err := s.staysIn(&t.in.Envelope); err != nil {
		return nil, refused("room", err.Error())
	}
	s.hand = manual{stage: fleet.ManualEntering, grant: t.in.ID, until: t.begun.Add(sticksFirst), env: t.in.Envelope, since: t.begun,
		at: t.begun, next: t.begun, spoke: s.hand.spoke, sent: s.hand.sent, movedAt: s.hand.movedAt}
	return &fly{mode: setMode{order: fleet.ModeManual, custom: s.auto.manual, want: []fleet.Mode{fleet.ModeManual}}}, notYet
}

func (a *fly) step(s *Session, t *task, now time.Time, m message.Message) verdict {
	h := &s.hand
	switch {
	case h.stage == fleet.ManualEntering:
		return a.enter(s, t, now, m)
	case h.stage == "":
		return failed(h.code, h.detail)
	case h.stage == fleet.ManualLeaving:
		a.mode.stop(s) // hold must not wait behind it
	}
	return notYet
}

// enter orders the mode once the vehicle has heard neutral sticks for a moment.
func (a *fly) enter(s *Session, t *task, now time.Time, m message.Message) verdict {
	h := &s.hand
	ready := h.since.Add(sticksAhead + s.rtt.expected())
	switch {
	case now.Sub(h.since) > enterMost:
		h.leave(now, "mode-not-seen", "the manual mode did not come")
		return notYet
	case now.Before(ready):
		t.wake = ready
		return notYet
	}
	h.ordered = true
	v := a.mode.step(s, t, now, m)
	switch v.stage {
	case fleet.StageDone:
		a.mode.stop(s)
		h.stage, h.since, h.ordered = fleet.ManualFlying, now, false
		s.progress(now, t, fleet.StageAccepted, 0)
		return notYet
	case "":
		return notYet
	}
	h.ordered = false // it said no: the mode will not come
	return v
}

func (a *fly) stop(s *Session) {
	a.mode.stop(s)
	s.hand.leave(s.now, "ended", "another order came")
}

// waitsForHand says whether an act orders a mode that sticks which still move would take over from.
func waitsForHand(a fleet.Act) bool {
	_, own := a.(fleet.FlyManual)
	return !own && fleet.Moves(a)
}
