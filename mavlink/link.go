package mavlink

import (
	"time"

	"groundstation/fleet"
)

// quarantineHold is how long a quarantine lasts after the last time both sources were heard.
const quarantineHold = 5 * time.Second

// link follows one source of a system's frames.
type link struct {
	addr  Source    // the source that is followed and answered
	heard time.Time // its last heartbeat
	spoke time.Time // its last whole frame of any kind

	rival   Source
	rivalAt time.Time
	until   time.Time // quarantined until
}

// heartbeat notes a heartbeat from a source. A new source is followed only when the known one has gone stale; while
// both are heard, two vehicles may be claiming one id and neither is believed.
func (l *link) heartbeat(now time.Time, from Source, stale time.Duration) {
	switch {
	case l.heard.IsZero():
		l.addr, l.heard = from, now
	case from == l.addr:
		l.heard = now
		if !l.rivalAt.IsZero() && now.Sub(l.rivalAt) <= stale {
			l.until = now.Add(quarantineHold)
		}
	default:
		l.rival, l.rivalAt = from, now
		if now.Sub(l.heard) > stale && !now.Before(l.until) {
			l.addr, l.heard, l.rival, l.rivalAt = from, now, Source{}, time.Time{}
		}
	}
}

// follows says whether a frame from this source is believed.
func (l *link) follows(now time.Time, from Source) bool {
	return !l.heard.IsZero() && from == l.addr && !now.Before(l.until)
}

// frame notes a whole frame of the followed source.
func (l *link) frame(now time.Time) { l.spoke = now }

// state is the link by the silence of the source. Any frame breaks the silence: of heartbeats alone, one a second, a
// radio that loses a third drops three in a row twice a minute. A source without any heartbeat for long is lost though
// it goes on to speak.
func (l *link) state(now time.Time, cfg *Config) fleet.Link {
	silence := now.Sub(later(l.spoke, l.heard))
	switch {
	case now.Before(l.until):
		return fleet.LinkQuarantined
	case l.heard.IsZero():
		return fleet.LinkNever
	case silence > cfg.Lost, now.Sub(l.heard) > cfg.Lost:
		return fleet.LinkLost
	case silence > cfg.Stale:
		return fleet.LinkStale
	}
	return fleet.LinkOnline
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
	if l.heard.IsZero() {
		return time.Time{}
	}
	spoke, next := later(l.spoke, l.heard), time.Time{}
	for _, at := range []time.Time{spoke.Add(cfg.Stale), spoke.Add(cfg.Lost), l.heard.Add(cfg.Lost)} {
		if at = at.Add(time.Millisecond); at.After(now) && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	return next
}

const (
	// lateRun is how many consecutive "late" frames mean that the sender counts anew.
	lateRun = 8
	// silence is the gap after which a sequence number says nothing about what was lost.
	silence = 2 * time.Second
	// leap sets what comes after a gap or a new count clear of all that came before.
	leap = 1 << 10
)

// sequence counts frames and losses of one component by its sequence numbers, and unrolls those into a count that
// orders frames: an older frame of the same message must not set the state back.
type sequence struct {
	frames, lost uint64
	last         uint8
	newest       int64 // last, unrolled
	at           time.Time
	lateLast     uint8
	lateCount    int
	byID         map[uint32]int64

	window      time.Time
	windowCount int
	windowLost  uint64 // lost when the window began
	hz          float64
	loss        float64 // share lost of late, 0 to 1
}

// next notes a frame of message id. It gives its place in the order, and whether it is newer than every frame of the
// same message before; that is not kept of messages that nobody reads.
func (q *sequence) next(now time.Time, seq uint8, id uint32, read bool) (place int64, fresh bool) {
	place = q.unroll(now, seq)
	if !read {
		return place, false
	}
	if q.byID == nil {
		q.byID = map[uint32]int64{}
	}
	if last, ok := q.byID[id]; ok && place <= last {
		return place, false
	}
	q.byID[id] = place
	return place, true
}

func (q *sequence) unroll(now time.Time, seq uint8) int64 {
	gap := q.frames == 0 || now.Sub(q.at) > silence
	q.frames++
	q.rate(now)
	q.at = now
	step := int8(seq - q.last)
	switch {
	case gap:
		return q.jump(seq)
	case step > 0:
		q.lost += uint64(step - 1)
		q.last, q.lateCount = seq, 0
		q.newest += int64(step)
		return q.newest
	case step == 0:
		return q.newest
	}
	if q.lateCount++; q.lateCount > 1 && seq != q.lateLast+1 {
		q.lateCount = 1
	}
	q.lateLast = seq
	if q.lateCount >= lateRun {
		return q.jump(seq)
	}
	if q.lost > 0 {
		q.lost--
	}
	return q.newest + int64(step)
}

func (q *sequence) jump(seq uint8) int64 {
	q.last, q.lateCount = seq, 0
	q.newest += leap
	return q.newest
}

func (q *sequence) rate(now time.Time) {
	q.windowCount++
	if span := now.Sub(q.window); span >= time.Second {
		if !q.window.IsZero() {
			q.hz = float64(q.windowCount) / span.Seconds()
			lost := float64(max(q.lost, q.windowLost) - q.windowLost)
			q.loss += (lost/(lost+float64(q.windowCount)) - q.loss) / 2
		}
		q.window, q.windowCount, q.windowLost = now, 0, q.lost
	}
}
