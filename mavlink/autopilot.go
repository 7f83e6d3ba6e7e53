package mavlink

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/minimal"

	"groundstation/fleet"
	"groundstation/mavlink/param"
)

// personality is how one family of autopilots speaks, where MAVLink leaves it the choice. HEARTBEAT says which it is;
// the acts ask it and never the family's name.
type personality struct {
	name     string
	encoding param.Encoding
	// modes says what the numbers of custom_mode mean; orders which of them the station sets for its own words.
	modes  map[uint32]modeName
	orders map[fleet.Mode]uint32
	// split: DO_SET_MODE carries main and sub mode apart (PX4). standard: modes are set by DO_SET_STANDARD_MODE and told
	// by CURRENT_MODE's standard_mode.
	split, standard bool
	// guided is where the vehicle is armed before its plan is started by MISSION_START; 0: it is armed in mission mode.
	guided uint32
	// manual is the mode a pilot's sticks fly it in, which stops and stays by itself when they are neutral; 0: none.
	manual uint32
	// homeItem: item 0 of a plan is home, and the vehicle's own.
	homeItem bool
	// relativeRally: rally points are told above home, in whole metres.
	relativeRally bool
	// asksAgain is the pause after which it asks for an item again.
	asksAgain time.Duration
	// itemsAhead is how many items may be sent that it has not asked for yet; 0 where that is an error.
	itemsAhead int
	// coarse is by how much a stored altitude may differ from what was sent, metres.
	coarse float64
	// silent: it sends nothing that was not asked for, so that nothing need be switched off, and tells its mode in
	// heartbeats alone.
	silent bool
	// noOrbit: DO_ORBIT is not known. stops: its hold mode stops where it is, so nothing else need be sent.
	noOrbit, stops bool
	// wing: it circles where others stay, so it waits at a place by NAV_LOITER_TIME and circles one by DO_REPOSITION with a
	// radius; DO_CHANGE_SPEED is that through the air: over ground it is a minimum, kept until it is switched off.
	wing bool
	// comesDown is the mode to which a return goes over by itself, over its place; 0: none.
	comesDown uint32
	// failsafe is the cause in a STATUSTEXT (lower case) that announces a failsafe, or "".
	failsafe func(text string) string
}

type modeName struct {
	mode fleet.Mode
	name string
}

// named gives the station's mode and the autopilot's own word. An unknown mode keeps its number.
func (p *personality) named(custom uint32) (fleet.Mode, string) {
	if k, ok := p.modes[custom]; ok {
		return k.mode, k.name
	}
	if p.split {
		return fleet.ModeOther, fmt.Sprintf("%s %d/%d", p.name, px4Mode(custom).main(), px4Mode(custom).sub())
	}
	return fleet.ModeOther, fmt.Sprintf("%s %d", p.name, custom)
}

// setMode is the command that sets a custom mode.
func (p *personality) setMode(s *Session, custom uint32) *common.MessageCommandLong {
	m := s.long(common.MAV_CMD_DO_SET_MODE, 1, float32(custom))
	switch {
	case p.split:
		m = s.long(common.MAV_CMD_DO_SET_MODE, 1, float32(px4Mode(custom).main()), float32(px4Mode(custom).sub()))
	case p.standard:
		m = s.long(common.MAV_CMD_DO_SET_STANDARD_MODE, float32(custom))
	}
	return &m
}

// ordered is the custom mode that a command sets; false if it sets none.
func (p *personality) ordered(m *common.MessageCommandLong) (uint32, bool) {
	number := func(v float32) (uint32, bool) {
		return uint32(v), v >= 0 && v <= math.MaxUint16 && v == float32(uint32(v))
	}
	a, ok := number(m.Param2)
	b, ok2 := number(m.Param3)
	switch {
	case m.Command == common.MAV_CMD_DO_SET_STANDARD_MODE && p.standard:
		return number(m.Param1)
	case m.Command != common.MAV_CMD_DO_SET_MODE || p.standard || !ok || !ok2:
		return 0, false
	case p.split:
		return uint32(px4(a, b)), a < 256 && b < 256
	}
	return a, b == 0
}

// mayOrder says whether the station ever sets this custom mode.
func (p *personality) mayOrder(custom uint32) bool {
	for _, c := range p.orders {
		if c == custom {
			return true
		}
	}
	return p.guided != 0 && custom == p.guided
}

// familyOf is the personality that a heartbeat tells of.
func familyOf(m *common.MessageHeartbeat) *personality {
	switch m.Autopilot {
	case minimal.MAV_AUTOPILOT_PX4:
		return px4Family
	case minimal.MAV_AUTOPILOT_ARDUPILOTMEGA:
		switch m.Type {
		case minimal.MAV_TYPE_FIXED_WING, minimal.MAV_TYPE_VTOL_TAILSITTER_DUOROTOR, minimal.MAV_TYPE_VTOL_TAILSITTER_QUADROTOR,
			minimal.MAV_TYPE_VTOL_TILTROTOR, minimal.MAV_TYPE_VTOL_FIXEDROTOR, minimal.MAV_TYPE_VTOL_TAILSITTER, minimal.MAV_TYPE_VTOL_TILTWING:
			return planeFamily
		case minimal.MAV_TYPE_GROUND_ROVER, minimal.MAV_TYPE_SURFACE_BOAT, minimal.MAV_TYPE_SUBMARINE, minimal.MAV_TYPE_ANTENNA_TRACKER:
			return standardFamily // their numbers of modes mean something else
		}
		return copterFamily
	}
	return standardFamily
}

// px4Family is PX4 (https://docs.px4.io, measured on v1.17).
var px4Family = &personality{
	name: "PX4", manual: uint32(px4(3, 0)), asksAgain: 250 * time.Millisecond, itemsAhead: 10, encoding: param.Bytewise, modes: px4Modes, split: true,
	orders: map[fleet.Mode]uint32{fleet.ModeHold: uint32(px4Hold), fleet.ModeMission: uint32(px4Mission), fleet.ModeReturn: uint32(px4Return),
		fleet.ModeLand: uint32(px4Land), fleet.ModePrecLand: uint32(px4PrecLand)},
	failsafe: func(text string) string {
		if strings.HasPrefix(text, "failsafe activated") {
			return text
		}
		return ""
	},
}

// standardFamily is any autopilot that speaks the standard modes (https://mavlink.io/en/services/standard_modes.html).
var standardFamily = &personality{
	name: "autopilot", modes: standardModes, standard: true,
	orders: map[fleet.Mode]uint32{
		fleet.ModeMission: uint32(common.MAV_STANDARD_MODE_MISSION), fleet.ModeReturn: uint32(common.MAV_STANDARD_MODE_SAFE_RECOVERY),
		fleet.ModeLand: uint32(common.MAV_STANDARD_MODE_LAND), fleet.ModeHold: uint32(common.MAV_STANDARD_MODE_POSITION_HOLD),
	},
	failsafe: spokenFailsafe,
}

// spokenFailsafe finds a failsafe in words.
func spokenFailsafe(text string) string {
	if (strings.Contains(text, "failsafe") || strings.Contains(text, "fence breach")) && !strings.Contains(text, "clear") && !strings.Contains(text, "off") {
		return text
	}
	return ""
}
