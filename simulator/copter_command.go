package simulator

import (
	"math"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
)

// acceptedIf is ArduPilot's answer to an order: it was done, or it failed.
func acceptedIf(done bool) common.MAV_RESULT {
	if done {
		return common.MAV_RESULT_ACCEPTED
	}
	return common.MAV_RESULT_FAILED
}

// copterCommand carries out a command; the one acknowledgement follows what it made the copter say.
func (v *vehicle) copterCommand(c command, now time.Time) {
	id := uint32(0)
	if c.p[0] >= 0 && c.p[0] < 1<<24 {
		id = uint32(c.p[0])
	}
	switch c.id {
	case common.MAV_CMD_REQUEST_MESSAGE:
		v.ack(c, v.copterRequestMessage(id, c.p[1], now))
	case common.MAV_CMD_REQUEST_AUTOPILOT_CAPABILITIES:
		v.ack(c, v.copterRequestMessage(idVersion, 0, now))
	case common.MAV_CMD_GET_HOME_POSITION:
		v.ack(c, v.copterRequestMessage(idHome, 0, now))
	case common.MAV_CMD_SET_MESSAGE_INTERVAL:
		if finite(c.p[0], c.p[1]) && v.streams.set(id, c.p[1], now) {
			v.ack(c, common.MAV_RESULT_ACCEPTED)
			return
		}
		v.ack(c, common.MAV_RESULT_DENIED)
	case common.MAV_CMD_GET_MESSAGE_INTERVAL:
		us, ok := v.streams.interval(id)
		if ok {
			v.send(&common.MessageMessageInterval{MessageId: uint16(id), IntervalUs: us})
		}
		v.ack(c, acceptedIf(ok))
	default:
		v.ack(c, v.copterAct(c))
	}
}

// copterAct is the part of the commands that changes something.
func (v *vehicle) copterAct(c command) common.MAV_RESULT {
	switch c.id {
	case common.MAV_CMD_DO_SET_MODE:
		return acceptedIf(int(c.p[0])&int(common.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED) != 0 && c.p[1] >= 0 && v.switchTo(copterMode(c.p[1])))
	case common.MAV_CMD_COMPONENT_ARM_DISARM:
		return v.copterArm(c)
	case common.MAV_CMD_MISSION_START:
		return v.copterStart(c)
	case common.MAV_CMD_NAV_TAKEOFF, common.MAV_CMD_NAV_VTOL_TAKEOFF:
		return v.copterTakeoff(c)
	case common.MAV_CMD_NAV_LOITER_UNLIM:
		return acceptedIf(v.switchTo(copterLoiter))
	case common.MAV_CMD_NAV_LAND, common.MAV_CMD_NAV_VTOL_LAND:
		return acceptedIf(v.switchTo(copterLand))
	case common.MAV_CMD_NAV_RETURN_TO_LAUNCH:
		return acceptedIf(v.switchTo(copterRTL))
	case common.MAV_CMD_DO_REPOSITION:
		return v.copterReposition(c)
	case common.MAV_CMD_DO_PAUSE_CONTINUE:
		if v.copter.custom != copterAuto || c.p[0] != 0 && c.p[0] != 1 {
			return common.MAV_RESULT_FAILED
		}
		if v.copter.paused = c.p[0] == 0; v.copter.paused {
			v.holdHere()
		}
		return common.MAV_RESULT_ACCEPTED
	case common.MAV_CMD_DO_CHANGE_SPEED:
		if v.copter.custom != copterAuto && v.copter.custom != copterGuided || !(c.p[1] > 0) {
			return common.MAV_RESULT_FAILED
		}
		v.guide.speed = min(c.p[1], 1.2*v.at.CruiseMS)
		v.plan.speed = v.guide.speed
		return common.MAV_RESULT_ACCEPTED
	case common.MAV_CMD_DO_SET_MISSION_CURRENT:
		if !finite(c.p[0]) || c.p[0] < 1 || int(c.p[0]) >= len(v.plan.items) {
			return common.MAV_RESULT_DENIED
		}
		v.missionSetCurrent(uint16(c.p[0]))
		return common.MAV_RESULT_ACCEPTED
	case common.MAV_CMD_DO_SET_HOME:
		return v.homeCommand(c)
	case common.MAV_CMD_DO_SET_ROI_LOCATION, common.MAV_CMD_DO_SET_ROI:
		at, ok := v.copterPlace(c)
		if !ok {
			v.gimbal.free()
			return common.MAV_RESULT_ACCEPTED
		}
		v.gimbal.look(at)
		return common.MAV_RESULT_ACCEPTED
	case common.MAV_CMD_DO_SET_ROI_NONE, common.MAV_CMD_DO_GIMBAL_MANAGER_CONFIGURE, common.MAV_CMD_DO_GIMBAL_MANAGER_PITCHYAW,
		common.MAV_CMD_DO_MOUNT_CONTROL:
		return v.act(c)
	case common.MAV_CMD_DO_FLIGHTTERMINATION:
		if c.p[0] < 0.5 {
			return common.MAV_RESULT_FAILED
		}
		v.disarm("flight termination")
		return common.MAV_RESULT_ACCEPTED
	case common.MAV_CMD_PREFLIGHT_REBOOT_SHUTDOWN:
		if v.armed || c.p[0] != 1 {
			return common.MAV_RESULT_FAILED
		}
		v.restart(v.w.now)
		return common.MAV_RESULT_ACCEPTED
	case common.MAV_CMD_RUN_PREARM_CHECKS:
		v.sayPrearm()
		return common.MAV_RESULT_ACCEPTED
	case common.MAV_CMD_DO_DIGICAM_CONTROL:
		return common.MAV_RESULT_ACCEPTED
	case common.MAV_CMD_IMAGE_START_CAPTURE:
		return common.MAV_RESULT_FAILED
	}
	return common.MAV_RESULT_UNSUPPORTED
}

