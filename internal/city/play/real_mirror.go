package play

import (
	"net"
	"sync"
	"time"

	"groundstation/internal/station"
	"groundstation/mavlink/tlog"
)

// mirrorMost bounds the frames that wait to be written down; further ones are dropped.
const mirrorMost = 1 << 15

// mirror hears what the station shows of its vehicles' frames, for the record of a run.
type mirror struct {
	conn  *net.UDPConn
	done  sync.WaitGroup
	mu    sync.Mutex
	heard []mirrored
}

type mirrored struct {
	at    time.Time
	frame []byte
}

func listenMirror() (*mirror, error) {
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, err
	}
	m := &mirror{conn: conn}
	m.done.Go(m.read)
	return m, nil
}

func (m *mirror) addr() string { return m.conn.LocalAddr().String() }

// read ends when the socket is closed.
func (m *mirror) read() {
	buf := make([]byte, tlog.FrameMax)
	for {
		n, err := m.conn.Read(buf)
		if err != nil {
			return
		}
		m.mu.Lock()
		if len(m.heard) < mirrorMost {
			m.heard = append(m.heard, mirrored{time.Now(), append([]byte(nil), buf[:n]...)})
		}
		m.mu.Unlock()
	}
}

// drain gives what was heard to a tap, if there is one.
func (m *mirror) drain(tap station.Tap) {
	m.mu.Lock()
	heard := m.heard
	m.heard = nil
	m.mu.Unlock()
	if tap == nil {
		return
	}
	for _, f := range heard {
		tap(f.at, "", f.frame, false)
	}
}

func (m *mirror) close() {
	_ = m.conn.Close()
	m.done.Wait()
}
