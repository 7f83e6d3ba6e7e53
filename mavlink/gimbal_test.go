package mavlink

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
)

func (g *fakeMount) sees() *fleet.GimbalManager {
	g.w.t.Helper()
	g.w.settle()
	if !g.w.run(time.Minute, func() bool { m := g.w.manager(); return m != nil && m.Control != "unknown" }) {
		g.w.t.Fatal("the gimbal manager was not made out")
	}
	return g.w.manager()
}

// manager is what is shown of the gimbal's; nil: none was made out.
func (w *world) manager() *fleet.GimbalManager {
	if w.s.v.Gimbal == nil {
		return nil
	}
	return w.s.v.Gimbal.Manager
}

func deg(v float64) *float64 { return &v }

func TestAGimbalManagerIsFound(t *testing.T) {
	overRadios(t, func(t *testing.T, w *world) {
		m := newFakeMount(w).sees()
		if m.Component != 1 || m.Device != 1 || m.Control != "none" || m.Lock || strings.Join(m.Capabilities, " ") != "neutral pitch yaw follow lock" {
			t.Fatalf("%+v", m)
		}
		if math.Abs(*m.PitchMinDeg+90) > 0.1 || math.Abs(*m.PitchMaxDeg-30) > 0.1 || math.Abs(*m.YawMaxDeg-180) > 0.1 {
			t.Fatalf("%+v", m)
		}
	})
}

func TestTheGimbalIsTurned(t *testing.T) {
	overRadios(t, func(t *testing.T, w *world) {
		g := newFakeMount(w)
		g.sees()
		done(t, w.do(fleet.AimGimbal{PitchDeg: deg(-45), YawDeg: deg(90), Lock: true}))
		if m := w.manager(); m.Control != "station" || !m.Lock || math.Abs(g.pitch+45) > aimed || math.Abs(wrap180(g.yaw-90)) > aimed {
			t.Fatalf("%+v at %v, %v", m, g.pitch, g.yaw)
		}
		done(t, w.do(fleet.AimGimbal{})) // follow, as it stands
		if m := w.manager(); m.Lock || math.Abs(g.toPitch+45) > aimed {
			t.Fatalf("%+v at %v", m, g.pitch)
		}
		done(t, w.do(fleet.AimGimbal{Rest: fleet.GimbalNeutral}))
		if m := w.manager(); !m.Neutral {
			t.Fatalf("%+v", m)
		}
		done(t, w.do(fleet.ReleaseGimbal{}))
		if m := w.manager(); m.Control != "none" || g.sys != 0 {
			t.Fatalf("%+v", m)
		}
		done(t, w.do(fleet.ReleaseGimbal{}))
	})
}

// In a shut dock no heading is told: what follows the nose stays where it is, and is not turned by a heading of nought.
func TestAGimbalFollowsANoseWhoseHeadingIsNotTold(t *testing.T) {
	w := newWorld(t, 1, goodRadio)
	g := newFakeMount(w)
	g.heading, g.yaw = 40, 40
	g.sees()
	w.v.indoors = true
	w.run(2*placeFresh, nil)
	done(t, w.do(fleet.AimGimbal{PitchDeg: deg(-10)}))
	w.run(2*time.Second, nil)
	if math.Abs(wrap180(g.yaw-40)) > 1 {
		t.Errorf("it turned to %v", g.yaw)
	}
}

// A real ArduCopter 4.7 (MNT1_TYPE 1) told neither lock nor rest in GIMBAL_MANAGER_STATUS, and each such order timed out.
func TestAGimbalWhoseManagerTellsNoFlags(t *testing.T) {
	overRadios(t, func(t *testing.T, w *world) {
		g := newFakeMount(w)
		g.reticent = true
		g.sees()
		done(t, w.do(fleet.AimGimbal{PitchDeg: deg(-45), YawDeg: deg(90), Lock: true}))
		w.run(2*time.Second, nil)
		if m := w.manager(); !m.Lock || math.Abs(g.pitch+45) > aimed {
			t.Fatalf("%+v at %v, %v", m, g.pitch, g.yaw)
		}
		done(t, w.do(fleet.AimGimbal{Rest: fleet.GimbalNeutral}))
		w.run(2*time.Second, nil)
		if m := w.manager(); !m.Neutral || m.Lock {
			t.Fatalf("%+v", m)
		}
		done(t, w.do(fleet.AimGimbal{PitchDeg: deg(-10)}))
	})
}

