package api

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// sender is where a request came from, by which guesses are counted.
func (h *Handler) sender(ctx context.Context) string {
	return sentFrom(ctx.Value(requestKey{}).(exchange).r, h.cfg.Proxies)
}

// sentFrom is the address that a request came from. Each proxy appends the address that it heard to X-Forwarded-For, so the
// header is read from its end for as long as the one who wrote that part is one of proxies; what stands before may be made
// up by whoever sent it.
func sentFrom(r *http.Request, proxies []netip.Prefix) string {
	at := r.RemoteAddr
	if host, _, err := net.SplitHostPort(at); err == nil {
		at = host
	}
	from, err := netip.ParseAddr(at)
	if err != nil {
		return at
	}
	said := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(said) - 1; i >= 0 && trusted(from, proxies); i-- {
		before, ok := hop(said[i])
		if !ok {
			break
		}
		from = before
	}
	return from.Unmap().String()
}

func trusted(at netip.Addr, proxies []netip.Prefix) bool {
	return slices.ContainsFunc(proxies, func(p netip.Prefix) bool { return p.Contains(at.Unmap()) })
}

// secure says whether a request came by TLS: to us, or by the word of a proxy (X-Forwarded-Proto) that speaks to us itself.
func (h *Handler) secure(r *http.Request) bool {
	if r.TLS != nil {
		return true
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && trusted(peer.Addr(), h.cfg.Proxies) && strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
}

// hop is one address of X-Forwarded-For; some proxies give a port beside it.
func hop(s string) (netip.Addr, bool) {
	s = strings.TrimSpace(s)
	if at, err := netip.ParseAddrPort(s); err == nil {
		return at.Addr(), true
	}
	at, err := netip.ParseAddr(strings.Trim(s, "[]"))
	return at, err == nil
}
