package video

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/bluenviron/gortsplib/v4"
	"github.com/bluenviron/gortsplib/v4/pkg/headers"
	"github.com/pion/rtcp"
)

// rtspReport is how often an RTSP reader is told which RTP time is which time of the clock; the first goes at once.
const rtspReport = 5 * time.Second

// sendBuffer bounds what the kernel holds for an RTSP reader that is behind: about a second of a 2 Mbit/s picture.
const sendBuffer = 256 << 10

// accessEvery is how often an RTSP reader's token is looked at again, as it may have expired.
const accessEvery = time.Second

// rtspReader is one peer that reads a source by RTSP.
type rtspReader struct {
	hub     *Hub
	server  *server
	source  *source
	reader  *reader
	session *gortsplib.ServerSession
	wire    *wireConn
	ways    []route
	token   string
	checked time.Time // that the token still opens
	once    sync.Once
	bufs    net.Buffers
}

// route is how the packets of one track travel: within the RTSP connection by its channel, or by UDP.
type route struct {
	lane      *lane
	channel   byte
	rtp, rtcp netip.AddrPort // by UDP if valid
	reported  time.Time
	packets   uint32
	octets    uint32
}

// newReader makes a place for a peer. Its tracks are in the order of the SETUPs.
func (s *server) newReader(src *source, session *gortsplib.ServerSession, wire *wireConn, ways []headers.Transport, token string) (*rtspReader, error) {
	r := &rtspReader{hub: s.hub, server: s, source: src, reader: newReader(), session: session, wire: wire, token: token}
	s.mu.Lock()
	told := s.offers[src.id]
	s.mu.Unlock()
	medias := session.SetuppedMedias()
	if told == nil || len(medias) != len(ways) {
		return nil, ErrOffer
	}
	peer, _ := netip.ParseAddrPort(wire.RemoteAddr().String())
	r.ways = make([]route, len(told.lanes))
	for i, m := range medias {
		for track, of := range told.medias {
			if of != m {
				continue
			}
			w := route{lane: told.lanes[track]}
			if ways[i].InterleavedIDs != nil {
				w.channel = byte(ways[i].InterleavedIDs[0])
			} else if p := ways[i].ClientPorts; p != nil {
				w.rtp, w.rtcp = netip.AddrPortFrom(peer.Addr(), uint16(p[0])), netip.AddrPortFrom(peer.Addr(), uint16(p[1]))
			}
			r.ways[track] = w
		}
	}
	if err := s.hub.enter(); err != nil {
		return nil, err
	}
	src.acquire(s.hub.ctx)
	src.stream.join(r.reader)
	return r, nil
}

// run writes what the stream has to the peer until one of both ends, or another codec comes than the peer was told.
func (r *rtspReader) run() {
	for {
		batch, ok := r.reader.take()
		if !ok {
			return
		}
		if !r.write(batch) {
			r.session.Close()
			r.end()
			return
		}
	}
}

// write hands on what was taken: within the RTSP connection in one piece, by UDP packet by packet.
func (r *rtspReader) write(batch []*packet) bool {
	r.bufs = r.bufs[:0]
	if now := batch[0].arrived; now.Sub(r.checked) >= accessEvery {
		if r.checked = now; !r.hub.access(r.token, r.source.id) {
			return false
		}
	}
	for _, p := range batch {
		w, told := r.route(p.lane)
		if !told {
			return false
		}
		if w == nil || p.wire == nil {
			continue
		}
		w.packets++
		w.octets += uint32(len(p.Payload))
		if p.arrived.Sub(w.reported) >= rtspReport {
			w.reported = p.arrived
			r.report(w, p)
		}
		switch {
		case w.rtp.IsValid():
			_, _ = r.server.rtp.WriteToUDPAddrPort(p.wire[rtspHeader:], w.rtp)
		case w.channel == p.wire[1]:
			r.bufs = append(r.bufs, p.wire)
		default:
			r.bufs = append(r.bufs, []byte{'$', w.channel, p.wire[2], p.wire[3]}, p.wire[rtspHeader:])
		}
	}
	return len(r.bufs) == 0 || r.wire.writeAll(r.bufs) == nil
}

// route gives the way of a lane, nil if the peer did not ask for it; not told: it was told of something else.
func (r *rtspReader) route(l *lane) (w *route, told bool) {
	for i := range r.ways {
		w := &r.ways[i]
		switch {
		case w.lane == nil:
		case w.lane == l:
			return w, true
		case w.lane.audio == l.audio:
			if !alike([]*lane{w.lane}, []*lane{l}) {
				return nil, false
			}
			w.lane = l // the source began again with the same
			return w, true
		}
	}
	return nil, true
}

// report sends which RTP time is which time of the clock: the camera's own if it is known.
func (r *rtspReader) report(w *route, p *packet) {
	at := p.captured
	if at.IsZero() {
		at = p.arrived
	}
	b, err := (&rtcp.SenderReport{SSRC: p.SSRC, NTPTime: ntp(at), RTPTime: p.Timestamp, PacketCount: w.packets, OctetCount: w.octets}).Marshal()
	switch {
	case err != nil:
	case w.rtcp.IsValid():
		_, _ = r.server.rtcp.WriteToUDPAddrPort(b, w.rtcp)
	default:
		r.bufs = append(r.bufs, append([]byte{'$', w.channel + 1, byte(len(b) >> 8), byte(len(b))}, b...))
	}
}

// end takes the peer from its source, once.
func (r *rtspReader) end() {
	r.once.Do(func() {
		r.source.stream.leave(r.reader)
		r.source.release()
		r.hub.exit()
	})
}

// wireListener gives connections that can be written to past gortsplib.
type wireListener struct{ net.Listener }

// Accept implements net.Listener.
func (l wireListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if tcp, ok := c.(*net.TCPConn); ok {
		if err := tcp.SetWriteBuffer(sendBuffer); err != nil {
			return nil, errors.Join(err, c.Close())
		}
	}
	return &wireConn{Conn: c}, nil
}

// wireConn is an RTSP connection with two writers: gortsplib, which answers, and a reader of a stream.
type wireConn struct {
	net.Conn
	mu   sync.Mutex
	then func() // once the next answer is written
}

// afterAnswer calls f when the next answer was written.
func (c *wireConn) afterAnswer(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.then = f
}

// Write implements net.Conn.
func (c *wireConn) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n, err := c.Conn.Write(b)
	if c.then != nil {
		c.then()
		c.then = nil
	}
	return n, err
}

// writeAll writes pieces with one system call where the peer takes that much. After an error the connection is of no use.
func (c *wireConn) writeAll(bufs net.Buffers) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.Conn.SetWriteDeadline(time.Now().Add(ioTimeout))
	_, err := bufs.WriteTo(c.Conn)
	if err != nil {
		_ = c.Conn.Close()
	}
	return err
}
