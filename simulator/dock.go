package simulator

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/internal/geo"
	"groundstation/mavlink/dialect/hangar"
)

const (
	dockHalfM   = 0.9  // radius of the footprint
	seatedM     = 0.45 // a vehicle this close to the middle touches the contacts
	lidHeightM  = 0.7  // of the closed lid above the pad
	upsMinutes  = 20.0
	chargedFull = 95.0 // percent at which charging ends
	chargeAgain = 5.0  // percent below it at which it begins again
)

// dock is one device; its firmware owns motion and interlocks.
type dock struct {
	w        *World
	at       DockAt
	voice    voice
	radio    radio
	rng      *rand.Rand
	pad      geo.ENU
	ground   geo.ENU
	resident *vehicle

	boot         time.Time
	lid          lid
	clamps       float64    // along the dock, 0 open to 1 closed
	clampsY      float64    // across it
	clampStuck   string     // "x" or "y", by a fault
	chance       *rand.Rand // of durations
	stretch      float64    // of the present phase's time
	state        hangar.DOCK_STATE
	run          program
	task         uint32
	epoch        uint32
	taskAt       time.Time
	due          time.Time
	vehicleOut   bool
	marker       bool
	sirenUntil   time.Time
	stationHeard time.Time
	mains        bool
	ups, upsMost float64 // minutes left, and when full
	door         bool    // of the cabinet, open
	estopButton  bool
	estop        bool // latched
	person       bool
	key          bool
	maintenance  bool
	charging     bool
	noCharge     bool // by a fault
	contact      contact
	vehiclePower vehiclePower
	swap         swap
	climate      climate
	cover        cover
	mast         *mast
	upAt         time.Time // when its controller runs again
	down         bool      // its controller does not run
	landAgain    bool      // a vehicle is out, and a restart or a stop broke off what was open for it
	inTempC      float64
	streams      streams
	slowNext     time.Time
}

func newDock(w *World, at DockAt) *dock {
	d := &dock{w: w, at: at, voice: voice{codec: w.codec, system: uint8(at.SystemID), component: 1},
		rng: rand.New(rand.NewPCG(w.cfg.Seed, 1000+uint64(at.SystemID))),
		pad: w.frame.ENU(at.Pad), ground: w.frame.ENU(at.GroundPad),
		chance: rand.New(rand.NewPCG(w.cfg.Seed, 3000+uint64(at.SystemID))), stretch: 1,
		boot: w.now, clamps: 1, clampsY: 1, state: hangar.DOCK_STATE_IDLE, mains: true, ups: upsMinutes, upsMost: upsMinutes,
		swap: newSwap(at), inTempC: 22, slowNext: w.now.Add(slowPeriod)}
	d.mast = newMast(w, d)
	d.contact = contact{ownMOhm: 9 + 5*d.chance.Float64(), chargeTo: chargedFull}
	for _, s := range []struct {
		id uint32
		hz float64
	}{{idHeartbeat, 1}, {idDockStatus, 2}, {idDockActuators, 2}, {idDockEnvironment, 1}, {idDockPower, 1}, {idDockPad, 0.2},
		{idDockHealth, 1}, {idDockTask, 0.5}} {
		d.streams.add(s.id, s.hz, w.now, d.rng.Float64())
	}
	return d
}

func (d *dock) link() *radio { return &d.radio }

// dead says whether nothing in the dock has power any more.
func (d *dock) dead() bool { return !d.mains && d.ups <= 0 }

// step is one step of motion, interlocks, rules and telemetry.
func (d *dock) step(now time.Time) {
	d.mast.measure(d.w)
	if !d.running(now) {
		d.lid.motor = 0
		if !now.Before(d.slowNext) {
			d.slowNext = d.slowNext.Add(slowPeriod)
		}
		return
	}
	if d.run.active() {
		d.runProgram(now)
	}
	d.moveLid(now)
	if !now.Before(d.slowNext) {
		d.slowNext = d.slowNext.Add(slowPeriod)
		d.slow(now)
	}
	if !d.w.silent {
		d.streams.due(now, func(id uint32) { d.tell(id, now) })
	}
}

// slow is what runs five times a second: power, presence, local rules.
func (d *dock) slow(now time.Time) {
	dtS := slowPeriod.Seconds()
	d.feed(dtS)
	d.weather(dtS)
	d.condition(dtS)
	if d.estopButton && !d.estop {
		d.estop = true
		d.stopAll(hangar.DOCK_STATE_ESTOP, common.MAV_RESULT_FAILED)
	}
	if d.attended() && (d.lid.motor != 0 || d.run.moving()) {
		d.stopAll(hangar.DOCK_STATE_OBSTRUCTED, common.MAV_RESULT_FAILED)
	}
	if !d.mains && (d.lid.motor != 0 || d.run.moving()) {
		d.stopAll(hangar.DOCK_STATE_FAULT, common.MAV_RESULT_FAILED)
		d.landAgain = d.task != 0 && d.vehicleOut
	}
	d.notice(now)
	d.localRules(now)
	d.charge(dtS)
	d.tendVehicle(now)
	d.tendSwap(dtS, now)
}

