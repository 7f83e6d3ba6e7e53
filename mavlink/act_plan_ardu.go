package mavlink

import (
	"math"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// adapt puts a list into the form its vehicle stores. ArduPilot's plans begin with home, which it keeps as its own; its
// rally points are above home in whole metres, holds in whole seconds, and the camera is pointed by the older DO_SET_ROI.
// A plane flies to a rally point at that point's own altitude: it is given aloft, metres above home.
func (p *personality) adapt(x *transfer, home *geo.Position, aloft float64) {
	x.coarse = p.coarse
	switch {
	case x.kind == common.MAV_MISSION_TYPE_RALLY && p.relativeRally:
		for i := range x.items {
			m := &x.items[i]
			m.Frame, m.Z = common.MAV_FRAME_GLOBAL_RELATIVE_ALT, float32(math.Round(float64(m.Z)-home.AltAMSL))
			if p.wing {
				m.Z = float32(math.Ceil(aloft))
			}
		}
	case x.kind == common.MAV_MISSION_TYPE_MISSION && p.homeItem && len(x.items) > 0:
		first := x.items[0]
		if home != nil {
			place(&first, *home)
		}
		first.Command, first.Param1, first.Current = common.MAV_CMD_NAV_WAYPOINT, 0, 0
		x.ownFirst = true
		for i := range x.items {
			x.items[i].Seq++
			switch m := &x.items[i]; m.Command {
			case common.MAV_CMD_NAV_WAYPOINT:
				if m.Param1 = float32(math.Ceil(float64(m.Param1))); p.wing && m.Param1 > 0 {
					m.Command, m.Param4 = common.MAV_CMD_NAV_LOITER_TIME, 0
				}
			case common.MAV_CMD_DO_CHANGE_SPEED:
				m.Param1 = p.speedType()
			case common.MAV_CMD_DO_SET_ROI_LOCATION:
				m.Command, m.Param1 = common.MAV_CMD_DO_SET_ROI, float32(common.MAV_ROI_LOCATION)
			case common.MAV_CMD_DO_SET_ROI_NONE: // no place is none
				m.Command, m.Param1, m.Frame = common.MAV_CMD_DO_SET_ROI, float32(common.MAV_ROI_NONE), common.MAV_FRAME_GLOBAL
			}
		}
		x.items = append([]common.MessageMissionItemInt{first}, x.items...)
	}
}

// speedType is the kind of speed that DO_CHANGE_SPEED sets: over ground, or through the air.
func (p *personality) speedType() float32 {
	if p.wing {
		return float32(common.SPEED_TYPE_AIRSPEED)
	}
	return float32(common.SPEED_TYPE_GROUNDSPEED)
}

// aloft is the altitude of a plan's highest place, metres above home, in whose layer a vehicle returns; without a plan it
// is the present one.
func (s *Session) aloft(items []fleet.Item) float64 {
	highest := math.Inf(-1)
	for _, it := range items {
		if it.Kind == fleet.ItemTakeoff || it.Kind == fleet.ItemWaypoint {
			highest = max(highest, it.Position.AltAMSL)
		}
	}
	if s.v.Home == nil || math.IsInf(highest, -1) {
		return max(0, s.v.AltRelM)
	}
	return max(0, highest-s.v.Home.AltAMSL)
}

// ownItems is how many items of a plan on board come before ours.
func (p *personality) ownItems() int {
	if p.homeItem {
		return 1
	}
	return 0
}
