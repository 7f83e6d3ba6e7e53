package mavlink

import (
	"fmt"
	"hash/crc32"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/minimal"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/internal/geo"
)

// fakeVehicle answers as a PX4 quadrotor does (measured on v1.17): two ACKs of DO_SET_MODE, repeated requests of
// mission items, silence for unknown parameters, plans that are stored and not valid.
type fakeVehicle struct {
	sys  uint8
	uid  uint64
	now  time.Time
	boot time.Time
	send func(m message.Message)

	mode    px4Mode
	armed   bool
	back    px4Mode // the mode after a disarm
	armedAt time.Time
	landed  common.MAV_LANDED_STATE
	downAt  time.Time
	pos     geo.Position
	goal    geo.Position
	home    *geo.Position
	status  minimal.MAV_STATE
	indoors bool // it tells no position

	lists   map[common.MAV_MISSION_TYPE][]common.MessageMissionItemInt
	opaque  map[common.MAV_MISSION_TYPE]uint32
	invalid bool // the plan is stored and not valid
	seq     int
	state   common.MISSION_STATE
	up      *fakeUpload

	params    map[string]fakeParam
	paramHash bool // has a checksum over them

	// What a test may break.
	armResult  common.MAV_RESULT // answer to arming
	noLift     bool
	corrupt    func(*common.MessageMissionItemInt) // what is stored differs
	deafTo     map[common.MAV_CMD]bool
	arms       int // how often it was armed
	starts     int // how often the plan began to be flown
	heard      map[uint32]int
	gcsBeats   int
	lastBeat   time.Time
	next       map[string]time.Time
	ackSetMode common.MAV_RESULT // commander's second answer

	offers     common.MAV_PROTOCOL_CAPABILITY
	beside     func(message.Message) bool // another component, if it is meant
	besideTick func(now time.Time)
	copter     *fakeCopter // set: it is an ArduCopter
	speed      float32
	view       *geo.Position
	// returns chooses where a return leads, of home and rally points; nil: it stays.
	returns      func(v *fakeVehicle) geo.LatLon
	returnAt     time.Time
	deafToCancel int // how often it does not hear that an upload is given up
}

type fakeParam struct {
	v    float32
	kind common.MAV_PARAM_TYPE
}

type fakeUpload struct {
	kind      common.MAV_MISSION_TYPE
	items     []common.MessageMissionItemInt
	count     int
	askedAt   time.Time
	lastHeard time.Time
}

var fakeHome = geo.LatLon{Lat: 32.5333, Lon: 120.4667}.At(4)

func newFakeVehicle(sys uint8, now time.Time) *fakeVehicle {
	home := fakeHome
	return &fakeVehicle{
		sys: sys, uid: 0x4954, boot: now, now: now, mode: px4Hold, back: px4Hold, landed: common.MAV_LANDED_STATE_ON_GROUND, pos: fakeHome, goal: fakeHome,
		home: &home, status: minimal.MAV_STATE_STANDBY, state: common.MISSION_STATE_NO_MISSION,
		lists: map[common.MAV_MISSION_TYPE][]common.MessageMissionItemInt{}, opaque: map[common.MAV_MISSION_TYPE]uint32{},
		params: map[string]fakeParam{}, deafTo: map[common.MAV_CMD]bool{}, heard: map[uint32]int{}, next: map[string]time.Time{},
	}
}

// every says whether something periodic is due.
func (v *fakeVehicle) every(what string, d time.Duration) bool {
	if v.now.Before(v.next[what]) {
		return false
	}
	v.next[what] = v.now.Add(d)
	return true
}

