package fleet

import (
	"fmt"
	"math"
	"time"
)

const (
	// ClockMost is how far the clocks of a vehicle and of the station may be apart for a launch.
	ClockMost = 5 * time.Second
	// ClockFresh is how old what is known of a clock may be.
	ClockFresh = 60 * time.Second
	// clockBest is how long the best of what was heard stands against what came later.
	clockBest = 15 * time.Second
)

// Clock is how a vehicle's clock stands (SYSTEM_TIME).
type Clock struct {
	Ahead time.Duration // of the station's
	At    time.Time     // when that was heard; zero: never
}

// Heard takes what the vehicle's clock told at the time now. On its way a message only grows older: of several the one that
// seems farthest ahead is nearest to the truth.
func (c *Clock) Heard(now, told time.Time) {
	if ahead := told.Sub(now); ahead >= c.Ahead || now.Sub(c.At) > clockBest || now.Before(c.At) {
		*c = Clock{Ahead: ahead, At: now}
	}
}

// Gate is why the vehicle may not be launched by its clock; nil if it may. What is not known, or old, is "no".
func (c Clock) Gate(now time.Time) *Gate {
	g := &Gate{Code: "clock", Value: c.Ahead.Seconds(), Limit: ClockMost.Seconds(), Unit: "s", AgeS: -1}
	if c.At.IsZero() {
		g.Text = "the vehicle's clock is not known"
		return g
	}
	g.AgeS = max(0, now.Sub(c.At).Seconds())
	switch {
	case math.Abs(c.Ahead.Seconds()) > ClockMost.Seconds():
		g.Text = fmt.Sprintf("clocks apart: the vehicle's is %+.1f s off the station's", c.Ahead.Seconds())
	case now.Sub(c.At) > ClockFresh || c.At.Sub(now) > ClockMost:
		g.Text = fmt.Sprintf("the vehicle's clock was last heard %.0f s ago", g.AgeS)
	default:
		return nil
	}
	return g
}
