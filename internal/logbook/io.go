package logbook

import (
	"groundstation/fleet"
	"groundstation/mission"
)

// Input is Observed, Sortie, Stored or Tick.
type Input interface{ input() }

// Observed is what a session told.
type Observed struct{ Event fleet.Event }

// Sortie is a sortie as it stands now.
type Sortie struct{ mission.Sortie }

// Stored is how it went with a log that was to be kept: with Err it was not, and what was written of it is of no use.
type Stored struct {
	Sortie fleet.SortieID
	SHA256 string
	Err    error
	// Removed are those that made room for it.
	Removed []fleet.SortieID
}

// Tick is the passing of time.
type Tick struct{}

func (Observed) input() {}
func (Sortie) input()   {}
func (Stored) input()   {}
func (Tick) input()     {}

// Output is what is wanted, in order.
type Output interface{ output() }

// Send gives an Intent to the vehicle's session.
type Send struct{ Intent fleet.Intent }

// Show puts a record on the Board.
type Show struct{ Record FlightLog }

// Open begins the file of a log, or goes on with it at Record.Have: what lies beyond that is cut off.
type Open struct{ Record FlightLog }

// Append adds the next octets to it.
type Append struct {
	Sortie fleet.SortieID
	Offset int64
	Data   []byte
}

// Close says that it is whole: it is made durable, and Stored answers.
type Close struct{ Record FlightLog }

// Note keeps a record that has come to an end without a file.
type Note struct{ Record FlightLog }

func (Send) output()   {}
func (Show) output()   {}
func (Open) output()   {}
func (Append) output() {}
func (Close) output()  {}
func (Note) output()   {}
