package record

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"groundstation/video/unit"
)

// TestKilledWhileRecording runs this binary as a recorder that says each fragment once it is written, kills it with
// SIGKILL at different ones, and looks at what is there then.
func TestKilledWhileRecording(t *testing.T) {
	if dir := os.Getenv("RECORD_TEST_DIR"); dir != "" {
		recordUntilKilled(t, dir)
		return
	}
	dir := t.TempDir()
	said := map[string]int{} // pictures that were said to be written, by recording
	for round := range 6 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestKilledWhileRecording$")
		cmd.Env = append(os.Environ(), "RECORD_TEST_DIR="+dir, fmt.Sprintf("RECORD_TEST_ID=V01-%d", round))
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			var pictures int
			if _, err := fmt.Sscan(lines.Text(), &pictures); err != nil {
				t.Fatalf("the recorder said %q", lines.Text())
			}
			said[fmt.Sprintf("V01-%d", round)] = pictures
			if n == round*7 {
				_ = cmd.Process.Kill()
			}
		}
		_ = cmd.Wait()
	}
	// A torn fragment, as a power cut would leave it.
	torn := filepath.Join(dir, "V01-5")
	segments, err := filepath.Glob(filepath.Join(torn, "*.mp4"))
	if err != nil || len(segments) == 0 {
		t.Fatal(segments, err)
	}
	last, err := os.OpenFile(segments[len(segments)-1], os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := last.WriteString("\x00\x00\x10\x00moof\x00\x00\x00\x10mfhd"); err != nil {
		t.Fatal(err)
	}
	if err := last.Close(); err != nil {
		t.Fatal(err)
	}

	now := noon.Add(time.Hour)
	lib, err := openLibrary(dir, now)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(lib.All()); n != 6 {
		t.Fatalf("%d recordings", n)
	}
	var anchors []Anchor
	for _, r := range lib.All() {
		whole(t, r)
		if r.Closed.Why != "restart" || !r.To().Equal(now) {
			t.Errorf("%s: %+v", r.ID, r.Closed)
		}
		frames := 0
		for _, s := range r.Segments {
			got := probe(t, lib.path(r.ID, s.File))
			if frames += got.frames; !got.sound {
				t.Errorf("%s has lost its sound", s.File)
			}
		}
		if frames < said[r.ID] {
			t.Errorf("%s: %d pictures play, %d were said to be written", r.ID, frames, said[r.ID])
		}
		if g := r.Gaps[len(r.Gaps)-1]; g.Why != Restarted {
			t.Errorf("%s: %+v", r.ID, r.Gaps)
		}
		anchors = append(anchors, Anchor{r.ID, r.Seq, r.Hash, true})
	}
	if _, _, err := Verify(dir, anchors); err != nil {
		t.Error(err)
	}
	again, err := openLibrary(dir, now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range again.All() {
		if first, _ := lib.Get(r.ID); first.Hash != r.Hash {
			t.Errorf("%s was closed twice", r.ID)
		}
	}
}

func recordUntilKilled(t *testing.T, dir string) {
	lib, err := openLibrary(dir, noon.Add(time.Hour)) // it concludes what the one before left
	if err != nil {
		t.Fatal(err)
	}
	k := started(t, lib, os.Getenv("RECORD_TEST_ID"), noon)
	f, law := newFilm(t, unit.H264, 1), &unit.Track{Codec: unit.PCMA, ClockRate: 8000, Channels: 1, Generation: 1}
	at, size := noon, int64(0)
	for n := 0; ; n++ {
		k.step(at, Unit{&unit.Unit{Track: law, Data: [][]byte{make([]byte, 320)}, Key: true, PTS: f.pts, Arrived: at}}, always)
		k.step(at, Unit{f.next(at)}, always)
		if k.size != size && n > 0 {
			fmt.Println(n) // the picture n waits for the next; those before it are written
		}
		size = k.size
		at = at.Add(period)
	}
}

// An index that was torn at any octet is read up to its last whole line.
func TestATornIndexIsReadUpToItsLastLine(t *testing.T) {
	lib, k := begun(t)
	end := roll(k, newFilm(t, unit.H264, 1).again(), noon, 22*group)
	if err := k.close(end, "lin", "by hand", always); err != nil {
		t.Fatal(err)
	}
	raw, err := lib.Index("V01-1")
	if err != nil {
		t.Fatal(err)
	}
	for n := range raw {
		r, whole, err := ReadIndex(raw[:n])
		if lines := strings.Count(string(raw[:n]), "\n"); err != nil || r.Seq != uint64(lines) || whole > int64(n) || whole > 0 && raw[whole-1] != '\n' {
			t.Fatalf("%d octets: line %d of %d, %v", n, r.Seq, lines, err)
		}
	}
}

func FuzzReadIndex(f *testing.F) {
	r := Recording{}
	first, err := r.append(noon, Line{Opened: &Head{ID: "V01-1"}})
	if err != nil {
		f.Fatal(err)
	}
	second, err := r.append(noon, Line{Gap: &Gap{From: noon, To: noon.Add(1), Why: Gated}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(append(first, second...))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, whole, err := ReadIndex(b); err == nil && whole > int64(len(b)) {
			t.Fatal(whole)
		}
	})
}

func FuzzFragments(f *testing.F) {
	film := newFilm(f, unit.H264, 1)
	c := NewCutter(noon, UsualLengths)
	var file []byte
	c.Step(noon, Unit{&unit.Unit{Track: &unit.Track{Codec: unit.PCMA, ClockRate: 8000, Channels: 1}, Arrived: noon}})
	for n := range 2 * group {
		for _, o := range c.Step(noon, Unit{film.next(noon.Add(time.Duration(n) * period))}) {
			switch o := o.(type) {
			case Begin:
				file = append(file, o.Head...)
			case Append:
				file = append(file, o.Fragment...)
			}
		}
	}
	f.Add(file)
	f.Fuzz(func(t *testing.T, b []byte) {
		if whole, _ := wholeFragments(b); whole > int64(len(b)) {
			t.Fatal(whole)
		}
		_ = moved(asFLAC(asPCM(b)), 1)
	})
}
