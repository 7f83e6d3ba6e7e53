package mavlink

import "time"

const (
	// lateRun is how many consecutive "late" frames mean that the sender counts anew.
	lateRun = 8
	// silence is the gap after which a sequence number says nothing about what was lost.
	silence = 2 * time.Second
	// leap sets what comes after a gap or a new count clear of all that came before.
	leap = 1 << 10
	// lossFrames is how many frames outweigh half of what was known of the loss: of a few frames, none lost says little.
	lossFrames = 16
)

// sequence counts frames and losses of one component by its sequence numbers, and unrolls those into a count that
// orders frames: an older frame of the same message must not set the state back.
type sequence struct {
	frames, lost uint64
	last         uint8
	newest       int64 // last, unrolled
	at           time.Time
	lateAt       time.Time // when a frame last came late or again
	lateLast     uint8
	lateCount    int
	newestOf     []latest // of the messages that are read, few: a map costs more

	window      time.Time
	windowCount int
	windowLost  uint64 // lost when the window began
	hz          float64
	loss        float64 // share lost of late, 0 to 1
}

// latest is the newest frame of a message.
type latest struct {
	id    uint32
	place int64
}

// next notes a frame of message id. It gives its place in the order, and whether it is newer than every frame of the
// same message before; that is not kept of messages that nobody reads.
func (q *sequence) next(now time.Time, seq uint8, id uint32, read bool) (place int64, fresh bool) {
	place = q.unroll(now, seq)
	if !read {
		return place, false
	}
	for i := range q.newestOf {
		if last := &q.newestOf[i]; last.id == id {
			fresh = place > last.place
			last.place = max(last.place, place)
			return place, fresh
		}
	}
	q.newestOf = append(q.newestOf, latest{id, place})
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
		q.lateAt = now
		return q.newest
	}
	q.lateAt = now
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

// anew sets what comes next clear of all that came before: it comes by another way.
func (q *sequence) anew() { q.at = time.Time{} }

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
			n := lost + float64(q.windowCount)
			q.loss += (lost/n - q.loss) * n / (n + lossFrames)
		}
		q.window, q.windowCount, q.windowLost = now, 0, q.lost
	}
}
