package record

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"groundstation/video/unit"
)

// A transport stream has the pictures of the clip and, at their own times, the metadata of its span; foreign readers find
// both.
func TestATransportStreamCarriesWhatGoesBesideThePicture(t *testing.T) {
	for _, codec := range []unit.Codec{unit.H264, unit.H265} {
		lib, k := begun(t)
		f := newFilm(t, codec, 1).again()
		opus := &unit.Track{Codec: unit.Opus, ClockRate: 48000, Channels: 1, Generation: 1}
		at := noon
		for n := range 25 * group {
			k.step(at, Unit{&unit.Unit{Track: opus, Data: [][]byte{{0x08, 0xff, 0xfe}}, PTS: time.Duration(n) * period, Arrived: at}}, always)
			k.step(at, Unit{f.next(at)}, always)
			at = at.Add(period)
		}
		if err := k.close(at, "lin", "by hand", always); err != nil {
			t.Fatal(err)
		}
		r, _ := lib.Get("V01-1")
		from, to := noon.Add(7*time.Second), noon.Add(15*time.Second)
		stretches, err := r.Stretches(from, to)
		if err != nil {
			t.Fatal(err)
		}
		var sets []Beside
		for i := range 25 {
			sets = append(sets, Beside{noon.Add(time.Duration(i) * time.Second), []byte(fmt.Sprintf("<set %02d>", i))})
		}
		var buf bytes.Buffer
		begins, err := lib.WriteTS(&buf, r.ID, stretches[0], from, sets)
		if err != nil || !begins.Equal(from) {
			t.Fatal(begins, err)
		}
		name := filepath.Join(t.TempDir(), "clip.ts")
		if err := os.WriteFile(name, buf.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		want := 8 * group
		if codec == unit.H265 {
			want -= 8 // its encoder hides the key pictures
		}
		if got := probe(t, name); got.frames != want || !got.sound {
			t.Errorf("%s: %+v, want %d pictures", codec, got, want)
		}
		out, err := exec.Command("ffprobe", "-v", "error", "-select_streams", "d", "-show_entries", "packet=pts_time:stream=codec_name", "-of", "default=nk=1:nw=1", name).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		lines := strings.Fields(string(out))
		if len(lines) < 9 || lines[0] != "1.000000" || lines[7] != "8.000000" || !strings.Contains(string(out), "klv") {
			t.Errorf("%s: metadata at\n%s", codec, out)
		}
		data, err := exec.Command("ffmpeg", "-v", "error", "-i", name, "-map", "0:d", "-c", "copy", "-f", "data", "-").Output()
		if err != nil {
			t.Fatal(err)
		}
		for i := range 25 {
			if has := bytes.Contains(data, sets[i].Data); has != (i >= 7 && i < 15) {
				t.Errorf("%s: the set of second %d is there: %v", codec, i, has)
			}
		}
	}
}
