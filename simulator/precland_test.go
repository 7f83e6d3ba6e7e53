package simulator

import (
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
	"groundstation/mavlink/dialect/hangar"
)

// TestAMarkerThatIsTooFarBelowIsNotWaitedFor as a real PX4 v1.17 showed 60 m above its dock.
func TestAMarkerThatIsTooFarBelowIsNotWaitedFor(t *testing.T) {
	for _, c := range []struct {
		name   string
		height float64 // above the pad, where it begins
		phase  precPhase
	}{{"seen at once", 20, precDescend}, {"found by a search", 46, precDescend}, {"not found in time", 70, precFallback}} {
		t.Run(c.name, func(t *testing.T) {
			s := aboveDock(t, city(t), c.height)
			v, d := s.w.vehicles[0], s.w.docks[0]
			var last precPhase
			s.until("on the ground", 120*time.Second, func() bool { last = v.guide.prec.phase; return v.body.onGround })
			if last != c.phase {
				t.Errorf("ended in phase %d, want %d", last, c.phase)
			}
			if off := flat(v.body.pos, d.pad); off > seatedM && c.phase == precDescend {
				t.Errorf("landed %.2f m from the marker, beside the contacts", off)
			}
		})
	}
}

// aboveDock is a city whose first vehicle begins a precision landing this high above its dock's pad.
func aboveDock(t *testing.T, cfg Config, height float64) *station {
	t.Helper()
	s := newStation(t, cfg)
	v, d := s.w.vehicles[0], s.w.docks[0]
	d.lid.open, d.marker, d.clamps, d.vehicleOut, d.state = 1, true, 0, true, hangar.DOCK_STATE_LANDING_READY
	s.run(8 * time.Second) // the sky gives a position
	v.setHome(d.ground, true)
	above := add(d.pad, geo.ENU{E: 0.8, U: height})
	v.body = body{pos: above}
	v.armed, v.flying, v.landed = true, true, false
	v.traj.restart(v.estimate(), 0)
	v.changeMode(modeHold)
	if r := s.at(1, common.MAV_CMD_DO_REPOSITION, s.w.position(above), -1, 1); r != common.MAV_RESULT_ACCEPTED {
		t.Fatalf("reposition: %v", r)
	}
	s.until("above the dock", 60*time.Second, func() bool { return length(sub(v.body.pos, above)) < 1.5 && length(v.body.vel) < 0.3 })
	if acks := s.setMode(1, modePrecLand); len(acks) != 2 || acks[1] != common.MAV_RESULT_ACCEPTED {
		t.Fatalf("precision landing: %v", acks)
	}
	return s
}

// TestAMarkerBringsItOntoTheContacts whatever the receiver errs: over a marker its estimator goes by what the marker shows.
func TestAMarkerBringsItOntoTheContacts(t *testing.T) {
	t.Parallel()
	for seed := uint64(1); seed <= 20; seed++ {
		cfg := smallCity()
		cfg.Seed = seed
		s := aboveDock(t, cfg, 20)
		v, d := s.w.vehicles[0], s.w.docks[0]
		s.until("on the ground", 120*time.Second, func() bool { return v.body.onGround })
		if off := flat(v.body.pos, d.pad); off > v.param("PLD_HACC_RAD") {
			t.Errorf("seed %d: landed %.2f m from the marker, over which it was within %.2f m", seed, off, v.param("PLD_HACC_RAD"))
		}
	}
}
