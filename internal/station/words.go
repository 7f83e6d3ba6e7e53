package station

import (
	"fmt"
	"strings"
	"time"

	"groundstation/fleet"
	"groundstation/mavlink/events"
	"groundstation/mission"
)

const (
	wordsPrefix = "words-"
	wordsSettle = 10 * time.Second // a vehicle stands so long before it is asked
	wordsRetry  = 5 * time.Minute
	wordsTries  = 5
	wordsBound  = 10 * time.Minute
	// wordsMax is how many firmwares' words are held: a fleet has few, and a vehicle could serve another at each start.
	wordsMax = 32
)

// WordsFetched is the metadata of events as a vehicle served it, to be opened and kept; Words answers.
type WordsFetched struct {
	Sum  uint32
	File []byte
}

// Words are the words of the events whose metadata has this checksum; Err: it could not be opened.
type Words struct {
	Sum uint32
	Set *events.Set
	Err error
}

func (WordsFetched) output() {}
func (Words) input()         {}

// lexicon gives each vehicle the words of its events. The metadata of a firmware is fetched from the first vehicle that
// has it, while that stands disarmed without a sortie; a sortie ends the reading.
type lexicon struct {
	sets map[uint32]*events.Set
	// busy are the checksums that are being fetched or opened.
	busy    map[uint32]fleet.VehicleID
	pages   map[fleet.VehicleID]*wordsPage
	intents int
	next    time.Time
}

// wordsPage is one vehicle.
type wordsPage struct {
	open   map[fleet.SortieID]bool
	ready  bool
	since  time.Time
	boot   uint32
	known  bool // it has its words
	failed bool // until it starts anew
	sum    uint32
	path   string // where they are on board; empty: not asked yet
	intent fleet.IntentID
	file   []byte
	tries  int
	retry  time.Time
}

func newLexicon(sets map[uint32]*events.Set) *lexicon {
	l := &lexicon{sets: map[uint32]*events.Set{}, busy: map[uint32]fleet.VehicleID{}, pages: map[fleet.VehicleID]*wordsPage{}}
	for sum, set := range sets {
		l.sets[sum] = set
	}
	return l
}

func (l *lexicon) page(id fleet.VehicleID) *wordsPage {
	p := l.pages[id]
	if p == nil {
		p = &wordsPage{open: map[fleet.SortieID]bool{}}
		l.pages[id] = p
	}
	return p
}

// wordsEvent looks at an event, and says whether it was the lexicon's alone.
func (c *Core) wordsEvent(now time.Time, ev fleet.Event) bool {
	l := c.words
	if l == nil {
		return false
	}
	switch ev := ev.(type) {
	case fleet.VehicleChanged:
		c.wordsVehicle(now, ev.Vehicle)
	case fleet.WordsFound:
		if p := l.page(ev.Vehicle); p.intent == ev.Intent {
			p.sum, p.path = ev.Sum, ev.Path
		}
		return true
	case fleet.FilePart:
		if p := l.page(ev.Vehicle); p.intent == ev.Intent {
			p.file = append(p.file, ev.Data...)
		}
		return wordsOwn(ev.Intent)
	case fleet.FileRead:
		return wordsOwn(ev.Intent)
	case fleet.Report:
		if !wordsOwn(ev.Intent) {
			return false
		}
		if p := l.page(ev.Vehicle); p.intent == ev.Intent && ev.Stage.Final() {
			c.wordsReported(now, ev.Vehicle, p, ev)
		}
		return true
	}
	return false
}

func wordsOwn(id fleet.IntentID) bool { return strings.HasPrefix(string(id), wordsPrefix) }

func (c *Core) wordsVehicle(now time.Time, v *fleet.Vehicle) {
	p := c.words.page(v.ID)
	if v.BootID != p.boot { // it may have been given another firmware
		p.boot, p.known, p.failed, p.path, p.tries = v.BootID, false, false, "", 0
	}
	ready := v.Link == fleet.LinkOnline && !v.Armed && v.Landed == fleet.OnGround
	if ready && !p.ready {
		p.since = now
	}
	if changed := ready != p.ready; changed {
		p.ready = ready
		c.wordsLook(now)
	}
}

