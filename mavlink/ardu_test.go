package mavlink

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// overFamilies runs a test against both fakes over good, bad and slow links.
func overFamilies(t *testing.T, f func(t *testing.T, w *world)) {
	for family, make := range map[string]func(*testing.T, uint64, radio) *world{"px4": newWorld, "copter": newCopterWorld} {
		t.Run(family+" good", func(t *testing.T) { f(t, make(t, 1, goodRadio)) })
		for seed := range uint64(8) {
			t.Run(fmt.Sprintf("%s bad-%d", family, seed), func(t *testing.T) { f(t, make(t, seed+10, badRadio)) })
		}
		t.Run(family+" slow", func(t *testing.T) {
			f(t, make(t, 99, radio{least: 900 * time.Millisecond, most: 1100 * time.Millisecond, repeat: 0.1}))
		})
	}
}

// TestEveryFamilyFliesASortie: the same acts, one after another, against PX4 and ArduPilot.
func TestEveryFamilyFliesASortie(t *testing.T) {
	overFamilies(t, func(t *testing.T, w *world) {
		w.settle()
		pad := geo.Offset(fakeHome.LatLon, 100, 6).At(4.4)
		done(t, w.do(fleet.SetHome{Home: pad}))
		done(t, w.do(worldPlan()))
		if got := w.s.v.Mission.Total; got != 6 {
			t.Fatalf("a plan of %d items", got)
		}
		done(t, w.do(worldLaunch()))
		if w.v.landed == common.MAV_LANDED_STATE_ON_GROUND || w.v.arms != 1 || w.v.starts != 1 {
			t.Fatalf("landed state %v, armed %d times, began %d times", w.v.landed, w.v.arms, w.v.starts)
		}
		w.run(15*time.Second, nil)
		target := geo.Offset(fakeHome.LatLon, 60, 500).At(70)
		done(t, w.do(fleet.GoTo{Target: target}))
		if geo.Distance(w.v.goal.LatLon, target.LatLon) > 1 {
			t.Fatalf("goes to %+v", w.v.goal)
		}
		done(t, w.do(fleet.LookAt{Target: target.LatLon.At(4)}))
		done(t, w.do(fleet.Hold{}))
		if d := geo.Distance(w.v.goal.LatLon, w.v.pos.LatLon); d > 25 {
			t.Fatalf("holds and goes on to a place %v m away", d)
		}
		done(t, w.do(fleet.Continue{}))
		done(t, w.do(fleet.Return{}))
		done(t, w.do(fleet.Hold{}))
		spot := geo.Offset(fakeHome.LatLon, 200, 120).At(4)
		done(t, w.do(fleet.LandAt{Target: spot, Precision: true}))
		if d := geo.Distance(w.v.pos.LatLon, spot.LatLon); d > 3 || w.v.landed != common.MAV_LANDED_STATE_ON_GROUND {
			t.Fatalf("%v m beside", d)
		}
		w.run(15*time.Second, func() bool { return !w.v.armed && !w.s.v.Armed })
		if w.v.armed || w.s.v.Armed {
			t.Fatal("armed on the ground")
		}
		for _, c := range w.changes() {
			if c.Cause != fleet.CauseOrdered && c.Cause != fleet.CauseProgress {
				t.Errorf("%+v", c)
			}
		}
	})
}

func TestACopterIsKnownByItsHeartbeat(t *testing.T) {
	w := newCopterWorld(t, 1, goodRadio)
	w.v.params = map[string]fakeParam{"FS_GCS_ENABLE": {0, common.MAV_PARAM_TYPE_INT8}, "RTL_ALT": {1500, common.MAV_PARAM_TYPE_INT16},
		"FENCE_ACTION": {1, common.MAV_PARAM_TYPE_INT8}}
	w.settle()
	w.run(5*time.Second, nil)
	if v := w.s.told; v.Firmware != "ArduCopter 4.6.0" || v.ModeName != "STABILIZE" || v.Mode != fleet.ModeManual {
		t.Fatalf("%q %q %q", v.Firmware, v.ModeName, v.Mode)
	}
	done(t, w.do(fleet.VerifySafety{Params: map[string]float64{"FS_GCS_ENABLE": 1, "RTL_ALT": 6250, "FENCE_ACTION": 1}}))
	if w.v.params["FS_GCS_ENABLE"].v != 1 || w.v.params["RTL_ALT"].v != 6250 {
		t.Fatalf("integers are cast: %v", w.v.params)
	}
	if got := w.s.params.uid; !strings.HasPrefix(got, "0000000000000000-010203") {
		t.Errorf("uid %s", got)
	}
}

