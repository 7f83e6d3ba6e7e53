package simulator

import (
	"fmt"
	"math"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
)

// forceArm is param2 of ARM_DISARM that arms in spite of the checks.
const forceArm = 2989

// switchTo changes the flight mode and says whether it could. On the ground, disarmed, any mode can be chosen.
func (v *vehicle) switchTo(m copterMode) bool {
	c := v.copter
	to, known := copterModes[m]
	switch {
	case m == c.custom:
		return true
	case !known:
		v.speak(4, fmt.Sprintf("No such mode %d", m))
		return false
	case v.armed && to.place && !v.positionKnown(v.w.now):
		v.speak(4, "Mode change to "+to.name+" failed: requires position")
		return false
	case v.armed && m == copterAuto && !v.plan.valid:
		v.speak(4, "Mode change to AUTO failed: init failed")
		return false
	}
	c.custom, c.paused = m, false
	v.flyAs(to.way)
	v.letOut()
	return true
}

// flyAs lets an armed copter fly its mode's way. A plan that is chosen on the ground waits for MISSION_START, which stands for
// the raised throttle.
func (v *vehicle) flyAs(way mode) {
	switch {
	case !v.armed:
		return
	case way == modeMission:
		if !v.landed {
			v.beginAuto()
			return
		}
		way = modeHold
	case way == modeOrbit:
		e, n := bearing(v.body.headingDeg)
		at, r := v.estimate(), v.copter.param("CIRCLE_RADIUS")/100
		v.guide.orbit = orbit{center: geo.ENU{E: at.E + e*r, N: at.N + n*r, U: at.U}, radius: max(r, 1), speed: r * v.copter.param("CIRCLE_RATE") * math.Pi / 180}
	}
	v.changeMode(way)
	if way == modeHold {
		v.guide.kind = flyHold
		v.holdHere()
	}
}

// beginAuto flies the plan, from its first item or from where it was left.
func (v *vehicle) beginAuto() {
	if p := &v.plan; p.cur < 1 || p.finished {
		p.restart(1)
	}
	v.copter.told = 0
	v.changeMode(modeMission)
}

// copterProblems are the checks that do not pass; each is said when arming is refused, and now and then before.
func (v *vehicle) copterProblems() (out []string) {
	add := func(bad bool, text string) {
		if bad {
			out = append(out, text)
		}
	}
	m := copterModes[v.copter.custom]
	known := v.positionKnown(v.w.now)
	add(v.body.crashed, "AHRS: not healthy")
	add(v.noArm, "Hardware safety switch")
	add(m.place && v.gnss.fix < 3, "GPS 1: Bad fix")
	add(m.place && !known, "Need Position Estimate")
	add(m.place && known && !v.homeValid, "AHRS: waiting for home")
	add(v.copter.custom == copterAuto && !v.plan.valid, "Mode requires mission")
	add(v.leftMAh() < v.copter.param("BATT_LOW_MAH"), "Battery 1 low capacity failsafe")
	add(v.copter.fails.battery > 0, "Battery failsafe")
	add(v.copter.fails.gcs, "GCS failsafe on")
	if out := v.breaches(v.estimate()); known && out != 0 {
		add(true, "Vehicle breaching "+fenceNames(out))
	}
	return out
}

// copterArm is COMPONENT_ARM_DISARM.
func (v *vehicle) copterArm(c command) common.MAV_RESULT {
	switch c.p[0] {
	case 1:
		return v.armCopter(c.p[1] == forceArm)
	case 0:
		switch {
		case v.armed && !v.landed && c.p[1] != forceMagic:
			return common.MAV_RESULT_FAILED
		case v.armed:
			v.disarm("external command")
		}
		return common.MAV_RESULT_ACCEPTED
	}
	return common.MAV_RESULT_UNSUPPORTED
}

func (v *vehicle) armCopter(force bool) common.MAV_RESULT {
	if v.armed {
		return common.MAV_RESULT_ACCEPTED
	}
	if problems := v.copterProblems(); len(problems) > 0 && !force && v.copter.param("ARMING_CHECK") != 0 {
		for _, why := range problems {
			v.speak(2, "Arm: "+why)
		}
		return common.MAV_RESULT_FAILED
	}
	if m := copterModes[v.copter.custom]; !m.arms {
		v.speak(2, "Arm: "+m.name+" mode not armable")
		return common.MAV_RESULT_FAILED
	}
	v.startMotors()
	v.tellNow(idOrigin)
	if !v.homeManual && v.homeValid {
		v.setHome(v.estimate(), false)
	}
	v.mode = modeHold
	v.flyAs(copterModes[v.copter.custom].way)
	v.speak(6, "Arming motors")
	return common.MAV_RESULT_ACCEPTED
}

// copterDisarmed is what a copter keeps of a flight: its mode, and that a plan which ended by a return is done.
func (v *vehicle) copterDisarmed() {
	c, p := v.copter, &v.plan
	if c.custom == copterAuto && p.valid && p.cur > 0 && p.cur == len(p.items)-1 {
		switch p.items[p.cur].Command {
		case cmdReturn, cmdLand:
			v.itemReached()
			p.finished = true
		}
	}
	if p.finished {
		p.cur = 0
	}
	v.mode, v.before, c.told, c.paused = modeHold, 0, 0, false
	v.speak(6, "Disarming motors")
}

// itemName is ArduPilot's word for a mission command.
func itemName(cmd common.MAV_CMD) string {
	switch cmd {
	case cmdWaypoint:
		return "WP"
	case cmdTakeoff:
		return "Takeoff"
	case cmdLand:
		return "Land"
	case cmdReturn:
		return "RTL"
	case cmdLoiterTime:
		return "LoitTime"
	case cmdLoiterUnlim:
		return "LoitUnlim"
	case cmdDelay:
		return "Delay"
	case cmdChangeSpeed:
		return "ChangeSpeed"
	case cmdJump:
		return "Jump"
	case cmdROI, cmdROILocation:
		return "SetROI"
	}
	return "?"
}
