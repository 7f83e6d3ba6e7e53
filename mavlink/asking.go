package mavlink

import (
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

// autopilotVersion is the id of AUTOPILOT_VERSION.
const autopilotVersion = 148

// asking asks for one message, again and again until it has come; whoever owns it looks at that.
type asking struct{ cmd *command }

func (a *asking) step(s *Session, t *task, now time.Time, id float32) verdict {
	if a.cmd == nil {
		m := s.long(common.MAV_CMD_REQUEST_MESSAGE, id)
		a.cmd = s.newCommand(now, &m, nil, commandTries)
	}
	v := s.follow(now, t, a.cmd)
	if v.stage != "" {
		return v
	}
	if a.cmd.state == cmdAccepted && !now.Before(a.cmd.last.Add(effectWait)) {
		a.stop(s)
	}
	t.wake = now.Add(effectWait)
	return notYet
}

func (a *asking) stop(s *Session) {
	s.release(a.cmd)
	a.cmd = nil
}
