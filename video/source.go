package video

import (
	"context"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

const (
	warmFor    = 10 * time.Second // a source is kept this long after its last viewer left
	backOffMin = 200 * time.Millisecond
	backOffMax = 5 * time.Second
	ioTimeout  = 5 * time.Second
)

// source is one camera: pulled while somebody watches, and a while longer.
type source struct {
	spec      Source
	id        string
	stream    *stream
	log       *slog.Logger
	resolve   resolver
	low       *source                     // the same picture at a lower rate, or nil; see lower
	recode    *source                     // the same picture made into H.264, or nil
	of        *source                     // the one that this one is made from by ffmpeg, or nil
	pullOnce  func(context.Context) error // until it ends
	warm      time.Duration               // it is kept so long after its last viewer left
	malformed atomic.Uint64               // packets that cannot be read

	mu      sync.Mutex
	url     string             // empty: nothing to pull
	again   context.CancelFunc // ends the present session, so that the next is with the present url
	viewers int
	held    bool               // by one who publishes
	stop    context.CancelFunc // nil: cold
	cooling *time.Timer
	pulls   sync.WaitGroup
}

func newSource(spec Source, gated bool, log *slog.Logger) *source {
	low := spec
	low.URL, low.Low, low.Secret = spec.Low, "", ""
	s := oneSource(spec, gated, log)
	switch {
	case spec.Low != "":
		s.low = oneSource(low, gated, log)
	case spec.Secret != "":
		low.Secret = spec.Secret // it comes with the other, if at all
		s.low = oneSource(low, gated, log)
	}
	return s
}

// oneSource is a source without another beside it.
func oneSource(spec Source, gated bool, log *slog.Logger) *source {
	s := &source{spec: spec, id: spec.ID, url: spec.URL, stream: newStream(gated), log: log, resolve: net.DefaultResolver.LookupNetIP, warm: warmFor}
	s.pullOnce = s.session
	return s
}

// published is the low source that a publisher of this one may send too, or nil.
func (s *source) published() *source {
	if s.low == nil || s.low.spec.Secret == "" {
		return nil
	}
	return s.low
}

// lower is the same picture at a lower rate, as far as there is one now, or nil.
func (s *source) lower() *source {
	if s.published() != nil && !s.low.live() {
		return nil
	}
	return s.low
}

// acquire makes sure that the source is pulled; release must follow.
func (s *source) acquire(ctx context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.viewers++
	if s.cooling != nil {
		s.cooling.Stop()
		s.cooling = nil
	}
	if s.stop != nil || s.held || s.spec.Secret != "" && s.url == "" {
		return // it is pulled already, or comes by itself
	}
	pulling, stop := context.WithCancel(ctx)
	s.stop = stop
	s.pulls.Go(func() { s.pull(pulling) })
}

// point gives the source another address. Viewers go on with the next key picture from there.
func (s *source) point(address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.url == address {
		return
	}
	s.url = address
	if s.again != nil {
		s.again()
	}
}

// address is where it pulls from; empty: nowhere.
func (s *source) address() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.url
}

// live says whether it is pulled or published.
func (s *source) live() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stop != nil || s.held
}

// there says whether a picture may be had: it has an address, or somebody may publish it.
func (s *source) there() bool {
	return s.of != nil && s.of.there() || s.spec.Secret != "" || s.address() != ""
}

// busy says whether it is live or somebody watches.
func (s *source) busy() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stop != nil || s.held || s.viewers > 0
}

// release lets the source cool when nobody watches any more.
func (s *source) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.viewers--
	if s.viewers > 0 || s.stop == nil {
		return
	}
	s.cooling = time.AfterFunc(s.warm, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.viewers == 0 {
			s.chill()
		}
	})
}

// chill stops the pull; the lock is held.
func (s *source) chill() {
	if s.cooling != nil {
		s.cooling.Stop()
		s.cooling = nil
	}
	if s.stop != nil {
		s.stop()
		s.stop = nil
	}
}

// close stops the pull for good and waits for it.
func (s *source) close() {
	s.mu.Lock()
	s.chill()
	s.mu.Unlock()
	s.pulls.Wait()
}

// pull keeps the stream running until ctx ends, with growing pauses between attempts that brought nothing.
func (s *source) pull(ctx context.Context) {
	pause := backOffMin
	for ctx.Err() == nil {
		start := time.Now()
		err := s.pullOnce(ctx)
		s.stream.cut()
		if ctx.Err() != nil {
			return
		}
		if time.Since(start) > backOffMax {
			pause = backOffMin
		}
		if s.of != nil {
			s.log.Warn("transcoding ended", "source", s.id, "error", err, "retry_in", pause)
		} else {
			s.log.Warn("camera stream ended", "source", s.id, "error", redact(err), "retry_in", pause)
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		pause = min(2*pause, backOffMax)
	}
}
