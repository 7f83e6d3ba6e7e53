package record

import (
	"encoding/json"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"groundstation/simulator/camera/h264"
	"groundstation/simulator/camera/h265"
	"groundstation/simulator/camera/mosaic"
	"groundstation/video/unit"
)

const (
	period = 40 * time.Millisecond
	group  = 25 // pictures from one key picture to the next
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// film is a camera of 64 × 48 pixels, 25 pictures a second.
type film struct {
	track *unit.Track
	code  func(key bool, m *mosaic.Mosaic) [][]byte
	board *mosaic.Mosaic
	n     int
	pts   time.Duration
}

func newFilm(t testing.TB, codec unit.Codec, generation int) *film {
	t.Helper()
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	board, err := mosaic.New(64, 48)
	must(err)
	f := &film{board: board, track: &unit.Track{Codec: codec, ClockRate: 90000, Width: 64, Height: 48, Generation: generation}}
	rows := board.Rows / mosaic.Block
	if codec == unit.H264 {
		e, err := h264.NewEncoder(64, 48)
		must(err)
		sps, pps := e.ParameterSets()
		f.track.Params = [][]byte{sps, pps}
		f.code = func(key bool, m *mosaic.Mosaic) [][]byte { return append(e.Begin(key), e.Slice(m, 0, rows)) }
		return f
	}
	e, err := h265.NewEncoder(64, 48)
	must(err)
	vps, sps, pps := e.ParameterSets()
	f.track.Params = [][]byte{vps, sps, pps}
	blank := false // its key pictures are blank ones before the picture that was begun
	f.code = func(key bool, m *mosaic.Mosaic) [][]byte {
		if key {
			blank = true
			return e.Begin(true)
		}
		if !blank {
			e.Begin(false)
		}
		blank = false
		return [][]byte{e.Slice(m, 0, rows)}
	}
	return f
}

// again shows the first group of pictures again and again, where it does not matter which picture is which.
func (f *film) again() *film {
	code, kept := f.code, map[int][][]byte{}
	f.code = func(key bool, m *mosaic.Mosaic) [][]byte {
		i := f.n % group
		if kept[i] == nil {
			kept[i] = code(key, m)
		}
		return kept[i]
	}
	return f
}

// next is the picture that arrives at at.
func (f *film) next(at time.Time) *unit.Unit {
	key := f.n%group == 0
	f.board.Fill(uint8(16+f.n%200), 128, 128)
	u := &unit.Unit{Track: f.track, Data: f.code(key, f.board), Key: key, PTS: f.pts, Arrived: at}
	f.n++
	f.pts += period
	return u
}

// probed is what ffprobe says of a file.
type probed struct {
	codec, tag string
	frames     int
	start, end float64
	sound      bool
}

func probe(t *testing.T, name string) (p probed) {
	t.Helper()
	out, err := exec.Command("ffprobe", "-v", "error", "-count_frames", "-show_entries", "stream=codec_name,codec_tag_string,nb_read_frames,codec_type:format=duration,start_time", "-of", "json", name).CombinedOutput()
	if err != nil {
		t.Fatalf("ffprobe %s: %v\n%s", name, err, out)
	}
	var answer struct {
		Streams []struct {
			Name   string `json:"codec_name"`
			Tag    string `json:"codec_tag_string"`
			Type   string `json:"codec_type"`
			Frames string `json:"nb_read_frames"`
		}
		Format struct {
			Duration string
			Start    string `json:"start_time"`
		}
	}
	// What a decoder complains of stands before the JSON.
	begin := strings.IndexByte(string(out), '{')
	if begin != 0 || json.Unmarshal(out[begin:], &answer) != nil || len(answer.Streams) == 0 {
		t.Fatalf("ffprobe %s: %s", name, out)
	}
	for _, s := range answer.Streams {
		if s.Type == "audio" {
			p.sound = true
			continue
		}
		if s.Type == "data" {
			continue
		}
		p.codec, p.tag = s.Name, s.Tag
		if p.frames, err = strconv.Atoi(s.Frames); err != nil {
			t.Fatalf("ffprobe %s: %s", name, out)
		}
	}
	p.start, _ = strconv.ParseFloat(answer.Format.Start, 64)
	p.end, _ = strconv.ParseFloat(answer.Format.Duration, 64)
	return p
}

// openLibrary loads a library.
func openLibrary(dir string, now time.Time) (*Library, error) {
	l := NewLibrary(dir)
	return l, l.Load(now)
}

// begun starts a recording at noon in a library of its own.
func begun(t *testing.T) (*Library, *take) {
	t.Helper()
	lib, err := openLibrary(t.TempDir(), noon)
	if err != nil {
		t.Fatal(err)
	}
	return lib, started(t, lib, "V01-1", noon)
}

func started(t *testing.T, lib *Library, id string, at time.Time) *take {
	t.Helper()
	k, err := lib.start(Head{ID: id, Source: "V01", Purpose: "incident", By: "lin", From: at, StartedAt: at}, at, UsualLengths, discard, func(Recording) {})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func always() bool { return true }

// roll records n pictures from at on and gives when the next is due.
func roll(k *take, f *film, at time.Time, n int) time.Time {
	for range n {
		k.step(at, Unit{f.next(at)}, always)
		at = at.Add(period)
	}
	return at
}

// whole fails if an instant of a closed recording is in no segment and in no gap, or in two segments.
func whole(t *testing.T, r *Recording) {
	t.Helper()
	if r.Closed == nil {
		t.Fatalf("%s is not closed", r.ID)
	}
	if holes := Holes(r.From, r.To(), r.Segments, r.Gaps); holes != nil {
		t.Fatalf("neither recorded nor missed: %v\nsegments %+v\ngaps %+v", holes, r.Segments, r.Gaps)
	}
	for i, s := range r.Segments {
		if !s.To.After(s.From) || i > 0 && s.From.Before(r.Segments[i-1].To) {
			t.Fatalf("segment %+v after %+v", s, r.Segments[max(0, i-1)])
		}
	}
}
