package city

import (
	"math"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission/energy"
	"groundstation/simulator"
)

const (
	onPadM = 3.0 // m from the middle of a place that counts as on it
	inBayM = 0.9 // m from the middle of a dock's pad that is within its walls
	// A landing is broken off by a climb of riseM from a height under lowM above the place.
	lowM, riseM = 15.0, 3.0
)

// Places where an orphan may end.
const (
	PlaceDock      = "dock"       // on the contacts of its own dock
	PlaceDockEdge  = "dock-edge"  // within the walls of its own dock, off the contacts
	PlaceGroundPad = "ground-pad" // its own
	PlaceSite      = "site"       // of a crew, its own
	PlaceOther     = "other"      // prepared for somebody else
	PlaceElsewhere = "elsewhere"
)

// Orphan is what became of a vehicle that was in the air when the station died.
type Orphan struct {
	Vehicle fleet.VehicleID
	// Landing: it was coming down into its dock when the station died.
	Landing bool
	// Place is where it ended, one of Places; "" still in the air.
	Place    string
	FlownFor time.Duration
	// MissM is how far from the middle of that place it stands.
	MissM float64
	// SpareWh is the usable energy at touch-down above the part of the pack that is never planned away; Cable: it hangs on
	// one, and its pack is full.
	SpareWh float64
	Cable   bool
	// Rises counts landings broken off.
	Rises int
}

// BayMissed says whether it came down into its dock and does not stand on the contacts.
func (o *Orphan) BayMissed() bool { return o.Landing && o.Place != PlaceDock }

// orphaned lets ten minutes pass and watches where each comes down.
func (c *City) orphaned(homes map[string]geo.Position) []Orphan {
	var out []Orphan
	at := map[string]int{}
	for i := range c.truth.Vehicles {
		if v := &c.truth.Vehicles[i]; !v.OnGround {
			at[v.ID] = len(out)
			out = append(out, Orphan{Vehicle: fleet.VehicleID(v.ID), Landing: c.landsInDock(v), Cable: c.judge.specs[v.ID].Class == fleet.Tethered})
		}
	}
	low, down := make([]float64, len(out)), make([]bool, len(out))
	for i := range low {
		low[i] = math.Inf(1)
	}
	died := c.now
	for c.now.Sub(died) < orphanedBy {
		c.step()
		for k := range c.truth.Vehicles {
			v := &c.truth.Vehicles[k]
			i, flew := at[v.ID]
			if !flew || down[i] {
				continue
			}
			o := &out[i]
			switch above := v.Position.AltAMSL - homes[v.ID].AltAMSL; {
			case v.ClimbMS < 0:
				low[i] = min(low[i], above)
			case low[i] < lowM && above > low[i]+riseM:
				o.Rises++
				low[i] = math.Inf(1)
			}
			if !v.OnGround {
				continue
			}
			down[i] = true
			spec := c.judge.specs[v.ID]
			o.FlownFor = c.now.Sub(died)
			o.Place, o.MissM = c.placeOf(v, homes[v.ID])
			o.SpareWh = energy.Usable(spec, fleet.Battery{Percent: v.Percent, TempC: v.PackTempC}) - energy.PackReserve*spec.EnergyWh
		}
	}
	return out
}

// placeOf says on which prepared ground a vehicle stands, and how far from its middle.
func (c *City) placeOf(v *simulator.VehicleTruth, home geo.Position) (string, float64) {
	spec := c.judge.specs[v.ID]
	miss := geo.Distance(v.Position.LatLon, home.LatLon)
	if v.Crashed {
		return PlaceElsewhere, miss
	}
	if spec.Dock != "" {
		if in := geo.Distance(v.Position.LatLon, c.ownDock(v).Pad.LatLon); in < inBayM {
			if v.DockID == string(spec.Dock) {
				return PlaceDock, in
			}
			return PlaceDockEdge, in
		}
	}
	switch {
	case miss <= onPadM && spec.Dock == "":
		return PlaceSite, miss
	case miss <= onPadM:
		return PlaceGroundPad, miss
	}
	for i := range c.registry.Docks {
		if far := geo.Distance(v.Position.LatLon, c.registry.Docks[i].GroundPad.LatLon); far <= onPadM {
			return PlaceOther, far
		}
	}
	for i := range c.registry.Vehicles {
		if site := c.registry.Vehicles[i].Site; site != nil && geo.Distance(v.Position.LatLon, site.LatLon) <= onPadM {
			return PlaceOther, geo.Distance(v.Position.LatLon, site.LatLon)
		}
	}
	return PlaceElsewhere, miss
}
