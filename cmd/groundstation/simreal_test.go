package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"groundstation/fleet"
	"groundstation/internal/city/play"
	"groundstation/internal/station"
)

// killedPreparing is a station that is killed while it prepares a launch, and is told when it is back that the call was
// nothing; it expects what comes of that.
const killedPreparing = `
title = { en = "Killed while it prepares", zh = "准备中被终止" }
purpose = { en = "The launch is given up after a restart.", zh = "重启后放弃起飞。" }
duration = "90s"

[world]
base = "CONFIG/sim-fast.toml"
station = "CONFIG/station.toml"
docks = ["H01"]

[[at]]
after = "1s"
incident = { name = "a", near = "H01", bearing_deg = 45, distance_m = 300 }

[[at]]
on = { sortie = "a", is = "preparing" }
after = "500ms"
station = { do = "kill", for = "500ms" }

[[at]]
on = { sortie = "a", is = "preparing" }
after = "1500ms"
act = { do = "recall", vehicle = "@a", by = "shift-lead" }

[[expect]]
sortie = "a"
is = "aborted"
by = "60s"

[[expect]]
vehicle = "V01"
is = "docked"

[[expect]]
rule = "read-back"
never = true

[[expect]]
lifts = "all"
most = 0
`

// A scenario is played against the station's process over sockets. What cannot be told from outside is said; a run that
// fails leaves the station's log and records that a replay opens; an act of virtual time alone is not played.
func TestSimRunOverSockets(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	config, err := filepath.Abs("../../config")
	if err != nil {
		t.Fatal(err)
	}
	from, err := filepath.Rel(dir, config)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(killedPreparing, "CONFIG", filepath.ToSlash(from))
	var files []string
	for _, f := range []struct{ name, text string }{{"good", text}, {"bad", text + "\n[[expect]]\nlifts = \"all\"\nleast = 1\n"},
		{"clock", text + "\n[[at]]\nafter = \"20s\"\nclock = \"5s\"\n"}} {
		file := filepath.Join(dir, f.name+".toml")
		if err := os.WriteFile(file, []byte(f.text), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	var out bytes.Buffer
	cmd := simRunCmd{Files: files, Seed: 1, Real: true, binary: stationBinary(t), JSON: filepath.Join(dir, "r.json"), JUnit: filepath.Join(dir, "r.xml"),
		Keep: filepath.Join(dir, "keep")}
	if err := cmd.run(&out); !errors.Is(err, errExpectation) {
		t.Fatalf("%v\n%s", err, out.String())
	}
	var reports []play.Report
	b, err := os.ReadFile(cmd.JSON)
	if err != nil || json.Unmarshal(b, &reports) != nil || len(reports) != 3 {
		t.Fatalf("%v: %s", err, b)
	}
	good, bad, clock := reports[0], reports[1], reports[2]
	if !good.Passed || !good.Real || good.Unjudged() != 2 {
		t.Errorf("good: %s", b)
	}
	if bad.Passed || !bad.Failed() || clock.Passed || clock.Failed() || clock.Unjudged() != len(clock.Checks) {
		t.Errorf("bad and clock: %s", b)
	}
	for _, want := range []string{"not judged: never: rule read-back: this rule needs the frames", "its clock cannot be set off by 5s",
		"1 of 3 passed, seed 1; 1 not played"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
	var suites struct {
		Suites []struct {
			Skipped int `xml:"skipped,attr"`
		} `xml:"testsuite"`
	}
	if b, err = os.ReadFile(cmd.JUnit); err != nil || xml.Unmarshal(b, &suites) != nil || len(suites.Suites) != 3 || suites.Suites[0].Skipped != 2 {
		t.Errorf("%v: %s", err, b)
	}
	for _, name := range []string{"bad.tlog", "bad.truth.jsonl", "bad.station.log", "bad.station.toml"} {
		if s, err := os.Stat(filepath.Join(cmd.Keep, name)); err != nil || s.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	sorties, err := filepath.Glob(filepath.Join(cmd.Keep, "bad.tlogs", "*"))
	if err != nil || len(sorties) == 0 {
		t.Errorf("records of sorties: %v, %v", sorties, err)
	}
	if left, err := filepath.Glob(filepath.Join(cmd.Keep, "good*")); err != nil || len(left) != 0 {
		t.Errorf("a good run left %v, %v", left, err)
	}
	replays(t, filepath.Join(cmd.Keep, "bad.tlog"), filepath.Join(cmd.Keep, "bad.station.toml"))
}

// replays shows a record and waits for the vehicle in it.
func replays(t *testing.T, file, config string) {
	t.Helper()
	cfg, err := loadConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	board := fleet.NewBoard()
	replay, err := station.OpenReplay([]string{file}, cfg.Registry, 100, board)
	if err != nil {
		t.Fatal(err)
	}
	defer replay.Close()
	done := make(chan error, 1)
	ctx := t.Context()
	go func() { done <- replay.Run(ctx) }()
	late := time.After(20 * time.Second)
	for {
		_, _, changed := board.Since(0)
		if v, ok := fleet.Get[fleet.Vehicle](board, fleet.KindVehicle, "V01"); ok && v.Battery.Percent > 0 {
			return
		}
		select {
		case <-changed:
		case err := <-done:
			t.Fatalf("the replay ended: %v", err)
		case <-late:
			t.Fatal("V01 is not in the record")
		}
	}
}
