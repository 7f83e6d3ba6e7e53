package simulator

import (
	"math"
	"reflect"
	"testing"
	"time"

	"groundstation/internal/geo"
)

// Patrol cars stay on the streets, move as cars do, and drive the same way again by the same seed.
func TestPatrolCarsDriveOnTheStreets(t *testing.T) {
	drive := func(seed uint64) (*World, []UnitTruth) {
		cfg := DefaultConfig()
		cfg.Seed = seed
		cfg.Dock = smallCity().Dock[:1]
		w := NewWorld(cfg, testStart)
		before := w.Truth().Units
		moved := 0
		for range 120 {
			w.Step(w.Now().Add(5 * time.Second))
			now := w.Truth().Units
			for i, u := range now {
				far := geo.Distance(before[i].Place, u.Place)
				if far > 5*15 {
					t.Fatalf("%s went %.0f m in 5 s", u.ID, far)
				}
				if far > 10 {
					moved++
				}
				x, y := w.units[i].x, w.units[i].y
				onX, onY := int(math.Round(x+unitsReachM))%1800 == 0, int(math.Round(y+unitsReachM))%1800 == 0
				if !onX && !onY || max(x, -x, y, -y) > unitsReachM+1 {
					t.Fatalf("%s is at %.0f, %.0f: no street", u.ID, x, y)
				}
			}
			before = now
		}
		if moved < 200 {
			t.Errorf("they moved in %d of %d looks", moved, 120*len(before))
		}
		return w, before
	}
	w, first := drive(1)
	if _, again := drive(1); !reflect.DeepEqual(first, again) {
		t.Error("the same seed drives another way")
	}
	if _, other := drive(2); reflect.DeepEqual(first, other) {
		t.Error("another seed drives the same way")
	}
	if len(first) != 6 || !w.Truth().At.Equal(testStart.Add(10*time.Minute)) {
		t.Errorf("%d cars at %v", len(first), w.Truth().At)
	}
	cfg := DefaultConfig()
	cfg.Dock = []DockAt{{ID: "H01", SystemID: 101, Pad: geo.LatLon{Lat: 47.4, Lon: 8.5}.At(400), GroundPad: geo.LatLon{Lat: 47.4, Lon: 8.5}.At(400)}}
	if n := len(NewWorld(cfg, testStart).Truth().Units); n != 0 {
		t.Errorf("%d cars in a world without streets", n)
	}
}
