package quad

import (
	"math"
	"math/rand/v2"
)

// Noise of the sensors, standard deviations of one sample: those of a small MEMS unit.
const (
	accelNoise = 0.02  // m/s²
	gyroNoise  = 0.001 // rad/s
	magNoise   = 0.002 // gauss
	baroNoise  = 0.02  // hPa, about 0.2 m
	gnssNoise  = 0.2   // m, each axis
	speedNoise = 0.05  // m/s, each axis
)

// Sensors measure a body.
type Sensors struct {
	// Field is the earth's magnetic field, gauss, north, east, down.
	Field Vec
	// BaseAMSL is the height of the body's origin, m.
	BaseAMSL float64
	rand     *rand.Rand
}

// NewSensors are sensors at a height; the field is Hai'an's (49.6 µT, 5.8° west of north, 48.5° down; WMM 2025).
func NewSensors(baseAMSL float64, seed uint64) *Sensors {
	const total, west, down = 0.496, 5.8 * math.Pi / 180, 48.5 * math.Pi / 180
	return &Sensors{BaseAMSL: baseAMSL, rand: rand.New(rand.NewPCG(seed, 7)),
		Field: Vec{total * math.Cos(down) * math.Cos(west), -total * math.Cos(down) * math.Sin(west), total * math.Sin(down)}}
}

// Inertial is a sample of the inertial unit, the compass and the barometer, in body axes.
type Inertial struct {
	Accel, Gyro, Mag Vec     // m/s², rad/s, gauss
	PressureHPa      float64 // static
	AltM             float64 // of that pressure in the standard atmosphere
}

// Inertial samples a body.
func (s *Sensors) Inertial(b *Body) Inertial {
	in := Inertial{Accel: s.blur(b.Force, accelNoise), Gyro: s.blur(b.Rate, gyroNoise), Mag: s.blur(b.Att.intoBody(s.Field), magNoise)}
	in.PressureHPa = pressure(s.BaseAMSL-b.Pos.Z) + baroNoise*s.rand.NormFloat64()
	in.AltM = altitude(in.PressureHPa)
	return in
}

// Position samples the satellite receiver: position (north, east, down, m) and velocity, m/s.
func (s *Sensors) Position(b *Body) (pos, vel Vec) {
	return s.blur(b.Pos, gnssNoise), s.blur(b.Vel, speedNoise)
}

func (s *Sensors) blur(v Vec, sigma float64) Vec {
	return v.add(Vec{s.rand.NormFloat64(), s.rand.NormFloat64(), s.rand.NormFloat64()}.times(sigma))
}

// Standard atmosphere below 11 km (ISO 2533).
const (
	seaHPa   = 1013.25
	lapse    = 2.25577e-5
	exponent = 5.25588
)

func pressure(altM float64) float64 { return seaHPa * math.Pow(1-lapse*altM, exponent) }
func altitude(hPa float64) float64  { return (1 - math.Pow(hPa/seaHPa, 1/exponent)) / lapse }
