package api

import (
	"log/slog"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"groundstation/fleet"
)

// pace is the least time between two messages.
type pace struct {
	telemetry time.Duration
	urgent    time.Duration // when an alarm or a command changed
}

// feed tells the browsers' writers when to look at the Board, and encodes for all of them. Its one goroutine sleeps
// while nobody watches.
type feed struct {
	board   *fleet.Board
	now     func() time.Time // against which ages are shown
	metrics *metrics
	log     *slog.Logger
	stop    chan struct{}
	wake    chan struct{} // holds one: somebody has joined
	running sync.WaitGroup
	pace    pace

	mu       sync.Mutex
	encoder  *encoder
	watching map[*browser]struct{}
	flush    chan struct{} // closed when there is something to send
	closed   bool
}

func newFeed(board *fleet.Board, now func() time.Time, m *metrics, log *slog.Logger) *feed {
	f := &feed{board: board, now: now, metrics: m, log: log, stop: make(chan struct{}), wake: make(chan struct{}, 1),
		pace: pace{telemetry: 100 * time.Millisecond, urgent: 10 * time.Millisecond}, encoder: newEncoder(m, log), watching: map[*browser]struct{}{}, flush: make(chan struct{})}
	f.running.Go(f.run)
	return f
}

// join takes a browser in; false if there are too many or the feed is closed. The caller must leave.
func (f *feed) join(b *browser, limit int) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed || len(f.watching) >= limit {
		return false
	}
	f.watching[b] = struct{}{}
	f.running.Add(1)
	f.metrics.browsers.Set(float64(len(f.watching)))
	select {
	case f.wake <- struct{}{}:
	default:
	}
	return true
}

func (f *feed) leave(b *browser) {
	f.mu.Lock()
	delete(f.watching, b)
	f.metrics.browsers.Set(float64(len(f.watching)))
	f.mu.Unlock()
	f.running.Done()
}

// close ends every browser and waits.
func (f *feed) close() {
	f.mu.Lock()
	if !f.closed {
		f.closed = true
		close(f.stop)
	}
	f.mu.Unlock()
	f.running.Wait()
}

func (f *feed) watched() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.watching) > 0
}

// run watches the Board and releases the writers: at once for what is urgent, else at the pace of telemetry.
func (f *feed) run() {
	timer := time.NewTimer(0)
	defer timer.Stop()
	var version uint64 // all before it was released
	var last time.Time
	for {
		select {
		case <-f.stop:
			return
		case <-f.wake:
		}
		for f.watched() {
			entries, now, changed := f.board.Since(version)
			if len(entries) == 0 {
				select {
				case <-f.stop:
					return
				case <-changed:
				}
				continue
			}
			version = now
			wait := f.pace.telemetry
			hurry := anyUrgent(entries)
			if hurry {
				wait = f.pace.urgent
			}
			timer.Reset(time.Until(last.Add(wait)))
			for due := false; !due; {
				select {
				case <-f.stop:
					return
				case <-timer.C:
					due = true
				case <-changed:
					if hurry {
						changed = nil // already going as soon as allowed
						continue
					}
					entries, version, changed = f.board.Since(version)
					if hurry = anyUrgent(entries); hurry {
						timer.Reset(time.Until(last.Add(f.pace.urgent)))
					}
				}
			}
			last = time.Now()
			f.release()
		}
	}
}

func anyUrgent(entries []fleet.Entry) bool {
	for _, e := range entries {
		if urgent(e.Kind) {
			return true
		}
	}
	return false
}

func (f *feed) release() {
	f.mu.Lock()
	close(f.flush)
	f.flush = make(chan struct{})
	f.mu.Unlock()
}

// first gives a browser's snapshot, the version it leads to, and what to wait for next.
func (f *feed) first(user Person) (m *websocket.PreparedMessage, size int, version uint64, flush <-chan struct{}, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	entries, version, _ := f.board.Since(0)
	m, size, err = f.encoder.snapshot(user, entries, version, f.now())
	return m, size, version, f.flush, err
}

// next gives what a browser at from has not seen (nil if nothing), the version it leads to, and what to wait for next.
func (f *feed) next(from uint64) (m *websocket.PreparedMessage, size int, version uint64, flush <-chan struct{}, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	entries, version, _ := f.board.Since(from)
	if !anyShown(entries) {
		return nil, 0, version, f.flush, nil
	}
	m, size, err = f.encoder.delta(entries, from, version, f.now())
	return m, size, version, f.flush, err
}

func anyShown(entries []fleet.Entry) bool {
	for _, e := range entries {
		if isShown(e.Kind) {
			return true
		}
	}
	return false
}
