package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"groundstation/internal/city/play"
)

// A run tells each scenario in a line, writes JSON and JUnit, and ends in an error when something expected did not come
// to be; then its log is left for a replay.
func TestSimRun(t *testing.T) {
	dir := t.TempDir()
	good := "../../simulator/scenarios/cancel-preparing.toml"
	text, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	config, err := filepath.Abs("../../config")
	if err != nil {
		t.Fatal(err)
	}
	from, err := filepath.Rel(dir, config)
	if err != nil {
		t.Fatal(err)
	}
	base := "[world]\nbase = \"" + from + "/sim-fast.toml\"\nstation = \"" + from + "/station.toml\"\n"
	bad := filepath.Join(dir, "bad.toml")
	if err := os.WriteFile(bad, []byte(strings.Replace(string(text), "[world]\n", base, 1)+"\n[[expect]]\nlifts = \"all\"\nleast = 3\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	cmd := simRunCmd{Files: []string{good, bad}, Seed: 4, JSON: filepath.Join(dir, "r.json"), JUnit: filepath.Join(dir, "r.xml"), Keep: filepath.Join(dir, "keep")}
	if err := cmd.run(&out); !errors.Is(err, errExpectation) {
		t.Fatalf("%v\n%s", err, out.String())
	}
	for _, want := range []string{"ok   " + good, "FAIL " + bad, "lifts all at least 3 at the end: it is not so at the end", "1 of 2 passed, seed 4"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
	var reports []play.Report
	b, err := os.ReadFile(cmd.JSON)
	if err != nil || json.Unmarshal(b, &reports) != nil || len(reports) != 2 || !reports[0].Passed || reports[1].Passed || reports[1].Seed != 4 {
		t.Errorf("%v: %s", err, b)
	}
	var suites struct {
		Suites []struct {
			Failures int `xml:"failures,attr"`
		} `xml:"testsuite"`
	}
	if b, err = os.ReadFile(cmd.JUnit); err != nil || xml.Unmarshal(b, &suites) != nil || len(suites.Suites) != 2 || suites.Suites[1].Failures != 1 {
		t.Errorf("%v: %s", err, b)
	}
	kept, err := filepath.Glob(filepath.Join(cmd.Keep, "*"))
	if err != nil || len(kept) != 2 {
		t.Errorf("kept %v, %v", kept, err)
	}
	cmd.Files = []string{good}
	if err := cmd.run(io.Discard); err != nil {
		t.Error(err)
	}
}

// "sim" alone runs the city, with its flags; "sim run" a scenario.
func TestSimAloneRunsTheCity(t *testing.T) {
	for args, want := range map[string]string{"sim": "sim city", "sim -station 127.0.0.1:1 -port-base 0": "sim city", "sim run x.toml --seed 3": "sim run <file>"} {
		var c cli
		parser := kong.Must(&c, kong.Name("groundstation"))
		ctx, err := parser.Parse(longFlags(strings.Fields(args)))
		if err != nil || ctx.Command() != want {
			t.Errorf("%s: %v, %v", args, ctx, err)
		}
		if c.Sim.City.Station == "" && strings.Contains(args, "station") {
			t.Errorf("%s: the flag is lost", args)
		}
	}
}
