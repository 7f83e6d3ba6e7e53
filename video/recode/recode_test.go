package recode

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/mediacommon/v2/pkg/codecs/h264"
	"github.com/bluenviron/mediacommon/v2/pkg/codecs/h265"

	"groundstation/video/unit"
)

// film is pictures of H.265 by ffmpeg, 25 a second, a key picture every ten.
func film(t *testing.T, size string, n int) []*unit.Unit {
	t.Helper()
	file := filepath.Join(t.TempDir(), "film.h265")
	out, err := exec.Command("ffmpeg", "-hide_banner", "-loglevel", "error", "-f", "lavfi", "-i", "testsrc=rate=25:size="+size, "-frames:v", "60",
		"-c:v", "libx265", "-preset", "ultrafast", "-tune", "zerolatency", "-x265-params", "log-level=error:keyint=10:min-keyint=10:aud=1:repeat-headers=1", file).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var stream h264.AnnexB // of both codecs
	if err := stream.Unmarshal(raw); err != nil {
		t.Fatal(err)
	}
	track := &unit.Track{Codec: unit.H265, ClockRate: 90000, Params: make([][]byte, 3), Generation: 1}
	var all []*unit.Unit
	for _, nal := range stream {
		switch kind := h265.NALUType(nal[0] >> 1 & 0x3f); kind {
		case h265.NALUType_AUD_NUT:
			pts := time.Hour + time.Duration(len(all))*40*time.Millisecond
			all = append(all, &unit.Unit{Track: track, PTS: pts, Captured: time.Unix(1000, 0).Add(pts)})
		case h265.NALUType_VPS_NUT, h265.NALUType_SPS_NUT, h265.NALUType_PPS_NUT:
			track.Params[kind-h265.NALUType_VPS_NUT] = nal
		default:
			u := all[len(all)-1]
			u.Data = append(u.Data, nal)
			u.Key = u.Key || kind >= h265.NALUType_BLA_W_LP && kind <= h265.NALUType_CRA_NUT
		}
	}
	return all[:n]
}

type shut struct{}

func (shut) Error() string { return "a zone" }
func (shut) Code() string  { return "zone" }

var errOver = errors.New("no more")

// reel gives units, a nil one as a gate that is shut; then it waits for ctx, or ends.
type reel struct {
	units []*unit.Unit
	ends  bool
}

