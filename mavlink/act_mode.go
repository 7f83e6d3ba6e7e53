package mavlink

import (
	"math"
	"slices"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

const (
	// modeWait is how long an acknowledged mode may take to show: HEARTBEAT comes once a second and may be lost once.
	modeWait = 2500 * time.Millisecond
	// refusalsMax is how often a temporary refusal of a mode is answered by asking again, after refusalPause.
	refusalsMax  = 3
	refusalPause = time.Second
	// commandTries outlasts a bad minute of radio; the Intent's Bound ends it earlier.
	commandTries = 40
)

// setMode orders a mode until HEARTBEAT or CURRENT_MODE shows it. PX4 acknowledges DO_SET_MODE twice, first always with
// ACCEPTED, so an acceptance counts for nothing but the report.
//
//	order ─► acknowledged ─mode seen─► done
//	  ▲            │ not seen for modeWait
//	  └────────────┘      refused: again up to refusalsMax if temporary, else the end
type setMode struct {
	order fleet.Mode
	// custom is set instead of order if it is not 0: a mode that the station has no word for.
	custom uint32
	want   []fleet.Mode
	// brake: a vehicle already in this mode may still be moving to a target; stop it where it is.
	brake    bool
	braked   bool
	stopping *command // the brake's
	seen     bool     // hold: the mode was seen
	cmd      *command
	refusals int
	pause    time.Time
}

func (a *setMode) step(s *Session, t *task, now time.Time, _ message.Message) verdict {
	custom, known := s.auto.orders[a.order]
	if a.custom != 0 {
		custom, known = a.custom, true
	}
	if !known {
		return refused("unsupported", s.auto.name+" has no such mode")
	}
	if a.brake && !s.auto.stops && !a.braked && s.v.Mode == fleet.ModeHold && s.underWay() {
		if v := a.stopHere(s, t, now); v.stage != "" || !a.braked {
			return v
		}
	}
	if a.cmd == nil {
		if now.Before(a.pause) {
			t.wake = a.pause
			return notYet
		}
		a.cmd = s.newCommand(now, s.auto.setMode(s, custom), &t.in.Envelope, commandTries)
	}
	v := s.follow(now, t, a.cmd)
	// The mode counts when it was seen after the order went out; if it was the mode before, only after the ACK.
	// Of two modes that are one word here (ArduPilot's guided and brake are both hold) it is the one that was ordered.
	asked, _ := s.auto.named(custom)
	seen := a.cmd.tries > 0 && slices.Contains(a.want, s.v.Mode) && (s.see.custom == custom || s.v.Mode != asked)
	if seen && s.see.modeAt.After(a.cmd.first) && a.cmd.state == cmdAccepted {
		return allDone
	}
	if seen && s.modeSince(a.cmd.first) {
		s.progress(now, t, fleet.StageAccepted, 0)
		return allDone
	}
	switch a.cmd.state {
	case cmdAccepted:
		if again := a.cmd.last.Add(max(modeWait, s.rtt.timeout(1))); !now.Before(again) {
			a.stop(s)
			t.wake = now
		} else {
			t.wake = again
		}
		return notYet
	case cmdRefused:
		if a.cmd.result == common.MAV_RESULT_TEMPORARILY_REJECTED && a.refusals < refusalsMax {
			a.refusals++
			a.stop(s)
			a.pause = now.Add(refusalPause)
			t.wake = a.pause
			return notYet
		}
	}
	return v
}

// modeSince says whether the present mode began after the given time, as HEARTBEAT tells it.
func (s *Session) modeSince(at time.Time) bool { return s.see.modeBegan.After(at) }

// underWay says whether a vehicle is moving.
func (s *Session) underWay() bool {
	return s.v.Armed && (math.Hypot(s.v.VelNMS, s.v.VelEMS) > 1 || math.Abs(s.v.VelDMS) > 0.7)
}

// stopHere stops a vehicle that is in hold.
func (a *setMode) stopHere(s *Session, t *task, now time.Time) verdict {
	if a.stopping == nil {
		a.stopping = s.newCommand(now, s.pause(), nil, 3)
	}
	s.follow(now, t, a.stopping)
	if a.stopping.state == cmdWaiting || a.stopping.state == cmdSent {
		return notYet
	}
	a.braked = true
	a.stop(s)
	return notYet
}

// pause is a DO_REPOSITION to nowhere: PX4 stops as soon as it can and stays there. Sent to where it is, it would go on for
// as long as it takes to brake and then turn back, ten seconds for 8 m/s.
func (s *Session) pause() *common.MessageCommandInt {
	m := s.reposition(geo.Position{}, 0)
	m.X, m.Y, m.Z = math.MaxInt32, math.MaxInt32, float32(math.NaN())
	return m
}

func (a *setMode) stop(s *Session) {
	s.release(a.cmd)
	s.release(a.stopping)
	a.cmd, a.stopping = nil, nil
}

// land lands where it is: done on the ground.
type land struct{ mode setMode }

func (a *land) step(s *Session, t *task, now time.Time, m message.Message) verdict {
	if s.v.Landed == fleet.OnGround && s.see.landedAt.After(t.begun) {
		return allDone
	}
	return a.mode.hold(s, t, now, m)
}

func (a *land) stop(s *Session) { a.mode.stop(s) }

// hold keeps a mode ordered and watched: it orders it until it is seen, and fails when the vehicle leaves it again.
func (a *setMode) hold(s *Session, t *task, now time.Time, m message.Message) verdict {
	if a.seen {
		if !slices.Contains(a.want, s.v.Mode) && s.v.Armed {
			return failed("interrupted", "the vehicle went to "+s.v.ModeName)
		}
		return notYet
	}
	v := a.step(s, t, now, m)
	if v.stage == fleet.StageDone {
		a.seen = true
		a.stop(s)
		return notYet
	}
	return v
}
