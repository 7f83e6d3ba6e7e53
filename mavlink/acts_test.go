package mavlink

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/minimal"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// overRadios runs a test over a good link and over bad ones of several seeds.
func overRadios(t *testing.T, f func(t *testing.T, w *world)) {
	t.Run("good", func(t *testing.T) { f(t, newWorld(t, 1, goodRadio)) })
	for seed := range uint64(12) {
		t.Run(fmt.Sprintf("bad-%d", seed), func(t *testing.T) { f(t, newWorld(t, seed, badRadio)) })
	}
	t.Run("slow", func(t *testing.T) {
		f(t, newWorld(t, 99, radio{least: 900 * time.Millisecond, most: 1100 * time.Millisecond, repeat: 0.1}))
	})
}

func done(t *testing.T, r fleet.Report) {
	t.Helper()
	if r.Stage != fleet.StageDone {
		t.Fatalf("%+v", r)
	}
}

func TestMovingActs(t *testing.T) {
	overRadios(t, func(t *testing.T, w *world) {
		w.airborne()
		target := geo.Offset(fakeHome.LatLon, 60, 500).At(70)
		done(t, w.do(fleet.GoTo{Target: target}))
		if w.v.mode != px4Hold || geo.Distance(w.v.goal.LatLon, target.LatLon) > 1 {
			t.Fatalf("goes to %+v", w.v.goal)
		}
		done(t, w.do(fleet.Orbit{Center: target, RadiusM: 40, SpeedMS: 5}))
		done(t, w.do(fleet.LookAt{Target: target.LatLon.At(4)}))
		done(t, w.do(fleet.Hold{}))
		done(t, w.do(fleet.Return{}))
		if w.v.mode != px4Return {
			t.Fatalf("mode %v", w.v.mode)
		}
		done(t, w.do(fleet.Hold{}))
		done(t, w.do(fleet.Land{}))
		if w.v.landed != common.MAV_LANDED_STATE_ON_GROUND {
			t.Fatal("not on the ground")
		}
		for _, c := range w.changes() {
			if c.Cause != fleet.CauseOrdered && c.Cause != fleet.CauseProgress {
				t.Errorf("%+v", c)
			}
		}
	})
}

func TestHoldStopsAVehicleThatIsRepositioning(t *testing.T) {
	w := newWorld(t, 3, goodRadio)
	w.airborne()
	done(t, w.do(fleet.GoTo{Target: geo.Offset(fakeHome.LatLon, 60, 1500).At(54)}))
	w.run(5*time.Second, nil)
	w.frames = nil
	w.step(IntentIn{fleet.Intent{ID: "stop", Vehicle: "V07", Epoch: 1, Act: fleet.Hold{}}}) // without an envelope
	done(t, w.final("stop"))
	for _, m := range w.frames {
		if c, ok := m.(*common.MessageCommandInt); ok && !nowhere(c) {
			t.Errorf("it would turn back to %+v", c)
		}
	}
	w.run(5*time.Second, nil)
	at := w.v.pos
	w.run(10*time.Second, nil)
	if d := geo.Distance(at.LatLon, w.v.pos.LatLon); d > 1 {
		t.Fatalf("moved %v m after hold", d)
	}
}

// TestHoldFromAPlanIsTheModeAlone: the mode stops it by itself.
func TestHoldFromAPlanIsTheModeAlone(t *testing.T) {
	w := newWorld(t, 4, goodRadio)
	w.airborne()
	w.v.mode, w.v.goal = px4Mission, geo.Offset(fakeHome.LatLon, 60, 1500).At(54)
	w.run(12*time.Second, nil)
	w.frames = nil
	id := w.want(fleet.Hold{})
	w.run(5*time.Second, func() bool { return w.v.mode == px4Hold })
	w.v.goal = geo.Offset(w.v.pos.LatLon, 60, 15).At(54) // it has a way to stop
	done(t, w.final(id))
	for _, m := range w.frames {
		if _, ok := m.(*common.MessageCommandInt); ok {
			t.Errorf("sent %+v", m)
		}
	}
}

