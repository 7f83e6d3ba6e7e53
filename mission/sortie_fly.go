package mission

import (
	"fmt"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission/dispatch"
	"groundstation/mission/energy"
)

// clearM is the height above home below which a vehicle that lifted off is not turned around, metres.
const clearM = 15.0

// orbitSpeed is how fast a scene is circled, m/s: slow enough for a steady picture.
const orbitSpeed = 6.0

// outbound flies to the scene.
func (m *sortie) outbound(s *scene) {
	v := s.vehicle
	if v == nil {
		return
	}
	m.closeBehind(s)
	m.noteItem(v)
	clear := v.AltRelM >= clearM || v.Position != nil && v.Position.AltAMSL-m.Home.AltAMSL >= clearM
	switch {
	case m.Recall != "":
		// One that hangs low over its pad, stopped as it rose, is not rising any more: it is brought up and home.
		hangs := v.Mode == fleet.ModeHold && !m.moving() && m.now.Sub(m.since) >= 2*time.Second
		if clear || hangs {
			m.goHome("recalled", m.Recall)
		}
		return
	case s.spentReserve():
		m.goHome("reserve", "the reserve line was reached on the way")
		return
	case clear && m.foulWeather(s):
		return
	case m.arrived(s):
		m.forget("goto", "continue")
		m.enter(OnTask, "", "")
		m.onTask(s)
		return
	case m.Direct && m.Target != nil && clear:
		if m.redirect(s) == spent {
			code, text := m.why("goto")
			m.goHome(code, text)
		}
	case v.Mode == fleet.ModeHold && !m.moving():
		m.goOn(s)
	default:
		m.oddAt = time.Time{}
	}
	if m.now.Sub(m.since) > m.patience(s) {
		m.raise("overdue", "warning", fmt.Sprintf("%s is not at its scene after %.0f s", m.Vehicle, m.now.Sub(m.since).Seconds()))
		m.goHome("overdue", "did not reach the scene in time")
	}
}

// patience is how long the way out may take.
func (m *sortie) patience(s *scene) time.Duration {
	far := 0.0
	for _, it := range m.Route {
		if it.Kind == fleet.ItemWaypoint {
			far = max(far, geo.Distance(m.Home.LatLon, it.Position.LatLon))
		}
	}
	if m.Target != nil {
		far = max(far, geo.Distance(m.Home.LatLon, *m.Target))
	}
	return seconds(240 + 3*far/max(1, s.spec.CruiseMS))
}

// goOn resumes a plan that stands still although nobody ordered that, after a moment.
func (m *sortie) goOn(s *scene) {
	if m.oddAt.IsZero() {
		m.oddAt = m.now
	}
	if m.now.Sub(m.oddAt) < 5*time.Second || s.vehicle.Mission.State == "complete" && m.GoOnAt == nil {
		return
	}
	standing := 0
	if m.GoOnAt != nil {
		standing = m.goOnAt(s)
	} else {
		standing = m.do("continue", fleet.Continue{}, false, 10*time.Second, 3)
	}
	switch standing {
	case done:
		m.forget("continue", "verify")
		m.GoOnAt = nil
		m.oddAt = time.Time{}
	case spent:
		code, text := m.why("continue")
		m.raise("stopped", "warning", string(m.Vehicle)+" stands still and does not go on: "+text)
		m.goHome(code, text)
	}
}

// arrived says whether the vehicle is where its work begins.
func (m *sortie) arrived(s *scene) bool {
	v := s.vehicle
	complete := v.Mission.State == "complete" && !v.Mission.At.Before(m.since) && !m.Direct
	if m.Plan != "" {
		return complete || v.Mode == fleet.ModeMission && v.Mission.State == "active" && v.Mission.Seq >= m.FirstSeq && !v.Mission.At.Before(m.since)
	}
	if m.Target == nil {
		return complete
	}
	d, known := s.distance(m.now, *m.Target)
	if m.Purpose == "manual" {
		return complete || known && d <= 8+1.2*asideM(s.spec) && m.atHeight(s)
	}
	return complete || known && d <= standoffM(s)+15 && m.atHeight(s)
}

func (m *sortie) atHeight(s *scene) bool {
	return s.vehicle.Position.AltAMSL >= m.CruiseAMSL-10
}

// ahead are the places to which its vehicle may fly on though nobody is there any more; it may be nil.
func (m *sortie) ahead(v *fleet.Vehicle) (places []geo.Position) {
	if m == nil || m.State != Outbound && m.State != OnTask && m.State != HumanControl {
		return nil
	}
	if m.ByHand != nil {
		places = append(places, m.ByHand.at(m.CruiseAMSL))
	}
	if m.Direct && m.Target != nil {
		places = append(places, m.Target.At(m.CruiseAMSL))
	}
	if v.Mode != fleet.ModeMission {
		return places
	}
	for i, it := range m.Route {
		if it.Kind == fleet.ItemWaypoint && i >= v.Mission.Seq {
			places = append(places, it.Position)
		}
	}
	return places
}

// orbitM is the radius a class circles at, metres; standoffM how far from the target it first halts.
func orbitM(spec fleet.VehicleSpec) float64 {
	if spec.Class == fleet.LongVTOL {
		return 150
	}
	return 40
}

// asideM is what a class needs beside its way: a wing circles where it is held (NAV_LOITER_RAD), and drifts while it goes over.
func asideM(spec fleet.VehicleSpec) float64 {
	if spec.Class == fleet.LongVTOL {
		return wingLoiterM + 20
	}
	return 0
}

