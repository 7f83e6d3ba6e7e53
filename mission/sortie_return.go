package mission

import (
	"fmt"
	"math"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// Where and how the pad is approached.
const (
	padFresh   = time.Second     // a landing is begun only while the dock says LandingReady, this fresh
	padWatch   = 2 * time.Second // and given up when it was last said longer ago
	openBefore = 60.0            // seconds the lid must be open before the vehicle arrives
	aboveM     = 2.5             // over the pad, metres
	commitM    = 1.5             // height below which a landing is not given up, metres
	heightOffM = 3.0             // how far off a vehicle's own height may be as it touches down, metres
	touchFor   = time.Second     // within this of the dock's word a vehicle on its pad does not sink any more
	restingMS  = 0.3             // and so fast at most, m/s
	approaches = 2               // go-arounds before the ground pad is taken
	shortMin   = -2.0            // minutes past the reserve line at which waiting for a pad ends
	atPadM     = 10.0            // on the ground this near to a place: it is there
)

// returning flies to above the dock at the sortie's own layer and has the lid opened ahead of time. A crew's vehicle
// returns by itself to its site, which is its home.
func (m *sortie) returning(s *scene) {
	if s.dockSpec == nil {
		m.diverting(s)
		return
	}
	if s.storageDown {
		m.divert("storage", "orders cannot be kept")
		m.diverting(s)
		return
	}
	above := s.dockSpec.Pad.At(m.CruiseAMSL)
	d, known := s.distance(m.now, above.LatLon)
	if known && d <= s.spec.CruiseMS*(s.dockSpec.OpenSeconds+openBefore+30) {
		m.openPad(s, d)
	}
	if known && d <= aboveM && s.slow() {
		m.forget("goto")
		m.enter(HoldForPad, m.Code, m.Reason)
		m.holdForPad(s)
		return
	}
	switch m.do("goto", fleet.GoTo{Target: above}, false, 15*time.Second, 3) {
	case spent:
		code, text := m.why("goto")
		m.divert(code, text)
	case done:
		// A vehicle that stands somewhere else was stopped by something; it is asked again.
		if !known || !s.slow() || s.vehicle.Mode == fleet.ModeMission {
			m.oddAt = time.Time{}
		} else if m.oddAt.IsZero() {
			m.oddAt = m.now
		} else if m.now.Sub(m.oddAt) > 8*time.Second {
			m.oddAt = time.Time{}
			if m.approaches++; m.approaches > 3 {
				m.divert("goto-stopped", "stands still short of its dock")
				return
			}
			m.forget("goto")
		}
	}
}

func (s *scene) slow() bool {
	v := s.vehicle
	return v.VelNMS*v.VelNMS+v.VelEMS*v.VelEMS <= 1.5*1.5
}

// openPad asks the dock to be ready for the landing.
func (m *sortie) openPad(s *scene, distance float64) int {
	eta := seconds(distance / max(1, s.spec.CruiseMS))
	st := m.do("open", fleet.PrepareLanding{ETA: eta}, true, seconds(s.dockSpec.OpenSeconds)+45*time.Second, 3)
	if st == done {
		m.mark("lid-open")
	}
	return st
}

// padReady says whether the dock is ready for this landing, as heard at most maxAge ago.
func (m *sortie) padReady(s *scene, maxAge time.Duration) bool {
	d := s.dock
	return d != nil && d.Link == fleet.LinkOnline && d.State == fleet.DockLandingReady && d.Task == fleet.TaskHash(m.ID) &&
		m.now.Sub(d.StateAt) <= maxAge && d.LidOpenConfirmed(m.now, maxAge) && !d.Seated && !d.EStop && len(d.NoLanding) == 0
}

// holdForPad waits above the dock until it is ready, and not too long.
func (m *sortie) holdForPad(s *scene) {
	d, known := s.distance(m.now, s.dockSpec.Pad.LatLon)
	if known && d > 3*aboveM && !m.moving() {
		m.forget("goto")
		m.enter(Returning, m.Code, m.Reason)
		return
	}
	open := m.openPad(s, 0)
	broken := s.dock != nil && (s.dock.State == fleet.DockFault || s.dock.State == fleet.DockEStop || s.dock.State == fleet.DockMaintenance || s.dock.EStop)
	switch {
	case broken:
		m.divert("dock-"+string(s.dock.State), fmt.Sprintf("%s is %s", m.Dock, s.dock.State))
	case s.storageDown:
		m.divert("storage", "orders cannot be kept")
	case open == spent:
		code, text := m.why("open")
		m.divert(code, text)
	case m.now.Sub(m.since) > s.cfg.HoldLimit:
		m.divert("pad-late", fmt.Sprintf("%s was not ready within %.0f s", m.Dock, s.cfg.HoldLimit.Seconds()))
	case s.reserveMin != nil && *s.reserveMin < shortMin:
		m.divert("pad-energy", "no energy left to wait for the pad")
	case known && d <= aboveM && s.slow() && m.padReady(s, padFresh):
		m.enter(Landing, m.Code, m.Reason)
		m.landing(s)
	case m.openLost(s):
		m.forget("open")
	}
}

// openLost says whether a pad that was made ready is not ready any more for 3 s.
func (m *sortie) openLost(s *scene) bool {
	a := m.live["open"]
	if a == nil || a.stage != fleet.StageDone || m.padReady(s, padWatch) {
		m.lostPadAt = time.Time{}
		return false
	}
	if m.lostPadAt.IsZero() {
		m.lostPadAt = m.now
	}
	return m.now.Sub(m.lostPadAt) > 3*time.Second
}

// landing goes down onto the pad while the dock says that it is ready.
func (m *sortie) landing(s *scene) {
	v := s.vehicle
	height := clearM
	if v.Position != nil {
		height = v.Position.AltAMSL - s.dockSpec.Pad.AltAMSL
	}
	onPad := m.onPad(s, height)
	_, given := m.live["land"]
	if given && !onPad && height > commitM && !m.padReady(s, padWatch) {
		m.miss(s, "pad-lost", "the pad was not ready any more")
		return
	}
	if !given && !m.padReady(s, padFresh) {
		m.enter(HoldForPad, m.Code, m.Reason)
		return
	}
	if a := m.live["land"]; a != nil && a.code == "not-wanted" {
		m.forget("land")
		m.enter(HoldForPad, m.Code, m.Reason)
		return
	}
	if m.do("land", fleet.LandAt{Target: s.dockSpec.Pad, Precision: true}, false, 180*time.Second, 1) == spent && !onPad {
		code, text := m.why("land")
		m.miss(s, code, text)
	}
}

// onPad says whether the vehicle stands on the pad. Its own height may be off by metres; what the dock feels there under this
// sortie's task is this vehicle if it is low and does not sink any more, which it can say only after the dock's word.
func (m *sortie) onPad(s *scene, height float64) bool {
	v, d := s.vehicle, s.dock
	felt := d != nil && m.now.Sub(d.StateAt) <= padWatch && d.Task == fleet.TaskHash(m.ID) && !d.EStop &&
		(d.State == fleet.DockOccupied || d.State == fleet.DockLandingReady && d.Seated)
	if !felt {
		m.feltAt = time.Time{}
	} else if m.feltAt.IsZero() {
		m.feltAt = m.now
	}
	switch {
	case v.Landed == fleet.OnGround:
		return true
	case height < commitM:
		return d != nil && d.Seated
	}
	return felt && height < commitM+heightOffM && (m.now.Sub(m.feltAt) < touchFor || math.Abs(v.VelDMS) < restingMS)
}

// miss stops a landing: hold goes out at once, then up again or, after two, to the ground pad.
func (m *sortie) miss(s *scene, code, reason string) {
	m.forgetVehicle()
	m.forget("open")
	m.approaches++
	if m.approaches > approaches {
		m.divert(code, reason)
		return
	}
	m.enter(GoAround, code, reason)
	m.goAround(s)
}

// goAround stops and climbs back to above the pad.
func (m *sortie) goAround(s *scene) {
	if m.do("hold", fleet.Hold{}, false, 5*time.Second, 3) == working {
		return
	}
	above := s.dockSpec.Pad.At(m.CruiseAMSL)
	st := m.do("goto", fleet.GoTo{Target: above}, false, 15*time.Second, 3)
	v := s.vehicle
	switch {
	case st == spent || m.now.Sub(m.since) > 120*time.Second:
		code, text := m.why("goto")
		m.divert(code, text)
	case st == done && v.Position != nil && v.Position.AltAMSL > m.CruiseAMSL-5:
		m.forget("hold", "goto")
		m.enter(HoldForPad, m.Code, m.Reason)
	}
}

// divert gives the dock up: the vehicle returns by itself to its home, which needs no lid.
func (m *sortie) divert(code, reason string) {
	if code != "" {
		m.raise("diverting", "warning", fmt.Sprintf("%s goes to its ground place: %s", m.Vehicle, reason))
	}
	m.forgetVehicle()
	m.enter(Diverting, code, reason)
}

// diverting orders the return, as often as it takes, unless the vehicle returns already or stands on the ground: there
// it falls back to the mode it was called away from, and is not to be called again.
func (m *sortie) diverting(s *scene) {
	v := s.vehicle
	if s.human || v == nil || v.Mode == fleet.ModeReturn || v.Mode == fleet.ModeLand || v.Landed == fleet.OnGround {
		if v != nil {
			m.lower("no-return")
		}
		return
	}
	st := m.do("return", fleet.Return{}, false, 10*time.Second, 3)
	if st == spent {
		_, text := m.why("return")
		m.raise("no-return", "critical", string(m.Vehicle)+" does not return: "+text)
	}
	if a := m.live["return"]; a != nil && a.stage.Final() && m.now.Sub(a.ended) > 5*time.Second {
		m.forget("return")
	}
}

// down is a vehicle on the ground and disarmed: in its dock, or where it needs a crew.
func (m *sortie) down(s *scene) {
	if !m.flown() {
		m.abortDown(s)
		return
	}
	m.withdraw()
	m.forgetVehicle()
	code, reason := m.Code, m.Reason
	if s.dockSpec != nil {
		d := s.dock
		if d != nil && d.Link == fleet.LinkOnline && d.Seated && (m.near(s, s.dockSpec.Pad.LatLon) || m.State == Landing || m.State == Securing) {
			m.enter(Securing, code, reason)
			m.securing(s)
			return
		}
		if m.now.Sub(m.downAt) < 8*time.Second {
			return // the pad's scales and a dock's link need a moment
		}
	}
	m.Ends = Closed
	switch {
	case s.dockSpec == nil && m.near(s, m.Home.LatLon):
		m.finish(s, "landed", m.Reason)
		return
	case s.dockSpec != nil && m.near(s, s.dockSpec.GroundPad.LatLon) && !m.nearer(s, s.dockSpec.Pad.LatLon, s.dockSpec.GroundPad.LatLon):
		code, reason = "ground-pad", "landed on the ground pad of "+string(m.Dock)
	case s.dockSpec != nil && m.near(s, s.dockSpec.Pad.LatLon):
		code, reason = "beside-dock", "landed at "+string(m.Dock)+", which does not feel it; the lid stays open"
	default:
		code, reason = "off-site", "landed away from its places"
	}
	if m.Code != "" && m.Reason != "" {
		reason += " (" + m.Reason + ")"
	}
	m.raise("needs-crew", "warning", fmt.Sprintf("%s %s: it needs a crew", m.Vehicle, reason))
	m.finish(s, code, reason)
}

// abortDown ends a sortie that never lifted off and was held by something.
func (m *sortie) abortDown(s *scene) {
	code, reason := m.Code, m.Reason
	if code == "" {
		code = "not-flown"
	}
	m.abort(s, code, reason)
}

func (m *sortie) nearer(s *scene, a, b geo.LatLon) bool {
	return geo.Distance(s.vehicle.Position.LatLon, a) < geo.Distance(s.vehicle.Position.LatLon, b)
}

func (m *sortie) near(s *scene, p geo.LatLon) bool {
	return s.vehicle != nil && s.vehicle.Position != nil && geo.Distance(s.vehicle.Position.LatLon, p) <= atPadM
}
