package share

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"groundstation/fleet"
	"groundstation/mission"
)

// listedFor is how long a link that has ended is still listed; it stays in the store.
const listedFor = 7 * 24 * time.Hour

// Store keeps records and their line in the ledger.
type Store interface {
	Commit(ops []mission.Op) error
	Records(kind fleet.Kind) (map[string]json.RawMessage, error)
}

// Links are all links and who looks by them. The clock is the machine's.
type Links struct {
	rules Rules
	store Store
	log   *slog.Logger

	// changing is held over a whole change of a link's record, its commit included.
	changing sync.Mutex

	mu       sync.Mutex
	links    map[string]*Link
	byHash   map[string]*Link
	viewings map[string]*Viewing
	guesses  guesses
	closed   bool
	refused  uint64
	ending   sync.WaitGroup // viewings that are not noted as over
}

// New makes Links of what the store holds. Close must follow.
func New(store Store, rules Rules, log *slog.Logger) (*Links, error) {
	raws, err := store.Records(fleet.KindShare)
	if err != nil {
		return nil, err
	}
	s := &Links{rules: rules, store: store, log: log, links: map[string]*Link{}, byHash: map[string]*Link{}, viewings: map[string]*Viewing{}, guesses: guesses{}}
	for id, raw := range raws {
		var l Link
		if err := json.Unmarshal(raw, &l); err != nil {
			return nil, fmt.Errorf("record of share link %s: %w", id, err)
		}
		s.links[l.ID], s.byHash[l.Hash] = &l, &l
	}
	s.prune(time.Now())
	return s, nil
}

// prune forgets what ended long ago. The lock is held, or nobody else knows of it yet.
func (s *Links) prune(now time.Time) {
	for id, l := range s.links {
		if at, over := l.over(now); over && now.Sub(at) > listedFor {
			delete(s.links, id)
			delete(s.byHash, l.Hash)
		}
	}
	for id, v := range s.viewings {
		if !v.overAt.IsZero() && now.Sub(v.overAt) > toldFor {
			delete(s.viewings, id)
		}
	}
}

