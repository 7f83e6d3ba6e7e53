package play

import (
	"slices"
	"strconv"
	"strings"

	"groundstation/fleet"
	"groundstation/mission"
	"groundstation/simulator"
	"groundstation/simulator/scenario"
)

// sortie is the newest, or with "name:2" the second, for the thing or of the vehicle of this name.
func (p *player) sortie(name string) (mission.Sortie, bool) {
	all := p.sortiesFor(name)
	if base, nth, ok := strings.Cut(name, ":"); ok {
		all = p.sortiesFor(base)
		n, err := strconv.Atoi(nth)
		if err != nil || n < 1 || n > len(all) {
			return mission.Sortie{}, false
		}
		return all[n-1], true
	}
	if len(all) == 0 {
		return mission.Sortie{}, false
	}
	return all[len(all)-1], true
}

// sortiesFor are all for the thing, or of the vehicle, of this name, the oldest first.
func (p *player) sortiesFor(name string) (out []mission.Sortie) {
	t := p.things[name]
	for _, s := range p.view.sorties {
		switch {
		case name == "all", string(s.Vehicle) == name:
		case t.incident != "" && s.Incident == t.incident:
		case t.sortie != "" && (s.ID == t.sortie || s.Resumes == t.sortie):
		case t.patrol != "" && s.Patrol == t.patrol:
		default:
			continue
		}
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b mission.Sortie) int {
		if c := a.CreatedAt.Compare(b.CreatedAt); c != 0 {
			return c
		}
		return strings.Compare(string(a.ID), string(b.ID))
	})
	return out
}

// craft is the vehicle of this name, or with "@name" the one that goes for the thing; empty: none does.
func (p *player) craft(name string) string {
	thing, at := strings.CutPrefix(name, "@")
	if !at {
		return name
	}
	s, _ := p.sortie(thing)
	return string(s.Vehicle)
}

// home is the dock of this name, or with "@name" that of the vehicle that goes for the thing.
func (p *player) home(name string) string {
	if !strings.HasPrefix(name, "@") {
		return name
	}
	v, _ := p.play.registry.Vehicle(fleet.VehicleID(p.craft(name)))
	return string(v.Dock)
}

// holds says whether a condition does now.
func (p *player) holds(c scenario.Cond) bool {
	switch {
	case c.Incident != "":
		return p.incident(c)
	case c.Sortie != "":
		s, ok := p.sortie(c.Sortie)
		return ok && is(c.Is, func(w string) bool { return string(s.State) == w || w == "over" && s.State.Final() }) && word(c.Code, s.Code) &&
			strings.Contains(s.Reason, c.Says) && (c.Reached == "" || slices.ContainsFunc(s.Stages, func(st mission.StageTime) bool { return st.Name == c.Reached }))
	case c.Sorties != "":
		return p.between(c, len(p.sortiesFor(c.Sorties)))
	case c.Lifts != "":
		n := 0
		for id, k := range p.view.lifts {
			if c.Lifts == "all" || id == p.craft(c.Lifts) {
				n += k
			}
		}
		return p.between(c, n)
	case c.Vehicle != "":
		v, ok := p.view.vehicle(p.craft(c.Vehicle))
		return ok && is(c.Is, func(w string) bool { return p.vehicleIs(v, w) }) && within(c, v.Percent)
	case c.Shown != "":
		return p.shown(c)
	case c.Dock != "":
		d, ok := p.view.dock(p.home(c.Dock))
		return ok && is(c.Is, func(w string) bool { return dockIs(d, w) })
	case c.Alarm != "":
		return p.alarm(c)
	case c.Command != "":
		id, ok := p.commands[c.Command]
		cmd := p.view.commands[string(id)]
		return ok && is(c.Is, func(w string) bool { return string(cmd.Stage) == w }) && word(c.Code, cmd.Code) && strings.Contains(cmd.Detail, c.Says)
	case c.Patrol != "":
		return strings.Contains(p.view.patrols[string(p.things[c.Patrol].patrol)].LastNote, c.Says)
	case c.Touchdown != "":
		return p.touchdown(c)
	case c.NearerM > 0:
		return p.view.nearest < c.NearerM
	case c.Accident:
		return len(p.view.truth.Accidents) > 0
	case c.Rule != "":
		return slices.ContainsFunc(p.stage.Violations(), func(v Violation) bool { return v.Rule == c.Rule })
	}
	return false
}

