package simulator

import (
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
	"groundstation/mavlink/dialect/hangar"
)

// programKind is a sequence of steps the dock runs.
type programKind int

const (
	programNone programKind = iota
	programOpen
	programLaunch  // warn, open, unclamp          → LAUNCH_READY
	programLanding // warn, open, marker on        → LANDING_READY
	programClose   // clear, warn, close           → AWAY
	programSecure  // centre, clamp, warn, close   → CHARGING or IDLE
	programSwap    // take the pack out, put another in, under a closed lid → CHARGING or IDLE
)

// phase is one step of a program.
type phase int

const (
	phaseWarn phase = iota
	phaseOpen
	phaseUnclamp
	phaseClear
	phaseCentre
	phaseClamp
	phaseClose
	phaseUnload
	phaseLoad
)

var phasesOf = map[programKind][]phase{
	programOpen:    {phaseWarn, phaseOpen},
	programLaunch:  {phaseWarn, phaseOpen, phaseUnclamp},
	programLanding: {phaseWarn, phaseOpen, phaseUnclamp},
	programClose:   {phaseClear, phaseWarn, phaseClose},
	programSecure:  {phaseCentre, phaseClamp, phaseWarn, phaseClose},
	programSwap:    {phaseUnload, phaseLoad},
}

var phaseName = map[phase]string{phaseWarn: "warn", phaseOpen: "open lid", phaseUnclamp: "release clamps", phaseClear: "wait for clear",
	phaseCentre: "centre", phaseClamp: "close clamps", phaseClose: "close lid", phaseUnload: "unload pack", phaseLoad: "load pack"}

// program is the sequence that runs now, for the command that began it.
type program struct {
	kind    programKind
	cmd     command // zero: begun by a local rule
	index   int
	since   time.Time // of the present phase
	began   time.Time
	ackNext time.Time
}

func (p *program) active() bool { return p.kind != programNone }

func (p *program) phase() phase { return phasesOf[p.kind][p.index] }

// moving says whether the present phase moves something a person could be hurt by.
func (p *program) moving() bool {
	if !p.active() {
		return false
	}
	ph := p.phase()
	return ph != phaseWarn && ph != phaseClear
}

// percent is how far the program has come, by phases.
func (d *dock) percent() uint8 {
	if !d.run.active() {
		return 100
	}
	n := len(phasesOf[d.run.kind])
	part := clamp(d.w.now.Sub(d.run.since).Seconds()/max(d.phaseSeconds(d.run.phase()), 0.1), 0, 0.99)
	return uint8((float64(d.run.index) + part) / float64(n) * 100)
}

// phaseSeconds is how long the present phase takes. What is for safety takes its full time; what moves is now quicker, now
// slower.
func (d *dock) phaseSeconds(p phase) float64 {
	t := &d.w.cfg.Timing
	switch p {
	case phaseWarn:
		return t.WarnS
	case phaseOpen, phaseClose:
		return d.lidSeconds()
	case phaseUnclamp, phaseClamp:
		return t.ClampsS * d.stretch
	case phaseCentre:
		return t.CentreS * d.stretch
	case phaseUnload, phaseLoad:
		return t.SwapS / 2 * d.stretch
	}
	return t.ClearHoldS
}

// vary draws how long the next phase takes, as a factor.
func (d *dock) vary() { d.stretch = 1 + d.w.cfg.Timing.Vary*clamp(d.chance.NormFloat64(), -2, 2) }

// begin starts a program; what ran before ends as failed.
func (d *dock) begin(kind programKind, cmd command, now time.Time) {
	if d.run.active() {
		d.finish(common.MAV_RESULT_CANCELLED)
	}
	d.lid.motor, d.landAgain = 0, false
	d.run = program{kind: kind, cmd: cmd, since: now, began: now, ackNext: now.Add(time.Second)}
	d.vary()
	if kind == programLaunch {
		d.powerVehicle(now) // it boots while the lid opens
	}
	d.skipDone()
	if d.run.active() {
		d.showPhase()
	}
}

// skipDone passes over phases whose end is already there.
func (d *dock) skipDone() {
	for d.run.active() && d.phaseDone() {
		d.nextPhase(d.w.now)
	}
}

