package scenario

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

const plain = `title = { en = "t", zh = "题" }
purpose = { en = "p", zh = "目的" }
duration = "10m"

[[at]]
after = "10s"
id = "call"
incident = { name = "a", near = "H01", bearing_deg = 45.0, distance_m = 600.0 }

[[expect]]
incident = "a"
is = ["served", "declined"]
by = "5m"
since = "call"
`

func TestAFileIsRead(t *testing.T) {
	s, err := Parse(plain)
	if err != nil {
		t.Fatal(err)
	}
	if s.Title.ZH != "题" || s.Duration != 10*time.Minute || len(s.At) != 1 || s.At[0].Incident.DistanceM != 600 || len(s.Expect) != 1 || len(s.Expect[0].Is) != 2 {
		t.Errorf("%+v", s)
	}
	if got := s.Expect[0].String(); got != "incident a is served or declined within 5m0s after call" {
		t.Error(got)
	}
}

// An error names the line and what is wrong there; an unknown key the nearest known one.
func TestWhatIsWrongIsNamedWithItsLine(t *testing.T) {
	for _, c := range []struct{ old, new, line, says string }{
		{`bearing_deg`, `baering_deg`, "line 8", `did you mean "at.incident.bearing_deg"`},
		{`duration = "10m"`, `duraton = "10m"`, "line 3", `did you mean "duration"`},
		{`duration = "10m"`, `duration = "ten"`, "line 3", "duration"},
		{`duration = "10m"`, `duration = "100h"`, "line 3", "want above 0 to 24h"},
		{`after = "10s"`, `after = "20m"`, "line 5", "after is 20m"},
		{`id = "call"`, `cancel = "a"`, "line 5", "has 2 acts"},
		{`"served"`, `"server"`, "line 10", `did you mean "served"`},
		{`incident = "a"`, "incident = \"a\"\nvehicle = \"V01\"", "line 10", "has 2 subjects"},
		{`since = "call"`, `since = "cal"`, "line 10", "no act has the id"},
		{`by = "5m"`, "by = \"5m\"\nnever = true", "line 10", "one of by, never and always"},
		{`zh = "目的"`, `zh = ""`, "line 2", "want en and zh"},
		{`name = "a"`, `name = "@a"`, "line 5", "want a name"},
		{`[[expect]]`, "[[at]]\nfault = { kind = \"lid-jm\" }\n[[expect]]", "line 10", `did you mean "lid-jam"`},
		{`[[expect]]`, "[[at]]\nact = { do = \"hodl\", vehicle = \"V01\" }\n[[expect]]", "line 10", `did you mean "hold"`},
		{`[[expect]]`, "[[at]]\ncancel = \"b\"\n[[expect]]", "line 10", `nothing before is named "b"`},
		{`[[at]]`, "[world]\nair = { loss = 2.0 }\n[[at]]", "line 6", "loss is 2"},
		{`[[at]]`, "[world.battery]\nV01 = 0.0\n[[at]]", "line 6", "above 0 to 100"},
		{`purpose`, "covers = [\"bad-lnk\"]\npurpose", "line 2", `did you mean "bad-link"`},
	} {
		text := strings.Replace(plain, c.old, c.new, 1)
		_, err := Parse(text)
		if err == nil || !strings.Contains(err.Error(), c.line+":") || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q: %v; want %s and %q", c.new, err, c.line, c.says)
		}
	}
}

func TestAScriptYieldsWhatIsDue(t *testing.T) {
	s, err := Parse(strings.Replace(plain, "[[expect]]", `[[at]]
on = { incident = "a", is = "on-scene" }
after = "5s"
id = "cut"
fault = { kind = "link-cut", vehicle = "@a" }

[[at]]
after = "1m"
incident = { name = "many", near = "H01", count = 5, over = "2m", scatter_m = 100.0 }

[[expect]]`, 1))
	if err != nil {
		t.Fatal(err)
	}
	run := func(seed uint64) (out []string) {
		p := s.Script(seed)
		for at := time.Duration(0); at < 5*time.Minute; at += time.Second {
			for _, d := range p.Due(at, func(Cond) bool { return at >= 30*time.Second }) {
				what := "fault"
				if d.Incident != nil {
					what = d.Incident.Name
					if d.Incident.OffM > 100 {
						t.Errorf("%s is %v m aside", what, d.Incident.OffM)
					}
				}
				out = append(out, fmt.Sprintf("%v %s", at, what))
			}
		}
		if !p.Done() || len(p.Waiting()) != 0 {
			t.Error("not everything was due")
		}
		if at, ok := p.Fired("cut"); !ok || at != 35*time.Second {
			t.Errorf("cut at %v", at)
		}
		return out
	}
	first := run(1)
	if len(first) != 7 || first[0] != "10s a" || first[1] != "35s fault" || !strings.HasSuffix(first[6], "many-5") {
		t.Error(first)
	}
	if again := run(1); strings.Join(again, ",") != strings.Join(first, ",") {
		t.Error("the same seed yields something else")
	}
	if other := run(2); strings.Join(other, ",") == strings.Join(first, ",") {
		t.Error("another seed yields the same")
	}
}

func TestExpectationsAreDecidedInTheirTime(t *testing.T) {
	// The condition holds from 30 s to 60 s; "call" was carried out at 10 s.
	for name, c := range map[string]struct {
		e      Expect
		passed bool
		at     time.Duration
	}{
		"within":             {Expect{By: time.Minute}, true, 30 * time.Second},
		"too late":           {Expect{By: 20 * time.Second}, false, 21 * time.Second},
		"within, since":      {Expect{By: 25 * time.Second, Since: "call"}, true, 30 * time.Second},
		"late, since":        {Expect{By: 15 * time.Second, Since: "call"}, false, 26 * time.Second},
		"since what was not": {Expect{By: time.Minute, Since: "other"}, false, 90 * time.Second},
		"from":               {Expect{By: time.Minute, From: 40 * time.Second}, true, 40 * time.Second},
		"from, never again":  {Expect{By: 80 * time.Second, From: 65 * time.Second}, false, 81 * time.Second},
		"never":              {Expect{Never: true}, false, 30 * time.Second},
		"never until":        {Expect{Never: true, Until: 20 * time.Second}, true, 21 * time.Second},
		"never from":         {Expect{Never: true, From: 70 * time.Second}, true, 90 * time.Second},
		"always":             {Expect{Always: true}, false, 0},
		"always between":     {Expect{Always: true, From: 30 * time.Second, Until: 50 * time.Second}, true, 51 * time.Second},
		"at the end":         {Expect{}, false, 90 * time.Second},
	} {
		w := (&Scenario{Expect: []Expect{c.e}}).Watch()
		var now time.Duration
		holds := func(Cond) bool { return now >= 30*time.Second && now <= 60*time.Second }
		fired := func(id string) (time.Duration, bool) { return 10 * time.Second, id == "call" && now >= 10*time.Second }
		for now = 0; now < 90*time.Second; now += time.Second {
			w.Look(now, holds, fired)
		}
		if r := w.End(now, holds, fired)[0]; r.Passed != c.passed || r.At != c.at || r.Passed == (r.Why != "") {
			t.Errorf("%s: %+v; want %v at %v", name, r, c.passed, c.at)
		}
	}
}
