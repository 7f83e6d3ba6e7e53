package simulator

import (
	"math"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
)

// A VTOL of the standard kind: rotors that lift, a propeller that pushes, a wing. As PX4 v1.17 flies one:
//
//	MC ──ordered, or after a take-off of its own──► TO_FW ──airspeed of VT_ARSP_TRANS──► FW
//	TO_FW ──VT_TRANS_TIMEOUT──► MC                      FW ──ordered, or near where it lands──► TO_MC ──slow──► MC
//
// On the wing it cannot stand: whatever holds it, it circles.
const (
	vtolToFW = common.MAV_VTOL_STATE_TRANSITION_TO_FW
	vtolToMC = common.MAV_VTOL_STATE_TRANSITION_TO_MC
	vtolMC   = common.MAV_VTOL_STATE_MC
	vtolFW   = common.MAV_VTOL_STATE_FW
)

const (
	pushMS2     = 3.0  // acceleration by the pusher in a transition, m/s²
	throttleMS2 = 1.5  // change of airspeed on the wing, m/s²
	rollDegS    = 45.0 // how fast it banks
	climbMS2    = 1.5  // change of the climb rate on the wing, m/s²
	courseGain  = 0.6  // turn rate for each radian off its course, 1/s
	alignedDeg  = 6.0  // off the heading of a transition at most
	hoverMS     = 8.0  // cruise as a multicopter
	gustyMS     = 12.0 // wind that it hovers in at least, m/s
	leadS       = 1.0  // a waypoint counts as reached so long before it, as a wing has to turn
)

// wing is the state of a VTOL beside that of a multicopter. The zero value is one that is none.
type wing struct {
	state   common.MAV_VTOL_STATE
	since   time.Time // of the state
	bankDeg float64
	climb   float64 // m/s
	airMS   float64 // airspeed on the wing
	// aligning: it turns to where the transition is to lead.
	aligning bool
	// round is what it circles now; radius 0: nothing.
	round course
	// circle is the radius of what Hold circles, metres; negative: counter-clockwise.
	circle float64
}

// flies says whether the wing carries it, or is about to.
func (w *wing) flies() bool { return w.state == vtolFW || w.state == vtolToFW || w.state == vtolToMC }

// course is where the wing is to lead: along a line, or around a circle.
type course struct {
	from, to geo.ENU // to.U is the altitude AMSL
	radius   float64 // of a circle about to; 0: a line
	speed    float64 // 0: FW_AIRSPD_TRIM
	// free: bank and climb are a pilot's.
	free        bool
	bank, climb float64
}

// transit orders the change to a state: FW or MC.
func (v *vehicle) transit(to common.MAV_VTOL_STATE) common.MAV_RESULT {
	w := &v.wing
	switch {
	case w.state == 0 || to != vtolFW && to != vtolMC:
		return common.MAV_RESULT_UNSUPPORTED
	case !v.armed || v.landed || v.body.onGround || v.mode == modeLand || v.mode == modePrecLand:
		return common.MAV_RESULT_TEMPORARILY_REJECTED
	case to == vtolFW && w.state == vtolMC:
		v.become(vtolToFW)
	case to == vtolMC && w.state == vtolFW:
		v.become(vtolToMC)
	case to == vtolMC && w.state == vtolToFW: // called back: it has not flown yet
		v.hover()
	}
	return common.MAV_RESULT_ACCEPTED
}

// become enters a state; the stream of EXTENDED_SYS_STATE says so, which may pass over a short one.
func (v *vehicle) become(s common.MAV_VTOL_STATE) {
	w := &v.wing
	w.state, w.since, w.aligning = s, v.w.now, false
	if s == vtolToFW || s == vtolFW {
		w.airMS = v.airAhead()
	}
}

// hover makes a multicopter of it, that goes on from the speed it has.
func (v *vehicle) hover() {
	v.become(vtolMC)
	v.wing.bankDeg, v.wing.climb = 0, 0
	b := &v.body
	v.traj.restart(v.estimate(), b.headingDeg)
	v.traj.e.v, v.traj.n.v, v.traj.u.v = b.vel.E, b.vel.N, b.vel.U
	v.loop = loops{}
	if r := &v.guide.rtl; v.mode == modeReturn && r.phase == rtlLand { // the rest of the way, on its rotors
		r.phase, r.alt = rtlCruise, min(r.alt, r.dest.U+v.param("RTL_DESCEND_ALT"))
	}
	if v.mode == modeHold || v.mode == modeOrbit || v.mode == modeLand || v.mode == modePrecLand {
		v.holdHere()
	}
}

// airAhead is the airspeed along the nose, m/s.
func (v *vehicle) airAhead() float64 {
	wind := v.w.windAt(v.body.pos)
	e, n := bearing(v.body.headingDeg)
	return (v.body.vel.E-wind.E)*e + (v.body.vel.N-wind.N)*n
}

