package hangar

import (
	"time"

	"groundstation/fleet"
)

// Input is what a Dock is stepped with.
type Input interface{ input() }

// Intent is a wish of the Desk.
type Intent struct{ Intent fleet.Intent }

// Observed is what the dock's session, or the session of the vehicle that lives here, saw.
type Observed struct{ Event fleet.Event }

// Tick is the passing of time; due when Deadline is reached.
type Tick struct{}

func (Intent) input()   {}
func (Observed) input() {}
func (Tick) input()     {}

// Output is what a Dock wants done.
type Output interface{ output() }

// Forward gives an Intent to the dock's session.
type Forward struct{ Intent fleet.Intent }

// Emit tells the Board and the Desk.
type Emit struct{ Event fleet.Event }

func (Forward) output() {}
func (Emit) output()    {}

// Limits are the weather and power a dock may work in, and how old a value may be.
type Limits struct {
	WindMS, GustMS     float64       // mean and gust for launch and landing
	RainMMH            float64       // rain rate for launch
	MinTempC, MaxTempC float64       // outside, for launch
	MinUPSMinutes      float64       // without mains: for landing; a launch needs mains
	LidAge             time.Duration // of both lid sensors when a vehicle passes
	StateAge           time.Duration // of everything else
	ClearM             float64       // how far, horizontally or above, a vehicle must be before the lid may close behind it
	ReturnMargin       time.Duration // a closed lid must be able to be open this long before the earliest return
}

// DefaultLimits are those of a dock rated for 12 m/s and IP55 (anchors: the envelope of Dock 2 and 3).
func DefaultLimits() Limits {
	return Limits{WindMS: 12, GustMS: 17, RainMMH: 4, MinTempC: -20, MaxTempC: 45, MinUPSMinutes: 5, LidAge: time.Second,
		StateAge: 5 * time.Second, ClearM: 20, ReturnMargin: time.Minute}
}
