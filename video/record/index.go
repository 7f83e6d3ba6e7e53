package record

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Line is one line of an index: what happened, chained to the line before. Exactly one of its facts is there.
type Line struct {
	Seq  uint64    `json:"seq"`
	Prev string    `json:"prev"` // hash of the line before; empty in the first
	At   time.Time `json:"at"`

	Opened  *Head    `json:"opened,omitempty"`
	Begun   *Segment `json:"begun,omitempty"`
	Segment *Segment `json:"segment,omitempty"`
	Missing *Gap     `json:"missing,omitempty"` // a gap begins
	Gap     *Gap     `json:"gap,omitempty"`     // and is over
	Track   *Track   `json:"track,omitempty"`
	Closed  *Closed  `json:"closed,omitempty"`

	hash string
}

// ErrDamaged is an index or a file that is not what was written; the error names it.
var ErrDamaged = errors.New("damaged or changed")

// append chains a line to those of r, gives its octets and adds it to r. A line is its hash, a space, its JSON and a
// line feed.
func (r *Recording) append(now time.Time, l Line) ([]byte, error) {
	l.Seq, l.Prev, l.At = r.Seq+1, r.Hash, now.UTC()
	raw, err := json.Marshal(l)
	if err != nil {
		return nil, fmt.Errorf("write the index of %s: %w", r.ID, err)
	}
	l.hash = hashOf(raw)
	r.take(l)
	return fmt.Appendf(nil, "%s %s\n", l.hash, raw), nil
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// ReadIndex reads an index, and says how many of its octets are whole lines: what follows them was being written when
// the station died. Anything else that does not hold together is ErrDamaged, with what is good before it.
func ReadIndex(b []byte) (r Recording, whole int64, err error) {
	for n := 1; ; n++ {
		end := bytes.IndexByte(b[whole:], '\n')
		if end < 0 {
			return r, whole, nil
		}
		l, err := readLine(b[whole : whole+int64(end)])
		last := whole+int64(end)+1 == int64(len(b))
		switch {
		case err != nil && last:
			return r, whole, nil
		case err != nil:
			return r, whole, fmt.Errorf("%w: line %d of the index: %v", ErrDamaged, n, err)
		case l.Seq != r.Seq+1 || l.Prev != r.Hash:
			return r, whole, fmt.Errorf("%w: line %d of the index does not follow the one before", ErrDamaged, n)
		case (l.Opened != nil) != (n == 1):
			return r, whole, fmt.Errorf("%w: line %d of the index opens it, or the first does not", ErrDamaged, n)
		}
		r.take(l)
		whole += int64(end) + 1
	}
}

func readLine(b []byte) (l Line, err error) {
	sum, raw, found := bytes.Cut(b, []byte{' '})
	if !found || hashOf(raw) != string(sum) {
		return l, errors.New("its hash is not that of what it says")
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&l); err != nil {
		return l, err
	}
	facts := 0
	for _, there := range []bool{l.Opened != nil, l.Begun != nil, l.Segment != nil, l.Missing != nil, l.Gap != nil, l.Track != nil, l.Closed != nil} {
		if there {
			facts++
		}
	}
	if facts != 1 {
		return l, fmt.Errorf("it says %d things", facts)
	}
	l.hash = string(sum)
	return l, nil
}

// HashAt gives the hash of line seq of an index; false if it has no such line.
func HashAt(b []byte, seq uint64) (string, bool) {
	for line := range bytes.Lines(b) {
		l, err := readLine(bytes.TrimSuffix(line, []byte{'\n'}))
		if err != nil {
			return "", false
		}
		if l.Seq == seq {
			return l.hash, true
		}
	}
	return "", false
}
