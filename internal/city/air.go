package city

import (
	"math/rand/v2"
	"time"
)

// Air is how badly the radio carries datagrams, each way. The zero value carries all at the next step.
type Air struct {
	// Loss and Duplicate are the shares of datagrams that are lost or arrive twice, 0 to 1.
	Loss, Duplicate float64
	// Delay is the least time under way; up to Jitter is added at random, so that datagrams overtake one another.
	Delay, Jitter time.Duration
}

// flight is a datagram under way.
type flight struct {
	due  time.Time
	sys  uint32
	data []byte
}

// way is one direction of the air.
type way struct {
	under []flight
	rand  *rand.Rand
}

func newWay(seed uint64) *way { return &way{rand: rand.New(rand.NewPCG(seed, 1))} }

// send puts a datagram into the air, or loses it.
func (w *way) send(now time.Time, a Air, sys uint32, data []byte) {
	copies := 1
	if a.Loss > 0 && w.rand.Float64() < a.Loss {
		copies = 0
	} else if a.Duplicate > 0 && w.rand.Float64() < a.Duplicate {
		copies = 2
	}
	for range copies {
		due := now.Add(a.Delay)
		if a.Jitter > 0 {
			due = due.Add(time.Duration(w.rand.Int64N(int64(a.Jitter))))
		}
		w.under = append(w.under, flight{due, sys, data})
	}
}

// arrived takes out what is due, in the order it was sent.
func (w *way) arrived(now time.Time) []flight {
	var out, rest []flight
	for _, f := range w.under {
		if f.due.After(now) {
			rest = append(rest, f)
		} else {
			out = append(out, f)
		}
	}
	w.under = rest
	return out
}
