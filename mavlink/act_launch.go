package mavlink

import (
	"fmt"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
)

const (
	// armSendings is how often arming may be asked for; each again only after a heartbeat that shows no effect.
	armSendings = 5
	// armLook is the time in which an arming that took effect shows in a heartbeat.
	armLook = 1500 * time.Millisecond
	// liftOffWait is the longest time from armed to off the ground; PX4 disarms by itself after 10 s on the ground.
	liftOffWait = 20 * time.Second
	// liftedM is how far above its place a vehicle that is taking off counts as in the air, metres.
	liftedM = 2.0
	// disarmBound is how long a disarming after a failed launch is tried and watched.
	disarmBound = 15 * time.Second
	// disarmEvery is the pause between two of its sendings.
	disarmEvery = 700 * time.Millisecond
)

// launch starts the uploaded plan. PX4 is not sent MISSION_START: a copy of it that comes late would restart the plan in
// the air.
//
//	first item ─► mode mission (seen) ─► arm ─armed seen─► wait ─off the ground, in the air─► done
//	ArduPilot:    mode guided (seen)  ─► arm ─armed seen─► MISSION_START ─mode seen─► wait ─► done
//	any failure, supersession or bound before lift-off ─► disarm until disarmed is seen ─► the verdict
type launch struct {
	mode    setMode
	plan    string // the hash of what was approved
	ready   bool   // the mode to be armed in was seen
	start   begin
	first   seek
	arm     *command
	sent    int
	armedAt time.Time
	// groundMM is the altitude it stood at, mm AMSL.
	groundMM int32
	fresh    bool // armed by this launch: a clean-up is due

	disarmSince, disarmNext time.Time
}

// beginLaunch looks at armed and landed first: the frame of an earlier attempt may have worked.
func (s *Session) beginLaunch(now time.Time, want fleet.Launch) (act, verdict) {
	v := &s.v
	flying := v.Landed == fleet.InAir || v.Landed == fleet.TakingOff
	switch {
	case s.link.state(now, &s.cfg) != fleet.LinkOnline:
		return nil, refused("link-lost", "no fresh heartbeat")
	case v.Landed == fleet.LandedUnknown:
		return nil, refused("landed-unknown", "the vehicle does not say whether it is on the ground")
	case flying && v.Armed && (v.Mode == fleet.ModeMission || v.Mode == fleet.ModeTakeoff):
		return &launch{ready: true, armedAt: now, groundMM: s.see.altMM}, notYet
	case v.Landed != fleet.OnGround:
		return nil, refused("already-airborne", "in the air, in "+v.ModeName)
	case v.Armed && v.Mode != fleet.ModeMission && !(s.auto.guided != 0 && s.see.custom == s.auto.guided):
		return nil, refused("already-armed", "armed on the ground, in "+v.ModeName)
	case s.params.required != nil && !v.Safety.OK:
		return nil, refused("safety-params", "a safety parameter is not, or is no longer, as it must be")
	case s.spec.RemoteID == fleet.RemoteIDRequired && !v.Identified(now):
		return nil, refused("remote-id", v.Unidentified(now).Text)
	case v.Mission.State == "none" || v.Mission.Total == 0:
		return nil, refused("no-plan", "the vehicle has no valid plan")
	}
	if r := s.approved(want.Plan); r.stage != "" {
		return nil, r
	}
	a := &launch{plan: want.Plan, mode: setMode{order: fleet.ModeMission, want: []fleet.Mode{fleet.ModeMission}}, ready: v.Armed, groundMM: s.see.altMM}
	if s.auto.guided != 0 {
		a.mode = setMode{custom: s.auto.guided, want: []fleet.Mode{fleet.ModeHold}}
	}
	return a, notYet
}

func (a *launch) step(s *Session, t *task, now time.Time, m message.Message) verdict {
	v := &s.v
	up := v.Landed == fleet.InAir || v.Landed == fleet.TakingOff && float64(s.see.altMM-a.groundMM) > 1000*liftedM
	if up && s.see.landedAt.After(t.begun) {
		return allDone
	}
	if v.Armed && a.armedAt.IsZero() {
		a.armedAt, a.fresh = now, true
	}
	if r := s.approved(a.plan); r.stage != "" && a.plan != "" && v.Landed == fleet.OnGround {
		return failed(r.code, r.detail)
	}
	switch {
	case !a.armedAt.IsZero() && s.auto.guided != 0 && !a.start.seen:
		return a.start.step(s, t, now)
	case !a.armedAt.IsZero():
		return a.rise(s, t, now)
	case v.Mission.Seq != 0 && a.sent == 0:
		if r := a.first.step(s, t, now); r.stage != fleet.StageDone {
			return r
		}
		return notYet
	case !a.ready:
		r := a.mode.step(s, t, now, m)
		if r.stage != fleet.StageDone {
			return r
		}
		a.ready = true
		a.mode.stop(s)
	}
	return a.arming(s, t, now)
}

