package mavlink

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/development"
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/minimal"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mavlink/dialect/hangar"
	"groundstation/mavlink/ftp"
)

// The guards of the rules' tests, by what they speak with.
var (
	px4Guard   = guard{system: 7, auto: px4Family}
	arduGuard  = guard{system: 7, auto: copterFamily}
	freeGuard  = guard{system: 7, auto: px4Family, anyParam: true}
	pilotGuard = guard{system: 7, auto: px4Family, hand: &manual{stage: fleet.ManualFlying, live: true, spoke: true}}
	keyGuard   = guard{system: 7, auto: px4Family, tellsKey: true}
	dockGuard  = guard{system: 103, dock: true}
)

// wide is an envelope of ten kilometres around home, 10 to 120 m.
func wide() *fleet.Envelope {
	env := &fleet.Envelope{FloorAMSL: 10, CeilingAMSL: 120}
	for bearing := 45.0; bearing < 360; bearing += 90 {
		env.Fence = append(env.Fence, geo.Offset(fakeHome.LatLon, bearing, 7071))
	}
	return env
}

// ruling is one row: the guard must say this of that.
type ruling struct {
	rule string
	g    *guard
	m    message.Message
	env  *fleet.Envelope
	ok   bool
}

func (r ruling) judge(t *testing.T) {
	t.Helper()
	err := r.g.check(r.m, r.env)
	if (err == nil) != r.ok {
		t.Errorf("%+v: %v, want it to pass: %v", r.m, err, r.ok)
	}
	if err != nil && !errors.Is(err, ErrGuard) {
		t.Errorf("the refusal is none of the guard's: %v", err)
	}
}

// at is a message to component 1 of the guard's system.
func addressedTo[M message.Message](g *guard, m M) M {
	v := reflect.ValueOf(m).Elem()
	for _, name := range []string{"TargetSystem", "Target"} {
		if f := v.FieldByName(name); f.IsValid() && f.CanUint() {
			f.SetUint(uint64(g.system))
		}
	}
	if f := v.FieldByName("TargetComponent"); f.IsValid() {
		f.SetUint(autopilot)
	}
	return m
}

// placed is a COMMAND_INT at home, 50 m AMSL.
func placed(id common.MAV_CMD, params ...float32) *common.MessageCommandInt {
	m := &common.MessageCommandInt{TargetSystem: 7, TargetComponent: 1, Command: id, X: toE7(fakeHome.Lat), Y: toE7(fakeHome.Lon), Z: 50}
	for i, p := range params {
		*[]*float32{&m.Param1, &m.Param2, &m.Param3, &m.Param4}[i] = p
	}
	return m
}

// halt is DO_REPOSITION to nowhere.
func halt(speed float32) *common.MessageCommandInt {
	m := placed(common.MAV_CMD_DO_REPOSITION, speed, 1, 0, nan)
	m.X, m.Y, m.Z = math.MaxInt32, math.MaxInt32, nan
	return m
}

func ordered(id common.MAV_CMD, params ...float32) *common.MessageCommandLong {
	m := &common.MessageCommandLong{TargetSystem: 7, TargetComponent: 1, Command: id}
	for i, p := range params {
		*[]*float32{&m.Param1, &m.Param2, &m.Param3, &m.Param4, &m.Param5, &m.Param6, &m.Param7}[i] = p
	}
	return m
}

func item(kind common.MAV_MISSION_TYPE, id common.MAV_CMD, params ...float32) *common.MessageMissionItemInt {
	m := &common.MessageMissionItemInt{TargetSystem: 7, TargetComponent: 1, Seq: 1, MissionType: kind, Command: id,
		X: toE7(fakeHome.Lat), Y: toE7(fakeHome.Lon), Z: 50}
	for i, p := range params {
		*[]*float32{&m.Param1, &m.Param2, &m.Param3, &m.Param4}[i] = p
	}
	return m
}

