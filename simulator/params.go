package simulator

import (
	"hash/crc32"
	"math"
	"sort"
	"strings"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

// param is one parameter; integers travel as their bit pattern in the float field.
type param struct {
	name  string
	isInt bool
	value float64
}

// paramStore holds the parameters in the order of their names.
type paramStore struct {
	list  []param
	index map[string]int
}

// defaultParams are those a station has reason to look at, with PX4's defaults; the speeds come from the vehicle.
func defaultParams(at VehicleAt) []param {
	i := func(name string, v int) param { return param{name, true, float64(v)} }
	f := func(name string, v float64) param { return param{name, false, v} }
	hover, near, rtlType, rise, sink, up := at.CruiseMS, 2.0, 0, 30.0, 10.0, 2.5
	var own []param
	if at.Class == classVTOL {
		hover, near, rtlType, rise, sink, up = hoverMS, 10, 1, 60, 30, 20 // rc.vtol_defaults, and the reference's for a wing
		own = []param{
			f("FW_AIRSPD_MAX", 1.3*at.CruiseMS), f("FW_AIRSPD_MIN", 0.7*at.CruiseMS), f("FW_AIRSPD_TRIM", at.CruiseMS), f("FW_R_LIM", 50),
			f("FW_T_CLMB_R_SP", 3), f("FW_T_SINK_R_SP", 2), i("MIS_TKO_LAND_REQ", 2), f("NAV_FW_ALT_RAD", 10), i("NAV_FORCE_VT", 1),
			f("VT_ARSP_TRANS", 0.8*at.CruiseMS), f("VT_B_DEC_MSS", 2), f("VT_B_TRANS_DUR", 10), f("VT_F_TRANS_DUR", 5), f("VT_TRANS_MIN_TM", 2),
			f("VT_TRANS_TIMEOUT", 15), i("VT_TYPE", 2),
		}
	}
	return append(own, []param{
		f("BAT1_CAPACITY", math.Round(1000*at.EnergyWh/(cells*cellV))), i("BAT1_N_CELLS", cells), f("BAT1_V_CHARGED", 4.05), f("BAT1_V_EMPTY", 3.6),
		f("BAT_CRIT_THR", 0.07), f("BAT_EMERGEN_THR", 0.05), f("BAT_LOW_THR", 0.15), f("BAT_AVRG_CURRENT", 15),
		i("CBRK_SUPPLY_CHK", 0), f("COM_ARM_BAT_MIN", -1), i("COM_ARM_WO_GPS", 1), f("COM_DISARM_LAND", 2), f("COM_DISARM_PRFLT", 10),
		i("COM_DLL_EXCEPT", 0), i("COM_DL_LOSS_T", 10), f("COM_FAIL_ACT_T", 5), i("COM_FLTT_LOW_ACT", 0),
		i("COM_FLT_TIME_MAX", -1), i("COM_HOME_EN", 1), i("COM_HOME_IN_AIR", 0), i("COM_LOW_BAT_ACT", 3),
		f("COM_OBC_LOSS_T", 5), f("COM_POS_FS_EPH", 5), i("COM_POS_LOW_ACT", 3), i("COM_QC_ACT", 0), i("COM_RCL_EXCEPT", 0),
		i("COM_RC_IN_MODE", 1), f("COM_RC_LOSS_T", 0.5), i("COM_RC_OVERRIDE", 1), f("COM_RC_STICK_OV", 30), f("COM_SPOOLUP_TIME", 1),
		f("COM_WIND_MAX", -1), i("COM_WIND_MAX_ACT", 0), f("COM_WIND_WARN", -1),
		i("GF_ACTION", 2), f("GF_MAX_HOR_DIST", 0), f("GF_MAX_VER_DIST", 0), i("GF_PREDICT", 0), i("GF_SOURCE", 0),
		f("LNDMC_Z_VEL_MAX", 0.25), i("MAV_SYS_ID", int(at.SystemID)), i("MAV_TYPE", int(mavType(at.Class))),
		f("MC_ROLL_P", 6.5),
		f("MIS_TAKEOFF_ALT", up), i("MIS_LND_ABRT_ALT", 30), i("MNT_MODE_IN", 4),
		f("MPC_ACC_DOWN_MAX", 3), f("MPC_ACC_HOR", 3), f("MPC_ACC_UP_MAX", 4), f("MPC_JERK_AUTO", 4), f("MPC_LAND_ALT1", 10), f("MPC_LAND_ALT2", 5),
		f("MPC_LAND_ALT3", 1), f("MPC_LAND_CRWL", 0.3), f("MPC_LAND_SPEED", 0.7), f("MPC_MAN_Y_MAX", 150), f("MPC_TILTMAX_AIR", 45), f("MPC_TKO_RAMP_T", 3), f("MPC_TKO_SPEED", min(2.5, at.ClimbMS)),
		f("MPC_VEL_MANUAL", 10), f("MPC_XY_CRUISE", hover), f("MPC_XY_ERR_MAX", 2), f("MPC_XY_P", 0.95), f("MPC_XY_TRAJ_P", 0.5), f("MPC_XY_VEL_D_ACC", 0.2), f("MPC_XY_VEL_I_ACC", 0.4),
		f("MPC_XY_VEL_P_ACC", 1.8), f("MPC_YAWRAUTO_ACC", 20), f("MPC_YAWRAUTO_MAX", 60), f("MPC_Z_P", 1), f("MPC_Z_VEL_I_ACC", 2), f("MPC_Z_VEL_P_ACC", 4),
		f("MPC_Z_VEL_MAX_DN", max(1.5, at.DescendMS)), f("MPC_Z_VEL_MAX_UP", max(3, at.ClimbMS)),
		f("MPC_XY_VEL_MAX", 1.3*hover), f("MPC_Z_V_AUTO_DN", at.DescendMS), f("MPC_Z_V_AUTO_UP", at.ClimbMS),
		f("NAV_ACC_RAD", near), i("NAV_DLL_ACT", 0), f("NAV_LOITER_RAD", 80), f("NAV_MC_ALT_RAD", 0.8), i("NAV_RCL_ACT", 2),
		f("PLD_BTOUT", 5), f("PLD_FAPPR_ALT", 0.1), f("PLD_HACC_RAD", 0.2), i("PLD_MAX_SRCH", 3), f("PLD_SRCH_ALT", 10), f("PLD_SRCH_TOUT", 10),
		i("RTL_CONE_ANG", 45), f("RTL_DESCEND_ALT", sink), f("RTL_LAND_DELAY", 0), f("RTL_LOITER_RAD", 80), f("RTL_MIN_DIST", 10),
		i("RTL_PLD_MD", 0), f("RTL_RETURN_ALT", rise), f("RTL_TIME_FACTOR", 1.1), i("RTL_TIME_MARGIN", 100), i("RTL_TYPE", rtlType),
		i("SYS_AUTOSTART", 4001), i("SYS_HAS_GPS", 1),
	}...)
}

func newParams(at VehicleAt) paramStore {
	s := paramStore{list: defaultParams(at), index: map[string]int{}}
	sort.Slice(s.list, func(a, b int) bool { return s.list[a].name < s.list[b].name })
	for i := range s.list {
		p := &s.list[i]
		s.index[p.name] = i
		if v, ok := at.Params[p.name]; ok {
			p.value = v
		}
		if !p.isInt {
			p.value = float64(float32(p.value))
		}
	}
	return s
}

// param is a parameter's value; 0 for one the vehicle does not have.
func (v *vehicle) param(name string) float64 {
	i, ok := v.params.index[name]
	if !ok {
		return 0
	}
	return v.params.list[i].value
}

// paramValue is the PARAM_VALUE of one parameter.
func (v *vehicle) paramValue(i int) *common.MessageParamValue {
	p := v.params.list[i]
	m := &common.MessageParamValue{ParamId: p.name, ParamValue: float32(p.value), ParamType: common.MAV_PARAM_TYPE_REAL32,
		ParamCount: uint16(len(v.params.list)), ParamIndex: uint16(i)}
	if p.isInt {
		m.ParamType = common.MAV_PARAM_TYPE_INT32
		m.ParamValue = math.Float32frombits(uint32(int32(p.value)))
	}
	return m
}

// paramHash is the _HASH_CHECK pseudo parameter.
func (v *vehicle) paramHash() *common.MessageParamValue {
	h := crc32.NewIEEE()
	for i := range v.params.list {
		m := v.paramValue(i)
		bits := math.Float32bits(m.ParamValue)
		h.Write([]byte(m.ParamId))
		h.Write([]byte{byte(bits), byte(bits >> 8), byte(bits >> 16), byte(bits >> 24)})
	}
	return &common.MessageParamValue{ParamId: "_HASH_CHECK", ParamValue: math.Float32frombits(h.Sum32()),
		ParamType: common.MAV_PARAM_TYPE_UINT32, ParamCount: uint16(len(v.params.list)), ParamIndex: 65535}
}

// paramList answers PARAM_REQUEST_LIST: the hash first, then all.
func (v *vehicle) paramList() {
	v.send(v.paramHash())
	for i := range v.params.list {
		v.send(v.paramValue(i))
	}
}

// paramRead answers PARAM_REQUEST_READ; an unknown one gets no answer.
func (v *vehicle) paramRead(m *common.MessageParamRequestRead) {
	i := int(m.ParamIndex)
	if i < 0 {
		name := strings.TrimRight(m.ParamId, "\x00")
		if name == "_HASH_CHECK" {
			v.send(v.paramHash())
			return
		}
		known := false
		if i, known = v.params.index[name]; !known {
			return
		}
	}
	if i < len(v.params.list) {
		v.send(v.paramValue(i))
	}
}

// paramSet stores whatever comes, as PX4 does, if name and type are right; else there is no answer.
func (v *vehicle) paramSet(m *common.MessageParamSet) {
	i, ok := v.params.index[strings.TrimRight(m.ParamId, "\x00")]
	if !ok {
		return
	}
	p := &v.params.list[i]
	want := common.MAV_PARAM_TYPE_REAL32
	value := float64(m.ParamValue)
	if p.isInt {
		want = common.MAV_PARAM_TYPE_INT32
		value = float64(int32(math.Float32bits(m.ParamValue)))
	}
	if m.ParamType != want {
		return
	}
	changed := p.value != value
	p.value, v.lim = value, nil
	v.send(v.paramValue(i))
	if changed {
		v.sendLater(worldStep, v.paramValue(i))
	}
}
