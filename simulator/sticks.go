package simulator

import (
	"math"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
)

// stickDead is PX4's MPC_HOLD_DZ: less is a stick that is let go.
const stickDead = 0.1

// sticks are what a joystick said by MANUAL_CONTROL, each -1 to 1: forward, right, up, clockwise.
type sticks struct {
	x, y, z, r float64
	at         time.Time // zero: never heard
	// rate is how fast each of them moves, a second.
	rate [4]float64
	// spare: they were not there when it was armed, so they are not missed until they come.
	spare bool
	// held says that the sticks are let go and the place is kept.
	held bool
}

// manualControl takes a joystick's word if one may steer (COM_RC_IN_MODE): 0 is the transmitter alone, 4 nobody. With all
// modes but 6 and 8 a transmitter that is switched on comes first.
func (v *vehicle) manualControl(m *common.MessageManualControl, now time.Time) {
	mode := int(v.param("COM_RC_IN_MODE"))
	if m.Target != v.voice.system || mode == 0 || mode == 4 {
		return
	}
	for _, a := range []int16{m.X, m.Y, m.Z, m.R} {
		if a < -1000 || a > 1000 {
			return
		}
	}
	s, heard := &v.stick, v.sticksHeard(now)
	was := [4]float64{s.x, s.y, s.z, s.r}
	s.x, s.y, s.z, s.r = float64(m.X)/1000, float64(m.Y)/1000, float64(m.Z)/500-1, float64(m.R)/1000
	s.moves(was, heard, now)
	s.at, s.spare = now, false
	v.stickOverride()
}

// moves smooths how fast the sticks move over a tenth of a second (PX4 MovingDiff). Sticks that have just come do not move.
func (s *sticks) moves(was [4]float64, heard bool, now time.Time) {
	dt := now.Sub(s.at).Seconds()
	switch {
	case !heard:
		s.rate = [4]float64{}
	case dt > 0:
		for i, at := range [4]float64{s.x, s.y, s.z, s.r} {
			s.rate[i] += dt / (0.1 + dt) * ((at-was[i])/dt - s.rate[i])
		}
	}
}

// stickOverride is COM_RC_OVERRIDE: sticks that move take over from an automatic mode, by whatever they move; sticks that
// are held over do not.
func (v *vehicle) stickOverride() {
	limit := v.param("COM_RC_STICK_OV") / 100
	moved := false
	for _, rate := range v.stick.rate {
		moved = moved || math.Abs(rate) > limit
	}
	if moved && v.armed && v.flying && !v.byRC && int(v.param("COM_RC_OVERRIDE"))&1 != 0 && v.mode.main() == mainAuto {
		v.takeOver()
	}
}

// takeOver gives the vehicle to the sticks.
func (v *vehicle) takeOver() {
	v.safe.overridden()
	v.changeMode(modePosition)
	v.text(4, "Pilot took over using sticks")
}

// sticksHeard says whether the joystick counts as there.
func (v *vehicle) sticksHeard(now time.Time) bool {
	return !v.stick.at.IsZero() && now.Sub(v.stick.at) <= seconds(v.param("COM_RC_LOSS_T"))
}

// sticksAction is NAV_RCL_ACT: sticks were heard and are missed, in a mode that COM_RCL_EXCEPT does not except.
func (v *vehicle) sticksAction(now time.Time) action {
	if v.stick.at.IsZero() || v.stick.spare || v.byRC || v.sticksHeard(now) || int(v.param("COM_RC_IN_MODE")) == 4 {
		return actionNone
	}
	meant := v.mode
	if v.safe.active() && v.safe.cause == causeSticks {
		meant = v.safe.before
	}
	except := int(v.param("COM_RCL_EXCEPT"))
	if meant == modeMission && except&1 != 0 || (meant == modeHold || meant == modeTakeoff) && except&2 != 0 {
		return actionNone
	}
	switch int(v.param("NAV_RCL_ACT")) {
	case 1:
		return actionHold
	case 2:
		return actionReturn
	case 3:
		return actionLand
	}
	return actionNone
}

// flyBySticks is position control: sticks are speeds in the direction of the nose, sticks that are let go keep the place.
func (v *vehicle) flyBySticks() setpoint {
	s, g := &v.stick, &v.guide
	dead := func(a float64) float64 {
		if math.Abs(a) < stickDead {
			return 0
		}
		return (a - math.Copysign(stickDead, a)) / (1 - stickDead)
	}
	x, y, z, r := dead(s.x), dead(s.y), dead(s.z), dead(s.r)
	if v.byRC || s.at.IsZero() {
		x, y, z, r = 0, 0, 0, 0
	}
	if x == 0 && y == 0 && z == 0 {
		if !s.held {
			v.holdHere()
			s.held = true
		}
		sp := v.defaults(g.target)
		sp.headingDeg = wrap360(v.body.headingDeg + r*v.param("MPC_MAN_Y_MAX")*dt)
		return sp
	}
	s.held = false
	est := v.estimate()
	l := max(1, math.Hypot(x, y))
	e, n := bearing(v.body.headingDeg)
	speed := v.param("MPC_VEL_MANUAL") / l
	sp := v.defaults(est)
	sp.free = true
	sp.feed = geo.ENU{E: (x*e + y*n) * speed, N: (x*n - y*e) * speed}
	sp.up, sp.down = v.param("MPC_Z_VEL_MAX_UP")*math.Abs(z), v.param("MPC_Z_VEL_MAX_DN")*math.Abs(z)
	sp.target.U += 100 * z
	sp.headingDeg = wrap360(v.body.headingDeg + r*v.param("MPC_MAN_Y_MAX")*dt)
	return sp
}
