package mavlink

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"

	"golang.org/x/net/ipv4"
)

// socketBuffer holds about a second of a whole fleet's telemetry while the reader is late, bytes.
const socketBuffer = 4 << 20

// ErrClosed says that the link was closed from our side.
var ErrClosed = errors.New("mavlink link closed")

// UDPLink is one socket on which all systems are heard and answered. It holds no rules.
type UDPLink struct {
	conn  *net.UDPConn
	batch *ipv4.PacketConn // the same
}

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
	return &UDPLink{conn: conn, batch: ipv4.NewPacketConn(conn)}, nil
}

// Addr is the local address.
func (l *UDPLink) Addr() netip.AddrPort {
	ap := l.conn.LocalAddr().(*net.UDPAddr).AddrPort()
	return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
}

// batchSize and datagramMax bound what is read at once; a longer datagram is cut.
const (
	batchSize   = 64
	datagramMax = 2048
)

// Batch is room for datagrams that are read at once.
type Batch struct {
	messages []ipv4.Message
	n        int
}

// NewBatch makes room.
func NewBatch() *Batch {
	b := &Batch{messages: make([]ipv4.Message, batchSize)}
	for i := range b.messages {
		b.messages[i].Buffers = [][]byte{make([]byte, datagramMax)}
	}
	return b
}

// Full says that there may be more to read at once.
func (b *Batch) Full() bool { return b.n == len(b.messages) }

// Each calls each for every datagram that was read, in order; the bytes are valid until the next read.
func (b *Batch) Each(each func(from netip.AddrPort, datagram []byte)) {
	for i := range b.messages[:b.n] {
		m := &b.messages[i]
		if from, ok := m.Addr.(*net.UDPAddr); ok {
			ap := from.AddrPort()
			each(netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port()), m.Buffers[0][:m.N])
		}
	}
}

// Read waits for datagrams and takes all that are there, as far as the batch has room; ErrClosed after Close.
func (l *UDPLink) Read(b *Batch) error {
	for {
		n, err := l.batch.ReadBatch(b.messages, 0)
		switch {
		case errors.Is(err, net.ErrClosed):
			return ErrClosed
		case errors.Is(err, syscall.ECONNREFUSED):
			// An ICMP refusal of something sent earlier is reported here; it says nothing about reading.
			continue
		case err != nil:
			return fmt.Errorf("read mavlink: %w", err)
		}
		b.n = n
		return nil
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