func TestLandAtRepositionsFirst(t *testing.T) {
	overRadios(t, func(t *testing.T, w *world) {
		w.airborne()
		pad := geo.Offset(fakeHome.LatLon, 200, 120).At(4)
		done(t, w.do(fleet.LandAt{Target: pad, Precision: true}))
		if d := geo.Distance(w.v.pos.LatLon, pad.LatLon); d > 3 || w.v.landed != common.MAV_LANDED_STATE_ON_GROUND {
			t.Fatalf("%v m beside", d)
		}
		if !slices.ContainsFunc(w.changes(), func(c fleet.ModeChanged) bool { return c.To == fleet.ModePrecLand }) {
			t.Fatal("no precision landing")
		}
	})
}

// TestAPrecisionLandingBeginsWhereTheMarkerIsSeen as it must with PX4, which lands where it is when it sees none in time.
func TestAPrecisionLandingBeginsWhereTheMarkerIsSeen(t *testing.T) {
	overRadios(t, func(t *testing.T, w *world) {
		w.airborne()
		pad := geo.Offset(fakeHome.LatLon, 200, 120).At(4)
		w.v.pos, w.v.goal = pad.LatLon.At(64), pad.LatLon.At(64)
		w.run(2*time.Second, nil)
		var began float64
		id := w.want(fleet.LandAt{Target: pad, Precision: true})
		w.run(120*time.Second, func() bool {
			if began == 0 && w.v.mode == px4PrecLand {
				began = w.v.pos.AltAMSL
			}
			return w.v.landed == common.MAV_LANDED_STATE_ON_GROUND
		})
		done(t, w.final(id))
		if above := began - pad.AltAMSL; above < markerHeight-0.5 || above > markerHeight+lowEnough+0.5 {
			t.Errorf("began %.1f m above the pad, want 20 to 22", above)
		}
	})
}

func TestUploadIsReadBack(t *testing.T) {
	overRadios(t, func(t *testing.T, w *world) {
		w.settle()
		plan := worldPlan()
		done(t, w.do(plan))
		for kind, n := range map[common.MAV_MISSION_TYPE]int{0: 6, 1: 4, 2: 1} {
			if got := len(w.v.lists[kind]); got != n {
				t.Errorf("%v: %d items on board, want %d", kind, got, n)
			}
		}
		first := w.v.lists[0][0]
		if first.Command != common.MAV_CMD_NAV_TAKEOFF || first.Current != 1 || first.Frame != common.MAV_FRAME_GLOBAL || first.Z != 34 {
			t.Errorf("%+v", first)
		}
		// Rally points anew, then none.
		done(t, w.do(fleet.SetRally{Points: []geo.Position{geo.Offset(fakeHome.LatLon, 10, 30).At(4), geo.Offset(fakeHome.LatLon, 20, 30).At(4)}}))
		if len(w.v.lists[2]) != 2 {
			t.Fatalf("%d rally points", len(w.v.lists[2]))
		}
		done(t, w.do(fleet.SetRally{}))
		if len(w.v.lists[2]) != 0 {
			t.Fatal("rally points were not cleared")
		}
	})
}

// A wing's plan says that the take-off ends on it, and is read back as what was meant.
func TestAVTOLTakesOffOntoItsWing(t *testing.T) {
	items := worldPlan().Items
	up := missionTransfer(7, items, true).items[0]
	if up.Command != common.MAV_CMD_NAV_VTOL_TAKEOFF || !math.IsNaN(float64(up.Param4)) {
		t.Fatalf("it takes off by %+v", up)
	}
	if got := itemOf(&up); got.Kind != fleet.ItemTakeoff || geo.Distance(got.Position.LatLon, items[0].Position.LatLon) > 0.1 {
		t.Errorf("read back as %+v", got)
	}
	for _, c := range []struct {
		spec fleet.VehicleSpec
		want bool
	}{{fleet.VehicleSpec{Class: fleet.LongVTOL}, true}, {fleet.VehicleSpec{Class: fleet.LongVTOL, Autopilot: fleet.ArduPilot}, false}, {fleet.VehicleSpec{Class: fleet.DockQuad}, false}} {
		if s := (&Session{spec: c.spec}); s.takesWing() != c.want {
			t.Errorf("%+v takes a wing: %v", c.spec, !c.want)
		}
	}
}

