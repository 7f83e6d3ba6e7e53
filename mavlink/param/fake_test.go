package param

import (
	"container/heap"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"groundstation/fleet"
)

// vehicle answers as PX4 does: a checksum, a list paced at a thousand a second, silence for what it does not know, two
// answers to a set that changes something.
type vehicle struct {
	params  []fleet.Param // by name; its place is its index
	enc     Encoding
	hash    uint32 // 0: it has none
	listing int    // next index to send, -1 none
	hold    map[string]bool
	errors  bool // answers unknown names with PARAM_ERROR
	grow    []fleet.Param
	growAt  int
	lists   int
	reads   int
	sets    int
}

func fleetOf(n int) []fleet.Param {
	var out []fleet.Param
	for i := range n {
		p := fleet.Param{Name: fmt.Sprintf("P_%05d", i), Type: fleet.ParamInt32, Value: float64(i - 40)}
		if i%3 == 0 {
			p.Type, p.Value = fleet.ParamReal32, float64(i)/4
		}
		out = append(out, p)
	}
	return out
}

type parcel struct {
	at  time.Time
	n   int
	run func()
}

type queue []parcel

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	return q[i].at.Before(q[j].at) || q[i].at.Equal(q[j].at) && q[i].n < q[j].n
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(parcel)) }
func (q *queue) Pop() any     { o := *q; x := o[len(o)-1]; *q = o[:len(o)-1]; return x }

// world carries one machine and one vehicle through virtual time over a radio.
type world struct {
	t            *testing.T
	now          time.Time
	v            *vehicle
	rng          *rand.Rand
	loss, repeat float64
	least, most  time.Duration
	air          queue
	n            int
	frames       int // from the station
	take         func(Value)
	fail         func(Error)
}

func newWorld(t *testing.T, seed uint64, v *vehicle) *world {
	v.listing = -1
	return &world{t: t, now: time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC), v: v, rng: rand.New(rand.NewPCG(seed, 3)),
		least: 2 * time.Millisecond, most: 5 * time.Millisecond, fail: func(Error) {}}
}

func (w *world) bad() *world {
	w.loss, w.repeat, w.least, w.most = 0.3, 0.2, 30*time.Millisecond, 400*time.Millisecond
	return w
}

func (w *world) fly(f func()) {
	copies := 1
	if w.rng.Float64() < w.repeat {
		copies = 2
	}
	for range copies {
		if w.rng.Float64() >= w.loss {
			w.n++
			heap.Push(&w.air, parcel{w.now.Add(w.least + time.Duration(w.rng.Int64N(int64(w.most-w.least)+1))), w.n, f})
		}
	}
}

func (w *world) later(d time.Duration, f func()) {
	w.n++
	heap.Push(&w.air, parcel{w.now.Add(d), w.n, f})
}

// The Port.
func (w *world) RequestRead(name string, index int) error {
	w.frames++
	w.fly(func() { w.v.read(w, name, index) })
	return nil
}

func (w *world) RequestList() error {
	w.frames++
	w.fly(func() { w.v.list(w) })
	return nil
}

func (w *world) Set(name string, raw float32, t fleet.ParamType) error {
	w.frames++
	w.fly(func() { w.v.set(w, name, raw, t) })
	return nil
}

func (w *world) Timeout(n int) time.Duration {
	d := 300*time.Millisecond + 2*w.most
	for ; n > 1 && d < 4*time.Second; n-- {
		d += d / 2
	}
	return min(d, 4*time.Second)
}

func (w *world) Sample(time.Duration) {}

// run steps until over says so, or fails the test after limit.
func (w *world) run(limit time.Duration, step func() (time.Time, error), over func() bool) error {
	end := w.now.Add(limit)
	for {
		wake, err := step()
		if err != nil || over() {
			return err
		}
		at := wake
		if len(w.air) > 0 {
			at = earlier(at, w.air[0].at)
		}
		if at.IsZero() || at.After(end) {
			w.t.Fatalf("not over after %v; the next thing is at %v", limit, at)
		}
		if at.Before(w.now) {
			at = w.now
		}
		w.now = at
		if len(w.air) > 0 && !w.air[0].at.After(w.now) {
			heap.Pop(&w.air).(parcel).run()
		}
	}
}

func (v *vehicle) find(name string) int {
	return slices.IndexFunc(v.params, func(p fleet.Param) bool { return p.Name == name })
}

func (v *vehicle) tell(w *world, i, index int) {
	p := v.params[i]
	raw, err := Encode(p.Value, p.Type, v.enc)
	if err != nil {
		w.t.Fatal(err)
	}
	val := Value{Name: p.Name, Raw: raw, Type: p.Type, Count: len(v.params), Index: index}
	w.fly(func() { w.take(val) })
}

func (v *vehicle) tellHash(w *world) {
	raw, err := Encode(float64(v.hash), fleet.ParamUint32, Bytewise)
	if err != nil {
		w.t.Fatal(err)
	}
	val := Value{Name: HashName, Raw: raw, Type: fleet.ParamUint32, Count: len(v.params), Index: noIndex}
	w.fly(func() { w.take(val) })
}

func (v *vehicle) read(w *world, name string, index int) {
	v.reads++
	if name == HashName {
		if v.hash != 0 {
			v.tellHash(w)
		}
		return
	}
	if name != "" {
		index = v.find(name)
	}
	if index < 0 || index >= len(v.params) {
		if v.errors && name != "" {
			w.fly(func() { w.fail(Error{Name: name, Unknown: true}) })
		}
		return
	}
	v.tell(w, index, index)
}

func (v *vehicle) list(w *world) {
	v.lists++
	if v.hash != 0 {
		v.tellHash(w)
	}
	running := v.listing >= 0
	v.listing = 0
	if !running {
		v.next(w)
	}
}

func (v *vehicle) next(w *world) {
	if v.listing < 0 {
		return
	}
	if v.growAt > 0 && v.listing == v.growAt {
		v.params = append(v.params, v.grow...)
		slices.SortFunc(v.params, func(a, b fleet.Param) int {
			if a.Name < b.Name {
				return -1
			}
			return 1
		})
		v.growAt, v.hash = 0, v.hash+1
	}
	if v.listing >= len(v.params) {
		v.listing = -1
		return
	}
	v.tell(w, v.listing, v.listing)
	v.listing++
	w.later(time.Millisecond, func() { v.next(w) })
}

func (v *vehicle) set(w *world, name string, raw float32, t fleet.ParamType) {
	i := v.find(name)
	if i < 0 || v.params[i].Type != t {
		return
	}
	got, ok := Decode(raw, t, v.enc)
	if !ok {
		w.t.Errorf("%s was sent as %v", name, raw)
		return
	}
	v.sets++
	changed := v.params[i].Value != got
	if !v.hold[name] {
		v.params[i].Value = got
	}
	v.tell(w, i, i)
	if changed {
		w.later(15*time.Millisecond, func() { v.tell(w, i, i) })
	}
}
