package mission

import (
	"math"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission/airspace"
)

// The radii that may be circled by hand, metres; a class that cannot turn tighter circles at its own at least.
const orbitNearM, orbitFarM = 20.0, 500.0

// ByHand is where an operator sent a vehicle in the air.
type ByHand struct {
	geo.LatLon
	// AltAMSL is its altitude there; 0: the layer of its sortie. RadiusM, if not 0, is that of the circle it flies there.
	AltAMSL float64 `json:"altAmsl,omitempty"`
	RadiusM float64 `json:"radiusM,omitempty"`
}

// at is where that is for a sortie in this layer.
func (b ByHand) at(layer float64) geo.Position {
	if b.AltAMSL == 0 {
		return b.LatLon.At(layer)
	}
	return b.LatLon.At(b.AltAMSL)
}

func (b ByHand) act(spec fleet.VehicleSpec, layer float64) fleet.Act {
	at := b.at(layer)
	if b.RadiusM > 0 {
		return fleet.Orbit{Center: at, RadiusM: b.RadiusM, SpeedMS: min(spec.CruiseMS, orbitSpeed)}
	}
	return fleet.GoTo{Target: at}
}

// gotoByHand sends a flying vehicle to a point, where it then holds or circles: at the altitude of its sortie, or at one of
// its own if the room between the two is free all the way and home.
func (d *Desk) gotoByHand(c *craft, body Manual, by string) (fleet.IntentID, *fleet.Problem) {
	m := d.sortieOf(c)
	to := ByHand{LatLon: body.Target.LatLon}
	at := to.LatLon.At(m.CruiseAMSL)
	if body.OwnAltitude {
		to.AltAMSL, at.AltAMSL = body.Target.AltAMSL, body.Target.AltAMSL
	}
	if body.Act == "orbit" {
		if to.RadiusM = body.RadiusM; to.RadiusM == 0 {
			to.RadiusM = orbitM(c.spec)
		}
	}
	if problem := d.checkByHand(c, m, to); problem != nil {
		return "", problem
	}
	if problem := d.reaches(c, m, at); problem != nil {
		return "", problem
	}
	room, fence, problem := d.widen(m, c, to.LatLon, to.RadiusM)
	if problem != nil {
		return "", problem
	}
	aside, problem := d.aside(c, m, room, at.AltAMSL)
	if problem != nil {
		return "", problem
	}
	d.takeControl(c, causeOperator, by, body.Act+" ordered by "+by)
	cmd := d.command(c, body.Act, by)
	m.Claim = room
	if aside != nil {
		m.Hand = &Hand{Grant: cmd.ID, By: by, Room: *aside, Since: d.now}
	}
	if !insideAll(m.Fence, to.LatLon, 20+to.RadiusM) {
		m.Fence, m.Refence = fence, true
	}
	m.ByHand, m.Chase = &to, nil
	d.dropAct(m)
	m.act, m.actStep = cmd.ID, "goto-hand"
	m.forget("goto-hand", "refence", "refence-hold")
	m.acts = append(m.acts, "sortie."+body.Act+"-by-hand")
	d.stepSortie(m)
	d.stepSortie(m)
	return cmd.ID, nil
}

// checkByHand: altitudes lie between the lowest and the highest layer above the highest of its pads, because nothing is
// known of what stands below the lowest.
func (d *Desk) checkByHand(c *craft, m *sortie, to ByHand) *fleet.Problem {
	ground := math.Max(m.Home.AltAMSL, m.launchPad().AltAMSL)
	low, high := ground+airspace.LowestAGL, ground+airspace.HighestAGL
	near := orbitNearM
	if c.spec.Class == fleet.LongVTOL {
		near = orbitM(c.spec)
	}
	switch {
	case to.AltAMSL != 0 && !(to.AltAMSL >= low && to.AltAMSL <= high):
		return fleet.Refuse("bad-altitude", "%.0f m AMSL is not within %.0f to %.0f m (%.0f to %.0f m above its ground)",
			to.AltAMSL, low, high, airspace.LowestAGL, airspace.HighestAGL)
	case to.RadiusM != 0 && c.spec.Class == fleet.Tethered:
		return fleet.Refuse("not-able", "%s hangs on a cable and circles nothing", c.spec.ID)
	case to.RadiusM != 0 && !(to.RadiusM >= near && to.RadiusM <= orbitFarM):
		return fleet.Refuse("bad-radius", "radius %.0f m is not within %.0f to %.0f m", to.RadiusM, near, orbitFarM)
	}
	return nil
}

// aside is the room that a vehicle needs beside its layer: all that its sortie flies over, from the layer to the altitude
// it is sent to, so that it may turn home from anywhere in it. nil: it is in its layer and stays there.
func (d *Desk) aside(c *craft, m *sortie, room airspace.Claim, alt float64) (*airspace.Volume, *fleet.Problem) {
	floor, ceiling := min(m.CruiseAMSL, alt), max(m.CruiseAMSL, alt)
	if m.Hand != nil && c.state.Position != nil { // it has not come back to its layer yet
		floor, ceiling = min(floor, c.state.Position.AltAMSL), max(ceiling, c.state.Position.AltAMSL)
	}
	if ceiling-floor <= handSlackM {
		return nil, nil
	}
	v := airspace.Volume{Ring: room.Volumes[0].Ring, FloorAMSL: floor, CeilingAMSL: ceiling}
	mine := airspace.Claim{Sortie: m.ID, Volumes: []airspace.Volume{v}}
	if o := mine.Meets(d.reg.Obstacles); o != nil {
		return nil, airspace.ObstacleProblem(o)
	}
	if problem := v.Clears(d.reg.Terrain); problem != nil {
		return nil, problem
	}
	for _, other := range d.rooms() {
		if other.Sortie != m.ID && airspace.Conflict(mine, other) {
			return nil, fleet.Refuse("airspace", "%s holds room between %.0f and %.0f m AMSL on this way", other.Sortie, floor, ceiling)
		}
	}
	return &v, nil
}
