package mavlink

import (
	"errors"
	"fmt"
	"math"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/minimal"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mavlink/dialect/hangar"
)

// ErrGuard is wrapped by every refusal of the guard.
var ErrGuard = errors.New("guard")

// The longest plan the station writes (2,000 items and the take-off; PX4 stores 10,000), the greatest fence and rally set PX4 stores, and the widest values any of our commands may carry.
const (
	missionMax, fenceMax, rallyMax = 2001, 64, 32

	speedMax  = 60.0   // m/s
	radiusMax = 2000.0 // m
	holdMax   = 3600.0 // s
	dayMax    = 86400.0
)

// guard is the last thing before the wire: an allow-list of messages and commands of one system, their ranges, and
// the Envelope of the Intent for whatever can move the vehicle. It rejects and never clamps.
type guard struct {
	system fleet.SystemID
	dock   bool
	// anyParam: what is sent is an engineer's act, who may write more than the safety set.
	anyParam bool
	// tellsKey: what is sent is the act of rotating a signing key.
	tellsKey bool
	// plan is the hash of what was read back from the vehicle and is still there; empty if that is not known.
	plan string
	// auto is whose modes may be ordered; nil is PX4.
	auto *personality
	// hand is the flight by a pilot's sticks; nil: there is none.
	hand *manual
}

func refuse(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrGuard, fmt.Sprintf(format, args...))
}

// check says why m must not be sent, or nil. env may be nil for what no Intent is needed for.
func (g *guard) check(m message.Message, env *fleet.Envelope) error {
	switch m := m.(type) {
	case *common.MessageHeartbeat:
		if m.Type != minimal.MAV_TYPE_GCS || m.Autopilot != minimal.MAV_AUTOPILOT_INVALID {
			return refuse("a heartbeat that is not a ground station's")
		}
		return nil
	case *common.MessageCommandLong:
		if !g.dock && toPayload(m.TargetComponent, m.Command) {
			return g.payload(m)
		}
		if err := g.addressed(m.TargetSystem, m.TargetComponent); err != nil {
			return err
		}
		if locates(m.Command) && !g.dock {
			return g.int(intForm(m), env)
		}
		return or(g.long(m), func() error { return g.int(intForm(m), env) })
	case *common.MessageCommandInt:
		if !g.dock && toPayload(m.TargetComponent, m.Command) {
			return g.payload(longForm(m))
		}
		if err := g.addressed(m.TargetSystem, m.TargetComponent); err != nil {
			return err
		}
		if g.dock {
			return g.dockCommand(m)
		}
		return or(g.int(m, env), func() error { return g.long(longForm(m)) })
	}
	if sync, ok := m.(*common.MessageTimesync); ok {
		if sync.Tc1 != 0 {
			return refuse("a TIMESYNC that answers")
		}
		return g.addressed(sync.TargetSystem, sync.TargetComponent)
	}
	if g.dock {
		return refuse("%T is never sent to a dock", m)
	}
	return g.protocol(m, env)
}

func (g *guard) addressed(system, component uint8) error {
	if fleet.SystemID(system) != g.system || component != autopilot {
		return refuse("addressed to %d/%d, this session speaks with %d/%d", system, component, g.system, autopilot)
	}
	return nil
}

func (g *guard) long(m *common.MessageCommandLong) error {
	if err := finite(m.Param1, m.Param2, m.Param3, m.Param4, m.Param5, m.Param6, m.Param7); err != nil {
		return err
	}
	switch m.Command {
	case common.MAV_CMD_SET_MESSAGE_INTERVAL:
		return within("message interval, µs", float64(m.Param2), -1, 60e6)
	case common.MAV_CMD_REQUEST_MESSAGE:
		return nil
	}
	if g.dock {
		return refuse("COMMAND_LONG %d is never sent to a dock", m.Command)
	}
	switch m.Command {
	case common.MAV_CMD_RUN_PREARM_CHECKS:
		return g.prearm(m)
	case common.MAV_CMD_DO_SET_MODE, common.MAV_CMD_DO_SET_STANDARD_MODE, common.MAV_CMD_MISSION_START:
		return g.mode(m)
	case common.MAV_CMD_COMPONENT_ARM_DISARM:
		if (m.Param1 == 0 || m.Param1 == 1) && m.Param2 == 0 {
			return nil
		}
		return refuse("arming is never forced")
	}
	return unlisted(m.Command)
}

