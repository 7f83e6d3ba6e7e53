package mavlink

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
)

// TestWhatIsReadBackIsWhatWasApproved: after an upload the vehicle's own items, decoded, have the hash of what was
// approved, fence and rally points with it, over every radio and with every family.
func TestWhatIsReadBackIsWhatWasApproved(t *testing.T) {
	overFamilies(t, func(t *testing.T, w *world) {
		w.settle()
		plan := worldPlan()
		plan.Items[4].HoldS = 20.4
		done(t, w.do(plan))
		p := w.s.told.Plan
		if p == nil || p.Hash != plan.Hash() || len(p.Changed) > 0 {
			t.Fatalf("%+v", p)
		}
		w.run(20*time.Second, nil)
		if p := w.s.told.Plan; p == nil || len(p.Changed) > 0 {
			t.Fatalf("changed by nobody: %+v", p)
		}
		done(t, w.do(fleet.SetRally{Points: plan.Rally[:0]}))
		without := plan
		without.Rally = nil
		w.run(10*time.Second, nil)
		if p := w.s.told.Plan; p == nil || p.Hash != without.Hash() || len(p.Changed) > 0 {
			t.Fatalf("other rally points: %+v", p)
		}
	})
}

// TestOnlyTheApprovedPlanIsStarted: each list counts, a single digit of it, and what was not read back does not start.
func TestOnlyTheApprovedPlanIsStarted(t *testing.T) {
	for _, c := range []struct {
		name, code string
		change     func(p *fleet.UploadPlan)
		after      func(w *world)
	}{
		{"as approved", "", func(*fleet.UploadPlan) {}, nil},
		{"a waypoint beside", "plan-not-approved", func(p *fleet.UploadPlan) { p.Items[2].Position.Lat += 1e-7 }, nil},
		{"higher", "plan-not-approved", func(p *fleet.UploadPlan) { p.Items[2].Position.AltAMSL += 0.01 }, nil},
		{"a longer hold", "plan-not-approved", func(p *fleet.UploadPlan) { p.Items[4].HoldS++ }, nil},
		{"faster", "plan-not-approved", func(p *fleet.UploadPlan) { p.Items[1].SpeedMS++ }, nil},
		{"another fence", "plan-not-approved", func(p *fleet.UploadPlan) { p.Fence[1].Lon += 1e-7 }, nil},
		{"another place to land", "plan-not-approved", func(p *fleet.UploadPlan) { p.Rally[0].Lat += 1e-7 }, nil},
		{"no place to land", "plan-not-approved", func(p *fleet.UploadPlan) { p.Rally = nil }, nil},
		{"after a reboot", "no-plan", func(*fleet.UploadPlan) {}, func(w *world) {
			w.run(5*time.Second, nil)
			w.v.boot = w.now
			if !w.run(time.Second, func() bool { return w.s.v.Plan == nil }) {
				t.Fatal("the plan is verified after a reboot")
			}
			w.v.lists = map[common.MAV_MISSION_TYPE][]common.MessageMissionItemInt{}
			w.run(5*time.Second, nil)
		}},
		{"heard for the first time", "plan-unverified", func(*fleet.UploadPlan) {}, func(w *world) {
			w.s = NewSession(worldSpec, DefaultConfig())
			w.settle()
			w.run(3*time.Second, nil)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, 1, goodRadio)
			w.settle()
			approved, sent := worldPlan(), worldPlan()
			c.change(&sent)
			done(t, w.do(sent))
			if c.after != nil {
				c.after(w)
			}
			r := w.do(fleet.Launch{Plan: approved.Hash()})
			if r.Code != c.code || (c.code == "") != (r.Stage == fleet.StageDone) || (c.code == "") != (w.v.arms > 0) {
				t.Fatalf("%+v, armed %d times", r, w.v.arms)
			}
		})
	}
	w := newWorld(t, 1, goodRadio)
	w.settle()
	done(t, w.do(worldPlan()))
	if r := w.do(fleet.Launch{}); r.Code != "plan-not-approved" {
		t.Fatalf("without an approval: %+v", r)
	}
}

// otherStation writes a list as another station would, past this one.
func (w *world) otherStation(kind common.MAV_MISSION_TYPE, change func([]common.MessageMissionItemInt) []common.MessageMissionItemInt) {
	w.v.lists[kind] = change(slices.Clone(w.v.lists[kind]))
	w.v.opaque[kind]++
	if len(w.v.lists[kind]) == 0 {
		w.v.opaque[kind] = 0
	}
}

