package mavlink

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/minimal"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
)

// FuzzFiles: whatever a vehicle answers while its files, logs and metadata are read and its events told, nothing leaves
// that the guard would not let pass, files are told in order and within their size, and all memory is bounded.
func FuzzFiles(f *testing.F) {
	reply := func(seq uint16, op, request byte, offset uint32, data string) []byte {
		p := []byte{110, 0}
		p = binary.LittleEndian.AppendUint16(p, seq)
		p = append(p, 0, op, byte(len(data)), request, 0, 0)
		p = binary.LittleEndian.AppendUint32(p, offset)
		return append(append(p, data...), make([]byte, 40-len(data))...)
	}
	var session []byte
	for _, r := range [][]byte{reply(1, 128, 4, 0, "\xE8\x03\x00\x00"), reply(2, 128, 15, 0, "0123456789"), reply(3, 128, 15, 20, "abc"), reply(4, 129, 15, 0, "\x06")} {
		session = append(session, r...)
	}
	f.Add(uint8(1), session)
	f.Add(uint8(2), []byte{118, 1, 0, 0, 1, 0, 0, 0, 9, 9, 9, 9, 9, 9})
	f.Add(uint8(3), []byte{120, 1, 0, 0, 1, 0, 90, 0, 9, 9, 9, 9, 9, 9})
	f.Add(uint8(4), []byte("\x8Dmftp://../../etc/passwd\x00"))
	f.Add(uint8(0), []byte{154, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
	words := px4Words(f)
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		s := NewSession(worldSpec, DefaultConfig())
		s.KnowEvents(words)
		e := testEncoder(7, 1)
		now := worldStart
		parts := map[fleet.IntentID]int64{}
		take := func(outs []Output) {
			for _, o := range outs {
				switch o := o.(type) {
				case Transmit:
					if err := s.guard.check(o.Message, nil); err != nil {
						t.Fatalf("%+v left: %v", o.Message, err)
					}
				case Emit:
					p, ok := o.Event.(fleet.FilePart)
					if !ok {
						continue
					}
					if p.Offset != parts[p.Intent] || p.Offset+int64(len(p.Data)) > p.Size {
						t.Fatalf("%d octets at %d of %d after %d", len(p.Data), p.Offset, p.Size, parts[p.Intent])
					}
					parts[p.Intent] += int64(len(p.Data))
				}
			}
		}
		say := func(m message.Message) { take(feed(s, e, now, worldAddr.Addr.String(), m)) }
		beat := &common.MessageHeartbeat{Autopilot: 12, Type: minimal.MAV_TYPE_QUADROTOR, CustomMode: uint32(px4Hold), SystemStatus: 3}
		say(beat)
		say(&common.MessageAutopilotVersion{Uid: 5, Capabilities: common.MAV_PROTOCOL_CAPABILITY_FTP * common.MAV_PROTOCOL_CAPABILITY(which&1)})
		acts := []fleet.Act{fleet.ListFiles{Path: "log"}, fleet.FetchFile{Path: "f", Most: 5000, Verify: true}, fleet.ListLogs{},
			fleet.FetchLog{Log: fleet.FlightLog{ID: 1, Size: 3000}}, fleet.FindWords{}}
		take(s.Step(now, IntentIn{fleet.Intent{ID: "I", Vehicle: "V07", Act: acts[int(which)%len(acts)]}}))
		for steps := 0; len(data) > 1 && steps < 200; steps++ {
			kind, wait := data[0], data[1]
			data = data[2:]
			n := min(len(data), 60)
			body := data[:n]
			data = data[n:]
			now = now.Add(time.Duration(wait) * 10 * time.Millisecond)
			if steps%8 == 7 {
				say(beat)
			}
			var raw [64]byte
			copy(raw[:], body)
			switch kind {
			case 110:
				m := &common.MessageFileTransferProtocol{}
				copy(m.Payload[:], body)
				say(m)
			case 118:
				say(&common.MessageLogEntry{Id: uint16(raw[0]), NumLogs: uint16(raw[1]), LastLogNum: uint16(raw[2]), Size: uint32(raw[3]) << 8, TimeUtc: uint32(raw[4]) << 24})
			case 120:
				m := &common.MessageLogData{Id: uint16(raw[0]), Ofs: uint32(raw[1]) * 90, Count: raw[2]}
				copy(m.Data[:], body)
				say(m)
			case 141:
				say(&common.MessageComponentMetadata{Uri: string(body)})
			case 154:
				m := &common.MessageEvent{Id: binary.LittleEndian.Uint32(raw[:]), Sequence: binary.LittleEndian.Uint16(raw[4:]), LogLevels: raw[6]}
				copy(m.Arguments[:], raw[7:])
				say(m)
			case 155:
				say(&common.MessageCurrentEventSequence{Sequence: binary.LittleEndian.Uint16(raw[:]), Flags: common.MAV_EVENT_CURRENT_SEQUENCE_FLAGS(raw[2])})
			default:
				say(&common.MessageResponseEventError{TargetSystem: 255, TargetComponent: 190, Sequence: binary.LittleEndian.Uint16(raw[:]), SequenceOldestAvailable: binary.LittleEndian.Uint16(raw[2:])})
			}
			if len(s.hearing.held) > heldMax {
				t.Fatalf("%d events are held", len(s.hearing.held))
			}
		}
		for range 20 {
			now = now.Add(2 * time.Second)
			take(s.Step(now, Tick{}))
		}
	})
}
