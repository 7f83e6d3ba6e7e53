package simulator

import (
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
	"groundstation/mavlink/dialect/hangar"
)

// This file is the city without its radio's frames: what a system would say is read as a value, and what would be said to
// it is a call. What a system does is the same; a cut link cuts here too.

// Silence lets no system say anything by frames from now on. It saves most of a step.
func (w *World) Silence() { w.silent = true }

// VehicleState is what a vehicle's autopilot says of itself, all at one time.
type VehicleState struct {
	BootAt time.Time
	Clock  time.Time // what its clock shows
	Mode   string    // PX4's word
	// ByPilot: a pilot's own transmitter chose the mode.
	ByPilot     bool
	Armed       bool
	Landed      common.MAV_LANDED_STATE
	Failsafe    bool
	Cause       string // of the failsafe
	Ready       bool   // its own checks would let it arm
	Located     bool   // it says where it is
	Position    geo.Position
	Velocity    geo.ENU
	HeadingDeg  float64
	RollDeg     float64
	PitchDeg    float64
	Fix         uint8
	Percent     float64
	VoltageV    float64
	CurrentA    float64
	TempC       float64
	HomeValid   bool
	Home        geo.Position
	Plan        common.MISSION_STATE
	Item, Items int
	// Lists are the ids of mission, fence and rally points.
	Lists    [3]uint32
	Target   geo.Position // where it is going, in the air
	RemoteID string       // as in VehicleTruth
	GimbalUp float64      // degrees from the horizon, down negative
	GimbalTo float64      // degrees true
}

var causeWords = [causes]string{causeSticks: "manual control lost", causeLink: "data link lost", causeLowBattery: "low battery",
	causeCritical: "critical battery", causeEmergency: "emergency battery", causeFlightTime: "flight time", causeFence: "geofence"}

func (w *World) vehicle(id string) *vehicle {
	v, _ := w.byID[id].(*vehicle)
	return v
}

func (w *World) dock(id string) *dock {
	d, _ := w.byID[id].(*dock)
	return d
}

// VehicleState reads a vehicle; false while nothing that it says is heard.
func (w *World) VehicleState(id string) (VehicleState, bool) {
	v := w.vehicle(id)
	if v == nil || v.radio.closed(wayDown) || !v.booted {
		return VehicleState{}, false
	}
	b := &v.body
	roll, pitch := b.attitude()
	s := VehicleState{BootAt: v.boot, Clock: v.clock(), Mode: v.mode.name(), ByPilot: v.byRC, Armed: v.armed, Landed: v.landedState(), Failsafe: v.safe.active(),
		Ready: v.armed || v.healthProblem() == "" && v.armProblem() == "", Located: v.armed || v.positionKnown(w.now),
		Position: w.position(v.estimate()), Velocity: v.velocity(), HeadingDeg: b.headingDeg, RollDeg: roll, PitchDeg: pitch,
		Fix: v.gnss.fix, Percent: v.pack.told, VoltageV: v.volts(), CurrentA: v.amps(), TempC: v.pack.tempC, HomeValid: v.homeValid,
		Plan: v.planState(), Item: v.plan.cur, Items: len(v.plan.items), Lists: [3]uint32{v.stored[0].id, v.stored[1].id, v.stored[2].id},
		RemoteID: v.ident.state(w.now), GimbalUp: v.gimbal.pitchDeg, GimbalTo: v.gimbal.yawDeg}
	if s.Failsafe {
		s.Cause = causeWords[v.safe.cause]
	}
	if v.homeValid {
		s.Home = w.position(v.home)
	}
	if v.armed && !v.landed {
		s.Target = w.position(v.guide.sent)
	}
	return s, true
}

// DockState is what a dock says of itself, all at one time.
type DockState struct {
	State   hangar.DOCK_STATE
	Step    string
	Percent uint8
	Task    uint32
	// Open and Closed are the end switches of the lid, EncoderDeg its other sensor; TravelDeg is the angle when open.
	Open, Closed          bool
	EncoderDeg, TravelDeg float64
	Opening, Closing      bool
	Seated, Person        bool
	EStop, Key            bool
	Mains, Charging       bool
	UPSMinutes            float64
	PackPercent           float64 // -1: no vehicle on the contacts
	PackTempC             float64
	PackCycles            int
	InTempC               float64
	WindMS, GustMS        float64 // the mean of two minutes, the gust of ten
	WindDeg               float64 // where it comes from
	PadWet                bool
	Slots, Packs          uint8 // for spare packs, and of these with one in it
	PacksReady            uint8
	VehicleOff            bool // the dock has switched it off
	Health                []hangar.MessageDockHealth
	HeardAt               time.Time // when it last heard the station
}

// DockState reads a dock; false while nothing that it says is heard.
func (w *World) DockState(id string) (DockState, bool) {
	d := w.dock(id)
	if d == nil || d.radio.closed(wayDown) || d.dead() || d.down {
		return DockState{}, false
	}
	open, closed := d.lid.switches()
	v := d.seated()
	s := DockState{State: d.state, Percent: d.percent(), Task: d.task, Open: open, Closed: closed, EncoderDeg: d.lid.encoderDeg(), TravelDeg: lidOpenDeg,
		Opening: d.lid.motor > 0, Closing: d.lid.motor < 0, Seated: v != nil, Person: d.person, EStop: d.estop, Key: d.key, Mains: d.mains,
		Charging: d.charging, UPSMinutes: max(0, d.ups), PackPercent: -1, InTempC: d.inTempC, WindMS: d.mast.told.meanMS, GustMS: d.mast.told.gustMS, WindDeg: d.mast.told.fromDeg, PadWet: d.cover.class() != 0, VehicleOff: v != nil && v.off,
		Health: d.health(), HeardAt: d.stationHeard}
	if d.run.active() {
		s.Step = phaseName[d.run.phase()]
	}
	s.Slots, s.Packs, s.PacksReady = d.swap.counts()
	if v != nil && !d.swap.out {
		s.PackPercent, s.PackTempC, s.PackCycles = v.percent(), v.pack.tempC, v.pack.cycles
	}
	return s, true
}

