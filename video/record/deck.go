package record

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"groundstation/video/unit"
)

// The bounds of a deck.
const (
	queueUnits  = 1024     // then what comes is dropped up to a key picture
	queueOctets = 32 << 20 // the same
	ringOctets  = 64 << 20 // of the pre-roll; beyond it there is none until the next key picture
	actsMax     = 64       // positions beyond are dropped
	tickEvery   = 250 * time.Millisecond
	tapAgain    = 500 * time.Millisecond // between attempts to open a tap
)

// Tap gives the units of a source in order, to one reader. A *Shut says that nothing may be recorded from here on, until
// the next unit; any other error ends it.
type Tap interface {
	Next(ctx context.Context) (*unit.Unit, error)
	Close()
}

// Shut is an error of a Tap: nothing may be recorded.
type Shut struct{ Why string }

// Error is the reason in words.
func (s *Shut) Error() string { return "nothing may be recorded: " + s.Why }

// Options are what a Deck is made of. Source, Open and Library are required.
type Options struct {
	Source  string
	Open    func(source string) (Tap, error)
	Library *Library
	// Room says whether a segment more may be written; nil: it always may.
	Room func() bool
	// Told is called with the recording after each change, by the goroutine that writes.
	Told    func(Recording)
	PreRoll time.Duration
	Lengths Lengths
	Now     func() time.Time // nil: time.Now
	Log     *slog.Logger
	Dropped *atomic.Uint64 // counts the units for which the queue had no room
}

// Errors of a Deck.
var (
	ErrRecording = errors.New("it is being recorded already")
	ErrIdle      = errors.New("it is not being recorded")
	ErrEnded     = errors.New("the recorder has ended")
)

// Deck records one source. While it runs it taps the source, so that the pre-roll is there.
type Deck struct {
	o     Options
	queue chan item
	held  atomic.Int64 // octets in queue
	acts  chan any
	ended chan struct{}

	// The goroutine's that writes.
	ring     []*unit.Unit
	ringSize int64
	gated    *Absent // nothing may be recorded now
	take     *take
}

// item is a unit, or why none comes.
type item struct {
	unit   *unit.Unit
	absent Absent
	at     time.Time
}

type (
	startAct struct {
		head  Head
		reply chan startReply
	}
	startReply struct {
		rec Recording
		err error
	}
	stopAct struct {
		by, why string
		reply   chan error
	}
)

// NewDeck makes a deck; it does nothing until it runs.
func NewDeck(o Options) *Deck {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Room == nil {
		o.Room = func() bool { return true }
	}
	if o.Told == nil {
		o.Told = func(Recording) {}
	}
	if o.Dropped == nil {
		o.Dropped = &atomic.Uint64{}
	}
	return &Deck{o: o, queue: make(chan item, queueUnits), acts: make(chan any, actsMax), ended: make(chan struct{})}
}

// Start begins a recording; its From is set to the beginning of the pre-roll.
func (d *Deck) Start(h Head) (Recording, error) {
	reply := make(chan startReply, 1)
	select {
	case d.acts <- startAct{h, reply}:
	case <-d.ended:
		return Recording{}, ErrEnded
	}
	select {
	case r := <-reply:
		return r.rec, r.err
	case <-d.ended:
		return Recording{}, ErrEnded
	}
}

// Stop ends the recording.
func (d *Deck) Stop(by, why string) error {
	reply := make(chan error, 1)
	select {
	case d.acts <- stopAct{by, why, reply}:
	case <-d.ended:
		return ErrEnded
	}
	select {
	case err := <-reply:
		return err
	case <-d.ended:
		return ErrEnded
	}
}

// Mark adds where the camera is to the recording, if there is one. It never waits.
func (d *Deck) Mark(p Point) {
	select {
	case d.acts <- p:
	default:
	}
}

// Run taps and records until ctx ends; then what is being recorded is closed.
func (d *Deck) Run(ctx context.Context) {
	var reading sync.WaitGroup
	reading.Go(func() { d.read(ctx) })
	defer reading.Wait()
	defer close(d.ended)
	tick := time.NewTicker(tickEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			if d.take != nil {
				d.finish("station", "stopped")
			}
			return
		case it := <-d.queue:
			d.handle(it)
		case a := <-d.acts:
			d.act(a)
		case <-tick.C:
			d.tick()
		}
	}
}

// read queues what the tap gives, and never waits for who writes.
func (d *Deck) read(ctx context.Context) {
	q := intake{d: d}
	for ctx.Err() == nil {
		tap, err := d.o.Open(d.o.Source)
		if err == nil {
			d.drain(ctx, tap, &q)
			tap.Close()
		}
		q.none(SourceLost, "")
		select {
		case <-ctx.Done():
		case <-time.After(tapAgain):
		}
	}
}

func (d *Deck) drain(ctx context.Context, tap Tap, q *intake) {
	for {
		u, err := tap.Next(ctx)
		var shut *Shut
		switch {
		case errors.As(err, &shut):
			q.none(Gated, shut.Why)
		case err != nil:
			return
		default:
			q.put(u)
		}
	}
}