func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Make makes a link and gives the token that opens it, which is told this once.
func (s *Links) Make(o Order) (LinkItem, string, *fleet.Problem) {
	var secret [32]byte
	_, _ = rand.Read(secret[:]) // never fails: crypto/rand
	token, now := base64.RawURLEncoding.EncodeToString(secret[:]), time.Now().UTC()
	l := &Link{ID: rand.Text()[:12], Hash: hashOf(token), Camera: o.Camera, Viewer: o.Viewer, BurnIn: o.BurnIn || s.rules.BurnIn, Reason: o.Reason, By: o.By, MadeAt: now, Until: o.Until.UTC()}
	s.changing.Lock()
	defer s.changing.Unlock()
	s.mu.Lock()
	s.prune(now)
	open := 0
	for _, other := range s.links {
		if other.open(now) {
			open++
		}
	}
	s.mu.Unlock()
	if p := s.rules.check(o, now, open); p != nil {
		return LinkItem{}, "", p
	}
	if err := s.store.Commit([]mission.Op{{Kind: fleet.KindShare, ID: l.ID, Value: *l, Act: "share.made", By: o.By}}); err != nil {
		return LinkItem{}, "", fleet.Refuse("storage", "the link could not be kept: %v", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.links[l.ID], s.byHash[l.Hash] = l, l
	return s.item(l, now), token, nil
}

// Rules bound what links may be.
func (s *Links) Rules() Rules { return s.rules }

// LinkItem is a link as it is listed.
type LinkItem struct {
	ID        string     `json:"id"`
	Camera    string     `json:"camera"`
	Viewer    string     `json:"viewer" doc:"Who was to look"`
	BurnIn    bool       `json:"burnIn" doc:"The name is burnt into the picture"`
	Reason    string     `json:"reason"`
	By        string     `json:"by" doc:"Who made it"`
	MadeAt    time.Time  `json:"madeAt"`
	Until     time.Time  `json:"until"`
	State     string     `json:"state" enum:"open,revoked,expired"`
	RevokedBy string     `json:"revokedBy,omitempty"`
	Opened    int        `json:"opened" doc:"How many times it was opened"`
	OpenedAt  *time.Time `json:"openedAt,omitempty" doc:"When for the last time"`
	Watching  int        `json:"watching" doc:"How many look now"`
}

// item lists a link; the lock is held.
func (s *Links) item(l *Link, now time.Time) LinkItem {
	i := LinkItem{ID: l.ID, Camera: l.Camera, Viewer: l.Viewer, BurnIn: l.BurnIn || s.rules.BurnIn, Reason: l.Reason, By: l.By, MadeAt: l.MadeAt, Until: l.Until, State: l.State(now),
		Opened: l.Opened, OpenedAt: l.OpenedAt, Watching: s.watching(l.ID)}
	if l.Revoked != nil {
		i.RevokedBy = l.Revoked.By
	}
	return i
}

// watching counts the viewings of a link, or of all for an empty id; the lock is held.
func (s *Links) watching(link string) (n int) {
	for _, v := range s.viewings {
		if v.overAt.IsZero() && (link == "" || v.link == link) {
			n++
		}
	}
	return n
}

// Stats gives how many look now, and how many tokens were refused since the start.
func (s *Links) Stats() (watching int, refused uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.watching(""), s.refused
}

// List gives the links that are open or ended not long ago, the newest first.
func (s *Links) List() []LinkItem {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.prune(now)
	out := make([]LinkItem, 0, len(s.links))
	for _, l := range s.links {
		out = append(out, s.item(l, now))
	}
	slices.SortFunc(out, func(a, b LinkItem) int { return b.MadeAt.Compare(a.MadeAt) })
	return out
}

// Revoke takes a link back. Who looks by it sees nothing more from here on, whatever the disk does.
func (s *Links) Revoke(id, by string) *fleet.Problem {
	now := time.Now()
	s.mu.Lock()
	switch l := s.links[id]; {
	case l == nil:
		s.mu.Unlock()
		return fleet.Refuse("unknown-share", "there is no share link %s", id)
	case !l.open(now):
		s.mu.Unlock()
		return fleet.Refuse("share-over", "the link has ended already")
	}
	cut := s.cut(by, func(l *Link) bool { return l.ID == id })
	s.mu.Unlock()
	s.changing.Lock()
	defer s.changing.Unlock()
	return s.keepCut(cut, by)
}

// Disown takes back every link of those who may give none away any more, as Revoke does.
func (s *Links) Disown(by string) *fleet.Problem {
	gone := func(l *Link) bool { return !s.rules.may(l.By) }
	s.mu.Lock()
	cut := s.cut(by, gone)
	s.mu.Unlock()
	s.changing.Lock() // and those whose making was under way
	defer s.changing.Unlock()
	s.mu.Lock()
	cut = append(cut, s.cut(by, gone)...)
	s.mu.Unlock()
	return s.keepCut(cut, by)
}

// cut shuts the open links that which chooses, and ends who looks by them. s.mu is held.
func (s *Links) cut(by string, which func(*Link) bool) (shut []*Link) {
	now := time.Now().UTC()
	for _, l := range s.links {
		if !l.open(now) || !which(l) {
			continue
		}
		l.Revoked = &Revoked{By: by, At: now}
		shut = append(shut, l)
		for _, v := range s.viewings {
			if v.link == l.ID {
				v.end(EndRevoked)
			}
		}
	}
	return shut
}

// keepCut keeps that links were shut. s.changing is held.
func (s *Links) keepCut(shut []*Link, by string) *fleet.Problem {
	var ops []mission.Op
	s.mu.Lock()
	for _, l := range shut {
		ops = append(ops, mission.Op{Kind: fleet.KindShare, ID: l.ID, Value: *l, Act: "share.revoked", By: by})
	}
	s.mu.Unlock()
	if len(ops) == 0 {
		return nil
	}
	if err := s.store.Commit(ops); err != nil {
		return fleet.Refuse("storage", "nobody looks by it any more, but that could not be kept, and a restart would open it again: %v", err)
	}
	return nil
}

// Close ends all viewings and waits until that is noted.
func (s *Links) Close() {
	s.mu.Lock()
	s.closed = true
	for _, v := range s.viewings {
		v.end(EndStopped)
	}
	s.mu.Unlock()
	s.ending.Wait()
}
