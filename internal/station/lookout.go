package station

import (
	"context"
	"fmt"
	"sync"
	"time"

	"groundstation/fleet"
	"groundstation/mavlink/link"
	"groundstation/mission"
)

// lookEvery is how often a Lookout looks whether something is due.
const lookEvery = 100 * time.Millisecond

// Lookout hears vehicles and docks by the links and shows them, and does nothing else: it is what is left of a station whose
// records cannot be read. It does not know what was ordered, what flies for whom and which room is taken. So what its
// Core would send goes nowhere, its heartbeat above all: vehicles come home and docks open by themselves, as without a station.
type Lookout struct {
	mu    sync.Mutex // guards the Core
	core  *Core
	board *fleet.Board
	links []link.Link
}

// NewLookout looks on by links and shows on board what it sees, and the alarm that says why it does nothing.
func NewLookout(cfg Config, links []link.Link, board *fleet.Board, now time.Time) *Lookout {
	cfg.Session.Streams = nil // nobody is asked for anything
	l := &Lookout{core: NewCore(cfg, mission.State{}, now), board: board, links: links}
	l.core.showFleet(board)
	board.Put(mission.KindAlarm, "read-only", mission.Alarm{ID: "read-only", Code: "read-only", Severity: "critical", Active: true, At: now,
		Text: "the records of this station are damaged: it looks on and sends nothing; restore a backup"})
	return l
}

// Run hears until ctx ends.
func (l *Lookout) Run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	broken := make(chan error, len(l.links))
	var readers sync.WaitGroup
	defer readers.Wait()
	defer stop()
	for _, k := range l.links {
		readers.Go(func() {
			if err := k.Run(ctx, l); err != nil {
				broken <- fmt.Errorf("link %d: %w", k.Spec().ID, err)
			}
		})
	}
	pace := time.NewTicker(lookEvery)
	defer pace.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-broken:
			return err
		case <-pace.C:
			l.step(Tick{})
		}
	}
}

// Deliver steps the Core with what a link heard.
func (l *Lookout) Deliver(_ time.Time, heard []link.Datagram) {
	for _, d := range heard {
		l.step(Datagram{From: d.From, Bytes: d.Bytes})
	}
}

func (l *Lookout) step(in Input) {
	l.mu.Lock()
	defer l.mu.Unlock()
	hearOnly(l.core, time.Now(), in, l.board.Put)
}

// Do refuses: nothing can be ordered of who only looks on.
func (l *Lookout) Do(context.Context, string, any) (any, *fleet.Problem) {
	return nil, fleet.Refuse("read-only", "the records of this station are damaged: it looks on and sends nothing")
}

// hearOnly steps a Core that has neither a link to send by nor a store: what is to be sent is let go, what is to be kept counts
// as kept. Of what is to be shown put is given vehicles and docks; nothing was asked of them, so that they do not answer says
// nothing.
func hearOnly(core *Core, now time.Time, in Input, put func(kind fleet.Kind, id string, value any)) {
	inputs := []Input{in}
	for len(inputs) > 0 {
		outs := core.Step(now, inputs[0])
		inputs = inputs[1:]
		for _, o := range outs {
			switch o := o.(type) {
			case Persist:
				inputs = append(inputs, Committed{mission.Committed{Seq: o.Seq}})
			case Show:
				switch v := o.Value.(type) {
				case *fleet.Vehicle:
					told := *v
					told.Uplink = fleet.UplinkUnknown
					put(o.Kind, o.ID, &told)
				case fleet.Dock:
					v.Uplink = fleet.UplinkUnknown
					put(o.Kind, o.ID, v)
				}
			}
		}
	}
}
