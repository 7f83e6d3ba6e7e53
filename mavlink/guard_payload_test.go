package mavlink

import (
	"math"
	"testing"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
)

func TestGuardOfThePayload(t *testing.T) {
	v, dock := guard{system: 7}, guard{system: 7, dock: true}
	to := func(component uint8, c common.MAV_CMD, p ...float32) *common.MessageCommandLong {
		s := NewSession(worldSpec, DefaultConfig())
		return s.longTo(component, c, p...)
	}
	cam := func(c common.MAV_CMD, p ...float32) *common.MessageCommandLong { return to(100, c, p...) }
	other := cam(common.MAV_CMD_VIDEO_STOP_CAPTURE)
	other.TargetSystem = 8
	nan := float32(math.NaN())
	for _, c := range []struct {
		name string
		m    message.Message
		ok   bool
	}{
		{"ask for the camera", cam(common.MAV_CMD_REQUEST_MESSAGE, 259), true},
		{"ask for a photo", cam(common.MAV_CMD_REQUEST_MESSAGE, 263, 12), true},
		{"ask for half a photo", cam(common.MAV_CMD_REQUEST_MESSAGE, 263, 1.5), false},
		{"ask for a photo before the first", cam(common.MAV_CMD_REQUEST_MESSAGE, 263, -1), false},
		{"ask for something else", cam(common.MAV_CMD_REQUEST_MESSAGE, 148), false},
		{"status at an interval", cam(common.MAV_CMD_SET_MESSAGE_INTERVAL, 262, 1e6), true},
		{"something else at an interval", cam(common.MAV_CMD_SET_MESSAGE_INTERVAL, 30, 1e6), false},
		{"an interval of no length", cam(common.MAV_CMD_SET_MESSAGE_INTERVAL, 262, -2), false},
		{"a photo", cam(common.MAV_CMD_IMAGE_START_CAPTURE, 0, 0, 1, 5), true},
		{"a photo of the autopilot's camera", to(1, common.MAV_CMD_IMAGE_START_CAPTURE, 6, 0, 1, 5), true},
		{"a photo of device 7", to(1, common.MAV_CMD_IMAGE_START_CAPTURE, 7, 0, 1, 5), false},
		{"a photo and something reserved", cam(common.MAV_CMD_IMAGE_START_CAPTURE, 0, 0, 1, 5, 1), false},
		{"a series", cam(common.MAV_CMD_IMAGE_START_CAPTURE, 0, 2, 0, 0), true},
		{"a series without pause", cam(common.MAV_CMD_IMAGE_START_CAPTURE, 0, 0, 0, 0), false},
		{"a series with a number", cam(common.MAV_CMD_IMAGE_START_CAPTURE, 0, 2, 0, 5), false},
		{"too many photos", cam(common.MAV_CMD_IMAGE_START_CAPTURE, 0, 1, 10001, 0), false},
		{"photos in two hours", cam(common.MAV_CMD_IMAGE_START_CAPTURE, 0, 7200, 2, 0), false},
		{"no more photos", cam(common.MAV_CMD_IMAGE_STOP_CAPTURE), true},
		{"no more photos of device -1", cam(common.MAV_CMD_IMAGE_STOP_CAPTURE, -1), false},
		{"record", cam(common.MAV_CMD_VIDEO_START_CAPTURE, 0, 1), true},
		{"record and flood", cam(common.MAV_CMD_VIDEO_START_CAPTURE, 0, 100), false},
		{"stop recording", cam(common.MAV_CMD_VIDEO_STOP_CAPTURE), true},
		{"stop recording stream 9", cam(common.MAV_CMD_VIDEO_STOP_CAPTURE, 9), false},
		{"stop recording of another vehicle", other, false},
		{"start a stream", cam(common.MAV_CMD_VIDEO_START_STREAMING, 2), true},
		{"start stream NaN", cam(common.MAV_CMD_VIDEO_START_STREAMING, nan), false},
		{"mode", cam(common.MAV_CMD_SET_CAMERA_MODE, 0, 2), true},
		{"mode 3", cam(common.MAV_CMD_SET_CAMERA_MODE, 0, 3), false},
		{"zoom", cam(common.MAV_CMD_SET_CAMERA_ZOOM, 2, 100), true},
		{"zoom without end", cam(common.MAV_CMD_SET_CAMERA_ZOOM, 1, 1), false},
		{"zoom too far", cam(common.MAV_CMD_SET_CAMERA_ZOOM, 2, 101), false},
		{"zoom NaN", cam(common.MAV_CMD_SET_CAMERA_ZOOM, 2, nan), false},
		{"focus", cam(common.MAV_CMD_SET_CAMERA_FOCUS, 2, 0), true},
		{"focus by itself", cam(common.MAV_CMD_SET_CAMERA_FOCUS, 4, 0), true},
		{"focus by itself somewhere", cam(common.MAV_CMD_SET_CAMERA_FOCUS, 4, 3), false},
		{"focus in metres", cam(common.MAV_CMD_SET_CAMERA_FOCUS, 3, 3), false},
		{"focus too far", cam(common.MAV_CMD_SET_CAMERA_FOCUS, 2, 100.5), false},
		{"thermal", cam(common.MAV_CMD_SET_CAMERA_SOURCE, 0, 2), true},
		{"another source", cam(common.MAV_CMD_SET_CAMERA_SOURCE, 0, 3), false},
		{"two sources", cam(common.MAV_CMD_SET_CAMERA_SOURCE, 0, 2, 1), false},
		{"aim", to(1, common.MAV_CMD_DO_GIMBAL_MANAGER_PITCHYAW, -45, 180, nan, nan, 28, 0, 1), true},
		{"aim beyond the nadir", to(1, common.MAV_CMD_DO_GIMBAL_MANAGER_PITCHYAW, -91, 0, nan, nan, 12), false},
		{"aim at a rate", to(154, common.MAV_CMD_DO_GIMBAL_MANAGER_PITCHYAW, nan, nan, 60, -60, 12), true},
		{"aim at a great rate", to(1, common.MAV_CMD_DO_GIMBAL_MANAGER_PITCHYAW, nan, nan, 61, nan, 12), false},
		{"aim with the sticks' flag", to(1, common.MAV_CMD_DO_GIMBAL_MANAGER_PITCHYAW, 0, 0, nan, nan, 256), false},
		{"aim with half a flag", to(1, common.MAV_CMD_DO_GIMBAL_MANAGER_PITCHYAW, 0, 0, nan, nan, 1.5), false},
		{"aim with something reserved", to(1, common.MAV_CMD_DO_GIMBAL_MANAGER_PITCHYAW, 0, 0, nan, nan, 12, 1), false},
		{"aim without end", to(1, common.MAV_CMD_DO_GIMBAL_MANAGER_PITCHYAW, float32(math.Inf(1))), false},
		{"aim the dead", to(2, common.MAV_CMD_DO_GIMBAL_MANAGER_PITCHYAW, 0), false},
		{"take the gimbal", to(1, common.MAV_CMD_DO_GIMBAL_MANAGER_CONFIGURE, 255, 190, -1, -1, 0, 0, 1), true},
		{"leave the gimbal", to(1, common.MAV_CMD_DO_GIMBAL_MANAGER_CONFIGURE, -3, -3, -1, -1), true},
		{"give the gimbal to another", to(1, common.MAV_CMD_DO_GIMBAL_MANAGER_CONFIGURE, 254, 190, -1, -1), false},
		{"take the gimbal from everybody", to(1, common.MAV_CMD_DO_GIMBAL_MANAGER_CONFIGURE, 0, 0, -1, -1), false},
		{"take both controls", to(1, common.MAV_CMD_DO_GIMBAL_MANAGER_CONFIGURE, 255, 190, 255, 190), false},
		{"take half a gimbal", to(1, common.MAV_CMD_DO_GIMBAL_MANAGER_CONFIGURE, 255, 190, -1, -1, 0, 0, 0.5), false},
		{"turn", &common.MessageGimbalManagerSetPitchyaw{TargetSystem: 7, TargetComponent: 1, Flags: 12, Pitch: nan, Yaw: nan, YawRate: 1}, true},
		{"turn fast", &common.MessageGimbalManagerSetPitchyaw{TargetSystem: 7, TargetComponent: 1, Pitch: nan, Yaw: nan, YawRate: 1.1}, false},
		{"turn with the sticks' flag", &common.MessageGimbalManagerSetPitchyaw{TargetSystem: 7, TargetComponent: 1, Flags: 512}, false},
		{"turn another's", &common.MessageGimbalManagerSetPitchyaw{TargetSystem: 8, TargetComponent: 1}, false},
		{"set the attitude", &common.MessageGimbalManagerSetAttitude{TargetSystem: 7, TargetComponent: 1}, false},
		{"sticks of a gimbal", &common.MessageGimbalManagerSetManualControl{TargetSystem: 7, TargetComponent: 1}, false},
		{"format the storage", cam(common.MAV_CMD_STORAGE_FORMAT, 1, 1), false},
		{"reset the camera", cam(common.MAV_CMD_RESET_CAMERA_SETTINGS, 1), false},
		{"arm a camera", cam(common.MAV_CMD_COMPONENT_ARM_DISARM, 1), false},
		{"photo by every component", to(0, common.MAV_CMD_IMAGE_START_CAPTURE, 0, 0, 1, 5), false},
		{"photo by component 3", to(3, common.MAV_CMD_IMAGE_START_CAPTURE, 0, 0, 1, 5), false},
		{"photo by the station", to(StationComponent, common.MAV_CMD_IMAGE_START_CAPTURE, 0, 0, 1, 5), false},
		{"photo by the radio", to(240, common.MAV_CMD_IMAGE_START_CAPTURE, 0, 0, 1, 5), false},
		{"cancel", &common.MessageCommandCancel{TargetSystem: 7, TargetComponent: 100, Command: 2000}, true},
		{"cancel of another", &common.MessageCommandCancel{TargetSystem: 8, TargetComponent: 100, Command: 2000}, false},
		{"photo by COMMAND_INT", intForm(cam(common.MAV_CMD_IMAGE_START_CAPTURE, 0, 0, 1, 5)), true},
		{"reposition of a camera", intForm(cam(common.MAV_CMD_DO_REPOSITION, 0, 0, 1, 5)), false},
	} {
		if err := v.check(c.m, nil); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
		if err := dock.check(c.m, nil); err == nil {
			t.Errorf("%s: to a dock", c.name)
		}
	}
}
