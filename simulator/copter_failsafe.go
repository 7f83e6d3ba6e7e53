package simulator

import (
	"fmt"
	"time"
)

// prearmEvery is how often a copter says what keeps it from arming.
const prearmEvery = 30 * time.Second

// Bits of FS_OPTIONS.
const (
	goOnAutoRC   = 1 << 0
	goOnAutoGCS  = 1 << 1
	goOnGuidedRC = 1 << 2
	goOnLanding  = 1 << 3
	goOnPilotGCS = 1 << 4
)

// These are the modes that FS_GCS_ENABLE, FS_THR_ENABLE and BATT_FS_*_ACT name by numbers; a number that is none
// means the first of its row.
var (
	copterGCSActions     = []copterMode{copterRTL, copterRTL, copterRTL, copterSmartRTL, copterSmartRTL, copterLand, copterRTL, copterBrake}
	copterRadioActions   = []copterMode{copterLand, copterRTL, copterRTL, copterLand, copterSmartRTL, copterSmartRTL, copterRTL, copterBrake}
	copterBatteryActions = []copterMode{copterLand, copterLand, copterRTL, copterSmartRTL, copterSmartRTL, copterLand, copterRTL, copterBrake}
)

// batteryTerminates is the action of a battery failsafe that stops the motors.
const batteryTerminates = 5

func actionOf(list []copterMode, act int) copterMode {
	if act < 0 || act >= len(list) {
		act = 0
	}
	return list[act]
}

// copterFailsafes are the failsafes that are on. Each acts once, at once; an order of a mode is taken at any time after it, and
// while one is on HEARTBEAT says CRITICAL.
type copterFailsafes struct {
	gcs, radio, ekf bool
	battery         int              // 1 low, 2 critical
	lowFor          [2]time.Duration // how long the voltage has been low, and critical
	known           bool             // the estimator had a position since the boot
	lost            time.Duration    // for how long it has none
	saved           bool             // ekf went off while armed
	fence           copterBreach
	said            string // of the last
	saidAt          time.Time
}

// announce says what a failsafe does.
func (v *vehicle) announce(severity int, what string) {
	v.copter.fails.said, v.copter.fails.saidAt = what, v.w.now
	v.speak(severity, what)
}

// watchCopter is what a copter looks at five times a second.
func (v *vehicle) watchCopter(now time.Time) {
	c := v.copter
	if !v.armed && !now.Before(c.prearm) {
		v.sayPrearm()
		c.prearm = now.Add(prearmEvery)
	}
	v.watchStation(now)
	v.watchRadio(now)
	v.watchPack()
	v.watchEKF(now)
	v.watchFence()
	f := &c.fails
	v.safe = failsafe{}
	if f.gcs || f.radio || f.ekf || f.battery > 0 {
		v.safe.action = actionReturn
	}
}

// sayPrearm says every check that does not pass.
func (v *vehicle) sayPrearm() {
	if v.copter.param("ARMING_CHECK") == 0 {
		return
	}
	for _, why := range v.copterProblems() {
		v.speak(2, "PreArm: "+why)
	}
}

// option says whether a bit of FS_OPTIONS is set.
func (c *copter) option(bit int) bool { return int(c.param("FS_OPTIONS"))&bit != 0 }

// copterFails announces a failsafe and lets it act: what stands is disarmed, a landing may go on, and so may what goesOn says.
func (v *vehicle) copterFails(what string, to copterMode, goesOn string) {
	switch {
	case !v.armed:
	case v.landed:
		v.disarm("failsafe")
		what += " - Disarming"
	case v.guide.kind == flyLand && v.copter.option(goOnLanding):
		what += " - Continuing Landing"
		v.switchTo(copterLand)
	case goesOn != "":
		what += " - " + goesOn
	default:
		v.announce(4, what)
		v.copterSave(to)
		return
	}
	v.announce(4, what)
}

// copterSave is what a failsafe does in the air. A mode that cannot be is a landing.
func (v *vehicle) copterSave(m copterMode) {
	if !v.switchTo(m) {
		v.switchTo(copterLand)
	}
}

// watchStation is FS_GCS_ENABLE: a station was heard, and is not for FS_GCS_TIMEOUT.
func (v *vehicle) watchStation(now time.Time) {
	c, act := v.copter, int(v.copter.param("FS_GCS_ENABLE"))
	if act == 0 || v.gcsHeard.IsZero() {
		c.fails.gcs = false
		return
	}
	lost, before := now.Sub(v.gcsHeard) > seconds(c.param("FS_GCS_TIMEOUT")), c.fails.gcs
	c.fails.gcs = lost
	switch {
	case lost && !before:
		goesOn := ""
		switch {
		case c.custom == copterAuto && c.option(goOnAutoGCS):
			goesOn = "Continuing Auto Mode"
		case copterModes[c.custom].pilot && c.option(goOnPilotGCS):
			goesOn = "Continuing Pilot Control"
		}
		v.copterFails("GCS Failsafe", actionOf(copterGCSActions, act), goesOn)
	case !lost && before:
		v.speak(4, "GCS Failsafe Cleared")
	}
}

