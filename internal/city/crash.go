package city

import (
	"time"

	"groundstation/internal/station"
	"groundstation/mission"
)

// Fate is what becomes of the station over a transaction.
type Fate int

// The fates: it lives, it dies before the transaction is durable, or after that but before it is told so.
const (
	Lives Fate = iota
	DiesBefore
	DiesAfter
)

// away is how long a station that died over a transaction stays away.
const away = 3 * time.Second

// commit carries out what the station wants to be durable, and lets it die where Crash says so.
func (c *City) commit() {
	wanted := c.waiting
	c.waiting = nil
	for i, p := range wanted {
		if late, err := c.Disk.take(c.now, p); late {
			c.waiting = append(wanted[i:], c.waiting...)
			return
		} else if err != nil {
			c.do(station.Committed{Committed: mission.Committed{Seq: p.Seq, Err: err}})
			continue
		}
		fate := Lives
		if c.Crash != nil {
			fate = c.Crash(p)
		}
		if fate != DiesBefore {
			c.keep(p)
		}
		if fate != Lives {
			c.die()
			return
		}
		c.do(station.Committed{Committed: mission.Committed{Seq: p.Seq}})
	}
}

// die kills the station for a while.
func (c *City) die() { c.Die(away) }

// revive brings back a station that died over a transaction, when it is time.
func (c *City) revive() {
	if c.core == nil && !c.back.IsZero() && !c.back.After(c.now) {
		c.Start()
	}
}
