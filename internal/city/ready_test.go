package city

import (
	"slices"
	"testing"
	"time"

	"github.com/BurntSushi/toml"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/simulator"
)

// How long a dock takes: from the call to a vehicle that is ready to arm, and from the open lid to it, with the real
// durations of every dock of the city at once, warm and cold. A cold vehicle boots while its lid opens.
func TestHowLongUntilAVehicleIsReady(t *testing.T) {
	t.Parallel()
	for _, standby := range []string{"warm", "cold"} {
		world, err := simulator.Load("../../config/sim.toml")
		if err != nil {
			t.Fatal(err)
		}
		var registry fleet.Registry
		if _, err := toml.DecodeFile("../../config/station.toml", &registry); err != nil {
			t.Fatal(err)
		}
		for i := range world.Dock {
			world.Dock[i].Standby = standby
		}
		c := New(registry, world, time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC))
		c.Run(8 * time.Second)
		for _, d := range registry.Docks {
			c.report(t, geo.Offset(d.Pad.LatLon, 30, 200))
		}
		ready := func() (call, lid []time.Duration) {
			for _, s := range c.Sorties() {
				at := map[string]time.Time{}
				for _, st := range s.Stages {
					at[st.Name] = st.At
				}
				if s.Dock != "" && !at["prearm"].IsZero() {
					call, lid = append(call, at["prearm"].Sub(s.CreatedAt)), append(lid, at["prearm"].Sub(at["dock"]))
				}
			}
			return call, lid
		}
		docks := 0
		for _, s := range c.Sorties() {
			if s.Dock != "" {
				docks++
			}
		}
		until(t, c, 3*time.Minute, "ready", func() bool { call, _ := ready(); return len(call) >= docks })
		call, lid := ready()
		slices.Sort(call)
		slices.Sort(lid)
		half, most := len(call)/2, len(call)*95/100
		c95, l50 := call[most], lid[half]
		t.Logf("%s, %d docks, p50/p95: call to ready to arm %.1f/%.1f s, open lid to ready to arm %.1f/%.1f s", standby, len(call),
			call[half].Seconds(), c95.Seconds(), l50.Seconds(), lid[most].Seconds())
		if docks < 15 || c95 > 45*time.Second || l50 < 0 {
			t.Errorf("%s: %d docks, p95 %s", standby, docks, c95)
		}
		for _, v := range c.Violations() {
			t.Error(v)
		}
	}
}
