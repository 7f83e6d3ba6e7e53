package simulator

import (
	"encoding/binary"
	"time"

	"groundstation/internal/geo"
)

// action is what a failsafe does, more severe last (px4::failsafe_action_t's numbers in event arguments).
type action uint8

const (
	actionNone   action = 0
	actionWarn   action = 1
	actionHold   action = 5
	actionReturn action = 6
	actionLand   action = 7
)

// cause is why (px4::failsafe_cause_t).
type cause uint8

const (
	causeGeneric    cause = 0
	causeLink       cause = 2
	causeLowBattery cause = 3
	causeCritical   cause = 4
	causeEmergency  cause = 5
	causeFlightTime cause = 6
	causeFence      cause = 7 // no cause of its own in events
	causeSticks     cause = 1 // manual control lost
	causes                = 8
)

const (
	eventLinkLost     = 10794072
	eventFailsafe     = 9751178
	eventFailsafeHold = 13704694
	eventLowBattery   = 12216659
	// linkHysteresis is what PX4 takes beyond COM_DL_LOSS_T.
	linkHysteresis = 2350 * time.Millisecond
)

// failsafe waits in Hold for COM_FAIL_ACT_T, then acts.
//
//	none ──cause──► holding (Hold) ──COM_FAIL_ACT_T──► acting (Return, Land)
//	holding ──cause gone──► back to the mode before;   acting ──mode ordered──► overridden until the cause is gone
//
// A lost link is kept until a mode is ordered or the vehicle is disarmed: that the station is heard again ends neither
// the hold, which is followed by the action, nor the action.
type failsafe struct {
	action   action
	cause    cause
	before   mode
	acting   bool
	since    time.Time
	ignored  [causes]bool // overridden by an order
	warned   uint8        // battery charge_state already told
	linkLost bool
	linkAt   time.Time
}

// overridden is an order of a mode during a failsafe: what caused it is not acted on again until it is gone.
func (f *failsafe) overridden() {
	if f.action != actionNone {
		f.ignored[f.cause] = true
	}
	f.action, f.acting = actionNone, false
}

// active says whether the vehicle's state is critical.
func (f *failsafe) active() bool { return f.action >= actionHold }

// watchFailsafes looks for causes and acts on the most severe.
func (v *vehicle) watchFailsafes(now time.Time) {
	f := &v.safe
	v.watchLink(now)
	v.warnBattery()
	if !v.armed || v.landed {
		if f.action != actionNone {
			f.action, f.acting = actionNone, false
		}
		f.ignored = [causes]bool{}
		return
	}
	worst, why := actionNone, causeGeneric
	consider := func(c cause, a action) {
		if a == actionNone {
			f.ignored[c] = false
			return
		}
		if !f.ignored[c] && a > worst {
			worst, why = a, c
		}
	}
	link := v.linkAction(now)
	if link == actionNone && f.cause == causeLink && f.active() {
		link = f.action
	}
	consider(causeLink, link)
	lost := v.sticksAction(now)
	if lost == actionNone && f.cause == causeSticks && f.active() {
		lost = f.action // it too is kept until a mode is ordered
	}
	consider(causeSticks, lost)
	soc := v.chargeState()
	critical, emergency := v.batteryActions()
	if soc < 3 {
		critical = actionNone
	}
	if soc < 4 {
		emergency = actionNone
	}
	consider(causeCritical, critical)
	consider(causeEmergency, emergency)
	consider(causeFlightTime, v.flightTimeAction())
	consider(causeFence, v.fenceAction())
	if !v.positionKnown(now) {
		consider(causeGeneric, actionLand)
	} else {
		consider(causeGeneric, actionNone)
	}
	v.actOn(worst, why, now)
}

// actOn moves the failsafe machine towards the wanted action.
func (v *vehicle) actOn(worst action, why cause, now time.Time) {
	f := &v.safe
	switch {
	case worst <= actionWarn && f.action != actionNone && !f.acting: // gone while still holding
		back := f.before
		f.action = actionNone
		if v.mode == modeHold && back != modeHold {
			v.changeMode(back)
		}
		return
	case worst <= actionWarn && f.acting:
		f.action, f.acting = actionNone, false // the mode stays
		return
	case worst <= actionWarn || worst < f.action || worst == f.action && f.action != actionNone && f.acting:
		return
	}
	if v.mode == modeLand || v.mode == modePrecLand || v.mode == modeReturn && worst <= actionReturn {
		// Already as safe as what is wanted.
		f.action, f.cause, f.acting = worst, why, true
		return
	}
	if f.action == actionNone {
		f.since, f.before = now, v.mode
		delay := seconds(v.param("COM_FAIL_ACT_T"))
		f.action, f.cause, f.acting = worst, why, false
		if worst > actionHold && delay > 0 && why != causeGeneric {
			v.event(eventFailsafeHold, 2, append(v.failsafeArgs(worst), eventWait(delay, why)...)...)
			v.text(2, "Failsafe activated: entering Hold for 5 seconds")
			v.changeMode(modeHold)
			return
		}
		v.perform(worst, why)
		return
	}
	if worst > f.action {
		f.action, f.cause = worst, why
		if f.acting {
			v.perform(worst, why)
			return
		}
	}
	if !f.acting && now.Sub(f.since) >= seconds(v.param("COM_FAIL_ACT_T")) {
		v.perform(f.action, f.cause)
	}
}

