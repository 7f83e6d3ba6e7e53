package record

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/bluenviron/mediacommon/v2/pkg/formats/fmp4"

	"groundstation/video/unit"
)

var discard = slog.New(slog.DiscardHandler)

func TestWhatIsRecordedPlays(t *testing.T) {
	for codec, want := range map[unit.Codec]probed{unit.H264: {codec: "h264", tag: "avc1"}, unit.H265: {codec: "hevc", tag: "hvc1"}} {
		t.Run(string(codec), func(t *testing.T) {
			lib, k := begun(t)
			end := roll(k, newFilm(t, codec, 1), noon, 24*group)
			if err := k.close(end, "lin", "by hand", always); err != nil {
				t.Fatal(err)
			}
			r, _ := lib.Get("V01-1")
			whole(t, r)
			if len(r.Segments) != 3 || len(r.Gaps) != 0 || !r.To().Equal(end) {
				t.Fatalf("%d segments, gaps %v, until %s", len(r.Segments), r.Gaps, r.To())
			}
			for i, frames := range []int{10 * group, 10 * group, 4 * group} {
				s := r.Segments[i]
				got := probe(t, lib.path(r.ID, s.File))
				if codec == unit.H265 {
					frames -= frames / group // its key pictures are not shown
				}
				if got.codec != want.codec || got.tag != want.tag || got.frames != frames {
					t.Errorf("segment %d: %+v", s.N, got)
				}
				if at := s.From.Sub(noon).Seconds(); got.start != at || s.BaseS != at {
					t.Errorf("segment %d begins at %v in its file, %v in the index, %v by the clock", s.N, got.start, s.BaseS, at)
				}
				if s.Clock != ArrivalClock || !s.Captured.Equal(s.From) || s.SHA256 == "" || !strings.HasPrefix(s.Codec, want.tag+".") {
					t.Errorf("%+v", s)
				}
			}
			again, err := openLibrary(lib.dir, end)
			if err != nil {
				t.Fatal(err)
			}
			if r2, _ := again.Get(r.ID); r2 == nil || r2.Hash != r.Hash || len(r2.Segments) != 3 || r2.Closed == nil || r2.Octets != r.Octets {
				t.Fatalf("read again: %+v", r2)
			}
		})
	}
}

func TestSoundIsRecordedWithThePicture(t *testing.T) {
	lib, k := begun(t)
	f := newFilm(t, unit.H264, 1)
	opus := &unit.Track{Codec: unit.Opus, ClockRate: 48000, Channels: 1, Generation: 1}
	at := noon
	for n := range 12 * group {
		k.step(at, Unit{f.next(at)}, always)
		for i := range 2 { // 20 ms of silence each (RFC 6716: SILK, mono, one frame)
			k.step(at, Unit{&unit.Unit{Track: opus, Data: [][]byte{{0x08, 0xff, 0xfe}}, Key: true,
				PTS: time.Duration(n)*period + time.Duration(i)*period/2, Arrived: at}}, always)
		}
		at = at.Add(period)
	}
	if err := k.close(at, "lin", "by hand", always); err != nil {
		t.Fatal(err)
	}
	r, _ := lib.Get("V01-1")
	whole(t, r)
	// The sound was heard first after the first key picture, before anything was written.
	for i, frames := range []int{10 * group, 2 * group} {
		if len(r.Segments) != 2 || !strings.HasSuffix(r.Segments[i].Codec, ",opus") {
			t.Fatalf("%+v", r.Segments)
		}
		if got := probe(t, lib.path(r.ID, r.Segments[i].File)); !got.sound || got.frames != frames {
			t.Fatalf("%+v", got)
		}
	}
}

