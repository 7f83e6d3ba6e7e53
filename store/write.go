package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"syscall"

	bolt "go.etcd.io/bbolt"

	"groundstation/account"
	"groundstation/fleet"
	"groundstation/mission"
)

// maxGroup bounds how many commits share a transaction, so that the first of many waits not too long.
const maxGroup = 256

// write is one commit on its way to the disk.
type write struct {
	changes []change
	done    func(error)
}

// change is one record, ready to be put (nil value: deleted), and its line in the ledger.
type change struct {
	kind, id string
	value    []byte
	act, by  string
}

// Commit makes ops durable as one transaction or not at all; it returns when they are. Commits that wait at the same
// time share one fsync.
func (s *Store) Commit(ops []mission.Op) error {
	done := make(chan error, 1)
	s.Submit(ops, func(err error) { done <- err })
	return <-done
}

// Submit hands ops in and returns; done is called once: from the store's own goroutine and in the order of Submit, or
// at once if the ops cannot be encoded or the store is closed. done must not block and not call the store. A full
// queue (1024) blocks the caller.
func (s *Store) Submit(ops []mission.Op, done func(error)) {
	w := &write{done: done, changes: make([]change, len(ops))}
	for i, op := range ops {
		c, err := s.prepare(op.Kind, op.ID, op.Value)
		if err != nil {
			done(err)
			return
		}
		c.act, c.by = op.Act, op.By
		w.changes[i] = c
	}
	s.enqueue(w)
}

// CommitAccounts implements account.Keeper.
func (s *Store) CommitAccounts(changes []account.Change) error {
	done := make(chan error, 1)
	w := &write{done: func(err error) { done <- err }, changes: make([]change, len(changes))}
	for i, a := range changes {
		c, err := s.prepare(fleet.Kind(a.Bucket), a.ID, a.Value)
		if err != nil {
			return err
		}
		c.act, c.by = a.Act, a.By
		w.changes[i] = c
	}
	s.enqueue(w)
	return <-done
}

// prepare encodes one record, so that one that cannot be encoded fails alone and not with those it would have shared a
// transaction with.
func (s *Store) prepare(kind fleet.Kind, id string, value any) (change, error) {
	if err := knownKind(s, kind); err != nil {
		return change{}, err
	}
	if id == "" || len(id) > 1024 {
		return change{}, fmt.Errorf("keep a %s: its id must have 1 to 1024 bytes", kind)
	}
	c := change{kind: string(kind), id: id}
	if value != nil {
		var err error
		if c.value, err = json.Marshal(value); err != nil {
			return change{}, fmt.Errorf("encode %s %s: %w", kind, id, err)
		}
	}
	return c, nil
}

func (s *Store) enqueue(w *write) {
	s.mu.Lock()
	if s.closed || s.db.IsReadOnly() {
		s.mu.Unlock()
		w.done(ErrClosed)
		return
	}
	s.queue <- w // under the lock, so that Close cannot close the queue meanwhile; the writer empties it
	s.mu.Unlock()
}

// write owns the transactions until the queue is closed and empty.
func (s *Store) write() {
	for first := range s.queue {
		group := []*write{first}
	gather:
		for len(group) < maxGroup {
			select {
			case w, open := <-s.queue:
				if !open {
					break gather
				}
				group = append(group, w)
			default:
				break gather
			}
		}
		err := s.commit(group)
		if err == nil {
			s.stats.commits.Add(uint64(len(group)))
			s.stats.transactions.Add(1)
		}
		for _, w := range group {
			w.done(err)
		}
	}
}

func (s *Store) commit(group []*write) error {
	if s.failed != nil {
		return s.failed
	}
	head := s.head
	err := guarded(func() error {
		return s.db.Update(func(tx *bolt.Tx) error {
			head = s.head
			return s.put(tx, group, &head)
		})
	})
	switch {
	case err == nil:
		s.head = head
		return nil
	case errors.Is(err, syscall.ENOSPC):
		return fmt.Errorf("%w: %v", ErrFull, err)
	}
	s.failed = fmt.Errorf("%w: %v", ErrFailed, err)
	return s.failed
}

func (s *Store) put(tx *bolt.Tx, group []*write, head *Anchor) error {
	ledger := tx.Bucket(bucketLedger)
	ledger.FillPercent = 1 // it only grows at its end
	now := s.now().UTC()
	for _, w := range group {
		for _, c := range w.changes {
			b := tx.Bucket([]byte(c.kind))
			var err error
			if c.value == nil {
				err = b.Delete([]byte(c.id))
			} else {
				err = b.Put([]byte(c.id), seal(c.kind, c.id, c.value))
			}
			if err != nil {
				return fmt.Errorf("keep %s %s: %w", c.kind, c.id, err)
			}
			if err := appendEntry(ledger, head, now, c); err != nil {
				return err
			}
		}
	}
	raw, err := json.Marshal(head)
	if err != nil {
		return err
	}
	return tx.Bucket(bucketMeta).Put(keyHead, raw)
}
