package video

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
	"go.uber.org/goleak"

	"groundstation/simulator/camera"
	"groundstation/video/unit"
)

const patience = 20 * time.Second

// cameras serves real cameras at addr until the returned function is called.
func cameras(t *testing.T, addr string) (string, func()) {
	t.Helper()
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- camera.ServeOn(ctx, ln, []string{"V01"}, func(string) (camera.View, bool) {
			return camera.View{Lat: 32.53, Lon: 120.46, AltM: 80, GimbalPitchDeg: -60}, true
		}, slog.New(slog.DiscardHandler))
	}()
	var once sync.Once
	stop := func() {
		once.Do(func() {
			cancel()
			if err := <-ended; err != nil {
				t.Errorf("cameras: %v", err)
			}
		})
	}
	t.Cleanup(stop)
	return ln.Addr().String(), stop
}

func hub(t *testing.T, sources ...Source) *Hub {
	t.Helper()
	return hubWith(t, Options{}, sources...)
}

func hubWith(t *testing.T, opts Options, sources ...Source) *Hub {
	t.Helper()
	h, err := NewHub(sources, opts)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- h.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("hub: %v", err)
		}
	})
	return h
}

// watch plays a source as a browser does and gives its packets.
func watch(t *testing.T, h *Hub, id string) (<-chan *rtp.Packet, string) {
	t.Helper()
	var settings webrtc.SettingEngine
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	settings.SetIPFilter(func(ip net.IP) bool { return ip.IsLoopback() })
	pc, err := webrtc.NewAPI(webrtc.WithSettingEngine(settings)).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	packets := make(chan *rtp.Packet, 4096)
	var reading sync.WaitGroup
	t.Cleanup(func() {
		if err := pc.GracefulClose(); err != nil {
			t.Errorf("close the browser's end: %v", err)
		}
		reading.Wait()
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
				default:
				}
			}
		})
	})
	if _, err := pc.AddTransceiverFromKind(webrtc.RTPCodecTypeVideo, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}); err != nil {
		t.Fatal(err)
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
	answer, viewer, err := h.Play(t.Context(), id, pc.LocalDescription().SDP)
	if err != nil {
		t.Fatal(err)
	}
	if err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer}); err != nil {
		t.Fatal(err)
	}
	return packets, viewer
}

// browserOffer is what a browser offers that wants to watch.
func browserOffer(t *testing.T) (*webrtc.PeerConnection, string) {
	t.Helper()
	pc, err := webrtc.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pc.AddTransceiverFromKind(webrtc.RTPCodecTypeVideo, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}); err != nil {
		t.Fatal(err)
	}
	offer, err := pc.CreateOffer(nil)
	if err != nil {
		t.Fatal(err)
	}
	return pc, offer.SDP
}

func receive(t *testing.T, packets <-chan *rtp.Packet) *rtp.Packet {
	t.Helper()
	select {
	case p := <-packets:
		return p
	case <-time.After(patience):
		t.Fatal("no picture came")
		return nil
	}
}

func startsKey(payload []byte) bool { return opens(unit.H264, payload) != opensNothing }

func noLeaks(t *testing.T) {
	t.Helper()
	ignore := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, ignore) })
}

func TestABrowserSeesTheCameraFromAKeyPictureOn(t *testing.T) {
	noLeaks(t)
	addr, _ := cameras(t, "127.0.0.1:0")
	h := hub(t, Source{ID: "V01", URL: fmt.Sprintf("rtsp://%s/V01", addr)})
	first, _ := watch(t, h, "V01")
	if p := receive(t, first); !startsKey(p.Payload) || p.SequenceNumber != 1 {
		t.Fatalf("the first packet (%d) does not start a key picture", p.SequenceNumber)
	}
	second, viewer := watch(t, h, "V01")
	if p := receive(t, second); !startsKey(p.Payload) {
		t.Fatal("the second viewer's first packet does not start a key picture")
	}
	last := uint16(1)
	for range 30 {
		p := receive(t, first)
		if p.SequenceNumber != last+1 {
			t.Fatalf("packet %d after %d", p.SequenceNumber, last)
		}
		last = p.SequenceNumber
	}
	h.Stop(viewer)
	h.Stop(viewer)
	if n := h.Stats().Viewers; n != 1 {
		t.Fatalf("%d viewers after one of two stopped", n)
	}
}

func TestTheStreamComesBackWithTheCamera(t *testing.T) {
	noLeaks(t)
	addr, stop := cameras(t, "127.0.0.1:0")
	h := hub(t, Source{ID: "V01", URL: fmt.Sprintf("rtsp://%s/V01", addr)})
	packets, _ := watch(t, h, "V01")
	receive(t, packets)
	stop()
	for len(packets) > 0 {
		<-packets
	}
	cameras(t, addr)
	if p := receive(t, packets); p == nil {
		t.Fatal("nothing after the camera's restart")
	}
}

func TestPlayRefuses(t *testing.T) {
	noLeaks(t)
	h := hub(t, Source{ID: "V01", URL: "rtsp://user:secret@127.0.0.1:1/V01"})
	for name, c := range map[string]struct {
		id, offer string
		want      error
	}{
		"unknown source": {"V99", "", ErrUnknownSource},
		"no SDP":         {"V01", "hello", ErrOffer},
		"empty":          {"V01", "", ErrOffer},
	} {
		if _, _, err := h.Play(t.Context(), c.id, c.offer); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if n := h.Stats().Viewers; n != 0 {
		t.Fatalf("%d viewers left behind by refusals", n)
	}
	gated, err := NewHub([]Source{{ID: "V01", URL: ""}}, Options{Gate: func(string) Verdict { return Verdict{Code: "no-record-zone", Why: "a school"} }})
	if err != nil {
		t.Fatal(err)
	}
	defer gated.socket.Close()
	_, _, err = gated.Play(t.Context(), "V01", "")
	var coded interface{ Code() string }
	if !errors.Is(err, ErrGated) || !errors.As(err, &coded) || coded.Code() != "no-record-zone" || err.Error() != "a school" {
		t.Errorf("gate shut: %v", err)
	}
}

// A camera that is always on is pulled though nobody watches, and who comes then has a picture from what is buffered.
func TestACameraThatIsAlwaysOnWaitsForNobody(t *testing.T) {
	noLeaks(t)
	addr, _ := cameras(t, "127.0.0.1:0")
	h := hub(t, Source{ID: "V01", URL: "rtsp://" + addr + "/V01", Always: true}, Source{ID: "V02", URL: "rtsp://" + addr + "/V01/720p"})
	<-h.sources["V01"].stream.known
	tap, err := h.Tap("V01")
	if err != nil {
		t.Fatal(err)
	}
	next(t, tap)
	tap.Close()
	all := h.Stats().Sources
	if all[0].State != StateLive || all[0].Taps != 0 || all[0].Octets == 0 || all[1].State != StateCold {
		t.Fatalf("%+v", all)
	}
}
