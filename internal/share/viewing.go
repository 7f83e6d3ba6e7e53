package share

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"groundstation/fleet"
	"groundstation/mission"
)

const (
	// silentFor is how long a viewing lasts that nobody asks about.
	silentFor = time.Minute
	// toldFor is how long after its end who held a viewing is told why it ended.
	toldFor = 10 * time.Minute
)

// unopened is the one answer to every token that opens nothing.
var unopened = fleet.Problem{Code: "unknown-share", Message: "this link opens nothing: it was never given out, its time is over, or it was taken back"}

// Viewing is one who looks by a link.
type Viewing struct {
	ID     string
	Camera string
	Viewer string
	BurnIn bool // its picture bears the name
	Until  time.Time

	link, hash string
	opening    Opening
	ctx        context.Context
	cancel     context.CancelCauseFunc
	silence    *time.Timer
	busy       atomic.Bool // a picture is being begun
	overAt     time.Time   // guarded by Links.mu

	mu    sync.Mutex
	shown string // the id of what it sees now
	stop  func() // ends that
}

// Open begins a viewing by a link's token, once it is in the ledger. from is the address of who asks.
func (s *Links) Open(token, from string) (*Viewing, *fleet.Problem) {
	now := time.Now().UTC()
	v, p := s.reserve(token, from, now)
	if p != nil {
		return nil, p
	}
	s.changing.Lock()
	s.mu.Lock()
	l := s.links[v.link]
	record := *l
	record.Opened, record.OpenedAt = l.Opened+1, &now
	s.mu.Unlock()
	v.opening = Opening{Link: l.ID, N: record.Opened, Camera: l.Camera, Viewer: l.Viewer, From: from, At: now}
	err := s.store.Commit([]mission.Op{{Kind: fleet.KindShare, ID: l.ID, Value: record, Act: "share.opened", By: v.by()},
		{Kind: fleet.KindShareOpening, ID: v.opening.id(), Value: v.opening, Act: "share.opened", By: v.by()}})
	if err == nil {
		s.mu.Lock()
		l.Opened, l.OpenedAt = record.Opened, record.OpenedAt
		s.mu.Unlock()
	}
	s.changing.Unlock()
	context.AfterFunc(v.ctx, func() { s.over(v, err == nil) })
	switch {
	case err != nil:
		v.end(EndStopped)
		return nil, fleet.Refuse("storage", "it is not shown, because that could not be noted")
	case v.ctx.Err() != nil:
		return nil, &unopened
	}
	return v, nil
}

// reserve finds the link of a token and takes one of its places.
func (s *Links) reserve(token, from string, now time.Time) (*Viewing, *fleet.Problem) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, fleet.Refuse("stopping", "the station is stopping")
	}
	if s.guesses.barred(from, now) {
		s.refused++
		return nil, fleet.Refuse("too-many", "too many links that open nothing were tried from where you are; try again in a minute")
	}
	l := s.byHash[hashOf(token)]
	if l == nil || !l.open(now) || !s.rules.may(l.By) {
		s.refused++
		s.guesses.wrong(from, now)
		return nil, &unopened
	}
	s.prune(now)
	if s.watching(l.ID) >= s.rules.Viewers {
		return nil, fleet.Refuse("share-full", "as many look by this link as may")
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	ctx, release := context.WithDeadlineCause(ctx, l.Until, EndExpired)
	context.AfterFunc(ctx, release)
	v := &Viewing{ID: rand.Text(), Camera: l.Camera, Viewer: l.Viewer, BurnIn: l.BurnIn || s.rules.BurnIn, Until: l.Until, link: l.ID, hash: l.Hash, ctx: ctx, cancel: cancel}
	v.silence = time.AfterFunc(silentFor, func() { v.end(EndSilent) })
	s.viewings[v.ID] = v
	s.ending.Add(1)
	return v, nil
}

// Find gives a viewing, also one that is over, to who holds the token of its link.
func (s *Links) Find(id, token, from string) (*Viewing, *fleet.Problem) {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.viewings[id]
	if v != nil && subtle.ConstantTimeCompare([]byte(v.hash), []byte(hashOf(token))) == 1 {
		if v.ctx.Err() == nil {
			v.silence.Reset(silentFor)
		}
		return v, nil
	}
	s.refused++
	if s.guesses.barred(from, now) {
		return nil, fleet.Refuse("too-many", "too many links that open nothing were tried from where you are; try again in a minute")
	}
	s.guesses.wrong(from, now)
	return nil, &unopened
}

// over ends what a viewing sees and notes that.
func (s *Links) over(v *Viewing, noted bool) {
	defer s.ending.Done()
	v.silence.Stop()
	v.mu.Lock()
	stop := v.stop
	v.shown, v.stop = "", nil
	v.mu.Unlock()
	if stop != nil {
		stop()
	}
	now := time.Now().UTC()
	s.mu.Lock()
	v.overAt = now
	s.mu.Unlock()
	if !noted {
		return
	}
	o := v.opening
	o.To, o.End = &now, v.Ended()
	if err := s.store.Commit([]mission.Op{{Kind: fleet.KindShareOpening, ID: o.id(), Value: o, Act: "share.left", By: v.by()}}); err != nil {
		s.log.Error("end of a viewing by a share link not noted", "link", v.link, "error", err)
	}
}

func (o Opening) id() string { return fmt.Sprintf("%s/%d", o.Link, o.N) }

// by is how the ledger calls who looks: nobody that has an account.
func (v *Viewing) by() string { return "share " + v.link }

func (v *Viewing) end(why End) { v.cancel(why) }

// Context ends with the viewing.
func (v *Viewing) Context() context.Context { return v.ctx }

// Ended is why the viewing is over; empty while it is not.
func (v *Viewing) Ended() End {
	end, _ := context.Cause(v.ctx).(End)
	return end
}

// Leave ends the viewing because who looked is gone.
func (v *Viewing) Leave() { v.end(EndLeft) }

// Show begins a picture by play, which gives its id and what ends it. What was seen before ends, and with the viewing this
// does. One is begun at a time.
func (v *Viewing) Show(play func() (id string, stop func(), err error)) error {
	if !v.busy.CompareAndSwap(false, true) {
		return fleet.Refuse("busy", "a picture is being begun already")
	}
	defer v.busy.Store(false)
	id, stop, err := play()
	if err != nil {
		return err
	}
	v.mu.Lock()
	old, over := v.stop, v.ctx.Err() != nil
	if !over {
		v.shown, v.stop = id, stop
	}
	v.mu.Unlock()
	if over {
		stop()
		return fleet.Refuse("share-over", "the link has ended")
	}
	if old != nil {
		old()
	}
	return nil
}

// Hide ends the picture of that id, if it is the one that is seen.
func (v *Viewing) Hide(id string) {
	v.mu.Lock()
	stop := v.stop
	if v.shown != id {
		stop = nil
	} else {
		v.shown, v.stop = "", nil
	}
	v.mu.Unlock()
	if stop != nil {
		stop()
	}
}
