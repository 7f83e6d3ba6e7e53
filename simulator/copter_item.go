package simulator

import (
	"math"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

// copterAltMost is the highest altitude of an item, metres.
const copterAltMost = 83000

// copterTakes is what ArduPilot looks at when an item comes in: its frame, its command, and that every number of it is one; only
// a heading may be none. count is how many items there will be.
func copterTakes(m *common.MessageMissionItemInt, count int) common.MAV_MISSION_RESULT {
	switch m.Frame {
	case common.MAV_FRAME_GLOBAL, common.MAV_FRAME_GLOBAL_INT, common.MAV_FRAME_GLOBAL_RELATIVE_ALT, common.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT,
		common.MAV_FRAME_GLOBAL_TERRAIN_ALT, common.MAV_FRAME_GLOBAL_TERRAIN_ALT_INT, common.MAV_FRAME_MISSION:
	default:
		return common.MAV_MISSION_UNSUPPORTED_FRAME
	}
	placed, turns := true, false
	switch m.MissionType {
	case common.MAV_MISSION_TYPE_FENCE:
		switch m.Command {
		case fenceInclude, fenceExclude, fenceCircleInclude, fenceCircleExclude:
			turns = true
		default:
			return common.MAV_MISSION_UNSUPPORTED
		}
	case common.MAV_MISSION_TYPE_RALLY:
		if m.Command != cmdRally {
			return common.MAV_MISSION_UNSUPPORTED
		}
		turns = true
	default:
		switch m.Command {
		case cmdWaypoint, cmdLoiterUnlim, 18, cmdLoiterTime, cmdLand, cmdTakeoff, 31, 82, cmdVTOLTakeoff, cmdVTOLLand:
			turns = true
		case cmdROI, cmdROILocation:
		case cmdReturn, cmdDelay, 42, 92, 94, 112, 113, 114, 115, cmdJump, cmdChangeSpeed, 179, 181, 182, 183, 184, cmdROINone, 203, 205,
			206, 207, 208, 211, 212, 222, 2000, 2001, 2500, 2501, cmdGimbalPitch:
			placed = false
		default:
			return common.MAV_MISSION_UNSUPPORTED
		}
	}
	for i, p := range [4]float32{m.Param1, m.Param2, m.Param3, m.Param4} {
		if !finite(float64(p)) && !(i == 3 && turns) {
			return common.MAV_MISSION_INVALID_PARAM1 + common.MAV_MISSION_RESULT(i)
		}
	}
	if m.Command == cmdJump && int(m.Param1) >= count {
		return common.MAV_MISSION_ERROR
	}
	switch {
	case !placed:
	case m.X < -90e7 || m.X > 90e7:
		return common.MAV_MISSION_INVALID_PARAM5_X
	case m.Y < -180e7 || m.Y > 180e7:
		return common.MAV_MISSION_INVALID_PARAM6_Y
	case !finite(float64(m.Z)) || math.Abs(float64(m.Z)) >= copterAltMost:
		return common.MAV_MISSION_INVALID_PARAM7
	}
	return common.MAV_MISSION_ACCEPTED
}

// copterKeeps is an item as it is stored: centimetres, whole seconds of a hold, no heading, and a frame only above home or the sea.
func copterKeeps(m *common.MessageMissionItemInt) common.MessageMissionItemInt {
	it := *m
	it.Z, it.Current = centimetres(it.Z), 0
	switch it.Frame {
	case common.MAV_FRAME_GLOBAL_INT, common.MAV_FRAME_MISSION:
		it.Frame = common.MAV_FRAME_GLOBAL
	case common.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT:
		it.Frame = common.MAV_FRAME_GLOBAL_RELATIVE_ALT
	case common.MAV_FRAME_GLOBAL_TERRAIN_ALT_INT:
		it.Frame = common.MAV_FRAME_GLOBAL_TERRAIN_ALT
	}
	switch it.Command {
	case cmdWaypoint:
		it.Param1 = float32(math.Trunc(float64(it.Param1)))
		it.Param4 = float32(math.NaN())
	case cmdTakeoff, cmdLand, cmdLoiterTime, cmdLoiterUnlim:
		it.Param4 = float32(math.NaN())
	}
	return it
}
