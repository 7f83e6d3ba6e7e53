package mavlink

import (
	"time"

	"groundstation/fleet"
	"groundstation/mavlink/param"
)

// ArduPilot (https://ardupilot.org/dev/docs/mavlink-commands.html). Its copters hold in brake, which needs no pilot's
// sticks (loiter takes a missing transmitter for throttle down), fly where they are sent in guided, and refuse to be
// armed in auto: they are armed in guided and started by MISSION_START, which also takes the place of the raised
// throttle. One COMMAND_ACK comes per command and can be believed; what keeps it from arming is said by "PreArm:" texts.
var copterFamily = &personality{
	name: "ArduCopter", encoding: param.Cast, modes: copterModes, guided: 4, manual: 5, homeItem: true, relativeRally: true, coarse: 0.02, asksAgain: time.Second,
	silent: true, noOrbit: true, stops: true, failsafe: spokenFailsafe,
	orders: map[fleet.Mode]uint32{fleet.ModeHold: 17, fleet.ModeMission: 3, fleet.ModeReturn: 6, fleet.ModeLand: 9, fleet.ModePrecLand: 9},
}

// planeFamily is ArduPlane with vertical take-off: it holds in loiter, returns in RTL, goes over to QRTL by itself before
// its place (Q_RTL_MODE), and lands in QLAND.
var planeFamily = &personality{
	name: "ArduPlane", encoding: param.Cast, modes: planeModes, guided: 15, homeItem: true, relativeRally: true, coarse: 0.02, asksAgain: time.Second,
	silent: true, wing: true, comesDown: 21, stops: true, failsafe: spokenFailsafe,
	orders: map[fleet.Mode]uint32{fleet.ModeHold: 12, fleet.ModeMission: 10, fleet.ModeReturn: 11, fleet.ModeLand: 20, fleet.ModePrecLand: 20},
}

var copterModes = map[uint32]modeName{
	0: {fleet.ModeManual, "STABILIZE"}, 1: {fleet.ModeManual, "ACRO"}, 2: {fleet.ModeManual, "ALT_HOLD"}, 3: {fleet.ModeMission, "AUTO"},
	4: {fleet.ModeHold, "GUIDED"}, 5: {fleet.ModeManual, "LOITER"}, 6: {fleet.ModeReturn, "RTL"}, 7: {fleet.ModeOrbit, "CIRCLE"},
	9: {fleet.ModeLand, "LAND"}, 11: {fleet.ModeManual, "DRIFT"}, 13: {fleet.ModeManual, "SPORT"}, 14: {fleet.ModeManual, "FLIP"},
	15: {fleet.ModeManual, "AUTOTUNE"}, 16: {fleet.ModeManual, "POSHOLD"}, 17: {fleet.ModeHold, "BRAKE"}, 18: {fleet.ModeOther, "THROW"},
	19: {fleet.ModeOther, "AVOID_ADSB"}, 20: {fleet.ModeOther, "GUIDED_NOGPS"}, 21: {fleet.ModeReturn, "SMART_RTL"},
	22: {fleet.ModeManual, "FLOWHOLD"}, 23: {fleet.ModeOther, "FOLLOW"}, 24: {fleet.ModeManual, "ZIGZAG"}, 25: {fleet.ModeManual, "SYSTEMID"},
	26: {fleet.ModeOther, "AUTOROTATE"}, 27: {fleet.ModeReturn, "AUTO_RTL"}, 28: {fleet.ModeOther, "TURTLE"}, 29: {fleet.ModeManual, "RATE_ACRO"},
}

var planeModes = map[uint32]modeName{
	0: {fleet.ModeManual, "MANUAL"}, 1: {fleet.ModeOrbit, "CIRCLE"}, 2: {fleet.ModeManual, "STABILIZE"}, 3: {fleet.ModeManual, "TRAINING"},
	4: {fleet.ModeManual, "ACRO"}, 5: {fleet.ModeManual, "FBWA"}, 6: {fleet.ModeManual, "FBWB"}, 7: {fleet.ModeManual, "CRUISE"},
	8: {fleet.ModeManual, "AUTOTUNE"}, 10: {fleet.ModeMission, "AUTO"}, 11: {fleet.ModeReturn, "RTL"}, 12: {fleet.ModeHold, "LOITER"},
	13: {fleet.ModeTakeoff, "TAKEOFF"}, 14: {fleet.ModeOther, "AVOID_ADSB"}, 15: {fleet.ModeHold, "GUIDED"}, 16: {fleet.ModeOther, "INITIALISING"},
	17: {fleet.ModeManual, "QSTABILIZE"}, 18: {fleet.ModeManual, "QHOVER"}, 19: {fleet.ModeManual, "QLOITER"}, 20: {fleet.ModeLand, "QLAND"},
	21: {fleet.ModeReturn, "QRTL"}, 22: {fleet.ModeManual, "QAUTOTUNE"}, 23: {fleet.ModeManual, "QACRO"}, 24: {fleet.ModeOther, "THERMAL"},
	25: {fleet.ModeLand, "LOITER_ALT_QLAND"}, 26: {fleet.ModeLand, "AUTOLAND"},
}
