package mavlink

import (
	"time"

	"groundstation/fleet"
)

const (
	// orderEcho is how long after its last sending an order explains a mode.
	orderEcho = 10 * time.Second
	// failsafeEcho is how long what was said of a failsafe explains a mode change.
	failsafeEcho = 7 * time.Second
	// planEcho is how long the end of a plan may be confirmed after the mode changed: MISSION_CURRENT is sent once a
	// second and may be lost once.
	planEcho = 2200 * time.Millisecond
	// tailItems is how many items may be left when a plan ends: PX4 counts up to the last place, and a plan may close
	// with items that are none.
	tailItems = 4
)

// order is a mode that one of our messages asks for.
type order struct {
	mode  fleet.Mode
	until time.Time
}

// pendingMode is a mode change whose cause waits for one more message.
type pendingMode struct {
	change fleet.ModeChanged
	until  time.Time
	plan   bool // the end of a plan may explain it
}

// ordered notes that a mode was asked for.
func (s *Session) ordered(now time.Time, mode fleet.Mode) {
	for i := range s.orders {
		if s.orders[i].mode == mode {
			s.orders[i].until = now.Add(orderEcho)
			return
		}
	}
	s.orders = append(s.orders, order{mode, now.Add(orderEcho)})
}

func (s *Session) wasOrdered(now time.Time, mode fleet.Mode) bool {
	for _, o := range s.orders {
		if o.mode == mode && !now.After(o.until) {
			return true
		}
	}
	return false
}

// mode takes the mode that HEARTBEAT or CURRENT_MODE reports. The first one after the start is no change.
func (s *Session) mode(now time.Time, custom uint32, place int64) {
	if place < s.see.modePlace {
		return
	}
	s.see.modePlace = place
	mode, name := s.auto.named(custom)
	s.see.custom = custom
	if own := s.ownName(now, custom); own != "" {
		name = own
	}
	from := s.v.Mode
	s.see.modeUnseen = s.see.modeAt.Before(s.see.backAt)
	s.see.modeAt = now
	if mode == from && name == s.v.ModeName {
		return
	}
	s.v.Mode, s.v.ModeName = mode, name
	s.see.modeBegan = now
	if from == fleet.ModeUnknown {
		return
	}
	c := fleet.ModeChanged{Vehicle: s.spec.ID, From: from, To: mode, At: now}
	s.flushMode()
	c.Cause, c.Detail = s.cause(now, from, mode)
	if plan := s.mayEndPlan(from, mode); c.Cause == fleet.CauseUncommanded && (plan || s.mayHaveDisarmed(mode)) {
		s.pending = &pendingMode{change: c, until: now.Add(planEcho), plan: plan}
		return
	}
	s.tell(now)
	s.changed(c)
}

// changed tells a mode change. What nobody here ordered ends what is going on: a hand on the sticks, another station or
// the vehicle's own failsafe must not be overruled by an order from before.
func (s *Session) changed(c fleet.ModeChanged) {
	s.emit(c)
	if c.Cause == fleet.CauseUncommanded {
		s.dropHand("interrupted", "another has it")
	}
	for _, t := range s.tasks {
		if t.final != nil {
			continue
		}
		if c.Cause == fleet.CauseUncommanded || c.Cause == fleet.CauseFailsafe && fleet.Moves(t.in.Act) {
			t.final = &verdict{fleet.StageFailed, "interrupted", string(c.Cause) + " change of mode to " + s.v.ModeName}
		}
	}
}

// mayEndPlan says whether the end of the plan may explain the change, though nothing has said so yet: a hold after the
// last place (what follows it are items without one), or a return or landing that is itself the last item.
func (s *Session) mayEndPlan(from, to fleet.Mode) bool {
	if from != fleet.ModeMission || s.v.Mission.Total == 0 {
		return false
	}
	switch to {
	case fleet.ModeHold, fleet.ModeReturn, fleet.ModeLand:
		return s.v.Mission.Seq >= s.v.Mission.Total-tailItems
	}
	return false
}

// mayHaveDisarmed says whether a hold on the ground may be that of a vehicle that has disarmed by itself: the heartbeat
// that says so may come a second later.
func (s *Session) mayHaveDisarmed(to fleet.Mode) bool {
	return to == fleet.ModeHold && s.v.Armed && s.v.Landed == fleet.OnGround
}

