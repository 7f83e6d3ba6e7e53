package simulator

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"math"
	"os/exec"
	"testing"
	"time"

	"groundstation/mavlink/dialect/hangar"
	"groundstation/simulator/camera"
)

// What the cameras are told follows the world: who is out of its dock is seen, the lamp is on while the dock works.
func TestTheCamerasAreToldWhatTheWorldIs(t *testing.T) {
	cfg := city(t)
	w := NewWorld(cfg, time.Date(2026, 6, 21, 4, 0, 0, 0, time.UTC))
	d := w.docks[2]
	find := func(id string) *camera.Thing {
		scene := w.sights()["V01"].Scene
		for i := range scene.Things {
			if scene.Things[i].ID == id {
				return &scene.Things[i]
			}
		}
		return nil
	}
	if len(cfg.Obstacle) == 0 || w.skyline == nil || w.sights()["V01"].Scene.Skyline != w.skyline {
		t.Error("the cameras are not told what stands")
	}
	id := d.resident.at.ID
	in := w.sights()[d.at.ID+camera.InsidePath].Inside
	if in.Light || in.LidOpen != 0 || in.Clamps != 1 || in.Vehicle != id || in.Daylight != 1 {
		t.Errorf("at rest the dock's inside is %+v", in)
	}
	if find(id) != nil || find(d.at.ID) == nil {
		t.Error("a vehicle is seen through a closed lid, or the dock is not")
	}
	d.lid.open, d.clamps, d.state = 0.6, 0.2, hangar.DOCK_STATE_OPENING
	in = w.sights()[d.at.ID+camera.InsidePath].Inside
	if !in.Light || in.LidOpen != 0.6 || in.Clamps != 0.2 {
		t.Errorf("while it opens the dock's inside is %+v", in)
	}
	if v := find(id); v == nil || v.AltM < 0.3 || v.AltM > 1 {
		t.Errorf("under an open lid the vehicle is %+v", v)
	}
	if lid := find(d.at.ID); lid.LidOpen != 0.6 {
		t.Errorf("the lid is seen %v open", lid.LidOpen)
	}
	mast := w.sights()[d.at.ID+camera.OutsidePath]
	way := sub(d.ground, d.pad)
	if math.Abs(turn(mast.HeadingDeg, heading(way.E, way.N))) > 0.1 || mast.AltM != mastHighM {
		t.Errorf("the mast looks to %v from %v m", mast.HeadingDeg, mast.AltM)
	}
	d.mains, d.ups = false, 0
	if w.sights()[d.at.ID+camera.InsidePath].Inside.Light {
		t.Error("a dock without power has light")
	}
}

// A vehicle's two cameras and a dock's two are played over real sockets.
func TestEveryCameraOfTheCityIsServed(t *testing.T) {
	cfg := city(t)
	cfg.Station, cfg.PortBase, cfg.Control, cfg.RTSP = "", 0, "", "127.0.0.1:0"
	s, err := Listen(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	for path, name := range map[string]string{"V01": "V01", "V01/thermal/h265": "V01", "H03/inside": "H03/inside", "H03/outside": "H03/outside"} {
		var out, complaint bytes.Buffer
		limit, cancel := context.WithTimeout(t.Context(), time.Minute)
		cmd := exec.CommandContext(limit, "ffmpeg", "-nostdin", "-loglevel", "error", "-rtsp_transport", "tcp", "-i", "rtsp://"+s.rtsp.Addr().String()+"/"+path,
			"-frames:v", "2", "-f", "rawvideo", "-pix_fmt", "gray", "-")
		cmd.Stdout, cmd.Stderr = &out, &complaint
		err := cmd.Run()
		cancel()
		picture := make([]byte, camera.Width*camera.Height)
		if _, short := io.ReadFull(&out, picture); err != nil || short != nil {
			t.Errorf("%s: %v", path, errors.Join(err, short, errors.New(complaint.String())))
			continue
		}
		code, err := camera.ReadTimecode(func(x, y int) uint8 { return picture[y*camera.Width+x] }, camera.Width, camera.Height)
		if err != nil || code.Tag != camera.Tag(name) {
			t.Errorf("%s: the timecode reads %v, %v", path, code, err)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