// Weather is that of the whole city: the wind is its mean, around which it blows at each place.
func (w *World) Weather() Weather { return w.weather }

// Hear is a heartbeat of the station to a vehicle or a dock.
func (w *World) Hear(id string) {
	if v := w.vehicle(id); v != nil && v.booted && !v.radio.closed(wayUp) {
		v.gcsHeard = w.now
	}
	if d := w.dock(id); d != nil && !d.radio.closed(wayUp) {
		d.stationHeard = w.now
	}
}

// Identify tells a vehicle's transmitter of remote identification who flies, who operates, if that is known, and from where.
func (w *World) Identify(id string, operator bool) {
	v := w.vehicle(id)
	if v == nil || v.ident == nil || v.ident.mute || !v.reachable() {
		return
	}
	v.ident.basicAt, v.ident.systemAt = w.now, w.now
	if operator {
		v.ident.operatorAt = w.now
	}
}

// Command is what a command to a vehicle, or to a dock for a task under a control epoch, says. P[4] and P[5] are degrees
// where it has a place.
type Command struct {
	ID          common.MAV_CMD
	P           [7]float64
	Task, Epoch uint32
}

// Command gives a command and what was answered; false: nobody answers.
func (w *World) Command(id string, c Command) (common.MAV_RESULT, bool) {
	in := command{id: c.ID, p: c.P, x: int32(c.Task), y: int32(c.Epoch), ints: true}
	if v := w.vehicle(id); v != nil && v.reachable() {
		if c.ID == common.MAV_CMD_DO_SET_MODE {
			return v.setCustomMode(mode(uint32(uint8(c.P[1]))<<16 | uint32(uint8(c.P[2]))<<24)), true
		}
		return v.act(in), true
	}
	if d := w.dock(id); d != nil && !d.dead() && !d.down && !d.radio.closed(wayUp) && !d.radio.closed(wayDown) {
		result := d.dockCommand(in, w.now)
		if result == noAnswer { // every phase was done already
			result = common.MAV_RESULT_ACCEPTED
		}
		return result, true
	}
	return 0, false
}

func (v *vehicle) reachable() bool {
	return v.booted && !v.radio.closed(wayUp) && !v.radio.closed(wayDown)
}

// Load stores a list on a vehicle; false: nobody answers.
func (w *World) Load(id string, kind common.MAV_MISSION_TYPE, items []common.MessageMissionItemInt) (common.MAV_MISSION_RESULT, bool) {
	v := w.vehicle(id)
	if v == nil || !v.reachable() {
		return 0, false
	}
	if kind > 2 || len(items) > limits[kind] {
		return common.MAV_MISSION_NO_SPACE, true
	}
	for i := range items {
		if result := acceptable(&items[i]); result != common.MAV_MISSION_ACCEPTED {
			return result, true
		}
	}
	if kind == common.MAV_MISSION_TYPE_FENCE && !fenceWhole(items) {
		return common.MAV_MISSION_ERROR, true
	}
	v.storeList(kind, append([]common.MessageMissionItemInt(nil), items...))
	return common.MAV_MISSION_ACCEPTED, true
}

// Same says whether a list on a vehicle is this one; false: nobody answers.
func (w *World) Same(id string, kind common.MAV_MISSION_TYPE, items []common.MessageMissionItemInt) (same, answered bool) {
	v := w.vehicle(id)
	if v == nil || !v.reachable() || kind > 2 {
		return false, false
	}
	return v.stored[kind].id == listID(items), true
}

// StartAt makes an item of the mission the present one.
func (w *World) StartAt(id string, item int) bool {
	v := w.vehicle(id)
	if v == nil || !v.reachable() || item < 0 || item >= len(v.plan.items) {
		return false
	}
	v.missionSetCurrent(uint16(item))
	return true
}

// Param reads a parameter; known: the vehicle has one of that name; false: nobody answers.
func (w *World) Param(id, name string) (value float64, known, answered bool) {
	v := w.vehicle(id)
	if v == nil || !v.reachable() {
		return 0, false, false
	}
	i, known := v.params.index[name]
	if !known {
		return 0, false, true
	}
	return v.params.list[i].value, true, true
}

// SetParam writes a parameter that the vehicle has.
func (w *World) SetParam(id, name string, value float64) bool {
	v := w.vehicle(id)
	if v == nil || !v.reachable() {
		return false
	}
	i, known := v.params.index[name]
	if !known {
		return false
	}
	p := &v.params.list[i]
	if p.value, v.lim = float64(float32(value)), nil; p.isInt {
		p.value = float64(int32(value))
	}
	return true
}

// Reaches says whether a system hears the station and is heard.
func (w *World) Reaches(id string) bool {
	if v := w.vehicle(id); v != nil {
		return v.reachable()
	}
	d := w.dock(id)
	return d != nil && !d.dead() && !d.down && !d.radio.closed(wayUp) && !d.radio.closed(wayDown)
}