// copterPlace is the place of a command, its altitude resolved by the frame; false for one that says none.
func (v *vehicle) copterPlace(c command) (geo.ENU, bool) {
	if !finite(c.p[4], c.p[5], c.p[6]) || math.Abs(c.p[4]) > 90 || math.Abs(c.p[5]) > 180 || c.p[4] == 0 && c.p[5] == 0 {
		return geo.ENU{}, false
	}
	alt := c.p[6]
	if c.coord != common.MAV_FRAME_GLOBAL && c.coord != common.MAV_FRAME_GLOBAL_INT {
		alt += v.home.U
	}
	return v.w.frame.ENU(geo.LatLon{Lat: c.p[4], Lon: c.p[5]}.At(alt)), true
}

// copterStart is MISSION_START: auto, and on the ground what raising the throttle is.
func (v *vehicle) copterStart(c command) common.MAV_RESULT {
	if c.p[0] != 0 || c.p[1] != 0 {
		return common.MAV_RESULT_DENIED
	}
	if !v.switchTo(copterAuto) {
		return common.MAV_RESULT_FAILED
	}
	switch {
	case !v.plan.valid:
	case !v.armed:
		v.plan.restart(1)
		v.copterAnnounces()
		v.plan.cur, v.plan.started = 0, false
	case v.landed:
		v.beginAuto()
		v.copterAnnounces()
	}
	return common.MAV_RESULT_ACCEPTED
}

// copterTakeoff is NAV_TAKEOFF to an altitude above home: armed, on the ground, in guided.
func (v *vehicle) copterTakeoff(c command) common.MAV_RESULT {
	if !v.armed || !v.landed || v.copter.custom != copterGuided || !(c.p[6] > 0) {
		return common.MAV_RESULT_FAILED
	}
	v.changeMode(modeTakeoff)
	v.guide.takeUp = v.home.U + c.p[6]
	return common.MAV_RESULT_ACCEPTED
}

// copterReposition is DO_REPOSITION, which only COMMAND_INT has a frame for: guided, and there.
func (v *vehicle) copterReposition(c command) common.MAV_RESULT {
	switch {
	case !c.ints:
		return common.MAV_RESULT_UNSUPPORTED
	case int(c.p[1])&1 == 0 && v.copter.custom != copterGuided:
		return common.MAV_RESULT_DENIED
	}
	at, ok := v.copterPlace(c)
	switch {
	case !ok:
		return common.MAV_RESULT_DENIED
	case v.breaches(at) != 0 || !v.switchTo(copterGuided):
		return common.MAV_RESULT_FAILED
	case v.armed && !v.landed:
		v.changeMode(modeHold)
		v.guide.from, v.guide.target = v.estimate(), at // its speed and heading are not looked at
	}
	return common.MAV_RESULT_ACCEPTED
}
