package main

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"net"
	"reflect"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/development"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
	"github.com/bluenviron/gomavlib/v3/pkg/x25"
)

// recording is five seconds of a PX4 in flight, everything it sends to a ground station (369 frames a second).
//
//go:embed testdata/px4-5s.tlog.gz
var recording []byte

const recordedSeconds = 5

// original is one recorded frame.
type original struct {
	frame []byte
	extra byte
	// boots says that its payload begins with time_boot_ms.
	boots bool
}

// feeder sends what a fleet of PX4 would: 50 frames a second from each vehicle, its heartbeat once a second and the rest
// drawn evenly from the recording, so that the mix stays PX4's. A vehicle has a socket of its own, and its own phase.
type feeder struct {
	beat    original
	seconds [recordedSeconds][]original
	crafts  []*craft
	each    int // frames in a datagram
	frames  uint64
	sent    int // datagrams since the beginning
	elapsed time.Duration
}

type craft struct {
	conn   net.Conn
	system uint8
	seq    uint8
	n      int // frames so far
	rng    *rand.Rand
	buffer []byte
}

// perAddr is how many vehicles one address takes: ids are eight bits.
const perAddr = 250

func newFeeder(addrs []string, vehicles, each int) *feeder {
	f := &feeder{each: each}
	f.load()
	for i := range vehicles {
		conn, err := net.Dial("udp", addrs[i/perAddr])
		if err != nil {
			fail(err)
		}
		f.crafts = append(f.crafts, &craft{conn: conn, system: uint8(1 + i%perAddr), rng: rand.New(rand.NewPCG(7, uint64(i)))})
	}
	return f
}

func (f *feeder) close() {
	for _, c := range f.crafts {
		_ = c.conn.Close()
	}
}

// load reads the recording.
func (f *feeder) load() {
	z, err := gzip.NewReader(bytes.NewReader(recording))
	if err != nil {
		fail(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		fail(err)
	}
	kinds := map[uint32]original{}
	for _, m := range development.Dialect.Messages {
		rw := &message.ReadWriter{Message: m}
		if err := rw.Initialize(); err != nil {
			fail(err)
		}
		kinds[m.GetID()] = original{extra: rw.CRCExtra(), boots: beginsWithBoot(m)}
	}
	first := binary.BigEndian.Uint64(b)
	for len(b) > 0 {
		second := (binary.BigEndian.Uint64(b) - first) / 1e6
		n := 8 + 12 + int(b[9])
		frame := b[8:n]
		b = b[n:]
		id := uint32(frame[7]) | uint32(frame[8])<<8 | uint32(frame[9])<<16
		o := kinds[id]
		o.frame = frame
		if id == 0 {
			f.beat = o
			continue
		}
		f.seconds[min(second, recordedSeconds-1)] = append(f.seconds[min(second, recordedSeconds-1)], o)
	}
}

// beginsWithBoot: fields go by size on the wire, so time_boot_ms is first where nothing has eight octets.
func beginsWithBoot(m message.Message) bool {
	t := reflect.TypeOf(m).Elem()
	boots := false
	for i := range t.NumField() {
		field := t.Field(i)
		boots = boots || field.Name == "TimeBootMs"
		kind := field.Type
		if kind.Kind() == reflect.Array {
			kind = kind.Elem()
		}
		if kind.Size() == 8 && field.Tag.Get("mavenum") == "" {
			return false
		}
	}
	return boots
}

// run sends for so long, in real time.
func (f *feeder) run(d time.Duration) {
	began, base := time.Now(), f.elapsed
	for f.elapsed < base+d {
		f.elapsed = base + time.Since(began)
		due := int(f.elapsed.Seconds() * ingestHz / float64(f.each) * float64(len(f.crafts)))
		for ; f.sent < due; f.sent++ {
			f.send(f.crafts[f.sent%len(f.crafts)])
		}
		time.Sleep(time.Millisecond)
	}
}

// send sends one datagram of a vehicle.
func (f *feeder) send(c *craft) {
	c.buffer = c.buffer[:0]
	for range f.each {
		c.buffer = c.append(c.buffer, f.next(c))
		c.n++
		f.frames++
	}
	if _, err := c.conn.Write(c.buffer); err != nil {
		fail(err)
	}
}

// next is the frame that a vehicle sends now.
func (f *feeder) next(c *craft) original {
	k := c.n % ingestHz
	if k == 0 {
		return f.beat
	}
	second := f.seconds[c.n/ingestHz%recordedSeconds]
	share := float64(len(second)) / (ingestHz - 1)
	return second[min(len(second)-1, int((float64(k-1)+c.rng.Float64())*share))]
}

// append writes a frame as this vehicle's own, now.
func (c *craft) append(b []byte, o original) []byte {
	start := len(b)
	b = append(b, o.frame...)
	frame := b[start:]
	frame[4], frame[5] = c.seq, c.system
	c.seq++
	if o.boots {
		binary.LittleEndian.PutUint32(frame[10:], uint32(60_000+c.n*1000/ingestHz))
	}
	end := 10 + int(frame[1])
	sum := x25.New()
	sum.Write(frame[1:end])
	sum.Write([]byte{o.extra})
	binary.LittleEndian.PutUint16(frame[end:], sum.Sum16())
	return b
}
