package mavlink

import (
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

const (
	// followEvery is the least time between two repositions of a follower, trackStale the age at which its target is lost.
	followEvery = 500 * time.Millisecond
	trackStale  = 3 * time.Second
	// followMost is how long one target is followed.
	followMost = 30 * time.Minute
	// followMoved is by how much its place must have changed to be sent again, metres, within followAgain.
	followMoved = 1.0
	followAgain = 2 * time.Second
)

// TrackIn is where the target of a Follow is.
type TrackIn fleet.Track

func (TrackIn) input() {}

// follow sends the vehicle behind its target by DO_REPOSITION, at most twice a second: to the nearest point at the distance
// wanted. Where that lies outside of the room or the fence, the vehicle stays at the last that does not. One whose target is
// not heard of any more is told to hold, and the task ends when that is seen.
type follow struct {
	want   fleet.Follow
	target geo.LatLon
	at     time.Time // zero: not heard of yet
	sent   geo.LatLon
	cmd    *command
	next   time.Time
	hold   *setMode
}

// track gives a follower's task where its target is.
func (s *Session) track(in TrackIn) {
	for _, t := range s.tasks {
		if f, ok := t.act.(*follow); ok && t.in.ID == in.Follow && in.Target.Check() == nil && in.At.After(f.at) {
			f.target, f.at = in.Target, in.At
		}
	}
}

func (a *follow) step(s *Session, t *task, now time.Time, m message.Message) verdict {
	last := a.at
	if last.IsZero() {
		last = t.begun
	}
	lost := last.Add(trackStale)
	if a.hold != nil || !now.Before(lost) {
		return a.lose(s, t, now, m)
	}
	t.wake = earlier(lost, later(a.next, now.Add(followEvery)))
	if c := a.cmd; c != nil {
		if v := s.follow(now, t, c); c.state == cmdRefused {
			return v
		}
	}
	here, ok := s.here()
	if a.at.IsZero() || !ok || now.Before(a.next) {
		if now.Before(a.next) {
			t.wake = earlier(lost, a.next)
		}
		return notYet
	}
	goal := geo.Offset(a.target, geo.BearingDeg(a.target, here.LatLon), a.want.DistanceM)
	moved := a.cmd == nil || geo.Distance(a.sent, goal) >= followMoved || now.Sub(a.cmd.last) >= followAgain
	if !moved || !contains(a.want.Room, goal) || inside(goal.At(a.want.AltAMSL), &t.in.Envelope) != nil {
		return notYet
	}
	s.release(a.cmd)
	a.cmd = s.newCommand(now, s.reposition(goal.At(a.want.AltAMSL), a.want.SpeedMS), &t.in.Envelope, 1)
	if a.cmd.state == cmdBlocked {
		return refused("guard", a.cmd.reason.Error())
	}
	a.sent, a.next = goal, now.Add(followEvery)
	t.wake = earlier(lost, a.next)
	return notYet
}

// lose stops a vehicle whose target is not heard of.
func (a *follow) lose(s *Session, t *task, now time.Time, m message.Message) verdict {
	if a.hold == nil {
		s.release(a.cmd)
		a.cmd = nil
		a.hold = &setMode{order: fleet.ModeHold, want: []fleet.Mode{fleet.ModeHold}, brake: true}
	}
	v := a.hold.step(s, t, now, m)
	if v.stage == fleet.StageDone {
		return failed("target-stale", "nothing was heard of its target for 3 s; it holds")
	}
	return v
}

func (a *follow) stop(s *Session) {
	s.release(a.cmd)
	a.cmd = nil
	if a.hold != nil {
		a.hold.stop(s)
	}
}

// beginFollow refuses what cannot be followed now.
func (s *Session) beginFollow(a fleet.Follow) (act, verdict) {
	switch {
	case !s.v.Airborne():
		return nil, refused("on-ground", "it is not in the air")
	case len(a.Room) < 3:
		return nil, refused("guard", refuse("no room to follow in").Error())
	}
	if err := within("distance, m", a.DistanceM, 5, radiusMax); err != nil {
		return nil, refused("guard", err.Error())
	}
	return &follow{want: a}, notYet
}
