package simulator

import (
	"math"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

const (
	int8s  = common.MAV_PARAM_TYPE_INT8
	int16s = common.MAV_PARAM_TYPE_INT16
	int32s = common.MAV_PARAM_TYPE_INT32
	floats = common.MAV_PARAM_TYPE_REAL32
)

// copterParam is one parameter; its value travels as a float, whatever its type.
type copterParam struct {
	name  string
	kind  common.MAV_PARAM_TYPE
	value float64
}

// copterDefaults are those of a copter's 1,349 parameters that a station has reason to look at, with the types and values of
// ArduCopter 4.7.0-dev. What depends on the vehicle is filled in by newCopterParams.
var copterDefaults = []copterParam{
	{"ANGLE_MAX", int16s, 3000}, {"ARMING_CHECK", int32s, 1}, {"ARMING_OPTIONS", int32s, 0}, {"ATC_SLEW_YAW", floats, 6000},
	{"AUTO_OPTIONS", int32s, 0}, {"BATT_ARM_MAH", int32s, 0}, {"BATT_ARM_VOLT", floats, 0}, {"BATT_CAPACITY", int32s, 3300},
	{"BATT_CRT_MAH", floats, 0}, {"BATT_CRT_VOLT", floats, 0}, {"BATT_FS_CRT_ACT", int8s, 0}, {"BATT_FS_LOW_ACT", int8s, 0},
	{"BATT_FS_VOLTSRC", int8s, 0}, {"BATT_LOW_MAH", floats, 0}, {"BATT_LOW_TIMER", int8s, 10}, {"BATT_LOW_VOLT", floats, 10.5},
	{"BATT_MONITOR", int8s, 4}, {"BRD_SAFETYOPTION", int16s, 3}, {"BRD_SAFETY_DEFLT", int8s, 0}, {"CIRCLE_OPTIONS", int16s, 1},
	{"CIRCLE_RADIUS", floats, 1000}, {"CIRCLE_RATE", floats, 20}, {"DISARM_DELAY", int8s, 10}, {"EK3_ENABLE", int8s, 1},
	{"FENCE_ACTION", int8s, 1}, {"FENCE_ALT_MAX", floats, 100}, {"FENCE_ALT_MIN", floats, -10}, {"FENCE_AUTOENABLE", int8s, 0},
	{"FENCE_ENABLE", int8s, 0}, {"FENCE_MARGIN", floats, 2}, {"FENCE_OPTIONS", int16s, 0}, {"FENCE_RADIUS", floats, 150},
	{"FENCE_TYPE", int8s, 7}, {"FLTMODE1", int8s, 7}, {"FRAME_CLASS", int8s, 1}, {"FRAME_TYPE", int8s, 0}, {"FS_CRASH_CHECK", int8s, 1},
	{"FS_DR_ENABLE", int8s, 2}, {"FS_EKF_ACTION", int8s, 1}, {"FS_EKF_THRESH", floats, 0.8}, {"FS_GCS_ENABLE", int8s, 0},
	{"FS_GCS_TIMEOUT", floats, 5}, {"FS_OPTIONS", int32s, 16}, {"FS_THR_ENABLE", int8s, 1}, {"FS_THR_VALUE", int16s, 975},
	{"FS_VIBE_ENABLE", int8s, 1}, {"GUID_OPTIONS", int32s, 0}, {"GUID_TIMEOUT", floats, 3}, {"INITIAL_MODE", int8s, 0},
	{"LAND_ALT_LOW", int16s, 1000}, {"LAND_REPOSITION", int8s, 1}, {"LAND_SPEED", int16s, 50}, {"LAND_SPEED_HIGH", int16s, 0},
	{"LOG_BACKEND_TYPE", int8s, 1}, {"LOG_BITMASK", int32s, 180222}, {"LOG_DISARMED", int8s, 0}, {"LOIT_ACC_MAX", floats, 500},
	{"LOIT_SPEED", floats, 1250}, {"MAV_GCS_SYSID", int16s, 255}, {"MAV_SYSID", int16s, 1}, {"MIS_OPTIONS", int16s, 0},
	{"MIS_RESTART", int8s, 0}, {"MNT1_TYPE", int8s, 0}, {"MOT_SPOOL_TIME", floats, 0.5}, {"PILOT_SPEED_DN", int16s, 0},
	{"PILOT_SPEED_UP", int16s, 250}, {"PILOT_TKOFF_ALT", floats, 0}, {"PILOT_Y_RATE", floats, 202.5}, {"PLND_ENABLED", int8s, 0},
	{"RALLY_INCL_HOME", int8s, 1}, {"RALLY_LIMIT_KM", floats, 0.3}, {"RC_OPTIONS", int32s, 32}, {"RC_OVERRIDE_TIME", floats, 3},
	{"RTL_ALT", int32s, 1500}, {"RTL_ALT_FINAL", int16s, 0}, {"RTL_ALT_TYPE", int8s, 0}, {"RTL_CLIMB_MIN", int16s, 0},
	{"RTL_CONE_SLOPE", floats, 3}, {"RTL_LOIT_TIME", int32s, 5000}, {"RTL_OPTIONS", int32s, 0}, {"RTL_SPEED", int16s, 0},
	{"TERRAIN_ENABLE", int8s, 1}, {"WPNAV_ACCEL", floats, 250}, {"WPNAV_ACCEL_Z", floats, 100}, {"WPNAV_JERK", floats, 1},
	{"WPNAV_RADIUS", floats, 200}, {"WPNAV_SPEED", floats, 1000}, {"WPNAV_SPEED_DN", floats, 150}, {"WPNAV_SPEED_UP", floats, 250},
	{"WP_NAVALT_MIN", floats, 0}, {"WP_YAW_BEHAVIOR", int8s, 2},
}

// copterMeans is what parameters of a copter mean to the flight limits, which are kept by the names PX4 gives them. That of the
// jerk, and the ramp of the take-off, are those with which the recorded flight of a real one is flown again.
var copterMeans = []struct {
	ardu, limit string
	scale       float64
}{
	{"WPNAV_SPEED", "MPC_XY_CRUISE", 0.01}, {"WPNAV_SPEED", "MPC_XY_VEL_MAX", 0.013}, {"WPNAV_SPEED_UP", "MPC_Z_V_AUTO_UP", 0.01},
	{"WPNAV_SPEED_UP", "MPC_TKO_SPEED", 0.01}, {"WPNAV_SPEED_DN", "MPC_Z_V_AUTO_DN", 0.01}, {"WPNAV_SPEED_DN", "MPC_Z_VEL_MAX_DN", 0.01},
	{"WPNAV_ACCEL", "MPC_ACC_HOR", 0.01}, {"WPNAV_RADIUS", "NAV_ACC_RAD", 0.01}, {"LAND_SPEED", "MPC_LAND_SPEED", 0.01},
	{"LAND_SPEED", "MPC_LAND_CRWL", 0.01}, {"LAND_ALT_LOW", "MPC_LAND_ALT1", 0.01}, {"LAND_ALT_LOW", "MPC_LAND_ALT2", 0.01},
	{"RTL_ALT", "RTL_RETURN_ALT", 0.01}, {"RTL_LOIT_TIME", "RTL_LAND_DELAY", 0.001}, {"DISARM_DELAY", "COM_DISARM_PRFLT", 1},
	{"BATT_CAPACITY", "BAT1_CAPACITY", 1}, {"RC_OVERRIDE_TIME", "COM_RC_LOSS_T", 1}, {"LOIT_SPEED", "MPC_VEL_MANUAL", 0.01},
	{"PILOT_Y_RATE", "MPC_MAN_Y_MAX", 1}, {"ANGLE_MAX", "MPC_TILTMAX_AIR", 0.01}, {"WPNAV_JERK", "MPC_JERK_AUTO", 3},
	{"WPNAV_ACCEL_Z", "MPC_ACC_UP_MAX", 0.01}, {"WPNAV_ACCEL_Z", "MPC_ACC_DOWN_MAX", 0.01},
}

// copterLimits are the flight limits that no parameter of a copter moves: it disarms by itself two seconds after it touched, does
// not give way to sticks that move, and comes home within its cone however far it is, where it waits at the height it came in.
var copterLimits = map[string]float64{"COM_DISARM_LAND": 1, "COM_RC_OVERRIDE": 0, "NAV_RCL_ACT": 2, "RTL_MIN_DIST": 1e6, "RTL_DESCEND_ALT": 1e6,
	"MPC_TKO_RAMP_T": 2}

// copterParams holds the parameters in the order of their names.
type copterParams struct {
	list  []copterParam
	index map[string]int
}

// newCopterParams are the defaults with what belongs to the vehicle: its speeds and its pack, and as levels of its battery
// failsafes, which are the maker's to set, a quarter and 15 % of that.
func newCopterParams(at VehicleAt) copterParams {
	full := math.Round(1000 * at.EnergyWh / (cells * cellV))
	own := map[string]float64{"MAV_SYSID": float64(at.SystemID), "WPNAV_SPEED": 100 * at.CruiseMS, "WPNAV_SPEED_UP": 100 * at.ClimbMS,
		"WPNAV_SPEED_DN": 100 * at.DescendMS, "BATT_CAPACITY": full, "BATT_LOW_MAH": 0.25 * full, "BATT_CRT_MAH": 0.15 * full}
	if at.Dock != "" {
		own["PLND_ENABLED"] = 1 // it has a marker to land on
	}
	s := copterParams{list: append([]copterParam(nil), copterDefaults...), index: make(map[string]int, len(copterDefaults))}
	for i := range s.list {
		p := &s.list[i]
		s.index[p.name] = i
		if v, ok := own[p.name]; ok {
			p.value = v
		}
		if v, ok := at.Params[p.name]; ok {
			p.value = v
		}
		p.value = p.fit(p.value)
	}
	return s
}

// fit is a value as a parameter can hold it: integers lose their fraction and end at their type's range.
func (p *copterParam) fit(value float64) float64 {
	switch p.kind {
	case int8s:
		return math.Trunc(clamp(value, math.MinInt8, math.MaxInt8))
	case int16s:
		return math.Trunc(clamp(value, math.MinInt16, math.MaxInt16))
	case int32s:
		return math.Trunc(clamp(value, math.MinInt32, math.MaxInt32))
	}
	return float64(float32(value))
}

// value is a parameter's; 0 for one the copter does not have.
func (s *copterParams) value(name string) float64 {
	if i, ok := s.index[name]; ok {
		return s.list[i].value
	}
	return 0
}
