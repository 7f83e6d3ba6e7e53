package rtcm

import (
	"bytes"
	"encoding/hex"
	"testing"
)

// The example of the standard: message 1005, antenna reference point (RTCM 10403.1, 4.2).
const example1005 = "d300133ed7d30202980edeef34b4bd62ac0941986f33360b98"

func message(n int) []byte {
	b := []byte{preamble, byte(n >> 8), byte(n)}
	for i := range n {
		b = append(b, byte(i*7+n))
	}
	c := crc24q(b)
	return append(b, byte(c>>16), byte(c>>8), byte(c))
}

func collect(f *Framer, chunks ...[]byte) (out [][]byte) {
	for _, c := range chunks {
		f.Push(c, func(m []byte) { out = append(out, bytes.Clone(m)) })
	}
	return out
}

func TestTheExampleOfTheStandard(t *testing.T) {
	raw, err := hex.DecodeString(example1005)
	if err != nil {
		t.Fatal(err)
	}
	got := collect(&Framer{}, raw)
	if len(got) != 1 || !bytes.Equal(got[0], raw) || Type(got[0]) != 1005 {
		t.Fatalf("%x", got)
	}
	raw[7] ^= 1
	if got := collect(&Framer{}, raw); len(got) != 0 {
		t.Fatalf("a wrong checksum passed: %x", got)
	}
}

func TestMessagesAreFoundInAnyStream(t *testing.T) {
	want := [][]byte{message(0), message(19), message(1023), message(200), message(177)}
	var stream []byte
	for i, m := range want {
		stream = append(stream, bytes.Repeat([]byte{preamble, 0xFF, 'x'}, i)...) // garbage, preambles in it
		stream = append(stream, m...)
	}
	for _, size := range []int{1, 2, 3, 7, 100, len(stream)} {
		f := &Framer{}
		var chunks [][]byte
		for b := stream; len(b) > 0; b = b[min(size, len(b)):] {
			chunks = append(chunks, b[:min(size, len(b))])
		}
		got := collect(f, chunks...)
		if len(got) != len(want) {
			t.Fatalf("by %d bytes: %d messages, want %d; %+v", size, len(got), len(want), f.Stats())
		}
		for i := range want {
			if !bytes.Equal(got[i], want[i]) {
				t.Errorf("by %d bytes: message %d differs", size, i)
			}
		}
	}
}

func TestABrokenMessageCostsOnlyItself(t *testing.T) {
	bad := message(50)
	bad[20] ^= 0x40
	f := &Framer{}
	if got := collect(f, bad, message(60)); len(got) != 1 || len(got[0]) != 66 || f.Stats().Bad == 0 {
		t.Fatalf("%d messages, %+v", len(got), f.Stats())
	}
}

func TestPieces(t *testing.T) {
	for _, c := range []struct {
		n    int
		lens []int
	}{
		{6, []int{6}}, {180, []int{180}}, {181, []int{180, 1}}, {360, []int{180, 180, 0}}, {540, []int{180, 180, 180, 0}},
		{700, []int{180, 180, 180, 160}}, {720, []int{180, 180, 180, 180}}, {721, nil}, {Longest, nil},
	} {
		f := &Fragmenter{seq: 31}
		m := message(c.n - headLen - crcLen)
		got := f.Cut(m)
		if len(got) != len(c.lens) {
			t.Errorf("%d bytes: %d pieces, want %d", c.n, len(got), len(c.lens))
			continue
		}
		var joined []byte
		for i, p := range got {
			joined = append(joined, p.Data...)
			fragmented := len(got) > 1
			if len(p.Data) != c.lens[i] || p.Flags&1 == 1 != fragmented || fragmented && int(p.Flags>>1&3) != i || p.Flags>>3 != 31 {
				t.Errorf("%d bytes, piece %d: %d bytes, flags %08b", c.n, i, len(p.Data), p.Flags)
			}
		}
		if got != nil && !bytes.Equal(joined, m) {
			t.Errorf("%d bytes: the pieces are not the message", c.n)
		}
		if next := f.Cut(message(1)); got != nil && next[0].Flags>>3 != 0 {
			t.Errorf("after number 31 comes %d", next[0].Flags>>3)
		}
	}
}

// FuzzFramer: whatever comes, in whatever pieces, what is found has a right checksum, and the memory is bounded.
func FuzzFramer(f *testing.F) {
	raw, _ := hex.DecodeString(example1005)
	f.Add(raw, uint8(3))
	f.Add(append([]byte{preamble, 3, 255}, raw...), uint8(200))
	f.Add(append(message(300), message(0)...), uint8(1))
	f.Fuzz(func(t *testing.T, stream []byte, size uint8) {
		whole := collect(&Framer{}, stream)
		g := &Framer{}
		var cut [][]byte
		for b := stream; len(b) > 0; {
			n := min(int(size)+1, len(b))
			cut = append(cut, collect(g, b[:n])...)
			b = b[n:]
			if len(g.buf) > Longest {
				t.Fatalf("holds %d bytes", len(g.buf))
			}
		}
		if len(whole) != len(cut) {
			t.Fatalf("%d messages at once, %d in pieces of %d", len(whole), len(cut), int(size)+1)
		}
		for i, m := range whole {
			n := len(m)
			if crc24q(m[:n-3]) != uint32(m[n-3])<<16|uint32(m[n-2])<<8|uint32(m[n-1]) || !bytes.Equal(m, cut[i]) {
				t.Fatalf("%x", m)
			}
			if n <= Most && (&Fragmenter{}).Cut(m) == nil {
				t.Fatalf("%d bytes are not cut", n)
			}
		}
	})
}