// watchRadio is FS_THR_ENABLE: a pilot's sticks were heard, and are not for RC_OVERRIDE_TIME.
func (v *vehicle) watchRadio(now time.Time) {
	c, act := v.copter, int(v.copter.param("FS_THR_ENABLE"))
	lost, before := act != 0 && v.sticksAction(now) != actionNone, c.fails.radio
	c.fails.radio = lost
	switch {
	case lost && !before:
		goesOn := ""
		switch {
		case c.custom == copterAuto && c.option(goOnAutoRC):
			goesOn = "Continuing Auto"
		case c.custom == copterGuided && c.option(goOnGuidedRC):
			goesOn = "Continuing Guided Mode"
		}
		v.copterFails("Radio Failsafe", actionOf(copterRadioActions, act), goesOn)
	case !lost && before:
		v.speak(4, "Radio Failsafe Cleared")
	}
}

// leftMAh is the charge that is left, as the copter counts it.
func (v *vehicle) leftMAh() float64 { return v.copter.param("BATT_CAPACITY") * v.pack.told / 100 }

// packVolts is the voltage that is judged: with BATT_FS_VOLTSRC 1 that of the pack without its load.
func (v *vehicle) packVolts() float64 {
	if v.copter.param("BATT_FS_VOLTSRC") == 0 {
		return v.volts()
	}
	return cells * v.restingCellV()
}

// packLevel is 1 for a pack that is low, 2 for a critical one: by its charge, or by a voltage that stays low for BATT_LOW_TIMER.
func (v *vehicle) packLevel() (level int) {
	c := v.copter
	for i, name := range [...]string{"LOW", "CRT"} {
		low := &c.fails.lowFor[i]
		if *low += slowPeriod; v.packVolts() >= c.param("BATT_"+name+"_VOLT") {
			*low = 0
		}
		timer := seconds(c.param("BATT_LOW_TIMER"))
		if v.leftMAh() < c.param("BATT_"+name+"_MAH") || timer > 0 && *low > timer {
			level = i + 1
		}
	}
	return level
}

// watchPack is BATT_FS_LOW_ACT and BATT_FS_CRT_ACT. What went off stays on until it is booted anew, whatever pack it is given.
func (v *vehicle) watchPack() {
	c := v.copter
	f := &c.fails
	if !v.armed {
		f.lowFor = [2]time.Duration{}
		return
	}
	level := v.packLevel()
	if level <= f.battery {
		return
	}
	f.battery = level
	what, act := "low", int(c.param("BATT_FS_LOW_ACT"))
	if level == 2 {
		what, act = "critical", int(c.param("BATT_FS_CRT_ACT"))
	}
	v.speak(4, fmt.Sprintf("Battery 1 is %s %.2fV used %.0f mAh", what, v.volts(), c.param("BATT_CAPACITY")-v.leftMAh()))
	switch {
	case act == 0 && !v.landed:
		v.announce(4, "Battery Failsafe")
	case act == batteryTerminates:
		v.announce(4, "Battery Failsafe")
		v.disarm("failsafe")
	default:
		v.copterFails("Battery Failsafe", actionOf(copterBatteryActions, act), "")
	}
}

// ekfPatience is how long a position may be missed; a real one acted 8.1 s after its receiver had fallen silent.
const ekfPatience = 3 * time.Second

// watchEKF is FS_EKF_ACTION: a position was there, and is not, in a mode that needs one; on the ground it is told only.
func (v *vehicle) watchEKF(now time.Time) {
	c := v.copter
	f := &c.fails
	if v.positionKnown(now) {
		f.known, f.lost = true, 0
		if f.ekf && f.saved {
			v.speak(2, "EKF Failsafe Cleared")
		}
		f.ekf, f.saved = false, false
		return
	}
	if f.lost += slowPeriod; !f.known || f.ekf || f.lost < ekfPatience {
		return
	}
	f.ekf, f.saved = true, v.armed
	v.speak(2, "EKF variance")
	switch to := copterLand; {
	case !v.armed:
	case c.param("FS_EKF_ACTION") == 0 || !copterModes[c.custom].place && c.param("FS_EKF_ACTION") != 3:
		v.announce(2, "EKF Failsafe")
	default:
		if c.param("FS_EKF_ACTION") == 2 && !f.radio {
			to = copterAltHold
		}
		v.copterSave(to)
		v.announce(2, "EKF Failsafe: changed to "+copterModes[to].name+" Mode")
	}
}
