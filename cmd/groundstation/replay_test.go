package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
	"groundstation/internal/station"
	"groundstation/mavlink"
	"groundstation/mavlink/tlog"
)

// flownRecord is the recorded flight of a real PX4, as a file.
func flownRecord(t *testing.T) string {
	t.Helper()
	f, err := os.Open("../../mavlink/testdata/flight.tlog.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "flight.tlog")
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// replayed plays the recorded flight until the test ends.
func replayed(t *testing.T, speed float64) (*station.Replay, *fleet.Board) {
	t.Helper()
	board := fleet.NewBoard()
	r, err := station.OpenReplay([]string{flownRecord(t)}, fleet.Registry{}, speed, board)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		r.Close()
	})
	return r, board
}

// The recorded flight of a real PX4 goes through the sessions: its modes come in order, at its own places and times,
// and at the end it stands disarmed where it began.
func TestAReplayShowsTheFlight(t *testing.T) {
	t.Parallel()
	_, board := replayed(t, station.ReplayFastest)
	var modes []string
	var highest float64
	var armed bool
	var last fleet.Vehicle
	late := time.After(time.Minute)
	for version := uint64(0); ; {
		entries, now, changed := board.Since(version)
		version = now
		over := false
		for _, e := range entries {
			switch v := e.Value.(type) {
			case *fleet.Vehicle:
				if v.Uplink == fleet.UplinkUnconfirmed {
					t.Fatal("nothing was asked, and the uplink is called unconfirmed")
				}
				last, armed = *v, armed || v.Armed
				if mode := string(v.Mode); len(modes) == 0 || modes[len(modes)-1] != mode {
					modes = append(modes, mode)
				}
				if v.Position != nil {
					highest = max(highest, v.Position.AltAMSL)
				}
			case fleet.Replay:
				over = v.Ended
			}
		}
		if over {
			break
		}
		select {
		case <-changed:
		case <-late:
			t.Fatalf("not over within a minute: %v", modes)
		}
	}
	order := strings.Join(modes, " ")
	for _, want := range []fleet.Mode{fleet.ModeHold, fleet.ModeMission, fleet.ModeHold, fleet.ModeReturn, fleet.ModeLand} {
		_, rest, found := strings.Cut(order, string(want))
		if !found {
			t.Fatalf("the modes are %v; %s is missing in its turn", modes, want)
		}
		order = rest
	}
	if last.ID != "SYS1" || !armed || last.Armed || highest < 15 || time.Since(last.HeardAt) < time.Hour {
		t.Errorf("%s at the end: armed %t, was armed %t, highest %.1f m, heard %v", last.ID, last.Armed, armed, highest, last.HeardAt)
	}
}

// What is played is shown by the API with its time, and every act is refused with a code.
func TestAReplayTakesNoOrders(t *testing.T) {
	var log []byte
	at := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	encoder := mavlink.NewEncoder(9, 1)
	for i := range 100 {
		b, err := encoder.Encode(nil, &common.MessageHeartbeat{Type: common.MAV_TYPE_QUADROTOR, Autopilot: common.MAV_AUTOPILOT_PX4,
			BaseMode: 0x1d, CustomMode: 0x03040000, SystemStatus: common.MAV_STATE_STANDBY, MavlinkVersion: 3})
		if err != nil {
			t.Fatal(err)
		}
		log = tlog.Append(log, at.Add(time.Duration(i)*time.Second), b)
	}
	name := filepath.Join(t.TempDir(), "beats.tlog")
	if err := os.WriteFile(name, log, 0o600); err != nil {
		t.Fatal(err)
	}
	addr := freeAddr(t, "tcp")
	ctx, cancel := context.WithCancel(t.Context())
	printed, ended := begun(t, func() error {
		return replayCmd{Files: []string{name}, Speed: 100, HTTP: addr}.serve(ctx, slog.New(slog.DiscardHandler))
	})
	_, setup, _ := strings.Cut(printed, "#setup=")
	k := &killed{t: t, http: addr}
	k.call("POST", "/setup", map[string]string{"token": setup, "name": "look", "password": "only looking at a record"}, nil)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for tries := 0; ; tries++ {
		var all []struct {
			Spec  struct{ ID string }
			State *fleet.Vehicle
		}
		k.call("GET", "/vehicles", nil, &all)
		if len(all) == 1 && all[0].Spec.ID == "SYS9" && all[0].State != nil && all[0].State.Mode == fleet.ModeHold && all[0].State.HeardAt.Year() == 2026 {
			break
		}
		if tries > 500 {
			t.Fatalf("%+v", all)
		}
		<-tick.C
	}
	for _, c := range []struct{ path, body string }{
		{"/api/v1/incidents", `{"title":"x","place":{"lat":32.5,"lon":120.4}}`}, {"/api/v1/vehicles/SYS9/hold", `{}`},
		{"/api/v1/vehicles/SYS9/return", `{}`}, {"/api/v1/vehicles/SYS9/parameters/refresh", `{}`},
	} {
		status, answer, err := k.request("POST", c.path, "application/json", bytes.NewBufferString(c.body))
		var p struct{ Code string }
		if err != nil || json.Unmarshal(answer, &p) != nil || status != http.StatusConflict || p.Code != "replay" {
			t.Errorf("%s: %d %s %v", c.path, status, answer, err)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
