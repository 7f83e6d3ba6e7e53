package sitl

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

// ArduPilot prepares dir for instance n of an ArduPilot SITL binary (a copter) with its own multicopter model, that speaks to
// the given UDP ports of this machine.
func ArduPilot(binary, dir string, n int, p Place, radio, truth int) (Program, error) {
	binary, err := filepath.Abs(binary)
	if err != nil {
		return Program{}, fmt.Errorf("ardupilot binary: %w", err)
	}
	if s, err := os.Stat(binary); err != nil || s.IsDir() {
		return Program{}, fmt.Errorf("ardupilot binary: %s is no program", binary)
	}
	defaults := filepath.Join(dir, "defaults.parm")
	if err := os.WriteFile(defaults, []byte(arduParams(p)), 0o644); err != nil {
		return Program{}, fmt.Errorf("ardupilot parameters: %w", err)
	}
	udp := func(port int) string { return fmt.Sprintf("udpclient:127.0.0.1:%d", port) }
	var ask []uint32
	for _, m := range []interface{ GetID() uint32 }{&common.MessageSimState{}, &common.MessageLocalPositionNed{}, &common.MessageGpsRawInt{},
		&common.MessageBatteryStatus{}} {
		ask = append(ask, m.GetID())
	}
	return Program{Path: binary, Dir: dir, Ask: ask, Sky: Sky{Param: "SIM_GPS1_ENABLE", Open: 1},
		Args: []string{"--model", "+", "--speedup", "1", "-I", fmt.Sprint(n), "--sysid", fmt.Sprint(p.SystemID), "--defaults", defaults,
			"--home", fmt.Sprintf("%.7f,%.7f,%.2f,%.1f", p.Home.Lat, p.Home.Lon, p.Home.AltAMSL, p.HeadingDeg),
			"--serial0", udp(radio), "--serial1", udp(truth)}}, nil
}

// arduParams is the file of its parameters: a frame, the speed of its class.
func arduParams(p Place) string {
	m := map[string]float64{
		"FRAME_CLASS": 1, "FRAME_TYPE": 0, "WPNAV_SPEED": 100 * p.CruiseMS, "SIM_GPS1_ENABLE": 0, "BATT_MONITOR": 4,
	}
	// Its sensors count as calibrated once their offsets are not zero; the simulated compass is off by these.
	for _, n := range []string{"", "2", "3"} {
		for axis, mG := range map[string]float64{"X": 5, "Y": 13, "Z": -18} {
			m["COMPASS_OFS"+n+"_"+axis] = mG
			if n != "3" {
				acc := "INS_ACC" + n
				m[acc+"OFFS_"+axis], m[acc+"SCAL_"+axis] = 0.001, 1.001
			}
		}
	}
	for name, v := range p.Params {
		m[name] = v
	}
	lines := make([]string, 0, len(m))
	for name, v := range m {
		lines = append(lines, fmt.Sprintf("%s %v", name, v))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n") + "\n"
}
