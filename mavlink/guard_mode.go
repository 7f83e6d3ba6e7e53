package mavlink

import (
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/minimal"
)

// mode checks the commands that set a mode: only those that the station orders of this family of autopilots.
func (g *guard) mode(m *common.MessageCommandLong) error {
	auto := g.auto
	if auto == nil {
		auto = px4Family
	}
	if m.Command == common.MAV_CMD_MISSION_START {
		if auto.guided == 0 || m.Param1 != 0 || m.Param2 != 0 {
			return refuse("a plan is started by its mode")
		}
		return nil
	}
	custom, ok := auto.ordered(m)
	if !ok || !auto.mayOrder(custom) && !g.mayFly(custom) || m.Command == common.MAV_CMD_DO_SET_MODE && m.Param1 != float32(minimal.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED) {
		return refuse("mode %v/%v/%v of %s is never ordered", m.Param1, m.Param2, m.Param3, auto.name)
	}
	return nil
}

// know follows what the heartbeat says of the autopilot.
func (s *Session) know(p *personality) { s.auto, s.guard.auto = p, p }
