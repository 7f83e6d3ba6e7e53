package video

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/bluenviron/gortsplib/v4"
	"github.com/bluenviron/gortsplib/v4/pkg/base"
	"github.com/bluenviron/gortsplib/v4/pkg/description"
	"github.com/bluenviron/gortsplib/v4/pkg/format"
	"github.com/pion/rtp"

	"groundstation/video/unit"
)

// plainCamera is a camera of a few pictures over and over, for what the simulator's cannot: TLS, UDP, groups, loss.
type plainCamera struct {
	stream *gortsplib.ServerStream
	lose   func() bool // whether the next packet is never sent
}

// OnDescribe implements gortsplib.ServerHandlerOnDescribe.
func (c *plainCamera) OnDescribe(*gortsplib.ServerHandlerOnDescribeCtx) (*base.Response, *gortsplib.ServerStream, error) {
	return respond(base.StatusOK), c.stream, nil
}

// OnSetup implements gortsplib.ServerHandlerOnSetup.
func (c *plainCamera) OnSetup(*gortsplib.ServerHandlerOnSetupCtx) (*base.Response, *gortsplib.ServerStream, error) {
	return respond(base.StatusOK), c.stream, nil
}

// OnPlay implements gortsplib.ServerHandlerOnPlay.
func (c *plainCamera) OnPlay(*gortsplib.ServerHandlerOnPlayCtx) (*base.Response, error) {
	return respond(base.StatusOK), nil
}

// roll plays pictures until the test ends.
func (c *plainCamera) roll(t *testing.T, s *gortsplib.Server) {
	t.Helper()
	s.Handler = c
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	l, pictures := encoded(t, unit.H264, 320, 192, 20)
	m := &description.Media{Type: description.MediaTypeVideo, Formats: []format.Format{l.forma}}
	c.stream = &gortsplib.ServerStream{Server: s, Desc: &description.Session{Medias: []*description.Media{m}}}
	if err := c.stream.Initialize(); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	var rolling sync.WaitGroup
	rolling.Go(func() {
		roll(done, pictures, func(p *rtp.Packet) {
			if c.lose == nil || !c.lose() {
				_ = c.stream.WritePacketRTP(m, p)
			}
		})
	})
	t.Cleanup(func() {
		close(done)
		rolling.Wait()
		c.stream.Close()
		s.Close()
	})
}

func selfSigned(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// plainServer is an RTSP server for a plainCamera, by UDP too if udp.
func plainServer(t *testing.T, udp bool) (*gortsplib.Server, string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &gortsplib.Server{RTSPAddress: ln.Addr().String(), Listen: func(string, string) (net.Listener, error) { return ln, nil }}
	if udp {
		rtp, rtcp, err := udpPair("127.0.0.1")
		if err != nil {
			t.Fatal(err)
		}
		s.UDPRTPAddress, s.UDPRTCPAddress = rtp.LocalAddr().String(), rtcp.LocalAddr().String()
		s.ListenPacket = func(_, address string) (net.PacketConn, error) {
			if address == s.UDPRTPAddress {
				return rtp, nil
			}
			return rtcp, nil
		}
	}
	return s, ln.Addr().String()
}

// roll sends pictures over and over, one each 10 ms, numbered and timed on, until done is closed.
func roll(done <-chan struct{}, pictures [][]*rtp.Packet, send func(*rtp.Packet)) {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	var seq uint16
	for i, round := 0, uint32(0); ; i++ {
		if i == len(pictures) {
			i, round = 0, round+60000
		}
		for _, p := range pictures[i] {
			out := *p
			seq++
			out.SequenceNumber, out.Timestamp = seq, out.Timestamp+round
			send(&out)
		}
		select {
		case <-done:
			return
		case <-tick.C:
		}
	}
}
