package simulator

import (
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
)

// Mission commands that guidance knows by number (MAV_CMD of the common message set).
const (
	cmdWaypoint      = 16
	cmdLoiterUnlim   = 17
	cmdLoiterTime    = 19
	cmdReturn        = 20
	cmdLand          = 21
	cmdTakeoff       = 22
	cmdVTOLTakeoff   = 84
	cmdVTOLLand      = 85
	cmdDelay         = 93
	cmdJump          = 177
	cmdChangeSpeed   = 178
	cmdROILocation   = 195
	cmdROINone       = 197
	cmdROI           = 201
	cmdMountControl  = 205
	cmdGimbalPitch   = 1000
	cmdTransition    = 3000
	cmdRally         = 5100
	firstWPFarM      = 900
	eventTakeoffLate = 16663074
	eventStartsLand  = 1925166
	eventFenceBreach = 2831661
	eventFirstWPFar  = 5314313
	eventNoLanding   = 8459921
)

// climbEnds is what the navigator takes from the height of a take-off to the next item: two work items.
const climbEnds = 60 * time.Millisecond

// plan is the mission as the navigator runs it.
type plan struct {
	items    []common.MessageMissionItemInt
	valid    bool // judged feasible; only once home is valid
	cur      int
	started  bool
	finished bool
	reached  int // -1: none
	since    time.Time
	speed    float64
	from     geo.ENU // where the present leg begins
	climbing bool    // straight up, from the ground
	waits    time.Time
	fresh    bool // no line leads to the present item, it is flown to from wherever the vehicle is
	jumps    map[int]int
}

// stop is a disarming: a mission that was run begins anew next time.
func (p *plan) stop() {
	p.since, p.speed, p.started, p.climbing = time.Time{}, 0, false, false
	if p.finished {
		p.cur = 0
	}
}

// resume goes on at the present item.
func (p *plan) resume() {
	if p.finished {
		p.cur, p.finished = 0, false
	}
	p.started, p.since, p.fresh, p.climbing = true, time.Time{}, true, false
}

// restart goes to item i.
func (p *plan) restart(i int) {
	p.cur, p.finished, p.started, p.reached = i, false, true, -1
	p.since, p.speed, p.jumps, p.fresh, p.climbing = time.Time{}, 0, nil, true, false
}

// load takes a new mission from the store.
func (v *vehicle) loadPlan() {
	p := &v.plan
	items := v.stored[0].items
	cur := 0
	for i, it := range items {
		if it.Current == 1 {
			cur = i
		}
	}
	running := v.mode == modeMission && p.started
	if v.is.planGoesOn && running {
		cur = p.cur
	}
	*p = plan{items: items, cur: cur, reached: -1, started: running && len(items) > 0, fresh: true}
	v.plan.valid = v.is.feasible(v)
}

// point is where an item is, in the local frame; false for one without a place.
func (v *vehicle) point(it *common.MessageMissionItemInt) (geo.ENU, bool) {
	switch it.Command {
	case cmdWaypoint, cmdLoiterUnlim, cmdLoiterTime, 18, cmdLand, cmdTakeoff, cmdVTOLTakeoff, cmdVTOLLand, cmdROILocation, cmdROI:
	default:
		return geo.ENU{}, false
	}
	alt := float64(it.Z)
	switch it.Frame {
	case common.MAV_FRAME_GLOBAL, common.MAV_FRAME_GLOBAL_INT:
	default: // relative to home
		alt += v.home.U
	}
	if it.X == 0 && it.Y == 0 || it.X == math.MaxInt32 {
		p := v.estimate()
		p.U = alt
		return p, true
	}
	return v.w.frame.ENU(geo.LatLon{Lat: float64(it.X) / 1e7, Lon: float64(it.Y) / 1e7}.At(alt)), true
}

