package simulator

// flightLimits are the parameters that shape a flight and those that end one, by the names PX4 gives them, kept out of the
// table of names because they are needed all the time.
type flightLimits struct {
	cruise, speedMax, acc, jerk, turnGain, errMax float64 // MPC_XY_CRUISE, _XY_VEL_MAX, _ACC_HOR, _JERK_AUTO, _XY_TRAJ_P, _XY_ERR_MAX
	up, down, upMax, downMax, accUp, accDown      float64 // MPC_Z_V_AUTO_*, _Z_VEL_MAX_*, _ACC_*_MAX
	placeP, velP, velI, velD                      float64 // MPC_XY_P, _XY_VEL_*_ACC
	heightP, climbP, climbI                       float64 // MPC_Z_P, _Z_VEL_*_ACC
	tiltDeg, leanP                                float64 // MPC_TILTMAX_AIR, MC_ROLL_P
	liftSpeed, liftRamp                           float64 // MPC_TKO_SPEED, _TKO_RAMP_T
	landAlt1, landAlt2, landAlt3                  float64 // MPC_LAND_ALT*
	landSpeed, landCrawl                          float64 // MPC_LAND_SPEED, _LAND_CRWL
	yawRate, yawAcc                               float64 // MPC_YAWRAUTO_*, degrees
	radius, radiusUp                              float64 // NAV_ACC_RAD, NAV_MC_ALT_RAD
	linkLossT                                     float64 // COM_DL_LOSS_T
	capacity                                      float64 // BAT1_CAPACITY, mAh
	batLow, batCritical, batEmergency             float64 // BAT_LOW_THR, _CRIT_THR, _EMERGEN_THR, of 1
	flightTimeAct                                 float64 // COM_FLTT_LOW_ACT
	returnAlt, timeFactor, timeMargin             float64 // RTL_RETURN_ALT, _TIME_FACTOR, _TIME_MARGIN
}

// limits gives the vehicle's, read anew after a parameter was set.
func (v *vehicle) limits() *flightLimits {
	if v.lim == nil {
		p := v.param
		v.lim = &flightLimits{
			cruise: p("MPC_XY_CRUISE"), speedMax: p("MPC_XY_VEL_MAX"), acc: p("MPC_ACC_HOR"), jerk: p("MPC_JERK_AUTO"),
			turnGain: p("MPC_XY_TRAJ_P"), errMax: p("MPC_XY_ERR_MAX"), up: p("MPC_Z_V_AUTO_UP"), down: p("MPC_Z_V_AUTO_DN"),
			upMax: p("MPC_Z_VEL_MAX_UP"), downMax: p("MPC_Z_VEL_MAX_DN"), accUp: p("MPC_ACC_UP_MAX"), accDown: p("MPC_ACC_DOWN_MAX"),
			placeP: p("MPC_XY_P"), velP: p("MPC_XY_VEL_P_ACC"), velI: p("MPC_XY_VEL_I_ACC"), velD: p("MPC_XY_VEL_D_ACC"),
			heightP: p("MPC_Z_P"), climbP: p("MPC_Z_VEL_P_ACC"), climbI: p("MPC_Z_VEL_I_ACC"), tiltDeg: p("MPC_TILTMAX_AIR"), leanP: p("MC_ROLL_P"),
			liftSpeed: p("MPC_TKO_SPEED"), liftRamp: p("MPC_TKO_RAMP_T"), landAlt1: max(p("MPC_LAND_ALT1"), p("MPC_LAND_ALT2")),
			landAlt2: p("MPC_LAND_ALT2"), landAlt3: p("MPC_LAND_ALT3"), landSpeed: p("MPC_LAND_SPEED"), landCrawl: p("MPC_LAND_CRWL"),
			yawRate: p("MPC_YAWRAUTO_MAX"), yawAcc: p("MPC_YAWRAUTO_ACC"), radius: p("NAV_ACC_RAD"), radiusUp: p("NAV_MC_ALT_RAD"),
			linkLossT: p("COM_DL_LOSS_T"), capacity: p("BAT1_CAPACITY"), batLow: p("BAT_LOW_THR"), batCritical: p("BAT_CRIT_THR"),
			batEmergency: p("BAT_EMERGEN_THR"), flightTimeAct: p("COM_FLTT_LOW_ACT"), returnAlt: p("RTL_RETURN_ALT"),
			timeFactor: p("RTL_TIME_FACTOR"), timeMargin: p("RTL_TIME_MARGIN"),
		}
	}
	return v.lim
}
