package simulator

import (
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

// hearCopter takes one frame of the station as ArduCopter does: whatever component a command names, one that is not on this
// link is answered by the autopilot, and system 0 is everybody.
func (v *vehicle) hearCopter(now time.Time, f frame) {
	own := v.voice.system
	mine := func(system uint8) bool { return system == own || system == 0 }
	switch m := f.msg.(type) {
	case *common.MessageHeartbeat:
		if f.system == uint8(v.copter.param("MAV_GCS_SYSID")) {
			v.heardStation(now)
		}
	case *common.MessageGimbalManagerSetPitchyaw:
		if mine(m.TargetSystem) {
			v.setPitchYaw(f, m)
		}
	case *common.MessageCommandLong:
		switch {
		case m.TargetSystem == own && m.TargetComponent == opticsComponent && v.optics != nil:
			v.optics.receive(longCommand(f, m), now)
		case mine(m.TargetSystem):
			v.copterCommand(longCommand(f, m), now)
		}
	case *common.MessageCommandInt:
		if mine(m.TargetSystem) {
			v.copterCommand(intCommand(f, m), now)
		}
	case *common.MessageSetMode: // not acknowledged
		if m.TargetSystem == own {
			v.switchTo(copterMode(m.CustomMode))
		}
	case *common.MessageRequestDataStream:
		if mine(m.TargetSystem) {
			v.dataStream(m, now)
		}
	case *common.MessageParamRequestList:
		if mine(m.TargetSystem) {
			for i := range v.copter.params.list {
				v.send(v.copterValue(i))
			}
		}
	case *common.MessageParamRequestRead:
		if mine(m.TargetSystem) {
			v.copterParamRead(m)
		}
	case *common.MessageParamSet:
		if mine(m.TargetSystem) {
			v.copterParamSet(m)
		}
	case *common.MessageFileTransferProtocol:
		if mine(m.TargetSystem) && !v.at.NoFTP {
			v.copterFile(f, m)
		}
	case *common.MessageLogRequestList:
		if mine(m.TargetSystem) {
			v.logList(m)
		}
	case *common.MessageLogRequestData:
		if mine(m.TargetSystem) {
			v.logData(m)
		}
	case *common.MessageLogRequestEnd:
		if mine(m.TargetSystem) {
			v.card.dataLeft = 0
		}
	case *common.MessageManualControl:
		v.manualControl(m, now)
	case *common.MessageSetupSigning:
		if m.TargetSystem == own {
			v.setup(m)
		}
	case *common.MessageTimesync:
		if m.Tc1 == 0 {
			v.send(&common.MessageTimesync{Tc1: now.Sub(v.boot).Nanoseconds(), Ts1: m.Ts1, TargetSystem: f.system, TargetComponent: f.component})
		}
	default:
		v.hearList(now, f)
	}
}

// hearList takes what belongs to the mission protocol.
func (v *vehicle) hearList(now time.Time, f frame) {
	own := v.voice.system
	mine := func(system uint8) bool { return system == own || system == 0 }
	switch m := f.msg.(type) {
	case *common.MessageMissionCount:
		if mine(m.TargetSystem) {
			v.copterCount(f, m, now)
		}
	case *common.MessageMissionItem:
		if mine(m.TargetSystem) {
			v.copterItem(f, intItem(m), now)
		}
	case *common.MessageMissionItemInt:
		if mine(m.TargetSystem) {
			v.copterItem(f, m, now)
		}
	case *common.MessageMissionRequestList:
		if mine(m.TargetSystem) {
			v.copterList(f, m.MissionType)
		}
	case *common.MessageMissionRequestInt:
		if mine(m.TargetSystem) {
			v.copterRequest(f, m.Seq, m.MissionType, false)
		}
	case *common.MessageMissionRequest:
		if mine(m.TargetSystem) {
			v.copterRequest(f, m.Seq, m.MissionType, true)
		}
	case *common.MessageMissionClearAll:
		if mine(m.TargetSystem) {
			v.copterClear(f, m.MissionType)
		}
	case *common.MessageMissionSetCurrent:
		if mine(m.TargetSystem) {
			v.missionSetCurrent(m.Seq)
		}
	}
}
