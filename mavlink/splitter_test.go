package mavlink

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"pgregory.net/rapid"
)

func testSplitter() *Splitter { return &Splitter{kinds: stationKinds} }

// collect pushes b in pieces of at most n bytes.
func collect(s *Splitter, b []byte, n int) (frames [][]byte, st Stats) {
	for len(b) > 0 {
		k := min(n, len(b))
		st.Add(s.Push(b[:k], func(f []byte) { frames = append(frames, bytes.Clone(f)) }))
		b = b[k:]
	}
	return frames, st
}

func TestAStreamGivesTheFramesOfItsPiecesWhateverTheirSize(t *testing.T) {
	all := datagram(t, &common.MessageHeartbeat{CustomMode: 0xFDFEFDFE}, &common.MessageStatustext{Text: "one"},
		&common.MessageAttitude{TimeBootMs: 0xFDFDFDFD, Roll: 1}, &common.MessageHeartbeat{})
	all = append(append(all, unknownFrame()...), datagram(t, &common.MessageSysStatus{BatteryRemaining: 7})...)
	for n := 1; n <= len(all); n++ {
		frames, st := collect(testSplitter(), all, n)
		if !bytes.Equal(bytes.Join(frames, nil), all) || st != (Stats{Frames: 5, Unknown: 1}) {
			t.Fatalf("pieces of %d: %d frames, %+v", n, len(frames), st)
		}
	}
}

func TestAStreamFindsTheNextFrameAfterGarbage(t *testing.T) {
	good := datagram(t, &common.MessageHeartbeat{CustomMode: 5})
	broken := bytes.Clone(good)
	broken[12]++
	for name, garbage := range map[string][]byte{
		"text":             []byte("login: root\r\n"),
		"half a frame":     good[:9],
		"a broken frame":   broken,
		"a start marker":   {magicV2},
		"start markers":    bytes.Repeat([]byte{magicV2}, 40),
		"old start":        {magicV1, 200, 1, 1, 1, 0},
		"an unknown flag":  {magicV2, 3, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5},
		"frame as payload": append([]byte{magicV2, 255, 0, 0, 1, 1, 0, 0, 0}, good...),
	} {
		in := bytes.Clone(garbage)
		for range 2 * frameMax / len(good) {
			in = append(in, good...)
		}
		frames, _ := collect(testSplitter(), in, 7)
		// Whatever the garbage claims to be, at most one frame's length is spent on it.
		if lost := 2*frameMax/len(good) - len(frames); lost > frameMax/len(good)+1 || len(frames) == 0 || !bytes.Equal(frames[len(frames)-1], good) {
			t.Errorf("%s: %d frames lost", name, lost)
		}
	}
}

func TestAFloodOfMarkersCostsLittleAndIsForgotten(t *testing.T) {
	s := testSplitter()
	var st Stats
	flood := bytes.Repeat([]byte{magicV2, 0, 0, 0, 0, 1, 1, 0, 0, 0}, 1000)
	st.Add(s.Push(flood, func([]byte) { t.Fatal("a frame of nothing") }))
	if st.Bad == 0 || st.Bad > uint64(len(flood)/20) {
		t.Fatalf("%d checksums for %d bytes", st.Bad, len(flood))
	}
	good := datagram(t, &common.MessageHeartbeat{})
	n := 0
	for range 40 {
		s.Push(good, func([]byte) { n++ })
	}
	if n < 20 {
		t.Fatalf("%d of 40 frames after the flood", n)
	}
}

// Any stream of frames and garbage, cut anywhere, gives the frames that Split finds when it sees all of it at once; and
// what it gives, Split reads.
func TestAStreamFindsWhatSplitFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		var all []byte
		want := 0
		for range rapid.IntRange(1, 30).Draw(t, "parts") {
			if rng.IntN(3) > 0 {
				b, err := testEncoder(7, 1).Encode(nil, &common.MessageAttitude{TimeBootMs: rng.Uint32(), Roll: rng.Float32()})
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, b...)
				want++
				continue
			}
			for range rng.IntN(40) { // garbage without a start marker loses nothing
				all = append(all, byte(rng.IntN(magicV2)))
			}
		}
		frames, _ := collect(testSplitter(), all, rapid.IntRange(1, 300).Draw(t, "piece"))
		read := 0
		for _, f := range frames {
			testDecoder().Split(f, func(Frame) { read++ })
		}
		if len(frames) != want || read != want {
			t.Fatalf("%d frames, %d read, want %d", len(frames), read, want)
		}
	})
}

func FuzzSplitter(f *testing.F) {
	f.Add(datagram(f, &common.MessageHeartbeat{}, &common.MessageAttitude{Roll: 1}), 5)
	f.Add(append(unknownFrame(), datagram(f, &common.MessageHeartbeat{})...), 1)
	f.Add(bytes.Repeat([]byte{magicV2}, 700), 64)
	f.Fuzz(func(t *testing.T, b []byte, piece int) {
		if piece <= 0 || piece > 4096 {
			piece = 1
		}
		frames, st := collect(testSplitter(), b, piece)
		whole, again := collect(testSplitter(), b, len(b)+1)
		if st != again || !bytes.Equal(bytes.Join(frames, nil), bytes.Join(whole, nil)) {
			t.Fatalf("in pieces of %d: %+v, at once %+v", piece, st, again)
		}
		total := 0
		for _, fr := range frames {
			total += len(fr)
			found := 0
			testDecoder().Split(fr, func(Frame) { found++ })
			if len(fr) > frameMax || found > 1 {
				t.Fatalf("a frame of %d bytes in which Split finds %d", len(fr), found)
			}
		}
		if total > len(b) || uint64(len(frames)) != st.Frames+st.Unknown {
			t.Fatalf("%d bytes of %d, %d frames, %+v", total, len(b), len(frames), st)
		}
	})
}
