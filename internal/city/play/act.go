package play

import (
	"fmt"
	"strings"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission"
	"groundstation/simulator/scenario"
)

// thing is what a name of the scenario stands for.
type thing struct {
	incident fleet.IncidentID
	plan     fleet.PlanID
	patrol   fleet.PatrolID
	sortie   fleet.SortieID
}

// ask is a request of an operator that the station has not answered yet.
type ask struct {
	due  scenario.Due
	body any    // nil: what it names is not answered yet
	id   uint64 // 0: not put to the station that lives now
}

const aboveGroundM = 80.0

// carry carries out what is due.
func (p *player) carry(d scenario.Due) {
	p.note("act", describe(d))
	switch {
	case d.Fault != nil:
		f := *d.Fault
		f.Vehicle, f.Dock = p.craft(f.Vehicle), p.home(f.Dock)
		if d.Fault.Vehicle != "" && f.Vehicle == "" || d.Fault.Dock != "" && f.Dock == "" {
			p.fail("fault %s: nothing goes for %s%s", f.Kind, d.Fault.Vehicle, d.Fault.Dock)
			return
		}
		f.Among = nil
		for _, id := range d.Fault.Among {
			f.Among = append(f.Among, p.craft(id))
		}
		if err := p.stage.Inject(f); err != nil {
			p.fail("%v", err)
		}
	case d.Station != nil:
		p.failOn(p.stage.Station(*d.Station))
		p.unanswered()
	case d.Store != nil:
		p.failOn(p.stage.Store(*d.Store))
	case d.Clock != nil:
		p.failOn(p.stage.Clock(*d.Clock))
	default:
		p.asks = append(p.asks, &ask{due: d})
	}
}

func (p *player) failOn(err error) {
	if err != nil {
		p.fail("%v", err)
	}
}

// refers is the thing that an act needs to be known; empty: none.
func refers(d scenario.Due) string {
	switch {
	case d.Move != nil:
		return d.Move.Incident
	case d.Fly != nil:
		return d.Fly.Plan
	case d.Patrol != nil:
		return d.Patrol.Plan
	}
	return d.Cancel
}

// request is what an operator asks the station for.
func (p *player) request(d scenario.Due) (any, error) {
	switch {
	case d.Incident != nil:
		in := d.Incident
		at, err := p.place(in.Where)
		if in.OffM > 0 {
			at = geo.Offset(at, in.OffDeg, in.OffM)
		}
		body := mission.CreateIncident{ExternalID: in.External, Title: in.Title, Priority: in.Priority, Place: at}
		if body.ExternalID == "" { // as callers do: a repeat is the same incident
			body.ExternalID = "scenario/" + in.Name
		}
		if body.Title == "" {
			body.Title = in.Name
		}
		if body.Priority == 0 {
			body.Priority = 2
		}
		return body, err
	case d.Move != nil:
		at, err := p.place(d.Move.Where)
		return mission.MoveIncident{ID: p.things[d.Move.Incident].incident, Place: at}, err
	case d.Cancel != "":
		return mission.CancelIncident{ID: p.things[d.Cancel].incident, Reason: "scenario"}, nil
	case d.Plan != nil:
		at, err := p.place(scenario.Where{Near: d.Plan.Near})
		body := mission.Plan{Name: d.Plan.Name}
		for _, pt := range d.Plan.Points {
			body.Items = append(body.Items, fleet.Item{Kind: fleet.ItemWaypoint, Position: geo.Offset(at, pt[0], pt[1]).At(height(d.Plan.AltM))})
		}
		return mission.PutPlan{Plan: body}, err
	case d.Fly != nil:
		return mission.FlyPlan{Plan: p.things[d.Fly.Plan].plan, Vehicle: fleet.VehicleID(p.craft(d.Fly.Vehicle))}, nil
	case d.Patrol != nil:
		return mission.PutPatrol{Patrol: mission.Patrol{Name: d.Patrol.Name, Plan: p.things[d.Patrol.Plan].plan, Vehicle: fleet.VehicleID(p.craft(d.Patrol.Vehicle)),
			Recurrence: d.Patrol.Rule, Start: p.stage.Now().Add(d.Patrol.In), Zone: "Asia/Shanghai", WindowS: d.Patrol.Window.Seconds(), Enabled: true}}, nil
	}
	return p.byHand(*d.Act)
}

func height(amsl float64) float64 {
	if amsl == 0 {
		return aboveGroundM
	}
	return amsl
}