func (v *vehicle) perform(a action, why cause) {
	v.safe.acting = true
	v.text(2, "Failsafe activated")
	v.event(eventFailsafe, 2, append(v.failsafeArgs(a), byte(why))...)
	switch a {
	case actionHold:
		v.changeMode(modeHold)
	case actionReturn:
		if v.homeValid {
			v.changeMode(modeReturn)
			return
		}
		v.changeMode(modeLand)
	case actionLand:
		v.changeMode(modeLand)
	}
}

func (v *vehicle) failsafeArgs(a action) []byte {
	return append(binary.LittleEndian.AppendUint32(nil, uint32(v.mode)), byte(a))
}

func eventWait(d time.Duration, why cause) []byte {
	return append(binary.LittleEndian.AppendUint16(nil, uint16(d/time.Second)), byte(why))
}

// watchLink notices the loss and the return of the station's heartbeat.
func (v *vehicle) watchLink(now time.Time) {
	f := &v.safe
	if v.gcsHeard.IsZero() {
		return // never heard one
	}
	lost := now.Sub(v.gcsHeard) > seconds(v.limits().linkLossT)+linkHysteresis
	switch {
	case lost && !f.linkLost:
		f.linkAt = now
		if v.armed {
			v.event(eventLinkLost, 3)
		}
	case !lost && f.linkLost:
		v.text(6, "GCS connection regained")
	}
	f.linkLost = lost
}

// linkAction is NAV_DLL_ACT; Land and Precland ignore the loss.
func (v *vehicle) linkAction(now time.Time) action {
	if !v.safe.linkLost || v.mode == modeLand || v.mode == modePrecLand || v.mode == modePosition {
		return actionNone
	}
	except := int(v.param("COM_DLL_EXCEPT"))
	if v.mode == modeMission && except&1 != 0 || v.mode == modeHold && !v.safe.active() && except&2 != 0 {
		return actionNone
	}
	switch int(v.param("NAV_DLL_ACT")) {
	case 1:
		return actionHold
	case 2:
		return actionReturn
	case 3, 5, 6:
		return actionLand
	}
	return actionNone
}

// batteryActions is COM_LOW_BAT_ACT at critical and at emergency level.
func (v *vehicle) batteryActions() (critical, emergency action) {
	switch int(v.param("COM_LOW_BAT_ACT")) {
	case 2:
		return actionLand, actionLand
	case 3:
		return actionReturn, actionLand
	}
	return actionWarn, actionWarn
}

func (v *vehicle) warnBattery() {
	state := v.chargeState()
	if state == v.safe.warned || !v.armed {
		return
	}
	if state > v.safe.warned {
		switch state {
		case 2:
			v.text(2, "Low battery")
			v.event(eventLowBattery, 4)
		case 3:
			v.text(2, "Critical battery")
		case 4:
			v.text(0, "Emergency battery level")
		}
	}
	v.safe.warned = state
}

// flightTimeAction is COM_FLTT_LOW_ACT: the energy left against the time home.
func (v *vehicle) flightTimeAction() action {
	l := v.limits()
	if int(l.flightTimeAct) != 3 || !v.homeValid || v.pack.powerW < 1 || v.mode == modeReturn {
		return actionNone
	}
	est := v.estimate()
	home := flat(est, v.home)/v.at.CruiseMS + max(0, est.U-v.home.U)/max(l.down, 0.3) +
		l.returnAlt/v.at.ClimbMS
	need := home*l.timeFactor + l.timeMargin
	if v.fullWh()*v.pack.told/100*3600/max(v.at.CruiseW, v.at.HoverW*0.5) < need {
		return actionReturn
	}
	return actionNone
}

// fenceAction is GF_ACTION while outside an active zone.
func (v *vehicle) fenceAction() action {
	est := v.estimate()
	if v.mode == modePosition && v.byRC || v.fence.allows(geo.ENU{E: est.E, N: est.N}) {
		return actionNone
	}
	switch int(v.param("GF_ACTION")) {
	case 1:
		return actionWarn
	case 2:
		return actionHold
	case 3:
		return actionReturn
	case 5:
		return actionLand
	}
	return actionNone
}