func dockOrder(id hangar.MAV_CMD, seconds float32) *common.MessageCommandInt {
	return &common.MessageCommandInt{TargetSystem: 103, TargetComponent: 1, Command: common.MAV_CMD(id), X: 5, Y: 1, Param1: seconds}
}

// with is m after a change.
func with[M any](m *M, change func(*M)) *M {
	change(m)
	return m
}

var (
	plain, fence, rally = common.MAV_MISSION_TYPE_MISSION, common.MAV_MISSION_TYPE_FENCE, common.MAV_MISSION_TYPE_RALLY
	waypoint            = common.MAV_CMD_NAV_WAYPOINT
	nan                 = float32(math.NaN())
)

// far is a place outside of every envelope of the tests.
var far = geo.Offset(fakeHome.LatLon, 10, 20000)

// planGuard has read back a plan; toItem begins it there, and naming is an envelope that names an item of a plan.
var planGuard = guard{system: 7, plan: "abc"}

func toItem(n uint16) *common.MessageMissionSetCurrent {
	return &common.MessageMissionSetCurrent{TargetSystem: 7, TargetComponent: 1, Seq: n}
}

func naming(n int, plan string) *fleet.Envelope {
	env := wide()
	env.Item = &fleet.PlanItem{Plan: plan, Item: n}
	return env
}

