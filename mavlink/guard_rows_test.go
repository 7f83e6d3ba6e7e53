package mavlink

import (
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/minimal"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mavlink/dialect/hangar"
)

// commandRulings are the rows of heartbeats, commands, keys and sticks, and of what may go to a dock.
func commandRulings() []ruling {
	env := wide()
	sticks := func(x, y, z, r int16) *common.MessageManualControl {
		return sticksMessage(7, fleet.Sticks{X: x, Y: y, Z: z, R: r})
	}
	outside := func(m *common.MessageCommandInt) { m.X, m.Y = toE7(far.Lat), toE7(far.Lon) }
	return []ruling{
		{"a command that no camera knows", &px4Guard, with(ordered(999), func(m *common.MessageCommandLong) { m.TargetComponent = 100 }), nil, false},
		{"a gimbal's flag beyond the known", &px4Guard, addressedTo(&px4Guard, &common.MessageGimbalManagerSetPitchyaw{Flags: 32}), nil, false},
		{"heartbeat of a ground station", &px4Guard, &common.MessageHeartbeat{Type: minimal.MAV_TYPE_GCS, Autopilot: minimal.MAV_AUTOPILOT_INVALID}, nil, true},
		{"heartbeat of a ground station, to a dock", &dockGuard, &common.MessageHeartbeat{Type: minimal.MAV_TYPE_GCS, Autopilot: minimal.MAV_AUTOPILOT_INVALID}, nil, true},
		{"heartbeat of a vehicle", &px4Guard, &common.MessageHeartbeat{Type: minimal.MAV_TYPE_QUADROTOR, Autopilot: minimal.MAV_AUTOPILOT_INVALID}, nil, false},
		{"heartbeat of an autopilot", &px4Guard, &common.MessageHeartbeat{Type: minimal.MAV_TYPE_GCS, Autopilot: minimal.MAV_AUTOPILOT_PX4}, nil, false},

		{"arm", &px4Guard, ordered(common.MAV_CMD_COMPONENT_ARM_DISARM, 1), nil, true},
		{"disarm", &px4Guard, ordered(common.MAV_CMD_COMPONENT_ARM_DISARM, 0), nil, true},
		{"arm by halves", &px4Guard, ordered(common.MAV_CMD_COMPONENT_ARM_DISARM, 0.5), nil, false},
		{"arm by force", &px4Guard, ordered(common.MAV_CMD_COMPONENT_ARM_DISARM, 1, 2989), nil, false},
		{"disarm by force", &px4Guard, ordered(common.MAV_CMD_COMPONENT_ARM_DISARM, 0, 21196), nil, false},
		{"disarm by force as COMMAND_INT", &px4Guard, with(placed(common.MAV_CMD_COMPONENT_ARM_DISARM, 0, 21196), func(*common.MessageCommandInt) {}), nil, false},
		{"disarm as COMMAND_INT", &px4Guard, placed(common.MAV_CMD_COMPONENT_ARM_DISARM, 0), nil, true},
		{"arm a dock", &dockGuard, &common.MessageCommandLong{TargetSystem: 103, TargetComponent: 1, Command: common.MAV_CMD_COMPONENT_ARM_DISARM, Param1: 1}, nil, false},

		{"mode hold", &px4Guard, ordered(common.MAV_CMD_DO_SET_MODE, 1, 4, 3), nil, true},
		{"mode mission", &px4Guard, ordered(common.MAV_CMD_DO_SET_MODE, 1, 4, 4), nil, true},
		{"mode return", &px4Guard, ordered(common.MAV_CMD_DO_SET_MODE, 1, 4, 5), nil, true},
		{"mode land", &px4Guard, ordered(common.MAV_CMD_DO_SET_MODE, 1, 4, 6), nil, true},
		{"mode precision landing", &px4Guard, ordered(common.MAV_CMD_DO_SET_MODE, 1, 4, 9), nil, true},
		{"mode manual", &px4Guard, ordered(common.MAV_CMD_DO_SET_MODE, 1, 1, 0), nil, false},
		{"mode acro", &px4Guard, ordered(common.MAV_CMD_DO_SET_MODE, 1, 5, 0), nil, false},
		{"mode offboard", &px4Guard, ordered(common.MAV_CMD_DO_SET_MODE, 1, 6, 0), nil, false},
		{"mode termination", &px4Guard, ordered(common.MAV_CMD_DO_SET_MODE, 1, 10, 0), nil, false},
		{"mode that wraps to hold", &px4Guard, ordered(common.MAV_CMD_DO_SET_MODE, 1, 4+256, 3), nil, false},
		{"mode between two", &px4Guard, ordered(common.MAV_CMD_DO_SET_MODE, 1, 4, 3.5), nil, false},
		{"mode without the custom flag", &px4Guard, ordered(common.MAV_CMD_DO_SET_MODE, 0, 4, 3), nil, false},
		{"mode with flags of its own", &px4Guard, ordered(common.MAV_CMD_DO_SET_MODE, 129, 4, 3), nil, false},
		{"ArduPilot's brake", &arduGuard, ordered(common.MAV_CMD_DO_SET_MODE, 1, 17), nil, true},
		{"ArduPilot's guided", &arduGuard, ordered(common.MAV_CMD_DO_SET_MODE, 1, 4), nil, true},
		{"ArduPilot's stabilize", &arduGuard, ordered(common.MAV_CMD_DO_SET_MODE, 1, 0), nil, false},
		{"PX4's hold to ArduPilot", &arduGuard, ordered(common.MAV_CMD_DO_SET_MODE, 1, 4, 3), nil, false},
		{"standard mode of another family", &px4Guard, ordered(common.MAV_CMD_DO_SET_STANDARD_MODE, 1), nil, false},
		{"standard mode", &guard{system: 7, auto: standardFamily}, ordered(common.MAV_CMD_DO_SET_STANDARD_MODE, float32(common.MAV_STANDARD_MODE_MISSION)), nil, true},
		{"standard mode orbit", &guard{system: 7, auto: standardFamily}, ordered(common.MAV_CMD_DO_SET_STANDARD_MODE, float32(common.MAV_STANDARD_MODE_ORBIT)), nil, false},
		{"hold of an autopilot that said nothing yet", &guard{system: 7}, ordered(common.MAV_CMD_DO_SET_MODE, 1, 4, 3), nil, true},
		{"start ArduPilot's plan", &arduGuard, ordered(common.MAV_CMD_MISSION_START), nil, true},
		{"start ArduPilot's plan at item 2", &arduGuard, ordered(common.MAV_CMD_MISSION_START, 2), nil, false},
		{"start ArduPilot's plan up to item 2", &arduGuard, ordered(common.MAV_CMD_MISSION_START, 0, 2), nil, false},
		{"MISSION_START, which arms PX4", &px4Guard, ordered(common.MAV_CMD_MISSION_START), nil, false},

		{"ask for a message", &px4Guard, ordered(common.MAV_CMD_REQUEST_MESSAGE, 148), nil, true},
		{"ask a dock for a message", &dockGuard, &common.MessageCommandLong{TargetSystem: 103, TargetComponent: 1, Command: common.MAV_CMD_REQUEST_MESSAGE, Param1: 53001}, nil, true},
		{"report the checks", &px4Guard, ordered(common.MAV_CMD_RUN_PREARM_CHECKS), nil, true},
		{"report the checks, with a parameter", &px4Guard, ordered(common.MAV_CMD_RUN_PREARM_CHECKS, 0, 1), nil, false},
		{"a dock's checks", &dockGuard, addressedTo(&dockGuard, ordered(common.MAV_CMD_RUN_PREARM_CHECKS)), nil, false},
		{"missed events", &px4Guard, addressedTo(&px4Guard, &common.MessageRequestEvent{FirstSequence: 65530, LastSequence: 10}), nil, true},
		{"too many events", &px4Guard, addressedTo(&px4Guard, &common.MessageRequestEvent{FirstSequence: 0, LastSequence: heldMax + 1}), nil, false},
		{"events backwards", &px4Guard, addressedTo(&px4Guard, &common.MessageRequestEvent{FirstSequence: 1, LastSequence: 0}), nil, false},
		{"events of another system", &px4Guard, &common.MessageRequestEvent{TargetSystem: 8, TargetComponent: 1}, nil, false},
		{"go", &px4Guard, placed(common.MAV_CMD_DO_REPOSITION, -1, 1, 0, nan), env, true},
		{"stop where it is, in no room", &px4Guard, halt(-1), nil, true},
		{"stop where it is as COMMAND_LONG", &px4Guard, longForm(halt(-1)), nil, true},
		{"stop where it is, faster", &px4Guard, halt(5), env, false},
		{"go to half a place", &px4Guard, with(halt(-1), func(m *common.MessageCommandInt) { m.Y = 0 }), env, false},
		{"go up from where it is", &px4Guard, with(halt(-1), func(m *common.MessageCommandInt) { m.Z = 50 }), env, false},
		{"circle nowhere", &px4Guard, with(halt(-1), func(m *common.MessageCommandInt) { m.Command = common.MAV_CMD_DO_ORBIT }), env, false},
		{"go at an angle", &px4Guard, placed(common.MAV_CMD_DO_REPOSITION, 5, 1, 0, 1.57), env, true},
		{"go as COMMAND_LONG", &px4Guard, ordered(common.MAV_CMD_DO_REPOSITION, -1, 1, 0, nan, float32(fakeHome.Lat), float32(fakeHome.Lon), 50), env, true},
		{"go outside as COMMAND_LONG", &px4Guard, ordered(common.MAV_CMD_DO_REPOSITION, -1, 1, 0, nan, float32(far.Lat), float32(far.Lon), 50), env, false},
		{"go to latitude 91 as COMMAND_LONG", &px4Guard, ordered(common.MAV_CMD_DO_REPOSITION, -1, 1, 0, nan, 91, float32(far.Lon), 50), env, false},
		{"go to longitude 1e10 as COMMAND_LONG", &px4Guard, ordered(common.MAV_CMD_DO_REPOSITION, -1, 1, 0, nan, 32, 1e10, 50), env, false},
		{"go outside", &px4Guard, with(placed(common.MAV_CMD_DO_REPOSITION, -1, 1), outside), env, false},
		{"go without an envelope", &px4Guard, placed(common.MAV_CMD_DO_REPOSITION, -1, 1), nil, false},
		{"go without a fence", &px4Guard, placed(common.MAV_CMD_DO_REPOSITION, -1, 1), &fleet.Envelope{CeilingAMSL: 120}, false},
		{"go with a fence of two corners", &px4Guard, placed(common.MAV_CMD_DO_REPOSITION, -1, 1), &fleet.Envelope{Fence: env.Fence[:2], CeilingAMSL: 120}, false},
		{"go to a height above home", &px4Guard, with(placed(common.MAV_CMD_DO_REPOSITION, -1, 1), func(m *common.MessageCommandInt) { m.Frame = common.MAV_FRAME_GLOBAL_RELATIVE_ALT }), env, false},
		{"orbit", &px4Guard, placed(common.MAV_CMD_DO_ORBIT, 40, 5), env, true},
		{"orbit the other way", &px4Guard, placed(common.MAV_CMD_DO_ORBIT, -40, 5), env, true},
		{"orbit outside", &px4Guard, with(placed(common.MAV_CMD_DO_ORBIT, 40, 5), outside), env, false},
		{"orbit that leaves the fence", &px4Guard, with(placed(common.MAV_CMD_DO_ORBIT, 500, 5), func(m *common.MessageCommandInt) {
			p := geo.Offset(fakeHome.LatLon, 0, 4700)
			m.X, m.Y = toE7(p.Lat), toE7(p.Lon)
		}), env, false},
		{"orbit without an envelope", &px4Guard, placed(common.MAV_CMD_DO_ORBIT, 40, 5), nil, false},
		{"home", &px4Guard, placed(common.MAV_CMD_DO_SET_HOME), env, true},
		{"home outside", &px4Guard, with(placed(common.MAV_CMD_DO_SET_HOME), outside), env, false},
		{"home where the vehicle is", &px4Guard, placed(common.MAV_CMD_DO_SET_HOME, 1), env, false},
		{"look anywhere", &px4Guard, with(placed(common.MAV_CMD_DO_SET_ROI_LOCATION), outside), nil, true},
		{"no view", &px4Guard, placed(common.MAV_CMD_DO_SET_ROI_NONE), nil, true},
		{"a speed of what is no number", &px4Guard, placed(common.MAV_CMD_DO_CHANGE_SPEED, 1, nan), nil, false},
		{"cancel a command", &px4Guard, addressedTo(&px4Guard, &common.MessageCommandCancel{Command: common.MAV_CMD_DO_REPOSITION}), nil, true},

		{"a new signing key", &keyGuard, &common.MessageSetupSigning{TargetSystem: 7, TargetComponent: 1}, nil, true},
		{"a signing key by no act of its own", &px4Guard, &common.MessageSetupSigning{TargetSystem: 7, TargetComponent: 1}, nil, false},
		{"a signing key that a session has chosen", &keyGuard, &common.MessageSetupSigning{TargetSystem: 7, TargetComponent: 1, SecretKey: [32]uint8{31: 1}}, nil, false},
		{"a timestamp that a session has chosen", &keyGuard, &common.MessageSetupSigning{TargetSystem: 7, TargetComponent: 1, InitialTimestamp: 1}, nil, false},
		{"dock's signing key", &dockGuard, &common.MessageSetupSigning{TargetSystem: 103, TargetComponent: 1}, nil, false},

		{"neutral sticks of nobody", &px4Guard, sticks(0, 0, 500, 0), nil, false},
		{"a pilot's sticks", &pilotGuard, sticks(100, -100, 600, 5), nil, true},
		{"a pilot's buttons", &pilotGuard, with(sticks(0, 0, 500, 0), func(m *common.MessageManualControl) { m.Buttons = 1 }), nil, false},
		{"moved sticks after the grant", &guard{system: 7, hand: &manual{spoke: true}}, sticks(1, 0, 500, 0), nil, false},
		{"neutral sticks after the grant", &guard{system: 7, hand: &manual{spoke: true}}, sticks(0, 0, 500, 0), nil, true},

		{"dock prepares a launch", &dockGuard, dockOrder(hangar.MAV_CMD_DOCK_PREPARE_LAUNCH, 0), nil, true},
		{"dock prepares a landing", &dockGuard, dockOrder(hangar.MAV_CMD_DOCK_PREPARE_LANDING, 60), nil, true},
		{"dock closes", &dockGuard, dockOrder(hangar.MAV_CMD_DOCK_CLOSE, 60), nil, true},
		{"dock secures", &dockGuard, dockOrder(hangar.MAV_CMD_DOCK_SECURE, 0), nil, true},
		{"dock changes a pack", &dockGuard, dockOrder(hangar.MAV_CMD_DOCK_SWAP_BATTERY, 0), nil, true},
		{"dock changes a pack without a task", &dockGuard, with(dockOrder(hangar.MAV_CMD_DOCK_SWAP_BATTERY, 0), func(m *common.MessageCommandInt) { m.X = 0 }), nil, false},
		{"dock switches its vehicle off", &dockGuard, dockOrder(hangar.MAV_CMD_DOCK_POWER_VEHICLE, 0), nil, false},
		{"dock closes without a task", &dockGuard, with(dockOrder(hangar.MAV_CMD_DOCK_CLOSE, 60), func(m *common.MessageCommandInt) { m.X = 0 }), nil, false},
		{"dock's emergency stop is forgotten", &dockGuard, dockOrder(hangar.MAV_CMD_DOCK_RESET_ESTOP, 0), nil, false},
		{"dock goes into maintenance", &dockGuard, dockOrder(hangar.MAV_CMD_DOCK_MAINTENANCE, 0), nil, false},
		{"dock time", &dockGuard, &common.MessageTimesync{TargetSystem: 103, TargetComponent: 1, Ts1: 1}, nil, true},
		{"dock's parameter", &dockGuard, &common.MessageParamSet{TargetSystem: 103, TargetComponent: 1, ParamId: "NAV_DLL_ACT", ParamType: 6}, nil, false},
		{"dock sent elsewhere", &dockGuard, &common.MessageCommandInt{TargetSystem: 103, TargetComponent: 1, Command: common.MAV_CMD_DO_REPOSITION, X: 5}, env, false},
		{"dock's command to a vehicle", &px4Guard, with(dockOrder(hangar.MAV_CMD_DOCK_CLOSE, 60), func(m *common.MessageCommandInt) { m.TargetSystem = 7 }), env, false},
	}
}
