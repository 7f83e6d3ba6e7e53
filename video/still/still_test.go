package still_test

import (
	"bytes"
	"errors"
	"image/jpeg"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"groundstation/video"
	"groundstation/video/rig"
	"groundstation/video/still"
)

// taker takes stills of a real camera over a real relay, and counts how often it is read.
func taker(t *testing.T, stream string, gate func(string) video.Verdict) (*still.Taker, *atomic.Int64) {
	t.Helper()
	hub := rig.Hub(t, video.Options{Gate: gate}, video.Source{ID: "V01", URL: strings.TrimSuffix(rig.Camera(t), "V01") + stream})
	reads := new(atomic.Int64)
	return still.New(func(id string) (still.Reader, error) {
		reads.Add(1)
		return hub.View(id)
	}), reads
}

func TestAStillIsTheCamerasPicture(t *testing.T) {
	for _, c := range []struct {
		stream        string
		ask, wide, hi int
	}{{"V01", 0, 640, 360}, {"V01", 320, 320, 180}, {"V01", 2000, 640, 360}, {"V01/h265", 0, 640, 360}} {
		take, _ := taker(t, c.stream, nil)
		began := time.Now()
		b, at, err := take.JPEG(t.Context(), "V01", c.ask)
		if err != nil {
			t.Fatal(c.stream, err)
		}
		if at.Before(began) || at.After(time.Now()) {
			t.Errorf("%s: a picture of %v, asked for from %v on", c.stream, at, began)
		}
		if size, err := jpeg.DecodeConfig(bytes.NewReader(b)); err != nil || size.Width != c.wide || size.Height != c.hi {
			t.Errorf("%s asked for %d wide: %+v %v", c.stream, c.ask, size, err)
		}
	}
}

func TestAKeyPictureStandsAlone(t *testing.T) {
	take, _ := taker(t, "V01", nil)
	k, err := take.Key(t.Context(), "V01")
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), "ffmpeg", "-hide_banner", "-loglevel", "error", "-xerror", "-f", "h264", "-i", "pipe:0", "-f", "null", "-")
	c.Stdin = bytes.NewReader(k.AnnexB())
	if out, err := c.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v %s", err, out)
	}
}

func TestManyWhoAskAtOnceCostOneReading(t *testing.T) {
	take, reads := taker(t, "V01", nil)
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if _, err := take.Key(t.Context(), "V01"); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := reads.Load(); n > 2 { // a second one, if the first took longer than a still stays fresh
		t.Errorf("%d readings", n)
	}
}

func TestNoStillBehindTheGate(t *testing.T) {
	take, _ := taker(t, "V01", func(string) video.Verdict { return video.Verdict{Record: true, Code: "zone", Why: "a zone"} })
	_, err := take.Key(t.Context(), "V01")
	var coded interface{ Code() string }
	if !errors.As(err, &coded) || coded.Code() != "zone" {
		t.Errorf("what must not be shown: %v", err)
	}
	if _, err := take.Key(t.Context(), "V09"); !errors.As(err, &coded) || coded.Code() != "unknown-camera" {
		t.Errorf("an unknown camera: %v", err)
	}
}
