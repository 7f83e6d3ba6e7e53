package ftp

import (
	"encoding/binary"
	"hash/crc32"
	"time"
)

// fetching is a Fetch in progress.
type fetching struct {
	w       window
	sum     uint32
	session uint8
	open    bool
	opened  bool // once: the size is known and must not change
	closed  bool
	asked   bool // the checksum
	reopens int
	idle    int // bursts and reads in a row that brought nothing
	stale   int // packets in a row that brought nothing
	burst   *request
	low     uint16 // replies of bursts numbered before it are of another file
	ended   bool   // a burst said that the file ends; a read tells whether that is so
	noBurst bool   // the vehicle cannot: read piece by piece
	// free is when more may be asked for without going beyond Limits.Rate.
	free time.Time
	// verified says that the vehicle's checksum is the same.
	verified bool
}

func (c *Client) open() {
	c.ask(packet{op: OpOpen, data: []byte(c.job.(Fetch).Path)})
}

// reopen begins a new session after the old one was lost or never to be had.
func (c *Client) reopen(nak *NakError) {
	f := &c.fetch
	if f.reopens++; f.reopens > reopensMax {
		if nak != nil {
			c.finish(nak)
		} else {
			c.finish(ErrSilent)
		}
		return
	}
	c.waiting, f.burst, f.open = nil, nil, false
	if nak != nil && nak.Code == nakNoSessions {
		c.ask(packet{op: OpReset})
		return
	}
	c.open()
}

func (c *Client) opened(k packet, nak *NakError) {
	f := &c.fetch
	switch {
	case nak != nil && nak.Code == nakNoSessions:
		c.reopen(nak)
		return
	case nak != nil:
		c.finish(nak)
		return
	case k.size != 4:
		c.finish(ErrChanged)
		return
	}
	size := int64(binary.LittleEndian.Uint32(k.data))
	f.session, f.open, f.low = k.session, true, k.seq
	switch {
	case size > c.limits.FileMax, c.job.(Fetch).Most > 0 && size > c.job.(Fetch).Most:
		f.w.size = size
		c.finish(ErrTooLarge)
		return
	case f.opened && size != f.w.size, size < f.w.next:
		c.finish(ErrChanged)
		return
	}
	f.opened, f.w.size = true, size
}

// pump asks for what is needed next when nothing is on the way.
func (c *Client) pump() {
	job, ok := c.job.(Fetch)
	f := &c.fetch
	if !ok || !f.open {
		return
	}
	if f.w.next >= f.w.size {
		c.conclude(job)
		return
	}
	if f.burst != nil && c.onTheWay(f.burst) {
		return
	}
	f.burst = nil
	if c.now.Before(f.free) {
		return
	}
	gaps, total := f.w.gaps(readsMax)
	if len(gaps) == 0 && (f.ended || f.noBurst) {
		gaps = f.w.after(readsMax)
	}
	if !f.noBurst && (len(gaps) == 0 || total > burstGap*dataMax) {
		for _, r := range c.waiting {
			if r.op == OpRead {
				return
			}
		}
		f.burst = c.ask(packet{op: OpBurst, session: f.session, offset: uint32(f.w.next), size: dataMax})
		return
	}
	for _, g := range gaps {
		if len(c.waiting) >= readsMax {
			return
		}
		if !c.asking(g) {
			r := c.ask(packet{op: OpRead, session: f.session, offset: uint32(g.from), size: int(g.to - g.from)})
			r.piece = g
		}
	}
}

func (c *Client) onTheWay(r *request) bool {
	for _, w := range c.waiting {
		if w == r {
			return true
		}
	}
	return false
}

func (c *Client) asking(g span) bool {
	for _, r := range c.waiting {
		if r.op == OpRead && r.piece.from == g.from {
			return true
		}
	}
	return false
}

