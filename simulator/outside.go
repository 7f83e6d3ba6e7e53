package simulator

import (
	"fmt"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
	"groundstation/simulator/sitl"
)

// Autopilots that run in processes of their own (VehicleAt.Autopilot).
const (
	autopilotPX4       = "px4"     // with a body of its own (SIH)
	autopilotPX4HIL    = "px4-hil" // with a body of ours, in our wind
	autopilotArduPilot = "ardupilot"
)

// outside is what a vehicle has instead of a simulated autopilot: a process flies it. The body follows what the process
// tells, the radio carries frames untouched; berth, battery swap, camera and accidents are the city's.
type outside struct {
	placed  bool
	shift   geo.ENU // from where the process believes its ground to be to where the city has put the vehicle
	told    sitl.State
	reboots int
	inbox   [][]byte // what the station sent, for the process
}

// Outside are the system ids of the vehicles that processes fly, with what their programs need to know.
func (w *World) Outside() map[uint32]VehicleAt {
	out := map[uint32]VehicleAt{}
	for _, v := range w.vehicles {
		if v.outside != nil {
			out[v.at.SystemID] = v.at
		}
	}
	return out
}

// Home is where a vehicle stands when the city starts.
func (w *World) Home(sys uint32) (geo.Position, float64) {
	if v, ok := w.systems[sys].(*vehicle); ok {
		return w.position(v.site), v.body.headingDeg
	}
	return geo.Position{}, 0
}

// Said is a datagram of a process for the station.
func (w *World) Said(sys uint32, data []byte) {
	if v, ok := w.systems[sys].(*vehicle); ok && v.outside != nil {
		w.carry(wayDown, sys, &v.radio, data)
	}
}

// Observe is what a process tells of its vehicle.
func (w *World) Observe(sys uint32, s sitl.State) {
	if v, ok := w.systems[sys].(*vehicle); ok && v.outside != nil {
		v.observe(s)
	}
}

// observe moves the body to where the process has it. The first place it tells is where the city has put the vehicle: its
// origin is a float32, half a metre off.
func (v *vehicle) observe(s sitl.State) {
	o, b := v.outside, &v.body
	p := v.w.frame.ENU(s.Position)
	if !o.placed {
		o.placed, o.shift = true, sub(b.pos, p)
	}
	b.pos, b.vel = add(p, o.shift), s.Velocity
	b.headingDeg, b.rollDeg, b.pitchDeg, b.airspeed = s.HeadingDeg, s.RollDeg, s.PitchDeg, s.Velocity.Horizontal()
	if !v.armed && s.Armed {
		v.armedAt = v.w.now
	}
	if v.armed && !s.Armed {
		v.disarmedAt = v.w.now
	}
	v.armed, v.mode, v.gnss.fix = s.Armed, mode(s.CustomMode), s.Fix
	if s.Percent >= 0 {
		v.setCharge(s.Percent)
	}
	o.told = s
	v.meetGround()
	v.meetObstacle()
}

const (
	// standsM and standsMS are how near to the ground, and how slow, a vehicle stands.
	standsM  = 0.15
	standsMS = 0.3
)

// meetGround finds whether the vehicle stands, and what a lid has to do with it.
func (v *vehicle) meetGround() {
	b := &v.body
	was := b.onGround
	d, open := v.w.dockUnder(b.pos)
	b.onGround = b.pos.U < v.groundBelow()+standsM && b.vel.U > -standsMS && b.vel.U < standsMS
	if d != nil && was != b.onGround && open < 0.95 {
		kind, text := AccidentLidAbove, "took off under a lid that was not open"
		if b.onGround {
			kind, text = AccidentClosedLid, "landed on a closed lid"
		}
		v.w.log.add(v.w.now, kind, text, v.at.ID, d.at.ID)
	}
	if b.onGround && !was {
		v.settle()
	}
	v.landed = b.onGround
}

