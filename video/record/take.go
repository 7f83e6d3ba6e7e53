package record

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

const (
	// diskRest is how long a disk that failed is left alone.
	diskRest = 5 * time.Second
	// waitingMax is how much of index and track waits for a disk that fails, octets each; more is lost, and a later
	// segment is not begun before the index is on the disk.
	waitingMax = 1 << 20
)

// take writes one recording. A deck's goroutine owns it.
type take struct {
	lib    *Library
	log    *slog.Logger
	told   func(Recording)
	rec    Recording
	cutter *Cutter

	index, track journal
	// The open segment's.
	seg    file
	size   int64
	hash   hash.Hash
	goodTo time.Time // what is on the disk ends here
	bad    error     // it is not written beyond
	restTo time.Time // the disk failed: not before this
}

// journal is a file that only grows; what the disk refuses waits.
type journal struct {
	name    string
	file    file
	size    int64
	waiting []byte
}

// write appends what waits, whole or not at all.
func (j *journal) write(create func(string) (file, error)) (err error) {
	if len(j.waiting) == 0 {
		return nil
	}
	if j.file == nil {
		if j.file, err = create(j.name); err != nil {
			return err
		}
	}
	if _, err := j.file.Write(j.waiting); err != nil {
		return errors.Join(err, j.file.Truncate(j.size))
	}
	j.size += int64(len(j.waiting))
	j.waiting = j.waiting[:0]
	return nil
}

func (j *journal) close() error {
	if j.file == nil {
		return nil
	}
	return errors.Join(j.file.Sync(), j.file.Close())
}

// start makes the folder of a recording and its first line, durable.
func (l *Library) start(h Head, now time.Time, lengths Lengths, log *slog.Logger, told func(Recording)) (*take, error) {
	if !goodID(h.ID) {
		return nil, fmt.Errorf("%q cannot be the id of a recording", h.ID)
	}
	if err := os.MkdirAll(l.dir, 0o700); err != nil {
		return nil, err
	}
	id := h.ID
	for n := 2; ; n++ {
		l.mu.Lock()
		l.mine[h.ID] = true
		l.mu.Unlock()
		err := os.Mkdir(filepath.Join(l.dir, h.ID), 0o700)
		if err == nil {
			break
		}
		if !errors.Is(err, fs.ErrExist) || n > 100 {
			return nil, err
		}
		h.ID = fmt.Sprintf("%s-%d", id, n)
	}
	t := &take{lib: l, log: log, told: told, cutter: NewCutter(h.From, lengths),
		index: journal{name: l.path(h.ID, IndexFile)}, track: journal{name: l.path(h.ID, TrackFile)}}
	t.rec.ID = h.ID
	err := t.line(now, Line{Opened: &h})
	if err == nil {
		err = errors.Join(t.index.write(l.create), syncDir(l.dir), syncDir(filepath.Join(l.dir, h.ID)))
	}
	if err == nil {
		err = t.index.file.Sync()
	}
	if err != nil {
		return nil, errors.Join(err, t.index.close(), os.RemoveAll(filepath.Join(l.dir, h.ID)))
	}
	t.show()
	return t, nil
}

func syncDir(name string) error {
	d, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// show tells of the recording as it is.
func (t *take) show() {
	t.lib.put(t.rec)
	t.told(t.rec)
}

// line adds a line to the index; it waits in memory until the next write.
func (t *take) line(now time.Time, l Line) error {
	b, err := t.rec.append(now, l)
	t.index.waiting = append(t.index.waiting, b...)
	return err
}

// step steps the cutter and carries out what it wants. room says whether a segment may be begun.
func (t *take) step(now time.Time, in Input, room func() bool) {
	if _, of := in.(Unit); of && t.cutter.open == nil && now.Before(t.restTo) {
		return // the disk rests; the gap goes on
	}
	for _, o := range t.cutter.Step(now, in) {
		if err := t.carryOut(now, o, room); err != nil {
			t.log.Error("index of a recording not written", "recording", t.rec.ID, "error", err)
		}
	}
	if t.bad != nil {
		err := t.bad
		t.bad = nil
		t.restTo = now.Add(diskRest)
		why := Reason(err)
		t.log.Error("recording not written", "recording", t.rec.ID, "why", why, "error", err)
		t.step(now, Broken{To: t.goodTo, Why: why, Detail: ""}, room)
	}
}

var errNoRoom = errors.New("recordings have taken their share of the disk, and nothing of it may be deleted")

// Reason is the gap that an error of writing makes.
func Reason(err error) Why {
	if errors.Is(err, errNoRoom) || errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return DiskFull
	}
	return DiskFailed
}

