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

// fromItem is an envelope that names an item of a plan.
func fromItem(plan fleet.UploadPlan, item int) fleet.Envelope {
	env := worldEnvelope()
	env.Item = &fleet.PlanItem{Plan: plan.Hash(), Item: item}
	return env
}

// holding is in the air in hold, with worldPlan on board.
func (w *world) holding(t *testing.T) {
	t.Helper()
	if w.v.copter != nil {
		w.guided()
		w.run(10*time.Second, func() bool { return w.s.v.ModeName == "GUIDED" && w.s.v.Armed })
	} else {
		w.airborne()
	}
	done(t, w.do(worldPlan()))
}

// TestResumeFromAnItem: the item is the vehicle's current one before the mode is ordered, and speed and view are as the
// items before it say, over every radio and with every family.
func TestResumeFromAnItem(t *testing.T) {
	plan := worldPlan()
	for _, c := range []struct {
		item int
		view bool
	}{{2, false}, {4, true}, {5, true}} {
		t.Run(fmt.Sprint(c.item), func(t *testing.T) {
			overFamilies(t, func(t *testing.T, w *world) {
				w.holding(t)
				early := 0
				w.v.beside = func(m message.Message) bool {
					if l, ok := m.(*common.MessageCommandLong); ok && l.Command == common.MAV_CMD_DO_SET_MODE && w.v.seq != c.item+w.s.auto.ownItems() {
						early++
					}
					return false
				}
				done(t, w.final(w.wantWithin(fromItem(plan, c.item), fleet.Resume{Plan: plan.Hash(), Item: c.item})))
				if w.v.mode != px4Mission && (w.v.copter == nil || w.v.copter.custom != 3) || w.v.seq != c.item+w.s.auto.ownItems() || early > 0 {
					t.Fatalf("mode %x, item %d, %d orders before the item was set", w.v.mode, w.v.seq, early)
				}
				if w.v.speed != 12 || (w.v.view != nil) != c.view {
					t.Fatalf("speed %v, view %v", w.v.speed, w.v.view)
				}
			})
		})
	}
}

// TestResumeIsRefused where it is not the approved plan's item, and nothing goes out then.
func TestResumeIsRefused(t *testing.T) {
	plan := worldPlan()
	other := worldPlan()
	other.Items[2].HoldS = 9
	for _, c := range []struct {
		name, code string
		env        fleet.Envelope
		act        fleet.Resume
		before     func(w *world)
	}{
		{"another plan", "plan-not-approved", fromItem(other, 4), fleet.Resume{Plan: other.Hash(), Item: 4}, nil},
		{"beyond its end", "no-item", fromItem(plan, 6), fleet.Resume{Plan: plan.Hash(), Item: 6}, nil},
		{"below its beginning", "no-item", fromItem(plan, -1), fleet.Resume{Plan: plan.Hash(), Item: -1}, nil},
		{"no item in the envelope", "guard", worldEnvelope(), fleet.Resume{Plan: plan.Hash(), Item: 4}, nil},
		{"another item in the envelope", "guard", fromItem(plan, 2), fleet.Resume{Plan: plan.Hash(), Item: 4}, nil},
		{"another plan in the envelope", "guard", fromItem(other, 4), fleet.Resume{Plan: plan.Hash(), Item: 4}, nil},
		{"changed by somebody", "plan-changed", fromItem(plan, 4), fleet.Resume{Plan: plan.Hash(), Item: 4}, func(w *world) {
			w.otherStation(0, func(l []common.MessageMissionItemInt) []common.MessageMissionItemInt { return l[:5] })
			w.run(3*time.Second, nil)
		}},
		{"on the ground", "on-ground", fromItem(plan, 4), fleet.Resume{Plan: plan.Hash(), Item: 4}, func(w *world) {
			w.v.armed, w.v.landed = false, common.MAV_LANDED_STATE_ON_GROUND
			w.run(3*time.Second, nil)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, 1, goodRadio)
			w.holding(t)
			if c.before != nil {
				c.before(w)
			}
			w.frames = nil
			r := w.final(w.wantWithin(c.env, c.act))
			if r.Stage != fleet.StageRefused || r.Code != c.code {
				t.Fatalf("%+v", r)
			}
			for _, m := range w.frames {
				switch m := m.(type) {
				case *common.MessageMissionSetCurrent, *common.MessageCommandInt:
					t.Fatalf("sent %+v", m)
				}
			}
		})
	}
}

// TestResumeAfterAReboot: what was read back is not known any more; reading it again, without writing, is enough.
func TestResumeAfterAReboot(t *testing.T) {
	plan := worldPlan()
	for seed := range uint64(10) {
		w := newWorld(t, seed, badRadio)
		w.holding(t)
		w.run(3*time.Second, nil)
		w.v.boot = w.now
		if !w.run(20*time.Second, func() bool { return w.s.v.Plan == nil }) {
			t.Fatal("no reboot seen")
		}
		w.run(5*time.Second, nil)
		want := fleet.Resume{Plan: plan.Hash(), Item: 4}
		if r := w.final(w.wantWithin(fromItem(plan, 4), want)); r.Code != "plan-unverified" {
			t.Fatalf("%+v", r)
		}
		w.frames = nil
		done(t, w.do(fleet.VerifyPlan{UploadPlan: plan}))
		for _, m := range w.frames {
			switch m.(type) {
			case *common.MessageMissionCount, *common.MessageMissionItemInt:
				t.Fatalf("wrote %T", m)
			}
		}
		done(t, w.final(w.wantWithin(fromItem(plan, 4), want)))
	}
}

// TestVerifyPlanFindsADifference, however small, and writes nothing over it.
func TestVerifyPlanFindsADifference(t *testing.T) {
	for seed := range uint64(5) {
		w := newWorld(t, seed, badRadio)
		w.holding(t)
		w.v.lists[0][2].X++
		before := fmt.Sprint(w.v.lists)
		r := w.do(fleet.VerifyPlan{UploadPlan: worldPlan()})
		if r.Stage != fleet.StageFailed || r.Code != "readback-mismatch" || w.s.v.Plan != nil || fmt.Sprint(w.v.lists) != before {
			t.Fatalf("%+v, %+v", r, w.s.v.Plan)
		}
	}
}

// TestResumeTellsWhatItCouldNotSet and flies on.
func TestResumeTellsWhatItCouldNotSet(t *testing.T) {
	w := newWorld(t, 1, goodRadio)
	w.holding(t)
	w.v.beside = func(m message.Message) bool {
		c, ok := m.(*common.MessageCommandInt)
		if ok && c.Command == common.MAV_CMD_DO_CHANGE_SPEED {
			w.v.ack(c.Command, common.MAV_RESULT_UNSUPPORTED)
			return true
		}
		return false
	}
	plan := worldPlan()
	r := w.final(w.wantWithin(fromItem(plan, 4), fleet.Resume{Plan: plan.Hash(), Item: 4}))
	if r.Stage != fleet.StageDone || !strings.Contains(r.Detail, "MAV_CMD_DO_CHANGE_SPEED: vehicle: MAV_RESULT_UNSUPPORTED") || w.v.view == nil {
		t.Fatalf("%+v", r)
	}
	if d := geo.Distance(w.v.view.LatLon, plan.Items[3].Position.LatLon); d > 1 {
		t.Fatalf("looks %v m beside", d)
	}
}
