package mavlink

import "time"

const (
	// echoes is how many questions of one way are remembered: at one a second the longest round trip that is measured
	// is as many seconds.
	echoes = 16
	// askEvery is the period of the questions, askAgain while none is answered.
	askEvery, askAgain = time.Second, 300 * time.Millisecond
	// askQuiet is the silence on questions after which they come faster.
	askQuiet = 2 * time.Second
	// bootClock bounds a clock that began at a boot, ten years; a clock of the day tells nothing of who it is.
	bootClock = 10 * 365 * 24 * time.Hour
	// clockSlack is how far the same clock may seem apart, beside half of each round trip.
	clockSlack = 100 * time.Millisecond
)

// echo measures one way by TIMESYNC (https://mavlink.io/en/services/timesync.html): the answer carries the time that
// was asked, so the round trip is exact whatever was lost, and only who hears us can give it. The time of the other
// side tells two vehicles apart that claim one id: each counts from its own boot.
type echo struct {
	asked    [echoes]question
	n        int
	since    time.Time // when the questions began
	last     time.Time // the last question
	answered time.Time // the last answer
	rtt      rtt
	offset   time.Duration // of the other's clock to ours, ± within
	within   time.Duration
	clocked  bool
}

type question struct {
	ns   int64
	back bool
}

// ask notes a question and gives its time, which is never given twice.
func (e *echo) ask(now time.Time, salt int) int64 {
	if now.Sub(e.last) > 3*askEvery {
		e.since = now
	}
	e.last = now
	ns := now.UnixNano() + int64(salt)
	e.asked[e.n%echoes] = question{ns: ns}
	e.n++
	return ns
}

// due is when the next question is.
func (e *echo) due(now time.Time) time.Time {
	every := askEvery
	if e.n > 0 && now.Sub(later(e.answered, e.since)) > askQuiet {
		every = askAgain
	}
	return e.last.Add(every)
}

// answer takes an answer to a question of this way, once. direct: it came back the same way.
func (e *echo) answer(now time.Time, asked, theirs int64, direct bool) bool {
	for i := range e.asked {
		q := &e.asked[i]
		if q.ns != asked || asked == 0 {
			continue
		}
		d := now.Sub(time.Unix(0, asked))
		if q.back || d < 0 {
			return true
		}
		q.back, e.answered = true, now
		if !direct {
			return true
		}
		e.rtt.sample(d)
		if theirs > 0 && theirs < int64(bootClock) {
			e.offset, e.within, e.clocked = time.Duration(theirs-asked)-d/2, d/2, true
		}
		return true
	}
	return false
}

// loss is the share of the last questions that were not answered, of those whose answer is due.
func (e *echo) loss(now time.Time) float64 {
	due, lost := 0, 0
	wait := e.rtt.expected() + askEvery
	for i := range e.asked {
		switch q := &e.asked[i]; {
		case q.ns == 0:
		case q.back:
			due++
		case now.Sub(time.Unix(0, q.ns)) > wait:
			due++
			lost++
		}
	}
	if due == 0 {
		return 0
	}
	return float64(lost) / float64(due)
}

// sameClock says whether two ways lead to the same clock; known is false while one of them has not told.
func sameClock(a, b *echo) (same, known bool) {
	if !a.clocked || !b.clocked {
		return false, false
	}
	d := a.offset - b.offset
	return max(d, -d) <= a.within+b.within+clockSlack, true
}
