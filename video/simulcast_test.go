package video

import (
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"

	"groundstation/video/unit"
)

// layered publishes by WHIP one picture in layers, as a browser does, and gives what stops each.
func layered(t *testing.T, h *Hub, id, secret string, layers map[string]int) map[string]*atomic.Bool {
	t.Helper()
	var settings webrtc.SettingEngine
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	settings.SetIPFilter(func(ip net.IP) bool { return ip.IsLoopback() })
	pc, err := webrtc.NewAPI(webrtc.WithSettingEngine(settings)).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	tracks := map[string]*webrtc.TrackLocalStaticRTP{}
	var sender *webrtc.RTPSender
	for rid := range layers {
		track, err := webrtc.NewTrackLocalStaticRTP(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeH264}, "video", id, webrtc.WithRTPStreamID(rid))
		if err != nil {
			t.Fatal(err)
		}
		if sender == nil {
			sender, err = pc.AddTrack(track)
		} else {
			err = sender.AddEncoding(track)
		}
		if err != nil {
			t.Fatal(err)
		}
		tracks[rid] = track
	}
	offer, err := pc.CreateOffer(nil)
	if err != nil {
		t.Fatal(err)
	}
	gathered := webrtc.GatheringCompletePromise(pc)
	if err := pc.SetLocalDescription(offer); err != nil {
		t.Fatal(err)
	}
	<-gathered
	connected := make(chan struct{})
	var once sync.Once
	pc.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		if s == webrtc.PeerConnectionStateConnected {
			once.Do(func() { close(connected) })
		}
	})
	answer, _, err := h.Publish(t.Context(), id, secret, pc.LocalDescription().SDP)
	if err != nil {
		t.Fatal(err)
	}
	if err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer}); err != nil {
		t.Fatal(err)
	}
	<-connected
	var midID, ridID uint8
	for _, e := range sender.GetParameters().HeaderExtensions {
		switch e.URI {
		case sdp.SDESMidURI:
			midID = uint8(e.ID)
		case sdp.SDESRTPStreamIDURI:
			ridID = uint8(e.ID)
		}
	}
	mid := pc.GetTransceivers()[0].Mid()
	done, silent := make(chan struct{}), map[string]*atomic.Bool{}
	var sending sync.WaitGroup
	for rid, wide := range layers {
		_, pictures := encoded(t, unit.H264, wide, wide*3/4, 5)
		off := &atomic.Bool{}
		silent[rid] = off
		sending.Go(func() {
			roll(done, pictures, func(p *rtp.Packet) {
				if off.Load() {
					return
				}
				if p.SetExtension(midID, []byte(mid)) == nil && p.SetExtension(ridID, []byte(rid)) == nil {
					_ = tracks[rid].WriteRTP(p)
				}
			})
		})
	}
	t.Cleanup(func() {
		close(done)
		sending.Wait()
		if err := pc.GracefulClose(); err != nil {
			t.Error(err)
		}
	})
	return silent
}

func TestWhatAPublisherSendsInLayersIsTakenApart(t *testing.T) {
	noLeaks(t)
	h := hub(t, Source{ID: "C01", Secret: "s3cret"})
	tap, err := h.Tap("C01")
	if err != nil {
		t.Fatal(err)
	}
	defer tap.Close()
	silent := layered(t, h, "C01", "s3cret", map[string]int{"h": 256, "m": 128, "l": 64})
	recorded := func(wide int) {
		t.Helper()
		for n := 0; ; n++ {
			if u := next(t, tap); u.Track.Width == wide {
				return
			} else if n > 1000 {
				t.Fatalf("%d wide are recorded, %d are the best", u.Track.Width, wide)
			}
		}
	}
	recorded(256)
	packets, id := watch(t, h, "C01")
	seen := func(wide int, given Layer) {
		t.Helper()
		for n := 0; ; n++ {
			got := width(t, packets)
			if _, now, _ := h.Layer(id); got == wide && now == given {
				return
			} else if n > 400 {
				t.Fatalf("%d wide, %s", got, now)
			}
		}
	}
	seen(256, LayerFull)
	if !h.Layered(id) {
		t.Fatal("there is no choice")
	}
	if err := h.Choose(id, LayerLow); err != nil {
		t.Fatal(err)
	}
	seen(64, LayerLow)

	// Where a layer ends, the next takes its place, and the last is what everybody gets; it comes back as it went.
	silent["l"].Store(true)
	seen(128, LayerLow)
	silent["h"].Store(true)
	seen(128, LayerFull)
	recorded(128)
	if h.Layered(id) {
		t.Error("one layer is a choice")
	}
	silent["h"].Store(false)
	recorded(256)
	seen(128, LayerLow)
}

// Sound goes with every layer, and a picture in one layer is what it was.
func TestLayersKeepTheirSound(t *testing.T) {
	src := newSource(Source{ID: "C01", Secret: "s3cret"}, false, nil)
	s := simulcast{full: spout{source: src}, low: spout{source: src.published()}, moved: func() {}}
	big, bigs := encoded(t, unit.H264, 128, 96, 1)
	small, smalls := encoded(t, unit.H264, 64, 48, 1)
	sound := remoteLane(webrtc.RTPCodecParameters{RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus}})
	now := time.Now()
	put := func(l *sentLayer, in [][]*rtp.Packet) {
		for _, p := range in[0] {
			one := *p
			s.write(l, &one, now, nil)
		}
	}
	one := s.add(small)
	put(one, smalls)
	if p, a := src.stream.codecs(); p != unit.H264 || a != "" || src.lower() != nil {
		t.Fatalf("%s and %q, low %v", p, a, src.lower())
	}
	heard := s.add(sound)
	two := s.add(big)
	put(two, bigs)
	put(one, smalls)
	put(heard, [][]*rtp.Packet{{{Payload: []byte{1}}}})
	for _, st := range []*stream{src.stream, src.lower().stream} {
		if _, a := st.codecs(); a != unit.Opus || st.gop[len(st.gop)-1].lane != sound {
			t.Errorf("%q", a)
		}
	}
	if s.full.from != two || s.low.from != one {
		t.Error("the larger picture is not the full one")
	}
	s.end()
	if src.lower() != nil || s.write(two, bigs[0][0], now, nil) {
		t.Error("it goes on after its end")
	}
}

func TestThePicturesSizeIsRead(t *testing.T) {
	for codec, agg := range map[unit.Codec][]byte{unit.H264: {nalSTAPA}, unit.H265: {hevcAP << 1, 1}} {
		_, pictures := encoded(t, codec, 128, 96, 1)
		found := 0
		for _, p := range pictures[0] {
			if w, h := sizeTold(codec, p.Payload); w == 128 && h == 96 {
				found++
			}
			for n := range p.Payload {
				sizeTold(codec, p.Payload[:n])
				sizeTold(codec, append(agg[:len(agg):len(agg)], p.Payload[:n]...))
			}
		}
		if found != 1 {
			t.Errorf("%s: %d packets tell the size", codec, found)
		}
	}
}
