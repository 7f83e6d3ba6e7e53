package station

import (
	"fmt"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
	"groundstation/mavlink"
)

const (
	// unknownMax bounds the systems of no registry that are listed; others are only counted.
	unknownMax = 64
	// unknownShow is the pace at which one is shown, unknownKeep how long after it was last heard.
	unknownShow = time.Second
	unknownKeep = time.Minute
)

// unknownSystem is one entry of the list of systems that nobody has bound.
type unknownSystem struct {
	fleet.UnknownSystem
	shownAt time.Time
}

type unknownKey struct {
	system fleet.SystemID
	from   mavlink.Source
}

// unknown notes a frame of a system that is in no registry. It is answered by nobody.
func (c *Core) unknown(now time.Time, f *mavlink.Frame, from mavlink.Source) {
	c.counters.UnknownSystems++
	if !f.Checked {
		return
	}
	key := unknownKey{f.System, from}
	u := c.strangers[key]
	if u == nil {
		if len(c.strangers) >= unknownMax {
			return
		}
		u = &unknownSystem{UnknownSystem: fleet.UnknownSystem{ID: fmt.Sprintf("%d@%s", f.System, from), System: f.System,
			Link: uint8(from.Link), Says: "unknown", FirstAt: now}}
		if from.Addr.IsValid() {
			u.Addr = from.Addr.String()
		}
		c.strangers[key] = u
	}
	u.Frames++
	u.HeardAt = now
	if beat, ok := f.Message.(*common.MessageHeartbeat); ok {
		u.Says, u.Autopilot = claim(beat)
	}
	if now.Sub(u.shownAt) >= unknownShow {
		u.shownAt = now
		c.show(fleet.KindUnknown, u.ID, u.UnknownSystem)
	}
}

// claim is what a heartbeat says its sender is.
func claim(m *common.MessageHeartbeat) (says, autopilot string) {
	switch m.Type {
	case common.MAV_TYPE_GCS:
		return "ground-station", ""
	case common.MAV_TYPE_CHARGING_STATION:
		return "dock", ""
	}
	switch m.Autopilot {
	case common.MAV_AUTOPILOT_INVALID:
		return "other", ""
	case common.MAV_AUTOPILOT_PX4:
		return "vehicle", "PX4"
	case common.MAV_AUTOPILOT_ARDUPILOTMEGA:
		return "vehicle", "ArduPilot"
	}
	return "vehicle", m.Autopilot.String()
}

// forgetUnknown takes those off the list that have been silent for long.
func (c *Core) forgetUnknown(now time.Time) {
	for key, u := range c.strangers {
		if now.Sub(u.HeardAt) > unknownKeep {
			delete(c.strangers, key)
			c.show(fleet.KindUnknown, u.ID, nil)
		}
	}
}

// bind gives a vehicle or a dock its new system id: with a new session, because nothing that was known of the old
// system is known of this one.
func (c *Core) bind(id string, system fleet.SystemID) {
	if c.registry.Rebind(id, system) != nil {
		c.counters.IntentsUnroutable++ // the Desk has judged it before; it does not happen
		return
	}
	if v := c.byID[fleet.VehicleID(id)]; v != nil {
		c.bySystem.put(v.spec.SystemID, nil)
		v.spec.SystemID = system
		v.auth.move(system)
		v.session = mavlink.NewSession(v.spec, c.session)
		c.bySystem.put(system, v)
		c.alarms.set(&v.alarm, v.session.Deadline())
		c.show(fleet.KindVehicleSpec, id, v.spec)
	}
	if d := c.byDock[fleet.DockID(id)]; d != nil && d.member == nil {
		spec, _ := c.registry.Dock(d.id)
		c.bySystem.put(d.system, nil)
		d.system = system
		d.auth.move(system)
		d.session = mavlink.NewDockSession(spec, c.session)
		c.bySystem.put(system, d)
		d.settle(c)
		c.show(fleet.KindDockSpec, id, spec)
	}
	for key, u := range c.strangers {
		if key.system == system {
			delete(c.strangers, key)
			c.show(fleet.KindUnknown, u.ID, nil)
		}
	}
}
