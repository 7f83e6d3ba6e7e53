package simulator

import (
	"math"
	"testing"
	"time"
)

// blowFor lets the wind alone go on.
func (w *World) blowFor(d time.Duration) {
	for end := w.now.Add(d); w.now.Before(end); {
		w.now = w.now.Add(mastEvery)
		w.gusts.blow(w.meanWind(30), mastEvery.Seconds())
		for _, d := range w.docks {
			d.mast.measure(w)
		}
	}
}

// Each dock measures the wind at its place: about the weather's, not the same as another's, with gusts above it.
func TestADockMeasuresItsOwnWind(t *testing.T) {
	for _, seed := range []uint64{1, 2, 3} {
		w := windyWorld(seed)
		a, b := w.docks[0].mast, w.docks[1].mast
		var sum, apart, gust float64
		const minutes = 60
		for i := range minutes {
			if i > 0 {
				w.blowFor(time.Minute)
			}
			sum += (a.told.meanMS + b.told.meanMS) / 2 / minutes
			apart = max(apart, math.Abs(a.told.meanMS-b.told.meanMS))
			gust += a.told.gustMS / minutes
			for _, m := range []*mast{a, b} {
				if far := math.Abs(turn(m.told.fromDeg, 270)); math.Abs(m.told.meanMS-8) > 3 || m.told.gustMS <= m.told.meanMS || far > 25 {
					t.Errorf("seed %d, minute %d: %+v", seed, i, m.told)
				}
			}
		}
		if math.Abs(sum-8) > 0.5 || apart < 0.3 {
			t.Errorf("seed %d: they tell %.2f m/s, want about 8, and differ by %.2f at most", seed, sum, apart)
		}
		if gust < 10 || gust > 15 {
			t.Errorf("seed %d: gusts of %.1f m/s, want about what the weather has, 14, less so near the ground", seed, gust)
		}
	}
}

// What the wind does now is known by the mean in two minutes; a gust is told at once, and remembered for ten.
func TestAMastFollowsTheWind(t *testing.T) {
	w := windyWorld(1)
	w.weather.GustMS = w.weather.WindMS
	w.blowFor(11 * time.Minute)
	m := w.docks[0].mast
	if math.Abs(m.told.meanMS-8) > 0.4 || m.told.gustMS > 9 {
		t.Fatalf("in a steady wind of 8 m/s it tells %+v", m.told)
	}
	w.weather.WindMS, w.weather.GustMS = 14, 14
	for _, c := range []struct {
		after              time.Duration
		low, high, lowGust float64
	}{{5 * time.Second, 8, 8.6, 13}, {55 * time.Second, 10.5, 11.5, 13}, {time.Minute, 13.4, 14.6, 13}} {
		w.blowFor(c.after)
		if m.told.meanMS < c.low || m.told.meanMS > c.high || m.told.gustMS < c.lowGust {
			t.Errorf("%v later: %+v", c.after, m.told)
		}
	}
	w.weather.WindMS, w.weather.GustMS = 8, 8
	w.blowFor(9 * time.Minute)
	if m.told.gustMS < 13 {
		t.Errorf("nine minutes later the gust is forgotten: %+v", m.told)
	}
	w.blowFor(3 * time.Minute)
	if m.told.gustMS > 9 || m.told.meanMS > 8.5 {
		t.Errorf("twelve minutes later: %+v", m.told)
	}
}

// The instrument has a supply of its own: what the controller misses, it measures.
func TestAMastOutlastsItsController(t *testing.T) {
	w := windyWorld(1)
	d := w.docks[0]
	d.down, d.upAt = true, w.now.Add(time.Hour)
	before := d.mast.count
	w.Step(w.now.Add(time.Minute))
	if got := d.mast.count - before; got != 60 {
		t.Errorf("%d samples in a minute", got)
	}
}