// A real PX4 v1.17 (MNT_MODE_OUT 0) went to its neutral place and told of it by its attitude alone.
func TestAGimbalThatRestsUntold(t *testing.T) {
	overRadios(t, func(t *testing.T, w *world) {
		g := newFakeMount(w)
		g.restless = true
		g.sees()
		done(t, w.do(fleet.AimGimbal{PitchDeg: deg(-45), YawDeg: deg(90), Lock: true}))
		done(t, w.do(fleet.AimGimbal{Rest: fleet.GimbalNeutral}))
		if math.Abs(g.pitch) > 2*aimed {
			t.Fatalf("rests at %v", g.pitch)
		}
	})
	w := newWorld(t, 1, goodRadio)
	g := newFakeMount(w)
	g.restless = true
	g.sees()
	done(t, w.do(fleet.AimGimbal{PitchDeg: deg(-45), YawDeg: deg(90), Lock: true}))
	g.stuck = true
	if r := w.do(fleet.AimGimbal{Rest: fleet.GimbalNeutral}); r.Stage != fleet.StageTimedOut {
		t.Fatalf("%+v", r)
	}
}

func TestControlOfAGimbalIsNotFoughtOver(t *testing.T) {
	w := newWorld(t, 1, goodRadio)
	g := newFakeMount(w)
	g.sees()
	for _, who := range []struct {
		sys, cmp uint8
		control  string
	}{{7, 1, "vehicle"}, {254, 190, "other"}} {
		g.sys, g.cmp = who.sys, who.cmp
		w.run(time.Second, nil)
		if m := w.manager(); m.Control != who.control || m.ControlBy == "" {
			t.Fatalf("%+v", m)
		}
		configs := g.configs
		for _, a := range []fleet.Act{fleet.AimGimbal{PitchDeg: deg(-10)}, fleet.JogGimbal{YawRate: 5}} {
			if r := w.do(a); r.Stage != fleet.StageRefused || r.Code != "gimbal-held" {
				t.Fatalf("%+v: %+v", a, r)
			}
		}
		w.run(2*time.Second, nil)
		if g.configs != configs || len(g.turned)+g.ignored != 0 {
			t.Fatal("something was sent to a gimbal that another controls")
		}
	}
	done(t, w.do(fleet.AimGimbal{PitchDeg: deg(-10), Take: true}))
	if m := w.manager(); m.Control != "station" {
		t.Fatalf("%+v", m)
	}
}

