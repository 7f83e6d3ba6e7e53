package simulator

import (
	"math"

	"groundstation/internal/geo"
)

// axis is one direction of a planned motion: m, m/s, m/s².
type axis struct{ x, v, a float64 }

// trajectory is the motion an autopilot plans ahead of itself, smooth in its acceleration, that the control loops then
// follow (PX4's position smoothing: the speed towards a waypoint is the one from which the next turn and the end can
// still be made; off the line the way leads back by a point ahead on it).
type trajectory struct {
	e, n, u  axis
	yaw      axis // v is the heading in degrees, a its rate
	turnFrom float64
}

// restart plans anew from a place at rest.
func (t *trajectory) restart(p geo.ENU, headingDeg float64) {
	*t = trajectory{e: axis{x: p.E}, n: axis{x: p.N}, u: axis{x: p.U}, yaw: axis{v: headingDeg}}
}

func (t *trajectory) pos() geo.ENU { return geo.ENU{E: t.e.x, N: t.n.x, U: t.u.x} }
func (t *trajectory) vel() geo.ENU { return geo.ENU{E: t.e.v, N: t.n.v, U: t.u.v} }

// toward is the acceleration from which a change of speed dv can be ended with that jerk, so that both are reached
// together; s is the length of a step.
func toward(dv, acc, jerk, s float64) float64 {
	d := math.Abs(dv)
	a := jerk * (math.Sqrt(s*s/4+2*d/jerk) - s/2)
	return math.Copysign(min(a, acc, d/s), dv)
}

// move lets an axis go s seconds on with an acceleration that nears a.
func (x *axis) move(a, jerk, s float64) {
	old := x.a
	x.a = approach(x.a, a, jerk*s)
	v := x.v + (old+x.a)/2*s
	x.x += (x.v + v) / 2 * s
	x.v = v
}

// speedTo is the speed at which a stretch of d metres may be begun to end it with the speed last, the jerk's delay
// included.
func speedTo(d, last, acc, jerk float64) float64 {
	lag := 2 * acc * acc / jerk
	return max(last, math.Sqrt(lag*lag+2*acc*d+last*last)-lag)
}

// speedIn is the speed at which a corner may be rounded within radius; inner is its angle, half a turn for straight on.
func speedIn(inner, acc, radius float64) float64 {
	return math.Sqrt(acc * radius * math.Tan(min(inner, math.Pi-1e-6)/2))
}

// between is the angle between two vectors of the plane, radians.
func between(ax, ay, bx, by float64) float64 {
	l := math.Hypot(ax, ay) * math.Hypot(bx, by)
	if l < 1e-9 {
		return math.Pi / 2
	}
	return math.Acos(clamp((ax*bx+ay*by)/l, -1, 1))
}

// along is the line a leg follows now: back to it, or past its beginning, when est is far off.
func (sp *setpoint) along(est geo.ENU, radius float64) (prev, target, next geo.ENU) {
	prev, target, next = sp.prev, sp.target, sp.next
	line := sub(target, prev)
	l := length(line)
	if l < 1e-3 || sp.sink {
		return prev, target, next
	}
	u := geo.ENU{E: line.E / l, N: line.N / l, U: line.U / l}
	from := sub(est, prev)
	done := dot(u, from)
	nearest := add(prev, geo.ENU{E: u.E * done, N: u.N * done, U: u.U * done})
	switch {
	case done > l:
		prev = est
	case done < 0 && length(from) > radius:
		prev, target, next = est, prev, target
	case length(sub(est, nearest)) > radius:
		prev, target, next = est, nearest, target
	}
	return prev, target, next
}

func dot(a, b geo.ENU) float64 { return a.E*b.E + a.N*b.N + a.U*b.U }

