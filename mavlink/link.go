package mavlink

import (
	"slices"
	"time"

	"groundstation/fleet"
)

const (
	// quarantineHold is how long a quarantine lasts after the last time both sources were heard.
	quarantineHold = 5 * time.Second
	// pathsMax and strangersMax bound what one id may bring; the longest silent gives way.
	pathsMax, strangersMax = 4, 4
	// fade is the silence of the leading path after which another, which speaks, leads.
	fade = 1500 * time.Millisecond
	// betterFor is how long another path must be better by betterBy before it leads.
	betterFor = 5 * time.Second
	betterBy  = 0.6
	// proveWithin is how long a stranger may take to prove that it is the vehicle before it counts as another.
	proveWithin = 3 * time.Second
)

// link is every way to one system.
//
//	stranger ─verified signature, or it answers and its clock is the known one's─► path
//	         ─it answers with the known unique id, and all paths are stale─► the only path
//	         ─it answers, no unique id was ever known, and all paths are lost─► the only path
//	         ─it does not prove itself while a path is heard─► quarantine of all
//	path ─silent for long while another speaks─► forgotten
//
// The first source that is ever heard is a path at once: without signatures there is nothing to know it by.
type link struct {
	paths     []path
	lead      int // of paths: whose frames set the state, and by which messages go out
	strangers []path
	uid       string    // the unique id of the system's hardware, once it is known
	foreign   bool      // the source that is followed tells another
	until     time.Time // quarantined until

	betterAt time.Time // since when another path is better by betterBy
	switched bool      // the lead has changed and nobody has taken note
	seen     *[256]trace
}

// trace is the last frame with a sequence number, by which path it came first.
type trace struct {
	sum  uint16
	id   uint32
	comp uint8
	by   Source
	at   time.Time
}

// addr is the source that messages go to.
func (l *link) addr() Source {
	if len(l.paths) == 0 {
		return Source{}
	}
	return l.paths[l.lead].at
}

// path finds a believed source.
func (l *link) path(from Source) *path {
	for i := range l.paths {
		if l.paths[i].at == from {
			return &l.paths[i]
		}
	}
	return nil
}

// follows gives the path a frame comes by, nil if it is not believed.
func (l *link) follows(now time.Time, from Source) *path {
	if now.Before(l.until) || l.foreign {
		return nil
	}
	return l.path(from)
}

// heartbeat notes a heartbeat from a source.
func (l *link) heartbeat(now time.Time, from Source, signed bool, cfg *Config) {
	if p := l.path(from); p != nil {
		p.heard, p.signed = now, signed
		l.judge(now, cfg)
		return
	}
	if len(l.paths) == 0 || signed {
		l.believe(now, path{at: from, signed: signed, first: now, heard: now, spoke: now})
		return
	}
	l.stranger(now, from).heard = now
	l.judge(now, cfg)
}

// stranger finds or makes the note of a source that is not believed.
func (l *link) stranger(now time.Time, from Source) *path {
	i := slices.IndexFunc(l.strangers, func(s path) bool { return s.at == from })
	if i < 0 {
		if len(l.strangers) >= strangersMax {
			l.strangers = slices.Delete(l.strangers, 0, 1)
		}
		l.strangers = append(l.strangers, path{at: from, first: now})
		i = len(l.strangers) - 1
	}
	return &l.strangers[i]
}

// identify takes the unique id that the followed source tells. Other hardware than before is not the vehicle that our
// orders are for, whatever id it uses on the wire: only an administrator may say that it is.
func (l *link) identify(uid string) {
	switch {
	case uid == "":
	case l.uid == "":
		l.uid = uid
	default:
		l.foreign = uid != l.uid
	}
}

// claimed is a source that claims the id and is not the vehicle; zero if there is none.
func (l *link) claimed(now time.Time, cfg *Config) Source {
	for i := range l.strangers {
		s := &l.strangers[i]
		if now.Sub(s.heard) <= cfg.Lost && now.Sub(s.first) > proveWithin {
			return s.at
		}
	}
	if l.foreign {
		return l.addr()
	}
	return Source{}
}

// asking finds a stranger that was asked to prove itself.
func (l *link) asking(from Source) *path {
	for i := range l.strangers {
		if l.strangers[i].at == from {
			return &l.strangers[i]
		}
	}
	return nil
}

// spoke and heard are of all paths the last frame and the last heartbeat.
func (l *link) last() (spoke, heard time.Time) {
	for i := range l.paths {
		spoke, heard = later(spoke, l.paths[i].spoke), later(heard, l.paths[i].heard)
	}
	return later(spoke, heard), heard
}

// quiet is how long nothing came.
func (l *link) quiet(now time.Time) time.Duration {
	spoke, _ := l.last()
	return now.Sub(spoke)
}

// judge decides on each stranger by what is known of it.
func (l *link) judge(now time.Time, cfg *Config) {
	if len(l.strangers) == 0 {
		return
	}
	l.strangers = slices.DeleteFunc(l.strangers, func(s path) bool { return now.Sub(later(s.heard, s.first)) > cfg.Lost })
	spoke, heard := l.last()
	silent := now.Sub(spoke)
	for i := 0; i < len(l.strangers); i++ {
		s := &l.strangers[i]
		answers := !s.echo.answered.IsZero() && now.Sub(s.echo.answered) <= cfg.Lost
		sameID := l.uid != "" && s.uid == l.uid
		otherID := l.uid != "" && s.uid != "" && s.uid != l.uid
		same, known := l.sameAs(s)
		switch {
		case answers && same && !otherID:
			p := *s
			l.strangers = slices.Delete(l.strangers, i, i+1)
			i--
			l.believe(now, p)
			l.until = time.Time{}
		case answers && (silent > cfg.Lost && l.uid == "" || silent > cfg.Stale && sameID) && !now.Before(l.until):
			p := *s
			p.heard, p.spoke = now, now
			*l = link{paths: []path{p}, uid: l.uid, switched: true}
			return
		case silent <= cfg.Stale && now.Sub(s.heard) <= cfg.Stale && heard.After(s.first) && (answers && known || otherID || now.Sub(s.first) > proveWithin):
			// Both are there and they are not one.
			l.until = now.Add(quarantineHold)
		}
	}
}

