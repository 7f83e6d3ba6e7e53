package logbook

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"groundstation/fleet"
	"groundstation/mission"
)

const (
	// settle is how long a vehicle stands disarmed before it is asked: its log is being closed.
	settle = 5 * time.Second
	// slack is how far the vehicle's clock may be from ours.
	slack = 2 * time.Minute
	// old is how long ago a flight may have ended and its log still be asked for.
	old = 24 * time.Hour
	// verifyMax is the longest log of which the vehicle is asked for a checksum. It reads the whole file for it, and
	// hears no command meanwhile: a second for some megabytes.
	verifyMax = 16 << 20
	// recordsMax is how many records are shown; the oldest are forgotten, their files are not.
	recordsMax = 2000

	retryFirst  = 20 * time.Second
	retryMost   = 10 * time.Minute
	triesMax    = 8
	showEvery   = 2 * time.Second
	readBound   = 2 * time.Hour
	storedBound = 5 * time.Minute
)

// Config are the book's bounds; zero values stand for the defaults in brackets.
type Config struct {
	FileMax int64       // octets of one log [512 MB]
	AtOnce  int         // vehicles that are read at the same time [2]
	Kept    []FlightLog // as they were found on disk
}

type phase int

const (
	idle phase = iota
	listing
	reading
	storing
)

// page is one vehicle.
type page struct {
	id       fleet.VehicleID
	sortie   fleet.SortieID // the open one
	ready    bool           // online, disarmed and on the ground
	since    time.Time      // since when it is ready
	phase    phase
	intent   fleet.IntentID
	record   *FlightLog
	began    time.Time // of the phase
	shownAt  time.Time
	tries    int
	retry    time.Time
	stopping bool
}

// Book is the machine; the zero value is not usable.
type Book struct {
	cfg     Config
	now     time.Time
	out     []Output
	pages   map[fleet.VehicleID]*page
	records map[fleet.SortieID]*FlightLog
	order   []fleet.SortieID // of records, oldest first
	intents int
	started bool
	next    time.Time // Deadline
}

// New is a book that remembers what cfg.Kept says.
func New(cfg Config) *Book {
	if cfg.FileMax <= 0 {
		cfg.FileMax = 512 << 20
	}
	if cfg.AtOnce <= 0 {
		cfg.AtOnce = 2
	}
	b := &Book{cfg: cfg, pages: map[fleet.VehicleID]*page{}, records: map[fleet.SortieID]*FlightLog{}}
	kept := slices.SortedFunc(slices.Values(cfg.Kept), func(a, b FlightLog) int { return a.From.Compare(b.From) })
	for _, r := range kept {
		b.add(&r)
	}
	return b
}

// Mine says whether an event answers one of the book's Intents and is of no interest to anybody else.
func Mine(ev fleet.Event) bool {
	switch ev := ev.(type) {
	case fleet.FilePart:
		return own(ev.Intent)
	case fleet.FileRead:
		return own(ev.Intent)
	case fleet.LogsListed:
		return own(ev.Intent)
	case fleet.Report:
		return own(ev.Intent)
	}
	return false
}

// prefix marks the book's Intents.
const prefix = "log-"

func own(id fleet.IntentID) bool { return strings.HasPrefix(string(id), prefix) }

// Deadline is when a Tick is due; zero is never.
func (b *Book) Deadline() time.Time { return b.next }