// feasible is PX4's check of a plan: it needs home, and says what is wrong only by events.
func (v *vehicle) feasible() bool {
	p := &v.plan
	if len(p.items) == 0 || !v.homeValid {
		return false
	}
	if int(v.param("MIS_TKO_LAND_REQ")) == 2 && !slices.ContainsFunc(p.items, lands) {
		v.event(eventNoLanding, 3)
		return false
	}
	first := true
	for i := range p.items {
		it := &p.items[i]
		at, placed := v.point(it)
		if !placed || it.Command == cmdROI || it.Command == cmdROILocation {
			continue
		}
		switch {
		case first && (it.Command == cmdLand || it.Command == cmdVTOLLand):
			v.event(eventStartsLand, 3)
			return false
		case !first && (it.Command == cmdTakeoff || it.Command == cmdVTOLTakeoff):
			v.event(eventTakeoffLate, 3)
			return false
		case !v.fence.allows(at):
			v.text(2, "Geofence violation for waypoint "+strconv.Itoa(i+1))
			v.event(eventFenceBreach, 3, byte(i+1), byte((i+1)>>8))
			return false
		}
		if it.Command == cmdWaypoint && first && flat(at, v.home) > firstWPFarM {
			v.event(eventFirstWPFar, 4)
		}
		first = false
	}
	return true
}

func lands(it common.MessageMissionItemInt) bool {
	return it.Command == cmdLand || it.Command == cmdVTOLLand
}

// state is MISSION_STATE of MISSION_CURRENT.
func (v *vehicle) planState() common.MISSION_STATE {
	p := &v.plan
	switch {
	case !p.valid:
		return common.MISSION_STATE_NO_MISSION
	case p.finished:
		return common.MISSION_STATE_COMPLETE
	case v.missionMode() == 1:
		return common.MISSION_STATE_ACTIVE
	case p.started && p.reached >= 0: // before its first item is reached, it has not begun
		return common.MISSION_STATE_PAUSED
	}
	return common.MISSION_STATE_NOT_STARTED
}

// missionMode is 1 in the modes that PX4 takes for the mission's, 2 in all others.
func (v *vehicle) missionMode() uint8 {
	switch v.mode {
	case modeMission, modeTakeoff, modeLand:
		return 1
	}
	return 2
}

// flyPlan runs the mission: items that only do something are done at once, the others are flown.
func (v *vehicle) flyPlan(now time.Time) setpoint {
	p := &v.plan
	if now.Before(p.waits) {
		return v.defaults(v.guide.sent)
	}
	for range 64 {
		if !p.valid || p.cur >= len(p.items) {
			return v.is.planEnds(v)
		}
		v.is.itemBegins(v)
		it := &p.items[p.cur]
		switch it.Command {
		case cmdTakeoff, cmdVTOLTakeoff, cmdWaypoint, cmdLoiterUnlim, 18, cmdLoiterTime, cmdLand, cmdVTOLLand, cmdDelay:
			sp, done := v.flyItem(it, now)
			if !done {
				return sp
			}
			if at, ok := v.point(it); ok {
				p.from, p.fresh = at, false
			}
			v.itemReached()
			p.cur++
			p.since = time.Time{}
			if now.Before(p.waits) {
				return sp
			}
		case cmdTransition:
			sp := v.defaults(v.guide.sent)
			if v.wing.state != 0 && common.MAV_VTOL_STATE(it.Param1) == vtolFW && !v.takeWing(v.after(v.estimate()), &sp) {
				return sp
			}
			v.itemReached()
			p.cur++
			if v.wing.flies() {
				return sp
			}
		case cmdReturn:
			p.speed = 0
			v.is.returnBegins(v)
			v.changeMode(modeReturn)
			return v.flyReturn(now)
		default:
			v.doItem(it)
		}
	}
	return v.is.planEnds(v) // a ring of jumps without a place to fly to
}

