package mavlink

import (
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

// setupSigning checks SETUP_SIGNING: to this system's autopilot alone, for an act that may tell a key, and without the
// key itself, which is filled in behind the guard.
func (g *guard) setupSigning(m *common.MessageSetupSigning) error {
	switch {
	case !g.tellsKey:
		return refuse("a signing key is told only by the act of rotating it")
	case m.SecretKey != [32]uint8{} || m.InitialTimestamp != 0:
		return refuse("a signing key that a session has chosen")
	}
	return g.addressed(m.TargetSystem, m.TargetComponent)
}
