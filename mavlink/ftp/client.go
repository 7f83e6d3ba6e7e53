package ftp

import (
	"errors"
	"strings"
	"time"
)

// The ways a job can end badly, beside a NakError.
var (
	ErrBusy     = errors.New("file transfer: another job is not over")
	ErrPath     = errors.New("file transfer: not a path that is asked for")
	ErrSilent   = errors.New("file transfer: no answer")
	ErrTooLarge = errors.New("file transfer: larger than allowed")
	ErrChanged  = errors.New("file transfer: the file changed meanwhile")
	ErrShort    = errors.New("file transfer: the file ends before its size")
	ErrChecksum = errors.New("file transfer: the checksum differs")
	ErrListing  = errors.New("file transfer: a listing without end")
)

const (
	// triesMax is how often a request is sent, or a burst begins, without anything new.
	triesMax = 12
	// reopensMax is how often a session may be lost, or taken, within one fetch.
	reopensMax = 8
	// readsMax is how many reads of gaps are on the way at once.
	readsMax = 4
	// burstGap is how many missing pieces are better filled by another burst.
	burstGap = 32

	waitFirst = 700 * time.Millisecond // before anything was measured
	waitMin   = 250 * time.Millisecond
	waitMax   = 5 * time.Second
	// staleMax is how many packets in a row may bring nothing new before a burst is no longer waited for.
	staleMax = 4096
	// crcRate is how fast a vehicle may read its card while it sums up a file, octets a second.
	crcRate = 500_000
)

// Limits bound what a vehicle may make us take.
type Limits struct {
	FileMax    int64 // octets of one file
	EntriesMax int   // names of one directory
	// Rate is how many octets a second are asked for on average, so that a file leaves room on the link for what matters
	// more; a burst, once asked for, comes as fast as the vehicle sends it. 0 is no bound.
	Rate int
}

// DefaultLimits allow a long flight's log and a card full of them.
func DefaultLimits() Limits { return Limits{FileMax: 512 << 20, EntriesMax: 4096} }

// Job is List or Fetch.
type Job interface{ job() }

// List lists a directory.
type List struct{ Path string }

// Fetch reads a file from From on. Sum is the checksum of the first From bytes, as an earlier Finished gave it. Verify
// asks for the vehicle's own checksum at the end. Most, if not 0, is a limit of its own for the file's size.
type Fetch struct {
	Path   string
	From   int64
	Sum    uint32
	Most   int64
	Verify bool
}

func (List) job()  {}
func (Fetch) job() {}

// Input is Begin, Reply, Rebooted, Cancel or Tick.
type Input interface{ input() }

// Begin starts a job; a second one is Finished at once with ErrBusy.
type Begin struct{ Job Job }

// Reply is a payload that came from the vehicle.
type Reply struct{ Payload *Payload }

// Rebooted says that the vehicle started anew: its session is gone.
type Rebooted struct{}

// Cancel gives the job up, and says so to the vehicle once.
type Cancel struct{}

// Tick is the passing of time.
type Tick struct{}

func (Begin) input()    {}
func (Reply) input()    {}
func (Rebooted) input() {}
func (Cancel) input()   {}
func (Tick) input()     {}

// Output is Send, Listed, Chunk or Finished.
type Output interface{ output() }

// Send is a payload for the vehicle.
type Send struct{ Payload Payload }

// Chunk is the next bytes of a file, in order and without gaps. Sum is the checksum up to its end, Size the whole file's.
type Chunk struct {
	Offset int64
	Data   []byte
	Sum    uint32
	Size   int64
}

// Finished ends a job. Offset and Sum are how far a Fetch came, good for another one; Verified says that the vehicle's
// checksum is the same. Entries are what a List found, in the vehicle's order; Skipped counts names not believed.
type Finished struct {
	Err      error
	Offset   int64
	Size     int64
	Sum      uint32
	Verified bool
	Entries  []Entry
	Skipped  int
}

func (Send) output()     {}
func (Chunk) output()    {}
func (Finished) output() {}

// request is one question on its way.
type request struct {
	packet
	tries       int
	first, next time.Time
	piece       span // of a read
}

