package mavlink

import (
	"fmt"
	"math"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
)

const (
	// aimed is how near the gimbal must stand, degrees; attitudeFresh how old its attitude may be to judge by.
	aimed         = 5.0
	attitudeFresh = 2 * time.Second
)

// mayTurn says why the gimbal may not be turned.
func (s *Session) mayTurn(take bool) (*gimbal, verdict) {
	g := s.payload.first()
	switch {
	case g == nil:
		return nil, refused("no-gimbal", "the vehicle has told of no gimbal manager")
	case g.ours(), g.free(), take:
		return g, notYet
	case g.sys == uint8(s.system):
		return nil, refused("gimbal-held", "its plan or a component of its own controls the gimbal: "+g.by())
	}
	return nil, refused("gimbal-held", "another controls the gimbal: "+g.by())
}

// hold takes primary control, once, and says whether it is the station's.
type hold struct{ effect }

func (h *hold) step(s *Session, t *task, now time.Time, g *gimbal) (bool, verdict) {
	if g.ours() {
		h.stop(s)
		return true, notYet
	}
	v := h.effect.step(s, t, now, s.gimbalControl(g, StationSystem, StationComponent))
	return false, byManager(g, h.cmd, v)
}

func byManager(g *gimbal, cmd *command, v verdict) verdict {
	if cmd != nil && cmd.state == cmdRefused {
		v.detail = fmt.Sprintf("gimbal manager %d: %s", g.component, cmd.result)
	}
	return v
}

// aimGimbal carries out AimGimbal:
//
//	begin ─held by another─► refused
//	  └► CONFIGURE ─► the status names the station ─► PITCHYAW ─► accepted ─► flags and attitude seen: done
type aimGimbal struct {
	want fleet.AimGimbal
	g    *gimbal
	hold hold
	effect
	next time.Time
}

func (s *Session) beginAim(a fleet.AimGimbal) (act, verdict) {
	g, v := s.mayTurn(a.Take)
	if v.stage != "" {
		return nil, v
	}
	has := func(f common.GIMBAL_MANAGER_CAP_FLAGS) bool { return g.caps&f != 0 }
	switch {
	case a.Rest != "" && a.Rest != fleet.GimbalNeutral && a.Rest != fleet.GimbalRetract:
		return nil, refused("bad-value", fmt.Sprintf("%.20q is no place of rest", a.Rest))
	case a.Rest == fleet.GimbalRetract && !has(common.GIMBAL_MANAGER_CAP_FLAGS_HAS_RETRACT),
		a.Rest == fleet.GimbalNeutral && !has(common.GIMBAL_MANAGER_CAP_FLAGS_HAS_NEUTRAL),
		a.Rest == "" && a.Lock && !has(common.GIMBAL_MANAGER_CAP_FLAGS_HAS_YAW_LOCK):
		return nil, refused("unsupported", "the gimbal cannot do that")
	}
	if !reaches(a.PitchDeg, g.pitchMin, g.pitchMax) || !a.Lock && !reaches(a.YawDeg, g.yawMin, g.yawMax) {
		return nil, refused("out-of-range", "the gimbal does not turn that far")
	}
	return &aimGimbal{want: a, g: g}, notYet
}

func reaches(v, low, high *float64) bool {
	return v == nil || (low == nil || *v >= *low) && (high == nil || *v <= *high)
}

func (a *aimGimbal) step(s *Session, t *task, now time.Time, _ message.Message) verdict {
	g := a.g
	if s.payload.gimbal(g.component, g.device) != g {
		return failed("gimbal-lost", "the gimbal's manager is not heard any more")
	}
	g.used = now
	if mine, v := a.hold.step(s, t, now, g); !mine {
		a.look(s, t, now)
		return v
	}
	sent := a.cmd
	v := a.effect.step(s, t, now, a.order(s))
	if v.stage != "" {
		return byManager(g, a.cmd, v)
	}
	if since, ok := a.accepted(); ok && sent == a.cmd && a.there(s, now, since) {
		return allDone
	}
	a.look(s, t, now)
	return notYet
}

// look asks for the manager's status where it does not come by itself.
func (a *aimGimbal) look(s *Session, t *task, now time.Time) {
	if pt := s.payload.part(a.g.component); pt != nil && !now.Before(a.next) {
		pt.ask.again(now, gimbalManagerStatusID)
		a.next = now.Add(lookAgain)
	}
	t.wake = earlier(t.wake, a.next)
}

