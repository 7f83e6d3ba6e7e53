package simulator

import (
	"fmt"
	"math"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
)

// changeMode makes m the present mode and prepares its guidance. It does not ask whether m may run.
func (v *vehicle) changeMode(m mode) {
	if v.mode == m && m != modeReturn && m != modeLand {
		return
	}
	switch m {
	case modeReturn, modeLand, modePrecLand:
		if v.mode == modeMission {
			v.before = modeMission
		}
	default:
		v.before = 0
	}
	v.mode, v.byRC, v.stick.held = m, false, false
	v.guide.kind = flyHold
	v.guide.prec = precland{}
	switch m {
	case modeHold, modePosition:
		v.holdHere()
	case modeTakeoff:
		v.guide.takeUp = math.NaN()
		if !v.landed {
			v.takeUp(math.NaN())
		}
	case modeLand, modePrecLand:
		v.holdHere()
		if m == modeLand {
			v.text(6, "Landing at current position")
		}
	case modeReturn:
		v.startReturn()
		r := &v.guide.rtl
		v.text(6, fmt.Sprintf("RTL: start return at %.0f m (%.0f m above destination)", math.Ceil(r.alt-0.01), math.Ceil(r.alt-r.dest.U-0.01)))
	case modeMission:
		v.plan.resume()
		v.text(6, "Executing Mission")
	}
	v.tellNow(idCurrentMode)
}

// orderMode is a mode asked for by a station; the answer is the commander's.
func (v *vehicle) orderMode(m mode) common.MAV_RESULT {
	refuse := func() common.MAV_RESULT {
		v.text(2, "Switching to "+m.name()+" is currently not available")
		return common.MAV_RESULT_TEMPORARILY_REJECTED
	}
	if v.armed && m.main() != mainAuto && (m != modePosition || !v.sticksHeard(v.w.now)) {
		return refuse() // there are no sticks
	}
	if v.armed && !v.landed {
		switch {
		case m == modeFollow:
			return refuse() // nobody to follow
		case !v.positionKnown(v.w.now) && m != modeLand:
			return refuse()
		case m == modeMission && !v.plan.valid:
			return refuse()
		case m == modeReturn && !v.homeValid:
			return refuse()
		}
	}
	v.safe.overridden()
	if m == modeReturn {
		v.text(6, "Returning to launch")
	}
	v.changeMode(m)
	return common.MAV_RESULT_ACCEPTED
}

// arm starts the motors if every check passes.
func (v *vehicle) arm() common.MAV_RESULT {
	if v.armed {
		return common.MAV_RESULT_ACCEPTED
	}
	if why := v.armProblem(); why != "" {
		v.text(2, "Arming denied: "+why)
		return common.MAV_RESULT_TEMPORARILY_REJECTED
	}
	v.startMotors()
	if !v.homeManual && v.param("COM_HOME_EN") != 0 {
		v.setHome(v.estimate(), false)
	}
	v.text(6, "Armed by external command")
	return common.MAV_RESULT_ACCEPTED
}

// startMotors arms.
func (v *vehicle) startMotors() {
	v.armed, v.armedAt, v.flying = true, v.w.now, false
	v.beginLog()
	v.safe = failsafe{}
	v.stick.spare = !v.sticksHeard(v.w.now)
	v.guide.kind = flyHold
	v.holdHere()
}

// runnable says whether the present mode can be armed: one that is flown by sticks needs them.
func (v *vehicle) runnable() bool {
	return v.mode.armable() && (v.mode.main() == mainAuto || v.sticksHeard(v.w.now))
}

// armProblem is the first failing check; empty when the vehicle may arm in its present mode.
func (v *vehicle) armProblem() string {
	switch {
	case !v.runnable():
		return "Mode not suitable for takeoff"
	case v.mode == modeMission && !v.plan.valid:
		return "Mission cannot be completed"
	case v.noArm:
		return "motor failure"
	case v.healthProblem() != "":
		return "Resolve system health failures first"
	}
	return ""
}

