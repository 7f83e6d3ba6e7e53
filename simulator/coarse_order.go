package simulator

import (
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

// Command is what a command to a vehicle, or to a dock for a task under a control epoch, says. P[4] and P[5] are degrees
// where it has a place.
type Command struct {
	ID          common.MAV_CMD
	P           [7]float64
	Task, Epoch uint32
}

// Command gives a command and what was answered; false: nobody answers.
func (w *World) Command(id string, c Command) (common.MAV_RESULT, bool) {
	in := command{id: c.ID, p: c.P, x: int32(c.Task), y: int32(c.Epoch), ints: true}
	if v := w.vehicle(id); v != nil && v.reachable() {
		return v.is.order(v, in), true
	}
	if d := w.dock(id); d != nil && !d.dead() && !d.down && !d.radio.closed(wayUp) && !d.radio.closed(wayDown) {
		result := d.dockCommand(in, w.now)
		if result == noAnswer { // every phase was done already
			result = common.MAV_RESULT_ACCEPTED
		}
		return result, true
	}
	return 0, false
}

func (v *vehicle) reachable() bool {
	return v.booted && !v.radio.closed(wayUp) && !v.radio.closed(wayDown)
}

// Load stores a list on a vehicle; false: nobody answers.
func (w *World) Load(id string, kind common.MAV_MISSION_TYPE, items []common.MessageMissionItemInt) (common.MAV_MISSION_RESULT, bool) {
	v := w.vehicle(id)
	if v == nil || !v.reachable() {
		return 0, false
	}
	kept, result := v.is.take(kind, items)
	if result == common.MAV_MISSION_ACCEPTED {
		v.storeList(kind, kept)
	}
	return result, true
}

// Same says whether a list on a vehicle is this one; false: nobody answers.
func (w *World) Same(id string, kind common.MAV_MISSION_TYPE, items []common.MessageMissionItemInt) (same, answered bool) {
	v := w.vehicle(id)
	if v == nil || !v.reachable() || kind > 2 {
		return false, false
	}
	kept, _ := v.is.take(kind, items)
	has := v.stored[kind].items
	if kind == common.MAV_MISSION_TYPE_MISSION && v.is.homeFirst && len(kept) > 0 && len(has) > 0 {
		kept, has = kept[1:], has[1:]
	}
	return listID(has) == listID(kept), true
}

// StartAt makes an item of the mission the present one.
func (w *World) StartAt(id string, item int) bool {
	v := w.vehicle(id)
	if v == nil || !v.reachable() || item < 0 || item >= len(v.plan.items) {
		return false
	}
	v.missionSetCurrent(uint16(item))
	return true
}

// Param reads a parameter; known: the vehicle has one of that name; false: nobody answers.
func (w *World) Param(id, name string) (value float64, known, answered bool) {
	v := w.vehicle(id)
	if v == nil || !v.reachable() {
		return 0, false, false
	}
	value, known = v.is.value(v, name)
	return value, known, true
}

// SetParam writes a parameter that the vehicle has.
func (w *World) SetParam(id, name string, value float64) bool {
	v := w.vehicle(id)
	return v != nil && v.reachable() && v.is.setValue(v, name, value)
}
