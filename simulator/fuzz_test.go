package simulator

import (
	"reflect"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/internal/geo"
)

// read are messages that a vehicle or a dock looks at.
var read = []message.Message{
	&common.MessageHeartbeat{}, &common.MessageCommandLong{}, &common.MessageCommandInt{}, &common.MessageCommandCancel{}, &common.MessageSetMode{},
	&common.MessageMissionCount{}, &common.MessageMissionItemInt{}, &common.MessageMissionRequestList{}, &common.MessageMissionRequestInt{},
	&common.MessageMissionRequest{}, &common.MessageMissionAck{}, &common.MessageMissionClearAll{}, &common.MessageMissionSetCurrent{},
	&common.MessageParamRequestList{}, &common.MessageParamRequestRead{}, &common.MessageParamSet{}, &common.MessageRequestEvent{},
	&common.MessagePing{}, &common.MessageTimesync{}, &common.MessageManualControl{}, &common.MessageFileTransferProtocol{},
	&common.MessageLogRequestList{}, &common.MessageLogRequestData{}, &common.MessageLogRequestEnd{}, &common.MessageParamExtRequestList{},
	&common.MessageParamExtRequestRead{}, &common.MessageParamExtSet{},
	&common.MessageOpenDroneIdBasicId{}, &common.MessageOpenDroneIdOperatorId{}, &common.MessageOpenDroneIdSystem{},
	&common.MessageRequestDataStream{}, &common.MessageMissionItem{}, &common.MessageSetupSigning{},
}

// variedCity has a crew's vehicle that speaks as ArduCopter too, system 4.
func variedCity() Config {
	cfg := identifiedCity()
	copter := cfg.Vehicle[2]
	site := geo.Offset(copter.Site.LatLon, 90, 300).At(4)
	copter.ID, copter.SystemID, copter.Site, copter.Personality = "V04", 4, &site, "ardupilot"
	cfg.Vehicle = append(cfg.Vehicle, copter)
	return cfg
}

// FuzzSimulatorReceive says any well-formed messages with any payload to a vehicle of each personality and to a dock, with time between them:
// the world goes on, every number in it is one, and the answers are bounded.
func FuzzSimulatorReceive(f *testing.F) {
	c := newCodec()
	for _, to := range []byte{0, 0x40} {
		var seed []byte
		for i := range read {
			seed = append(seed, byte(i)|to, 18, 1, 1, 1, 1, 1, 1, 1, 1, 0, 9, 0xFF, 0xFF, 0xFF, 0x7F, 0, 0, 0x80, 0x7F)
		}
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		v := voice{codec: c, system: 255, component: 190}
		w := NewWorld(variedCity(), testStart)
		now := testStart.Add(5 * time.Second)
		w.Step(now)
		for n := 0; len(b) > 2 && n < 60; n++ {
			kind, size := reflect.TypeOf(read[int(b[0]&0x3F)%len(read)]).Elem(), min(int(b[1]), len(b)-2)
			payload := make([]byte, 255)
			copy(payload, b[2:2+size])
			system := uint32(3)
			switch {
			case b[0]&0x80 != 0:
				system = 101
			case b[0]&0x40 != 0:
				system = 4
			}
			b = b[2+size:]
			rw := &message.ReadWriter{Message: reflect.New(kind).Interface().(message.Message)}
			if err := rw.Initialize(); err != nil {
				t.Fatal(err)
			}
			m, err := rw.Read(&message.MessageRaw{ID: rw.Message.GetID(), Payload: payload}, true)
			if err != nil {
				continue
			}
			for name, value := range map[string]uint64{"TargetSystem": uint64(system), "Target": uint64(system), "TargetComponent": 1} {
				if field := reflect.ValueOf(m).Elem().FieldByName(name); field.IsValid() && field.CanUint() && payload[254] == 0 {
					field.SetUint(value)
				}
			}
			w.Receive(system, v.encode(m))
			now = now.Add(time.Duration(size) * 20 * time.Millisecond)
			w.Step(now)
			said := 0
			w.Drain(func(uint32, []byte) { said++ })
			if said > 6000 {
				t.Fatalf("%d datagrams after one %s", said, kind.Name())
			}
		}
		w.Step(now.Add(3 * time.Second))
		for _, x := range w.Truth().Vehicles {
			if !finite(x.Position.Lat, x.Position.Lon, x.Position.AltAMSL, x.EnergyWh) {
				t.Fatalf("%+v", x)
			}
		}
	})
}
