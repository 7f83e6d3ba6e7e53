package video_test

import (
	"errors"
	"sync/atomic"
	"testing"

	"github.com/pion/webrtc/v4"

	"groundstation/video"
	"groundstation/video/rig"
)

// older is what a browser plays that has no H.265.
var older = webrtc.RTPCodecParameters{PayloadType: 102, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeH264, ClockRate: 90000,
	SDPFmtpLine: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"}}

func see(t *testing.T, h *video.Hub, id string) (*rig.Browser, string) {
	t.Helper()
	b := rig.NewBrowser(t, webrtc.Configuration{}, older)
	answer, viewer, err := h.Play(t.Context(), id, b.Offer(t))
	if err != nil {
		t.Fatal(err)
	}
	b.Answer(t, answer)
	return b, viewer
}

func TestABrowserWithoutH265SeesItTranscoded(t *testing.T) {
	at := rig.Camera(t)
	var shut atomic.Bool
	h := rig.Hub(t, video.Options{Recoding: video.Recoding{Max: 1, Width: 320}, Gate: func(string) video.Verdict {
		return video.Verdict{Show: !shut.Load(), Code: "zone", Why: "a zone"}
	}}, video.Source{ID: "new", URL: at + "/h265"}, video.Source{ID: "other", URL: at + "/h265"}, video.Source{ID: "old", URL: at})

	first, one := see(t, h, "new")
	<-first.Packets
	second, two := see(t, h, "new")
	<-second.Packets
	plain, three := see(t, h, "old")
	<-plain.Packets
	if !h.Recoded(one) || !h.Recoded(two) || h.Recoded(three) || h.Recoded("nobody") {
		t.Error("it does not know who sees what")
	}
	for _, s := range h.Stats().Sources {
		if s.Recoding != (s.ID == "new") || s.ID == "new" && (s.Readers != 2 || s.Taps != 1) {
			t.Errorf("%+v", s)
		}
	}
	if _, _, err := h.Play(t.Context(), "other", rig.NewBrowser(t, webrtc.Configuration{}, older).Offer(t)); !errors.Is(err, video.ErrRecoders) {
		t.Errorf("one more than may be: %v", err)
	}

	// Behind a gate that was shut it goes on with a key picture, by another ffmpeg.
	shut.Store(true)
	if err := h.Shown("new"); !errors.Is(err, video.ErrGated) {
		t.Fatal(err)
	}
	for len(first.Packets) > 0 {
		<-first.Packets
	}
	shut.Store(false)
	<-first.Packets
	h.Stop(one)
	<-first.Closed
	<-second.Packets
}

func TestWithoutATranscoderH265IsSaidToBeUnplayable(t *testing.T) {
	at := rig.Camera(t)
	offer := rig.NewBrowser(t, webrtc.Configuration{}, older).Offer(t)
	if _, _, err := rig.Hub(t, video.Options{}, video.Source{ID: "new", URL: at + "/h265"}).Play(t.Context(), "new", offer); !errors.Is(err, video.ErrUnplayable) {
		t.Errorf("switched off: %v", err)
	}
	h := rig.Hub(t, video.Options{Recoding: video.Recoding{Max: 1, Width: 320}}, video.Source{ID: "new", URL: at + "/h265"})
	t.Setenv("PATH", t.TempDir())
	if _, _, err := h.Play(t.Context(), "new", offer); !errors.Is(err, video.ErrUnplayable) {
		t.Errorf("without ffmpeg: %v", err)
	}
}
