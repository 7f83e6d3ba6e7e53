package conform

import "slices"

// vehicleRows are all rows for a vehicle, in the order in which they are asked: later ones build on earlier ones.
func vehicleRows() []row {
	return slices.Concat(heartbeatRows(), streamRows(), contentRows(), requestRows(), intervalRows(), addressRows(), paramRows(),
		frameRows(), transferRows(), busyRows(), itemRows(), commandRows(), ftpRows(), otherRows(), flightRows())
}

// reason is why an answer that is known to differ does so; empty for an unknown difference.
func reason(who Personality, id, got string) string {
	for _, k := range known {
		if k.who == who && k.id == id && meets(k.got, got) {
			return k.why
		}
	}
	return ""
}

// difference is an answer that differs from the expected one for a known reason.
type difference struct {
	who          Personality
	id, got, why string
}

var known = []difference{
	{PX4, "request.GIMBAL_MANAGER_INFORMATION", "ACCEPTED", "this vehicle carries a gimbal; the measured airframe has none"},
	{ArduPilot, "interval.4ms", "ACCEPTED ~50 Hz, told 20000 ACCEPTED", "our simulated vehicles move in steps of 20 ms and say nothing faster"},
	{PX4, "interval.4ms", "ACCEPTED ~50 Hz, told 20000 ACCEPTED", "our simulated vehicles move in steps of 20 ms and say nothing faster"},
}
