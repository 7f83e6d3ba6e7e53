package city

import (
	"math"
	"testing"
	"time"

	"groundstation/simulator"
)

// A wind that rises is known by the mean in two minutes, one that falls counts no more; in gusts instruments err.
func TestTheKnownWindIsThatOfInstruments(t *testing.T) {
	start := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	var k knownWind
	at := start
	blow := func(w simulator.Weather, d time.Duration) {
		for end := at.Add(d); at.Before(end); at = at.Add(100 * time.Millisecond) {
			k.look(at, w)
		}
	}
	for _, c := range []struct {
		w    simulator.Weather
		long time.Duration
		want float64
	}{{simulator.Weather{WindMS: 4, GustMS: 4}, time.Second, 4}, {simulator.Weather{WindMS: 12, GustMS: 12}, time.Minute, 8},
		{simulator.Weather{WindMS: 12, GustMS: 12}, time.Minute, 12}, {simulator.Weather{WindMS: 12, GustMS: 18}, time.Second, 12 - 0.9},
		{simulator.Weather{WindMS: 5, GustMS: 5}, time.Second, 5}} {
		if blow(c.w, c.long); math.Abs(k.ms-c.want) > 0.1 {
			t.Errorf("after %v of %v m/s: %.2f, want %.2f", c.long, c.w.WindMS, k.ms, c.want)
		}
	}
}
