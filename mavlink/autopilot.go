package mavlink

import (
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/minimal"

	"groundstation/mavlink/param"
)

// personality is how one family of autopilots speaks, where MAVLink leaves it the choice. HEARTBEAT says which it is.
type personality struct {
	name     string
	encoding param.Encoding
}

var (
	px4Family  = &personality{name: "PX4", encoding: param.Bytewise}
	arduFamily = &personality{name: "ArduPilot", encoding: param.Cast}
)

// familyOf is the personality that a heartbeat tells of.
func familyOf(a minimal.MAV_AUTOPILOT) *personality {
	if a == minimal.MAV_AUTOPILOT_ARDUPILOTMEGA {
		return arduFamily
	}
	return px4Family
}
