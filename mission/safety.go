package mission

import (
	"math"

	"groundstation/fleet"
)

// SafetyParam is one parameter that a vehicle must hold before it may launch, so that it survives without the station.
type SafetyParam struct {
	Name   string  `json:"name"`
	Value  float64 `json:"value"`
	Unit   string  `json:"unit,omitempty"` // with the datum of an altitude
	Reason string  `json:"reason"`
}

// The stagger of the vehicles' data link timeouts, seconds. The base exceeds the longest restart of the station that
// is planned for; the steps let vehicles that lose it at once turn home one after another. PX4 accepts 5 to 300 s,
// ArduCopter 2 to 120 s.
const (
	lossBaseS = 20
	lossStepS = 2
	lossMostS = 300
	lossArduS = 120
)

// wingLoiterM is the radius at which a VTOL circles where it is held, metres.
const wingLoiterM = 80.0

// RequiredParams is the set a vehicle must hold before it launches, index being its place in the registry and
// returnAltM the height above home (metres) of the layer its sortie was given, at which it also returns by itself:
// the layers are what keeps the ways home apart. The names are its autopilot's own.
func RequiredParams(spec fleet.VehicleSpec, index int, returnAltM float64) []SafetyParam {
	loss := lossS(spec, index)
	switch {
	case spec.Autopilot != fleet.ArduPilot:
		return px4Params(spec.Class, loss, returnAltM)
	case spec.Class == fleet.LongVTOL:
		return arduPlaneParams(loss, returnAltM)
	}
	return arduCopterParams(spec.Class, loss, returnAltM)
}

// lossS is after how many seconds without the station a vehicle acts, as its set has it.
func lossS(spec fleet.VehicleSpec, index int) float64 {
	most := lossMostS
	if spec.Autopilot == fleet.ArduPilot {
		most = lossArduS
	}
	return float64(min(lossBaseS+lossStepS*max(index, 0), most))
}

// aboveHome is the datum of the altitudes at which a vehicle comes home by itself.
const aboveHome = "m above home"

// px4Params are PX4's (v1.17, parameter reference). The modes of NAV_DLL_ACT and NAV_RCL_ACT: 2 return, 3 land.
func px4Params(class fleet.Class, lossS, returnAltM float64) []SafetyParam {
	low, crit, emergency := 0.25, 0.15, 0.07
	down, downWhy := 10.0, "come down over the landing place and not before"
	var wing []SafetyParam
	lost, lostWhy := 2.0, "return when the station is lost; the default does nothing"
	pilot, pilotWhy := 2.0, "return when a pilot who had taken over is lost"
	input, inputWhy := 5.0, "a pilot's transmitter can take over at any time; without one the station's pilot may steer"
	fence, fenceWhy := 3.0, "return from the fence; the default hovers at it until the battery is empty"
	switch class {
	case fleet.LongVTOL:
		low, crit, emergency = 0.30, 0.20, 0.10 // a transition back to hover costs more near the end
		down, downWhy = returnAltM, "come down on its rotors, in its own column; circles below its layer are nobody's room"
		wing = []SafetyParam{
			{"MIS_TKO_LAND_REQ", 0, "", "a plan ends with a return; a VTOL's default takes none without a landing"},
			{"NAV_FORCE_VT", 1, "", "land on the rotors, never on the wing"},
			{"NAV_LOITER_RAD", wingLoiterM, "m", "the circle of a hold, as the sortie's room counts it"},
			{"RTL_LOITER_RAD", wingLoiterM, "m", "the circle over the landing place, as the sortie's room counts it"},
		}
	case fleet.Tethered:
		// On a cable the way home is straight down; to climb to a return altitude would pull at it.
		lost, lostWhy = 3, "land on the cable's foot when the station is lost; the default does nothing"
		pilot, pilotWhy = 3, "land when a pilot who had taken over is lost"
		fence, fenceWhy = 5, "land at the fence: beyond it the cable has parted"
		input, inputWhy = 0, "only a pilot's transmitter can steer what hangs on a cable"
	}
	return append([]SafetyParam{
		{"NAV_DLL_ACT", lost, "", lostWhy},
		{"COM_DL_LOSS_T", lossS, "s", "longer than a restart of the station, and different for each vehicle"},
		{"RTL_TYPE", 0, "", "return straight to the nearest of home and rally points, which are this sortie's reserved places"},
		{"RTL_RETURN_ALT", returnAltM, aboveHome, "return in the layer of the sortie, which no other vehicle crosses"},
		{"RTL_DESCEND_ALT", down, aboveHome, downWhy},
		{"RTL_LAND_DELAY", 0, "s", "land; a negative delay hovers over the pad until the battery is empty"},
		{"RTL_PLD_MD", 0, "", "the ground pad has no marker to look for"},
		{"COM_FAIL_ACT_T", 5, "s", "the hold before a failsafe acts, as the reserve counts it"},
		{"COM_RC_IN_MODE", input, "", inputWhy},
		{"COM_RC_LOSS_T", 1, "s", "how long a pilot's last sticks count; longer than a gap of the radio"},
		{"COM_RC_OVERRIDE", 1, "bits", "moving the sticks takes over from any automatic mode"},
		{"NAV_RCL_ACT", pilot, "", pilotWhy},
		{"COM_RCL_EXCEPT", 7, "bits", "a transmitter that is switched off does not end a mission, hold or offboard flight"},
		{"COM_ARM_WO_GPS", 0, "", "never arm without a position"},
		{"GF_ACTION", fence, "", fenceWhy},
		{"COM_LOW_BAT_ACT", 3, "", "return at the critical and land at the emergency level"},
		{"COM_FLTT_LOW_ACT", 3, "", "return when the remaining flight time just suffices; the default does nothing"},
		{"BAT_LOW_THR", low, "of full", "warn above the level at which the vehicle acts"},
		{"BAT_CRIT_THR", crit, "of full", "below the station's own reserve line, above what the way down needs"},
		{"BAT_EMERGEN_THR", emergency, "of full", "what a descent from the highest layer needs"},
	}, wing...)
}

