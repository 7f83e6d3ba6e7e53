package fleet

import (
	"time"

	"groundstation/internal/geo"
)

// KindTraffic is an aircraft of others on the Board, by its Contact.ID.
const KindTraffic Kind = "traffic"

// Contact is an aircraft that is not of this fleet, as a receiver on one of our vehicles heard it.
type Contact struct {
	// ID is "adsb:" and the ICAO address, or "odid:" and the address of a drone's transmitter.
	ID   string `json:"id"`
	Kind string `json:"kind" enum:"aircraft,drone"`
	Name string `json:"name,omitempty"` // call sign, or the drone's serial number
	// Position's altitude is as the aircraft tells it: pressure altitude or height above the ellipsoid; AltKnown says
	// whether it told any.
	Position   geo.Position `json:"position"`
	AltKnown   bool         `json:"altKnown"`
	HeadingDeg *float64     `json:"headingDeg,omitempty"`
	SpeedMS    *float64     `json:"speedMs,omitempty"`
	HeardBy    VehicleID    `json:"heardBy"`
	// Near are the vehicles in the air that it is near by the station's thresholds, as its alarms say.
	Near []VehicleID `json:"near,omitempty"`
	At   time.Time   `json:"at"`
}

// ContactSeen is one report of an aircraft.
type ContactSeen struct{ Contact Contact }

func (ContactSeen) event() {}