// sameAs compares a stranger's clock with the paths'.
func (l *link) sameAs(s *path) (same, known bool) {
	for i := range l.paths {
		same, known = sameClock(&l.paths[i].echo, &s.echo)
		if known {
			return same, known
		}
	}
	return false, false
}

// believe adds a path. A verified one ends the belief in those that are not.
func (l *link) believe(now time.Time, p path) {
	p.spoke = now
	if p.signed {
		l.paths = slices.DeleteFunc(l.paths, func(o path) bool { return !o.signed })
		l.lead = 0
	}
	if len(l.paths) >= pathsMax {
		oldest := 0
		for i := range l.paths {
			if l.paths[i].spoke.Before(l.paths[oldest].spoke) {
				oldest = i
			}
		}
		l.forget(oldest)
	}
	l.paths = append(l.paths, p)
	if len(l.paths) == 1 {
		l.lead, l.switched = 0, true
	} else if l.seen == nil {
		l.seen = &[256]trace{}
	}
}

func (l *link) forget(i int) {
	l.paths = slices.Delete(l.paths, i, i+1)
	switch {
	case i < l.lead:
		l.lead--
	case i == l.lead:
		l.lead, l.switched = 0, true
	}
}

// frame notes a whole frame of a path and says whether the path leads: its frames set the state. A path that brings
// the same frames as the leading one (a router on board) leads with it; one whose frames are its own (a second
// channel of the autopilot) does not, because two counts do not order each other.
func (l *link) frame(now time.Time, p *path, f *Frame) (leads bool) {
	p.spoke = now
	if len(l.paths) == 1 {
		return true
	}
	p.seq.unroll(now, f.Seq)
	t := &l.seen[f.Seq]
	if sum := f.sum(); t.sum == sum && t.id == f.ID && t.comp == f.Component && now.Sub(t.at) <= sharedFor {
		if t.by != p.at {
			p.shared = now
			if other := l.path(t.by); other != nil {
				other.shared = now
			}
		}
	} else {
		*t = trace{sum, f.ID, f.Component, p.at, now}
	}
	first := &l.paths[l.lead]
	return p == first || now.Sub(p.shared) <= sharedFor && now.Sub(first.shared) <= sharedFor
}

// choose lets the best path lead: at once when the leading one is silent and another speaks, else when another has
// been much better for a while.
func (l *link) choose(now time.Time) {
	if len(l.paths) < 2 {
		return
	}
	for i := len(l.paths) - 1; i >= 0; i-- {
		if spoke, _ := l.last(); now.Sub(l.paths[i].spoke) > time.Minute && now.Sub(spoke) <= fade {
			l.forget(i)
		}
	}
	best, silent := l.lead, now.Sub(l.paths[l.lead].spoke) > fade
	cost := l.paths[l.lead].cost(now)
	for i := range l.paths {
		p := &l.paths[i]
		if i == l.lead || now.Sub(p.spoke) > fade {
			continue
		}
		if c := p.cost(now); best == l.lead && (silent || c < betterBy*cost) || best != l.lead && c < l.paths[best].cost(now) {
			best = i
		}
	}
	switch {
	case best == l.lead:
		l.betterAt = time.Time{}
	case l.betterAt.IsZero() && !silent:
		l.betterAt = now
	case silent || now.Sub(l.betterAt) >= betterFor:
		l.lead, l.betterAt, l.switched = best, time.Time{}, true
	}
}

// state is the link by the silence of its paths. Any frame breaks the silence: of heartbeats alone, one a second, a
// radio that loses a third drops three in a row twice a minute. A source without any heartbeat for long is lost though
// it goes on to speak.
func (l *link) state(now time.Time, cfg *Config) fleet.Link {
	if now.Before(l.until) || l.foreign {
		return fleet.LinkQuarantined
	}
	if len(l.paths) == 0 {
		return fleet.LinkNever
	}
	spoke, heard := l.last()
	if now.Sub(heard) > cfg.Lost {
		return fleet.LinkLost
	}
	return silenceState(now.Sub(spoke), cfg)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// next is when the state changes by itself.
func (l *link) next(now time.Time, cfg *Config) time.Time {
	if now.Before(l.until) {
		return l.until
	}
	if len(l.paths) == 0 {
		return time.Time{}
	}
	var next time.Time
	at := func(t time.Time) {
		if t = t.Add(time.Millisecond); t.After(now) {
			next = earlier(next, t)
		}
	}
	spoke, heard := l.last()
	at(spoke.Add(cfg.Stale))
	at(spoke.Add(cfg.Lost))
	at(heard.Add(cfg.Lost))
	if len(l.paths) > 1 {
		at(l.paths[l.lead].spoke.Add(fade))
	}
	if len(l.strangers) > 0 {
		at(l.strangers[0].first.Add(proveWithin))
	}
	return next
}
