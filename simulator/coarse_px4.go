package simulator

import "github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

var causeWords = [causes]string{causeSticks: "manual control lost", causeLink: "data link lost", causeLowBattery: "low battery",
	causeCritical: "critical battery", causeEmergency: "emergency battery", causeFlightTime: "flight time", causeFence: "geofence"}

// tellPX4 is what PX4 says of itself in its own way.
func (v *vehicle) tellPX4(s VehicleState) VehicleState {
	s.Autopilot, s.Mode = common.MAV_AUTOPILOT_PX4, v.mode.name()
	s.Ready = v.armed || v.healthProblem() == "" && v.armProblem() == ""
	s.Plan, s.Item, s.Items = v.planState(), v.plan.cur, len(v.plan.items)
	s.Lists = [3]uint32{v.stored[0].id, v.stored[1].id, v.stored[2].id}
	if s.Failsafe {
		s.Cause = causeWords[v.safe.cause]
	}
	return s
}

// orderPX4 is a command as PX4 takes it; of a mode, the commander's answer.
func (v *vehicle) orderPX4(c command) common.MAV_RESULT {
	if c.id == common.MAV_CMD_DO_SET_MODE {
		return v.setCustomMode(mode(uint32(uint8(c.p[1]))<<16 | uint32(uint8(c.p[2]))<<24))
	}
	return v.act(c)
}

// takePX4 gives a list as PX4 stores it, or why it does not.
func takePX4(kind common.MAV_MISSION_TYPE, items []common.MessageMissionItemInt) ([]common.MessageMissionItemInt, common.MAV_MISSION_RESULT) {
	if kind > 2 || len(items) > limits[kind] {
		return nil, common.MAV_MISSION_NO_SPACE
	}
	for i := range items {
		if result := acceptable(&items[i]); result != common.MAV_MISSION_ACCEPTED {
			return nil, result
		}
	}
	if kind == common.MAV_MISSION_TYPE_FENCE && !fenceWhole(items) {
		return nil, common.MAV_MISSION_ERROR
	}
	return append([]common.MessageMissionItemInt(nil), items...), common.MAV_MISSION_ACCEPTED
}

// valuePX4 is a parameter that PX4 has.
func (v *vehicle) valuePX4(name string) (float64, bool) {
	_, known := v.params.index[name]
	return v.param(name), known
}

// setPX4 writes a parameter that PX4 has.
func (v *vehicle) setPX4(name string, value float64) bool {
	i, known := v.params.index[name]
	if !known {
		return false
	}
	p := &v.params.list[i]
	if p.value, v.lim = float64(float32(value)), nil; p.isInt {
		p.value = float64(int32(value))
	}
	return true
}
