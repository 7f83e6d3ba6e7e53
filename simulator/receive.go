package simulator

import (
	"math"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

// command is a COMMAND_LONG or COMMAND_INT; p[4] and p[5] are degrees where the command has a place.
type command struct {
	from frame
	id   common.MAV_CMD
	p    [7]float64
	x, y int32
	ints bool
	// coord is the frame of its place; only COMMAND_INT says one, all else is above home.
	coord common.MAV_FRAME
}

func longCommand(f frame, m *common.MessageCommandLong) command {
	return command{from: f, id: m.Command, coord: common.MAV_FRAME_GLOBAL_RELATIVE_ALT, p: [7]float64{float64(m.Param1), float64(m.Param2), float64(m.Param3),
		float64(m.Param4), float64(m.Param5), float64(m.Param6), float64(m.Param7)}}
}

func intCommand(f frame, m *common.MessageCommandInt) command {
	c := command{from: f, id: m.Command, x: m.X, y: m.Y, ints: true, coord: m.Frame, p: [7]float64{float64(m.Param1), float64(m.Param2),
		float64(m.Param3), float64(m.Param4), float64(m.X) / 1e7, float64(m.Y) / 1e7, float64(m.Z)}}
	if m.X == math.MaxInt32 || m.Y == math.MaxInt32 {
		c.p[4], c.p[5] = math.NaN(), math.NaN()
	}
	return c
}

// addressed says whether a message is for component 1 of a system; component 0 is everybody.
func addressed(own, sys, comp uint8) bool { return sys == own && comp <= 1 }

// forEverybody says whether a command is one of the two that PX4 answers whatever component, or every system, is meant.
func forEverybody(m *common.MessageCommandLong, own uint8) bool {
	return (m.TargetSystem == own || m.TargetSystem == 0) &&
		(m.Command == common.MAV_CMD_REQUEST_PROTOCOL_VERSION || m.Command == common.MAV_CMD_REQUEST_AUTOPILOT_CAPABILITIES)
}

// receive takes one frame of the station.
func (v *vehicle) receive(now time.Time, f frame) {
	if v.off {
		return
	}
	if v.ident != nil {
		v.ident.receive(now, f)
	}
	if !v.booted || !v.sec.hears(f, f.msg.GetID()) {
		return
	}
	v.is.hear(v, now, f)
}

// hearPX4 takes one frame as PX4 does.
func (v *vehicle) hearPX4(now time.Time, f frame) {
	own := v.voice.system
	switch m := f.msg.(type) {
	case *common.MessageHeartbeat:
		if m.Type == common.MAV_TYPE_GCS {
			v.heardStation(now)
		}
	case *common.MessageGimbalManagerSetPitchyaw:
		if addressed(own, m.TargetSystem, m.TargetComponent) {
			v.setPitchYaw(f, m)
		}
	case *common.MessageCommandLong:
		if m.TargetSystem == own && m.TargetComponent == opticsComponent && v.optics != nil {
			v.optics.receive(longCommand(f, m), now)
		}
		if addressed(own, m.TargetSystem, m.TargetComponent) || forEverybody(m, own) {
			v.command(longCommand(f, m), now)
		}
	case *common.MessageCommandInt:
		if addressed(own, m.TargetSystem, m.TargetComponent) {
			v.command(intCommand(f, m), now)
		}
	case *common.MessageSetMode:
		if m.TargetSystem == own {
			v.ack(command{from: f, id: common.MAV_CMD_DO_SET_MODE}, v.setCustomMode(mode(m.CustomMode)))
		}
	case *common.MessageMissionCount:
		if addressed(own, m.TargetSystem, m.TargetComponent) {
			v.missionCount(f, m, now)
		}
	case *common.MessageMissionItem:
		if addressed(own, m.TargetSystem, m.TargetComponent) {
			v.transfer.float = true
			v.missionItem(f, intItem(m), now)
		}
	case *common.MessageMissionItemInt:
		if addressed(own, m.TargetSystem, m.TargetComponent) {
			v.transfer.float = false
			v.missionItem(f, m, now)
		}
	case *common.MessageMissionRequestList:
		if addressed(own, m.TargetSystem, m.TargetComponent) {
			v.missionRequestList(f, m.MissionType, now)
		}
	case *common.MessageMissionRequestInt:
		if addressed(own, m.TargetSystem, m.TargetComponent) {
			v.transfer.float = false
			v.missionRequest(f, m.Seq, m.MissionType, now)
		}
	case *common.MessageMissionRequest:
		if addressed(own, m.TargetSystem, m.TargetComponent) {
			v.transfer.float = true
			v.missionRequest(f, m.Seq, m.MissionType, now)
		}
	case *common.MessageMissionAck:
		if addressed(own, m.TargetSystem, m.TargetComponent) {
			v.missionEnded(f, m)
		}
	case *common.MessageMissionClearAll:
		if addressed(own, m.TargetSystem, m.TargetComponent) {
			v.missionClear(f, m.MissionType)
		}
	case *common.MessageMissionSetCurrent:
		if addressed(own, m.TargetSystem, m.TargetComponent) {
			v.missionSetCurrent(m.Seq)
		}
	case *common.MessageParamRequestList:
		if addressed(own, m.TargetSystem, m.TargetComponent) {
			v.paramList()
		}
	case *common.MessageParamRequestRead:
		if addressed(own, m.TargetSystem, m.TargetComponent) {
			v.paramRead(m)
		}
	case *common.MessageParamSet:
		if addressed(own, m.TargetSystem, m.TargetComponent) {
			v.paramSet(m)
		}
	case *common.MessageRequestEvent:
		if addressed(own, m.TargetSystem, m.TargetComponent) {
			v.repeatEvents(f, m)
		}
	case *common.MessageFileTransferProtocol:
		if addressed(own, m.TargetSystem, m.TargetComponent) && !v.at.NoFTP {
			v.fileTransfer(f, m)
		}
	case *common.MessageLogRequestList:
		if addressed(own, m.TargetSystem, m.TargetComponent) {
			v.logList(m)
		}
	case *common.MessageLogRequestData:
		if addressed(own, m.TargetSystem, m.TargetComponent) {
			v.logData(m)
		}
	case *common.MessageLogRequestEnd:
		if addressed(own, m.TargetSystem, m.TargetComponent) {
			v.card.dataLeft = 0
		}
	case *common.MessageManualControl:
		v.manualControl(m, now)
	case *common.MessageSetupSigning:
		if m.TargetSystem == own && m.TargetComponent == 1 {
			v.setup(m)
		}
	case *common.MessagePing:
		if m.TargetSystem == 0 && m.TargetComponent == 0 {
			v.send(&common.MessagePing{TimeUsec: m.TimeUsec, Seq: m.Seq, TargetSystem: f.system, TargetComponent: f.component})
		}
	case *common.MessageTimesync:
		if m.Tc1 == 0 {
			// PX4 v1.17 does not set whom it answers: what lay in its memory goes out, such as this.
			v.send(&common.MessageTimesync{Tc1: now.Sub(v.boot).Nanoseconds(), Ts1: m.Ts1, TargetSystem: 28, TargetComponent: 165})
		}
	}
}
