package api

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"groundstation/account"
	"groundstation/internal/station"
)

func TestTelemetryLogs(t *testing.T) {
	d := newDoor(t)
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "S1"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"S1/001.tlog": "first part", "S1/002.tlog": "second", "S1/SHA256SUMS": "abcd  001.tlog\n", "001.tlog": "elsewhere"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ask := func(path string, role account.Role, calls ...call) (int, string) {
		resp, answer := d.do("GET", Prefix+path, "", append(calls, by(role, d))...)
		return resp.StatusCode, string(answer)
	}
	if code, body := ask("/sorties/S1/tlog", account.Operator); code != 404 || !strings.Contains(body, "unknown-tlog") {
		t.Errorf("a station that keeps none: %d %s", code, body)
	}
	d.handler.cfg.Tlogs = station.OpenTlogs(dir)
	var parts []station.TlogPart
	if code, body := ask("/sorties/S1/tlog", account.Operator); code != 200 || json.Unmarshal([]byte(body), &parts) != nil ||
		len(parts) != 2 || parts[0].Name != "001.tlog" || parts[0].Size != 10 || parts[0].SHA256 != "abcd" || parts[1].SHA256 != "" {
		t.Fatalf("%d %s", code, body)
	}
	if code, body := ask("/sorties/S1/tlog/002.tlog", account.Operator); code != 200 || body != "second" {
		t.Errorf("%d %q", code, body)
	}
	if code, body := ask("/sorties/S1/tlog/001.tlog", account.Operator, func(r *http.Request) { r.Header.Set("Range", "bytes=6-9") }); code != 206 || body != "part" {
		t.Errorf("%d %q", code, body)
	}
	for _, path := range []string{"/sorties/S2/tlog", "/sorties/S1/tlog/003.tlog", "/sorties/S1/tlog/SHA256SUMS", "/sorties/..%2f/tlog/001.tlog",
		"/sorties/S1/tlog/..%2f001.tlog", "/sorties/%2e/tlog/001.tlog"} {
		if code, body := ask(path, account.Operator); code != 404 || strings.Contains(body, "elsewhere") {
			t.Errorf("%s: %d %q", path, code, body)
		}
	}
	for _, path := range []string{"/sorties/S1/tlog", "/sorties/S1/tlog/001.tlog"} {
		if code, _ := ask(path, account.Viewer); code != 403 {
			t.Errorf("a viewer at %s: %d", path, code)
		}
		if code, _ := ask(path, open); code != 401 {
			t.Errorf("nobody at %s: %d", path, code)
		}
	}
}
