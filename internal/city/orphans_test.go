package city

import (
	"testing"

	"groundstation/simulator"
)

// A few of the seeds of the figure: all 29 are in the air, some come home into their docks, and everybody comes down on
// prepared ground with the promised part of the pack.
func TestOrphansComeHome(t *testing.T) {
	t.Parallel()
	for _, seed := range []uint64{1, 5} { // in winds that keep nobody on the ground
		c := cityAtSeam(t, seed)
		all, err := c.Orphans(seed)
		if err != nil {
			t.Fatal(err)
		}
		if len(all) != len(c.registry.Vehicles) {
			t.Errorf("seed %d: %d of %d were in the air", seed, len(all), len(c.registry.Vehicles))
		}
		docked := 0
		for _, o := range all {
			t.Logf("%+v", o)
			if o.Place == "" || o.Place == PlaceElsewhere {
				t.Errorf("seed %d: %+v", seed, o)
			}
			if o.Place == PlaceDock {
				docked++
			}
		}
		if docked == 0 {
			t.Errorf("seed %d: nobody was on the way into its dock", seed)
		}
	}
}

// A marker that is seen where it is not brings the vehicle down beside the contacts: that is counted.
func TestAnOrphanThatMissesItsBayIsCounted(t *testing.T) {
	t.Parallel()
	c := cityAtSeam(t, 3)
	for _, v := range c.registry.Vehicles {
		if v.Dock != "" {
			if err := c.World.Inject(simulator.Fault{Kind: "land-beside", Vehicle: string(v.ID), Value: 0.7}); err != nil {
				t.Fatal(err)
			}
		}
	}
	all, err := c.Orphans(3)
	if err != nil {
		t.Fatal(err)
	}
	missed := 0
	for _, o := range all {
		if o.BayMissed() && o.Place == PlaceDockEdge {
			missed++
		}
	}
	if missed == 0 {
		t.Errorf("no miss is counted: %+v", all)
	}
}