func rulings() []ruling {
	env := wide()
	ftpOpen, ftpWrite := ftp.Payload{3: ftp.OpReset}, ftp.Payload{3: 7}
	sticks := func(x, y, z, r int16) *common.MessageManualControl {
		return sticksMessage(7, fleet.Sticks{X: x, Y: y, Z: z, R: r})
	}
	param := func(name string, kind common.MAV_PARAM_TYPE, v float32) *common.MessageParamSet {
		return &common.MessageParamSet{TargetSystem: 7, TargetComponent: 1, ParamId: name, ParamType: kind, ParamValue: v}
	}
	ext := func(component uint8, name, value string, kind common.MAV_PARAM_EXT_TYPE) *common.MessageParamExtSet {
		return &common.MessageParamExtSet{TargetSystem: 7, TargetComponent: component, ParamId: name, ParamType: kind, ParamValue: value}
	}
	read := func(name string, index int16) *common.MessageParamRequestRead {
		return &common.MessageParamRequestRead{TargetSystem: 7, TargetComponent: 1, ParamId: name, ParamIndex: index}
	}
	extRead := func(name string, index int16) *common.MessageParamExtRequestRead {
		return &common.MessageParamExtRequestRead{TargetSystem: 7, TargetComponent: 100, ParamId: name, ParamIndex: index}
	}
	outside := func(m *common.MessageCommandInt) { m.X, m.Y = toE7(far.Lat), toE7(far.Lon) }
	itemOutside := func(m *common.MessageMissionItemInt) { m.X, m.Y = toE7(far.Lat), toE7(far.Lon) }
	return append(identityRulings(), []ruling{
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
		{"no view", &px4Guard, placed(common.MAV_CMD_DO_SET_ROI_NONE), nil, true},
		{"a speed of what is no number", &px4Guard, placed(common.MAV_CMD_DO_CHANGE_SPEED, 1, nan), nil, false},
		{"begin at item 0", &px4Guard, addressedTo(&px4Guard, &common.MessageMissionSetCurrent{}), nil, true},
		{"begin at item 5", &planGuard, toItem(5), nil, false},
		{"begin at item 5 of the plan on board", &planGuard, toItem(5), naming(5, "abc"), true},
		{"begin at item 5 where item 4 was named", &planGuard, toItem(5), naming(4, "abc"), false},
		{"begin at item 5 of another plan", &planGuard, toItem(5), naming(5, "abd"), false},
		{"begin at item 5 of a plan that was not read back", &px4Guard, toItem(5), naming(5, ""), false},
		{"cancel a command", &px4Guard, addressedTo(&px4Guard, &common.MessageCommandCancel{Command: common.MAV_CMD_DO_REPOSITION}), nil, true},

		{"time", &px4Guard, addressedTo(&px4Guard, &common.MessageTimesync{Ts1: 5}), nil, true},
		{"time, answered", &px4Guard, addressedTo(&px4Guard, &common.MessageTimesync{Tc1: 1, Ts1: 5}), nil, false},
		{"rate of old", &px4Guard, addressedTo(&px4Guard, &common.MessageRequestDataStream{ReqMessageRate: 4}), nil, true},
		{"file read", &px4Guard, addressedTo(&px4Guard, &common.MessageFileTransferProtocol{Payload: ftpOpen}), nil, true},
		{"file written", &px4Guard, addressedTo(&px4Guard, &common.MessageFileTransferProtocol{Payload: ftpWrite}), nil, false},
		{"file of another network", &px4Guard, addressedTo(&px4Guard, &common.MessageFileTransferProtocol{TargetNetwork: 1, Payload: ftpOpen}), nil, false},

		{"flight logs listed", &px4Guard, addressedTo(&px4Guard, &common.MessageLogRequestList{End: 65535}), nil, true},
		{"flight log read", &px4Guard, addressedTo(&px4Guard, &common.MessageLogRequestData{Id: 1, Count: 90}), nil, true},
		{"flight log let go", &px4Guard, addressedTo(&px4Guard, &common.MessageLogRequestEnd{}), nil, true},
		{"flight logs erased", &px4Guard, addressedTo(&px4Guard, &common.MessageLogErase{}), nil, false},
		{"all parameters", &px4Guard, addressedTo(&px4Guard, &common.MessageParamRequestList{}), nil, true},
		{"parameter by name", &px4Guard, read("NAV_DLL_ACT", -1), nil, true},
		{"parameter by index", &px4Guard, read("", 0), nil, true},
		{"parameter by nothing", &px4Guard, read("", -1), nil, false},
		{"parameter by a name of 16", &px4Guard, read("A123456789012345", -1), nil, true},
		{"parameter by a name of 17", &px4Guard, read("A1234567890123456", -1), nil, false},
		{"parameter by a path", &px4Guard, read("../x", -1), nil, false},
		{"safety parameter", &px4Guard, param("NAV_DLL_ACT", common.MAV_PARAM_TYPE_INT32, 0), nil, true},
		{"another parameter", &px4Guard, param("SYS_AUTOSTART", common.MAV_PARAM_TYPE_INT32, 0), nil, false},
		{"another parameter by an engineer", &freeGuard, param("SYS_AUTOSTART", common.MAV_PARAM_TYPE_INT32, 0), nil, true},
		{"the hash", &freeGuard, param("_HASH_CHECK", common.MAV_PARAM_TYPE_UINT32, 0), nil, false},
		{"parameter without a name", &freeGuard, param("", common.MAV_PARAM_TYPE_INT32, 0), nil, false},
		{"parameter with a name that is none", &freeGuard, param("NAV_\x00", common.MAV_PARAM_TYPE_INT32, 0), nil, false},
		{"octet", &px4Guard, param("COM_X", common.MAV_PARAM_TYPE_UINT8, 0), nil, true},
		{"type 0", &px4Guard, param("COM_X", 0, 0), nil, false},
		{"64 bits", &px4Guard, param("COM_X", common.MAV_PARAM_TYPE_UINT64, 0), nil, false},
		{"double", &px4Guard, param("COM_X", common.MAV_PARAM_TYPE_REAL64, 0), nil, false},
		{"real", &px4Guard, param("RTL_RETURN_ALT", common.MAV_PARAM_TYPE_REAL32, 30), nil, true},
		{"all of a camera's", &px4Guard, &common.MessageParamExtRequestList{TargetSystem: 7, TargetComponent: 100}, nil, true},
		{"all of the autopilot's, extended", &px4Guard, &common.MessageParamExtRequestList{TargetSystem: 7, TargetComponent: 1}, nil, false},
		{"all of everybody's, extended", &px4Guard, &common.MessageParamExtRequestList{TargetSystem: 7, TargetComponent: 0}, nil, false},
		{"all of a station's, extended", &px4Guard, &common.MessageParamExtRequestList{TargetSystem: 7, TargetComponent: StationComponent}, nil, false},
		{"all of another's camera", &px4Guard, &common.MessageParamExtRequestList{TargetSystem: 8, TargetComponent: 100}, nil, false},
		{"a camera's by name", &px4Guard, extRead("CAM_MODE", -1), nil, true},
		{"a camera's by index", &px4Guard, extRead("", 3), nil, true},
		{"a camera's by nothing", &px4Guard, extRead("", -1), nil, false},
		{"a camera's by a path", &px4Guard, extRead("a/b", -1), nil, false},
		{"a camera's set", &px4Guard, ext(100, "CAM_MODE", "\x01", 1), nil, true},
		{"a camera's set to text", &px4Guard, ext(100, "CAM_NAME", "abc", 11), nil, true},
		{"a camera's set to what is no number", &px4Guard, ext(100, "CAM_EV", "\x00\x00\xc0\x7f", 9), nil, false},
		{"a camera's set to a type that is none", &px4Guard, ext(100, "CAM_MODE", "\x01", 12), nil, false},
		{"a camera's set to 129 octets", &px4Guard, ext(100, "CAM_NAME", strings.Repeat("a", 129), 11), nil, false},
		{"a camera's set without a name", &px4Guard, ext(100, "", "\x01", 1), nil, false},

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
	}...)
}