// The longest plan goes up and is read back, over an honest radio and a slow one; one item more is refused.
func TestAPlanOfTwoThousandItems(t *testing.T) {
	plan := worldPlan()
	for len(plan.Items) < missionMax {
		n := len(plan.Items)
		plan.Items = append(plan.Items, fleet.Item{Kind: fleet.ItemWaypoint, Position: geo.Offset(fakeHome.LatLon, float64(n%360), 100+float64(n%700)).At(60)})
	}
	for _, r := range []radio{goodRadio, {least: 25 * time.Millisecond, most: 40 * time.Millisecond}} {
		w := newWorld(t, 1, r)
		w.settle()
		begun := w.now
		done(t, w.do(plan))
		if n := len(w.v.lists[common.MAV_MISSION_TYPE_MISSION]); n != missionMax {
			t.Fatalf("%d items on board", n)
		}
		w.holds(t, plan)
		t.Logf("%d items over %v to %v each way in %v", missionMax, r.least, r.most, w.now.Sub(begun))
	}
	plan.Items = append(plan.Items, plan.Items[2])
	w := newWorld(t, 1, goodRadio)
	w.settle()
	if r := w.do(plan); r.Code != "guard" {
		t.Fatalf("%+v", r)
	}
}

func TestUploadFailures(t *testing.T) {
	far := worldPlan()
	far.Items[2].Position = geo.Offset(fakeHome.LatLon, 0, 9000).At(60)
	high := worldPlan()
	high.Items[2].Position.AltAMSL = 500
	odd := worldPlan()
	odd.Items[1].Kind = "spin"
	nan := worldPlan()
	nan.Items[2].HoldS = math.NaN()
	for _, c := range []struct {
		name   string
		plan   fleet.UploadPlan
		break_ func(v *fakeVehicle)
		stage  fleet.Stage
		code   string
	}{
		{"outside the fence", far, nil, fleet.StageRefused, "guard"},
		{"above the ceiling", high, nil, fleet.StageRefused, "guard"},
		{"unknown kind", odd, nil, fleet.StageRefused, "guard"},
		{"not a number", nan, nil, fleet.StageRefused, "guard"},
		{"stored and not valid", worldPlan(), func(v *fakeVehicle) { v.invalid = true }, fleet.StageFailed, "plan-invalid"},
		{"no home", worldPlan(), func(v *fakeVehicle) { v.home = nil }, fleet.StageFailed, "no-home"},
		{"stored otherwise", worldPlan(), func(v *fakeVehicle) {
			v.corrupt = func(m *common.MessageMissionItemInt) {
				if m.Seq == 2 {
					m.Z += 5
				}
			}
		}, fleet.StageFailed, "readback-mismatch"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, 1, goodRadio)
			w.settle()
			if c.break_ != nil {
				c.break_(w.v)
				if w.v.home == nil {
					w.s.v.Home = nil
				}
			}
			if r := w.do(c.plan); r.Stage != c.stage || r.Code != c.code {
				t.Fatalf("%+v", r)
			}
		})
	}
}

// TestAnUploadThatEndsEarlyLeavesTheVehicleFree: PX4 rejects every other list while it waits for the rest of one, and
// each rejected attempt keeps it waiting.
func TestAnUploadThatEndsEarlyLeavesTheVehicleFree(t *testing.T) {
	far := worldPlan()
	far.Items[2].Position = geo.Offset(fakeHome.LatLon, 0, 9000).At(60)
	for _, c := range []struct {
		name   string
		deaf   int
		within time.Duration
	}{{"told", 0, 3 * time.Second}, {"not heard", 1, 20 * time.Second}} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, 1, goodRadio)
			w.settle()
			w.v.deafToCancel = c.deaf
			if r := w.do(far); r.Code != "guard" {
				t.Fatalf("%+v", r)
			}
			begun := w.now
			done(t, w.do(worldPlan()))
			if took := w.now.Sub(begun); took > c.within {
				t.Fatalf("the next upload took %v", took)
			}
		})
	}
}

