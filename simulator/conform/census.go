package conform

import (
	"time"
)

// census is what flows by itself while nothing is asked.
type census struct {
	count     map[uint32]int
	first     map[uint32]time.Duration
	final     map[uint32]time.Duration
	span      time.Duration
	frames    int
	datagrams int // that held more than one frame
	v1        int
	seq       uint8
	gaps      int
	back      int // time_boot_ms that went back
	boot      uint32
}

func (c *census) datagram(s stage, frames int) {
	if s == listening && frames > 1 {
		c.datagrams++
	}
}

// take counts one frame of the main component.
func (c *census) take(at time.Duration, h heard) {
	if c.first == nil {
		c.first, c.final = map[uint32]time.Duration{}, map[uint32]time.Duration{}
	}
	id := h.msg.GetID()
	if c.count[id] == 0 {
		c.first[id] = at
	}
	c.final[id] = at
	c.count[id]++
	if c.frames++; c.frames > 1 && h.seq != c.seq+1 {
		c.gaps++
	}
	c.seq = h.seq
	if h.magic == magicV1 {
		c.v1++
	}
	if ms, ok := bootMS(h.msg); ok {
		if ms < c.boot {
			c.back++
		}
		c.boot = ms
	}
}

// hz is a message's rate: by its intervals, or by its number where it came once or not at all.
func (c *census) hz(id uint32) float64 {
	n := c.count[id]
	if n < 2 {
		return float64(n) / c.span.Seconds()
	}
	return float64(n-1) / (c.final[id] - c.first[id]).Seconds()
}
