package station

import (
	"context"
	"fmt"
	"time"

	"groundstation/fleet"
	"groundstation/mavlink"
)

const (
	// replayGap is a silence of the record that is not waited for.
	replayGap = time.Minute
	// replayShow is how often the time of the record is shown, in the time of the one who looks.
	replayShow = 250 * time.Millisecond
	// replayStep is how far the record's time goes at most before browsers may look.
	replayStep = 100 * time.Millisecond
)

// replayOrder is an order for the goroutine that plays; taken hears what is shown then.
type replayOrder struct {
	fleet.ReplayOrder
	taken chan fleet.Replay
}

// Run plays until the end of the record, and then shows its last moment, until ctx ends or somebody wants it elsewhere.
func (r *Replay) Run(ctx context.Context) error {
	shown := time.Now()
	r.meetHere()
	for ctx.Err() == nil {
		select {
		case o := <-r.orders:
			if err := r.obey(o); err != nil {
				return err
			}
			continue
		default:
		}
		l := r.earliest()
		if r.shown.Seeking && (l == nil || l.next.At.After(r.to)) {
			r.arrive()
			continue
		}
		if l == nil && !r.shown.Ended {
			r.shown.Ended = true
			r.show()
		}
		if !r.shown.Seeking && (l == nil || r.shown.Paused) {
			if err := r.rest(ctx, nil); err != nil {
				return err
			}
			continue
		}
		if there, err := r.near(ctx, l.next.At); err != nil {
			return err
		} else if there {
			if err := r.feed(l); err != nil {
				return err
			}
		}
		if now := time.Now(); now.Sub(shown) >= replayShow {
			shown = now
			r.show()
		}
	}
	return nil
}

// near lets the record's time pass towards at, as fast as it is wanted, and says whether it is there.
func (r *Replay) near(ctx context.Context, at time.Time) (there bool, err error) {
	if r.shown.Seeking {
		r.passTo(at)
		return true, nil
	}
	if at.Sub(r.shown.At) > replayGap {
		r.passTo(at)
		r.meetHere()
		return true, nil
	}
	next := earlier(r.shown.At.Add(replayStep), at)
	due := r.met.ours.Add(time.Duration(float64(next.Sub(r.met.record)) / r.shown.Speed))
	if wait := time.Until(due); wait > 0 {
		pace := time.NewTimer(wait)
		defer pace.Stop()
		before := r.met
		if err := r.rest(ctx, pace.C); err != nil || ctx.Err() != nil || r.met != before {
			return false, err // what was waited for may be another now
		}
	}
	r.passTo(next)
	return !r.shown.At.Before(at), nil
}

// rest waits for an order, the pace or the end.
func (r *Replay) rest(ctx context.Context, pace <-chan time.Time) error {
	select {
	case o := <-r.orders:
		return r.obey(o)
	case <-pace:
	case <-ctx.Done():
	}
	return nil
}

// feed gives the Core the log's next frame. What stations sent is in the log and no vehicle's.
func (r *Replay) feed(l *replayLog) error {
	if l.next.Frame[sender(l.next.Frame)] != StationSystem {
		r.step(Datagram{From: mavlink.Source{Link: 1}, Bytes: l.next.Frame})
	}
	if err := l.advance(); err != nil {
		return fmt.Errorf("read %s: %w", l.file.Name(), err)
	}
	return nil
}

// obey carries out an order. Where it is to go to is behind what was played: from the beginning, because what a session
// knows comes of all that it has heard.
func (r *Replay) obey(o replayOrder) error {
	if o.Speed != nil {
		r.shown.Speed = *o.Speed
	}
	if o.Paused != nil {
		r.shown.Paused = *o.Paused
	}
	if o.At != nil {
		r.to = earlier(later(*o.At, r.shown.From), r.shown.Until)
		r.shown.Seeking = true
		if r.held == nil {
			r.held = map[fleet.Kind]map[string]any{fleet.KindVehicle: {}, fleet.KindDock: {}}
		}
		if r.to.Before(r.shown.At) {
			if err := r.rewind(); err != nil {
				return err
			}
			for _, v := range r.reg.Vehicles {
				r.put(fleet.KindVehicle, string(v.ID), nil)
			}
			for _, d := range r.reg.Docks {
				r.put(fleet.KindDock, string(d.ID), nil)
			}
		}
	}
	r.meetHere()
	r.show()
	o.taken <- r.shown
	return nil
}

// arrive ends a way: now all that changed on it is shown.
func (r *Replay) arrive() {
	r.passTo(r.to)
	r.shown.Seeking, r.to = false, time.Time{}
	for kind, values := range r.held {
		for id, v := range values {
			r.board.Put(kind, id, v)
		}
	}
	r.held = nil
	r.meetHere()
	r.show()
}

// meetHere lets the record go on from here and now.
func (r *Replay) meetHere() { r.met.ours, r.met.record = time.Now(), r.shown.At }

// put shows a value, or keeps it until it is where it goes.
func (r *Replay) put(kind fleet.Kind, id string, value any) {
	if r.held != nil {
		r.held[kind][id] = value
		return
	}
	r.board.Put(kind, id, value)
}

func (r *Replay) show() {
	r.tell()
	r.board.Put(fleet.KindReplay, "replay", r.shown)
}

// tell lets Now be the time that is shown.
func (r *Replay) tell() {
	if !r.shown.Seeking || r.now.Load() == nil {
		now := r.shown.At
		r.now.Store(&now)
	}
}

// Steer pauses, goes on, changes the speed or goes elsewhere in the record. It answers when that has begun; where it is,
// the Board shows.
func (r *Replay) Steer(ctx context.Context, o fleet.ReplayOrder) (fleet.Replay, *fleet.Problem) {
	if o.Speed != nil && !(*o.Speed >= ReplaySlowest && *o.Speed <= ReplayFastest) {
		return fleet.Replay{}, fleet.Refuse("invalid", "speed %v is not within %v to %v", *o.Speed, ReplaySlowest, ReplayFastest)
	}
	order := replayOrder{o, make(chan fleet.Replay, 1)}
	select {
	case r.orders <- order:
	case <-ctx.Done():
		return fleet.Replay{}, fleet.Refuse("timeout", "the replay did not take the order")
	}
	select {
	case shown := <-order.taken:
		return shown, nil
	case <-ctx.Done():
		return fleet.Replay{}, fleet.Refuse("timeout", "the replay did not take the order")
	}
}

// Do refuses: nothing can be ordered of a record.
func (r *Replay) Do(context.Context, string, any) (any, *fleet.Problem) {
	return nil, fleet.Refuse("replay", "this is a replay of a record: nothing can be ordered, and nothing is sent")
}
