package play

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"groundstation/fleet"
	"groundstation/internal/station"
	"groundstation/mavlink/tlog"
	"groundstation/mission"
	"groundstation/simulator/scenario"
)

const scenarios = "../../../simulator/scenarios/"

func load(t *testing.T, name string) *Play {
	t.Helper()
	p, err := Load(scenarios + name + ".toml")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func play(t *testing.T, p *Play, o Options) Report {
	t.Helper()
	r, err := p.Run(o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Every scenario that is shipped is well formed and all but the long ones hold; together they stand for every row of the
// fault table that has a place in a world without browsers and pictures.
func TestScenarios(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(scenarios + "*.toml")
	if err != nil || len(files) < 40 {
		t.Fatalf("%d scenarios, %v", len(files), err)
	}
	covered := map[string]bool{"slow-browser": true, "video": true} // by the tests of api and video
	for _, f := range files {
		p, err := Load(f)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, row := range p.Covers {
			covered[row] = true
		}
		if len(p.Expect) == 0 || len(p.Covers) == 0 {
			t.Errorf("%s expects nothing, or stands for nothing", f)
		}
		if p.Long {
			continue
		}
		t.Run(p.name(), func(t *testing.T) {
			t.Parallel()
			r := play(t, p, Options{Seed: 1})
			for _, c := range r.Checks {
				if !c.Passed {
					t.Errorf("%s: %s", c.Text, c.Why)
				}
			}
		})
	}
	for _, row := range scenario.Rows() {
		if !covered[row] {
			t.Errorf("no scenario stands for %q", row)
		}
	}
}

// The same seed gives the same report, octet for octet, through lossy air and a restart; another seed another.
func TestASeedReproducesARun(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"loss-third", "kill-lid"} {
		var out [3]bytes.Buffer
		for i, seed := range []uint64{5, 5, 6} {
			if err := JSON(&out[i], []Report{play(t, load(t, name), Options{Seed: seed})}); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(out[0].Bytes(), out[1].Bytes()) {
			t.Errorf("%s: the same seed gives\n%s\nand\n%s", name, out[0].String(), out[1].String())
		}
		if name == "loss-third" && bytes.Equal(bytes.ReplaceAll(out[0].Bytes(), []byte(`"seed": 5`), nil), bytes.ReplaceAll(out[2].Bytes(), []byte(`"seed": 6`), nil)) {
			t.Errorf("%s: another seed gives the same", name)
		}
	}
}

// A run that fails leaves a log of both directions, which a replay opens, and the truth; one that passes leaves nothing.
func TestAFailingRunIsKept(t *testing.T) {
	t.Parallel()
	keep := t.TempDir()
	p := load(t, "cancel-outbound")
	if r := play(t, p, Options{Seed: 1, Keep: keep}); !r.Passed {
		t.Fatalf("%+v", r.Checks)
	}
	if left, err := os.ReadDir(keep); err != nil || len(left) != 0 {
		t.Errorf("a run that passed leaves %v, %v", left, err)
	}
	p.Expect = append(p.Expect, scenario.Expect{Cond: scenario.Cond{Lifts: "all", Least: 7}})
	r := play(t, p, Options{Seed: 1, Keep: keep})
	if i := slices.IndexFunc(r.Checks, func(c Check) bool { return !c.Passed }); r.Passed || i < 0 || r.Checks[i].Text != "lifts all at least 7 at the end" {
		t.Fatalf("%+v", r.Checks)
	}
	name := filepath.Join(keep, "cancel-outbound.tlog")
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	from := map[byte]int{}
	for l := tlog.NewReader(f); ; {
		rec, err := l.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		from[rec.Frame[5]]++
	}
	if from[255] < 50 || from[1] < 50 || from[101] == 0 {
		t.Errorf("frames by system: %v", from)
	}
	replay, err := station.OpenReplay([]string{name}, p.registry, 1, fleet.NewBoard())
	if err != nil {
		t.Fatal(err)
	}
	replay.Close()
	truth, err := os.ReadFile(filepath.Join(keep, "cancel-outbound.truth.jsonl"))
	if err != nil || bytes.Count(truth, []byte("\n")) < int(r.TookS)-2 || !bytes.Contains(truth, []byte(`"lidOpen"`)) {
		t.Errorf("the truth: %d octets, %v", len(truth), err)
	}
}

// What the script cannot carry out, a rule that is broken and a vehicle that stays in the air fail a run.
func TestARunFailsForWhatAlwaysMustBe(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ change, check, why string }{
		"nothing goes":   {"[[at]]\nafter = \"20s\"\nfault = { kind = \"reboot\", vehicle = \"@none\" }\n", "everything was done", "nothing goes for @none"},
		"not refused":    {"[[at]]\nafter = \"20s\"\nincident = { name = \"b\", near = \"H02\" }\nrefused = \"bad-place\"\n", "everything was done", "not refused"},
		"refused":        {"[[at]]\nafter = \"20s\"\nact = { do = \"hold\", vehicle = \"V02\" }\n", "everything was done", "not-airborne"},
		"never due":      {"[[at]]\non = { vehicle = \"V01\", is = \"crashed\" }\ncancel = \"a\"\n", "everything was done", "never due"},
		"rules":          {"[[at]]\non = { vehicle = \"V01\", is = \"airborne\" }\nafter = \"20s\"\nfault = { kind = \"battery-set\", vehicle = \"V01\", value = 0.0 }\n", "no rule was broken", "battery empty in the air"},
		"not at the end": {"", "in the end everything stands", "in the air"},
	} {
		text, err := os.ReadFile(scenarios + "served.toml")
		if err != nil {
			t.Fatal(err)
		}
		s := strings.ReplaceAll(string(text), `duration = "15m"`, `duration = "70s"`)
		s = strings.ReplaceAll(s[:strings.Index(s, "[[expect]]")], "docks =", fmt.Sprintf("base = %q\nstation = %q\ndocks =", "sim-fast.toml", "station.toml")) + c.change
		dir := t.TempDir()
		for _, f := range []string{"sim-fast.toml", "station.toml"} {
			b, err := os.ReadFile("../../../config/" + f)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, f), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		file := filepath.Join(dir, "x.toml")
		if err := os.WriteFile(file, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := Load(file)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		r := play(t, p, Options{Seed: 1})
		if !slices.ContainsFunc(r.Checks, func(got Check) bool {
			return !got.Passed && strings.HasPrefix(got.Text, c.check) && strings.Contains(got.Why, c.why)
		}) {
			t.Errorf("%s: %+v", name, r.Checks)
		}
	}
}

// The words for states are the station's.
func TestStatesAreTheStations(t *testing.T) {
	for what, c := range map[string]struct {
		have []string
		of   any
	}{"incident": {scenario.IncidentStates(), mission.Incident{}}, "sortie": {scenario.SortieStates(), mission.Sortie{}}} {
		f, _ := reflect.TypeOf(c.of).FieldByName("State")
		want := strings.Split(f.Tag.Get("enum"), ",")
		slices.Sort(want)
		have := slices.Sorted(slices.Values(c.have))
		if !slices.Equal(have, want) {
			t.Errorf("%s: %v, the station has %v", what, have, want)
		}
	}
}

func TestJUnit(t *testing.T) {
	var b bytes.Buffer
	err := JUnit(&b, []Report{{File: "a.toml", TookS: 12.5, Checks: []Check{{Text: "x <y>", Passed: true, AtS: 3}, {Text: "z", Why: "never"}, {Text: "u", Unjudged: true, Why: "unseen"}}}})
	want := `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="a.toml" tests="3" failures="1" skipped="1" time="12.5">
    <testcase classname="a.toml" name="x &lt;y&gt;" time="3"></testcase>
    <testcase classname="a.toml" name="z" time="0">
      <failure message="never"></failure>
    </testcase>
    <testcase classname="a.toml" name="u" time="0">
      <skipped message="unseen"></skipped>
    </testcase>
  </testsuite>
</testsuites>
`
	if err != nil || b.String() != want {
		t.Errorf("%v\n%s", err, b.String())
	}
}
