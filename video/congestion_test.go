package video

import (
	"testing"
	"time"
)

func TestABrowserGetsWhatItCanTake(t *testing.T) {
	const full, half = 2e6, 0.5e6
	at := time.Unix(1000, 0)
	for name, c := range map[string]struct {
		low   float64
		steps []struct {
			after    time.Duration
			estimate float64
			want     level
		}
	}{
		"enough": {0, []struct {
			after    time.Duration
			estimate float64
			want     level
		}{{0, 1.7e6, levelFull}, {time.Hour, 1.7e6, levelFull}}},
		"a dip": {0, []struct {
			after    time.Duration
			estimate float64
			want     level
		}{{0, 1e6, levelFull}, {900 * time.Millisecond, 1e6, levelFull}, {time.Second, 1.9e6, levelFull}, {time.Second, 1e6, levelFull}}},
		"too little, tried again, longer each time": {0, []struct {
			after    time.Duration
			estimate float64
			want     level
		}{{0, 1e6, levelFull}, {time.Second, 1e6, levelKeys}, {9 * time.Second, 3e5, levelKeys}, {time.Second, 3e5, levelFull},
			{time.Second, 3e5, levelFull}, {time.Second, 3e5, levelKeys}, {19 * time.Second, 3e5, levelKeys}, {time.Second, 3e5, levelFull}}},
		"the lower rate, then key pictures, then back": {half, []struct {
			after    time.Duration
			estimate float64
			want     level
		}{{0, 1e6, levelFull}, {time.Second, 1e6, levelLow}, {5 * time.Second, 1e6, levelLow}, {time.Second, 2e5, levelLow}, {time.Second, 2e5, levelKeys},
			{20 * time.Second, 2e5, levelLow}, {20 * time.Second, 3e6, levelFull}}},
		"little is sent, and the estimate follows it; much is lost": {1e5, []struct {
			after    time.Duration
			estimate float64
			want     level
		}{{0, 1e6, levelFull}, {time.Second, 1e6, levelLow}, {time.Second, 5e4, levelLow}, {2 * time.Second, 5e4, levelLow}, {0, 0, levelLow}, {time.Second, 0, levelKeys}}},
	} {
		var g congestion
		now := at
		for i, s := range c.steps {
			now = now.Add(s.after)
			if got := g.step(now, s.estimate, full, c.low); got != s.want {
				t.Errorf("%s, step %d: %v, want %v", name, i, got, s.want)
			}
		}
	}
}
