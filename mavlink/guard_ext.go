package mavlink

import (
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/mavlink/param"
)

// ext checks the extended parameters: those of a component beside the autopilot, by name, and a value of its type.
func (g *guard) ext(m message.Message) error {
	var system, component uint8
	name := "A"
	switch m := m.(type) {
	case *common.MessageParamExtRequestList:
		system, component = m.TargetSystem, m.TargetComponent
	case *common.MessageParamExtRequestRead:
		system, component = m.TargetSystem, m.TargetComponent
		if m.ParamId != "" || m.ParamIndex < 0 {
			name = m.ParamId
		}
	case *common.MessageParamExtSet:
		system, component, name = m.TargetSystem, m.TargetComponent, m.ParamId
		if _, ok := param.DecodeExt(m.ParamValue, fleet.ParamType(m.ParamType)); !ok || len(m.ParamValue) > 128 {
			return refuse("a value that is none of type %d", m.ParamType)
		}
	}
	switch {
	case fleet.SystemID(system) != g.system || component <= autopilot || component >= StationComponent:
		return refuse("extended parameters of %d/%d", system, component)
	case !param.ValidName(name):
		return refuse("%.20q is no parameter's name", name)
	}
	return nil
}
