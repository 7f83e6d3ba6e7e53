package mavlink

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"
)

// socketBuffer holds about a second of a whole fleet's telemetry while the reader is late, bytes.
const socketBuffer = 1 << 20

// ErrClosed says that the link was closed from our side.
var ErrClosed = errors.New("mavlink link closed")

// UDPLink is one socket on which all systems are heard and answered. It holds no rules.
type UDPLink struct{ conn *net.UDPConn }

// ListenUDP opens the socket, for example on "127.0.0.1:14550".
func ListenUDP(addr string) (*UDPLink, error) {
	at, err := net.ResolveUDPAddr("udp", addr)
	if err != nil {
		return nil, fmt.Errorf("mavlink address %q: %w", addr, err)
	}
	conn, err := net.ListenUDP("udp", at)
	if err != nil {
		return nil, fmt.Errorf("listen for mavlink on %s: %w", addr, err)
	}
	// The kernel may grant less than asked for; the sequence counters show what is lost by it.
	_ = conn.SetReadBuffer(socketBuffer)
	_ = conn.SetWriteBuffer(socketBuffer)
	return &UDPLink{conn: conn}, nil
}

// Addr is the local address.
func (l *UDPLink) Addr() netip.AddrPort {
	ap := l.conn.LocalAddr().(*net.UDPAddr).AddrPort()
	return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
}

// Read waits for one datagram and gives its length and source; ErrClosed after Close. A datagram longer than b is cut.
func (l *UDPLink) Read(b []byte) (int, netip.AddrPort, error) {
	for {
		n, from, err := l.conn.ReadFromUDPAddrPort(b)
		switch {
		case errors.Is(err, net.ErrClosed):
			return 0, netip.AddrPort{}, ErrClosed
		case errors.Is(err, syscall.ECONNREFUSED):
			// An ICMP refusal of something sent earlier is reported here; it says nothing about reading.
			continue
		case err != nil:
			return 0, netip.AddrPort{}, fmt.Errorf("read mavlink: %w", err)
		}
		return n, netip.AddrPortFrom(from.Addr().Unmap(), from.Port()), nil
	}
}

// Write sends one datagram. It may be called from several goroutines.
func (l *UDPLink) Write(to netip.AddrPort, b []byte) error {
	if _, err := l.conn.WriteToUDPAddrPort(b, to); err != nil {
		return fmt.Errorf("write mavlink to %s: %w", to, err)
	}
	return nil
}

// Close ends Read.
func (l *UDPLink) Close() error { return l.conn.Close() }
