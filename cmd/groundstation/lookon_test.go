package main

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"groundstation/account"
	"groundstation/fleet"
	"groundstation/mission"
	"groundstation/store"
)

// A station whose file is damaged looks on: its people sign in where the file still names them, else by the one-time link; acts
// are refused with a code that says why; the file stays as it is.
func TestADamagedFileIsLookedOnWith(t *testing.T) {
	for what, kind := range map[string]fleet.Kind{"a plan": mission.KindPlan, "a recording": fleet.KindFootage, "the whole file": ""} {
		t.Run(what, func(t *testing.T) {
			readable := kind != ""
			dir := t.TempDir()
			file := filepath.Join(dir, dbFile)
			damaged := damagedFile(t, file, kind)
			addr := freeAddr(t, "tcp")
			ctx, cancel := context.WithCancel(t.Context())
			flags := serveFlags{Config: "../../config/station.toml", HTTP: addr, UDP: freeAddr(t, "udp"), Video: freeAddr(t, "udp"), Data: dir}
			printed, ended := begun(t, func() error { return serve(ctx, flags, slog.New(slog.DiscardHandler)) })
			k := &killed{t: t, http: addr}
			_, setup, first := strings.Cut(printed, "#setup=")
			if first == readable {
				t.Fatalf("it says %q", printed)
			}
			if first {
				k.call("POST", "/setup", map[string]string{"token": setup, "name": "look", "password": "only looking on here"}, nil)
			} else {
				k.call("POST", "/session", map[string]string{"name": "look", "password": "only looking on here"}, nil)
			}
			var alarms []struct{ Code string }
			k.call("GET", "/alarms", nil, &alarms)
			if len(alarms) != 1 || alarms[0].Code != "read-only" {
				t.Errorf("alarms %+v", alarms)
			}
			for path, body := range map[string]string{"/incidents": `{"title":"x","place":{"lat":32.5,"lon":120.4}}`, "/vehicles/V01/return": `{}`, "/fleet/recall": `{}`,
				"/users": `{"name":"another","role":"viewer","password":"it would be forgotten"}`, "/tokens": `{"name":"robot","role":"viewer"}`} {
				status, answer, err := k.request("POST", "/api/v1"+path, "application/json", bytes.NewBufferString(body))
				var p fleet.Problem
				if err != nil || json.Unmarshal(answer, &p) != nil || status != http.StatusServiceUnavailable || p.Code != "read-only" {
					t.Errorf("%s: %d %s %v", path, status, answer, err)
				}
			}
			if c, err := net.ListenPacket("udp", flags.Video); err != nil {
				t.Errorf("it would show pictures: %v", err)
			} else {
				_ = c.Close()
			}
			k.call("DELETE", "/session", struct{}{}, nil)
			cancel()
			if err := <-ended; err != nil {
				t.Error(err)
			}
			if now, err := os.ReadFile(file); err != nil || !bytes.Equal(now, damaged) {
				t.Errorf("the file was written to, or %v", err)
			}
		})
	}
}

// damagedFile is a store with one user in which a record of a kind fails its checksum, or, of no kind, of which only rubbish is left.
func damagedFile(t *testing.T, file string, kind fleet.Kind) []byte {
	t.Helper()
	db, err := store.Open(file, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	accounts, err := account.Open(db, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	setup, err := accounts.OpenSetup()
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := accounts.SetUp(setup, "look", "only looking on here"); err != nil {
		t.Fatal(err)
	}
	if kind != "" {
		if err := db.Commit([]mission.Op{{Kind: kind, ID: "P1", Value: mission.Plan{ID: "P1", Name: "the one to be damaged"}, Act: "put", By: "look"}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if kind != "" {
		b = bytes.ReplaceAll(b, []byte("the one to be damaged"), []byte("the one that was here"))
	} else {
		b = bytes.Repeat([]byte("rubbish\n"), 1000)
	}
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return b
}
