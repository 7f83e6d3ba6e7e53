package api

import (
	"bytes"
	"context"
	"encoding/json"
	"image/jpeg"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"groundstation/account"
	pictures "groundstation/video"
	"groundstation/video/hls"
	"groundstation/video/rig"
	"groundstation/video/still"
)

// film gives the door real cameras: V01 of a vehicle, H01/outside of a dock, yard of nobody, H01/inside that has no
// address. What it returns shuts the gate of V01.
func film(t *testing.T, d *door) *atomic.Bool {
	t.Helper()
	shut, at := new(atomic.Bool), rig.Camera(t)
	hub := rig.Hub(t, pictures.Options{Gate: func(id string) pictures.Verdict {
		return pictures.Verdict{Show: id != "V01" || !shut.Load(), Record: true, Code: "no-record-zone", Why: "a school is in the picture"}
	}}, pictures.Source{ID: "V01", URL: at}, pictures.Source{ID: "H01/outside", URL: at + "/h265"}, pictures.Source{ID: "yard", URL: at}, pictures.Source{ID: "H01/inside"})
	shows, done := context.WithCancel(context.Background())
	streams := hls.New(shows, func(id string) (hls.Reader, error) { return hub.View(id) }, discard)
	d.handler.cfg.Cameras, d.handler.cfg.HLS, d.handler.cfg.Video = hub, streams, hub
	d.handler.cfg.Stills = still.New(func(id string) (still.Reader, error) { return hub.View(id) })
	t.Cleanup(func() {
		done()
		streams.Wait()
	})
	return shut
}

func TestCameras(t *testing.T) {
	d := newDoor(t)
	shut := film(t, d)
	get := func(path string) (*http.Response, []byte) {
		t.Helper()
		resp, answer := d.do("GET", Prefix+path, "", by(account.Viewer, d))
		if bytes.Contains(answer, []byte("rtsp://")) || bytes.Contains(answer, []byte("127.0.0.1")) {
			t.Errorf("%s tells the camera's address: %.300s", path, answer)
		}
		return resp, answer
	}
	began := time.Now()

	resp, key := get("/cameras/V01/key")
	if resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "video/h264" || resp.Header.Get("Cache-Control") != "no-store" || !bytes.HasPrefix(key, []byte{0, 0, 0, 1, 0x67}) {
		t.Fatalf("key: %d %v % x", resp.StatusCode, resp.Header, key[:min(len(key), 8)])
	}
	if at, err := time.Parse(time.RFC3339Nano, resp.Header.Get(arrivedAt)); err != nil || at.Before(began) || at.After(time.Now()) {
		t.Errorf("key: came at %q: %v", resp.Header.Get(arrivedAt), err)
	}
	if resp, _ = get("/cameras/H01%2Foutside/key"); resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "video/h265" {
		t.Errorf("a dock's key: %d %v", resp.StatusCode, resp.Header)
	}
	resp, photo := get("/cameras/H01%2Foutside/snapshot?width=160")
	if size, err := jpeg.DecodeConfig(bytes.NewReader(photo)); err != nil || size.Width != 160 || resp.Header.Get("Content-Type") != "image/jpeg" || !strings.Contains(resp.Header.Get("Content-Disposition"), "H01-outside_20") {
		t.Errorf("snapshot: %d %v %v %v", resp.StatusCode, resp.Header, size, err)
	}
	if resp, answer := get("/cameras/V01/snapshot?width=5"); resp.StatusCode != 422 || problemOf(t, answer).Code != "invalid" {
		t.Errorf("a narrow snapshot: %d %s", resp.StatusCode, answer)
	}
	if resp, list := get("/cameras/V01/hls/index.m3u8"); resp.StatusCode != 200 || resp.Header.Get("Content-Type") != playlistType || !bytes.Contains(list, []byte("avc1.")) {
		t.Errorf("HLS: %d %v %s", resp.StatusCode, resp.Header, list)
	}
	if resp, answer := get("/cameras/V01/hls/gone.mp4"); resp.StatusCode != 404 || problemOf(t, answer).Code != "unknown-file" {
		t.Errorf("HLS of nothing: %d %s", resp.StatusCode, answer)
	}

	shut.Store(true)
	for _, path := range []string{"/cameras/V01/key", "/cameras/V01/snapshot", "/cameras/V01/hls/index.m3u8"} {
		if resp, answer := get(path); resp.StatusCode != 409 || problemOf(t, answer).Code != "no-record-zone" || !strings.Contains(string(answer), "a school") {
			t.Errorf("%s behind a shut gate: %d %s", path, resp.StatusCode, answer)
		}
	}
	for _, path := range []string{"/cameras/V99/key", "/cameras/H01%2Finside/snapshot", "/cameras/V99/hls/index.m3u8"} {
		if resp, answer := get(path); resp.StatusCode != 404 || problemOf(t, answer).Code != "unknown-camera" {
			t.Errorf("%s: %d %s", path, resp.StatusCode, answer)
		}
	}
	resp, answer := get("/cameras")
	var all []CameraItem
	if err := json.Unmarshal(answer, &all); err != nil || resp.StatusCode != 200 {
		t.Fatalf("%d %s %v", resp.StatusCode, answer, err)
	}
	all[1].State = "" // the camera of the dock may be warm or not
	for i, want := range []CameraItem{
		{ID: "H01/inside", Dock: "H01", View: "inside", State: "absent"},
		{ID: "H01/outside", Dock: "H01", View: "outside", Codec: "h265"},
		{ID: "V01", Vehicle: "V01", State: "gated", Codec: "h264", Code: "no-record-zone", Why: "a school is in the picture"},
		{ID: "yard", State: "cold"},
	} {
		if all[i] != want {
			t.Errorf("%+v, want %+v", all[i], want)
		}
	}
}

func TestNoFFmpegNoSnapshot(t *testing.T) {
	d := newDoor(t)
	film(t, d)
	t.Setenv("PATH", t.TempDir())
	if resp, answer := d.do("GET", Prefix+"/cameras/V01/snapshot", "", by(account.Viewer, d)); resp.StatusCode != 503 || problemOf(t, answer).Code != "no-transcoder" {
		t.Errorf("%d %s", resp.StatusCode, answer)
	}
}

func TestNoVideoHere(t *testing.T) {
	d := newDoor(t)
	if resp, answer := d.do("GET", Prefix+"/cameras", "", by(account.Viewer, d)); resp.StatusCode != 200 || strings.TrimSpace(string(answer)) != "[]" {
		t.Errorf("%d %s", resp.StatusCode, answer)
	}
	for _, file := range []string{"key", "snapshot", "hls/index.m3u8"} {
		if resp, answer := d.do("GET", Prefix+"/cameras/V01/"+file, "", by(account.Viewer, d)); resp.StatusCode != 503 || problemOf(t, answer).Code != "unavailable" {
			t.Errorf("%s: %d %s", file, resp.StatusCode, answer)
		}
	}
}
