package mavlink

import (
	"errors"
	"math"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
)

// The widest values of commands to cameras and gimbals.
const (
	deviceMax     = 6
	photosMax     = 10000
	photoSequence = 1 << 24 // beyond it a float32 no longer counts
	intervalMax   = 3600.0
)

// payloadComponent says whether a component may be a camera, a gimbal or their manager: none of the ids 2 to 6, which
// stand for devices of another, and no ground station.
func payloadComponent(c uint8) bool {
	return c == autopilot || c >= 7 && c < StationComponent || c >= 191 && c <= 194
}

// toPayload says whether a command is one of the payload's list.
func toPayload(component uint8, cmd common.MAV_CMD) bool {
	switch cmd {
	case common.MAV_CMD_IMAGE_START_CAPTURE, common.MAV_CMD_IMAGE_STOP_CAPTURE, common.MAV_CMD_VIDEO_START_CAPTURE,
		common.MAV_CMD_VIDEO_STOP_CAPTURE, common.MAV_CMD_VIDEO_START_STREAMING, common.MAV_CMD_SET_CAMERA_MODE,
		common.MAV_CMD_SET_CAMERA_ZOOM, common.MAV_CMD_SET_CAMERA_FOCUS, common.MAV_CMD_SET_CAMERA_SOURCE,
		common.MAV_CMD_DO_GIMBAL_MANAGER_PITCHYAW, common.MAV_CMD_DO_GIMBAL_MANAGER_CONFIGURE:
		return true
	}
	return component != autopilot
}

// payloadAddressed says whether a message goes to a component of the payload.
func (g *guard) payloadAddressed(system, component uint8) error {
	if g.dock || fleet.SystemID(system) != g.system || !payloadComponent(component) {
		return refuse("addressed to %d/%d, this session speaks with %d and its payload", system, component, g.system)
	}
	return nil
}

// payload checks a command to a camera, a gimbal or their manager.
func (g *guard) payload(m *common.MessageCommandLong) error {
	if err := g.payloadAddressed(m.TargetSystem, m.TargetComponent); err != nil {
		return err
	}
	if m.Command == common.MAV_CMD_DO_GIMBAL_MANAGER_PITCHYAW {
		return aim(m.Param1/degrees, m.Param2/degrees, m.Param3/degrees, m.Param4/degrees, float64(m.Param5), m.Param6, m.Param7)
	}
	if err := finite(m.Param1, m.Param2, m.Param3, m.Param4, m.Param5, m.Param6, m.Param7); err != nil {
		return err
	}
	p1, p2, p3, p4 := float64(m.Param1), float64(m.Param2), float64(m.Param3), float64(m.Param4)
	device := func(v float64) error { return whole("device", v, deviceMax) }
	if err := unused(m); err != nil {
		return err
	}
	switch m.Command {
	case common.MAV_CMD_REQUEST_MESSAGE:
		return errors.Join(tellable(p1), whole("index", p2, photoSequence))
	case common.MAV_CMD_SET_MESSAGE_INTERVAL:
		return errors.Join(tellable(p1), within("message interval, µs", p2, -1, 60e6))
	case common.MAV_CMD_IMAGE_START_CAPTURE:
		err := errors.Join(device(p1), within("interval, s", p2, 0, intervalMax), whole("photos", p3, photosMax), whole("sequence", p4, photoSequence))
		if p3 != 1 {
			err = errors.Join(err, within("interval of a series, s", p2, 0.1, intervalMax), whole("sequence of a series", p4, 0))
		}
		return err
	case common.MAV_CMD_IMAGE_STOP_CAPTURE:
		return device(p1)
	case common.MAV_CMD_VIDEO_START_CAPTURE:
		return errors.Join(whole("stream", p1, streamsMax), within("status, Hz", p2, 0, 10), device(p3))
	case common.MAV_CMD_VIDEO_STOP_CAPTURE, common.MAV_CMD_VIDEO_START_STREAMING:
		return errors.Join(whole("stream", p1, streamsMax), device(p2))
	case common.MAV_CMD_SET_CAMERA_MODE:
		return errors.Join(device(p1), whole("camera mode", p2, float64(common.CAMERA_MODE_IMAGE_SURVEY)))
	case common.MAV_CMD_SET_CAMERA_ZOOM:
		return errors.Join(exactly("zoom type", p1, float64(common.ZOOM_TYPE_RANGE)), within("zoom, %", p2, 0, 100), device(p3))
	case common.MAV_CMD_SET_CAMERA_FOCUS:
		if p1 == float64(common.FOCUS_TYPE_AUTO) {
			return errors.Join(exactly("focus, %", p2, 0), device(p3))
		}
		return errors.Join(exactly("focus type", p1, float64(common.FOCUS_TYPE_RANGE)), within("focus, %", p2, 0, 100), device(p3))
	case common.MAV_CMD_SET_CAMERA_SOURCE:
		return errors.Join(device(p1), within("source", p2, float64(common.CAMERA_SOURCE_RGB), float64(common.CAMERA_SOURCE_IR)), exactly("second source", p3, 0))
	case common.MAV_CMD_DO_GIMBAL_MANAGER_CONFIGURE:
		took := p1 == StationSystem && p2 == StationComponent
		left := p1 == controlLeave && p2 == controlLeave
		if !took && !left || p3 != controlKeep || p4 != controlKeep {
			return refuse("control of a gimbal for %v/%v and %v/%v", p1, p2, p3, p4)
		}
		return whole("gimbal", float64(m.Param7), 254)
	}
	return unlisted(m.Command)
}

