package simulator

import (
	"math"

	"groundstation/internal/geo"
)

const (
	gravity = 9.81
	// An airframe leans by a rate that its attitude error asks for (MC_ROLL_P), and which it reaches with a lag, seconds, that
	// fits what PX4's SIH quadrotor did. Its rotors spin up in less.
	leanLag, rotorLag = 0.1, 0.05
)

// loops are the position and velocity control of a multicopter: what they have learned of steady forces, and the
// acceleration the rotors make now.
type loops struct {
	sum    geo.ENU // integral, m/s²
	thrust geo.ENU // acceleration by the rotors beyond hovering, m/s²
	change geo.ENU // of thrust in the plane, m/s³
	acc    geo.ENU // of the body in the last step, m/s²
}

// control gives the acceleration the rotors are asked for, to follow the planned motion from est with velocity vel.
func (c *loops) control(t *trajectory, est, vel geo.ENU, sp *setpoint, l *flightLimits) geo.ENU {
	pos, plan := t.pos(), t.vel()
	want := geo.ENU{E: plan.E + l.placeP*(pos.E-est.E), N: plan.N + l.placeP*(pos.N-est.N), U: plan.U + l.heightP*(pos.U-est.U)}
	if sp.free {
		want.E, want.N = plan.E, plan.N
	}
	if h := want.Horizontal(); h > l.speedMax && l.speedMax > 0 {
		want.E, want.N = want.E/h*l.speedMax, want.N/h*l.speedMax
	}
	want.U = clamp(want.U, -max(l.downMax, 1.2*sp.down), l.upMax)
	miss := sub(want, vel)
	ask := geo.ENU{
		E: t.e.a + l.velP*miss.E + c.sum.E - l.velD*c.acc.E,
		N: t.n.a + l.velP*miss.N + c.sum.N - l.velD*c.acc.N,
		U: t.u.a + l.climbP*miss.U + c.sum.U,
	}
	ask.U = clamp(ask.U, -0.8*gravity, gravity)
	// The lean is that of hovering (MPC_ACC_DECOUPLE), so that with more or less lift it pushes more or less; and there is a
	// largest one. No more is learned in a direction in which less is made than was asked.
	if h := ask.Horizontal(); h > 1e-9 {
		made := min(h, gravity*math.Tan(l.tiltDeg*math.Pi/180)) * (1 + ask.U/gravity)
		if made < h {
			over := 2 / max(l.velP, 0.1) * (1 - made/h)
			miss.E, miss.N = miss.E-over*ask.E, miss.N-over*ask.N
		}
		ask.E, ask.N = ask.E/h*made, ask.N/h*made
	}
	c.sum = geo.ENU{E: c.sum.E + l.velI*miss.E*dt, N: c.sum.N + l.velI*miss.N*dt,
		U: clamp(c.sum.U+l.climbI*miss.U*dt, -gravity, gravity)}
	return ask
}

// lean moves the rotors' acceleration towards what is asked. The rate at which the nose turns, degrees a second, is fed forward
// about the vertical and carries the lean with it until that is corrected: who turns while it leans is pushed aside; gain is MC_ROLL_P.
func (c *loops) lean(ask geo.ENU, yawRate, gain float64) {
	const k, up = dt / (leanLag + dt), dt / (rotorLag + dt)
	w := yawRate * math.Pi / 180
	c.change.E += k * (gain*(ask.E-c.thrust.E) + w*c.thrust.N - c.change.E)
	c.change.N += k * (gain*(ask.N-c.thrust.N) - w*c.thrust.E - c.change.N)
	c.thrust = add(c.thrust, geo.ENU{E: c.change.E * dt, N: c.change.N * dt, U: up * (ask.U - c.thrust.U)})
}

// drag is the acceleration by the air that moves past at air, m/s².
func (v *vehicle) drag(air geo.ENU) geo.ENU {
	k := v.at.DragPerS
	if k == 0 {
		k = v.dragK * length(air)
	}
	return geo.ENU{E: -k * air.E, N: -k * air.N, U: -k * air.U}
}

// dragSquare is the drag of an airframe that can fly 1.3 times its cruise speed at a tilt of 40°, 1/m.
func dragSquare(cruiseMS float64) float64 {
	top := 1.3 * cruiseMS
	return gravity * math.Tan(40*math.Pi/180) / (top * top)
}
