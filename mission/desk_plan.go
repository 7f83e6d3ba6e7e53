package mission

import (
	"math"
	"slices"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission/airspace"
	"groundstation/mission/plan"
)

// maxItems bounds a stored plan.
const maxItems = plan.MaxItems - 1

// checkPlan refuses a plan that no vehicle could fly.
func checkPlan(p Plan) *fleet.Problem {
	if problem := checkText("name", p.Name, 120, true); problem != nil {
		return problem
	}
	if len(p.Items) > maxItems {
		return fleet.Refuse("plan-too-long", "%d items, at most %d", len(p.Items), maxItems)
	}
	waypoints := 0
	for i, it := range p.Items {
		switch it.Kind {
		case fleet.ItemWaypoint, fleet.ItemTakeoff, fleet.ItemROI:
			if err := it.Position.Check(); err != nil {
				return fleet.Refuse("bad-item", "item %d: %v", i, err)
			}
			if problem := checkPlace(it.Position.LatLon); problem != nil {
				return fleet.Refuse("bad-item", "item %d: %s", i, problem.Message)
			}
			if it.Kind == fleet.ItemWaypoint {
				waypoints++
			}
		case fleet.ItemSpeed, fleet.ItemROINone:
		default:
			return fleet.Refuse("bad-item", "item %d: %q is not a kind of item", i, it.Kind)
		}
		if !finite(it.HoldS) || it.HoldS < 0 || it.HoldS > 3600 {
			return fleet.Refuse("bad-item", "item %d: hold of %v s is not within 0 to 3600", i, it.HoldS)
		}
		if !finite(it.SpeedMS) || it.SpeedMS < 0 || it.SpeedMS > 60 {
			return fleet.Refuse("bad-item", "item %d: speed of %v m/s is not within 0 to 60", i, it.SpeedMS)
		}
	}
	if waypoints == 0 {
		return fleet.Refuse("empty-plan", "the plan has no waypoint")
	}
	return plan.CheckZones(p.Zones, p.Items)
}

// clears refuses a plan under which the ground, or something that stands, is higher than the highest layer of any vehicle clears.
func (d *Desk) clears(p Plan) *fleet.Problem {
	if len(d.reg.Obstacles) == 0 && d.reg.Terrain.Grid == nil {
		return nil
	}
	highest := math.Inf(-1)
	for _, c := range d.crafts {
		highest = max(highest, c.home().AltAMSL+airspace.HighestAGL)
	}
	for _, it := range p.Items {
		if it.Position.LatLon.Check() != nil {
			return nil // checkPlan names it
		}
	}
	way := airspace.Way(planPlaces(&p), highest)
	if o := way.Meets(d.reg.Obstacles); o != nil {
		return airspace.ObstacleProblem(o)
	}
	for _, leg := range way.Volumes {
		if problem := leg.Clears(d.reg.Terrain); problem != nil {
			return problem
		}
	}
	return nil
}

func (d *Desk) putPlan(r Request, body PutPlan) {
	p := body.Plan
	p.Items = slices.Clone(p.Items)
	problem := first(checkPlan(p), d.clears(p))
	old := d.plans[p.ID]
	switch {
	case problem != nil:
	case p.ID == "" && p.Version != 0:
		problem = fleet.Refuse("bad-version", "a new plan has version 0")
	case p.ID != "" && old == nil:
		problem = fleet.Refuse("unknown-plan", "there is no plan %q", p.ID)
	case old != nil && old.Version != p.Version:
		problem = fleet.Refuse("stale-version", "plan %s is at version %d, not %d", p.ID, old.Version, p.Version)
	}
	if problem != nil {
		d.reply(r, nil, problem)
		return
	}
	p.By, p.UpdatedAt, p.CreatedAt = r.By, d.now, d.now
	p.Version++
	if old != nil {
		p.CreatedAt = old.CreatedAt
	} else {
		p.ID = fleet.PlanID(d.newID("P"))
	}
	d.plans[p.ID] = &p
	d.change(KindPlan, string(p.ID), "plan.put", r.By)
	d.then(func(err error) {
		if err != nil {
			d.back(KindPlan, string(p.ID), func() { restore(d.plans, p.ID, old) })
		}
	})
	d.replyKept(r, KindPlan, string(p.ID))
}

// back takes a change that was not kept out of memory too.
func (d *Desk) back(kind fleet.Kind, id string, undo func()) {
	undo()
	d.touch(kind, id)
}

func restore[K comparable, V any](m map[K]*V, key K, old *V) {
	if old == nil {
		delete(m, key)
		return
	}
	m[key] = old
}

func (d *Desk) deletePlan(r Request, body DeletePlan) {
	old := d.plans[body.ID]
	var problem *fleet.Problem
	if old == nil {
		problem = fleet.Refuse("unknown-plan", "there is no plan %q", body.ID)
	}
	for _, p := range d.patrols {
		if p.Plan == body.ID {
			problem = fleet.Refuse("plan-in-use", "patrol %s (%s) flies it", p.ID, p.Name)
		}
	}
	if problem != nil {
		d.reply(r, nil, problem)
		return
	}
	delete(d.plans, body.ID)
	d.change(KindPlan, string(body.ID), "plan.deleted", r.By)
	d.then(func(err error) {
		if err != nil {
			d.back(KindPlan, string(body.ID), func() { restore(d.plans, body.ID, old) })
			d.reply(r, nil, notKept(err))
			return
		}
		d.reply(r, nil, nil)
	})
}

// flyPlan flies a plan once, now.
func (d *Desk) flyPlan(r Request, body FlyPlan) {
	p := d.plans[body.Plan]
	var problem *fleet.Problem
	if p == nil {
		problem = fleet.Refuse("unknown-plan", "there is no plan %q", body.Plan)
	} else if body.Vehicle != "" {
		var c *craft
		if c, problem = d.craft(body.Vehicle); problem == nil && c.sortie != "" {
			problem = fleet.Refuse("vehicle-busy", "%s has sortie %s", c.spec.ID, c.sortie)
		}
	}
	if problem != nil {
		d.reply(r, nil, problem)
		return
	}
	m, dec := d.claim(d.planWish(p, body.Vehicle, "manual", "", r.By))
	if m == nil {
		d.reply(r, nil, fleet.Refuse("not-able", "%s", dec.Summary))
		return
	}
	d.launchKept(m, nil)
	d.replyKept(r, KindSortie, string(m.ID))
}

// planWish is a sortie that flies a plan. Its energy is counted as if the whole plan were flown at the waypoint that
// lies farthest.
func (d *Desk) planWish(p *Plan, only fleet.VehicleID, purpose string, patrol fleet.PatrolID, by string) wish {
	places := planPlaces(p)
	far := places[0]
	if c := d.byID[only]; c != nil {
		for _, at := range places {
			if geo.Distance(c.home().LatLon, at) > geo.Distance(c.home().LatLon, far) {
				far = at
			}
		}
	}
	s := planSeconds(p, 12)
	return wish{purpose: purpose, patrol: patrol, plan: p, target: far, only: only, by: by, onSceneS: s, needS: s}
}

// planSeconds is about how long a plan takes at a speed, holds included.
func planSeconds(p *Plan, speedMS float64) float64 {
	var s float64
	var last *geo.LatLon
	for _, it := range p.Items {
		s += it.HoldS
		if it.Kind != fleet.ItemWaypoint {
			continue
		}
		at := it.Position.LatLon
		if last != nil {
			s += geo.Distance(*last, at) / speedMS
		}
		last = &at
	}
	return s
}