// planSaid says whether the vehicle has just announced the end of its plan.
func (s *Session) planSaid(now time.Time) bool {
	return !s.see.planSaidAt.IsZero() && now.Sub(s.see.planSaidAt) <= planEcho
}

// settleMode decides a pending change when the plan is reported complete, when a heartbeat says whether the vehicle is
// still armed, or when that did not come.
func (s *Session) settleMode(now time.Time) {
	if s.pending == nil {
		return
	}
	st, fresh := s.v.Mission.State, s.v.Mission.At.After(s.pending.change.At)
	beaten := s.pending.change.To == fleet.ModeHold && s.see.armedAt.After(s.pending.change.At)
	switch {
	case beaten && !s.v.Armed:
		s.pending.change.Cause, s.pending.change.Detail = fleet.CauseProgress, "disarmed"
	case s.pending.plan && (fresh && st == "complete" || s.see.reached >= s.v.Mission.Total-1 || s.planSaid(now)):
		s.pending.change.Cause, s.pending.change.Detail = fleet.CauseProgress, "plan complete"
	case !now.Before(s.pending.until), beaten && s.mayHaveDisarmed(s.pending.change.To):
	case s.pending.plan && fresh && st != "active" && !s.mayHaveDisarmed(s.pending.change.To):
	default:
		return
	}
	s.flushMode()
}

func (s *Session) flushMode() {
	if s.pending != nil {
		c := s.pending.change
		s.pending = nil
		s.changed(c)
	}
}

// cause says who made a mode change, from what the vehicle said last. An order explains it first: a failsafe that does
// what was ordered needs no other explanation; then a failsafe in force or just announced; then the autopilot's own
// ways; what nothing explains is somebody else's doing.
func (s *Session) cause(now time.Time, from, to fleet.Mode) (fleet.Cause, string) {
	if s.wasOrdered(now, to) {
		return fleet.CauseOrdered, ""
	}
	// PX4 says "pilot took over" of any order that comes during a failsafe; a failsafe announced after it is not his doing.
	overruled := to != fleet.ModeManual && s.see.failsafeSaidAt.After(s.see.takeoverSaidAt)
	if !s.see.takeoverSaidAt.IsZero() && now.Sub(s.see.takeoverSaidAt) <= failsafeEcho && !overruled {
		return fleet.CauseUncommanded, "pilot took over"
	}
	said := !s.see.failsafeSaidAt.IsZero() && now.Sub(s.see.failsafeSaidAt) <= failsafeEcho
	if s.v.Armed && (s.v.Failsafe || said) && to != fleet.ModeManual {
		return fleet.CauseFailsafe, s.v.FailsafeCause
	}
	unattended := to == fleet.ModeHold || to == fleet.ModeReturn || to == fleet.ModeLand || to == fleet.ModePrecLand
	switch {
	case !s.v.Armed && to == fleet.ModeHold:
		return fleet.CauseProgress, "disarmed"
	case from == fleet.ModeTakeoff && (to == fleet.ModeHold || to == fleet.ModeMission):
		return fleet.CauseProgress, "take-off complete"
	case from == fleet.ModePrecLand && to == fleet.ModeLand, from == fleet.ModeReturn && to == fleet.ModeLand,
		from == fleet.ModeReturn && to == fleet.ModePrecLand:
		return fleet.CauseProgress, "landing"
	case from == fleet.ModeReturn && s.auto.comesDown != 0 && s.see.custom == s.auto.comesDown:
		return fleet.CauseProgress, "landing"
	case s.v.Landed == fleet.OnGround && (to == fleet.ModeHold || to == fleet.ModeMission) &&
		(from == fleet.ModeLand || from == fleet.ModePrecLand || from == fleet.ModeReturn):
		// PX4 falls back to hold, or to the plan it was called away from; the heartbeat that says disarmed may come a
		// second later.
		return fleet.CauseProgress, "landed"
	case from == fleet.ModeMission && unattended && (s.v.Mission.State == "complete" || s.planSaid(now)):
		return fleet.CauseProgress, "plan complete"
	case s.v.Armed && unattended && s.see.modeUnseen:
		return fleet.CauseFailsafe, "changed while the link was lost"
	}
	return fleet.CauseUncommanded, ""
}
