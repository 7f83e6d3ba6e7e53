package video

import (
	"testing"

	"github.com/pion/rtp"
)

func packet(ts uint32, payload ...byte) *rtp.Packet {
	return &rtp.Packet{Header: rtp.Header{Timestamp: ts}, Payload: payload}
}

func TestStartsKey(t *testing.T) {
	for name, c := range map[string]struct {
		payload []byte
		want    bool
	}{
		"empty":                 {nil, false},
		"IDR":                   {[]byte{0x65, 1}, true},
		"SPS":                   {[]byte{0x67, 1}, true},
		"other slice":           {[]byte{0x41, 1}, false},
		"FU-A of IDR, first":    {[]byte{0x7c, 0x85, 1}, true},
		"FU-A of IDR, later":    {[]byte{0x7c, 0x05, 1}, false},
		"FU-A of other":         {[]byte{0x7c, 0x81, 1}, false},
		"FU-A cut":              {[]byte{0x7c}, false},
		"STAP-A with SPS":       {[]byte{0x78, 0, 1, 0x06, 0, 2, 0x67, 1}, true},
		"STAP-A without":        {[]byte{0x78, 0, 1, 0x06}, false},
		"STAP-A with bad size":  {[]byte{0x78, 0xff, 0xff, 0x67}, false},
		"STAP-A with size zero": {[]byte{0x78, 0, 0, 0x67}, false},
	} {
		if got := startsKey(packet(0, c.payload...)); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func FuzzStartsKey(f *testing.F) {
	f.Add([]byte{0x78, 0, 1, 0x06, 0, 2, 0x67, 1})
	f.Add([]byte{0x7c, 0x85, 1})
	f.Fuzz(func(t *testing.T, payload []byte) { startsKey(packet(0, payload...)) })
}

func drain(r *reader) (all []uint32) {
	for {
		select {
		case p := <-r.queue:
			all = append(all, p.Timestamp)
		default:
			return all
		}
	}
}

func TestANewReaderBeginsWithTheLastKeyPicture(t *testing.T) {
	s := newStream()
	early := s.join()
	s.write(packet(1, 0x41))
	s.write(packet(2, 0x67)) // the key picture at 2 comes in three packets
	s.write(packet(2, 0x68))
	s.write(packet(2, 0x65))
	s.write(packet(3, 0x41))
	late := s.join()
	s.write(packet(4, 0x41))
	for name, r := range map[string]*reader{"early": early, "late": late} {
		if got := drain(r); len(got) != 5 || got[0] != 2 || got[4] != 4 {
			t.Errorf("%s got %v, want the key picture at 2 and all after", name, got)
		}
	}
}

func TestAReaderThatIsBehindHindersNobodyAndResumesAtAKeyPicture(t *testing.T) {
	s := newStream()
	slow, fast := s.join(), s.join()
	s.write(packet(0, 0x65))
	got := 0
	for ts := uint32(1); ts < 3*queueLen; ts++ {
		s.write(packet(ts, 0x41))
		got += len(drain(fast))
	}
	if got != 3*queueLen {
		t.Fatalf("the fast reader got %d of %d", got, 3*queueLen)
	}
	if n := len(drain(slow)); n != queueLen {
		t.Fatalf("the slow reader got %d, want its queue of %d", n, queueLen)
	}
	s.write(packet(9000, 0x41))
	if n := drain(slow); len(n) != 0 {
		t.Fatalf("it resumed at %v, which is no key picture", n)
	}
	s.write(packet(9001, 0x65))
	s.write(packet(9002, 0x41))
	if n := drain(slow); len(n) != 2 || n[0] != 9001 {
		t.Fatalf("it resumed with %v, want 9001 and 9002", n)
	}
	if _, dropped := s.count(); dropped != 2*queueLen+1 {
		t.Fatalf("%d counted as dropped, want %d", dropped, 2*queueLen+1)
	}
}

func TestAfterACutReadersWaitForAKeyPicture(t *testing.T) {
	s := newStream()
	r := s.join()
	s.write(packet(1, 0x65))
	s.cut()
	s.write(packet(2, 0x41))
	s.write(packet(3, 0x65))
	if got := drain(r); len(got) != 2 || got[0] != 1 || got[1] != 3 {
		t.Fatalf("got %v, want 1 and 3", got)
	}
	s.leave(r)
	s.leave(r)
	if _, open := <-r.queue; open {
		t.Fatal("the queue of a reader that left is open")
	}
}
