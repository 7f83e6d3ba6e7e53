package city

import (
	"errors"
	"time"

	"groundstation/fleet"
	"groundstation/internal/station"
	"groundstation/mission"
)

// Disk is a store that has something the matter with it.
type Disk struct {
	// Fails lets every transaction fail; Delay is how long each takes.
	Fails bool
	Delay time.Duration
	seq   uint64
	since time.Time
}

// take says whether a transaction is not durable yet, or that it failed.
func (d *Disk) take(now time.Time, p mission.Persist) (late bool, err error) {
	if d == nil {
		return false, nil
	}
	if d.seq != p.Seq || d.since.IsZero() {
		d.seq, d.since = p.Seq, now
	}
	if now.Sub(d.since) < d.Delay {
		return true, nil
	}
	d.since = time.Time{}
	if d.Fails {
		return false, errors.New("no space left on device")
	}
	return false, nil
}

// clock is what the station takes the time to be.
func (c *City) clock() time.Time {
	if c.Clock != nil {
		return c.Clock(c.now)
	}
	return c.now.Add(c.Skew)
}

// Board is what consoles are shown.
func (c *City) Board() *fleet.Board { return c.board }

// Registry is the fleet.
func (c *City) Registry() fleet.Registry { return c.registry }

// Submit asks the Desk in somebody's name; Answer has the answer when there is one.
func (c *City) Submit(by string, body any) uint64 {
	c.asked++
	c.do(station.Ask{Request: mission.Request{ID: c.asked, By: by, Body: body}})
	return c.asked
}

// Answer is the Desk's answer, if it has answered.
func (c *City) Answer(id uint64) (mission.Reply, bool) {
	r, ok := c.replies[id]
	return r, ok
}

// Die kills the station for so long; 0 is until somebody starts it.
func (c *City) Die(long time.Duration) {
	c.Kill()
	if long > 0 {
		c.back = c.now.Add(long)
	}
}