// phaseDone says whether the present phase need not be run.
func (d *dock) phaseDone() bool {
	opens := d.run.kind == programOpen || d.run.kind == programLaunch || d.run.kind == programLanding
	switch d.run.phase() {
	case phaseWarn:
		return opens && d.lid.provenOpen() || !opens && d.lid.provenClosed()
	case phaseOpen:
		return d.lid.provenOpen()
	case phaseClose:
		return d.lid.provenClosed()
	case phaseUnclamp:
		return d.clamps == 0 && d.clampsY == 0
	case phaseClamp:
		return d.clamps == 1 && d.clampsY == 1
	case phaseUnload:
		return d.swap.out
	case phaseClear:
		return d.lid.provenClosed()
	}
	return false
}

func (d *dock) nextPhase(now time.Time) {
	d.run.index++
	d.run.since = now
	d.vary()
	if d.run.index == len(phasesOf[d.run.kind]) {
		d.complete()
	}
}

// showPhase puts the dock into the state that belongs to the present phase.
func (d *dock) showPhase() {
	switch d.run.phase() {
	case phaseWarn, phaseOpen, phaseUnclamp:
		if d.run.kind == programClose || d.run.kind == programSecure {
			d.enter(hangar.DOCK_STATE_CLOSING)
		} else {
			d.enter(hangar.DOCK_STATE_OPENING)
		}
	case phaseClear:
		d.enter(hangar.DOCK_STATE_CLEAR_HOLD)
	case phaseCentre, phaseClamp:
		d.enter(hangar.DOCK_STATE_CENTRING)
	case phaseClose:
		d.enter(hangar.DOCK_STATE_CLOSING)
	case phaseUnload, phaseLoad:
		d.enter(hangar.DOCK_STATE_CHARGING)
	}
}

// complete ends a program well.
func (d *dock) complete() {
	kind, now := d.run.kind, d.w.now
	end := map[programKind]hangar.DOCK_STATE{programOpen: hangar.DOCK_STATE_OPEN, programLaunch: hangar.DOCK_STATE_LAUNCH_READY,
		programLanding: hangar.DOCK_STATE_LANDING_READY, programClose: hangar.DOCK_STATE_AWAY, programSecure: hangar.DOCK_STATE_IDLE, programSwap: hangar.DOCK_STATE_IDLE}[kind]
	switch kind { // the lid's motor runs on into its end stop
	case programLanding:
		d.marker = true
	case programSwap:
		d.swap.done = uint32(d.run.cmd.x)
	case programSecure:
		d.task, d.vehicleOut, d.due = 0, false, time.Time{}
		if v := d.seated(); d.chargeable(v) && v.percent() < d.contact.chargeTo {
			end = hangar.DOCK_STATE_CHARGING
		}
	}
	d.finish(common.MAV_RESULT_ACCEPTED)
	if kind == programLanding && d.seated() != nil {
		end = hangar.DOCK_STATE_OCCUPIED
	}
	d.enter(end)
	d.tell(idDockTask, now)
}

// finish ends the program, whatever came of it, and acknowledges its command.
func (d *dock) finish(result common.MAV_RESULT) {
	cmd := d.run.cmd
	d.run = program{}
	if cmd.id != 0 {
		d.ack(cmd, result, 100)
	}
}

// stopAll stops every motion.
func (d *dock) stopAll(s hangar.DOCK_STATE, result common.MAV_RESULT) {
	d.lid.motor = 0
	if d.run.active() {
		d.finish(result)
	}
	d.enter(s)
}

// fail ends a program that cannot go on.
func (d *dock) fail(s hangar.DOCK_STATE) { d.stopAll(s, common.MAV_RESULT_FAILED) }

