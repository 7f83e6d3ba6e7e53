package mission

import (
	"fmt"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission/airspace"
	"groundstation/mission/dispatch"
	"groundstation/mission/plan"
)

// A vehicle that failed an incident is not sent to it again at once, and not often.
const (
	retryAfter = 60 * time.Second
	retryMost  = 2
)

// cableM is how far up any cable of the fleet lets its vehicle, metres.
const cableM = 95.0

// wish is what a sortie is to be for.
type wish struct {
	purpose  string
	incident *Incident
	patrol   fleet.PatrolID
	plan     *Plan
	target   geo.LatLon
	only     fleet.VehicleID
	command  fleet.IntentID
	resumes  fleet.SortieID
	by       string
	onSceneS float64
	// needS is how long the vehicle must be able to stay, seconds.
	needS float64
}

// claim decides who goes and reserves vehicle, dock, landing places and room in the air for it, all in the record of
// the sortie. The caller keeps the sortie in the same transaction as what it is for. Nil: the Decision says why not.
func (d *Desk) claim(w wish) (*sortie, dispatch.Decision) {
	if d.now.Sub(d.startedAt) < d.cfg.Settle {
		return nil, dispatch.Decision{At: d.now, Candidates: []dispatch.Candidate{}, Summary: "no drone yet: the station has just started and is still hearing its fleet"}
	}
	dec := dispatch.Decide(d.snapshot(), dispatch.Request{Target: w.target, OnSceneS: w.needS, Only: w.only}, d.now)
	if d.storageDown() {
		dec.Chosen, dec.Summary = "", "no drone: nothing can be kept, so nothing is launched"
		return nil, dec
	}
	refused := ""
	for i := range dec.Candidates {
		cand := &dec.Candidates[i]
		if !cand.Able {
			break
		}
		gate := d.tired(w.incident, cand.Vehicle)
		if gate == nil {
			gate = d.unanswered(w, cand.Vehicle)
		}
		var m *sortie
		if gate == nil {
			m, gate = d.reserved(w, d.byID[cand.Vehicle])
		}
		if gate != nil {
			cand.Able, cand.Rejections = false, []fleet.Gate{*gate}
			refused = fmt.Sprintf("%s: %s", cand.Vehicle, gate.Text)
			continue
		}
		if dec.Chosen != cand.Vehicle {
			dec.Chosen, dec.ETAs = cand.Vehicle, cand.ETAs
			dec.Summary = fmt.Sprintf("%s in %.0f s (%s)", cand.Vehicle, cand.ETAs, refused)
		}
		d.adopt(m)
		return m, dec
	}
	if refused != "" {
		dec.Chosen, dec.ETAs, dec.Summary = "", 0, "no drone: "+refused
	}
	return nil, dec
}

// snapshot is the fleet as the dispatcher needs it.
func (d *Desk) snapshot() dispatch.Snapshot {
	s := dispatch.Snapshot{Cases: make([]dispatch.Case, len(d.crafts))}
	for i, c := range d.crafts {
		k := dispatch.Case{Spec: c.spec, LossS: lossS(c.spec, c.index), Vehicle: c.state, BusyWith: c.sortie, Human: c.control.Holder == holderHuman}
		if c.dock != nil {
			k.DockSpec, k.Dock = &c.dock.spec, c.dock.state
			if c.dock.service != nil {
				k.Service = c.dock.service.Gate
			}
			if k.BusyWith == "" {
				k.BusyWith = c.dock.sortie
			}
		}
		s.Cases[i] = k
	}
	return s
}

// tired says that a vehicle has failed an incident too lately or too often.
func (d *Desk) tired(in *Incident, v fleet.VehicleID) *fleet.Gate {
	if in == nil {
		return nil
	}
	n := 0
	var last Try
	for _, t := range in.Tries {
		if t.Vehicle == v {
			n, last = n+1, t
		}
	}
	if n == 0 || n < retryMost && d.now.Sub(last.At) >= retryAfter {
		return nil
	}
	return &fleet.Gate{Code: "failed-before", Value: float64(n), Limit: retryMost, AgeS: d.now.Sub(last.At).Seconds(),
		Text: fmt.Sprintf("did not go before: %s", last.Code)}
}

