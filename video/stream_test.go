package video

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/bluenviron/gortsplib/v4/pkg/format"
	"github.com/pion/rtp"

	"groundstation/video/unit"
)

func TestWhatAPacketOpens(t *testing.T) {
	for name, c := range map[string]struct {
		codec   unit.Codec
		payload []byte
		want    opening
	}{
		"empty":                 {unit.H264, nil, opensNothing},
		"IDR":                   {unit.H264, []byte{0x65, 1}, opensKey},
		"SPS":                   {unit.H264, []byte{0x67, 1}, opensParams},
		"other slice":           {unit.H264, []byte{0x41, 1}, opensNothing},
		"FU-A of IDR, first":    {unit.H264, []byte{0x7c, 0x85, 1}, opensKey},
		"FU-A of IDR, later":    {unit.H264, []byte{0x7c, 0x05, 1}, opensNothing},
		"FU-A of other":         {unit.H264, []byte{0x7c, 0x81, 1}, opensNothing},
		"FU-A cut":              {unit.H264, []byte{0x7c}, opensNothing},
		"STAP-A with SPS":       {unit.H264, []byte{0x78, 0, 1, 0x06, 0, 2, 0x67, 1}, opensParams},
		"STAP-A SPS and IDR":    {unit.H264, []byte{0x78, 0, 1, 0x67, 0, 2, 0x65, 1}, opensKey},
		"STAP-A without":        {unit.H264, []byte{0x78, 0, 1, 0x06}, opensNothing},
		"STAP-A with bad size":  {unit.H264, []byte{0x78, 0xff, 0xff, 0x67}, opensNothing},
		"STAP-A with size zero": {unit.H264, []byte{0x78, 0, 0, 0x67}, opensNothing},
		"H.265 empty":           {unit.H265, nil, opensNothing},
		"IDR_W_RADL":            {unit.H265, []byte{19 << 1, 1, 0}, opensKey},
		"BLA_W_LP":              {unit.H265, []byte{16 << 1, 1, 0}, opensKey},
		"CRA":                   {unit.H265, []byte{21 << 1, 1, 0}, opensKey},
		"reserved IRAP":         {unit.H265, []byte{22 << 1, 1, 0}, opensNothing},
		"TRAIL_R":               {unit.H265, []byte{1 << 1, 1, 0}, opensNothing},
		"VPS":                   {unit.H265, []byte{32 << 1, 1, 0}, opensParams},
		"H.265 SPS":             {unit.H265, []byte{33 << 1, 1, 0}, opensParams},
		"FU of CRA, first":      {unit.H265, []byte{49 << 1, 1, 0x80 | 21}, opensKey},
		"FU of CRA, later":      {unit.H265, []byte{49 << 1, 1, 21}, opensNothing},
		"FU of TRAIL_R":         {unit.H265, []byte{49 << 1, 1, 0x80 | 1}, opensNothing},
		"FU cut":                {unit.H265, []byte{49 << 1, 1}, opensNothing},
		"AP with VPS":           {unit.H265, []byte{48 << 1, 1, 0, 2, 32 << 1, 1, 0, 2, 33 << 1, 1}, opensParams},
		"AP with IDR":           {unit.H265, []byte{48 << 1, 1, 0, 2, 32 << 1, 1, 0, 2, 20 << 1, 1}, opensKey},
		"AP cut":                {unit.H265, []byte{48 << 1, 1, 0, 9, 32 << 1, 1}, opensNothing},
		"sound":                 {unit.Opus, []byte{0x65, 1, 2}, opensNothing},
	} {
		if got := opens(c.codec, c.payload); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func FuzzOpens(f *testing.F) {
	f.Add(false, []byte{0x78, 0, 1, 0x06, 0, 2, 0x67, 1})
	f.Add(false, []byte{0x7c, 0x85, 1})
	f.Add(true, []byte{49 << 1, 1, 0x80 | 21})
	f.Add(true, []byte{48 << 1, 1, 0, 2, 32 << 1, 1, 0, 2, 20 << 1, 1})
	f.Fuzz(func(t *testing.T, hevc bool, payload []byte) {
		codec := unit.H264
		if hevc {
			codec = unit.H265
		}
		opens(codec, payload)
	})
}

// feed writes to a stream as a camera does.
type feed struct {
	*stream
	lane *lane
	seq  uint16
}

func newFeed() *feed {
	f := &feed{stream: newStream(false), lane: laneOf(&format.H264{PayloadTyp: 96, PacketizationMode: 1})}
	f.begin([]*lane{f.lane})
	return f
}

// put writes one packet that ends its picture; wanted says that a key picture is.
func (f *feed) put(ts uint32, payload ...byte) (wanted bool) { return f.part(ts, true, payload...) }

func (f *feed) part(ts uint32, marker bool, payload ...byte) (wanted bool) {
	f.seq++
	return f.write(f.lane, &rtp.Packet{Header: rtp.Header{Version: 2, Timestamp: ts, SequenceNumber: f.seq, Marker: marker}, Payload: payload}, nil)
}

func (f *feed) reader() *reader {
	r := newReader()
	f.join(r)
	return r
}

func drain(r *reader) (all []uint32) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.queue {
		all = append(all, p.Timestamp)
	}
	r.queue = nil
	return all
}

func TestANewReaderBeginsWithTheLastKeyPicture(t *testing.T) {
	s := newFeed()
	early := s.reader()
	s.put(1, 0x41)
	s.part(2, false, 0x67) // the key picture at 2 comes in three packets
	s.part(2, false, 0x68)
	s.put(2, 0x65)
	s.put(3, 0x41)
	late := s.reader()
	s.put(4, 0x41)
	for name, r := range map[string]*reader{"early": early, "late": late} {
		if got := drain(r); len(got) != 5 || got[0] != 2 || got[4] != 4 {
			t.Errorf("%s got %v, want the key picture at 2 and all after", name, got)
		}
	}
}

func TestParameterSetsOfTheirOwnTimeGoWithTheKeyPicture(t *testing.T) {
	s := newFeed()
	s.put(1, 0x67)
	s.put(1, 0x68)
	s.put(2, 0x65)
	s.put(3, 0x41)
	if got := drain(s.reader()); len(got) != 4 || got[0] != 1 {
		t.Errorf("%v, want the parameter sets too", got)
	}
}

func TestAReaderThatIsBehindHindersNobodyAndResumesAtAKeyPicture(t *testing.T) {
	s := newFeed()
	slow, fast := s.reader(), s.reader()
	s.put(0, 0x65)
	got := 0
	for ts := uint32(1); ts < 3*queueLen; ts++ {
		s.put(ts, 0x41)
		got += len(drain(fast))
	}
	if got != 3*queueLen {
		t.Fatalf("the fast reader got %d of %d", got, 3*queueLen)
	}
	if n := len(drain(slow)); n != queueLen {
		t.Fatalf("the slow reader got %d, want its queue of %d", n, queueLen)
	}
	s.put(9000, 0x41)
	if n := drain(slow); len(n) != 0 {
		t.Fatalf("it resumed at %v, which is no key picture", n)
	}
	s.put(9001, 0x65)
	s.put(9002, 0x41)
	if n := drain(slow); len(n) != 2 || n[0] != 9001 {
		t.Fatalf("it resumed with %v, want 9001 and 9002", n)
	}
	if n := slow.lost(); n != 2*queueLen+1 || fast.lost() != 0 {
		t.Fatalf("%d counted as dropped, want %d; of the fast one %d", n, 2*queueLen+1, fast.lost())
	}
	s.leave(slow)
	if len(s.readers) != 1 || s.dropped != 2*queueLen+1 {
		t.Fatalf("%d readers, %d dropped once the slow one left", len(s.readers), s.dropped)
	}
}

func TestNumbersAndTimesGoOnOverASourcesRestart(t *testing.T) {
	s := newFeed()
	r := s.reader()
	s.put(1, 0x65)
	s.cut()
	s.put(2, 0x41)
	s.lane = laneOf(&format.H264{PayloadTyp: 97, PacketizationMode: 1})
	s.begin([]*lane{s.lane})
	s.seq = 40000
	s.put(500, 0x65)
	s.seq++ // one is lost
	s.put(501, 0x41)
	batch, ok := r.take()
	if !ok || len(batch) != 3 {
		t.Fatalf("%d packets, want 3", len(batch))
	}
	a, b, c := batch[0], batch[1], batch[2]
	if b.SequenceNumber != a.SequenceNumber+2 || c.SequenceNumber != b.SequenceNumber+2 || b.gap || !c.gap {
		t.Errorf("numbers %d %d %d", a.SequenceNumber, b.SequenceNumber, c.SequenceNumber)
	}
	if d := b.Timestamp - a.Timestamp; d == 0 || d > 90000 || c.Timestamp != b.Timestamp+1 {
		t.Errorf("times %d %d %d", a.Timestamp, b.Timestamp, c.Timestamp)
	}
	s.leave(r)
	s.leave(r)
	if _, ok := r.take(); ok {
		t.Fatal("a reader that left takes more")
	}
}

func TestAShutGateTakesBackWhatWasNotReadAndOpensWithAKeyPicture(t *testing.T) {
	s := newFeed()
	s.gated = true
	s.judge(allAllowed, time.Now())
	r := s.reader()
	s.put(1, 0x65)
	s.judge(Verdict{Record: true}, time.Now())
	s.put(2, 0x65)
	s.put(3, 0x41)
	late := s.reader()
	s.judge(allAllowed, time.Now())
	s.put(4, 0x41)
	if later := s.reader(); len(drain(r))+len(drain(late))+len(drain(later)) != 0 {
		t.Fatal("a picture from behind the gate was shown")
	}
	s.put(5, 0x65)
	for _, r := range []*reader{r, late} {
		if got := drain(r); len(got) != 1 || got[0] != 5 {
			t.Fatalf("%v after the gate opened, want 5", got)
		}
	}
	s.judge(allAllowed, time.Now().Add(-2*verdictFor))
	s.put(6, 0x65)
	if got := drain(r); len(got) != 0 {
		t.Fatal("a verdict that nobody renews still holds")
	}
}

// A source that sends key pictures only when it is asked is asked for whoever cannot go on without one, and no more often.
func TestAKeyPictureIsAskedForWhereSomebodyWaitsForIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFeed()
		early := s.reader()
		ts := uint32(0)
		on := func() bool { ts += 3000; return s.put(ts, 0x41) }
		on()
		if !on() {
			t.Error("the first reader waits")
		}
		s.put(ts, 0x65)
		for range queueLen {
			if on() {
				t.Fatal("nobody waits")
			}
			if len(drain(early)) == 0 {
				t.Fatal("the reader got nothing")
			}
		}
		late := s.reader() // the group of pictures is longer than it could hold
		on()
		if !on() || len(drain(late)) > 0 {
			t.Error("a late reader waits")
		}
		s.put(ts, 0x65)
		if on() || len(drain(late)) == 0 {
			t.Error("it has its key picture")
		}
		for range queueLen + 1 { // it reads nothing: others are not to pay for that
			if on() {
				t.Fatal("a key picture is asked for who reads nothing")
			}
			drain(early)
		}
		drain(late)
		on()
		if !on() {
			t.Error("who has read all waits")
		}
		s.put(ts, 0x65)
		if !s.replay(early) || on() {
			t.Error("the group is kept")
		}
		for range queueLen {
			on()
			drain(early)
			drain(late)
		}
		if s.replay(early) || !on() {
			t.Error("who lacks the key picture waits")
		}
		s.put(ts, 0x67, 0x42)
		tap := &Tap{wake: make(chan struct{}, 1), skipping: true}
		s.tap(tap)
		s.put(ts, 0x65)
		time.Sleep(keyEvery)
		if !on() {
			t.Error("a tap is to have one every two seconds")
		}
		s.untap(tap)
	})
}
