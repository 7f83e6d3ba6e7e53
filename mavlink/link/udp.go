package link

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/net/ipv4"

	"groundstation/mavlink"
)

// socketBuffer holds about a second of a whole fleet's telemetry while the reader is late, bytes.
const socketBuffer = 4 << 20

const (
	// batchSize and datagramMax bound what is read at once; a longer datagram is cut.
	batchSize   = 64
	datagramMax = 2048
	// readRest is the rest of a reader that has found its socket empty: what comes meanwhile is read at once. A wake-up
	// for each datagram costs more than all that is done with it.
	readRest = 2 * time.Millisecond
	// readPause is the wait after a failed read of a socket that is still open.
	readPause = 100 * time.Millisecond
)

// udpServer is one socket on which all systems are heard and answered.
type udpServer struct {
	spec Spec
	conn *net.UDPConn
	n    counters
}

func listenUDP(spec Spec) (*udpServer, error) {
	at, err := net.ResolveUDPAddr("udp", spec.Addr)
	if err != nil {
		return nil, fmt.Errorf("mavlink address %q: %w", spec.Addr, err)
	}
	conn, err := net.ListenUDP("udp", at)
	if err != nil {
		return nil, fmt.Errorf("listen for mavlink on %s: %w", spec.Addr, err)
	}
	widen(conn)
	l := &udpServer{spec: spec, conn: conn}
	l.spec.Addr = conn.LocalAddr().String()
	return l, nil
}

// widen asks for large buffers. The kernel may grant less; the sequence counters show what is lost by it.
func widen(conn *net.UDPConn) {
	_ = conn.SetReadBuffer(socketBuffer)
	_ = conn.SetWriteBuffer(socketBuffer)
}

// Spec gives the address that was listened on.
func (l *udpServer) Spec() Spec   { return l.spec }
func (l *udpServer) Stats() Stats { return l.n.stats() }

// Close frees the port.
func (l *udpServer) Close() error { return l.conn.Close() }

func (l *udpServer) Run(ctx context.Context, sink Sink) error {
	stop := context.AfterFunc(ctx, func() { l.conn.Close() })
	defer stop()
	defer l.conn.Close()
	in := ipv4.NewPacketConn(l.conn)
	room := make([]ipv4.Message, batchSize)
	for i := range room {
		room[i].Buffers = [][]byte{make([]byte, datagramMax)}
	}
	heard := make([]Datagram, 0, batchSize)
	for n := 0; ; {
		if n < batchSize {
			time.Sleep(readRest)
		}
		var err error
		n, err = in.ReadBatch(room, 0)
		switch {
		case errors.Is(err, net.ErrClosed):
			return nil
		case errors.Is(err, syscall.ECONNREFUSED):
			// An ICMP refusal of something sent earlier is reported here; it says nothing about reading.
			continue
		case err != nil:
			l.n.errs.Add(1)
			if !pause(ctx, readPause) {
				return nil
			}
			continue
		}
		heard = l.heard(heard[:0], room[:n])
		sink.Deliver(time.Now().Add(-readRest), heard)
	}
}

// heard names the sources of what was read.
func (l *udpServer) heard(heard []Datagram, read []ipv4.Message) []Datagram {
	var size uint64
	for i := range read {
		m := &read[i]
		from, ok := m.Addr.(*net.UDPAddr)
		if !ok {
			continue
		}
		at := from.AddrPort()
		size += uint64(m.N)
		heard = append(heard, Datagram{Bytes: m.Buffers[0][:m.N],
			From: mavlink.Source{Link: mavlink.LinkID(l.spec.ID), Addr: netip.AddrPortFrom(at.Addr().Unmap(), at.Port())}})
	}
	l.n.reads.Add(uint64(len(heard)))
	l.n.bytesIn.Add(size)
	return heard
}

func (l *udpServer) Write(to netip.AddrPort, b []byte) error {
	if !to.IsValid() {
		return ErrNoPeer
	}
	if _, err := l.conn.WriteToUDPAddrPort(b, to); err != nil {
		l.n.errs.Add(1)
		return fmt.Errorf("write mavlink to %s: %w", to, err)
	}
	l.n.writes.Add(1)
	l.n.bytesOut.Add(uint64(len(b)))
	return nil
}