// Client is the machine; the zero value is not usable.
type Client struct {
	limits Limits
	now    time.Time
	out    []Output
	seq    uint16

	smooth, vary time.Duration
	measured     bool

	job     Job
	waiting []*request
	list    listing
	fetch   fetching
}

// New is an idle client.
func New(limits Limits) *Client { return &Client{limits: limits} }

// Idle says whether no job is going on.
func (c *Client) Idle() bool { return c.job == nil }

// Step takes one input; the outputs are valid until the next Step.
func (c *Client) Step(now time.Time, in Input) []Output {
	c.now, c.out = now, nil
	switch in := in.(type) {
	case Begin:
		c.begin(in.Job)
	case Reply:
		if k, ok := parse(in.Payload); ok {
			c.reply(k)
		}
	case Rebooted:
		if _, ok := c.job.(Fetch); ok {
			c.waiting = nil
			c.reopen(nil)
		}
	case Cancel:
		if c.job != nil {
			if _, ok := c.job.(Fetch); ok {
				c.seq++ // the next job's first number must be another
				c.send(&request{packet: packet{seq: c.seq, op: OpTerminate, session: c.fetch.session}})
			}
			c.job, c.waiting = nil, nil
		}
	}
	c.resend()
	if c.job != nil {
		c.pump()
	}
	return c.out
}

// Deadline is when a Tick is due; zero is never.
func (c *Client) Deadline() (at time.Time) {
	if c.job == nil {
		return at
	}
	for _, r := range c.waiting {
		if at.IsZero() || r.next.Before(at) {
			at = r.next
		}
	}
	if f := &c.fetch; f.open && c.now.Before(f.free) && (at.IsZero() || f.free.Before(at)) {
		at = f.free
	}
	return at
}

// goodPath says whether a path is one we ask for: printable, short enough for a payload, without steps upwards.
func goodPath(p string) bool {
	if len(p) == 0 || len(p) > dataMax-1 {
		return false
	}
	for part := range strings.SplitSeq(p, "/") {
		if part != "" && part != "." && !plain(part) {
			return false
		}
	}
	return true
}

func (c *Client) begin(j Job) {
	if c.job != nil {
		c.out = append(c.out, Finished{Err: ErrBusy})
		return
	}
	if c.seq == 0 { // not where another client began: its last number again would be answered with its last reply
		c.seq = uint16(c.now.UnixMilli())
	}
	switch j := j.(type) {
	case List:
		if !goodPath(j.Path) {
			c.out = append(c.out, Finished{Err: ErrPath})
			return
		}
		c.job, c.list = j, listing{}
		c.ask(packet{op: OpList, data: []byte(j.Path)})
	case Fetch:
		if !goodPath(j.Path) || j.From < 0 {
			c.out = append(c.out, Finished{Err: ErrPath})
			return
		}
		c.job = j
		c.fetch = fetching{sum: j.Sum}
		c.fetch.w.next = j.From
		c.open()
	}
}

// ask sends a question that will be answered.
func (c *Client) ask(k packet) *request {
	c.seq++
	k.seq = c.seq
	if k.size == 0 {
		k.size = len(k.data)
	}
	r := &request{packet: k, first: c.now}
	c.waiting = append(c.waiting, r)
	c.send(r)
	return r
}

func (c *Client) send(r *request) {
	r.tries++
	wait := c.wait(r.tries)
	if r.op == OpBurst {
		wait = c.wait(1 + c.fetch.idle)
	}
	if r.op == OpCRC32 {
		wait += time.Duration(c.fetch.w.size) * time.Second / crcRate
	}
	r.next = c.now.Add(wait)
	c.out = append(c.out, Send{r.payload()})
}

// wait is how long the answer to the n-th sending is waited for: half as long again each time.
func (c *Client) wait(n int) time.Duration {
	t := waitFirst
	if c.measured {
		t = max(waitMin, c.smooth+4*c.vary)
	}
	for i := 1; i < n && t < waitMax; i++ {
		t += t / 2
	}
	return min(t, waitMax)
}

