package city

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission"
	"groundstation/mission/energy"
	"groundstation/simulator"
)

const (
	orphanedBy = 10 * time.Minute
	aloftBy    = 6 * time.Minute
	inboundBy  = 5 * time.Minute
	// dearest is how much more than its reserve line a vehicle has when the station dies, at most, as a share of that.
	dearest = 0.3
	// recalled is the share of the docks' vehicles that are on their way home when the station dies; each is called in a
	// time of its own within recalledIn, and the station dies as the first comes down through a height up to deepestM.
	recalled   = 0.3
	recalledIn = 40 * time.Second
	deepestM   = 20.0
)

// Orphans sends up every vehicle of the city in the wind of the day, calls some home, lets the station die as the first of
// them comes down into its dock, each battery near its reserve line, and gives what became of all in the ten minutes after.
func (c *City) Orphans(seed uint64) ([]Orphan, error) {
	rng := rand.New(rand.NewPCG(seed, 27))
	wind := 9 * rng.Float64()
	if err := c.World.Inject(simulator.Fault{Kind: "wind", Value: wind, Gust: wind * (1.1 + 0.4*rng.Float64()), Deg: 360 * rng.Float64()}); err != nil {
		return nil, err
	}
	c.Run(knownS * time.Second)
	fleetUp := 0
	for i := range c.registry.Vehicles {
		sent, err := c.sendUp(&c.registry.Vehicles[i], rng)
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
	if !c.Until(aloftBy, func() bool { return c.aloft() == fleetUp }) {
		return nil, fmt.Errorf("seed %d: only %d of %d are in the air", seed, c.aloft(), fleetUp)
	}
	c.Run(time.Duration(rng.IntN(60)) * time.Second)
	if err := c.callHome(rng); err != nil {
		return nil, fmt.Errorf("seed %d: %w", seed, err)
	}
	if n := c.aloft(); n != fleetUp {
		return nil, fmt.Errorf("seed %d: %d of %d are in the air when the station dies", seed, n, fleetUp)
	}
	homes, err := c.spend(rng)
	if err != nil {
		return nil, fmt.Errorf("seed %d: %w", seed, err)
	}
	c.Kill()
	return c.orphaned(homes), nil
}

// aloft is how many are in the air.
func (c *City) aloft() (n int) {
	for i := range c.truth.Vehicles {
		if !c.truth.Vehicles[i].OnGround {
			n++
		}
	}
	return n
}

// sendUp lets a vehicle stand over a place near where it lives, a tethered one over where it stands; not sent: it is not
// able to in this wind.
func (c *City) sendUp(spec *fleet.VehicleSpec, rng *rand.Rand) (sent bool, err error) {
	home := spec.Site
	if d, in := c.registry.Dock(spec.Dock); in {
		home = &d.Pad
	}
	at := geo.Offset(home.LatLon, 360*rng.Float64(), 250+350*rng.Float64())
	if spec.Class == fleet.Tethered {
		at = home.LatLon
	}
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

// callHome recalls some vehicles of docks, at least one, and lets the time pass until one of them comes down into its dock
// through a height of its own.
func (c *City) callHome(rng *rand.Rand) error {
	type recall struct {
		sortie fleet.SortieID
		at     time.Time
	}
	var all []recall
	for _, s := range c.Sorties() {
		if s.Dock != "" && rng.Float64() < recalled {
			all = append(all, recall{s.ID, c.now.Add(time.Duration(rng.Int64N(int64(recalledIn))))})
		}
	}
	if len(all) == 0 {
		for _, s := range c.Sorties() {
			if s.Dock != "" {
				all = append(all, recall{s.ID, c.now})
				break
			}
		}
	}
	slices.SortFunc(all, func(a, b recall) int { return a.at.Compare(b.at) })
	depth := 1 + (deepestM-1)*rng.Float64()
	into := func() bool {
		return slices.ContainsFunc(c.truth.Vehicles, func(v simulator.VehicleTruth) bool {
			return c.landsInDock(&v) && v.Position.AltAMSL-c.ownDock(&v).Pad.AltAMSL < depth
		})
	}
	for end := c.now.Add(inboundBy); c.now.Before(end) && !into(); c.step() {
		for len(all) > 0 && !all[0].at.After(c.now) {
			c.Submit("operator", mission.RecallSortie{Sortie: all[0].sortie})
			all = all[1:]
		}
	}
	if !into() {
		return fmt.Errorf("nobody came down into a dock within %v", inboundBy)
	}
	return nil
}

// ownDock is the dock of a vehicle that has one.
func (c *City) ownDock(v *simulator.VehicleTruth) fleet.DockSpec {
	return c.judge.docks[string(c.judge.specs[v.ID].Dock)]
}

// landsInDock says whether a vehicle comes down onto the marker of its dock, which it does by itself.
func (c *City) landsInDock(v *simulator.VehicleTruth) bool {
	return !v.OnGround && v.Mode == "Precision Landing" && c.judge.specs[v.ID].Dock != ""
}

// spend leaves each vehicle in the air little more than what the station would turn it back at, and gives where each would
// land by itself.
func (c *City) spend(rng *rand.Rand) (map[string]geo.Position, error) {
	homes := map[string]geo.Position{}
	for i := range c.truth.Vehicles {
		v := &c.truth.Vehicles[i]
		if v.OnGround {
			continue
		}
		s, open := c.judge.sortieOf(fleet.VehicleID(v.ID))
		if !open {
			return nil, fmt.Errorf("%s flies without a sortie", v.ID)
		}
		homes[v.ID] = s.Home
		spec := c.judge.specs[v.ID]
		if spec.Class == fleet.Tethered {
			continue // fed from the ground
		}
		line, known := fleet.Get[mission.Outlook](c.board, mission.KindOutlook, v.ID)
		if !known || line.NeededWh == 0 {
			return nil, fmt.Errorf("the station knows no reserve of %s", v.ID)
		}
		if line.NeededWh < 0 {
			continue // in this wind no pack is enough by its reckoning, and the station turns it back whatever it has
		}
		full := energy.Usable(spec, fleet.Battery{Percent: 100, TempC: v.PackTempC})
		percent := min(v.Percent, 100*line.NeededWh*(1+dearest*rng.Float64())/full)
		if err := c.World.Inject(simulator.Fault{Kind: "battery-set", Vehicle: v.ID, Value: percent}); err != nil {
			return nil, err
		}
	}
	return homes, nil
}
