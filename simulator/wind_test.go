package simulator

import (
	"math"
	"testing"
	"time"

	"groundstation/internal/geo"
)

func windyWorld(seed uint64) *World {
	cfg := smallCity()
	cfg.Seed = seed
	cfg.Weather.WindMS, cfg.Weather.GustMS, cfg.Weather.WindDeg = 8, 14, 270
	return NewWorld(cfg, testStart)
}

func TestWindGrowsAndVeersWithHeight(t *testing.T) {
	w := windyWorld(1)
	low, high := w.meanWind(6), w.meanWind(90)
	if got := low.Horizontal(); math.Abs(got-8) > 1e-9 {
		t.Errorf("%.2f m/s at 6 m, want 8", got)
	}
	if got := high.Horizontal() / low.Horizontal(); math.Abs(got-1.31) > 0.01 {
		t.Errorf("%.3f times as much at 90 m, want 1.31", got)
	}
	if got := turn(heading(low.E, low.N), heading(high.E, high.N)); got < 3 || got > 8 {
		t.Errorf("it veers by %.1f° to 90 m, want 3 to 8", got)
	}
}

// TestGusts looks at an hour of wind at two places: as strong as the weather says, the same nearby, another far away.
func TestGusts(t *testing.T) {
	for _, seed := range []uint64{1, 2, 3} {
		w := windyWorld(seed)
		here, near, far := geo.ENU{U: 40}, geo.ENU{E: 2, U: 40}, geo.ENU{N: 1500, U: 40}
		mean := w.meanWind(40 - w.cfg.GroundAMSL)
		var n, sum, square, close2, away, most float64
		for s := 0.0; s < 3600; s += 0.5 {
			w.gusts.blow(w.meanWind(30), 0.5)
			g := sub(w.windAt(here), mean)
			n, sum, square = n+1, sum+g.E, square+g.E*g.E
			close2 += g.E * sub(w.windAt(near), mean).E
			away += g.E * sub(w.windAt(far), mean).E
			most = max(most, g.Horizontal())
		}
		sigma := math.Sqrt(square / n)
		if math.Abs(sum/n) > 0.5 || sigma < 1.2 || sigma > 2.8 {
			t.Errorf("seed %d: gusts have mean %.2f and deviation %.2f m/s, want 0 and 2", seed, sum/n, sigma)
		}
		if r := close2 / square; r < 0.9 {
			t.Errorf("seed %d: 2 m away the gusts agree by %.2f, want 0.9 at least", seed, r)
		}
		if r := away / square; math.Abs(r) > 0.5 {
			t.Errorf("seed %d: 1.5 km away the gusts agree by %.2f, want less than 0.5", seed, r)
		}
		if most > 12 {
			t.Errorf("seed %d: a gust of %.1f m/s above the mean", seed, most)
		}
		if again := windyWorld(seed); again.windAt(here) != windyWorld(seed).windAt(here) {
			t.Errorf("seed %d gives another wind the second time", seed)
		}
	}
}

// TestHoverInGusts: a vehicle leans into the wind and is moved by gusts, but not far.
func TestHoverInGusts(t *testing.T) {
	cfg := smallCity()
	cfg.Weather.WindMS, cfg.Weather.GustMS, cfg.Weather.WindDeg = 9, 14, 0
	cfg.GNSS = GNSSConfig{FixAfterS: 1}
	s := newStation(t, cfg)
	v := s.w.vehicles[2]
	s.airborne()
	s.pass(30 * time.Second)
	at := v.body.pos
	far, pull := 0.0, 0.0
	for range 120 {
		s.pass(500 * time.Millisecond)
		far = max(far, flat(v.body.pos, at))
		pull += v.loop.thrust.N / 120
	}
	if far < 0.05 || far > 2.5 {
		t.Errorf("gusts move it by %.2f m, want 0.05 to 2.5", far)
	}
	if pull < 0.5 {
		t.Errorf("against a wind from the north the rotors pull %.2f m/s² north, want more than 0.5", pull)
	}
}
