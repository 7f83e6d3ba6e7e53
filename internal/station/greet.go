package station

import (
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/mavlink"
)

const (
	// greetEvery is the period of the heartbeat to a link that is silent.
	greetEvery = time.Second
	// greetAfter is the silence after which a link is greeted again.
	greetAfter = 3 * time.Second
)

// greeting is a link that the station dialled: what is at the other end may wait to be spoken to.
type greeting struct {
	to          mavlink.Source
	heard, said time.Time
}

// greeted notes that a link is heard.
func (c *Core) greeted(now time.Time, from mavlink.Source) {
	if from.Addr.IsValid() {
		return
	}
	for i := range c.greet {
		if c.greet[i].to == from {
			c.greet[i].heard = now
		}
	}
}

// hail sends a heartbeat to each silent link. It is called only when the Desk has just proved that it lives, as for
// every heartbeat of the station.
func (c *Core) hail(now time.Time) {
	for i := range c.greet {
		g := &c.greet[i]
		if now.Sub(g.heard) < greetAfter || now.Sub(g.said) < greetEvery {
			continue
		}
		g.said = now
		c.transmit("", nil, mavlink.Transmit{To: g.to, Message: &common.MessageHeartbeat{Type: common.MAV_TYPE_GCS,
			Autopilot: common.MAV_AUTOPILOT_INVALID, SystemStatus: common.MAV_STATE_ACTIVE, MavlinkVersion: 3}})
	}
}
