package simulator

import (
	"math"
	"time"

	"groundstation/internal/geo"
)

// flightKind is what the present setpoint is for.
type flightKind int

const (
	flyHold flightKind = iota
	flyTakeoff
	flyTo
	flyLand
)

// guidance is what the modes remember.
type guidance struct {
	kind   flightKind
	from   geo.ENU // where the way to target begins; target itself: nowhere
	target geo.ENU // hold, reposition, land
	speed  float64 // 0: cruise
	yawDeg float64 // NaN: none
	takeUp float64 // AMSL of AUTO.TAKEOFF; NaN: MIS_TAKEOFF_ALT above home
	orbit  orbit
	rtl    rtl
	prec   precland
	sent   geo.ENU
}

type orbit struct {
	center geo.ENU
	radius float64 // negative: counter-clockwise
	speed  float64
	angle  float64 // bearing from the centre to the vehicle, degrees
	in     bool    // on the circle
}

// rtlPhase is how far a return has come.
type rtlPhase int

const (
	rtlClimb rtlPhase = iota
	rtlCruise
	rtlDescend
	rtlLand
)

type rtl struct {
	begun time.Time
	phase rtlPhase
	dest  geo.ENU
	alt   float64
	since time.Time
}

// defaults is a setpoint that stays at target with the vehicle's own limits.
func (v *vehicle) defaults(target geo.ENU) setpoint {
	l := v.limits()
	return setpoint{prev: target, target: target, next: target, speed: min(l.cruise, l.speedMax), up: l.up, down: l.down,
		headingDeg: math.NaN()}
}

// setpoint is the guidance of the present mode.
func (v *vehicle) setpoint(now time.Time) setpoint {
	g := &v.guide
	var sp setpoint
	switch v.mode {
	case modeTakeoff:
		sp = v.climbOut(g.takeUp)
		if v.estimate().U > sp.target.U-v.param("NAV_MC_ALT_RAD") {
			v.is.tookOff(v)
		}
	case modeMission:
		sp = v.is.flyPlan(v, now)
	case modeReturn:
		sp = v.flyReturn(now)
	case modeLand:
		sp = v.is.landing(v)
	case modePrecLand:
		sp = v.precLanding(now)
	case modeOrbit:
		sp = v.flyOrbit()
	case modePosition:
		g.kind = flyHold
		sp = v.is.bySticks(v)
	default:
		g.kind = flyHold
		sp = v.defaults(g.target)
		sp.prev = g.from
		if g.speed > 0 {
			sp.speed = g.speed
		}
		if flat(g.target, v.estimate()) > 5 {
			g.kind = flyTo
		} else if !math.IsNaN(g.yawDeg) {
			sp.headingDeg = g.yawDeg
		}
	}
	g.sent = sp.target
	return sp
}

// holdHere makes the present place, with the way to stop, the place to hold.
func (v *vehicle) holdHere() {
	p := v.estimate()
	v.wing.circle = 0
	if v.wing.flies() {
		v.guide.from, v.guide.target, v.guide.speed, v.guide.yawDeg = p, p, 0, math.NaN()
		return
	}
	l := v.limits()
	stop := v.body.vel.Horizontal()/(2*l.acc) + 0.6 // the share of the jerk that braking is given, in seconds
	p.E, p.N = p.E+v.body.vel.E*stop, p.N+v.body.vel.N*stop
	v.guide.from, v.guide.target, v.guide.speed, v.guide.yawDeg = p, p, 0, math.NaN()
}

// climbOut goes straight up to an altitude AMSL; NaN is MIS_TAKEOFF_ALT above home.
func (v *vehicle) climbOut(alt float64) setpoint {
	g := &v.guide
	if g.kind != flyTakeoff {
		g.kind, g.target = flyTakeoff, v.estimate()
	}
	if math.IsNaN(alt) {
		alt = v.home.U + v.param("MIS_TAKEOFF_ALT")
	}
	sp := v.defaults(geo.ENU{E: g.target.E, N: g.target.N, U: alt})
	sp.headingDeg = math.NaN()
	if l := v.limits(); v.estimate().U-v.groundGuess() < l.landAlt1 {
		sp.up, sp.lift = l.liftSpeed, true
	}
	return sp
}

// landing goes down at the target.
func (v *vehicle) landing() setpoint {
	g := &v.guide
	g.kind = flyLand
	sp := v.defaults(g.target)
	sp.sink, sp.down = true, v.sinkRate(g.target)
	sp.headingDeg = v.body.headingDeg
	return sp
}

