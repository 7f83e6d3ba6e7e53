package fleet

import "time"

// KindUnknown is an UnknownSystem on the Board, by its ID.
const KindUnknown Kind = "unknown-system"

// UnknownSystem is a MAVLink system that is heard and in no registry. It is quarantined: nothing is sent to it and
// nothing it says is believed, until an administrator binds it to a vehicle or a dock.
type UnknownSystem struct {
	// ID is the system and where it is heard, such as "41@1/127.0.0.1:14541": two sources of one id are two entries.
	ID     string   `json:"id"`
	System SystemID `json:"system"`
	Link   uint8    `json:"link"`
	Addr   string   `json:"addr,omitempty"`
	// Says is what its heartbeat claims to be.
	Says      string    `json:"says" enum:"unknown,vehicle,dock,ground-station,other"`
	Autopilot string    `json:"autopilot,omitempty"` // MAV_AUTOPILOT in words, of a vehicle
	FirstAt   time.Time `json:"firstAt"`
	HeardAt   time.Time `json:"heardAt"`
	Frames    uint64    `json:"frames"`
}

// Rebind gives a vehicle or a dock, whichever has this id, another system id; it is an error that names the other if
// the system id is taken, and nothing is changed.
func (r *Registry) Rebind(id string, system SystemID) error {
	next := Registry{Vehicles: append([]VehicleSpec(nil), r.Vehicles...), Docks: append([]DockSpec(nil), r.Docks...)}
	for i := range next.Vehicles {
		if string(next.Vehicles[i].ID) == id {
			next.Vehicles[i].SystemID = system
		}
	}
	for i := range next.Docks {
		if string(next.Docks[i].ID) == id {
			next.Docks[i].SystemID = system
		}
	}
	if err := next.Validate(); err != nil {
		return err
	}
	*r = next
	return nil
}