func (r *reel) Next(ctx context.Context) (*unit.Unit, error) {
	if len(r.units) == 0 && r.ends {
		return nil, errOver
	}
	if len(r.units) == 0 {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	u := r.units[0]
	r.units = r.units[1:]
	if u == nil {
		return nil, shut{}
	}
	return u, nil
}

func TestEveryPictureComesOutWithItsTimeAndWaitsForNone(t *testing.T) {
	units := film(t, "640x360", 60)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var stream []byte
	n := 0
	err := Run(ctx, &reel{units: units}, 320, nil, func(p Picture) {
		for _, nal := range p.NALs {
			stream = append(append(stream, 0, 0, 0, 1), nal...)
		}
		if d := p.PTS - units[n].PTS; d < -time.Millisecond || d > time.Millisecond || !p.Captured.Equal(units[n].Captured) {
			t.Errorf("picture %d is of %s and taken %s, not of %s and taken %s", n, p.PTS, p.Captured, units[n].PTS, units[n].Captured)
		}
		if n++; n == len(units) {
			cancel() // the last came out though none follows it
		}
	})
	if !errors.Is(err, context.Canceled) || n != len(units) {
		t.Fatalf("%d of %d pictures: %v", n, len(units), err)
	}
	c := exec.Command("ffprobe", "-loglevel", "error", "-f", "h264", "-count_frames", "-show_entries", "stream=codec_name,profile,width,height,nb_read_frames,has_b_frames", "-of", "csv=p=0", "-")
	c.Stdin = bytes.NewReader(stream)
	out, err := c.CombinedOutput()
	if got := strings.TrimSpace(string(out)); err != nil || got != "h264,Constrained Baseline,320,180,0,60" {
		t.Errorf("%s %v", got, err)
	}
}

func TestAShutGateEndsFFmpegWithWhatItHolds(t *testing.T) {
	units := film(t, "320x180", 40)
	before, after := units[:15], units[25:]
	track := *units[0].Track
	track.Generation = 2
	var other []*unit.Unit
	for _, u := range units[30:] {
		changed := *u
		changed.Track = &track
		other = append(other, &changed)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	in := &reel{units: append(append(append(append([]*unit.Unit{}, before...), nil), after...), other...)}
	var got []time.Duration
	_ = Run(ctx, in, 320, nil, func(p Picture) {
		got = append(got, p.PTS.Round(40*time.Millisecond))
		if p.PTS >= units[39].PTS-time.Millisecond && len(in.units) == 0 {
			cancel()
		}
	})
	seen := map[time.Duration]bool{}
	for _, pts := range got {
		for i := 15; i < 30; i++ { // those behind the gate, and those before a key picture
			if pts == units[i].PTS {
				t.Errorf("picture %d came out", i)
			}
		}
		seen[pts] = true
	}
	if !seen[units[30].PTS] || !seen[units[39].PTS] {
		t.Errorf("it did not go on: %v", got)
	}
}

func TestWhatCannotGoOnSaysWhy(t *testing.T) {
	units := film(t, "320x180", 20)
	if err := Run(t.Context(), &reel{units: units[:3], ends: true}, 320, nil, func(Picture) {}); !errors.Is(err, errOver) {
		t.Errorf("a source that ends: %v", err)
	}
	bare := *units[0]
	bare.Track = &unit.Track{Codec: unit.H265}
	if err := Run(t.Context(), &reel{units: []*unit.Unit{&bare}}, 320, nil, func(Picture) {}); !errors.Is(err, errNoParams) {
		t.Errorf("without parameter sets: %v", err)
	}
	torn := *units[0].Track
	torn.Params = [][]byte{{0x40, 1}, {0x42, 1}, {0x44, 1}}
	broken := *units[0]
	broken.Track = &torn
	if err := Run(t.Context(), &reel{units: []*unit.Unit{&broken}}, 320, nil, func(Picture) {}); err == nil {
		t.Error("nothing is said of what ffmpeg cannot read")
	}
	t.Setenv("PATH", t.TempDir())
	if err := Run(t.Context(), &reel{units: units}, 320, nil, func(Picture) {}); !errors.Is(err, exec.ErrNotFound) {
		t.Errorf("without ffmpeg: %v", err)
	}
}

// TestItKnowsTwoPipesOnly: neither an address nor a credential can be in what everybody sees of a process.
func TestItKnowsTwoPipesOnly(t *testing.T) {
	c, to, from, err := start(t.Context(), 320, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range c.Args {
		if strings.Contains(a, "://") || strings.Contains(a, "@") {
			t.Errorf("argument %q", a)
		}
	}
	if err := to.Close(); err != nil { // as when the station dies
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, from)
	_ = c.Wait()
	if c.ProcessState == nil || !c.ProcessState.Exited() {
		t.Errorf("it did not end with its input: %v", c.ProcessState)
	}
}

func tag(kind byte, body ...byte) []byte {
	head := []byte{kind, byte(len(body) >> 16), byte(len(body) >> 8), byte(len(body)), 0, 0, 40, 0, 0, 0, 0}
	return binary.BigEndian.AppendUint32(append(head, body...), uint32(len(body)+11))
}

func FuzzFLV(f *testing.F) {
	head := []byte("FLV\x01\x01\x00\x00\x00\x09\x00\x00\x00\x00")
	config := tag(tagVideo, 0x17, avcParams, 0, 0, 0, 1, 0x42, 0xc0, 30, 0xff, 0xe1, 0, 2, 0x67, 0x42, 1, 0, 1, 0x68)
	picture := tag(tagVideo, 0x17, avcNALs, 0, 0, 0, 0, 0, 0, 2, 0x65, 0x88)
	f.Add(append(append(append([]byte{}, head...), config...), picture...))
	f.Add(append(append([]byte{}, head...), tag(18, 1, 2, 3)...))
	f.Add([]byte("FLV"))
	f.Fuzz(func(t *testing.T, b []byte) {
		read(bytes.NewReader(b), func(nals [][]byte, at time.Duration) {
			if len(nals) == 0 || at < 0 {
				t.Errorf("a picture of %d NAL units at %s", len(nals), at)
			}
		})
	})
}

func TestFLV(t *testing.T) {
	b := []byte("FLV\x01\x01\x00\x00\x00\x09\x00\x00\x00\x00")
	b = append(b, tag(tagVideo, 0x17, avcParams, 0, 0, 0, 1, 0x42, 0xc0, 30, 0xff, 0xe1, 0, 2, 0x67, 0x42, 1, 0, 1, 0x68)...)
	b = append(b, tag(tagVideo, 0x17, avcNALs, 0, 0, 0, 0, 0, 0, 2, 0x65, 0x88)...)
	var got [][]byte
	read(bytes.NewReader(b), func(nals [][]byte, at time.Duration) {
		if at != 40*time.Millisecond {
			t.Errorf("at %s", at)
		}
		got = nals
	})
	if len(got) != 3 || !bytes.Equal(got[0], []byte{0x67, 0x42}) || !bytes.Equal(got[1], []byte{0x68}) || !bytes.Equal(got[2], []byte{0x65, 0x88}) {
		t.Errorf("% x", got)
	}
}
