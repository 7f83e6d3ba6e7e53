package mavlink

import (
	"fmt"
	"math"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
)

const (
	gimbalsMax = 4
	// managerEvery is how long a manager's status, told at 5 Hz by most, goes unheard before it is asked for.
	managerEvery = 2 * time.Second
	// managerAge is how old the fleet's word of when it was heard may get.
	managerAge = time.Second
	// gimbalIdle is how long nobody has turned the gimbal of a vehicle that is not in the air before control is given back.
	gimbalIdle = time.Minute

	controlKeep  = -1 // MAV_CMD_DO_GIMBAL_MANAGER_CONFIGURE: as it is
	controlLeave = -3 // give up control, if it is the sender's
)

// gimbal is a gimbal manager and its gimbal (https://mavlink.io/en/services/gimbal_v2.html).
type gimbal struct {
	component, device  uint8
	caps               common.GIMBAL_MANAGER_CAP_FLAGS
	pitchMin, pitchMax *float64
	yawMin, yawMax     *float64

	flags    common.GIMBAL_MANAGER_FLAGS
	sys, cmp uint8     // in primary control; 0 nobody
	at       time.Time // of the last status
	place    int64
	used     time.Time // by an act of ours
	leaving  *command
}

// ours says whether the station is in primary control.
func (g *gimbal) ours() bool {
	return !g.at.IsZero() && g.sys == StationSystem && g.cmp == StationComponent
}

// free says whether nobody is.
func (g *gimbal) free() bool { return g.sys == 0 && g.cmp == 0 }

// managed notes a manager and asks for its status.
func (p *payload) managed(now time.Time, pt *part, m *common.MessageGimbalManagerInformation) {
	pt.ask.heard(now, gimbalManagerInformationID)
	g := p.gimbal(pt.component, m.GimbalDeviceId)
	if g == nil {
		if len(p.gimbals) >= gimbalsMax {
			return
		}
		g = &gimbal{component: pt.component, device: m.GimbalDeviceId}
		p.gimbals = append(p.gimbals, g)
		pt.ask.want(now, gimbalManagerStatusID, 0, managerEvery)
	}
	g.caps = m.CapFlags
	g.pitchMin, g.pitchMax, g.yawMin, g.yawMax = limit(m.PitchMin, m.PitchMax), limit(m.PitchMax, m.PitchMin), limit(m.YawMin, m.YawMax), limit(m.YawMax, m.YawMin)
	p.changed = true
}

// limit is an angle in degrees, unless it is none or both ends of the range are the same.
func limit(v, other float32) *float64 {
	d := float64(v) * degrees
	if math.IsNaN(d) || math.Abs(d) > 720 || v == other {
		return nil
	}
	return &d
}

// control notes who is in control.
func (p *payload) control(now time.Time, pt *part, m *common.MessageGimbalManagerStatus, place int64) {
	g := p.gimbal(pt.component, m.GimbalDeviceId)
	if g == nil || !g.at.IsZero() && place <= g.place {
		return
	}
	pt.ask.heard(now, gimbalManagerStatusID)
	if g.at.IsZero() || g.flags != m.Flags || g.sys != m.PrimaryControlSysid || g.cmp != m.PrimaryControlCompid ||
		p.manager == nil || now.Sub(p.manager.At) >= managerAge {
		p.changed = true
	}
	g.flags, g.sys, g.cmp, g.at, g.place = m.Flags, m.PrimaryControlSysid, m.PrimaryControlCompid, now, place
}

func (p *payload) gimbal(component, device uint8) *gimbal {
	for _, g := range p.gimbals {
		if g.component == component && g.device == device {
			return g
		}
	}
	return nil
}

// first is the gimbal that acts are about.
func (p *payload) first() *gimbal {
	if len(p.gimbals) == 0 {
		return nil
	}
	return p.gimbals[0]
}

var gimbalNames = map[common.GIMBAL_MANAGER_CAP_FLAGS]string{common.GIMBAL_MANAGER_CAP_FLAGS_HAS_RETRACT: "retract",
	common.GIMBAL_MANAGER_CAP_FLAGS_HAS_NEUTRAL: "neutral", common.GIMBAL_MANAGER_CAP_FLAGS_HAS_PITCH_AXIS: "pitch",
	common.GIMBAL_MANAGER_CAP_FLAGS_HAS_YAW_AXIS: "yaw", common.GIMBAL_MANAGER_CAP_FLAGS_HAS_YAW_LOCK: "lock",
	common.GIMBAL_MANAGER_CAP_FLAGS_HAS_YAW_FOLLOW: "follow"}

