package tlog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// kept is a record whose frame is its own.
type kept struct {
	at    time.Time
	frame []byte
}

func readAll(t *testing.T, r io.Reader) (out []kept, st Stats) {
	t.Helper()
	l := NewReader(r)
	for {
		rec, err := l.Next()
		if errors.Is(err, io.EOF) {
			return out, l.Stats()
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, kept{rec.At, bytes.Clone(rec.Frame)})
	}
}

func px4(t *testing.T) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/px4.tlog")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// testdata/px4.tlog is an extract of what was recorded of a PX4 v1.17, both directions; px4.txt is what node-mavlink
// 2.1.0 (MavLinkTLogPacketSplitter) finds in it: time, system/component, number, message id, octets of the frame.
func TestWhatAnotherProgramFindsIsFound(t *testing.T) {
	log := px4(t)
	var got strings.Builder
	records, st := readAll(t, bytes.NewReader(log))
	var again []byte
	for _, r := range records {
		f := r.frame
		fmt.Fprintf(&got, "%d %d/%d %d %d %d\n", r.at.UnixMicro(), f[5], f[6], f[4], int(f[7])|int(f[8])<<8|int(f[9])<<16, len(f))
		again = Append(again, r.at, f)
	}
	want, err := os.ReadFile("testdata/px4.txt")
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("found:\n%s", got.String())
	}
	if st != (Stats{Records: uint64(strings.Count(string(want), "\n"))}) {
		t.Errorf("%+v", st)
	}
	if !bytes.Equal(again, log) {
		t.Error("written anew the log is another")
	}
}

// v1 and signed are frames with n octets of payload.
func v1(n int) []byte {
	return append([]byte{magicV1, byte(n), 1, 7, 1, 0}, make([]byte, n+2)...)
}

func v2(n int, id uint32, flags byte) []byte {
	f := append([]byte{magicV2, byte(n), flags, 0, 3, 7, 1, byte(id), byte(id >> 8), byte(id >> 16)}, bytes.Repeat([]byte{0xFD}, n)...)
	f = append(f, 0, 0)
	if flags&signedFlag != 0 {
		f = append(f, make([]byte, signatureLen)...)
	}
	return f
}

func TestEveryFormOfFrameComesBack(t *testing.T) {
	frames := [][]byte{v1(9), v1(255), v2(0, 0, 0), v2(255, 0xFFFFFF, signedFlag), v2(33, 30, 0)}
	at := time.Date(2026, 11, 25, 3, 4, 5, 678_901_000, time.UTC)
	var log []byte
	for i, f := range frames {
		log = Append(log, at.Add(time.Duration(i)*time.Microsecond), f)
	}
	for name, r := range map[string]io.Reader{"whole": bytes.NewReader(log), "octet by octet": iotest.OneByteReader(bytes.NewReader(log))} {
		got, st := readAll(t, r)
		if len(got) != len(frames) || st != (Stats{Records: uint64(len(frames))}) {
			t.Fatalf("%s: %d records, %+v", name, len(got), st)
		}
		for i := range got {
			if !bytes.Equal(got[i].frame, frames[i]) || !got[i].at.Equal(at.Add(time.Duration(i)*time.Microsecond)) {
				t.Errorf("%s: record %d is %v %x", name, i, got[i].at, got[i].frame)
			}
		}
	}
}

func TestKeysAndWhatIsNoFrameAreNotWritten(t *testing.T) {
	for name, f := range map[string][]byte{
		"SETUP_SIGNING": v2(42, 256, 0), "the same, signed": v2(42, 256, signedFlag), "nothing": nil, "one octet": {magicV2},
		"torn": v2(9, 0, 0)[:15], "with more behind": append(v1(3), 1), "an unknown flag": v2(3, 0, 2), "no magic": make([]byte, 20),
	} {
		if b := Append([]byte{1}, time.Now(), f); len(b) != 1 {
			t.Errorf("%s: %x", name, b)
		}
	}
	if Secret(v1(255)) || Secret(v2(42, 255, 0)) || !Secret(v2(42, 256, 0)) {
		t.Error("the wrong frames are secret")
	}
}