// healthProblem is what the pre-arm bit of SYS_STATUS stands for.
func (v *vehicle) healthProblem() string {
	switch {
	case v.body.crashed:
		return "airframe damaged"
	case !v.positionKnown(v.w.now):
		return "no global position"
	case !v.homeValid:
		return "no home position"
	case v.chargeState() >= 3:
		return "battery unhealthy"
	}
	return ""
}

// reposition is DO_REPOSITION: AMSL whatever the frame says. To nowhere is a pause: it stops as soon as it can.
func (v *vehicle) reposition(c command) common.MAV_RESULT {
	if int(c.p[1])&1 == 0 {
		return common.MAV_RESULT_UNSUPPORTED
	}
	target := v.estimate()
	if finite(c.p[4], c.p[5]) && (c.p[4] != 0 || c.p[5] != 0) {
		p := v.w.frame.ENU(geo.LatLon{Lat: c.p[4], Lon: c.p[5]}.At(target.U))
		target.E, target.N = p.E, p.N
	}
	if finite(c.p[6]) {
		target.U = c.p[6]
	}
	if !v.positionKnown(v.w.now) {
		return common.MAV_RESULT_TEMPORARILY_REJECTED
	}
	if !v.armed || v.landed {
		v.changeMode(modeHold)
		return common.MAV_RESULT_ACCEPTED
	}
	if !v.fence.allows(target) {
		v.text(2, "Reposition is outside geofence")
		v.event(13495236, 3)
		return common.MAV_RESULT_ACCEPTED
	}
	v.safe.overridden()
	v.changeMode(modeHold)
	if pause := !finite(c.p[4]) && !finite(c.p[5]) && !finite(c.p[6]); pause {
		v.holdHere()
		return common.MAV_RESULT_ACCEPTED
	}
	v.guide.from = v.estimate()
	v.guide.target, v.guide.speed, v.guide.yawDeg = target, 0, math.NaN()
	if r := c.p[2]; finite(r) && math.Abs(r) >= 1 {
		v.wing.circle = r
	}
	if finite(c.p[0]) && c.p[0] > 0 {
		v.guide.speed = min(c.p[0], 1.2*v.at.CruiseMS)
	}
	if finite(c.p[3]) {
		v.guide.yawDeg = wrap360(c.p[3] * 180 / math.Pi)
	}
	return common.MAV_RESULT_ACCEPTED
}

// circle is DO_ORBIT.
func (v *vehicle) circle(c command) common.MAV_RESULT {
	if !v.positionKnown(v.w.now) {
		return common.MAV_RESULT_TEMPORARILY_REJECTED
	}
	est := v.estimate()
	o := orbit{center: est, radius: 20, speed: min(5, v.at.CruiseMS)}
	if finite(c.p[0]) && math.Abs(c.p[0]) >= 1 {
		o.radius = clamp(c.p[0], -1000, 1000)
	}
	if finite(c.p[1]) && c.p[1] > 0 {
		o.speed = min(c.p[1], v.at.CruiseMS)
	}
	// The circle must be flyable: v²/r within the lateral acceleration.
	o.speed = min(o.speed, math.Sqrt(0.7*v.limits().acc*math.Abs(o.radius)))
	if finite(c.p[4], c.p[5]) && (c.p[4] != 0 || c.p[5] != 0) {
		o.center = v.w.frame.ENU(geo.LatLon{Lat: c.p[4], Lon: c.p[5]}.At(est.U))
	}
	if finite(c.p[6]) {
		o.center.U = c.p[6]
	}
	if !v.fence.allows(o.center) {
		v.text(2, "Orbit is outside geofence")
		return common.MAV_RESULT_DENIED
	}
	v.safe.overridden()
	if v.wing.state == vtolFW { // a wing circles in Hold
		v.changeMode(modeHold)
		v.guide.target, v.wing.circle = o.center, v.param("NAV_LOITER_RAD")
		if finite(c.p[0]) && math.Abs(c.p[0]) >= 1 {
			v.wing.circle = clamp(c.p[0], -5000, 5000)
		}
		return common.MAV_RESULT_ACCEPTED
	}
	v.changeMode(modeOrbit)
	v.guide.orbit = o
	return common.MAV_RESULT_ACCEPTED
}
