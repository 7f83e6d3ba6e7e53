package api

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"math"
	"testing"

	"groundstation/account"
	"groundstation/fleet"
	"groundstation/internal/geo"
)

func TestTheGroundIsServedToWhoIsSignedIn(t *testing.T) {
	d := newDoor(t)
	path := Prefix + "/terrain"
	ask := func() (got Terrain) {
		t.Helper()
		resp, answer := d.do("GET", path, "", by(account.Viewer, d))
		if err := json.Unmarshal(answer, &got); err != nil || resp.StatusCode != 200 {
			t.Fatalf("%d %s", resp.StatusCode, answer)
		}
		return got
	}
	if got := ask(); got != (Terrain{}) {
		t.Errorf("%+v without one", got)
	}
	if resp, _ := d.do("GET", path+"/heights", "", by(account.Viewer, d)); resp.StatusCode != 404 {
		t.Errorf("heights of none: %d", resp.StatusCode)
	}
	none := float32(math.NaN())
	heights := []float32{4, 5.5, none, 3, 4, 4.25}
	g, err := geo.NewGrid(3, 2, 120.4, 32.5, 0.001, heights)
	if err != nil {
		t.Fatal(err)
	}
	d.handler.cfg.Registry.Terrain = fleet.Terrain{Grid: g, ErrorM: 1.5, Beyond: true}
	if got, want := ask(), (Terrain{Surveyed: true, Cols: 3, Rows: 2, West: 120.4, South: 32.5, Cell: 0.001, ErrorM: 1.5, Beyond: true}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	resp, answer := d.do("GET", path+"/heights", "", by(account.Viewer, d))
	got := make([]float32, 6)
	if err := binary.Read(bytes.NewReader(answer), binary.LittleEndian, got); err != nil || resp.StatusCode != 200 || len(answer) != 24 {
		t.Fatalf("%d, %d octets, %v", resp.StatusCode, len(answer), err)
	}
	for i, h := range heights {
		if math.Float32bits(got[i]) != math.Float32bits(h) {
			t.Errorf("height %d is %v, want %v", i, got[i], h)
		}
	}
	tag := resp.Header.Get("ETag")
	if resp, answer := d.do("GET", path+"/heights", "", by(account.Viewer, d), header("If-None-Match", tag)); resp.StatusCode != 304 || len(answer) != 0 || tag == "" {
		t.Errorf("asked again with its tag %q: %d, %d octets", tag, resp.StatusCode, len(answer))
	}
	if resp, answer := d.do("GET", path+"/heights", "", by(account.Viewer, d), header("If-None-Match", `"another"`)); resp.StatusCode != 200 || len(answer) != 24 || resp.Header.Get("Cache-Control") != "private, no-cache" {
		t.Errorf("asked with the tag of others: %d, %d octets", resp.StatusCode, len(answer))
	}
	if resp, _ := d.do("GET", path+"/heights", "", header("If-None-Match", tag)); resp.StatusCode != 401 {
		t.Errorf("to anybody who knows the tag: %d", resp.StatusCode)
	}
	if resp, _ := d.do("GET", path+"/heights", ""); resp.StatusCode != 401 {
		t.Errorf("to anybody: %d", resp.StatusCode)
	}
}
