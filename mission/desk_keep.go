package mission

import (
	"fmt"
	"time"

	"groundstation/fleet"
)

// storageSlow is how long a commit may take before it counts as a fault.
const storageSlow = 5 * time.Second

// outbox gathers what one Step wants to be durable, and what waits for it.
type outbox struct {
	seq     uint64
	ops     []Op
	then    []func(error)
	waiting map[uint64]*commit
	// dirty is what the store refused and must still get.
	dirty    map[boardKey]bool
	failedAt time.Time
}

type commit struct {
	ops  []Op
	then []func(error)
	at   time.Time
}

type boardKey struct {
	kind fleet.Kind
	id   string
}

// touched lists what the Board must be shown at the end of the Step.
type touched struct {
	list []boardKey
	set  map[boardKey]bool
}

// keep adds one change to this Step's transaction.
func (d *Desk) keep(op Op) { d.keeping.ops = append(d.keeping.ops, op) }

// then calls f when this Step's transaction is durable, or with the error that it is not.
func (d *Desk) then(f func(error)) { d.keeping.then = append(d.keeping.then, f) }

// touch shows an object at the end of the Step.
func (d *Desk) touch(kind fleet.Kind, id string) {
	k := boardKey{kind, id}
	if !d.touched.set[k] {
		d.touched.set[k] = true
		d.touched.list = append(d.touched.list, k)
	}
}

// change keeps and shows an object as it stands.
func (d *Desk) change(kind fleet.Kind, id, act, by string) {
	value, _ := d.value(kind, id)
	d.keep(Op{Kind: kind, ID: id, Value: value, Act: act, By: by})
	d.touch(kind, id)
}

// value is an object as it stands now, as a copy that nobody changes; nil if it is gone.
func (d *Desk) value(kind fleet.Kind, id string) (any, bool) {
	switch kind {
	case KindIncident:
		if v := d.incidents[fleet.IncidentID(id)]; v != nil {
			return *v, true
		}
	case KindSortie:
		if v := d.sorties[fleet.SortieID(id)]; v != nil {
			return v.Sortie, true
		}
		if d.ended.has(fleet.SortieID(id)) {
			return d.ended.get(fleet.SortieID(id)), true
		}
	case KindPlan:
		if v := d.plans[fleet.PlanID(id)]; v != nil {
			return *v, true
		}
	case KindPatrol:
		if v := d.patrols[fleet.PatrolID(id)]; v != nil {
			return *v, true
		}
	case KindParamSet:
		if v := d.paramSets[id]; v != nil {
			return *v, true
		}
	case KindBinding:
		if v := d.bindings[id]; v != nil {
			return *v, true
		}
	case KindPrivacyZone:
		if v := d.zones[id]; v != nil && v.now != nil {
			return v.now.NoRecordZone, true
		}
	case KindPicture:
		if v := d.eyeOf[id]; v != nil {
			return v.record, true
		}
	case KindService:
		if v := d.pads[fleet.DockID(id)]; v != nil && v.service != nil {
			return *v.service, true
		}
	case KindAlarm:
		if v := d.alarms[id]; v != nil {
			return *v, true
		}
	case KindCommand:
		if v := d.commands.get(fleet.IntentID(id)); v != nil {
			return *v, true
		}
	case KindControl:
		if v := d.byID[fleet.VehicleID(id)]; v != nil {
			return v.control, true
		}
	case KindCounter:
		return d.ceiling, true
	}
	return nil, false
}

// flush shows what changed and asks for this Step's transaction.
func (d *Desk) flush() {
	for len(d.keeping.ops) == 0 && len(d.keeping.then) > 0 {
		then := d.keeping.then
		d.keeping.then = nil
		if last := d.keeping.waiting[d.keeping.seq]; last != nil {
			last.then = append(last.then, then...)
			break
		}
		for _, f := range then {
			f(nil)
		}
	}
	for _, k := range d.touched.list {
		value, _ := d.value(k.kind, k.id)
		d.out = append(d.out, Show{Kind: k.kind, ID: k.id, Value: value})
	}
	clear(d.touched.set)
	d.touched.list = d.touched.list[:0]
	if len(d.keeping.ops) == 0 {
		return
	}
	d.keeping.seq++
	d.keeping.waiting[d.keeping.seq] = &commit{ops: d.keeping.ops, then: d.keeping.then, at: d.now}
	d.out = append(d.out, Persist{Seq: d.keeping.seq, Ops: d.keeping.ops})
	d.keeping.ops, d.keeping.then = nil, nil
}

// committed lets go on what waited for a transaction, or takes it back.
func (d *Desk) committed(in Committed) {
	c := d.keeping.waiting[in.Seq]
	if c == nil {
		return
	}
	delete(d.keeping.waiting, in.Seq)
	for _, op := range c.ops {
		k := boardKey{op.Kind, op.ID}
		if in.Err != nil {
			d.keeping.dirty[k] = true
		} else {
			delete(d.keeping.dirty, k)
		}
	}
	if in.Err != nil {
		d.keeping.failedAt = d.now
		d.raise(alarmSubject{}, "storage", "critical", fmt.Sprintf("nothing can be kept: %v; no launches, stops still work", in.Err))
	}
	for _, f := range c.then {
		f(in.Err)
	}
	if in.Err == nil && len(d.keeping.dirty) == 0 {
		d.lower("storage", "")
	}
}

// storageDown: a commit failed or does not come back. Then nothing is launched, and what would need a commit to come
// home returns by itself.
func (d *Desk) storageDown() bool {
	if len(d.keeping.dirty) > 0 {
		return true
	}
	for _, c := range d.keeping.waiting {
		if d.now.Sub(c.at) > storageSlow {
			return true
		}
	}
	return false
}

// checkStorage offers the store again what it refused.
func (d *Desk) checkStorage() {
	if !d.storageDown() {
		return
	}
	if len(d.keeping.dirty) == 0 {
		d.raise(alarmSubject{}, "storage", "critical", fmt.Sprintf("the store does not answer for %.0f s; no launches, stops still work", storageSlow.Seconds()))
		return
	}
	if len(d.keeping.waiting) > 0 || d.now.Sub(d.keeping.failedAt) < 2*time.Second {
		return
	}
	for k := range d.keeping.dirty {
		value, _ := d.value(k.kind, k.id)
		d.keep(Op{Kind: k.kind, ID: k.id, Value: value, Act: "storage.retried"})
	}
}

// reply answers a request at once; replyKept when this Step's transaction is durable.
func (d *Desk) reply(r Request, value any, err *fleet.Problem) {
	if err != nil {
		value = nil
	}
	d.out = append(d.out, Reply{Request: r.ID, Value: value, Err: err})
}

func (d *Desk) replyKept(r Request, kind fleet.Kind, id string) {
	value, _ := d.value(kind, id)
	d.then(func(err error) {
		if err != nil {
			d.reply(r, nil, notKept(err))
			return
		}
		d.reply(r, value, nil)
	})
}

func notKept(err error) *fleet.Problem {
	return fleet.Refuse("storage", "it could not be kept: %v", err)
}
