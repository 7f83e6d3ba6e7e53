package simulator

import (
	"math"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

// floatItem is an item as the older MISSION_ITEM, whose places are floats in degrees.
func floatItem(m *common.MessageMissionItemInt) *common.MessageMissionItem {
	return &common.MessageMissionItem{TargetSystem: m.TargetSystem, TargetComponent: m.TargetComponent, Seq: m.Seq, Frame: m.Frame, Command: m.Command,
		Current: m.Current, Autocontinue: m.Autocontinue, Param1: m.Param1, Param2: m.Param2, Param3: m.Param3, Param4: m.Param4,
		X: float32(float64(m.X) / 1e7), Y: float32(float64(m.Y) / 1e7), Z: m.Z, MissionType: m.MissionType}
}

// intItem is an older MISSION_ITEM as MISSION_ITEM_INT; a place that is no number is the largest one.
func intItem(m *common.MessageMissionItem) *common.MessageMissionItemInt {
	e7 := func(deg float32) int32 {
		if !finite(float64(deg)) {
			return math.MaxInt32
		}
		return int32(clamp(math.Round(float64(deg)*1e7), math.MinInt32, math.MaxInt32))
	}
	return &common.MessageMissionItemInt{TargetSystem: m.TargetSystem, TargetComponent: m.TargetComponent, Seq: m.Seq, Frame: m.Frame, Command: m.Command,
		Current: m.Current, Autocontinue: m.Autocontinue, Param1: m.Param1, Param2: m.Param2, Param3: m.Param3, Param4: m.Param4,
		X: e7(m.X), Y: e7(m.Y), Z: m.Z, MissionType: m.MissionType}
}

// frameSpoken is the frame an item goes out with: as the other message of the pair has it, whatever it came with.
func frameSpoken(f common.MAV_FRAME, float bool) common.MAV_FRAME {
	pairs := [][2]common.MAV_FRAME{{common.MAV_FRAME_GLOBAL, common.MAV_FRAME_GLOBAL_INT},
		{common.MAV_FRAME_GLOBAL_RELATIVE_ALT, common.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT}}
	for _, p := range pairs {
		switch {
		case f != p[0] && f != p[1]:
		case float:
			return p[0]
		default:
			return p[1]
		}
	}
	return f
}
