package mission

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission/airspace"
	"groundstation/mission/dispatch"
	"groundstation/mission/energy"
	"groundstation/mission/plan"
)

// decideMost bounds the incidents that one Step decides.
const decideMost = 50

// Final says whether the incident is over.
func (s IncidentState) Final() bool {
	return s == IncidentServed || s == IncidentDeclined || s == IncidentCancelled
}

func (d *Desk) putIncident(in Incident) {
	d.incidents[in.ID] = &in
	if in.ExternalID != "" {
		d.external[in.ExternalID] = in.ID
	}
}

// createIncident takes an incident in and decides it in the same Step, so that one transaction keeps it, the decision,
// the reservation and the first orders; the answer and the orders go out when that is durable.
func (d *Desk) createIncident(r Request, body CreateIncident) {
	if id, have := d.external[body.ExternalID]; have && body.ExternalID != "" {
		d.replyKept(r, KindIncident, string(id))
		return
	}
	problem := first(checkPlace(body.Place), checkText("title", body.Title, 200, false), checkText("category", body.Category, 64, false),
		checkText("external-id", body.ExternalID, 128, false))
	if problem == nil && (body.Priority < 1 || body.Priority > 5) {
		problem = fleet.Refuse("bad-priority", "priority %d is not within 1 (highest) to 5", body.Priority)
	}
	if problem == nil && len(d.queued()) >= d.cfg.MaxQueued {
		problem = fleet.Refuse("too-many-incidents", "%s wait already", plural(d.cfg.MaxQueued, "incident"))
	}
	if problem != nil {
		d.reply(r, nil, problem)
		return
	}
	in := Incident{ID: fleet.IncidentID(d.newID("I")), ExternalID: body.ExternalID, Place: body.Place, Title: body.Title, Category: body.Category,
		Priority: body.Priority, State: IncidentQueued, By: r.By, CreatedAt: d.now, UpdatedAt: d.now}
	d.putIncident(in)
	d.change(KindIncident, string(in.ID), "incident.created", r.By)
	d.then(func(err error) {
		if err == nil {
			value, _ := d.value(KindIncident, string(in.ID))
			d.reply(r, value, nil)
			return
		}
		delete(d.incidents, in.ID)
		delete(d.external, in.ExternalID)
		d.change(KindIncident, string(in.ID), "incident.not-kept", "desk") // whatever was kept after it must not bring it back
		d.reply(r, nil, notKept(err))
	})
	d.decideAgain, d.decided = true, time.Time{}
}