func TestGuardRules(t *testing.T) {
	for _, r := range rulings() {
		t.Run(r.rule, r.judge)
	}
}

// TestGuardAddresses: whatever passes is refused when it is addressed to another system or component, or to all.
func TestGuardAddresses(t *testing.T) {
	for _, r := range rulings() {
		v := reflect.ValueOf(r.m).Elem()
		system, component := v.FieldByName("TargetSystem"), v.FieldByName("TargetComponent")
		if !system.IsValid() {
			system = v.FieldByName("Target")
		}
		if !r.ok || !system.IsValid() {
			continue
		}
		was := system.Uint()
		for _, to := range []uint64{0, was + 1, 255} {
			t.Run(fmt.Sprintf("%s, to system %d", r.rule, to), func(t *testing.T) {
				system.SetUint(to)
				defer system.SetUint(was)
				ruling{r.rule, r.g, r.m, r.env, false}.judge(t)
			})
		}
		if !component.IsValid() {
			continue
		}
		is := component.Uint()
		for _, to := range []uint64{0, 2, StationComponent, 255} {
			if to == is || is != autopilot && to == 2 || withPayload(r.m) {
				continue // a component beside the autopilot: which, its own rows say
			}
			t.Run(fmt.Sprintf("%s, to component %d", r.rule, to), func(t *testing.T) {
				component.SetUint(to)
				defer component.SetUint(is)
				ruling{r.rule, r.g, r.m, r.env, false}.judge(t)
			})
		}
	}
}

// withPayload says whether a message may go to cameras and gimbals as well, which guard_payload_test.go judges.
func withPayload(m message.Message) bool {
	_, cancel := m.(*common.MessageCommandCancel)
	return cancel
}