func (g *guard) int(m *common.MessageCommandInt, env *fleet.Envelope) error {
	yaw, alt := m.Param4, m.Z
	if m.Command == common.MAV_CMD_DO_REPOSITION && math.IsNaN(float64(yaw)) {
		yaw = 0 // NaN is MAVLink's "no change of heading"
	}
	stay := nowhere(m)
	if stay {
		alt = 0
	}
	if err := finite(m.Param1, m.Param2, m.Param3, yaw, alt); err != nil {
		return err
	}
	if m.Frame != common.MAV_FRAME_GLOBAL {
		return refuse("frame %d: positions are sent as AMSL", m.Frame)
	}
	if stay && m.Param1 == -1 {
		return nil // it stops: no room is needed for that
	}
	at, err := position(m.X, m.Y, m.Z)
	if err != nil {
		return err
	}
	switch m.Command {
	case common.MAV_CMD_DO_REPOSITION:
		if m.Param1 != -1 {
			if err := within("speed, m/s", float64(m.Param1), 0.1, speedMax); err != nil {
				return err
			}
		}
		if m.Param3 != 0 {
			return circle(at, float64(m.Param3), env)
		}
		return inside(at, env)
	case common.MAV_CMD_DO_ORBIT:
		return errors.Join(circle(at, math.Abs(float64(m.Param1)), env), within("speed, m/s", float64(m.Param2), 0.1, speedMax))
	case common.MAV_CMD_DO_SET_HOME:
		if m.Param1 != 0 {
			return refuse("home is only set to a surveyed place")
		}
		return onGround(at, env)
	case common.MAV_CMD_DO_SET_ROI_LOCATION, common.MAV_CMD_DO_SET_ROI_NONE:
		return nil
	case common.MAV_CMD_DO_CHANGE_SPEED:
		return within("speed, m/s", float64(m.Param2), 0.1, speedMax)
	}
	return unlisted(m.Command)
}

// circle checks a circle of r metres.
func circle(at geo.Position, r float64, env *fleet.Envelope) error {
	if err := within("radius, m", r, 1, radiusMax); err != nil {
		return err
	}
	for bearing := 0.0; bearing < 360; bearing += 22.5 {
		if err := inside(geo.Offset(at.LatLon, bearing, r).At(at.AltAMSL), env); err != nil {
			return err
		}
	}
	return nil
}

func (g *guard) dockCommand(m *common.MessageCommandInt) error {
	if err := finite(m.Param1, m.Param2, m.Param3, m.Param4, m.Z); err != nil {
		return err
	}
	if m.X == 0 {
		return refuse("a dock command without a task")
	}
	switch hangar.MAV_CMD(m.Command) {
	case hangar.MAV_CMD_DOCK_PREPARE_LAUNCH, hangar.MAV_CMD_DOCK_CLOSE, hangar.MAV_CMD_DOCK_PREPARE_LANDING, hangar.MAV_CMD_DOCK_SECURE,
		hangar.MAV_CMD_DOCK_SWAP_BATTERY, hangar.MAV_CMD_DOCK_WAKE:
		return within("argument, s", float64(m.Param1), 0, dayMax)
	case hangar.MAV_CMD_DOCK_CHARGE:
		return within("charge, %", float64(m.Param1), 20, 100)
	}
	return refuse("command %d is not on the list of docks", m.Command)
}

