package mavlink

import (
	"errors"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

// event checks REQUEST_EVENT: a short run of events that were missed.
func (g *guard) event(m *common.MessageRequestEvent) error {
	return errors.Join(g.addressed(m.TargetSystem, m.TargetComponent), within("events", float64(m.LastSequence-m.FirstSequence), 0, heldMax))
}

// prearm checks RUN_PREARM_CHECKS, which has no parameters.
func (g *guard) prearm(m *common.MessageCommandLong) error {
	if m.Param1 != 0 || m.Param2 != 0 || m.Param3 != 0 || m.Param4 != 0 || m.Param5 != 0 || m.Param6 != 0 || m.Param7 != 0 {
		return refuse("a report of checks with parameters")
	}
	return nil
}
