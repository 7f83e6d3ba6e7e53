package mavlink

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/development"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/mavlink/dialect/hangar"
)

// mayLeave are the messages that may go to a vehicle; each has rows, or in the test of the file that rules it.
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