// protocol checks what is no command; what it does not name, log judges.
func (g *guard) protocol(m message.Message, env *fleet.Envelope) error {
	switch m := m.(type) {
	case *common.MessageGimbalManagerSetPitchyaw:
		return g.jogged(m)
	case *common.MessageCommandCancel:
		return g.payloadAddressed(m.TargetSystem, m.TargetComponent)
	case *common.MessageMissionCount:
		return errors.Join(g.addressed(m.TargetSystem, m.TargetComponent), counted(m.MissionType, int(m.Count)))
	case *common.MessageMissionItemInt:
		return errors.Join(g.addressed(m.TargetSystem, m.TargetComponent), g.item(m, env))
	case *common.MessageMissionRequestList:
		return g.addressed(m.TargetSystem, m.TargetComponent)
	case *common.MessageMissionRequestInt:
		return g.addressed(m.TargetSystem, m.TargetComponent)
	case *common.MessageMissionAck:
		return g.addressed(m.TargetSystem, m.TargetComponent)
	case *common.MessageMissionSetCurrent:
		return errors.Join(g.addressed(m.TargetSystem, m.TargetComponent), g.current(int(m.Seq), env))
	case *common.MessageFileTransferProtocol:
		return g.file(m)
	case *common.MessageRequestEvent:
		return g.event(m)
	case *common.MessageSetupSigning:
		return g.setupSigning(m)
	case *common.MessageParamExtRequestList, *common.MessageParamExtRequestRead, *common.MessageParamExtSet:
		return g.ext(m)
	case *common.MessageGpsRtcmData:
		return g.correction(m)
	case *common.MessageOpenDroneIdBasicId, *common.MessageOpenDroneIdOperatorId, *common.MessageOpenDroneIdSelfId, *common.MessageOpenDroneIdSystem:
		return g.remoteID(m)
	case *common.MessageManualControl:
		return g.sticks(m)
	case *common.MessageRequestDataStream:
		return errors.Join(g.addressed(m.TargetSystem, m.TargetComponent), within("rate, Hz", float64(m.ReqMessageRate), 0, 50))
	}
	return g.log(m)
}

func counted(kind common.MAV_MISSION_TYPE, n int) error {
	most, ok := map[common.MAV_MISSION_TYPE]int{
		common.MAV_MISSION_TYPE_MISSION: missionMax, common.MAV_MISSION_TYPE_FENCE: fenceMax, common.MAV_MISSION_TYPE_RALLY: rallyMax,
	}[kind]
	if !ok {
		return refuse("mission type %d", kind)
	}
	return within("items", float64(n), 0, float64(most))
}

// item checks one item of a plan, a fence or a set of rally points.
func (g *guard) item(m *common.MessageMissionItemInt, env *fleet.Envelope) error {
	yaw := m.Param4
	if math.IsNaN(float64(yaw)) && (m.Command == common.MAV_CMD_NAV_WAYPOINT || m.Command == common.MAV_CMD_NAV_TAKEOFF || m.Command == common.MAV_CMD_NAV_VTOL_TAKEOFF) {
		yaw = 0 // NaN is MAVLink's "the autopilot's own choice of heading"
	}
	if err := finite(m.Param1, m.Param2, m.Param3, yaw, m.Z); err != nil {
		return err
	}
	at, err := position(m.X, m.Y, m.Z)
	if err != nil {
		return err
	}
	switch m.MissionType {
	case common.MAV_MISSION_TYPE_FENCE:
		switch m.Command {
		case common.MAV_CMD_NAV_FENCE_POLYGON_VERTEX_INCLUSION, common.MAV_CMD_NAV_FENCE_POLYGON_VERTEX_EXCLUSION:
			return within("fence vertices", float64(m.Param1), 3, fenceMax)
		case common.MAV_CMD_NAV_FENCE_CIRCLE_INCLUSION, common.MAV_CMD_NAV_FENCE_CIRCLE_EXCLUSION:
			return within("radius of a zone, m", float64(m.Param1), fleet.ZoneRadiusMin, fleet.ZoneRadiusMax)
		}
		return refuse("fence item %d is not on the list", m.Command)
	case common.MAV_MISSION_TYPE_RALLY:
		if m.Command != common.MAV_CMD_NAV_RALLY_POINT {
			return refuse("rally item %d is not on the list", m.Command)
		}
		return onGround(at, env)
	}
	if m.Seq == 0 && g.auto != nil && g.auto.homeItem && m.Command == common.MAV_CMD_NAV_WAYPOINT {
		return onGround(at, env) // the place of home, which is no movement target
	}
	switch m.Command {
	case common.MAV_CMD_NAV_TAKEOFF, common.MAV_CMD_NAV_VTOL_TAKEOFF, common.MAV_CMD_NAV_WAYPOINT, common.MAV_CMD_NAV_LOITER_TIME:
		if m.Command == common.MAV_CMD_NAV_LOITER_TIME && (g.auto == nil || !g.auto.wing) {
			return refuse("mission item %d is a wing's", m.Command)
		}
		if m.Frame != common.MAV_FRAME_GLOBAL {
			return refuse("frame %d: positions are sent as AMSL", m.Frame)
		}
		return errors.Join(within("hold, s", float64(m.Param1), 0, holdMax), inside(at, env))
	case common.MAV_CMD_DO_CHANGE_SPEED:
		return within("speed, m/s", float64(m.Param2), 0.1, speedMax)
	case common.MAV_CMD_DO_SET_ROI_LOCATION, common.MAV_CMD_DO_SET_ROI_NONE:
		return nil
	case common.MAV_CMD_DO_SET_ROI:
		if g.auto == nil || !g.auto.homeItem {
			return refuse("mission item %d is ArduPilot's", m.Command)
		}
		return within("ROI mode", float64(m.Param1), 0, float64(common.MAV_ROI_LOCATION))
	}
	return refuse("mission item %d is not on the list", m.Command)
}

