package scenario

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"groundstation/internal/spell"
	"groundstation/simulator"
)

// The defaults of a file.
const (
	durationDefault = 15 * time.Minute
	durationMost    = 24 * time.Hour
	baseDefault     = "../../config/sim-fast.toml"
	stationDefault  = "../../config/station.toml"
)

// UnmarshalTOML takes one word or a list of them.
func (w *Words) UnmarshalTOML(v any) error {
	switch v := v.(type) {
	case string:
		*w = Words{v}
		return nil
	case []any:
		for _, one := range v {
			s, ok := one.(string)
			if !ok {
				return fmt.Errorf("%v is no word", one)
			}
			*w = append(*w, s)
		}
		return nil
	}
	return fmt.Errorf("%v is neither a word nor a list of words", v)
}

// Parse reads a scenario. An error names the line and the key; of an unknown key the nearest known one.
func Parse(text string) (*Scenario, error) {
	s := &Scenario{Duration: durationDefault, lines: lines{strings.Split(text, "\n")}}
	s.World.Base, s.World.Station = baseDefault, stationDefault
	s.World.Start = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC) // a Monday, 08:00 in Hai'an
	meta, err := toml.Decode(text, s)
	if err != nil {
		var at toml.ParseError
		if errors.As(err, &at) {
			return nil, fmt.Errorf("line %d: %s", at.Position.Line, at.Message)
		}
		return nil, fmt.Errorf("decode: %w", err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		key := unknown[0].String()
		return nil, fmt.Errorf("line %d: unknown key %q; did you mean %q?", s.lines.key(key), key, spell.Nearest(key, spell.Keys(reflect.TypeOf(*s))))
	}
	return s, s.check()
}

// check says what cannot be.
func (s *Scenario) check() error {
	for key, t := range map[string]Text{"title": s.Title, "purpose": s.Purpose} {
		if strings.TrimSpace(t.EN) == "" || strings.TrimSpace(t.ZH) == "" {
			return fmt.Errorf("line %d: %s: want en and zh", max(1, s.lines.key(key)), key)
		}
	}
	for _, row := range s.Covers {
		if err := oneOf(row, Rows()); err != nil {
			return fmt.Errorf("line %d: covers: %w", s.lines.key("covers"), err)
		}
	}
	for i, d := range s.Drill {
		if d.EN == "" || d.ZH == "" {
			return fmt.Errorf("line %d: drill: want en and zh", s.lines.of("drill", i))
		}
	}
	if s.Duration <= 0 || s.Duration > durationMost {
		return fmt.Errorf("line %d: duration is %v, want above 0 to %v", s.lines.key("duration"), s.Duration, durationMost)
	}
	if err := s.World.Air.Check(); err != nil {
		return fmt.Errorf("line %d: world.air: %w", s.lines.key("air"), err)
	}
	for id, percent := range s.World.Battery {
		if !(percent > 0 && percent <= 100) {
			return fmt.Errorf("line %d: world.battery.%s is %v, want above 0 to 100", s.lines.key(id), id, percent)
		}
	}
	names, ids := map[string]bool{}, map[string]bool{}
	for i := range s.At {
		if err := s.At[i].check(names, ids, s.Duration); err != nil {
			return fmt.Errorf("line %d: at: %w", s.lines.of("at", i), err)
		}
	}
	for i := range s.Expect {
		if err := s.Expect[i].check(ids, s.Duration); err != nil {
			return fmt.Errorf("line %d: expect: %w", s.lines.of("expect", i), err)
		}
	}
	return nil
}

func oneOf(word string, known []string) error {
	if slices.Contains(known, word) {
		return nil
	}
	return fmt.Errorf("%q is not known; did you mean %q?", word, spell.Nearest(word, known))
}

