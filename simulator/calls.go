package simulator

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// callZone is the clock by which a town wakes and sleeps.
var callZone = time.FixedZone("UTC+8", 8*3600)

// Calls is an endless line of calls from a seed: what they are, where, and how far apart in a time that runs as fast as calls
// come. It is a Poisson process with the rates of callsByHour, or with one rate all day.
type Calls struct {
	cfg    Config
	rng    *rand.Rand
	perDay float64
	even   bool
	n      int
	at     time.Time // of the last
}

// NewCalls begins at start with so many calls a day on average; even: as many at night as in the evening. The world must
// have a dock.
func NewCalls(cfg Config, seed uint64, start time.Time, perDay float64, even bool) (*Calls, error) {
	switch {
	case !(perDay > 0 && perDay <= 24*3600):
		return nil, fmt.Errorf("%v calls a day are not above 0 to 86400", perDay)
	case len(cfg.Dock) == 0:
		return nil, fmt.Errorf("calls come from around docks, and there is none")
	}
	return &Calls{cfg: cfg, rng: rand.New(rand.NewPCG(seed, 110)), perDay: perDay, even: even, at: start}, nil
}

// Next is the next call, its number from 1, and when it comes.
func (c *Calls) Next() (call Call, n int, at time.Time) {
	for left := c.rng.ExpFloat64(); ; {
		rate := c.rate(c.at) / time.Hour.Seconds() // 1/s
		hour := c.at.Truncate(time.Hour).Add(time.Hour)
		need := left / rate
		if span := hour.Sub(c.at).Seconds(); need > span {
			left -= span * rate
			c.at = hour
			continue
		}
		c.at = c.at.Add(time.Duration(need * float64(time.Second)))
		break
	}
	c.n++
	return newCall(c.cfg, c.rng), c.n, c.at
}

// rate is how many calls come in an hour at a time.
func (c *Calls) rate(at time.Time) float64 {
	if c.even {
		return c.perDay / 24
	}
	total := 0.0
	for _, r := range callsByHour {
		total += r
	}
	return c.perDay * callsByHour[at.In(callZone).Hour()] / total
}
