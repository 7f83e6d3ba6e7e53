package record

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Anchor is a place in a recording's index, as noted where whoever can change the files cannot.
type Anchor struct {
	Recording string
	Seq       uint64
	Hash      string
	// Closed says that the index ends there.
	Closed bool
}

// Verify reads the recordings under dir anew and holds them against anchors: each anchored recording is there, each
// index is the one that was anchored, and each closed segment and track is what its line says. It gives how many
// recordings and segments it looked at; the error names everything that is wrong. It changes nothing.
func Verify(dir string, anchors []Anchor) (recordings, segments int, err error) {
	for _, a := range anchors {
		if !goodID(a.Recording) {
			err = errors.Join(err, fmt.Errorf("%w: %q is no id of a recording", ErrDamaged, a.Recording))
			continue
		}
		n, wrong := verifyOne(filepath.Join(dir, a.Recording), a)
		segments += n
		recordings++
		if wrong != nil {
			err = errors.Join(err, fmt.Errorf("recording %s: %w", a.Recording, wrong))
		}
	}
	return recordings, segments, err
}

func verifyOne(dir string, a Anchor) (int, error) {
	raw, err := os.ReadFile(filepath.Join(dir, IndexFile))
	if err != nil {
		return 0, err
	}
	r, whole, err := ReadIndex(raw)
	if err != nil {
		return 0, err
	}
	hash, there := HashAt(raw[:whole], a.Seq)
	switch {
	case !there:
		return 0, fmt.Errorf("%w: its index ends at line %d, line %d was anchored", ErrDamaged, r.Seq, a.Seq)
	case hash != a.Hash:
		return 0, fmt.Errorf("%w: line %d of its index is not the one that was anchored", ErrDamaged, a.Seq)
	case a.Closed && (r.Closed == nil || r.Seq != a.Seq || whole != int64(len(raw))):
		return 0, fmt.Errorf("%w: its index goes on after its end", ErrDamaged)
	}
	var wrong error
	for _, s := range r.Segments {
		wrong = errors.Join(wrong, verifyFile(dir, Sum{s.File, s.Octets, s.SHA256}))
	}
	if r.Track != nil {
		wrong = errors.Join(wrong, verifyFile(dir, *r.Track))
	}
	for _, h := range Holes(r.From, r.To(), r.Segments, r.Gaps) {
		if r.Closed != nil {
			wrong = errors.Join(wrong, fmt.Errorf("%w: from %s to %s it has neither a segment nor a gap", ErrDamaged, h.From, h.To))
		}
	}
	return len(r.Segments), wrong
}

func verifyFile(dir string, want Sum) error {
	got, err := sumFile(filepath.Join(dir, filepath.Base(want.File)))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %s is gone", ErrDamaged, want.File)
	}
	if err != nil {
		return err
	}
	if got.File = want.File; got != want {
		return fmt.Errorf("%w: %s is not what was recorded", ErrDamaged, want.File)
	}
	return nil
}