// drawGimbal brings the fleet's picture of the gimbal up to date.
func (s *Session) drawGimbal() {
	p := &s.payload
	g := p.first()
	if g == nil {
		if p.manager != nil && s.v.Gimbal != nil {
			v := *s.v.Gimbal
			v.Manager, s.v.Gimbal = nil, &v
		}
		p.manager = nil
		return
	}
	flags := g.flags
	if s.v.Gimbal != nil && s.now.Sub(s.v.Gimbal.At) <= attitudeFresh {
		flags |= s.see.gimbalFlags // ArduPilot's manager tells none of them
	}
	m := &fleet.GimbalManager{Component: g.component, Device: g.device, Control: "unknown", At: g.at,
		Lock: flags&common.GIMBAL_MANAGER_FLAGS_YAW_LOCK != 0, Neutral: flags&common.GIMBAL_MANAGER_FLAGS_NEUTRAL != 0,
		Retracted: flags&common.GIMBAL_MANAGER_FLAGS_RETRACT != 0, PitchMinDeg: g.pitchMin, PitchMaxDeg: g.pitchMax, YawMinDeg: g.yawMin, YawMaxDeg: g.yawMax}
	for bit := common.GIMBAL_MANAGER_CAP_FLAGS(1); bit != 0 && bit <= g.caps; bit <<= 1 {
		if name := gimbalNames[bit]; name != "" && g.caps&bit != 0 {
			m.Capabilities = append(m.Capabilities, name)
		}
	}
	switch {
	case g.at.IsZero():
	case g.free():
		m.Control = "none"
	case g.ours():
		m.Control = "station"
	case g.sys == uint8(s.system):
		m.Control, m.ControlBy = "vehicle", g.by()
	default:
		m.Control, m.ControlBy = "other", g.by()
	}
	v := fleet.Gimbal{}
	if s.v.Gimbal != nil {
		v = *s.v.Gimbal
	}
	v.Manager = m
	p.manager, s.v.Gimbal = m, &v
}

func (g *gimbal) by() string { return fmt.Sprintf("%d/%d", g.sys, g.cmp) }

// leaveGimbal gives control back that nobody uses any more.
func (s *Session) leaveGimbal(now time.Time) {
	g := s.payload.first()
	if g == nil {
		return
	}
	if g.leaving != nil && g.leaving.state >= cmdAccepted {
		s.release(g.leaving)
		g.leaving = nil
		g.used = now // not at once again
	}
	if g.leaving != nil || !g.ours() || s.v.Airborne() || now.Before(s.gimbalWake()) {
		return
	}
	g.leaving = s.newCommand(now, s.gimbalControl(g, controlLeave, controlLeave), nil, askTries)
}

// gimbalWake is when control is to be given back.
func (s *Session) gimbalWake() time.Time {
	g := s.payload.first()
	if g == nil || g.leaving != nil || !g.ours() || s.v.Airborne() {
		return time.Time{}
	}
	return later(g.used, g.at.Add(-gimbalIdle)).Add(gimbalIdle)
}

func (s *Session) gimbalControl(g *gimbal, sys, cmp float32) *common.MessageCommandLong {
	return s.longTo(g.component, common.MAV_CMD_DO_GIMBAL_MANAGER_CONFIGURE, sys, cmp, controlKeep, controlKeep, 0, 0, float32(g.device))
}

// gimbalTells are the flags by which is judged what a gimbal does. Those of a device are the same bits.
const gimbalTells = common.GIMBAL_MANAGER_FLAGS_RETRACT | common.GIMBAL_MANAGER_FLAGS_NEUTRAL | common.GIMBAL_MANAGER_FLAGS_YAW_LOCK

// stabilised are the flags of a camera's gimbal: level, and pitch from the horizon.
const stabilised = common.GIMBAL_MANAGER_FLAGS_ROLL_LOCK | common.GIMBAL_MANAGER_FLAGS_PITCH_LOCK