// reserved makes the sortie of a vehicle, or says what stands against it.
func (d *Desk) reserved(w wish, c *craft) (*sortie, *fleet.Gate) {
	home := c.home()
	pad := home
	rec := Sortie{
		Vehicle: c.spec.ID, Purpose: w.purpose, Patrol: w.patrol, By: w.by, State: Reserved, Epoch: c.control.Epoch, Command: w.command,
		Home: home, OnSceneS: w.onSceneS, CreatedAt: d.now,
		Stages: []StageTime{{Name: string(Requested), At: d.now}, {Name: string(Reserved), At: d.now}},
	}
	if w.incident != nil {
		rec.Incident = w.incident.ID
		rec.Stages[0].At = w.incident.CreatedAt
	}
	if c.dock != nil {
		pad = c.dock.spec.Pad
		rec.Dock = c.dock.spec.ID
		rec.Landing = []Place{
			{Kind: "dock", Name: c.dock.spec.Name, Dock: c.dock.spec.ID, Position: pad},
			{Kind: "ground-pad", Name: c.dock.spec.Name, Dock: c.dock.spec.ID, Position: home},
		}
	} else {
		rec.Landing = []Place{{Kind: "site", Name: c.spec.SiteName, Position: home}}
		if c.state != nil && c.state.Position != nil && geo.Distance(c.state.Position.LatLon, home.LatLon) > homeWithM {
			return nil, &fleet.Gate{Code: "off-site", Value: geo.Distance(c.state.Position.LatLon, home.LatLon), Limit: homeWithM, Unit: "m",
				Text: "does not stand at its site"}
		}
	}
	// The id is needed for the claim, and given only to a sortie that comes to be.
	over := []geo.LatLon{w.target}
	want := airspace.Want{Home: home, Route: over, Obstacles: d.reg.Obstacles, Terrain: d.reg.Terrain}
	if c.dock != nil {
		want.Pads = []geo.Position{pad}
	}
	switch {
	case w.plan != nil:
		want.Route = planPlaces(w.plan)
	case w.purpose == "incident":
		want.Scene, want.RadiusM = w.target, orbitM(c.spec)
	}
	want.AsideM = asideM(c.spec)
	want.Others = d.otherPads(c)
	if c.spec.Class == fleet.Tethered {
		want.TopAGL = cableM
	}
	room, cruise, problem := airspace.Assign(d.rooms(), want)
	if problem != nil {
		return nil, &fleet.Gate{Code: problem.Code, Text: problem.Message}
	}
	rec.ID = fleet.SortieID(d.newID("S"))
	room.Sortie = rec.ID
	rec.Claim, rec.CruiseAMSL = room, cruise
	rec.Fence = airspace.Fence(append(append([]geo.LatLon{}, want.Route...), pad.LatLon), home.LatLon, airspace.FenceM+want.RadiusM)
	switch {
	case w.plan != nil:
		rec.Plan, rec.Resumes = w.plan.ID, w.resumes
		rec.Route = plan.Patrol(pad, w.plan.Items, cruise)
		rec.FirstSeq = firstSeq(rec.Route, w.plan)
		rec.Zones = w.plan.Zones
		for _, to := range []geo.LatLon{pad.LatLon, home.LatLon} {
			if problem := plan.HomeFrom(rec.Zones, rec.Route, to); problem != nil {
				return nil, &fleet.Gate{Code: problem.Code, Text: problem.Message}
			}
		}
	case w.purpose == "incident":
		target := w.target
		rec.Target = &target
		rec.Route = plan.Incident(pad, target, cruise, orbitM(c.spec))
	default:
		target := w.target
		rec.Target = &target
		rec.Route = plan.Patrol(pad, []fleet.Item{{Kind: fleet.ItemWaypoint, Position: target.At(cruise)}}, cruise)
	}
	if c.spec.Class == fleet.LongVTOL {
		rec.Route = plan.OnWing(pad, rec.Route)
	}
	if problem := plan.Check(rec.Route); problem != nil {
		return nil, &fleet.Gate{Code: problem.Code, Text: problem.Message}
	}
	m := newSortie(rec, d.now)
	m.unkept = true
	return m, nil
}

// rooms is the room in the air that open sorties hold.
func (d *Desk) rooms() []airspace.Claim {
	out := make([]airspace.Claim, 0, len(d.sorties))
	for _, c := range d.crafts {
		if m := d.sortieOf(c); m != nil {
			room := m.room()
			room.AsideM, room.UpM = doubt(c.state)
			out = append(out, room)
		}
	}
	return out
}

// What claims hold for the error of a vehicle's own place, metres: two standard deviations of a receiver with few satellites.
// lostAsideM is how far one may drift that has none.
const (
	heldErrorM = 6.0
	lostAsideM = 50.0
)

// doubt is how much farther from where it says a vehicle in the air may be than claims hold for, beside and above, metres.
func doubt(v *fleet.Vehicle) (aside, up float64) {
	switch {
	case v == nil || !v.Airborne():
		return 0, 0
	case v.GPS.Fix < 3:
		return lostAsideM, 0 // its barometer holds the height
	}
	return max(0, 2*v.GPS.HAccM-heldErrorM), max(0, 2*v.GPS.VAccM-heldErrorM)
}

// otherPads is where other vehicles rise and land.
func (d *Desk) otherPads(not *craft) []geo.LatLon {
	var out []geo.LatLon
	for _, c := range d.crafts {
		if c != not {
			out = append(out, c.home().LatLon)
		}
	}
	return out
}

// launchKept begins a sortie in the transaction that keeps its reservation: its first orders are on record with it, and
// go out when it is durable. Until then it is not stepped again. undo takes back what it was for.
func (d *Desk) launchKept(m *sortie, undo func()) {
	d.change(KindSortie, string(m.ID), "sortie.reserved", m.By)
	d.then(func(err error) {
		m.unkept = false
		if err == nil {
			return
		}
		before := m.State
		m.now = d.now
		m.enter(Aborted, "storage", "the reservation could not be kept")
		if undo != nil {
			undo()
		}
		d.follow(m, before)
	})
	m.unkept = false
	d.stepSortie(m)
	m.unkept = true
}

func planPlaces(p *Plan) []geo.LatLon {
	var out []geo.LatLon
	for _, it := range p.Items {
		if it.Kind == fleet.ItemWaypoint || it.Kind == fleet.ItemTakeoff {
			out = append(out, it.Position.LatLon)
		}
	}
	return out
}

// firstSeq is the item of a route at which the plan's own waypoints begin.
func firstSeq(route []fleet.Item, p *Plan) int {
	for _, want := range p.Items {
		if want.Kind != fleet.ItemWaypoint {
			continue
		}
		for i, it := range route {
			if it.Kind == fleet.ItemWaypoint && it.Position.LatLon == want.Position.LatLon {
				return i
			}
		}
	}
	return 0
}