func (b *Book) deadline() (at time.Time) {
	for _, p := range b.pages {
		due := time.Time{}
		switch {
		case p.phase == storing:
			due = p.began.Add(storedBound)
		case p.phase == idle && p.ready && p.sortie == "" && b.owed(p) != nil && b.busy() < b.cfg.AtOnce:
			due = later(p.retry, p.since.Add(settle))
		}
		if !due.IsZero() && (at.IsZero() || due.Before(at)) {
			at = due
		}
	}
	return at
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// Step takes one input at a time that does not run backwards; the outputs are valid until the next Step.
func (b *Book) Step(now time.Time, in Input) []Output {
	b.now, b.out = now, nil
	if !b.started {
		b.started = true
		for _, id := range b.order {
			b.out = append(b.out, Show{*b.records[id]})
		}
	}
	switch in := in.(type) {
	case Observed:
		if v, ok := in.Event.(fleet.VehicleChanged); ok && !b.vehicle(v.Vehicle) {
			return b.out // most events are this
		}
		b.observe(in.Event)
	case Sortie:
		b.sortie(in.Sortie)
	case Stored:
		b.stored(in)
	}
	for _, id := range slices.Sorted(maps.Keys(b.pages)) {
		b.consider(b.pages[id])
	}
	b.next = b.deadline()
	return b.out
}

func (b *Book) page(id fleet.VehicleID) *page {
	p := b.pages[id]
	if p == nil {
		p = &page{id: id}
		b.pages[id] = p
	}
	return p
}

func (b *Book) add(r *FlightLog) {
	b.records[r.Sortie] = r
	b.order = append(b.order, r.Sortie)
	if len(b.order) > recordsMax {
		delete(b.records, b.order[0])
		b.order = b.order[1:]
	}
}

// show puts a record on the Board as it stands.
func (b *Book) show(r *FlightLog) {
	r.At = b.now
	b.out = append(b.out, Show{*r})
}

// flew is when a sortie's motors were first to run; false if they never were.
func flew(s *mission.Sortie) (time.Time, bool) {
	for _, st := range s.Stages {
		if st.Name == string(mission.Launching) {
			return st.At, true
		}
	}
	return time.Time{}, false
}

// sortie follows which vehicle has one, and notes a flight that is over.
func (b *Book) sortie(s mission.Sortie) {
	p := b.page(s.Vehicle)
	if !s.State.Final() {
		p.sortie = s.ID
		b.cancel(p)
		return
	}
	if p.sortie == s.ID {
		p.sortie = ""
	}
	from, ok := flew(&s)
	if !ok || b.records[s.ID] != nil || s.ClosedAt == nil || b.now.Sub(*s.ClosedAt) > old {
		return
	}
	r := &FlightLog{Sortie: s.ID, Vehicle: s.Vehicle, From: from, To: *s.ClosedAt, State: Owed}
	b.add(r)
	b.show(r)
	p.tries, p.retry = 0, time.Time{}
}

// vehicle follows whether a vehicle may be read, and says whether that changed.
func (b *Book) vehicle(v *fleet.Vehicle) bool {
	p := b.page(v.ID)
	ready := v.Link == fleet.LinkOnline && !v.Armed && v.Landed == fleet.OnGround
	if ready == p.ready {
		return false
	}
	p.ready, p.since = ready, b.now
	if v.Armed {
		b.cancel(p)
	}
	return true
}

func (b *Book) observe(ev fleet.Event) {
	switch ev := ev.(type) {
	case fleet.LogsListed:
		if p := b.asked(ev.Vehicle, ev.Intent, listing); p != nil {
			b.choose(p, ev.Logs)
		}
	case fleet.FilePart:
		if p := b.asked(ev.Vehicle, ev.Intent, reading); p != nil {
			b.part(p, ev)
		}
	case fleet.FileRead:
		if p := b.asked(ev.Vehicle, ev.Intent, reading); p != nil {
			p.record.Verified = ev.Verified
			b.turn(p, storing)
			b.out = append(b.out, Close{*p.record})
		}
	case fleet.Report:
		if p := b.pages[ev.Vehicle]; p != nil && p.intent == ev.Intent && ev.Stage.Final() {
			b.reported(p, ev)
		}
	}
}

// asked is the page whose present Intent an answer is for.
func (b *Book) asked(v fleet.VehicleID, id fleet.IntentID, in phase) *page {
	if p := b.pages[v]; p != nil && p.intent == id && p.phase == in && id != "" {
		return p
	}
	return nil
}

// owed is the newest flight of a vehicle whose log is not here.
func (b *Book) owed(p *page) *FlightLog {
	for _, id := range slices.Backward(b.order) {
		if r := b.records[id]; r.Vehicle == p.id && r.open() {
			return r
		}
	}
	return nil
}

// busy is how many vehicles are being read.
func (b *Book) busy() (n int) {
	for _, p := range b.pages {
		if p.phase == listing || p.phase == reading {
			n++
		}
	}
	return n
}

// consider begins with the next log of a vehicle, if it may.
func (b *Book) consider(p *page) {
	if p.phase == storing && b.now.Sub(p.began) >= storedBound {
		b.again(p, "storage", "the log was not written in time", true)
	}
	if p.phase != idle || !p.ready || p.sortie != "" || b.now.Before(later(p.retry, p.since.Add(settle))) || b.busy() >= b.cfg.AtOnce {
		return
	}
	if p.record = b.owed(p); p.record == nil {
		return
	}
	b.turn(p, listing)
	b.send(p, fleet.ListLogs{})
}

func (b *Book) turn(p *page, to phase) {
	p.phase, p.began, p.stopping = to, b.now, false
	if to == idle || to == storing {
		p.intent = ""
	}
}

func (b *Book) send(p *page, act fleet.Act) {
	b.intents++
	p.intent = fleet.IntentID(fmt.Sprintf("%s%d", prefix, b.intents))
	b.out = append(b.out, Send{fleet.Intent{ID: p.intent, Vehicle: p.id, Bound: readBound, Act: act}})
}

// cancel ends the reading; the report says when it has.
func (b *Book) cancel(p *page) {
	if (p.phase == listing || p.phase == reading) && !p.stopping {
		p.stopping = true
		b.intents++
		b.out = append(b.out, Send{fleet.Intent{ID: fleet.IntentID(fmt.Sprintf("%s%d", prefix, b.intents)), Vehicle: p.id, Act: fleet.StopReading{}}})
	}
}

// choose takes the flight's log among those on board.
func (b *Book) choose(p *page, logs []fleet.FlightLog) {
	r := p.record
	l, ok := b.match(r, logs)
	if !ok {
		r.State, r.Code, r.Detail = None, "no-log", fmt.Sprintf("none of the %d logs listed is of this flight", len(logs))
		b.finish(p)
		return
	}
	if l.Path != r.Path || l.ID != r.ID || l.Size != r.Size || r.State != Fetching {
		r.Path, r.ID, r.Size, r.Begun, r.Have, r.Sum = l.Path, l.ID, l.Size, l.At, 0, 0
	}
	r.State, r.Code, r.Detail = Fetching, "", ""
	b.show(r)
	b.out = append(b.out, Open{*r})
	b.turn(p, reading)
	b.send(p, fleet.FetchLog{Log: l, From: r.Have, Sum: r.Sum, Most: b.cfg.FileMax, Verify: l.Size <= verifyMax})
}

// match finds the log of a flight: the longest that was begun in it, or without any times the newest, if that is of no
// other flight.
func (b *Book) match(r *FlightLog, logs []fleet.FlightLog) (best fleet.FlightLog, ok bool) {
	timed := false
	for _, l := range logs {
		if l.At.IsZero() {
			continue
		}
		timed = true
		if l.At.Before(r.From.Add(-slack)) || l.At.After(r.To.Add(slack)) || b.taken(r, l) {
			continue
		}
		if !ok || l.Size > best.Size {
			best, ok = l, true
		}
	}
	if timed {
		return best, ok
	}
	for _, l := range logs {
		if !ok || l.ID > best.ID || l.Path > best.Path {
			best, ok = l, true
		}
	}
	if !ok || b.taken(r, best) {
		return fleet.FlightLog{}, false
	}
	return best, true
}

// taken says whether a log is another flight's.
func (b *Book) taken(r *FlightLog, l fleet.FlightLog) bool {
	for _, o := range b.records {
		if o != r && o.Vehicle == r.Vehicle && o.State != Owed && o.Size > 0 && o.Path == l.Path && o.ID == l.ID && o.Begun.Equal(l.At) && o.Size == l.Size {
			return true
		}
	}
	return false
}

func (b *Book) part(p *page, ev fleet.FilePart) {
	r := p.record
	if ev.Offset != r.Have {
		return // of a reading that was given up
	}
	r.Have, r.Sum = ev.Offset+int64(len(ev.Data)), ev.Sum
	b.out = append(b.out, Append{r.Sortie, ev.Offset, ev.Data})
	if b.now.Sub(p.shownAt) >= showEvery {
		p.shownAt = b.now
		b.show(r)
	}
}

// reported takes the end of an Intent; a good one has said more before.
func (b *Book) reported(p *page, rep fleet.Report) {
	switch {
	case rep.Stage == fleet.StageDone:
		if p.phase == listing || p.phase == reading {
			b.again(p, "no-answer", "the vehicle did not say what it was asked", false)
		}
	case rep.Code == "too-large", rep.Code == "bad-path", rep.Code == "unsupported", rep.Code == "guard":
		p.record.State, p.record.Code, p.record.Detail = Failed, rep.Code, rep.Detail
		b.finish(p)
	default:
		b.again(p, rep.Code, rep.Detail, rep.Code == "file-changed" || rep.Code == "checksum")
	}
}

// again tries later, from the beginning if anew.
func (b *Book) again(p *page, code, detail string, anew bool) {
	r := p.record
	if anew {
		r.Have, r.Sum = 0, 0
	}
	r.Code, r.Detail = code, detail
	switch code {
	case "yielded", "superseded", "busy", "rebooted", "link-lost", "quarantined":
		p.retry = b.now.Add(retryFirst) // nobody's fault
	default:
		p.tries++
		p.retry = b.now.Add(min(retryFirst<<min(p.tries, 10), retryMost))
	}
	if p.tries >= triesMax {
		p.tries = 0
		r.State = Failed
		b.finish(p)
		return
	}
	b.turn(p, idle)
	b.show(r)
}

// finish ends a record that has no file.
func (b *Book) finish(p *page) {
	b.turn(p, idle)
	b.show(p.record)
	b.out = append(b.out, Note{*p.record})
}

func (b *Book) stored(in Stored) {
	for _, id := range in.Removed {
		if r := b.records[id]; r != nil {
			r.State = Removed
			b.show(r)
		}
	}
	r := b.records[in.Sortie]
	if r == nil || in.Sortie == "" {
		return
	}
	p := b.page(r.Vehicle)
	switch {
	case p.record != r || p.phase == idle:
	case in.Err != nil:
		b.cancel(p)
		b.again(p, "storage", in.Err.Error(), true)
	case p.phase == storing:
		r.State, r.SHA256, r.Code, r.Detail = Kept, in.SHA256, "", ""
		p.tries = 0
		b.turn(p, idle)
		b.show(r)
	}
}