// flags are what the manager is told, and must tell.
func (a *aimGimbal) flags() common.GIMBAL_MANAGER_FLAGS {
	switch {
	case a.want.Rest == fleet.GimbalRetract:
		return common.GIMBAL_MANAGER_FLAGS_RETRACT
	case a.want.Rest == fleet.GimbalNeutral:
		return common.GIMBAL_MANAGER_FLAGS_NEUTRAL
	case a.want.Lock:
		return stabilised | common.GIMBAL_MANAGER_FLAGS_YAW_LOCK
	}
	return stabilised
}

func (a *aimGimbal) order(s *Session) message.Message {
	nan := math.NaN()
	pitch, yaw := nan, nan
	if a.want.Rest == "" {
		if g := s.v.Gimbal; g != nil && s.now.Sub(g.At) <= attitudeFresh { // as it is, in the frame it will be in
			pitch = g.PitchDeg
			switch {
			case a.want.Lock:
				yaw = g.YawDeg
			case s.now.Sub(s.v.PositionAt) <= placeFresh: // the heading is heard with the position
				yaw = g.YawDeg - s.v.HeadingDeg
			}
		}
		if a.want.PitchDeg != nil {
			pitch = *a.want.PitchDeg
		}
		if a.want.YawDeg != nil {
			yaw = *a.want.YawDeg
		}
		if !math.IsNaN(yaw) {
			yaw = wrap180(yaw)
		}
	}
	return s.longTo(a.g.component, common.MAV_CMD_DO_GIMBAL_MANAGER_PITCHYAW, float32(pitch), float32(yaw), float32(nan), float32(nan),
		float32(a.flags()), 0, float32(a.g.device))
}

// there says whether the manager tells the flags, or the gimbal itself as under ArduPilot, and it stands where it was sent.
func (a *aimGimbal) there(s *Session, now, since time.Time) bool {
	want, g := a.flags()&gimbalTells, s.v.Gimbal
	fresh := g != nil && g.At.After(since)
	byManager := a.g.at.After(since) && a.g.flags&gimbalTells == want && (want != 0 || !fresh || s.see.gimbalFlags == 0)
	byDevice := want != 0 && fresh && s.see.gimbalFlags == want
	// PX4's own outputs tell nowhere that they rest: level and ahead is seen.
	level := a.want.Rest == fleet.GimbalNeutral && fresh && math.Abs(g.PitchDeg) <= aimed && math.Abs(wrap180(g.YawDeg-s.v.HeadingDeg)) <= aimed
	if !byManager && !byDevice && !level {
		return false
	}
	if a.want.Rest != "" || g == nil || now.Sub(g.At) > attitudeFresh {
		return true
	}
	if !g.At.After(since) || a.want.PitchDeg != nil && math.Abs(g.PitchDeg-*a.want.PitchDeg) > aimed {
		return false
	}
	if a.want.YawDeg == nil || a.g.caps&common.GIMBAL_MANAGER_CAP_FLAGS_HAS_YAW_AXIS == 0 {
		return true
	}
	yaw := g.YawDeg
	if !a.want.Lock {
		yaw -= s.v.HeadingDeg
	}
	return math.Abs(wrap180(yaw-*a.want.YawDeg)) <= aimed
}

func wrap180(deg float64) float64 { return math.Remainder(deg, 360) }

func (a *aimGimbal) stop(s *Session) {
	a.hold.stop(s)
	a.effect.stop(s)
}

// releaseGimbal gives control back: done when the status does not name the station.
type releaseGimbal struct {
	g *gimbal
	effect
}

func (s *Session) beginRelease() (act, verdict) {
	g := s.payload.first()
	switch {
	case g == nil:
		return nil, refused("no-gimbal", "the vehicle has told of no gimbal manager")
	case !g.ours() && !g.at.IsZero():
		return nil, verdict{stage: fleet.StageDone, detail: "it was not the station's"}
	}
	return &releaseGimbal{g: g}, notYet
}

func (a *releaseGimbal) step(s *Session, t *task, now time.Time, _ message.Message) verdict {
	v := a.effect.step(s, t, now, s.gimbalControl(a.g, controlLeave, controlLeave))
	if since, ok := a.accepted(); ok && a.g.at.After(since) && !a.g.ours() {
		return allDone
	}
	return byManager(a.g, a.cmd, v)
}
