package simulator

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/internal/geo"
)

const (
	classTethered  = "tethered"
	classVTOL      = "long-vtol"
	bootTime       = 1300 * time.Millisecond // to the first heartbeat
	slowPeriod     = 200 * time.Millisecond  // of everything that need not run at each step
	landTrigger    = time.Second             // LNDMC_TRIG_TIME
	spoolTime      = 1700 * time.Millisecond // arm to "takeoff detected"
	estimatorAfter = 500 * time.Millisecond  // from a fix to a position and home
)

// vehicle is one aircraft with its autopilot.
type vehicle struct {
	w     *World
	at    VehicleAt
	voice voice
	radio radio
	rng   *rand.Rand
	berth *dock   // the dock it lives in, nil for a crew's
	site  geo.ENU // where it stands at the start

	body  body
	traj  trajectory
	loop  loops
	wing  wing
	lim   *flightLimits // nil: to be read from the parameters
	dragK float64       // 1/m
	pack  pack
	chem  *chemistry
	gauge float64 // what its current sensor shows of an ampere

	// Autopilot.
	boot       time.Time
	booted     bool
	off        bool // its dock has switched it off
	slowNext   time.Time
	gnss       gnss
	home       geo.ENU
	homeValid  bool
	homeManual bool
	params     paramStore
	mode       mode
	before     mode // what a disarm goes back to when a return or a landing broke it off; zero: hold
	armed      bool
	armedAt    time.Time
	disarmedAt time.Time
	liftAt     time.Time // the motors' ramp is over
	flying     bool      // took off since it was armed
	aloft      bool      // and has left the ground
	touchedAt  time.Time
	landed     bool // the land detector's word
	guide      guidance
	plan       plan
	fence      fence
	stored     [3]store // mission, fence, rally as uploaded
	transfer   transfer
	rallyNext  time.Time // when to complain of rally points again
	safe       failsafe
	gimbal     gimbal
	mount      mount
	optics     *optics   // nil: no camera that speaks MAVLink
	ident      *remoteID // nil: no transmitter of Open Drone ID
	streams    streams
	pings      uint32
	said       speech
	sec        secure
	card       card
	later      []delayed
	gcsHeard   time.Time
	stick      sticks
	byRC       bool     // a pilot's own transmitter flies it
	outside    *outside // nil: the autopilot is simulated here
	is         *personality
	copter     *copter // of one that speaks as ArduCopter
	// Faults: it refuses to arm, its propellers do not lift it, it comes down so far aside of the marker.
	noArm, noLift bool
	markerOffM    float64
	clockOff      time.Duration // how far its clock is ahead, by a fault
}

// delayed is a message that goes out some milliseconds later.
type delayed struct {
	at  time.Time
	msg message.Message
}

func newVehicle(w *World, at VehicleAt, berth *dock) *vehicle {
	v := &vehicle{w: w, at: at, berth: berth,
		voice: voice{codec: w.codec, system: uint8(at.SystemID), component: 1},
		rng:   rand.New(rand.NewPCG(w.cfg.Seed, uint64(at.SystemID)))}
	if berth != nil {
		v.site = berth.pad
		v.body.headingDeg = berth.at.HeadingDeg
		berth.resident = v
	} else {
		v.site = w.frame.ENU(*at.Site)
	}
	v.sec = newSecure(at)
	v.voice.sec = &v.sec
	v.body.pos, v.body.onGround = v.site, true
	left := at.BatteryPercent
	if left == 0 {
		left = 100
	}
	v.chem, v.pack = chemistryOf(at), pack{tempC: w.weather.TempC, cycles: 20 + int(at.SystemID)}
	v.gnss.rng = rand.New(rand.NewPCG(w.cfg.Seed, 1<<32|uint64(at.SystemID)))
	v.gauge = 1 + 0.01*float64(at.SystemID%5)/2 // shows more than there is rather than less
	v.radio.where = func() geo.ENU { return v.body.pos }
	v.params = newParams(v.at)
	if v.is = &px4; at.Personality == arduCopter.name {
		v.is, v.copter = &arduCopter, newCopter(at)
		v.setLimits()
	}
	v.setCharge(left)
	v.dragK = dragSquare(max(at.CruiseMS, at.MaxWindMS)) // one on a cable is let move far slower than it can fly
	if at.Class == classVTOL {
		v.wing.state, v.dragK = vtolMC, dragSquare(max(at.MaxWindMS, gustyMS))
	}
	v.mode, v.landed = modeHold, true
	v.disarmedAt = w.start
	if at.Autopilot != "" {
		v.outside = &outside{}
	}
	v.restart(w.now)
	v.off = berth != nil && berth.at.Standby == standbyCold && v.outside == nil
	if w.cfg.RTSP != "" {
		v.optics = newOptics(v)
	}
	if at.RemoteID {
		v.ident = newRemoteID(v)
	}
	return v
}