// runProgram moves the present phase on.
func (d *dock) runProgram(now time.Time) {
	if d.run.cmd.id != 0 && !now.Before(d.run.ackNext) {
		d.run.ackNext = d.run.ackNext.Add(time.Second)
		d.ack(d.run.cmd, common.MAV_RESULT_IN_PROGRESS, d.percent())
	}
	took := now.Sub(d.run.since)
	switch d.run.phase() {
	case phaseWarn:
		d.sirenUntil = now.Add(worldStep)
		if d.run.kind == programClose && d.overhead() {
			d.run.index, d.run.since = 0, now // back to waiting for clear
			d.showPhase()
			return
		}
		if took < seconds(d.phaseSeconds(phaseWarn)) {
			return
		}
	case phaseOpen:
		d.lid.motor = 1
		if !d.lid.provenOpen() {
			d.lidLate(took)
			return
		}
		d.lid.lazy = took > d.lidUsual()
	case phaseClose:
		if !d.mayClose() {
			return
		}
		d.lid.motor = -1
		if !d.lid.provenClosed() {
			d.lidLate(took)
			return
		}
		d.lid.lazy = took > d.lidUsual()
	case phaseUnclamp, phaseClamp:
		if !d.moveClamps(d.run.phase(), took) {
			return
		}
	case phaseUnload, phaseLoad:
		if !d.moveArm(d.run.phase(), took) {
			return
		}
	case phaseCentre:
		if !d.centre(now, took) {
			return
		}
	case phaseClear:
		if d.weight() > 0.3 {
			d.fail(hangar.DOCK_STATE_OPEN)
			return
		}
		if d.overhead() {
			d.run.since = now
			return
		}
		if took < seconds(d.phaseSeconds(phaseClear)) {
			return
		}
	}
	d.nextPhase(now)
	d.skipDone()
	if d.run.active() {
		d.showPhase()
	}
}

// moveClamps moves both axes; true: they are there. One that has not come there in three times its time is jammed.
func (d *dock) moveClamps(p phase, took time.Duration) bool {
	usual := max(d.phaseSeconds(p), dt)
	to, step := 0.0, -dt/usual
	if p == phaseClamp {
		to, step = 1, dt/usual
	}
	if d.clampStuck != "x" {
		d.clamps = clamp(d.clamps+step, 0, 1)
	}
	if d.clampStuck != "y" {
		d.clampsY = clamp(d.clampsY+step, 0, 1)
	}
	if d.clamps == to && d.clampsY == to {
		return true
	}
	if took > seconds(3*usual) {
		d.fail(hangar.DOCK_STATE_FAULT)
	}
	return false
}

// lidUsual is beyond how long a lid is called slow.
func (d *dock) lidUsual() time.Duration { return seconds(lidLazy * d.w.cfg.Timing.LidS) }

// lidLate is a lid that needs twice its time, or stopped while the sensors disagree.
func (d *dock) lidLate(took time.Duration) {
	if took > seconds(2*d.w.cfg.Timing.LidS)+time.Second {
		d.fail(hangar.DOCK_STATE_FAULT)
	}
}

// mayClose is the interlock of closing: a seated vehicle at rest, or nothing on the pad and nothing right above.
func (d *dock) mayClose() bool {
	v := d.onPad()
	if d.run.kind == programSecure {
		if v == nil || v.armed || d.seated() == nil {
			d.fail(hangar.DOCK_STATE_OPEN)
			return false
		}
		return true
	}
	if v != nil || d.overhead() {
		d.fail(hangar.DOCK_STATE_OPEN)
		d.begin(programOpen, command{}, d.w.now)
		return false
	}
	return true
}

// overhead says whether the sky camera sees something right above the pad.
func (d *dock) overhead() bool {
	for _, v := range d.w.vehicles {
		h := v.body.pos.U - d.pad.U
		if !v.body.onGround && h < 12 && flat(v.body.pos, d.pad) < 5 {
			return true
		}
	}
	return false
}

// centre pushes a seated vehicle to the middle; one that stands too far out is askew.
func (d *dock) centre(_ time.Time, took time.Duration) bool {
	v := d.onPad()
	switch {
	case v == nil || v.armed:
		d.fail(hangar.DOCK_STATE_OPEN)
		return false
	case d.seated() == nil:
		d.fail(hangar.DOCK_STATE_ASKEW)
		return false
	}
	total := max(d.phaseSeconds(phaseCentre), dt)
	k := clamp(dt/max(total-took.Seconds(), dt), 0, 1)
	b := &v.body
	v.put(geo.ENU{E: b.pos.E + (d.pad.E-b.pos.E)*k, N: b.pos.N + (d.pad.N-b.pos.N)*k, U: b.pos.U})
	b.headingDeg = wrap360(b.headingDeg + turn(b.headingDeg, d.at.HeadingDeg)*k)
	return took >= seconds(total)
}
