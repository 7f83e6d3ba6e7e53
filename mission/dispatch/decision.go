package dispatch

import (
	"time"

	"groundstation/fleet"
)

// Decision is why this vehicle and not that one. It is pure data, kept with the incident.
type Decision struct {
	At     time.Time       `json:"at"`
	Chosen fleet.VehicleID `json:"chosen,omitempty"`
	ETAs   float64         `json:"etaS"` // seconds from the decision to overhead, of the chosen one
	// Summary is one line: "V07 in 84 s" or "no drone: 11 wind over limit, 9 battery, …".
	Summary string `json:"summary"`
	// Candidates holds every vehicle of the fleet, the able ones first, by time of arrival.
	Candidates []Candidate `json:"candidates"`
}

// Candidate is one vehicle's case.
type Candidate struct {
	Vehicle   fleet.VehicleID `json:"vehicle"`
	Able      bool            `json:"able"`
	ETAs      float64         `json:"etaS"` // seconds to overhead if able
	DistanceM float64         `json:"distanceM"`
	// Rejections are all the rules it fails (none if able).
	Rejections []fleet.Gate `json:"rejections,omitempty"`
}