// groundBelow is the height of what a vehicle would stand on here, AMSL.
func (v *vehicle) groundBelow() float64 {
	if d, _ := v.w.dockUnder(v.body.pos); d != nil {
		return d.pad.U
	}
	if v.onSite() {
		return v.site.U
	}
	return v.w.groundAt(v.body.pos)
}

// onSite says whether a vehicle without a dock is over the level ground around its site.
func (v *vehicle) onSite() bool { return v.berth == nil && flat(v.body.pos, v.site) < 50 }

// put moves the body to p, as a dock's centring does; a process is not asked.
func (v *vehicle) put(p geo.ENU) {
	if v.outside != nil {
		v.outside.shift = add(v.outside.shift, sub(p, v.body.pos))
	}
	v.body.pos = p
}

// stepOutside is the step of a vehicle that a process flies.
func (v *vehicle) stepOutside(now time.Time) {
	v.aimGimbal()
	if v.optics != nil {
		v.optics.step(now)
	}
}

// hearOutside gives the process what the station sent; the camera on board is the city's own.
func (v *vehicle) hearOutside(now time.Time, data []byte) {
	v.outside.inbox = append(v.outside.inbox, append([]byte(nil), data...))
	if v.ident != nil {
		v.w.codec.split(data, func(f frame) { v.ident.receive(now, f) })
	}
	if v.optics != nil {
		v.w.codec.split(data, func(f frame) {
			switch m := f.msg.(type) {
			case *common.MessageCommandLong:
				v.overhear(longCommand(f, m), m.TargetSystem, m.TargetComponent, now)
			case *common.MessageCommandInt:
				v.overhear(intCommand(f, m), m.TargetSystem, m.TargetComponent, now)
			}
		})
	}
}

// overhear lets the camera and its mount follow a command; the process answers what is for the autopilot.
func (v *vehicle) overhear(c command, system, component uint8, now time.Time) {
	switch {
	case uint32(system) != v.at.SystemID:
	case component == opticsComponent:
		v.optics.receive(c, now)
	case c.id == common.MAV_CMD_DO_SET_ROI_LOCATION && finite(c.p[4], c.p[5], c.p[6]):
		v.gimbal.look(v.w.frame.ENU(geo.LatLon{Lat: c.p[4], Lon: c.p[5]}.At(c.p[6])))
	case c.id == common.MAV_CMD_DO_SET_ROI_NONE:
		v.gimbal.free()
	}
}

// Cues gives each process what its surroundings are now, and the datagrams of the station that came since.
func (w *World) Cues(each func(sys uint32, c sitl.Cue)) {
	for _, v := range w.vehicles {
		if v.outside == nil {
			continue
		}
		c := sitl.Cue{Sky: v.seesSky(), Reboots: v.outside.reboots, Wind: w.windAt(v.body.pos), GroundM: v.groundBelow() - v.site.U}
		if d := v.markerBelow(); d != nil && v.armed && !v.body.onGround {
			to := sub(d.pad, v.body.pos)
			c.Marker = &to
		}
		each(v.at.SystemID, c)
	}
}

// DrainOutside gives every datagram of the station for a process, oldest first, and forgets them.
func (w *World) DrainOutside(each func(sys uint32, data []byte)) {
	for _, v := range w.vehicles {
		if v.outside == nil {
			continue
		}
		for _, b := range v.outside.inbox {
			each(v.at.SystemID, b)
		}
		v.outside.inbox = v.outside.inbox[:0]
	}
}

// injectOutside makes the faults happen that come from the surroundings of a process.
func (v *vehicle) injectOutside(f Fault) error {
	switch f.Kind {
	case "gps-loss":
		v.gnss.broken = !f.Clear
	case "reboot": // its physics start anew too: back where the city had put it
		v.outside.reboots++
		v.outside.placed, v.body = false, body{pos: v.site, headingDeg: v.body.headingDeg, onGround: true}
	default:
		return fmt.Errorf("fault %s: %s is flown by a process, which it can not reach", f.Kind, v.at.ID)
	}
	return nil
}