func TestCopterPlanOnBoard(t *testing.T) {
	w := newCopterWorld(t, 1, goodRadio)
	w.settle()
	p := worldPlan()
	p.Items[2].Position.AltAMSL = 61.237
	p.Items[4].HoldS = 7.5
	done(t, w.do(p))
	l := w.v.lists[common.MAV_MISSION_TYPE_MISSION]
	if len(l) != 7 || l[0].Command != common.MAV_CMD_NAV_WAYPOINT || l[1].Command != common.MAV_CMD_NAV_TAKEOFF || l[1].Seq != 1 || l[5].Param1 != 8 {
		t.Fatalf("%d items: %+v", len(l), l)
	}
	if r := w.v.lists[common.MAV_MISSION_TYPE_RALLY]; len(r) != 1 || r[0].Frame != common.MAV_FRAME_GLOBAL_RELATIVE_ALT || r[0].Z != 0 {
		t.Fatalf("rally points %+v", r)
	}
	if n := len(w.v.lists[common.MAV_MISSION_TYPE_FENCE]); n != 4 {
		t.Fatalf("%d fence vertices", n)
	}
	w.v.corrupt = func(m *common.MessageMissionItemInt) {
		if m.Seq == 3 {
			m.Z += 0.5
		}
	}
	if r := w.do(worldPlan()); r.Code != "readback-mismatch" {
		t.Fatalf("%+v", r)
	}
}

func TestCopterThatWillNotArmSaysWhy(t *testing.T) {
	w := newCopterWorld(t, 1, goodRadio)
	w.settle()
	done(t, w.do(worldPlan()))
	w.v.copter.prearm = "Compass not calibrated"
	r := w.do(worldLaunch())
	if r.Stage != fleet.StageRefused || r.Code != "failed" || !strings.Contains(r.Detail, "PreArm: Compass not calibrated") {
		t.Fatalf("%+v", r)
	}
	w.run(15*time.Second, nil)
	if w.v.armed {
		t.Fatal("armed")
	}
}

func TestCopterLaunchThatDoesNotLiftIsDisarmed(t *testing.T) {
	for seed := range uint64(6) {
		w := newCopterWorld(t, seed, badRadio)
		w.settle()
		done(t, w.do(worldPlan()))
		w.v.noLift = true
		if r := w.do(worldLaunch()); r.Stage != fleet.StageFailed {
			t.Fatalf("%+v", r)
		}
		w.run(15*time.Second, nil)
		if w.v.armed {
			t.Fatal("left armed")
		}
	}
}

func TestCopterOrbitIsRefusedInWords(t *testing.T) {
	w := newCopterWorld(t, 1, goodRadio)
	w.guided()
	if r := w.do(fleet.Orbit{Center: fakeHome.LatLon.At(60), RadiusM: 30, SpeedMS: 5}); r.Stage != fleet.StageRefused || r.Code != "unsupported" {
		t.Fatalf("%+v", r)
	}
}

// TestCopterHoldStopsAVehicleUnderWay: guided and brake are both hold here; only brake stops it.
func TestCopterHoldStopsAVehicleUnderWay(t *testing.T) {
	w := newCopterWorld(t, 1, goodRadio)
	w.guided()
	done(t, w.do(fleet.Hold{}))
	if w.v.copter.custom != 17 {
		t.Fatalf("in mode %d", w.v.copter.custom)
	}
}

// TestAPilotTakesOver: a mode that nobody here ordered is a human's, whichever autopilot tells it, and ends what is
// going on; a failsafe that is announced is not.
func TestAPilotTakesOver(t *testing.T) {
	for _, c := range []struct {
		name  string
		do    func(w *world)
		cause fleet.Cause
	}{
		{"switch to loiter", func(w *world) { w.v.copter.become(w.v, 5) }, fleet.CauseUncommanded},
		{"switch to stabilize", func(w *world) { w.v.copter.become(w.v, 0) }, fleet.CauseUncommanded},
		{"return by another station", func(w *world) { w.v.copter.become(w.v, 6) }, fleet.CauseUncommanded},
		{"battery failsafe", func(w *world) {
			w.v.copter.failsafe = true
			w.v.say("Battery 1 low voltage failsafe")
			w.v.copter.become(w.v, 6)
		}, fleet.CauseFailsafe},
		{"station failsafe", func(w *world) {
			w.v.say("GCS Failsafe")
			w.v.copter.failsafe = true
			w.v.copter.become(w.v, 6)
		}, fleet.CauseFailsafe},
		{"fence", func(w *world) {
			w.v.say("Fence Breached")
			w.v.copter.become(w.v, 6)
		}, fleet.CauseFailsafe},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newCopterWorld(t, 1, goodRadio)
			w.guided()
			w.v.deafTo[common.MAV_CMD_DO_SET_ROI_LOCATION] = true
			id := w.want(fleet.LandAt{Target: geo.Offset(fakeHome.LatLon, 0, 900).At(4)})
			w.run(5*time.Second, nil)
			c.do(w)
			if r := w.final(id); r.Code != "interrupted" {
				t.Fatalf("%+v", r)
			}
			w.frames = nil
			w.run(15*time.Second, nil)
			if ch := w.changes(); len(ch) == 0 || ch[len(ch)-1].Cause != c.cause {
				t.Fatalf("%+v", ch)
			}
			if slices.ContainsFunc(w.frames, func(m message.Message) bool { _, ok := m.(*common.MessageCommandInt); return ok }) {
				t.Fatal("commands went on")
			}
		})
	}
}

