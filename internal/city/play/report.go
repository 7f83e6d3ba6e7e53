package play

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"groundstation/fleet"
	"groundstation/simulator/scenario"
)

// Report is how a run went. The same scenario and seed give the same report in virtual time.
type Report struct {
	File   string        `json:"file"`
	Title  scenario.Text `json:"title"`
	Covers []string      `json:"covers,omitempty"`
	Seed   uint64        `json:"seed"`
	Passed bool          `json:"passed"`
	// Real: in real time over sockets.
	Real bool `json:"real,omitempty"`
	// TookS is how long it took in the time of the city, seconds.
	TookS      float64     `json:"tookS"`
	Checks     []Check     `json:"checks"`
	Touchdowns []Touchdown `json:"touchdowns"`
	// LeastM is how near two in the air within 15 m of height ever were; nil: never two.
	LeastM *float64 `json:"leastM,omitempty"`
	Events []Event  `json:"events"`
}

// Check is one thing that had to hold.
type Check struct {
	Text   string `json:"text"`
	Passed bool   `json:"passed"`
	// Unjudged: it cannot be told this way, and counts neither for nor against the run; Why says what stands in the way.
	Unjudged bool    `json:"unjudged,omitempty"`
	AtS      float64 `json:"atS"`
	Why      string  `json:"why,omitempty"`
}

// Failed says whether something did not come to be as it should.
func (r *Report) Failed() bool {
	return slices.ContainsFunc(r.Checks, func(c Check) bool { return !c.Passed && !c.Unjudged })
}

// Unjudged is how many checks could not be told.
func (r *Report) Unjudged() (n int) {
	for _, c := range r.Checks {
		if c.Unjudged {
			n++
		}
	}
	return n
}

// report puts together what was expected, and what always must be so.
func (p *player) report(o Options, results []scenario.Result) Report {
	r := Report{File: filepath.ToSlash(p.play.File), Title: p.play.Title, Covers: p.play.Covers, Seed: o.Seed, TookS: tenths(p.elapsed()),
		Touchdowns: []Touchdown{}}
	add := func(text string, why ...string) {
		r.Checks = append(r.Checks, Check{Text: text, Passed: len(why) == 0, AtS: tenths(p.elapsed()), Why: strings.Join(why, "; ")})
	}
	r.Real = o.Binary != ""
	for i, x := range results {
		c := Check{Text: x.Text, Passed: x.Passed, AtS: tenths(x.At), Why: x.Why}
		if r.Real && unseen(p.play.Expect[i]) {
			c.Passed, c.Unjudged, c.Why = false, true, "this rule needs the frames or the store, which are not seen over sockets"
		}
		r.Checks = append(r.Checks, c)
	}
	failed := p.failed
	for _, d := range p.script.Waiting() {
		failed = append(failed, fmt.Sprintf("%s was never due", describe(d)))
	}
	for _, a := range p.asks {
		failed = append(failed, fmt.Sprintf("%s was never answered", describe(a.due)))
	}
	add("everything was done as the script says", failed...)
	add("no rule was broken", p.broken()...)
	if r.Real {
		r.Checks = append(r.Checks, Check{Text: "no rule of these was broken: " + rulesUnseen(), Unjudged: true, AtS: tenths(p.elapsed()),
			Why: "they need the frames or the store, which are not seen over sockets"})
	}
	add("in the end everything stands, disarmed, and no sortie is open", p.unsettled()...)
	for _, d := range p.view.downs {
		d.AtS, d.Percent = tenths(d.at.Sub(p.began)), math.Round(d.Percent*10)/10
		r.Touchdowns = append(r.Touchdowns, d)
	}
	if !math.IsInf(p.view.least, 1) {
		least := math.Round(p.view.least*10) / 10
		r.LeastM = &least
	}
	r.Events = p.events
	r.Passed = !r.Failed()
	return r
}

// broken are the rules that did not hold, but for those that the scenario wants to see broken.
func (p *player) broken() (out []string) {
	for _, v := range p.stage.Violations() {
		wanted := slices.ContainsFunc(p.play.Expect, func(e scenario.Expect) bool {
			return !e.Never && (e.Rule == v.Rule || e.Accident && v.Rule == "accident")
		})
		if !wanted {
			out = append(out, v.Text)
		}
	}
	return out
}

func (p *player) unsettled() (out []string) {
	for _, v := range p.view.truth.Vehicles {
		if !v.OnGround || v.Armed {
			out = append(out, fmt.Sprintf("%s is in the air or armed (%s)", v.ID, v.Mode))
		}
	}
	for _, v := range p.play.registry.Vehicles {
		if s, ok := p.sortie(string(v.ID)); ok && !s.State.Final() {
			out = append(out, fmt.Sprintf("%s of %s is %s: %s", s.ID, fleet.VehicleID(v.ID), s.State, s.Reason))
		}
	}
	return out
}

// JSON writes reports as one document.
func JSON(w io.Writer, reports []Report) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(reports)
}

// JUnit writes reports as the XML that build servers read (the format of Ant's JUnit task): a scenario is a suite, a
// check a case.
func JUnit(w io.Writer, reports []Report) error {
	type failure struct {
		Message string `xml:"message,attr"`
	}
	type testcase struct {
		Class   string   `xml:"classname,attr"`
		Name    string   `xml:"name,attr"`
		Time    float64  `xml:"time,attr"`
		Failure *failure `xml:"failure,omitempty"`
		Skipped *failure `xml:"skipped,omitempty"`
	}
	type suite struct {
		Name     string     `xml:"name,attr"`
		Tests    int        `xml:"tests,attr"`
		Failures int        `xml:"failures,attr"`
		Skipped  int        `xml:"skipped,attr"`
		Time     float64    `xml:"time,attr"`
		Cases    []testcase `xml:"testcase"`
	}
	var all struct {
		XMLName xml.Name `xml:"testsuites"`
		Suites  []suite  `xml:"testsuite"`
	}
	for _, r := range reports {
		s := suite{Name: r.File, Tests: len(r.Checks), Time: r.TookS}
		for _, c := range r.Checks {
			t := testcase{Class: r.File, Name: c.Text, Time: c.AtS}
			switch {
			case c.Unjudged:
				s.Skipped++
				t.Skipped = &failure{c.Why}
			case !c.Passed:
				s.Failures++
				t.Failure = &failure{c.Why}
			}
			s.Cases = append(s.Cases, t)
		}
		all.Suites = append(all.Suites, s)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