// lookAgain is the silence after which a dialled UDP peer is looked up anew: its name may lead elsewhere by now.
const lookAgain = 15 * time.Second

// udpClient speaks to one address. The socket is made anew when the peer is silent, so that a name that moved is
// followed and a port that the network took away is replaced.
type udpClient struct {
	spec Spec
	log  *slog.Logger
	conn atomic.Pointer[net.UDPConn]
	n    counters
}

func newUDPClient(spec Spec, log *slog.Logger) *udpClient { return &udpClient{spec: spec, log: log} }

func (l *udpClient) Spec() Spec   { return l.spec }
func (l *udpClient) Stats() Stats { return l.n.stats() }

// Close has nothing to free.
func (l *udpClient) Close() error { return nil }

func (l *udpClient) Run(ctx context.Context, sink Sink) error {
	var wait backoff
	for ctx.Err() == nil {
		begun := time.Now()
		if err := l.session(ctx, sink); err != nil && ctx.Err() == nil {
			l.n.errs.Add(1)
			l.log.Warn("link is down", "error", err)
		}
		wait.lasted(time.Since(begun))
		if ctx.Err() != nil || !wait.wait(ctx) {
			break
		}
	}
	return nil
}

// session lasts as long as the peer is heard.
func (l *udpClient) session(ctx context.Context, sink Sink) error {
	at, err := (&net.Resolver{}).LookupHost(ctx, host(l.spec.Addr))
	if err != nil {
		return fmt.Errorf("look up %s: %w", l.spec.Addr, err)
	}
	dialer := net.Dialer{Timeout: dialTime}
	c, err := dialer.DialContext(ctx, "udp", net.JoinHostPort(at[0], port(l.spec.Addr)))
	if err != nil {
		return fmt.Errorf("dial %s: %w", l.spec.Addr, err)
	}
	conn := c.(*net.UDPConn)
	widen(conn)
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	defer conn.Close()
	l.conn.Store(conn)
	defer l.conn.Store(nil)
	l.n.connects.Add(1)
	l.n.peers.Store(1)
	defer l.n.peers.Store(0)
	heard := time.Now()
	b := make([]byte, datagramMax)
	for {
		if err := conn.SetReadDeadline(heard.Add(lookAgain)); err != nil {
			return fmt.Errorf("read %s: %w", l.spec.Addr, err)
		}
		n, err := conn.Read(b)
		switch {
		case errors.Is(err, net.ErrClosed), isTimeout(err):
			return nil
		case errors.Is(err, syscall.ECONNREFUSED):
			continue // nobody listens there now
		case err != nil:
			return fmt.Errorf("read %s: %w", l.spec.Addr, err)
		}
		heard = time.Now()
		l.n.reads.Add(1)
		l.n.bytesIn.Add(uint64(n))
		sink.Deliver(heard, []Datagram{{From: mavlink.Source{Link: mavlink.LinkID(l.spec.ID)}, Bytes: b[:n]}})
	}
}

func (l *udpClient) Write(_ netip.AddrPort, b []byte) error {
	conn := l.conn.Load()
	if conn == nil {
		l.n.dropped.Add(1)
		return ErrNoPeer
	}
	if _, err := conn.Write(b); err != nil {
		if errors.Is(err, syscall.ECONNREFUSED) {
			l.n.dropped.Add(1)
			return ErrNoPeer
		}
		l.n.errs.Add(1)
		return fmt.Errorf("write mavlink to %s: %w", l.spec.Addr, err)
	}
	l.n.writes.Add(1)
	l.n.bytesOut.Add(uint64(len(b)))
	return nil
}

func host(addr string) string { h, _, _ := net.SplitHostPort(addr); return h } // Check has split it before
func port(addr string) string { _, p, _ := net.SplitHostPort(addr); return p }

func isTimeout(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}

// pause waits for d; false when ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