// Sound that comes when the file was begun without it is in the next, and the first says that it lacks it.
func TestLateSoundIsToldOf(t *testing.T) {
	lib, k := begun(t)
	f, opus := newFilm(t, unit.H264, 1).again(), &unit.Track{Codec: unit.Opus, ClockRate: 48000, Channels: 1, Generation: 1}
	at := roll(k, f, noon, 3*group)
	for range 9 * group {
		u := f.next(at)
		k.step(at, Unit{u}, always)
		k.step(at, Unit{&unit.Unit{Track: opus, Data: [][]byte{{0x08, 0xff, 0xfe}}, Key: true, PTS: u.PTS, Arrived: at}}, always)
		at = at.Add(period)
	}
	if err := k.close(at, "lin", "by hand", always); err != nil {
		t.Fatal(err)
	}
	r, _ := lib.Get("V01-1")
	whole(t, r)
	if len(r.Segments) != 2 || r.Segments[0].LeftOut != "opus" || strings.Contains(r.Segments[0].Codec, ",") || r.Segments[1].LeftOut != "" || !strings.HasSuffix(r.Segments[1].Codec, ",opus") {
		t.Errorf("%+v", r.Segments)
	}
}

// A source that began anew has its sound from its first segment on: that of the session before says nothing of it.
func TestSoundIsRecordedWhereASourceBeginsAnew(t *testing.T) {
	lib, k := begun(t)
	at := noon
	for generation := 1; generation <= 2; generation++ {
		f, opus := newFilm(t, unit.H264, generation).again(), &unit.Track{Codec: unit.Opus, ClockRate: 48000, Channels: 1, Generation: generation}
		for range 2 * group {
			u := f.next(at)
			k.step(at, Unit{u}, always)
			k.step(at, Unit{&unit.Unit{Track: opus, Data: [][]byte{{0x08, 0xff, 0xfe}}, Key: true, PTS: u.PTS, Arrived: at}}, always)
			at = at.Add(period)
		}
	}
	if err := k.close(at, "lin", "by hand", always); err != nil {
		t.Fatal(err)
	}
	r, _ := lib.Get("V01-1")
	whole(t, r)
	if len(r.Segments) != 2 {
		t.Fatalf("%+v", r.Segments)
	}
	for _, s := range r.Segments {
		raw, err := os.ReadFile(lib.path(r.ID, s.File))
		if err != nil {
			t.Fatal(err)
		}
		var parts fmp4.Parts
		if err := parts.Unmarshal(raw[s.Init:]); err != nil {
			t.Fatal(err)
		}
		sounds := 0
		for _, p := range parts {
			for _, track := range p.Tracks {
				if track.ID == soundID {
					sounds += len(track.Samples)
				}
			}
		}
		if sounds < 2*group-1 {
			t.Errorf("%d frames of sound in %+v", sounds, s)
		}
	}
}

// Sound that cannot be described has no place in the file: the picture is whole, and each segment says what it lacks.
func TestSoundThatIsLeftOutIsToldOf(t *testing.T) {
	lib, k := begun(t)
	f := newFilm(t, unit.H264, 1)
	pcm := &unit.Track{Codec: unit.PCMU, ClockRate: 8000, Channels: 9, Generation: 1}
	at := noon
	for n := range 22 * group {
		k.step(at, Unit{f.next(at)}, always)
		if n < 15*group { // then it falls silent
			k.step(at, Unit{&unit.Unit{Track: pcm, Data: [][]byte{make([]byte, 320)}, Key: true, PTS: time.Duration(n) * period, Arrived: at}}, always)
		}
		at = at.Add(period)
	}
	if err := k.close(at, "lin", "by hand", always); err != nil {
		t.Fatal(err)
	}
	r, _ := lib.Get("V01-1")
	whole(t, r)
	if len(r.Segments) != 3 || r.Segments[0].LeftOut != "pcmu" || r.Segments[1].LeftOut != "pcmu" || r.Segments[2].LeftOut != "" {
		t.Fatalf("%+v", r.Segments)
	}
	if got := probe(t, lib.path(r.ID, r.Segments[0].File)); got.sound || got.frames != 10*group || strings.Contains(r.Segments[0].Codec, ",") {
		t.Fatalf("%+v of %s", got, r.Segments[0].Codec)
	}
}

