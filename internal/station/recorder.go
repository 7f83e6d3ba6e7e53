package station

import (
	"log/slog"
	"slices"
	"sync"
	"time"

	"groundstation/fleet"
	"groundstation/mavlink/tlog"
	"groundstation/mission"
)

// The bounds of the recorder.
const (
	// trackMax is what waits of one sortie to be written, octets; frames beyond it are dropped and counted.
	trackMax = 1 << 20
	// trackDue is when it is written before the second is over.
	trackDue = trackMax / 4
	// flushEvery is how long a frame waits at most.
	flushEvery = time.Second
	// sweepEvery is how often the whole directory is looked through.
	sweepEvery = time.Minute
)

// Recorder keeps a telemetry log (package tlog) of each open sortie: every frame of its vehicle and of its dock, in both
// directions. What it is shown it only copies to memory; a goroutine of its own writes, so that a disk that is full, slow
// or gone costs frames of the log (counted) and delays nobody.
type Recorder struct {
	count recorderCounters
	disk  *tlogDisk // the goroutine's

	mu     sync.Mutex // guards what is below and each track's buffer
	tracks map[fleet.SortieID]*track
	of     map[string][]*track // by the vehicle's id, and by the dock's

	wake chan struct{}
	stop chan struct{}
	done sync.WaitGroup
}

// track is one sortie that is recorded.
type track struct {
	id     fleet.SortieID
	of     []string
	buf    []byte // not written yet
	frames uint64 // in buf
	over   bool   // nothing more comes

	spare []byte // the goroutine's
	part  *tlogPart
}

// NewRecorder keeps logs under dir, at most maxBytes of them all together.
func NewRecorder(dir string, maxBytes int64, log *slog.Logger) *Recorder {
	r := &Recorder{tracks: map[fleet.SortieID]*track{}, of: map[string][]*track{}, wake: make(chan struct{}, 1), stop: make(chan struct{})}
	r.disk = newTlogDisk(dir, maxBytes, &r.count, log)
	return r
}

// Tap is the Core's: it copies a frame of a vehicle or a dock that has an open sortie.
func (r *Recorder) Tap(now time.Time, of string, frame []byte, _ bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, t := range r.of[of] {
		if len(t.buf)+len(frame)+16 > trackMax {
			r.count.dropped[dropBuffer].Add(1)
			continue
		}
		was := len(t.buf)
		if t.buf = tlog.Append(t.buf, now, frame); len(t.buf) > was {
			t.frames++
		}
		if was < trackDue && len(t.buf) >= trackDue {
			r.hurry()
		}
	}
}

func (r *Recorder) hurry() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// follow begins, changes or ends the log of a sortie as it is shown.
func (r *Recorder) follow(s mission.Sortie) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.tracks[s.ID]
	if t == nil && s.State.Final() {
		return
	}
	if t == nil {
		t = &track{id: s.ID}
		r.tracks[s.ID] = t
		r.count.open.Add(1)
	}
	var want []string
	for _, id := range []string{string(s.Vehicle), string(s.Dock)} {
		if id != "" && !s.State.Final() {
			want = append(want, id)
		}
	}
	if !slices.Equal(want, t.of) {
		for _, id := range t.of {
			r.of[id] = slices.DeleteFunc(r.of[id], func(other *track) bool { return other == t })
		}
		for _, id := range want {
			r.of[id] = append(r.of[id], t)
		}
		t.of = want
	}
	if s.State.Final() && !t.over {
		t.over = true
		r.hurry()
	}
}

// start begins to write; close writes what is left and waits.
func (r *Recorder) start() { r.done.Go(r.run) }

func (r *Recorder) close() {
	close(r.stop)
	r.done.Wait()
}

func (r *Recorder) run() {
	flush, sweep := time.NewTicker(flushEvery), time.NewTicker(sweepEvery)
	defer flush.Stop()
	defer sweep.Stop()
	r.disk.measure()
	for {
		select {
		case <-flush.C:
			r.flush()
		case <-r.wake:
			r.flush()
		case <-sweep.C:
			r.disk.sweep(r.isOpen)
		case <-r.stop:
			r.flush()
			r.each(func(t *track) { r.disk.finish(t, false) })
			return
		}
	}
}

// flush writes what waits, and closes what is over.
func (r *Recorder) flush() {
	r.each(func(t *track) {
		r.mu.Lock()
		b, frames, over := t.buf, t.frames, t.over
		t.buf, t.frames = t.spare[:0], 0
		r.mu.Unlock()
		r.disk.write(t, b, frames, r.isOpen)
		t.spare = b
		if over {
			r.disk.finish(t, true)
			r.mu.Lock()
			delete(r.tracks, t.id)
			r.mu.Unlock()
			r.count.open.Add(-1)
		}
	})
}

// each calls f with every track, without the lock.
func (r *Recorder) each(f func(*track)) {
	r.mu.Lock()
	all := make([]*track, 0, len(r.tracks))
	for _, t := range r.tracks {
		all = append(all, t)
	}
	r.mu.Unlock()
	for _, t := range all {
		f(t)
	}
}

func (r *Recorder) isOpen(id fleet.SortieID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.tracks[id] != nil
}
