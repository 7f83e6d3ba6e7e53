package mavlink

import (
	"fmt"

	"groundstation/fleet"
)

// px4Mode is a PX4 custom_mode: main mode in bits 16–23, sub mode in bits 24–31.
type px4Mode uint32

func px4(main, sub uint32) px4Mode { return px4Mode(main<<16 | sub<<24) }

func (m px4Mode) main() uint32 { return uint32(m) >> 16 & 0xFF }
func (m px4Mode) sub() uint32  { return uint32(m) >> 24 }

// The modes the station orders.
var (
	px4Hold     = px4(4, 3)
	px4Mission  = px4(4, 4)
	px4Return   = px4(4, 5)
	px4Land     = px4(4, 6)
	px4PrecLand = px4(4, 9)
)

var px4Modes = map[px4Mode]struct {
	mode fleet.Mode
	name string
}{
	px4(1, 0):   {fleet.ModeManual, "MANUAL"},
	px4(2, 0):   {fleet.ModeManual, "ALTCTL"},
	px4(3, 0):   {fleet.ModeManual, "POSCTL"},
	px4(3, 1):   {fleet.ModeOrbit, "POSCTL.ORBIT"},
	px4(3, 2):   {fleet.ModeManual, "POSCTL.SLOW"},
	px4(5, 0):   {fleet.ModeManual, "ACRO"},
	px4(6, 0):   {fleet.ModeOther, "OFFBOARD"},
	px4(7, 0):   {fleet.ModeManual, "STABILIZED"},
	px4(4, 1):   {fleet.ModeOther, "AUTO.READY"},
	px4(4, 2):   {fleet.ModeTakeoff, "AUTO.TAKEOFF"},
	px4Hold:     {fleet.ModeHold, "AUTO.LOITER"},
	px4Mission:  {fleet.ModeMission, "AUTO.MISSION"},
	px4Return:   {fleet.ModeReturn, "AUTO.RTL"},
	px4Land:     {fleet.ModeLand, "AUTO.LAND"},
	px4(4, 8):   {fleet.ModeOther, "AUTO.FOLLOW"},
	px4PrecLand: {fleet.ModePrecLand, "AUTO.PRECLAND"},
	px4(4, 10):  {fleet.ModeTakeoff, "AUTO.VTOL_TAKEOFF"},
	px4(10, 0):  {fleet.ModeOther, "TERMINATION"},
	px4(11, 0):  {fleet.ModeManual, "ALTITUDE_CRUISE"},
}

// named gives the station's mode and the autopilot's own word. An unknown mode keeps its number.
func (m px4Mode) named() (fleet.Mode, string) {
	if k, ok := px4Modes[m]; ok {
		return k.mode, k.name
	}
	return fleet.ModeOther, fmt.Sprintf("PX4 %d/%d", m.main(), m.sub())
}
