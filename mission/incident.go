package mission

import (
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission/dispatch"
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
	ExternalID string             `json:"externalId,omitempty"`
	Place      geo.LatLon         `json:"place"`
	Title      string             `json:"title"`
	Category   string             `json:"category"`
	Priority   int                `json:"priority"` // 1 highest … 5
	State      IncidentState      `json:"state" enum:"queued,assigned,on-scene,served,declined,cancelled"`
	Sortie     fleet.SortieID     `json:"sortie,omitempty"`
	Decision   *dispatch.Decision `json:"decision,omitempty"`
	By         string             `json:"by"`
	CreatedAt  time.Time          `json:"createdAt"`
	UpdatedAt  time.Time          `json:"updatedAt"`
	Reason     string             `json:"reason,omitempty"` // why declined or cancelled
	// Tries are the sorties that set out for it and did not serve it.
	Tries []Try `json:"tries,omitempty"`
}

// Try is one sortie that did not serve its incident.
type Try struct {
	Sortie  fleet.SortieID  `json:"sortie"`
	Vehicle fleet.VehicleID `json:"vehicle"`
	Code    string          `json:"code"`
	At      time.Time       `json:"at"`
}
