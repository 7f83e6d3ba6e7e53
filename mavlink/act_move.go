package mavlink

import (
	"math"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

const (
	// arrived and matched are how near the vehicle, or the target it reports, must be to the one ordered, metres.
	arrived = 5.0
	matched = 2.0
	// effectWait is how long an accepted order may show no effect before it is sent again: the acceptance may have
	// been an older order's.
	effectWait = 4 * time.Second
	// homeError is how near HOME_POSITION must be to the place that was set, metres in each axis.
	homeError = 1.0
)

func (a *once) step(s *Session, t *task, now time.Time, _ message.Message) verdict {
	if a.cmd == nil {
		a.cmd = s.newCommand(now, a.m, &t.in.Envelope, a.most)
	}
	v := s.follow(now, t, a.cmd)
	if a.cmd.state == cmdAccepted {
		return allDone
	}
	return v
}

func (a *once) stop(s *Session) { s.release(a.cmd) }

// effect sends a command until what it should bring about is seen.
type effect struct{ cmd *command }

// step sends m, follows it, and sends it again when it was accepted and nothing came of it.
func (e *effect) step(s *Session, t *task, now time.Time, m message.Message) verdict {
	if e.cmd == nil {
		e.cmd = s.newCommand(now, m, &t.in.Envelope, commandTries)
	}
	v := s.follow(now, t, e.cmd)
	if e.cmd.state == cmdAccepted {
		again := e.cmd.last.Add(max(effectWait, 2*s.rtt.timeout(1)))
		if !now.Before(again) {
			e.stop(s)
			t.wake = now
		} else {
			t.wake = again
		}
	}
	return v
}

func (e *effect) stop(s *Session) {
	s.release(e.cmd)
	e.cmd = nil
}

// accepted is when the command now in flight was sent, once it was accepted.
func (e *effect) accepted() (time.Time, bool) {
	if e.cmd == nil || e.cmd.state != cmdAccepted {
		return time.Time{}, false
	}
	return e.cmd.first, true
}

// goTo repositions: done when the vehicle holds and reports that target, or is there.
type goTo struct {
	target geo.Position
	speed  float64
	effect
}

func (a *goTo) step(s *Session, t *task, now time.Time, _ message.Message) verdict {
	v := a.effect.step(s, t, now, s.reposition(a.target, a.speed))
	if v.stage != "" {
		return v
	}
	sent, ok := a.accepted()
	if !ok || s.v.Mode != fleet.ModeHold || !s.see.modeAt.After(sent) {
		return notYet
	}
	if s.near(a.target, arrived) || s.see.target.at.After(sent) && s.goingTo(a.target) {
		return allDone
	}
	return notYet
}

// reposition flies to at in hold; its altitude is AMSL whatever the frame says. Speed 0 is the vehicle's own.
func (s *Session) reposition(at geo.Position, speed float64) *common.MessageCommandInt {
	m := s.int(common.MAV_CMD_DO_REPOSITION, at)
	m.Param1, m.Param2, m.Param4 = -1, 1, float32(math.NaN()) // 1: change the mode; NaN: keep the heading
	if speed != 0 {
		m.Param1 = float32(speed)
	}
	return m
}

// near says whether the vehicle is within m metres of p in space.
func (s *Session) near(p geo.Position, m float64) bool {
	here, ok := s.here()
	return ok && geo.Distance(here.LatLon, p.LatLon) <= m && math.Abs(here.AltAMSL-p.AltAMSL) <= m
}

// goingTo says whether the autopilot reports p as its target.
func (s *Session) goingTo(p geo.Position) bool {
	g := s.see.target
	at := fromE7(g.lat, g.lon, g.alt)
	return at.Check() == nil && geo.Distance(at.LatLon, p.LatLon) <= matched && math.Abs(at.AltAMSL-p.AltAMSL) <= matched
}

// orbit circles: done when the mode is seen. Fixed wings orbit in hold.
type orbit struct {
	want fleet.Orbit
	wing bool
	effect
}

func (a *orbit) step(s *Session, t *task, now time.Time, _ message.Message) verdict {
	m := s.int(common.MAV_CMD_DO_ORBIT, a.want.Center)
	m.Param1, m.Param2 = float32(a.want.RadiusM), float32(a.want.SpeedMS)
	if s.auto.wing {
		m = s.reposition(a.want.Center, 0)
		m.Param3 = float32(math.Abs(a.want.RadiusM))
		if a.want.RadiusM < 0 {
			m.Param4 = 1 // against the clock
		}
	}
	if v := a.effect.step(s, t, now, m); v.stage != "" {
		return v
	}
	sent, ok := a.accepted()
	seen := s.v.Mode == fleet.ModeOrbit || a.wing && s.v.Mode == fleet.ModeHold
	if ok && seen && s.see.modeAt.After(sent) {
		return allDone
	}
	return notYet
}

// setHome sets home: done when HOME_POSITION says so. An altitude correction on board may clear it, so it is checked
// in all three axes, and asked for again when it did not come.
type setHome struct {
	want geo.Position
	effect
	ask *command
}

func (a *setHome) step(s *Session, t *task, now time.Time, _ message.Message) verdict {
	m := s.int(common.MAV_CMD_DO_SET_HOME, a.want)
	if v := a.effect.step(s, t, now, m); v.stage != "" {
		return v
	}
	sent, ok := a.accepted()
	if !ok {
		s.release(a.ask)
		a.ask = nil
		return notYet
	}
	if h := s.v.Home; h != nil && s.v.HomeAt.After(sent) &&
		geo.Distance(h.LatLon, a.want.LatLon) <= homeError && math.Abs(h.AltAMSL-a.want.AltAMSL) <= homeError {
		return allDone
	}
	if a.ask == nil {
		q := s.long(common.MAV_CMD_REQUEST_MESSAGE, 242)
		a.ask = s.newCommand(now, &q, nil, 3)
	}
	return notYet
}

func (a *setHome) stop(s *Session) {
	a.effect.stop(s)
	s.release(a.ask)
}
