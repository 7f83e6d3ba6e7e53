package station

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"groundstation/fleet"
	"groundstation/mavlink"
	"groundstation/mavlink/link"
	"groundstation/mission"
)

// The bounds of the shell's queues.
const (
	maxAsks    = 256  // then Do answers "busy"
	maxCommits = 4096 // the Desk never has so many outstanding
)

// GCPercent is the growth of the heap before it is collected that suits a station: the heap is a few megabytes, and at
// the usual 100 a tenth of the CPU goes into looking through it again and again.
const GCPercent = 300

// Store is what the station needs of a store.
type Store interface {
	// Submit queues ops, in order, to become durable as one transaction or not at all, and calls done once with the
	// outcome, from another goroutine or from this one.
	Submit(ops []mission.Op, done func(error))
}

// Station is the shell of a Core.
type Station struct {
	Metrics Metrics

	// mu guards the Core, the timer and what is below it until the queues.
	mu      sync.Mutex
	core    *Core
	timer   *time.Timer // fires for the next Tick
	armed   time.Time   // when it fires, at the latest; zero: it has fired
	waiting map[uint64]chan mission.Reply
	nextAsk uint64

	links map[mavlink.LinkID]link.Link
	board *fleet.Board
	store Store
	log   *slog.Logger
	// paramDir is where parameters are kept, by the shelf while Run runs; empty: nowhere.
	paramDir string
	shelf    *shelf
	keyring  *Keyring // nil: timestamps of keys are not kept
	// logs says where flight logs are kept, by logShelf while Run runs; nil: nowhere.
	logs     *LogKeeping
	logShelf *logShelf
	wordsDir WordsDir
	opening  sync.WaitGroup // of the events' metadata
	recorder *Recorder      // nil: nothing is recorded
	mirror   *Mirror        // nil: nobody looks on
	gates    *gates

	asks      chan ask
	committed chan mission.Committed
	pending   sync.WaitGroup // of Submits whose outcome is not known yet
}

type ask struct {
	by    string
	body  any
	reply chan mission.Reply
}

// New joins a Core to its links, a Board and a store.
func New(core *Core, links []link.Link, board *fleet.Board, store Store, log *slog.Logger) *Station {
	core.showFleet(board)
	for id, p := range core.book {
		board.Put(fleet.KindParams, string(id), p.list)
	}
	for _, a := range core.auths {
		board.Put(fleet.KindKey, a.id, a.status())
	}
	byID := map[mavlink.LinkID]link.Link{}
	for _, l := range links {
		byID[mavlink.LinkID(l.Spec().ID)] = l
	}
	return &Station{
		core: core, timer: time.NewTimer(0), waiting: map[uint64]chan mission.Reply{},
		gates: newGates(core.registry), links: byID, board: board, store: store, log: log, asks: make(chan ask, maxAsks),
		committed: make(chan mission.Committed, maxCommits),
	}
}

// showFleet shows what is configured.
func (c *Core) showFleet(board *fleet.Board) {
	for _, spec := range c.registry.Vehicles {
		board.Put(fleet.KindVehicleSpec, string(spec.ID), spec)
	}
	for _, spec := range c.registry.Docks {
		board.Put(fleet.KindDockSpec, string(spec.ID), spec)
	}
	for _, o := range c.registry.Obstacles {
		board.Put(fleet.KindObstacle, o.ID, o)
	}
}

// Do asks the Desk and waits for its answer. When ctx ends first the request may still have been carried out: the
// code is then "no-answer".
func (s *Station) Do(ctx context.Context, by string, body any) (any, *fleet.Problem) {
	a := ask{by: by, body: body, reply: make(chan mission.Reply, 1)}
	select {
	case s.asks <- a:
	default:
		return nil, fleet.Refuse("busy", "the station has %d requests waiting; try again", maxAsks)
	}
	select {
	case r := <-a.reply:
		return r.Value, r.Err
	case <-ctx.Done():
		return nil, fleet.Refuse("no-answer", "no answer in time; the request may still be carried out: look before repeating it")
	}
}

// KeepParams keeps the vehicles' parameters in files under dir while Run runs; call it before Run.
func (s *Station) KeepParams(dir string) { s.paramDir = dir }

// KeepKeys keeps the timestamps of signed frames in a key folder while Run runs; call it before Run.
func (s *Station) KeepKeys(r *Keyring) { s.keyring = r }

// Record keeps telemetry logs while Run runs, or none if r is nil; call it before Run. The Core's Tap must be r's.
func (s *Station) Record(r *Recorder) { s.recorder = r }

// Mirror sends copies of what comes while Run runs, or none if m is nil; call it before Run. The Core's Tap must be m's.
func (s *Station) Mirror(m *Mirror) { s.mirror = m }

