package simulator

import (
	"math"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/mavlink/dialect/hangar"
)

// Message ids of the hangar dialect.
const (
	idDockStatus      = 53000
	idDockActuators   = 53001
	idDockEnvironment = 53002
	idDockPower       = 53003
	idDockPad         = 53004
	idDockHealth      = 53005
	idDockTask        = 53006
)

// tell sends one message from the present state; false for one the dock does not have.
func (d *dock) tell(id uint32, now time.Time) bool {
	boot := uint32(now.Sub(d.boot) / time.Millisecond)
	switch id {
	case idHeartbeat:
		d.send(d.heartbeat())
	case idDockStatus:
		d.send(d.status(boot, now))
		d.pace(idDockStatus, d.watchedHz())
	case idDockActuators:
		d.send(d.actuators(boot, now))
		d.pace(idDockActuators, d.watchedHz())
	case idDockEnvironment:
		d.send(d.environment(boot))
	case idDockPower:
		d.send(d.power(boot))
	case idDockPad:
		d.send(&hangar.MessageDockPad{Lat: deg7(d.at.Pad.Lat), Lon: deg7(d.at.Pad.Lon), AltMm: milli(d.at.Pad.AltAMSL),
			GroundLat: deg7(d.at.GroundPad.Lat), GroundLon: deg7(d.at.GroundPad.Lon), GroundAltMm: milli(d.at.GroundPad.AltAMSL),
			HeadingDeg: float32(d.at.HeadingDeg), AccuracyM: 0.02})
	case idDockHealth:
		d.tellHealth()
	case idDockTask:
		d.send(d.taskReport(now))
	default:
		return false
	}
	return true
}

// watchedHz is the rate of what launches and landings hang on: faster while the lid is not shut, so that the loss of a
// few messages does not look like the loss of the lid.
func (d *dock) watchedHz() float64 {
	if d.lid.open > 0 || d.lid.motor != 0 || d.run.moving() {
		return 5
	}
	return 2
}

// pace changes a message's rate unless a station has set its own.
func (d *dock) pace(id uint32, hz float64) {
	for i := range d.streams.list {
		st := &d.streams.list[i]
		if st.id == id && st.interval == st.base {
			st.interval, st.base = every(hz), every(hz)
		}
	}
}

func (d *dock) heartbeat() *common.MessageHeartbeat {
	state := common.MAV_STATE_STANDBY
	switch d.state {
	case hangar.DOCK_STATE_FAULT, hangar.DOCK_STATE_ESTOP, hangar.DOCK_STATE_OBSTRUCTED, hangar.DOCK_STATE_ASKEW:
		state = common.MAV_STATE_CRITICAL
	default:
		if d.task != 0 {
			state = common.MAV_STATE_ACTIVE
		}
	}
	return &common.MessageHeartbeat{Type: common.MAV_TYPE_CHARGING_STATION, Autopilot: common.MAV_AUTOPILOT_GENERIC,
		SystemStatus: state, MavlinkVersion: 3}
}

func (d *dock) status(boot uint32, now time.Time) *hangar.MessageDockStatus {
	heard := d.stationHeard
	if heard.IsZero() {
		heard = d.boot
	}
	m := &hangar.MessageDockStatus{TimeBootMs: boot, TaskId: d.task, ControlEpoch: d.epoch,
		StationHeardMs: uint32(now.Sub(heard) / time.Millisecond), State: d.state, Percent: d.percent()}
	if d.run.active() {
		m.Step = phaseName[d.run.phase()]
	}
	return m
}

func (d *dock) actuators(boot uint32, now time.Time) *hangar.MessageDockActuators {
	var f hangar.DOCK_ACTUATOR_FLAGS
	set := func(on bool, bit hangar.DOCK_ACTUATOR_FLAGS) {
		if on {
			f |= bit
		}
	}
	open, closed := d.lid.switches()
	set(open, hangar.DOCK_LID_SWITCH_OPEN)
	set(closed, hangar.DOCK_LID_SWITCH_CLOSED)
	set(d.lid.motor > 0, hangar.DOCK_LID_OPENING)
	set(d.lid.motor < 0, hangar.DOCK_LID_CLOSING)
	set(d.clamps == 0, hangar.DOCK_CLAMPS_OPENED)
	set(d.clamps == 1, hangar.DOCK_CLAMPS_CLOSED)
	set(d.clamps > 0 && d.clamps < 1, hangar.DOCK_CLAMPS_MOVING)
	set(d.clampsY == 0, hangar.DOCK_CLAMPS_Y_OPENED)
	set(d.clampsY == 1, hangar.DOCK_CLAMPS_Y_CLOSED)
	set(d.clampsY > 0 && d.clampsY < 1, hangar.DOCK_CLAMPS_Y_MOVING)
	set(d.seated() != nil, hangar.DOCK_SEATED)
	set(d.person, hangar.DOCK_PERSON_NEAR)
	set(d.estop, hangar.DOCK_ESTOP_PRESSED)
	set(d.key, hangar.DOCK_LOCAL_KEY)
	set(now.Before(d.sirenUntil), hangar.DOCK_SIREN)
	set(d.marker, hangar.DOCK_LANDING_LIGHT)
	set(d.marker, hangar.DOCK_MARKER_ON)
	set(now.Before(d.sirenUntil) || d.lid.motor != 0 || d.run.moving(), hangar.DOCK_STROBE)
	set(d.door || d.maintenance, hangar.DOCK_DOOR_OPEN)
	set(d.climate.heats, hangar.DOCK_HEATER)
	set(d.climate.cools, hangar.DOCK_COOLER)
	set(d.climate.heatsPad, hangar.DOCK_PAD_HEATER)
	weight := d.weight()
	if weight > 0 {
		weight += 0.01 * d.rng.NormFloat64()
	}
	return &hangar.MessageDockActuators{TimeBootMs: boot, Flags: f, LidEncoderDeg: float32(d.lid.encoderDeg()),
		LidOpenDeg: lidOpenDeg, PadWeightKg: float32(weight)}
}

// tellHealth sends a full round; a single item with count 0 is "all clear".
func (d *dock) tellHealth() {
	items := d.health()
	if len(items) == 0 {
		d.send(&hangar.MessageDockHealth{})
		return
	}
	for i := range items {
		items[i].Index, items[i].Count = uint8(i), uint8(len(items))
		d.send(&items[i])
	}
}

func (d *dock) taskReport(now time.Time) *hangar.MessageDockTask {
	m := &hangar.MessageDockTask{TaskId: d.task}
	if d.task == 0 {
		return m
	}
	m.OpenedMs = uint32(now.Sub(d.taskAt) / time.Millisecond)
	if !d.due.IsZero() {
		m.DueMs = int32(clamp(float64(d.due.Sub(now)/time.Millisecond), math.MinInt32, math.MaxInt32))
	}
	if d.vehicleOut {
		m.VehicleOut, m.LocalRule = 1, 1
		if d.lid.open < 0.5 {
			m.LocalRule = 2
		}
	}
	return m
}
