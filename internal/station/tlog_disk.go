package station

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"groundstation/fleet"
)

const (
	// partMax is when a sortie's log goes on in another file, octets.
	partMax = 64 << 20
	// writeRest is how long a disk that failed is left alone.
	writeRest = 5 * time.Second
	sumsFile  = "SHA256SUMS"
)

// tlogDisk holds the logs' directory within its bound: one folder for each sortie with files 001.tlog, 002.tlog and so
// on, and SHA256SUMS once it is closed. When there is no room the oldest closed sorties go, and never an open one: if
// those alone fill it, their frames are dropped.
type tlogDisk struct {
	dir   string
	max   int64
	total int64
	count *recorderCounters
	log   *slog.Logger
	// create opens a file to be appended to; another one in tests.
	create func(name string) (tlogFile, error)
	now    func() time.Time
	restTo time.Time // the disk failed: not before this
	failed bool      // and it was said
	full   bool      // there is no room, and it was said
}

type tlogFile interface {
	io.WriteCloser
	Sync() error
	Truncate(size int64) error
}

// tlogPart is the file that a sortie's log is written to.
type tlogPart struct {
	name string
	size int64
	file tlogFile // nil: to be opened again
}

func newTlogDisk(dir string, maxBytes int64, count *recorderCounters, log *slog.Logger) *tlogDisk {
	count.max.Store(maxBytes)
	return &tlogDisk{dir: dir, max: maxBytes, count: count, log: log, now: time.Now,
		create: func(name string) (tlogFile, error) {
			return os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
		}}
}

func (d *tlogDisk) hold(n int64) {
	d.total += n
	d.count.held.Store(d.total)
}

// write appends whole records to the sortie's log.
func (d *tlogDisk) write(t *track, b []byte, frames uint64, open func(fleet.SortieID) bool) {
	if len(b) == 0 {
		return
	}
	if d.now().Before(d.restTo) {
		d.count.dropped[dropDisk].Add(frames)
		return
	}
	if d.total+int64(len(b)) > d.max && !d.prune(int64(len(b)), open) {
		d.count.dropped[dropFull].Add(frames)
		if !d.full {
			d.full = true
			d.log.Error("telemetry logs of open sorties fill their share of the disk; frames are dropped", "max_bytes", d.max)
		}
		return
	}
	d.full = false
	if err := d.append(t, b); err != nil {
		d.count.dropped[dropDisk].Add(frames)
		d.count.errors.Add(1)
		d.restTo = d.now().Add(writeRest)
		if !d.failed {
			d.failed = true
			d.log.Error("telemetry log not written; frames are dropped", "sortie", t.id, "error", err)
		}
		return
	}
	if d.failed {
		d.failed = false
		d.log.Info("telemetry logs are written again")
	}
	d.count.frames.Add(frames)
	d.count.bytes.Add(uint64(len(b)))
	d.hold(int64(len(b)))
}

func (d *tlogDisk) append(t *track, b []byte) error {
	if t.part != nil && t.part.size > 0 && t.part.size+int64(len(b)) > partMax {
		d.finish(t, false)
	}
	if t.part == nil {
		p, err := d.next(t.id)
		if err != nil {
			return err
		}
		t.part = p
	}
	if t.part.file == nil {
		f, err := d.create(t.part.name)
		if err != nil {
			return err
		}
		t.part.file = f
	}
	if _, err := t.part.file.Write(b); err != nil {
		// What was written in part is taken back; the same file goes on when the disk does.
		err = errors.Join(err, t.part.file.Truncate(t.part.size), t.part.file.Close())
		t.part.file = nil
		return err
	}
	t.part.size += int64(len(b))
	return nil
}

// next is the first file of a sortie that does not exist yet: what an earlier process wrote is left as it is.
func (d *tlogDisk) next(id fleet.SortieID) (*tlogPart, error) {
	dir, err := tlogFolder(d.dir, id)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	parts, err := partsOf(dir)
	if err != nil {
		return nil, err
	}
	n := 1
	if len(parts) > 0 {
		if _, err := fmt.Sscanf(parts[len(parts)-1].Name, "%d.tlog", &n); err != nil {
			return nil, err
		}
		n++
	}
	d.count.parts.Add(1)
	return &tlogPart{name: filepath.Join(dir, fmt.Sprintf("%03d.tlog", n))}, nil
}

