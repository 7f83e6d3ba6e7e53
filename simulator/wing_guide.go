package simulator

import (
	"math"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
)

// wingCourse is the guidance of the present mode while the wing carries the vehicle.
func (v *vehicle) wingCourse(now time.Time) course {
	g := &v.guide
	var c course
	switch v.mode {
	case modeMission:
		c = v.wingPlan(now)
	case modeReturn:
		c = v.wingReturn(now)
	case modeLand, modePrecLand:
		g.kind = flyLand
		if v.wing.state == vtolFW { // it cannot land on the wing: NAV_FORCE_VT
			v.become(vtolToMC)
		}
		c = course{from: v.estimate(), to: g.target}
	case modePosition:
		g.kind = flyHold
		s := &v.stick
		c = course{free: true, bank: s.y * v.param("FW_R_LIM"), climb: -s.x * v.param("FW_T_CLMB_R_SP"), to: v.estimate()}
		if v.byRC || s.at.IsZero() {
			c.bank, c.climb = 0, 0
		}
	default:
		g.kind = flyTo
		c = v.around(g.target, v.wing.circle)
		c.speed = g.speed
	}
	g.sent = c.to
	v.wing.round = course{}
	if c.radius != 0 && v.wing.state == vtolFW {
		v.wing.round = c
	}
	return c
}

// around circles a place; radius 0: NAV_LOITER_RAD.
func (v *vehicle) around(p geo.ENU, radius float64) course {
	if radius == 0 {
		radius = v.param("NAV_LOITER_RAD")
	}
	return course{to: p, radius: radius}
}

// wingReturn is RTL on the wing: climb circling, go to a circle about the destination, come down on it to RTL_DESCEND_ALT,
// fly to the place and become a multicopter before it, which then lands there.
func (v *vehicle) wingReturn(now time.Time) course {
	r := &v.guide.rtl
	est := v.estimate()
	v.guide.kind = flyTo
	high, radius := v.param("NAV_FW_ALT_RAD"), v.param("RTL_LOITER_RAD")
	low := min(r.alt, r.dest.U+v.param("RTL_DESCEND_ALT"))
	place := func(alt float64) geo.ENU { return geo.ENU{E: r.dest.E, N: r.dest.N, U: alt} }
	if v.wing.state == vtolToMC {
		return course{from: est, to: place(low)}
	}
	switch r.phase {
	case rtlClimb:
		if est.U > r.alt-high {
			r.phase = rtlCruise
		}
		c := v.around(v.guide.target, 0)
		c.to.U = r.alt
		return c
	case rtlCruise:
		if flat(est, r.dest) < 1.2*math.Abs(radius) {
			r.phase, r.since = rtlDescend, time.Time{}
		}
		return v.around(place(r.alt), radius)
	case rtlDescend:
		if est.U < low+high {
			if r.since.IsZero() {
				r.since = now
			}
			if delay := v.param("RTL_LAND_DELAY"); delay >= 0 && now.Sub(r.since) >= seconds(delay) {
				r.phase = rtlLand
			}
		}
		return v.around(place(low), radius)
	}
	if flat(est, r.dest) <= v.brakingM() && v.wing.state == vtolFW {
		v.become(vtolToMC)
	}
	return course{from: est, to: place(low)}
}

// wingPlan runs the mission on the wing.
func (v *vehicle) wingPlan(now time.Time) course {
	p := &v.plan
	est := v.estimate()
	for range 64 {
		if !p.valid || p.cur >= len(p.items) {
			v.planEnds()
			return v.around(v.guide.target, v.wing.circle)
		}
		it := &p.items[p.cur]
		at, placed := v.point(it)
		if placed && !finite(at.E, at.N, at.U) {
			placed = false
		}
		switch it.Command {
		case cmdWaypoint, cmdLoiterUnlim, cmdLoiterTime, 18, cmdTakeoff, cmdVTOLTakeoff:
			c, done := v.wingItem(it, at, placed, now)
			if !done {
				v.guide.kind = flyTo
				return c
			}
			p.from, p.fresh = at, false
			v.itemReached()
			p.cur++
			p.since = time.Time{}
		case cmdLand, cmdVTOLLand:
			v.guide.kind = flyTo
			if v.wing.state == vtolFW && flat(est, at) <= v.brakingM() {
				v.become(vtolToMC)
			}
			return course{from: est, to: geo.ENU{E: at.E, N: at.N, U: max(est.U, at.U)}}
		case cmdDelay:
			if p.since.IsZero() {
				p.since = now
				v.holdHere()
			}
			if now.Sub(p.since) < seconds(float64(it.Param1)) {
				return v.around(v.guide.target, 0)
			}
			v.itemReached()
			p.cur++
			p.since = time.Time{}
		case cmdReturn:
			v.itemReached()
			p.finished, p.speed = true, 0
			v.text(6, "Mission finished, loitering")
			v.changeMode(modeReturn)
			return v.wingReturn(now)
		case cmdTransition:
			v.itemReached()
			p.cur++
			v.transit(common.MAV_VTOL_STATE(it.Param1))
			if !v.wing.flies() || v.wing.state == vtolToMC {
				return course{from: est, to: est}
			}
		default:
			v.doItem(it)
		}
	}
	v.planEnds()
	return v.around(v.guide.target, 0)
}

// wingItem is the course of one item that is flown to, and whether it is done.
func (v *vehicle) wingItem(it *common.MessageMissionItemInt, at geo.ENU, placed bool, now time.Time) (course, bool) {
	p, est := &v.plan, v.estimate()
	if !placed {
		return course{}, true
	}
	hold, radius := 0.0, 0.0
	switch it.Command {
	case cmdLoiterUnlim:
		hold, radius = math.Inf(1), float64(it.Param3)
	case cmdLoiterTime:
		hold, radius = float64(it.Param1), float64(it.Param3)
	case cmdWaypoint:
		hold = float64(it.Param1)
	}
	if p.fresh {
		p.from, p.fresh = est, false
	}
	if hold > 0 {
		c := v.around(at, radius)
		c.speed = p.speed
		if p.since.IsZero() {
			if flat(est, at) > 1.2*math.Abs(c.radius) || math.Abs(est.U-at.U) > v.param("NAV_FW_ALT_RAD") {
				return c, false
			}
			p.since = now
		}
		return c, !(now.Sub(p.since).Seconds() < hold)
	}
	near := max(v.param("NAV_ACC_RAD"), leadS*v.body.vel.Horizontal())
	done := flat(est, at) < near && math.Abs(est.U-at.U) < v.param("NAV_FW_ALT_RAD")
	return course{from: p.from, to: at, speed: p.speed}, done
}

// takeWing turns a multicopter that has climbed out towards a place, and lets it go over onto the wing; true: it has.
func (v *vehicle) takeWing(toward geo.ENU, sp *setpoint) bool {
	w, est := &v.wing, v.estimate()
	to := sub(toward, est)
	if to.Horizontal() < 1 {
		to.E, to.N = bearing(v.body.headingDeg)
	}
	want := heading(to.E, to.N)
	w.aligning = true
	sp.headingDeg = want
	if math.Abs(turn(v.body.headingDeg, want)) > alignedDeg {
		return false
	}
	v.become(vtolToFW)
	return true
}
