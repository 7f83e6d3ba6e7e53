package station

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// numbered is a slot with nothing to do.
type numbered struct{ of int }

func (numbered) tick(*Core, time.Time) {}

// TestDeadlinesGiveWhatIsDue sets, puts off and takes back alarms at random, and holds the answers against a plain list.
func TestDeadlinesGiveWhatIsDue(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	begin := time.Unix(1_700_000_000, 0)
	var d deadlines
	alarms, want := make([]alarm, 40), make([]time.Time, 40)
	for i := range alarms {
		alarms[i] = alarm{slot: numbered{i}, index: -1}
	}
	fired := 0
	for now := begin; now.Before(begin.Add(time.Minute)); now = now.Add(time.Duration(rng.IntN(20)) * time.Millisecond) {
		for range rng.IntN(8) {
			i := rng.IntN(len(alarms))
			want[i] = now.Add(time.Duration(1+rng.IntN(300)) * time.Millisecond)
			if rng.IntN(10) == 0 {
				want[i] = time.Time{}
			}
			d.set(&alarms[i], want[i])
		}
		var due []int
		first := time.Time{}
		for i, at := range want {
			if !at.IsZero() && !at.After(now) {
				due, want[i] = append(due, i), time.Time{}
			}
			first = earlier(first, want[i])
		}
		var got []int
		for _, s := range d.due(now, nil) {
			got = append(got, s.(numbered).of)
		}
		slices.Sort(got)
		if !slices.Equal(got, due) {
			t.Fatalf("after %s: %v were due, %v fired", now.Sub(begin), due, got)
		}
		if next := d.next(); !next.Equal(first) {
			t.Fatalf("after %s: the next is %s, told as %s", now.Sub(begin), first, next)
		}
		fired += len(got)
	}
	if fired < 1000 {
		t.Fatalf("only %d fired", fired)
	}
}
