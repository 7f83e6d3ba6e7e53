package link

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"groundstation/mavlink"
)

const (
	// connsMax is how many peers one TCP server has.
	connsMax = 64
	dialTime = 5 * time.Second
	// kernelQueue is what the kernel may hold of what a TCP peer has not taken, bytes: little, for it grows old there.
	kernelQueue = 8 << 10
)

// alive finds a peer that went without a word in about half a minute.
var alive = net.KeepAliveConfig{Enable: true, Idle: 10 * time.Second, Interval: 5 * time.Second, Count: 4}

// tcpServer takes any number of peers, each of which is a source.
type tcpServer struct {
	spec     Spec
	log      *slog.Logger
	listener *net.TCPListener
	n        counters

	mu    sync.Mutex
	conns map[netip.AddrPort]*conn
}

func listenTCP(spec Spec, log *slog.Logger) (*tcpServer, error) {
	config := net.ListenConfig{KeepAliveConfig: alive}
	l, err := config.Listen(context.Background(), "tcp", spec.Addr)
	if err != nil {
		return nil, fmt.Errorf("listen for mavlink on %s: %w", spec.Addr, err)
	}
	spec.Addr = l.Addr().String()
	return &tcpServer{spec: spec, log: log, listener: l.(*net.TCPListener), conns: map[netip.AddrPort]*conn{}}, nil
}

// Spec gives the address that was listened on.
func (l *tcpServer) Spec() Spec   { return l.spec }
func (l *tcpServer) Stats() Stats { return l.n.stats() }

// Close frees the port.
func (l *tcpServer) Close() error { return l.listener.Close() }

func (l *tcpServer) Run(ctx context.Context, sink Sink) error {
	stop := context.AfterFunc(ctx, func() { l.listener.Close() })
	defer stop()
	defer l.listener.Close()
	var peers sync.WaitGroup
	defer peers.Wait()
	for {
		c, err := l.listener.AcceptTCP()
		switch {
		case errors.Is(err, net.ErrClosed):
			return nil
		case err != nil:
			l.n.errs.Add(1)
			if !pause(ctx, readPause) {
				return nil
			}
			continue
		}
		if !l.admit(ctx, sink, c, &peers) {
			l.n.refused.Add(1)
			c.Close()
		}
	}
}

// admit begins the reading of a new peer, if there is room for one.
func (l *tcpServer) admit(ctx context.Context, sink Sink, c *net.TCPConn, peers *sync.WaitGroup) bool {
	_ = c.SetWriteBuffer(kernelQueue)
	at := c.RemoteAddr().(*net.TCPAddr).AddrPort()
	at = netip.AddrPortFrom(at.Addr().Unmap(), at.Port())
	k := newConn(c, mavlink.Source{Link: mavlink.LinkID(l.spec.ID), Addr: at}, &l.n)
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.conns) >= connsMax {
		return false
	}
	l.conns[at] = k
	peers.Go(func() {
		l.log.Info("connected", "peer", at.String())
		err := k.run(ctx, sink)
		l.mu.Lock()
		delete(l.conns, at)
		l.mu.Unlock()
		l.log.Info("connection ended", "peer", at.String(), "error", err)
	})
	return true
}

func (l *tcpServer) Write(to netip.AddrPort, b []byte) error {
	l.mu.Lock()
	k := l.conns[to]
	l.mu.Unlock()
	if k == nil {
		l.n.dropped.Add(1)
		return ErrNoPeer
	}
	return k.put(b)
}

// dialled is a link with one peer over a connection that is opened again when it ends: TCP client and serial line.
type dialled struct {
	spec Spec
	log  *slog.Logger
	dial func(context.Context, Spec) (io.ReadWriteCloser, error)
	n    counters

	mu   sync.Mutex
	conn *conn
}

func newDialled(spec Spec, log *slog.Logger, dial func(context.Context, Spec) (io.ReadWriteCloser, error)) *dialled {
	return &dialled{spec: spec, log: log, dial: dial}
}

func (l *dialled) Spec() Spec   { return l.spec }
func (l *dialled) Stats() Stats { return l.n.stats() }

// Close has nothing to free.
func (l *dialled) Close() error { return nil }

func (l *dialled) Run(ctx context.Context, sink Sink) error {
	var wait backoff
	for ctx.Err() == nil {
		rw, err := l.dial(ctx, l.spec)
		if err == nil {
			begun := time.Now()
			k := newConn(rw, mavlink.Source{Link: mavlink.LinkID(l.spec.ID)}, &l.n)
			l.hold(k)
			l.log.Info("connected", "peer", l.spec.Addr)
			err = k.run(ctx, sink)
			l.hold(nil)
			wait.lasted(time.Since(begun))
		}
		if ctx.Err() != nil {
			break
		}
		l.n.errs.Add(1)
		l.log.Warn("link is down", "peer", l.spec.Addr, "error", err)
		if !wait.wait(ctx) {
			break
		}
	}
	return nil
}

func (l *dialled) hold(k *conn) {
	l.mu.Lock()
	l.conn = k
	l.mu.Unlock()
}

func (l *dialled) Write(_ netip.AddrPort, b []byte) error {
	l.mu.Lock()
	k := l.conn
	l.mu.Unlock()
	if k == nil {
		l.n.dropped.Add(1)
		return ErrNoPeer
	}
	return k.put(b)
}

func dialTCP(ctx context.Context, spec Spec) (io.ReadWriteCloser, error) {
	d := net.Dialer{Timeout: dialTime, KeepAliveConfig: alive}
	c, err := d.DialContext(ctx, "tcp", spec.Addr)
	if err != nil {
		return nil, fmt.Errorf("dial %s: %w", spec.Addr, err)
	}
	_ = c.(*net.TCPConn).SetWriteBuffer(kernelQueue)
	return c, nil
}
