package simulator

import (
	"math"
	"math/rand/v2"
	"time"

	"groundstation/internal/geo"
)

const (
	wanderS     = 40.0            // time in which the receiver's slow error is another one, seconds
	quickS      = 3.0             // the same of the estimator's error of velocity
	asideS      = 2.0             // in which the estimator is where the receiver says, seconds ...
	markerS     = 10.0            // ... and over a marker, whose speed it takes for its own, which the receiver's wander is not
	heightShare = 1.6             // error of height over that in the plane
	gateM       = 3.0             // the estimator believes no jump beyond this ...
	gateFor     = 7 * time.Second // ... until it has lasted so long (EKF2's reset after a timeout of its innovation checks)
	satellites  = 17              // under an open sky
)

// gnss is the satellite receiver and the position the estimator makes of it.
type gnss struct {
	rng *rand.Rand // its own, so that what else happens by chance does not change how a vehicle flies

	openSince time.Time // sky seen since
	fix       uint8
	fixAt     time.Time
	lostAt    time.Time
	broken    bool // by a fault

	slow  geo.ENU // of the receiver: orbits, air, reflections
	aside geo.ENU // of the estimator, that did not follow it
	quick geo.ENU // of the estimator, beside it
	rate  geo.ENU // how fast quick changes now: its error of velocity
	slope geo.ENU // how rate changes
	err   geo.ENU // all together: estimate minus truth

	jump, taken geo.ENU // by a fault: in the receiver, and as far as the estimator follows
	jumpAt      time.Time
}

// estimate is where the autopilot believes to be.
func (v *vehicle) estimate() geo.ENU { return add(v.body.pos, v.gnss.err) }

// velocity is how fast the autopilot believes to move. On the ground it knows.
func (v *vehicle) velocity() geo.ENU {
	if v.body.onGround {
		return v.body.vel
	}
	return add(v.body.vel, v.gnss.rate)
}

// onMarker says whether a marker in sight shows PX4 how it moves.
func (v *vehicle) onMarker() bool {
	p := v.guide.prec.phase
	return v.mode == modePrecLand && (p == precApproach || p == precDescend)
}

// drift lets the quick error go on by a step in the air; the filter pulls it back.
func (g *gnss) drift() {
	const back = dt / 0.8
	g.rate = add(g.rate, geo.ENU{E: g.slope.E * dt, N: g.slope.N * dt, U: g.slope.U * dt})
	g.quick = add(g.quick, geo.ENU{E: g.rate.E*dt - g.quick.E*back, N: g.rate.N*dt - g.quick.N*back, U: g.rate.U*dt - g.quick.U*back})
	g.sum()
}

func (g *gnss) sum() { g.err = add(add(g.slow, g.aside), add(g.quick, g.taken)) }

// wander draws new errors, five times a second: of the receiver, larger between walls near the ground, and of the
// estimator's velocity while it flies.
func (v *vehicle) wander() {
	g, cfg := &v.gnss, v.w.cfg.GNSS
	k := slowPeriod.Seconds() / wanderS
	was := g.slow
	sigma := cfg.SigmaM * math.Sqrt(2*k) * (1 + 0.5*math.Exp(-max(0, v.body.pos.U-v.site.U)/15))
	g.slow.E += -g.slow.E*k + sigma*g.rng.NormFloat64()
	g.slow.N += -g.slow.N*k + sigma*g.rng.NormFloat64()
	g.slow.U += -g.slow.U*k + heightShare*sigma*g.rng.NormFloat64()
	// The error of velocity goes on on the ground, unfelt, so that who lifts off a moment later does not meet another one.
	if v.body.onGround {
		t := slowPeriod.Seconds()
		g.rate, g.quick = add(g.rate, geo.ENU{E: g.slope.E * t, N: g.slope.N * t, U: g.slope.U * t}), geo.ENU{}
	}
	kq := slowPeriod.Seconds() / quickS
	sq := cfg.VelocityMS * math.Sqrt(2*kq)
	next := func(rate float64) float64 { return (sq*g.rng.NormFloat64() - rate*kq) / slowPeriod.Seconds() }
	g.slope = geo.ENU{E: next(g.rate.E), N: next(g.rate.N), U: next(g.rate.U) / 2}
	back := asideS
	if v.is.onMarker(v) && !v.body.onGround {
		g.rate, g.slope, back = geo.ENU{}, geo.ENU{}, markerS
		g.aside.E, g.aside.N = g.aside.E+was.E-g.slow.E, g.aside.N+was.N-g.slow.N
	}
	ka := 1 - slowPeriod.Seconds()/back
	g.aside.E, g.aside.N = ka*g.aside.E, ka*g.aside.N
	g.sum()
}

