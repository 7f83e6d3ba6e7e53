package video

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bluenviron/gortsplib/v4/pkg/format"
	"github.com/pion/rtp"

	"groundstation/simulator/camera/h264"
	"groundstation/simulator/camera/h265"
	"groundstation/simulator/camera/mosaic"
	"groundstation/video/unit"
)

func next(t *testing.T, tap *Tap) *unit.Unit {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	u, err := tap.Next(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestATapReadsPicturesWithTheirClocks(t *testing.T) {
	noLeaks(t)
	addr, _ := cameras(t, "127.0.0.1:0")
	for _, c := range []struct {
		path  string
		codec unit.Codec
		width int
		sets  int
	}{{"V01", unit.H264, 640, 2}, {"V01/h265/720p", unit.H265, 1280, 3}} {
		h := hub(t, Source{ID: "V01", URL: fmt.Sprintf("rtsp://%s/%s", addr, c.path)})
		tap, err := h.Tap("V01")
		if err != nil {
			t.Fatal(err)
		}
		last := next(t, tap)
		if !last.Key || last.Lost || last.PTS != 0 || last.Track.Codec != c.codec || last.Track.Width != c.width || len(last.Track.Params) != c.sets || last.Track.ClockRate != 90000 {
			t.Fatalf("%s begins with %+v of %+v", c.path, last, last.Track)
		}
		for range 25 {
			u := next(t, tap)
			if u.Lost || u.Track != last.Track || u.PTS <= last.PTS || u.PTS > last.PTS+2*time.Second {
				t.Fatalf("%s: %+v after %+v", c.path, u, last)
			}
			last = u
		}
		second, err := h.Tap("V01")
		if err != nil {
			t.Fatal(err)
		}
		if u := next(t, second); !u.Key || u.Track != last.Track || u.PTS > last.PTS+patience {
			t.Fatalf("%s: a second tap begins with %+v", c.path, u)
		}
		tap.Close()
		tap.Close()
		if _, err := tap.Next(t.Context()); !errors.Is(err, ErrClosed) {
			t.Fatalf("a closed tap: %v", err)
		}
		second.Close()
		if h.sources["V01"].stream.joint != nil {
			t.Fatal("packets are joined for nobody")
		}
	}
}

func TestATapIsToldThatTheGateIsShut(t *testing.T) {
	noLeaks(t)
	addr, _ := cameras(t, "127.0.0.1:0")
	var open atomic.Bool
	h := hubWith(t, Options{Gate: func(string) Verdict {
		if open.Load() {
			return allAllowed
		}
		return Verdict{Show: true, Code: "no-record-zone", Why: "a school"}
	}}, Source{ID: "V01", URL: fmt.Sprintf("rtsp://%s/V01", addr)})
	tap, err := h.Tap("V01")
	if err != nil {
		t.Fatal(err)
	}
	defer tap.Close()
	shut := func() {
		t.Helper()
		for {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			_, err := tap.Next(ctx)
			cancel()
			var gated *Gated
			if errors.As(err, &gated) && gated.Code() == "no-record-zone" {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	shut()
	open.Store(true)
	if u := next(t, tap); !u.Key || u.Lost {
		t.Fatalf("it opens with %+v", u)
	}
	open.Store(false)
	shut()
	open.Store(true)
	if u := next(t, tap); !u.Key || !u.Lost {
		t.Fatalf("it goes on with %+v", u)
	}
}

// encoded makes the packets of pictures of flat colours, as a camera does.
func encoded(t testing.TB, codec unit.Codec, width, height, pictures int) (*lane, [][]*rtp.Packet) {
	t.Helper()
	m, err := mosaic.New(width, height)
	if err != nil {
		t.Fatal(err)
	}
	var all [][]*rtp.Packet
	pack := func(e interface {
		Encode([][]byte) ([]*rtp.Packet, error)
	}, stamp uint32, nals [][]byte) {
		packets, err := e.Encode(nals)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range packets {
			p.Timestamp = stamp
		}
		all = append(all, packets)
	}
	paint := func(i int) {
		for j := range m.Y {
			m.Y[j] = byte(37*j + 11*i)
		}
	}
	if codec == unit.H264 {
		e, err := h264.NewEncoder(width, height)
		if err != nil {
			t.Fatal(err)
		}
		f := &format.H264{PayloadTyp: 96, PacketizationMode: 1}
		packer, err := f.CreateEncoder()
		if err != nil {
			t.Fatal(err)
		}
		for i := range pictures {
			paint(i)
			pack(packer, uint32(3000*i), e.Encode(m, i%5 == 0))
		}
		return laneOf(f), all
	}
	e, err := h265.NewEncoder(width, height)
	if err != nil {
		t.Fatal(err)
	}
	f := &format.H265{PayloadTyp: 96}
	packer, err := f.CreateEncoder()
	if err != nil {
		t.Fatal(err)
	}
	for i := range pictures {
		paint(i)
		before, picture := e.Encode(m, i%5 == 0)
		if before != nil {
			pack(packer, uint32(3000*i-1), before)
		}
		pack(packer, uint32(3000*i), picture)
	}
	return laneOf(f), all
}

// TestALossIsToldAndTheRestIsWhole loses packets at random: every unit that is not marked as lost is the unit that was sent.
func TestALossIsToldAndTheRestIsWhole(t *testing.T) {
	for _, codec := range []unit.Codec{unit.H264, unit.H265} {
		l, pictures := encoded(t, codec, 320, 192, 60)
		whole := units(t, l, pictures, func() bool { return false })
		if len(whole) < 60 {
			t.Fatalf("%s: %d units of %d pictures", codec, len(whole), len(pictures))
		}
		sent := map[time.Duration]*unit.Unit{}
		for _, u := range whole {
			if u.Lost {
				t.Fatal("nothing was lost")
			}
			sent[u.PTS] = u
		}
		dice := rand.New(rand.NewPCG(1, 2))
		lossy := units(t, l, pictures, func() bool { return dice.IntN(20) == 0 })
		if len(lossy) == 0 || len(lossy) == len(whole) {
			t.Fatalf("%s: %d of %d units with 5 %% loss", codec, len(lossy), len(whole))
		}
		told := 0
		first := sent[lossy[0].PTS]
		for i, u := range lossy {
			if u.Lost {
				told++
				continue
			}
			if i == 0 {
				continue
			}
			if w := sent[u.PTS+first.PTS]; w == nil || fmt.Sprint(w.Data) != fmt.Sprint(u.Data) {
				t.Errorf("%s: the unit at %v is not what was sent", codec, u.PTS)
			}
		}
		if told == 0 {
			t.Errorf("%s: no loss was told", codec)
		}
	}
}

// units joins packets, some of which are lost, from the first on.
func units(t *testing.T, l *lane, pictures [][]*rtp.Packet, lose func() bool) (all []*unit.Unit) {
	t.Helper()
	s := newStream(false)
	s.begin([]*lane{l})
	tap := &Tap{wake: make(chan struct{}, 1), skipping: true}
	s.tap(tap)
	for i, picture := range pictures {
		for _, p := range picture {
			if i < 2 || !lose() {
				s.write(l, p, nil)
			}
		}
	}
	return tap.queue
}

func TestUnitsBearTheCamerasClock(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	l, pictures := encoded(t, unit.H264, 320, 192, 6)
	s := newStream(false)
	s.begin([]*lane{l})
	tap := &Tap{wake: make(chan struct{}, 1), skipping: true}
	s.tap(tap)
	for i, picture := range pictures {
		for _, p := range picture {
			p.Marker = p.Marker && i%2 == 0 // some cameras set none
			s.write(l, p, func(p *rtp.Packet) (time.Time, bool) {
				return at.Add(time.Duration(p.Timestamp) * time.Second / 90000), true
			})
		}
	}
	if len(tap.queue) < 5 {
		t.Fatalf("%d units", len(tap.queue))
	}
	for _, u := range tap.queue {
		if want := at.Add(u.PTS); u.Captured.Sub(want).Abs() > time.Microsecond {
			t.Errorf("the unit at %v was captured %v, want %v", u.PTS, u.Captured, want)
		}
	}
}

func TestATapThatReadsTooSlowlyIsToldAndCounted(t *testing.T) {
	l, pictures := encoded(t, unit.H264, 64, 32, 700)
	s := newStream(false)
	s.begin([]*lane{l})
	tap := &Tap{wake: make(chan struct{}, 1), skipping: true}
	s.tap(tap)
	var seq uint16
	put := func(from, to int) {
		for _, picture := range pictures[from:to] {
			for _, p := range picture {
				seq++
				p.SequenceNumber = seq
				s.write(l, p, nil)
			}
		}
	}
	put(0, 600)
	if len(tap.queue) != tapLen || tap.Dropped() != 600-tapLen {
		t.Fatalf("%d units wait, %d are counted as dropped", len(tap.queue), tap.Dropped())
	}
	tap.queue = nil
	put(601, 700)
	if u := tap.queue[0]; !u.Key || !u.Lost || tap.queue[1].Lost {
		t.Fatalf("it goes on with %+v", u)
	}
	s.untap(tap)
	s.untap(tap)
	if want := tap.Dropped(); s.missed != want || want <= 600-tapLen {
		t.Fatalf("%d are counted, want %d", s.missed, want)
	}
}

// A camera that changes the size of its picture, without beginning anew.
func TestNewParametersAreANewGeneration(t *testing.T) {
	for _, codec := range []unit.Codec{unit.H264, unit.H265} {
		l, small := encoded(t, codec, 320, 192, 6)
		_, large := encoded(t, codec, 640, 384, 6)
		for _, picture := range large {
			for _, p := range picture {
				p.Timestamp += 90000
			}
		}
		all := units(t, l, append(small, large...), func() bool { return false })
		a, b := all[0], all[len(all)-1]
		if a.Track.Width != 320 || b.Track.Width != 640 || b.Track.Generation <= a.Track.Generation || b.PTS > time.Second {
			t.Errorf("%s: %+v then %+v at %v", codec, a.Track, b.Track, b.PTS)
		}
	}
}

func FuzzDepacketise(f *testing.F) {
	for _, hevc := range []bool{false, true} {
		codec := unit.H264
		if hevc {
			codec = unit.H265
		}
		_, pictures := encoded(f, codec, 64, 32, 2)
		var raw []byte
		for _, picture := range pictures {
			for _, p := range picture {
				raw = append(append(raw, byte(len(p.Payload))), p.Payload[:min(len(p.Payload), 255)]...)
			}
		}
		f.Add(hevc, raw)
	}
	f.Fuzz(func(t *testing.T, hevc bool, raw []byte) {
		l := laneOf(&format.H264{PayloadTyp: 96, PacketizationMode: 1})
		if hevc {
			l = laneOf(&format.H265{PayloadTyp: 96})
		}
		s := newStream(false)
		s.begin([]*lane{l})
		tap := &Tap{wake: make(chan struct{}, 1), skipping: true}
		s.tap(tap)
		var last time.Duration
		for seq := uint16(0); len(raw) > 1; seq++ {
			n := min(int(raw[0]), len(raw)-1)
			s.write(l, &rtp.Packet{Header: rtp.Header{SequenceNumber: seq, Timestamp: 3000 * uint32(raw[0]&3), Marker: n%2 == 0}, Payload: raw[1 : 1+n]}, nil)
			raw = raw[1+n:]
		}
		for _, u := range tap.queue {
			if len(u.Data) == 0 || u.Track.Params == nil && u.Key {
				t.Fatalf("%+v after %v", u, last)
			}
		}
	})
}
