package mavlink

import (
	"strings"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

// modeNamesMax bounds what a vehicle may tell of its modes; PX4 has 26.
const modeNamesMax = 64

// toldModes are the vehicle's own names of modes that its family's table does not have, such as those that a program
// on board adds (https://mavlink.io/en/services/standard_modes.html).
type toldModes struct {
	names map[uint32]string
	asked time.Time
}

// ownName is the vehicle's own name of a mode that nobody here knows, or "". The first time such a mode is seen the
// vehicle is asked for all of them; the answers may be lost, so again with the next such mode, a minute later.
func (s *Session) ownName(now time.Time, custom uint32) string {
	if _, known := s.auto.modes[custom]; known || s.auto.standard {
		return ""
	}
	name := s.ownModes.names[custom]
	if name == "" && now.Sub(s.ownModes.asked) > time.Minute {
		s.ownModes.asked = now
		m := s.long(common.MAV_CMD_REQUEST_MESSAGE, 435)
		_ = s.transmit(now, &m, nil) // our own constant: the guard lets it pass
	}
	return name
}

// availableMode notes one mode of the vehicle.
func (s *Session) availableMode(m *common.MessageAvailableModes) {
	name := strings.ToUpper(printable(m.ModeName))
	if _, known := s.auto.modes[m.CustomMode]; known || name == "" || len(s.ownModes.names) >= modeNamesMax {
		return
	}
	if s.ownModes.names == nil {
		s.ownModes.names = map[uint32]string{}
	}
	s.ownModes.names[m.CustomMode] = name
	if m.CustomMode == s.see.custom && !s.see.modeAt.IsZero() {
		s.v.ModeName = name
	}
}
