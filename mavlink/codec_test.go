package mavlink

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/development"
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/minimal"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/mavlink/dialect/hangar"
)

// goldenHeartbeat was captured on the wire from another program: the GCS heartbeat of 255/190, seq 0.
var goldenHeartbeat = func() []byte {
	b, _ := hex.DecodeString("fd09000000ffbe000000000000000608000403" + "3d48")
	return b
}()

func TestChecksumAgainstTheStandard(t *testing.T) {
	// CRC-16/MCRF4XX of "123456789" is 0x6F91; the extra byte is one more byte.
	if c := checksum([]byte("12345678"), '9'); c != 0x6F91 {
		t.Fatalf("%04x", c)
	}
}

func TestEncodeGolden(t *testing.T) {
	e := NewEncoder(StationSystem, StationComponent)
	beat := &common.MessageHeartbeat{Type: minimal.MAV_TYPE_GCS, Autopilot: minimal.MAV_AUTOPILOT_INVALID, SystemStatus: minimal.MAV_STATE_ACTIVE, MavlinkVersion: 3}
	b, err := e.Encode(nil, beat)
	if err != nil || !bytes.Equal(b, goldenHeartbeat) {
		t.Fatalf("%x %v", b, err)
	}
	if b, _ = e.Encode(nil, beat); b[4] != 1 {
		t.Fatal("the sequence did not go on")
	}
	if _, err := e.Encode(nil, &message.MessageRaw{ID: 60000}); err != ErrUnknownMessage {
		t.Fatalf("%v", err)
	}
}

func TestFastDecodersEqualTheReflectiveOne(t *testing.T) {
	d := testDecoder()
	rng := rand.New(rand.NewPCG(1, 2))
	for id, f := range fast {
		k := d.kinds.kind(id)
		for range 50 {
			var p [payloadMax]byte
			for i := range 64 {
				p[i] = byte(rng.UintN(256))
			}
			for i := 3; i < 64; i += 4 {
				p[i] &= 0x3F // no NaN: it is not equal to itself
			}
			want, err := k.rw.Read(&message.MessageRaw{Payload: p[:]}, true)
			if err != nil {
				t.Fatal(err)
			}
			if got := f(&p); !reflect.DeepEqual(got, want) {
				t.Fatalf("id %d:\n got %+v\nwant %+v", id, got, want)
			}
		}
	}
}

func TestEveryMessageSurvivesTheWire(t *testing.T) {
	d, e := &Decoder{kinds: allKinds()}, testEncoder(9, 7)
	for _, set := range [][]message.Message{development.Dialect.Messages, hangar.Dialect.Messages} {
		for _, m := range set {
			b, err := e.Encode(nil, m)
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			st := d.Split(b, func(f Frame) {
				n++
				if f.System != 9 || f.Component != 7 || !f.V2 || !f.Checked || f.ID != m.GetID() || !reflect.DeepEqual(f.Message, m) {
					t.Errorf("%T: %+v", m, f)
				}
			})
			if n != 1 || st != (Stats{Frames: 1}) {
				t.Errorf("%T: %+v", m, st)
			}
		}
	}
}