// attended says whether somebody may be at the dock: nothing moves then.
func (d *dock) attended() bool { return d.person || d.door || d.key }

// blocked says whether the dock must not move now.
func (d *dock) blocked() bool { return d.attended() || !d.mains }

// notice follows what happens on the pad by itself.
func (d *dock) notice(now time.Time) {
	if d.estop || d.maintenance || d.run.active() {
		return
	}
	loaded := d.weight() > 0.3
	if d.landAgain && !d.blocked() {
		d.landAgain = false
		d.begin(programLanding, command{}, now)
		return
	}
	switch d.state {
	case hangar.DOCK_STATE_LAUNCH_READY:
		if !loaded {
			d.vehicleOut = true
			d.enter(hangar.DOCK_STATE_OPEN)
		}
	case hangar.DOCK_STATE_LANDING_READY, hangar.DOCK_STATE_OPEN:
		if loaded && d.seated() != nil {
			d.vehicleOut = false
			if d.state == hangar.DOCK_STATE_LANDING_READY {
				d.enter(hangar.DOCK_STATE_OCCUPIED)
			}
		}
	case hangar.DOCK_STATE_OBSTRUCTED:
		if !d.blocked() && d.vehicleOut {
			d.begin(programLanding, command{}, now) // an open task wants an open lid
		}
	case hangar.DOCK_STATE_OCCUPIED:
		if !loaded {
			d.enter(hangar.DOCK_STATE_LANDING_READY)
			d.vehicleOut = true
		}
	}
}

// silent says whether the station has not been heard for as long as the local rules wait.
func (d *dock) silent(now time.Time) bool {
	heard := d.stationHeard
	if heard.IsZero() {
		heard = d.boot
	}
	return now.Sub(heard) > seconds(d.w.cfg.Timing.SilentS)
}

// localRules guard an open task while the station is silent: with the vehicle out the lid stays open, a closing one
// turns back, a closed one opens. Nothing closes here.
func (d *dock) localRules(now time.Time) {
	if d.task == 0 || !d.vehicleOut || !d.silent(now) || d.estop || d.maintenance || d.blocked() {
		return
	}
	overdue := !d.due.IsZero() && now.After(d.due.Add(-seconds(d.w.cfg.Timing.DueMarginS)))
	switch {
	case d.run.kind == programClose:
		d.finish(common.MAV_RESULT_FAILED)
		d.begin(programLanding, command{}, now)
	case d.run.active():
	case d.state == hangar.DOCK_STATE_AWAY, overdue && d.lid.open < 0.99 && d.state != hangar.DOCK_STATE_FAULT:
		d.begin(programLanding, command{}, now)
	}
}

// closingOn records a lid that closes on a vehicle that is not at rest.
func (d *dock) closingOn(now time.Time) {
	for _, v := range d.w.vehicles {
		h := v.body.pos.U - d.pad.U
		if v.armed && flat(v.body.pos, d.pad) < dockHalfM && h < 3 {
			d.w.log.add(now, AccidentClosedOn, "lid closed on an armed vehicle", v.at.ID, d.at.ID)
		}
	}
}

// onPad is the vehicle that stands on the pad, wherever on it.
func (d *dock) onPad() *vehicle {
	for _, v := range d.w.vehicles {
		if b := &v.body; !b.onGround || math.Abs(b.pos.E-d.pad.E) > dockHalfM || math.Abs(b.pos.N-d.pad.N) > dockHalfM {
			continue
		}
		if flat(v.body.pos, d.pad) < dockHalfM && v.body.pos.U < d.pad.U+lidHeightM/2 {
			return v
		}
	}
	return nil
}

// seated is the vehicle on the contacts in the middle of the pad.
func (d *dock) seated() *vehicle {
	if v := d.onPad(); v != nil && flat(v.body.pos, d.pad) <= seatedM {
		return v
	}
	return nil
}

// weight on the pad, kg.
func (d *dock) weight() float64 {
	if v := d.onPad(); v != nil {
		return max(v.at.MassKg, 0.5)
	}
	return 0
}

// holds says whether v stands in closed clamps.
func (d *dock) holds(v *vehicle) bool {
	return d.clamps > 0.99 && d.clampsY > 0.99 && v.body.onGround && flat(v.body.pos, d.pad) <= seatedM
}

// markerOn says whether a vehicle above can see the landing marker.
func (d *dock) markerOn() bool { return d.marker && d.lid.open > 0.95 && !d.dead() && !d.down }

// enter changes the state and tells it at once.
func (d *dock) enter(s hangar.DOCK_STATE) {
	if d.state == s {
		return
	}
	d.state = s
	d.marker = d.marker && (s == hangar.DOCK_STATE_LANDING_READY || s == hangar.DOCK_STATE_OCCUPIED)
	if !d.w.silent {
		d.tell(idDockStatus, d.w.now)
		d.tell(idDockActuators, d.w.now)
	}
}

func (d *dock) send(m message.Message) { d.w.post(d.at.SystemID, &d.radio, &d.voice, m) }
