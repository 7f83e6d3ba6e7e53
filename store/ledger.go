package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Entry is one line of the ledger.
type Entry struct {
	Seq uint64 `json:"seq"`
	// Prev is the SHA-256 of the entry before, as its bytes are kept; empty in the first.
	Prev string    `json:"prev"`
	At   time.Time `json:"at"`
	Act  string    `json:"act"`
	By   string    `json:"by"`
	Kind string    `json:"kind"`
	ID   string    `json:"id"`
	// Value is the SHA-256 of the record as JSON; empty if it was deleted.
	Value string `json:"value"`
}

// Anchor is one place in the ledger, to be noted where nobody who can write the file can reach it.
type Anchor struct {
	Seq  uint64 `json:"seq"`
	Hash string `json:"hash"` // SHA-256 of that entry
}

// ErrTampered is a ledger that does not hold together; the error names the entry or record and the reason.
var ErrTampered = errors.New("ledger does not verify")

func appendEntry(ledger *bolt.Bucket, head *Anchor, now time.Time, c change) error {
	e := Entry{Seq: head.Seq + 1, Prev: head.Hash, At: now, Act: c.act, By: c.by, Kind: c.kind, ID: c.id}
	if c.value != nil {
		e.Value = hashOf(c.value)
	}
	raw, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("write the ledger: %w", err)
	}
	if err := ledger.Put(binary.BigEndian.AppendUint64(nil, e.Seq), raw); err != nil {
		return fmt.Errorf("write the ledger: %w", err)
	}
	*head = Anchor{Seq: e.Seq, Hash: hashOf(raw)}
	return nil
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func seqOf(key []byte) uint64 {
	if len(key) != 8 {
		return 0
	}
	return binary.BigEndian.Uint64(key)
}

// Head gives the newest place of the ledger, durable by then; Seq 0 is an empty ledger.
func (s *Store) Head() (Anchor, error) {
	var a Anchor
	err := s.view(func(tx *bolt.Tx) error {
		if raw := tx.Bucket(bucketMeta).Get(keyHead); raw != nil {
			return json.Unmarshal(raw, &a)
		}
		return nil
	})
	return a, err
}

// Entries gives up to limit entries from seq on (the first is 1).
func (s *Store) Entries(seq uint64, limit int) ([]Entry, error) {
	var out []Entry
	err := s.view(func(tx *bolt.Tx) error {
		c := tx.Bucket(bucketLedger).Cursor()
		for k, v := c.Seek(binary.BigEndian.AppendUint64(nil, seq)); k != nil && len(out) < limit; k, v = c.Next() {
			var e Entry
			if err := json.Unmarshal(v, &e); err != nil {
				return fmt.Errorf("%w: ledger entry %d: %v", ErrCorrupt, seqOf(k), err)
			}
			out = append(out, e)
		}
		return nil
	})
	return out, err
}

// Verify walks the whole ledger: no gap, each entry names the one before, the last is the head, each anchor stands
// where it was taken, and each record is what its newest entry says. It gives the head.
func (s *Store) Verify(anchors ...Anchor) (Anchor, error) {
	var head Anchor
	err := s.view(func(tx *bolt.Tx) error {
		newest := map[string]string{}
		prev := Anchor{}
		c := tx.Bucket(bucketLedger).Cursor()
		for k, raw := c.First(); k != nil; k, raw = c.Next() {
			var e Entry
			dec := json.NewDecoder(bytes.NewReader(raw))
			dec.DisallowUnknownFields()
			if err := dec.Decode(&e); err != nil {
				return fmt.Errorf("%w: entry after %d cannot be read: %v", ErrTampered, prev.Seq, err)
			}
			switch {
			case e.Seq != prev.Seq+1 || seqOf(k) != e.Seq:
				return fmt.Errorf("%w: entry %d follows entry %d", ErrTampered, e.Seq, prev.Seq)
			case e.Prev != prev.Hash:
				return fmt.Errorf("%w: entry %d is not the one that entry %d was chained to", ErrTampered, prev.Seq, e.Seq)
			}
			prev = Anchor{Seq: e.Seq, Hash: hashOf(raw)}
			if i := slices.IndexFunc(anchors, func(a Anchor) bool { return a.Seq == e.Seq }); i >= 0 && anchors[i] != prev {
				return fmt.Errorf("%w: entry %d is not the one that was anchored", ErrTampered, e.Seq)
			}
			newest[e.Kind+"\x00"+e.ID] = e.Value
		}
		for _, a := range anchors {
			if a.Seq > prev.Seq {
				return fmt.Errorf("%w: it ends at entry %d, before the anchored entry %d", ErrTampered, prev.Seq, a.Seq)
			}
		}
		if raw := tx.Bucket(bucketMeta).Get(keyHead); raw != nil {
			if err := json.Unmarshal(raw, &head); err != nil {
				return fmt.Errorf("%w: its head cannot be read: %v", ErrTampered, err)
			}
		}
		if head != prev {
			return fmt.Errorf("%w: it ends at entry %d, its head says %d", ErrTampered, prev.Seq, head.Seq)
		}
		return verifyRecords(tx, newest)
	})
	return head, err
}

// verifyRecords compares every record with its newest entry, and finds those that were removed without one.
func verifyRecords(tx *bolt.Tx, newest map[string]string) error {
	for _, kind := range kinds() {
		b := tx.Bucket([]byte(kind))
		if b == nil {
			continue
		}
		err := b.ForEach(func(id, sealed []byte) error {
			value, err := unseal(kind, string(id), sealed)
			if err != nil {
				return err
			}
			key := kind + "\x00" + string(id)
			if want := newest[key]; want == "" || want != hashOf(value) {
				return fmt.Errorf("%w: %s %s is not what its last entry says", ErrTampered, kind, id)
			}
			delete(newest, key)
			return nil
		})
		if err != nil {
			return err
		}
	}
	for key, want := range newest {
		if want != "" {
			kind, id, _ := bytes.Cut([]byte(key), []byte{0})
			return fmt.Errorf("%w: %s %s is gone without an entry", ErrTampered, kind, id)
		}
	}
	return nil
}

func (s *Store) view(f func(*bolt.Tx) error) error {
	return guarded(func() error { return s.db.View(f) })
}