// tick moves the vehicle on by dt and sends what is due.
func (v *fakeVehicle) tick(now time.Time, dt time.Duration) {
	v.now = now
	v.fly(dt.Seconds())
	if v.besideTick != nil {
		v.besideTick(now)
	}
	ms := uint32(now.Sub(v.boot).Milliseconds())
	if v.every("heartbeat", time.Second) {
		base := minimal.MAV_MODE_FLAG(29)
		if v.armed {
			base = 157
		}
		if v.copter != nil {
			v.copter.heartbeat(v)
		} else {
			v.send(&common.MessageHeartbeat{Type: minimal.MAV_TYPE_QUADROTOR, Autopilot: minimal.MAV_AUTOPILOT_PX4, BaseMode: base,
				CustomMode: uint32(v.mode), SystemStatus: v.status, MavlinkVersion: 3})
		}
	}
	if v.every("position", 100*time.Millisecond) {
		f := geo.NewFrame(v.pos).ENU(v.goal)
		if !v.indoors {
			v.send(&common.MessageGlobalPositionInt{TimeBootMs: ms, Lat: toE7(v.pos.Lat), Lon: toE7(v.pos.Lon), Alt: int32(v.pos.AltAMSL * 1000),
				RelativeAlt: int32((v.pos.AltAMSL - fakeHome.AltAMSL) * 1000), Vx: int16(100 * clamp(f.N, 10)), Vy: int16(100 * clamp(f.E, 10)), Vz: int16(-100 * max(-1.5, min(3, f.U)))})
		}
		v.send(&common.MessageExtendedSysState{LandedState: v.landed})
	}
	if v.every("slow", time.Second) {
		v.send(&common.MessageSysStatus{OnboardControlSensorsHealth: common.MAV_SYS_STATUS_PREARM_CHECK, BatteryRemaining: 90, VoltageBattery: 16000})
		v.missionCurrent()
		if v.landed != common.MAV_LANDED_STATE_ON_GROUND {
			v.send(&common.MessagePositionTargetGlobalInt{TimeBootMs: ms, LatInt: toE7(v.goal.Lat), LonInt: toE7(v.goal.Lon), Alt: float32(v.goal.AltAMSL)})
		}
	}
	if v.home != nil && v.every("home", 2*time.Second) {
		v.sendHome()
	}
	if u := v.up; u != nil {
		switch {
		case v.copter != nil:
			v.copter.upload(v, u)
		case now.Sub(u.lastHeard) > 5*time.Second:
			v.up = nil
			v.say("Operation timeout")
		case now.Sub(u.askedAt) >= 250*time.Millisecond:
			v.ask()
		}
	}
}

func clamp(v, most float64) float64 { return max(-most, min(most, v)) }

// fly is a vehicle without inertia: 3 m/s up, 1.5 m/s down, 10 m/s along.
func (v *fakeVehicle) fly(dt float64) {
	if !v.armed {
		return
	}
	if v.landed == common.MAV_LANDED_STATE_ON_GROUND {
		if !v.downAt.IsZero() {
			if v.now.Sub(v.downAt) > 2*time.Second {
				v.disarm()
			}
			return
		}
		if v.now.Sub(v.armedAt) > 10*time.Second {
			v.disarm()
			return
		}
		if v.now.Sub(v.armedAt) > 1700*time.Millisecond && (v.mode == px4Mission || v.mode == px4(4, 2)) && !v.noLift {
			v.landed = common.MAV_LANDED_STATE_TAKEOFF
			v.starts++
			v.state = common.MISSION_STATE_ACTIVE
			v.goal = v.pos.LatLon.At(fakeHome.AltAMSL + 30)
		}
		return
	}
	if v.mode == px4Land || v.mode == px4PrecLand {
		v.landed = common.MAV_LANDED_STATE_LANDING
		v.goal = v.pos.LatLon.At(fakeHome.AltAMSL - 5)
	}
	if v.returns != nil && v.mode == px4Return && v.now.Sub(v.returnAt) > 3*time.Second {
		v.goal = v.returns(v).At(v.goal.AltAMSL)
	}
	d := geo.NewFrame(v.pos).ENU(v.goal)
	if h := d.Horizontal(); h > 10*dt {
		d.E, d.N = d.E*10*dt/h, d.N*10*dt/h
	}
	d.U = max(-1.5*dt, min(3*dt, d.U))
	v.pos = geo.NewFrame(v.pos).Position(d)
	if v.landed == common.MAV_LANDED_STATE_TAKEOFF && v.pos.AltAMSL > fakeHome.AltAMSL+25 {
		v.landed = common.MAV_LANDED_STATE_IN_AIR
	}
	if v.landed == common.MAV_LANDED_STATE_LANDING && v.pos.AltAMSL <= fakeHome.AltAMSL {
		v.pos.AltAMSL = fakeHome.AltAMSL
		v.landed, v.downAt = common.MAV_LANDED_STATE_ON_GROUND, v.now
	}
}

