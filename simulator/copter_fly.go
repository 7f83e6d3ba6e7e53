package simulator

import (
	"math"
	"strconv"
	"time"

	"groundstation/internal/geo"
)

// copterByPilot is a pilot who switches to loiter at the transmitter.
func (v *vehicle) copterByPilot() {
	v.copter.custom = copterLoiter
	v.changeMode(modePosition)
}

// copterTookOff stays at the very height of the take-off, still in guided.
func (v *vehicle) copterTookOff() {
	v.changeMode(modeHold)
	v.guide.target.U = v.guide.takeUp
}

// copterBySticks takes a missing transmitter for a throttle that is pulled down.
func (v *vehicle) copterBySticks() setpoint {
	if v.byRC || v.sticksHeard(v.w.now) {
		return v.flyBySticks()
	}
	sp, down := v.defaults(v.guide.target), v.copter.param("PILOT_SPEED_DN")
	if down == 0 {
		down = v.copter.param("PILOT_SPEED_UP")
	}
	sp.sink, sp.down, sp.headingDeg = true, down/100, v.body.headingDeg
	return sp
}

// The descent within 2 m of the ground waits for one that is off the marker: at half its speed above it, at a crawl from 15 cm
// beside it on.
const (
	markerLowM  = 2.0
	markerNearM = 0.15
	markerCrawl = 0.1
)

// copterLanding corrects any landing towards a marker in sight (PLND_ENABLED).
func (v *vehicle) copterLanding() setpoint {
	sp, g := v.landing(), &v.guide
	if v.copter.param("PLND_ENABLED") == 0 {
		return sp
	}
	if g.prec.pad = v.markerBelow(); g.prec.pad == nil {
		return sp
	}
	est, marker := v.estimate(), add(g.prec.pad.pad, v.gnss.err)
	aside := v.defaults(geo.ENU{E: marker.E + v.markerOffM, N: marker.N, U: est.U})
	aside.sink, aside.down, aside.headingDeg = true, sp.down, sp.headingDeg
	if est.U-marker.U < markerLowM {
		half := v.limits().landSpeed / 2
		aside.down = max(markerCrawl, half*(1-flat(est, aside.target)/markerNearM))
	}
	return aside
}

// copterRallyReach is RALLY_LIMIT_KM; 0 is none.
func (v *vehicle) copterRallyReach() float64 {
	if km := v.copter.param("RALLY_LIMIT_KM"); km > 0 {
		return 1000 * km
	}
	return math.Inf(1)
}

// flyAuto flies the plan; at its end, and while it is paused, a copter stays in auto where it is.
func (v *vehicle) flyAuto(now time.Time) setpoint {
	if v.plan.finished || v.copter.paused {
		return v.defaults(v.guide.target)
	}
	return v.flyPlan(now)
}

// copterPlanEnds holds at the end of the plan.
func (v *vehicle) copterPlanEnds() setpoint {
	p := &v.plan
	p.finished, p.speed = true, 0
	p.cur = max(0, len(p.items)-1)
	v.guide.kind = flyHold
	v.holdHere()
	return v.defaults(v.guide.target)
}

// copterAnnounces says which item of the plan begins.
func (v *vehicle) copterAnnounces() {
	c, p := v.copter, &v.plan
	if c.told != p.cur && p.cur < len(p.items) {
		c.told = p.cur
		v.speak(6, "Mission: "+strconv.Itoa(p.cur)+" "+itemName(p.items[p.cur].Command))
	}
}

// copterReached says which waypoint was reached.
func (v *vehicle) copterReached() {
	if p := &v.plan; p.items[p.cur].Command == cmdWaypoint {
		v.speak(6, "Reached command #"+strconv.Itoa(p.cur))
	}
}
