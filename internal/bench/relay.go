package main

import (
	"net"
	"net/netip"
	"sync"
	"time"
)

// The messages whose passing is noted (MAVLink common and the hangar dialect).
const (
	msgHeartbeat   = 0
	msgCommandInt  = 75
	msgCommandLong = 76
	msgExtended    = 245
	msgDockStatus  = 53000
)

// note is one frame that passed.
type note struct {
	at      time.Time
	down    bool // from the station
	system  uint8
	message uint32
	// value is the command, the landed state, or the dock's state.
	value uint16
}

// relay passes datagrams between the city and the station. Each system keeps a socket of its own towards the station.
type relay struct {
	front *net.UDPConn
	to    *net.UDPAddr

	mu    sync.Mutex
	back  map[netip.AddrPort]*net.UDPConn
	notes []note
	done  sync.WaitGroup
}

func newRelay(station string) (*relay, error) {
	to, err := net.ResolveUDPAddr("udp", station)
	if err != nil {
		return nil, err
	}
	front, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, err
	}
	_ = front.SetReadBuffer(4 << 20)
	r := &relay{front: front, to: to, back: map[netip.AddrPort]*net.UDPConn{}}
	r.done.Go(r.up)
	return r, nil
}

func (r *relay) addr() string { return r.front.LocalAddr().String() }

func (r *relay) close() {
	_ = r.front.Close()
	r.mu.Lock()
	for _, c := range r.back {
		_ = c.Close()
	}
	r.mu.Unlock()
	r.done.Wait()
}

// take gives the notes since the last time.
func (r *relay) take() []note {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := r.notes
	r.notes = nil
	return out
}

func (r *relay) up() {
	b := make([]byte, 2048)
	for {
		n, from, err := r.front.ReadFromUDPAddrPort(b)
		if err != nil {
			return
		}
		at := time.Now()
		r.mu.Lock()
		c := r.back[from]
		if c == nil {
			if c, err = net.DialUDP("udp", nil, r.to); err != nil {
				r.mu.Unlock()
				return
			}
			r.back[from] = c
			system := b[5]
			r.done.Go(func() { r.down(c, from, system) })
		}
		r.look(b[:n], at, false, 0)
		r.mu.Unlock()
		_, _ = c.Write(b[:n]) // a station that is being restarted refuses
	}
}

func (r *relay) down(c *net.UDPConn, city netip.AddrPort, system uint8) {
	b := make([]byte, 2048)
	for {
		n, err := c.Read(b)
		if err != nil {
			if isClosed(err) {
				return
			}
			continue
		}
		at := time.Now()
		r.mu.Lock()
		r.look(b[:n], at, true, system)
		r.mu.Unlock()
		_, _ = r.front.WriteToUDPAddrPort(b[:n], city)
	}
}

// look notes the MAVLink 2 frames of one datagram; the station's are noted under the system they go to.
func (r *relay) look(b []byte, at time.Time, down bool, to uint8) {
	for len(b) >= 12 && b[0] == 0xFD {
		size := 12 + int(b[1])
		if b[2]&1 != 0 {
			size += 13
		}
		if len(b) < size {
			return
		}
		id := uint32(b[7]) | uint32(b[8])<<8 | uint32(b[9])<<16
		payload := b[10 : 10+int(b[1])]
		n := note{at: at, down: down, system: b[5], message: id}
		if down {
			n.system = to
		}
		switch id {
		case msgCommandInt, msgCommandLong:
			n.value = uint16(octet(payload, 28)) | uint16(octet(payload, 29))<<8
		case msgExtended:
			n.value = uint16(octet(payload, 1))
		case msgDockStatus:
			n.value = uint16(octet(payload, 16))
		}
		r.notes = append(r.notes, n)
		b = b[size:]
	}
}

// octet gives a payload's octet; MAVLink 2 leaves zeros at the end out.
func octet(p []byte, i int) byte {
	if i < len(p) {
		return p[i]
	}
	return 0
}
