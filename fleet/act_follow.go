package fleet

import (
	"time"

	"groundstation/internal/geo"
)

// Follow keeps a horizontal distance to a target that moves, at an altitude AMSL and inside Room, until a newer act comes.
// Where the target is comes apart from the Intent, as Track. Accepted: the vehicle goes to where the target wants it. It
// fails as "target-stale" when nothing was heard of the target for 3 s, after the hold is ordered.
type Follow struct {
	DistanceM float64
	AltAMSL   float64
	SpeedMS   float64 // 0: the vehicle's default
	// Room is a ring that may be left less than Envelope's fence: the room in the air held for it.
	Room []geo.LatLon
}

func (Follow) act() {}

// Track is where the target of a Follow was at a time.
type Track struct {
	Follow IntentID
	Target geo.LatLon
	At     time.Time
}
