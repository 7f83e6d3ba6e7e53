package mission

import (
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// IncidentState is where an incident stands. Served, Declined and Cancelled are final; Queued is visible waiting.
type IncidentState string

// The states of an incident.
const (
	IncidentQueued    IncidentState = "queued" // no able vehicle yet; Decision says why
	IncidentAssigned  IncidentState = "assigned"
	IncidentOnScene   IncidentState = "on-scene"
	IncidentServed    IncidentState = "served"
	IncidentDeclined  IncidentState = "declined"
	IncidentCancelled IncidentState = "cancelled"
)

// Incident is something on the ground that may need a vehicle.
type Incident struct {
	ID fleet.IncidentID `json:"id"`
	// ExternalID is the caller's own number (接警单号); a repeat of it is the same incident.
	ExternalID string         `json:"externalId,omitempty"`
	Place      geo.LatLon     `json:"place"`
	Title      string         `json:"title"`
	Category   string         `json:"category"`
	Priority   int            `json:"priority"` // 1 highest … 5
	State      IncidentState  `json:"state"`
	Sortie     fleet.SortieID `json:"sortie,omitempty"`
	Decision   *Decision      `json:"decision,omitempty"`
	By         string         `json:"by"`
	CreatedAt  time.Time      `json:"createdAt"`
	UpdatedAt  time.Time      `json:"updatedAt"`
	Reason     string         `json:"reason,omitempty"` // why declined or cancelled
}

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
	Rejections []Rejection `json:"rejections,omitempty"`
}

// Rejection is one rule with the measured value, the limit and the value's age: unknown or stale is "no".
type Rejection struct {
	Code  string  `json:"code"` // stable: "battery", "wind", "link", "busy", "dock-state", "safety-params", "range", …
	Value float64 `json:"value"`
	Limit float64 `json:"limit"`
	Unit  string  `json:"unit,omitempty"`
	AgeS  float64 `json:"ageS"` // -1 unknown
	// Text is the whole reason in English; the console renders Code in the operator's language.
	Text string `json:"text"`
}