// TestGuardNumbers: whatever passes is refused when one of its numbers is none, but for the headings that MAVLink leaves to
// the autopilot by NaN, and an integer that travels as a float's bits.
func TestGuardNumbers(t *testing.T) {
	float := reflect.TypeFor[float32]()
	for _, r := range rulings() {
		if !r.ok {
			continue
		}
		v := reflect.ValueOf(r.m).Elem()
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if v.Field(i).Type() != float {
				continue
			}
			for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
				t.Run(fmt.Sprintf("%s, %s %v", r.rule, name, bad), func(t *testing.T) {
					was := v.Field(i).Float()
					v.Field(i).SetFloat(bad)
					defer v.Field(i).SetFloat(was)
					ok := math.IsNaN(was) && math.IsNaN(bad) // as it passed
					switch m := r.m.(type) {
					case *common.MessageCommandInt:
						ok = ok || m.Command == common.MAV_CMD_DO_REPOSITION && name == "Param4" && math.IsNaN(bad)
					case *common.MessageCommandLong:
						ok = ok || m.Command == common.MAV_CMD_DO_REPOSITION && name == "Param4" && math.IsNaN(bad)
					case *common.MessageMissionItemInt:
						ok = (m.Command == waypoint || m.Command == common.MAV_CMD_NAV_TAKEOFF || m.Command == common.MAV_CMD_NAV_VTOL_TAKEOFF) && name == "Param4" && math.IsNaN(bad)
					case *common.MessageParamSet:
						ok = m.ParamType != common.MAV_PARAM_TYPE_REAL32
					}
					ruling{r.rule, r.g, r.m, r.env, ok}.judge(t)
				})
			}
		}
	}
}

