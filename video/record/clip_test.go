package record

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"groundstation/video/unit"
)

func TestAClipPlaysFromItsKeyPicture(t *testing.T) {
	for _, codec := range []unit.Codec{unit.H264, unit.H265} {
		lib, k := begun(t)
		f := newFilm(t, codec, 1).again()
		at := roll(k, f, noon, 24*group)
		k.step(at, Absent{SourceLost, ""}, always)
		f.n = 0
		at = roll(k, f, at.Add(6*time.Second), 5*group)
		if err := k.close(at, "lin", "by hand", always); err != nil {
			t.Fatal(err)
		}
		r, _ := lib.Get("V01-1")
		from, to := noon.Add(8500*time.Millisecond), noon.Add(31500*time.Millisecond)
		stretches, err := r.Stretches(from, to)
		if err != nil || len(stretches) != 2 {
			t.Fatalf("%d stretches: %v", len(stretches), err)
		}
		for i, want := range []struct {
			from   time.Time
			frames int
		}{{noon.Add(8 * time.Second), 16 * group}, {noon.Add(30 * time.Second), 38}} {
			var buf bytes.Buffer
			begins, err := lib.WriteMP4(&buf, r.ID, stretches[i], from)
			if err != nil || !begins.Equal(want.from) {
				t.Fatalf("from %s, want %s: %v", begins, want.from, err)
			}
			name := filepath.Join(t.TempDir(), "clip.mp4")
			if err := os.WriteFile(name, buf.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			got := probe(t, name)
			if codec == unit.H265 {
				want.frames -= (want.frames + group - 1) / group
			}
			if got.frames != want.frames || codec == unit.H265 && got.tag != "hvc1" {
				t.Errorf("%s, clip %d: %+v, want %d pictures", codec, i, got, want.frames)
			}
		}
		if _, err := r.Stretches(noon.Add(25*time.Second), noon.Add(27*time.Second)); !errors.Is(err, ErrNothing) {
			t.Errorf("a clip of a gap: %v", err)
		}
	}
}

func TestAClipHasItsSound(t *testing.T) {
	lib, k := begun(t)
	f := newFilm(t, unit.H264, 1).again()
	opus := &unit.Track{Codec: unit.Opus, ClockRate: 48000, Channels: 1, Generation: 1}
	at := noon
	for n := range 25 * group {
		for i := range 2 {
			k.step(at, Unit{&unit.Unit{Track: opus, Data: [][]byte{{0x08, 0xff, 0xfe}}, PTS: time.Duration(n)*period + time.Duration(i)*period/2, Arrived: at}}, always)
		}
		k.step(at, Unit{f.next(at)}, always)
		at = at.Add(period)
	}
	if err := k.close(at, "lin", "by hand", always); err != nil {
		t.Fatal(err)
	}
	r, _ := lib.Get("V01-1")
	stretches, err := r.Stretches(noon.Add(7*time.Second), noon.Add(15*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	if _, err := lib.WriteMP4(&buf, r.ID, stretches[0], noon.Add(7*time.Second)); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "clip.mp4")
	if err := os.WriteFile(name, buf.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := probe(t, name); !got.sound || got.frames != 8*group || got.end < 7.9 || got.end > 8.1 {
		t.Errorf("%+v", got)
	}
}

func TestThePlaylistSaysWhereASegmentBegins(t *testing.T) {
	lib, k := begun(t)
	f := newFilm(t, unit.H264, 1).again()
	at := roll(k, f, noon, 12*group)
	k.step(at, Absent{Gated, "school"}, always)
	f.n = 0
	at = roll(k, f, at.Add(6*time.Second), 5*group)
	show := func() string {
		r, _ := lib.Get("V01-1")
		return string(Playlist(r, func(n int) string { return "segments/" + string(rune('0'+n)) }))
	}
	if got := show(); !strings.Contains(got, "PLAYLIST-TYPE:EVENT") || strings.Contains(got, "ENDLIST") || strings.Count(got, "#EXTINF") != 2 {
		t.Errorf("while it is made:\n%s", got)
	}
	if err := k.close(at, "lin", "by hand", always); err != nil {
		t.Fatal(err)
	}
	got := show()
	for _, want := range []string{"PLAYLIST-TYPE:VOD", "TARGETDURATION:10\n", "#EXT-X-DISCONTINUITY\n", "PROGRAM-DATE-TIME:2026-03-01T12:00:18.000Z", "#EXTINF:10.000,\n", "#EXT-X-ENDLIST"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not in\n%s", want, got)
		}
	}
	if strings.Count(got, "DISCONTINUITY") != 1 {
		t.Errorf("%s", got)
	}
}
