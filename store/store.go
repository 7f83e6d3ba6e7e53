package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"groundstation/account"
	"groundstation/fleet"
	"groundstation/mission"
)

// What callers can branch on.
var (
	ErrLocked  = errors.New("in use by another groundstation")
	ErrCorrupt = errors.New("damaged")
	ErrNewer   = errors.New("written by a newer groundstation")
	ErrFull    = errors.New("disk full")
	ErrFailed  = errors.New("store failed earlier; restart the station")
	ErrClosed  = errors.New("store closed")
	ErrKind    = errors.New("unknown kind of record")
)

// schema is the version of the layout this program writes.
const schema = 1

// lockWait is how long another daemon may take to let go of the file.
const lockWait = 500 * time.Millisecond

// checkLimit is the size up to which Open checks every page (about 1 ms for each MB); above it only Load's checksums
// and Verify find damage.
const checkLimit = 256 << 20

var (
	bucketMeta   = []byte("meta")
	bucketLedger = []byte("ledger")
	keySchema    = []byte("schema")
	keyHead      = []byte("ledger-head")
)

// kinds are the buckets of records.
func kinds() []string {
	return []string{string(mission.KindIncident), string(mission.KindSortie), string(mission.KindPlan), string(mission.KindPatrol),
		string(mission.KindControl), string(mission.KindCommand), string(mission.KindAlarm), string(mission.KindParamSet), string(mission.KindCounter),
		string(fleet.KindFootage), string(fleet.KindFootageAccess), string(fleet.KindShare), string(fleet.KindShareOpening),
		string(mission.KindBinding), string(mission.KindPrivacyZone), string(mission.KindPicture), string(mission.KindService),
		string(account.Users), string(account.Sessions), string(account.Tokens), string(account.Setups), string(account.Tries)}
}

// Options of Open; the zero value is fine.
type Options struct {
	Now      func() time.Time // nil: time.Now
	ReadOnly bool             // for Verify and Backup of a file no daemon holds
}

// Store is one open file.
type Store struct {
	path  string
	db    *bolt.DB
	now   func() time.Time
	kinds map[string]bool
	stats struct{ commits, transactions atomic.Uint64 }

	queue   chan *write
	writing sync.WaitGroup

	mu     sync.Mutex // guards closed and the sending side of queue
	closed bool

	head   Anchor // of the writer alone, once open
	failed error  // of the writer alone
}

// Open opens or makes the file at path. The folder is made if it is missing.
func Open(path string, opt Options) (*Store, error) {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	s := &Store{path: path, now: opt.Now, kinds: map[string]bool{}, queue: make(chan *write, 1024)}
	for _, k := range kinds() {
		s.kinds[k] = true
	}
	if !opt.ReadOnly {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, fmt.Errorf("make the data folder: %w", err)
		}
	}
	if err := s.open(opt.ReadOnly); err != nil {
		if s.db != nil {
			_ = s.db.Close()
		}
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	if !opt.ReadOnly {
		s.writing.Go(s.write)
	}
	return s, nil
}

func (s *Store) open(readOnly bool) error {
	if info, err := os.Stat(s.path); err == nil && info.Size() == 0 { // bbolt would take it for a new one
		return fmt.Errorf("%w: it is empty; restore a backup, or remove it to begin without records", ErrCorrupt)
	}
	err := guarded(func() (err error) {
		s.db, err = bolt.Open(s.path, 0o600, &bolt.Options{Timeout: lockWait, ReadOnly: readOnly, FreelistType: bolt.FreelistMapType})
		return err
	})
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return fmt.Errorf("%w: stop it, or give this one another data folder", ErrLocked)
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrChecksum), errors.Is(err, bolterrors.ErrVersionMismatch):
		return fmt.Errorf("%w: %v; restore a backup", ErrCorrupt, err)
	case err != nil && !errors.As(err, new(syscall.Errno)): // no fault of the machine: of what is in the file, such as its size
		return fmt.Errorf("%w: %v; restore a backup", ErrCorrupt, err)
	case err != nil:
		return err
	}
	if err := s.checkPages(); err != nil {
		return err
	}
	complete := readOnly
	if err := guarded(func() error {
		return s.db.View(func(tx *bolt.Tx) error { complete = complete || laidOut(tx); return nil })
	}); err != nil {
		return err
	}
	if complete { // and may be damaged: nothing is written before it was read
		return guarded(func() error { return s.db.View(s.readMeta) })
	}
	return guarded(func() error { return s.db.Update(s.prepareLayout) })
}

