package simulator

import (
	"math"

	"groundstation/internal/geo"
)

// crashMS is the touch-down faster than which a vehicle breaks, m/s.
const crashMS = 3.5

// body is what really happens to a vehicle.
type body struct {
	pos, vel                      geo.ENU // U is metres AMSL
	headingDeg, rollDeg, pitchDeg float64
	tilt                          geo.ENU // the rotors' thrust beyond what carries, m/s²; zero: roll and pitch are as they stand
	airspeed                      float64
	onGround                      bool
	crashed                       bool
}

// setpoint is where guidance wants the vehicle, in the estimator's coordinates.
type setpoint struct {
	prev, target, next geo.ENU // the leg and what comes after it; next equal to target: stop there
	radius             float64 // of acceptance; 0: NAV_ACC_RAD
	speed              float64 // largest ground speed, m/s
	up, down           float64 // largest vertical speeds, m/s, both positive
	headingDeg         float64 // NaN: to the target
	feed               geo.ENU // velocity to add, for a target that moves
	free               bool    // no target in the plane: feed is all
	lift               bool    // off the ground, with the ramp of the motors
	sink               bool    // keep descending at the rate `down` until the ground stops it
}

// fly moves the vehicle one step towards sp; est is where it believes to be.
func (v *vehicle) fly(sp setpoint, est geo.ENU) {
	b, l := &v.body, v.limits()
	v.traj.plan(&sp, est, l)
	if b.onGround && v.w.now.Before(v.liftAt) {
		return
	}
	wind := v.w.windAt(v.body.pos)
	v.loop.lean(v.loop.control(&v.traj, est, v.velocity(), &sp, l), v.traj.yaw.a, l.leanP)
	v.loop.acc = add(v.loop.thrust, v.drag(sub(b.vel, wind)))
	v.accelerate(v.loop.acc)
	b.airspeed = math.Hypot(b.vel.E-wind.E, b.vel.N-wind.N)
	h := sp.headingDeg
	if to := sub(sp.target, est); math.IsNaN(h) && to.Horizontal() > l.radius {
		h = heading(to.E, to.N)
	}
	b.headingDeg = v.traj.turnTo(h, l)
	b.tilt = v.loop.thrust
}

// attitude is how the body leans, degrees: on its rotors by what they need, worked out when somebody asks.
func (b *body) attitude() (rollDeg, pitchDeg float64) {
	if b.tilt == (geo.ENU{}) {
		return b.rollDeg, b.pitchDeg
	}
	e, n := bearing(b.headingDeg)
	fwd, right := b.tilt.E*e+b.tilt.N*n, b.tilt.E*n-b.tilt.N*e
	lift := gravity + b.tilt.U
	return math.Atan2(right, lift) * 180 / math.Pi, -math.Atan2(fwd, lift) * 180 / math.Pi
}

// accelerate moves the body and lets the ground stop it.
func (v *vehicle) accelerate(acc geo.ENU) {
	b := &v.body
	old := b.vel
	b.vel = add(b.vel, geo.ENU{E: acc.E * dt, N: acc.N * dt, U: acc.U * dt})
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
	b.pos = add(b.pos, geo.ENU{E: (old.E + b.vel.E) / 2 * dt, N: (old.N + b.vel.N) / 2 * dt, U: (old.U + b.vel.U) / 2 * dt})
	v.touch()
}

// fall lets a vehicle without motors drop.
func (v *vehicle) fall() {
	b := &v.body
	if b.onGround {
		return
	}
	b.vel.E, b.vel.N = b.vel.E*0.99, b.vel.N*0.99
	b.vel.U -= gravity * dt
	b.pos = geo.ENU{E: b.pos.E + b.vel.E*dt, N: b.pos.N + b.vel.N*dt, U: b.pos.U + b.vel.U*dt}
	v.touch()
}

// surface is the height AMSL of what is below the vehicle: the ground, a pad or a lid.
func (v *vehicle) surface() float64 {
	if d, open := v.w.dockUnder(v.body.pos); d != nil && open < lidOpenEnough {
		return d.pad.U + lidHeightM
	}
	return v.groundBelow()
}

// lidOpenEnough is how far a lid must be open for a vehicle to pass, 0 to 1.
const lidOpenEnough = 0.95

// touch finds whether the body has met what is under it.
func (v *vehicle) touch() {
	b := &v.body
	b.onGround = false
	if b.pos.U > v.w.highest+30 {
		return
	}
	height := v.surface()
	d, frac := v.w.dockUnder(b.pos)
	closed := d != nil && frac < lidOpenEnough
	if b.pos.U > height {
		return
	}
	impact := -b.vel.U
	b.pos.U, b.vel, b.onGround = height, geo.ENU{}, true
	b.pitchDeg, b.rollDeg, b.tilt, b.airspeed = 0, 0, geo.ENU{}, 0
	v.loop.thrust, v.loop.change, v.loop.acc = geo.ENU{}, geo.ENU{}, geo.ENU{}
	if closed {
		v.w.log.add(v.w.now, AccidentClosedLid, "landed on a closed lid", v.at.ID, d.at.ID)
	}
	if impact > crashMS {
		v.w.log.add(v.w.now, AccidentCrash, "hit the ground", v.at.ID)
		v.crash()
		return
	}
	v.settle()
}

// crash ends a vehicle's flight for good. Disarmed, it counts as landed wherever it is (PX4's land detector).
func (v *vehicle) crash() {
	v.body.crashed = true
	v.armed, v.landed = false, true
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