// arming asks once; again only when a heartbeat, younger than the request by armLook, still says disarmed.
func (a *launch) arming(s *Session, t *task, now time.Time) verdict {
	if a.arm == nil {
		m := s.long(common.MAV_CMD_COMPONENT_ARM_DISARM, 1)
		a.arm = s.newCommand(now, &m, &t.in.Envelope, 1)
		a.sent++
		a.fresh = true
	}
	v := s.follow(now, t, a.arm)
	look := a.arm.last.Add(max(armLook, s.rtt.timeout(1)))
	switch a.arm.state {
	case cmdRefused:
		if a.arm.result != common.MAV_RESULT_TEMPORARILY_REJECTED || a.sent >= armSendings {
			return v
		}
	case cmdBlocked:
		return v
	case cmdWaiting:
		return notYet
	}
	if s.see.armedAt.After(look) && !s.v.Armed {
		if a.sent >= armSendings {
			return failed("not-armed", fmt.Sprintf("not armed after %d requests: %s", a.sent, s.v.LastText))
		}
		s.release(a.arm)
		a.arm = nil
		t.wake = now
	}
	return notYet
}

// rise waits for lift-off.
func (a *launch) rise(s *Session, t *task, now time.Time) verdict {
	s.progress(now, t, fleet.StageAccepted, 0)
	if s.v.Landed == fleet.TakingOff {
		s.progress(now, t, fleet.StageProgress, 50)
		return notYet
	}
	end := a.armedAt.Add(liftOffWait)
	switch {
	case !s.v.Armed:
		return failed("disarmed", "disarmed before lift-off: "+s.v.LastText)
	case s.v.Mode != fleet.ModeMission && s.v.Mode != fleet.ModeTakeoff:
		return failed("interrupted", "the vehicle went to "+s.v.ModeName)
	case !now.Before(end) && s.v.Landed == fleet.OnGround:
		return failed("no-lift-off", "armed and still on the ground")
	}
	t.wake = end
	return notYet
}

// abort disarms a vehicle that this launch may have armed and that is on the ground. PX4 refuses to disarm in the air,
// and this is never forced.
func (a *launch) abort(s *Session, t *task, now time.Time) (bool, string) {
	if !a.fresh || s.v.Landed == fleet.InAir || s.v.Landed == fleet.TakingOff {
		return true, ""
	}
	if a.disarmSince.IsZero() {
		s.release(a.arm)
		a.mode.stop(s)
		s.release(a.start.cmd)
		a.arm, a.start.cmd, a.disarmSince = nil, nil, now
	}
	// A heartbeat from before the last arming could have taken effect proves nothing.
	if !s.v.Armed && s.see.armedAt.After(a.disarmSince.Add(armLook)) {
		return true, "; disarmed, confirmed" + a.words(s)
	}
	if now.Sub(a.disarmSince) >= disarmBound {
		return true, "; DISARM NOT CONFIRMED" + a.words(s)
	}
	if !now.Before(a.disarmNext) {
		m := s.long(common.MAV_CMD_COMPONENT_ARM_DISARM, 0)
		_ = s.transmit(now, &m, nil) // our own constant: the guard lets it pass
		a.disarmNext = now.Add(max(disarmEvery, s.rtt.timeout(1)))
	}
	t.wake = earlier(a.disarmNext, a.disarmSince.Add(disarmBound))
	return false, ""
}

// words are what the vehicle said since the launch failed: the reason may come after the refusal.
func (a *launch) words(s *Session) string {
	if s.v.LastText == "" || s.v.LastTextAt.Before(a.disarmSince) {
		return ""
	}
	return ": " + s.v.LastText
}

func (a *launch) stop(s *Session) {
	a.mode.stop(s)
	s.release(a.arm)
	s.release(a.start.cmd)
}

// disarm stops the motors of a vehicle on the ground: done when disarmed is seen.
type disarm struct{ effect }

func (a *disarm) step(s *Session, t *task, now time.Time, _ message.Message) verdict {
	if !s.v.Armed && s.see.armedAt.After(t.begun) {
		return allDone
	}
	if s.v.Landed != fleet.OnGround && s.v.Armed {
		return refused("airborne", "it is not on the ground")
	}
	m := s.long(common.MAV_CMD_COMPONENT_ARM_DISARM, 0)
	return a.effect.step(s, t, now, &m)
}
