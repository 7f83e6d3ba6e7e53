package param

import (
	"time"

	"groundstation/fleet"
)

// Port is how a machine speaks with its vehicle. An error is the guard's and final; a frame that is lost is none.
type Port interface {
	// RequestRead asks for one parameter by name, or by index when the name is empty.
	RequestRead(name string, index int) error
	// RequestList asks for all of them.
	RequestList() error
	// Set writes one.
	Set(name string, raw float32, t fleet.ParamType) error
	// Timeout is how long to wait for the answer to the n-th sending, from 1.
	Timeout(n int) time.Duration
	// Sample notes the round trip of an exchange that was sent once.
	Sample(d time.Duration)
}

// Value is a PARAM_VALUE.
type Value struct {
	Name         string
	Raw          float32
	Type         fleet.ParamType
	Count, Index int // of the list; Index noIndex: none was given
}

// noIndex is the index of a PARAM_VALUE that names its parameter only.
const noIndex = 65535

// Error is a PARAM_ERROR: the vehicle's word that it will not.
type Error struct {
	Name string
	// Unknown: there is no such parameter. Else Reason says why it was not written.
	Unknown bool
	Reason  string
}

// earlier is the earlier of two times, of which zero means never.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
