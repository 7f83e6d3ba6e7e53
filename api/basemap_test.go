package api

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"groundstation/account"
	"groundstation/internal/basemap"
)

func TestTheBasemapIsServedToWhoIsSignedIn(t *testing.T) {
	d := newDoor(t)
	path := Prefix + "/basemap"
	ask := func() (b Basemap) {
		t.Helper()
		resp, answer := d.do("GET", path, "", by(account.Viewer, d))
		if err := json.Unmarshal(answer, &b); err != nil || resp.StatusCode != 200 {
			t.Fatalf("%d %s", resp.StatusCode, answer)
		}
		return b
	}
	if b := ask(); b.Pictures {
		t.Errorf("%+v without one", b)
	}

	dir := t.TempDir()
	var tile bytes.Buffer
	if err := png.Encode(&tile, image.NewPaletted(image.Rect(0, 0, 256, 256), color.Palette{color.Gray{90}})); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "4/13"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "4/13/6.png"), tile.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	m, err := basemap.Open(dir, "survey office")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Close() })
	d.handler.cfg.Basemap = m
	if b := ask(); !b.Pictures || b.MinZoom != 4 || b.Attribution != "survey office" || b.TileSize != 256 {
		t.Errorf("%+v", b)
	}
	resp, got := d.do("GET", path+"/4/13/6", "", by(account.Viewer, d))
	if h := resp.Header; resp.StatusCode != 200 || !bytes.Equal(got, tile.Bytes()) || h.Get("Content-Type") != "image/png" || h.Get("Cache-Control") != "private, max-age=3600" || h.Get("Content-Security-Policy") == "" {
		t.Errorf("%d %v", resp.StatusCode, h)
	}
	for at, want := range map[string]int{"/4/13/7": 404, "/4/99/6": 404, "/23/0/0": 422, "/4/13/..%2f..%2f6": 422} {
		if resp, _ := d.do("GET", path+at, "", by(account.Viewer, d)); resp.StatusCode != want {
			t.Errorf("%s: %d, want %d", at, resp.StatusCode, want)
		}
	}
	if resp, _ := d.do("GET", path+"/4/13/6", ""); resp.StatusCode != 401 {
		t.Errorf("to anybody: %d", resp.StatusCode)
	}
}
