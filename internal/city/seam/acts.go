package seam

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/simulator"
)

const (
	// refusalsMax is how often a temporary refusal of a mode or of arming is answered by asking again, after refusalPause.
	refusalsMax  = 3
	refusalPause = time.Second
	// takesEffect is how long an accepted order may show no effect before it is given again.
	takesEffect = 2500 * time.Millisecond
)

// begin makes the act of an Intent, or refuses it by what is seen now.
func (v *Vehicle) begin(t *task) (act, verdict) {
	grounded := v.v.Landed == fleet.OnGround && !v.v.Armed
	if v.auto.ownItems > 0 && v.v.Home == nil && toldAboveHome(t.in.Act) {
		return nil, refused("no-home", "its rally points are told above home, which is not known")
	}
	if why := outside(&t.in); why != "" {
		return nil, verdict{fleet.StageRefused, "guard", "guard: " + why}
	}
	switch a := t.in.Act.(type) {
	case fleet.VerifySafety:
		return &verify{want: a.Params}, notYet
	case fleet.SetHome:
		return &setHome{want: a.Home}, notYet
	case fleet.UploadPlan:
		if v.v.Armed && v.v.Mode == fleet.ModeMission {
			return nil, refused("in-mission", "a new plan would be flown at once")
		}
		return newUpload(a, false), notYet
	case fleet.VerifyPlan:
		return newUpload(a.UploadPlan, true), notYet
	case fleet.SetRally:
		return &upload{want: fleet.UploadPlan{Rally: a.Points}, kinds: []common.MAV_MISSION_TYPE{common.MAV_MISSION_TYPE_RALLY}}, notYet
	case fleet.Launch:
		return v.beginLaunch(a)
	case fleet.Hold:
		return &setMode{mode: fleet.ModeHold, brake: true}, notYet
	case fleet.Continue:
		switch {
		case grounded:
			return nil, refused("on-ground", "nothing to continue on the ground")
		case v.v.Plan.Tampered() != "":
			return nil, refused("plan-changed", v.v.Plan.Tampered())
		}
		return &setMode{mode: fleet.ModeMission}, notYet
	case fleet.Resume:
		return v.beginResume(a)
	case fleet.Divert:
		return v.beginDivert(a)
	case fleet.Return:
		if grounded {
			return nil, refused("on-ground", "it is on the ground")
		}
		return &setMode{mode: fleet.ModeReturn}, notYet
	case fleet.Land:
		if grounded {
			return nil, allDone
		}
		return &land{mode: setMode{mode: fleet.ModeLand}}, notYet
	case fleet.LandAt:
		if grounded {
			return nil, refused("on-ground", "it is on the ground")
		}
		return newLandAt(a), notYet
	case fleet.GoTo:
		if !v.v.Airborne() {
			return nil, refused("on-ground", "it is not in the air")
		}
		return &goTo{target: a.Target, order: reposition(a.Target, a.SpeedMS)}, notYet
	case fleet.Orbit:
		if !v.v.Airborne() {
			return nil, refused("on-ground", "it is not in the air")
		}
		if v.auto.noOrbit {
			return nil, refused("unsupported", v.auto.name+" does not circle a place by command")
		}
		return &orbit{order: simulator.Command{ID: common.MAV_CMD_DO_ORBIT, P: [7]float64{a.RadiusM, a.SpeedMS, 0, 0, a.Center.Lat, a.Center.Lon, a.Center.AltAMSL}}}, notYet
	case fleet.LookAt:
		return &once{simulator.Command{ID: common.MAV_CMD_DO_SET_ROI_LOCATION, P: [7]float64{4: a.Target.Lat, 5: a.Target.Lon, 6: a.Target.AltAMSL}}}, notYet
	case fleet.LookAway:
		return &once{simulator.Command{ID: common.MAV_CMD_DO_SET_ROI_NONE}}, notYet
	case fleet.Disarm:
		return &disarm{}, notYet
	}
	return nil, refused("unsupported", "not an act of this family")
}

