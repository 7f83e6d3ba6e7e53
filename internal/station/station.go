package station

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"groundstation/fleet"
	"groundstation/mavlink"
	"groundstation/mission"
)

// The registry's kinds on the Board.
const (
	KindVehicleSpec fleet.Kind = "vehicle-spec"
	KindDockSpec    fleet.Kind = "dock-spec"
)

// The bounds of the shell's queues.
const (
	maxAsks      = 256  // then Do answers "busy"
	maxDatagrams = 1024 // then datagrams wait in the socket's own buffer
	maxCommits   = 4096 // the Desk never has so many outstanding
	maxDatagram  = 2048 // octets; a longer datagram is cut

	// linkID is the id of the one link.
	linkID mavlink.LinkID = 1
)

// Store is what the station needs of a store.
type Store interface {
	// Submit queues ops, in order, to become durable as one transaction or not at all, and calls done once with the
	// outcome, from another goroutine or from this one.
	Submit(ops []mission.Op, done func(error))
}

// Station is the shell of a Core.
type Station struct {
	Metrics Metrics

	core  *Core
	link  *mavlink.UDPLink
	board *fleet.Board
	store Store
	log   *slog.Logger

	asks      chan ask
	waiting   map[uint64]chan mission.Reply
	nextAsk   uint64
	pending   sync.WaitGroup // of Submits whose outcome is not known yet
	committed chan mission.Committed
	received  chan received
	free      chan []byte
}

type ask struct {
	by    string
	body  any
	reply chan mission.Reply
}

// received is one datagram with the buffer to give back and the time it was read.
type received struct {
	Datagram
	buffer []byte
	at     time.Time
}

// New joins a Core to a link, a Board and a store.
func New(core *Core, link *mavlink.UDPLink, board *fleet.Board, store Store, log *slog.Logger) *Station {
	for _, spec := range core.registry.Vehicles {
		board.Put(KindVehicleSpec, string(spec.ID), spec)
	}
	for _, spec := range core.registry.Docks {
		board.Put(KindDockSpec, string(spec.ID), spec)
	}
	return &Station{
		core: core, link: link, board: board, store: store, log: log,
		asks: make(chan ask, maxAsks), waiting: map[uint64]chan mission.Reply{},
		committed: make(chan mission.Committed, maxCommits),
		received:  make(chan received, maxDatagrams), free: make(chan []byte, maxDatagrams),
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

// Run owns everything until ctx ends. It returns when the last commit is durable and every goroutine has ended.
func (s *Station) Run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	readErr := make(chan error, 1)
	var reader sync.WaitGroup
	reader.Go(func() { readErr <- s.read(ctx) })
	err := s.loop(ctx, readErr)
	stop()
	s.link.Close()
	reader.Wait()
	s.pending.Wait()
	return err
}

// loop is the one goroutine that owns the Core.
func (s *Station) loop(ctx context.Context, readErr <-chan error) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-readErr:
			return fmt.Errorf("read the link: %w", err)
		case d := <-s.received:
			s.carryOut(s.core.Step(time.Now(), d.Datagram))
			s.Metrics.observeWait(time.Since(d.at))
			s.recycle(d.buffer)
		case a := <-s.asks:
			s.nextAsk++
			s.waiting[s.nextAsk] = a.reply
			s.carryOut(s.core.Step(time.Now(), Ask{mission.Request{ID: s.nextAsk, By: a.by, Body: a.body}}))
		case done := <-s.committed:
			s.carryOut(s.core.Step(time.Now(), Committed{done}))
		case <-timer.C:
			s.carryOut(s.core.Step(time.Now(), Tick{}))
		}
		timer.Reset(max(0, time.Until(s.core.Deadline())))
		s.Metrics.publish(s.core.counters)
	}
}

// carryOut does what the Core wants. Nothing here waits: the link's write is a datagram, the store has a goroutine of
// its own, the Board and the replies never block.
func (s *Station) carryOut(outs []Output) {
	for _, o := range outs {
		switch o := o.(type) {
		case Write:
			if err := s.link.Write(o.To.Addr, o.Bytes); err != nil {
				s.Metrics.writeErrors.Add(1)
			}
		case Persist:
			s.commit(o.Persist)
		case Show:
			s.board.Put(o.Kind, o.ID, o.Value)
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

// read moves datagrams from the socket to the loop until the link is closed.
func (s *Station) read(ctx context.Context) error {
	for {
		buffer := s.buffer()
		n, from, err := s.link.Read(buffer)
		if errors.Is(err, mavlink.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		select {
		case s.received <- received{Datagram{From: mavlink.Source{Link: linkID, Addr: from}, Bytes: buffer[:n]}, buffer, time.Now()}:
		case <-ctx.Done():
			return nil
		}
	}
}

func (s *Station) buffer() []byte {
	select {
	case b := <-s.free:
		return b
	default:
		return make([]byte, maxDatagram)
	}
}

func (s *Station) recycle(b []byte) {
	select {
	case s.free <- b:
	default:
	}
}
