package param

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"groundstation/fleet"
)

const (
	// HashName is the parameter that PX4 answers with a checksum over all others.
	HashName = "_HASH_CHECK"
	// hashTries is how often it is asked for; an autopilot without one is silent.
	hashTries = 6
	// listMax bounds a list, whatever count a vehicle claims: PX4 has about 900, ArduPilot about 1,400.
	listMax = 4096
	// listings is how often the whole list is asked for; after that gaps are asked for one by one.
	listings = 4
	// fillWindow is how many gaps are asked for at once, and fillTries how often each.
	fillWindow = 10
	fillTries  = 14
	// quiet is the least silence after which a list counts as over.
	quiet = 700 * time.Millisecond
	// shrunk is how many values in a row must tell a lower count before it is believed: late frames tell the old one.
	shrunk = 8
)

// Errors of a Download.
var (
	// ErrNoAnswer: the vehicle does not list its parameters.
	ErrNoAnswer = errors.New("no answer")
	// ErrIncomplete: some never came.
	ErrIncomplete = errors.New("incomplete")
)

type phase int

const (
	phaseHash phase = iota
	phaseList
	phaseFill
	phaseAfter // the hash again, of what was read
	phaseDone
)

// Download reads the whole list of parameters.
type Download struct {
	cache *fleet.ParamList

	phase phase
	names map[string]fleet.Param
	seen  []bool // by index, under the present count
	count int
	lower int // values in a row that tell a lower count

	hash, after *uint32
	tries       int
	rounds      int
	at          time.Time // last sending
	heard       time.Time // last value
	asked       map[int]*ask
	cached      bool
}

// ask is a gap that was asked for.
type ask struct {
	at    time.Time
	tries int
}

// NewDownload begins a download. cache is the list known of this very hardware and firmware, or nil.
func NewDownload(cache *fleet.ParamList) *Download {
	return &Download{cache: cache, names: map[string]fleet.Param{}, asked: map[int]*ask{}}
}

// Step sends what is due and says when it wants to be stepped next. An error is final.
func (d *Download) Step(now time.Time, p Port) (wake time.Time, err error) {
	switch d.phase {
	case phaseHash, phaseAfter:
		return d.askHash(now, p)
	case phaseList:
		return d.list(now, p)
	case phaseFill:
		return d.fill(now, p)
	}
	return time.Time{}, nil
}

// Take looks at a PARAM_VALUE; Step must follow.
func (d *Download) Take(now time.Time, e Encoding, v Value) {
	if v.Name == HashName {
		d.hashed(v)
		return
	}
	if d.phase != phaseList && d.phase != phaseFill {
		return
	}
	d.counted(v.Count)
	got, ok := Decode(v.Raw, v.Type, e)
	if v.Index < len(d.seen) && v.Count == d.count {
		d.seen[v.Index] = true // seen even if it makes no sense: asking again would not help
		delete(d.asked, v.Index)
	}
	if !ok || !ValidName(v.Name) || d.names[v.Name].Name == "" && len(d.names) >= listMax {
		return
	}
	d.heard = now
	d.names[v.Name] = fleet.Param{Name: v.Name, Type: v.Type, Value: got}
}

// counted follows the count: every index may have moved when it has changed.
func (d *Download) counted(n int) {
	switch {
	case n == d.count || n < 1 || n > listMax:
		if n == d.count {
			d.lower = 0
		}
		return
	case n < d.count:
		if d.lower++; d.lower < shrunk {
			return
		}
	}
	d.count, d.lower = n, 0
	d.seen = make([]bool, n)
	clear(d.asked)
}

func (d *Download) hashed(v Value) {
	got, ok := Decode(v.Raw, v.Type, Bytewise)
	if !ok || got < 0 {
		return
	}
	h := uint32(got)
	switch d.phase {
	case phaseList:
		if d.hash == nil { // PX4 begins every list with it
			d.hash = &h
		}
		return
	case phaseHash:
		d.hash = &h
		if d.cache != nil && d.cache.Hash != 0 && d.cache.Hash == h && len(d.cache.Params) > 0 {
			d.cached, d.phase = true, phaseDone
			return
		}
		d.enter(phaseList)
	case phaseAfter:
		d.after, d.phase = &h, phaseDone
	}
}

func (d *Download) enter(p phase) { d.phase, d.tries, d.at = p, 0, time.Time{} }

