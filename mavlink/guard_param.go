package mavlink

import (
	"slices"
	"strings"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/mavlink/param"
)

// safetyGroups are the groups of parameters that say how a vehicle survives without us, PX4's and ArduPilot's: the
// station writes no other by itself.
var safetyGroups = []string{
	"NAV_", "COM_", "GF_", "RTL_", "BAT_", "BAT1_", "MIS_", "EKF2_", "CBRK_", "MPC_", "PLD_",
	"FS_", "FENCE_", "BATT_", "RALLY_", "ARMING_", "AUTO_", "Q_RTL_", "Q_GUIDED_", "THR_FAILSAFE", "MAV_GCS_SYSID", "SYSID_MYGCS", "RC_OVERRIDE_TIME",
}

// param checks the parameter protocol: any may be read, a safety parameter may be written, another only by an
// engineer's act, and nothing that is no number. It is the last list: what is no message of this protocol is on none.
func (g *guard) param(m message.Message) error {
	switch m := m.(type) {
	case *common.MessageParamRequestList:
		return g.addressed(m.TargetSystem, m.TargetComponent)
	case *common.MessageParamRequestRead:
		if m.ParamId != "" && !param.ValidName(m.ParamId) || m.ParamId == "" && m.ParamIndex < 0 {
			return refuse("%.20q is no parameter's name", m.ParamId)
		}
		return g.addressed(m.TargetSystem, m.TargetComponent)
	case *common.MessageParamSet:
		if err := g.addressed(m.TargetSystem, m.TargetComponent); err != nil {
			return err
		}
		safety := slices.ContainsFunc(safetyGroups, func(group string) bool { return strings.HasPrefix(m.ParamId, group) })
		switch {
		case !param.ValidName(m.ParamId) || m.ParamId == param.HashName:
			return refuse("%.20q is no parameter's name", m.ParamId)
		case !safety && !g.anyParam:
			return refuse("parameter %.20q is not a safety parameter", m.ParamId)
		case fleet.ParamType(m.ParamType) == fleet.ParamReal32:
			return finite(m.ParamValue)
		case m.ParamType < common.MAV_PARAM_TYPE_UINT8 || m.ParamType > common.MAV_PARAM_TYPE_INT32:
			return refuse("a parameter of type %d", m.ParamType)
		}
		return nil
	}
	return refuse("message %T is not on the list", m)
}
