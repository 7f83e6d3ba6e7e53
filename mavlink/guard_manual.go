package mavlink

import (
	"errors"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
)

// sticks checks MANUAL_CONTROL: this vehicle, four axes in their ranges and nothing else, and moved only by the pilot
// whose grant is alive.
func (g *guard) sticks(m *common.MessageManualControl) error {
	if fleet.SystemID(m.Target) != g.system {
		return refuse("sticks of system %d, this session speaks with %d", m.Target, g.system)
	}
	if *m != *sticksMessage(g.system, fleet.Sticks{X: m.X, Y: m.Y, Z: m.Z, R: m.R}) {
		return refuse("sticks with buttons or further axes")
	}
	if err := errors.Join(within("stick x", float64(m.X), -1000, 1000), within("stick y", float64(m.Y), -1000, 1000),
		within("stick z", float64(m.Z), 0, 1000), within("stick r", float64(m.R), -1000, 1000)); err != nil {
		return err
	}
	moved := fleet.Sticks{X: m.X, Y: m.Y, Z: m.Z, R: m.R} != fleet.Neutral
	switch {
	case g.hand == nil || !g.hand.spoke && g.hand.stage == "":
		return refuse("sticks, but nobody flies it by hand")
	case moved && !g.hand.live:
		return refuse("sticks that are moved, without a pilot who may")
	}
	return nil
}

// mayFly says whether the mode is the one a pilot is about to fly in.
func (g *guard) mayFly(custom uint32) bool {
	return g.hand != nil && g.hand.stage == fleet.ManualEntering && g.auto != nil && g.auto.manual != 0 && g.auto.manual == custom
}