// brakingM is how far it goes while it gets slow at VT_B_DEC_MSS.
func (v *vehicle) brakingM() float64 {
	s := v.body.vel.Horizontal()
	return max(0, s*s-hoverMS*hoverMS/4) / (2 * max(v.param("VT_B_DEC_MSS"), 0.3))
}

// flyWing moves what the wing carries by one step along c.
func (v *vehicle) flyWing(c course, now time.Time) {
	b, w := &v.body, &v.wing
	wind := v.w.windAt(b.pos)
	switch w.state {
	case vtolToFW:
		w.airMS += pushMS2 * dt
		took := now.Sub(w.since)
		switch {
		case w.airMS >= v.param("VT_ARSP_TRANS") && took >= seconds(v.param("VT_TRANS_MIN_TM")):
			v.become(vtolFW)
		case took > seconds(v.param("VT_TRANS_TIMEOUT")):
			v.text(2, "Quad-chute triggered: Transition timeout")
			v.hover()
			return
		}
	case vtolToMC:
		w.airMS = max(0, w.airMS-v.param("VT_B_DEC_MSS")*dt)
	default:
		least := v.param("FW_AIRSPD_MIN") / math.Sqrt(math.Cos(w.bankDeg*math.Pi/180))
		want := v.param("FW_AIRSPD_TRIM")
		if c.speed > 0 {
			want = c.speed
		}
		w.airMS = approach(w.airMS, clamp(want, least, v.param("FW_AIRSPD_MAX")), throttleMS2*dt)
	}
	bank, climb := 0.0, 0.0
	switch {
	case w.state == vtolFW && c.free:
		bank, climb = c.bank, c.climb
	case w.state == vtolFW:
		bank = v.bankFor(c)
		climb = clamp(0.5*(c.to.U-v.estimate().U), -v.param("FW_T_SINK_R_SP"), v.param("FW_T_CLMB_R_SP"))
	}
	limit := v.param("FW_R_LIM")
	w.bankDeg = approach(w.bankDeg, clamp(bank, -limit, limit), rollDegS*dt)
	w.climb = approach(w.climb, climb, climbMS2*dt)
	if w.airMS > 3 {
		rate := gravity * math.Tan(w.bankDeg*math.Pi/180) / w.airMS
		b.headingDeg = wrap360(b.headingDeg + rate*dt*180/math.Pi)
	}
	e, n := bearing(b.headingDeg)
	old := b.vel
	b.vel = geo.ENU{E: w.airMS*e + wind.E, N: w.airMS*n + wind.N, U: w.climb + wind.U}
	if w.state != vtolFW { // the rotors still hold it against what blows aside and up
		b.vel.E, b.vel.N = approach(old.E, b.vel.E, 3*dt), approach(old.N, b.vel.N, 3*dt)
		b.vel.U = w.climb
	}
	b.airspeed = w.airMS
	b.tilt, b.rollDeg, b.pitchDeg = geo.ENU{}, w.bankDeg, math.Atan2(w.climb, max(w.airMS, 5))*180/math.Pi
	hard := b.vel
	b.pos = add(b.pos, geo.ENU{E: b.vel.E * dt, N: b.vel.N * dt, U: b.vel.U * dt})
	if v.touch(); b.onGround && !b.crashed && hard.Horizontal() > crashMS {
		v.w.log.add(now, AccidentCrash, "flew into the ground", v.at.ID)
		v.crash()
		return
	}
	if w.state == vtolToMC && (b.vel.Horizontal() < hoverMS/2 || w.airMS < hoverMS/2 || now.Sub(w.since) > seconds(v.param("VT_B_TRANS_DUR"))) {
		v.hover()
	}
}

// bankFor is the bank that leads onto a course, degrees.
func (v *vehicle) bankFor(c course) float64 {
	est, vel := v.estimate(), v.body.vel
	speed := max(vel.Horizontal(), 3)
	track := math.Atan2(vel.E, vel.N)
	want, ahead := 0.0, 0.0
	if c.radius != 0 {
		off := sub(est, c.to)
		r, side := math.Abs(c.radius), math.Copysign(1, c.radius)
		out := math.Atan2(off.E, off.N)
		d := off.Horizontal()
		want = out + side*(math.Pi/2+math.Atan(3*(d-r)/r))
		if math.Abs(d-r) < r/2 {
			ahead = side * speed / r
		}
	} else {
		line := sub(c.to, c.from)
		want = math.Atan2(c.to.E-est.E, c.to.N-est.N)
		if l := line.Horizontal(); l > 1 {
			done := (line.E*(est.E-c.from.E) + line.N*(est.N-c.from.N)) / l
			if aside := (line.N*(est.E-c.from.E) - line.E*(est.N-c.from.N)) / l; done < l {
				want = math.Atan2(line.E, line.N) - math.Atan(aside/(2.5*speed))
			}
		}
	}
	rate := courseGain*turnRad(track, want) + ahead
	return math.Atan(speed*rate/gravity) * 180 / math.Pi
}

// turnRad is the shortest way from one direction to another, radians.
func turnRad(from, to float64) float64 { return math.Remainder(to-from, 2*math.Pi) }
