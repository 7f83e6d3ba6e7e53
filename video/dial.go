package video

import (
	"bufio"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"net"
	"net/netip"
	"strings"

	"github.com/bluenviron/gortsplib/v4/pkg/base"
)

// readAhead is how much is read from a camera at once: a picture at 2 Mbit/s is about 8 KiB.
const readAhead = 64 << 10

// resolver finds the addresses of a host; net.DefaultResolver.LookupNetIP is one.
type resolver func(ctx context.Context, network, host string) ([]netip.Addr, error)

// dialler connects one session to its camera. It dials the host it is asked for first and no other, so that a camera that
// redirects does not say where the station connects to; and it asks for that host's address once, judges it, and dials
// that very address, so that a name cannot mean one address when it is judged and another when it is dialled.
type dialler struct {
	resolve resolver
	first   string
	fixed   string // what first means, host:port
}

var (
	errRedirected = errors.New("the camera redirects to another address")
	errUnfit      = errors.New("the camera's name means an address that is not one of a camera")
)

func (d *dialler) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if d.first == "" {
		fixed, err := d.fix(ctx, address)
		if err != nil {
			return nil, err
		}
		d.first, d.fixed = address, fixed
	}
	if address != d.first {
		return nil, errRedirected
	}
	c, err := new(net.Dialer).DialContext(ctx, network, d.fixed)
	if err != nil {
		return nil, err
	}
	return &aheadConn{c, bufio.NewReaderSize(c, readAhead)}, nil
}

// fix resolves a name. What is given by number was judged before; localhost is what it says.
func (d *dialler) fix(ctx context.Context, address string) (string, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", err
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return address, nil
	}
	all, err := d.resolve(ctx, "ip", host)
	if err != nil {
		return "", err
	}
	for _, ip := range all {
		ip = ip.Unmap()
		if !foreign(ip) || ip.IsLoopback() && strings.EqualFold(strings.TrimSuffix(host, "."), "localhost") {
			return net.JoinHostPort(ip.String(), port), nil
		}
	}
	return "", errUnfit
}

// foreign says that an address cannot be a camera's: this machine, a link's own addresses, a group.
func foreign(ip netip.Addr) bool {
	return ip.Zone() != "" || ip.IsLoopback() || ip.IsUnspecified() || ip.IsMulticast() || ip.IsLinkLocalUnicast() ||
		!ip.IsGlobalUnicast() && !ip.IsPrivate()
}

// aheadConn reads more than it is asked for, as the RTSP client asks for little at a time.
type aheadConn struct {
	net.Conn
	ahead *bufio.Reader
}

func (c *aheadConn) Read(b []byte) (int, error) { return c.ahead.Read(b) }

// sameSource takes from a camera's answer to SETUP the address to which the station would send its reports, unless it is
// the camera's own.
func (d *dialler) sameSource(res *base.Response) {
	own, _, _ := net.SplitHostPort(d.fixed)
	values := res.Header["Transport"]
	for i, v := range values {
		var kept []string
		for part := range strings.SplitSeq(v, ";") {
			if from, is := strings.CutPrefix(strings.TrimSpace(part), "source="); !is || from == own {
				kept = append(kept, part)
			}
		}
		values[i] = strings.Join(kept, ";")
	}
}

// tlsFor is how an rtsps camera is believed: by its certificate's SHA-256 if that is given, by an authority otherwise.
func tlsFor(s Source) *tls.Config {
	if s.Fingerprint == "" {
		return &tls.Config{RootCAs: s.CA, MinVersion: tls.VersionTLS12}
	}
	want, err := hex.DecodeString(s.Fingerprint)
	return &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: true, // a pinned certificate needs no authority and no name
		VerifyPeerCertificate: func(raw [][]byte, _ [][]*x509.Certificate) error {
			if err == nil && len(raw) > 0 {
				if is := sha256.Sum256(raw[0]); subtle.ConstantTimeCompare(is[:], want) == 1 {
					return nil
				}
			}
			return errors.New("the camera's certificate is not the pinned one")
		}}
}
