package simulator

// mode is PX4's custom_mode: main mode in bits 16 to 23, sub mode in bits 24 to 31.
type mode uint32

// The modes a simulated vehicle has.
const (
	modeManual   mode = 0x00010000 // and the next: on the ground only
	modeAltitude mode = 0x00020000
	modePosition mode = 0x00030000 // flown by a pilot's sticks
	modeOrbit    mode = 0x01030000
	modeTakeoff  mode = 0x02040000
	modeHold     mode = 0x03040000
	modeMission  mode = 0x04040000
	modeReturn   mode = 0x05040000
	modeLand     mode = 0x06040000
	modeFollow   mode = 0x08040000 // on the ground only
	modePrecLand mode = 0x09040000
)

const (
	mainPosition = 3
	mainAuto     = 4
)

func (m mode) main() uint8 { return uint8(m >> 16) }

// autoMode finds the AUTO mode of a sub mode number.
func autoMode(sub uint8) (mode, bool) {
	m := mode(uint32(mainAuto)<<16 | uint32(sub)<<24)
	switch m {
	case modeTakeoff, modeHold, modeMission, modeReturn, modeLand, modeFollow, modePrecLand:
		return m, true
	}
	return 0, false
}

// name is the mode in PX4's words.
func (m mode) name() string {
	switch m {
	case modeManual:
		return "Manual"
	case modeAltitude:
		return "Altitude"
	case modeFollow:
		return "Follow Target"
	case modePosition:
		return "Position"
	case modeOrbit:
		return "Orbit"
	case modeTakeoff:
		return "Takeoff"
	case modeHold:
		return "Hold"
	case modeMission:
		return "Mission"
	case modeReturn:
		return "Return"
	case modeLand:
		return "Land"
	case modePrecLand:
		return "Precision Landing"
	}
	return "Unknown"
}

// base is MAV_MODE_FLAG as PX4 fills it.
func (m mode) base(armed bool) uint8 {
	var b uint8
	switch {
	case m == modeOrbit:
		b = 0x11
	case m.main() == mainAuto:
		b = 0x1d
	default:
		b = 0x51
	}
	if armed {
		b |= 0x80
	}
	return b
}

// standard is MAV_STANDARD_MODE, 0 for a mode of PX4's own.
func (m mode) standard() uint8 {
	switch m {
	case modeAltitude:
		return 4
	case modePosition:
		return 1
	case modeOrbit:
		return 2
	case modeReturn:
		return 5
	case modeMission:
		return 6
	case modeLand:
		return 7
	case modeTakeoff:
		return 8
	}
	return 0
}

// armable says whether PX4 can be armed in this mode.
func (m mode) armable() bool {
	return m == modeHold || m == modeTakeoff || m == modeMission || m == modePosition
}
