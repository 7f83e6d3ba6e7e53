package sitl

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"groundstation/internal/geo"
)

// Place is one vehicle of the city that an autopilot process flies.
type Place struct {
	ID         string
	SystemID   uint32
	Home       geo.Position // where it stands when the process starts
	HeadingDeg float64
	// CruiseMS, ClimbMS and DescendMS are the speeds that its plans count on, m/s.
	CruiseMS, ClimbMS, DescendMS float64
	// EnduranceS is how long a full battery hovers, seconds.
	EnduranceS float64
	// Params are parameters of the autopilot that differ from its defaults.
	Params map[string]float64
}

// Program is how one process is started. Its folder must exist.
type Program struct {
	Path string
	Args []string
	Env  []string // beside the environment of this process
	Dir  string
	// RadioTo and TruthTo are the process's own UDP ports; 0: known once it has spoken.
	RadioTo, TruthTo int
	// HIL is the TCP port at which the process looks for a simulator of its body; 0: it brings its own.
	HIL int
	Sky Sky
	// Ask are the messages that must be asked for on the truth link.
	Ask []uint32
}

// Sky is the parameter that says how many satellites the simulated receiver sees.
type Sky struct {
	Param      string
	Open, Shut int32 // under the sky, under a lid
	// Bytewise: the integer's bits travel in PARAM_SET's float, as with PX4, else its value, as with ArduPilot.
	Bytewise bool
}

const (
	radioPort = 18570 // PX4's own numbers, plus the instance
	truthPort = 19450
)

// PX4 prepares dir for instance n of a PX4 SITL build (the folder with bin/px4 and etc) with the SIH quadrotor, that speaks
// to the given UDP ports of this machine.
func PX4(build, dir string, n int, p Place, radio, truth int) (Program, error) {
	build, err := filepath.Abs(build)
	if err != nil {
		return Program{}, fmt.Errorf("px4 build: %w", err)
	}
	binary := filepath.Join(build, "bin", "px4")
	if _, err := os.Stat(binary); err != nil {
		return Program{}, fmt.Errorf("px4 build: want the folder with bin/px4 and etc: %w", err)
	}
	pr := Program{Path: binary, Args: []string{"-i", fmt.Sprint(n), "-d", filepath.Join(build, "etc")}, Dir: dir,
		RadioTo: radioPort + n, TruthTo: truthPort + n, Sky: Sky{Param: "SIM_GPS_USED", Open: 12, Bytewise: true}}
	// PX4's start script takes its parts from the first files of their names in PATH.
	for name, text := range map[string]string{"px4-rc.mavlink": px4Links(pr, radio, truth), "px4-rc.simulator": px4Simulator(p)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755); err != nil {
			return Program{}, fmt.Errorf("px4 start: %w", err)
		}
	}
	pr.Env = []string{"PATH=" + dir + ":" + os.Getenv("PATH"), "PX4_SYS_AUTOSTART=10040", "PX4_SIM_MODEL=sihsim_quadx", "HEADLESS=1",
		fmt.Sprintf("PX4_HOME_LAT=%.7f", p.Home.Lat), fmt.Sprintf("PX4_HOME_LON=%.7f", p.Home.Lon),
		fmt.Sprintf("PX4_HOME_ALT=%.3f", p.Home.AltAMSL)}
	for name, v := range px4Params(p) {
		pr.Env = append(pr.Env, fmt.Sprintf("PX4_PARAM_%s=%v", name, v))
	}
	sort.Strings(pr.Env)
	return pr, nil
}

// PX4HIL prepares dir as PX4 does, for a body of ours in place of PX4's: any build flies by it, in our wind.
func PX4HIL(build, dir string, n int, p Place, radio, truth int) (Program, error) {
	pr, err := PX4(build, dir, n, p, radio, truth)
	if err != nil {
		return Program{}, err
	}
	pr.HIL, pr.Sky = hilPort+n, Sky{}
	for i, e := range pr.Env {
		switch {
		case strings.HasPrefix(e, "PX4_SYS_AUTOSTART="):
			pr.Env[i] = "PX4_SYS_AUTOSTART=10016"
		case strings.HasPrefix(e, "PX4_SIM_MODEL="):
			pr.Env[i] = "PX4_SIM_MODEL=none_iris"
		}
	}
	return pr, nil
}

// px4Params let the SIH quadrotor fly as fast as the plans of its class count on: thrust for a tilt at cruise, little drag.
func px4Params(p Place) map[string]float64 {
	m := map[string]float64{
		"MPC_XY_CRUISE": p.CruiseMS, "MPC_XY_VEL_MAX": 1.3 * p.CruiseMS, "MPC_Z_V_AUTO_UP": p.ClimbMS, "MPC_Z_VEL_MAX_UP": p.ClimbMS,
		"MPC_Z_V_AUTO_DN": p.DescendMS, "MPC_Z_VEL_MAX_DN": p.DescendMS, "MPC_TKO_SPEED": min(2.5, p.ClimbMS),
		"SIH_KDV": 0.3, "SIH_T_MAX": 6, "SIM_BAT_DRAIN": p.EnduranceS, "SIM_BAT_MIN_PCT": 0, "SIM_GPS_USED": 0,
	}
	for name, v := range p.Params {
		m[name] = v
	}
	return m
}

// px4Simulator sets the system id before anything reads it (the script has made it the instance plus one; what the commander
// took for its own at its start is all it answers to), and goes on with PX4's own part.
func px4Simulator(p Place) string {
	return fmt.Sprintf("#!/bin/sh\nparam set MAV_SYS_ID %d\n. ${R}etc/init.d-posix/px4-rc.simulator\n", p.SystemID)
}

// px4Links is the script that opens the two links: the radio with the messages and rates of PX4's own ground station link,
// and the truth.
func px4Links(pr Program, radio, truth int) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("#!/bin/sh")
	line("mavlink start -x -u %d -o %d -r 4000000 -f", pr.RadioTo, radio)
	for _, s := range []string{"POSITION_TARGET_LOCAL_NED", "LOCAL_POSITION_NED", "GLOBAL_POSITION_INT", "ATTITUDE", "ATTITUDE_QUATERNION",
		"ATTITUDE_TARGET", "SERVO_OUTPUT_RAW_0"} {
		line("mavlink stream -r 50 -s %s -u %d", s, pr.RadioTo)
	}
	line("mavlink start -x -u %d -o %d -r 400000 -m custom", pr.TruthTo, truth)
	for _, s := range []string{"HIL_STATE_QUATERNION", "LOCAL_POSITION_NED"} {
		line("mavlink stream -r %d -s %s -u %d", stateHz, s, pr.TruthTo)
	}
	for _, s := range []string{"GPS_RAW_INT", "BATTERY_STATUS"} {
		line("mavlink stream -r 2 -s %s -u %d", s, pr.TruthTo)
	}
	return b.String()
}
