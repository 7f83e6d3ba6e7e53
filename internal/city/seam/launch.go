package seam

import (
	"fmt"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/simulator"
)

const (
	armSendings = 5
	armPause    = 1500 * time.Millisecond
	liftOffWait = 20 * time.Second
	liftedM     = 2.0
	disarmBound = 15 * time.Second
)

// launch starts the plan on board: first item, mode mission, arm, in the air; an ArduPilot is armed in guided, and then its plan
// is begun. One that fails before lift-off leaves the vehicle disarmed.
type launch struct {
	plan    string
	mode    setMode
	ready   bool
	start   begin
	sent    int
	askedAt time.Time
	armedAt time.Time
	ground  float64 // AMSL
	fresh   bool    // it may have been armed by this launch
	since   time.Time
}

func (v *Vehicle) beginLaunch(want fleet.Launch) (act, verdict) {
	k := &v.v
	flying := k.Landed == fleet.InAir || k.Landed == fleet.TakingOff
	for _, o := range v.tasks {
		if _, busy := o.act.(*launch); busy && !o.over {
			return nil, refused("busy", "another launch of it is not over")
		}
	}
	switch {
	case k.Link != fleet.LinkOnline:
		return nil, refused("link-lost", "it is not heard")
	case flying && k.Armed && (k.Mode == fleet.ModeMission || k.Mode == fleet.ModeTakeoff):
		return &launch{ready: true, armedAt: v.now, ground: v.see.Position.AltAMSL}, notYet
	case k.Landed != fleet.OnGround:
		return nil, refused("already-airborne", "in the air, in "+k.ModeName)
	case k.Armed && k.Mode != fleet.ModeMission && k.ModeName != v.auto.armed.name:
		return nil, refused("already-armed", "armed on the ground, in "+k.ModeName)
	case v.required && !k.Safety.OK:
		return nil, refused("safety-params", "a safety parameter is not, or is no longer, as it must be")
	case k.Mission.State == "none" || k.Mission.Total == 0:
		return nil, refused("no-plan", "the vehicle has no valid plan")
	}
	if r := v.approved(want.Plan); r.stage != "" {
		return nil, r
	}
	return &launch{plan: want.Plan, mode: setMode{mode: fleet.ModeMission, armed: v.auto.arms()}, ready: k.Armed, ground: v.see.Position.AltAMSL}, notYet
}

func (a *launch) step(v *Vehicle, t *task) verdict {
	k := &v.v
	up := k.Landed == fleet.InAir || k.Landed == fleet.TakingOff && v.see.Position.AltAMSL-a.ground > liftedM
	if up && k.HeardAt.After(t.begun) {
		return allDone
	}
	if k.Armed && a.armedAt.IsZero() {
		a.armedAt, a.fresh = v.now, true
		v.accepted(t)
	}
	if r := v.approved(a.plan); r.stage != "" && a.plan != "" && k.Landed == fleet.OnGround {
		return failed(r.code, r.detail)
	}
	switch {
	case !a.armedAt.IsZero() && v.auto.arms() && !a.start.seen:
		return a.start.step(v)
	case !a.armedAt.IsZero():
		return a.rise(v)
	case k.Mission.Seq != 0 && a.sent == 0:
		v.startAt(0)
		return notYet
	case !a.ready:
		r := a.mode.step(v, t)
		if r.stage != fleet.StageDone {
			return r
		}
		a.ready = true
	}
	if a.sent > 0 && v.now.Sub(a.askedAt) < armPause {
		return notYet
	}
	if a.sent >= armSendings {
		return failed("not-armed", fmt.Sprintf("not armed after %d requests", a.sent))
	}
	r, ok := v.give(simulator.Command{ID: common.MAV_CMD_COMPONENT_ARM_DISARM, P: [7]float64{1}})
	if !ok {
		return notYet
	}
	a.sent, a.askedAt, a.fresh = a.sent+1, v.now, true
	if r != common.MAV_RESULT_ACCEPTED && (r != common.MAV_RESULT_TEMPORARILY_REJECTED || a.sent >= armSendings) {
		return refusal(r)
	}
	return notYet
}

// rise waits for lift-off.
func (a *launch) rise(v *Vehicle) verdict {
	k := &v.v
	switch {
	case k.Landed == fleet.TakingOff:
	case !k.Armed:
		return failed("disarmed", "disarmed before lift-off")
	case k.Mode != fleet.ModeMission && k.Mode != fleet.ModeTakeoff:
		return failed("interrupted", "the vehicle went to "+k.ModeName)
	case v.now.Sub(a.armedAt) >= liftOffWait && k.Landed == fleet.OnGround:
		return failed("no-lift-off", "armed and still on the ground")
	}
	return notYet
}

