package api

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"groundstation/account"
	"groundstation/fleet"
	"groundstation/internal/footage"
	"groundstation/mission"
	"groundstation/simulator/camera/h264"
	"groundstation/video/record"
	"groundstation/video/unit"
)

// ledger keeps what is noted, in memory.
type ledger struct {
	mu   sync.Mutex
	acts []string
}

func (l *ledger) Commit(ops []mission.Op) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, op := range ops {
		l.acts = append(l.acts, op.Act+" "+op.By)
	}
	return nil
}

func (l *ledger) Records(fleet.Kind) (map[string]json.RawMessage, error) { return nil, nil }

func (l *ledger) said(act string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, a := range l.acts {
		if a == act {
			return true
		}
	}
	return false
}

// reel gives pictures as fast as they are taken, of a quarter of a second each by their own time, and then no more. The
// first comes when it rolls: what comes before a record begins is not in it.
type reel struct {
	rolls chan struct{}
	track *unit.Track
	n     int
	ended chan struct{}
	once  *sync.Once
	begun time.Time
}

func (r *reel) Next(ctx context.Context) (*unit.Unit, error) {
	if r.n == 100 {
		r.once.Do(func() { close(r.ended) })
		<-ctx.Done()
		return nil, ctx.Err()
	}
	select {
	case <-r.rolls:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if r.n == 0 {
		r.begun = time.Now()
	}
	at := time.Duration(r.n) * 250 * time.Millisecond
	u := &unit.Unit{Track: r.track, Key: r.n%4 == 0, PTS: at, Arrived: r.begun.Add(at), Data: [][]byte{{0x65, byte(r.n), 1}}}
	r.n++
	return u, nil
}

func (r *reel) Close() {}

func TestRecordings(t *testing.T) {
	d := newDoor(t)
	ask := func(method, path, body string, role account.Role, calls ...call) (*http.Response, string) {
		resp, answer := d.do(method, Prefix+path, body, append(calls, by(role, d))...)
		return resp, string(answer)
	}
	if resp, body := ask("GET", "/recordings", "", account.Viewer); resp.StatusCode != 503 || !strings.Contains(body, "unavailable") {
		t.Errorf("a station that records nothing: %d %s", resp.StatusCode, body)
	}
	e, err := h264.NewEncoder(64, 48)
	if err != nil {
		t.Fatal(err)
	}
	sps, pps := e.ParameterSets()
	film := &reel{track: &unit.Track{Codec: unit.H264, ClockRate: 90000, Params: [][]byte{sps, pps}, Width: 64, Height: 48, Generation: 1},
		rolls: make(chan struct{}), ended: make(chan struct{}), once: new(sync.Once)}
	noted := &ledger{}
	archive, err := footage.New(footage.Config{Library: record.NewLibrary(t.TempDir()), Board: d.board, Store: noted, Registry: d.handler.cfg.Registry, Desk: d.desk,
		Tap: func(string) (record.Tap, error) { return film, nil }, Lengths: record.UsualLengths, Policy: record.Policy{Other: 7, Quota: 1 << 30},
		Free: func() (int64, error) { return 1 << 40, nil }})
	if err != nil {
		t.Fatal(err)
	}
	d.handler.cfg.Footage = archive
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { archive.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		running.Wait()
	})
	eventually := func(what string, is func() bool) {
		t.Helper()
		for tick, over := time.NewTicker(10*time.Millisecond), time.After(20*time.Second); ; {
			if is() {
				return
			}
			select {
			case <-tick.C:
			case <-over:
				t.Fatalf("not within 20 s: %s", what)
			}
		}
	}
	eventually("the recordings are read", func() bool { resp, _ := ask("GET", "/recordings", "", account.Viewer); return resp.StatusCode == 200 })

	for _, c := range []struct {
		method, path, body string
		role               account.Role
		status             int
	}{
		{"POST", "/vehicles/V99/recording", "", account.Operator, 404}, {"DELETE", "/vehicles/V01/recording", "", account.Operator, 409},
		{"POST", "/vehicles/V01/recording", "", account.Operator, 200}, {"POST", "/vehicles/V01/recording", "", account.Operator, 409},
	} {
		if resp, body := ask(c.method, c.path, c.body, c.role); resp.StatusCode != c.status {
			t.Errorf("%s %s: %d %s, want %d", c.method, c.path, resp.StatusCode, body, c.status)
		}
	}
	close(film.rolls)
	<-film.ended
	var all []footage.RecordingItem
	eventually("its pictures are written", func() bool {
		_, body := ask("GET", "/recordings?vehicle=V01", "", account.Viewer)
		return json.Unmarshal([]byte(body), &all) == nil && len(all) == 1 && all[0].Segments >= 2
	})
	if resp, body := ask("DELETE", "/vehicles/V01/recording", "", account.Operator); resp.StatusCode != 204 {
		t.Fatalf("%d %s", resp.StatusCode, body)
	}
	eventually("it is closed", func() bool {
		_, body := ask("GET", "/recordings?vehicle=V01", "", account.Viewer)
		return json.Unmarshal([]byte(body), &all) == nil && len(all) == 1 && !all[0].Open
	})
	id := all[0].ID
	for query, want := range map[string]int{"?vehicle=V02": 0, "?sortie=S1": 1, "?from=2000-01-01T00:00:00Z": 1, "?to=2000-01-01T00:00:00Z": 0, "?lat=32.5&lon=120.4&withinM=100": 0} {
		if _, body := ask("GET", "/recordings"+query, "", account.Viewer); json.Unmarshal([]byte(body), &all) != nil || len(all) != want {
			t.Errorf("%s: %s", query, body)
		}
	}
	for _, query := range []string{"?from=yesterday", "?lat=91&withinM=5", "?withinM=-1", "?limit=0", "?limit=x"} {
		if resp, body := ask("GET", "/recordings"+query, "", account.Viewer); resp.StatusCode != 422 {
			t.Errorf("%s: %d %s", query, resp.StatusCode, body)
		}
	}
	var detail footage.RecordingDetail
	if _, body := ask("GET", "/recordings/"+id, "", account.Viewer); json.Unmarshal([]byte(body), &detail) != nil || len(detail.Parts) == 0 || detail.Parts[0].SHA256 == "" || detail.By != "lin" {
		t.Fatal(body)
	}
	if noted.said("footage.viewed guest") {
		t.Error("to be told of it is no view")
	}
	if resp, body := ask("GET", "/recordings/"+id+"/playlist.m3u8", "", account.Viewer); resp.Header.Get("Content-Type") != playlistType || !strings.Contains(body, "\nsegments/1\n") {
		t.Errorf("%v %s", resp.Header, body)
	}
	if !noted.said("footage.viewed guest") {
		t.Error("a view is not in the ledger")
	}
	if resp, body := ask("GET", "/recordings/"+id+"/segments/1", "", account.Viewer, header("Range", "bytes=4-7")); resp.StatusCode != 206 || body != "ftyp" || resp.Header.Get("ETag") != `"`+detail.Parts[0].SHA256+`"` {
		t.Errorf("%d %q %v", resp.StatusCode, body, resp.Header)
	}
	if resp, body := ask("GET", "/recordings/"+id+"/track", "", account.Viewer); resp.StatusCode != 200 || body != "[]\n" {
		t.Errorf("%d %q", resp.StatusCode, body)
	}
	resp, body := ask("GET", "/recordings/"+id+"/export?originals=true", "", account.Operator)
	z, err := zip.NewReader(bytes.NewReader([]byte(body)), int64(len(body)))
	if err != nil || resp.Header.Get("Content-Type") != "application/zip" || !noted.said("footage.exported lin") {
		t.Fatalf("%d %v %v", resp.StatusCode, resp.Header, err)
	}
	manifest, err := z.Open("manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(manifest); err != nil || !strings.Contains(string(text), detail.Parts[0].SHA256) {
		t.Errorf("%s %v", text, err)
	}
	for _, c := range []struct {
		method, path, body string
		role               account.Role
		status             int
	}{
		{"GET", "/recordings/none", "", account.Viewer, 404}, {"GET", "/recordings/..%2fx/segments/1", "", account.Viewer, 404}, {"GET", "/recordings/" + id + "/segments/99", "", account.Viewer, 404},
		{"GET", "/recordings/" + id + "/segments/0", "", account.Viewer, 422}, {"GET", "/recordings/" + id + "/export", "", account.Viewer, 403},
		{"GET", "/recordings/" + id + "/export?from=2000-01-01T00:00:00Z&to=2000-01-02T00:00:00Z", "", account.Operator, 409},
		{"GET", "/recordings/" + id + "/export?from=2001-01-01T00:00:00Z&to=2000-01-02T00:00:00Z", "", account.Operator, 422},
		{"POST", "/recordings/" + id + "/hold", `{"reason":"case 7"}`, account.Operator, 403}, {"POST", "/recordings/" + id + "/hold", `{"reason":""}`, account.Admin, 422},
		{"POST", "/recordings/" + id + "/hold", `{"reason":"a\u0000b"}`, account.Admin, 422}, {"POST", "/recordings/none/hold", `{"reason":"case 7"}`, account.Admin, 404},
		{"POST", "/recordings/" + id + "/hold", `{"reason":"case 7"}`, account.Admin, 204}, {"POST", "/recordings/" + id + "/hold", `{"reason":"case 7"}`, account.Admin, 409},
		{"POST", "/recordings/" + id + "/release", `{"reason":"over"}`, account.Admin, 204}, {"POST", "/recordings/" + id + "/release", `{"reason":"over"}`, account.Admin, 409},
	} {
		if resp, body := ask(c.method, c.path, c.body, c.role); resp.StatusCode != c.status {
			t.Errorf("%s %s %s: %d %s, want %d", c.method, c.path, c.body, resp.StatusCode, body, c.status)
		}
	}
}
