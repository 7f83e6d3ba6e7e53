package station

import (
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/hangar"
	"groundstation/mavlink"
	"groundstation/mission"
)

// The tap sees what comes from a registered system and what goes to it, octet by octet, and nothing of strangers.
func TestTheTapSeesBothDirectionsOfRegisteredSystems(t *testing.T) {
	type seen struct {
		of    string
		frame string
		out   bool
	}
	var got []seen
	now := time.Unix(1_795_000_000, 0)
	core := NewCore(Config{Registry: registry, Session: mavlink.DefaultConfig(), Limits: hangar.DefaultLimits(),
		Tap: func(at time.Time, of string, frame []byte, out bool) {
			if !at.Equal(now) {
				t.Errorf("at %v, the Step is at %v", at, now)
			}
			got = append(got, seen{of, string(frame), out})
		}}, mission.State{}, now)
	core.Step(now, Tick{})
	encode := func(system uint8, m message.Message) []byte {
		b, err := mavlink.NewEncoder(system, 1).Encode(nil, m)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	beat := &common.MessageHeartbeat{Type: common.MAV_TYPE_QUADROTOR, Autopilot: common.MAV_AUTOPILOT_PX4, MavlinkVersion: 3}
	ours, unknown := encode(7, beat), encode(7, beat)
	unknown[7], unknown[8] = 0x12, 0x70 // of an id in no dialect
	in := append(append(append([]byte{}, ours...), encode(9, beat)...), unknown...)
	got = nil
	var sent []string
	for _, o := range core.Step(now, Datagram{Bytes: in}) {
		if w, ok := o.(Write); ok {
			sent = append(sent, string(w.Bytes))
		}
	}
	var came, went []string
	for _, s := range got {
		switch {
		case s.of != "V01":
			t.Errorf("a frame of %q", s.of)
		case s.out:
			went = append(went, s.frame)
		default:
			came = append(came, s.frame)
		}
	}
	if len(came) != 2 || came[0] != string(ours) || came[1] != string(unknown) {
		t.Errorf("in: %x", came)
	}
	if len(sent) == 0 || len(went) != len(sent) {
		t.Fatalf("out: %d frames, written %d", len(went), len(sent))
	}
	for i := range sent {
		if went[i] != sent[i] {
			t.Errorf("out %d: %x, written %x", i, went[i], sent[i])
		}
	}
}
