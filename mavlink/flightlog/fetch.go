package flightlog

import (
	"hash/crc32"
	"time"
)

const (
	// dataLen is how many octets one LOG_DATA carries.
	dataLen = 90
	// pieceLen is how many LOG_DATA are asked for at once, and kept until all have come.
	pieceLen = 512
	// together is how many packets that are there may lie between two gaps that are asked for as one: to send them again
	// takes less time than another question.
	together = 40
)

// Data is a LOG_DATA.
type Data struct {
	ID     uint16
	Offset uint32
	Bytes  []byte // at most dataLen; fewer end the log
}

// Fetch reads one log.
type Fetch struct {
	id   uint16
	size int64
	rate int

	next int64 // the first octet that was not handed out; where the piece begins
	sum  uint32
	buf  [pieceLen * dataLen]byte
	have [pieceLen]bool
	held int // packets of the piece that are there
	upTo int // the packet after the last that was asked for
	// done packets were handed out.
	done  int
	tries int
	at    time.Time // when the next asking is due
	free  time.Time // when more may be asked for without going beyond the rate
	err   error
	ended bool
}

// NewFetch reads a log of size octets from octet from on, of which sum is the checksum of what came before (MAVLink
// FTP's CRC32). rate is how many octets a second are asked for on average; 0 is no bound.
func NewFetch(id uint16, size, from int64, sum uint32, most int64, rate int) *Fetch {
	f := &Fetch{id: id, size: size, next: from, sum: sum, rate: rate}
	switch {
	case size > most:
		f.err = ErrTooLarge
	case from > size || from < 0:
		f.err = ErrShort
	}
	return f
}

// packets is how many packets the present piece has.
func (f *Fetch) packets() int { return int(min(pieceLen, (f.size-f.start()+dataLen-1)/dataLen)) }

// start is where the present piece begins.
func (f *Fetch) start() int64 { return f.next - int64(f.done)*dataLen }

// Take looks at data and gives the octets that are in order now, with where they begin; Step must follow.
func (f *Fetch) Take(now time.Time, p Port, d Data) (at int64, fresh []byte) {
	if f.err != nil || f.ended || d.ID != f.id {
		return 0, nil
	}
	from := int64(d.Offset) - f.start()
	i := int(from / dataLen)
	if from < 0 || from%dataLen != 0 || i >= f.packets() || f.have[i] || len(d.Bytes) > dataLen {
		return 0, nil
	}
	if left := f.size - int64(d.Offset); int64(len(d.Bytes)) < min(dataLen, left) {
		f.err = ErrShort
		return 0, nil
	} else if int64(len(d.Bytes)) > left {
		d.Bytes = d.Bytes[:left]
	}
	copy(f.buf[from:], d.Bytes)
	f.have[i] = true
	f.held++
	f.tries = 0
	f.at = now.Add(p.Timeout(1))
	if f.rate > 0 {
		if f.free.Before(now) {
			f.free = now
		}
		f.free = f.free.Add(time.Duration(len(d.Bytes)) * time.Second / time.Duration(f.rate))
	}
	if i+1 >= f.upTo {
		f.at = now // the last that was asked for has come
	}
	at, fresh = f.handOut()
	if f.held == 0 {
		f.at = now // the piece is whole
	}
	return at, fresh
}

// handOut gives what is in order.
func (f *Fetch) handOut() (at int64, fresh []byte) {
	begin, start := f.done, f.start()
	for f.done < f.packets() && f.have[f.done] {
		f.done++
	}
	if f.done == begin {
		return 0, nil
	}
	at = start + int64(begin)*dataLen
	end := min(start+int64(f.done)*dataLen, f.size)
	fresh = append([]byte(nil), f.buf[at-start:end-start]...)
	whole := f.done == f.packets()
	f.sum = ^crc32.Update(^f.sum, crc32.IEEETable, fresh)
	f.next = start + int64(f.done)*dataLen
	if whole {
		f.have, f.held, f.upTo, f.done = [pieceLen]bool{}, 0, 0, 0
		f.next = end
	}
	return at, fresh
}

// Step sends what is due, and says whether the log is whole or else when it wants to be stepped next. An error is final.
func (f *Fetch) Step(now time.Time, p Port) (done bool, wake time.Time, err error) {
	switch {
	case f.err != nil || f.ended:
		return f.ended, time.Time{}, f.err
	case f.next >= f.size:
		f.ended = true
		return true, time.Time{}, nil
	}
	if due := later(f.at, f.free); now.Before(due) {
		return false, due, nil
	}
	if f.tries++; f.tries > triesMax {
		f.err = ErrSilent
		return false, time.Time{}, f.err
	}
	first, last := f.gap()
	f.upTo = last
	f.at = now.Add(p.Timeout(f.tries))
	from := f.start() + int64(first)*dataLen
	to := min(f.start()+int64(last)*dataLen, f.size)
	return false, f.at, p.RequestData(f.id, uint32(from), uint32(to-from))
}

// gap is the first run of packets that are missing, with those close behind it.
func (f *Fetch) gap() (first, last int) {
	first = f.done
	last = first + 1
	for i, there := last, 0; i < f.packets() && there <= together; i++ {
		if f.have[i] {
			there++
		} else {
			last, there = i+1, 0
		}
	}
	return first, last
}

// Sum is the checksum of everything handed out so far, with what NewFetch was given.
func (f *Fetch) Sum() uint32 { return f.sum }

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
