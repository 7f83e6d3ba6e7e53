package flightlog

import (
	"errors"
	"maps"
	"slices"
	"time"
)

// The ways it can end badly.
var (
	ErrSilent     = errors.New("log protocol: no answer")
	ErrIncomplete = errors.New("log protocol: some entries never came")
	ErrTooMany    = errors.New("log protocol: more logs than are believed")
	ErrTooLarge   = errors.New("log protocol: larger than allowed")
	ErrShort      = errors.New("log protocol: the log ends before its size")
)

const (
	// entriesMax is the longest list that is believed.
	entriesMax = 4096
	// triesMax is how often in a row something is asked for without anything new.
	triesMax = 12
	// wholeEvery: each such try in vain asks for the whole list.
	wholeEvery = 3
)

// Port is how a machine speaks with its vehicle. An error is the guard's and final; a frame that is lost is none.
type Port interface {
	// RequestList asks for the entries of the logs first to last.
	RequestList(first, last uint16) error
	// RequestData asks for count octets of a log.
	RequestData(id uint16, offset, count uint32) error
	// Timeout is how long to wait for the answer to the n-th sending, from 1.
	Timeout(n int) time.Duration
}

// Entry is a LOG_ENTRY: one of Count logs, the last of which has the id Last. PX4's ids begin with 0, and its Last is the last
// that was asked for, or Count.
type Entry struct {
	ID, Count, Last uint16
	TimeUTC         uint32 // s since 1970, 0 if not known
	Size            uint32 // octets
}

// Log is one log on board.
type Log struct {
	ID   uint16
	Size int64     // octets
	At   time.Time // zero: not known
}

// List lists the logs on board.
type List struct {
	logs        map[uint16]Log
	known       bool // the count was heard
	zero        bool // ids begin with 0, whatever is told of the last
	first, last int
	tries       int
	next        time.Time
	err         error
	done        bool
}

// NewList begins a listing.
func NewList() *List { return &List{logs: map[uint16]Log{}} }

// Take looks at an entry; Step must follow.
func (l *List) Take(now time.Time, p Port, e Entry) {
	if l.done || l.err != nil {
		return
	}
	switch {
	case e.Count == 0:
		l.done = true
		return
	case e.Count > entriesMax:
		l.err = ErrTooMany
		return
	}
	l.zero = l.zero || e.ID == 0 || e.Last < e.Count-1
	l.known, l.first, l.last = true, int(e.Last)-int(e.Count)+1, int(e.Last) // the newest word counts: a log may have begun
	if l.zero {
		l.first, l.last = 0, int(e.Count)-1
	}
	if int(e.ID) < l.first || int(e.ID) > l.last {
		return
	}
	if _, again := l.logs[e.ID]; !again {
		l.tries = 0
	}
	log := Log{ID: e.ID, Size: int64(e.Size)}
	if e.TimeUTC != 0 {
		log.At = time.Unix(int64(e.TimeUTC), 0).UTC()
	}
	l.logs[e.ID] = log
	l.next = now.Add(p.Timeout(1))
}

// missing is the first run of ids that were not heard.
func (l *List) missing() (first, last int, any bool) {
	for id := l.first; id <= l.last; id++ {
		if _, ok := l.logs[uint16(id)]; ok {
			continue
		}
		for last = id; last < l.last; last++ {
			if _, ok := l.logs[uint16(last+1)]; ok {
				break
			}
		}
		return id, last, true
	}
	return 0, 0, false
}

// Step sends what is due, and says whether the list is whole or else when it wants to be stepped next. An error is final.
func (l *List) Step(now time.Time, p Port) (done bool, wake time.Time, err error) {
	if l.err != nil || l.done {
		return l.done, time.Time{}, l.err
	}
	first, last := 0, 0xFFFF
	if l.known {
		var any bool
		if first, last, any = l.missing(); !any {
			l.done = true
			return true, time.Time{}, nil
		}
	}
	if now.Before(l.next) {
		return false, l.next, nil
	}
	if l.tries++; l.tries > triesMax {
		if l.err = ErrIncomplete; !l.known {
			l.err = ErrSilent
		}
		return false, time.Time{}, l.err
	}
	if l.tries%wholeEvery == 0 {
		first, last = 0, 0xFFFF // the first may be what is missing, and the ids taken for others
	}
	l.next = now.Add(p.Timeout(l.tries))
	return false, l.next, p.RequestList(uint16(first), uint16(last))
}

// Logs are what was found, by id.
func (l *List) Logs() []Log {
	var out []Log
	for _, id := range slices.Sorted(maps.Keys(l.logs)) {
		if int(id) >= l.first && int(id) <= l.last {
			out = append(out, l.logs[id])
		}
	}
	return out
}
