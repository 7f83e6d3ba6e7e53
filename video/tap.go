package video

import (
	"context"
	"sync"
	"time"

	"groundstation/video/unit"
)

// tapLen is how many units a tap may be behind: some ten seconds of picture and sound.
const tapLen = 512

// Tap reads a source's access units: a recorder, an HLS writer. While it is open the source is pulled. It begins with
// the buffered group of pictures, so that what it reads can be decoded at once.
type Tap struct {
	hub    *Hub
	source *source
	shows  bool // it is for somebody who watches, not for a record
	wake   chan struct{}
	once   sync.Once

	mu       sync.Mutex
	queue    []*unit.Unit
	skipping bool // until the next key picture
	begun    bool // a unit was given
	missed   bool // the next unit follows a loss
	behind   bool // units are lost because it reads too slowly
	shut     *Gated
	told     bool // of shut
	closed   bool
	dropped  uint64
}

// Tap opens a tap for a record. Close must follow. Whether the source may be recorded is told by Next.
func (h *Hub) Tap(id string) (*Tap, error) { return h.open(id, false) }

// View is Tap for those who watch: the Gate's word on what is shown is what counts.
func (h *Hub) View(id string) (*Tap, error) { return h.open(id, true) }

func (h *Hub) open(id string, shows bool) (*Tap, error) {
	src := h.source(id)
	if src == nil {
		return nil, ErrUnknownSource
	}
	h.ask(src)
	if err := h.acquire(src); err != nil {
		return nil, err
	}
	t := &Tap{hub: h, source: src, shows: shows, wake: make(chan struct{}, 1), skipping: true}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		src.release()
		return nil, ErrClosed
	}
	h.taps[t] = struct{}{}
	src.stream.tap(t)
	return t, nil
}

// Next waits for the next unit. A *Gated error says once that nothing may be recorded from here on: then Next waits
// until it may, and goes on with a key picture. ErrClosed ends the tap. A tap that reads too slowly loses units up to a
// key picture, which then is marked as Lost.
func (t *Tap) Next(ctx context.Context) (*unit.Unit, error) {
	for {
		t.mu.Lock()
		switch {
		case t.closed:
			t.mu.Unlock()
			return nil, ErrClosed
		case len(t.queue) > 0:
			u := t.queue[0]
			t.queue[0] = nil
			t.queue = t.queue[1:]
			t.mu.Unlock()
			return u, nil
		case t.shut != nil && !t.told:
			t.told = true
			gated := t.shut
			t.mu.Unlock()
			return nil, gated
		}
		t.mu.Unlock()
		select {
		case <-t.wake:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// Dropped counts the units that did not fit.
func (t *Tap) Dropped() uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.dropped
}

// Close ends the tap; more than once is no harm.
func (t *Tap) Close() {
	t.once.Do(func() {
		t.source.stream.untap(t)
		t.mu.Lock()
		t.closed, t.queue = true, nil
		t.mu.Unlock()
		t.rouse()
		t.source.release()
		t.hub.mu.Lock()
		delete(t.hub.taps, t)
		t.hub.mu.Unlock()
	})
}

func (t *Tap) rouse() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// push gives the tap what it can hold; waits says that it has read all there was and goes on with a key picture.
func (t *Tap) push(units []*unit.Unit) (waits bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.shut != nil {
		t.skipping, t.missed = true, t.begun
		return false
	}
	for _, u := range units {
		if t.skipping && (!u.Key || u.Track.Channels > 0) {
			t.missed = t.begun
			if t.behind {
				t.dropped++
			}
			continue
		}
		if len(t.queue) >= tapLen {
			t.skipping, t.missed, t.behind = true, true, true
			t.dropped++
			continue
		}
		if t.missed && !u.Lost {
			marked := *u // u is shared
			marked.Lost = true
			u = &marked
		}
		t.skipping, t.missed, t.begun, t.behind = false, false, true, false
		t.queue = append(t.queue, u)
	}
	t.rouse()
	return t.skipping && len(t.queue) == 0
}

// skip makes the tap wait for a key picture: the source has ended.
func (t *Tap) skip() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.skipping, t.missed = true, t.begun
}

// allowed says whether a verdict lets the tap read.
func (t *Tap) allowed(v Verdict) bool { return v.Show && t.shows || v.Record && !t.shows }

// judge tells the tap whether it may read. What came before a refusal is still read.
func (t *Tap) judge(v Verdict) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.allowed(v):
		t.shut = nil
	case t.shut == nil || t.shut.Verdict.Code != v.Code:
		t.shut, t.told, t.skipping, t.missed = &Gated{v}, false, true, t.begun
		t.rouse()
	}
}

// tap adds a tap, its queue filled from the last key picture on. The first makes the stream join packets.
func (s *stream) tap(t *Tap) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.joint == nil {
		s.generation++
		s.joint = newDepacketiser(s.lanes, s.generation)
		if s.whole && (s.gopKept || s.gopShown) {
			for _, p := range s.gop {
				s.joint.feed(p)
			}
		}
	}
	s.taps[t] = struct{}{}
	v := s.standing(time.Now())
	t.judge(v)
	if t.allowed(v) && s.whole && (s.gopKept || t.shows && s.gopShown) {
		t.push(s.joint.group)
	}
}

func (s *stream) untap(t *Tap) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.taps[t]; ok {
		delete(s.taps, t)
		s.missed += t.Dropped()
	}
	if len(s.taps) == 0 && s.joint != nil {
		s.generation, s.joint = s.joint.generation, nil
	}
}

// giveUnits gives the taps what was joined.
func (s *stream) giveUnits(units []*unit.Unit) {
	s.generation = s.joint.generation
	if len(units) == 0 {
		return
	}
	for t := range s.taps {
		s.awaited = t.push(units) || s.awaited
	}
}
