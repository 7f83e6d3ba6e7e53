package seam

import (
	"math"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/simulator"
)

const (
	// tellAloft and tellGround are the paces of a VehicleChanged in which nothing discrete is new. Who flies slowly is where it
	// is to be, or soon will be, and that is waited for: it tells at the pace of the frames of its place.
	tellAloft  = 500 * time.Millisecond
	tellSlow   = 200 * time.Millisecond
	slowMS     = 2.0
	tellGround = 2 * time.Second
	// orderEcho is how long an order explains the mode it asked for.
	orderEcho = 10 * time.Second
	// odidComponent is MAV_COMP_ID_ODID_TXRX_1.
	odidComponent = 236
)

// Vehicle is one vehicle of the simulated city as a member of the station's fleet.
type Vehicle struct {
	world *simulator.World
	spec  fleet.VehicleSpec
	watch Watch
	link  link
	now   time.Time // of the present look
	see   simulator.VehicleState
	auto  *autopilot
	epoch uint64
	tasks []*task

	v      fleet.Vehicle // as it is now; it points to what is written anew at each look:
	place  geo.Position
	gimbal fleet.Gimbal
	remote fleet.RemoteID
	told   *fleet.Vehicle // nil before anything was
	toldAt time.Time
	out    []fleet.Event

	ordered  map[fleet.Mode]time.Time // when a mode was last asked for
	identity *fleet.Identity          // what its transmitter is told; nil: nothing yet
	required bool                     // its safety parameters were asked for once
	have     fleet.UploadPlan         // what was read back of its lists
	known    [3]bool
}

// Order takes an Intent, or refuses it.
func (v *Vehicle) Order(now time.Time, in fleet.Intent) {
	v.now = now
	v.take(in)
	v.link.next = now
}

// Withdraw ends an Intent that is not wanted any more.
func (v *Vehicle) Withdraw(now time.Time, id fleet.IntentID) {
	v.now = now
	for _, t := range v.tasks {
		if t.in.ID == id && !t.over && t.closing == nil {
			v.end(t, failed("withdrawn", "not wanted any more"))
		}
	}
	v.link.next = now
}

// Identify is what the vehicle's transmitters are to tell from now on.
func (v *Vehicle) Identify(id fleet.Identity) { v.identity = &id }

// Renew lets the vehicle hear the station until then.
func (v *Vehicle) Renew(until time.Time) { v.link.renewed = until }

// Deadline is the next look.
func (v *Vehicle) Deadline() time.Time { return v.link.next }

// Look reads the vehicle, moves every task on and tells what is new. The events are good until the next look.
func (v *Vehicle) Look(now time.Time) []fleet.Event {
	v.now = now
	if v.link.hail(now, v.world, string(v.spec.ID)) && v.identity != nil && v.spec.RemoteID != fleet.RemoteIDNone {
		v.world.Identify(string(v.spec.ID), v.identity.OperatorID != "")
	}
	if s, heard := v.world.VehicleState(string(v.spec.ID)); heard {
		v.link.heardAt = now
		v.observe(s)
	}
	v.v.Link, v.v.Uplink = v.link.state(now), v.link.uplink(now, v.v.Uplink)
	v.run()
	v.tell()
	if v.link.next = now.Add(lookEvery); !v.v.Armed && len(v.tasks) == 0 {
		v.link.next = now.Add(restEvery)
	}
	out := v.out
	v.out = nil
	return out
}

var planStates = map[common.MISSION_STATE]string{common.MISSION_STATE_NO_MISSION: "none", common.MISSION_STATE_NOT_STARTED: "not-started",
	common.MISSION_STATE_ACTIVE: "active", common.MISSION_STATE_PAUSED: "paused", common.MISSION_STATE_COMPLETE: "complete"}

