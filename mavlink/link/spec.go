package link

import (
	"fmt"
	"log/slog"
	"net"
	"strings"

	"groundstation/mavlink"
)

// The kinds of links.
const (
	UDPServer = "udp-server"
	UDPClient = "udp-client"
	TCPServer = "tcp-server"
	TCPClient = "tcp-client"
	Serial    = "serial"
)

// linksMax is how many links one station may have.
const linksMax = 16

// Spec is one [[mavlink.link]] of the configuration.
type Spec struct {
	// ID names the link for good, 1 to 255; it is also the link id of signed frames.
	ID int `toml:"id"`
	// Kind is one of udp-server, udp-client, tcp-server, tcp-client, serial.
	Kind string `toml:"kind"`
	// Addr is host:port, to listen on or to dial; of a serial line the device, such as /dev/ttyUSB0.
	Addr string `toml:"addr"`
	// Baud is the speed of a serial line, bits per second; 57600 if not given.
	Baud int `toml:"baud"`
}

// Dials says whether the link has one peer, which it seeks itself.
func (s Spec) Dials() bool { return s.Kind == UDPClient || s.Kind == TCPClient || s.Kind == Serial }

// baudUsual is the speed of a telemetry radio, bits per second.
const baudUsual = 57600

func (s Spec) baud() int {
	if s.Baud == 0 {
		return baudUsual
	}
	return s.Baud
}

// Check names the first key that is wrong and what it may be.
func (s Spec) Check() error {
	if s.ID < 1 || s.ID > 255 {
		return fmt.Errorf("id %d is not within 1 to 255", s.ID)
	}
	switch s.Kind {
	case UDPServer, UDPClient, TCPServer, TCPClient:
		if _, port, err := net.SplitHostPort(s.Addr); err != nil || port == "" {
			return fmt.Errorf("addr is %q; it is host:port, such as 127.0.0.1:14550", s.Addr)
		}
		if s.Baud != 0 {
			return fmt.Errorf("baud is %d; only a serial link has one", s.Baud)
		}
	case Serial:
		if s.Addr == "" || strings.ContainsAny(s.Addr, "\x00\n") {
			return fmt.Errorf("addr is %q; it is the device, such as /dev/ttyUSB0", s.Addr)
		}
		if s.Baud != 0 && (s.Baud < 1200 || s.Baud > 4_000_000) {
			return fmt.Errorf("baud %d is not within 1200 to 4000000", s.Baud)
		}
	default:
		return fmt.Errorf("kind is %q; it is one of %s, %s, %s, %s, %s", s.Kind, UDPServer, UDPClient, TCPServer, TCPClient, Serial)
	}
	return nil
}

// CheckAll checks every link and that no id is given twice.
func CheckAll(specs []Spec) error {
	if n := len(specs); n < 1 || n > linksMax {
		return fmt.Errorf("%d links; a station has 1 to %d", n, linksMax)
	}
	seen := map[int]bool{}
	for i, s := range specs {
		if err := s.Check(); err != nil {
			return fmt.Errorf("link %d: %w", i+1, err)
		}
		if seen[s.ID] {
			return fmt.Errorf("link %d: id %d is given twice", i+1, s.ID)
		}
		seen[s.ID] = true
	}
	return nil
}

// Greet gives the sources that must be spoken to before they are heard: a vehicle may wait for that.
func Greet(specs []Spec) []mavlink.Source {
	var out []mavlink.Source
	for _, s := range specs {
		if s.Dials() {
			out = append(out, mavlink.Source{Link: mavlink.LinkID(s.ID)})
		}
	}
	return out
}

// Open makes the link. A server whose address is taken is an error now; a client seeks its peer in Run.
func (s Spec) Open(log *slog.Logger) (Link, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	log = log.With("link", s.ID)
	switch s.Kind {
	case UDPServer:
		return listenUDP(s)
	case UDPClient:
		return newUDPClient(s, log), nil
	case TCPServer:
		return listenTCP(s, log)
	case TCPClient:
		return newDialled(s, log, dialTCP), nil
	}
	return newDialled(s, log, openSerial), nil
}
