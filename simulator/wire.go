package simulator

import (
	"encoding/binary"
	"fmt"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/development"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
	"github.com/bluenviron/gomavlib/v3/pkg/x25"

	"groundstation/mavlink/dialect/hangar"
)

// Sizes and marks of MAVLink frames (mavlink.io, packet serialization).
const (
	magicV1      = 0xFE
	magicV2      = 0xFD
	headerV1     = 6
	headerV2     = 10
	checksumLen  = 2
	signatureLen = 13
	flagSigned   = 0x01
)

// spoken are the messages a simulated system sends or understands; others pass by unseen.
var spoken = []message.Message{
	&common.MessageRequestDataStream{}, &common.MessageRawImu{}, &common.MessageScaledImu2{}, &common.MessageScaledImu3{}, &common.MessageScaledPressure2{},
	&common.MessagePowerStatus{}, &common.MessageNavControllerOutput{}, &common.MessageRcChannels{}, &common.MessageTerrainRequest{}, &common.MessageTerrainReport{},
	&common.MessageAvailableModesMonitor{}, &common.MessageFenceStatus{}, // of a copter
	&common.MessageHeartbeat{}, &common.MessageSysStatus{}, &common.MessageSystemTime{}, &common.MessagePing{}, &common.MessageManualControl{},
	&common.MessageSetMode{}, &common.MessageParamRequestRead{}, &common.MessageParamRequestList{},
	&common.MessageParamValue{}, &common.MessageParamSet{}, &common.MessageGpsRawInt{}, &common.MessageAttitude{},
	&common.MessageAttitudeQuaternion{}, &common.MessageLocalPositionNed{}, &common.MessageGlobalPositionInt{},
	&common.MessageMissionRequest{},
	&common.MessageMissionSetCurrent{}, &common.MessageMissionCurrent{}, &common.MessageMissionRequestList{},
	&common.MessageMissionCount{}, &common.MessageMissionClearAll{}, &common.MessageMissionItemReached{},
	&common.MessageMissionAck{}, &common.MessageMissionRequestInt{}, &common.MessageMissionItemInt{},
	&common.MessageVfrHud{}, &common.MessageCommandInt{}, &common.MessageCommandLong{}, &common.MessageCommandAck{},
	&common.MessagePositionTargetGlobalInt{}, &common.MessageTimesync{}, &common.MessageAltitude{},
	&common.MessageBatteryStatus{}, &common.MessageAutopilotVersion{}, &common.MessageEstimatorStatus{},
	&common.MessageHomePosition{}, &common.MessageMessageInterval{}, &common.MessageExtendedSysState{},
	&common.MessageStatustext{}, &common.MessageGimbalDeviceAttitudeStatus{}, &common.MessageProtocolVersion{},
	&common.MessageOrbitExecutionStatus{}, &common.MessageEvent{}, &common.MessageCurrentEventSequence{},
	&common.MessageRequestEvent{}, &common.MessageSetupSigning{}, &common.MessageResponseEventError{}, &common.MessageCurrentMode{},
	&common.MessageCameraInformation{}, &common.MessageCameraSettings{}, &common.MessageStorageInformation{},
	&common.MessageCameraCaptureStatus{}, &common.MessageCameraImageCaptured{}, &common.MessageVideoStreamInformation{}, &common.MessageCameraFovStatus{},
	&common.MessageGimbalManagerInformation{}, &common.MessageGimbalManagerStatus{}, &common.MessageGimbalManagerSetPitchyaw{},
	&common.MessageOpenDroneIdArmStatus{}, &common.MessageOpenDroneIdBasicId{}, &common.MessageOpenDroneIdOperatorId{}, &common.MessageOpenDroneIdSystem{},
	&common.MessageMissionItem{}, &common.MessageAvailableModes{}, &common.MessageComponentInformation{}, &common.MessageGpsGlobalOrigin{},
	&common.MessageFlightInformation{}, &common.MessageLinkNodeStatus{}, &common.MessageScaledPressure{}, &common.MessageServoOutputRaw{},
	&common.MessageAttitudeTarget{}, &common.MessagePositionTargetLocalNed{}, &common.MessageDistanceSensor{}, &common.MessageVibration{},
	&common.MessageTimeEstimateToTarget{}, &development.MessageGnssIntegrity{}, &common.MessageOpenDroneIdLocation{},
	&common.MessageFileTransferProtocol{}, &common.MessageComponentMetadata{}, &common.MessageLogRequestList{}, &common.MessageLogEntry{},
	&common.MessageLogRequestData{}, &common.MessageLogData{}, &common.MessageLogRequestEnd{},
	&common.MessageAdsbVehicle{}, &common.MessageOpenDroneIdLocation{},
	&hangar.MessageDockStatus{}, &hangar.MessageDockActuators{}, &hangar.MessageDockEnvironment{},
	&hangar.MessageDockPower{}, &hangar.MessageDockPad{}, &hangar.MessageDockHealth{}, &hangar.MessageDockTask{},
}