// TestGuardRanges: each range passes at both ends and is refused just beyond them.
func TestGuardRanges(t *testing.T) {
	env := wide()
	for _, c := range []struct {
		rule      string
		g         *guard
		low, high float64
		step      float64 // to the next value; 0: the next float32
		m         func(v float64) message.Message
	}{
		{"message interval, µs", &px4Guard, -1, 60e6, 0, func(v float64) message.Message {
			return ordered(common.MAV_CMD_SET_MESSAGE_INTERVAL, 30, float32(v))
		}},
		{"speed to go with, m/s", &px4Guard, float64(float32(0.1)), 60, 0, func(v float64) message.Message {
			return placed(common.MAV_CMD_DO_REPOSITION, float32(v), 1)
		}},
		{"speed to fly on with, m/s", &px4Guard, float64(float32(0.1)), 60, 0, func(v float64) message.Message {
			return placed(common.MAV_CMD_DO_CHANGE_SPEED, 1, float32(v), -1)
		}},
		{"altitude to go to, m AMSL", &px4Guard, 10, 120, 0, func(v float64) message.Message {
			return with(placed(common.MAV_CMD_DO_REPOSITION, -1, 1), func(m *common.MessageCommandInt) { m.Z = float32(v) })
		}},
		{"radius, m", &px4Guard, 1, 2000, 0, func(v float64) message.Message { return placed(common.MAV_CMD_DO_ORBIT, float32(v), 5) }},
		{"radius the other way, m", &px4Guard, -2000, -1, 0, func(v float64) message.Message { return placed(common.MAV_CMD_DO_ORBIT, float32(v), 5) }},
		{"speed to circle with, m/s", &px4Guard, float64(float32(0.1)), 60, 0, func(v float64) message.Message { return placed(common.MAV_CMD_DO_ORBIT, 40, float32(v)) }},
		{"altitude to circle at, m AMSL", &px4Guard, 10, 120, 0, func(v float64) message.Message {
			return with(placed(common.MAV_CMD_DO_ORBIT, 40, 5), func(m *common.MessageCommandInt) { m.Z = float32(v) })
		}},
		{"latitude, degE7", &px4Guard, -900000000, 900000000, 1, func(v float64) message.Message {
			return with(placed(common.MAV_CMD_DO_SET_ROI_LOCATION), func(m *common.MessageCommandInt) { m.X = int32(v) })
		}},
		{"longitude, degE7", &px4Guard, -1800000000, 1800000000, 1, func(v float64) message.Message {
			return with(placed(common.MAV_CMD_DO_SET_ROI_LOCATION), func(m *common.MessageCommandInt) { m.Y = int32(v) })
		}},
		{"latitude of an item, degE7", &px4Guard, -900000000, 900000000, 1, func(v float64) message.Message {
			return with(item(plain, common.MAV_CMD_DO_SET_ROI_LOCATION), func(m *common.MessageMissionItemInt) { m.X = int32(v) })
		}},
		{"longitude of an item, degE7", &px4Guard, -1800000000, 1800000000, 1, func(v float64) message.Message {
			return with(item(plain, common.MAV_CMD_DO_SET_ROI_LOCATION), func(m *common.MessageMissionItemInt) { m.Y = int32(v) })
		}},
		{"items of a plan", &px4Guard, 0, missionMax, 1, func(v float64) message.Message {
			return addressedTo(&px4Guard, &common.MessageMissionCount{Count: uint16(int(v) & 0xFFFF), MissionType: plain})
		}},
		{"corners of a fence", &px4Guard, 0, fenceMax, 1, func(v float64) message.Message {
			return addressedTo(&px4Guard, &common.MessageMissionCount{Count: uint16(int(v) & 0xFFFF), MissionType: fence})
		}},
		{"rally points", &px4Guard, 0, rallyMax, 1, func(v float64) message.Message {
			return addressedTo(&px4Guard, &common.MessageMissionCount{Count: uint16(int(v) & 0xFFFF), MissionType: rally})
		}},
		{"hold at a waypoint, s", &px4Guard, 0, holdMax, 0, func(v float64) message.Message { return item(plain, waypoint, float32(v)) }},
		{"altitude of a waypoint, m AMSL", &px4Guard, 10, 120, 0, func(v float64) message.Message {
			return with(item(plain, waypoint), func(m *common.MessageMissionItemInt) { m.Z = float32(v) })
		}},
		{"altitude of a take-off, m AMSL", &px4Guard, 10, 120, 0, func(v float64) message.Message {
			return with(item(plain, common.MAV_CMD_NAV_TAKEOFF), func(m *common.MessageMissionItemInt) { m.Z = float32(v) })
		}},
		{"speed of a plan, m/s", &px4Guard, float64(float32(0.1)), 60, 0, func(v float64) message.Message {
			return item(plain, common.MAV_CMD_DO_CHANGE_SPEED, 1, float32(v))
		}},
		{"corners that a corner tells of", &px4Guard, 3, fenceMax, 0, func(v float64) message.Message {
			return item(fence, common.MAV_CMD_NAV_FENCE_POLYGON_VERTEX_INCLUSION, float32(v))
		}},
		{"radius of a circle of the fence, m", &px4Guard, 1, 50000, 0, func(v float64) message.Message {
			return item(fence, common.MAV_CMD_NAV_FENCE_CIRCLE_EXCLUSION, float32(v))
		}},
		{"rate of old, Hz", &px4Guard, 0, 50, 1, func(v float64) message.Message {
			return addressedTo(&px4Guard, &common.MessageRequestDataStream{ReqMessageRate: uint16(int(v) & 0xFFFF)})
		}},
		{"first item of PX4", &px4Guard, 0, 0, 1, func(v float64) message.Message {
			return addressedTo(&px4Guard, &common.MessageMissionSetCurrent{Seq: uint16(int(v) & 0xFFFF)})
		}},
		{"first item of ArduPilot", &arduGuard, 0, 1, 1, func(v float64) message.Message {
			return addressedTo(&arduGuard, &common.MessageMissionSetCurrent{Seq: uint16(int(v) & 0xFFFF)})
		}},
		{"charge of a pack", &dockGuard, 20, 100, 0, func(v float64) message.Message { return dockOrder(hangar.MAV_CMD_DOCK_CHARGE, float32(v)) }},
		{"seconds awake", &dockGuard, 0, dayMax, 0, func(v float64) message.Message { return dockOrder(hangar.MAV_CMD_DOCK_WAKE, float32(v)) }},
		{"seconds of a dock", &dockGuard, 0, dayMax, 0, func(v float64) message.Message { return dockOrder(hangar.MAV_CMD_DOCK_CLOSE, float32(v)) }},
		{"stick x", &pilotGuard, -1000, 1000, 1, func(v float64) message.Message { return sticksMessage(7, fleet.Sticks{X: int16(v), Z: 500}) }},
		{"stick y", &pilotGuard, -1000, 1000, 1, func(v float64) message.Message { return sticksMessage(7, fleet.Sticks{Y: int16(v), Z: 500}) }},
		{"stick z", &pilotGuard, 0, 1000, 1, func(v float64) message.Message { return sticksMessage(7, fleet.Sticks{Z: int16(v)}) }},
		{"stick r", &pilotGuard, -1000, 1000, 1, func(v float64) message.Message { return sticksMessage(7, fleet.Sticks{R: int16(v), Z: 500}) }},
	} {
		below, above := c.low-c.step, c.high+c.step
		if c.step == 0 {
			below = float64(math.Nextafter32(float32(c.low), float32(math.Inf(-1))))
			above = float64(math.Nextafter32(float32(c.high), float32(math.Inf(1))))
		}
		for _, v := range []struct {
			at float64
			ok bool
		}{{c.low, true}, {c.high, true}, {below, false}, {above, false}} {
			t.Run(fmt.Sprintf("%s: %v", c.rule, v.at), ruling{c.rule, c.g, c.m(v.at), env, v.ok}.judge)
		}
	}
	for _, wrapped := range []int32{math.MinInt32, math.MaxInt32} {
		for _, m := range []message.Message{
			with(placed(common.MAV_CMD_DO_SET_ROI_LOCATION), func(m *common.MessageCommandInt) { m.X = wrapped }),
			with(placed(common.MAV_CMD_DO_SET_ROI_LOCATION), func(m *common.MessageCommandInt) { m.Y = wrapped }),
			with(item(plain, waypoint), func(m *common.MessageMissionItemInt) { m.X = wrapped }),
			with(item(plain, waypoint), func(m *common.MessageMissionItemInt) { m.Y = wrapped }),
		} {
			ruling{"a place beyond int32", &px4Guard, m, env, false}.judge(t)
		}
	}
}

