package station

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"groundstation/mavlink/rtcm"
)

const (
	// baseSilent is how long a TCP base may say nothing before it is dialled anew; baseWait and baseWaitMost the pauses
	// between two tries.
	baseSilent   = 15 * time.Second
	baseWait     = time.Second
	baseWaitMost = 30 * time.Second
	baseDial     = 5 * time.Second
	// baseRate is how many messages a second are passed on, baseBurst at once: a base sends about ten.
	baseRate, baseBurst = 50, 100
)

// BaseSpec is where RTCM 3 comes from: a TCP server that is connected to, or a UDP address that is listened on. Both empty:
// nowhere.
type BaseSpec struct {
	TCP string `toml:"tcp"`
	UDP string `toml:"udp"`
}

// Check says what is wrong with it.
func (s BaseSpec) Check() error {
	if s.TCP != "" && s.UDP != "" {
		return errors.New("it has both tcp and udp; corrections come from one base")
	}
	for _, a := range []struct{ key, addr string }{{"tcp", s.TCP}, {"udp", s.UDP}} {
		if a.addr == "" {
			continue
		}
		if host, port, err := net.SplitHostPort(a.addr); err != nil || port == "" || host == "" {
			return fmt.Errorf("%s is %q; it is host:port", a.key, a.addr)
		}
	}
	return nil
}

// Base reads the corrections of one base station.
type Base struct {
	spec BaseSpec
	log  *slog.Logger
	udp  net.PacketConn // bound at once, so that a port that is taken is an error before anything flies

	messages, bad, garbage, connects, dropped atomic.Uint64
	last                                      atomic.Int64 // of the newest message, Unix nanoseconds
}

// OpenBase binds what is listened on; nil for a spec that is empty.
func OpenBase(spec BaseSpec, log *slog.Logger) (*Base, error) {
	if err := spec.Check(); err != nil {
		return nil, err
	}
	if spec == (BaseSpec{}) {
		return nil, nil
	}
	b := &Base{spec: spec, log: log}
	if spec.UDP != "" {
		conn, err := net.ListenPacket("udp", spec.UDP)
		if err != nil {
			return nil, err
		}
		b.udp = conn
	}
	return b, nil
}

// Register makes the figures visible under groundstation_rtcm_*.
func (b *Base) Register(reg prometheus.Registerer) {
	for _, c := range []struct {
		name, help string
		of         *atomic.Uint64
	}{
		{"messages_total", "RTCM messages with a right checksum.", &b.messages},
		{"bad_total", "RTCM messages with a wrong checksum.", &b.bad},
		{"garbage_bytes_total", "Bytes of the base that are in no message.", &b.garbage},
		{"connects_total", "Connections made to the base.", &b.connects},
		{"dropped_total", "Messages over the rate that is passed on.", &b.dropped},
	} {
		reg.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "groundstation_rtcm_" + c.name, Help: c.help},
			func() float64 { return float64(c.of.Load()) }))
	}
	reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "groundstation_rtcm_age_seconds", Help: "Age of the newest RTCM message; -1 before the first."},
		func() float64 {
			if at := b.last.Load(); at != 0 {
				return time.Since(time.Unix(0, at)).Seconds()
			}
			return -1
		}))
}

// Run hands every message to deliver until ctx ends.
func (b *Base) Run(ctx context.Context, deliver func(message []byte)) {
	wait := baseWait
	for ctx.Err() == nil {
		conn, err := b.connect(ctx)
		if err == nil {
			b.connects.Add(1)
			began := b.messages.Load()
			err = b.read(ctx, conn, deliver)
			if b.messages.Load() > began {
				wait = baseWait
			}
		}
		if ctx.Err() != nil {
			return
		}
		b.log.Warn("the base of the corrections is not heard", "error", err, "again", wait)
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		wait = min(2*wait, baseWaitMost)
	}
}

func (b *Base) connect(ctx context.Context) (net.Conn, error) {
	if b.udp != nil {
		return b.udp.(net.Conn), nil
	}
	d := net.Dialer{Timeout: baseDial}
	return d.DialContext(ctx, "tcp", b.spec.TCP)
}

// read passes messages on until the connection ends, is silent for too long (TCP), or ctx ends.
func (b *Base) read(ctx context.Context, conn net.Conn, deliver func([]byte)) error {
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	defer conn.Close()
	var f rtcm.Framer
	tokens, filled := float64(baseBurst), time.Now()
	buf := make([]byte, 4096)
	for {
		if b.udp == nil {
			_ = conn.SetReadDeadline(time.Now().Add(baseSilent))
		}
		n, err := conn.Read(buf)
		if err != nil {
			return err
		}
		before := f.Stats()
		now := time.Now()
		tokens, filled = min(baseBurst, tokens+now.Sub(filled).Seconds()*baseRate), now
		f.Push(buf[:n], func(m []byte) {
			b.last.Store(now.UnixNano())
			if tokens < 1 {
				b.dropped.Add(1)
				return
			}
			tokens--
			deliver(m)
		})
		after := f.Stats()
		b.messages.Add(after.Messages - before.Messages)
		b.bad.Add(after.Bad - before.Bad)
		b.garbage.Add(after.Garbage - before.Garbage)
	}
}

// Correct passes one RTCM message on to every vehicle that is heard.
func (s *Station) Correct(message []byte) { s.step(Correction{Message: message}) }