// wanted is the velocity that leads along a leg.
func (t *trajectory) wanted(sp *setpoint, est geo.ENU, l *flightLimits) geo.ENU {
	radius := sp.radius
	if radius <= 0 {
		radius = l.radius
	}
	prev, target, next := sp.along(est, radius)
	pos, vel := t.pos(), t.vel()
	to := sub(target, pos)
	flatTo, speed := to.Horizontal(), vel.Horizontal()

	speedAt := func(d, last float64) float64 { return speedTo(d, last, l.acc, l.jerk) }
	last := 0.0
	if d := flat(target, next); d > 1e-3 && d >= radius {
		inner := between(to.E, to.N, target.E-next.E, target.N-next.N)
		last = min(speedIn(inner, l.turnGain*l.acc, radius), min(sp.speed, speedAt(d, 0)))
	}
	fast := min(sp.speed, speedAt(flatTo, last))

	climb, accUp := sp.down, l.accDown
	if to.U > 0 {
		climb, accUp = sp.up, l.accUp
	}
	lastUp := 0.0
	if math.Abs(target.U-next.U) > 1e-3 {
		inner := between(flatTo, to.U, -flat(target, next), target.U-next.U)
		lastUp = min(speedIn(inner, accUp, l.radiusUp), climb)
	}
	rise := min(climb, speedTo(math.Abs(to.U), lastUp, accUp, l.jerk))

	aim := to
	turning := speed > 0.2 && flatTo > radius && vel.E*to.E+vel.N*to.N < 0.98*speed*flatTo
	switch {
	case !turning:
		t.turnFrom = fast
	case length(sub(target, prev)) > 1e-3:
		aim = t.ahead(prev, target, max(radius, 5))
		fallthrough
	default: // no faster round a corner than it came to it
		fast = min(fast, t.turnFrom)
	}
	n := length(aim)
	if n < 1e-6 {
		return geo.ENU{}
	}
	k := math.Hypot(fast, rise) / n
	if h := aim.Horizontal() * k; h > fast && h > 0 {
		k *= fast / h
	}
	if u := math.Abs(aim.U) * k; u > rise && u > 0 {
		if rise < 0.5 && u < 0.5 {
			return geo.ENU{E: aim.E * k, N: aim.N * k, U: math.Copysign(rise, aim.U)}
		}
		k *= rise / u
	}
	return geo.ENU{E: aim.E * k, N: aim.N * k, U: aim.U * k}
}

// ahead is the way to the point of a line that lies l1 from here, further on.
func (t *trajectory) ahead(prev, target geo.ENU, l1 float64) geo.ENU {
	line := sub(target, prev)
	n := length(line)
	pos := t.pos()
	done := dot(sub(pos, prev), line) / n
	nearest := add(prev, geo.ENU{E: line.E / n * done, N: line.N / n * done, U: line.U / n * done})
	off := length(sub(nearest, pos))
	on := 0.0
	if off < l1 {
		on = math.Sqrt(l1*l1 - off*off)
	}
	return sub(add(nearest, geo.ENU{E: line.E / n * on, N: line.N / n * on, U: line.U / n * on}), pos)
}

// plan moves the planned motion one step on; est is where the vehicle believes to be.
func (t *trajectory) plan(sp *setpoint, est geo.ENU, l *flightLimits) {
	// A vehicle that has fallen behind is waited for, also one that is off the place where it is to stay: the way up or down
	// waits with it.
	s := dt
	pos, vel := t.pos(), t.vel()
	behind := sub(pos, est)
	if l.errMax > 0 && behind.E*vel.E+behind.N*vel.N >= 0 {
		s *= 1 - clamp(behind.Horizontal()/l.errMax, 0, 1)
	}
	want := sp.feed
	if !sp.free {
		want = add(want, t.wanted(sp, est, l))
	}
	accUp := l.accDown
	switch {
	case sp.sink:
		want.U = -sp.down
	case sp.free:
		want.U = clamp(sp.target.U-est.U, -sp.down, sp.up)
	}
	if want.U > 0 {
		accUp = l.accUp
	}
	if sp.lift { // the motors' ramp
		accUp = l.liftSpeed / max(l.liftRamp, 0.1)
		t.u.x = est.U
	}
	if s <= 0 {
		return
	}
	de, dn := want.E-t.e.v, want.N-t.n.v
	ae := toward(math.Max(math.Abs(de), math.Abs(dn)), l.acc, l.jerk, s)
	if m := math.Max(math.Abs(de), math.Abs(dn)); m > 1e-9 {
		t.e.move(ae*de/m, l.jerk, s)
		t.n.move(ae*dn/m, l.jerk, s)
	} else {
		t.e.move(0, l.jerk, s)
		t.n.move(0, l.jerk, s)
	}
	t.u.move(toward(want.U-t.u.v, accUp, l.jerk, s), l.jerk, s)
}

// turnTo moves the planned heading towards one in degrees true; NaN keeps it.
func (t *trajectory) turnTo(headingDeg float64, l *flightLimits) float64 {
	if !math.IsNaN(headingDeg) {
		off := turn(t.yaw.v, headingDeg)
		t.yaw.move(toward(off, l.yawRate, l.yawAcc, dt), l.yawAcc, dt)
		t.yaw.v = wrap360(t.yaw.v)
	}
	return t.yaw.v
}