// burst takes one packet of a burst, this one's or a late one of an earlier.
func (c *Client) burst(k packet) {
	f := &c.fetch
	if _, ok := c.job.(Fetch); !ok || !f.open || int16(k.seq-f.low) <= 0 {
		return
	}
	b := f.burst
	mine := b != nil && int16(k.seq-b.seq) > 0 && c.onTheWay(b)
	if k.op == opNak {
		if !mine {
			return
		}
		code, errno := k.reason()
		c.drop(b)
		c.follow(k.seq)
		switch {
		case code == nakSession:
			c.reopen(&NakError{OpBurst, code, errno})
		case code == nakEOF:
			f.ended = true // if what came before it was lost, a read will tell
		case code == nakUnknown:
			f.noBurst = true
		default:
			c.finish(&NakError{OpBurst, code, errno})
		}
		return
	}
	if k.session != f.session {
		return
	}
	if mine {
		// Only while the burst goes on may the numbers run away; the oldest that is believed follows at a distance.
		c.follow(k.seq)
		if far := c.seq - 8192; int16(far-f.low) > 0 {
			f.low = far
		}
	}
	if c.take(int64(k.offset), k.data) {
		f.stale = 0
	} else {
		f.stale++
	}
	if !mine {
		return
	}
	if k.last {
		c.drop(b)
		if f.idle++; f.idle >= triesMax {
			c.finish(ErrSilent)
		}
		return
	}
	if f.stale < staleMax {
		b.next = c.now.Add(c.wait(1))
	}
}

// take puts bytes where they belong, hands out what is in order, and says whether anything was new.
func (c *Client) take(offset int64, data []byte) bool {
	f := &c.fetch
	if c.limits.Rate > 0 {
		if f.free.Before(c.now) {
			f.free = c.now
		}
		f.free = f.free.Add(time.Duration(len(data)) * time.Second / time.Duration(c.limits.Rate))
	}
	at := f.w.next
	inOrder, fresh := f.w.put(offset, data)
	if fresh > 0 {
		f.idle, f.reopens = 0, 0
	}
	if len(inOrder) > 0 {
		f.sum = Sum(f.sum, inOrder)
		c.out = append(c.out, Chunk{Offset: at, Data: append([]byte(nil), inOrder...), Sum: f.sum, Size: f.w.size})
	}
	return fresh > 0
}

func (c *Client) read(r *request, k packet, nak *NakError) {
	f := &c.fetch
	switch {
	case nak != nil && nak.Code == nakSession:
		c.reopen(nak)
	case nak != nil && nak.Code == nakEOF:
		c.finish(ErrShort)
	case nak != nil:
		c.finish(nak)
	default:
		if f.idle++; f.idle >= triesMax {
			c.finish(ErrSilent)
			return
		}
		f.ended = false
		c.take(int64(k.offset), k.data[:min(int64(k.size), r.piece.to-r.piece.from)])
	}
}

// conclude closes the session and compares checksums.
func (c *Client) conclude(job Fetch) {
	f := &c.fetch
	switch {
	case !f.closed && len(c.waiting) > 0 && c.waiting[0].op == OpTerminate:
	case !f.closed:
		c.waiting, f.burst = nil, nil
		c.ask(packet{op: OpTerminate, session: f.session})
	case !job.Verify:
		c.finish(nil)
	case !f.asked:
		f.asked = true
		c.ask(packet{op: OpCRC32, data: []byte(job.Path)})
	}
}

func (c *Client) checked(k packet, nak *NakError) {
	switch {
	case nak != nil: // a vehicle need not know it
		c.finish(nil)
	case k.size != 4 || binary.LittleEndian.Uint32(k.data) != c.fetch.sum:
		c.finish(ErrChecksum)
	default:
		c.fetch.verified = true
		c.finish(nil)
	}
}

// Sum goes on with MAVLink FTP's CRC32: the common polynomial from 0, without the final inversion.
func Sum(sum uint32, data []byte) uint32 { return ^crc32.Update(^sum, crc32.IEEETable, data) }