// is says whether any of the words holds; "not-" turns one round. No words say nothing.
func is(words []string, holds func(string) bool) bool {
	if len(words) == 0 {
		return true
	}
	return slices.ContainsFunc(words, func(w string) bool {
		plain, not := strings.CutPrefix(w, "not-")
		return holds(plain) != not
	})
}

func word(words []string, w string) bool { return len(words) == 0 || slices.Contains(words, w) }

func (p *player) between(c scenario.Cond, n int) bool {
	return n >= c.Least && (c.Most == nil || n <= *c.Most)
}

func within(c scenario.Cond, v float64) bool {
	return (c.Above == nil || v > *c.Above) && (c.Below == nil || v < *c.Below)
}

func (p *player) incident(c scenario.Cond) bool {
	in, ok := p.view.incidents[string(p.things[c.Incident].incident)]
	if !ok {
		return false
	}
	says := in.Reason
	if in.Decision != nil {
		says += "\n" + in.Decision.Summary
	}
	code := len(c.Code) == 0
	if in.Decision != nil {
		for _, cand := range in.Decision.Candidates {
			for _, g := range cand.Rejections {
				code = code || slices.Contains(c.Code, g.Code)
			}
		}
	}
	return is(c.Is, func(w string) bool { return string(in.State) == w || w == "over" && in.State.Final() }) && strings.Contains(says, c.Says) && code &&
		len(in.Tries) >= c.Least
}

func (p *player) vehicleIs(v simulator.VehicleTruth, w string) bool {
	switch w {
	case "docked", "ground-pad", "site":
		place := p.view.touchdown(v).Place
		return v.OnGround && (place == w || w == "docked" && place == "dock")
	case "grounded":
		return v.OnGround
	case "airborne":
		return !v.OnGround
	case "armed":
		return v.Armed
	case "disarmed":
		return !v.Armed
	case "crashed":
		return v.Crashed
	case "failsafe":
		return v.Failsafe
	}
	return strings.EqualFold(strings.TrimPrefix(v.Mode, "AUTO."), w)
}

func (p *player) shown(c scenario.Cond) bool {
	id := p.craft(c.Shown)
	v, ok := p.view.vehicles[id]
	return ok && is(c.Is, func(w string) bool {
		return string(v.Link) == w || string(v.Uplink) == w || p.view.outlooks[id].Control.Holder == w
	})
}

func dockIs(d simulator.DockTruth, w string) bool {
	switch w {
	case "lid-open":
		return d.LidOpen > 0.99
	case "lid-closed":
		return d.LidOpen == 0
	case "lid-between":
		return d.LidOpen > 0 && d.LidOpen <= 0.99
	case "seated":
		return d.Seated != ""
	case "empty":
		return d.Seated == ""
	case "estop":
		return d.EStop
	case "pack-out":
		return d.Device.PackOut
	}
	return d.Blocked
}

func (p *player) alarm(c scenario.Cond) bool {
	of, dock := p.craft(c.Of), p.home(c.Of)
	for _, a := range p.view.alarms {
		if a.Code != c.Alarm || c.Of != "" && string(a.Vehicle) != of && string(a.Dock) != dock {
			continue
		}
		if is(c.Is, func(w string) bool { return a.Active == (w == "active") }) && strings.Contains(a.Text, c.Says) {
			return true
		}
	}
	return false
}

// touchdown looks at the last landing of a vehicle, or at the last of each.
func (p *player) touchdown(c scenario.Cond) bool {
	last := map[string]Touchdown{}
	for _, d := range p.view.downs {
		if c.Touchdown == "all" || d.Vehicle == p.craft(c.Touchdown) {
			last[d.Vehicle] = d
		}
	}
	for _, d := range last {
		if !is(c.Is, func(w string) bool { return d.Place == w }) || !within(c, d.Percent) {
			return false
		}
	}
	return len(last) > 0
}
