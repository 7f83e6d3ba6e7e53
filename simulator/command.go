package simulator

import (
	"fmt"
	"math"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
)

const (
	forceMagic = 21196 // param2 of ARM_DISARM that forces
	secondAck  = 15 * time.Millisecond
	noAnswer   = common.MAV_RESULT(255)
)

func (v *vehicle) ackMessage(c command, result common.MAV_RESULT) *common.MessageCommandAck {
	return &common.MessageCommandAck{Command: c.id, Result: result, TargetSystem: c.from.system, TargetComponent: c.from.component}
}

func (v *vehicle) ack(c command, result common.MAV_RESULT) {
	if result != noAnswer {
		v.send(v.ackMessage(c, result))
	}
}

// command carries out a command and acknowledges it as PX4 does.
func (v *vehicle) command(c command, now time.Time) {
	switch c.id {
	case common.MAV_CMD_DO_SET_MODE:
		// The MAVLink module always accepts; the commander's real answer follows.
		v.ack(c, common.MAV_RESULT_ACCEPTED)
		m := mode(uint32(uint8(c.p[1]))<<16 | uint32(uint8(c.p[2]))<<24)
		v.sendLater(secondAck, v.ackMessage(c, v.setCustomMode(m)))
	case common.MAV_CMD_REQUEST_MESSAGE:
		if uint32(c.p[0]) == (&common.MessageAvailableModes{}).GetID() {
			v.ack(c, v.tellModes(c.p[1]))
			return
		}
		v.ack(c, v.requestMessage(uint32(c.p[0]), now))
	case common.MAV_CMD_REQUEST_AUTOPILOT_CAPABILITIES:
		v.ack(c, v.requestMessage((&common.MessageAutopilotVersion{}).GetID(), now))
	case common.MAV_CMD_REQUEST_PROTOCOL_VERSION:
		v.ack(c, v.requestMessage((&common.MessageProtocolVersion{}).GetID(), now))
	case common.MAV_CMD_GET_HOME_POSITION:
		v.ack(c, v.requestMessage((&common.MessageHomePosition{}).GetID(), now))
	case common.MAV_CMD_SET_MESSAGE_INTERVAL:
		if finite(c.p[0], c.p[1]) && v.streams.set(uint32(c.p[0]), c.p[1], now) {
			v.ack(c, common.MAV_RESULT_ACCEPTED)
			return
		}
		v.ack(c, common.MAV_RESULT_FAILED)
	case common.MAV_CMD_GET_MESSAGE_INTERVAL:
		us, ok := v.streams.interval(uint32(c.p[0]))
		if !ok {
			v.ack(c, common.MAV_RESULT_FAILED)
			return
		}
		v.send(&common.MessageMessageInterval{MessageId: uint16(c.p[0]), IntervalUs: us})
		v.ack(c, common.MAV_RESULT_ACCEPTED)
	default:
		v.ack(c, v.act(c))
	}
}

// act is the part of the commands that moves something.
func (v *vehicle) act(c command) common.MAV_RESULT {
	switch c.id {
	case common.MAV_CMD_COMPONENT_ARM_DISARM:
		return v.armCommand(c)
	case common.MAV_CMD_MISSION_START:
		return v.missionStart(c)
	case common.MAV_CMD_NAV_TAKEOFF:
		v.changeMode(modeTakeoff)
		v.takeUp(c.p[6])
		return common.MAV_RESULT_ACCEPTED
	case common.MAV_CMD_NAV_LAND:
		return v.orderMode(modeLand)
	case common.MAV_CMD_NAV_RETURN_TO_LAUNCH:
		return v.orderMode(modeReturn)
	case common.MAV_CMD_DO_REPOSITION:
		return v.reposition(c)
	case common.MAV_CMD_DO_ORBIT:
		return v.circle(c)
	case common.MAV_CMD_DO_VTOL_TRANSITION:
		return v.transit(common.MAV_VTOL_STATE(c.p[0]))
	case common.MAV_CMD_DO_CHANGE_SPEED:
		if s := c.p[1]; finite(s) && s > 0 {
			v.guide.speed = min(s, 1.2*v.at.CruiseMS)
			v.plan.speed = v.guide.speed
		}
		return common.MAV_RESULT_ACCEPTED
	case common.MAV_CMD_DO_SET_HOME:
		return v.homeCommand(c)
	case common.MAV_CMD_DO_SET_ROI_LOCATION, common.MAV_CMD_DO_SET_ROI:
		if !finite(c.p[4], c.p[5], c.p[6]) || math.Abs(c.p[4]) > 90 || math.Abs(c.p[5]) > 180 {
			return common.MAV_RESULT_DENIED
		}
		v.gimbal.look(v.w.frame.ENU(geo.LatLon{Lat: c.p[4], Lon: c.p[5]}.At(c.p[6])))
		return common.MAV_RESULT_ACCEPTED
	case common.MAV_CMD_DO_SET_ROI_NONE:
		v.gimbal.free()
		return common.MAV_RESULT_ACCEPTED
	case common.MAV_CMD_DO_GIMBAL_MANAGER_CONFIGURE:
		return v.configureMount(c)
	case common.MAV_CMD_DO_GIMBAL_MANAGER_PITCHYAW:
		return v.pitchYaw(c)
	case common.MAV_CMD_DO_MOUNT_CONTROL:
		v.gimbal.angle(c.p[0], math.NaN())
		return common.MAV_RESULT_ACCEPTED
	case common.MAV_CMD_DO_FLIGHTTERMINATION:
		if c.p[0] < 0.5 {
			return common.MAV_RESULT_DENIED
		}
		v.disarm("flight termination")
		return common.MAV_RESULT_ACCEPTED
	case common.MAV_CMD_PREFLIGHT_REBOOT_SHUTDOWN:
		return common.MAV_RESULT_DENIED
	case common.MAV_CMD_RUN_PREARM_CHECKS:
		v.reportChecks()
		return common.MAV_RESULT_ACCEPTED
	case common.MAV_CMD_DO_DIGICAM_CONTROL:
		return noAnswer
	}
	return common.MAV_RESULT_UNSUPPORTED
}