func (v *fakeVehicle) disarm() {
	v.armed, v.downAt, v.status = false, time.Time{}, minimal.MAV_STATE_STANDBY
	if v.copter == nil {
		v.mode = v.back // ArduPilot stays in its mode
	}
}

func (v *fakeVehicle) say(text string) {
	v.send(&common.MessageStatustext{Severity: common.MAV_SEVERITY_WARNING, Text: text})
}

func (v *fakeVehicle) sendHome() {
	v.send(&common.MessageHomePosition{Latitude: toE7(v.home.Lat), Longitude: toE7(v.home.Lon), Altitude: int32(math.Round(v.home.AltAMSL * 1000))})
}

func (v *fakeVehicle) missionCurrent() {
	if v.copter != nil {
		v.copter.missionCurrent(v)
		return
	}
	m := &common.MessageMissionCurrent{Seq: uint16(v.seq), Total: 65535, MissionState: common.MISSION_STATE_NO_MISSION,
		MissionId: v.opaque[common.MAV_MISSION_TYPE_MISSION], FenceId: v.opaque[common.MAV_MISSION_TYPE_FENCE], RallyPointsId: v.opaque[common.MAV_MISSION_TYPE_RALLY]}
	if n := len(v.lists[common.MAV_MISSION_TYPE_MISSION]); n > 0 {
		m.Total, m.MissionState = uint16(n), v.state
		if v.invalid || v.home == nil {
			m.MissionState = common.MISSION_STATE_NO_MISSION
		}
	}
	v.send(m)
}

// take is a frame from the station.
func (v *fakeVehicle) take(now time.Time, m message.Message) {
	v.now = now
	v.heard[m.GetID()]++
	if v.beside != nil && v.beside(m) || v.copter != nil && v.copter.take(v, m) {
		return
	}
	switch m := m.(type) {
	case *common.MessageHeartbeat:
		v.gcsBeats++
		v.lastBeat = now
	case *common.MessageTimesync:
		// PX4 v1.17 does not set whom it answers: 255/255 and 28/165 were seen.
		v.send(&common.MessageTimesync{Tc1: now.Sub(v.boot).Nanoseconds(), Ts1: m.Ts1, TargetSystem: 28, TargetComponent: 165})
	case *common.MessageCommandLong:
		v.long(m)
	case *common.MessageCommandInt:
		v.int(m)
	case *common.MessageMissionCount:
		v.count(m)
	case *common.MessageMissionItemInt:
		v.item(m)
	case *common.MessageMissionAck:
		switch {
		case m.Type != common.MAV_MISSION_OPERATION_CANCELLED:
		case v.deafToCancel > 0:
			v.deafToCancel--
		default:
			v.up = nil
		}
	case *common.MessageMissionRequestList:
		v.send(&common.MessageMissionCount{TargetSystem: 255, TargetComponent: 190, Count: uint16(len(v.lists[m.MissionType])),
			MissionType: m.MissionType, OpaqueId: v.opaque[m.MissionType]})
	case *common.MessageMissionRequestInt:
		if l := v.lists[m.MissionType]; int(m.Seq) < len(l) {
			it := l[m.Seq]
			it.TargetSystem, it.TargetComponent, it.Current = 255, 190, 0
			if m.MissionType == common.MAV_MISSION_TYPE_FENCE {
				it.Frame = common.MAV_FRAME_GLOBAL_INT
			}
			v.send(&it)
		}
	case *common.MessageMissionSetCurrent:
		if int(m.Seq) < len(v.lists[common.MAV_MISSION_TYPE_MISSION]) {
			v.seq = int(m.Seq)
			v.missionCurrent()
		}
	case *common.MessageParamRequestRead:
		if names := v.paramNames(); m.ParamId == "" && int(m.ParamIndex) < len(names) {
			v.param(names[m.ParamIndex])
		}
		v.param(m.ParamId)
	case *common.MessageParamRequestList:
		v.param("_HASH_CHECK")
		for _, name := range v.paramNames() {
			v.param(name)
		}
	case *common.MessageParamSet:
		if p, ok := v.params[m.ParamId]; ok && p.kind == m.ParamType {
			changed := p.v != m.ParamValue
			v.params[m.ParamId] = fakeParam{m.ParamValue, p.kind}
			v.param(m.ParamId)
			if changed {
				v.param(m.ParamId)
			}
		}
	}
}