// wordsSortie follows which vehicle has a sortie.
func (c *Core) wordsSortie(now time.Time, s mission.Sortie) {
	if c.words == nil {
		return
	}
	p := c.words.page(s.Vehicle)
	if s.State.Final() {
		delete(p.open, s.ID)
	} else {
		p.open[s.ID] = true
	}
	c.wordsLook(now)
}

// wordsLook asks whom it may, and says when it looks again.
func (c *Core) wordsLook(now time.Time) {
	l := c.words
	l.next = time.Time{}
	for _, v := range c.vehicles {
		p := l.page(v.spec.ID)
		if !p.ready || p.known || p.failed || p.intent != "" || len(p.open) > 0 {
			continue
		}
		if set := l.sets[p.sum]; set != nil && p.path != "" {
			c.giveWords(v, p, set)
			continue
		}
		if p.path != "" && l.busy[p.sum] != "" {
			continue // another has the same, and is being read
		}
		if p.path != "" && len(l.sets)+len(l.busy) >= wordsMax {
			p.failed = true
			continue
		}
		if due := wordsDue(p); now.Before(due) {
			l.next = earlier(l.next, due)
			continue
		}
		l.intents++
		p.intent = fleet.IntentID(fmt.Sprintf("%s%d", wordsPrefix, l.intents))
		var act fleet.Act = fleet.FindWords{}
		if p.path != "" {
			l.busy[p.sum] = v.spec.ID
			p.file = nil
			act = fleet.FetchFile{Path: p.path, Most: events.FileMax, Verify: true}
		}
		c.send(now, fleet.Intent{ID: p.intent, Vehicle: v.spec.ID, Bound: wordsBound, Act: act})
	}
}

func wordsDue(p *wordsPage) time.Time {
	if due := p.since.Add(wordsSettle); due.After(p.retry) {
		return due
	}
	return p.retry
}

func (c *Core) giveWords(v *vehicleSlot, p *wordsPage, set *events.Set) {
	p.known, p.tries = true, 0
	v.session.KnowEvents(set)
}

func (c *Core) wordsReported(now time.Time, id fleet.VehicleID, p *wordsPage, r fleet.Report) {
	l := c.words
	p.intent = ""
	reading := p.path != "" && l.busy[p.sum] == id
	switch {
	case r.Stage == fleet.StageDone && reading:
		c.out = append(c.out, WordsFetched{Sum: p.sum, File: p.file}) // it stays busy until that is opened
		p.file = nil
		return
	case r.Stage == fleet.StageDone:
	case r.Code == "unsupported" || r.Code == "denied" || r.Code == "no-such-file" || r.Code == "too-large":
		p.failed = true // it has none; its events keep their numbers
	case r.Code == "yielded" || r.Code == "busy" || r.Code == "link-lost" || r.Code == "rebooted":
		p.retry = now.Add(wordsSettle)
	default:
		p.retry = now.Add(wordsRetry)
		if p.tries++; p.tries >= wordsTries {
			p.failed = true
		}
	}
	if reading {
		delete(l.busy, p.sum)
		p.file = nil
	}
	c.wordsLook(now)
}

// wordsOpened takes the words of a firmware, for every vehicle that has it.
func (c *Core) wordsOpened(now time.Time, w Words) {
	l := c.words
	if l == nil {
		return
	}
	from := l.busy[w.Sum]
	delete(l.busy, w.Sum)
	if w.Err != nil {
		if p := l.pages[from]; p != nil {
			p.failed = true
		}
	} else {
		l.sets[w.Sum] = w.Set
	}
	c.wordsLook(now)
}

// wordsDeadline is when the lexicon looks again; zero is never.
func (c *Core) wordsDeadline() time.Time {
	if c.words == nil {
		return time.Time{}
	}
	return c.words.next
}
