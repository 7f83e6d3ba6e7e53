package station

import (
	"fmt"
	"hash/maphash"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"groundstation/mavlink/link"
	"groundstation/mavlink/tlog"
)

const (
	// mirrorMax is how many frames wait to be sent; further ones are dropped and counted.
	mirrorMax = 4096
	// mirrorOnce is how long the same frame is not sent a second time.
	mirrorOnce = 2 * time.Second
	mirrorSeen = 4096
)

// Mirror sends a copy of every frame that vehicles and docks send to one UDP address, a frame a datagram, for a program
// that looks on, such as QGroundControl. It is one way: its socket is never read, so that whatever comes back is no
// input of the station. What the station sends is not copied, nor is any key. A frame that comes twice, by two links or
// because another station mirrors what it is sent, goes out once, so that no two mirrors can feed each other.
type Mirror struct {
	seed   maphash.Seed
	seen   [mirrorSeen]sighting
	conn   *net.UDPConn
	frames chan mirrored
	stop   chan struct{}
	done   sync.WaitGroup

	sent, dropped, errors atomic.Uint64
}

type sighting struct {
	sum uint64
	at  time.Time
}

type mirrored struct {
	n int
	b [tlog.FrameMax]byte
}

// NewMirror sends to addr, host:port. It is an error if that is one of the station's own links.
func NewMirror(addr string, links []link.Link) (*Mirror, error) {
	to, err := net.ResolveUDPAddr("udp", addr)
	if err != nil {
		return nil, fmt.Errorf("mirror to %s: %w", addr, err)
	}
	conn, err := net.DialUDP("udp", nil, to)
	if err != nil {
		return nil, fmt.Errorf("mirror to %s: %w", addr, err)
	}
	if local := conn.LocalAddr().(*net.UDPAddr); to.IP.IsLoopback() || local.IP.Equal(to.IP) {
		for _, l := range links {
			own, err := net.ResolveUDPAddr("udp", l.Spec().Addr)
			if err == nil && l.Spec().Kind == link.UDPServer && own.Port == to.Port {
				_ = conn.Close()
				return nil, fmt.Errorf("mirror to %s: link %d listens there and would hear its own frames", addr, l.Spec().ID)
			}
		}
	}
	return &Mirror{seed: maphash.MakeSeed(), conn: conn, frames: make(chan mirrored, mirrorMax), stop: make(chan struct{})}, nil
}

// Tap is the Core's, one call at a time: it copies what comes.
func (m *Mirror) Tap(now time.Time, _ string, frame []byte, out bool) {
	if out || tlog.Secret(frame) || len(frame) > tlog.FrameMax {
		return
	}
	sum := maphash.Bytes(m.seed, frame)
	if was := &m.seen[sum%mirrorSeen]; was.sum == sum && now.Sub(was.at) < mirrorOnce {
		return
	}
	m.seen[sum%mirrorSeen] = sighting{sum, now}
	f := mirrored{n: len(frame)}
	copy(f.b[:], frame)
	select {
	case m.frames <- f:
	default:
		m.dropped.Add(1)
	}
}

// start begins to send; close ends it and closes the socket.
func (m *Mirror) start() { m.done.Go(m.run) }

func (m *Mirror) close() {
	close(m.stop)
	m.done.Wait()
	_ = m.conn.Close()
}

func (m *Mirror) run() {
	for {
		select {
		case f := <-m.frames:
			// Nobody listening is an error of one write and no reason to stop.
			if _, err := m.conn.Write(f.b[:f.n]); err != nil {
				m.errors.Add(1)
			} else {
				m.sent.Add(1)
			}
		case <-m.stop:
			return
		}
	}
}

// Register makes the figures visible in reg under groundstation_mirror_*.
func (m *Mirror) Register(reg prometheus.Registerer) {
	for _, c := range []struct {
		name, help string
		value      *atomic.Uint64
	}{
		{"frames_total", "Frames sent to the mirror.", &m.sent},
		{"dropped_total", "Frames not sent to the mirror because too many waited.", &m.dropped},
		{"errors_total", "Frames that the mirror's socket refused.", &m.errors},
	} {
		reg.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "groundstation_mirror_" + c.name, Help: c.help},
			func() float64 { return float64(c.value.Load()) }))
	}
}

// Taps is one Tap that shows each frame to all; nil ones are left out, and none is nil.
func Taps(taps ...Tap) Tap {
	var all []Tap
	for _, t := range taps {
		if t != nil {
			all = append(all, t)
		}
	}
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	}
	return func(now time.Time, of string, frame []byte, out bool) {
		for _, t := range all {
			t(now, of, frame, out)
		}
	}
}