func (d *Download) askHash(now time.Time, p Port) (time.Time, error) {
	if d.tries > 0 && now.Before(d.at.Add(p.Timeout(d.tries))) {
		return d.at.Add(p.Timeout(d.tries)), nil
	}
	if d.tries >= hashTries {
		if d.phase == phaseAfter {
			d.phase = phaseDone
			return time.Time{}, nil
		}
		d.enter(phaseList)
		return d.list(now, p)
	}
	d.tries++
	d.at = now
	return now.Add(p.Timeout(d.tries)), p.RequestRead(HashName, -1)
}

// list asks for the whole list and waits until nothing comes any more.
func (d *Download) list(now time.Time, p Port) (time.Time, error) {
	if d.tries == 0 {
		return d.request(now, p)
	}
	wait := max(quiet, p.Timeout(1))
	if d.heard.After(d.at) {
		if d.whole() {
			return d.finish(now, p)
		}
		if end := d.heard.Add(wait); now.Before(end) {
			return end, nil
		}
		if d.rounds < listings && (d.gaps() > d.count/4 || d.settled()) {
			return d.request(now, p)
		}
		d.enter(phaseFill)
		return d.fill(now, p)
	}
	if end := d.at.Add(max(wait, p.Timeout(d.tries))); now.Before(end) {
		return end, nil
	}
	if d.tries >= triesMax {
		return time.Time{}, ErrNoAnswer
	}
	return d.request(now, p)
}

func (d *Download) request(now time.Time, p Port) (time.Time, error) {
	if d.heard.After(d.at) {
		d.tries = 0
	}
	d.tries++
	d.rounds++
	d.at = now
	return now.Add(max(quiet, p.Timeout(d.tries))), p.RequestList()
}

// settled says whether every index was seen and names are missing all the same: they moved while they were sent.
func (d *Download) settled() bool { return d.gaps() == 0 && len(d.names) < d.count }

func (d *Download) gaps() int {
	n := 0
	for _, s := range d.seen {
		if !s {
			n++
		}
	}
	return n
}

// whole says whether nothing is missing.
func (d *Download) whole() bool {
	return d.count > 0 && (len(d.names) >= d.count || d.gaps() == 0 && d.rounds >= listings)
}

// fill asks for the gaps by their index.
func (d *Download) fill(now time.Time, p Port) (wake time.Time, err error) {
	gaps := d.gaps()
	switch {
	case d.rounds < listings && (gaps > d.count/4 || d.settled()):
		d.enter(phaseList)
		return d.request(now, p)
	case gaps == 0 || d.whole():
		return d.finish(now, p)
	}
	for i := 0; i < d.count; i++ {
		a := d.asked[i]
		switch {
		case d.seen[i] || a == nil && len(d.asked) >= fillWindow:
			continue
		case a == nil:
			a = &ask{}
			d.asked[i] = a
		case now.Before(a.at.Add(p.Timeout(a.tries))):
			wake = earlier(wake, a.at.Add(p.Timeout(a.tries)))
			continue
		case a.tries >= fillTries:
			return wake, fmt.Errorf("%w: %d of %d missing", ErrIncomplete, gaps, d.count)
		}
		a.at = now
		a.tries++
		if err := p.RequestRead("", i); err != nil {
			return wake, err
		}
		wake = earlier(wake, now.Add(p.Timeout(a.tries)))
	}
	return wake, nil
}

// finish asks for the checksum of what was read, if the vehicle has one.
func (d *Download) finish(now time.Time, p Port) (time.Time, error) {
	if d.hash == nil {
		d.phase = phaseDone
		return time.Time{}, nil
	}
	d.enter(phaseAfter)
	return d.askHash(now, p)
}

// Done says whether the list is there, and how many percent of it are.
func (d *Download) Done() (bool, int) {
	if d.phase == phaseDone {
		return true, 100
	}
	if d.count == 0 {
		return false, 0
	}
	return false, min(99, 100*len(d.names)/d.count)
}

// Cached says whether the vehicle's checksum confirmed the list that was known.
func (d *Download) Cached() bool { return d.cached }

// List is what was read, sorted by name, with a hash only if it was the same before and after: else something changed
// while it was read.
func (d *Download) List(now time.Time) fleet.ParamList {
	if d.cached {
		l := *d.cache
		l.At = now
		return l
	}
	l := fleet.ParamList{At: now, Params: slices.SortedFunc(maps.Values(d.names), func(a, b fleet.Param) int {
		return strings.Compare(a.Name, b.Name)
	})}
	if d.hash != nil && d.after != nil && *d.hash == *d.after {
		l.Hash = *d.hash
	}
	return l
}
