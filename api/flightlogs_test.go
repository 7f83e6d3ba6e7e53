package api

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"groundstation/account"
	"groundstation/fleet"
	"groundstation/internal/logbook"
)

// logFile is a folder with one log.
type logFile struct{ path string }

func (l logFile) Open(id fleet.SortieID) (*os.File, string, error) {
	if id != "S1" {
		return nil, "", fs.ErrNotExist
	}
	f, err := os.Open(l.path)
	return f, "S1.ulg", err
}

func TestFlightLogs(t *testing.T) {
	d := newDoor(t)
	path := filepath.Join(t.TempDir(), "flight.ulg")
	if err := os.WriteFile(path, []byte("ULog0123456789"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.handler.cfg.FlightLogs = logFile{path}
	now := time.Now()
	ask := func(path string, role account.Role, calls ...call) (int, string) {
		resp, answer := d.do("GET", Prefix+path, "", append(calls, by(role, d))...)
		return resp.StatusCode, string(answer)
	}
	d.board.Put(logbook.Kind, "S1", logbook.FlightLog{Sortie: "S1", Vehicle: "V01", From: now.Add(-time.Hour), State: logbook.Kept, Size: 14, SHA256: "ab"})
	d.board.Put(logbook.Kind, "S2", logbook.FlightLog{Sortie: "S2", Vehicle: "V01", From: now, State: logbook.Fetching, Size: 100, Have: 40})
	d.board.Put(logbook.Kind, "S3", logbook.FlightLog{Sortie: "S3", Vehicle: "V01", From: now.Add(-2 * time.Hour), State: logbook.Kept})
	var list []logbook.FlightLog
	if code, body := ask("/flight-logs", account.Viewer); code != 200 || json.Unmarshal([]byte(body), &list) != nil ||
		len(list) != 3 || list[0].Sortie != "S2" || list[1].SHA256 != "ab" {
		t.Fatalf("%d %s", code, body)
	}
	if code, body := ask("/flight-logs/S1/file", account.Operator); code != 200 || body != "ULog0123456789" {
		t.Fatalf("%d %q", code, body)
	}
	if code, body := ask("/flight-logs/S1/file", account.Operator, func(r *http.Request) { r.Header.Set("Range", "bytes=4-6") }); code != 206 || body != "012" {
		t.Fatalf("%d %q", code, body)
	}
	for path, want := range map[string]int{"/flight-logs/S2/file": 409, "/flight-logs/S3/file": 409, "/flight-logs/S9/file": 404, "/flight-logs/S9": 404, "/flight-logs/..%2fS1/file": 404} {
		if code, body := ask(path, account.Operator); code != want || strings.Contains(body, "ULog") {
			t.Errorf("%s: %d %q", path, code, body)
		}
	}
	if code, _ := ask("/flight-logs/S1/file", account.Viewer); code != 403 {
		t.Errorf("a viewer downloads: %d", code)
	}
	if code, _ := ask("/flight-logs", open); code != 401 {
		t.Errorf("nobody lists: %d", code)
	}
}