// arduCopterParams are ArduCopter's (4.5 and 4.6, parameter reference). The voltages and charges at which its battery
// failsafes begin depend on the pack and are the engineer's; that they act is not.
func arduCopterParams(class fleet.Class, lossS, returnAltM float64) []SafetyParam {
	lost, lostWhy := 1.0, "return when the station is lost"
	fence, fenceWhy := 1.0, "return from the fence, or land where that cannot be"
	if class == fleet.Tethered {
		lost, lostWhy = 5, "land on the cable's foot when the station is lost"
		fence, fenceWhy = 2, "land at the fence: beyond it the cable has parted"
	}
	return []SafetyParam{
		{"FS_GCS_ENABLE", lost, "", lostWhy},
		{"FS_GCS_TIMEOUT", lossS, "s", "longer than a restart of the station, and different for each vehicle"},
		{"FS_OPTIONS", 5, "bits", "a transmitter that is switched off does not end auto or guided flight; a lost station always counts"},
		{"FS_THR_ENABLE", 1, "", "return when a pilot who had taken over is lost"},
		{"RC_OVERRIDE_TIME", 1, "s", "how long the last sticks of the station's pilot count"},
		{"FS_EKF_ACTION", 1, "", "land when the position is lost"},
		{"RTL_ALT", math.Round(returnAltM * 100), "cm above home", "return in the layer of the sortie, which no other vehicle crosses"},
		{"RTL_ALT_FINAL", 0, "cm above home", "land; another value hovers over the pad until the battery is empty"},
		{"RTL_LOIT_TIME", 5000, "ms", "the hold over the pad, as the reserve counts it"},
		{"RALLY_INCL_HOME", 1, "", "home is one of the reserved places"},
		{"RALLY_LIMIT_KM", 0, "km", "a rally point counts however far away"},
		{"ARMING_CHECK", 1, "bits", "never arm without a position, or with any other check failed"},
		{"FENCE_ENABLE", 1, "", "the fence of the sortie is in force"},
		{"FENCE_TYPE", 4, "bits", "the fence is the polygon of the sortie"},
		{"FENCE_ACTION", fence, "", fenceWhy},
		{"BATT_FS_VOLTSRC", 1, "", "judge the voltage without its sag under load"},
		{"BATT_FS_LOW_ACT", 2, "", "return at the low level"},
		{"BATT_FS_CRT_ACT", 1, "", "land at the critical level"},
	}
}

// arduPlaneParams are ArduPlane's with vertical take-off (4.5 and 4.6).
func arduPlaneParams(lossS, returnAltM float64) []SafetyParam {
	return []SafetyParam{
		{"FS_GCS_ENABL", 1, "", "the station's heartbeat is watched"},
		{"FS_LONG_ACTN", 1, "", "return when the station or the pilot is lost"},
		{"FS_LONG_TIMEOUT", lossS, "s", "longer than a restart of the station, and different for each vehicle"},
		{"RTL_ALTITUDE", returnAltM, aboveHome, "return in the layer of the sortie, which no other vehicle crosses"},
		{"Q_RTL_MODE", 1, "", "end the return by a vertical landing"},
		{"RALLY_INCL_HOME", 1, "", "home is one of the reserved places"},
		{"RALLY_LIMIT_KM", 0, "km", "a rally point counts however far away"},
		{"ARMING_CHECK", 1, "bits", "never arm without a position, or with any other check failed"},
		{"FENCE_ENABLE", 1, "", "the fence of the sortie is in force"},
		{"FENCE_TYPE", 4, "bits", "the fence is the polygon of the sortie"},
		{"FENCE_ACTION", 1, "", "return from the fence"},
		{"BATT_FS_VOLTSRC", 1, "", "judge the voltage without its sag under load"},
		{"BATT_FS_LOW_ACT", 1, "", "return at the low level"},
		{"BATT_FS_CRT_ACT", 4, "", "land vertically at the critical level"},
	}
}

// lossTimeout is after how many seconds without the station a vehicle with this set acts.
func lossTimeout(set map[string]float64) float64 {
	return max(set["COM_DL_LOSS_T"], set["FS_GCS_TIMEOUT"], set["FS_LONG_TIMEOUT"])
}

// safetyOf is the set for the sortie a vehicle has open.
func (d *Desk) safetyOf(c *craft) map[string]float64 {
	m := d.sortieOf(c)
	if m == nil {
		return nil
	}
	if m.params == nil {
		m.params = map[string]float64{}
		for _, p := range RequiredParams(c.spec, c.index, m.CruiseAMSL-m.Home.AltAMSL) {
			m.params[p.Name] = p.Value
		}
	}
	return m.params
}
