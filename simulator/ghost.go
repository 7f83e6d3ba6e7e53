package simulator

import (
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

// GhostKey is added to a system id to name the socket of its twin.
const GhostKey = 1000

// ghost is another autopilot that was left with the system id of a vehicle: it beats, and hears nothing.
type ghost struct {
	w     *World
	of    *vehicle
	voice voice
	radio radio
	next  time.Time
	quiet bool
}

func (g *ghost) link() *radio             { return &g.radio }
func (g *ghost) receive(time.Time, frame) {}

func (g *ghost) step(now time.Time) {
	if g.quiet || now.Before(g.next) {
		return
	}
	g.next = now.Add(time.Second)
	g.w.post(GhostKey+g.of.at.SystemID, &g.radio, &g.voice, &common.MessageHeartbeat{Type: common.MAV_TYPE_QUADROTOR, Autopilot: common.MAV_AUTOPILOT_PX4,
		BaseMode: common.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED, CustomMode: uint32(modeHold), SystemStatus: common.MAV_STATE_STANDBY, MavlinkVersion: 3})
}

// twin lets a second system of a vehicle's id appear, or fall silent.
func (w *World) twin(v *vehicle, silent bool) {
	for _, g := range w.ghosts {
		if g.of == v {
			g.quiet = silent
			return
		}
	}
	if silent {
		return
	}
	g := &ghost{w: w, of: v, voice: voice{codec: w.codec, system: v.voice.system, component: 1}, next: w.now.Add(500 * time.Millisecond)}
	w.ghosts = append(w.ghosts, g)
	w.systems[GhostKey+v.at.SystemID] = g
}