func TestVerifySafety(t *testing.T) {
	overRadios(t, func(t *testing.T, w *world) {
		bits := func(v int32) float32 { return math.Float32frombits(uint32(v)) }
		w.v.params = map[string]fakeParam{
			"NAV_DLL_ACT":    {bits(0), common.MAV_PARAM_TYPE_INT32},
			"COM_DL_LOSS_T":  {bits(5), common.MAV_PARAM_TYPE_INT32},
			"RTL_RETURN_ALT": {30, common.MAV_PARAM_TYPE_REAL32},
			"COM_RC_IN_MODE": {bits(-1), common.MAV_PARAM_TYPE_INT32},
			"GF_ACTION":      {bits(2), common.MAV_PARAM_TYPE_INT32},
		}
		w.settle()
		want := map[string]float64{"NAV_DLL_ACT": 2, "COM_DL_LOSS_T": 5, "RTL_RETURN_ALT": 62.5, "COM_RC_IN_MODE": -1, "GF_ACTION": 2}
		done(t, w.do(fleet.VerifySafety{Params: want}))
		if p := w.v.params["NAV_DLL_ACT"]; math.Float32bits(p.v) != 2 {
			t.Errorf("NAV_DLL_ACT %v", p)
		}
		if p := w.v.params["RTL_RETURN_ALT"]; p.v != 62.5 {
			t.Errorf("RTL_RETURN_ALT %v", p)
		}
		if s := w.s.told.Safety; !s.OK || len(s.Drift) != 0 {
			t.Errorf("%+v", s)
		}
	})
}

func TestVerifySafetyNamesWhatIsNotRight(t *testing.T) {
	w := newWorld(t, 1, goodRadio)
	w.v.params = map[string]fakeParam{"NAV_DLL_ACT": {math.Float32frombits(0), common.MAV_PARAM_TYPE_INT32}}
	w.airborne()
	r := w.do(fleet.VerifySafety{Params: map[string]float64{"NAV_DLL_ACT": 2, "COM_NOT_THERE": 1}})
	if r.Stage != fleet.StageFailed || r.Code != "readback-mismatch" {
		t.Fatalf("%+v", r)
	}
	d := w.s.told.Safety
	if d.OK || len(d.Drift) != 2 || d.Drift[0].Name != "COM_NOT_THERE" || d.Drift[0].Got != nil || d.Drift[1].Got == nil || *d.Drift[1].Got != 0 {
		t.Fatalf("%+v", d)
	}
	if w.v.heard[23] != 0 {
		t.Fatal("a parameter was set in the air")
	}
}

func TestSetHome(t *testing.T) {
	overRadios(t, func(t *testing.T, w *world) {
		w.settle()
		pad := geo.Offset(fakeHome.LatLon, 100, 6).At(4.4)
		done(t, w.do(fleet.SetHome{Home: pad}))
		if d := geo.Distance(w.v.home.LatLon, pad.LatLon); d > 0.05 {
			t.Fatalf("home is %v m off", d)
		}
	})
}

func TestLaunch(t *testing.T) {
	overRadios(t, func(t *testing.T, w *world) {
		w.settle()
		done(t, w.do(worldPlan()))
		done(t, w.do(worldLaunch()))
		if w.v.landed == common.MAV_LANDED_STATE_ON_GROUND || w.v.mode != px4Mission {
			t.Fatalf("landed state %v, mode %x", w.v.landed, w.v.mode)
		}
		w.run(20*time.Second, nil)
		if w.v.arms != 1 || w.v.starts != 1 {
			t.Fatalf("armed %d times, began the plan %d times", w.v.arms, w.v.starts)
		}
	})
}

func TestLaunchThatFailsLeavesItDisarmed(t *testing.T) {
	for _, c := range []struct {
		name   string
		break_ func(w *world)
		stage  fleet.Stage
		code   string
	}{
		{"arming refused", func(w *world) { w.v.armResult = common.MAV_RESULT_DENIED }, fleet.StageRefused, "denied"},
		{"not ready", func(w *world) { w.v.armResult = common.MAV_RESULT_TEMPORARILY_REJECTED }, fleet.StageRefused, "temporarily-rejected"},
		{"no lift-off", func(w *world) { w.v.noLift = true }, fleet.StageFailed, "disarmed"},
		{"mode refused", func(w *world) { w.v.ackSetMode = common.MAV_RESULT_DENIED }, fleet.StageRefused, "denied"},
		{"superseded by hold", func(w *world) {
			w.v.noLift = true
			w.run(200*time.Second, func() bool { return w.v.armed })
			w.want(fleet.Hold{})
		}, fleet.StageFailed, "superseded"},
		{"hand on the sticks", func(w *world) {
			w.run(200*time.Second, func() bool { return w.v.armed })
			w.v.mode = px4(3, 0)
		}, fleet.StageFailed, "interrupted"},
	} {
		for _, r := range []radio{goodRadio, badRadio} {
			t.Run(fmt.Sprintf("%s loss %v", c.name, r.loss), func(t *testing.T) {
				w := newWorld(t, 4, r)
				w.settle()
				done(t, w.do(worldPlan()))
				id := w.want(worldLaunch())
				c.break_(w)
				rep := w.final(id)
				unheard := r.loss > 0 && rep.Code == "not-armed" // the refusals were lost
				if !unheard && (rep.Stage != c.stage || rep.Code != c.code) {
					t.Fatalf("%+v", rep)
				}
				if w.v.armed || w.s.told.Armed {
					t.Fatalf("armed after %+v", rep)
				}
				w.run(15*time.Second, nil)
				if w.v.armed {
					t.Fatal("armed by a late frame")
				}
			})
		}
	}
}