// navigate is receiver, estimator and home.
func (v *vehicle) navigate(now time.Time) {
	g := &v.gnss
	v.wander()
	switch {
	case !v.seesSky():
		g.openSince = time.Time{}
		if g.fix != 0 {
			g.fix, g.lostAt = 0, now
		}
	case g.openSince.IsZero():
		g.openSince = now
	case g.fix == 0 && now.Sub(g.openSince) >= seconds(v.w.cfg.GNSS.FixAfterS):
		g.fix, g.fixAt = 3, now
	}
	if g.fix == 0 && !v.armed {
		v.homeValid, v.homeManual = false, false
	}
	v.follow(now)
	if !v.homeValid && v.positionKnown(now) && v.param("COM_HOME_EN") != 0 {
		v.setHome(v.estimate(), false)
	}
	if v.armed && !v.body.onGround && g.fix == 0 && now.Sub(g.lostAt) > 5*time.Second {
		wind := v.w.windAt(v.body.pos)
		step := 0.15 * slowPeriod.Seconds()
		g.slow = add(g.slow, geo.ENU{E: -wind.E * step, N: -wind.N * step})
		g.sum()
	}
}

// seesSky says whether satellites can be received: not under a lid, and not with a broken receiver.
func (v *vehicle) seesSky() bool {
	d, open := v.w.dockUnder(v.body.pos)
	return !v.gnss.broken && !(v.body.onGround && d != nil && open < 0.8)
}

// jumpTo is a receiver that is wrong by d from now on.
func (v *vehicle) jumpTo(d geo.ENU) { v.gnss.jump, v.gnss.jumpAt = d, v.w.now }

// follow lets the estimator believe the receiver: at once within its gate, and after a while whatever it says. What it
// plans moves with it.
func (v *vehicle) follow(now time.Time) {
	g := &v.gnss
	off := sub(g.jump, g.taken)
	if off == (geo.ENU{}) || length(off) > gateM && now.Sub(g.jumpAt) < gateFor {
		return
	}
	g.taken = g.jump
	v.traj.e.x, v.traj.n.x, v.traj.u.x = v.traj.e.x+off.E, v.traj.n.x+off.N, v.traj.u.x+off.U
	g.sum()
}

// accuracy is the estimator's own, in the plane, metres: it grows while the receiver is not believed or silent.
func (v *vehicle) accuracy(now time.Time) float64 {
	g := &v.gnss
	switch {
	case g.jump != g.taken:
		return 0.6 + 0.3*now.Sub(g.jumpAt).Seconds()
	case g.fix < 3 && v.armed:
		return 0.6 + 0.8*now.Sub(g.lostAt).Seconds()
	}
	return 0.6
}

// received is what the receiver tells: place, satellites, dilution of precision in the plane.
func (v *vehicle) received() (p geo.ENU, sats int, hdop float64) {
	g := &v.gnss
	near := math.Exp(-max(0, v.body.pos.U-v.site.U) / 15)
	sats = satellites - int(math.Round(4*near+math.Mod(math.Abs(g.slow.E)*7, 2)))
	hdop = 0.7 * satellites / float64(sats)
	if g.jump != (geo.ENU{}) {
		sats, hdop = sats-6, hdop+length(g.jump)/10
	}
	return add(v.body.pos, add(g.slow, g.jump)), sats, hdop
}

// positionKnown says whether the estimator has a global position.
func (v *vehicle) positionKnown(now time.Time) bool {
	if v.gnss.fix >= 3 {
		return now.Sub(v.gnss.fixAt) >= estimatorAfter
	}
	return v.armed && now.Sub(v.gnss.lostAt) < 5*time.Second
}
