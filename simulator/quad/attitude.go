package quad

import "math"

// Quaternion turns the body's axes into north, east, down.
type Quaternion struct{ W, X, Y, Z float64 }

// outOfBody turns a vector of the body into north, east, down.
func (q Quaternion) outOfBody(v Vec) Vec {
	u := Vec{q.X, q.Y, q.Z}
	t := u.cross(v).times(2)
	return v.add(t.times(q.W)).add(u.cross(t))
}

// intoBody turns north, east, down into the body's axes.
func (q Quaternion) intoBody(v Vec) Vec { return Quaternion{q.W, -q.X, -q.Y, -q.Z}.outOfBody(v) }

// turned is the attitude after turning at a rate (body axes, rad/s) for dt seconds.
func (q Quaternion) turned(rate Vec, dt float64) Quaternion {
	h := dt / 2
	r := Quaternion{
		q.W + h*(-q.X*rate.X-q.Y*rate.Y-q.Z*rate.Z),
		q.X + h*(q.W*rate.X+q.Y*rate.Z-q.Z*rate.Y),
		q.Y + h*(q.W*rate.Y+q.Z*rate.X-q.X*rate.Z),
		q.Z + h*(q.W*rate.Z+q.X*rate.Y-q.Y*rate.X),
	}
	n := math.Sqrt(r.W*r.W + r.X*r.X + r.Y*r.Y + r.Z*r.Z)
	return Quaternion{r.W / n, r.X / n, r.Y / n, r.Z / n}
}

// Euler gives roll, pitch and yaw, rad.
func (q Quaternion) Euler() (roll, pitch, yaw float64) {
	roll = math.Atan2(2*(q.W*q.X+q.Y*q.Z), 1-2*(q.X*q.X+q.Y*q.Y))
	pitch = math.Asin(min(max(2*(q.W*q.Y-q.Z*q.X), -1), 1))
	yaw = math.Atan2(2*(q.W*q.Z+q.X*q.Y), 1-2*(q.Y*q.Y+q.Z*q.Z))
	return roll, pitch, yaw
}
