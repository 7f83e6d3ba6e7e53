package video

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/bluenviron/gortsplib/v4"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
	"github.com/prometheus/client_golang/prometheus"

	"groundstation/video/unit"
)

func TestLossOnTheWayFromTheCameraIsToldAndThePictureGoesOn(t *testing.T) {
	noLeaks(t)
	dice := mathrand.New(mathrand.NewPCG(3, 4))
	camera := &plainCamera{lose: func() bool { return dice.IntN(20) == 0 }}
	s, addr := plainServer(t, true)
	camera.roll(t, s)
	h := hub(t, Source{ID: "V01", URL: "rtsp://" + addr + "/V01", Transport: TransportUDP})
	tap, err := h.Tap("V01")
	if err != nil {
		t.Fatal(err)
	}
	defer tap.Close()
	lost, last := 0, time.Duration(-1)
	for range 120 {
		u := next(t, tap)
		if u.Lost {
			lost++
		}
		if u.PTS <= last {
			t.Fatalf("%v after %v", u.PTS, last)
		}
		last = u.PTS
	}
	if gaps := h.Stats().Sources[0].Gaps; lost == 0 || gaps == 0 {
		t.Fatalf("%d units marked, %d gaps counted of 5 %% loss", lost, gaps)
	}
}

// Of 200 readers 50 never read: they lose their place, nobody else loses a packet.
func TestReadersThatNeverReadTouchNobody(t *testing.T) {
	noLeaks(t)
	const reading, dead = 150, 50
	camera := &plainCamera{}
	s, addr := plainServer(t, false)
	camera.roll(t, s)
	h, out := served(t, nil, Source{ID: "V01", URL: "rtsp://" + addr + "/V01"})
	for range dead {
		c, err := net.Dial("tcp", out)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		_ = c.(*net.TCPConn).SetReadBuffer(4096)
		replies := bufio.NewReader(c)
		session := ""
		for i, request := range []string{"DESCRIBE rtsp://%s/V01?token=%s RTSP/1.0\r\nCSeq: %d\r\n%s\r\n", "SETUP rtsp://%s/V01?token=%s/trackID=0 RTSP/1.0\r\nCSeq: %d\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n%s\r\n",
			"PLAY rtsp://%s/V01?token=%s RTSP/1.0\r\nCSeq: %d\r\n%s\r\n"} {
			fmt.Fprintf(c, request, out, token, i+1, session)
			if session, err = reply(replies); err != nil {
				t.Fatal(err)
			}
		}
	}
	tap, err := h.Tap("V01")
	if err != nil {
		t.Fatal(err)
	}
	defer tap.Close()
	for deadline := time.Now().Add(patience); h.Stats().Dropped < 20*dead && h.Stats().Viewers == dead; next(t, tap) {
		if time.Now().After(deadline) {
			t.Fatal("those who never read lose nothing")
		}
	}
	tap.Close()
	gaps := make(chan struct{}, reading)
	var enough sync.WaitGroup
	for range reading {
		enough.Go(func() { // at once, so that those who have come need not read on for long
			packets, _, err := pullRTSP(t, out, "V01", gortsplib.TransportTCP)
			if err != nil {
				t.Error(err)
				return
			}
			for last, i := receiveFrom(packets), 0; last != nil && i < 40; i++ {
				p := receiveFrom(packets)
				if p == nil || p.SequenceNumber != last.SequenceNumber+1 {
					gaps <- struct{}{}
					return
				}
				last = p
			}
		})
	}
	enough.Wait()
	if len(gaps) > 0 {
		t.Fatalf("%d of those who read lost packets", len(gaps))
	}
}

func receiveFrom(packets <-chan *rtp.Packet) *rtp.Packet {
	select {
	case p := <-packets:
		return p
	case <-time.After(patience):
		return nil
	}
}

// reply reads an RTSP answer and gives its Session header, as a header.
func reply(r *bufio.Reader) (session string, err error) {
	length := 0
	for first := true; ; first = false {
		line, err := r.ReadString('\n')
		if err != nil {
			return "", err
		}
		if first && !bytes.Contains([]byte(line), []byte(" 200 ")) {
			return "", errors.New(line)
		}
		_, _ = fmt.Sscanf(line, "Content-Length: %d", &length)
		if id, is := bytes.CutPrefix([]byte(line), []byte("Session: ")); is {
			session = "Session: " + string(bytes.SplitN(bytes.TrimSpace(id), []byte(";"), 2)[0]) + "\r\n"
		}
		if line == "\r\n" {
			_, err = r.Discard(length)
			return session, err
		}
	}
}

