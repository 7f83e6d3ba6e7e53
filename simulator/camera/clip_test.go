package camera

import (
	"bytes"
	"os/exec"
	"sync"
	"testing"
	"time"
)

// testLibrary is one for all tests: a clip takes seconds to make.
var testLibrary = sync.OnceValue(newLibrary)

// The loop is played further than its end and jumped in, as new players make it; a foreign decoder finds no fault, sees
// each picture's own timecode, and the rate is what a load test counts with.
func TestAClipIsWholeAtItsSeamsAndKeepsItsRate(t *testing.T) {
	lib := testLibrary()
	for name, format := range map[string]string{"V07/720p": "h264", "V07/1080p": "h264", "V07/h265/720p": "hevc", "V07/h265/1080p": "hevc"} {
		t.Run(name, func(t *testing.T) {
			a := parseAddress(name)
			l, err := newLoad(a, lib)
			if err != nil {
				t.Fatal(err)
			}
			var stream []byte
			var shot []time.Time
			octets, counted := 0, 0
			for i := range 2*clipLength + 20 {
				now := time.UnixMilli(1772000000000 + int64(i)*33)
				before, unit, ok := l.shoot(now, i == 40 || i == 41 || i == 119)
				if !ok {
					t.Fatal("no picture")
				}
				shot = append(shot, now)
				for _, nal := range append(before, unit...) {
					stream = append(append(stream, 0, 0, 0, 1), nal...)
					if i >= clipLength && i < 2*clipLength {
						octets += len(nal)
					}
				}
				if i >= clipLength && i < 2*clipLength {
					counted++
				}
			}
			if rate := float64(octets*8) / (float64(counted) * clipPeriod.Seconds()); rate < 0.98*clipRate || rate > 1.02*clipRate {
				t.Errorf("%.0f bits a second", rate)
			}
			cmd := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-xerror", "-err_detect", "explode", "-f", format, "-i", "-", "-f", "rawvideo", "-pix_fmt", "gray",
				"-vf", "scale=640:360:flags=neighbor", "-fps_mode", "passthrough", "-")
			cmd.Stdin = bytes.NewReader(stream)
			var out, complaint bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &complaint
			if err := cmd.Run(); err != nil || complaint.Len() > 0 {
				t.Fatalf("ffmpeg: %v: %s", err, complaint.String())
			}
			const size = Width * Height
			if n := out.Len() / size; n != len(shot) {
				t.Fatalf("%d pictures of %d", n, len(shot))
			}
			for i, when := range shot {
				picture := out.Bytes()[i*size : (i+1)*size]
				code, err := ReadTimecode(func(x, y int) uint8 { return picture[y*Width+x] }, Width, Height)
				if err != nil || code.Tag != Tag("V07") || !code.At.Equal(when) {
					t.Fatalf("picture %d tells %v, %v; shot at %v", i, code, err, when)
				}
			}
		})
	}
}

func TestAddresses(t *testing.T) {
	for path, want := range map[string]address{
		"/V07":                   {camera: "V07"},
		"V07/thermal/h265/":      {camera: "V07/thermal", hevc: true},
		"/V07/low":               {camera: "V07", low: true},
		"/V07/thermal/h265/low":  {camera: "V07/thermal", hevc: true, low: true},
		"/V07/low/720p":          {camera: "V07/low", width: 1280, height: 720},
		"/V07/1080p":             {camera: "V07", width: 1920, height: 1080},
		"/H03/outside/h265/720p": {camera: "H03/outside", hevc: true, width: 1280, height: 720},
		"/V07/720p/h265":         {camera: "V07/720p", hevc: true},
		"/V07/1080p/720p":        {camera: "V07/1080p", width: 1280, height: 720},
		"/":                      {},
	} {
		if got := parseAddress(path); got != want {
			t.Errorf("%s: %+v, want %+v", path, got, want)
		}
	}
}
