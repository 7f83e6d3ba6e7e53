package mavlink

import (
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

// listRulings are the rows of plans, fences and rally points.
func listRulings() []ruling {
	env := wide()
	itemOutside := func(m *common.MessageMissionItemInt) { m.X, m.Y = toE7(far.Lat), toE7(far.Lon) }
	return []ruling{
		{"plan counted", &px4Guard, addressedTo(&px4Guard, &common.MessageMissionCount{Count: 6}), nil, true},
		{"list of no kind", &px4Guard, addressedTo(&px4Guard, &common.MessageMissionCount{MissionType: 3}), nil, false},
		{"list of all kinds", &px4Guard, addressedTo(&px4Guard, &common.MessageMissionCount{MissionType: common.MAV_MISSION_TYPE_ALL}), nil, false},
		{"waypoint", &px4Guard, item(plain, waypoint, 0, 0, 0, nan), env, true},
		{"waypoint outside", &px4Guard, with(item(plain, waypoint), itemOutside), env, false},
		{"waypoint without an envelope", &px4Guard, item(plain, waypoint), nil, false},
		{"waypoint above home", &px4Guard, with(item(plain, waypoint), func(m *common.MessageMissionItemInt) { m.Frame = common.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT }), env, false},
		{"take-off", &px4Guard, item(plain, common.MAV_CMD_NAV_TAKEOFF, 0, 0, 0, nan), env, true},
		{"take-off onto a wing", &px4Guard, item(plain, common.MAV_CMD_NAV_VTOL_TAKEOFF, 0, 0, 0, nan), env, true},
		{"take-off onto a wing outside", &px4Guard, with(item(plain, common.MAV_CMD_NAV_VTOL_TAKEOFF), itemOutside), env, false},
		{"transition", &px4Guard, item(plain, common.MAV_CMD_DO_VTOL_TRANSITION, 4), env, false},
		{"take-off outside", &px4Guard, with(item(plain, common.MAV_CMD_NAV_TAKEOFF), itemOutside), env, false},
		{"speed", &px4Guard, item(plain, common.MAV_CMD_DO_CHANGE_SPEED, 1, 5, -1), env, true},
		{"speed with a direction that is no number", &px4Guard, item(plain, common.MAV_CMD_DO_CHANGE_SPEED, 1, 5, -1, nan), env, false},
		{"look at", &px4Guard, with(item(plain, common.MAV_CMD_DO_SET_ROI_LOCATION), itemOutside), env, true},
		{"look ahead", &px4Guard, item(plain, common.MAV_CMD_DO_SET_ROI_NONE), env, true},
		{"look at, of ArduPilot", &arduGuard, with(item(plain, common.MAV_CMD_DO_SET_ROI, 3), itemOutside), env, true},
		{"look ahead, of ArduPilot", &arduGuard, item(plain, common.MAV_CMD_DO_SET_ROI, 0), env, true},
		{"look at by a mode that is none", &arduGuard, item(plain, common.MAV_CMD_DO_SET_ROI, 4), env, false},
		{"look at as ArduPilot does", &px4Guard, item(plain, common.MAV_CMD_DO_SET_ROI, 3), env, false},
		{"a jump", &px4Guard, item(plain, common.MAV_CMD_DO_JUMP, 0, 3), env, false},
		{"landing item", &px4Guard, item(plain, common.MAV_CMD_NAV_LAND), env, false},
		{"return item", &px4Guard, item(plain, common.MAV_CMD_NAV_RETURN_TO_LAUNCH), env, false},
		{"servo item", &px4Guard, item(plain, common.MAV_CMD_DO_SET_SERVO, 1, 1900), env, false},
		{"item of a kind that is none", &px4Guard, item(7, common.MAV_CMD_DO_JUMP), env, false},
		{"ArduPilot's home as item 0", &arduGuard, with(item(plain, waypoint), func(m *common.MessageMissionItemInt) { m.Seq, m.Z = 0, 4 }), env, true},
		{"ArduPilot's home outside", &arduGuard, with(with(item(plain, waypoint), itemOutside), func(m *common.MessageMissionItemInt) { m.Seq = 0 }), env, false},
		{"item 0 of PX4 at the height of home", &px4Guard, with(item(plain, waypoint), func(m *common.MessageMissionItemInt) { m.Seq, m.Z = 0, 4 }), env, false},
		{"corner of the fence", &px4Guard, with(item(fence, common.MAV_CMD_NAV_FENCE_POLYGON_VERTEX_INCLUSION, 4), itemOutside), env, true},
		{"corner of a fence to keep out of", &px4Guard, item(fence, common.MAV_CMD_NAV_FENCE_POLYGON_VERTEX_EXCLUSION, 4), env, true},
		{"circle as fence", &px4Guard, item(fence, common.MAV_CMD_NAV_FENCE_CIRCLE_INCLUSION, 400), env, true},
		{"circle to keep out of", &px4Guard, item(fence, common.MAV_CMD_NAV_FENCE_CIRCLE_EXCLUSION, 400), env, true},
		{"waypoint among the fence", &px4Guard, item(fence, waypoint, 4), env, false},
		{"rally point", &px4Guard, item(rally, common.MAV_CMD_NAV_RALLY_POINT), env, true},
		{"rally point outside", &px4Guard, with(item(rally, common.MAV_CMD_NAV_RALLY_POINT), itemOutside), env, false},
		{"waypoint among the rally points", &px4Guard, item(rally, waypoint), env, false},
		{"ask for a list", &px4Guard, addressedTo(&px4Guard, &common.MessageMissionRequestList{}), nil, true},
		{"ask for an item", &px4Guard, addressedTo(&px4Guard, &common.MessageMissionRequestInt{}), nil, true},
		{"end a transfer", &px4Guard, addressedTo(&px4Guard, &common.MessageMissionAck{}), nil, true},
		{"begin at item 0", &px4Guard, addressedTo(&px4Guard, &common.MessageMissionSetCurrent{}), nil, true},
		{"begin at item 5", &planGuard, toItem(5), nil, false},
		{"begin at item 5 of the plan on board", &planGuard, toItem(5), naming(5, "abc"), true},
		{"begin at item 5 where item 4 was named", &planGuard, toItem(5), naming(4, "abc"), false},
		{"begin at item 5 of another plan", &planGuard, toItem(5), naming(5, "abd"), false},
		{"begin at item 5 of a plan that was not read back", &px4Guard, toItem(5), naming(5, ""), false},
	}
}
