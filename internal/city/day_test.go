package city

import (
	"testing"
	"time"

	"groundstation/simulator"
)

// The first hours of a day with more calls and faults than a day has: no rule is broken, and the same seed gives the same
// day to the last octet of what is kept.
func TestTheSameSeedGivesTheSameDay(t *testing.T) {
	t.Parallel()
	const span = 40 * time.Minute
	fly := func(seed uint64) Diary {
		c := cityAtSeam(t, seed)
		world, err := simulator.Load("../../config/sim.toml")
		if err != nil {
			t.Fatal(err)
		}
		day := simulator.NewDay(world, seed, 900, 400)
		d, err := c.FlyDay(day, 60, span)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	a, b, other := fly(1), fly(1), fly(2)
	t.Logf("%+v", a)
	if a.Log != b.Log {
		t.Error("two days of one seed differ")
	}
	if a.Log == other.Log {
		t.Error("days of two seeds are the same")
	}
	if a.Flown == 0 || a.Served == 0 || a.Patrols == 0 || a.Ills == 0 {
		t.Errorf("nothing happened: %+v", a)
	}
}