// laidOut says whether there is nothing to be made in a file.
func laidOut(tx *bolt.Tx) bool {
	for _, k := range append(kinds(), string(bucketLedger), string(bucketMeta)) {
		if tx.Bucket([]byte(k)) == nil {
			return false
		}
	}
	return true
}

// checkPages finds a file that is shorter than it says, before reading beyond its end would kill the process, and
// pages that are not what they must be.
func (s *Store) checkPages() error {
	return guarded(func() error {
		return s.db.View(func(tx *bolt.Tx) error {
			info, err := os.Stat(s.path)
			if err != nil {
				return err
			}
			if info.Size() < tx.Size() {
				return fmt.Errorf("%w: %d of %d bytes are there; restore a backup", ErrCorrupt, info.Size(), tx.Size())
			}
			if tx.Size() > checkLimit {
				return nil
			}
			var first error
			for err := range tx.Check() { // drained, or its goroutine stays
				if first == nil {
					first = err
				}
			}
			if first != nil {
				return fmt.Errorf("%w: %v; restore a backup", ErrCorrupt, first)
			}
			return nil
		})
	})
}

// guarded turns a panic of bbolt, which is how it meets a damaged page, into ErrCorrupt; a fault too, which is what
// reading the mapped file beyond its end is.
func guarded(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%w: %v; restore a backup", ErrCorrupt, v)
		}
	}()
	return f()
}

func (s *Store) readMeta(tx *bolt.Tx) error {
	meta := tx.Bucket(bucketMeta)
	if meta == nil {
		return fmt.Errorf("%w: not a groundstation's file", ErrCorrupt)
	}
	version, err := strconv.Atoi(string(meta.Get(keySchema)))
	if err != nil || version < 1 {
		return fmt.Errorf("%w: schema version %q", ErrCorrupt, meta.Get(keySchema))
	}
	if version > schema {
		return fmt.Errorf("%w: its schema is %d, this program knows up to %d", ErrNewer, version, schema)
	}
	return s.readHead(tx)
}

// prepareLayout makes what is missing in a new file and reads the head of the ledger.
func (s *Store) prepareLayout(tx *bolt.Tx) error {
	if tx.Bucket(bucketMeta) == nil {
		if name, _ := tx.Cursor().First(); name != nil {
			return fmt.Errorf("%w: not a groundstation's file", ErrCorrupt)
		}
		meta, err := tx.CreateBucket(bucketMeta)
		if err != nil {
			return err
		}
		if err := meta.Put(keySchema, []byte(strconv.Itoa(schema))); err != nil {
			return err
		}
	}
	for _, k := range append(kinds(), string(bucketLedger)) {
		if _, err := tx.CreateBucketIfNotExists([]byte(k)); err != nil {
			return err
		}
	}
	return s.readMeta(tx)
}

// readHead reads the head of the ledger and holds it against the last entry.
func (s *Store) readHead(tx *bolt.Tx) error {
	raw := tx.Bucket(bucketMeta).Get(keyHead)
	if raw != nil {
		if err := json.Unmarshal(raw, &s.head); err != nil {
			return fmt.Errorf("%w: head of the ledger: %v", ErrCorrupt, err)
		}
	}
	ledger := tx.Bucket(bucketLedger)
	if ledger == nil {
		return fmt.Errorf("%w: no ledger", ErrCorrupt)
	}
	key, entry := ledger.Cursor().Last()
	switch {
	case key == nil && s.head.Seq == 0:
		return nil
	case key == nil || seqOf(key) != s.head.Seq || hashOf(entry) != s.head.Hash:
		return fmt.Errorf("%w: the ledger does not end where its head says", ErrCorrupt)
	}
	return nil
}

// Close makes what was handed in durable and lets go of the file.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	close(s.queue)
	s.mu.Unlock()
	s.writing.Wait()
	if err := s.db.Close(); err != nil {
		return fmt.Errorf("close %s: %w", s.path, err)
	}
	return nil
}

// Stats are counters since the file was opened.
type Stats struct {
	Commits      uint64 // asked for, successful
	Transactions uint64 // that carried them; fewer when commits queued up
}

// Stats gives the counters.
func (s *Store) Stats() Stats {
	return Stats{Commits: s.stats.commits.Load(), Transactions: s.stats.transactions.Load()}
}

func knownKind(s *Store, kind fleet.Kind) error {
	if !s.kinds[string(kind)] {
		return fmt.Errorf("%w %q", ErrKind, kind)
	}
	return nil
}
