//go:build interop

package signing_test

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/mavlink"
	"groundstation/mavlink/signing"
)

// node asks node-mavlink, which `make test-interop` installs.
type node struct {
	t   *testing.T
	in  *json.Encoder
	out *bufio.Reader
}

type question struct {
	Op    string `json:"op"`
	Key   string `json:"key"`
	Link  int    `json:"link"`
	AtMS  int64  `json:"atMs"`
	Seq   int    `json:"seq"`
	Bytes string `json:"bytes"`
}

type checked struct {
	ID, System, Component int
	Link                  int
	Timestamp             int64
	Matches               bool
	SecretKey             string
	Target                int
}

func startNode(t *testing.T) *node {
	t.Helper()
	cmd := exec.Command("node", "interop/peer.mjs")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	})
	return &node{t, json.NewEncoder(in), bufio.NewReader(out)}
}

func (n *node) ask(q question, answer any) {
	n.t.Helper()
	if err := n.in.Encode(q); err != nil {
		n.t.Fatal(err)
	}
	line, err := n.out.ReadBytes('\n')
	if err != nil {
		n.t.Fatalf("node-mavlink does not answer: %v", err)
	}
	if err := json.Unmarshal(line, answer); err != nil {
		n.t.Fatal(err)
	}
}

func keyOf(t *testing.T, digits string) signing.Key {
	t.Helper()
	k, err := signing.ParseKey(strings.Repeat(digits, 8))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

var noonOf = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// node-mavlink computes the checksums and signatures of what is sent here itself.
func TestFramesSignedHereVerifyWithNodeMavlink(t *testing.T) {
	n := startNode(t)
	key, wrong := keyOf(t, "01a2b3c4"), keyOf(t, "01a2b3c5")
	enc, signer := mavlink.NewEncoder(mavlink.StationSystem, mavlink.StationComponent), signing.NewSigner(key, 0)
	var octets [signing.KeySize]uint8
	copy(octets[:], wrong.Octets())
	all := []message.Message{
		&common.MessageHeartbeat{Type: common.MAV_TYPE_GCS, Autopilot: common.MAV_AUTOPILOT_INVALID, MavlinkVersion: 3},
		&common.MessageCommandLong{TargetSystem: 7, TargetComponent: 1, Command: common.MAV_CMD_COMPONENT_ARM_DISARM, Param1: 1},
		&common.MessageSystemTime{},
		&common.MessageStatustext{Text: strings.Repeat("x", 50), Id: 0xFDFD, ChunkSeq: 0xFE},
		&common.MessageSetupSigning{TargetSystem: 7, TargetComponent: 1, SecretKey: octets, InitialTimestamp: 1 << 40},
	}
	var bytes []byte
	for i, m := range all {
		b, err := enc.EncodeToSign(nil, m)
		if err != nil {
			t.Fatal(err)
		}
		bytes = append(bytes, signer.Append(b, uint8(1+i), noonOf)...)
	}
	for _, c := range []struct {
		key  signing.Key
		want bool
	}{{key, true}, {wrong, false}} {
		var got struct{ Frames []checked }
		n.ask(question{Op: "check", Key: c.key.Hex(), Bytes: hex.EncodeToString(bytes)}, &got)
		if len(got.Frames) != len(all) {
			t.Fatalf("%d of %d frames came through", len(got.Frames), len(all))
		}
		for i, f := range got.Frames {
			want := checked{ID: int(all[i].GetID()), System: 255, Component: 190, Link: 1 + i, Timestamp: int64(signing.At(noonOf)) + int64(i), Matches: c.want}
			if i == len(all)-1 {
				want.SecretKey, want.Target = wrong.Hex(), 7
			}
			if f != want {
				t.Errorf("frame %d with %v: %+v, want %+v", i, c.key, f, want)
			}
		}
	}
}

func TestFramesSignedByNodeMavlinkVerifyHere(t *testing.T) {
	n := startNode(t)
	key, wrong := keyOf(t, "01a2b3c4"), keyOf(t, "01a2b3c5")
	var got struct{ Frames []string }
	n.ask(question{Op: "sign", Key: key.Hex(), Link: 9, AtMS: noonOf.UnixMilli(), Seq: 250}, &got)
	if len(got.Frames) != 3 {
		t.Fatalf("%d frames", len(got.Frames))
	}
	good, bad := signing.NewVerifier(key, signing.Mark{}), signing.NewVerifier(wrong, signing.Mark{})
	good.Required, bad.Required = true, true
	frames := 0
	for i, h := range got.Frames {
		b, err := hex.DecodeString(h)
		if err != nil {
			t.Fatal(err)
		}
		st := mavlink.NewDecoder().Split(b, func(f mavlink.Frame) {
			frames++
			if v, by := good.Check(noonOf, f.Raw); v != signing.Signed || !by.Equal(key) {
				t.Errorf("frame %d: %s", i, v)
			}
			if v, _ := good.Check(noonOf, f.Raw); v != signing.Duplicate {
				t.Errorf("frame %d again: %s", i, v)
			}
			if v, _ := bad.Check(noonOf, f.Raw); v != signing.BadSignature {
				t.Errorf("frame %d with the wrong key: %s", i, v)
			}
		})
		if st.Bad+st.Garbage+st.Unknown != 0 {
			t.Errorf("frame %d: %+v", i, st)
		}
	}
	if want := signing.At(noonOf.Add(2 * time.Millisecond)); frames != 3 || good.Newest() != want {
		t.Errorf("%d frames, the newest at %d, want %d", frames, good.Newest(), want)
	}
}
