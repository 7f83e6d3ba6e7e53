package mavlink

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// nearest is PX4's choice: home or a rally point, the nearest.
func nearest(v *fakeVehicle) geo.LatLon {
	best := v.home.LatLon
	for _, it := range v.lists[common.MAV_MISSION_TYPE_RALLY] {
		if p := fromE7(it.X, it.Y, 0).LatLon; geo.Distance(v.pos.LatLon, p) < geo.Distance(v.pos.LatLon, best) {
			best = p
		}
	}
	return best
}

var otherPlace = geo.Offset(fakeHome.LatLon, 90, 900).At(5)

// abroad is in the air, 700 m from home, with worldPlan on board and flying it.
func (w *world) abroad(t *testing.T) {
	t.Helper()
	w.airborne()
	done(t, w.do(worldPlan()))
	w.v.pos = geo.Offset(fakeHome.LatLon, 85, 700).At(60)
	w.v.goal, w.v.mode, w.v.returns = w.v.pos, px4Mission, nearest
	w.s.ordered(w.now, fleet.ModeMission)
	w.run(5*time.Second, nil)
}

// rallyAboard are the rally points on board.
func (w *world) rallyAboard() []geo.LatLon {
	var out []geo.LatLon
	for _, it := range w.v.lists[common.MAV_MISSION_TYPE_RALLY] {
		out = append(out, fromE7(it.X, it.Y, 0).LatLon)
	}
	return out
}

// TestDivert: hold, then the place, then the return, never another way round, and the vehicle is on its way there; on a
// radio that loses a third or half of everything, and one of 2 s.
func TestDivert(t *testing.T) {
	radios := map[string]radio{"good": goodRadio, "bad": badRadio, "slow": {least: 900 * time.Millisecond, most: 1100 * time.Millisecond, repeat: 0.1},
		"half": {loss: 0.5, repeat: 0.1, least: 30 * time.Millisecond, most: 300 * time.Millisecond}}
	for name, r := range radios {
		for seed := range uint64(20) {
			t.Run(fmt.Sprintf("%s %d", name, seed), func(t *testing.T) {
				w := newWorld(t, seed, r)
				w.abroad(t)
				early := ""
				w.v.beside = func(m message.Message) bool {
					switch m := m.(type) {
					case *common.MessageMissionCount:
						if w.v.mode != px4Hold {
							early = "a list before the hold"
						}
					case *common.MessageCommandLong:
						if m.Command == common.MAV_CMD_DO_SET_MODE && px4(uint32(m.Param2), uint32(m.Param3)) == px4Return && (len(w.rallyAboard()) != 1 || geo.Distance(w.rallyAboard()[0], otherPlace.LatLon) > 1) {
							early = "the return before the place"
						}
					}
					return false
				}
				fence := worldEnvelope().Fence
				done(t, w.do(fleet.Divert{To: otherPlace, Fence: fence}))
				if w.v.mode != px4Return || early != "" || geo.Distance(w.v.goal.LatLon, otherPlace.LatLon) > 1 {
					t.Fatalf("mode %x, goes to %v, %s", w.v.mode, w.v.goal, early)
				}
			})
		}
	}
}