func finite(values ...float32) error {
	for _, v := range values {
		if f := float64(v); math.IsNaN(f) || math.IsInf(f, 0) {
			return refuse("value %v", v)
		}
	}
	return nil
}

func within(what string, v, low, high float64) error {
	if !(v >= low && v <= high) {
		return refuse("%s %v is not within %v to %v", what, v, low, high)
	}
	return nil
}

// position reads degE7 and metres AMSL.
func position(x, y int32, z float32) (geo.Position, error) {
	p := fromE7(x, y, float64(z))
	if err := p.Check(); err != nil {
		return p, refuse("%v", err)
	}
	return p, nil
}

// inside says whether a movement target lies within the envelope.
func inside(at geo.Position, env *fleet.Envelope) error {
	switch {
	case env == nil || len(env.Fence) < 3:
		return refuse("no fence, so no movement target")
	case !contains(env.Fence, at.LatLon):
		return refuse("%.7f %.7f is outside the fence", at.Lat, at.Lon)
	}
	return errors.Join(zoned(at.LatLon, env), within("altitude, m AMSL", at.AltAMSL, env.FloorAMSL, env.CeilingAMSL))
}

// onGround says whether a landing place lies within the envelope's fence, if it has one.
func onGround(at geo.Position, env *fleet.Envelope) error {
	if env != nil && len(env.Fence) >= 3 && !contains(env.Fence, at.LatLon) {
		return refuse("%.7f %.7f is outside the fence", at.Lat, at.Lon)
	}
	return zoned(at.LatLon, env)
}

func contains(fence []geo.LatLon, p geo.LatLon) bool {
	ring := make(orb.Ring, len(fence), len(fence)+1)
	for i, v := range fence {
		ring[i] = v.Point()
	}
	return planar.RingContains(append(ring, ring[0]), p.Point())
}

// toE7 gives degrees as degE7; what does not fit becomes a value that is no latitude and no longitude.
func toE7(deg float64) int32 {
	if !(deg >= -180 && deg <= 180) {
		return math.MinInt32
	}
	return int32(math.Round(deg * 1e7))
}

// fromE7 gives degE7 and metres as a position.
func fromE7(lat, lon int32, alt float64) geo.Position {
	return geo.LatLon{Lat: float64(lat) / 1e7, Lon: float64(lon) / 1e7}.At(alt)
}