// finish closes the present file, and the whole log when the sortie is over.
func (d *tlogDisk) finish(t *track, over bool) {
	if t.part != nil && t.part.file != nil {
		if err := errors.Join(t.part.file.Sync(), t.part.file.Close()); err != nil {
			d.count.errors.Add(1)
			d.log.Error("telemetry log not closed", "sortie", t.id, "error", err)
		}
	}
	t.part = nil
	if over {
		d.seal(t.id)
	}
}

// seal writes the checksums of a closed sortie's files, as sha256sum does.
func (d *tlogDisk) seal(id fleet.SortieID) {
	dir, err := tlogFolder(d.dir, id)
	if err == nil {
		err = writeSums(dir)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		d.count.errors.Add(1)
		d.log.Error("checksums of a telemetry log not written", "sortie", id, "error", err)
	}
}

func writeSums(dir string) error {
	parts, err := partsOf(dir)
	if err != nil {
		return err
	}
	var sums bytes.Buffer
	for _, p := range parts {
		sum, err := tlogSum(filepath.Join(dir, p.Name))
		if err != nil {
			return err
		}
		fmt.Fprintf(&sums, "%x  %s\n", sum, p.Name)
	}
	tmp := filepath.Join(dir, sumsFile+".tmp")
	f, err := os.OpenFile(tmp, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(sums.Bytes())
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(tmp, filepath.Join(dir, sumsFile))
}

func tlogSum(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return nil, err
	}
	return h.Sum(nil), nil
}

// keptLog is what the directory holds of one sortie.
type keptLog struct {
	id     fleet.SortieID
	dir    string
	size   int64
	newest time.Time
	sealed bool
}

// look reads the directory. What is in it and is no log of a sortie is left alone and not counted.
func (d *tlogDisk) look() (logs []keptLog, err error) {
	entries, err := os.ReadDir(d.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		id := fleet.SortieID(e.Name())
		dir, err := tlogFolder(d.dir, id)
		if err != nil || !e.IsDir() {
			continue
		}
		parts, err := partsOf(dir)
		if err != nil {
			return nil, err
		}
		l := keptLog{id: id, dir: dir, sealed: true}
		for _, p := range parts {
			l.size += p.Size
			if p.WrittenAt.After(l.newest) {
				l.newest = p.WrittenAt
			}
			l.sealed = l.sealed && p.SHA256 != ""
		}
		logs = append(logs, l)
	}
	slices.SortFunc(logs, func(a, b keptLog) int {
		return cmp.Or(a.newest.Compare(b.newest), cmp.Compare(a.id, b.id))
	})
	return logs, nil
}

// measure counts what the directory holds.
func (d *tlogDisk) measure() []keptLog {
	logs, err := d.look()
	if err != nil {
		d.count.errors.Add(1)
		d.log.Error("telemetry logs cannot be looked through", "error", err)
		return nil
	}
	d.total = 0
	for _, l := range logs {
		d.total += l.size
	}
	d.hold(0)
	return logs
}

// sweep closes what an earlier process left, and keeps the bound.
func (d *tlogDisk) sweep(open func(fleet.SortieID) bool) {
	for _, l := range d.measure() {
		if !l.sealed && !open(l.id) {
			d.seal(l.id)
		}
	}
	if d.total > d.max {
		d.prune(0, open)
	}
}

// prune removes the oldest closed logs until there is room, and says whether there is.
func (d *tlogDisk) prune(room int64, open func(fleet.SortieID) bool) bool {
	for _, l := range d.measure() {
		if d.total+room <= d.max {
			break
		}
		if open(l.id) {
			continue
		}
		if err := os.RemoveAll(l.dir); err != nil {
			d.count.errors.Add(1)
			d.log.Error("old telemetry log not removed", "sortie", l.id, "error", err)
			continue
		}
		d.hold(-l.size)
		d.count.removed.Add(1)
		d.log.Info("old telemetry log removed to make room", "sortie", l.id, "bytes", l.size)
	}
	return d.total+room <= d.max
}
