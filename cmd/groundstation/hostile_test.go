package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/mavlink"
	"groundstation/mission"
)

// TestBadInputThroughTheWholeStation sends what no honest client and no sound radio sends. Each gets a clear refusal,
// the fleet stays live and nothing that was accepted is lost.
func TestBadInputThroughTheWholeStation(t *testing.T) {
	t.Parallel()
	k := newKilled(t)
	k.untilLive()
	var kept mission.Incident
	k.call("POST", "/incidents", map[string]any{"title": "kept", "externalId": "110-1", "place": map[string]float64{"lat": 32.6, "lon": 120.5}}, &kept)
	for _, c := range []struct {
		name, method, path, kind string
		body                     io.Reader
		status                   int
	}{
		{"not JSON", "POST", "/incidents", "application/json", strings.NewReader("{title"), 400},
		{"NaN", "POST", "/incidents", "application/json", strings.NewReader(`{"title":"x","place":{"lat":NaN,"lon":120}}`), 400},
		{"latitude 91", "POST", "/incidents", "application/json", strings.NewReader(`{"title":"x","place":{"lat":91,"lon":120}}`), 422},
		{"a place of text", "POST", "/incidents", "application/json", strings.NewReader(`{"title":"x","place":"here"}`), 422},
		{"an unknown field", "POST", "/incidents", "application/json", strings.NewReader(`{"title":"x","palce":{},"place":{"lat":32,"lon":120}}`), 422},
		{"another content type", "POST", "/incidents", "text/plain", strings.NewReader(`{"title":"x","place":{"lat":32,"lon":120}}`), 415},
		{"50 MB", "POST", "/incidents", "application/json", io.LimitReader(endless{}, 50<<20), 413},
		{"50 MB as a plan", "POST", "/plans/import", "application/json", io.LimitReader(endless{}, 50<<20), 413},
		{"an unknown vehicle", "POST", "/vehicles/V99/hold", "application/json", strings.NewReader(`{}`), 404},
		{"a vehicle on the ground", "POST", "/vehicles/V03/hold", "application/json", strings.NewReader(`{}`), 409},
		{"an unknown sortie", "POST", "/sorties/S999999/confirm", "application/json", strings.NewReader(`{}`), 404},
		{"an unknown incident", "GET", "/incidents/I999999", "", nil, 404},
		{"an unknown path", "GET", "/nothing", "", nil, 404},
		{"an unknown method", "DELETE", "/incidents", "", nil, 405},
	} {
		status, answer, err := k.request(c.method, "/api/v1"+c.path, c.kind, c.body)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var problem struct{ Code, Message string }
		if err := json.Unmarshal(answer, &problem); err != nil || status != c.status || problem.Code == "" || problem.Message == "" {
			t.Errorf("%s: %d %.200s; want %d with a code and a message", c.name, status, answer, c.status)
		}
	}
	before := k.metric("groundstation_frames_bad_total")
	k.garbage(10_000)
	if !k.live() {
		t.Error("the fleet is not live after garbage on the link")
	}
	if after := k.metric("groundstation_frames_bad_total"); after-before < 1000 {
		t.Errorf("bad frames counted: %v before, %v after", before, after)
	}
	var all []mission.Incident
	k.call("GET", "/incidents", nil, &all)
	if len(all) != 1 || all[0].ID != kept.ID {
		t.Errorf("the incidents are %+v", all)
	}
	k.look()
	if len(k.truth.Accidents) != 0 {
		t.Errorf("accidents %v", k.truth.Accidents)
	}
}

// endless is a JSON text that never ends.
type endless struct{}

func (endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = '['
	}
	return len(b), nil
}

// metric reads one counter.
func (k *killed) metric(name string) (value float64) {
	k.t.Helper()
	_, text, err := k.request("GET", "/metrics", "", nil)
	if err != nil {
		k.t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if n, _ := fmt.Sscanf(line, name+" %g", &value); n == 1 {
			return value
		}
	}
	k.t.Fatalf("no %s in %.300s", name, text)
	return 0
}

// garbage sends n datagrams from a stranger: noise, torn frames, frames with a wrong checksum, positions that are none,
// and orders in the station's own name.
func (k *killed) garbage(n int) {
	k.t.Helper()
	conn, err := net.Dial("udp", k.udp)
	if err != nil {
		k.t.Fatal(err)
	}
	defer conn.Close()
	rng := rand.New(rand.NewPCG(1, 2))
	encode := func(b []byte, err error) []byte {
		if err != nil {
			k.t.Fatal(err)
		}
		return b
	}
	vehicle, station := mavlink.NewEncoder(5, 1), mavlink.NewEncoder(255, 190)
	nan := float32(math.NaN())
	for i := range n {
		var b []byte
		switch i % 5 {
		case 0:
			b = make([]byte, rng.IntN(1400))
			for j := range b {
				b[j] = byte(rng.Uint32())
			}
		case 1:
			b = encode(vehicle.Encode(nil, &common.MessageAttitude{Roll: 1}))
			b = b[:1+rng.IntN(len(b)-1)]
		case 2:
			b = encode(vehicle.Encode(nil, &common.MessageAttitude{Roll: 1}))
			b[len(b)-1] ^= 0xff
		case 3:
			b = encode(vehicle.Encode(nil, &common.MessageAttitude{Roll: nan, Pitch: nan, Yaw: nan}))
		case 4:
			b = encode(station.Encode(nil, &common.MessageCommandLong{TargetSystem: 1, Command: common.MAV_CMD_COMPONENT_ARM_DISARM, Param1: 1}))
		}
		_, _ = conn.Write(b) // a full buffer of the kernel is the kernel's business
	}
}

// A key the station does not know ends it with the key and the one that was meant.
func TestAnUnknownKeyStopsTheStation(t *testing.T) {
	file := filepath.Join(t.TempDir(), "station.toml")
	if err := os.WriteFile(file, []byte("data_dir = \"x\"\n[http]\nadr = \"127.0.0.1:0\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), stationBinary(t), "serve", "--config", file).CombinedOutput()
	if err == nil || !bytes.Contains(out, []byte("http.adr")) || !bytes.Contains(out, []byte("http.addr")) {
		t.Errorf("%v: %s", err, out)
	}
}