// Whatever comes to the ports that are open: whoever sends it is dropped, those who watch go on.
func TestMalformedPacketsEndOnlyTheirSender(t *testing.T) {
	noLeaks(t)
	cams, _ := cameras(t, "127.0.0.1:0")
	h, out := served(t, nil, Source{ID: "V01", URL: "rtsp://" + cams + "/V01"}, Source{ID: "C01", Secret: "s3cret"})
	packets, _ := watch(t, h, "V01")
	receive(t, packets)
	udp, err := net.Dial("udp", h.socket.LocalAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer udp.Close()
	rtpPort, err := net.Dial("udp", h.server.rtp.LocalAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer rtpPort.Close()
	noise := make([]byte, 1200)
	for i := range 400 {
		if _, err := rand.Read(noise); err != nil {
			t.Fatal(err)
		}
		b := noise[:1+i*3]
		switch i % 5 {
		case 0: // STUN binding request with a length that lies
			b = append([]byte{0, 1, 0xff, 0xf0, 0x21, 0x12, 0xa4, 0x42}, b...)
		case 1: // STUN whose attributes overrun
			b = append([]byte{0, 1, 0, byte(len(b) &^ 3), 0x21, 0x12, 0xa4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0, 6, 0xff, 0xff}, b...)
		case 2: // a DTLS handshake record
			b = append([]byte{22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, byte(i), 0xff, 0xff, 1}, b...)
		case 3: // RTP with extensions that overrun
			b = append([]byte{0x9f, 102, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0xbe, 0xde, 0xff, 0xff}, b...)
		}
		_, _ = udp.Write(b)
		_, _ = rtpPort.Write(b)
	}
	for _, hello := range []string{"\x00\x01\x02", "$\x00\xff\xff", "OPTIONS * RTSP/1.0\r\nCSeq: \xff\r\nContent-Length: 99999999999\r\n\r\n", "SETUP rtsp://x/ RTSP/1.0\r\nCSeq: 1\r\nTransport: RTP/AVP;client_port=99999-1\r\n\r\n"} {
		c, err := net.Dial("tcp", out)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = c.Write([]byte(hello))
		_, _ = c.Write(noise)
		c.Close()
	}
	tap, err := h.Tap("C01")
	if err != nil {
		t.Fatal(err)
	}
	defer tap.Close()
	stop, err := send(t, out, "C01", "s3cret", unit.H264)
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	l := h.sources["C01"].stream.offered()[0]
	for i := range 500 { // a camera gone mad: headers in order, what they carry is noise
		if _, err := rand.Read(noise); err != nil {
			t.Fatal(err)
		}
		h.sources["C01"].stream.write(l, &rtp.Packet{Header: rtp.Header{Version: 2, SequenceNumber: uint16(i), Marker: i%3 == 0, Timestamp: uint32(i)}, Payload: bytes.Clone(noise[:i])}, nil)
	}
	next(t, tap)
	for len(packets) > 0 {
		<-packets
	}
	for range 10 {
		receive(t, packets)
	}
}

func TestABrowserThatCannotPlayIsTold(t *testing.T) {
	noLeaks(t)
	cams, _ := cameras(t, "127.0.0.1:0")
	h := hub(t, Source{ID: "V01", URL: "rtsp://" + cams + "/V01/h265"})
	media := &webrtc.MediaEngine{}
	for _, c := range offered() {
		if c.MimeType == webrtc.MimeTypeH264 {
			if err := media.RegisterCodec(c, webrtc.RTPCodecTypeVideo); err != nil {
				t.Fatal(err)
			}
		}
	}
	pc, err := webrtc.NewAPI(webrtc.WithMediaEngine(media)).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	defer pc.Close()
	if _, err := pc.AddTransceiverFromKind(webrtc.RTPCodecTypeVideo, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}); err != nil {
		t.Fatal(err)
	}
	offer, err := pc.CreateOffer(nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.Play(t.Context(), "V01", offer.SDP); !errors.Is(err, ErrUnplayable) || ErrUnplayable.Code() != "codec-unplayable" {
		t.Fatal(err)
	}
}

func TestANarrowWayGetsTheLowerRate(t *testing.T) {
	noLeaks(t)
	cams, _ := cameras(t, "127.0.0.1:0")
	h := hub(t, Source{ID: "V01", URL: "rtsp://" + cams + "/V01/720p", Low: "rtsp://" + cams + "/V01"})
	packets, id := watch(t, h, "V01")
	h.mu.Lock()
	v := h.viewers[id]
	h.mu.Unlock()
	last := receive(t, packets)
	h.narrow(id)
	for after := 0; after < 40; {
		p := receive(t, packets)
		if p.SequenceNumber != last.SequenceNumber+1 || int32(p.Timestamp-last.Timestamp) < 0 {
			t.Fatalf("packet %d of time %d after %d of %d", p.SequenceNumber, p.Timestamp, last.SequenceNumber, last.Timestamp)
		}
		last = p
		v.mu.Lock()
		if v.from != h.sources["V01"] {
			after++
		}
		v.mu.Unlock()
	}
}

func TestASourceIsPublishedByWHIP(t *testing.T) {
	noLeaks(t)
	h := hub(t, Source{ID: "C01", Secret: "s3cret"}, Source{ID: "V01", URL: "rtsp://127.0.0.1:1/"})
	tap, err := h.Tap("C01")
	if err != nil {
		t.Fatal(err)
	}
	defer tap.Close()
	var settings webrtc.SettingEngine
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	settings.SetIPFilter(func(ip net.IP) bool { return ip.IsLoopback() })
	pc, err := webrtc.NewAPI(webrtc.WithSettingEngine(settings)).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	track, err := webrtc.NewTrackLocalStaticRTP(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeH264}, "video", "C01")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pc.AddTrack(track); err != nil {
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
	sdp := pc.LocalDescription().SDP
	for id, secret := range map[string]string{"C01": "wrong", "V01": "", "V99": "s3cret"} {
		if _, _, err := h.Publish(t.Context(), id, secret, sdp); !errors.Is(err, ErrNoSecret) {
			t.Errorf("%s: %v", id, err)
		}
	}
	if _, _, err := h.Publish(t.Context(), "C01", "s3cret", "hello"); !errors.Is(err, ErrOffer) {
		t.Errorf("no offer: %v", err)
	}
	answer, id, err := h.Publish(t.Context(), "C01", "s3cret", sdp)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.Publish(t.Context(), "C01", "s3cret", sdp); !errors.Is(err, ErrPublished) {
		t.Errorf("a second publisher: %v", err)
	}
	if err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer}); err != nil {
		t.Fatal(err)
	}
	connected := make(chan struct{})
	var once sync.Once
	pc.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		if s == webrtc.PeerConnectionStateConnected {
			once.Do(func() { close(connected) })
		}
	})
	<-connected
	_, pictures := encoded(t, unit.H264, 320, 192, 20)
	done := make(chan struct{})
	var sending sync.WaitGroup
	sending.Go(func() { roll(done, pictures, func(p *rtp.Packet) { _ = track.WriteRTP(p) }) })
	first := next(t, tap)
	if !first.Key || first.Track.Width != 320 {
		t.Errorf("it begins with %+v", first)
	}
	for range 20 {
		next(t, tap)
	}
	if s := h.Stats().Sources[0]; s.State != StateLive || s.Taps != 1 || s.Octets == 0 {
		t.Errorf("%+v", s)
	}
	metrics := prometheus.NewRegistry()
	h.Register(metrics)
	if families, err := metrics.Gather(); err != nil || len(families) != 11 {
		t.Errorf("%d families, %v", len(families), err)
	}
	h.Stop(id)
	close(done)
	sending.Wait()
	if err := pc.GracefulClose(); err != nil {
		t.Error(err)
	}
	if h.sources["C01"].live() {
		t.Error("it is live after its publisher was stopped")
	}
}