func (v *fakeVehicle) param(name string) {
	if name == "_HASH_CHECK" && v.paramHash {
		sum := crc32.NewIEEE()
		for _, name := range v.paramNames() {
			_, _ = fmt.Fprint(sum, name, math.Float32bits(v.params[name].v))
		}
		v.send(&common.MessageParamValue{ParamId: name, ParamValue: math.Float32frombits(sum.Sum32()), ParamType: common.MAV_PARAM_TYPE_UINT32,
			ParamCount: uint16(len(v.params)), ParamIndex: 65535})
	}
	if p, ok := v.params[name]; ok {
		v.send(&common.MessageParamValue{ParamId: name, ParamValue: p.v, ParamType: p.kind, ParamCount: uint16(len(v.params)),
			ParamIndex: uint16(slices.Index(v.paramNames(), name))})
	}
}

func (v *fakeVehicle) paramNames() []string { return slices.Sorted(maps.Keys(v.params)) }

func (v *fakeVehicle) ack(c common.MAV_CMD, r common.MAV_RESULT) {
	v.send(&common.MessageCommandAck{Command: c, Result: r, TargetSystem: 255, TargetComponent: 190})
}

func (v *fakeVehicle) long(m *common.MessageCommandLong) {
	if v.deafTo[m.Command] {
		return
	}
	switch m.Command {
	case common.MAV_CMD_DO_SET_MODE:
		v.ack(m.Command, common.MAV_RESULT_ACCEPTED)
		if v.ackSetMode == 0 {
			v.mode = px4(uint32(m.Param2), uint32(m.Param3))
			v.goal = v.pos
			if v.returns != nil && v.mode == px4Return {
				v.goal, v.returnAt = v.pos.LatLon.At(v.pos.AltAMSL+5), v.now // it climbs first
			}
		}
		v.ack(m.Command, v.ackSetMode)
	case common.MAV_CMD_COMPONENT_ARM_DISARM:
		switch {
		case m.Param1 == 0 && v.armed && v.landed != common.MAV_LANDED_STATE_ON_GROUND:
			v.ack(m.Command, common.MAV_RESULT_TEMPORARILY_REJECTED)
			v.say("Disarming denied: not landed\t")
		case m.Param1 == 0:
			if v.armed {
				v.disarm()
			}
			v.ack(m.Command, common.MAV_RESULT_ACCEPTED)
		case v.armResult != 0:
			v.ack(m.Command, v.armResult)
			v.say("Arming denied: Resolve system health failures first")
		default:
			if !v.armed {
				v.armed, v.armedAt, v.status = true, v.now, minimal.MAV_STATE_ACTIVE
				v.arms++
			}
			v.ack(m.Command, common.MAV_RESULT_ACCEPTED)
		}
	case common.MAV_CMD_SET_MESSAGE_INTERVAL:
		v.ack(m.Command, common.MAV_RESULT_ACCEPTED)
	case common.MAV_CMD_REQUEST_MESSAGE:
		if m.Param1 == cameraInformationID || m.Param1 == gimbalManagerInformationID {
			v.ack(m.Command, common.MAV_RESULT_DENIED)
			return
		}
		if m.Param1 == 242 && v.home != nil {
			v.sendHome()
		}
		if m.Param1 == 435 {
			for i, custom := range []px4Mode{px4Hold, px4(4, 11), px4(4, 12)} {
				v.send(&common.MessageAvailableModes{NumberModes: 3, ModeIndex: uint8(i + 1), CustomMode: uint32(custom), ModeName: fmt.Sprintf("Inspection %d", i)})
			}
		}
		if m.Param1 == 148 {
			v.send(&common.MessageAutopilotVersion{Uid: v.uid, FlightSwVersion: 17891583,
				Capabilities: common.MAV_PROTOCOL_CAPABILITY_PARAM_ENCODE_BYTEWISE | common.MAV_PROTOCOL_CAPABILITY_MISSION_INT | v.offers})
		}
		v.ack(m.Command, common.MAV_RESULT_ACCEPTED)
	default:
		v.ack(m.Command, common.MAV_RESULT_UNSUPPORTED)
	}
}