func TestGapsSayWhy(t *testing.T) {
	_, k := begun(t)
	f := newFilm(t, unit.H264, 1)
	at := roll(k, f, noon.Add(time.Second), 2*group) // the first second had none
	k.step(at.Add(2*time.Second), Tick{}, always)    // the camera is silent
	f.n = 5                                          // and comes back between two key pictures
	at = roll(k, f, at.Add(3*time.Second), 2*group)
	k.step(at, Absent{Gated, "school"}, always)
	at = at.Add(5 * time.Second)
	f.n = 0
	at = roll(k, f, at, group)
	g := newFilm(t, unit.H264, 2) // the camera begins anew, at once
	at = roll(k, g, at, group)
	g.next(at) // a packet of this picture was lost
	at = at.Add(period)
	u := g.next(at)
	u.Lost = true
	k.step(at, Unit{u}, always)
	at = roll(k, g, at.Add(period), group)
	if err := k.close(at.Add(4*time.Second), "lin", "by hand", always); err != nil {
		t.Fatal(err)
	}
	r, _ := k.lib.Get("V01-1")
	whole(t, r)
	var why []Why
	for _, g := range r.Gaps {
		why = append(why, g.Why)
	}
	want := []Why{Starting, SourceLost, Gated, PacketsLost, SourceLost}
	if len(why) != len(want) {
		t.Fatalf("%v", r.Gaps)
	}
	for i := range want {
		if why[i] != want[i] {
			t.Errorf("gap %d: %+v, want %s", i, r.Gaps[i], want[i])
		}
	}
	if r.Gaps[2].Detail != "school" {
		t.Errorf("%+v", r.Gaps[2])
	}
	if len(r.Segments) != 4 {
		t.Errorf("%d segments", len(r.Segments))
	}
	for _, s := range r.Segments {
		if got := probe(t, k.lib.path(r.ID, s.File)); got.frames == 0 {
			t.Errorf("%+v", got)
		}
	}
}

// fullDisk takes so many octets and then no more.
type fullDisk struct {
	file
	left *int
}

func (f fullDisk) Write(b []byte) (int, error) {
	if *f.left >= 0 && len(b) > *f.left {
		n, _ := f.file.Write(b[:*f.left])
		*f.left = 0
		return n, syscall.ENOSPC
	}
	if *f.left >= 0 {
		*f.left -= len(b)
	}
	return f.file.Write(b)
}

func TestAFullDiskIsAGap(t *testing.T) {
	for left := 2000; left < 40000; left += 1777 {
		lib, k := begun(t)
		room := -1
		create := lib.create
		lib.create = func(name string) (file, error) {
			f, err := create(name)
			return fullDisk{f, &room}, err
		}
		f := newFilm(t, unit.H264, 1).again()
		room = left
		at := roll(k, f, noon, 40*group)
		room = -1 // somebody makes room
		at = roll(k, f, at, 20*group)
		if err := k.close(at, "lin", "by hand", always); err != nil {
			t.Fatal(err)
		}
		r, _ := lib.Get("V01-1")
		whole(t, r)
		full := false
		for _, g := range r.Gaps {
			full = full || g.Why == DiskFull
		}
		if !full {
			t.Errorf("%d octets: %v", left, r.Gaps)
		}
		for _, s := range r.Segments {
			if got, err := sumFile(lib.path(r.ID, s.File)); err != nil || got.SHA256 != s.SHA256 || got.Octets != s.Octets {
				t.Errorf("%d octets: %s: %v", left, s.File, err)
			}
		}
		if last := r.Segments[len(r.Segments)-1]; at.Sub(last.To) > time.Second {
			t.Errorf("%d octets: nothing was recorded when there was room again", left)
		}
		if _, err := openLibrary(lib.dir, at); err != nil {
			t.Errorf("%d octets: %v", left, err)
		}
	}
}

