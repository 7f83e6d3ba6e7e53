package fleet

import (
	"testing"
	"time"
)

func TestAClockThatIsApartOrUnknownShutsTheGate(t *testing.T) {
	now := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		ahead time.Duration
		after time.Duration
		shut  bool
	}{{0, 0, false}, {5 * time.Second, 0, false}, {-5 * time.Second, 0, false}, {5100 * time.Millisecond, 0, true}, {-5100 * time.Millisecond, 0, true},
		{-2 * time.Hour, 0, true}, {0, ClockFresh, false}, {0, ClockFresh + time.Second, true}, {0, -time.Minute, true}} {
		var k Clock
		k.Heard(now, now.Add(c.ahead))
		if g := k.Gate(now.Add(c.after)); (g != nil) != c.shut {
			t.Errorf("%v ahead, %v later: %+v", c.ahead, c.after, g)
		}
	}
	if g := (Clock{}).Gate(now); g == nil || g.AgeS != -1 {
		t.Errorf("never heard: %+v", g)
	}
}

// A message that came late makes no clock wrong; a clock that has changed is believed after a while.
func TestTheFreshestWordOfAClockCounts(t *testing.T) {
	now := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	var k Clock
	k.Heard(now, now.Add(-time.Second))
	k.Heard(now.Add(2*time.Second), now.Add(-5*time.Second)) // 7 s under way
	if k.Ahead != -time.Second {
		t.Errorf("a late message: %v", k.Ahead)
	}
	k.Heard(now.Add(4*time.Second), now.Add(4*time.Second))
	if k.Ahead != 0 {
		t.Errorf("a quick one: %v", k.Ahead)
	}
	k.Heard(now.Add(4*time.Second+clockBest+1), now)
	if k.Ahead >= -clockBest {
		t.Errorf("set back for long: %v", k.Ahead)
	}
}