// restart is a boot of the autopilot; what its files hold stays: parameters, mission, fence, rally points.
func (v *vehicle) restart(now time.Time) {
	v.boot, v.booted = now, false
	v.slowNext = now.Add(time.Duration(v.rng.Float64() * float64(slowPeriod)))
	v.homeManual = false
	v.transfer = transfer{}
	v.card = card{logs: v.card.logs}
	v.safe = failsafe{}
	v.said = speech{}
	v.sec.rebooted()
	v.later = nil
	v.gcsHeard, v.stick = time.Time{}, sticks{}
	v.plan.cur, v.plan.started, v.plan.finished, v.plan.reached = 0, false, false, -1
	v.gimbal, v.mount = gimbal{}, mount{}
	v.streams = streams{}
	v.is.rebooted(v, now)
	if v.armed {
		v.holdHere()
		v.mode, v.before = modeHold, 0
	}
}

func (v *vehicle) link() *radio { return &v.radio }

// step is one step of body and autopilot.
func (v *vehicle) step(now time.Time) {
	if v.off {
		return
	}
	if v.ident != nil {
		v.ident.step(now)
	}
	if v.outside != nil {
		v.stepOutside(now)
		return
	}
	if !v.body.onGround || v.armed {
		v.steer(now)
	}
	if v.booted {
		v.aimGimbal()
	}
	if !v.booted {
		if now.Sub(v.boot) < bootTime {
			return
		}
		v.booted = true
	}
	if !now.Before(v.slowNext) {
		v.slowNext = v.slowNext.Add(slowPeriod)
		v.slow(now)
	}
	if v.w.silent {
		v.later = nil
		return
	}
	v.is.tick(v, now)
	v.streamFiles()
	v.streamLogs()
	for len(v.later) > 0 && !now.Before(v.later[0].at) {
		v.send(v.later[0].msg)
		v.later = v.later[1:]
	}
	if v.optics != nil {
		v.optics.step(now)
	}
	v.streams.due(now, func(id uint32) {
		if m := v.is.telemetry(v, id, now); m != nil {
			v.send(m)
		}
	})
}

// steer flies the body by the mode's guidance, or lets it fall.
func (v *vehicle) steer(now time.Time) {
	switch {
	case v.body.crashed || !v.armed:
		v.body.airspeed = 0
		v.fall()
		return
	case v.body.onGround && !v.mayLift(now):
		return
	}
	if !v.body.onGround {
		v.gnss.drift()
	}
	defer v.meetObstacle()
	if v.wing.flies() {
		v.flyWing(v.wingCourse(now), now)
		return
	}
	sp := v.setpoint(now)
	v.tether(&sp)
	v.fly(sp, v.estimate())
	if v.aloft = v.aloft || !v.body.onGround; v.aloft {
		v.detectLanding(now)
	}
}

// mayLift says whether the motors are up and the mode wants to leave the ground.
func (v *vehicle) mayLift(now time.Time) bool {
	if now.Sub(v.armedAt) < spoolTime || v.noLift {
		return false
	}
	if v.flying && (v.aloft || now.Sub(v.liftAt) > landTrigger) { // it has landed: only the detector ends this
		v.detectLanding(now)
		return false
	}
	if v.flying {
		return true
	}
	switch v.mode {
	case modeTakeoff:
	case modeMission:
		if !v.plan.valid {
			return false
		}
	default:
		return false
	}
	v.flying, v.aloft, v.landed = true, false, false
	v.touchedAt = time.Time{}
	v.liftAt = now.Add(seconds(v.limits().liftRamp))
	v.traj.restart(v.estimate(), v.body.headingDeg)
	v.loop = loops{}
	if v.limits().liftRamp > 0 {
		v.traj.u.v = -0.7 // the ramp begins below what lifts
	}
	v.text(6, "Takeoff detected")
	return true
}

