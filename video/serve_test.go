package video

import (
	"bufio"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bluenviron/gortsplib/v4"
	"github.com/bluenviron/gortsplib/v4/pkg/base"
	"github.com/bluenviron/gortsplib/v4/pkg/description"
	"github.com/bluenviron/gortsplib/v4/pkg/format"
	"github.com/pion/rtp"

	"groundstation/video/unit"
)

const token = "a-token"

// served is a hub that hands on by RTSP, and where.
func served(t *testing.T, gate func(string) Verdict, sources ...Source) (*Hub, string) {
	t.Helper()
	h := hubWith(t, Options{RTSP: "127.0.0.1:0", Gate: gate, Access: func(given, id string) bool { return given == token && id != "V09" }}, sources...)
	return h, h.server.rtsp.RTSPAddress
}

// pullRTSP reads a source as any RTSP player does.
func pullRTSP(t *testing.T, addr, path string, transport gortsplib.Transport) (<-chan *rtp.Packet, *description.Session, error) {
	t.Helper()
	c := &gortsplib.Client{Scheme: "rtsp", Host: addr, Transport: &transport, OnPacketsLost: func(uint64) {}, OnDecodeError: func(error) {}}
	if err := c.Start2(); err != nil {
		return nil, nil, err
	}
	t.Cleanup(c.Close)
	u, err := base.ParseURL("rtsp://viewer:" + token + "@" + addr + "/" + path)
	if err != nil {
		return nil, nil, err
	}
	desc, _, err := c.Describe(u)
	if err != nil {
		return nil, nil, err
	}
	if err := c.SetupAll(desc.BaseURL, desc.Medias); err != nil {
		return nil, nil, err
	}
	packets := make(chan *rtp.Packet, 8192)
	c.OnPacketRTPAny(func(_ *description.Media, _ format.Format, p *rtp.Packet) {
		select {
		case packets <- p:
		default:
		}
	})
	_, err = c.Play(nil)
	return packets, desc, err
}

func TestSourcesAreHandedOnByRTSP(t *testing.T) {
	noLeaks(t)
	cams, _ := cameras(t, "127.0.0.1:0")
	_, addr := served(t, nil, Source{ID: "V01", URL: "rtsp://" + cams + "/V01"}, Source{ID: "V02", URL: "rtsp://" + cams + "/V01/h265"})
	for _, c := range []struct {
		path      string
		codec     unit.Codec
		transport gortsplib.Transport
	}{{"V01", unit.H264, gortsplib.TransportTCP}, {"V01", unit.H264, gortsplib.TransportUDP}, {"V02", unit.H265, gortsplib.TransportTCP}, {"V02?token=" + token, unit.H265, gortsplib.TransportUDP}} {
		packets, desc, err := pullRTSP(t, addr, c.path, c.transport)
		if err != nil {
			t.Fatalf("%s by %v: %v", c.path, c.transport, err)
		}
		if got := desc.Medias[0].Formats[0].Codec(); !strings.EqualFold(strings.ReplaceAll(got, ".", ""), string(c.codec)) {
			t.Errorf("%s is told to be %s", c.path, got)
		}
		first := receive(t, packets)
		if opens(c.codec, first.Payload) == opensNothing {
			t.Errorf("%s by %v does not begin with a key picture", c.path, c.transport)
		}
		for last := first.SequenceNumber; last-first.SequenceNumber < 12; last++ {
			if p := receive(t, packets); p.SequenceNumber != last+1 {
				t.Fatalf("%s by %v: packet %d after %d", c.path, c.transport, p.SequenceNumber, last)
			}
		}
	}
}

func TestRTSPIsForThoseWhoMay(t *testing.T) {
	noLeaks(t)
	cams, _ := cameras(t, "127.0.0.1:0")
	var open atomic.Bool
	open.Store(true)
	_, addr := served(t, func(string) Verdict { return Verdict{Show: open.Load()} }, Source{ID: "V01", URL: "rtsp://" + cams + "/V01"}, Source{ID: "V09", URL: "rtsp://" + cams + "/V01"})
	for path, code := range map[string]string{"V09": "401", "V99": "404", "": "404"} {
		if _, _, err := pullRTSP(t, addr, path, gortsplib.TransportTCP); err == nil || !strings.Contains(err.Error(), code) {
			t.Errorf("%q: %v", path, err)
		}
	}
	for _, lines := range []string{"DESCRIBE rtsp://%s/V01 RTSP/1.0\r\nCSeq: 1\r\n\r\n", "SETUP rtsp://%s/V01/trackID=0 RTSP/1.0\r\nCSeq: 1\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n\r\n",
		"DESCRIBE rtsp://%s/V01?token=wrong RTSP/1.0\r\nCSeq: 1\r\n\r\n"} {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(c, lines, addr)
		if status, err := bufio.NewReader(c).ReadString('\n'); !strings.Contains(status, "401") {
			t.Errorf("%.20s: %q %v", lines, status, err)
		}
		c.Close()
	}
	packets, _, err := pullRTSP(t, addr, "V01", gortsplib.TransportTCP)
	if err != nil {
		t.Fatal(err)
	}
	receive(t, packets)
	open.Store(false)
	if _, _, err := pullRTSP(t, addr, "V01", gortsplib.TransportTCP); err == nil || !strings.Contains(err.Error(), "403") {
		t.Errorf("behind a shut gate: %v", err)
	}
}

