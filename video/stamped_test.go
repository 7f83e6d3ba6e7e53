package video_test

import (
	"errors"
	"sync/atomic"
	"testing"

	"github.com/pion/webrtc/v4"

	"groundstation/video"
	"groundstation/video/recode"
	"groundstation/video/rig"
	"groundstation/video/unit"
)

// A stamped picture is made once for all who see it, counts as one that is transcoded, and stands behind the gate of its camera.
func TestAStampedPictureIsMadeOnceBehindTheSameGate(t *testing.T) {
	at := rig.Camera(t)
	var shut atomic.Bool
	h := rig.Hub(t, video.Options{Recoding: video.Recoding{Max: 1, Width: 320}, Gate: func(string) video.Verdict {
		return video.Verdict{Show: !shut.Load(), Code: "zone", Why: "a zone"}
	}}, video.Source{ID: "V01", URL: at})
	if err := h.Stamping(); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Stamp("V99", "消防"); !errors.Is(err, video.ErrUnknownSource) {
		t.Errorf("a camera that is none: %v", err)
	}
	id, err := h.Stamp("V01", "消防 · V01")
	if again, _ := h.Stamp("V01", "消防 · V01"); err != nil || again != id {
		t.Fatal(id, again, err)
	}
	other, err := h.Stamp("V01", "警察 · V01")
	if err != nil || other == id {
		t.Fatal(other, err)
	}
	first, viewer := see(t, h, id)
	<-first.Packets
	tap, err := h.View(id)
	if err != nil {
		t.Fatal(err)
	}
	defer tap.Close()
	if u, err := tap.Next(t.Context()); err != nil || u.Track.Codec != unit.H264 || u.Track.Width != 320 {
		t.Errorf("%+v %v", u, err)
	}
	if s := h.Stats().Sources[0]; !s.Recoding || s.Readers != 1 || h.Recoded(viewer) || h.Layered(viewer) {
		t.Errorf("%+v", s)
	}
	if _, _, err := h.Play(t.Context(), other, rig.NewBrowser(t, webrtc.Configuration{}, older).Offer(t)); !errors.Is(err, video.ErrRecoders) {
		t.Errorf("one more than may be: %v", err)
	}
	if _, err := h.View(other); !errors.Is(err, video.ErrRecoders) {
		t.Errorf("one more than may be: %v", err)
	}
	shut.Store(true)
	if err := h.Shown(id); !errors.Is(err, video.ErrGated) {
		t.Error(err)
	}
	for len(first.Packets) > 0 {
		<-first.Packets
	}
	shut.Store(false)
	<-first.Packets
}

func TestWithoutATranscoderNothingIsStamped(t *testing.T) {
	at := rig.Camera(t)
	off := rig.Hub(t, video.Options{}, video.Source{ID: "V01", URL: at})
	if _, err := off.Stamp("V01", "Li"); !errors.Is(err, recode.ErrNoFFmpeg) || !errors.Is(off.Stamping(), recode.ErrNoFFmpeg) {
		t.Errorf("switched off: %v", err)
	}
	h := rig.Hub(t, video.Options{Recoding: video.Recoding{Max: 1, Width: 320}}, video.Source{ID: "V01", URL: at})
	id, err := h.Stamp("V01", "Li")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", t.TempDir())
	offer := rig.NewBrowser(t, webrtc.Configuration{}, older).Offer(t)
	if _, _, err := h.Play(t.Context(), id, offer); !errors.Is(err, recode.ErrNoFFmpeg) {
		t.Errorf("ffmpeg is gone: %v", err)
	}
	if _, err := h.View(id); !errors.Is(err, recode.ErrNoFFmpeg) {
		t.Errorf("ffmpeg is gone: %v", err)
	}
}
