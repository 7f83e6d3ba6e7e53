package ftp

import (
	"container/heap"
	"encoding/binary"
	"math/rand/v2"
	"testing"
	"time"
)

// server answers as PX4 does: one session, error 8 that sticks, replies numbered request + 1, the last reply repeated
// for a repeated request, bursts of 168 packets.
type server struct {
	files map[string][]byte
	dirs  map[string][]string // raw entries
	open  string
	busy  bool // somebody else has the session
	last  *packet
	lastQ uint16
	opens int
	crc   bool // knows CalcFileCRC32
}

func (s *server) answer(p *Payload) (out []packet) {
	k, ok := parse(p)
	if !ok {
		return nil
	}
	if s.last != nil && s.lastQ == k.seq {
		return []packet{*s.last}
	}
	r := packet{seq: k.seq + 1, op: opAck, request: k.op, session: k.session, offset: k.offset}
	nak := func(code byte) []packet {
		r.op, r.data, r.size = opNak, []byte{code}, 1
		s.last, s.lastQ = &r, k.seq
		return []packet{r}
	}
	path := string(k.data)
	switch k.op {
	case OpReset, OpTerminate:
		s.open, s.busy = "", false
	case OpOpen:
		f, ok := s.files[path]
		switch {
		case !ok:
			return nak(nakNotFound)
		case s.open != "" || s.busy:
			return nak(nakNoSessions)
		}
		s.open = path
		s.opens++
		r.data = binary.LittleEndian.AppendUint32(nil, uint32(len(f)))
	case OpRead:
		f := s.files[s.open]
		switch {
		case s.open == "":
			return nak(nakSession)
		case int(k.offset) >= len(f):
			return nak(nakEOF)
		}
		r.data = f[k.offset:min(int(k.offset)+k.size, len(f))]
	case OpBurst:
		f := s.files[s.open]
		switch {
		case s.open == "":
			return nak(nakSession)
		case int(k.offset) >= len(f):
			return nak(nakEOF)
		}
		for i := 0; i < 168 && int(k.offset) < len(f); i++ {
			d := f[k.offset:min(int(k.offset)+dataMax, len(f))]
			out = append(out, packet{seq: k.seq + 1 + uint16(i), op: opAck, request: OpBurst, offset: k.offset, data: d, size: len(d)})
			k.offset += uint32(len(d))
		}
		out[len(out)-1].last = len(out) == 168
		if int(k.offset) >= len(f) {
			e := out[len(out)-1]
			out = append(out, packet{seq: e.seq + 1, op: opNak, request: OpBurst, data: []byte{nakEOF}, size: 1})
		}
		return out
	case OpCRC32:
		f, ok := s.files[path]
		if !ok || !s.crc {
			return nak(nakUnknown)
		}
		r.data = binary.LittleEndian.AppendUint32(nil, Sum(0, f))
	case OpList:
		list, ok := s.dirs[path]
		switch {
		case !ok:
			return nak(nakNotFound)
		case int(k.offset) >= len(list):
			return nak(nakEOF)
		}
		for _, e := range list[k.offset:] {
			if len(r.data)+len(e)+1 > dataMax {
				break
			}
			r.data = append(append(r.data, e...), 0)
		}
	default:
		return nak(nakUnknown)
	}
	r.size = len(r.data)
	s.last, s.lastQ = &r, k.seq
	return []packet{r}
}

// air is a lossy path in virtual time.
type air struct {
	loss, repeat float64
	least, most  time.Duration
}

var (
	still = air{least: time.Millisecond, most: 2 * time.Millisecond}
	storm = air{loss: 0.3, repeat: 0.2, least: 20 * time.Millisecond, most: 400 * time.Millisecond}
	far   = air{loss: 0.05, least: time.Second, most: 1100 * time.Millisecond}
)

type letter struct {
	at time.Time
	n  int
	up bool
	p  Payload
}
type post []letter