func TestLaunchLooksFirst(t *testing.T) {
	w := newWorld(t, 5, goodRadio)
	w.airborne()
	if r := w.do(worldLaunch()); r.Code != "already-airborne" {
		t.Fatalf("%+v", r)
	}
	w.v.mode = px4Mission
	w.run(3*time.Second, nil)
	w.frames = nil
	done(t, w.do(worldLaunch())) // an earlier attempt worked
	for _, m := range w.frames {
		if c, ok := m.(*common.MessageCommandLong); ok && c.Command == common.MAV_CMD_COMPONENT_ARM_DISARM {
			t.Fatal("armed in the air")
		}
	}
	x := newWorld(t, 6, goodRadio)
	x.settle()
	if r := x.do(worldLaunch()); r.Code != "no-plan" {
		t.Fatalf("%+v", r)
	}
}

func TestANewerActSupersedes(t *testing.T) {
	w := newWorld(t, 7, goodRadio)
	w.airborne()
	w.v.deafTo[common.MAV_CMD_DO_REPOSITION] = true
	old := w.want(fleet.GoTo{Target: geo.Offset(fakeHome.LatLon, 0, 300).At(60)})
	w.run(2*time.Second, nil)
	done(t, w.do(fleet.Return{}))
	if r := w.final(old); r.Stage != fleet.StageFailed || r.Code != "superseded" {
		t.Fatalf("%+v", r)
	}
	w.v.deafTo = map[common.MAV_CMD]bool{}
	w.run(20*time.Second, nil)
	if w.v.mode != px4Return {
		t.Fatal("the superseded act came through")
	}
}

func TestRefusalsAndSilence(t *testing.T) {
	w := newWorld(t, 8, goodRadio)
	w.airborne()
	w.v.ackSetMode = common.MAV_RESULT_TEMPORARILY_REJECTED
	if r := w.do(fleet.Return{}); r.Stage != fleet.StageRefused || r.Code != "temporarily-rejected" {
		t.Fatalf("%+v", r)
	}
	w.v.ackSetMode = 0
	w.run(time.Second, nil)
	w.radio.cutUp = true
	id := w.want(fleet.Return{})
	if r := w.final(id); r.Stage != fleet.StageTimedOut {
		t.Fatalf("%+v", r)
	}
	if st := w.stages(id); !slices.Equal(st, []fleet.Stage{fleet.StageSent, fleet.StageTimedOut}) {
		t.Fatalf("%v", st)
	}
}

func TestAFailsafeEndsWhatWasOrdered(t *testing.T) {
	w := newWorld(t, 9, goodRadio)
	w.airborne()
	id := w.want(fleet.LandAt{Target: geo.Offset(fakeHome.LatLon, 0, 900).At(4), Precision: true})
	w.run(5*time.Second, nil)
	w.v.mode, w.v.status = px4Return, minimal.MAV_STATE_CRITICAL
	if r := w.final(id); r.Code != "interrupted" {
		t.Fatalf("%+v", r)
	}
	w.run(20*time.Second, nil)
	if w.v.mode != px4Return {
		t.Fatal("the failsafe was overruled")
	}
}

func TestDisarm(t *testing.T) {
	w := newWorld(t, 10, badRadio)
	w.settle()
	w.v.armed, w.v.armedAt, w.v.noLift = true, w.now, true
	w.run(3*time.Second, func() bool { return w.s.v.Armed })
	done(t, w.do(fleet.Disarm{}))
	x := newWorld(t, 10, goodRadio)
	x.airborne()
	if r := x.do(fleet.Disarm{}); r.Code != "airborne" {
		t.Fatalf("%+v", r)
	}
}
