package mission

import (
	"groundstation/fleet"
	"groundstation/mission/plan"
)

// resumeSortie flies a plan on that was broken off: by the vehicle itself while it is held in the air, else by whoever is
// able, from the ground.
func (d *Desk) resumeSortie(r Request, body ResumeSortie) {
	if m := d.sorties[body.Sortie]; m != nil {
		d.resumeHeld(r, m, body)
		return
	}
	if !d.ended.has(body.Sortie) {
		d.reply(r, nil, fleet.Refuse("unknown-sortie", "there is no sortie %q", body.Sortie))
		return
	}
	old := d.ended.get(body.Sortie)
	at, left := old.left()
	if body.Item != nil {
		at, left = *body.Item, true
	}
	var problem *fleet.Problem
	switch {
	case old.Plan == "":
		problem = fleet.Refuse("no-plan", "sortie %s flew no plan", old.ID)
	case !left:
		problem = fleet.Refuse("nothing-left", "sortie %s has flown its whole plan", old.ID)
	default:
		problem = old.checkItem(at)
	}
	if problem == nil && body.Vehicle != "" {
		var c *craft
		if c, problem = d.craft(body.Vehicle); problem == nil && c.sortie != "" {
			problem = fleet.Refuse("vehicle-busy", "%s has sortie %s", c.spec.ID, c.sortie)
		}
	}
	for _, m := range d.sorties {
		if problem == nil && m.Resumes == old.ID {
			problem = fleet.Refuse("resumed-already", "sortie %s flies what was left of %s", m.ID, old.ID)
		}
	}
	if problem != nil {
		d.reply(r, nil, problem)
		return
	}
	rest := &Plan{ID: old.Plan, Items: plan.Cut(old.Route, at), Zones: old.Zones}
	w := d.planWish(rest, body.Vehicle, old.Purpose, old.Patrol, r.By)
	w.resumes = old.ID
	m, dec := d.claim(w)
	if m == nil {
		d.reply(r, nil, fleet.Refuse("not-able", "%s", dec.Summary))
		return
	}
	d.launchKept(m, nil)
	d.replyKept(r, KindSortie, string(m.ID))
}

// resumeHeld lets a vehicle that an operator holds in the air fly its plan on from an item.
func (d *Desk) resumeHeld(r Request, m *sortie, body ResumeSortie) {
	c := d.byID[m.Vehicle]
	at, left := m.left()
	if body.Item != nil {
		at, left = *body.Item, true
	}
	problem := d.checkManual(c, Manual{Act: "continue"})
	switch {
	case problem != nil:
	case body.Vehicle != "" && body.Vehicle != m.Vehicle:
		problem = fleet.Refuse("vehicle-busy", "%s is in the air for sortie %s: recall it first", m.Vehicle, m.ID)
	case m.Plan == "":
		problem = fleet.Refuse("no-plan", "sortie %s flies no plan", m.ID)
	case m.State != HumanControl || c.state.Mode != fleet.ModeHold:
		problem = fleet.Refuse("not-held", "%s does not stand still: hold it first", m.Vehicle)
	case !left:
		problem = fleet.Refuse("nothing-left", "sortie %s has flown its whole plan", m.ID)
	default:
		problem = m.checkItem(at)
	}
	if problem != nil {
		d.reply(r, nil, problem)
		return
	}
	d.dropAct(m)
	m.GoOnAt, m.Held, m.Recall, m.Direct = &at, OnTask, "", false
	d.continueByHand(c, "resume", r.By)
	d.replyKept(r, KindSortie, string(m.ID))
	d.look(c)
}
