package flac

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"os/exec"
	"slices"
	"testing"
)

// What a foreign decoder makes of the frames is what was coded, of whatever kind and length, and it objects to nothing.
func TestAForeignDecoderReadsTheSamples(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	f := Format{Rate: 8000, Channels: 2}
	waves := []func(i int) int16{
		func(int) int16 { return 0 },
		func(int) int16 { return -1 },
		func(int) int16 { return math.MinInt16 },
		func(i int) int16 { return int16(i) },
		func(i int) int16 { return int16(12000 * math.Sin(float64(i)/9)) },
		func(int) int16 { return int16(rng.Uint32()) },
		func(int) int16 { return int16(rng.Uint32()) << 3 },
		func(i int) int16 { return int16(uint16(0x7fff + i%2)) }, // from end to end
		func(i int) int16 { return int16(i/100%2) * 20000 },
	}
	head := append([]byte("fLaC\x80\x00\x00\x22"), f.Info()...)
	file, at := head, uint64(126) // over the first lengths of a frame's place
	var want []int16
	for i := range 3 * len(waves) {
		block := make([]int16, 2*(16+rng.IntN(900)))
		for n := range block {
			block[n] = waves[(i+n%2*i)%len(waves)](n)
		}
		frame := f.Frame(at, block)
		if len(frame) > 2*len(block)+24 {
			t.Errorf("%d octets for %d samples", len(frame), len(block))
		}
		file, want, at = append(file, frame...), append(want, block...), at+uint64(len(block)/2)
	}
	c := exec.Command("ffmpeg", "-v", "warning", "-f", "flac", "-i", "pipe:0", "-f", "s16le", "pipe:1")
	c.Stdin = bytes.NewReader(file)
	var out, said bytes.Buffer
	c.Stdout, c.Stderr = &out, &said
	if err := c.Run(); err != nil || said.Len() > 0 {
		t.Fatalf("%v: %s", err, said.String())
	}
	got := make([]int16, out.Len()/2)
	if _, err := binary.Decode(out.Bytes(), binary.LittleEndian, got); err != nil || !slices.Equal(got, want) {
		t.Fatalf("%d samples, want %d: %v", len(got), len(want), err)
	}
}

func TestSpeechTakesLessThanItsSamples(t *testing.T) {
	f := Format{Rate: 8000, Channels: 1}
	block := make([]int16, 160)
	for i := range block {
		block[i] = int16(3000*math.Sin(float64(i)/7)) &^ 3
	}
	if n := len(f.Frame(0, block)); n > 200 {
		t.Errorf("%d octets", n)
	}
	if n := len(f.Frame(0, make([]int16, 160))); n > 20 {
		t.Errorf("silence takes %d octets", n)
	}
}

func TestPlacesAreCodedAsUTF8(t *testing.T) {
	for _, v := range []uint64{0, 0x7f, 0x80, 0x7ff, 0x800, 0xd000, 0x10000, 0x10ffff} {
		var w writer
		w.number(v)
		if got := string(w.buf); got != string(rune(v)) {
			t.Errorf("%x: % x", v, got)
		}
	}
	var w writer
	w.number(1<<36 - 1)
	if !bytes.Equal(w.buf, []byte{0xfe, 0xbf, 0xbf, 0xbf, 0xbf, 0xbf, 0xbf}) {
		t.Errorf("% x", w.buf)
	}
}

func TestWhatHasNoPlaceIsRefused(t *testing.T) {
	for _, f := range []Format{{}, {8000, 0}, {8000, 9}, {0, 1}, {1 << 16, 1}} {
		if f.Fits() {
			t.Errorf("%+v", f)
		}
	}
	if f := (Format{8000, 1}); !f.Fits() || f.Frame(0, nil) != nil || f.Frame(0, make([]int16, blockMax+1)) != nil {
		t.Error("a frame without samples, or of too many")
	}
}
