package mission

import (
	"fmt"
	"math"
	"strings"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// How old what a launch depends on may be, and how far home may lie from where it was surveyed.
const (
	lidFresh  = time.Second
	lidWatch  = 2 * time.Second // while arming: an open lid last heard of longer ago stops the launch
	heardMax  = 3 * time.Second
	homeWithM = 5.0
	// uploadBound and safetyBound hold some forty exchanges, each tried again and again at 30 % loss; a good link needs
	// 2 s.
	uploadBound = 90 * time.Second
	safetyBound = 45 * time.Second
	// identifyBound is how long a transmitter of remote identification may take under the open sky: a position, and what the
	// station tells it every few seconds.
	identifyBound = 30 * time.Second
	// homeTries are 21 s: ArduPilot tells a position, and takes no home until its filter has an origin, ten seconds later.
	homeTries = 7
	// bootBound is how long a vehicle that was switched off may take to be heard.
	bootBound = 60 * time.Second
)

// begin leaves Reserved: a crew is asked, a dock is opened at once.
func (m *sortie) begin(s *scene) {
	if s.spec.Dock == "" {
		by := m.now.Add(s.cfg.CrewConfirm)
		m.ConfirmBy = &by
		m.enter(AwaitingCrew, "", "waits for the crew's word")
		return
	}
	m.enter(Preparing, "", "")
	m.preparing(s)
}

// confirm is the crew's word.
func (m *sortie) confirm(by string) {
	m.ConfirmedBy = by
	m.enter(Preparing, "", "confirmed by "+by)
}

// preparing runs everything that can run at once, and goes on when all of it stands.
func (m *sortie) preparing(s *scene) {
	if s.human {
		m.abort(s, "human-control", "a human took the vehicle")
		return
	}
	if m.Recall != "" {
		m.abort(s, "recalled", m.Recall)
		return
	}
	if s.aloft() {
		m.enter(Outbound, "unexpected-lift-off", "lifted off without a launch")
		m.Recall = "lifted off without a launch"
		m.raise("unexpected-lift-off", "critical", string(m.Vehicle)+" lifted off while it was prepared")
		return
	}
	if m.now.Sub(m.since) > s.cfg.PrepareLimit+m.lengthy() {
		m.abort(s, "prepare-timeout", "not ready in time: "+m.Reason)
		return
	}
	var waits []string
	ended := func(name string, standing int) bool {
		switch standing {
		case done:
			m.mark(name)
			return true
		case spent:
			code, text := m.why(name)
			m.abort(s, code, text)
		default:
			waits = append(waits, name)
		}
		return false
	}
	step := func(name string, act fleet.Act, dock bool, bound time.Duration, tries int) bool {
		return ended(name, m.do(name, act, dock, bound, tries))
	}
	all := true
	if s.dockSpec != nil {
		all = step("dock", fleet.PrepareLaunch{}, true, seconds(s.dockSpec.OpenSeconds)+45*time.Second, 2)
	}
	if m.boots(s) {
		m.wait("waits for vehicle to boot")
		return
	}
	all = m.State == Preparing && step("safety", fleet.VerifySafety{Params: s.safety}, false, safetyBound, 3) && all
	switch {
	case m.State != Preparing:
	case !m.located(s):
		waits, all = append(waits, "position fix"), false
	case step("home", fleet.SetHome{Home: m.Home}, false, 10*time.Second, homeTries):
		planned := ended("plan", m.putPlan("plan", 2))
		if planned && !m.verified(s) {
			waits, planned = append(waits, "approved plan on board"), false
		}
		all = planned && all
	default:
		all = false
	}
	if m.State != Preparing {
		return
	}
	if lists := m.strange(s); len(lists) > 0 {
		m.abort(s, "plan-changed", "changed on board by somebody else: "+strings.Join(lists, ", "))
		return
	}
	if gate := m.unidentified(s); gate != nil {
		m.abort(s, gate.Code, gate.Text)
		return
	}
	if all {
		if why := m.unready(s); why != "" {
			waits = append(waits, why)
		} else {
			m.mark("prearm")
			m.enter(Ready, "", "")
			m.launching(s)
			return
		}
	}
	m.wait("waits for " + strings.Join(waits, ", "))
}

// boots says whether the vehicle was switched off in its dock and is not heard yet since the dock was asked to give it
// power.
func (m *sortie) boots(s *scene) bool {
	if s.dock != nil && s.dock.Power.VehicleOff && s.dock.Seated {
		m.sleptAt = m.now
	}
	return !m.sleptAt.IsZero() && !s.online() && m.now.Sub(m.sleptAt) < bootBound
}

// CeilingAMSL is the highest altitude anything is sent to on this sortie, metres.
func (s *Sortie) CeilingAMSL() float64 { return s.CruiseAMSL + 5 }

// located: a 3D fix and a position of now (inside a closed dock there is neither).
func (m *sortie) located(s *scene) bool {
	return s.online() && s.vehicle.GPS.Fix >= 3 && s.vehicle.Position != nil && m.now.Sub(s.vehicle.PositionAt) <= heardMax
}

// unidentified is why it is not waited for any longer that the vehicle identifies itself; nil: it does, or may take longer.
func (m *sortie) unidentified(s *scene) *fleet.Gate {
	if s.spec.RemoteID != fleet.RemoteIDRequired || !m.located(s) {
		m.unnamedAt = time.Time{}
		return nil
	}
	gate := s.vehicle.Unidentified(m.now)
	switch {
	case gate == nil:
		m.unnamedAt = time.Time{}
	case m.unnamedAt.IsZero():
		m.unnamedAt = m.now
	case m.now.Sub(m.unnamedAt) > identifyBound:
		return gate
	}
	return nil
}

// unready says in a word what speaks against launching now; empty is go. Unknown or old is against.
func (m *sortie) unready(s *scene) string {
	v := s.vehicle
	clock := v.Clock.Gate(m.now)
	switch {
	case s.storageDown:
		return "storage"
	case s.human:
		return "human control"
	case !s.online() || m.now.Sub(v.HeardAt) > heardMax:
		return "vehicle link"
	case v.Landed != fleet.OnGround:
		return "vehicle on the ground"
	case !m.located(s):
		return "position fix"
	case clock != nil: // it is set by the satellites
		return clock.Text
	case v.Home == nil || geo.Distance(v.Home.LatLon, m.Home.LatLon) > homeWithM || math.Abs(v.Home.AltAMSL-m.Home.AltAMSL) > homeWithM:
		return "home at the ground pad"
	case !v.PrearmOK:
		return "vehicle's own checks"
	case !v.Safety.CheckedAt.IsZero() && !v.Safety.OK:
		return "safety parameters"
	case s.spec.RemoteID == fleet.RemoteIDRequired && !v.Identified(m.now):
		return v.Unidentified(m.now).Text
	}
	for _, step := range []string{"safety", "home", "plan"} {
		if a := m.live[step]; a == nil || a.stage != fleet.StageDone {
			return step
		}
	}
	if !m.verified(s) {
		return "approved plan on board"
	}
	if s.dockSpec == nil {
		return ""
	}
	switch d := s.dock; {
	case d == nil || d.Link != fleet.LinkOnline:
		return "dock link"
	case !d.LidOpenConfirmed(m.now, lidFresh):
		return "lid confirmed open"
	case d.State != fleet.DockLaunchReady:
		return "dock ready for launch"
	case d.Task != fleet.TaskHash(m.ID):
		return "dock's task"
	case d.EStop || d.PersonNear:
		return "clear pad"
	case len(d.NoLaunch) > 0:
		return d.NoLaunch[0].Text
	}
	return ""
}

// launching arms and lifts off, once; the lid is watched until the vehicle is in the air.
func (m *sortie) launching(s *scene) {
	if m.State == Ready {
		m.enter(Launching, "", "")
	}
	v := s.vehicle
	if s.online() && v.Armed && v.Landed == fleet.InAir {
		m.lifted()
		return
	}
	rising := s.online() && v.Armed && v.Landed == fleet.TakingOff
	if (s.human || m.Recall != "") && !rising {
		m.stop(s, "recalled", "stopped before lift-off")
		return
	}
	if _, given := m.live["launch"]; given && !rising && !m.lidOpen(s) {
		m.raise("lid-lost", "critical", fmt.Sprintf("lid of %s not confirmed open while %s was arming", m.Dock, m.Vehicle))
		m.stop(s, "lid-lost", "the lid was not confirmed open until lift-off")
		return
	}
	if a := m.live["launch"]; a != nil && a.code == "not-wanted" {
		m.forget("launch")
		m.enter(Preparing, "", "not ready any more when the launch was to go out")
		return
	}
	switch m.do("launch", fleet.Launch{Plan: m.PlanHash}, false, 45*time.Second, 2) {
	case done:
		if s.aloft() {
			m.lifted()
		}
	case spent:
		code, text := m.why("launch")
		m.stop(s, code, text)
	}
}

func (m *sortie) lidOpen(s *scene) bool {
	return s.dockSpec == nil || s.dock != nil && s.dock.LidOpenConfirmed(m.now, lidWatch) && !s.dock.EStop
}

// lifted: in the air.
func (m *sortie) lifted() {
	m.forget("launch")
	m.enter(Outbound, "", "")
}

// stop ends a launch on the ground: hold takes the order back, disarm is confirmed, the lid closes.
func (m *sortie) stop(s *scene, code, reason string) {
	m.forgetVehicle()
	if !s.human {
		m.do("hold", fleet.Hold{}, false, 5*time.Second, 1)
	}
	m.enter(Disarming, code, reason)
	m.Ends = Aborted
	m.effects = append(m.effects, handOn{code})
}

// disarming waits for the motors to be off, and says so loudly when they are not.
func (m *sortie) disarming(s *scene) {
	v := s.vehicle
	switch {
	case s.online() && v.Armed && v.Landed == fleet.InAir:
		m.Recall, m.Ends = "lifted off while it was stopped", ""
		m.enter(Outbound, m.Code, m.Recall)
		m.raise("unexpected-lift-off", "critical", string(m.Vehicle)+" lifted off while it was stopped")
	case s.grounded() && m.now.Sub(m.since) >= 2*time.Second:
		m.lower("will-not-disarm")
		m.enter(Securing, m.Code, m.Reason)
	case s.online() && v.Armed && !(s.human && !s.operator):
		if m.do("disarm", fleet.Disarm{}, false, 5*time.Second, 5) == spent {
			m.raise("will-not-disarm", "critical", string(m.Vehicle)+" does not disarm on the ground")
			if a := m.live["disarm"]; m.now.Sub(a.ended) > 10*time.Second {
				m.forget("disarm")
			}
		}
	}
}

// abort ends a sortie that has not armed: the lid closes over the vehicle, the incident goes to somebody else.
func (m *sortie) abort(s *scene, code, reason string) {
	m.forgetVehicle()
	m.Ends = Aborted
	m.effects = append(m.effects, handOn{code})
	if _, asked := m.live["dock"]; asked || s.dock != nil && s.dock.Task == fleet.TaskHash(m.ID) {
		m.enter(Securing, code, reason)
		return
	}
	m.enter(Aborted, code, reason)
}

// securing centres the vehicle, or closes the lid over one that did not go, and ends the sortie.
func (m *sortie) securing(s *scene) {
	if m.Ends == "" {
		m.Ends = Closed
	}
	if s.dockSpec == nil {
		m.finish(s, m.Code, m.Reason)
		return
	}
	if s.aloft() && s.online() {
		m.enter(Outbound, "unexpected-lift-off", "lifted off while its dock was to close")
		m.Recall, m.Ends = m.Reason, ""
		m.raise("unexpected-lift-off", "critical", string(m.Vehicle)+" lifted off while its dock was to close")
		return
	}
	if m.boots(s) && (s.dock == nil || !s.dock.Power.VehicleOff) {
		return // whether it is at rest it says itself
	}
	var act fleet.Act = fleet.Secure{}
	if m.Ends == Aborted {
		act = fleet.AbortLaunch{}
	}
	switch m.do("secure", act, true, 180*time.Second, 3) {
	case done:
		m.mark("secured")
		m.finish(s, m.Code, m.Reason)
	case spent:
		_, text := m.why("secure")
		m.raise("not-secured", "critical", fmt.Sprintf("%s is not secured over %s: %s", m.Dock, m.Vehicle, text))
		m.finish(s, "not-secured", text)
	}
}

// finish ends the sortie in the state it was to end in.
func (m *sortie) finish(_ *scene, code, reason string) {
	if m.Ends != Aborted {
		m.Ends = Closed
	}
	if code == "" {
		code = "docked"
	}
	m.enter(m.Ends, code, reason)
}