// takeUp makes an altitude AMSL the end of a take-off, which never goes down; NaN is MIS_TAKEOFF_ALT above here.
func (v *vehicle) takeUp(alt float64) {
	here := v.estimate().U
	switch {
	case math.IsNaN(alt):
		rise := v.param("MIS_TAKEOFF_ALT")
		v.text(6, fmt.Sprintf("Using default takeoff altitude: %.1f m", rise))
		alt = here + rise
	case alt < here:
		v.text(2, "Already higher than takeoff altitude")
		alt = here
	}
	v.guide.takeUp = alt
}

// setCustomMode is the commander's answer to a mode asked for by number.
func (v *vehicle) setCustomMode(m mode) common.MAV_RESULT {
	switch m.main() {
	case mainAuto:
		auto, ok := autoMode(uint8(m >> 24))
		if !ok {
			v.text(2, "Unsupported auto mode")
			return common.MAV_RESULT_TEMPORARILY_REJECTED
		}
		return v.orderMode(auto)
	case 1, 2, mainPosition, 5, 7:
		return v.orderMode(m)
	}
	return common.MAV_RESULT_ACCEPTED // a main mode that does not exist: nothing happens
}

func (v *vehicle) armCommand(c command) common.MAV_RESULT {
	force := c.p[1] == forceMagic
	switch c.p[0] {
	case 1:
		return v.arm()
	case 0:
		if v.armed && !v.landed && !force {
			v.text(2, "Disarming denied: not landed")
			return common.MAV_RESULT_TEMPORARILY_REJECTED
		}
		if v.armed {
			v.disarm("external command")
		}
		return common.MAV_RESULT_ACCEPTED
	}
	v.text(2, fmt.Sprintf("Unsupported ARM_DISARM param: %.3f", c.p[0]))
	return noAnswer
}

// missionStart arms by itself; in the air with a first item it starts anew.
func (v *vehicle) missionStart(c command) common.MAV_RESULT {
	first, last := int(c.p[0]), int(c.p[1])
	if !v.plan.valid || first < 0 || first >= len(v.plan.items) || last > 0 && first > last {
		v.text(2, "Mission start denied! No valid mission")
		return common.MAV_RESULT_DENIED
	}
	before := v.mode
	if !v.armed {
		v.mode = modeMission
		if result := v.arm(); result != common.MAV_RESULT_ACCEPTED {
			v.mode = before
			return result
		}
	} else if !v.landed && !v.positionKnown(v.w.now) {
		return common.MAV_RESULT_TEMPORARILY_REJECTED
	}
	v.safe.overridden()
	v.mode = before
	v.plan.restart(first)
	v.changeMode(modeMission)
	v.plan.started = true
	return common.MAV_RESULT_ACCEPTED
}

func (v *vehicle) homeCommand(c command) common.MAV_RESULT {
	if !v.positionKnown(v.w.now) {
		return common.MAV_RESULT_TEMPORARILY_REJECTED
	}
	if c.p[0] > 0.5 {
		v.setHome(v.estimate(), true)
		return common.MAV_RESULT_ACCEPTED
	}
	at := geo.LatLon{Lat: c.p[4], Lon: c.p[5]}
	if at.Check() != nil || !finite(c.p[6]) {
		return common.MAV_RESULT_DENIED
	}
	v.setHome(v.w.frame.ENU(at.At(c.p[6])), true)
	return common.MAV_RESULT_ACCEPTED
}

// requestMessage sends one message now, before the acknowledgement.
func (v *vehicle) requestMessage(id uint32, now time.Time) common.MAV_RESULT {
	if id == (&common.MessageMissionCurrent{}).GetID() {
		return common.MAV_RESULT_DENIED
	}
	m := v.telemetry(id, now)
	if m == nil {
		return common.MAV_RESULT_DENIED
	}
	v.send(m)
	return common.MAV_RESULT_ACCEPTED
}
