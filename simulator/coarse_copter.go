package simulator

import (
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

// failsafeToldFor is how long the words of a failsafe that is not on any more, as that of a fence, still explain a mode.
const failsafeToldFor = 7 * time.Second

// tellCopter is what ArduCopter says of itself in its own way.
func (v *vehicle) tellCopter(s VehicleState) VehicleState {
	f := &v.copter.fails
	s.Autopilot, s.Mode = common.MAV_AUTOPILOT_ARDUPILOTMEGA, copterModes[v.copter.custom].name
	s.Ready = v.armed || v.positionKnown(v.w.now) && len(v.copterProblems()) == 0
	s.Plan, s.Item, s.Items = v.copterPlanState(), v.plan.cur, max(0, len(v.plan.items)-1)
	if s.Failsafe || v.w.now.Sub(f.saidAt) < failsafeToldFor {
		s.Cause = f.said
	}
	return s
}

// takeCopter gives a list as ArduCopter stores it, or why it does not.
func takeCopter(kind common.MAV_MISSION_TYPE, items []common.MessageMissionItemInt) (kept []common.MessageMissionItemInt, _ common.MAV_MISSION_RESULT) {
	switch {
	case kind > 2:
		return nil, common.MAV_MISSION_UNSUPPORTED
	case len(items) > copterMost[kind]:
		return nil, common.MAV_MISSION_NO_SPACE
	}
	for i := range items {
		if result := copterTakes(&items[i], len(items)); result != common.MAV_MISSION_ACCEPTED {
			return nil, result
		}
		kept = append(kept, copterKeeps(&items[i]))
	}
	if kind == common.MAV_MISSION_TYPE_FENCE && fenceFault(kept) != "" {
		return nil, common.MAV_MISSION_ERROR
	}
	return kept, common.MAV_MISSION_ACCEPTED
}

// valueCopter is a parameter that ArduCopter has.
func (v *vehicle) valueCopter(name string) (float64, bool) {
	_, known := v.copter.params.index[name]
	return v.copter.param(name), known
}

// setCopter writes a parameter that ArduCopter has.
func (v *vehicle) setCopter(name string, value float64) bool {
	i, known := v.copter.params.index[name]
	if !known {
		return false
	}
	p := &v.copter.params.list[i]
	p.value = p.fit(value)
	v.setLimits()
	v.enableFences()
	return true
}
