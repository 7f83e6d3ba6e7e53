package hls_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"groundstation/video"
	"groundstation/video/hls"
	"groundstation/video/rig"
)

// station is a camera, the relay and the server of HLS before it, all with real sockets. It gives the address of the
// stream and what opens and shuts the gate.
func station(t *testing.T, stream string) (string, *atomic.Bool) {
	t.Helper()
	shut := new(atomic.Bool)
	hub := rig.Hub(t, video.Options{Gate: func(string) video.Verdict {
		return video.Verdict{Show: !shut.Load(), Code: "zone", Why: "a zone"}
	}}, video.Source{ID: "V01", URL: strings.TrimSuffix(rig.Camera(t), "V01") + stream})
	ctx, cancel := context.WithCancel(context.Background())
	server := hls.New(ctx, func(id string) (hls.Reader, error) { return hub.View(id) }, slog.New(slog.DiscardHandler))
	door := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := server.Serve(w, r, path.Dir(r.URL.Path)[1:], path.Base(r.URL.Path)); err != nil {
			var coded interface{ Code() string }
			if !errors.As(err, &coded) {
				t.Errorf("%s: %v has no code", r.URL.Path, err)
				return
			}
			w.WriteHeader(http.StatusConflict)
			_, _ = io.WriteString(w, coded.Code())
		}
	}))
	t.Cleanup(func() {
		cancel()
		door.Close()
		server.Wait()
	})
	return door.URL + "/V01/", shut
}

func get(t *testing.T, address string) (int, string) {
	t.Helper()
	res, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

func TestAForeignPlayerDecodesTheStream(t *testing.T) {
	t.Parallel()
	for _, stream := range []string{"V01", "V01/h265"} {
		t.Run(stream, func(t *testing.T) {
			t.Parallel()
			base, _ := station(t, stream)
			out, err := exec.CommandContext(t.Context(), "ffmpeg", "-hide_banner", "-loglevel", "error", "-xerror",
				"-i", base+"index.m3u8", "-frames:v", "40", "-f", "framemd5", "-").CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if n := len(regexp.MustCompile(`(?m)^0,`).FindAllString(string(out), -1)); n != 40 {
				t.Errorf("%d of 40 pictures:\n%s", n, out)
			}
		})
	}
}

func TestAPlaylistTellsPartsAndTheTimeOfCapture(t *testing.T) {
	t.Parallel()
	base, _ := station(t, "V01")
	status, all := get(t, base+"index.m3u8")
	if status != http.StatusOK || !strings.Contains(all, "avc1.") {
		t.Fatalf("%d %s", status, all)
	}
	media := regexp.MustCompile(`(?m)^[^#\s].*m3u8`).FindString(all)
	if status, list := get(t, base+media); status != http.StatusOK || !strings.Contains(list, "#EXT-X-PART:") || !strings.Contains(list, "#EXT-X-PROGRAM-DATE-TIME:") {
		t.Errorf("%d %s", status, list)
	}
	if status, code := get(t, base+"gone_seg1.mp4"); status != http.StatusConflict || code != "unknown-file" {
		t.Errorf("what is not there: %d %s", status, code)
	}
}

func TestNothingIsLeftBehindAGateThatShuts(t *testing.T) {
	t.Parallel()
	base, shut := station(t, "V01")
	_, all := get(t, base+"index.m3u8")
	media := regexp.MustCompile(`(?m)^[^#\s].*m3u8`).FindString(all)
	_, list := get(t, base+media)
	part := regexp.MustCompile(`URI="([^"]+part[^"]+)"`).FindStringSubmatch(list)
	if part == nil {
		t.Fatal(list)
	}
	if status, _ := get(t, base+part[1]); status != http.StatusOK {
		t.Fatalf("a part of the playlist: %d", status)
	}
	shut.Store(true)
	tick, late := time.NewTicker(20*time.Millisecond), time.After(20*time.Second)
	defer tick.Stop()
	for status, code := 0, ""; code != "zone"; {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("the part is still given: %d %s", status, code)
		}
		status, code = get(t, base+part[1])
	}
	shut.Store(false)
	for status := 0; status != http.StatusOK; status, _ = get(t, base+"index.m3u8") {
		select {
		case <-tick.C:
		case <-late:
			t.Fatal("nothing is shown though it may be")
		}
	}
	if _, again := get(t, base+media); strings.Contains(again, part[1]) {
		t.Error("what was before the gate shut is still told")
	}
	if status, code := get(t, base+"../V09/index.m3u8"); status != http.StatusConflict || !strings.HasPrefix(code, "unknown-") {
		t.Errorf("an unknown source: %d %s", status, code)
	}
}