// TestOldStreams: an autopilot without SET_MESSAGE_INTERVAL is asked the old way.
func TestOldStreams(t *testing.T) {
	w := newCopterWorld(t, 1, goodRadio)
	w.v.copter.old = true
	w.settle()
	w.run(20*time.Second, nil)
	if w.v.copter.streams < 4 {
		t.Fatalf("%d streams asked for", w.v.copter.streams)
	}
	x := newCopterWorld(t, 1, goodRadio)
	x.settle()
	x.run(20*time.Second, nil)
	if x.v.copter.streams != 0 || x.v.copter.asked < 8 {
		t.Fatalf("%d old, %d new", x.v.copter.streams, x.v.copter.asked)
	}
}

// TestModesOfEveryFamily: what the station orders is what it takes the mode for, and the guard lets nothing else pass.
func TestModesOfEveryFamily(t *testing.T) {
	s := NewSession(worldSpec, DefaultConfig())
	for _, p := range []*personality{px4Family, copterFamily, planeFamily, standardFamily} {
		s.know(p)
		allowed := map[uint32]bool{p.guided: p.guided != 0}
		for mode, custom := range p.orders {
			allowed[custom] = true
			m := p.setMode(s, custom)
			if got, ok := p.ordered(m); !ok || got != custom {
				t.Errorf("%s: %s is read as %d %v", p.name, mode, got, ok)
			}
			if got, name := p.named(custom); got != mode && !(mode == fleet.ModePrecLand && got == fleet.ModeLand) {
				t.Errorf("%s: %s is ordered as %s", p.name, mode, name)
			}
			if err := s.guard.check(m, nil); err != nil {
				t.Errorf("%s: %v", p.name, err)
			}
		}
		for custom := range p.modes {
			if err := s.guard.check(p.setMode(s, custom), nil); (err == nil) != allowed[custom] {
				t.Errorf("%s: mode %d: %v", p.name, custom, err)
			}
		}
	}
	start := s.long(common.MAV_CMD_MISSION_START)
	s.know(px4Family)
	if s.guard.check(&start, nil) == nil {
		t.Error("MISSION_START would go to a PX4")
	}
	s.know(copterFamily)
	if err := s.guard.check(&start, nil); err != nil {
		t.Error(err)
	}
}

// TestAModeOfTheVehiclesOwnHasItsName: a mode that a program on board adds is shown by the name the vehicle gives it,
// and is no second change of mode.
func TestAModeOfTheVehiclesOwnHasItsName(t *testing.T) {
	w := newWorld(t, 1, goodRadio)
	w.airborne()
	w.v.mode = px4(4, 12)
	w.run(4*time.Second, nil)
	if v := w.s.told; v.Mode != fleet.ModeOther || v.ModeName != "INSPECTION 2" {
		t.Fatalf("%s %q", v.Mode, v.ModeName)
	}
	n := 0
	for _, c := range w.changes() {
		if c.To == fleet.ModeOther {
			n++
		}
	}
	if n != 1 {
		t.Fatalf("%d changes", n)
	}
	w.v.mode = px4(4, 11)
	w.run(2*time.Second, nil)
	w.v.mode = px4Hold
	w.run(2*time.Second, nil)
	if v := w.s.told; v.ModeName != "AUTO.LOITER" {
		t.Fatalf("a known mode was renamed: %q", v.ModeName)
	}
	for i := range uint32(1000) {
		w.s.availableMode(&common.MessageAvailableModes{CustomMode: 1000 + i, ModeName: "x"})
	}
	if len(w.s.ownModes.names) > modeNamesMax {
		t.Fatalf("%d names", len(w.s.ownModes.names))
	}
}

// ArduPilot sends no SYS_STATUS unless it is asked: without it nobody knows that it would arm. It answers a request for what
// it does not have with a text to the operator.
func TestACopterIsAskedForWhatItDoesNotSendByItselfAndForNothingElse(t *testing.T) {
	c := newCopterWorld(t, 1, goodRadio)
	c.settle()
	asked := map[float32]float32{}
	for _, m := range c.frames {
		if l, ok := m.(*common.MessageCommandLong); ok && l.Command == common.MAV_CMD_SET_MESSAGE_INTERVAL {
			asked[l.Param1] = l.Param2
		}
	}
	if asked[1] <= 0 || asked[33] <= 0 {
		t.Errorf("SYS_STATUS every %v µs, GLOBAL_POSITION_INT every %v", asked[1], asked[33])
	}
	for id, every := range asked {
		if every < 0 || id == 436 {
			t.Errorf("message %v is asked for every %v µs", id, every)
		}
	}
}
