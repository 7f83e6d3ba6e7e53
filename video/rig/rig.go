package rig

import (
	"context"
	"log/slog"
	"net"
	"sync"
	"testing"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"groundstation/simulator/camera"
	"groundstation/video"
)

// Camera serves the simulator's camera V01 and gives its address, behind which /h265 is the same picture in H.265.
func Camera(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	run(t, "camera", func(ctx context.Context) error {
		return camera.ServeOn(ctx, ln, []string{"V01"}, func(string) (camera.View, bool) {
			return camera.View{Lat: 32.53, Lon: 120.46, AltM: 80, GimbalPitchDeg: -60}, true
		}, slog.New(slog.DiscardHandler))
	})
	return "rtsp://" + ln.Addr().String() + "/V01"
}

// Hub is a relay of sources.
func Hub(t *testing.T, opts video.Options, sources ...video.Source) *video.Hub {
	t.Helper()
	h, err := video.NewHub(sources, opts)
	if err != nil {
		t.Fatal(err)
	}
	run(t, "relay", h.Run)
	return h
}

// run runs something until the test ends, which it must survive.
func run(t *testing.T, name string, f func(context.Context) error) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- f(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("%s: %v", name, err)
		}
	})
}

// Browser is the end of a browser that watches one picture.
type Browser struct {
	Packets <-chan *rtp.Packet
	Closed  <-chan struct{} // when its connection is over
	pc      *webrtc.PeerConnection
}

// NewBrowser makes one that has not offered anything yet; codecs may be those of nil, which are all.
func NewBrowser(t *testing.T, config webrtc.Configuration, codecs ...webrtc.RTPCodecParameters) *Browser {
	t.Helper()
	var settings webrtc.SettingEngine
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	settings.SetIPFilter(func(ip net.IP) bool { return ip.IsLoopback() })
	options := []func(*webrtc.API){webrtc.WithSettingEngine(settings)}
	if len(codecs) > 0 {
		media := &webrtc.MediaEngine{}
		for _, c := range codecs {
			if err := media.RegisterCodec(c, webrtc.RTPCodecTypeVideo); err != nil {
				t.Fatal(err)
			}
		}
		options = append(options, webrtc.WithMediaEngine(media))
	}
	pc, err := webrtc.NewAPI(options...).NewPeerConnection(config)
	if err != nil {
		t.Fatal(err)
	}
	packets, closed := make(chan *rtp.Packet, 4096), make(chan struct{})
	var reading sync.WaitGroup
	var once sync.Once
	t.Cleanup(func() {
		if err := pc.GracefulClose(); err != nil {
			t.Errorf("close the browser's end: %v", err)
		}
		reading.Wait()
	})
	pc.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		if s == webrtc.PeerConnectionStateClosed || s == webrtc.PeerConnectionStateFailed {
			once.Do(func() { close(closed) })
		}
	})
	pc.OnTrack(func(track *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		reading.Go(func() {
			for {
				p, _, err := track.ReadRTP()
				if err != nil {
					return
				}
				select {
				case packets <- p:
				default: // nobody looks at them
				}
			}
		})
	})
	if _, err := pc.AddTransceiverFromKind(webrtc.RTPCodecTypeVideo, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}); err != nil {
		t.Fatal(err)
	}
	return &Browser{Packets: packets, Closed: closed, pc: pc}
}

// Offer gives an offer with every candidate in it.
func (b *Browser) Offer(t *testing.T) string {
	t.Helper()
	offer, err := b.pc.CreateOffer(nil)
	if err != nil {
		t.Fatal(err)
	}
	gathered := webrtc.GatheringCompletePromise(b.pc)
	if err := b.pc.SetLocalDescription(offer); err != nil {
		t.Fatal(err)
	}
	<-gathered
	return b.pc.LocalDescription().SDP
}

// Answer takes the answer.
func (b *Browser) Answer(t *testing.T, sdp string) {
	t.Helper()
	if err := b.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: sdp}); err != nil {
		t.Fatal(err)
	}
}