// intake is the sending side of a deck's queue.
type intake struct {
	d       *Deck
	behind  bool // units are dropped until the next key picture that finds room
	since   time.Time
	said    Why   // the last reason that was told since a unit came
	pending *item // why nothing came, not told yet
}

func (q *intake) put(u *unit.Unit) {
	size := octets(u)
	full := len(q.d.queue) >= queueUnits-2 || q.d.held.Load()+size > queueOctets
	switch {
	case q.behind && (!u.Key || full || len(q.d.queue) > queueUnits/2):
		q.d.o.Dropped.Add(1)
		return
	case q.behind:
		q.behind = false
		if q.pending == nil {
			q.pending = &item{absent: Absent{Why: Behind}, at: q.since}
		}
	case full:
		q.behind, q.since = true, u.Arrived
		q.d.o.Dropped.Add(1)
		return
	}
	if q.pending != nil {
		q.d.queue <- *q.pending // there is room for two: nobody else puts anything in
		q.pending = nil
	}
	q.said = ""
	q.d.held.Add(size)
	q.d.queue <- item{unit: u}
}

// none says that nothing comes; it is told at once if there is room, else before the next unit.
func (q *intake) none(why Why, detail string) {
	if q.said == why {
		return
	}
	q.said = why
	it := item{absent: Absent{why, detail}, at: q.d.o.Now()}
	if len(q.d.queue) < queueUnits-2 {
		q.d.queue <- it
		q.pending = nil
		return
	}
	q.pending = &it
}

func octets(u *unit.Unit) (n int64) {
	for _, b := range u.Data {
		n += int64(len(b))
	}
	return n
}

func (d *Deck) handle(it item) {
	if it.unit == nil {
		if d.gated = nil; it.absent.Why == Gated {
			d.forget()
			d.gated = &it.absent
		}
		if d.take != nil {
			d.take.step(it.at, it.absent, d.o.Room)
		}
		return
	}
	d.held.Add(-octets(it.unit))
	d.gated = nil
	if d.take != nil {
		d.take.step(it.unit.Arrived, Unit{it.unit}, d.o.Room)
		return
	}
	d.keep(it.unit)
}

// keep adds to the pre-roll, and drops what is older than it.
func (d *Deck) keep(u *unit.Unit) {
	key := u.Key && isPicture(u)
	if len(d.ring) == 0 && !key {
		return
	}
	d.ring = append(d.ring, u)
	d.ringSize += octets(u)
	if d.ringSize > ringOctets {
		d.forget()
		return
	}
	if !key {
		return
	}
	first := 0
	for i, k := range d.ring {
		if k.Key && isPicture(k) && u.Arrived.Sub(k.Arrived) >= d.o.PreRoll {
			first = i
		}
	}
	for _, old := range d.ring[:first] {
		d.ringSize -= octets(old)
	}
	d.ring = append([]*unit.Unit(nil), d.ring[first:]...)
}

func isPicture(u *unit.Unit) bool { return u.Track.Codec == unit.H264 || u.Track.Codec == unit.H265 }

func (d *Deck) forget() { d.ring, d.ringSize = nil, 0 }

func (d *Deck) act(a any) {
	switch a := a.(type) {
	case startAct:
		rec, err := d.start(a.head)
		a.reply <- startReply{rec, err}
	case stopAct:
		if d.take == nil {
			a.reply <- ErrIdle
			return
		}
		d.finish(a.by, a.why)
		a.reply <- nil
	case Point:
		if d.take != nil {
			if err := d.take.mark(a); err != nil {
				d.o.Log.Error("track of a recording not kept", "recording", d.take.rec.ID, "error", err)
			}
		}
	}
}

func (d *Deck) start(h Head) (Recording, error) {
	if d.take != nil {
		return Recording{}, fmt.Errorf("%s: %w", d.take.rec.ID, ErrRecording)
	}
	now := d.o.Now()
	ring := d.ring
	d.forget()
	if len(ring) > 0 && now.Sub(ring[len(ring)-1].Arrived) > d.o.PreRoll+d.o.Lengths.Silence {
		ring = nil // of another time
	}
	h.StartedAt, h.From = now, now
	if len(ring) > 0 {
		h.From = earlier(ring[0].Arrived, now)
	}
	h.From, h.StartedAt = h.From.UTC(), h.StartedAt.UTC()
	t, err := d.o.Library.start(h, now, d.o.Lengths, d.o.Log, d.o.Told)
	if err != nil {
		return Recording{}, err
	}
	d.take = t
	if d.gated != nil {
		t.step(now, *d.gated, d.o.Room)
	}
	for _, u := range ring {
		t.step(u.Arrived, Unit{u}, d.o.Room)
	}
	return t.rec, nil
}

func (d *Deck) tick() {
	t := d.take
	if t == nil {
		return
	}
	t.step(d.o.Now(), Tick{}, d.o.Room)
	if err := t.flush(); err != nil {
		d.o.Log.Warn("track or index of a recording waits for the disk", "recording", t.rec.ID, "error", err)
	}
}

func (d *Deck) finish(by, why string) {
	t := d.take
	d.take = nil
	if err := t.close(d.o.Now(), by, why, d.o.Room); err != nil {
		d.o.Log.Error("recording not closed; it is when the station starts again", "recording", t.rec.ID, "error", err)
	}
}
