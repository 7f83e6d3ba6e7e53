package record

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"groundstation/video/unit"
)

// G.711 is recorded without loss: a foreign decoder makes the same samples of the segments and of a clip as of what the camera
// sent. A transport stream has no place for it.
func TestSoundOfG711IsRecordedWithoutLoss(t *testing.T) {
	for codec, law := range map[unit.Codec]string{unit.PCMA: "alaw", unit.PCMU: "mulaw"} {
		lib, k := begun(t)
		f := newFilm(t, unit.H264, 1).again()
		track := &unit.Track{Codec: codec, ClockRate: 8000, Channels: 1, Generation: 1}
		rng := rand.New(rand.NewPCG(1, 2))
		at, n := noon, 12*group
		sent := make([]byte, 0, n*320)
		for range n {
			packet := make([]byte, 320) // 40 ms
			for i := range packet {
				packet[i] = byte(rng.Uint32())
			}
			sent = append(sent, packet...)
			k.step(at, Unit{&unit.Unit{Track: track, Data: [][]byte{packet}, Key: true, PTS: f.pts, Arrived: at}}, always)
			k.step(at, Unit{f.next(at)}, always)
			at = at.Add(period)
		}
		if err := k.close(at, "lin", "by hand", always); err != nil {
			t.Fatal(err)
		}
		r, _ := lib.Get("V01-1")
		whole(t, r)
		// It was heard before the first picture, with which the file begins.
		want := decoded(t, sent, "-f", law, "-ar", "8000", "-channel_layout", "mono", "-i", "pipe:0")[2*320:]
		if len(r.Segments) != 2 || !strings.HasSuffix(r.Segments[0].Codec, ",flac") || r.Segments[0].LeftOut != "" {
			t.Fatalf("%+v", r.Segments)
		}
		var got []byte
		for _, s := range r.Segments {
			got = append(got, decoded(t, nil, "-i", lib.path(r.ID, s.File))...)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s: %d octets of the segments are not the %d that were sent", codec, len(got), len(want))
		}
		if codec == unit.PCMA {
			clipped(t, lib, r, want)
		}
	}
}

// clipped cuts the last five seconds out of a recording whose sound is given.
func clipped(t *testing.T, lib *Library, r *Recording, sound []byte) {
	from := noon.Add(7 * time.Second)
	stretches, err := r.Stretches(from, r.To())
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "clip")
	if stretches[0].NotInTS() != "flac" {
		t.Error("it is not told that a transport stream lacks the sound")
	}
	for kind, write := range map[string]func(*bytes.Buffer) (time.Time, error){
		".mp4": func(w *bytes.Buffer) (time.Time, error) { return lib.WriteMP4(w, r.ID, stretches[0], from) },
		".ts":  func(w *bytes.Buffer) (time.Time, error) { return lib.WriteTS(w, r.ID, stretches[0], from, nil) },
	} {
		var buf bytes.Buffer
		if _, err := write(&buf); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name+kind, buf.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := probe(t, name+kind); got.frames != 5*group || got.sound != (kind == ".mp4") {
			t.Errorf("%s: %+v", kind, got)
		}
	}
	if got := decoded(t, nil, "-i", name+".mp4"); len(got) < 2*8000*49/10 || !bytes.HasSuffix(sound, got) {
		t.Errorf("%d octets of the clip are not the end of what was sent", len(got))
	}
}

// decoded gives the samples, of 16 bits, that ffmpeg makes of sound.
func decoded(t *testing.T, in []byte, args ...string) []byte {
	t.Helper()
	c := exec.Command("ffmpeg", append(append([]string{"-v", "warning"}, args...), "-vn", "-f", "s16le", "pipe:1")...)
	c.Stdin = bytes.NewReader(in)
	var out, said bytes.Buffer
	c.Stdout, c.Stderr = &out, &said
	if err := c.Run(); err != nil || said.Len() > 0 {
		t.Fatalf("%v: %s", err, said.String())
	}
	return out.Bytes()
}