// send publishes pictures by RTSP until the test ends or a write fails; the returned function ends it.
func send(t *testing.T, addr, path, secret string, codec unit.Codec) (stop func(), err error) {
	t.Helper()
	l, pictures := encoded(t, codec, 320, 192, 20)
	tcp := gortsplib.TransportTCP
	c := &gortsplib.Client{Transport: &tcp}
	m := &description.Media{Type: description.MediaTypeVideo, Formats: []format.Format{l.forma}}
	if err := c.StartRecording("rtsp://publish:"+secret+"@"+addr+"/"+path, &description.Session{Medias: []*description.Media{m}}); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for i, round := 0, uint32(0); ; i++ {
			if i == len(pictures) {
				i, round = 0, round+60000
			}
			for _, p := range pictures[i] {
				out := *p
				out.Timestamp += round
				if c.WritePacketRTPWithNTP(m, &out, time.Now()) != nil {
					return
				}
			}
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	}()
	stop = func() { cancel(); <-ended; c.Close() }
	t.Cleanup(stop)
	return stop, nil
}

// One source is published as H.264, then by another as H.265, then again as H.264: its tap goes on, and an RTSP reader
// that was told of the one codec is sent away by the other.
func TestASourceIsPublishedByRTSPInOneCodecAfterTheOther(t *testing.T) {
	noLeaks(t)
	h, addr := served(t, nil, Source{ID: "C01", Secret: "s3cret"}, Source{ID: "V01", URL: "rtsp://127.0.0.1:1/V01"})
	for path, secret := range map[string]string{"C01": "wrong", "V01": "s3cret", "V99": "s3cret"} {
		if _, err := send(t, addr, path, secret, unit.H264); err == nil || !strings.Contains(err.Error(), "401") {
			t.Errorf("%s with %s: %v", path, secret, err)
		}
	}
	tap, err := h.Tap("C01")
	if err != nil {
		t.Fatal(err)
	}
	defer tap.Close()
	generation := 0
	for _, codec := range []unit.Codec{unit.H264, unit.H265, unit.H264} {
		stop, err := send(t, addr, "C01", "s3cret", codec)
		if err != nil {
			t.Fatal(err)
		}
		for u := next(t, tap); ; u = next(t, tap) {
			if u.Track.Codec != codec || u.Track.Generation <= generation {
				continue
			}
			if !u.Key || u.Lost != (generation > 0) {
				t.Fatalf("%s begins with %+v", codec, u)
			}
			generation = u.Track.Generation
			break
		}
		packets, _, err := pullRTSP(t, addr, "C01", gortsplib.TransportTCP)
		if err != nil {
			t.Fatal(err)
		}
		if p := receive(t, packets); opens(codec, p.Payload) == opensNothing {
			t.Fatalf("an RTSP reader begins %s without a key picture", codec)
		}
		if _, err := send(t, addr, "C01", "s3cret", codec); err == nil {
			t.Fatal("two publish one source")
		}
		stop()
	}
}

func TestACameraBehindTLSIsBelievedByItsCertificate(t *testing.T) {
	noLeaks(t)
	cert := selfSigned(t)
	sum := sha256.Sum256(cert.Certificate[0])
	handler := &plainCamera{}
	s := &gortsplib.Server{Handler: handler, RTSPAddress: "127.0.0.1:0", TLSConfig: &tls.Config{Certificates: []tls.Certificate{cert}}}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Listen = func(string, string) (net.Listener, error) { return ln, nil }
	handler.roll(t, s)
	url := "rtsps://" + ln.Addr().String() + "/V01"
	h := hub(t, Source{ID: "V01", URL: url, Fingerprint: hex.EncodeToString(sum[:])},
		Source{ID: "V02", URL: url, Fingerprint: strings.Repeat("00", 32)}, Source{ID: "V03", URL: url})
	for _, id := range []string{"V02", "V03"} {
		if err := h.sources[id].session(t.Context()); err == nil || !strings.Contains(err.Error(), "certificate") {
			t.Errorf("%s: %v", id, err)
		}
	}
	tap, err := h.Tap("V01")
	if err != nil {
		t.Fatal(err)
	}
	defer tap.Close()
	if u := next(t, tap); !u.Key || u.Track.Width != 320 {
		t.Fatalf("%+v", u)
	}
}

func TestANameIsJudgedAndDialledOnce(t *testing.T) {
	asked := 0
	answers := [][]netip.Addr{{netip.MustParseAddr("169.254.169.254"), netip.MustParseAddr("::ffff:127.0.0.1")}, {netip.MustParseAddr("10.1.2.3")}, {netip.MustParseAddr("127.0.0.1")}}
	resolve := func(context.Context, string, string) ([]netip.Addr, error) {
		asked++
		return answers[asked-1], nil
	}
	d := dialler{resolve: resolve}
	if _, err := d.fix(t.Context(), "camera.example:554"); err != errUnfit {
		t.Errorf("a name that means this machine: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 3 {
		_, _ = d.dial(ctx, "tcp", "camera.example:554")
		if d.fixed != "10.1.2.3:554" {
			t.Errorf("dials %q", d.fixed)
		}
	}
	if asked != 2 {
		t.Errorf("asked %d times", asked)
	}
	if _, err := d.dial(ctx, "tcp", "10.9.9.9:554"); err != errRedirected {
		t.Errorf("another address: %v", err)
	}
	d = dialler{resolve: resolve}
	if at, err := d.fix(t.Context(), "localhost:554"); err != nil || at != "127.0.0.1:554" {
		t.Errorf("localhost: %q %v", at, err)
	}
	d = dialler{fixed: "10.1.2.3:554"}
	res := &base.Response{Header: base.Header{"Transport": {"RTP/AVP;unicast;source=127.0.0.1;server_port=22-23"}}}
	d.sameSource(res)
	if got := res.Header["Transport"][0]; got != "RTP/AVP;unicast;server_port=22-23" {
		t.Error(got)
	}
}
