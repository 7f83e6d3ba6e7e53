package video

import "sync"

// queueLen is how many packets a reader may be behind: about two seconds of a 2 Mbit/s picture.
const queueLen = 512

// reader is one viewer's place at a stream. The stream puts packets in, one goroutine takes them.
type reader struct {
	wake chan struct{} // holds one when there is something to take
	bare bool          // it needs no packet marshalled

	mu       sync.Mutex
	queue    []*packet
	taken    []*packet // what take gave last
	skipping bool      // until the next key picture
	left     bool
	dropped  uint64
}

func newReader() *reader { return &reader{wake: make(chan struct{}, 1), skipping: true} }

// push gives the reader what it can hold. A reader that is full loses all up to the next key picture. waits says that it has
// read all there was and goes on with one.
func (r *reader) push(batch []*packet) (waits bool) {
	r.mu.Lock()
	for _, p := range batch {
		switch {
		case r.skipping && !p.fresh:
			r.dropped++
		case len(r.queue) >= queueLen:
			r.skipping = true
			r.dropped++
		default:
			r.skipping = false
			r.queue = append(r.queue, p)
		}
	}
	some, waits := len(r.queue) > 0, r.skipping && len(r.queue) == 0
	r.mu.Unlock()
	if some {
		r.rouse()
	}
	return waits
}

func (r *reader) rouse() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// take waits for packets and gives all there are, which are the caller's until it takes again; not ok: the reader has left.
func (r *reader) take() (batch []*packet, ok bool) {
	for range r.wake {
		r.mu.Lock()
		clear(r.taken)
		r.taken, r.queue = r.queue, r.taken[:0]
		left := r.left
		r.mu.Unlock()
		if left {
			return nil, false
		}
		if len(r.taken) > 0 {
			return r.taken, true
		}
	}
	return nil, false
}

// skip makes the reader wait for the next key picture; with forget it loses what it has not taken yet too.
func (r *reader) skip(forget bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.skipping = true
	if forget {
		clear(r.queue)
		r.queue = r.queue[:0]
	}
}

// leave ends the reader: take gives no more.
func (r *reader) leave() {
	r.mu.Lock()
	r.left = true
	r.mu.Unlock()
	r.rouse()
}

func (r *reader) lost() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.dropped
}

// settle gives what was dropped and not counted elsewhere yet.
func (r *reader) settle() (dropped uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	dropped, r.dropped = r.dropped, 0
	return dropped
}