// codec knows the layout of the spoken messages.
type codec struct {
	layouts map[uint32]*message.ReadWriter
}

// spokenLayouts are read once, and nothing changes them.
var spokenLayouts = layoutsOf(spoken)

func newCodec() *codec { return &codec{layouts: spokenLayouts} }

// layoutsOf reads the layouts from the message types. They are compiled in, so a type without a layout is a mistake of
// the program, found by its first test.
func layoutsOf(messages []message.Message) map[uint32]*message.ReadWriter {
	layouts := make(map[uint32]*message.ReadWriter, len(messages))
	for _, m := range messages {
		rw := &message.ReadWriter{Message: m}
		if err := rw.Initialize(); err != nil {
			panic(fmt.Sprintf("layout of message %d: %v", m.GetID(), err))
		}
		layouts[m.GetID()] = rw
	}
	return layouts
}

// frame is one message heard, and who said it.
type frame struct {
	system, component uint8
	msg               message.Message
	raw               []byte // as it came; good until each returns
}

// split finds every valid frame and gives back the beginning of one that is not whole: PX4 reads octets, not datagrams. What
// has a wrong checksum or is unknown is passed over in silence and whole, as PX4 does; so a frame cut short takes with it the
// beginning of what follows. A signature is the system's to judge.
func (c *codec) split(b []byte, each func(frame)) (rest []byte) {
	for len(b) > 0 {
		header, id, flags := headerV2, 0, 0
		switch {
		case b[0] == magicV1:
			header = headerV1
		case b[0] != magicV2:
			b = b[1:]
			continue
		}
		switch {
		case len(b) < header:
			return b
		case header == headerV1:
			id = int(b[5])
		default:
			flags = int(b[2])
			id = int(b[7]) | int(b[8])<<8 | int(b[9])<<16
		}
		size := int(b[1])
		total := header + size + checksumLen
		if flags&flagSigned != 0 {
			total += signatureLen
		}
		if flags&^flagSigned != 0 {
			b = b[1:]
			continue
		}
		if total > len(b) {
			return b
		}
		rw := c.layouts[uint32(id)]
		if rw == nil {
			b = b[total:]
			continue
		}
		body := b[header : header+size : header+size] // the capacity ends here: the reader appends zeros
		sum := x25.New()
		sum.Write(b[1 : header+size])
		sum.Write([]byte{rw.CRCExtra()})
		if sum.Sum16() != binary.LittleEndian.Uint16(b[header+size:]) {
			b = b[total:]
			continue
		}
		system, component := b[5], b[6]
		if header == headerV1 {
			system, component = b[3], b[4]
		}
		msg, err := rw.Read(&message.MessageRaw{ID: uint32(id), Payload: body}, header == headerV2)
		if err == nil {
			each(frame{system: system, component: component, msg: msg, raw: b[:total:total]})
		}
		b = b[total:]
	}
	return nil
}

// voice is what one component of a system speaks with: its ids and its own sequence.
type voice struct {
	codec             *codec
	system, component uint8
	seq               uint8
	// sec is the key of the system that speaks; nil cannot sign.
	sec *secure
}

// encode gives msg as one MAVLink 2 frame; nil for a message that is not spoken.
func (v *voice) encode(msg message.Message) []byte {
	id := msg.GetID()
	rw := v.codec.layouts[id]
	if rw == nil {
		return nil
	}
	payload := rw.Write(msg, true).Payload
	b := make([]byte, headerV2, headerV2+len(payload)+checksumLen)
	b[0], b[1], b[4], b[5], b[6] = magicV2, byte(len(payload)), v.seq, v.system, v.component
	if v.sec != nil && v.sec.active() {
		b[2] = flagSigned // World.post signs it
	}
	b[7], b[8], b[9] = byte(id), byte(id>>8), byte(id>>16)
	v.seq++
	b = append(b, payload...)
	sum := x25.New()
	sum.Write(b[1:])
	sum.Write([]byte{rw.CRCExtra()})
	return binary.LittleEndian.AppendUint16(b, sum.Sum16())
}
