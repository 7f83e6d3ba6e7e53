package fleet

import "time"

// ParamType is the type of an onboard parameter, by MAV_PARAM_TYPE's number.
type ParamType uint8

// The types that fit MAVLink's PARAM_VALUE.
const (
	ParamUint8  ParamType = 1
	ParamInt8   ParamType = 2
	ParamUint16 ParamType = 3
	ParamInt16  ParamType = 4
	ParamUint32 ParamType = 5
	ParamInt32  ParamType = 6
	ParamReal32 ParamType = 9
)

// Param is one onboard parameter as its vehicle last told it.
type Param struct {
	Name  string    `json:"name"`
	Type  ParamType `json:"type"`
	Value float64   `json:"value"`
}

// ParamList is the whole set of a vehicle's parameters, sorted by name.
type ParamList struct {
	Vehicle VehicleID `json:"vehicle"`
	// UID and Firmware are the hardware and the software it was read from; a list is good for no other.
	UID      string `json:"uid"`
	Firmware string `json:"firmware"`
	// Hash is the vehicle's own checksum over it (PX4's _HASH_CHECK), 0 if it has none.
	Hash uint32 `json:"hash"`
	// At is when it was read, or last said by the vehicle to be unchanged.
	At     time.Time `json:"at"`
	Params []Param   `json:"params"`
}

// Find gives the parameter of that name.
func (l *ParamList) Find(name string) (Param, bool) {
	low, high := 0, len(l.Params)
	for low < high {
		if mid := (low + high) / 2; l.Params[mid].Name < name {
			low = mid + 1
		} else {
			high = mid
		}
	}
	if low < len(l.Params) && l.Params[low].Name == name {
		return l.Params[low], true
	}
	return Param{}, false
}
