package conform

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"
)

// ErrNobody is an endpoint at which neither an autopilot nor a dock was heard.
var ErrNobody = errors.New("no autopilot and no dock was heard")

const (
	maxDatagram = 65535
	readBuffer  = 4 << 20 // some seconds of a whole stream set, while others have the machine
	resolution  = 5 * time.Millisecond
	inboxSize   = 4096
)

// line is the way to the other side.
type line struct {
	read  func(b []byte) (int, error)
	write func(b []byte) error
	close func() error
}

// open reads an endpoint: udp:HOST:PORT speaks first, udp-listen:HOST:PORT waits for the first to speak, tcp:HOST:PORT
// connects. udp:HOST:PORT@PORT speaks from a port of its own: who answers only the first it heard, as PX4 does, knows it again.
func open(endpoint string) (*line, error) {
	scheme, addr, ok := strings.Cut(endpoint, ":")
	if !ok {
		return nil, fmt.Errorf("endpoint %q: want udp:HOST:PORT, udp-listen:HOST:PORT or tcp:HOST:PORT", endpoint)
	}
	switch scheme {
	case "udp", "tcp":
		addr, from, fixed := strings.Cut(addr, "@")
		var dialer net.Dialer
		if fixed && scheme == "udp" {
			local, err := net.ResolveUDPAddr("udp", ":"+from)
			if err != nil {
				return nil, fmt.Errorf("endpoint %q: %w", endpoint, err)
			}
			dialer.LocalAddr = local
		}
		conn, err := dialer.Dial(scheme, addr)
		if err != nil {
			return nil, fmt.Errorf("endpoint %q: %w", endpoint, err)
		}
		if udp, ok := conn.(*net.UDPConn); ok {
			_ = udp.SetReadBuffer(readBuffer) // less is the system's to decide
		}
		return &line{read: conn.Read, close: conn.Close, write: func(b []byte) error { _, err := conn.Write(b); return err }}, nil
	case "udp-listen":
		conn, err := net.ListenPacket("udp", addr)
		if err != nil {
			return nil, fmt.Errorf("endpoint %q: %w", endpoint, err)
		}
		return listened(conn), nil
	}
	return nil, fmt.Errorf("endpoint %q: %q is none of udp, udp-listen, tcp", endpoint, scheme)
}

// listened answers whoever spoke first, and nobody else is heard.
func listened(conn net.PacketConn) *line {
	var mu sync.Mutex
	var partner net.Addr
	return &line{close: conn.Close,
		read: func(b []byte) (int, error) {
			n, from, err := conn.ReadFrom(b)
			if err != nil {
				return n, err
			}
			mu.Lock()
			defer mu.Unlock()
			if partner == nil {
				partner = from
			}
			if from.String() != partner.String() {
				return 0, nil
			}
			return n, nil
		},
		write: func(b []byte) error {
			mu.Lock()
			to := partner
			mu.Unlock()
			if to == nil {
				return nil
			}
			_, err := conn.WriteTo(b, to)
			return err
		}}
}

// Run asks whoever is at the endpoint, in real time. progress, if any, is told each row as it begins. When ctx ends, what
// was found so far is the answer.
func Run(ctx context.Context, endpoint string, opt Options, progress func(id string, at, of int)) (Table, error) {
	l, err := open(endpoint)
	if err != nil {
		return Table{}, err
	}
	in := make(chan []byte, inboxSize)
	ended := make(chan error, 1)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() { ended <- l.pump(in, stop) })
	p := New(opt)
	err = drive(ctx, p, l, in, ended, progress)
	close(stop)
	if closed := l.close(); err == nil {
		err = closed
	}
	wg.Wait()
	if err == nil && p.system == 0 {
		err = ErrNobody
	}
	return p.Table(), err
}

// pump hands over what comes in, until the line is closed or broken.
func (l *line) pump(in chan<- []byte, stop <-chan struct{}) error {
	buf := make([]byte, maxDatagram)
	for {
		n, err := l.read(buf)
		var refused *net.OpError
		switch {
		case errors.As(err, &refused) && refused.Net == "udp" && !errors.Is(err, net.ErrClosed):
			continue // an ICMP error of an earlier write: nobody is there yet
		case err != nil:
			return err
		}
		select {
		case in <- append([]byte(nil), buf[:n]...):
		case <-stop:
			return nil
		}
	}
}

// drive owns the probe until it is done.
func drive(ctx context.Context, p *Probe, l *line, in <-chan []byte, ended <-chan error, progress func(string, int, int)) error {
	tick := time.NewTicker(resolution)
	defer tick.Stop()
	told := -1
	for !p.Done() {
		var out [][]byte
		select {
		case <-ctx.Done():
			return nil
		case err := <-ended:
			return fmt.Errorf("the endpoint closed: %w", err)
		case b := <-in:
			out = p.Step(time.Now(), b)
		case now := <-tick.C:
			out = p.Step(now, nil)
		}
		for _, b := range out {
			if err := l.write(b); err != nil && !errors.Is(err, net.ErrClosed) {
				var refused *net.OpError
				if !errors.As(err, &refused) || refused.Net != "udp" {
					return fmt.Errorf("write: %w", err)
				}
			}
		}
		if id, at, of := p.Progress(); id != "" && at != told && progress != nil {
			told = at
			progress(id, at, of)
		}
	}
	return nil
}
