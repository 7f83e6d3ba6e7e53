package station

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"groundstation/fleet"
	"groundstation/internal/logbook"
)

const (
	// logQueue and logQueueOctets bound what waits for the disk; then a log is given up and fetched again later.
	logQueue       = 2048
	logQueueOctets = 16 << 20
)

// errBehind: the disk takes less than the links bring.
var errBehind = errors.New("the disk does not keep up with the log")

// logShelf writes flight logs. A goroutine owns the files; put never waits.
type logShelf struct {
	dir    LogDir
	most   int64 // octets of all logs
	log    *slog.Logger
	stored func(logbook.Stored)

	mu     sync.Mutex
	queue  []logbook.Output
	octets int
	behind map[fleet.SortieID]bool // what comes for them is dropped until they are opened again
	closed bool
	wake   chan struct{}
	done   sync.WaitGroup
	// dropped counts the pieces that found no room.
	dropped *atomic.Uint64

	// The goroutine's own.
	records map[fleet.SortieID]logbook.FlightLog
	files   map[fleet.SortieID]*os.File
	at      map[fleet.SortieID]int64
}

func newLogShelf(dir LogDir, kept []logbook.FlightLog, most int64, log *slog.Logger, dropped *atomic.Uint64, stored func(logbook.Stored)) *logShelf {
	s := &logShelf{dir: dir, most: most, log: log, dropped: dropped, stored: stored, behind: map[fleet.SortieID]bool{}, wake: make(chan struct{}, 1),
		records: map[fleet.SortieID]logbook.FlightLog{}, files: map[fleet.SortieID]*os.File{}, at: map[fleet.SortieID]int64{}}
	for _, r := range kept {
		s.records[r.Sortie] = r
	}
	s.done.Go(s.run)
	return s
}

// put hands over work and never waits.
func (s *logShelf) put(o logbook.Output) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a, ok := o.(logbook.Append); ok {
		if s.behind[a.Sortie] || len(s.queue) >= logQueue || s.octets+len(a.Data) > logQueueOctets {
			s.behind[a.Sortie] = true
			s.dropped.Add(1)
			return
		}
		s.octets += len(a.Data)
	}
	if a, ok := o.(logbook.Open); ok {
		delete(s.behind, a.Record.Sortie)
	}
	s.queue = append(s.queue, o)
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// close writes what is left and waits for it.
func (s *logShelf) close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
	s.done.Wait()
}

func (s *logShelf) run() {
	defer func() {
		for id := range s.files {
			s.shut(id)
		}
	}()
	for range s.wake {
		for {
			s.mu.Lock()
			work, closed := s.queue, s.closed
			s.queue, s.octets = nil, 0
			s.mu.Unlock()
			if len(work) == 0 {
				if closed {
					return
				}
				break
			}
			for _, o := range work {
				s.do(o)
			}
		}
	}
}

func (s *logShelf) do(o logbook.Output) {
	var id fleet.SortieID
	var err error
	switch o := o.(type) {
	case logbook.Open:
		id, err = o.Record.Sortie, s.open(o.Record)
	case logbook.Append:
		id, err = o.Sortie, s.append(o)
	case logbook.Close:
		s.finish(o.Record)
		return
	case logbook.Note:
		id, s.records[o.Record.Sortie] = o.Record.Sortie, o.Record
		err = s.dir.writeRecord(o.Record)
		if err != nil {
			s.log.Error("record of a flight log not kept", "sortie", id, "error", err)
		}
		return
	}
	if err != nil {
		s.shut(id)
		s.log.Error("flight log not written", "sortie", id, "error", err)
		s.stored(logbook.Stored{Sortie: id, Err: err})
	}
}

func (s *logShelf) open(r logbook.FlightLog) error {
	s.shut(r.Sortie)
	if err := s.dir.writeRecord(r); err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(s.dir.of(r.Sortie), partFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	s.files[r.Sortie], s.at[r.Sortie] = f, r.Have
	s.records[r.Sortie] = r
	if info, err := f.Stat(); err != nil || info.Size() < r.Have {
		return errors.Join(err, fmt.Errorf("%d octets were to be there", r.Have))
	}
	return f.Truncate(r.Have)
}

func (s *logShelf) append(a logbook.Append) error {
	f := s.files[a.Sortie]
	switch {
	case f == nil:
		return nil // it has failed, and was told
	case a.Offset != s.at[a.Sortie]:
		return errBehind
	}
	n, err := f.WriteAt(a.Data, a.Offset)
	s.at[a.Sortie] += int64(n)
	return err
}

func (s *logShelf) shut(id fleet.SortieID) {
	if f := s.files[id]; f != nil {
		_ = f.Close()
		delete(s.files, id)
	}
}

// finish makes a log durable, makes room for it and says so.
func (s *logShelf) finish(r logbook.FlightLog) {
	s.shut(r.Sortie)
	sha, err := s.dir.finish(r)
	out := logbook.Stored{Sortie: r.Sortie, SHA256: sha, Err: err}
	if err != nil {
		s.log.Error("flight log not kept", "sortie", r.Sortie, "error", err)
	} else {
		r.State, r.SHA256 = logbook.Kept, sha
		s.records[r.Sortie] = r
		s.log.Info("flight log kept", "vehicle", r.Vehicle, "sortie", r.Sortie, "octets", r.Size)
		if out.Removed, err = s.dir.makeRoom(s.records, s.most, r.Sortie); err != nil {
			s.log.Error("old flight logs not removed", "error", err)
		}
	}
	s.stored(out)
}
