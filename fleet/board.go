package fleet

import "sync"

// Kind is a kind of object on the Board: "vehicle", "dock", "incident", "sortie", …
type Kind string

// The kinds sessions write, and the registry's, put once at start; the Desk's are named in mission.
const (
	KindVehicle     Kind = "vehicle"
	KindDock        Kind = "dock"
	KindVehicleSpec Kind = "vehicle-spec"
	KindDockSpec    Kind = "dock-spec"
)

// Entry is one object on the Board as it stood at Version. A nil Value means it was removed.
type Entry struct {
	Kind    Kind
	ID      string
	Version uint64
	Value   any
}

// Board is the versioned snapshot of everything shown. Writers Put whole values; readers ask for what changed since a
// version they hold, so a slow reader loses intermediate states and never the truth. Values are immutable once
// put; a large one is put by reference.
type Board struct {
	mu      sync.Mutex
	version uint64
	entries map[key]*node
	// newest heads a list ordered by version: a delta walks only what changed.
	newest  *node
	changed chan struct{} // nil: nobody waits for the next change
}

type key struct {
	kind Kind
	id   string
}

type node struct {
	Entry
	newer, older *node
}

// NewBoard is an empty Board at version 0.
func NewBoard() *Board {
	return &Board{entries: map[key]*node{}}
}

// Put stores a whole new value (nil removes it) and wakes the readers.
func (b *Board) Put(kind Kind, id string, value any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	k := key{kind, id}
	n := b.entries[k]
	if n == nil {
		n = &node{Entry: Entry{Kind: kind, ID: id}}
		b.entries[k] = n
	} else {
		b.unlink(n)
	}
	b.version++
	n.Version, n.Value = b.version, value
	b.link(n)
	if b.changed != nil {
		close(b.changed)
		b.changed = nil
	}
}

func (b *Board) unlink(n *node) {
	if n.newer != nil {
		n.newer.older = n.older
	} else {
		b.newest = n.older
	}
	if n.older != nil {
		n.older.newer = n.newer
	}
	n.newer, n.older = nil, nil
}

func (b *Board) link(n *node) {
	n.older = b.newest
	if b.newest != nil {
		b.newest.newer = n
	}
	b.newest = n
}

// Since gives every entry changed after version, oldest change first, with the Board's version and a channel that is
// closed at the next change. Since(0) is the snapshot.
func (b *Board) Since(version uint64) ([]Entry, uint64, <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := b.newest
	count := 0
	for n != nil && n.Version > version {
		count++
		n = n.older
	}
	out := make([]Entry, count)
	for n = b.newest; count > 0; n = n.older {
		count--
		out[count] = n.Entry
	}
	if b.changed == nil {
		b.changed = make(chan struct{})
	}
	return out, b.version, b.changed
}

// Get gives one object of the Board.
func Get[T any](b *Board, kind Kind, id string) (T, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var zero T
	n := b.entries[key{kind, id}]
	if n == nil || n.Value == nil {
		return zero, false
	}
	return as[T](n.Value)
}

// as reads a value of the Board, which may have been put by reference.
func as[T any](value any) (T, bool) {
	if p, ok := value.(*T); ok {
		return *p, true
	}
	v, ok := value.(T)
	return v, ok
}

// All gives all objects of one kind, in no order.
func All[T any](b *Board, kind Kind) []T {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []T
	for k, n := range b.entries {
		if k.kind == kind && n.Value != nil {
			if v, ok := as[T](n.Value); ok {
				out = append(out, v)
			}
		}
	}
	return out
}
