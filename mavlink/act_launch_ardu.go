package mavlink

import (
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
)

// beginSendings is how often the plan of an armed vehicle may be started; each again only after a heartbeat that shows
// no effect. A copy that comes late finds the plan running and changes nothing.
const beginSendings = 4

// begin starts the plan of a vehicle that is armed on the ground: ArduPilot's MISSION_START.
type begin struct {
	cmd  *command
	sent int
	seen bool // mission mode
}

func (b *begin) step(s *Session, t *task, now time.Time) verdict {
	if s.v.Mode == fleet.ModeMission {
		b.seen = true
		t.wake = now
		return notYet
	}
	if !s.v.Armed {
		return failed("disarmed", "disarmed before it was started: "+s.v.LastText)
	}
	if b.cmd == nil {
		m := s.long(common.MAV_CMD_MISSION_START)
		b.cmd = s.newCommand(now, &m, &t.in.Envelope, 1)
		b.sent++
	}
	v := s.follow(now, t, b.cmd)
	if b.cmd.state == cmdRefused || b.cmd.state == cmdBlocked {
		return v
	}
	look := b.cmd.last.Add(max(armLook, s.rtt.timeout(1)))
	if b.cmd.state != cmdWaiting && s.see.modeAt.After(look) {
		if b.sent >= beginSendings {
			return failed("not-started", "armed, and the plan does not begin: "+s.v.LastText)
		}
		s.release(b.cmd)
		b.cmd = nil
		t.wake = now
	}
	return notYet
}