// circling says whether a vehicle's mode is that of one that circles: a wing does so in hold.
func circling(spec fleet.VehicleSpec, mode fleet.Mode) bool {
	return mode == fleet.ModeOrbit || spec.Class == fleet.LongVTOL && mode == fleet.ModeHold
}

// orbitMS is how fast it circles a scene: a wing must go on as it flies.
func orbitMS(spec fleet.VehicleSpec) float64 {
	if spec.Class == fleet.LongVTOL {
		return spec.CruiseMS
	}
	return min(spec.CruiseMS, orbitSpeed)
}

func standoffM(s *scene) float64 { return orbitM(s.spec) }

// onTask does what it came for until it is done, recalled, or the reserve line.
func (m *sortie) onTask(s *scene) {
	m.closeBehind(s)
	m.noteItem(s.vehicle)
	switch {
	case m.Recall != "":
		m.goHome("recalled", m.Recall)
		return
	case s.spentReserve():
		m.goHome("reserve", "the reserve line was reached")
		return
	case m.foulWeather(s):
		return
	}
	switch {
	case m.Purpose == "incident":
		m.circle(s)
		if m.now.Sub(m.since) >= seconds(m.OnSceneS) {
			m.goHome("served", fmt.Sprintf("%.0f min on scene", m.OnSceneS/60))
		}
	case m.Plan != "":
		v := s.vehicle
		if v.Mission.State == "complete" && !v.Mission.At.Before(m.since) && m.GoOnAt == nil {
			m.flownWhole()
			m.goHome("served", "the plan is flown")
		} else if v.Mode == fleet.ModeHold && !m.moving() {
			m.goOn(s)
		} else {
			m.oddAt = time.Time{}
		}
	case m.Direct && m.Target != nil:
		m.redirect(s)
	}
}

// circle keeps the orbit and the camera on the target.
func (m *sortie) circle(s *scene) {
	if m.Target == nil {
		return
	}
	scene := m.Target.At(m.CruiseAMSL)
	if m.settleEnvelope(s) != done {
		return
	}
	switch m.do("orbit", fleet.Orbit{Center: scene, RadiusM: orbitM(s.spec), SpeedMS: orbitMS(s.spec)}, false, 15*time.Second, 3) {
	case done:
		if circling(s.spec, s.vehicle.Mode) || m.moving() {
			m.oddAt = time.Time{}
		} else if m.oddAt.IsZero() {
			m.oddAt = m.now
		} else if m.now.Sub(m.oddAt) > 5*time.Second {
			m.forget("orbit")
		}
	case spent:
		_, text := m.why("orbit")
		m.raise("no-orbit", "warning", string(m.Vehicle)+" does not circle its scene: "+text)
	}
	if m.do("look", fleet.LookAt{Target: m.onGround(*m.Target, s.terrain)}, false, 10*time.Second, 3) == spent {
		_, text := m.why("look")
		m.raise("no-look", "warning", string(m.Vehicle)+" does not point its camera: "+text)
	}
}

// onGround is a place on the ground; where that was not surveyed it is as high as home.
func (s *Sortie) onGround(at geo.LatLon, t fleet.Terrain) geo.Position {
	if t.Grid != nil {
		if h, known := t.Grid.At(at); known {
			return at.At(h)
		}
	}
	return at.At(s.Home.AltAMSL)
}

// redirect flies straight to a target that was moved after launch.
func (m *sortie) redirect(s *scene) int {
	if st := m.settleEnvelope(s); st != done {
		return st
	}
	return m.do("goto", fleet.GoTo{Target: m.Target.At(m.CruiseAMSL)}, false, 15*time.Second, 3)
}

// settleEnvelope puts a wider fence on board where the target was moved outside the old one: hold, upload, go on.
func (m *sortie) settleEnvelope(s *scene) int {
	if !m.Refence {
		return done
	}
	if st := m.do("refence-hold", fleet.Hold{}, false, 10*time.Second, 3); st != done {
		return st
	}
	st := m.putPlan("refence", 3)
	if st == done && !m.verified(s) {
		return working
	}
	if st == done {
		m.Refence = false
		m.acts = append(m.acts, "sortie.refenced")
		m.forget("refence", "refence-hold")
	} else if st == spent {
		_, text := m.why("refence")
		m.raise("no-fence", "warning", string(m.Vehicle)+" holds: the fence for its new target is not on board: "+text)
	}
	return st
}

// spentReserve says whether the vehicle must turn back now.
func (s *scene) spentReserve() bool { return s.reserveMin != nil && *s.reserveMin <= 0 }

// closeBehind closes the lid when the vehicle is so far away that it cannot be back before it could be open again for
// a minute, and its link is fresh.
func (m *sortie) closeBehind(s *scene) {
	if s.dockSpec == nil || s.dock == nil || !s.online() {
		return
	}
	d, known := s.distance(m.now, s.dockSpec.Pad.LatLon)
	if !known || s.vehicle.Position.AltAMSL < m.Home.AltAMSL+clearM {
		return
	}
	earliest := seconds(d/(s.spec.CruiseMS+energy.Aloft*max(0, s.windMS)) + dispatch.ArmS)
	if earliest < seconds(s.dockSpec.OpenSeconds)+100*time.Second {
		return
	}
	if m.do("close", fleet.CloseAway{EarliestReturn: earliest}, true, 90*time.Second, 2) == done {
		m.mark("lid-closed")
	}
}

// goHome turns back. The dock is asked to open in time from there on.
func (m *sortie) goHome(code, reason string) {
	m.forgetVehicle()
	m.forget("open")
	m.leave(code)
	m.Held = ""
	m.Direct, m.Refence, m.GoOnAt, m.approaches = false, false, nil, 0
	m.enter(Returning, code, reason)
}
