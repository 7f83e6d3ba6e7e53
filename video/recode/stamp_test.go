package recode

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/mediacommon/v2/pkg/codecs/h264"

	"groundstation/video/unit"
)

// night is black pictures of H.264.
func night(t *testing.T, n int) (all []*unit.Unit) {
	t.Helper()
	raw, err := exec.Command("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=black:rate=25:size=640x360", "-frames:v", "5",
		"-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-x264-params", "slices=1:aud=1", "-bsf:v", "dump_extra", "-f", "h264", "-").Output()
	var stream h264.AnnexB
	if err != nil || stream.Unmarshal(raw) != nil {
		t.Fatal(err)
	}
	track := &unit.Track{Codec: unit.H264, ClockRate: 90000, Params: make([][]byte, 2), Generation: 1}
	for _, nal := range stream {
		switch kind := h264.NALUType(nal[0] & 0x1f); kind {
		case h264.NALUTypeAccessUnitDelimiter:
			all = append(all, &unit.Unit{Track: track, PTS: time.Duration(len(all)) * 40 * time.Millisecond, Data: [][]byte{nal}})
		case h264.NALUTypeSPS, h264.NALUTypePPS:
			track.Params[kind-h264.NALUTypeSPS] = nal
		default:
			u := all[len(all)-1]
			u.Data = append(u.Data, nal)
			u.Key = u.Key || kind == h264.NALUTypeIDR
		}
	}
	return all[:n]
}

// shade gives the light of the last picture that comes out, 640 × 360 octets.
func shade(t *testing.T, stamp *Stamp) []byte {
	t.Helper()
	units := night(t, 3)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var stream []byte
	n := 0
	err := Run(ctx, &reel{units: units}, 640, stamp, func(p Picture) {
		for _, nal := range p.NALs {
			stream = append(append(stream, 0, 0, 0, 1), nal...)
		}
		if n++; n == len(units) {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || n != len(units) {
		t.Fatalf("%d of %d pictures: %v", n, len(units), err)
	}
	c := exec.Command("ffmpeg", "-v", "error", "-f", "h264", "-i", "-", "-f", "rawvideo", "-pix_fmt", "gray", "-")
	c.Stdin = bytes.NewReader(stream)
	out, err := c.Output()
	if err != nil || len(out) != len(units)*640*360 {
		t.Fatalf("%d octets: %v", len(out), err)
	}
	return out[len(out)-640*360:]
}

// lit counts the pixels of a part of a picture that are not black.
func lit(picture []byte, x0, y0, x1, y1 int) (n int) {
	for y := y0; y < y1; y++ {
		for x := x0; x < x1; x++ {
			if picture[y*640+x] > 50 {
				n++
			}
		}
	}
	return n
}

// A name stands all over the picture, whatever it holds, and says nothing to ffmpeg but itself.
func TestANameIsBurntIntoThePictureAndMeansNothing(t *testing.T) {
	hostile := "消防':x=9999,drawbox[o];%{metadata\\:a}%n \\:textfile=/etc/passwd\n\x00\u202e"
	stamp, err := NewStamp(hostile)
	if err != nil {
		t.Fatal(err)
	}
	got := shade(t, stamp)
	for _, y := range []int{0, 120, 240} {
		for _, x := range []int{0, 213, 426} {
			if lit(got, x, y, x+213, y+120) < 100 {
				t.Errorf("nothing stands at %d, %d", x, y)
			}
		}
	}
	if n := lit(shade(t, nil), 0, 0, 640, 360); n != 0 {
		t.Errorf("%d pixels are lit without a name", n)
	}
	c, to, from, err := start(t.Context(), 320, stamp)
	if err != nil {
		t.Fatal(err)
	}
	if told := strings.Join(c.Args, " "); strings.Contains(told, "消防") || strings.Contains(told, "passwd") || strings.Count(told, "expansion=none") != 1 {
		t.Errorf("ffmpeg is told %s", told)
	}
	if stamp.text != "消防':x=9999,drawbox[o];%{metadata\\:a}%n \\:textfile=/etc/passwd   " {
		t.Errorf("%q", stamp.text)
	}
	_ = to.Close()
	_, _ = new(bytes.Buffer).ReadFrom(from)
	_ = c.Wait()
}

func TestWithoutFFmpegOrAFontThereIsNoStamp(t *testing.T) {
	if _, err := NewStamp("\U00013000"); !errors.Is(err, ErrNoFont) {
		t.Errorf("a hieroglyph: %v", err)
	}
	ffmpeg, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	if _, err := NewStamp("Li"); !errors.Is(err, ErrNoFFmpeg) {
		t.Errorf("without ffmpeg: %v", err)
	}
	if err := os.Symlink(ffmpeg, filepath.Join(dir, "ffmpeg")); err != nil {
		t.Fatal(err)
	}
	if _, err := NewStamp("Li"); !errors.Is(err, ErrNoFont) {
		t.Errorf("without fontconfig: %v", err)
	}
	for said, fits := range map[string]bool{`Some Font 2\n20-7e`: true, `A:textfile=/etc/passwd\n20-7e`: false, `\n20-7e`: false, `Some Font\n20-4b`: false, `Some Font\nzz`: false, `Some Font\n20-zz`: false} {
		script := "#!/bin/sh\nprintf '" + said + "'\n"
		if err := os.WriteFile(filepath.Join(dir, "fc-match"), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
		if _, err := NewStamp("Li"); (err == nil) != fits {
			t.Errorf("fontconfig says %s: %v", said, err)
		}
	}
}
