package mavlink

import "time"

// The bounds of the resend timeout.
const (
	resendFirst = 700 * time.Millisecond // before anything was measured
	resendMin   = 300 * time.Millisecond // a vehicle may think for a while
	resendMax   = 4 * time.Second
)

// rtt estimates the round trip as TCP does (RFC 6298), from answers to messages that were sent once (Karn) and
// from TIMESYNC, whose answers name what they answer (echo.go): where each wait is shorter than the round trip,
// nothing else would ever be known of it.
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

// expected is the round trip to reckon with.
func (r *rtt) expected() time.Duration {
	if !r.known {
		return resendFirst
	}
	return r.smooth
}

// timeout is how long to wait for the answer to the n-th sending (from 1): half as long again each time, up to resendMax
// where the round trip allows.
func (r *rtt) timeout(n int) time.Duration {
	t := resendFirst
	if r.known {
		t = max(resendMin, r.smooth+4*r.vary)
	}
	most := max(t, resendMax)
	for ; n > 1 && t < most; n-- {
		t += t / 2
	}
	return min(t, most)
}
