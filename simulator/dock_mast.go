package simulator

import (
	"math"
	"math/rand/v2"
	"time"

	"groundstation/internal/geo"
)

// A dock's wind is measured on a mast, at the height to which the weather's wind refers: a mean of two minutes, as pilots
// are told it, and the strongest mean of three seconds in ten minutes (WMO-No. 8, volume I, chapter 5).
const (
	mastEvery   = time.Second // between two samples
	mastMeanS   = 120
	mastGustS   = 3
	mastMinutes = 10 // that a gust is remembered
	mastNoiseMS = 0.2
	mastErrDeg  = 3.0 // of how the instrument was aligned
)

// mast is the wind instrument of a dock. It has a supply of its own: the controller may restart, it goes on.
type mast struct {
	at     geo.ENU
	rng    *rand.Rand
	scale  float64 // its error of calibration
	offDeg float64
	next   time.Time
	count  int // of samples so far
	speeds [mastMeanS]float64
	winds  [mastMeanS]geo.ENU   // of the air
	peaks  [mastMinutes]float64 // the strongest mean of three seconds in each minute
	told   windTold
}

// windTold is what a mast tells: m/s, and where it comes from in degrees true.
type windTold struct{ meanMS, gustMS, fromDeg float64 }

// newMast is a mast that has stood at the dock for long.
func newMast(w *World, d *dock) *mast {
	m := &mast{at: geo.ENU{E: d.ground.E, N: d.ground.N, U: d.ground.U + windRefM}, next: w.now.Add(mastEvery),
		rng: rand.New(rand.NewPCG(w.cfg.Seed, 7000+uint64(d.at.SystemID)))}
	m.scale, m.offDeg = 1+0.01*m.rng.NormFloat64(), mastErrDeg*(2*m.rng.Float64()-1)
	air, mean := w.gusts, w.meanWind(30)
	const before = 60 * mastMinutes
	air.blow(mean, -before)
	for range before {
		air.blow(mean, mastEvery.Seconds())
		m.sample(w.blows(&air, m.at))
	}
	return m
}

// measure takes a sample when it is due.
func (m *mast) measure(w *World) {
	if w.now.Before(m.next) {
		return
	}
	m.next = m.next.Add(mastEvery)
	m.sample(w.windAt(m.at))
}

// sample takes the velocity of the air in.
func (m *mast) sample(wind geo.ENU) {
	i := m.count % mastMeanS
	m.speeds[i], m.winds[i] = max(0, m.scale*wind.Horizontal()+mastNoiseMS*m.rng.NormFloat64()), wind
	m.count++
	minute := (m.count - 1) / 60
	peak := &m.peaks[minute%mastMinutes]
	if (m.count-1)%60 == 0 {
		*peak = 0
	}
	*peak = max(*peak, m.mean(mastGustS))
	var sum geo.ENU
	for _, p := range m.winds {
		sum = add(sum, p)
	}
	m.told = windTold{meanMS: m.mean(mastMeanS), fromDeg: wrap360(heading(-sum.E, -sum.N) + m.offDeg)}
	for _, p := range m.peaks {
		m.told.gustMS = max(m.told.gustMS, p)
	}
}

// mean is the speed of the last n samples, or of as many as there are.
func (m *mast) mean(n int) float64 {
	n = min(n, m.count)
	sum := 0.0
	for i := m.count - n; i < m.count; i++ {
		sum += m.speeds[i%mastMeanS]
	}
	return math.Max(0, sum/float64(n))
}