// mayLeave are the messages that may go to a vehicle; each has rows above, or in the test of the file that rules it.
var mayLeave = map[string]bool{
	"Heartbeat": true, "CommandLong": true, "CommandInt": true, "CommandCancel": true, "Timesync": true, "MissionCount": true,
	"MissionItemInt": true, "MissionRequestList": true, "MissionRequestInt": true, "MissionAck": true, "MissionSetCurrent": true,
	"FileTransferProtocol": true, "ParamExtRequestList": true, "ParamExtRequestRead": true, "ParamExtSet": true, "ManualControl": true,
	"GimbalManagerSetPitchyaw": true, "LogRequestList": true, "RequestEvent": true, "LogRequestData": true, "LogRequestEnd": true,
	"SetupSigning":      true,
	"RequestDataStream": true, "ParamRequestRead": true, "ParamRequestList": true, "ParamSet": true,
	"GpsRtcmData":        true,                                                                                      // corrections_test.go
	"OpenDroneIdBasicId": true, "OpenDroneIdOperatorId": true, "OpenDroneIdSelfId": true, "OpenDroneIdSystem": true, // guard_remoteid_test.go
}

// mayReachDocks are those that may go to a dock.
var mayReachDocks = map[string]bool{"Heartbeat": true, "CommandLong": true, "CommandInt": true, "Timesync": true}

// TestGuardRefusesEveryOtherMessage: of both dialects, whatever is in them and whoever asks.
func TestGuardRefusesEveryOtherMessage(t *testing.T) {
	env := wide()
	seen := 0
	for _, m := range append(append([]message.Message{}, development.Dialect.Messages...), hangar.Dialect.Messages...) {
		kind := reflect.TypeOf(m).Elem()
		name := strings.TrimPrefix(kind.Name(), "Message")
		for _, g := range []*guard{&px4Guard, &arduGuard, &freeGuard, &pilotGuard, &dockGuard} {
			if list := map[bool]map[string]bool{false: mayLeave, true: mayReachDocks}[g.dock]; list[name] {
				seen++
				continue
			}
			for _, filled := range []bool{false, true} {
				fresh := reflect.New(kind)
				if filled {
					fill(fresh.Elem())
				}
				t.Run(fmt.Sprintf("%s to %d, a dock %v, filled %v: if it may leave, mayLeave and rows say so", name, g.system, g.dock, filled),
					ruling{name, g, addressedTo(g, fresh.Interface().(message.Message)), env, false}.judge)
			}
		}
	}
	if seen != 4*len(mayLeave)+len(mayReachDocks) {
		t.Errorf("%d messages of the lists are in the dialects", seen)
	}
}

