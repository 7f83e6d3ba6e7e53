package mavlink

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
)

// payloadKinds are what cameras and gimbals say, and the acknowledgement.
var payloadKinds = []uint32{0, 77, cameraInformationID, cameraSettingsID, storageInformationID, cameraCaptureStatusID, cameraImageCapturedID,
	videoStreamInformationID, videoStreamStatusID, gimbalManagerInformationID, gimbalManagerStatusID, 285, cameraFovStatusID}

// payloadActs are what an operator may want of them.
var payloadActs = []fleet.Act{fleet.TakePhotos{Single: true}, fleet.TakePhotos{IntervalS: 1, Count: 3}, fleet.StopPhotos{}, fleet.Record{On: true},
	fleet.Record{}, fleet.SetCameraMode{Mode: fleet.CameraVideo}, fleet.SetZoom{Percent: 30}, fleet.SetFocus{Auto: true},
	fleet.ShowSource{Thermal: true}, fleet.AimGimbal{Lock: true}, fleet.AimGimbal{Rest: fleet.GimbalNeutral, Take: true},
	fleet.JogGimbal{YawRate: 10, Take: true}, fleet.ReleaseGimbal{}, fleet.LookAway{}}

// FuzzPayload gives a session frames of cameras and gimbals with any content in any order, and acts between them. Each
// six octets of a script are one step: what, from which component, how much time, an argument, where the content begins,
// how long it is. Nothing may leave that the guard would not pass, the deadline lies ahead, the state can be shown, and
// lists stay within their bounds.
func FuzzPayload(f *testing.F) {
	f.Add([]byte{0, 100, 1, 0, 0, 9, 2, 100, 1, 0, 0, 40, 5, 100, 1, 0, 0, 22, 129, 0, 9, 0, 0, 0, 6, 100, 9, 0, 0, 40}, []byte("\x00\x00\x00\x00\x1e\x08\x00\x04\x03 camera of nobody in particular"))
	f.Add([]byte{9, 1, 1, 0, 0, 33, 10, 1, 1, 1, 0, 13, 139, 0, 200, 0, 0, 0, 137, 0, 255, 0, 0, 0}, []byte{1, 2, 3, 4, 255, 190, 1, 0, 0, 0x7f, 0x80, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, script, content []byte) {
		kinds := stationKinds
		now := worldStart
		s := NewSession(worldSpec, DefaultConfig())
		seq := uint8(0)
		step := func(in Input) {
			for _, o := range s.Step(now, in) {
				if m, ok := o.(Transmit); ok {
					if err := (&guard{system: 7, auto: px4Family}).check(m.Message, &fleet.Envelope{}); err != nil {
						t.Fatalf("%+v: %v", m.Message, err)
					}
				}
			}
			if d := s.Deadline(); !d.IsZero() && d.Before(now) {
				t.Fatalf("the deadline lies %v back", now.Sub(d))
			}
		}
		hear := func(component uint8, id uint32, m message.Message) {
			seq++
			step(&FrameIn{Frame: Frame{System: 7, Component: component, Seq: seq, V2: true, ID: id, Checked: true, Message: m}, Source: worldAddr})
		}
		hear(1, 0, px4Beat())
		for n := 0; len(script) >= 6 && n < 200; n++ {
			a := script[:6]
			script = script[6:]
			for range 4 { // as a shell would
				if d := s.Deadline(); !d.IsZero() && !d.After(now) {
					step(Tick{})
				}
			}
			now = now.Add(time.Duration(a[2]) * 20 * time.Millisecond)
			if a[0]&0x80 != 0 {
				step(IntentIn{fleet.Intent{ID: fleet.IntentID(rune('a' + n)), Vehicle: "V07", Epoch: 1, Act: payloadActs[int(a[0]&0x7f)%len(payloadActs)]}})
				continue
			}
			id := payloadKinds[int(a[0])%len(payloadKinds)]
			var p [payloadMax]byte
			if from := int(a[4]); from < len(content) {
				copy(p[:min(int(a[5]), payloadMax)], content[from:])
			}
			p[0] ^= a[3]
			m, err := kinds.kind(id).rw.Read(&message.MessageRaw{ID: id, Payload: p[:]}, true)
			if err != nil {
				continue
			}
			hear(a[1], id, m)
		}
		if _, err := json.Marshal(s.v); err != nil {
			t.Fatalf("it cannot be shown: %v", err)
		}
		p := &s.payload
		if len(p.parts) > partsMax || len(p.cameras) > camerasMax || len(p.gimbals) > gimbalsMax {
			t.Fatalf("%d components, %d cameras, %d gimbals", len(p.parts), len(p.cameras), len(p.gimbals))
		}
		for _, c := range p.cameras {
			if f := c.field; f != nil && !(f.HDeg >= fieldLeast && f.HDeg <= fieldMost && (f.VDeg == 0 || f.VDeg >= fieldLeast && f.VDeg <= fieldMost)) {
				t.Fatalf("a field of view of %+v", f)
			}
			if len(c.captured) > capturedMax || len(c.streams) > streamsMax {
				t.Fatalf("%d photos, %d streams", len(c.captured), len(c.streams))
			}
		}
	})
}
