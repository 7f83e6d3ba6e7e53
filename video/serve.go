package video

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/bluenviron/gortsplib/v4"
	"github.com/bluenviron/gortsplib/v4/pkg/base"
	"github.com/bluenviron/gortsplib/v4/pkg/description"
	"github.com/bluenviron/gortsplib/v4/pkg/format"
	"github.com/bluenviron/gortsplib/v4/pkg/headers"
)

// describeWait is how long a camera may take to say what it sends before an RTSP reader is sent away.
const describeWait = 8 * time.Second

// server hands the sources on by RTSP and takes those that are published. gortsplib speaks with the peers; what is
// handed on goes past it, as one writer for each reader and one system call for each picture costs a fraction.
type server struct {
	hub      *Hub
	rtsp     *gortsplib.Server
	rtp      *net.UDPConn
	rtcp     *net.UDPConn
	work     sync.WaitGroup
	mu       sync.Mutex
	sessions map[*gortsplib.ServerSession]*guest
	offers   map[string]*offering
}

// offering is what was told of a source to who reads it.
type offering struct {
	stream *gortsplib.ServerStream
	lanes  []*lane
	medias []*description.Media
}

// guest is one RTSP session, and how its packets travel, by track in the order of its SETUPs.
type guest struct {
	ways   []headers.Transport
	token  string // that opened the source
	reader *rtspReader
	claim  *claim
}

// openServer listens at addr for RTSP, and at two free ports of its host for RTP.
func openServer(h *Hub, addr string) (*server, error) {
	tcp, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	host, _, _ := net.SplitHostPort(addr)
	rtp, rtcp, err := udpPair(host)
	if err != nil {
		return nil, errors.Join(err, tcp.Close())
	}
	s := &server{hub: h, rtp: rtp, rtcp: rtcp, sessions: map[*gortsplib.ServerSession]*guest{}, offers: map[string]*offering{}}
	udp := map[string]net.PacketConn{rtp.LocalAddr().String(): rtp, rtcp.LocalAddr().String(): rtcp}
	s.rtsp = &gortsplib.Server{Handler: s, RTSPAddress: tcp.Addr().String(), ReadTimeout: ioTimeout, WriteTimeout: ioTimeout,
		UDPRTPAddress: rtp.LocalAddr().String(), UDPRTCPAddress: rtcp.LocalAddr().String(),
		Listen:       func(string, string) (net.Listener, error) { return wireListener{tcp}, nil },
		ListenPacket: func(_, address string) (net.PacketConn, error) { return udp[address], nil },
	}
	if err := s.rtsp.Start(); err != nil {
		return nil, errors.Join(err, tcp.Close(), rtp.Close(), rtcp.Close())
	}
	return s, nil
}

// udpPair opens two ports behind one another, the first of them even (RFC 3550 section 11).
func udpPair(host string) (rtp, rtcp *net.UDPConn, err error) {
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return nil, nil, fmt.Errorf("%q is not an address by number", host)
	}
	for range 64 {
		rtp, err = net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(ip, 0)))
		if err != nil {
			return nil, nil, err
		}
		port := rtp.LocalAddr().(*net.UDPAddr).Port
		if port%2 == 0 {
			if rtcp, err = net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(ip, uint16(port+1)))); err == nil {
				return rtp, rtcp, nil
			}
		}
		_ = rtp.Close()
	}
	return nil, nil, errors.New("no two free UDP ports stand together")
}

// close ends every session and waits for their writers.
func (s *server) close() {
	s.rtsp.Close()
	s.work.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, o := range s.offers {
		o.stream.Close()
		delete(s.offers, id)
	}
}

func respond(code base.StatusCode) *base.Response { return &base.Response{StatusCode: code} }

// challenge asks for a name and a password (RFC 7617).
func challenge() *base.Response {
	return &base.Response{StatusCode: base.StatusUnauthorized, Header: base.Header{"WWW-Authenticate": {`Basic realm="groundstation"`}}}
}

// credential is the password of a request, or the token in its address.
func credential(req *base.Request, query string) string {
	if q, err := url.ParseQuery(strings.SplitN(query, "/", 2)[0]); err == nil && q.Get("token") != "" {
		return q.Get("token")
	}
	var auth headers.Authorization
	if auth.Unmarshal(req.Header["Authorization"]) != nil {
		return ""
	}
	return auth.BasicPass
}

// sourceOf gives the source that a path names, if the one who asks may read it.
func (s *server) sourceOf(path, query string, req *base.Request) (*source, *base.Response) {
	id := strings.Trim(path, "/")
	token := credential(req, query)
	if token == "" || !s.hub.access(token, id) {
		return nil, challenge() // also of what does not exist, so that nobody learns what does
	}
	src := s.hub.sources[id]
	if src == nil || !src.there() {
		return nil, respond(base.StatusNotFound)
	}
	return src, nil
}

