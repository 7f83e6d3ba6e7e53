package quad

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

const dt = 0.004

func all(u float64) [4]float64 { return [4]float64{u, u, u, u} }

// hover is the command that carries the weight.
func hover(a Airframe) float64 { return a.MassKg * Gravity / 4 / a.ThrustN }

func TestItStandsUntilThrustExceedsWeight(t *testing.T) {
	b := New(Iris(), 90)
	for range 500 {
		b.Step(dt, all(0.95*hover(b.Airframe)), Vec{X: 12}, 0)
	}
	if !b.OnGround || b.Pos != (Vec{}) || b.Force.Z != -Gravity {
		t.Fatalf("moved: %+v", b)
	}
	for range 500 {
		b.Step(dt, all(1.1*hover(b.Airframe)), Vec{}, 0)
	}
	if b.OnGround || b.Pos.Z > -1 {
		t.Fatalf("does not rise: %+v", b)
	}
	if _, _, yaw := b.Att.Euler(); math.Abs(yaw-math.Pi/2) > 1e-6 {
		t.Errorf("nose at %v rad, want east", yaw)
	}
}

func TestFreeFallAndTerminalSpeed(t *testing.T) {
	b := New(Iris(), 0)
	b.OnGround, b.Pos.Z = false, -10000
	for range 250 {
		b.Step(dt, all(0), Vec{}, 0)
	}
	// dv/dt = g - (k/m) v, so v(1 s) = g m/k (1 - e^(-k/m)).
	k := b.DragNMS / b.MassKg
	if want := Gravity / k * (1 - math.Exp(-k)); math.Abs(b.Vel.Z-want) > 0.05 {
		t.Errorf("falls %.3f m/s after a second, want %.3f", b.Vel.Z, want)
	}
	for range 25000 {
		b.Step(dt, all(0), Vec{}, 1e9)
	}
	if want := b.MassKg * Gravity / b.DragNMS; math.Abs(b.Vel.Z-want) > 0.1 {
		t.Errorf("falls %.2f m/s at last, want %.2f", b.Vel.Z, want)
	}
}

func TestWindCarriesItAlong(t *testing.T) {
	b := New(Iris(), 0)
	b.OnGround, b.Pos.Z = false, -100
	for range 25 * 250 {
		b.Step(dt, all(hover(b.Airframe)), Vec{Y: 8}, 0)
	}
	if math.Abs(b.Vel.Y-8) > 0.2 || math.Abs(b.Vel.X) > 1e-6 {
		t.Errorf("velocity %+v in a wind of 8 m/s east", b.Vel)
	}
}

// TestMotorsTurnItAsPX4sSignsSay: the right rotors lift the right side (roll left), the front ones the nose.
func TestMotorsTurnItAsPX4sSignsSay(t *testing.T) {
	for _, c := range []struct {
		name    string
		command [4]float64
		axis    func(Vec) float64
	}{
		{"right side up", [4]float64{0.6, 0.4, 0.4, 0.6}, func(r Vec) float64 { return -r.X }},
		{"nose up", [4]float64{0.6, 0.4, 0.6, 0.4}, func(r Vec) float64 { return r.Y }},
		{"nose right", [4]float64{0.6, 0.6, 0.4, 0.4}, func(r Vec) float64 { return r.Z }},
	} {
		b := New(Iris(), 0)
		b.OnGround, b.Pos.Z = false, -100
		for range 10 {
			b.Step(dt, c.command, Vec{}, 0)
		}
		if c.axis(b.Rate) <= 0 {
			t.Errorf("%s: rates %+v", c.name, b.Rate)
		}
	}
}

func TestAttitudeStaysAUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := New(Iris(), rapid.Float64Range(0, 360).Draw(t, "heading"))
		b.OnGround, b.Pos.Z = false, -1000
		for range rapid.IntRange(1, 400).Draw(t, "steps") {
			var u [4]float64
			for i := range u {
				u[i] = rapid.Float64Range(0, 1).Draw(t, "u")
			}
			b.Step(dt, u, Vec{X: 5}, 0)
		}
		q := b.Att
		if n := q.W*q.W + q.X*q.X + q.Y*q.Y + q.Z*q.Z; math.Abs(n-1) > 1e-9 {
			t.Fatalf("norm² %v", n)
		}
		v := Vec{1, 2, 3}
		if back := q.intoBody(q.outOfBody(v)).sub(v); back.length() > 1e-9 {
			t.Fatalf("turned there and back: off by %v", back)
		}
	})
}

func TestSensorsMeasureWhatIs(t *testing.T) {
	b, s := New(Iris(), 0), NewSensors(100, 1)
	var mean Inertial
	const n = 2000
	for range n {
		in := s.Inertial(b)
		mean.Accel, mean.Gyro, mean.Mag = mean.Accel.add(in.Accel), mean.Gyro.add(in.Gyro), mean.Mag.add(in.Mag)
		mean.AltM += in.AltM
	}
	if a := mean.Accel.times(1.0 / n); a.sub(Vec{Z: -Gravity}).length() > 0.005 {
		t.Errorf("accelerometer at rest: %+v", a)
	}
	if g := mean.Gyro.times(1.0 / n); g.length() > 0.001 {
		t.Errorf("gyroscope at rest: %+v", g)
	}
	if m := mean.Mag.times(1.0 / n); m.sub(s.Field).length() > 0.001 {
		t.Errorf("compass with the nose north: %+v, want %+v", m, s.Field)
	}
	if h := mean.AltM / n; math.Abs(h-100) > 0.1 {
		t.Errorf("barometer: %.2f m, want 100", h)
	}
}
