package video

import (
	"crypto/rand"
	"crypto/sha256"
	"sync"
	"time"
)

const (
	// GrantFor is how long a token opens a source to an RTSP player.
	GrantFor = time.Hour
	// maxGrants bounds the tokens that are open at a time; the oldest makes room.
	maxGrants = 1024
)

// grants are the tokens given to RTSP players. Only their hashes are kept, so that looking one up takes as long whether it
// is nearly right or not.
type grants struct {
	mu   sync.Mutex
	open map[[sha256.Size]byte]grant
}

type grant struct {
	source string
	until  time.Time
}

// give makes a token that opens a source until then.
func (g *grants) give(source string, now time.Time) (token string, until time.Time) {
	token, until = rand.Text(), now.Add(GrantFor)
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open == nil {
		g.open = map[[sha256.Size]byte]grant{}
	}
	var oldest [sha256.Size]byte
	first := time.Time{}
	for key, o := range g.open {
		if now.After(o.until) {
			delete(g.open, key)
		} else if first.IsZero() || o.until.Before(first) {
			oldest, first = key, o.until
		}
	}
	if len(g.open) >= maxGrants {
		delete(g.open, oldest)
	}
	g.open[sha256.Sum256([]byte(token))] = grant{source, until}
	return token, until
}

// opens says whether a token opens a source now.
func (g *grants) opens(token, source string, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	o, ok := g.open[sha256.Sum256([]byte(token))]
	return ok && o.source == source && now.Before(o.until)
}

// Grant gives the address at which an RTSP player reads a source, and the token that it gives as its password, or behind
// ?token=, and until when that opens. There is none unless RTSP is served.
func (h *Hub) Grant(id string) (address, token string, until time.Time, err error) {
	src := h.sources[id]
	if src == nil || !src.there() {
		return "", "", until, ErrUnknownSource
	}
	if h.server == nil {
		return "", "", until, ErrNoRTSP
	}
	token, until = h.grants.give(id, time.Now())
	return "rtsp://" + h.server.rtsp.RTSPAddress + "/" + id, token, until, nil
}

// access says whether a token may read a source by RTSP.
func (h *Hub) access(token, id string) bool {
	return h.grants.opens(token, id, time.Now()) || h.opts.Access != nil && h.opts.Access(token, id)
}
