package record

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// The files of a recording's folder, beside its segments.
const (
	IndexFile = "index.log"
	TrackFile = "track.jsonl"
)

// ErrUnknown is a recording, or a part of one, that is not there.
var ErrUnknown = errors.New("no such recording")

// Library is the folder of all recordings, a folder for each.
type Library struct {
	dir string
	// create opens a file to be written to; another one in tests.
	create func(name string) (file, error)

	mu   sync.RWMutex
	recs map[string]*Recording
	mine map[string]bool // begun by this process
}

type file interface {
	io.WriteCloser
	Sync() error
	Truncate(size int64) error
}

// NewLibrary is the folder dir, which need not exist yet. What it holds is known once it was loaded.
func NewLibrary(dir string) *Library {
	return &Library{dir: dir, recs: map[string]*Recording{}, mine: map[string]bool{}, create: func(name string) (file, error) {
		return os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	}}
}

// Load reads every recording and closes those that a process before this one left open, as of now. It may take a while;
// others may be begun meanwhile. A recording that cannot be read is left as it is and named in the error.
func (l *Library) Load(now time.Time) error {
	entries, err := os.ReadDir(l.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var failed error
	for _, e := range entries {
		if !e.IsDir() || !goodID(e.Name()) || l.begunHere(e.Name()) {
			continue
		}
		r, err := l.restore(e.Name(), now)
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("recording %s: %w", e.Name(), err))
		}
		if r != nil {
			l.put(*r)
		}
	}
	return failed
}

func (l *Library) begunHere(id string) bool {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.mine[id]
}

// goodID says whether a name can be a recording's: it becomes a folder's.
func goodID(s string) bool {
	for _, c := range s {
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && c != '-' && c != '_' {
			return false
		}
	}
	return s != "" && len(s) <= 100
}

func (l *Library) path(id, name string) string { return filepath.Join(l.dir, id, name) }

// Get gives a recording as it is now.
func (l *Library) Get(id string) (*Recording, bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	r, ok := l.recs[id]
	return r, ok
}

// All gives all recordings, the newest first.
func (l *Library) All() []*Recording {
	l.mu.RLock()
	out := make([]*Recording, 0, len(l.recs))
	for _, r := range l.recs {
		out = append(out, r)
	}
	l.mu.RUnlock()
	slices.SortFunc(out, func(a, b *Recording) int { return cmp.Or(b.From.Compare(a.From), cmp.Compare(b.ID, a.ID)) })
	return out
}

// put shows a recording as it is now.
func (l *Library) put(r Recording) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.recs[r.ID] = &r
}

// Octets is what all recordings take on the disk, but for indexes and tracks.
func (l *Library) Octets() (n int64) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	for _, r := range l.recs {
		n += r.Octets
	}
	return n
}

// OpenSegment opens the file of a closed segment.
func (l *Library) OpenSegment(id string, n int) (*os.File, Segment, error) {
	r, ok := l.Get(id)
	if !ok {
		return nil, Segment{}, ErrUnknown
	}
	for _, s := range r.Segments {
		if s.N == n {
			f, err := os.Open(l.path(id, s.File))
			return f, s, err
		}
	}
	return nil, Segment{}, ErrUnknown
}

// Track reads where the camera was.
func (l *Library) Track(id string) ([]Point, error) {
	b, err := l.read(id, TrackFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return ReadTrack(b)
}

// Index reads a recording's index as it is kept.
func (l *Library) Index(id string) ([]byte, error) { return l.read(id, IndexFile) }

func (l *Library) read(id, name string) ([]byte, error) {
	if _, ok := l.Get(id); !ok {
		return nil, ErrUnknown
	}
	return os.ReadFile(l.path(id, name))
}

// Remove deletes a closed recording.
func (l *Library) Remove(id string) error {
	r, ok := l.Get(id)
	if !ok || r.Closed == nil {
		return fmt.Errorf("remove %q: %w that is closed", id, ErrUnknown)
	}
	if err := os.RemoveAll(filepath.Join(l.dir, id)); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.recs, id)
	return nil
}