func (q post) Len() int { return len(q) }
func (q post) Less(i, j int) bool {
	return q[i].at.Before(q[j].at) || q[i].at.Equal(q[j].at) && q[i].n < q[j].n
}
func (q post) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *post) Push(x any)   { *q = append(*q, x.(letter)) }
func (q *post) Pop() any     { o := *q; x := o[len(o)-1]; *q = o[:len(o)-1]; return x }

type rig struct {
	t     *testing.T
	c     *Client
	s     *server
	reply func(Payload) []Payload // instead of s
	air   air
	rng   *rand.Rand
	now   time.Time
	q     post
	n     int
	got   []byte
	from  int64
	done  *Finished
	sent  int
	hook  func() // before each letter
	asked map[uint16]Payload
}

func newRig(t *testing.T, seed uint64, a air) *rig {
	return &rig{t: t, c: New(DefaultLimits()), s: &server{files: map[string][]byte{}, dirs: map[string][]string{}, crc: true}, air: a,
		rng: rand.New(rand.NewPCG(seed, 1)), now: time.Unix(1000, 0), asked: map[uint16]Payload{}}
}

func (r *rig) mail(p Payload, up bool) {
	for range 1 + b2i(r.rng.Float64() < r.air.repeat) {
		if r.rng.Float64() < r.air.loss {
			continue
		}
		r.n++
		heap.Push(&r.q, letter{r.now.Add(r.air.least + time.Duration(r.rng.Int64N(int64(r.air.most-r.air.least)))), r.n, up, p})
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (r *rig) step(in Input) {
	for _, o := range r.c.Step(r.now, in) {
		switch o := o.(type) {
		case Send:
			r.sent++
			r.numbered(o.Payload)
			r.mail(o.Payload, true)
		case Chunk:
			if o.Offset != r.from+int64(len(r.got)) {
				r.t.Fatalf("chunk at %d after %d bytes from %d", o.Offset, len(r.got), r.from)
			}
			r.got = append(r.got, o.Data...)
		case Finished:
			if r.done != nil {
				r.t.Fatal("finished twice")
			}
			r.done = &o
		}
	}
}

// numbered wants a number to stand for one question: a server answers the same number with the same reply.
func (r *rig) numbered(p Payload) {
	seq := binary.LittleEndian.Uint16(p[:])
	if old, ok := r.asked[seq]; ok && old != p {
		r.t.Fatalf("number %d asks for opcode %d, and asked for %d before", seq, p[3], old[3])
	}
	if len(r.asked) > 5000 {
		clear(r.asked) // they come round
	}
	r.asked[seq] = p
}

// do runs a job to its end, for at most an hour of virtual time.
func (r *rig) do(j Job) Finished {
	r.t.Helper()
	r.done = nil
	r.step(Begin{j})
	r.runUntil(func() bool { return r.done != nil })
	return *r.done
}

func (r *rig) runUntil(over func() bool) {
	r.t.Helper()
	end := r.now.Add(time.Hour)
	for steps := 0; !over(); steps++ {
		at := r.c.Deadline()
		if len(r.q) > 0 && (at.IsZero() || r.q[0].at.Before(at)) {
			at = r.q[0].at
		}
		if at.IsZero() || at.After(end) || steps > 5e6 {
			r.t.Fatalf("not over at %v (deadline %v)", r.now, at)
		}
		if at.After(r.now) {
			r.now = at
		}
		if len(r.q) == 0 || r.q[0].at.After(r.now) {
			r.step(Tick{})
			continue
		}
		l := heap.Pop(&r.q).(letter)
		if r.hook != nil {
			r.hook()
		}
		switch {
		case !l.up:
			r.step(Reply{&l.p})
		case r.reply != nil:
			for _, p := range r.reply(l.p) {
				r.mail(p, false)
			}
		default:
			for _, k := range r.s.answer(&l.p) {
				p := k.payload()
				p[5], p[6] = k.request, byte(b2i(k.last))
				r.mail(p, false)
			}
		}
	}
}

func content(n int) []byte {
	b := make([]byte, n)
	rng := rand.New(rand.NewPCG(uint64(n), 3))
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}
