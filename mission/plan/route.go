package plan

import (
	"math"
	"slices"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// The bounds of a list that a vehicle is given.
const (
	MaxItems = 2001 // 2,000 of a stored plan, and the take-off
	maxHoldS = 24 * 3600
	maxSpeed = 60 // m/s, as the guard of the links has it
)

// Incident is the way to a scene: up to cruiseAMSL above home, and at that height to a point standoffM short of target,
// where the orbit begins.
func Incident(home geo.Position, target geo.LatLon, cruiseAMSL, standoffM float64) []fleet.Item {
	at := target
	if far := geo.Distance(home.LatLon, target); standoffM > 0 && far > standoffM {
		at = geo.Offset(home.LatLon, geo.BearingDeg(home.LatLon, target), far-standoffM)
	}
	return []fleet.Item{
		{Kind: fleet.ItemTakeoff, Position: home.At(cruiseAMSL)},
		{Kind: fleet.ItemWaypoint, Position: at.At(cruiseAMSL)},
	}
}

// Patrol is a stored plan as it is flown from home: its own take-off and its places at the height that the sortie's
// claim in the air allows. Points of interest keep their own height.
func Patrol(home geo.Position, items []fleet.Item, cruiseAMSL float64) []fleet.Item {
	out := make([]fleet.Item, 1, len(items)+1)
	out[0] = fleet.Item{Kind: fleet.ItemTakeoff, Position: home.At(cruiseAMSL)}
	for _, it := range items {
		switch it.Kind {
		case fleet.ItemTakeoff:
			continue
		case fleet.ItemWaypoint:
			it.Position.AltAMSL = cruiseAMSL
		}
		out = append(out, it)
	}
	return out
}

// OnWing is a route for a vehicle that goes over onto a wing when it has climbed out: an autopilot does that towards the place
// of the take-off's item (MAV_CMD_NAV_VTOL_TAKEOFF), which so lies on the way to the first waypoint.
func OnWing(home geo.Position, route []fleet.Item) []fleet.Item {
	out := slices.Clone(route)
	first := slices.IndexFunc(out, func(it fleet.Item) bool { return it.Kind == fleet.ItemWaypoint })
	if first < 0 || out[0].Kind != fleet.ItemTakeoff {
		return out
	}
	to := out[first].Position.LatLon
	if far := geo.Distance(home.LatLon, to); far > 1 {
		out[0].Position.LatLon = geo.Offset(home.LatLon, geo.BearingDeg(home.LatLon, to), min(wingOutM, far))
	}
	return out
}

// wingOutM is where a vehicle has its wing at the latest, metres from where it climbed.
const wingOutM = 150.0

// Cut is what is left of a route from item n on: first the speed and the view that the items before it have set, then the
// items themselves. It begins without a take-off.
func Cut(route []fleet.Item, n int) []fleet.Item {
	var speed, view *fleet.Item
	for i := range route[:n] {
		switch it := route[i]; it.Kind {
		case fleet.ItemSpeed:
			speed = &it
		case fleet.ItemROI:
			view = &it
		case fleet.ItemROINone:
			view = nil // nothing was set before a launch
		}
	}
	var out []fleet.Item
	for _, it := range []*fleet.Item{speed, view} {
		if it != nil {
			out = append(out, *it)
		}
	}
	return append(out, route[n:]...)
}

// Check says why a list cannot be flown: codes empty-plan, too-many-items, bad-item (a place, time or speed out of
// range, or a kind that is none), no-waypoint.
func Check(items []fleet.Item) *fleet.Problem {
	if len(items) == 0 {
		return fleet.Refuse("empty-plan", "the plan has no items")
	}
	if len(items) > MaxItems {
		return fleet.Refuse("too-many-items", "the plan has %d items, the limit is %d", len(items), MaxItems)
	}
	goes := false
	for i, it := range items {
		if err := checkItem(it); err != nil {
			return fleet.Refuse("bad-item", "item %d (%s): %v", i, it.Kind, err)
		}
		goes = goes || it.Kind == fleet.ItemWaypoint
	}
	if !goes {
		return fleet.Refuse("no-waypoint", "the plan goes nowhere: it has no waypoint")
	}
	return nil
}

func within(v, low, high float64) bool { return !math.IsNaN(v) && v >= low && v <= high }
