package play

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"groundstation/internal/city"
	"groundstation/simulator/scenario"
)

// errVirtual is an act that only virtual time has.
var errVirtual = errors.New("not possible over sockets: run it in virtual time")

// virtualOnly says which acts of a scenario nobody can do to a process from outside.
func (p *Play) virtualOnly() (out []string) {
	for _, a := range p.At {
		switch {
		case a.Station != nil && a.Station.Over != "":
			out = append(out, fmt.Sprintf("the station cannot be killed over one transaction (%s)", a.Station.Over))
		case a.Store != nil:
			out = append(out, "its disk cannot be made to "+a.Store.Do)
		case a.Clock != nil:
			out = append(out, fmt.Sprintf("its clock cannot be set off by %v", *a.Clock))
		}
	}
	return out
}

// unseen says whether an expectation rests on a rule that is not judged from outside.
func unseen(e scenario.Expect) bool {
	return e.Rule != "" && slices.Contains(city.Unseen(), city.Rule(e.Rule))
}

// rulesUnseen are the rules that a run over sockets does not judge.
func rulesUnseen() string {
	var names []string
	for _, r := range city.Unseen() {
		names = append(names, string(r))
	}
	return strings.Join(names, ", ")
}

// notPlayed is the report of a scenario that can only be played in virtual time.
func (p *Play) notPlayed(o Options, why []string) Report {
	r := Report{File: filepath.ToSlash(p.File), Title: p.Title, Covers: p.Covers, Seed: o.Seed, Real: true, Touchdowns: []Touchdown{}, Events: []Event{}}
	for _, e := range p.Expect {
		r.Checks = append(r.Checks, Check{Text: e.String(), Unjudged: true, Why: strings.Join(why, "; ")})
	}
	return r
}
