package simulator

import (
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

// copter is what a vehicle has that speaks as ArduCopter 4.7. Body, estimator, pack, card and the ways to fly (mode) are those
// of all vehicles; a copter hears, answers and tells in its own words, and its flight modes and parameters say which way is
// flown, and how fast.
//
//	the wire ──► hearCopter ──► copterMode ──► mode ──► setpoint ──► body
//	    ▲           │ parameters ──► flight limits (copterMeans)
//	    └── copterTelemetry, one acknowledgement a command, texts
//
// Sources: conform's rows, measured on ArduCopter 4.7.0-dev SITL, and https://ardupilot.org/copter/.
type copter struct {
	custom copterMode
	params copterParams
	list   copterTransfer // of the mission protocol
	paused bool           // DO_PAUSE_CONTINUE in auto
	told   int            // the item of the plan that was announced; 0: none
	prearm time.Time      // when what keeps it from arming is said again
	fails  copterFailsafes
}

func newCopter(at VehicleAt) *copter {
	return &copter{params: newCopterParams(at)}
}

// copterRebooted forgets what lies in memory only.
func (v *vehicle) copterRebooted(now time.Time) {
	c := v.copter
	c.custom, c.paused, c.told = copterMode(c.params.value("INITIAL_MODE")), false, 0
	c.list, c.fails, c.prearm = copterTransfer{}, copterFailsafes{}, now.Add(prearmEvery)
	v.enableFences()
	v.copterStreams(now)
}

// copterMode is the custom_mode of ArduCopter.
type copterMode uint32

const (
	copterStabilize copterMode = 0
	copterAltHold   copterMode = 2
	copterAuto      copterMode = 3
	copterGuided    copterMode = 4
	copterLoiter    copterMode = 5
	copterRTL       copterMode = 6
	copterCircle    copterMode = 7
	copterLand      copterMode = 9
	copterPosHold   copterMode = 16
	copterBrake     copterMode = 17
	copterSmartRTL  copterMode = 21
)

// copterModes are the flight modes a copter can be ordered into, and which way of flying each is.
var copterModes = map[copterMode]struct {
	name string
	way  mode
	// place: it needs a position; arms: it can be armed in it; pilot: it counts as flown by one (FS_OPTIONS), as brake does.
	place, arms, pilot bool
}{
	copterStabilize: {"STABILIZE", modePosition, false, true, true},
	copterAltHold:   {"ALT_HOLD", modePosition, false, true, true},
	copterAuto:      {"AUTO", modeMission, true, false, false},
	copterGuided:    {"GUIDED", modeHold, true, true, false},
	copterLoiter:    {"LOITER", modePosition, true, true, true},
	copterRTL:       {"RTL", modeReturn, true, false, false},
	copterCircle:    {"CIRCLE", modeOrbit, true, false, false},
	copterLand:      {"LAND", modeLand, false, false, false},
	copterPosHold:   {"POSHOLD", modePosition, true, true, true},
	copterBrake:     {"BRAKE", modeHold, true, false, true},
	copterSmartRTL:  {"SMART_RTL", modeReturn, true, false, false},
}

// base is MAV_MODE_FLAG as ArduCopter fills it: modes that hold a place by themselves count as guided.
func (m copterMode) base(armed bool) common.MAV_MODE_FLAG {
	b := common.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED | common.MAV_MODE_FLAG_STABILIZE_ENABLED | common.MAV_MODE_FLAG_MANUAL_INPUT_ENABLED
	switch m {
	case copterAuto, copterGuided, copterLoiter, copterRTL, copterCircle, copterPosHold, copterBrake, copterSmartRTL:
		b |= common.MAV_MODE_FLAG_GUIDED_ENABLED
	}
	if armed {
		b |= common.MAV_MODE_FLAG_SAFETY_ARMED
	}
	return b
}
