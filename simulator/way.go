package simulator

import (
	"math/rand/v2"
	"time"
)

// Flight is a datagram under way.
type Flight struct {
	System uint32 // whose it is, or whose it is to be
	Data   []byte
	due    time.Time
}

// WayCounters say what became of the datagrams of a Way.
type WayCounters struct {
	Sent, Lost, Doubled, HeldBack, Overflowed, Arrived uint64
}

// Way is one direction of a link.
//
//	Send ─► burst, loss ─► twice? ─► queue of the rate ─► delay, jitter, held back ─► Arrived
type Way struct {
	Counters WayCounters
	under    []Flight
	rand     *rand.Rand
	burst    bool
	air      Air // of what waits
	waiting  []Flight
	octets   int     // of all that wait
	tokens   float64 // octets that may go now
	filled   time.Time
}

// NewWay is a way with nothing under way.
func NewWay(seed uint64) *Way { return &Way{rand: rand.New(rand.NewPCG(seed, 1))} }

// Idle says whether nothing is under way.
func (w *Way) Idle() bool { return len(w.under) == 0 && len(w.waiting) == 0 }

// Send puts a datagram into the air, or loses it.
func (w *Way) Send(now time.Time, a Air, system uint32, data []byte) {
	w.Counters.Sent++
	if w.lost(a) {
		w.Counters.Lost++
		return
	}
	copies := 1
	if a.Duplicate > 0 && w.rand.Float64() < a.Duplicate {
		copies = 2
		w.Counters.Doubled++
	}
	for range copies {
		f := Flight{System: system, Data: data}
		if a.KbitS > 0 || len(w.waiting) > 0 {
			w.queue(now, a, f)
		} else {
			w.fly(now, a, f)
		}
	}
}

// lost says whether the next datagram is; each steps the burst's chain.
func (w *Way) lost(a Air) bool {
	b := a.Burst
	switch {
	case b.Enter == 0:
		w.burst = false
	case w.burst:
		w.burst = !(w.rand.Float64() < b.Leave)
	default:
		w.burst = w.rand.Float64() < b.Enter
	}
	if w.burst && (b.Loss == 0 || w.rand.Float64() < b.Loss) {
		return true
	}
	return a.Loss > 0 && w.rand.Float64() < a.Loss
}

// fly lets a datagram leave the sender.
func (w *Way) fly(now time.Time, a Air, f Flight) {
	f.due = now.Add(a.Delay)
	if a.Jitter > 0 {
		f.due = f.due.Add(time.Duration(w.rand.Int64N(int64(a.Jitter))))
	}
	if a.Reorder > 0 && w.rand.Float64() < a.Reorder {
		back := a.HeldBack
		if back == 0 {
			back = heldBackDefault
		}
		f.due = f.due.Add(back)
		w.Counters.HeldBack++
	}
	w.under = append(w.under, f)
}

// queue lets a datagram wait for its turn, and drops one where there is no room.
func (w *Way) queue(now time.Time, a Air, f Flight) {
	w.leave(now) // what could go under the old rate has gone
	w.air = a
	room := a.Queue
	if room == 0 {
		room = queueDefault
	}
	for w.octets+len(f.Data) > room {
		w.Counters.Overflowed++
		if a.Overflow != "oldest" || len(w.waiting) == 0 {
			return
		}
		w.octets -= len(w.waiting[0].Data)
		w.waiting = w.waiting[1:]
	}
	w.waiting, w.octets = append(w.waiting, f), w.octets+len(f.Data)
	w.leave(now)
}

// leave sends off what the bucket has tokens for.
func (w *Way) leave(now time.Time) {
	rate := w.air.KbitS * 125 // octets a second
	if w.filled.IsZero() || !(rate > 0) {
		w.tokens = bucketLeast
	} else {
		w.tokens += rate * now.Sub(w.filled).Seconds()
	}
	w.filled = now
	w.tokens = min(w.tokens, max(bucketLeast, rate*bucketS))
	for len(w.waiting) > 0 && (w.tokens >= float64(len(w.waiting[0].Data)) || !(rate > 0)) {
		f := w.waiting[0]
		w.waiting = w.waiting[1:]
		w.tokens -= float64(len(f.Data))
		w.octets -= len(f.Data)
		w.fly(now, w.air, f)
	}
}

// Arrived takes out what is due, in the order it was sent.
func (w *Way) Arrived(now time.Time) []Flight {
	if len(w.waiting) > 0 {
		w.leave(now)
	}
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
	w.Counters.Arrived += uint64(len(out))
	return out
}
