package station

import (
	"time"

	"groundstation/mavlink"
)

// Correction is one whole RTCM message of the base station, for every vehicle.
type Correction struct{ Message []byte }

func (Correction) input() {}

func (c *Core) correct(now time.Time, in Correction) {
	pieces := c.cut.Cut(in.Message)
	if pieces == nil {
		c.counters.CorrectionsTooLong++
		return
	}
	c.counters.Corrections++
	for _, v := range c.vehicles {
		v.take(c, v.session.Step(now, mavlink.CorrectionIn{Pieces: pieces}))
	}
}