// TestAPlanChangedBySomebodyElseIsSeen: within seconds, on a bad radio too, whichever list it is; from then on nothing is
// started or gone on with, until the lists were written and read back anew.
func TestAPlanChangedBySomebodyElseIsSeen(t *testing.T) {
	names := []string{"mission", "fence", "rally"}
	for kind := range common.MAV_MISSION_TYPE(3) {
		for _, gone := range []bool{false, true} {
			for seed := range uint64(5) {
				t.Run(fmt.Sprintf("%s gone %v %d", names[kind], gone, seed), func(t *testing.T) {
					w := newWorld(t, seed, badRadio)
					w.settle()
					done(t, w.do(worldPlan()))
					w.otherStation(kind, func(l []common.MessageMissionItemInt) []common.MessageMissionItemInt {
						if gone {
							return nil
						}
						l[0].Z++
						return l
					})
					if !w.run(15*time.Second, func() bool { p := w.s.told.Plan; return p != nil && len(p.Changed) > 0 }) {
						t.Fatalf("not seen: %+v, it says %+v", w.s.told.Plan, w.s.told.Mission)
					}
					if got := w.s.told.Plan.Changed; !slices.Equal(got, names[kind:kind+1]) {
						t.Fatalf("changed: %v", got)
					}
					want := "plan-changed"
					if kind == 0 && gone {
						want = "no-plan"
					}
					if r := w.do(worldLaunch()); r.Stage != fleet.StageRefused || r.Code != want || w.v.arms > 0 {
						t.Fatalf("%+v", r)
					}
					done(t, w.do(worldPlan()))
					done(t, w.do(worldLaunch()))
				})
			}
		}
	}
	w := newWorld(t, 1, goodRadio)
	w.airborne()
	done(t, w.do(worldPlan()))
	w.otherStation(0, func(l []common.MessageMissionItemInt) []common.MessageMissionItemInt { return l[:3] })
	w.run(3*time.Second, nil)
	if r := w.do(fleet.Continue{}); r.Code != "plan-changed" || w.v.mode == px4Mission {
		t.Fatalf("gone on with: %+v", r)
	}
}

// TestAPlanChangedWhileItIsArmedIsNotStarted: between the order to launch and the arming.
func TestAPlanChangedWhileItIsArmedIsNotStarted(t *testing.T) {
	w := newWorld(t, 1, goodRadio)
	w.settle()
	done(t, w.do(worldPlan()))
	w.v.ackSetMode = common.MAV_RESULT_TEMPORARILY_REJECTED // it takes a moment
	id := w.want(worldLaunch())
	w.otherStation(0, func(l []common.MessageMissionItemInt) []common.MessageMissionItemInt { return l[:3] })
	if r := w.final(id); r.Code != "plan-changed" || w.v.arms > 0 {
		t.Fatalf("%+v, armed %d times", r, w.v.arms)
	}
}

// TestALateWordOfTheOldPlanIsNotAChange: one MISSION_CURRENT that was on its way when the list was stored.
func TestALateWordOfTheOldPlanIsNotAChange(t *testing.T) {
	w := newWorld(t, 1, goodRadio)
	w.settle()
	done(t, w.do(worldPlan()))
	w.v.send(&common.MessageMissionCurrent{Total: 6, MissionState: common.MISSION_STATE_NOT_STARTED, MissionId: 5})
	w.run(500*time.Millisecond, nil)
	w.run(5*time.Second, nil)
	if p := w.s.told.Plan; p == nil || len(p.Changed) > 0 {
		t.Fatalf("%+v", p)
	}
}

// TestRecordedIDs: a recorded PX4 gives in MISSION_CURRENT the ids that it acknowledged the lists with.
func TestRecordedIDs(t *testing.T) {
	acked, said := [3]uint32{}, fleet.PlanIDs{}
	d := &Decoder{kinds: allKinds()}
	for _, r := range readTlog(t, "testdata/lists.tlog.gz") {
		d.Split(r.frame, func(f Frame) {
			switch m := f.Message.(type) {
			case *common.MessageMissionAck:
				if f.System == 1 && m.Type == common.MAV_MISSION_ACCEPTED && m.OpaqueId != 0 {
					acked[m.MissionType] = m.OpaqueId
				}
			case *common.MessageMissionCurrent:
				said = fleet.PlanIDs{Mission: m.MissionId, Fence: m.FenceId, Rally: m.RallyPointsId}
			}
		})
	}
	if want := (fleet.PlanIDs{Mission: acked[0], Fence: acked[1], Rally: acked[2]}); said != want || slices.Contains(acked[:], 0) {
		t.Fatalf("acknowledged %+v, said %+v", want, said)
	}
}

// TestHash: what a vehicle cannot tell apart has one hash, everything else another.
func TestHash(t *testing.T) {
	base := worldPlan()
	same, ceiling := worldPlan(), worldPlan()
	same.Items[2].Position.Lat += 2e-9
	same.Items[2].SpeedMS = 9 // a waypoint has no speed
	same.Items[4].Position.AltAMSL = float64(float32(same.Items[4].Position.AltAMSL))
	same.Items[2].HoldS = math.Copysign(0, -1)
	ceiling.CeilingAMSL = 99
	if same.Hash() != base.Hash() || ceiling.Hash() != base.Hash() {
		t.Fatal("the same to a vehicle, and another hash")
	}
	seen := map[string]int{}
	plans := []fleet.UploadPlan{base, {}, {Items: base.Items}, {Fence: base.Fence}, {Rally: base.Rally}, {Items: base.Items[:5], Fence: base.Fence, Rally: base.Rally}}
	moved := worldPlan()
	moved.Rally = append(moved.Rally, moved.Rally[0])
	for _, p := range append(plans, moved) {
		seen[p.Hash()]++
	}
	if len(seen) != len(plans)+1 {
		t.Fatalf("%d plans, %d hashes", len(plans)+1, len(seen))
	}
}
