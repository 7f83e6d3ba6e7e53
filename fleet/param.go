package fleet

import (
	"math"
	"time"
)

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

// KindParams is a vehicle's ParamList on the Board, by vehicle id. It is asked for, and not sent to every browser.
const KindParams Kind = "parameters"

// ParamDiff says how a vehicle's parameters differ from a set's.
type ParamDiff struct {
	Equal     int           `json:"equal"`
	Differing []ParamDiffer `json:"differing" nullable:"false"`
	// Missing are in the set and not on the vehicle, or of another type or no number there; Extra the other way round.
	Missing []string `json:"missing" nullable:"false"`
	Extra   []string `json:"extra" nullable:"false"`
}

// ParamDiffer is one parameter that is not the same.
type ParamDiffer struct {
	Name    string  `json:"name"`
	Set     float64 `json:"set"`
	Vehicle float64 `json:"vehicle"`
}

// Compare holds what is on a vehicle against a set. Both are sorted by name.
func (l *ParamList) Compare(set []Param) ParamDiff {
	d := ParamDiff{Differing: []ParamDiffer{}, Missing: []string{}, Extra: []string{}}
	named := map[string]bool{}
	for _, want := range set {
		named[want.Name] = true
		got, ok := l.Find(want.Name)
		switch {
		case !ok || got.Type != want.Type || got.Value != got.Value || math.IsInf(got.Value, 0):
			d.Missing = append(d.Missing, want.Name)
		case got.Value == want.Value:
			d.Equal++
		default:
			d.Differing = append(d.Differing, ParamDiffer{Name: want.Name, Set: want.Value, Vehicle: got.Value})
		}
	}
	for _, p := range l.Params {
		if !named[p.Name] {
			d.Extra = append(d.Extra, p.Name)
		}
	}
	return d
}

// KindExtParams is a component's ExtParamList on the Board, by "vehicle/component".
const KindExtParams Kind = "component-parameters"

// ExtParam is one extended parameter of a component, such as a camera; its value is written out, since it may be
// anything of up to 128 octets. Type is MAV_PARAM_EXT_TYPE's number: as ParamType, and 7, 8 64-bit integers, 10 a
// 64-bit real, 11 text.
type ExtParam struct {
	Name  string    `json:"name"`
	Type  ParamType `json:"type"`
	Value string    `json:"value"`
}

// ExtParamList is the whole set of a component's extended parameters, sorted by name.
type ExtParamList struct {
	Vehicle   VehicleID  `json:"vehicle"`
	Component uint8      `json:"component"`
	At        time.Time  `json:"at"`
	Params    []ExtParam `json:"params" nullable:"false"`
}
