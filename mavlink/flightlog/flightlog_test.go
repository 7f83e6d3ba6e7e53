package flightlog

import (
	"bytes"
	"errors"
	"hash/crc32"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// craft is a vehicle that serves its logs over a bad radio, in virtual time: one request at a time, a new one in place
// of the old, four packets every 5 ms.
type craft struct {
	logs   [][]byte
	first  uint16 // id of the first log: 0 on PX4, 1 on ArduPilot
	px4    bool   // what it tells of its last log is the last asked for, or how many there are
	begun  time.Time
	now    time.Time
	rng    *rand.Rand
	loss   float64
	repeat float64
	least  time.Duration
	most   time.Duration
	air    []parcel
	asked  int
	rtt    time.Duration

	id          uint16
	at, left    uint32
	list, until int
	told        uint16
	deaf        bool
	lie         func(any) any
}

type parcel struct {
	at time.Time
	m  any
	up bool
}

func newCraft(seed uint64, sizes ...int) *craft {
	c := &craft{rng: rand.New(rand.NewPCG(seed, 9)), now: time.Unix(1_700_000_000, 0), least: 2 * time.Millisecond, most: 5 * time.Millisecond, rtt: 30 * time.Millisecond, until: -1}
	c.begun = c.now
	for i, n := range sizes {
		b := make([]byte, n)
		for j := range b {
			b[j] = byte(j*7 + j>>8 + i)
		}
		c.logs = append(c.logs, b)
	}
	return c
}

func (c *craft) storm() *craft {
	c.loss, c.repeat, c.least, c.most, c.rtt = 0.3, 0.2, 30*time.Millisecond, 400*time.Millisecond, 500*time.Millisecond
	return c
}

func (c *craft) fly(m any, up bool) {
	for range 1 + btoi(c.rng.Float64() < c.repeat) {
		if c.rng.Float64() >= c.loss {
			c.air = append(c.air, parcel{c.now.Add(c.least + time.Duration(c.rng.Int64N(int64(c.most-c.least)))), m, up})
		}
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

type askList struct{ first, last uint16 }
type askData struct {
	id       uint16
	at, left uint32
}

func (c *craft) RequestList(first, last uint16) error {
	c.asked++
	c.fly(askList{first, last}, true)
	return nil
}
func (c *craft) RequestData(id uint16, offset, count uint32) error {
	c.asked++
	c.fly(askData{id, offset, count}, true)
	return nil
}
func (c *craft) Timeout(n int) time.Duration {
	return max(300*time.Millisecond, 2*c.rtt) + time.Duration(n)*100*time.Millisecond
}
func (c *craft) say(m any) {
	if c.lie != nil {
		if m = c.lie(m); m == nil {
			return
		}
	}
	c.fly(m, false)
}

// turn serves what was asked for.
func (c *craft) turn() {
	for range 4 {
		switch {
		case c.list <= c.until:
			i := c.list
			last := c.first + uint16(len(c.logs)) - 1
			if c.px4 {
				last = c.told
			}
			c.say(Entry{ID: c.first + uint16(i), Count: uint16(len(c.logs)), Last: last, TimeUTC: uint32(c.begun.Unix()) + uint32(i), Size: uint32(len(c.logs[i]))})
			c.list++
		case c.left > 0:
			b := c.logs[c.id-c.first]
			from := min(int(c.at), len(b))
			part := b[from:min(from+int(min(dataLen, c.left)), len(b))]
			c.say(Data{ID: c.id, Offset: c.at, Bytes: bytes.Clone(part)})
			c.at += uint32(len(part))
			if c.left -= uint32(len(part)); len(part) < dataLen {
				c.left = 0
			}
		}
	}
}

func (c *craft) hear(m any) {
	switch m := m.(type) {
	case askList:
		if len(c.logs) == 0 {
			c.say(Entry{})
			return
		}
		if c.told = m.last; m.last == 0xFFFF {
			c.told = uint16(len(c.logs))
		}
		c.list, c.until = max(0, int(m.first)-int(c.first)), min(int(m.last)-int(c.first), len(c.logs)-1)
	case askData:
		if int(m.id-c.first) < len(c.logs) {
			c.id, c.at, c.left = m.id, m.at, m.left
		}
	}
}

// run steps until over, at most an hour.
func (c *craft) run(t *testing.T, take func(any), step func() (bool, time.Time, error)) error {
	t.Helper()
	end, wake := c.now.Add(time.Hour), c.now
	var over bool
	var err error
	for c.now.Before(end) {
		if !c.now.Before(wake) {
			if over, wake, err = step(); over || err != nil {
				return err
			}
			if !wake.After(c.now) {
				wake = c.now
			}
		}
		c.now = c.now.Add(5 * time.Millisecond)
		if !c.deaf {
			c.turn()
		}
		flying := c.air
		c.air = nil
		for _, p := range flying {
			switch {
			case p.at.After(c.now):
				c.air = append(c.air, p)
			case p.up && !c.deaf:
				c.hear(p.m)
			case !p.up:
				take(p.m)
				if over, wake, err = step(); over || err != nil {
					return err
				}
			}
		}
	}
	t.Fatal("not over within an hour")
	return nil
}

func (c *craft) listAll(t *testing.T) ([]Log, error) {
	l := NewList()
	err := c.run(t, func(m any) {
		if e, ok := m.(Entry); ok {
			l.Take(c.now, c, e)
		}
	}, func() (bool, time.Time, error) { return l.Step(c.now, c) })
	return l.Logs(), err
}

func (c *craft) fetch(t *testing.T, f *Fetch, from int64) ([]byte, error) {
	var got []byte
	err := c.run(t, func(m any) {
		d, ok := m.(Data)
		if !ok {
			return
		}
		at, fresh := f.Take(c.now, c, d)
		if len(fresh) > 0 && at != from+int64(len(got)) {
			t.Fatalf("octets at %d after %d", at, from+int64(len(got)))
		}
		got = append(got, fresh...)
	}, func() (bool, time.Time, error) { return f.Step(c.now, c) })
	return got, err
}

func sumOf(b []byte) uint32 { return ^crc32.Update(^uint32(0), crc32.IEEETable, b) }

const most = 1 << 30

func TestListOverEveryAir(t *testing.T) {
	for seed := range uint64(20) {
		for kind, first := range []uint16{0, 1, 40, 0} {
			c := newCraft(seed, make([]int, 37)...)
			c.first, c.px4 = first, kind == 3 // as a real v1.17 answers
			if seed > 0 {
				c.storm()
			}
			logs, err := c.listAll(t)
			if err != nil || len(logs) != 37 {
				t.Fatalf("seed %d: %d logs, %v", seed, len(logs), err)
			}
			for i, l := range logs {
				if l.ID != first+uint16(i) || !l.At.Equal(c.begun.Add(time.Duration(i)*time.Second)) {
					t.Fatalf("%+v at %d", l, i)
				}
			}
		}
	}
}

func TestListOfNoLogs(t *testing.T) {
	if logs, err := newCraft(1).listAll(t); err != nil || len(logs) != 0 {
		t.Fatalf("%v, %v", logs, err)
	}
}

func TestListThatCannotBe(t *testing.T) {
	c := newCraft(1, 5)
	c.deaf = true
	if _, err := c.listAll(t); !errors.Is(err, ErrSilent) {
		t.Errorf("%v", err)
	}
	for name, x := range map[string]struct {
		e    Entry
		want error
	}{"too many": {Entry{Count: 5000, Last: 6000}, ErrTooMany}, "more than ever come": {Entry{Count: 9, Last: 3}, ErrIncomplete}} {
		c := newCraft(1, 5)
		c.lie = func(any) any { return x.e }
		if _, err := c.listAll(t); !errors.Is(err, x.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	c = newCraft(1, 5, 5, 5)
	c.lie = func(m any) any {
		if e, ok := m.(Entry); ok && e.ID == 1 {
			return nil
		}
		return m
	}
	if logs, err := c.listAll(t); !errors.Is(err, ErrIncomplete) || len(logs) != 2 {
		t.Errorf("%v %v", logs, err)
	}
}

func TestFetchOverEveryAir(t *testing.T) {
	for _, n := range []int{0, 1, 89, 90, 91, pieceLen * dataLen, pieceLen*dataLen + 1, 150_000} {
		for seed := range uint64(8) {
			c := newCraft(seed, 10, n)
			if seed > 0 {
				c.storm()
			}
			f := NewFetch(1, int64(n), 0, 0, most, 0)
			got, err := c.fetch(t, f, 0)
			if err != nil || !bytes.Equal(got, c.logs[1]) || f.Sum() != sumOf(got) {
				t.Fatalf("%d octets, seed %d: %d, %v", n, seed, len(got), err)
			}
			if seed < 2 {
				t.Logf("%d octets, loss %.1f: %v, asked %d times", n, c.loss, c.now.Sub(c.begun), c.asked)
			}
		}
	}
}

func TestFetchGoesOnWhereItWas(t *testing.T) {
	for _, from := range []int64{1, 90, 46_081, 99_999, 100_000} {
		c := newCraft(uint64(from), 100_000).storm()
		f := NewFetch(0, 100_000, from, sumOf(c.logs[0][:from]), most, 0)
		got, err := c.fetch(t, f, from)
		if err != nil || !bytes.Equal(got, c.logs[0][from:]) || f.Sum() != sumOf(c.logs[0]) {
			t.Fatalf("from %d: %d, %v", from, len(got), err)
		}
	}
}

func TestFetchKeepsToItsRate(t *testing.T) {
	c := newCraft(1, 500_000)
	got, err := c.fetch(t, NewFetch(0, 500_000, 0, 0, most, 50_000), 0)
	if took := c.now.Sub(c.begun); err != nil || len(got) != 500_000 || took < 9*time.Second || took > 12*time.Second {
		t.Fatalf("%d octets in %v, %v", len(got), took, err)
	}
}

func TestFetchThatCannotBe(t *testing.T) {
	c := newCraft(1, 1000)
	c.deaf = true
	if _, err := c.fetch(t, NewFetch(0, 1000, 0, 0, most, 0), 0); !errors.Is(err, ErrSilent) {
		t.Errorf("silent: %v", err)
	}
	c = newCraft(1, 1000)
	if _, err := c.fetch(t, NewFetch(0, 2000, 0, 0, most, 0), 0); !errors.Is(err, ErrShort) {
		t.Errorf("short: %v", err)
	}
	for _, f := range []*Fetch{NewFetch(0, 1000, 0, 0, 999, 0), NewFetch(0, 1000, 1001, 0, most, 0), NewFetch(0, 1000, -1, 0, most, 0)} {
		if _, _, err := f.Step(c.now, c); err == nil {
			t.Error("begun")
		}
	}
	// Data of another log, beside the piece, not on its grid or longer than a packet changes nothing.
	c = newCraft(1, 1000)
	c.lie = func(m any) any {
		d, ok := m.(Data)
		if !ok {
			return m
		}
		for _, bad := range []Data{{ID: 7, Bytes: make([]byte, 90)}, {Offset: 1 << 31, Bytes: make([]byte, 90)}, {Offset: 17, Bytes: make([]byte, 90)}, {Bytes: make([]byte, 200)}} {
			c.fly(bad, false)
		}
		return d
	}
	if got, err := c.fetch(t, NewFetch(0, 1000, 0, 0, most, 0), 0); err != nil || !bytes.Equal(got, c.logs[0]) {
		t.Errorf("%d octets, %v", len(got), err)
	}
}

// FuzzMachines: whatever comes, both machines end or wait, hand out in order, and ask only for what is in the log.
func FuzzMachines(f *testing.F) {
	f.Add([]byte{0, 0, 0, 90, 0, 1, 0, 90, 1, 0, 0, 3, 0, 0, 0, 1})
	f.Add(slices.Repeat([]byte{0, 0, 0, 90}, 40))
	f.Fuzz(func(t *testing.T, b []byte) {
		c := newCraft(1, 100_000)
		fetch, list := NewFetch(0, 100_000, 0, 0, most, 1000), NewList()
		at := int64(0)
		for len(b) >= 4 {
			c.now = c.now.Add(time.Duration(b[2]) * 10 * time.Millisecond)
			from, fresh := fetch.Take(c.now, c, Data{ID: uint16(b[0]) >> 6, Offset: uint32(b[0]&3)<<16 | uint32(b[1])*90, Bytes: make([]byte, int(b[3])%100)})
			if len(fresh) > 0 && from != at || len(fresh) > pieceLen*dataLen {
				t.Fatalf("%d octets at %d, want %d", len(fresh), from, at)
			}
			at += int64(len(fresh))
			_, _, _ = fetch.Step(c.now, c)
			list.Take(c.now, c, Entry{ID: uint16(b[0]), Count: uint16(b[1])<<8 | uint16(b[2]), Last: uint16(b[3])<<6 | uint16(b[0])})
			_, _, _ = list.Step(c.now, c)
			b = b[4:]
		}
		for _, p := range c.air {
			if d, ok := p.m.(askData); ok && int(d.at)+int(d.left) > 100_000 {
				t.Fatalf("%+v", d)
			}
		}
		if n := len(list.Logs()); n > entriesMax {
			t.Fatalf("%d logs", n)
		}
	})
}
