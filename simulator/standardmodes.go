package simulator

import "github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

// Properties of a mode in AVAILABLE_MODES.
const (
	modeAdvanced = common.MAV_MODE_PROPERTY_ADVANCED
	modeHidden   = common.MAV_MODE_PROPERTY_NOT_USER_SELECTABLE
)

// availableModes are the modes PX4 v1.17 lists, in its order (https://mavlink.io/en/services/standard_modes.html); the last
// eight stand for modes that other computers may bring.
var availableModes = []struct {
	standard   uint8
	custom     mode
	properties common.MAV_MODE_PROPERTY
	name       string // empty for standard modes
}{
	{0, modeManual, modeAdvanced, "Manual"}, {4, modeAltitude, 0, ""}, {1, modePosition, 0, ""}, {6, modeMission, modeAdvanced, ""},
	{0, modeHold, modeAdvanced, "Hold"}, {5, modeReturn, modeAdvanced, ""}, {0, 0x02030000, modeAdvanced, "Position Slow"},
	{0, 0x000b0000, 0, "Altitude Cruise"}, {0, 0x00050000, modeAdvanced, "Acro"}, {0, 0x000a0000, modeAdvanced | modeHidden, "Termination"},
	{0, 0x00060000, modeAdvanced, "Offboard"}, {0, 0x00070000, modeAdvanced, "Stabilized"}, {8, modeTakeoff, modeAdvanced, ""},
	{7, modeLand, modeAdvanced, ""}, {0, modeFollow, modeAdvanced, "Follow Target"}, {0, modePrecLand, modeAdvanced, "Precision Landing"},
	{2, modeOrbit, modeAdvanced, ""}, {0, 0x0a040000, modeAdvanced, "VTOL Takeoff"},
	{0, 0x0b040000, modeHidden, noMode}, {0, 0x0c040000, modeHidden, noMode}, {0, 0x0d040000, modeHidden, noMode}, {0, 0x0e040000, modeHidden, noMode},
	{0, 0x0f040000, modeHidden, noMode}, {0, 0x10040000, modeHidden, noMode}, {0, 0x11040000, modeHidden, noMode}, {0, 0x12040000, modeHidden, noMode},
}

const noMode = "(Mode not available)"

// tellModes answers a request for AVAILABLE_MODES: one mode by its number from 1, or all by 0.
func (v *vehicle) tellModes(index float64) common.MAV_RESULT {
	n := len(availableModes)
	if !finite(index) || index < 0 || int(index) > n {
		return common.MAV_RESULT_DENIED
	}
	for i, m := range availableModes {
		if index == 0 || int(index) == i+1 {
			v.send(&common.MessageAvailableModes{NumberModes: uint8(n), ModeIndex: uint8(i + 1), StandardMode: common.MAV_STANDARD_MODE(m.standard),
				CustomMode: uint32(m.custom), Properties: m.properties, ModeName: m.name})
		}
	}
	return common.MAV_RESULT_ACCEPTED
}
