package mavlink

import (
	"math"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
)

// fakeMount is a gimbal manager after https://mavlink.io/en/services/gimbal_v2.html on the autopilot, with a gimbal of
// its own, number 1: it heeds only who has primary control, and turns at 60 degrees a second.
type fakeMount struct {
	w     *world
	flags common.GIMBAL_MANAGER_FLAGS
	sys   uint8
	cmp   uint8

	pitch, yaw         float64 // degrees; yaw true
	toPitch, toYaw     float64 // yaw by the lock flag
	pitchRate, yawRate float64
	heading            float64
	last               time.Time

	refuses   map[common.MAV_CMD]common.MAV_RESULT
	stuck     bool
	restless  bool // as PX4's own outputs: nothing tells that it rests
	reticent  bool // as ArduPilot's: the manager tells none of its flags, the gimbal itself does
	ignored   int  // rates of somebody not in control
	turned    []float64
	configs   int
	lastRates time.Time
}

func newFakeMount(w *world) *fakeMount {
	g := &fakeMount{w: w, last: w.now, refuses: map[common.MAV_CMD]common.MAV_RESULT{}}
	beside, tick := w.v.beside, w.v.besideTick
	w.v.beside = func(m message.Message) bool { return g.take(m) || beside != nil && beside(m) }
	w.v.besideTick = func(now time.Time) {
		if tick != nil {
			tick(now)
		}
		g.tick(now)
	}
	return g
}

func (g *fakeMount) tick(now time.Time) {
	dt := now.Sub(g.last).Seconds()
	g.last = now
	if !g.stuck {
		toYaw := g.toYaw
		if g.flags&common.GIMBAL_MANAGER_FLAGS_YAW_LOCK == 0 {
			toYaw += g.heading
		}
		if g.pitchRate != 0 || g.yawRate != 0 {
			g.pitch = clamp(g.pitch+g.pitchRate*dt, 90)
			g.yaw += g.yawRate * dt
		} else {
			g.pitch += clamp(g.toPitch-g.pitch, 60*dt)
			g.yaw += clamp(wrap180(toYaw-g.yaw), 60*dt)
		}
	}
	if g.w.v.every("mount", 200*time.Millisecond) {
		g.status()
		sp, cp := math.Sincos(g.pitch / 2 / degrees)
		sy, cy := math.Sincos(g.yaw / 2 / degrees)
		flags := common.GIMBAL_DEVICE_FLAGS_YAW_IN_EARTH_FRAME
		if g.reticent {
			flags |= common.GIMBAL_DEVICE_FLAGS(g.flags)
		}
		g.w.v.send(&common.MessageGimbalDeviceAttitudeStatus{Flags: flags,
			Q: [4]float32{float32(cp * cy), float32(-sp * sy), float32(sp * cy), float32(cp * sy)}, GimbalDeviceId: 1})
	}
}

func (g *fakeMount) status() {
	flags := g.flags
	if g.reticent {
		flags = stabilised
	}
	if g.restless {
		flags &^= common.GIMBAL_MANAGER_FLAGS_NEUTRAL
	}
	g.w.v.send(&common.MessageGimbalManagerStatus{Flags: flags, GimbalDeviceId: 1, PrimaryControlSysid: g.sys, PrimaryControlCompid: g.cmp})
}

func (g *fakeMount) take(m message.Message) bool {
	switch m := m.(type) {
	case *common.MessageCommandLong:
		r, mine := g.order(m)
		if mine {
			g.w.v.ack(m.Command, r)
		}
		return mine
	case *common.MessageGimbalManagerSetPitchyaw:
		if g.sys != StationSystem || g.cmp != StationComponent {
			g.ignored++
			return true
		}
		g.flags = m.Flags
		g.pitchRate, g.yawRate = float64(m.PitchRate)*degrees, float64(m.YawRate)*degrees
		g.turned = append(g.turned, g.yawRate)
		g.toPitch, g.toYaw, g.lastRates = g.pitch, g.yaw, g.w.now
		return true
	}
	return false
}

func (g *fakeMount) order(m *common.MessageCommandLong) (common.MAV_RESULT, bool) {
	if m.TargetComponent != 1 {
		return 0, false
	}
	r, refused := g.refuses[m.Command]
	switch m.Command {
	case common.MAV_CMD_REQUEST_MESSAGE:
		switch m.Param1 {
		case gimbalManagerInformationID:
			g.w.v.send(&common.MessageGimbalManagerInformation{GimbalDeviceId: 1, PitchMin: -math.Pi / 2, PitchMax: math.Pi / 6, YawMin: -math.Pi, YawMax: math.Pi,
				CapFlags: common.GIMBAL_MANAGER_CAP_FLAGS_HAS_PITCH_AXIS | common.GIMBAL_MANAGER_CAP_FLAGS_HAS_YAW_AXIS |
					common.GIMBAL_MANAGER_CAP_FLAGS_HAS_YAW_LOCK | common.GIMBAL_MANAGER_CAP_FLAGS_HAS_YAW_FOLLOW | common.GIMBAL_MANAGER_CAP_FLAGS_HAS_NEUTRAL})
			return common.MAV_RESULT_ACCEPTED, true
		case gimbalManagerStatusID:
			g.status()
			return common.MAV_RESULT_ACCEPTED, true
		}
		return 0, false
	case common.MAV_CMD_DO_GIMBAL_MANAGER_CONFIGURE:
		g.configs++
		switch {
		case refused:
			return r, true
		case m.Param1 == StationSystem:
			g.sys, g.cmp = uint8(m.Param1), uint8(m.Param2)
		case m.Param1 == controlLeave && g.sys == StationSystem:
			g.sys, g.cmp = 0, 0
		}
		return common.MAV_RESULT_ACCEPTED, true
	case common.MAV_CMD_DO_GIMBAL_MANAGER_PITCHYAW:
		if refused {
			return r, true
		}
		if g.sys != StationSystem || g.cmp != StationComponent {
			return common.MAV_RESULT_DENIED, true
		}
		g.flags = common.GIMBAL_MANAGER_FLAGS(m.Param5)
		if g.flags&common.GIMBAL_MANAGER_FLAGS_NEUTRAL != 0 {
			g.toPitch, g.toYaw = 0, 0
		}
		g.pitchRate, g.yawRate = 0, 0
		if !math.IsNaN(float64(m.Param1)) {
			g.toPitch = float64(m.Param1)
		}
		if !math.IsNaN(float64(m.Param2)) {
			g.toYaw = float64(m.Param2)
		}
		if g.flags&common.GIMBAL_MANAGER_FLAGS_NEUTRAL != 0 {
			g.toPitch, g.toYaw = 0, 0
		}
		return common.MAV_RESULT_ACCEPTED, true
	}
	return 0, false
}
