package quad

import "math"

// Gravity is the fall, m/s².
const Gravity = 9.80665

// Vec is north, east, down or forward, right, down.
type Vec struct{ X, Y, Z float64 }

func (a Vec) add(b Vec) Vec       { return Vec{a.X + b.X, a.Y + b.Y, a.Z + b.Z} }
func (a Vec) sub(b Vec) Vec       { return Vec{a.X - b.X, a.Y - b.Y, a.Z - b.Z} }
func (a Vec) times(k float64) Vec { return Vec{a.X * k, a.Y * k, a.Z * k} }
func (a Vec) cross(b Vec) Vec     { return Vec{a.Y*b.Z - a.Z*b.Y, a.Z*b.X - a.X*b.Z, a.X*b.Y - a.Y*b.X} }
func (a Vec) length() float64     { return math.Sqrt(a.X*a.X + a.Y*a.Y + a.Z*a.Z) }

// Rotor is one motor with its propeller.
type Rotor struct {
	X, Y float64 // forward and right of the middle, m
	// Turn is the torque about the vertical for each newton of thrust, m; positive turns the nose right.
	Turn float64
}

// Airframe is what does not change in flight.
type Airframe struct {
	MassKg    float64
	Inertia   Vec // about the body's axes, kg m²
	Rotors    [4]Rotor
	ThrustN   float64 // of one rotor at full command
	MotorS    float64 // time constant of the motors
	DragNMS   float64 // newtons for each m/s of air speed
	RateDragN float64 // newton metres for each rad/s
}

// Iris is the layout of PX4's airframe 10016, heavier by its payload: it hovers at half its thrust.
func Iris() Airframe {
	return Airframe{MassKg: 1.5, Inertia: Vec{0.029, 0.029, 0.055}, ThrustN: 7.35, MotorS: 0.03, DragNMS: 0.3, RateDragN: 0.01,
		Rotors: [4]Rotor{{0.1515, 0.245, 0.05}, {-0.1515, -0.1875, 0.05}, {0.1515, -0.245, -0.05}, {-0.1515, 0.1875, -0.05}}}
}

// Body is the moving quadrotor. The zero value with an Airframe stands level on the ground, nose north.
type Body struct {
	Airframe
	Pos, Vel Vec        // north, east, down, m and m/s
	Att      Quaternion // from the body to north, east, down
	Rate     Vec        // body axes, rad/s
	Thrust   [4]float64 // of each rotor now, N
	// Force is what accelerates it beside gravity, as an accelerometer feels it, m/s² in body axes.
	Force    Vec
	OnGround bool
}

// New is a body that stands with its nose at a heading, degrees true.
func New(a Airframe, headingDeg float64) *Body {
	h := headingDeg * math.Pi / 360
	return &Body{Airframe: a, Att: Quaternion{W: math.Cos(h), Z: math.Sin(h)}, OnGround: true, Force: Vec{Z: -Gravity}}
}

// Step moves the body by dt seconds with a command, 0 to 1, for each motor, in a wind (north, east, down, m/s), over ground at
// a height (down, m; 0 is where it stood at first).
func (b *Body) Step(dt float64, command [4]float64, wind Vec, ground float64) {
	k := 1 - math.Exp(-dt/b.MotorS)
	var lift float64
	torque := b.Rate.times(-b.RateDragN)
	for i, r := range b.Rotors {
		want := b.ThrustN * min(max(command[i], 0), 1)
		b.Thrust[i] += (want - b.Thrust[i]) * k
		t := b.Thrust[i]
		lift += t
		torque = torque.add(Vec{-r.Y * t, r.X * t, r.Turn * t})
	}
	drag := b.Att.intoBody(wind.sub(b.Vel)).times(b.DragNMS)
	force := drag.add(Vec{Z: -lift}).times(1 / b.MassKg)
	accel := b.Att.outOfBody(force).add(Vec{Z: Gravity})
	if b.OnGround && accel.Z >= 0 && b.Pos.Z >= ground-0.01 {
		b.rest(ground)
		return
	}
	b.OnGround = false
	b.Force = force
	spin := b.Rate.cross(Vec{b.Inertia.X * b.Rate.X, b.Inertia.Y * b.Rate.Y, b.Inertia.Z * b.Rate.Z})
	net := torque.sub(spin)
	b.Rate = b.Rate.add(Vec{net.X / b.Inertia.X, net.Y / b.Inertia.Y, net.Z / b.Inertia.Z}.times(dt))
	b.Att = b.Att.turned(b.Rate, dt)
	b.Vel = b.Vel.add(accel.times(dt))
	b.Pos = b.Pos.add(b.Vel.times(dt))
	if b.Pos.Z >= ground {
		b.rest(ground)
	}
}

// rest puts it onto the ground, level, with the heading it has.
func (b *Body) rest(ground float64) {
	_, _, yaw := b.Att.Euler()
	*b = Body{Airframe: b.Airframe, Thrust: b.Thrust, Pos: Vec{b.Pos.X, b.Pos.Y, ground},
		Att: Quaternion{W: math.Cos(yaw / 2), Z: math.Sin(yaw / 2)}, Force: Vec{Z: -Gravity}, OnGround: true}
}
