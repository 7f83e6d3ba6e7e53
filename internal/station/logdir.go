package station

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"groundstation/fleet"
	"groundstation/internal/logbook"
)

const (
	recordFile    = "record.json"
	partFile      = "log.part"
	recordFileMax = 64 << 10
	// removedFor is how long a record stays whose log made room for newer ones.
	removedFor = 30 * 24 * time.Hour
)

// LogDir is the folder of the flight logs: in each sortie's own one the log, its SHA-256 beside it, and its record.
type LogDir string

func (d LogDir) of(id fleet.SortieID) string {
	name := string(id)
	if strings.ContainsFunc(name, func(r rune) bool { return !(r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z') }) || name == "" {
		name = fmt.Sprintf("x-%x", name) // an id is no path
	}
	return filepath.Join(string(d), name)
}

// logName is what a log is called: by what it is, not by what the vehicle calls it.
func logName(dir string) (string, error) {
	for _, name := range []string{"flight.ulg", "flight.bin"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			return name, nil
		}
	}
	return "", fs.ErrNotExist
}

// Open opens the log of a sortie and says what it is called.
func (d LogDir) Open(id fleet.SortieID) (*os.File, string, error) {
	name, err := logName(d.of(id))
	if err != nil {
		return nil, "", err
	}
	f, err := os.Open(filepath.Join(d.of(id), name))
	return f, string(id) + filepath.Ext(name), err
}

// Load reads every record. One that cannot be read or makes no sense is left out and named in the error; the others count.
func (d LogDir) Load(now time.Time) ([]logbook.FlightLog, error) {
	entries, err := os.ReadDir(string(d))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []logbook.FlightLog
	var problems []error
	for _, e := range entries {
		dir := filepath.Join(string(d), e.Name())
		r, err := readRecord(dir)
		switch {
		case !e.IsDir() || errors.Is(err, fs.ErrNotExist):
		case err != nil || d.of(r.Sortie) != dir:
			problems = append(problems, fmt.Errorf("flight log %s: %w", e.Name(), cmp.Or(err, errors.New("another sortie's record"))))
		case r.State == logbook.Removed && now.Sub(r.At) > removedFor:
			problems = append(problems, os.RemoveAll(dir))
		default:
			out = append(out, found(dir, r))
		}
	}
	return out, errors.Join(problems...)
}

func readRecord(dir string) (r logbook.FlightLog, err error) {
	f, err := os.Open(filepath.Join(dir, recordFile))
	if err != nil {
		return r, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, recordFileMax))
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(b, &r)
}

// found corrects a record by the file that is there: what counts is what is on disk.
func found(dir string, r logbook.FlightLog) logbook.FlightLog {
	switch r.State {
	case logbook.Kept:
		if name, err := logName(dir); err == nil {
			if info, err := os.Stat(filepath.Join(dir, name)); err == nil && info.Size() == r.Size {
				return r
			}
		}
		r.State, r.Have, r.Sum, r.SHA256, r.Verified = logbook.Owed, 0, 0, "", false
	case logbook.Fetching:
		r.Have, r.Sum = 0, 0
		f, err := os.Open(filepath.Join(dir, partFile))
		if err != nil {
			return r
		}
		defer f.Close()
		sum := newFileSum()
		if n, err := io.Copy(sum, f); err == nil && n <= r.Size {
			r.Have, r.Sum = n, sum.sum
		}
	}
	return r
}

// fileSum is the checksum of MAVLink FTP, as a hash of what is written to it.
type fileSum struct{ sum uint32 }

func newFileSum() *fileSum { return &fileSum{} }

// Write never fails.
func (s *fileSum) Write(b []byte) (int, error) {
	s.sum = ^crc32.Update(^s.sum, crc32.IEEETable, b)
	return len(b), nil
}

// writeRecord keeps a record beside its log.
func (d LogDir) writeRecord(r logbook.FlightLog) error {
	dir := d.of(r.Sortie)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return writeSynced(filepath.Join(dir, recordFile), b)
}

// writeSynced replaces a file by one that is durable.
func writeSynced(name string, b []byte) error {
	f, err := os.OpenFile(name+".tmp", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(name+".tmp", name)
}

// finish turns the part into the log, if it is what was fetched, and gives its SHA-256.
func (d LogDir) finish(r logbook.FlightLog) (string, error) {
	dir := d.of(r.Sortie)
	f, err := os.OpenFile(filepath.Join(dir, partFile), os.O_RDWR, 0)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if err := f.Sync(); err != nil {
		return "", err
	}
	sum, sha := newFileSum(), sha256.New()
	n, err := io.Copy(io.MultiWriter(sum, sha), f)
	if err != nil {
		return "", err
	}
	if n != r.Size || sum.sum != r.Sum {
		return "", fmt.Errorf("%d octets with checksum %08x on disk, %d with %08x fetched", n, sum.sum, r.Size, r.Sum)
	}
	var magic [4]byte
	_, _ = f.ReadAt(magic[:], 0)
	name := "flight.bin"
	if string(magic[:]) == "ULog" {
		name = "flight.ulg"
	}
	r.SHA256, r.State = hex.EncodeToString(sha.Sum(nil)), logbook.Kept
	if err := writeSynced(filepath.Join(dir, name+".sha256"), fmt.Appendf(nil, "%s  %s\n", r.SHA256, name)); err != nil {
		return "", err
	}
	if err := os.Rename(filepath.Join(dir, partFile), filepath.Join(dir, name)); err != nil {
		return "", err
	}
	return r.SHA256, d.writeRecord(r)
}

// makeRoom removes the logs of the oldest flights until what is kept is at most most octets; never that of spare.
func (d LogDir) makeRoom(records map[fleet.SortieID]logbook.FlightLog, most int64, spare fleet.SortieID) (removed []fleet.SortieID, err error) {
	total := int64(0)
	var old []logbook.FlightLog
	for _, r := range records {
		if r.State == logbook.Kept {
			total += r.Size
			old = append(old, r)
		}
	}
	slices.SortFunc(old, func(a, b logbook.FlightLog) int { return a.From.Compare(b.From) })
	for _, r := range old {
		if total <= most || r.Sortie == spare {
			continue
		}
		r.State, r.At = logbook.Removed, time.Now()
		name, gone := logName(d.of(r.Sortie))
		err = errors.Join(err, d.writeRecord(r))
		if gone == nil {
			err = errors.Join(err, os.Remove(filepath.Join(d.of(r.Sortie), name)), os.Remove(filepath.Join(d.of(r.Sortie), name+".sha256")))
		}
		total -= r.Size
		records[r.Sortie] = r
		removed = append(removed, r.Sortie)
	}
	return removed, err
}
