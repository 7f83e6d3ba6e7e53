package mission

import (
	"fmt"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// watch looks for what overrides the plan of a sortie that is in the air: a lost link, a human, the vehicle's own
// failsafe, the ground. It says whether the state must do nothing more now.
func (m *sortie) watch(s *scene) bool {
	switch m.State {
	case Requested, Reserved, AwaitingCrew, Preparing, Ready, Disarming, Securing:
		return false
	case Launching:
		return m.watchLaunch(s)
	}
	if s.grounded() {
		if m.downAt.IsZero() {
			m.downAt = m.now
		}
		if m.State == HumanControl && s.human && !s.operator {
			return true // a pilot's vehicle stays a pilot's until it is released
		}
		if m.now.Sub(m.downAt) >= time.Second {
			m.lower("link-lost")
			m.down(s)
			return true
		}
	} else {
		m.downAt = time.Time{}
	}
	switch {
	case m.State == HumanControl:
		m.underHuman(s)
		return true
	case m.lost(s):
		m.underLoss(s)
		return true
	case m.State == LinkLost || m.State == Missing:
		m.lower("link-lost")
		m.lower("missing")
		m.lookBack(s)
		return true
	case s.human:
		m.hold(HumanControl, "human-control", "a human holds the vehicle")
		return true
	case m.ownWay(s):
		return true
	}
	// In its failsafe's hold nothing is sent; what follows is seen by its mode.
	return s.vehicle.Failsafe && s.vehicle.Mode == fleet.ModeHold && m.State != Diverting
}

// watchLaunch: whether a vehicle whose link is lost lifted off is not known.
func (m *sortie) watchLaunch(s *scene) bool {
	if s.vehicle != nil && !m.lost(s) {
		return false
	}
	m.hold(LinkLost, "link-lost", "the link was lost while launching")
	m.raise("link-lost", "critical", fmt.Sprintf("%s: link lost while launching", m.Vehicle))
	return true
}

// hold leaves what the sortie did aside and remembers it.
func (m *sortie) hold(state SortieState, code, reason string) {
	if m.State != LinkLost && m.State != Missing && m.State != HumanControl {
		m.Held = m.State
	}
	m.forgetVehicle()
	m.enter(state, code, reason)
}

// lost: nothing is heard, or two systems claim the vehicle's id.
func (m *sortie) lost(s *scene) bool {
	return s.vehicle == nil || s.vehicle.Link == fleet.LinkLost || s.vehicle.Link == fleet.LinkNever || s.vehicle.Link == fleet.LinkQuarantined
}

// underLoss leaves the vehicle to its own failsafe; its dock stays reserved and opens.
func (m *sortie) underLoss(s *scene) {
	if m.State != LinkLost && m.State != Missing {
		code, text := "link-lost", "link lost: the vehicle's own failsafe has it"
		if s.vehicle != nil && s.vehicle.Link == fleet.LinkQuarantined {
			code, text = "quarantined", "two systems claim its id: nothing is sent"
		}
		m.forget("open", "close")
		m.hold(LinkLost, code, text)
		m.raise("link-lost", "critical", fmt.Sprintf("%s: %s", m.Vehicle, text))
	}
	if s.dockSpec != nil && s.dock != nil && s.dock.Link == fleet.LinkOnline {
		m.do("open", fleet.PrepareLanding{ETA: 60 * time.Second}, true, seconds(s.dockSpec.OpenSeconds)+45*time.Second, 3)
	}
	if m.State == LinkLost && m.now.Sub(m.since) > m.missingAfter(s) {
		m.enter(Missing, "missing", "not heard since it should have landed by itself")
		m.raise("missing", "critical", fmt.Sprintf("%s is missing: not heard for %.0f s", m.Vehicle, m.missingAfter(s).Seconds()))
	}
}

// missingAfter is the time its own return would take from where it was last seen, twice, and five minutes.
func (m *sortie) missingAfter(s *scene) time.Duration {
	far := 0.0
	if s.vehicle != nil && s.vehicle.Position != nil {
		far = geo.Distance(s.vehicle.Position.LatLon, m.Home.LatLon)
	}
	return seconds(300 + lossTimeout(s.safety) + 2*far/max(1, s.spec.CruiseMS))
}

// lookBack goes on after a vehicle was out of sight: what it does by itself it finishes.
func (m *sortie) lookBack(s *scene) {
	held := m.Held
	m.Held = ""
	m.forgetVehicle()
	m.forget("open", "close")
	switch {
	case s.grounded():
		if !m.flown() {
			m.abort(s, "link-lost", "the link was lost while launching")
			return
		}
		m.Held = held // watch closes it when it has stood a moment
	case s.human:
		m.Held = held
		m.hold(HumanControl, "human-control", "a human holds the vehicle")
		m.Held = held
	case s.vehicle.Mode == fleet.ModeReturn:
		m.ownReturn("own-return", "finishes its own return")
	case held == Landing && (s.vehicle.Mode == fleet.ModePrecLand || s.vehicle.Mode == fleet.ModeLand):
		m.enter(Landing, "", "")
		m.live["land"] = &attempt{stage: fleet.StageDone, n: 1, vehicle: true, moves: true}
	case s.vehicle.Mode == fleet.ModeLand || s.vehicle.Mode == fleet.ModePrecLand:
		m.emergency("lands where it is")
	default:
		m.resume(s, held)
	}
}

// resume takes the work up where it was left.
func (m *sortie) resume(s *scene, held SortieState) {
	m.Held = ""
	m.forgetVehicle()
	m.forget("open", "close")
	switch held {
	case OnTask:
		m.enter(OnTask, "", "taken up again")
	case "", Requested, Reserved, AwaitingCrew, Preparing, Ready, Launching, Disarming, Outbound:
		m.enter(Outbound, "", "taken up again")
	default:
		m.enter(Returning, m.codeOr("resumed"), "goes home")
	}
	if s.vehicle.Mode == fleet.ModeHold {
		m.oddAt = m.now.Add(-10 * time.Second) // it stands still for a known reason: go on at once
	}
}

func (m *sortie) codeOr(code string) string {
	if m.Served {
		return "served"
	}
	return code
}

// underHuman waits for the release.
func (m *sortie) underHuman(s *scene) {
	if m.lost(s) {
		m.raise("link-lost", "critical", fmt.Sprintf("%s: link lost under human control", m.Vehicle))
		return
	}
	m.lower("link-lost")
	if s.spentReserve() {
		m.raise("reserve", "critical", fmt.Sprintf("%s is past its reserve line under human control", m.Vehicle))
	} else {
		m.lower("reserve")
	}
	if s.human {
		if s.operator && m.ByHand != nil && m.settleEnvelope(s) == done {
			m.do("goto-hand", m.ByHand.act(s.spec, m.CruiseAMSL), false, 15*time.Second, 2)
		}
		if s.operator && m.Chase != nil {
			m.chase(s)
		}
		return
	}
	m.lower("reserve")
	m.ByHand, m.Chase = nil, nil
	switch {
	case s.vehicle.Failsafe && s.vehicle.Mode == fleet.ModeReturn:
		m.ownReturn("failsafe-return", "returns by its own failsafe")
	case !m.regained(s):
	case m.Recall != "":
		m.goHome("recalled", m.Recall)
	default:
		m.resume(s, m.Held)
	}
}

// ownReturn lets a return that the vehicle began itself go to its end.
func (m *sortie) ownReturn(code, reason string) {
	m.forgetVehicle()
	m.leave(code)
	m.Held = ""
	m.enter(Diverting, code, reason)
}

func (m *sortie) emergency(reason string) {
	m.forgetVehicle()
	m.leave("emergency-landing")
	m.Held = ""
	m.enter(EmergencyLanding, "emergency-landing", reason)
	m.raise("emergency-landing", "critical", fmt.Sprintf("%s %s", m.Vehicle, reason))
}

// leave notes whether the work is done when the sortie turns away from it; an incident that is not goes to another.
func (m *sortie) leave(code string) {
	if m.State == OnTask || m.Held == OnTask {
		m.Served = true
	}
	if !m.Served && m.Purpose == "incident" {
		m.effects = append(m.effects, handOn{code})
	}
}

// failsafe takes the vehicle's word that it changed its mode by a failsafe of its own.
func (m *sortie) failsafe(to fleet.Mode, detail string) []effect {
	m.effects = nil
	if m.State.Final() || m.State == HumanControl || m.recovering || !m.flown() {
		return nil
	}
	if detail == "" {
		detail = "cause not said"
	}
	m.raise("failsafe", "warning", fmt.Sprintf("%s: failsafe (%s), %s", m.Vehicle, detail, to))
	switch to {
	case fleet.ModeReturn:
		m.ownReturn("failsafe-return", "returns by its own failsafe: "+detail)
	case fleet.ModeLand:
		m.emergency("lands by its own failsafe: " + detail)
	case fleet.ModeHold:
		if m.State == Outbound || m.State == OnTask {
			m.Recall = "failsafe: " + detail
			m.shown = true
		}
	}
	return m.effects
}

// ownWay notices a return or a landing that was never ordered and of which no event told.
func (m *sortie) ownWay(s *scene) bool {
	var expected bool
	switch m.State {
	case Diverting, EmergencyLanding, Landing:
		expected = true
	case Returning:
		expected = s.dockSpec == nil
	}
	v := s.vehicle
	if expected || m.moving() || v.Mode != fleet.ModeReturn && v.Mode != fleet.ModeLand {
		m.ownAt = time.Time{}
		return false
	}
	if m.ownAt.IsZero() {
		m.ownAt = m.now
	}
	if m.now.Sub(m.ownAt) < 3*time.Second {
		return true
	}
	if v.Mode == fleet.ModeReturn {
		m.ownReturn("own-return", "returns by itself")
	} else {
		m.emergency("lands by itself")
	}
	return true
}