// fill sets every field to one, or to the envelope's middle.
func fill(v reflect.Value) {
	for i := range v.NumField() {
		switch f := v.Field(i); {
		case f.CanInt():
			f.SetInt(1)
		case f.CanUint():
			f.SetUint(1)
		case f.CanFloat():
			f.SetFloat(1)
		case f.Kind() == reflect.String:
			f.SetString("1")
		}
	}
}

// TestGuardRefusesEveryOtherCommand: each of 65,536, in both messages, at a place inside the envelope.
func TestGuardRefusesEveryOtherCommand(t *testing.T) {
	env := wide()
	listed := map[*guard]map[common.MAV_CMD]bool{
		&px4Guard: {common.MAV_CMD_SET_MESSAGE_INTERVAL: true, common.MAV_CMD_REQUEST_MESSAGE: true, common.MAV_CMD_DO_SET_MODE: true,
			common.MAV_CMD_COMPONENT_ARM_DISARM: true, common.MAV_CMD_DO_REPOSITION: true, common.MAV_CMD_DO_ORBIT: true,
			common.MAV_CMD_DO_SET_HOME: true, common.MAV_CMD_DO_SET_ROI_LOCATION: true, common.MAV_CMD_DO_SET_ROI_NONE: true,
			common.MAV_CMD_DO_CHANGE_SPEED: true},
		&dockGuard: {common.MAV_CMD_SET_MESSAGE_INTERVAL: true, common.MAV_CMD_REQUEST_MESSAGE: true,
			common.MAV_CMD(hangar.MAV_CMD_DOCK_PREPARE_LAUNCH): true, common.MAV_CMD(hangar.MAV_CMD_DOCK_PREPARE_LANDING): true,
			common.MAV_CMD(hangar.MAV_CMD_DOCK_CLOSE): true, common.MAV_CMD(hangar.MAV_CMD_DOCK_SECURE): true,
			common.MAV_CMD(hangar.MAV_CMD_DOCK_CHARGE): true, common.MAV_CMD(hangar.MAV_CMD_DOCK_WAKE): true, common.MAV_CMD(hangar.MAV_CMD_DOCK_SWAP_BATTERY): true},
	}
	for g, list := range listed {
		for id := range common.MAV_CMD(math.MaxUint16 + 1) {
			if list[id] {
				continue
			}
			long := addressedTo(g, ordered(id, 1, 1, 1, 1, float32(fakeHome.Lat), float32(fakeHome.Lon), 50))
			ruling{"COMMAND_LONG", g, long, env, false}.judge(t)
			ruling{"COMMAND_INT", g, addressedTo(g, placed(id, 0, 0, 0, 0)), env, false}.judge(t)
		}
	}
}

// TestDegreesThatDoNotFit: what is no degree becomes a number that the guard takes for no place.
func TestDegreesThatDoNotFit(t *testing.T) {
	for deg, want := range map[float64]int32{180: 1800000000, -180: -1800000000, 180.0001: math.MinInt32, -180.0001: math.MinInt32,
		1e10: math.MinInt32, math.Inf(1): math.MinInt32, math.Inf(-1): math.MinInt32} {
		if got := toE7(deg); got != want {
			t.Errorf("%v: %d, want %d", deg, got, want)
		}
	}
	if got := toE7(math.NaN()); got != math.MinInt32 {
		t.Errorf("NaN: %d", got)
	}
}
