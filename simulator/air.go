package simulator

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

// Flight is a datagram under way.
type Flight struct {
	System uint32 // whose it is, or whose it is to be
	Data   []byte
	due    time.Time
}

// Way is one direction of the air.
type Way struct {
	under []Flight
	rand  *rand.Rand
}

// NewWay is a way with nothing under way.
func NewWay(seed uint64) *Way { return &Way{rand: rand.New(rand.NewPCG(seed, 1))} }

// Send puts a datagram into the air, or loses it.
func (w *Way) Send(now time.Time, a Air, system uint32, data []byte) {
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
		w.under = append(w.under, Flight{system, data, due})
	}
}

// Arrived takes out what is due, in the order it was sent.
func (w *Way) Arrived(now time.Time) []Flight {
	var out []Flight
	rest := w.under[:0]
	for _, f := range w.under {
		if f.due.After(now) {
			rest = append(rest, f)
		} else {
			out = append(out, f)
		}
	}
	clear(w.under[len(rest):])
	w.under = rest
	return out
}