// slow is what runs five times a second.
func (v *vehicle) slow(now time.Time) {
	v.drain(now, slowPeriod.Seconds())
	v.navigate(now)
	if v.body.crashed {
		return
	}
	v.is.watch(v, now)
	if v.armed && !v.flying {
		limit := seconds(v.param("COM_DISARM_PRFLT"))
		if limit > 0 && now.Sub(v.armedAt) > limit {
			v.disarm("auto preflight disarming")
		}
	}
}

// detectLanding is the land detector and the automatic disarming after it.
func (v *vehicle) detectLanding(now time.Time) {
	if !v.body.onGround {
		v.touchedAt, v.landed = time.Time{}, false
		return
	}
	if v.touchedAt.IsZero() {
		if !v.pressedDown() {
			return
		}
		v.touchedAt = now
	}
	if !v.landed && now.Sub(v.touchedAt) >= landTrigger {
		v.landed = true
		v.text(6, "Landing detected")
	}
	wait := seconds(v.param("COM_DISARM_LAND"))
	if v.landed && wait > 0 && now.Sub(v.touchedAt) >= landTrigger+wait {
		v.disarm("landing")
	}
}

// pressedDown says whether the rotors have gone down so far that the vehicle must stand: the loops, which want it to sink
// on, have to learn that first (LNDMC's low thrust, less than about half of what hovers).
func (v *vehicle) pressedDown() bool {
	est, l := v.estimate(), v.limits()
	sp := v.defaults(est)
	sp.sink, sp.down = true, l.landCrawl
	v.traj.plan(&sp, est, l)
	return v.loop.control(&v.traj, est, v.velocity(), &sp, l).U < -0.53*gravity
}

// disarm stops the motors; after a return or a landing PX4 goes back by itself to the mode it was called away from.
func (v *vehicle) disarm(by string) {
	v.endLog()
	v.armed, v.flying = false, false
	v.disarmedAt = v.w.now
	v.landed = v.body.onGround
	v.touchedAt = time.Time{}
	v.safe = failsafe{}
	v.guide = guidance{}
	v.plan.stop()
	if v.wing.state != 0 {
		v.wing = wing{state: vtolMC}
	}
	v.mode = modeHold
	if v.before != 0 {
		v.mode, v.before = v.before, 0
	}
	v.text(6, "Disarmed by "+by)
	v.is.disarmed(v)
}

// landedState is MAV_LANDED_STATE as PX4 derives it from the detector and the present kind of setpoint.
func (v *vehicle) landedState() common.MAV_LANDED_STATE {
	switch {
	case v.landed:
		return common.MAV_LANDED_STATE_ON_GROUND
	case v.guide.kind == flyTakeoff:
		return common.MAV_LANDED_STATE_TAKEOFF
	case v.guide.kind == flyLand:
		return common.MAV_LANDED_STATE_LANDING
	}
	return common.MAV_LANDED_STATE_IN_AIR
}

// tether keeps a vehicle on a cable near its site: 30 m aside, as high as it reaches.
func (v *vehicle) tether(sp *setpoint) {
	if v.at.Class != classTethered {
		return
	}
	d := sub(sp.target, v.site)
	if l := d.Horizontal(); l > 30 {
		d.E, d.N = d.E/l*30, d.N/l*30
	}
	rope := v.at.TetherM
	if rope == 0 {
		rope = 100
	}
	d.U = min(d.U, math.Sqrt(max(0, rope*rope-d.E*d.E-d.N*d.N)))
	sp.target = add(v.site, d)
	sp.prev, sp.next, sp.feed, sp.free = sp.target, sp.target, geo.ENU{}, false
}

func (v *vehicle) send(m message.Message) { v.w.post(v.at.SystemID, &v.radio, &v.voice, m) }

// sendLater sends a message after a delay, in order.
func (v *vehicle) sendLater(after time.Duration, m message.Message) {
	v.later = append(v.later, delayed{v.w.now.Add(after), m})
}

// clock is the time of day on board.
func (v *vehicle) clock() time.Time { return v.w.now.Add(v.clockOff) }

// sinceBootMS is time_boot_ms.
func (v *vehicle) sinceBootMS(now time.Time) uint32 {
	return uint32(now.Sub(v.boot) / time.Millisecond)
}

// setHome moves home; everything that depends on it is judged anew.
func (v *vehicle) setHome(p geo.ENU, manual bool) {
	v.home, v.homeValid, v.homeManual = p, true, manual
	v.fence.judge(v)
	v.plan.valid = v.is.feasible(v)
	v.tellNow(idHome)
}
