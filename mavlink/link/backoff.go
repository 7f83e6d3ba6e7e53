package link

import (
	"context"
	"math/rand/v2"
	"time"
)

// The bounds of the wait before the next try.
const (
	backoffFirst = 250 * time.Millisecond
	backoffMost  = 10 * time.Second
	// backoffGood is how long a connection must have held to count as a success.
	backoffGood = 10 * time.Second
)

// backoff is the wait between tries: it doubles up to a bound, less up to a half of it by chance, so that links that
// fell together do not come back together.
type backoff struct{ last time.Duration }

func (b *backoff) next(chance float64) time.Duration {
	b.last = min(max(2*b.last, backoffFirst), backoffMost)
	return b.last - time.Duration(chance*float64(b.last)/2)
}

// lasted notes how long the connection held.
func (b *backoff) lasted(d time.Duration) {
	if d >= backoffGood {
		b.last = 0
	}
}

// wait waits for the next try; false when ctx ended first.
func (b *backoff) wait(ctx context.Context) bool {
	t := time.NewTimer(b.next(rand.Float64()))
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
