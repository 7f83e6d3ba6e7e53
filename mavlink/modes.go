package mavlink

import (
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

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

var px4Modes = map[uint32]modeName{
	uint32(px4(1, 0)):   {fleet.ModeManual, "MANUAL"},
	uint32(px4(2, 0)):   {fleet.ModeManual, "ALTCTL"},
	uint32(px4(3, 0)):   {fleet.ModeManual, "POSCTL"},
	uint32(px4(3, 1)):   {fleet.ModeOrbit, "POSCTL.ORBIT"},
	uint32(px4(3, 2)):   {fleet.ModeManual, "POSCTL.SLOW"},
	uint32(px4(5, 0)):   {fleet.ModeManual, "ACRO"},
	uint32(px4(6, 0)):   {fleet.ModeOther, "OFFBOARD"},
	uint32(px4(7, 0)):   {fleet.ModeManual, "STABILIZED"},
	uint32(px4(4, 1)):   {fleet.ModeOther, "AUTO.READY"},
	uint32(px4(4, 2)):   {fleet.ModeTakeoff, "AUTO.TAKEOFF"},
	uint32(px4Hold):     {fleet.ModeHold, "AUTO.LOITER"},
	uint32(px4Mission):  {fleet.ModeMission, "AUTO.MISSION"},
	uint32(px4Return):   {fleet.ModeReturn, "AUTO.RTL"},
	uint32(px4Land):     {fleet.ModeLand, "AUTO.LAND"},
	uint32(px4(4, 8)):   {fleet.ModeOther, "AUTO.FOLLOW"},
	uint32(px4PrecLand): {fleet.ModePrecLand, "AUTO.PRECLAND"},
	uint32(px4(4, 10)):  {fleet.ModeTakeoff, "AUTO.VTOL_TAKEOFF"},
	uint32(px4(10, 0)):  {fleet.ModeOther, "TERMINATION"},
	uint32(px4(11, 0)):  {fleet.ModeManual, "ALTITUDE_CRUISE"},
}

// standardModes are MAV_STANDARD_MODE's.
var standardModes = map[uint32]modeName{
	uint32(common.MAV_STANDARD_MODE_POSITION_HOLD): {fleet.ModeHold, "POSITION HOLD"},
	uint32(common.MAV_STANDARD_MODE_ORBIT):         {fleet.ModeOrbit, "ORBIT"},
	uint32(common.MAV_STANDARD_MODE_CRUISE):        {fleet.ModeManual, "CRUISE"},
	uint32(common.MAV_STANDARD_MODE_ALTITUDE_HOLD): {fleet.ModeManual, "ALTITUDE HOLD"},
	uint32(common.MAV_STANDARD_MODE_SAFE_RECOVERY): {fleet.ModeReturn, "SAFE RECOVERY"},
	uint32(common.MAV_STANDARD_MODE_MISSION):       {fleet.ModeMission, "MISSION"},
	uint32(common.MAV_STANDARD_MODE_LAND):          {fleet.ModeLand, "LAND"},
	uint32(common.MAV_STANDARD_MODE_TAKEOFF):       {fleet.ModeTakeoff, "TAKEOFF"},
}