// Run owns everything until ctx ends. It returns when the last commit is durable and every goroutine has ended.
func (s *Station) Run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	defer s.timer.Stop()
	if s.paramDir != "" {
		s.shelf = newShelf(s.paramDir, s.log)
	}
	if s.keyring != nil {
		s.keyring.start()
	}
	s.startLogs()
	if s.recorder != nil {
		s.recorder.start()
		defer s.recorder.close()
	}
	if s.mirror != nil {
		s.mirror.start()
		defer s.mirror.close()
	}
	broken := make(chan error, len(s.links))
	var readers sync.WaitGroup
	for _, l := range s.links {
		readers.Go(func() {
			if err := l.Run(ctx, s); err != nil {
				broken <- fmt.Errorf("link %d: %w", l.Spec().ID, err)
			}
		})
	}
	err := s.loop(ctx, broken)
	stop()
	readers.Wait()
	s.closeLogs()
	if s.keyring != nil {
		s.keyring.close()
		s.keyring.keep(s.lastMarks())
	}
	s.pending.Wait() // nobody steps the Core any more: whoever does may begin a commit
	if s.shelf != nil {
		s.shelf.close()
	}
	return err
}

// lastMarks are the timestamps of signed frames as they stand.
func (s *Station) lastMarks() map[string]KeyMark {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.core.marks(0)
}

// loop steps the Core with whatever does not come by a link.
func (s *Station) loop(ctx context.Context, broken <-chan error) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-broken:
			return err
		case a := <-s.asks:
			s.ask(a)
		case done := <-s.committed:
			s.step(Committed{done})
		case <-s.timer.C:
			s.step(Tick{})
		}
	}
}

func (s *Station) ask(a ask) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nextAsk++
	s.waiting[s.nextAsk] = a.reply
	s.locked(time.Now(), Ask{mission.Request{ID: s.nextAsk, By: a.by, Body: a.body}})
}

func (s *Station) step(in Input) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.locked(time.Now(), in)
}

// locked steps the Core and carries out what it wants. The clock is read under the lock, so that the Core's time never
// runs backwards.
func (s *Station) locked(now time.Time, in Input) {
	s.carryOut(s.core.Step(now, in))
	if _, fired := in.(Tick); fired {
		s.armed = time.Time{}
	}
	s.wind(now)
}

// wind sets the timer, if it would fire too late, and publishes the counters.
func (s *Station) wind(now time.Time) {
	if next := s.core.Deadline(); s.armed.IsZero() || next.Before(s.armed) {
		s.armed = next
		s.timer.Reset(max(0, next.Sub(now)))
	}
	s.Metrics.publish(now, s.core.counters)
}

// carryOut does what the Core wants. Nothing here waits: a link's write only queues, the store has a goroutine of
// its own, the Board and the replies never block.
func (s *Station) carryOut(outs []Output) {
	for _, o := range outs {
		switch o := o.(type) {
		case Write:
			if l := s.links[o.To.Link]; l == nil || l.Write(o.To.Addr, o.Bytes) != nil {
				s.Metrics.writeErrors.Add(1)
			}
		case Persist:
			s.commit(o.Persist)
		case NewKey, AdoptKey:
			s.rekey(o)
		case KeepMarks:
			if s.keyring != nil {
				s.keyring.put(o.Marks)
			}
		case Gate:
			s.gates.put(o.Gate)
		case Show:
			s.board.Put(o.Kind, o.ID, o.Value)
			if l, ok := o.Value.(fleet.ParamList); ok && s.shelf != nil {
				s.shelf.put(l)
			}
			if m, ok := o.Value.(mission.Sortie); ok && s.recorder != nil {
				s.recorder.follow(m)
			}
		case WordsFetched:
			s.openWords(o)
		case LogWork:
			if s.logShelf != nil {
				s.logShelf.put(o.Output)
			}
		case Reply:
			if reply := s.waiting[o.Request]; reply != nil {
				delete(s.waiting, o.Request)
				reply <- o.Reply
			}
		}
	}
}

// commit hands a Persist to the store, whose outcome comes back to the loop as an input.
func (s *Station) commit(p mission.Persist) {
	start := time.Now()
	s.pending.Add(1)
	s.store.Submit(p.Ops, func(err error) {
		defer s.pending.Done()
		s.Metrics.observeCommit(time.Since(start))
		if err != nil {
			s.log.Error("commit failed", "seq", p.Seq, "error", err)
		}
		s.committed <- mission.Committed{Seq: p.Seq, Err: err}
	})
}

// Deliver steps the Core with what a link heard.
func (s *Station) Deliver(came time.Time, heard []link.Datagram) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	for _, d := range heard {
		s.carryOut(s.core.Step(now, Datagram{From: d.From, Bytes: d.Bytes}))
		now = time.Now()
		s.Metrics.observeLink(now.Sub(came))
	}
	s.wind(now)
}