// A file that was not closed ends anywhere.
func TestATornTailCostsOneRecord(t *testing.T) {
	whole := px4(t)
	all, _ := readAll(t, bytes.NewReader(whole))
	ends, n := []int{0}, 0
	for _, r := range all {
		n += stampLen + len(r.frame)
		ends = append(ends, n)
	}
	i := 0
	for cut := ends[1]; cut <= 4*recordMax; cut++ {
		for i+1 < len(ends) && ends[i+1] <= cut {
			i++
		}
		got, st := readAll(t, bytes.NewReader(whole[:cut]))
		left := uint64(cut - ends[i])
		if len(got) != i || st.Skipped != left || st.Torn != (left > 0) {
			t.Fatalf("cut at %d: %d records of %d, %+v", cut, len(got), i, st)
		}
	}
}

// Whatever lies between two records, those before and behind it are found.
func TestGarbageIsPassedOver(t *testing.T) {
	whole := px4(t)
	all, _ := readAll(t, bytes.NewReader(whole))
	at := 0
	for _, r := range all[:40] {
		at += stampLen + len(r.frame)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	noise := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(rng.Uint32())
		}
		return b
	}
	torn := whole[:at]
	for name, garbage := range map[string][]byte{
		"noise": noise(5000), "zeros": make([]byte, 5000), "markers": bytes.Repeat([]byte{magicV2}, 5000), "a torn record": torn[:stampLen+11],
		"text": []byte("no log at all\n"), "one octet": {7},
	} {
		for place, log := range map[string][]byte{
			"before": append(bytes.Clone(garbage), whole...), "between": append(append(bytes.Clone(whole[:at]), garbage...), whole[at:]...),
			"behind": append(bytes.Clone(whole), garbage...),
		} {
			got, st := readAll(t, bytes.NewReader(log))
			if len(got) < len(all)-1 || len(got) > len(all)+1 || st.Gaps == 0 || st.Skipped == 0 {
				t.Errorf("%s %s: %d records of %d, %+v", name, place, len(got), len(all), st)
			}
			if last := got[len(got)-1]; place != "behind" && !bytes.Equal(last.frame, all[len(all)-1].frame) {
				t.Errorf("%s %s: the last record is %x", name, place, last.frame)
			}
		}
	}
}

func TestAnErrorOfReadingIsToldAsItIs(t *testing.T) {
	broken := errors.New("the disk is gone")
	r := NewReader(io.MultiReader(bytes.NewReader(px4(t)), iotest.ErrReader(broken)))
	for {
		if _, err := r.Next(); err != nil {
			if !errors.Is(err, broken) {
				t.Fatal(err)
			}
			return
		}
	}
}

// FuzzReader: any octets are read to their end, each octet once, and what was found can be written and read again.
func FuzzReader(f *testing.F) {
	b, err := os.ReadFile("testdata/px4.tlog")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b[:600])
	f.Add(append(bytes.Clone(b[:100]), b[50:400]...))
	f.Add(append(Append(nil, time.Unix(1, 0), v1(3)), Append(nil, time.Unix(2, 0), v2(4, 0, signedFlag))...))
	f.Fuzz(func(t *testing.T, log []byte) {
		got, st := readAll(t, bytes.NewReader(log))
		n := st.Skipped
		var again []byte
		secrets := 0
		for _, r := range got {
			n += stampLen + uint64(len(r.frame))
			again = Append(again, r.at, r.frame)
			if Secret(r.frame) {
				secrets++
			}
		}
		if n != uint64(len(log)) || st.Records != uint64(len(got)) {
			t.Fatalf("%d octets of %d: %+v", n, len(log), st)
		}
		back, st := readAll(t, bytes.NewReader(again))
		if len(back) != len(got)-secrets || st.Skipped != 0 {
			t.Fatalf("written again %d of %d records come back: %+v", len(back), len(got), st)
		}
	})
}