// byHand is an operator's act on a vehicle.
func (p *player) byHand(a scenario.Act) (any, error) {
	v := fleet.VehicleID(p.craft(a.Vehicle))
	if v == "" && !strings.HasSuffix(a.Do, "-all") {
		return nil, fmt.Errorf("%s: nothing goes for %s", a.Do, a.Vehicle)
	}
	s, _ := p.sortie(strings.TrimPrefix(a.Vehicle, "@"))
	switch a.Do {
	case "hold-all":
		return mission.HoldAll{}, nil
	case "recall-all":
		return mission.RecallAll{}, nil
	case "recall":
		return mission.RecallSortie{Sortie: s.ID}, nil
	case "release":
		return mission.Release{Vehicle: v}, nil
	case "confirm":
		return mission.ConfirmLaunch{Sortie: s.ID}, nil
	case "resume":
		return mission.ResumeSortie{Sortie: s.ID, Item: a.Item}, nil
	case "goto":
		at, err := p.place(a.Where)
		to := at.At(height(a.AltM))
		return mission.Manual{Vehicle: v, Act: a.Do, Target: &to, Epoch: a.Epoch}, err
	}
	return mission.Manual{Vehicle: v, Act: a.Do, Epoch: a.Epoch}, nil
}

// place is by bearing and distance from a dock, a vehicle's site, or where "@name" is now.
func (p *player) place(w scenario.Where) (geo.LatLon, error) {
	from := geo.LatLon{}
	spec, crew := p.play.registry.Vehicle(fleet.VehicleID(w.Near))
	dock, ok := p.play.registry.Dock(fleet.DockID(w.Near))
	v, flies := p.view.vehicle(p.craft(w.Near))
	switch {
	case ok:
		from = dock.Pad.LatLon
	case crew && spec.Site != nil:
		from = spec.Site.LatLon
	case flies:
		from = v.Position.LatLon
	default:
		return from, fmt.Errorf("near %q: there is no such dock or vehicle", w.Near)
	}
	return geo.Offset(from, w.BearingDeg, w.DistanceM), nil
}

// unanswered puts to the next station what the last one did not answer.
func (p *player) unanswered() {
	for _, a := range p.asks {
		a.id = 0
	}
}

// converse puts requests to the station and takes its answers.
func (p *player) converse() {
	if p.stage.Alive() != p.alive {
		p.alive = !p.alive
		p.unanswered()
	}
	if !p.alive {
		return
	}
	rest := p.asks[:0]
	for _, a := range p.asks {
		if to := refers(a.due); to != "" && p.things[to] == (thing{}) {
			rest = append(rest, a)
			continue
		}
		if a.body == nil {
			body, err := p.request(a.due)
			if err != nil {
				p.fail("%v", err)
				continue
			}
			a.body = body
		}
		if a.id == 0 {
			by := "operator"
			if a.due.Act != nil && a.due.Act.By != "" {
				by = a.due.Act.By
			}
			a.id = p.stage.Submit(by, a.body)
		}
		r, ok := p.stage.Answer(a.id)
		if !ok {
			rest = append(rest, a)
			continue
		}
		p.answered(a.due, r)
	}
	p.asks = rest
}

// answered takes one answer and holds it against what is expected of it.
func (p *player) answered(d scenario.Due, r mission.Reply) {
	if r.Err != nil {
		p.note("refused", describe(d), r.Err.Code, r.Err.Message)
		if r.Err.Code != d.Refused {
			p.fail("%s: refused as %s: %s", describe(d), r.Err.Code, r.Err.Message)
		}
		return
	}
	if d.Refused != "" {
		p.fail("%s: not refused; want %s", describe(d), d.Refused)
	}
	switch v := r.Value.(type) {
	case mission.Incident:
		if d.Incident != nil {
			p.things[d.Incident.Name] = thing{incident: v.ID}
		}
	case mission.Plan:
		p.things[d.Plan.Name] = thing{plan: v.ID}
	case mission.Patrol:
		p.things[d.Patrol.Name] = thing{patrol: v.ID}
	case mission.Sortie:
		if d.Fly != nil {
			p.things[d.Fly.Name] = thing{sortie: v.ID}
		}
	case mission.Command:
		if d.ID != "" {
			p.commands[d.ID] = v.ID
		}
	}
}

// describe says an act in a line.
func describe(d scenario.Due) string {
	switch {
	case d.Fault != nil:
		s := fmt.Sprintf("fault %s %s%s", d.Fault.Kind, d.Fault.Vehicle, d.Fault.Dock)
		if d.Fault.How != "" {
			s += " " + d.Fault.How
		}
		if d.Fault.Clear {
			s += " ends"
		}
		return s
	case d.Station != nil:
		return strings.TrimSpace("station " + d.Station.Do + " " + d.Station.Over)
	case d.Store != nil:
		return "store " + d.Store.Do
	case d.Clock != nil:
		return fmt.Sprintf("clock off by %v", *d.Clock)
	case d.Incident != nil:
		return "incident " + d.Incident.Name
	case d.Move != nil:
		return "move " + d.Move.Incident
	case d.Cancel != "":
		return "cancel " + d.Cancel
	case d.Plan != nil:
		return "plan " + d.Plan.Name
	case d.Fly != nil:
		return "fly " + d.Fly.Plan
	case d.Patrol != nil:
		return "patrol " + d.Patrol.Name
	}
	return strings.TrimSpace(d.Act.Do + " " + d.Act.Vehicle)
}
