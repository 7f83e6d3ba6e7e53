package seam

import (
	"math"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/simulator"
)

// autopilot is how one family of autopilots is ordered and understood. What a vehicle says of itself tells which it is.
type autopilot struct {
	name     string
	firmware string
	modes    map[string]fleet.Mode       // what its words for modes mean
	orders   map[fleet.Mode]customMode   // those that are ordered
	armed    customMode                  // the mode it is armed in before its plan is begun by MISSION_START; none: the plan's
	stops    bool                        // its hold stops where it is
	noOrbit  bool                        // DO_ORBIT is not known
	ownItems int                         // how many items of a plan on board come before ours
	store    func(*lists, *geo.Position) // puts a plan's lists into the form that it stores, by its home
}

// customMode is a mode as an autopilot calls it, and as DO_SET_MODE orders it.
type customMode struct {
	name      string
	main, sub float64
}

// arms says whether it is armed in a mode of its own.
func (a *autopilot) arms() bool { return a.armed.name != "" }

func (m customMode) order() simulator.Command {
	return simulator.Command{ID: common.MAV_CMD_DO_SET_MODE, P: [7]float64{1, m.main, m.sub}}
}

func autopilotOf(told common.MAV_AUTOPILOT) *autopilot {
	if told == common.MAV_AUTOPILOT_ARDUPILOTMEGA {
		return &arduCopter
	}
	return &px4
}

var px4 = autopilot{
	name: "PX4", firmware: "PX4 1.17.0",
	modes: map[string]fleet.Mode{"Position": fleet.ModeManual, "Orbit": fleet.ModeOrbit, "Takeoff": fleet.ModeTakeoff, "Hold": fleet.ModeHold,
		"Mission": fleet.ModeMission, "Return": fleet.ModeReturn, "Land": fleet.ModeLand, "Precision Landing": fleet.ModePrecLand},
	orders: map[fleet.Mode]customMode{fleet.ModeHold: {"Hold", 4, 3}, fleet.ModeMission: {"Mission", 4, 4}, fleet.ModeReturn: {"Return", 4, 5},
		fleet.ModeLand: {"Land", 4, 6}, fleet.ModePrecLand: {"Precision Landing", 4, 9}},
	store: func(*lists, *geo.Position) {},
}

// arduCopter holds in brake, flies where it is sent in guided, and looks for a marker at every landing.
var arduCopter = autopilot{
	name: "ArduCopter", firmware: "ArduCopter 4.7.0",
	modes: map[string]fleet.Mode{"STABILIZE": fleet.ModeManual, "ALT_HOLD": fleet.ModeManual, "AUTO": fleet.ModeMission, "GUIDED": fleet.ModeHold,
		"LOITER": fleet.ModeManual, "RTL": fleet.ModeReturn, "CIRCLE": fleet.ModeOrbit, "LAND": fleet.ModeLand, "POSHOLD": fleet.ModeManual,
		"BRAKE": fleet.ModeHold, "SMART_RTL": fleet.ModeReturn},
	orders: map[fleet.Mode]customMode{fleet.ModeHold: {"BRAKE", 17, 0}, fleet.ModeMission: {"AUTO", 3, 0}, fleet.ModeReturn: {"RTL", 6, 0},
		fleet.ModeLand: {"LAND", 9, 0}, fleet.ModePrecLand: {"LAND", 9, 0}},
	armed: customMode{"GUIDED", 4, 0}, stops: true, noOrbit: true, ownItems: 1, store: (*lists).arduPilot,
}

// arduPilot is the form in which ArduPilot stores lists: a plan begins with home, holds are whole seconds, the camera is pointed
// by DO_SET_ROI, and rally points are whole metres above home.
func (l *lists) arduPilot(home *geo.Position) {
	for i := range l[common.MAV_MISSION_TYPE_RALLY] {
		m := &l[common.MAV_MISSION_TYPE_RALLY][i]
		m.Frame, m.Z = common.MAV_FRAME_GLOBAL_RELATIVE_ALT, float32(math.Round(float64(m.Z)-home.AltAMSL))
	}
	plan := l[common.MAV_MISSION_TYPE_MISSION]
	if len(plan) == 0 {
		return
	}
	first := plan[0]
	if home != nil {
		at := placed(first.Command, *home)
		first.Frame, first.X, first.Y, first.Z = at.Frame, at.X, at.Y, at.Z
	}
	first.Command, first.Param1, first.Current = common.MAV_CMD_NAV_WAYPOINT, 0, 0
	for i := range plan {
		m := &plan[i]
		m.Current, m.Seq = 0, m.Seq+1
		switch m.Command {
		case common.MAV_CMD_NAV_WAYPOINT:
			m.Param1 = float32(math.Ceil(float64(m.Param1)))
		case common.MAV_CMD_DO_SET_ROI_LOCATION:
			m.Command, m.Param1 = common.MAV_CMD_DO_SET_ROI, float32(common.MAV_ROI_LOCATION)
		case common.MAV_CMD_DO_SET_ROI_NONE: // no place is none
			m.Command, m.Param1, m.Frame = common.MAV_CMD_DO_SET_ROI, float32(common.MAV_ROI_NONE), common.MAV_FRAME_GLOBAL
		}
	}
	l[common.MAV_MISSION_TYPE_MISSION] = append([]common.MessageMissionItemInt{first}, plan...)
}

// toldAboveHome says whether an act tells of rally points.
func toldAboveHome(a fleet.Act) bool {
	switch a := a.(type) {
	case fleet.UploadPlan:
		return len(a.Rally) > 0
	case fleet.VerifyPlan:
		return len(a.Rally) > 0
	case fleet.SetRally:
		return len(a.Points) > 0
	case fleet.Divert:
		return true
	}
	return false
}

// begin starts the plan of a vehicle that is armed on the ground, by ArduPilot's MISSION_START.
type begin struct {
	sent int
	at   time.Time
	seen bool // mission mode
}

func (b *begin) step(v *Vehicle) verdict {
	switch {
	case v.v.Mode == fleet.ModeMission:
		b.seen = true
		return notYet
	case !v.v.Armed:
		return failed("disarmed", "disarmed before it was started")
	case b.sent > 0 && v.now.Sub(b.at) < armPause:
		return notYet
	case b.sent >= armSendings:
		return failed("not-started", "armed, and the plan does not begin")
	}
	v.orders(fleet.ModeMission)
	switch r, ok := v.give(simulator.Command{ID: common.MAV_CMD_MISSION_START}); {
	case !ok:
	case r != common.MAV_RESULT_ACCEPTED:
		return refusal(r)
	default:
		b.sent, b.at = b.sent+1, v.now
	}
	return notYet
}
