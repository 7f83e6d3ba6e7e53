package mavlink

import (
	"math"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/minimal"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// fakeCopter makes a fakeVehicle answer as an ArduCopter does (GCS_Copter, MissionItemProtocol and GCS_Param of 4.5 to
// 4.7): one acknowledgement per command, arming refused in AUTO and told why by PreArm texts, MISSION_START that raises
// the throttle, item 0 that is home, rally points above home, items stored in centimetres and asked for by
// MISSION_REQUEST, parameters cast to float.
type fakeCopter struct {
	custom   uint32 // the flight mode
	prearm   string // why it will not arm
	failsafe bool
	asked    int // SET_MESSAGE_INTERVAL
	old      bool
	streams  int // REQUEST_DATA_STREAM
	fakeNumbers
	wing   bool
	radius float32 // of the circle it was last sent to fly
}

// fakeNumbers are the modes of a copter or a plane, and its motion in each.
type fakeNumbers struct {
	auto, guided, back uint32
	motion             map[uint32]px4Mode
}

var (
	copterNumbers = fakeNumbers{3, 4, 6, map[uint32]px4Mode{3: px4Mission, 4: px4Hold, 17: px4Hold, 6: px4Return, 9: px4Land, 5: px4(3, 0), 0: px4(7, 0)}}
	planeNumbers  = fakeNumbers{10, 15, 11, map[uint32]px4Mode{10: px4Mission, 15: px4Hold, 12: px4Hold, 11: px4Return, 21: px4Return, 20: px4Land, 5: px4(7, 0), 0: px4(7, 0)}}
)

func newCopterWorld(t *testing.T, seed uint64, r radio) *world {
	w := newWorld(t, seed, r)
	w.v.copter = &fakeCopter{fakeNumbers: copterNumbers}
	w.v.mode = px4(7, 0)
	return w
}

// newPlaneWorld is an ArduPlane with vertical take-off, as 4.7 was seen to answer where it differs from a copter.
func newPlaneWorld(t *testing.T, seed uint64, r radio) *world {
	w := newCopterWorld(t, seed, r)
	w.v.copter.fakeNumbers, w.v.copter.wing = planeNumbers, true
	w.s.spec.Class, w.s.spec.Autopilot = fleet.LongVTOL, fleet.ArduPilot
	return w
}

func (c *fakeCopter) heartbeat(v *fakeVehicle) {
	base := minimal.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED | minimal.MAV_MODE_FLAG_STABILIZE_ENABLED | minimal.MAV_MODE_FLAG_MANUAL_INPUT_ENABLED
	if v.armed {
		base |= minimal.MAV_MODE_FLAG_SAFETY_ARMED
	}
	st := minimal.MAV_STATE_ACTIVE
	switch {
	case c.failsafe:
		st = minimal.MAV_STATE_CRITICAL
	case v.landed == common.MAV_LANDED_STATE_ON_GROUND:
		st = minimal.MAV_STATE_STANDBY
	}
	kind := minimal.MAV_TYPE_QUADROTOR
	if c.wing {
		kind = minimal.MAV_TYPE_VTOL_FIXEDROTOR
	}
	v.send(&common.MessageHeartbeat{Type: kind, Autopilot: minimal.MAV_AUTOPILOT_ARDUPILOTMEGA, BaseMode: base,
		CustomMode: c.custom, SystemStatus: st, MavlinkVersion: 3})
}

// become changes the mode and says whether it may.
func (c *fakeCopter) become(v *fakeVehicle, custom uint32) bool {
	motion, ok := c.motion[custom]
	if !ok || custom == c.auto && len(v.lists[common.MAV_MISSION_TYPE_MISSION]) < 2 {
		v.say("Mode change failed")
		return false
	}
	if c.custom != custom {
		c.custom, v.mode, v.goal = custom, motion, v.pos
		if custom == c.back && v.armed {
			v.goal = v.home.LatLon.At(v.pos.AltAMSL)
		}
	}
	return true
}

func (c *fakeCopter) ack(v *fakeVehicle, cmd common.MAV_CMD, ok bool) {
	r := common.MAV_RESULT_ACCEPTED
	if !ok {
		r = common.MAV_RESULT_FAILED
	}
	v.ack(cmd, r)
}

// take is a frame from the station; false leaves it to what all vehicles have in common.
func (c *fakeCopter) take(v *fakeVehicle, m message.Message) bool {
	switch m := m.(type) {
	case *common.MessageCommandLong:
		return c.long(v, m)
	case *common.MessageCommandInt:
		switch m.Command {
		case common.MAV_CMD_DO_REPOSITION:
			if int(m.Param2)&1 == 0 && c.custom != c.guided {
				v.ack(m.Command, common.MAV_RESULT_DENIED)
				return true
			}
			ok := v.armed && c.become(v, c.guided)
			if ok {
				c.radius = m.Param3
				v.goal = fromE7(m.X, m.Y, float64(m.Z))
			}
			c.ack(v, m.Command, ok)
			return true
		case common.MAV_CMD_DO_ORBIT:
			v.ack(m.Command, common.MAV_RESULT_UNSUPPORTED)
			return true
		}
	case *common.MessageMissionSetCurrent:
		if n := len(v.lists[common.MAV_MISSION_TYPE_MISSION]); int(m.Seq) < n {
			v.seq = max(1, int(m.Seq))
			c.missionCurrent(v)
		}
		return true
	case *common.MessageMissionCount:
		v.lists[m.MissionType] = nil
		if m.Count == 0 {
			v.missionAck(m.MissionType, common.MAV_MISSION_ACCEPTED)
			return true
		}
		v.up = &fakeUpload{kind: m.MissionType, count: int(m.Count), lastHeard: v.now}
		c.request(v)
		return true
	case *common.MessageMissionItemInt:
		c.item(v, m)
		return true
	case *common.MessageMissionAck:
		return true
	case *common.MessageMissionRequestList:
		if v.up != nil {
			v.missionAck(m.MissionType, common.MAV_MISSION_DENIED)
			return true
		}
	case *common.MessageMissionRequestInt:
		l := v.lists[m.MissionType]
		if v.up != nil || int(m.Seq) >= len(l) {
			v.missionAck(m.MissionType, common.MAV_MISSION_INVALID_SEQUENCE)
			return true
		}
		it := l[m.Seq]
		it.TargetSystem, it.TargetComponent, it.Current = 255, 190, 0
		if m.MissionType == common.MAV_MISSION_TYPE_MISSION && m.Seq == 0 {
			place(&it, *v.home)
		}
		v.send(&it)
		return true
	case *common.MessageRequestDataStream:
		c.streams++
	}
	return false
}

func (c *fakeCopter) long(v *fakeVehicle, m *common.MessageCommandLong) bool {
	if v.deafTo[m.Command] {
		return true
	}
	switch m.Command {
	case common.MAV_CMD_DO_SET_MODE:
		c.ack(v, m.Command, v.ackSetMode == 0 && c.become(v, uint32(m.Param2)))
	case common.MAV_CMD_MISSION_START:
		ok := m.Param1 == 0 && m.Param2 == 0 && c.become(v, c.auto)
		if ok && v.armed && v.landed == common.MAV_LANDED_STATE_ON_GROUND {
			v.armedAt = v.now // from now on it rises
		}
		c.ack(v, m.Command, ok)
	case common.MAV_CMD_COMPONENT_ARM_DISARM:
		switch {
		case m.Param1 == 0 && v.armed && v.landed != common.MAV_LANDED_STATE_ON_GROUND:
			c.ack(v, m.Command, false)
		case m.Param1 == 0:
			if v.armed {
				v.disarm()
			}
			c.ack(v, m.Command, true)
		case c.prearm != "" || c.custom != c.guided && !v.armed:
			if c.prearm != "" {
				v.say("PreArm: " + c.prearm)
			} else {
				v.say("Arm: mode not armable")
			}
			c.ack(v, m.Command, false)
		default:
			if !v.armed {
				v.armed, v.armedAt = true, v.now
				v.arms++
			}
			c.ack(v, m.Command, true)
		}
	case common.MAV_CMD_SET_MESSAGE_INTERVAL:
		c.asked++
		if c.old {
			v.ack(m.Command, common.MAV_RESULT_UNSUPPORTED)
		} else {
			v.ack(m.Command, common.MAV_RESULT_ACCEPTED)
		}
	case common.MAV_CMD_REQUEST_MESSAGE:
		if m.Param1 == 148 {
			v.send(&common.MessageAutopilotVersion{Uid2: [18]uint8{1, 2, 3}, FlightSwVersion: 0x04060000,
				Capabilities: common.MAV_PROTOCOL_CAPABILITY_PARAM_ENCODE_C_CAST | common.MAV_PROTOCOL_CAPABILITY_MISSION_INT})
			c.ack(v, m.Command, true)
			return true
		}
		return false
	default:
		v.ack(m.Command, common.MAV_RESULT_UNSUPPORTED)
	}
	return true
}

func (c *fakeCopter) missionCurrent(v *fakeVehicle) {
	n := len(v.lists[common.MAV_MISSION_TYPE_MISSION])
	m := &common.MessageMissionCurrent{Seq: uint16(v.seq), MissionState: common.MISSION_STATE_NO_MISSION}
	if n > 1 {
		m.Total, m.MissionState = uint16(n-1), common.MISSION_STATE_NOT_STARTED
		if v.armed && c.custom == c.auto {
			m.MissionState = common.MISSION_STATE_ACTIVE
		}
	}
	v.send(m)
}

func (c *fakeCopter) request(v *fakeVehicle) {
	v.up.askedAt = v.now
	v.send(&common.MessageMissionRequest{TargetSystem: 255, TargetComponent: 190, Seq: uint16(len(v.up.items)), MissionType: v.up.kind})
}

// upload asks again once a second, and says so when it gives up.
func (c *fakeCopter) upload(v *fakeVehicle, u *fakeUpload) {
	switch {
	case v.now.Sub(u.lastHeard) > 8*time.Second:
		v.up = nil
		v.missionAck(u.kind, common.MAV_MISSION_OPERATION_CANCELLED)
	case v.now.Sub(u.askedAt) > time.Second:
		c.request(v)
	}
}

func (c *fakeCopter) item(v *fakeVehicle, m *common.MessageMissionItemInt) {
	u := v.up
	switch {
	case u == nil:
		return
	case int(m.Seq) != len(u.items):
		v.missionAck(m.MissionType, common.MAV_MISSION_INVALID_SEQUENCE)
		return
	case m.Command == common.MAV_CMD_DO_SET_ROI_LOCATION, m.Command == common.MAV_CMD_DO_SET_ROI_NONE:
		v.up = nil
		v.missionAck(m.MissionType, common.MAV_MISSION_UNSUPPORTED)
		return
	case u.kind == common.MAV_MISSION_TYPE_RALLY && m.Frame != common.MAV_FRAME_GLOBAL_RELATIVE_ALT:
		v.up = nil
		v.missionAck(m.MissionType, common.MAV_MISSION_UNSUPPORTED_FRAME)
		return
	}
	if c.wing && m.Command == common.MAV_CMD_NAV_LOITER_TIME && m.Param4 != m.Param4 {
		v.up = nil
		v.missionAck(m.MissionType, common.MAV_MISSION_INVALID_PARAM4)
		return
	}
	u.lastHeard = v.now
	it := *m
	it.Z = float32(math.Trunc(float64(it.Z)*100) / 100)
	it.Param1, it.Param4 = float32(math.Trunc(float64(it.Param1))), 0
	if c.wing && it.Command == common.MAV_CMD_NAV_WAYPOINT {
		it.Param1 = 0 // its place is that of radii
	}
	if it.Frame == common.MAV_FRAME_MISSION {
		it.Frame = common.MAV_FRAME_GLOBAL
	}
	if v.corrupt != nil {
		v.corrupt(&it)
	}
	if u.items = append(u.items, it); len(u.items) < u.count {
		c.request(v)
		return
	}
	v.lists[u.kind], v.up = u.items, nil
	if u.kind == common.MAV_MISSION_TYPE_MISSION {
		v.seq = 0
	}
	v.missionAck(u.kind, common.MAV_MISSION_ACCEPTED)
}

// guided brings the copter into the air in guided, by the back door.
func (w *world) guided() {
	w.settle()
	w.v.armed, w.v.landed = true, common.MAV_LANDED_STATE_IN_AIR
	w.v.copter.custom, w.v.mode = w.v.copter.guided, px4Hold
	w.v.pos = fakeHome.LatLon.At(54)
	w.v.goal = geo.Offset(fakeHome.LatLon, 0, 300).At(54)
	w.run(3*time.Second, nil)
}