func (t *take) carryOut(now time.Time, o Output, room func() bool) error {
	switch o := o.(type) {
	case Begin:
		t.goodTo = o.Segment.From
		if t.bad == nil {
			t.bad = t.begin(now, o, room)
		}
		return nil
	case Append:
		if t.bad == nil && t.seg != nil {
			t.bad = t.append(o)
		}
		return nil
	case End:
		return t.end(now, o.Segment)
	case Miss:
		if err := t.line(now, Line{Missing: &o.Gap}); err != nil {
			return err
		}
	case Missed:
		if err := t.line(now, Line{Gap: &o.Gap}); err != nil {
			return err
		}
	}
	err := t.index.write(t.lib.create)
	t.show()
	return err
}

// begin writes the line first: a file that no line knows would not be found again.
func (t *take) begin(now time.Time, o Begin, room func() bool) error {
	if !room() {
		return errNoRoom
	}
	if err := t.index.write(t.lib.create); err != nil {
		return err
	}
	if err := t.line(now, Line{Begun: &o.Segment}); err != nil {
		return err
	}
	if err := t.index.write(t.lib.create); err != nil {
		return err
	}
	f, err := t.lib.create(t.lib.path(t.rec.ID, o.Segment.File))
	if err != nil {
		return err
	}
	t.seg, t.size, t.hash = f, 0, sha256.New()
	t.show()
	return t.write(o.Head)
}

func (t *take) append(o Append) error {
	if err := t.write(o.Fragment); err != nil {
		return err
	}
	t.goodTo = o.To
	return nil
}

// write adds octets to the segment's file, all or none.
func (t *take) write(b []byte) error {
	if _, err := t.seg.Write(b); err != nil {
		return errors.Join(err, t.seg.Truncate(t.size))
	}
	t.size += int64(len(b))
	t.hash.Write(b)
	return nil
}

// end closes the segment's file, durable before its line is. What could not be written of it becomes a gap.
func (t *take) end(now time.Time, s Segment) error {
	f := t.seg
	t.seg = nil
	to := s.To
	if t.bad != nil {
		s.To = earlier(to, t.goodTo)
	}
	if f != nil {
		err := errors.Join(f.Sync(), f.Close())
		if s.To.Equal(s.From) {
			err = errors.Join(err, os.Remove(t.lib.path(t.rec.ID, s.File)))
		} else {
			s.Octets, s.SHA256 = t.size, hex.EncodeToString(t.hash.Sum(nil))
			err = errors.Join(err, t.line(now, Line{Segment: &s}))
		}
		if err != nil && t.bad == nil {
			t.log.Error("segment not closed", "recording", t.rec.ID, "error", err)
		}
	} else {
		s.To = s.From
	}
	t.rec.Writing = nil
	if t.bad != nil && to.After(s.To) {
		if err := t.line(now, Line{Gap: &Gap{From: s.To, To: to, Why: Reason(t.bad)}}); err != nil {
			return err
		}
	}
	err := t.index.write(t.lib.create)
	if err == nil && t.index.file != nil {
		err = t.index.file.Sync()
	}
	t.show()
	return err
}

// mark adds where the camera was.
func (t *take) mark(p Point) error {
	raw, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if len(t.track.waiting) < waitingMax {
		t.track.waiting = append(append(t.track.waiting, raw...), '\n')
	}
	t.rec.pass(p)
	return nil
}

// flush writes what waits of track and index.
func (t *take) flush() error {
	return errors.Join(t.track.write(t.lib.create), t.index.write(t.lib.create))
}

// close ends the recording. What the disk refuses now is made up for when the library is opened again.
func (t *take) close(now time.Time, by, why string, room func() bool) error {
	t.step(now, Stop{}, room)
	err := errors.Join(t.track.write(t.lib.create), t.track.close())
	if sum, serr := sumFile(t.track.name); serr == nil {
		sum.File = TrackFile
		err = errors.Join(err, t.line(now, Line{Track: &Track{sum, t.rec.Way}}))
	}
	err = errors.Join(err, t.line(now, Line{Closed: &Closed{At: now, By: by, Why: why}}), t.index.write(t.lib.create), t.index.close())
	t.show()
	return err
}
