package tlog

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"time"
)

// Record is one frame and when it came or went.
type Record struct {
	At time.Time // UTC, to the microsecond
	// Frame is good until the next Next.
	Frame []byte
}

// Stats counts what a Reader has found.
type Stats struct {
	Records uint64
	// Gaps are places where something was passed over, Skipped the octets of all.
	Gaps, Skipped uint64
	// Torn says that the last record is not whole: its octets are in Skipped.
	Torn bool
}

// Reader gives the records of a log. Whatever the octets are it ends, keeps no more than a few records, and finds the
// next record behind what is none.
type Reader struct {
	b     *bufio.Reader
	n     int  // of the octets in b, those that the last record takes
	sync  bool // the last octets were a record
	stats Stats
}

// NewReader reads a log from its beginning, or from anywhere in it.
func NewReader(r io.Reader) *Reader { return &Reader{b: bufio.NewReaderSize(r, 64<<10)} }

// Stats gives what was found until now.
func (r *Reader) Stats() Stats { return r.stats }

// Next gives the next record, io.EOF after the last, or the error of reading.
func (r *Reader) Next() (Record, error) {
	for gap := false; ; {
		if _, err := r.b.Discard(r.n); err != nil {
			return Record{}, err
		}
		r.n = 0
		// Three records tell whether the first is one: what is behind it, and where else one could begin in it.
		b, err := r.b.Peek(3 * recordMax)
		if err != nil && !errors.Is(err, io.EOF) {
			return Record{}, err
		}
		if len(b) == 0 {
			return Record{}, io.EOF
		}
		n := recordLen(b)
		if n > 0 && n <= len(b) && (follows(b[n:]) || r.sync && !begins(b[:n], b)) {
			r.n, r.sync = n, true
			r.stats.Records++
			return Record{At: time.UnixMicro(int64(binary.BigEndian.Uint64(b))).UTC(), Frame: b[stampLen:n:n]}, nil
		}
		if r.sync && (n > len(b) || len(b) <= stampLen+2) && !begins(b, b) {
			r.stats.Torn, r.n = true, len(b)
			r.stats.Gaps++
			r.stats.Skipped += uint64(len(b))
			continue
		}
		if !gap {
			gap = true
			r.stats.Gaps++
		}
		r.stats.Skipped++
		r.n, r.sync = 1, false
	}
}

// follows says whether a record, the beginning of one, or nothing follows.
func follows(b []byte) bool {
	if len(b) <= stampLen+2 {
		return true // less than what tells
	}
	return recordLen(b) > 0
}

// begins says whether a record begins within the octets of another that something follows it: the other was torn.
func begins(within, b []byte) bool {
	for i := 1; i < len(within); i++ {
		if n := recordLen(b[i:]); n > 0 && i+n < len(b) && recordLen(b[i+n:]) > 0 {
			return true
		}
	}
	return false
}
