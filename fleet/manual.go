package fleet

import "time"

// Sticks are a pilot's hands as MANUAL_CONTROL carries them: X forward, Y right and R clockwise, each -1000 to 1000; Z is
// thrust, 0 to 1000, of which 500 keeps the height.
type Sticks struct {
	X int16 `json:"x"`
	Y int16 `json:"y"`
	Z int16 `json:"z"`
	R int16 `json:"r"`
}

// Neutral are sticks that nobody moves: the vehicle stops and stays.
var Neutral = Sticks{Z: 500}

// FlyManual lets a pilot's sticks steer until they fall silent, the room is about to be left, or something else moves the
// vehicle; it then holds. The Intent's ID is the grant that the sticks must name. Accepted: the manual mode is seen. Done:
// a newer act has ended it. It ends as failed otherwise, after the hold is seen.
type FlyManual struct{}

func (FlyManual) act() {}

// ManualStage is how far a flight by hand has come.
type ManualStage string

// The stages of a flight by hand.
const (
	ManualEntering ManualStage = "entering" // neutral sticks; the manual mode is ordered
	ManualFlying   ManualStage = "flying"   // the pilot's sticks
	ManualLeaving  ManualStage = "leaving"  // neutral sticks until another mode is seen
)

// ManualFlight is how a vehicle is flown by a pilot of this station.
type ManualFlight struct {
	Grant IntentID    `json:"grant"`
	Stage ManualStage `json:"stage" enum:"entering,flying,leaving"`
	// Sticks are what is sent; Seq is the newest input that was taken, and SticksAt when it came.
	Sticks   Sticks    `json:"sticks"`
	Seq      uint32    `json:"seq"`
	SticksAt time.Time `json:"sticksAt"`
	// Reason says why it is being left.
	Reason string `json:"reason,omitempty"`
	// RTTMs is the round trip to the vehicle, milliseconds; absent before it was measured.
	RTTMs *float64 `json:"rttMs,omitempty"`
}

// StickInput is one input of the pilot whom the grant names. Seq grows with each; SentMS is the pilot's own clock,
// milliseconds from anywhere, by which an input that was held up on its way is known.
type StickInput struct {
	Grant  IntentID
	Seq    uint32
	SentMS float64
	Sticks Sticks
}
