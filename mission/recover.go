package mission

import (
	"fmt"
	"slices"
	"time"

	"groundstation/fleet"
)

// After a restart.
const (
	unknownMax = 60 * time.Second // an unknown longer than this is an alarm
	dockWait   = 5 * time.Second  // a vehicle with its motors on is taken over without its dock after this
	launchWait = 6 * time.Second  // an order to launch may still take effect for this long
	liftWait   = 12 * time.Second // an armed vehicle may still lift off
	oldLaunch  = 10 * time.Minute // a sortie prepared longer ago is not launched any more
)

// recover looks at the world before a sortie read from the store does anything.
func (m *sortie) recover(s *scene) {
	age := m.now.Sub(m.loadedAt)
	if missing := m.unseen(s, age); missing != "" {
		m.wait("after a restart: waits to hear " + missing)
		if age > unknownMax {
			m.raise("unknown", "critical", fmt.Sprintf("%s: %s not heard since the restart; it was %s", m.Vehicle, missing, m.State))
		}
		return
	}
	switch {
	case s.aloft() && s.vehicle.Landed != fleet.OnGround:
		m.recoverAloft(s)
	case s.vehicle.Armed:
		if !m.recoverArmed(s, age) {
			return
		}
	case !m.recoverDown(s, age):
		return
	}
	m.lower("unknown")
	m.recovering = false
	m.closeOrders()
	m.acts = append(m.acts, "sortie.reconciled")
}

// closeOrders ends on record every order of before the restart whose outcome nobody will hear any more.
func (m *sortie) closeOrders() {
	m.Orders = slices.Clone(m.Orders)
	for i := range m.Orders {
		o := &m.Orders[i]
		if !o.Stage.Final() && o.At.Before(m.loadedAt) {
			o.Stage, o.Code, o.Detail = fleet.StageTimedOut, "restart", "the station restarted before the outcome was seen"
		}
	}
}

// unseen names what has not been heard yet and must be.
func (m *sortie) unseen(s *scene, age time.Duration) string {
	v := s.vehicle
	if v == nil || v.Link != fleet.LinkOnline || v.HeardAt.Before(m.loadedAt) || v.Mode == fleet.ModeUnknown || v.Mode == "" ||
		v.Landed == fleet.LandedUnknown || v.Landed == "" {
		return string(m.Vehicle)
	}
	if s.aloft() && (v.Position == nil || v.PositionAt.Before(m.loadedAt)) {
		return "the position of " + string(m.Vehicle)
	}
	if s.dockSpec != nil && (s.dock == nil || s.dock.Link != fleet.LinkOnline || s.dock.StateAt.Before(m.loadedAt) || s.dock.LidAt.Before(m.loadedAt)) &&
		(age < dockWait || !s.aloft() && !v.Armed) {
		return string(m.Dock)
	}
	return ""
}

// recoverAloft takes up a vehicle that is in the air: what it does by itself it goes on doing, what was ordered is
// ordered again only where its effect is not seen.
func (m *sortie) recoverAloft(s *scene) {
	mode := s.vehicle.Mode
	switch m.State {
	case LinkLost, Missing, HumanControl, EmergencyLanding, Diverting:
		return
	case Securing, Disarming:
		m.Recall, m.Ends = "in the air after a restart while it was to stay down", ""
		m.enter(Outbound, "restart", m.Recall)
	case Requested, Reserved, AwaitingCrew, Preparing, Ready, Launching:
		m.enter(Outbound, "", "lifted off before the restart")
	}
	if mode == fleet.ModeReturn && !(m.State == Returning && s.dockSpec == nil) {
		m.ownReturn("own-return", "found on its own return after a restart")
		return
	}
	if mode == fleet.ModeLand && m.State != Landing {
		m.emergency("found landing after a restart")
		return
	}
	seen := func(step string) {
		m.live[step] = &attempt{n: 1, stage: fleet.StageDone, vehicle: true, ended: m.now.Add(-time.Minute)}
	}
	switch m.State {
	case OnTask:
		if circling(s.spec, mode) && m.ordered("orbit", OnTask) {
			seen("orbit")
			if m.ordered("look", OnTask) {
				seen("look")
			}
		}
		if m.Direct && mode == fleet.ModeHold && m.ordered("goto", "") {
			seen("goto")
		}
	case Outbound:
		if m.Direct && mode == fleet.ModeHold && m.ordered("goto", "") {
			seen("goto")
		}
	case Returning, HoldForPad:
		if mode == fleet.ModeHold && m.ordered("goto", Returning) {
			seen("goto")
		}
	case GoAround:
		m.enter(Returning, m.Code, m.Reason)
	case Landing:
		if mode == fleet.ModePrecLand || mode == fleet.ModeLand {
			seen("land")
		} else {
			m.enter(Returning, m.Code, m.Reason)
		}
	}
	if d := s.dock; d != nil && d.Task == fleet.TaskHash(m.ID) {
		switch d.State {
		case fleet.DockAway:
			seen("close")
			m.live["close"].vehicle = false
		case fleet.DockLandingReady:
			seen("open")
			m.live["open"].vehicle = false
		}
	}
}

// ordered says whether an order of a step is on record since a state was last entered.
func (m *sortie) ordered(step string, since SortieState) bool {
	var from time.Time
	for _, st := range m.Stages {
		if st.Name == string(since) {
			from = st.At
		}
	}
	for _, o := range m.Orders {
		if o.Step == step && !o.At.Before(from) {
			return true
		}
	}
	return false
}

// recoverArmed: on the ground with motors running. It may be about to lift off, or have just landed.
func (m *sortie) recoverArmed(s *scene, age time.Duration) bool {
	switch m.State {
	case Requested, Reserved, AwaitingCrew, Preparing, Ready, Launching:
		if m.State == Launching && m.lidOpen(s) && age < liftWait {
			m.wait("after a restart: armed, waits to see whether it lifts off")
			return false
		}
		m.stop(s, "restart", "found armed on the ground after a restart")
	}
	return true
}

// recoverDown: on the ground and disarmed.
func (m *sortie) recoverDown(s *scene, age time.Duration) bool {
	switch m.State {
	case Requested, Reserved, AwaitingCrew, Disarming:
		// they go on by their own rules
	case Preparing, Ready, Launching:
		if m.State == Launching && age < launchWait {
			m.wait("after a restart: waits to see whether it lifts off")
			return false
		}
		if m.now.Sub(m.CreatedAt) > oldLaunch {
			m.abort(s, "restart", "prepared too long ago to be launched after a restart")
			return true
		}
		m.enter(Preparing, "", "prepared anew after a restart")
	case Securing:
		d := s.dock
		if d != nil && d.Task != fleet.TaskHash(m.ID) && (d.State == fleet.DockCharging || d.State == fleet.DockIdle) && d.LidSwitch == fleet.LidClosed {
			m.finish(s, m.Code, m.Reason)
		}
	}
	return true
}