// TestADiversionThatFailsHolds: whatever goes wrong before the return leaves the vehicle in hold, and nothing orders the
// return.
func TestADiversionThatFailsHolds(t *testing.T) {
	for _, c := range []struct {
		name, code string
		break_     func(w *world)
		stage      fleet.Stage
	}{
		{"the place is stored otherwise", "readback-mismatch", func(w *world) {
			w.v.corrupt = func(m *common.MessageMissionItemInt) { m.X += 5000 }
		}, fleet.StageFailed},
		{"the vehicle takes no list", "timeout", func(w *world) {
			w.v.beside = func(m message.Message) bool { _, is := m.(*common.MessageMissionCount); return is }
		}, fleet.StageTimedOut},
		{"it is carried off meanwhile", "home-nearer, or other-destination if that was heard only after the return began", func(w *world) {
			w.v.beside = func(m message.Message) bool {
				if _, is := m.(*common.MessageMissionItemInt); is {
					w.v.pos = geo.Offset(fakeHome.LatLon, 270, 300).At(60)
					w.v.goal = w.v.pos
				}
				return false
			}
		}, fleet.StageFailed},
		{"the return is denied", "denied", func(w *world) {
			w.v.beside = func(m message.Message) bool {
				l, is := m.(*common.MessageCommandLong)
				if is && l.Command == common.MAV_CMD_DO_SET_MODE && px4(uint32(l.Param2), uint32(l.Param3)) == px4Return {
					w.v.ack(l.Command, common.MAV_RESULT_DENIED)
					return true
				}
				return false
			}
		}, fleet.StageRefused},
		{"it returns elsewhere", "other-destination", func(w *world) {
			w.v.returns = func(*fakeVehicle) geo.LatLon { return geo.Offset(fakeHome.LatLon, 300, 400) }
		}, fleet.StageFailed},
	} {
		for _, r := range []radio{goodRadio, badRadio} {
			t.Run(fmt.Sprintf("%s loss %v", c.name, r.loss), func(t *testing.T) {
				w := newWorld(t, 3, r)
				w.abroad(t)
				c.break_(w)
				rep := w.do(fleet.Divert{To: otherPlace})
				if rep.Stage != c.stage || !strings.Contains(c.code, rep.Code) {
					t.Fatalf("%+v", rep)
				}
				w.run(20*time.Second, nil)
				if w.v.mode != px4Hold {
					t.Fatalf("mode %x after %+v", w.v.mode, rep)
				}
				if c.stage != fleet.StageTimedOut && !strings.Contains(rep.Detail, "it holds") {
					t.Fatalf("does not say where it is left: %+v", rep)
				}
			})
		}
	}
}

// TestADiversionIsRefused where it could not lead to the place, and changes nothing then.
func TestADiversionIsRefused(t *testing.T) {
	w := newWorld(t, 1, goodRadio)
	w.airborne()
	done(t, w.do(worldPlan()))
	before := fmt.Sprint(w.v.lists)
	for _, c := range []struct {
		code string
		to   geo.Position
	}{{"home-nearer", otherPlace}, {"guard", geo.Offset(fakeHome.LatLon, 90, 90000).At(4)}} {
		code, to := c.code, c.to
		if code == "guard" {
			w.v.pos = geo.Offset(fakeHome.LatLon, 90, 80000).At(60)
			w.v.goal = w.v.pos
			w.run(2*time.Second, nil)
		}
		if r := w.do(fleet.Divert{To: to}); r.Stage != fleet.StageRefused || r.Code != code {
			t.Fatalf("%s: %+v", code, r)
		}
	}
	if fmt.Sprint(w.v.lists) != before && len(w.v.lists[common.MAV_MISSION_TYPE_RALLY]) > 0 {
		t.Fatalf("%v on board", w.rallyAboard())
	}
	x := newWorld(t, 1, goodRadio)
	x.settle()
	if r := x.do(fleet.Divert{To: otherPlace}); r.Code != "on-ground" {
		t.Fatalf("%+v", r)
	}
}

// TestAnOperatorStopsADiversion: hold takes its place at any time.
func TestAnOperatorStopsADiversion(t *testing.T) {
	for _, after := range []time.Duration{0, 300 * time.Millisecond, time.Second, 3 * time.Second, 6 * time.Second} {
		w := newWorld(t, 2, badRadio)
		w.abroad(t)
		id := w.want(fleet.Divert{To: otherPlace})
		w.run(after, nil)
		done(t, w.do(fleet.Hold{}))
		if r := w.final(id); r.Stage != fleet.StageDone && r.Code != "superseded" {
			t.Fatalf("after %v: %+v", after, r)
		}
		if w.run(30*time.Second, nil); w.v.mode != px4Hold {
			t.Fatalf("after %v: mode %x", after, w.v.mode)
		}
	}
}
