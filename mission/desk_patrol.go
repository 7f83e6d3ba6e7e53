package mission

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"groundstation/fleet"
	"groundstation/mission/patrol"
)

// The bounds of a patrol's window, seconds.
const (
	windowDefault = 300
	windowMost    = 86400
)

func (d *Desk) putPatrol(r Request, body PutPatrol) {
	p := body.Patrol
	old := d.patrols[p.ID]
	if p.WindowS == 0 {
		p.WindowS = windowDefault
	}
	problem := checkText("name", p.Name, 120, true)
	switch {
	case problem != nil:
	case p.ID != "" && old == nil:
		problem = fleet.Refuse("unknown-patrol", "there is no patrol %q", p.ID)
	case d.plans[p.Plan] == nil:
		problem = fleet.Refuse("unknown-plan", "there is no plan %q", p.Plan)
	case p.Vehicle != "" && d.byID[p.Vehicle] == nil:
		_, problem = d.craft(p.Vehicle)
	case !finite(p.WindowS) || p.WindowS < 1 || p.WindowS > windowMost:
		problem = fleet.Refuse("bad-window", "a window of %v s is not within 1 to %d", p.WindowS, windowMost)
	case p.Start.IsZero():
		problem = fleet.Refuse("bad-start", "the start is missing")
	}
	p.LastSlot, p.LastNote, p.CreatedAt, p.By = time.Time{}, "", d.now, r.By
	if old != nil {
		p.LastSlot, p.LastNote, p.CreatedAt = old.LastSlot, old.LastNote, old.CreatedAt
	}
	if problem == nil {
		// What lies in the past when a patrol is made is not a missed slot.
		next, err := patrol.Next(p.Recurrence, p.Start, p.Zone, later(d.now.Add(-time.Second), p.LastSlot))
		if err != nil {
			problem = fleet.Refuse("bad-recurrence", "%v", err)
		}
		p.Next = next
	}
	if problem != nil {
		d.reply(r, nil, problem)
		return
	}
	if p.ID == "" {
		p.ID = fleet.PatrolID(d.newID("R"))
	}
	d.patrols[p.ID] = &p
	d.change(KindPatrol, string(p.ID), "patrol.put", r.By)
	d.then(func(err error) {
		if err != nil {
			d.back(KindPatrol, string(p.ID), func() { restore(d.patrols, p.ID, old) })
		}
	})
	d.replyKept(r, KindPatrol, string(p.ID))
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func (d *Desk) deletePatrol(r Request, body DeletePatrol) {
	old := d.patrols[body.ID]
	if old == nil {
		d.reply(r, nil, fleet.Refuse("unknown-patrol", "there is no patrol %q", body.ID))
		return
	}
	delete(d.patrols, body.ID)
	delete(d.woken, body.ID)
	d.change(KindPatrol, string(body.ID), "patrol.deleted", r.By)
	d.then(func(err error) {
		if err != nil {
			d.back(KindPatrol, string(body.ID), func() { restore(d.patrols, body.ID, old) })
			d.reply(r, nil, notKept(err))
			return
		}
		d.reply(r, nil, nil)
	})
}

// sweepPatrols fires the slots that are due, each once.
func (d *Desk) sweepPatrols() {
	var due []*Patrol
	for _, p := range d.patrols {
		if p.Enabled && !p.Next.IsZero() && !d.now.Before(p.Next) {
			due = append(due, p)
		}
	}
	if len(due) > 0 && len(d.queued()) > 0 { // a vehicle that has come free is for who waits for one
		d.decided = time.Time{}
		d.decide()
	}
	slices.SortFunc(due, func(a, b *Patrol) int { return cmp.Or(a.Next.Compare(b.Next), cmp.Compare(a.ID, b.ID)) })
	for _, p := range due {
		d.slot(p)
	}
}

// slot launches the slot that is due or, when its window is over, notes that it was missed.
func (d *Desk) slot(p *Patrol) {
	window := seconds(p.WindowS)
	if d.now.Sub(p.Next) > window {
		reason := "the station was not running"
		if p.LastNote != "" && p.Waiting {
			reason = p.LastNote
		}
		d.missed(p, reason)
		return
	}
	plan := d.plans[p.Plan]
	if plan == nil {
		d.missed(p, "its plan is gone")
		return
	}
	m, dec := d.claim(d.planWish(plan, p.Vehicle, "patrol", p.ID, p.By))
	if m == nil && p.Vehicle != "" && d.now.Sub(p.Next) > window/2 {
		m, dec = d.claim(d.planWish(plan, "", "patrol", p.ID, p.By)) // the preferred vehicle had its chance
	}
	if m == nil {
		if !p.Waiting || p.LastNote != dec.Summary {
			p.Waiting, p.LastNote = true, dec.Summary
			d.touch(KindPatrol, string(p.ID))
		}
		return
	}
	old := *p
	d.advance(p, p.Next, p.Next)
	p.LastNote = fmt.Sprintf("slot %s: %s", p.LastSlot.UTC().Format(time.RFC3339), dec.Summary)
	d.change(KindPatrol, string(p.ID), "patrol.fired", "desk")
	d.launchKept(m, func() {
		if now := d.patrols[p.ID]; now == p && p.LastSlot.Equal(old.Next) {
			p.LastSlot, p.Next, p.LastNote, p.Waiting = old.LastSlot, old.Next, "storage", true
			d.touch(KindPatrol, string(p.ID))
		}
	})
}

// missed notes slots whose window is over and goes to the first that can still be flown.
func (d *Desk) missed(p *Patrol, reason string) {
	slot := p.Next
	d.advance(p, slot, later(slot, d.now.Add(-seconds(p.WindowS)-time.Nanosecond)))
	p.LastNote = fmt.Sprintf("slot %s missed: %s", slot.UTC().Format(time.RFC3339), reason)
	d.change(KindPatrol, string(p.ID), "patrol.missed", "desk")
	d.note(alarmSubject{vehicle: p.Vehicle}, string(p.ID), "patrol-missed", "warning", p.Name+": "+p.LastNote)
}

// advance makes slot the last one and finds the next after a time.
func (d *Desk) advance(p *Patrol, slot, after time.Time) {
	next, err := patrol.Next(p.Recurrence, p.Start, p.Zone, after)
	if err != nil {
		next = time.Time{}
		d.note(alarmSubject{}, string(p.ID), "patrol-recurrence", "warning", p.Name+": "+err.Error())
	}
	p.LastSlot, p.Next, p.Waiting = slot, next, false
}