// flyItem is the setpoint of one item and whether it is done.
func (v *vehicle) flyItem(it *common.MessageMissionItemInt, now time.Time) (setpoint, bool) {
	p, est := &v.plan, v.estimate()
	at, placed := v.point(it)
	switch it.Command {
	case cmdTakeoff, cmdVTOLTakeoff:
		if p.climbing = p.climbing || v.body.onGround; p.climbing {
			sp := v.climbOut(at.U)
			done := est.U > at.U-v.limits().radiusUp
			if it.Command == cmdVTOLTakeoff && v.wing.state != 0 && (done || v.wing.aligning) {
				return sp, v.takeWing(at, &sp)
			}
			if done {
				p.waits = now.Add(climbEnds)
			}
			return sp, done
		}
	case cmdLand, cmdVTOLLand:
		v.guide.kind, v.guide.target = flyTo, at
		if flat(at, est) > 2 && est.U > at.U+3 {
			return v.withSpeed(v.defaults(geo.ENU{E: at.E, N: at.N, U: est.U})), false
		}
		v.guide.target.U = v.groundGuess()
		return v.is.landing(v), false
	case cmdDelay:
		if p.since.IsZero() {
			p.since = now
			v.holdHere()
		}
		return v.defaults(v.guide.target), now.Sub(p.since) >= seconds(float64(it.Param1))
	}
	v.guide.kind = flyTo
	if !placed || !finite(at.E, at.N, at.U) {
		return v.defaults(est), true
	}
	sp := v.withSpeed(v.defaults(at))
	radius := v.param("NAV_ACC_RAD")
	if r := float64(it.Param2); it.Command == cmdWaypoint && finite(r) && r > 0 {
		radius = r
	}
	hold := 0.0
	switch it.Command {
	case cmdWaypoint, cmdLoiterTime:
		hold = float64(it.Param1)
	case cmdLoiterUnlim:
		hold = math.Inf(1)
	}
	if p.fresh {
		p.from, p.fresh = at, false
	}
	sp.radius, sp.prev = radius, p.from
	if hold == 0 {
		sp.next = v.after(at)
	}
	if finite(float64(it.Param4)) && flat(at, est) < 3 {
		sp.headingDeg = wrap360(float64(it.Param4))
	}
	if p.since.IsZero() {
		if flat(at, est) > radius || math.Abs(at.U-est.U) > v.limits().radiusUp {
			return sp, false
		}
		p.since = now
	}
	return sp, !(now.Sub(p.since).Seconds() < hold)
}

// after is the place of the next item that has one and only asks to be flown to; at, if the flight ends there first.
func (v *vehicle) after(at geo.ENU) geo.ENU {
	p := &v.plan
	for i := p.cur + 1; i < len(p.items); i++ {
		it := &p.items[i]
		switch it.Command {
		case cmdWaypoint, cmdLoiterTime, cmdLoiterUnlim:
			if next, ok := v.point(it); ok && finite(next.E, next.N, next.U) {
				return next
			}
			return at
		case cmdLand, cmdReturn, cmdDelay, cmdJump, cmdTakeoff, cmdVTOLTakeoff, cmdVTOLLand:
			return at
		}
	}
	return at
}

func (v *vehicle) withSpeed(sp setpoint) setpoint {
	if v.plan.speed > 0 {
		sp.speed = v.plan.speed
	}
	return sp
}

// doItem does an item that needs no flight and goes on.
func (v *vehicle) doItem(it *common.MessageMissionItemInt) {
	p := &v.plan
	switch it.Command {
	case cmdChangeSpeed:
		if s := float64(it.Param2); s > 0 {
			p.speed = min(s, 1.2*v.at.CruiseMS)
		}
	case cmdROILocation, cmdROI:
		if v.is.freesROI && it.X == 0 && it.Y == 0 {
			v.gimbal.free()
		} else if at, ok := v.point(it); ok {
			v.gimbal.look(at)
		}
	case cmdROINone:
		v.gimbal.free()
	case cmdMountControl, cmdGimbalPitch:
		v.gimbal.angle(float64(it.Param1), v.body.headingDeg)
	case cmdJump:
		if p.jumps == nil {
			p.jumps = map[int]int{}
		}
		to := int(it.Param1)
		if p.jumps[p.cur] < int(it.Param2) && to >= 0 && to < len(p.items) {
			p.jumps[p.cur]++
			p.cur = to
			return
		}
	}
	p.cur++
}

// itemReached says so now; the stream repeats it until the next.
func (v *vehicle) itemReached() {
	v.plan.reached = v.plan.cur
	v.send(&common.MessageMissionItemReached{Seq: uint16(v.plan.cur)})
	v.is.itemDone(v)
}

// planReturns is a plan that ends by a return; PX4 takes it for done when that begins.
func (v *vehicle) planReturns() {
	v.itemReached()
	v.plan.finished = true
	v.text(6, "Mission finished, loitering")
}

// planEnds holds where the vehicle is; PX4 selects Hold when a mission is over.
func (v *vehicle) planEnds() setpoint {
	p := &v.plan
	if p.valid {
		p.finished, p.speed = true, 0
		p.cur = max(0, len(p.items)-1)
		v.text(6, "Mission finished, loitering")
	}
	v.changeMode(modeHold)
	return v.defaults(v.guide.target)
}
