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
	// Autopilot is the family, as a heartbeat tells it, and Mode its own word.
	Autopilot common.MAV_AUTOPILOT
	Mode      string
	// ByPilot: a pilot's own transmitter chose the mode.
	ByPilot     bool
	Armed       bool
	Landed      common.MAV_LANDED_STATE
	Failsafe    bool
	Cause       string // of a failsafe that is on, or was announced a moment ago
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
	Item, Items int // as MISSION_CURRENT counts them
	// Lists are the ids of mission, fence and rally points; 0 of an autopilot that gives none.
	Lists    [3]uint32
	Target   geo.Position // where it is going, in the air
	RemoteID string       // as in VehicleTruth
	GimbalUp float64      // degrees from the horizon, down negative
	GimbalTo float64      // degrees true
}

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
	s := VehicleState{BootAt: v.boot, Clock: v.clock(), ByPilot: v.byRC, Armed: v.armed, Landed: v.landedState(), Failsafe: v.safe.active(),
		Located:  v.armed || v.positionKnown(w.now),
		Position: w.position(v.estimate()), Velocity: v.velocity(), HeadingDeg: b.headingDeg, RollDeg: roll, PitchDeg: pitch,
		Fix: v.gnss.fix, Percent: v.pack.told, VoltageV: v.volts(), CurrentA: v.amps(), TempC: v.pack.tempC, HomeValid: v.homeValid,
		RemoteID: v.ident.state(w.now), GimbalUp: v.gimbal.pitchDeg, GimbalTo: v.gimbal.yawDeg}
	s = v.is.tell(v, s)
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

// Reaches says whether a system hears the station and is heard.
func (w *World) Reaches(id string) bool {
	if v := w.vehicle(id); v != nil {
		return v.reachable()
	}
	d := w.dock(id)
	return d != nil && !d.dead() && !d.down && !d.radio.closed(wayUp) && !d.radio.closed(wayDown)
}
