package mission

import "groundstation/fleet"

// SafetyParam is one parameter that a vehicle must hold before it may launch, so that it survives without the station.
type SafetyParam struct {
	Name   string  `json:"name"`
	Value  float64 `json:"value"`
	Reason string  `json:"reason"`
}

// The stagger of the vehicles' data link timeouts, seconds. The base exceeds the longest restart of the station that
// is planned for; the steps let vehicles that lose it at once turn home one after another. PX4 accepts 5 to 300 s.
const (
	lossBaseS = 20
	lossStepS = 2
	lossMostS = 300
)

// RequiredParams is the set a vehicle must hold before it launches, index being its place in the registry and
// returnAltM the height above home (metres) of the layer its sortie was given, at which it also returns by itself:
// the layers are what keeps the ways home apart. Names and values are PX4's (v1.17, parameter reference).
func RequiredParams(spec fleet.VehicleSpec, index int, returnAltM float64) []SafetyParam {
	low, crit, emergency := 0.25, 0.15, 0.07
	if spec.Class == fleet.LongVTOL {
		low, crit, emergency = 0.30, 0.20, 0.10 // a transition back to hover costs more near the end
	}
	return []SafetyParam{
		{"NAV_DLL_ACT", 2, "return when the station is lost; the default does nothing"},
		{"COM_DL_LOSS_T", float64(min(lossBaseS+lossStepS*max(index, 0), lossMostS)), "longer than a restart of the station, and different for each vehicle"},
		{"RTL_TYPE", 0, "return straight to the nearest of home and rally points, which are this sortie's reserved places"},
		{"RTL_RETURN_ALT", returnAltM, "return in the layer of the sortie, which no other vehicle crosses"},
		{"COM_RC_IN_MODE", 0, "a pilot's transmitter can take over; joysticks over MAVLink cannot"},
		{"NAV_RCL_ACT", 2, "return when a pilot who had taken over is lost"},
		{"COM_RCL_EXCEPT", 7, "a transmitter that is switched off does not end a mission, hold or offboard flight"},
		{"COM_ARM_WO_GPS", 0, "never arm without a position"},
		{"GF_ACTION", 3, "return from the fence; the default hovers at it until the battery is empty"},
		{"COM_LOW_BAT_ACT", 3, "return at the critical and land at the emergency level"},
		{"COM_FLTT_LOW_ACT", 3, "return when the remaining flight time just suffices; the default does nothing"},
		{"BAT_LOW_THR", low, "warn above the level at which the vehicle acts"},
		{"BAT_CRIT_THR", crit, "below the station's own reserve line, above what the way down needs"},
		{"BAT_EMERGEN_THR", emergency, "what a descent from the highest layer needs"},
	}
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