// queued lists the waiting incidents, the most urgent first.
func (d *Desk) queued() []*Incident {
	var out []*Incident
	for _, in := range d.incidents {
		if in.State == IncidentQueued {
			out = append(out, in)
		}
	}
	slices.SortFunc(out, func(a, b *Incident) int {
		return cmp.Or(cmp.Compare(a.Priority, b.Priority), a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// decide looks for a vehicle for every waiting incident, when something changed and every few seconds.
func (d *Desk) decide() {
	since := d.now.Sub(d.decided)
	if since >= 0 && since < decideSoon || since >= 0 && since < decideEvery && !d.decideAgain {
		return
	}
	d.decided, d.decideAgain = d.now, false
	for i, in := range d.queued() {
		if i == decideMost {
			return
		}
		d.assign(in)
	}
}

// assign finds a vehicle for an incident, or says why there is none.
func (d *Desk) assign(in *Incident) {
	m, dec := d.claim(wish{purpose: "incident", incident: in, target: in.Place, by: in.By, onSceneS: d.cfg.OnSceneS, needS: d.cfg.MinSceneS})
	if m == nil {
		news := in.Decision == nil || in.Decision.Summary != dec.Summary
		if news || dec.At.Sub(in.Decision.At) > 10*time.Second {
			in.Decision = &dec
			d.touch(KindIncident, string(in.ID))
		}
		if news {
			in.UpdatedAt = d.now
			d.change(KindIncident, string(in.ID), "incident.queued", "desk")
		}
		return
	}
	in.Decision, in.State, in.Sortie, in.UpdatedAt, in.Reason = &dec, IncidentAssigned, m.ID, d.now, ""
	d.change(KindIncident, string(in.ID), "incident.assigned", "desk")
	d.launchKept(m, func() {
		if d.incidents[in.ID] == in {
			d.requeue(in, "the reservation could not be kept")
		}
	})
}

// requeue makes an incident wait again, visibly.
func (d *Desk) requeue(in *Incident, reason string) {
	in.State, in.Sortie, in.UpdatedAt, in.Reason = IncidentQueued, "", d.now, reason
	d.change(KindIncident, string(in.ID), "incident.requeued", "desk")
	d.decideAgain, d.decided = true, time.Time{}
}

// handOn takes an incident from a sortie that does not serve it and gives it to the next best.
func (d *Desk) handOn(m *sortie, code string) {
	in := d.incidents[m.Incident]
	if in == nil || in.Sortie != m.ID || in.State.Final() {
		return
	}
	in.Tries = append(slices.Clone(in.Tries), Try{Sortie: m.ID, Vehicle: m.Vehicle, Code: code, At: d.now})
	d.requeue(in, fmt.Sprintf("%s does not serve it: %s", m.Vehicle, code))
}

// followIncident lets an incident follow the state of its sortie.
func (d *Desk) followIncident(m *sortie) {
	in := d.incidents[m.Incident]
	if in == nil || in.Sortie != m.ID || in.State.Final() {
		return
	}
	set := func(s IncidentState, act string) {
		in.State, in.UpdatedAt = s, d.now
		d.change(KindIncident, string(in.ID), act, "desk")
	}
	switch {
	case m.State == OnTask && in.State == IncidentAssigned:
		set(IncidentOnScene, "incident.on-scene")
	case m.Served && m.State != OnTask:
		set(IncidentServed, "incident.served")
	case m.State.Final():
		d.handOn(m, m.Code)
	}
}

// incident finds one that can still be changed.
func (d *Desk) incident(id fleet.IncidentID) (*Incident, *fleet.Problem) {
	in := d.incidents[id]
	switch {
	case in == nil:
		return nil, fleet.Refuse("unknown-incident", "there is no incident %q", id)
	case in.State.Final():
		return nil, fleet.Refuse("incident-over", "incident %s is %s already", id, in.State)
	}
	return in, nil
}

// cancelIncident ends an incident; its vehicle comes home from wherever it can safely turn.
func (d *Desk) cancelIncident(r Request, body CancelIncident) {
	in, problem := d.incident(body.ID)
	problem = first(problem, checkText("reason", body.Reason, 500, false))
	if problem != nil {
		d.reply(r, nil, problem)
		return
	}
	in.State, in.Reason, in.UpdatedAt = IncidentCancelled, body.Reason, d.now
	d.change(KindIncident, string(in.ID), "incident.cancelled", r.By)
	if m := d.sorties[in.Sortie]; m != nil {
		d.recall(m, "incident cancelled by "+r.By)
	}
	d.replyKept(r, KindIncident, string(in.ID))
}

// recall orders a sortie home; it turns where it safely can.
func (d *Desk) recall(m *sortie, reason string) {
	if m.Recall == "" {
		m.Recall = reason
		m.acts = append(m.acts, "sortie.recalled")
	}
	if m.unkept {
		return
	}
	d.stepSortie(m)
}

// moveIncident corrects the place of an incident, in flight too.
func (d *Desk) moveIncident(r Request, body MoveIncident) {
	in, problem := d.incident(body.ID)
	problem = first(problem, checkPlace(body.Place))
	if problem != nil {
		d.reply(r, nil, problem)
		return
	}
	in.Place, in.UpdatedAt, in.Reason = body.Place, d.now, ""
	if m := d.sorties[in.Sortie]; m != nil {
		if problem := d.retarget(m, body.Place); problem != nil {
			in.Reason = string(m.Vehicle) + " keeps to the old place: " + problem.Message
			d.raise(alarmSubject{vehicle: m.Vehicle, dock: m.Dock, sortie: m.ID}, "not-retargeted", "critical", in.Reason)
		} else {
			d.lower("not-retargeted", string(m.Vehicle))
		}
	}
	d.change(KindIncident, string(in.ID), "incident.moved", r.By)
	d.decideAgain, d.decided = true, time.Time{}
	d.replyKept(r, KindIncident, string(in.ID))
}

// retarget gives a sortie another target. Before lift-off its plan is made anew; in the air it flies there straight at
// its own layer, behind a new fence if the old one does not hold the place. It is refused where the energy does not
// reach or the room is taken.
func (d *Desk) retarget(m *sortie, to geo.LatLon) *fleet.Problem {
	switch m.State {
	case Requested, Reserved, AwaitingCrew, Preparing, Ready, Launching, Outbound, OnTask, LinkLost, HumanControl:
	default:
		return fleet.Refuse("too-late", "it is %s", m.State)
	}
	c := d.byID[m.Vehicle]
	if problem := d.reaches(c, m, to.At(m.CruiseAMSL)); problem != nil {
		return problem
	}
	room, fence, problem := d.widen(m, c, to, orbitM(c.spec))
	if problem != nil {
		return problem
	}
	pad := m.launchPad()
	target := to
	m.Target = &target
	m.Claim = room
	m.Route = plan.Incident(pad, target, m.CruiseAMSL, orbitM(c.spec))
	if c.spec.Class == fleet.LongVTOL {
		m.Route = plan.OnWing(pad, m.Route)
	}
	if m.State == Outbound || m.State == OnTask || m.State == LinkLost || m.State == HumanControl || m.State == Launching {
		m.Direct = true
		if !insideAll(m.Fence, target, orbitM(c.spec)+20) {
			m.Fence, m.Refence = fence, true
		}
		m.forget("goto", "orbit", "look", "refence", "refence-hold")
	} else {
		m.Fence = fence
		m.forget("plan")
		if m.State == Ready {
			m.now = d.now
			m.enter(Preparing, "", "target moved")
		}
	}
	if m.State == OnTask {
		if far, known := d.scene(c).distance(d.now, target); known && far > orbitM(c.spec)+60 {
			m.now = d.now
			m.enter(Outbound, "", "target moved")
			if in := d.incidents[m.Incident]; in != nil && in.Sortie == m.ID {
				in.State = IncidentAssigned
			}
		}
	}
	m.acts = append(m.acts, "sortie.retargeted")
	if !m.unkept {
		d.stepSortie(m)
	}
	return nil
}

// launchPad is where the sortie lifts off.
func (s *Sortie) launchPad() geo.Position {
	if len(s.Landing) > 0 {
		return s.Landing[0].Position
	}
	return s.Home
}

// reaches: the vehicle gets to a place from where it is, and home from there.
func (d *Desk) reaches(c *craft, m *sortie, at geo.Position) *fleet.Problem {
	to := at.LatLon
	if far, most := geo.Distance(m.Home.LatLon, to), dispatch.RangeM(c.spec.Class); far > most {
		return fleet.Refuse("too-far", "%.1f km from its home, range %.1f km", far/1000, most/1000)
	}
	v := c.state
	if v == nil || v.Position == nil || !v.Airborne() {
		if v == nil {
			return nil
		}
		need := energy.Sortie(c.spec, m.Home, to, m.CruiseAMSL, d.cfg.MinSceneS, lossS(c.spec, c.index), d.wind(c))
		if have := energy.Usable(c.spec, v.Battery); !(have >= need) {
			return fleet.Refuse("too-far", "it has %.0f Wh, which do not suffice", have)
		}
		return nil
	}
	_, way := energy.Way(c.spec, *v.Position, at, d.wind(c))
	need := way + energy.Reserve(c.spec, at, m.Home, nil, lossS(c.spec, c.index), d.wind(c))
	if have := energy.Usable(c.spec, v.Battery); !(have >= need) {
		return fleet.Refuse("too-far", "it has %.0f Wh, which do not suffice for there and home", have)
	}
	return nil
}

// widen asks for the room of a sortie with another place in it, at its own altitude, and for the fence around that.
func (d *Desk) widen(m *sortie, c *craft, to geo.LatLon, radiusM float64) (airspace.Claim, []geo.LatLon, *fleet.Problem) {
	pad := m.launchPad()
	over := []geo.LatLon{to, pad.LatLon}
	if m.Target != nil && m.flown() {
		over = append(over, *m.Target)
	}
	for _, it := range m.Route {
		if it.Kind == fleet.ItemWaypoint && m.flown() {
			over = append(over, it.Position.LatLon)
		}
	}
	if c.state != nil && c.state.Position != nil && c.state.Airborne() {
		over = append(over, c.state.Position.LatLon)
	}
	room, _, problem := airspace.Assign(d.rooms(), airspace.Want{Sortie: m.ID, Home: m.Home, AsideM: asideM(c.spec), Pads: []geo.Position{pad}, Route: over,
		Scene: to, RadiusM: radiusM, KeepAMSL: m.CruiseAMSL, Others: d.otherPads(c), Obstacles: d.reg.Obstacles, Terrain: d.reg.Terrain})
	if problem != nil {
		return room, nil, problem
	}
	return room, airspace.Fence(over, m.Home.LatLon, airspace.FenceM+radiusM), nil
}

// insideAll says whether a fence holds a circle.
func insideAll(fence []geo.LatLon, at geo.LatLon, radiusM float64) bool {
	for bearing := 0.0; bearing < 360; bearing += 45 {
		if !airspace.Inside(fence, geo.Offset(at, bearing, radiusM)) {
			return false
		}
	}
	return airspace.Inside(fence, at)
}
