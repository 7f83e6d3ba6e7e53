package simulator

import (
	"math"
	"math/rand/v2"

	"groundstation/internal/geo"
)

// The wind over a town: a mean that grows and veers with height, and gusts that are carried along by it.
const (
	windRefM     = 6.0  // height of the weather's mean wind
	windExponent = 0.1  // of the power law over a town
	veerDegPerM  = 0.06 // to the right with height, northern hemisphere
	veerMaxDeg   = 15.0
	gustPeak     = 3.0   // a three-second gust is the mean and so many standard deviations
	gustScaleM   = 150.0 // length of the longitudinal turbulence at 30 m (MIL-F-8785C, low altitude)
	gustUpShare  = 0.5   // vertical over horizontal gusts
	gustWaves    = 14
	gustShortM   = 10.0 // waves shorter than this pass over a vehicle
	gustLongM    = 900.0
)

// gustWave is one wave of the turbulence, frozen into the air.
type gustWave struct {
	e, n, u  float64 // wave number, 1/m
	phase    float64
	toE, toN float64 // what it adds at its crest, in standard deviations
	toU      float64
	lifeS    float64 // how slowly it changes by itself, 1/s
}

// turbulence is a frozen field of gusts of unit variance with Dryden's spectrum, the same for every vehicle: neighbours
// feel the same gust.
type turbulence struct {
	waves [gustWaves]gustWave
	moved geo.ENU // how far the air has come
	s     float64 // since the start, seconds
}

// newTurbulence draws the waves: their lengths evenly over the octaves, their strengths by Dryden's
// 2σ²L/π · 1/(1+(LΩ)²).
func newTurbulence(seed uint64) turbulence {
	rng := rand.New(rand.NewPCG(seed, 8785))
	var t turbulence
	var power, powerUp float64
	octave := math.Log(gustLongM/gustShortM) / gustWaves
	for i := range t.waves {
		w := &t.waves[i]
		length := gustShortM * math.Exp(octave*(float64(i)+rng.Float64()))
		k := 2 * math.Pi / length
		strength := math.Sqrt(k / (1 + gustScaleM*k*gustScaleM*k)) // density times the width of an octave
		way, to := 2*math.Pi*rng.Float64(), 2*math.Pi*rng.Float64()
		w.e, w.n, w.u = k*math.Cos(way), k*math.Sin(way), 0.3*k*(2*rng.Float64()-1)
		w.phase, w.lifeS = 2*math.Pi*rng.Float64(), 0.2*k*(2*rng.Float64()-1)
		w.toE, w.toN = strength*math.Cos(to), strength*math.Sin(to)
		w.toU = strength * min(1, 30/length) // long waves do not go up and down near the ground
		power += strength * strength / 2
		powerUp += w.toU * w.toU / 2
	}
	for i := range t.waves { // each horizontal axis has half of the power of its waves
		w := &t.waves[i]
		w.toE, w.toN, w.toU = w.toE/math.Sqrt(power/2), w.toN/math.Sqrt(power/2), w.toU/math.Sqrt(powerUp)
	}
	return t
}

// blow lets the air move on.
func (t *turbulence) blow(mean geo.ENU, s float64) {
	t.moved = add(t.moved, geo.ENU{E: mean.E * s, N: mean.N * s})
	t.s += s
}

// at is the gust at a place, each axis in standard deviations.
func (t *turbulence) at(p geo.ENU) (g geo.ENU) {
	e, n := p.E-t.moved.E, p.N-t.moved.N
	for i := range t.waves {
		w := &t.waves[i]
		c := math.Cos(w.e*e + w.n*n + w.u*p.U + w.lifeS*t.s + w.phase)
		g.E, g.N, g.U = g.E+w.toE*c, g.N+w.toN*c, g.U+w.toU*c
	}
	return g
}

// meanWind is the air's mean velocity at a height above ground, m/s.
func (w *World) meanWind(height float64) geo.ENU {
	h := max(height, 1)
	speed := w.weather.WindMS * math.Pow(h/windRefM, windExponent)
	e, n := bearing(w.weather.WindDeg + min(veerDegPerM*max(0, h-windRefM), veerMaxDeg))
	return geo.ENU{E: -e * speed, N: -n * speed}
}

// windAt is the air's velocity at a place now, m/s.
func (w *World) windAt(p geo.ENU) geo.ENU { return w.blows(&w.gusts, p) }

// blows is windAt with the gusts of a time.
func (w *World) blows(gusts *turbulence, p geo.ENU) geo.ENU {
	height := p.U - w.cfg.GroundAMSL
	mean := w.meanWind(height)
	sigma := max(0, w.weather.GustMS-w.weather.WindMS) / gustPeak
	if sigma == 0 {
		return mean
	}
	g := gusts.at(p)
	sigma *= 0.4 + 0.6*clamp(height/10, 0, 1)
	up := gustUpShare * clamp(height/30, 0, 1) // the ground stops what goes up and down
	return add(mean, geo.ENU{E: sigma * g.E, N: sigma * g.N, U: sigma * up * g.U})
}