// datagram is frames of one vehicle in one datagram.
func datagram(t testing.TB, msgs ...message.Message) []byte {
	t.Helper()
	var b []byte
	e := testEncoder(7, 1)
	for _, m := range msgs {
		var err error
		if b, err = e.Encode(b, m); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

// unknownFrame has an id of no dialect.
func unknownFrame() []byte {
	return []byte{0xFD, 3, 0, 0, 5, 7, 1, 0x61, 0xEA, 0, 1, 2, 3, 0xAA, 0xBB}
}

func TestSplit(t *testing.T) {
	beat := &common.MessageHeartbeat{Autopilot: minimal.MAV_AUTOPILOT_PX4}
	one := datagram(t, beat)
	two := datagram(t, beat, &common.MessageAttitude{Roll: 1})
	bad := bytes.Clone(one)
	bad[12] ^= 1
	signed := bytes.Clone(one)
	signed[2] = 1
	signed = signed[:len(signed)-2]
	sum := checksum(signed[1:], 50)
	signed = append(append(signed, byte(sum), byte(sum>>8)), make([]byte, 13)...)
	odd := bytes.Clone(one)
	odd[2] = 4
	v1 := []byte{0xFE, 9, 1, 7, 1, 0, 0, 0, 0, 0, 2, 12, 0x1d, 3, 3}
	sum = checksum(v1[1:], 50)
	v1 = append(v1, byte(sum), byte(sum>>8))
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	for _, c := range []struct {
		name  string
		in    []byte
		calls int
		want  Stats
	}{
		{"nothing", nil, 0, Stats{}},
		{"one", one, 1, Stats{Frames: 1}},
		{"two", two, 2, Stats{Frames: 2}},
		{"version 1", v1, 1, Stats{Frames: 1}},
		{"signed, then plain", join(signed, one), 2, Stats{Frames: 2}},
		{"unknown between two", join(one, unknownFrame(), one), 3, Stats{Frames: 2, Unknown: 1}},
		{"garbage around", join([]byte{1, 2, 3}, one, []byte{4}), 1, Stats{Frames: 1, Garbage: 4}},
		{"truncated", one[:len(one)-1], 0, Stats{Bad: 1, Garbage: uint64(len(one) - 2)}},
		{"unknown incompatibility flag", join(odd, one), 1, Stats{Frames: 1, Bad: 1, Garbage: uint64(len(one) - 1)}},
		{"bad, then good", join(bad, one), 1, Stats{Frames: 1, Bad: 1, Garbage: uint64(len(one) - 1)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			calls := 0
			got := NewDecoder().Split(c.in, func(Frame) { calls++ })
			if got != c.want || calls != c.calls {
				t.Fatalf("%d calls, %+v, want %d, %+v", calls, got, c.calls, c.want)
			}
		})
	}
}

func TestSplitGivesUpOnADatagramOfMarkers(t *testing.T) {
	st := testDecoder().Split(bytes.Repeat([]byte{0xFD, 0}, 2000), func(Frame) {})
	if st.Bad > badMax {
		t.Fatalf("%+v", st)
	}
}

func TestDecodingLeavesTheDatagramAlone(t *testing.T) {
	b := datagram(t, &common.MessageHeartbeat{}, &common.MessageStatustext{Text: "hello"}, &common.MessageAttitude{Roll: 1})
	before := bytes.Clone(b)
	testDecoder().Split(b, func(Frame) {})
	if !bytes.Equal(b, before) {
		t.Fatal("the datagram was written to")
	}
}

func FuzzSplit(f *testing.F) {
	f.Add(datagram(f, &common.MessageHeartbeat{}, &common.MessageAttitude{Roll: 1}))
	f.Add(unknownFrame())
	f.Add([]byte{0xFE, 0, 0, 0, 0, 0, 0, 0})
	f.Add(bytes.Repeat([]byte{0xFD}, 300))
	f.Fuzz(func(t *testing.T, b []byte) {
		before := bytes.Clone(b)
		s, k := NewSession(worldSpec, DefaultConfig()), NewDockSession(dockSpec, DefaultConfig())
		s.link.heartbeat(worldStart, worldAddr, false, &s.cfg)
		k.link.heartbeat(worldStart, worldAddr, false, &k.cfg)
		var frames, unknown uint64
		st := testDecoder().Split(b, func(fr Frame) {
			if fr.Checked {
				frames++
			} else {
				unknown++
			}
			fr.System, fr.Component = worldSpec.SystemID, 1
			s.Step(worldStart, &FrameIn{Frame: fr, Source: worldAddr})
			fr.System = dockSpec.SystemID
			k.Step(worldStart, &FrameIn{Frame: fr, Source: worldAddr})
		})
		if st.Frames != frames || st.Unknown != unknown || st.Garbage > uint64(len(b)) || !bytes.Equal(b, before) {
			t.Fatalf("%+v, %d frames, %d unknown, %d bytes", st, frames, unknown, len(b))
		}
	})
}

// telemetryMix is a second of what a vehicle sends with the default streams, a frame per datagram.
func telemetryMix(b *testing.B) [][]byte {
	var out [][]byte
	e := testEncoder(7, 1)
	add := func(n int, m message.Message) {
		for range n {
			d, err := e.Encode(nil, m)
			if err != nil {
				b.Fatal(err)
			}
			out = append(out, d)
		}
	}
	add(15, &common.MessageGlobalPositionInt{TimeBootMs: 5, Lat: 325333000, Lon: 1204667000, Alt: 54000, Hdg: 9000})
	add(10, &common.MessageAttitude{TimeBootMs: 5, Roll: 0.1, Pitch: 0.1, Yaw: 1})
	add(5, &common.MessageExtendedSysState{LandedState: 2})
	add(5, &common.MessageCurrentMode{CustomMode: uint32(px4Mission)})
	add(5, &common.MessageGimbalDeviceAttitudeStatus{Q: [4]float32{1}})
	add(2, &common.MessageMissionCurrent{Seq: 1, Total: 5, MissionState: 3})
	add(2, &common.MessagePositionTargetGlobalInt{LatInt: 325333000})
	add(2, &common.MessageGpsRawInt{FixType: 3})
	add(1, &common.MessageBatteryStatus{BatteryRemaining: 80})
	add(1, &common.MessageHeartbeat{Autopilot: minimal.MAV_AUTOPILOT_PX4, CustomMode: uint32(px4Mission)})
	add(1, &common.MessageSysStatus{})
	add(1, &common.MessageHomePosition{Latitude: 325333000, Longitude: 1204667000})
	return out
}

func BenchmarkSplit(b *testing.B) {
	mix, d := telemetryMix(b), testDecoder()
	b.ReportAllocs()
	for i := range b.N {
		d.Split(mix[i%len(mix)], func(Frame) {})
	}
}

// BenchmarkSession is the whole way of a frame of telemetry: splitter, decoder, session.
func BenchmarkSession(b *testing.B) {
	mix, d := telemetryMix(b), testDecoder()
	cfg := DefaultConfig()
	cfg.Streams = nil
	s := NewSession(worldSpec, cfg)
	now := worldStart
	b.ReportAllocs()
	for i := range b.N {
		now = now.Add(20 * time.Millisecond)
		m := mix[i%len(mix)]
		m[4] = byte(i)
		sum := checksum(m[1:len(m)-2], d.kinds.kind(uint32(m[7])|uint32(m[8])<<8).extra)
		m[len(m)-2], m[len(m)-1] = byte(sum), byte(sum>>8)
		d.Split(m, func(f Frame) { s.Step(now, &FrameIn{Frame: f, Source: worldAddr}) })
		s.Deadline()
	}
}

func TestAFrameGivesItsOwnOctets(t *testing.T) {
	a, b := datagram(t, &common.MessageHeartbeat{}), datagram(t, &common.MessageAttitude{Roll: 1})
	var raw [][]byte
	var sums []uint16
	testDecoder().Split(slices.Concat([]byte{1, 2}, a, b, unknownFrame()), func(f Frame) {
		raw, sums = append(raw, bytes.Clone(f.Raw)), append(sums, f.sum())
	})
	want := [][]byte{a, b, unknownFrame()}
	if !slices.EqualFunc(raw, want, bytes.Equal) {
		t.Fatalf("%x, want %x", raw, want)
	}
	for i, w := range want {
		if sums[i] != binary.LittleEndian.Uint16(w[len(w)-2:]) {
			t.Errorf("frame %d: checksum %04x", i, sums[i])
		}
	}
}