// restore reads one recording, and closes it if it is open; nil if there is none.
func (l *Library) restore(id string, now time.Time) (*Recording, error) {
	raw, err := os.ReadFile(l.path(id, IndexFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	r, whole, err := ReadIndex(raw)
	if err != nil {
		return nil, err
	}
	if r.Seq == 0 {
		return nil, os.RemoveAll(filepath.Join(l.dir, id)) // it was killed before it began
	}
	if r.ID != id {
		return nil, fmt.Errorf("%w: it is the index of %q", ErrDamaged, r.ID)
	}
	if r.Closed != nil {
		return &r, nil
	}
	points, err := l.mendTrack(id)
	if err != nil {
		return nil, err
	}
	for _, p := range points {
		r.pass(p)
	}
	if err := os.Truncate(l.path(id, IndexFile), whole); err != nil {
		return nil, err
	}
	var add bytes.Buffer
	if err := l.conclude(&r, now, &add); err != nil {
		return nil, err
	}
	f, err := l.create(l.path(id, IndexFile))
	if err != nil {
		return nil, err
	}
	_, err = f.Write(add.Bytes())
	return &r, errors.Join(err, f.Sync(), f.Close())
}

// mendTrack reads a track and removes what was torn off its end.
func (l *Library) mendTrack(id string) ([]Point, error) {
	raw, err := os.ReadFile(l.path(id, TrackFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if whole := bytes.LastIndexByte(raw, '\n') + 1; whole < len(raw) {
		if err := os.Truncate(l.path(id, TrackFile), int64(whole)); err != nil {
			return nil, err
		}
	}
	return ReadTrack(raw)
}

// conclude ends a recording whose station died: what is whole of the open segment, the gap up to now, and the end.
func (l *Library) conclude(r *Recording, now time.Time, add *bytes.Buffer) error {
	line := func(x Line) error {
		b, err := r.append(now, x)
		add.Write(b)
		return err
	}
	if s := r.Writing; s != nil {
		mended, err := l.mend(r.ID, *s, now)
		if err != nil {
			return err
		}
		if mended != nil {
			if err := line(Line{Segment: mended}); err != nil {
				return err
			}
		}
		r.Writing = nil
	}
	missing := Gap{From: r.To(), Why: Restarted}
	if r.Missing != nil {
		missing = *r.Missing
		missing.Detail = "the station was restarted meanwhile"
	}
	missing.To = later(missing.From, now)
	if missing.To.After(missing.From) {
		if err := line(Line{Gap: &missing}); err != nil {
			return err
		}
	}
	if sum, err := sumFile(l.path(r.ID, TrackFile)); err == nil {
		sum.File = TrackFile
		if err := line(Line{Track: &Track{sum, r.Way}}); err != nil {
			return err
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return line(Line{Closed: &Closed{At: missing.To, By: "station", Why: "restart"}})
}

// mend cuts a torn fragment off a segment's file; nil if no fragment is whole.
func (l *Library) mend(id string, s Segment, now time.Time) (*Segment, error) {
	name := l.path(id, s.File)
	raw, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	octets, media := wholeFragments(raw)
	if media == 0 {
		return nil, os.Remove(name)
	}
	f, err := os.OpenFile(name, os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(f.Truncate(octets), f.Sync(), f.Close()); err != nil {
		return nil, err
	}
	s.To, s.Octets, s.SHA256, s.Recovered = earlier(s.From.Add(media), later(s.From, now)), octets, hashOf(raw[:octets]), true
	return &s, nil
}

// sumFile gives the size and the hash of a file.
func sumFile(name string) (Sum, error) {
	f, err := os.Open(name)
	if err != nil {
		return Sum{}, err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	return Sum{Octets: n, SHA256: hex.EncodeToString(h.Sum(nil))}, err
}
