package record

import (
	"testing"
	"time"

	"groundstation/video/unit"
)

// BenchmarkSecond records a second of a camera of 2 Mbit/s at 30 pictures a second: its time in ms times 2.9 is what 29 of
// them take of a core, percent.
func BenchmarkSecond(b *testing.B) {
	lib, err := openLibrary(b.TempDir(), noon)
	if err != nil {
		b.Fatal(err)
	}
	k, err := lib.start(Head{ID: "V01-1", Source: "V01", From: noon, StartedAt: noon}, noon, UsualLengths, discard, func(Recording) {})
	if err != nil {
		b.Fatal(err)
	}
	const rate = 30
	f := newFilm(b, unit.H264, 1)
	picture := make([]byte, 2_000_000/8/rate)
	picture[0] = 0x41
	key := append([]byte{0x65}, picture[1:]...)
	n := 0
	for b.Loop() {
		for i := range rate {
			at := time.Duration(n) * time.Second / rate
			u := &unit.Unit{Track: f.track, Key: i == 0, PTS: at, Arrived: noon.Add(at), Data: [][]byte{picture}}
			if u.Key {
				u.Data[0] = key
			}
			k.step(u.Arrived, Unit{u}, always)
			n++
		}
	}
	b.SetBytes(2_000_000 / 8)
}