// clean disarms a vehicle on the ground that this launch may have armed.
func (a *launch) clean(v *Vehicle, _ *task) (bool, string) {
	if !a.fresh || v.v.Landed == fleet.InAir || v.v.Landed == fleet.TakingOff {
		return true, ""
	}
	if a.since.IsZero() {
		a.since = v.now
	}
	switch {
	case !v.v.Armed && v.v.HeardAt.After(a.since):
		return true, "; disarmed, confirmed"
	case v.now.Sub(a.since) >= disarmBound:
		return true, "; DISARM NOT CONFIRMED"
	}
	v.give(simulator.Command{ID: common.MAV_CMD_COMPONENT_ARM_DISARM})
	return false, ""
}

// startAt makes an item of the plan the present one; false: nobody answers.
func (v *Vehicle) startAt(item int) bool {
	ok := v.world.StartAt(string(v.spec.ID), v.auto.ownItems+item)
	v.link.reply(v.now, ok)
	return ok
}

// resume flies the plan on board on from an item.
type resume struct {
	plan  string
	item  int
	state []simulator.Command
	mode  setMode
	set   bool
}

func (v *Vehicle) beginResume(a fleet.Resume) (act, verdict) {
	switch {
	case !v.v.Airborne():
		return nil, refused("on-ground", "it is not in the air")
	case v.v.Mission.State == "none":
		return nil, refused("no-plan", "the vehicle has no valid plan")
	}
	if r := v.approved(a.Plan); r.stage != "" {
		return nil, r
	}
	if a.Item < 0 || a.Item >= len(v.have.Items) {
		return nil, refused("no-item", fmt.Sprintf("item %d of %d", a.Item, len(v.have.Items)))
	}
	r := &resume{plan: a.Plan, item: a.Item, mode: setMode{mode: fleet.ModeMission}}
	for _, it := range v.have.Items[:a.Item] {
		p := it.Position
		switch it.Kind {
		case fleet.ItemSpeed:
			r.state = append(r.state, simulator.Command{ID: common.MAV_CMD_DO_CHANGE_SPEED, P: [7]float64{1, it.SpeedMS, -1}})
		case fleet.ItemROI:
			r.state = append(r.state, simulator.Command{ID: common.MAV_CMD_DO_SET_ROI_LOCATION, P: [7]float64{4: p.Lat, 5: p.Lon, 6: p.AltAMSL}})
		case fleet.ItemROINone:
			r.state = append(r.state, simulator.Command{ID: common.MAV_CMD_DO_SET_ROI_NONE})
		}
	}
	return r, notYet
}

func (a *resume) step(v *Vehicle, t *task) verdict {
	if r := v.approved(a.plan); r.stage != "" {
		return failed(r.code, r.detail)
	}
	if !a.set {
		a.set = v.startAt(a.item)
		return notYet
	}
	if r := a.mode.hold(v, t); r.stage != "" || !a.mode.seen {
		return r
	}
	for _, c := range a.state {
		v.give(c)
	}
	return verdict{stage: fleet.StageDone, detail: fmt.Sprintf("from item %d", a.item)}
}

const (
	atPlace  = 5.0  // m its destination may be off
	nearerBy = 15.0 // m by which a place must be nearer than home for PX4 to choose it
)

// divert lands at another place than home: hold, fence and rally point on board, return, its destination seen.
type divert struct {
	to    geo.Position
	hold  setMode
	lists *upload
	back  setMode
}

func (v *Vehicle) beginDivert(a fleet.Divert) (act, verdict) {
	switch {
	case !v.v.Airborne():
		return nil, refused("on-ground", "it is not in the air")
	case v.v.Home == nil:
		return nil, refused("no-home", "without its home it is not known to which place it would return")
	}
	if home, place := geo.Distance(v.see.Position.LatLon, v.v.Home.LatLon), geo.Distance(v.see.Position.LatLon, a.To.LatLon); place > home-nearerBy {
		return nil, refused("home-nearer", fmt.Sprintf("home is %.0f m away, the place %.0f m: it would return home", home, place))
	}
	d := &divert{to: a.To, hold: setMode{mode: fleet.ModeHold, brake: true}, back: setMode{mode: fleet.ModeReturn},
		lists: &upload{want: fleet.UploadPlan{Fence: a.Fence, Rally: []geo.Position{a.To}}, kinds: []common.MAV_MISSION_TYPE{common.MAV_MISSION_TYPE_RALLY}}}
	if len(a.Fence) > 0 {
		d.lists.kinds = []common.MAV_MISSION_TYPE{common.MAV_MISSION_TYPE_FENCE, common.MAV_MISSION_TYPE_RALLY}
	}
	return d, notYet
}

func (a *divert) step(v *Vehicle, t *task) verdict {
	if !a.hold.seen {
		return a.hold.hold(v, t)
	}
	if a.lists != nil {
		r := a.lists.step(v, t)
		if r.stage == fleet.StageDone {
			a.lists = nil
			return notYet
		}
		return r
	}
	if r := a.back.hold(v, t, fleet.ModeLand, fleet.ModePrecLand); r.stage != "" || !a.back.seen {
		return r
	}
	if geo.Distance(v.see.Target.LatLon, a.to.LatLon) <= atPlace || geo.Distance(v.see.Position.LatLon, a.to.LatLon) <= atPlace {
		return allDone
	}
	return notYet
}