// check looks at one act; names are those of incidents, plans, patrols and flights until here, ids those of acts.
func (a *At) check(names, ids map[string]bool, most time.Duration) error {
	if a.ID != "" && ids[a.ID] {
		return fmt.Errorf("id %q is given twice", a.ID)
	}
	ids[a.ID] = true
	if a.After < 0 || a.After > most {
		return fmt.Errorf("after is %v, want 0 to the duration, %v", a.After, most)
	}
	if a.On != nil {
		if err := a.On.check(); err != nil {
			return fmt.Errorf("on: %w", err)
		}
	}
	n := 0
	for _, have := range []bool{a.Incident != nil, a.Move != nil, a.Cancel != "", a.Plan != nil, a.Fly != nil, a.Patrol != nil, a.Act != nil, a.Fault != nil,
		a.Station != nil, a.Store != nil, a.Clock != nil} {
		if have {
			n++
		}
	}
	if n != 1 {
		return fmt.Errorf("has %d acts, want one of incident, move, cancel, plan, fly, patrol, act, fault, station, store, clock", n)
	}
	known := func(what, name string) error {
		if !names[name] {
			return fmt.Errorf("%s: nothing before is named %q", what, name)
		}
		return nil
	}
	named := func(what, name string) error {
		if name == "" || strings.HasPrefix(name, "@") {
			return fmt.Errorf("%s: want a name", what)
		}
		names[name] = true
		return nil
	}
	switch {
	case a.Incident != nil:
		in := a.Incident
		for i := range in.Count {
			names[fmt.Sprintf("%s-%d", in.Name, i+1)] = true
		}
		switch {
		case in.Near == "":
			return errors.New("incident: near is missing: a dock, a vehicle or @name")
		case in.Priority < 0 || in.Priority > 5 || in.Count < 0 || in.Count > 1000 || in.Over < 0 || in.ScatterM < 0:
			return errors.New("incident: want priority 1 to 5, count up to 1000, over and scatter_m not below 0")
		}
		return named("incident", in.Name)
	case a.Move != nil:
		return known("move", a.Move.Incident)
	case a.Cancel != "":
		return known("cancel", a.Cancel)
	case a.Plan != nil:
		if len(a.Plan.Points) == 0 || a.Plan.Near == "" {
			return errors.New("plan: want near, and points as [bearing, metres]")
		}
		return named("plan", a.Plan.Name)
	case a.Fly != nil:
		return errors.Join(known("fly", a.Fly.Plan), named("fly", a.Fly.Name))
	case a.Patrol != nil:
		return errors.Join(known("patrol", a.Patrol.Plan), named("patrol", a.Patrol.Name))
	case a.Act != nil:
		if err := oneOf(a.Act.Do, Acts()); err != nil {
			return fmt.Errorf("act: do: %w", err)
		}
		if a.Act.Vehicle == "" && !strings.HasSuffix(a.Act.Do, "-all") {
			return errors.New("act: vehicle is missing")
		}
	case a.Fault != nil:
		if err := oneOf(a.Fault.Kind, simulator.Kinds()); err != nil {
			return fmt.Errorf("fault: kind: %w", err)
		}
	case a.Station != nil:
		if err := oneOf(a.Station.Do, []string{"kill", "start"}); err != nil {
			return fmt.Errorf("station: do: %w", err)
		}
	case a.Store != nil:
		if err := oneOf(a.Store.Do, []string{"fail", "slow", "mend"}); err != nil {
			return fmt.Errorf("store: do: %w", err)
		}
	}
	return nil
}

// check looks at an expectation.
func (e *Expect) check(ids map[string]bool, most time.Duration) error {
	if err := e.Cond.check(); err != nil {
		return err
	}
	switch {
	case e.Never && e.Always || e.Never && e.By > 0 || e.Always && e.By > 0:
		return errors.New("want one of by, never and always")
	case e.Since != "" && !ids[e.Since]:
		return fmt.Errorf("since: no act has the id %q", e.Since)
	case e.By < 0 || e.From < 0 || e.Until < 0 || e.By > most || e.From > most || e.Until > most:
		return fmt.Errorf("by, from and until: want 0 to the duration, %v", most)
	case e.Until > 0 && e.Until < e.From:
		return errors.New("until is before from")
	}
	return nil
}

// check wants one subject and words that it knows.
func (c *Cond) check() error {
	n := 0
	kind := ""
	for _, s := range c.subjects() {
		if s.set {
			n++
			kind = s.kind
		}
	}
	if n != 1 {
		var kinds []string
		for _, s := range c.subjects() {
			kinds = append(kinds, s.kind)
		}
		return fmt.Errorf("has %d subjects, want one of %s", n, strings.Join(kinds, ", "))
	}
	known := map[string][]string{"incident": incidentStates, "sortie": sortieStates, "vehicle": vehicleStates, "shown": shownStates, "dock": dockStates,
		"alarm": alarmStates, "command": commandEnds, "touchdown": touchedDowns}[kind]
	for _, w := range c.Is {
		if err := oneOf(strings.TrimPrefix(w, "not-"), known); err != nil {
			return fmt.Errorf("%s: is: %w", kind, err)
		}
	}
	if (kind == "sorties" || kind == "lifts") && c.Least == 0 && c.Most == nil {
		return fmt.Errorf("%s: want least or most", kind)
	}
	return nil
}

type subject struct {
	kind string
	set  bool
}

func (c *Cond) subjects() []subject {
	return []subject{{"incident", c.Incident != ""}, {"sortie", c.Sortie != ""}, {"sorties", c.Sorties != ""}, {"lifts", c.Lifts != ""},
		{"vehicle", c.Vehicle != ""}, {"shown", c.Shown != ""}, {"dock", c.Dock != ""}, {"alarm", c.Alarm != ""}, {"command", c.Command != ""},
		{"patrol", c.Patrol != ""}, {"touchdown", c.Touchdown != ""}, {"nearer_m", c.NearerM > 0}, {"accident", c.Accident}, {"rule", c.Rule != ""}}
}
