package mavlink

import "time"

// The bounds of the resend timeout.
const (
	resendFirst = 700 * time.Millisecond // before anything was measured
	resendMin   = 300 * time.Millisecond // a vehicle may think for a while
	resendMax   = 4 * time.Second
)

// rtt estimates the round trip as TCP does (RFC 6298), from answers to messages that were sent once (Karn).
type rtt struct {
	smooth, vary time.Duration
	known        bool
}

func (r *rtt) sample(d time.Duration) {
	if !r.known {
		r.smooth, r.vary, r.known = d, d/2, true
		return
	}
	diff := d - r.smooth
	if diff < 0 {
		diff = -diff
	}
	r.vary += (diff - r.vary) / 4
	r.smooth += (d - r.smooth) / 8
}

// timeout is how long to wait for the answer to the n-th sending (from 1): half as long again each time.
func (r *rtt) timeout(n int) time.Duration {
	t := resendFirst
	if r.known {
		t = max(resendMin, r.smooth+4*r.vary)
	}
	for ; n > 1 && t < resendMax; n-- {
		t += t / 2
	}
	return min(t, resendMax)
}