// The disk is full where a source ends what is open and begins anew: the file that was not begun yet is none.
func TestAFullDiskWhereASourceBeginsAnew(t *testing.T) {
	lib, k := begun(t)
	room := -1
	create := lib.create
	lib.create = func(name string) (file, error) {
		f, err := create(name)
		return fullDisk{f, &room}, err
	}
	at := roll(k, newFilm(t, unit.H264, 1).again(), noon, 2*group+5)
	f := newFilm(t, unit.H264, 2).again()
	room = 0
	at = roll(k, f, at, 1)
	room = -1
	at = roll(k, f, at, 12*group)
	if err := k.close(at, "lin", "by hand", always); err != nil {
		t.Fatal(err)
	}
	r, _ := lib.Get("V01-1")
	whole(t, r)
	if len(r.Segments) != 2 || r.Gaps[0].Why != DiskFull {
		t.Errorf("segments %+v, gaps %+v", r.Segments, r.Gaps)
	}
	if _, err := openLibrary(lib.dir, at); err != nil {
		t.Error(err)
	}
}

func TestNoRoomIsAGap(t *testing.T) {
	lib, k := begun(t)
	f := newFilm(t, unit.H264, 1)
	room := true
	at := noon
	for n := range 40 * group {
		room = n < 12*group
		k.step(at, Unit{f.next(at)}, func() bool { return room })
		at = at.Add(period)
	}
	if err := k.close(at, "lin", "by hand", always); err != nil {
		t.Fatal(err)
	}
	r, _ := lib.Get("V01-1")
	whole(t, r)
	if len(r.Segments) != 2 || r.Gaps[len(r.Gaps)-1].Why != DiskFull {
		t.Fatalf("%d segments, %v", len(r.Segments), r.Gaps)
	}
}

func TestWhatWasChangedIsFound(t *testing.T) {
	lib, k := begun(t)
	end := roll(k, newFilm(t, unit.H264, 1), noon, 12*group)
	if err := k.mark(Point{At: noon, Lat: 32.5, Lon: 120.4}); err != nil {
		t.Fatal(err)
	}
	if err := k.close(end, "lin", "by hand", always); err != nil {
		t.Fatal(err)
	}
	r, _ := lib.Get("V01-1")
	anchor := Anchor{Recording: r.ID, Seq: r.Seq, Hash: r.Hash, Closed: true}
	earlier := Anchor{Recording: r.ID, Seq: 1}
	raw, err := lib.Index(r.ID)
	if err != nil {
		t.Fatal(err)
	}
	earlier.Hash, _ = HashAt(raw, 1)
	if n, segments, err := Verify(lib.dir, []Anchor{earlier, anchor}); n != 2 || segments != 4 || err != nil {
		t.Fatalf("%d %d %v", n, segments, err)
	}
	for name, change := range map[string]func(dir string) error{
		"a picture":         func(dir string) error { return flip(filepath.Join(dir, "000002.mp4"), 2000) },
		"the track":         func(dir string) error { return flip(filepath.Join(dir, TrackFile), 3) },
		"a segment gone":    func(dir string) error { return os.Remove(filepath.Join(dir, "000001.mp4")) },
		"the index":         func(dir string) error { return flip(filepath.Join(dir, IndexFile), 100) },
		"the index cut off": func(dir string) error { return os.Truncate(filepath.Join(dir, IndexFile), 700) },
		"all of it gone":    os.RemoveAll,
		"the index goes on": func(dir string) error {
			other := *r
			b, err := other.append(end, Line{Gap: &Gap{From: noon, To: end, Why: Gated}})
			return errors.Join(err, os.WriteFile(filepath.Join(dir, IndexFile), append(append([]byte{}, raw...), b...), 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(filepath.Join(dir, r.ID), os.DirFS(filepath.Join(lib.dir, r.ID))); err != nil {
				t.Fatal(err)
			}
			if _, _, err := Verify(dir, []Anchor{anchor}); err != nil {
				t.Fatal(err)
			}
			if err := change(filepath.Join(dir, r.ID)); err != nil {
				t.Fatal(err)
			}
			if _, _, err := Verify(dir, []Anchor{anchor}); err == nil {
				t.Fatal("it was not found")
			}
		})
	}
}

func flip(name string, at int) error {
	b, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	b[at] ^= 1
	return os.WriteFile(name, b, 0o600)
}
