package video

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// Dialling says which addresses that cameras tell of themselves may be dialled: a vehicle is no authority on where the
// station connects to. Allowed are host and port of the addresses that the configuration names, and hosts given by number
// within its networks; of those never this machine, a link's own addresses, or a group.
type Dialling struct {
	named map[string]bool
	nets  []netip.Prefix
}

// NewDialling allows host and port of sources, and nets.
func NewDialling(sources []Source, nets []netip.Prefix) Dialling {
	d := Dialling{named: map[string]bool{}, nets: nets}
	for _, s := range sources {
		if u, err := url.Parse(s.URL); err == nil && u.Host != "" {
			d.named[hostPort(u)] = true
		}
	}
	return d
}

func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = "554"
	}
	return net.JoinHostPort(strings.ToLower(u.Hostname()), port)
}

// Check says why an address that a camera told is not dialled, or nil. The reason holds no more of it than its host.
func (d Dialling) Check(told string) error {
	u, err := url.Parse(told)
	if err != nil || u.Opaque != "" || u.Hostname() == "" {
		return fmt.Errorf("it is no address")
	}
	if u.Scheme != "rtsp" && u.Scheme != "rtsps" {
		return fmt.Errorf("%.10q is not RTSP", u.Scheme)
	}
	if d.named[hostPort(u)] {
		return nil
	}
	ip, err := netip.ParseAddr(u.Hostname())
	if err != nil {
		return fmt.Errorf("host %.60q is not named by the configuration", u.Hostname())
	}
	ip = ip.Unmap()
	if foreign(ip) {
		return fmt.Errorf("host %s is not one of a camera", ip)
	}
	for _, n := range d.nets {
		if n.Contains(ip) {
			return nil
		}
	}
	return fmt.Errorf("host %s is in none of the cameras' networks", ip)
}

// Choose gives the address of a vehicle's picture, and whether it is the camera's own. The configured address stands for
// the visible picture and wins; a thermal picture is only the camera's to tell. refused says why its own is not used.
func (d Dialling) Choose(configured, told string, thermal bool) (address string, own bool, refused error) {
	if told == "" || configured != "" && !thermal {
		return configured, false, nil
	}
	if err := d.Check(told); err != nil {
		return configured, false, err
	}
	return told, true, nil
}
