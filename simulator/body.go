package simulator

import (
	"math"

	"groundstation/internal/geo"
)

// Limits of the flown path, typical of PX4's defaults.
const (
	accelFlatMS2 = 3.0
	accelVertMS2 = 2.5
	brakeMS2     = 1.5 // planned deceleration before a target
	yawRateDegS  = 60.0
	crashMS      = 3.5 // a touch-down faster than this breaks the vehicle
)

// body is what really happens to a vehicle.
type body struct {
	pos, vel                      geo.ENU // U is metres AMSL
	headingDeg, rollDeg, pitchDeg float64
	airspeed                      float64
	onGround                      bool
	crashed                       bool
}

// setpoint is where guidance wants the vehicle, in the estimator's coordinates.
type setpoint struct {
	target     geo.ENU
	speed      float64 // largest ground speed, m/s
	up, down   float64 // largest vertical speeds, m/s, both positive
	headingDeg float64 // NaN: along the path
	feed       geo.ENU // velocity to add, for a target that moves
	through    bool    // do not stop at the target
	sink       bool    // keep descending at the rate `down` until the ground stops it
}

// fly moves the vehicle one step towards sp; est is where it believes to be.
func (v *vehicle) fly(sp setpoint, est geo.ENU) {
	b := &v.body
	to := sub(sp.target, est)
	dist := to.Horizontal()
	want := geo.ENU{}
	if dist > 1e-6 {
		speed := min(sp.speed, math.Sqrt(2*brakeMS2*dist), dist)
		if sp.through {
			speed = max(speed, min(sp.speed, 0.4*sp.speed+dist*0.2))
		}
		want.E, want.N = to.E/dist*speed, to.N/dist*speed
	}
	want.E, want.N = want.E+sp.feed.E, want.N+sp.feed.N
	wind := geo.ENU{}
	if !b.onGround {
		wind = v.w.windENU()
	}
	// A head wind takes from the ground speed once the airspeed reaches what the airframe can do.
	if limit := 1.3 * v.at.CruiseMS; limit > 0 {
		air := math.Hypot(want.E-wind.E, want.N-wind.N)
		if air > limit {
			k := limit / air
			want.E, want.N = (want.E-wind.E)*k+wind.E, (want.N-wind.N)*k+wind.N
		}
	}
	switch {
	case sp.sink:
		want.U = -sp.down
	default:
		want.U = clamp(to.U, -sp.down, sp.up)
	}
	v.accelerate(want)
	b.airspeed = math.Hypot(b.vel.E-wind.E, b.vel.N-wind.N)
	h := sp.headingDeg
	if math.IsNaN(h) {
		h = b.headingDeg
		if s := b.vel.Horizontal(); s > 1.5 && dist > 3 {
			h = heading(b.vel.E, b.vel.N)
		}
	}
	b.headingDeg = wrap360(b.headingDeg + clamp(turn(b.headingDeg, h), -yawRateDegS*dt, yawRateDegS*dt))
}

// accelerate changes the velocity within the limits, moves the body and lets the ground stop it.
func (v *vehicle) accelerate(want geo.ENU) {
	b := &v.body
	d := geo.ENU{E: want.E - b.vel.E, N: want.N - b.vel.N}
	if l := d.Horizontal(); l > accelFlatMS2*dt {
		d.E, d.N = d.E/l*accelFlatMS2*dt, d.N/l*accelFlatMS2*dt
	}
	old := b.vel
	b.vel.E, b.vel.N = b.vel.E+d.E, b.vel.N+d.N
	b.vel.U = approach(b.vel.U, want.U, accelVertMS2*dt)
	// The tilt shows the acceleration and the drag, in body axes.
	e, n := bearing(b.headingDeg)
	ax, ay := (b.vel.E-old.E)/dt+0.04*b.vel.E, (b.vel.N-old.N)/dt+0.04*b.vel.N
	fwd, right := ax*e+ay*n, ax*n-ay*e
	b.pitchDeg = approach(b.pitchDeg, -math.Atan2(fwd, 9.81)*180/math.Pi, 90*dt)
	b.rollDeg = approach(b.rollDeg, math.Atan2(right, 9.81)*180/math.Pi, 90*dt)
	if b.onGround && b.vel.U <= 0 {
		b.vel = geo.ENU{}
		return
	}
	if b.onGround {
		if d, open := v.w.dockUnder(b.pos); d != nil && (open < 0.95 || d.clamps > 0.1) {
			v.w.log.add(v.w.now, AccidentLidAbove, "took off under a lid that was not open, or in closed clamps", v.at.ID, d.at.ID)
			b.vel = geo.ENU{}
			v.crash()
			return
		}
	}
	b.pos = geo.ENU{E: b.pos.E + b.vel.E*dt, N: b.pos.N + b.vel.N*dt, U: b.pos.U + b.vel.U*dt}
	v.touch()
}

// fall lets a vehicle without motors drop.
func (v *vehicle) fall() {
	b := &v.body
	if b.onGround {
		return
	}
	b.vel.E, b.vel.N = b.vel.E*0.99, b.vel.N*0.99
	b.vel.U -= 9.81 * dt
	b.pos = geo.ENU{E: b.pos.E + b.vel.E*dt, N: b.pos.N + b.vel.N*dt, U: b.pos.U + b.vel.U*dt}
	v.touch()
}

// touch finds whether the body has met what is under it.
func (v *vehicle) touch() {
	b := &v.body
	b.onGround = false
	if b.pos.U > v.w.cfg.GroundAMSL+30 {
		return
	}
	height := v.w.cfg.GroundAMSL
	d, frac := v.w.dockUnder(b.pos)
	closed := d != nil && frac < 0.95
	switch {
	case closed:
		height = d.pad.U + lidHeightM
	case d != nil:
		height = d.pad.U
	case v.berth == nil:
		height = v.site.U
		if flat(b.pos, v.site) > 50 {
			height = v.w.cfg.GroundAMSL
		}
	}
	if b.pos.U > height {
		return
	}
	impact := -b.vel.U
	b.pos.U, b.vel, b.onGround = height, geo.ENU{}, true
	b.pitchDeg, b.rollDeg, b.airspeed = 0, 0, 0
	if closed {
		v.w.log.add(v.w.now, AccidentClosedLid, "landed on a closed lid", v.at.ID, d.at.ID)
	}
	if impact > crashMS {
		v.w.log.add(v.w.now, AccidentCrash, "hit the ground", v.at.ID)
		v.crash()
	}
}

// crash ends a vehicle's flight for good.
func (v *vehicle) crash() {
	v.body.crashed = true
	v.armed = false
}

// dockUnder is the dock whose footprint holds p, with how far its lid is open, 0 to 1; nil when there is none.
func (w *World) dockUnder(p geo.ENU) (*dock, float64) {
	for _, d := range w.docks {
		if math.Abs(p.E-d.pad.E) < dockHalfM*2 && math.Abs(p.N-d.pad.N) < dockHalfM*2 && flat(p, d.pad) < dockHalfM {
			return d, d.lid.open
		}
	}
	return nil, 0
}
