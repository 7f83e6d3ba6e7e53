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
			s := newStation(t, city(t))
			v := s.w.vehicles[0]
			d := s.w.docks[0]
			d.lid.open, d.marker, d.clamps, d.vehicleOut, d.state = 1, true, 0, true, hangar.DOCK_STATE_LANDING_READY
			s.run(8 * time.Second) // the sky gives a position
			v.setHome(d.ground, true)
			v.body = body{pos: add(d.pad, geo.ENU{E: 0.8, U: c.height})}
			v.armed, v.flying, v.landed = true, true, false
			v.traj.restart(v.estimate(), 0)
			v.changeMode(modeHold)
			above := add(d.pad, geo.ENU{E: 0.8, U: c.height})
			if r := s.at(1, common.MAV_CMD_DO_REPOSITION, s.w.position(above), -1, 1); r != common.MAV_RESULT_ACCEPTED {
				t.Fatalf("reposition: %v", r)
			}
			s.until("above the dock", 60*time.Second, func() bool { return length(sub(v.body.pos, above)) < 1.5 && length(v.body.vel) < 0.3 })
			if acks := s.setMode(1, modePrecLand); len(acks) != 2 || acks[1] != common.MAV_RESULT_ACCEPTED {
				t.Fatalf("precision landing: %v", acks)
			}
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
