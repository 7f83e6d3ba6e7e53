package mavlink

import (
	"fmt"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// TestAPlaneFliesASortie: as a real ArduPlane 4.7 in simulation, a quadplane, was flown.
func TestAPlaneFliesASortie(t *testing.T) {
	for seed := range uint64(6) {
		r := badRadio
		if seed == 0 {
			r = goodRadio
		}
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			w := newPlaneWorld(t, seed, r)
			w.settle()
			done(t, w.do(worldPlan()))
			l := w.v.lists[common.MAV_MISSION_TYPE_MISSION]
			if l[5].Command != common.MAV_CMD_NAV_LOITER_TIME || l[5].Param1 != 20 || l[3].Command != common.MAV_CMD_NAV_WAYPOINT {
				t.Errorf("it waits by %+v", l[5])
			}
			if l[2].Param1 != float32(common.SPEED_TYPE_AIRSPEED) {
				t.Errorf("the speed is of the type %v", l[2].Param1)
			}
			// The first real one flew to its rally point at 0 m above home, into the ground.
			if r := w.v.lists[common.MAV_MISSION_TYPE_RALLY]; len(r) != 1 || r[0].Z != 56 {
				t.Errorf("it would return at %+v", r)
			}
			done(t, w.do(worldLaunch()))
			w.run(15*time.Second, nil)
			done(t, w.do(fleet.Hold{}))
			if w.v.copter.custom != 12 {
				t.Errorf("holds in %d", w.v.copter.custom)
			}
			done(t, w.do(fleet.Continue{}))
			done(t, w.do(fleet.GoTo{Target: geo.Offset(fakeHome.LatLon, 60, 500).At(70)}))
			if w.v.copter.radius != 0 {
				t.Errorf("a radius of %v where none was wanted", w.v.copter.radius)
			}
			centre := geo.Offset(fakeHome.LatLon, 90, 600).At(80)
			done(t, w.do(fleet.Orbit{Center: centre, RadiusM: 90, SpeedMS: 20}))
			if w.v.copter.radius != 90 || geo.Distance(w.v.goal.LatLon, centre.LatLon) > 1 {
				t.Errorf("circles %+v at %v m", w.v.goal, w.v.copter.radius)
			}
			if r := w.do(fleet.LandAt{Target: centre}); r.Code != "unsupported" {
				t.Errorf("%+v", r)
			}
			done(t, w.do(fleet.SetRally{Points: []geo.Position{geo.Offset(fakeHome.LatLon, 90, 40).At(4)}}))
			if r := w.v.lists[common.MAV_MISSION_TYPE_RALLY]; len(r) != 1 || r[0].Z != 56 {
				t.Errorf("it would return at %+v", r)
			}
			done(t, w.do(fleet.Return{}))
			w.run(time.Minute, func() bool { return false })
			w.v.copter.become(w.v, 21) // Q_RTL_MODE: on its rotors over its place
			w.run(5*time.Second, nil)
			changes := w.changes()
			for _, c := range changes {
				if c.Cause != fleet.CauseOrdered && c.Cause != fleet.CauseProgress {
					t.Errorf("%+v", c)
				}
			}
			if last := changes[len(changes)-1]; last.Cause != fleet.CauseProgress || w.s.told.ModeName != "QRTL" {
				t.Errorf("%+v, in %s", last, w.s.told.ModeName)
			}
		})
	}
}

// TestAPilotOfAPlaneTakesOver: what a return does by itself excuses nobody else.
func TestAPilotOfAPlaneTakesOver(t *testing.T) {
	for _, custom := range []uint32{21, 5, 12} {
		w := newPlaneWorld(t, 1, goodRadio)
		w.guided()
		w.v.copter.become(w.v, custom)
		w.run(5*time.Second, nil)
		changes := w.changes()
		if last := changes[len(changes)-1]; last.Cause != fleet.CauseUncommanded {
			t.Errorf("mode %d: %+v", custom, last)
		}
	}
}

func TestGuardOfAWing(t *testing.T) {
	s := NewSession(worldSpec, DefaultConfig())
	env := worldEnvelope()
	centre := geo.Offset(fakeHome.LatLon, 90, 600).At(80)
	circles := func(r float32) *common.MessageCommandInt {
		m := s.reposition(centre, 0)
		m.Param3 = r
		return m
	}
	wait := blank(7, 3, common.MAV_MISSION_TYPE_MISSION)
	wait.Command, wait.Param1 = common.MAV_CMD_NAV_LOITER_TIME, 20
	place(&wait, centre)
	s.know(planeFamily)
	for _, r := range []float32{0, 1, 90} {
		if err := s.guard.check(circles(r), &env); err != nil {
			t.Error(err)
		}
	}
	for _, r := range []float32{-90, 0.5, 2500, radiusMax + 1} {
		if s.guard.check(circles(r), &env) == nil {
			t.Errorf("a circle of %v m passed", r)
		}
	}
	if err := s.guard.check(&wait, &env); err != nil {
		t.Error(err)
	}
	outside := wait
	place(&outside, geo.Offset(fakeHome.LatLon, 45, 5000).At(80))
	if s.guard.check(&outside, &env) == nil {
		t.Error("a wait outside the fence passed")
	}
	above := wait
	if above.Frame = common.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT; s.guard.check(&above, &env) == nil {
		t.Error("a wait at a height above home passed")
	}
	s.know(px4Family)
	if s.guard.check(&wait, &env) == nil {
		t.Error("NAV_LOITER_TIME would go to a PX4")
	}
}