// outside says how an Intent's targets leave its Envelope; empty where they do not.
func outside(in *fleet.Intent) string {
	var at []geo.Position
	switch a := in.Act.(type) {
	case fleet.GoTo:
		at = append(at, a.Target)
	case fleet.Orbit:
		at = append(at, a.Center)
	case fleet.UploadPlan:
		for _, it := range a.Items {
			if it.Kind == fleet.ItemTakeoff || it.Kind == fleet.ItemWaypoint {
				at = append(at, it.Position)
			}
		}
	}
	env := &in.Envelope
	for _, p := range at {
		switch {
		case p.Check() != nil:
			return p.Check().Error()
		case p.AltAMSL < env.FloorAMSL || p.AltAMSL > env.CeilingAMSL:
			return fmt.Sprintf("altitude %.1f m AMSL is not within %.1f to %.1f", p.AltAMSL, env.FloorAMSL, env.CeilingAMSL)
		case !(fleet.Zone{Inside: true, Ring: env.Fence}).Permits(p.LatLon):
			return "a target outside the fence"
		case slices.ContainsFunc(env.Zones, func(z fleet.Zone) bool { return !z.Permits(p.LatLon) }):
			return "a target in a zone that forbids it"
		}
	}
	return ""
}

// give gives an order: answered with a refusal, accepted, or nobody answers.
func (v *Vehicle) give(c simulator.Command) (r common.MAV_RESULT, ok bool) {
	r, ok = v.world.Command(string(v.spec.ID), c)
	v.link.reply(v.now, ok)
	return r, ok
}

func refusal(r common.MAV_RESULT) verdict {
	code := "failed"
	switch r {
	case common.MAV_RESULT_TEMPORARILY_REJECTED:
		code = "temporarily-rejected"
	case common.MAV_RESULT_DENIED:
		code = "denied"
	case common.MAV_RESULT_UNSUPPORTED:
		code = "unsupported"
	}
	return declined(code, r.String())
}

// setMode orders a mode until it is seen.
type setMode struct {
	mode     fleet.Mode
	armed    bool // the one that it is armed in instead
	brake    bool // a vehicle that holds already may be moving to a target
	gaveAt   time.Time
	refusals int
	seen     bool // of hold
}

// custom is the mode in the autopilot's words. Of two that are one word here (ArduPilot's guided and brake are both hold) only the
// one that was ordered counts as seen.
func (a *setMode) custom(v *Vehicle) customMode {
	if a.armed {
		return v.auto.armed
	}
	return v.auto.orders[a.mode]
}

func (a *setMode) step(v *Vehicle, t *task) verdict {
	to := a.custom(v)
	if !a.gaveAt.IsZero() && v.v.ModeName == to.name && v.v.HeardAt.After(a.gaveAt) {
		return allDone
	}
	wait := takesEffect
	if a.refusals > 0 {
		wait = refusalPause
	}
	if !a.gaveAt.IsZero() && v.now.Sub(a.gaveAt) < wait {
		return notYet
	}
	c := to.order()
	if a.brake && !v.auto.stops && v.v.Mode == fleet.ModeHold && v.underWay() {
		nan := math.NaN()
		c = simulator.Command{ID: common.MAV_CMD_DO_REPOSITION, P: [7]float64{-1, 1, 0, nan, nan, nan, nan}}
	}
	v.orders(v.auto.modes[to.name])
	r, ok := v.give(c)
	switch {
	case !ok:
		return notYet
	case r == common.MAV_RESULT_ACCEPTED:
		a.gaveAt = v.now
		v.accepted(t)
	case r == common.MAV_RESULT_TEMPORARILY_REJECTED && a.refusals < refusalsMax:
		a.refusals++
		a.gaveAt = v.now
	default:
		return refusal(r)
	}
	return notYet
}

// orders notes that a mode is asked for.
func (v *Vehicle) orders(m fleet.Mode) {
	if v.ordered == nil {
		v.ordered = map[fleet.Mode]time.Time{}
	}
	v.ordered[m] = v.now
}

func (v *Vehicle) underWay() bool {
	return v.see.Armed && (v.see.Velocity.Horizontal() > 1 || abs(v.see.Velocity.U) > 0.7)
}

// hold keeps a mode ordered until it is seen, and fails when the vehicle leaves it again.
func (a *setMode) hold(v *Vehicle, t *task, also ...fleet.Mode) verdict {
	if a.seen {
		if v.v.ModeName != a.custom(v).name && !slices.Contains(also, v.v.Mode) && v.v.Armed {
			return failed("interrupted", "the vehicle went to "+v.v.ModeName)
		}
		return notYet
	}
	r := a.step(v, t)
	if r.stage == fleet.StageDone {
		a.seen = true
		return notYet
	}
	return r
}
