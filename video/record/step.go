package record

import (
	"time"

	"groundstation/video/unit"
)

// Input is what a Cutter is stepped with.
type Input interface{ cutterInput() }

type (
	// Unit is the next of a source.
	Unit struct{ *unit.Unit }
	// Absent says that nothing of the source is recorded from now on until its next key picture, and why.
	Absent struct {
		Why    Why
		Detail string
	}
	// Broken says that the open segment could not be written beyond To, and why.
	Broken struct {
		To     time.Time
		Why    Why
		Detail string
	}
	// Tick is the passing of time.
	Tick struct{}
	// Stop ends the recording; nothing comes after it.
	Stop struct{}
)

func (Unit) cutterInput()   {}
func (Absent) cutterInput() {}
func (Broken) cutterInput() {}
func (Tick) cutterInput()   {}
func (Stop) cutterInput()   {}

// Output is what a Cutter wants done, in order.
type Output interface{ cutterOutput() }

type (
	// Begin opens a segment's file with its initialization.
	Begin struct {
		Segment Segment
		Head    []byte
	}
	// Append adds a whole fragment, which ends at To.
	Append struct {
		Fragment []byte
		To       time.Time
	}
	// End closes the file of a segment. Its Octets and SHA256 are the writer's to fill in.
	End struct{ Segment Segment }
	// Miss says that a gap begins; Missed that it is over, or lay within a segment.
	Miss   struct{ Gap Gap }
	Missed struct{ Gap Gap }
)

func (Begin) cutterOutput()  {}
func (Append) cutterOutput() {}
func (End) cutterOutput()    {}
func (Miss) cutterOutput()   {}
func (Missed) cutterOutput() {}
