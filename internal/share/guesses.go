package share

import (
	"net/netip"
	"time"
)

const (
	// guessesIn is the time over which wrong tokens are counted, and for which who sent guessesMax is not listened to.
	guessesIn  = time.Minute
	guessesMax = 10
	// originsMax bounds the places that are counted; the oldest makes room.
	originsMax = 1000
)

// guesses counts wrong tokens by where they come from.
type guesses map[string]tries

type tries struct {
	since time.Time
	n     int
}

// origin is what one sender can hardly have many of: an IPv4 address, or the first 64 bits of an IPv6 address.
func origin(addr string) string {
	at, err := netip.ParseAddr(addr)
	if err != nil {
		return addr
	}
	at = at.Unmap().WithZone("")
	if at.Is4() {
		return at.String()
	}
	network, err := at.Prefix(64)
	if err != nil {
		return addr
	}
	return network.String()
}

// barred says whether whoever is there is not listened to now.
func (g guesses) barred(from string, now time.Time) bool {
	t := g[origin(from)]
	return t.n >= guessesMax && now.Sub(t.since) < guessesIn
}

// wrong counts one.
func (g guesses) wrong(from string, now time.Time) {
	key := origin(from)
	t, known := g[key]
	if !known || now.Sub(t.since) >= guessesIn {
		t = tries{since: now}
	}
	if t.n++; t.n == guessesMax {
		t.since = now
	}
	if !known && len(g) >= originsMax {
		oldest, first := "", now
		for k, o := range g {
			if oldest == "" || o.since.Before(first) {
				oldest, first = k, o.since
			}
		}
		delete(g, oldest)
	}
	g[key] = t
}
