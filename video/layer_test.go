package video

import (
	"errors"
	"testing"
	"time"

	"github.com/bluenviron/mediacommon/v2/pkg/codecs/h264"
	"github.com/pion/rtp"
)

// width is that of the next key picture that a browser gets.
func width(t *testing.T, packets <-chan *rtp.Packet) int {
	t.Helper()
	for {
		p := receive(t, packets)
		if len(p.Payload) == 0 || p.Payload[0]&0x1f != 7 && p.Payload[0]&0x1f != 24 {
			continue
		}
		nal := p.Payload
		if nal[0]&0x1f == 24 { // a STAP-A, which begins with the parameter set
			nal = nal[3 : 3+int(nal[1])<<8+int(nal[2])]
		}
		var sps h264.SPS
		if err := sps.Unmarshal(nal); err != nil {
			t.Fatal(err)
		}
		return sps.Width()
	}
}

func TestAViewerChoosesALayer(t *testing.T) {
	noLeaks(t)
	cams, _ := cameras(t, "127.0.0.1:0")
	h := hub(t, Source{ID: "V01", URL: "rtsp://" + cams + "/V01/720p", Low: "rtsp://" + cams + "/V01"},
		Source{ID: "V02", URL: "rtsp://" + cams + "/V01"})
	packets, id := watch(t, h, "V01")
	if got := width(t, packets); got != 1280 || !h.Layered(id) {
		t.Fatalf("%d wide at first", got)
	}
	choose := func(want, given Layer, wide int) {
		t.Helper()
		if err := h.Choose(id, want); err != nil {
			t.Fatal(err)
		}
		if wish, got, ok := h.Layer(id); !ok || wish != want || got != given {
			t.Fatalf("%s was chosen, %s is given", want, got)
		}
		for range 400 { // what was on its way comes first
			if width(t, packets) == wide {
				return
			}
		}
		t.Fatalf("%s was chosen, and no picture of %d came", want, wide)
	}
	choose(LayerLow, LayerLow, 640)
	v := h.viewer(id)
	v.estimated(1e9)
	choose(LayerLow, LayerLow, 640) // a wide way changes nothing that was chosen
	choose(LayerFull, LayerFull, 1280)
	choose(LayerAuto, LayerFull, 1280)

	_, single := watch(t, h, "V02")
	if err := h.Choose(single, LayerLow); !errors.Is(err, ErrNoLayer) || h.Layered(single) {
		t.Fatalf("a camera with one picture: %v", err)
	}
	if err := h.Choose(single, LayerAuto); err != nil {
		t.Fatal(err)
	}
	if err := h.Choose("nobody", LayerLow); !errors.Is(err, ErrUnknownViewer) {
		t.Fatalf("nobody: %v", err)
	}
	if _, _, ok := h.Layer("nobody"); ok || h.Layered("nobody") {
		t.Fatal("nobody is given a layer")
	}
}

// narrow makes a viewer's way too narrow for what it is given, for long enough.
func (h *Hub) narrow(viewer string) {
	v := h.viewer(viewer)
	for _, s := range []*source{v.source, v.source.low} {
		s.stream.mu.Lock()
		s.stream.bits = 1e6
		s.stream.mu.Unlock()
	}
	v.mu.Lock()
	v.congestion.scarce = time.Now().Add(-scarceFor)
	v.mu.Unlock()
	v.estimated(0)
}

// What was chosen is not taken for another on a way that is too narrow: only key pictures of it are left.
func TestAChosenLayerIsThinnedOnANarrowWay(t *testing.T) {
	noLeaks(t)
	cams, _ := cameras(t, "127.0.0.1:0")
	h := hub(t, Source{ID: "V01", URL: "rtsp://" + cams + "/V01/720p", Low: "rtsp://" + cams + "/V01"})
	packets, id := watch(t, h, "V01")
	receive(t, packets)
	for want, given := range map[Layer]Layer{LayerFull: LayerKeys, LayerLow: LayerKeys, LayerAuto: LayerLow} {
		if err := h.Choose(id, want); err != nil {
			t.Fatal(err)
		}
		h.narrow(id)
		if _, got, _ := h.Layer(id); got != given {
			t.Errorf("%s was chosen, %s is given", want, got)
		}
	}
}
