package station

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"groundstation/mavlink/events"
)

// wordsKept is how many firmwares' metadata stay over a restart: the newest.
const wordsKept = wordsMax / 2

// WordsDir is the folder of the events' metadata, a file for each version by its checksum.
type WordsDir string

func (d WordsDir) file(sum uint32) string {
	return filepath.Join(string(d), fmt.Sprintf("%08x.events", sum))
}

// Load opens what is kept. A file that cannot be opened is left out and named in the error; the others count.
func (d WordsDir) Load() (map[uint32]*events.Set, error) {
	entries, err := os.ReadDir(string(d))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	out := map[uint32]*events.Set{}
	problems := []error{err}
	slices.SortFunc(entries, func(a, b os.DirEntry) int { return written(b).Compare(written(a)) })
	for _, e := range entries {
		name, ours := strings.CutSuffix(e.Name(), ".events")
		sum, bad := strconv.ParseUint(name, 16, 32)
		if !ours || bad != nil {
			continue
		}
		if len(out) >= wordsKept {
			problems = append(problems, os.Remove(filepath.Join(string(d), e.Name())))
			continue
		}
		info, err := e.Info()
		if err == nil && info.Size() > events.FileMax {
			err = events.ErrTooLarge
		}
		var b []byte
		if err == nil {
			b, err = os.ReadFile(filepath.Join(string(d), e.Name()))
		}
		var set *events.Set
		if err == nil {
			set, err = events.Open(b)
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("events of %s: %w", name, err))
			continue
		}
		out[uint32(sum)] = set
	}
	return out, errors.Join(problems...)
}

// written is when a file was written; zero if it is gone.
func written(e os.DirEntry) time.Time {
	info, err := e.Info()
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

// open opens what was fetched and keeps it.
func (d WordsDir) open(w WordsFetched) (*events.Set, error) {
	set, err := events.Open(w.File)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(string(d), 0o700); err != nil {
		return set, err
	}
	return set, writeSynced(d.file(w.Sum), w.File)
}

// KeepWords keeps the events' metadata in files under dir while Run runs; call it before Run.
func (s *Station) KeepWords(dir WordsDir) { s.wordsDir = dir }

// openWords opens metadata beside the loop: it takes some milliseconds. The Core asks for one at a time of each firmware.
func (s *Station) openWords(w WordsFetched) {
	s.opening.Go(func() {
		set, err := s.wordsDir.open(w)
		if err != nil {
			s.log.Warn("metadata of events not opened or not kept", "sum", w.Sum, "error", err)
		}
		if set != nil {
			err = nil // not kept, but good
		}
		s.step(Words{Sum: w.Sum, Set: set, Err: err})
	})
}