func landed(l common.MAV_LANDED_STATE) fleet.Landed {
	switch l {
	case common.MAV_LANDED_STATE_ON_GROUND:
		return fleet.OnGround
	case common.MAV_LANDED_STATE_TAKEOFF:
		return fleet.TakingOff
	case common.MAV_LANDED_STATE_IN_AIR:
		return fleet.InAir
	case common.MAV_LANDED_STATE_LANDING:
		return fleet.Landing
	}
	return fleet.LandedUnknown
}

// observe brings what is known of the vehicle up to date.
func (v *Vehicle) observe(s simulator.VehicleState) {
	now, was := v.now, v.see
	first := v.v.HeardAt.IsZero()
	v.see, v.auto = s, autopilotOf(s.Autopilot)
	k := &v.v
	k.HeardAt = now
	if boot := uint32(s.BootAt.Unix()); first || !s.BootAt.Equal(was.BootAt) {
		k.BootID, k.Firmware = boot, v.auto.firmware
		if !first {
			v.rebooted()
		}
	}
	k.Armed, k.Landed, k.PrearmOK = s.Armed, landed(s.Landed), s.Ready
	k.Failsafe, k.FailsafeCause = s.Failsafe, s.Cause
	if s.Located {
		v.place = s.Position
		k.Position, k.PositionAt = &v.place, now
		k.VelNMS, k.VelEMS, k.VelDMS, k.HeadingDeg = s.Velocity.N, s.Velocity.E, -s.Velocity.U, s.HeadingDeg
		if k.AltRelM = 0; s.HomeValid {
			k.AltRelM = s.Position.AltAMSL - s.Home.AltAMSL
		}
	}
	k.Clock.Heard(now, s.Clock)
	k.RollDeg, k.PitchDeg = s.RollDeg, s.PitchDeg
	k.GPS = fleet.GPS{Fix: s.Fix, At: now}
	if s.Fix >= 3 {
		k.GPS.Sats, k.GPS.HDOP = 17, 0.8
	}
	k.Battery = fleet.Battery{Percent: s.Percent, VoltageV: s.VoltageV, CurrentA: s.CurrentA, TempC: s.TempC, At: now}
	switch {
	case !s.HomeValid:
		k.Home, k.HomeAt = nil, time.Time{}
	case k.Home == nil || *k.Home != s.Home:
		h := s.Home
		k.Home, k.HomeAt = &h, now
	default:
		k.HomeAt = now
	}
	k.Mission = fleet.MissionState{ID: s.Lists[0], State: planStates[s.Plan], Seq: max(0, s.Item-v.auto.ownItems), Total: s.Items, At: now, FenceID: s.Lists[1], RallyID: s.Lists[2]}
	v.gimbal = fleet.Gimbal{PitchDeg: s.GimbalUp, YawDeg: s.GimbalTo, At: now}
	k.Gimbal = &v.gimbal
	v.transmitter(s.RemoteID)
	v.watchPlan()
	if s.Mode != k.ModeName {
		from, mode := k.Mode, v.auto.modes[s.Mode]
		k.Mode, k.ModeName = mode, s.Mode
		if from != fleet.ModeUnknown {
			cause, detail := v.cause(from, mode)
			v.out = append(v.out, fleet.ModeChanged{Vehicle: v.spec.ID, From: from, To: mode, Cause: cause, Detail: detail, At: now})
		}
	}
}

// transmitter brings what is known of the vehicle's transmitter up to date by what it says now; one that is silent was heard
// before.
func (v *Vehicle) transmitter(says string) {
	id := &v.remote
	switch says {
	case "":
		v.v.RemoteID = nil
		return
	case "silent":
		if v.v.RemoteID != nil && id.State != fleet.RemoteIDSilent && v.now.Sub(id.At) > fleet.RemoteIDFresh {
			*id = fleet.RemoteID{State: fleet.RemoteIDSilent, Component: id.Component, At: id.At}
		}
		return
	case "good to arm":
		*id = fleet.RemoteID{State: fleet.RemoteIDReady, Component: odidComponent, At: v.now}
	default:
		*id = fleet.RemoteID{State: fleet.RemoteIDFailing, Text: says, Component: odidComponent, At: v.now}
	}
	v.v.RemoteID = id
}