func (v *fakeVehicle) int(m *common.MessageCommandInt) {
	if v.deafTo[m.Command] {
		return
	}
	at := fromE7(m.X, m.Y, float64(m.Z))
	switch m.Command {
	case common.MAV_CMD_DO_REPOSITION:
		if int(m.Param2)&1 == 0 {
			v.ack(m.Command, common.MAV_RESULT_UNSUPPORTED)
			return
		}
		if nowhere(m) {
			at = v.pos // it has no inertia
		}
		v.mode, v.goal = px4Hold, at
		v.ack(m.Command, common.MAV_RESULT_ACCEPTED)
	case common.MAV_CMD_DO_ORBIT:
		v.mode = px4(3, 1)
		v.ack(m.Command, common.MAV_RESULT_ACCEPTED)
	case common.MAV_CMD_DO_SET_HOME:
		v.home = &at
		v.ack(m.Command, common.MAV_RESULT_ACCEPTED)
	case common.MAV_CMD_DO_CHANGE_SPEED:
		v.speed = m.Param2
		v.ack(m.Command, common.MAV_RESULT_ACCEPTED)
	case common.MAV_CMD_DO_SET_ROI_LOCATION, common.MAV_CMD_DO_SET_ROI_NONE:
		v.view = nil
		if m.Command == common.MAV_CMD_DO_SET_ROI_LOCATION {
			v.view = &at
		}
		v.ack(m.Command, common.MAV_RESULT_ACCEPTED)
	default:
		v.ack(m.Command, common.MAV_RESULT_UNSUPPORTED)
	}
}

func (v *fakeVehicle) missionAck(kind common.MAV_MISSION_TYPE, r common.MAV_MISSION_RESULT) {
	v.send(&common.MessageMissionAck{TargetSystem: 255, TargetComponent: 190, Type: r, MissionType: kind, OpaqueId: v.opaque[kind]})
}

func (v *fakeVehicle) count(m *common.MessageMissionCount) {
	if u := v.up; u != nil { // whatever the list, and it keeps the transfer alive
		u.lastHeard = v.now
		if len(u.items) == 0 {
			v.ask()
		} else {
			v.say("WPM: REJ. CMD: Busy")
		}
		return
	}
	if m.Count == 0 {
		v.lists[m.MissionType], v.opaque[m.MissionType] = nil, 0
		v.missionAck(m.MissionType, common.MAV_MISSION_ACCEPTED)
		return
	}
	v.up = &fakeUpload{kind: m.MissionType, count: int(m.Count), lastHeard: v.now}
	v.ask()
}

func (v *fakeVehicle) ask() {
	v.up.askedAt = v.now
	v.send(&common.MessageMissionRequestInt{TargetSystem: 255, TargetComponent: 190, Seq: uint16(len(v.up.items)), MissionType: v.up.kind})
}

func (v *fakeVehicle) item(m *common.MessageMissionItemInt) {
	u := v.up
	switch {
	case u == nil:
		v.missionAck(m.MissionType, common.MAV_MISSION_ACCEPTED) // as PX4 does when it is idle
		return
	case m.MissionType != u.kind || int(m.Seq) != len(u.items):
		return
	}
	u.lastHeard = v.now
	it := *m
	if v.corrupt != nil {
		v.corrupt(&it)
	}
	if u.items = append(u.items, it); len(u.items) < u.count {
		v.ask()
		return
	}
	v.lists[u.kind], v.up = u.items, nil
	sum := crc32.NewIEEE()
	for _, it := range u.items {
		_, _ = fmt.Fprint(sum, it.Command, it.Param1, it.Param2, it.X, it.Y, it.Z)
	}
	v.opaque[u.kind] = sum.Sum32()
	if u.kind == common.MAV_MISSION_TYPE_MISSION {
		v.state = common.MISSION_STATE_NOT_STARTED
		if u.items[0].Current == 1 {
			v.seq = 0
		}
	}
	v.missionAck(u.kind, common.MAV_MISSION_ACCEPTED)
}