// gimbalRateMax is how fast a gimbal may be told to turn, radians a second: 60 degrees.
const gimbalRateMax = 60 / degrees

// jogged checks a rate for a gimbal's manager.
func (g *guard) jogged(m *common.MessageGimbalManagerSetPitchyaw) error {
	return errors.Join(g.payloadAddressed(m.TargetSystem, m.TargetComponent),
		aim(m.Pitch, m.Yaw, m.PitchRate, m.YawRate, float64(m.Flags), 0, float32(m.GimbalDeviceId)))
}

// aim checks angles and rates, radians; NaN is "as it is".
func aim(pitch, yaw, pitchRate, yawRate float32, flags float64, reserved, device float32) error {
	const known = common.GIMBAL_MANAGER_FLAGS_RETRACT | common.GIMBAL_MANAGER_FLAGS_NEUTRAL | common.GIMBAL_MANAGER_FLAGS_ROLL_LOCK |
		common.GIMBAL_MANAGER_FLAGS_PITCH_LOCK | common.GIMBAL_MANAGER_FLAGS_YAW_LOCK
	const slack = 1e-4 // of a float32 turned from degrees
	return errors.Join(orNaN("pitch", pitch, math.Pi/2+slack), orNaN("yaw", yaw, math.Pi+slack), orNaN("pitch rate", pitchRate, gimbalRateMax+slack),
		orNaN("yaw rate", yawRate, gimbalRateMax+slack), exactly("reserved", float64(reserved), 0), whole("gimbal", float64(device), 254),
		whole("gimbal flags", flags, float64(known))) // every bit up to the greatest is one of these
}

func orNaN(what string, v float32, most float64) error {
	if math.IsNaN(float64(v)) {
		return nil
	}
	return within(what+", rad", float64(v), -most, most)
}

// unused are the parameters that a command has no use for, from the first such on: they stay zero.
func unused(m *common.MessageCommandLong) error {
	first := map[common.MAV_CMD]int{
		common.MAV_CMD_REQUEST_MESSAGE: 2, common.MAV_CMD_SET_MESSAGE_INTERVAL: 2, common.MAV_CMD_IMAGE_START_CAPTURE: 4,
		common.MAV_CMD_IMAGE_STOP_CAPTURE: 1, common.MAV_CMD_VIDEO_START_CAPTURE: 3, common.MAV_CMD_VIDEO_STOP_CAPTURE: 2,
		common.MAV_CMD_VIDEO_START_STREAMING: 2, common.MAV_CMD_SET_CAMERA_MODE: 2, common.MAV_CMD_SET_CAMERA_ZOOM: 3,
		common.MAV_CMD_SET_CAMERA_FOCUS: 3, common.MAV_CMD_SET_CAMERA_SOURCE: 3, common.MAV_CMD_DO_GIMBAL_MANAGER_CONFIGURE: 4,
	}[m.Command]
	for i, p := range []float32{m.Param1, m.Param2, m.Param3, m.Param4, m.Param5, m.Param6, m.Param7} {
		if i == 6 && m.Command == common.MAV_CMD_DO_GIMBAL_MANAGER_CONFIGURE {
			continue // the gimbal
		}
		if i >= first && p != 0 {
			return refuse("parameter %d of command %d is %v", i+1, m.Command, p)
		}
	}
	return nil
}

// tellable are the messages a payload's component is asked for.
func tellable(id float64) error {
	switch id {
	case cameraInformationID, cameraSettingsID, storageInformationID, cameraCaptureStatusID, cameraImageCapturedID,
		videoStreamInformationID, videoStreamStatusID, cameraFovStatusID, gimbalManagerInformationID, gimbalManagerStatusID:
		return nil
	}
	return refuse("message %v is not asked of a payload", id)
}

func whole(what string, v, most float64) error {
	if v != math.Trunc(v) {
		return refuse("%s %v is not a whole number", what, v)
	}
	return within(what, v, 0, most)
}

func exactly(what string, v, want float64) error { return within(what, v, want, want) }