// cause says who changed the mode. Here the vehicle's own word is enough: no other station is in this city.
func (v *Vehicle) cause(from, to fleet.Mode) (fleet.Cause, string) {
	asked, was := v.ordered[to]
	switch {
	case v.see.ByPilot:
		return fleet.CauseUncommanded, "pilot took over"
	case was && v.now.Sub(asked) <= orderEcho:
		return fleet.CauseOrdered, ""
	case v.see.Armed && (v.see.Failsafe || v.see.Cause != ""):
		return fleet.CauseFailsafe, v.see.Cause
	case from == fleet.ModeMission && v.see.Plan == common.MISSION_STATE_COMPLETE:
		return fleet.CauseProgress, "plan complete"
	case !v.see.Armed:
		return fleet.CauseProgress, "disarmed"
	}
	return fleet.CauseProgress, ""
}

// rebooted forgets what a vehicle that started anew no longer knows.
func (v *Vehicle) rebooted() {
	v.v.Safety, v.v.Plan, v.known = fleet.SafetySet{}, nil, [3]bool{}
	v.out = append(v.out, fleet.Rebooted{Vehicle: v.spec.ID, At: v.now})
	for _, t := range v.tasks {
		if !fleet.Stops(t.in.Act) {
			v.end(t, failed("rebooted", "the vehicle started anew"))
		}
	}
}

// watchPlan sees whether the lists on board are still those that were read back.
func (v *Vehicle) watchPlan() {
	p := v.v.Plan
	if p == nil || len(p.Changed) > 0 {
		return
	}
	changed := p.IDs.Differ(v.v.Mission.IDs())
	if len(changed) == 0 && v.v.Mission.Total != len(v.have.Items) {
		changed = []string{"mission"} // an ArduPilot tells no ids
	}
	if len(changed) > 0 {
		now := *p
		now.Changed = changed
		v.v.Plan = &now
	}
}

// tell emits a VehicleChanged: at once if something discrete changed, else at the pace.
func (v *Vehicle) tell() {
	pace := tellGround
	switch k := &v.v; {
	case k.Airborne() && math.Hypot(k.VelNMS, k.VelEMS) < slowMS:
		pace = tellSlow
	case k.Airborne() || k.Armed:
		pace = tellAloft
	}
	if v.now.Sub(v.toldAt) < pace && !v.v.ChangedFrom(v.told) {
		return
	}
	told := &telling{v: v.v}
	if p := v.v.Position; p != nil {
		told.position, told.v.Position = *p, &told.position
	}
	if g := v.v.Gimbal; g != nil {
		told.gimbal, told.v.Gimbal = *g, &told.gimbal
	}
	if id := v.v.RemoteID; id != nil {
		told.remote, told.v.RemoteID = *id, &told.remote
	}
	v.told, v.toldAt = &told.v, v.now
	v.out = append(v.out, fleet.VehicleChanged{Vehicle: &told.v})
}

// telling is a vehicle as it was told, with what of it changes at each look: that one is the listener's to keep, the next look
// writes into the vehicle's own.
type telling struct {
	v        fleet.Vehicle
	position geo.Position
	gimbal   fleet.Gimbal
	remote   fleet.RemoteID
}

// near says whether the vehicle is within m metres of p in space.
func (v *Vehicle) near(p geo.Position, m float64) bool {
	return v.see.Located && within(v.see.Position, p, m)
}

func within(a, b geo.Position, m float64) bool {
	return geo.Distance(a.LatLon, b.LatLon) <= m && abs(a.AltAMSL-b.AltAMSL) <= m
}

func abs(x float64) float64 { return max(x, -x) }