func TestWhatAGimbalRefusesOrDoesNotDo(t *testing.T) {
	w := newWorld(t, 1, goodRadio)
	if w.settle(); w.do(fleet.AimGimbal{}).Code != "no-gimbal" || w.do(fleet.JogGimbal{}).Code != "no-gimbal" {
		t.Fatal("a vehicle without a gimbal manager was turned")
	}
	w = newWorld(t, 1, goodRadio)
	g := newFakeMount(w)
	g.sees()
	for _, x := range []struct {
		act  fleet.Act
		code string
	}{
		{fleet.AimGimbal{PitchDeg: deg(31)}, "out-of-range"},
		{fleet.AimGimbal{PitchDeg: deg(math.NaN())}, "out-of-range"},
		{fleet.AimGimbal{Rest: fleet.GimbalRetract}, "unsupported"},
		{fleet.AimGimbal{Rest: "x"}, "bad-value"},
		{fleet.JogGimbal{YawRate: 61}, "out-of-range"},
		{fleet.JogGimbal{PitchRate: math.NaN()}, "out-of-range"},
	} {
		if r := w.do(x.act); r.Stage != fleet.StageRefused || r.Code != x.code {
			t.Errorf("%+v: %+v", x.act, r)
		}
	}
	g.stuck = true
	if r := w.do(fleet.AimGimbal{PitchDeg: deg(-80)}); r.Stage != fleet.StageTimedOut {
		t.Errorf("a gimbal that is stuck: %+v", r)
	}
	g.refuses[common.MAV_CMD_DO_GIMBAL_MANAGER_PITCHYAW] = common.MAV_RESULT_FAILED
	if r := w.do(fleet.AimGimbal{PitchDeg: deg(-80)}); r.Stage != fleet.StageRefused || r.Detail != "gimbal manager 1: MAV_RESULT_FAILED" {
		t.Errorf("%+v", r)
	}
	g.refuses[common.MAV_CMD_DO_GIMBAL_MANAGER_CONFIGURE] = common.MAV_RESULT_DENIED
	g.sys, g.cmp = 0, 0
	w.run(time.Second, nil)
	if r := w.do(fleet.AimGimbal{PitchDeg: deg(-80)}); r.Stage != fleet.StageRefused || r.Code != "denied" {
		t.Errorf("%+v", r)
	}
}

// The dead man: whoever stops asking stops the gimbal, within half a second and the way of one message.
func TestAGimbalTurnsOnlyWhileItIsAskedTo(t *testing.T) {
	overRadios(t, func(t *testing.T, w *world) {
		g := newFakeMount(w)
		g.sees()
		for range 60 {
			if r := w.do(fleet.JogGimbal{YawRate: 20}); r.Stage != fleet.StageDone {
				t.Fatalf("%+v", r)
			}
			w.run(200*time.Millisecond, nil)
		}
		last := w.now
		if len(g.turned) < 5 || g.yawRate != 20 && len(g.turned) < 20 {
			t.Fatalf("turned by %v", g.turned)
		}
		if g.ignored != 0 {
			t.Fatalf("%d rates were sent without control", g.ignored)
		}
		if !w.run(jogDead+jogStops*jogEvery+w.radio.most+100*time.Millisecond, func() bool { return g.yawRate == 0 }) {
			t.Fatalf("it still turns %v after the last wish", w.now.Sub(last))
		}
		n := len(g.turned)
		w.run(5*time.Second, nil)
		if len(g.turned) > n+2*jogStops {
			t.Fatal("rates go on being sent")
		}
	})
}

func TestControlIsGivenBackOnTheGround(t *testing.T) {
	w := newWorld(t, 1, goodRadio)
	g := newFakeMount(w)
	g.sees()
	done(t, w.do(fleet.AimGimbal{PitchDeg: deg(-10)}))
	w.run(gimbalIdle/2, nil)
	if g.sys != StationSystem {
		t.Fatal("given back while it may be in use")
	}
	w.run(gimbalIdle, nil)
	if g.sys != 0 {
		t.Fatal("kept on the ground")
	}
	done(t, w.do(fleet.AimGimbal{PitchDeg: deg(-20)}))
	w.v.armed, w.v.landed = true, common.MAV_LANDED_STATE_IN_AIR
	w.run(3*gimbalIdle, nil)
	if g.sys != StationSystem {
		t.Fatal("given back in the air")
	}
}

func TestCamerasAndGimbalTogether(t *testing.T) {
	w := newWorld(t, 3, badRadio)
	c := newFakeOptics(w)
	g := newFakeMount(w)
	c.sees()
	g.sees()
	a, b := w.want(fleet.TakePhotos{Single: true}), w.want(fleet.AimGimbal{PitchDeg: deg(-60)})
	done(t, w.final(a))
	done(t, w.final(b))
	done(t, w.do(fleet.LookAway{}))
}
