package video

import (
	"bufio"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bluenviron/gortsplib/v4/pkg/base"
	"github.com/bluenviron/gortsplib/v4/pkg/description"
	"github.com/bluenviron/gortsplib/v4/pkg/format"
	"github.com/bluenviron/gortsplib/v4/pkg/multicast"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"golang.org/x/net/ipv4"

	"groundstation/video/unit"
)

// groupCamera is a camera that sends to a group of this machine's own loopback interface and nowhere else. gortsplib's
// server sends to a group by every interface but that one.
type groupCamera struct {
	session    description.Session
	transports map[string]string // of its answer to SETUP, by what the path holds
}

// serve answers one client's requests until it goes.
func (c *groupCamera) serve(conn net.Conn) {
	defer conn.Close()
	for r := bufio.NewReader(conn); ; {
		var req base.Request
		if req.Unmarshal(r) != nil {
			return
		}
		res := base.Response{StatusCode: base.StatusOK, Header: base.Header{"CSeq": req.Header["CSeq"]}}
		switch req.Method {
		case base.Describe:
			res.Header["Content-Base"], res.Header["Content-Type"] = base.HeaderValue{req.URL.String() + "/"}, base.HeaderValue{"application/sdp"}
			res.Body, _ = c.session.Marshal(true)
		case base.Setup:
			for path, transport := range c.transports {
				if strings.Contains(req.URL.Path, path) && strings.Contains(req.Header["Transport"][0], "multicast") {
					res.Header["Transport"], res.Header["Session"] = base.HeaderValue{transport}, base.HeaderValue{"1"}
				}
			}
		}
		b, err := res.Marshal()
		if err != nil {
			return
		}
		if _, err := conn.Write(b); err != nil {
			return
		}
	}
}

// loopback is the interface of this machine with itself.
func loopback(t *testing.T) *net.Interface {
	t.Helper()
	all, err := net.Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range all {
		if i.Flags&net.FlagLoopback != 0 {
			return &i
		}
	}
	t.Fatal("no loopback interface")
	return nil
}

// sendsByLoopback makes a socket send to groups by the loopback interface, and its packets leave the machine by no way:
// their time to live is zero.
func sendsByLoopback(t *testing.T, c *net.UDPConn) {
	t.Helper()
	t.Cleanup(func() { c.Close() })
	p := ipv4.NewPacketConn(c)
	if err := errors.Join(p.SetMulticastInterface(loopback(t)), p.SetMulticastTTL(0)); err != nil {
		t.Fatal(err)
	}
}

func TestAGroupsPicturesAreTakenFromItsCameraAlone(t *testing.T) {
	noLeaks(t)
	rtpOut, rtcpOut, err := udpPair("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	sendsByLoopback(t, rtpOut)
	sendsByLoopback(t, rtcpOut)
	port := rtpOut.LocalAddr().(*net.UDPAddr).Port
	group := net.IPv4(239, 255, byte(port>>8), byte(port)) // of this test alone
	toRTP, toRTCP := &net.UDPAddr{IP: group, Port: port}, &net.UDPAddr{IP: group, Port: port + 1}
	stranger, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 2), Port: port})
	if err != nil {
		t.Fatal(err)
	}
	sendsByLoopback(t, stranger)
	member, err := multicast.NewSingleConn(loopback(t), toRTP.String(), net.ListenPacket)
	if err != nil {
		t.Fatal(err)
	}
	defer member.Close()

	l, pictures := encoded(t, unit.H264, 320, 192, 20)
	camera := &groupCamera{session: description.Session{Medias: []*description.Media{{Type: description.MediaTypeVideo, Formats: []format.Format{l.forma}}}},
		transports: map[string]string{"V01": fmt.Sprintf("RTP/AVP;multicast;destination=%s;source=127.0.0.1;port=%d-%d;ttl=1", group, port, port+1),
			"V02": fmt.Sprintf("RTP/AVP;multicast;destination=127.0.0.1;port=%d-%d;ttl=1", port+2, port+3)}}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { camera.serve(c) })
		}
	})
	done := make(chan struct{})
	serving.Go(func() {
		roll(done, pictures, func(p *rtp.Packet) {
			p.SSRC = 7
			b, err := p.Marshal()
			if err != nil {
				t.Error(err)
			}
			_, _ = rtpOut.WriteToUDP(b, toRTP)
			report := rtcp.SenderReport{SSRC: 7, NTPTime: ntp(time.Now()), RTPTime: p.Timestamp}
			if b, err = report.Marshal(); err != nil {
				t.Error(err)
			}
			_, _ = rtcpOut.WriteToUDP(b, toRTCP)
			p.SequenceNumber += 1000
			if b, err = p.Marshal(); err != nil {
				t.Error(err)
			}
			_, _ = stranger.WriteToUDP(b, toRTP)
		})
	})
	t.Cleanup(func() { // after the hub's end, whose connections end what serves them
		close(done)
		ln.Close()
		serving.Wait()
	})

	heard := make([]byte, 2048)
	for from := net.Addr(nil); from == nil || from.String() != stranger.LocalAddr().String(); {
		if _, from, err = member.ReadFrom(heard); err != nil {
			t.Fatal(err)
		}
	}
	h := hub(t, Source{ID: "V01", URL: "rtsp://" + ln.Addr().String() + "/V01", Transport: TransportMulticast})
	tap, err := h.Tap("V01")
	if err != nil {
		t.Fatal(err)
	}
	defer tap.Close()
	first := next(t, tap)
	if !first.Key || first.Track.Width != 320 {
		t.Fatalf("it begins with %+v", first)
	}
	clocked := 0
	for last := first; clocked < 20; {
		u := next(t, tap)
		if u.Lost || u.PTS <= last.PTS {
			t.Fatalf("%+v after %+v", u, last)
		}
		if last = u; !u.Captured.IsZero() {
			clocked++
		}
	}
	if s := h.Stats().Sources[0]; s.Gaps != 0 || s.State != StateLive {
		t.Fatalf("%+v", s)
	}

	s := newSource(Source{ID: "V02", URL: "rtsp://" + ln.Addr().String() + "/V02", Transport: TransportMulticast}, false, slog.New(slog.DiscardHandler))
	if err := s.session(t.Context()); err == nil || !strings.Contains(err.Error(), "setup") {
		t.Fatalf("a group that is none: %v", err)
	}
}
