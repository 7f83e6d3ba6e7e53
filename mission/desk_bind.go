package mission

import (
	"time"

	"groundstation/fleet"
)

// KindBinding is a Binding in the store, by the vehicle's or dock's id.
const KindBinding fleet.Kind = "binding"

// Binding says by which system id a vehicle or a dock is heard; it stands over what the configuration says.
type Binding struct {
	ID     string         `json:"id"` // of the vehicle or the dock
	System fleet.SystemID `json:"system"`
	Was    fleet.SystemID `json:"was"`
	By     string         `json:"by"`
	At     time.Time      `json:"at"`
}

// BindSystem gives a vehicle or a dock the system id of a system that is heard and unknown → Binding. ID is the
// vehicle's or dock's. Its own system id given again means that other hardware speaks with it from now on.
type BindSystem struct {
	ID     string
	System fleet.SystemID
}

// Bind tells the sessions of a Binding that is durable.
type Bind struct{ Binding Binding }

func (Bind) output() {}

func (d *Desk) bindSystem(r Request, body BindSystem) {
	was, problem := d.bindable(body)
	if problem != nil {
		d.reply(r, nil, problem)
		return
	}
	b := Binding{ID: body.ID, System: body.System, Was: was, By: r.By, At: d.now}
	old := d.bindings[b.ID]
	d.bindings[b.ID] = &b
	d.keep(Op{Kind: KindBinding, ID: b.ID, Value: b, Act: "system.bound", By: r.By})
	d.then(func(err error) {
		if err != nil {
			d.back(KindBinding, b.ID, func() { restore(d.bindings, b.ID, old) })
			d.reply(r, nil, notKept(err))
			return
		}
		if c := d.byID[fleet.VehicleID(b.ID)]; c != nil {
			c.spec.SystemID = b.System
		}
		if p := d.pads[fleet.DockID(b.ID)]; p != nil {
			p.spec.SystemID = b.System
		}
		d.out = append(d.out, Bind{b})
		d.reply(r, b, nil)
	})
}

// bindable gives the present system id, or why another cannot be given: never to what is heard or flies.
func (d *Desk) bindable(body BindSystem) (was fleet.SystemID, problem *fleet.Problem) {
	if body.System < 1 || body.System > 254 {
		return 0, fleet.Refuse("bad-system", "system id %d is not within 1 to 254", body.System)
	}
	var link fleet.Link
	var sortie fleet.SortieID
	c, p := d.byID[fleet.VehicleID(body.ID)], d.pads[fleet.DockID(body.ID)]
	switch {
	case c != nil:
		was, sortie = c.spec.SystemID, c.sortie
		if c.state != nil {
			link = c.state.Link
		}
	case p != nil:
		was, sortie = p.spec.SystemID, p.sortie
		if p.state != nil {
			link = p.state.Link
		}
	default:
		return 0, fleet.Refuse("unknown-vehicle", "there is no vehicle or dock %q", body.ID)
	}
	for _, other := range d.crafts {
		if other != c && other.spec.SystemID == body.System {
			return 0, fleet.Refuse("system-taken", "system id %d is %s's", body.System, other.spec.ID)
		}
	}
	for id, other := range d.pads {
		if other != p && other.spec.SystemID == body.System {
			return 0, fleet.Refuse("system-taken", "system id %d is %s's", body.System, id)
		}
	}
	switch {
	case sortie != "":
		return 0, fleet.Refuse("busy", "%s is out as %s", body.ID, sortie)
	case link == fleet.LinkOnline || link == fleet.LinkStale:
		return 0, fleet.Refuse("system-in-use", "%s is heard as system %d; it is not in doubt", body.ID, was)
	}
	return was, nil
}
