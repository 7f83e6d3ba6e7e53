package city

import (
	"fmt"
	"math/rand/v2"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission"
	"groundstation/mission/energy"
	"groundstation/simulator"
)

const (
	onPadM     = 3.0 // m from the middle of a place that counts as on it
	orphanedBy = 10 * time.Minute
	aloftBy    = 6 * time.Minute
	// dearest is how much more than the way home from the farthest place of its plan needs a vehicle has when the station
	// dies, at most, as a share of that.
	dearest = 0.3
)

// Orphan is what became of a vehicle that was in the air when the station died.
type Orphan struct {
	Vehicle fleet.VehicleID
	// Place is where it ended: "dock", "ground-pad", "site", or "elsewhere"; "" still in the air.
	Place    string
	FlownFor time.Duration
	// MissM is how far from the middle of that place it stands.
	MissM float64
	// SpareWh is the usable energy at touch-down above the part of the pack that is never planned away.
	SpareWh float64
	// Rises counts climbs after it had come below 8 m above its place: landings broken off.
	Rises int
}

// Orphans sends up every vehicle that the station flies in the wind of the day, which tethered ones are never, lets the station die at a moment of its own with each battery near its reserve
// line, and gives what became of them in the ten minutes after.
func (c *City) Orphans(seed uint64) ([]Orphan, error) {
	rng := rand.New(rand.NewPCG(seed, 27))
	wind := 9 * rng.Float64()
	if err := c.World.Inject(simulator.Fault{Kind: "wind", Value: wind, Gust: wind * (1.1 + 0.4*rng.Float64()), Deg: 360 * rng.Float64()}); err != nil {
		return nil, err
	}
	c.Run(10 * time.Second)
	fleetUp := 0
	for i := range c.registry.Vehicles {
		spec := &c.registry.Vehicles[i]
		if spec.Class == fleet.Tethered {
			continue
		}
		sent, err := c.sendUp(spec, rng)
		if err != nil {
			return nil, err
		}
		if sent {
			fleetUp++
		}
	}
	if fleetUp == 0 {
		return nil, fmt.Errorf("seed %d: nobody is able to fly", seed)
	}
	if err := c.confirmAll(); err != nil {
		return nil, err
	}
	aloft := func() (n int) {
		for i := range c.truth.Vehicles {
			if v := &c.truth.Vehicles[i]; !v.OnGround {
				n++
			}
		}
		return n
	}
	if !c.Until(aloftBy, func() bool { return aloft() == fleetUp }) {
		return nil, fmt.Errorf("seed %d: only %d of %d are in the air", seed, aloft(), fleetUp)
	}
	c.Run(time.Duration(rng.IntN(60)) * time.Second)
	homes := map[string]geo.Position{}
	for i := range c.truth.Vehicles {
		v := &c.truth.Vehicles[i]
		if v.OnGround {
			continue
		}
		s, open := c.judge.sortieOf(fleet.VehicleID(v.ID))
		if !open {
			return nil, fmt.Errorf("seed %d: %s flies without a sortie", seed, v.ID)
		}
		homes[v.ID] = s.Home
		spec := c.judge.specs[v.ID]
		need := energy.Needed(spec, v.Position, s.Home, wind)
		for _, it := range s.Route { // it flies on until its own timeout: to the end of its plan, at worst
			if it.Kind == fleet.ItemWaypoint {
				need = max(need, energy.Needed(spec, it.Position, s.Home, wind))
			}
		}
		full := energy.Usable(spec, fleet.Battery{Percent: 100, TempC: v.PackTempC})
		percent := min(v.Percent, 100*need*(1+dearest*rng.Float64())/full)
		if err := c.World.Inject(simulator.Fault{Kind: "battery-set", Vehicle: v.ID, Value: percent}); err != nil {
			return nil, err
		}
	}
	c.Kill()
	return c.orphaned(homes), nil
}

// sendUp lets a vehicle stand over a place near where it lives; not sent: it is not able to in this wind.
func (c *City) sendUp(spec *fleet.VehicleSpec, rng *rand.Rand) (sent bool, err error) {
	home := spec.Site
	if d, in := c.registry.Dock(spec.Dock); in {
		home = &d.Pad
	}
	at := geo.Offset(home.LatLon, 360*rng.Float64(), 250+350*rng.Float64())
	v, problem := c.Ask(mission.PutPlan{Plan: mission.Plan{Name: "over " + string(spec.ID),
		Items: []fleet.Item{{Kind: fleet.ItemWaypoint, Position: at.At(home.AltAMSL + 60), HoldS: 900}}}})
	if problem == nil {
		_, problem = c.Ask(mission.FlyPlan{Plan: v.(mission.Plan).ID, Vehicle: spec.ID})
	}
	switch {
	case problem == nil:
		return true, nil
	case problem.Code == "not-able":
		return false, nil
	}
	return false, fmt.Errorf("%s: %s: %s", spec.ID, problem.Code, problem.Message)
}

// confirmAll is every crew's word.
func (c *City) confirmAll() error {
	for _, s := range c.Sorties() {
		if s.State != mission.AwaitingCrew {
			continue
		}
		if _, problem := c.Ask(mission.ConfirmLaunch{Sortie: s.ID}); problem != nil {
			return fmt.Errorf("%s: %s: %s", s.Vehicle, problem.Code, problem.Message)
		}
	}
	return nil
}

// orphaned lets ten minutes pass and watches where each comes down.
func (c *City) orphaned(homes map[string]geo.Position) []Orphan {
	var out []Orphan
	at := map[string]int{}
	for i := range c.truth.Vehicles {
		if v := &c.truth.Vehicles[i]; !v.OnGround {
			at[v.ID] = len(out)
			out = append(out, Orphan{Vehicle: fleet.VehicleID(v.ID)})
		}
	}
	high, low := make([]bool, len(out)), make([]bool, len(out))
	down := make([]bool, len(out))
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
			above := v.Position.AltAMSL - homes[v.ID].AltAMSL
			if low[i] && above > 15 {
				o.Rises++
				low[i] = false
			}
			high[i] = high[i] || above > 15
			low[i] = low[i] || high[i] && above < 8
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
	if v.DockID != "" {
		d, _ := c.registry.Dock(fleet.DockID(v.DockID))
		return "dock", geo.Distance(v.Position.LatLon, d.Pad.LatLon)
	}
	miss := geo.Distance(v.Position.LatLon, home.LatLon)
	switch {
	case miss > onPadM || v.Crashed:
		return "elsewhere", miss
	case c.judge.specs[v.ID].Dock == "":
		return "site", miss
	}
	return "ground-pad", miss
}
