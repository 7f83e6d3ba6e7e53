package simulator

import (
	"math"
	"testing"
	"time"
)

// A line of calls is the same for the same seed, comes as often as it should, and more in the evening than before dawn.
func TestCallsComeByTheHour(t *testing.T) {
	const days, perDay = 40, 60
	start := time.Date(2026, 5, 1, 0, 0, 0, 0, callZone)
	draw := func(seed uint64, even bool) (n int, dawn, evening int, first Call) {
		c, err := NewCalls(city(t), seed, start, perDay, even)
		if err != nil {
			t.Fatal(err)
		}
		for {
			call, i, at := c.Next()
			if at.Sub(start) > days*24*time.Hour {
				return n, dawn, evening, first
			}
			if n++; n != i {
				t.Fatalf("call %d has the number %d", n, i)
			}
			if n == 1 {
				first = call
			}
			switch h := at.In(callZone).Hour(); {
			case h >= 2 && h < 6:
				dawn++
			case h >= 16 && h < 20:
				evening++
			}
		}
	}
	n, dawn, evening, first := draw(1, false)
	if math.Abs(float64(n)-days*perDay) > 4*math.Sqrt(days*perDay) {
		t.Errorf("%d calls in %d days, want about %d", n, days, days*perDay)
	}
	if share := float64(evening) / float64(dawn); share < 3.5 || share > 6.5 {
		t.Errorf("%d calls in the evening, %d before dawn", evening, dawn)
	}
	if m, d, e, f := draw(1, false); m != n || d != dawn || e != evening || f != first {
		t.Error("the same seed gives other calls")
	}
	if m, _, _, f := draw(2, false); m == n && f == first {
		t.Error("another seed gives the same calls")
	}
	if _, dawn, evening, _ := draw(1, true); math.Abs(float64(dawn-evening)) > 4*math.Sqrt(float64(dawn+evening)) {
		t.Errorf("evenly: %d calls in the evening, %d before dawn", evening, dawn)
	}
}

func TestCallsNeedARateAndADock(t *testing.T) {
	for _, perDay := range []float64{0, -1, math.NaN(), 1e6} {
		if _, err := NewCalls(city(t), 1, time.Time{}, perDay, false); err == nil {
			t.Errorf("%v calls a day are taken", perDay)
		}
	}
	if _, err := NewCalls(DefaultConfig(), 1, time.Time{}, 10, false); err == nil {
		t.Error("calls come from nowhere")
	}
}
