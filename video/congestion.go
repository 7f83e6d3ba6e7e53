package video

import "time"

// level is how much of a source a browser is given.
type level int

const (
	levelFull level = iota
	levelLow        // the camera's picture at a lower rate
	levelKeys       // key pictures only
)

const (
	// scarce is the share of a stream's rate below which a browser's estimate of its way means that it cannot take it.
	scarce = 0.8
	// scarceFor is how long that must be so.
	scarceFor = time.Second
	// retryMin and retryMax bound how long it is before more is tried again; each failure doubles it.
	retryMin = 10 * time.Second
	retryMax = 2 * time.Minute
	// little is the rate of a stream, in bits a second, below which an estimate says nothing of the way: it follows what is sent.
	little = 300e3
	// lossy is the loss, in 1/256, from which on a way is taken as too narrow whatever the browser estimates.
	lossy = 26
)

// congestion decides the level by what a browser tells of its way. An estimate does not grow above what is sent by much,
// so more is tried after a while, not awaited.
type congestion struct {
	level  level
	since  time.Time // of the level
	scarce time.Time // since when too little; zero: enough
	retry  time.Duration
}

// step takes an estimate of the way in bits a second, 0 for one that loses much, beside the rates of the source and of its
// lower one, 0 if there is none.
func (c *congestion) step(now time.Time, estimate, full, low float64) level {
	rate := full
	if c.level == levelLow {
		rate = low
	}
	switch {
	case c.level == levelKeys || estimate >= scarce*rate || estimate > 0 && rate < little:
		c.scarce = time.Time{}
	case c.scarce.IsZero():
		c.scarce = now
	case now.Sub(c.scarce) >= scarceFor:
		c.retry = min(max(2*c.retry, retryMin), retryMax)
		c.to(now, levelKeys)
		if rate == full && low > 0 {
			c.level = levelLow
		}
		return c.level
	}
	if c.level != levelFull && now.Sub(c.since) >= c.retry {
		if c.level == levelKeys && low > 0 {
			c.to(now, levelLow)
		} else {
			c.to(now, levelFull)
		}
	}
	if c.level == levelFull && now.Sub(c.since) > retryMax {
		c.retry = 0
	}
	return c.level
}

func (c *congestion) to(now time.Time, l level) { c.level, c.since, c.scarce = l, now, time.Time{} }
