package mavlink

import (
	"fmt"
	"math"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
)

const (
	// jogDead is the silence after which a gimbal that is turned at a rate is stopped; the rate goes out every jogEvery,
	// and jogStops times as zero, for the radio that loses some.
	jogDead  = 500 * time.Millisecond
	jogEvery = 100 * time.Millisecond
	jogStops = 5
	// jogMost is the greatest rate, degrees a second.
	jogMost = 60.0
)

// jog turns a gimbal at a rate while it is asked to, by GIMBAL_MANAGER_SET_PITCHYAW.
//
//	idle ─JogGimbal─► taking control ─the status names the station─► turning ─silent for 0.5 s, or rate 0─► stopping ─► idle
type jog struct {
	pitch, yaw float64 // degrees a second
	until      time.Time
	stops      int
	next       time.Time
	take       *command
}

// wake is when the jog has something to do; zero is never.
func (j *jog) wake() time.Time {
	if j.until.IsZero() {
		return time.Time{}
	}
	return j.next
}

// beginJog takes one wish. A verdict comes at once.
func (s *Session) beginJog(now time.Time, a fleet.JogGimbal) verdict {
	if !(math.Abs(a.PitchRate) <= jogMost && math.Abs(a.YawRate) <= jogMost) {
		return refused("out-of-range", fmt.Sprintf("a gimbal is turned at %v degrees a second at most", jogMost))
	}
	g, v := s.mayTurn(a.Take)
	if v.stage != "" {
		return v
	}
	for _, t := range s.tasks {
		if t.final == nil && fleet.Turns(t.in.Act) {
			s.end(now, t, failed("superseded", "the gimbal is turned by hand"))
		}
	}
	s.sweep()
	j := &s.payload.jog
	j.pitch, j.yaw, j.until, j.stops, j.next = a.PitchRate, a.YawRate, now.Add(jogDead), jogStops, now
	if !g.ours() && j.take == nil {
		j.take = s.newCommand(now, s.gimbalControl(g, StationSystem, StationComponent), nil, askTries)
	}
	return allDone
}

func (s *Session) runJog(now time.Time) {
	j, g := &s.payload.jog, s.payload.first()
	if j.until.IsZero() {
		return
	}
	over := !now.Before(j.until)
	if g == nil || over && (j.stops == 0 || !g.ours()) {
		s.release(j.take)
		*j = jog{}
		return
	}
	if now.Before(j.next) {
		return
	}
	j.next = now.Add(jogEvery)
	g.used = now
	if !g.ours() {
		return // the status will tell
	}
	s.release(j.take)
	j.take = nil
	nan := float32(math.NaN())
	m := &common.MessageGimbalManagerSetPitchyaw{TargetSystem: uint8(s.system), TargetComponent: g.component, GimbalDeviceId: g.device,
		Flags: stabilised | g.flags&common.GIMBAL_MANAGER_FLAGS_YAW_LOCK, Pitch: nan, Yaw: nan}
	if over || j.pitch == 0 && j.yaw == 0 {
		j.stops--
		if j.stops == 0 {
			j.until = now
		}
	} else {
		m.PitchRate, m.YawRate = float32(j.pitch/degrees), float32(j.yaw/degrees)
	}
	_ = s.transmit(now, m, nil) // what the guard would refuse was refused when it came
}