func TestALostKeyPictureIsSentAgain(t *testing.T) {
	s := newFeed()
	r := newReader()
	r.bare = true
	s.join(r)
	s.put(1000, 0x65)
	s.put(4000, 0x41)
	s.put(7000, 0x41)
	var l lineup
	var times []uint32
	take := func() {
		batch, ok := r.take()
		if !ok {
			t.Fatal("it has left")
		}
		for _, p := range batch {
			times = append(times, l.timed(p))
		}
	}
	take()
	if !s.replay(r) {
		t.Fatal("the key picture is not kept")
	}
	l.replay, l.shown = true, l.newest+replayStep
	take()
	s.put(10000, 0x41)
	take()
	if want := []uint32{1000, 4000, 7000, 7090, 7180, 7270, 10000}; fmt.Sprint(times) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", times, want)
	}
	if _, ok := l.again(3); ok {
		t.Error("a packet that was never sent is sent again")
	}
	now := time.Now()
	h := l.next(rtp.Header{Timestamp: 5}, []byte{1}, now)
	if got, ok := l.again(h.SequenceNumber); !ok || got.header.Timestamp != 5 {
		t.Error("a packet is not kept")
	}
	later := l.next(rtp.Header{Timestamp: 6}, []byte{2}, now.Add(remembered+1))
	if _, ok := l.again(h.SequenceNumber); ok || l.kept[h.SequenceNumber%memory].payload != nil {
		t.Error("a packet is kept for ever")
	}
	for range 70_000 { // over the end of the numbers
		later = l.next(rtp.Header{}, []byte{3}, now.Add(remembered+1))
	}
	held := 0
	for _, s := range l.kept {
		if s.payload != nil && later.SequenceNumber-s.header.SequenceNumber < memory {
			held++
		}
	}
	if _, ok := l.again(later.SequenceNumber); !ok || held != memory || later.SequenceNumber-l.oldest != memory-1 {
		t.Errorf("%d are kept, the oldest is %d of %d", held, l.oldest, later.SequenceNumber)
	}
	s.cut()
	if s.replay(r) {
		t.Error("a group that was cut is sent again")
	}
}
