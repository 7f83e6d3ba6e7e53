package mission

import (
	"testing"
	"time"

	"groundstation/fleet"
)

// A way home is reckoned with the strongest mean wind of the three nearest docks; where none measures any more, with the
// last that was known.
func TestTheWindOfAWayHome(t *testing.T) {
	b := newTable(5, State{})
	for i, ms := range []float64{4, 6, 5, 11, 12} {
		b.docks[b.reg.Docks[i].ID].Env.WindMS = ms
	}
	b.run(time.Second)
	wind := func(id fleet.VehicleID) float64 { return b.d.wind(b.d.byID[id]) }
	if a, z := wind("V01"), wind("V05"); a != 6 || z != 12 {
		t.Errorf("V01 %v and V05 %v m/s, want 6 and 12", a, z)
	}
	b.docks["H02"].Env.WindMS = -1 // its instrument is broken
	b.run(time.Second)
	if got := wind("V01"); got != 11 {
		t.Errorf("with H02 silent: %v m/s, want 11 of H04", got)
	}
	last := b.docks
	b.docks = map[fleet.DockID]*fleet.Dock{}
	for id, k := range last {
		old := *k
		old.Link, old.Env.At = fleet.LinkLost, b.now
		b.docks[id] = &old
	}
	b.run(weatherAge + time.Minute)
	if got := wind("V01"); got != 12 {
		t.Errorf("when nobody has measured for long: %v m/s, want 12, the strongest that was known", got)
	}
}
