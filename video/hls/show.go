package hls

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bluenviron/gohlslib/v2"

	"groundstation/video/unit"
)

var errIdle = errors.New("nobody asks any more")

// coded is an error that says why there is nothing to show now.
type coded interface {
	error
	Code() string
}

// show is one source being shown.
type show struct {
	asked atomic.Int64 // when it was last asked for, UNIX ns

	mu      sync.Mutex
	muxing  *muxing
	refused error         // why there is none
	changed chan struct{} // closed when either changes
}

func newShow() *show {
	sh := &show{changed: make(chan struct{})}
	sh.asked.Store(time.Now().UnixNano())
	return sh
}

// muxer waits until there is something to show, or a reason why not.
func (sh *show) muxer(ctx context.Context) (*gohlslib.Muxer, error) {
	for {
		sh.mu.Lock()
		m, refused, changed := sh.muxing, sh.refused, sh.changed
		sh.mu.Unlock()
		switch {
		case m != nil:
			return m.muxer, nil
		case refused != nil:
			return nil, refused
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, ErrNothing
		}
	}
}

// set tells what is shown from now on.
func (sh *show) set(m *muxing, refused error) {
	sh.mu.Lock()
	old := sh.muxing
	sh.muxing, sh.refused = m, refused
	close(sh.changed)
	sh.changed = make(chan struct{})
	sh.mu.Unlock()
	if old != nil {
		old.muxer.Close() // wakes whoever waits for a part that never comes
	}
}

func (sh *show) end() { sh.set(nil, ErrClosed) }

// run reads the source until ctx ends, it does, or nobody asks for it.
func (sh *show) run(ctx context.Context, in Reader) error {
	ctx, cancel := context.WithCancelCause(ctx)
	var watching sync.WaitGroup
	defer watching.Wait()
	defer cancel(nil)
	watching.Go(func() { sh.watch(ctx, cancel) })
	var gather gathering
	var now *muxing
	for {
		u, err := in.Next(ctx)
		var why coded
		switch {
		case err != nil && ctx.Err() != nil:
			return context.Cause(ctx)
		case errors.As(err, &why) && !errors.Is(err, unit.ErrClosed):
			gather, now = gathering{}, nil
			sh.set(nil, err)
			continue
		case err != nil:
			return err
		}
		if now != nil && u.Track.Generation != now.generation {
			gather, now = gathering{}, nil
			sh.set(nil, nil)
		}
		if now == nil {
			if now, err = gather.add(u); err != nil {
				sh.set(nil, err)
			} else if now != nil {
				sh.set(now, nil)
			}
			continue
		}
		now.write(u)
	}
}

// watch ends a show that nobody asks for.
func (sh *show) watch(ctx context.Context, end context.CancelCauseFunc) {
	tick := time.NewTicker(idleFor / 5)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if time.Since(time.Unix(0, sh.asked.Load())) > idleFor {
			end(errIdle)
			return
		}
	}
}