// sinkRate is slower near the ground: full above MPC_LAND_ALT1, MPC_LAND_SPEED below MPC_LAND_ALT2, and a crawl once the
// rangefinder measures less than MPC_LAND_ALT3.
func (v *vehicle) sinkRate(target geo.ENU) float64 {
	if flat(target, v.estimate()) > 15 {
		return 0 // still on the way there
	}
	l := v.limits()
	if v.clearance() < l.landAlt3 {
		return l.landCrawl
	}
	h := v.estimate().U - v.groundGuess()
	return l.landSpeed + (l.downMax-l.landSpeed)*clamp((h-l.landAlt2)/max(l.landAlt1-l.landAlt2, 0.1), 0, 1)
}

// rangeMostM is how far a rangefinder measures, metres, as a PX4 v1.17 in SIH tells it.
const rangeMostM = 100

// clearance is what a rangefinder measures to whatever is below, metres.
func (v *vehicle) clearance() float64 { return v.body.pos.U - v.surface() }

// groundGuess is the height of the ground as the autopilot assumes it: that of home.
func (v *vehicle) groundGuess() float64 {
	if v.homeValid {
		return v.home.U
	}
	return v.site.U
}

// flyOrbit circles: clockwise seen from above when the radius is positive, the nose to the centre.
func (v *vehicle) flyOrbit() setpoint {
	o := &v.guide.orbit
	v.guide.kind = flyTo
	est := v.estimate()
	radius := math.Abs(o.radius)
	off := sub(est, o.center)
	dist := off.Horizontal()
	if !o.in {
		if dist > 0.1 {
			o.angle = heading(off.E, off.N)
		}
		o.in = math.Abs(dist-radius) < 3
	}
	e, n := bearing(o.angle)
	sp := v.defaults(geo.ENU{E: o.center.E + e*radius, N: o.center.N + n*radius, U: o.center.U})
	if o.in { // round it: along the tangent, and back to the radius
		o.angle = heading(off.E, off.N)
		e, n = bearing(o.angle)
		round := math.Copysign(o.speed, o.radius)
		in := radius - dist
		sp.feed, sp.free = geo.ENU{E: n*round + e*in, N: -e*round + n*in}, true
	}
	sp.headingDeg = heading(-off.E, -off.N)
	return sp
}

// startReturn freezes the destination: the nearest of home and the rally points, whether a lid there is open or not.
func (v *vehicle) startReturn() {
	est := v.estimate()
	r := rtl{dest: v.home}
	best, reach := flat(est, v.home), v.is.rallyReach(v)
	for _, p := range v.rallyPoints() {
		if flat(p, v.home) < 10 {
			continue
		}
		if d := flat(est, p); d < best && d <= reach {
			best, r.dest = d, p
		}
	}
	// Near the place less of a climb will do: the cone around it, but never so low that it comes in over the ground.
	rise, radius := v.param("RTL_RETURN_ALT"), v.limits().radius
	if cone := v.param("RTL_CONE_ANG"); cone > 0 {
		low := rise
		switch {
		case best <= radius:
			low = 2 * best
		case best <= v.param("RTL_MIN_DIST"):
			low = max(2*radius, best/math.Tan(clamp(cone, 1, 89)*math.Pi/180))
		}
		rise = min(rise, low)
	}
	r.alt, r.begun = max(est.U, r.dest.U+rise), v.w.now
	if est.U >= r.alt {
		r.phase = rtlCruise
	}
	v.guide.rtl = r
	v.holdHere()
}

// flyReturn is RTL: climb, go, descend, wait, land.
func (v *vehicle) flyReturn(now time.Time) setpoint {
	r := &v.guide.rtl
	est := v.estimate()
	v.guide.kind = flyTo
	if now.Sub(r.begun) < v.is.returnAfter && !v.wing.flies() {
		return v.defaults(est)
	}
	switch r.phase {
	case rtlClimb:
		if est.U > r.alt-v.limits().radiusUp {
			r.phase = rtlCruise
		}
		return v.defaults(geo.ENU{E: v.guide.target.E, N: v.guide.target.N, U: r.alt})
	case rtlCruise:
		if flat(est, r.dest) < v.limits().radius {
			r.phase, r.since = rtlDescend, time.Time{}
			if v.param("RTL_LAND_DELAY") == 0 {
				r.phase = rtlLand
				v.text(6, "RTL: land at destination")
			}
		}
		return v.defaults(geo.ENU{E: r.dest.E, N: r.dest.N, U: r.alt})
	case rtlDescend:
		low := r.dest.U + v.param("RTL_DESCEND_ALT")
		if est.U < low+1 {
			if r.since.IsZero() {
				r.since = now
			}
			if delay := v.param("RTL_LAND_DELAY"); delay >= 0 && now.Sub(r.since) >= seconds(delay) {
				r.phase = rtlLand
				v.text(6, "RTL: land at destination")
			}
		}
		return v.defaults(geo.ENU{E: r.dest.E, N: r.dest.N, U: min(r.alt, low)})
	}
	v.guide.target = r.dest
	return v.is.landing(v)
}
