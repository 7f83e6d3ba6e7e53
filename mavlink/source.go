package mavlink

import (
	"fmt"
	"net/netip"
)

// LinkID names one link of the station: fixed in the configuration, and the link id of signed frames.
type LinkID uint8

// Source is where frames come from and answers go: an address on a link. A serial line has one source, with no address.
type Source struct {
	Link LinkID
	Addr netip.AddrPort
}

// String is for logs and the console, such as "1/127.0.0.1:14601".
func (s Source) String() string {
	if !s.Addr.IsValid() {
		return fmt.Sprintf("%d", s.Link)
	}
	return fmt.Sprintf("%d/%s", s.Link, s.Addr)
}
