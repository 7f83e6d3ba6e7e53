package station

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"groundstation/fleet"
)

// paramEvery is the least time between two showings of a vehicle's list while it changes.
const paramEvery = time.Second

// paramBook holds the parameters of every vehicle as last read.
type paramBook map[fleet.VehicleID]*paramPage

type paramPage struct {
	list    fleet.ParamList
	changed bool
	shownAt time.Time
}

// params follows what sessions say of parameters. A list that changes is shown at most every paramEvery; what is left
// is shown with whatever the vehicle says next.
func (c *Core) params(now time.Time, ev fleet.Event) {
	switch ev := ev.(type) {
	case fleet.ParamsRead:
		c.book[ev.List.Vehicle] = &paramPage{list: ev.List, shownAt: now}
		c.show(fleet.KindParams, string(ev.List.Vehicle), ev.List)
	case fleet.ExtParamsRead:
		c.show(fleet.KindExtParams, fmt.Sprintf("%s/%d", ev.List.Vehicle, ev.List.Component), ev.List)
	case fleet.ParamChanged:
		p := c.book[ev.Vehicle]
		if p == nil {
			return
		}
		i, found := slices.BinarySearchFunc(p.list.Params, ev.Param.Name, func(q fleet.Param, name string) int { return strings.Compare(q.Name, name) })
		if !found {
			return
		}
		if !p.changed { // what was shown stays as it was
			p.list.Params, p.changed = slices.Clone(p.list.Params), true
		}
		p.list.Params[i], p.list.Hash = ev.Param, 0
		c.showParams(now, p)
	case fleet.VehicleChanged:
		if p := c.book[ev.Vehicle.ID]; p != nil && p.changed {
			c.showParams(now, p)
		}
	}
}

func (c *Core) showParams(now time.Time, p *paramPage) {
	if now.Sub(p.shownAt) < paramEvery {
		return
	}
	p.shownAt, p.changed = now, false
	c.show(fleet.KindParams, string(p.list.Vehicle), p.list)
}