func (c *Client) resend() {
	for _, r := range c.waiting {
		if c.now.Before(r.next) {
			continue
		}
		switch {
		case r.op == OpBurst:
			c.drop(r) // pump decides how to go on
			if c.fetch.idle++; c.fetch.idle >= triesMax {
				c.finish(ErrSilent)
			}
			return
		case r.tries >= triesMax:
			switch r.op {
			case OpTerminate: // its answer is nothing we need
				c.drop(r)
				c.fetch.closed = true
			case OpCRC32:
				c.drop(r)
				c.finish(nil)
			default:
				c.finish(ErrSilent)
			}
			return
		default:
			c.send(r)
		}
	}
}

func (c *Client) drop(r *request) {
	for i, w := range c.waiting {
		if w == r {
			c.waiting = append(c.waiting[:i:i], c.waiting[i+1:]...)
			return
		}
	}
}

// sample measures the round trip, of questions that were sent once.
func (c *Client) sample(r *request) {
	if r.tries != 1 {
		return
	}
	d := c.now.Sub(r.first)
	if !c.measured {
		c.smooth, c.vary, c.measured = d, d/2, true
		return
	}
	c.vary += ((d - c.smooth).Abs() - c.vary) / 4
	c.smooth += (d - c.smooth) / 8
}

// reply takes what came. A reply's number is its request's plus one; those of a burst count on from there.
func (c *Client) reply(k packet) {
	if c.job == nil || k.op != opAck && k.op != opNak {
		return
	}
	if k.request == OpBurst {
		c.burst(k)
		return
	}
	for _, r := range c.waiting {
		if r.seq+1 != k.seq || r.op != k.request {
			continue
		}
		if k.op == opAck && r.op == OpRead && (k.session != r.session || int64(k.offset) != r.piece.from) {
			return
		}
		if r.op != OpCRC32 {
			c.sample(r)
		}
		c.drop(r)
		c.follow(k.seq)
		c.answered(r, k)
		return
	}
}

// follow keeps our numbers ahead of the vehicle's.
func (c *Client) follow(seq uint16) {
	if int16(seq-c.seq) > 0 {
		c.seq = seq
	}
}

func (c *Client) answered(r *request, k packet) {
	code, errno := k.reason()
	var nak *NakError
	if k.op == opNak {
		nak = &NakError{Request: r.op, Code: code, Errno: errno}
	}
	switch r.op {
	case OpList:
		c.page(k, nak)
	case OpOpen:
		c.opened(k, nak)
	case OpReset:
		c.open()
	case OpRead:
		c.read(r, k, nak)
	case OpTerminate:
		c.fetch.closed = true
	case OpCRC32:
		c.checked(k, nak)
	}
}

func (c *Client) finish(err error) {
	f := Finished{Err: err}
	switch c.job.(type) {
	case List:
		f.Entries, f.Skipped = c.list.entries, c.list.skipped
	case Fetch:
		f.Offset, f.Size, f.Sum, f.Verified = c.fetch.w.next, c.fetch.w.size, c.fetch.sum, c.fetch.verified
		if err != nil && c.fetch.open {
			c.send(&request{packet: packet{seq: c.seq + 1, op: OpTerminate, session: c.fetch.session}})
			c.seq++
		}
	}
	c.job, c.waiting = nil, nil
	c.list, c.fetch = listing{}, fetching{}
	c.out = append(c.out, f)
}

// listing is a List in progress.
type listing struct {
	entries []Entry
	skipped int
	count   int // entries of all kinds so far: where the next page begins
}

func (c *Client) page(k packet, nak *NakError) {
	l := &c.list
	switch {
	case nak != nil && (nak.Code == nakEOF || nak.Code == nakExists && l.count > 0):
		// PX4 repeats error 8 for whatever fails after a real one.
		c.finish(nil)
		return
	case nak != nil:
		c.finish(nak)
		return
	}
	found, n, skipped := entries(k.data)
	if n == 0 {
		c.finish(nil) // a page without an entry would be asked for again for ever
		return
	}
	l.count += n
	l.skipped += skipped
	for _, e := range found {
		if len(l.entries) >= c.limits.EntriesMax {
			break
		}
		l.entries = append(l.entries, e)
	}
	if l.count > c.limits.EntriesMax {
		c.finish(ErrListing)
		return
	}
	c.ask(packet{op: OpList, offset: uint32(l.count), data: []byte(c.job.(List).Path)})
}
