package station

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"groundstation/fleet"
	"groundstation/mavlink/signing"
)

// The files of a key folder: ID.key is a system's key, ID.next one that takes its place once it is heard, marks.json the
// timestamps of all.
const (
	keyExt    = ".key"
	nextExt   = ".next"
	marksFile = "marks.json"
	// keyFileMax and marksFileMax bound what is read of a file, octets.
	keyFileMax   = 128
	marksFileMax = 4 << 20
)

// keyID is an id that can be a file's name.
var keyID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`)

// ErrKeyExists says that a system has a key already.
var ErrKeyExists = errors.New("it has a key already")

// Keyring is the folder of signing keys. Nobody but its owner may read it; nothing of it is in the store, in a backup or
// in a log. While it runs it keeps timestamps, the newest only, and stores new keys; each file is whole and durable, or
// as it was before.
type Keyring struct {
	dir string
	log *slog.Logger

	mu    sync.Mutex
	marks map[string]KeyMark // to be kept; nil: none
	jobs  []func()           // what is done before that, in order; each system has one at most
	wake  chan struct{}
	stop  chan struct{}
	done  sync.WaitGroup
}

// OpenKeyring reads the keys of the registry's systems. A folder that is not there has none. It is an error if others
// than the owner may read it, if a system that must sign has no key, or if a file makes no sense.
func OpenKeyring(dir string, reg fleet.Registry, log *slog.Logger) (*Keyring, Keys, error) {
	r := &Keyring{dir: dir, log: log, wake: make(chan struct{}, 1), stop: make(chan struct{})}
	keys, err := r.load()
	if err != nil {
		return nil, nil, fmt.Errorf("signing keys: %w", err)
	}
	rules := map[string]fleet.Signing{}
	for _, v := range reg.Vehicles {
		rules[string(v.ID)] = v.Signing
	}
	for _, d := range reg.Docks {
		if _, twice := rules[string(d.ID)]; twice && !keys[string(d.ID)].Key.IsZero() {
			return nil, nil, fmt.Errorf("signing keys: %s is a vehicle and a dock; a key is one system's", d.ID)
		}
		rules[string(d.ID)] = max(d.Signing, rules[string(d.ID)])
	}
	for _, id := range slices.Sorted(maps.Keys(rules)) {
		if rules[id] == fleet.SigningRequired && keys[id].Key.IsZero() && keys[id].Next.IsZero() {
			return nil, nil, fmt.Errorf("signing keys: %s has signing = \"required\" and no key; make one with: groundstation key create %s", id, id)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(keys)) {
		if _, known := rules[id]; !known {
			log.Warn("a signing key of no system of the registry", "file", id+keyExt)
			delete(keys, id)
		}
	}
	return r, keys, nil
}

// load reads every key, and what was kept of its timestamps.
func (r *Keyring) load() (Keys, error) {
	entries, err := os.ReadDir(r.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return Keys{}, nil
	}
	if err != nil {
		return nil, err
	}
	if err := private(r.dir); err != nil {
		return nil, err
	}
	keys := Keys{}
	for _, e := range entries {
		ext := filepath.Ext(e.Name())
		if ext != keyExt && ext != nextExt {
			continue
		}
		id := strings.TrimSuffix(e.Name(), ext)
		if !keyID.MatchString(id) {
			return nil, fmt.Errorf("%s is no system's key", e.Name())
		}
		k, err := readKey(filepath.Join(r.dir, e.Name()))
		if err != nil {
			return nil, err
		}
		state := keys[id]
		if ext == keyExt {
			state.Key = k
		} else {
			state.Next = k
		}
		keys[id] = state
	}
	marks, err := readMarks(filepath.Join(r.dir, marksFile))
	if err != nil {
		return nil, err
	}
	for id, state := range keys {
		state.Mark = marks[id]
		keys[id] = state
	}
	return keys, nil
}

// private says whether only its owner may read a file or a folder.
func private(path string) error {
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if !info.IsDir() && !info.Mode().IsRegular() {
		return fmt.Errorf("%s is no file", path)
	}
	if wide := info.Mode().Perm() & 0o077; wide != 0 {
		return fmt.Errorf("%s may be read or written by others (%04o): chmod go-rwx %s", path, info.Mode().Perm(), path)
	}
	return nil
}

// readPrivate reads a small file of the folder.
func readPrivate(path string, most int64) ([]byte, error) {
	if err := private(path); err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > most {
		return nil, fmt.Errorf("%s: %d octets are too many", path, info.Size())
	}
	return os.ReadFile(path)
}

func readKey(path string) (signing.Key, error) {
	b, err := readPrivate(path, keyFileMax)
	if err != nil {
		return signing.Key{}, err
	}
	k, err := signing.ParseKey(strings.TrimSpace(string(b)))
	if err != nil {
		return k, fmt.Errorf("%s: %w", path, err)
	}
	return k, nil
}

func readMarks(path string) (map[string]KeyMark, error) {
	b, err := readPrivate(path, marksFileMax)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var m map[string]KeyMark
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, fmt.Errorf("%s: %w; without it frames from before would be taken for new ones: remove it only if the links are known to be quiet", path, err)
	}
	return m, nil
}

// write makes a file of the folder whole and durable.
func (r *Keyring) write(name string, b []byte) error {
	if err := os.MkdirAll(r.dir, 0o700); err != nil {
		return err
	}
	path := filepath.Join(r.dir, name)
	f, err := os.OpenFile(path+".tmp", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(path+".tmp", path); err != nil {
		return err
	}
	return r.settle()
}

// settle makes what was renamed durable.
func (r *Keyring) settle() error {
	d, err := os.Open(r.dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// CreateKey makes the first key of a system of a station that is not running, and gives its ID.
func CreateKey(dir, id string) (string, error) {
	if !keyID.MatchString(id) {
		return "", fmt.Errorf("make a key: %q cannot be the name of a key file: letters, digits, - and _", id)
	}
	r := &Keyring{dir: dir}
	keys, err := r.load()
	if err != nil {
		return "", fmt.Errorf("make a key: %w", err)
	}
	if !keys[id].Key.IsZero() || !keys[id].Next.IsZero() {
		return "", fmt.Errorf("make a key for %s: %w", id, ErrKeyExists)
	}
	k, err := signing.NewKey(rand.Reader)
	if err != nil {
		return "", err
	}
	if err := r.write(id+keyExt, []byte(k.Hex()+"\n")); err != nil {
		return "", fmt.Errorf("make a key for %s: %w", id, err)
	}
	return k.ID(), nil
}

// ListKeys reads all keys of a folder.
func ListKeys(dir string) (Keys, error) { return (&Keyring{dir: dir}).load() }

// start keeps what is put until close.
func (r *Keyring) start() { r.done.Go(r.run) }

// make makes a new key durable beside the present one, and tells it.
func (r *Keyring) make(id string, told func(Input)) {
	r.do(func() {
		k, err := r.makeNext(id)
		if err != nil {
			r.log.Error("no new signing key", "system", id, "error", err)
		}
		told(KeyMade{ID: id, Key: k, Err: err})
	})
}

func (r *Keyring) makeNext(id string) (signing.Key, error) {
	if !keyID.MatchString(id) {
		return signing.Key{}, fmt.Errorf("%q cannot be the name of a key file", id)
	}
	// A new key that is here already is in use: that it took the old one's place could not be made durable.
	if err := r.rename(id); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return signing.Key{}, err
	}
	k, err := signing.NewKey(rand.Reader)
	if err != nil {
		return k, err
	}
	return k, r.write(id+nextExt, []byte(k.Hex()+"\n"))
}

// adopt lets the new key take the old one's place, and tells when that is durable.
func (r *Keyring) adopt(id string, told func(Input)) {
	r.do(func() {
		err := r.rename(id)
		if err != nil {
			r.log.Error("the old signing key is still on the disk", "system", id, "error", err)
		}
		told(KeyAdopted{ID: id, Err: err})
	})
}

func (r *Keyring) rename(id string) error {
	if err := os.Rename(filepath.Join(r.dir, id+nextExt), filepath.Join(r.dir, id+keyExt)); err != nil {
		return err
	}
	return r.settle()
}

// rekey hands over what is wanted of a key. A station without a key folder makes none, and the act runs out of time.
func (s *Station) rekey(o Output) {
	if s.keyring == nil {
		return
	}
	switch o := o.(type) {
	case NewKey:
		s.keyring.make(o.ID, s.step)
	case AdoptKey:
		s.keyring.adopt(o.ID, s.step)
	}
}

// do never waits.
func (r *Keyring) do(job func()) {
	r.mu.Lock()
	r.jobs = append(r.jobs, job)
	r.mu.Unlock()
	r.ring()
}

// put hands over timestamps and never waits.
func (r *Keyring) put(marks map[string]KeyMark) {
	r.mu.Lock()
	r.marks = marks
	r.mu.Unlock()
	r.ring()
}

func (r *Keyring) ring() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// close ends it when what was asked for is done.
func (r *Keyring) close() {
	close(r.stop)
	r.done.Wait()
}

func (r *Keyring) run() {
	for {
		select {
		case <-r.wake:
			r.work()
		case <-r.stop:
			r.work()
			return
		}
	}
}

func (r *Keyring) work() {
	r.mu.Lock()
	marks, jobs := r.marks, r.jobs
	r.marks, r.jobs = nil, nil
	r.mu.Unlock()
	for _, job := range jobs {
		job()
	}
	if marks != nil {
		r.keep(marks)
	}
}

// keep writes timestamps, in the goroutine of run or when that has ended.
func (r *Keyring) keep(marks map[string]KeyMark) {
	b, err := json.Marshal(marks)
	if err == nil {
		err = r.write(marksFile, b)
	}
	if err != nil {
		r.log.Error("signing timestamps not kept", "error", err)
	}
}