// offer tells what a source sends, once that is known.
func (s *server) offer(src *source) (*offering, *base.Response) {
	if v := s.hub.ask(src); !v.Show {
		return nil, respond(base.StatusForbidden)
	}
	src.acquire(s.hub.ctx)
	defer src.release()
	ctx, cancel := context.WithTimeout(s.hub.ctx, describeWait)
	defer cancel()
	select {
	case <-src.stream.known:
	case <-ctx.Done():
		return nil, respond(base.StatusGatewayTimeout)
	}
	lanes := src.stream.offered()
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.offers[src.id]
	if o != nil && alike(o.lanes, lanes) {
		return o, nil
	}
	if o != nil {
		o.stream.Close() // which ends who reads by what was told before
	}
	o = &offering{lanes: lanes}
	for _, l := range lanes {
		kind := description.MediaTypeVideo
		if l.audio {
			kind = description.MediaTypeAudio
		}
		o.medias = append(o.medias, &description.Media{Type: kind, Formats: []format.Format{l.forma}})
	}
	o.stream = &gortsplib.ServerStream{Server: s.rtsp, Desc: &description.Session{Title: src.id, Medias: o.medias}}
	if err := o.stream.Initialize(); err != nil {
		delete(s.offers, src.id)
		return nil, respond(base.StatusInternalServerError)
	}
	s.offers[src.id] = o
	return o, nil
}

// alike says whether a reader that was told of a can read b.
func alike(a, b []*lane) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].codec != b[i].codec || a[i].forma.PayloadType() != b[i].forma.PayloadType() {
			return false
		}
	}
	return true
}

// OnDescribe implements gortsplib.ServerHandlerOnDescribe.
func (s *server) OnDescribe(c *gortsplib.ServerHandlerOnDescribeCtx) (*base.Response, *gortsplib.ServerStream, error) {
	src, no := s.sourceOf(c.Path, c.Query, c.Request)
	if no != nil {
		return no, nil, nil
	}
	o, no := s.offer(src)
	if no != nil {
		return no, nil, nil
	}
	return respond(base.StatusOK), o.stream, nil
}

// OnSetup implements gortsplib.ServerHandlerOnSetup.
func (s *server) OnSetup(c *gortsplib.ServerHandlerOnSetupCtx) (*base.Response, *gortsplib.ServerStream, error) {
	if g := s.guest(c.Session); g.claim != nil {
		return respond(base.StatusOK), nil, nil // it publishes
	}
	src, no := s.sourceOf(c.Path, c.Query, c.Request)
	if no != nil {
		return no, nil, nil
	}
	o, no := s.offer(src)
	if no != nil {
		return no, nil, nil
	}
	c.Conn.SetUserData(c.Session)
	s.guest(c.Session).token = credential(c.Request, c.Query)
	return respond(base.StatusOK), o.stream, nil
}

// OnResponse implements gortsplib.ServerHandlerOnResponse: it learns by which ways a session's packets travel.
func (s *server) OnResponse(c *gortsplib.ServerConn, res *base.Response) {
	session, ok := c.UserData().(*gortsplib.ServerSession)
	if !ok || res.StatusCode != base.StatusOK || res.Header["Transport"] == nil {
		return
	}
	var way headers.Transport
	if way.Unmarshal(res.Header["Transport"]) != nil {
		return
	}
	s.guest(session).ways = append(s.guest(session).ways, way)
	way.SSRC = nil // the camera's own goes through
	res.Header["Transport"] = way.Marshal()
}

// OnPlay implements gortsplib.ServerHandlerOnPlay. The packets follow its answer.
func (s *server) OnPlay(c *gortsplib.ServerHandlerOnPlayCtx) (*base.Response, error) {
	g, src := s.guest(c.Session), s.hub.sources[strings.Trim(c.Path, "/")]
	wire, ok := c.Conn.NetConn().(*wireConn)
	if src == nil || !ok || g.reader != nil {
		return respond(base.StatusBadRequest), nil
	}
	r, err := s.newReader(src, c.Session, wire, g.ways, g.token)
	if err != nil {
		return respond(base.StatusNotEnoughBandwidth), nil
	}
	g.reader = r
	wire.afterAnswer(func() { s.work.Go(r.run) })
	return respond(base.StatusOK), nil
}

// OnPause implements gortsplib.ServerHandlerOnPause.
func (s *server) OnPause(c *gortsplib.ServerHandlerOnPauseCtx) (*base.Response, error) {
	g := s.guest(c.Session)
	if g.reader != nil {
		g.reader.end()
		g.reader = nil
	}
	return respond(base.StatusOK), nil
}

// OnSessionClose implements gortsplib.ServerHandlerOnSessionClose.
func (s *server) OnSessionClose(c *gortsplib.ServerHandlerOnSessionCloseCtx) {
	g := s.guest(c.Session)
	s.mu.Lock()
	delete(s.sessions, c.Session)
	s.mu.Unlock()
	if g.reader != nil {
		g.reader.end()
	}
	if g.claim != nil {
		g.claim.end()
	}
}

// OnDecodeError implements gortsplib.ServerHandlerOnDecodeError.
func (s *server) OnDecodeError(c *gortsplib.ServerHandlerOnDecodeErrorCtx) {
	if g := s.guest(c.Session); g.claim != nil {
		g.claim.source.malformed.Add(1)
	}
}

// OnPacketsLost implements gortsplib.ServerHandlerOnPacketsLost; the stream counts gaps itself.
func (s *server) OnPacketsLost(*gortsplib.ServerHandlerOnPacketsLostCtx) {}

func (s *server) guest(session *gortsplib.ServerSession) *guest {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.sessions[session]
	if g == nil {
		g = &guest{}
		s.sessions[session] = g
	}
	return g
}
