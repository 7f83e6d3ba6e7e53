package simulator

import (
	"math"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
)

// personality is whom a simulated autopilot hears, decides and speaks as (VehicleAt.Personality). Body, estimator, pack, card
// and the ways to fly (mode) are those of all vehicles; all that an autopilot does in its own way stands here.
type personality struct {
	name string

	// The wire.
	hear       func(*vehicle, time.Time, frame)
	tick       func(*vehicle, time.Time) // at each step, for transfers that wait for something
	telemetry  func(*vehicle, uint32, time.Time) message.Message
	customMode func(*vehicle) uint32
	px4Words   bool // says what the ways of flying have to say, by EVENT too, and only while it hears a station

	// Without frames (coarse): what it makes of a command and of a list, what it says of itself that others say otherwise, and
	// its parameters. homeFirst: item 0 of a plan is home, and its own.
	order     func(*vehicle, command) common.MAV_RESULT
	take      func(common.MAV_MISSION_TYPE, []common.MessageMissionItemInt) ([]common.MessageMissionItemInt, common.MAV_MISSION_RESULT)
	tell      func(*vehicle, VehicleState) VehicleState
	value     func(*vehicle, string) (float64, bool)
	setValue  func(*vehicle, string, float64) bool
	homeFirst bool

	// Its flight modes and failsafes.
	rebooted func(*vehicle, time.Time)
	watch    func(*vehicle, time.Time) // five times a second
	byPilot  func(*vehicle)            // a transmitter's sticks take over
	disarmed func(*vehicle)

	// How it flies.
	tookOff     func(*vehicle) // reached the height of a take-off
	bySticks    func(*vehicle) setpoint
	landing     func(*vehicle) setpoint    // that is not a precision landing
	onMarker    func(*vehicle) bool        // a marker in sight shows it how it moves
	fences      func(*vehicle, *zone) bool // whether an uploaded zone is in force
	roundSticks bool                       // the corners of a polygon that comes after a circle are taken for circles
	rallyReach  func(*vehicle) float64     // how far a rally point may be to be returned to, metres
	// returnAfter is how long it stays where it is before it returns: PX4's navigator has no target yet, a copter stops first.
	returnAfter time.Duration

	// Its plan.
	feasible     func(*vehicle) bool
	flyPlan      func(*vehicle, time.Time) setpoint
	itemBegins   func(*vehicle)
	itemDone     func(*vehicle)
	returnBegins func(*vehicle) // the item of the plan that is a return
	planEnds     func(*vehicle) setpoint
	planGoesOn   bool // a plan that is uploaded while one is flown begins where that was
	freesROI     bool // a region of interest at 0/0 is none

	// Its flight logs.
	logMagic string // what a log begins with
	logPath  func(*flightLog, int) string
	firstLog int  // the id of the oldest
	oneLog   bool // one from boot to boot, and the time that is told of it is when it was written to last
}

// px4 is PX4 v1.17.
var px4 = personality{
	name: "px4",

	hear:       (*vehicle).hearPX4,
	tick:       func(v *vehicle, now time.Time) { v.transfer.tick(v, now) },
	telemetry:  (*vehicle).telemetry,
	customMode: func(v *vehicle) uint32 { return uint32(v.mode) },
	px4Words:   true,

	order:    (*vehicle).orderPX4,
	take:     takePX4,
	tell:     (*vehicle).tellPX4,
	value:    (*vehicle).valuePX4,
	setValue: (*vehicle).setPX4,

	rebooted: (*vehicle).defaultStreams,
	watch: func(v *vehicle, now time.Time) {
		v.watchFailsafes(now)
		v.watchChecks()
		v.complainOfRally(now)
	},
	byPilot:  (*vehicle).takeOver,
	disarmed: nothing,

	tookOff:     func(v *vehicle) { v.changeMode(modeHold) },
	bySticks:    (*vehicle).flyBySticks,
	landing:     (*vehicle).landing,
	onMarker:    (*vehicle).onMarker,
	fences:      (*vehicle).holdsHome,
	rallyReach:  func(*vehicle) float64 { return math.Inf(1) },
	returnAfter: 200 * time.Millisecond,
	roundSticks: true,

	feasible:     (*vehicle).feasible,
	flyPlan:      (*vehicle).flyPlan,
	itemBegins:   nothing,
	itemDone:     nothing,
	returnBegins: (*vehicle).planReturns,
	planEnds:     (*vehicle).planEnds,

	logMagic: "ULog\x01\x12\x35", // https://docs.px4.io/main/en/dev_log/ulog_file_format
	logPath:  func(l *flightLog, _ int) string { return l.path() },
}

// arduCopter is ArduCopter 4.7 (see copter).
var arduCopter = personality{
	name: "ardupilot",

	hear:       (*vehicle).hearCopter,
	tick:       (*vehicle).copterTick,
	telemetry:  (*vehicle).copterTelemetry,
	customMode: func(v *vehicle) uint32 { return uint32(v.copter.custom) },

	order:     (*vehicle).copterAct,
	take:      takeCopter,
	tell:      (*vehicle).tellCopter,
	value:     (*vehicle).valueCopter,
	setValue:  (*vehicle).setCopter,
	homeFirst: true,

	rebooted: (*vehicle).copterRebooted,
	watch:    (*vehicle).watchCopter,
	byPilot:  (*vehicle).copterByPilot,
	disarmed: (*vehicle).copterDisarmed,

	tookOff:     (*vehicle).copterTookOff,
	bySticks:    (*vehicle).copterBySticks,
	landing:     (*vehicle).copterLanding,
	onMarker:    func(v *vehicle) bool { return v.guide.kind == flyLand && v.guide.prec.pad != nil },
	fences:      (*vehicle).copterZone,
	rallyReach:  (*vehicle).copterRallyReach,
	returnAfter: 1500 * time.Millisecond,

	feasible:     func(v *vehicle) bool { return v.homeValid && len(v.plan.items) > 1 }, // it flies whatever there is behind home
	flyPlan:      (*vehicle).flyAuto,
	itemBegins:   (*vehicle).copterAnnounces,
	itemDone:     (*vehicle).copterReached,
	returnBegins: nothing, // the plan is over when it has landed
	planEnds:     (*vehicle).copterPlanEnds,
	planGoesOn:   true,
	freesROI:     true,

	logMagic: "\xa3\x95\x80", // https://ardupilot.org/dev/docs/code-overview-adding-a-new-log-message.html
	logPath:  func(_ *flightLog, i int) string { return copterLogPath(i) },
	firstLog: 1,
	oneLog:   true,
}

func nothing(*vehicle) {}
