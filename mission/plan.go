package mission

import (
	"time"

	"groundstation/fleet"
)

// Plan is a stored, reusable flight plan: what to see, not how a vehicle gets there and back.
type Plan struct {
	ID    fleet.PlanID `json:"id"`
	Name  string       `json:"name"`
	Items []fleet.Item `json:"items"`
	// Zones are to be stayed inside of, or kept out of, by whoever flies it.
	Zones     []fleet.Zone `json:"zones,omitempty"`
	CreatedAt time.Time    `json:"createdAt"`
	UpdatedAt time.Time    `json:"updatedAt"`
	By        string       `json:"by"`
	Version   int          `json:"version"`
}

// Patrol is recurring work. Each slot of the recurrence makes at most one sortie, launched within Window of its time.
type Patrol struct {
	ID   fleet.PatrolID `json:"id"`
	Name string         `json:"name"`
	Plan fleet.PlanID   `json:"plan"`
	// Vehicle is the preferred vehicle; empty lets the dispatcher choose.
	Vehicle fleet.VehicleID `json:"vehicle,omitempty"`
	// Recurrence is an RFC 5545 RRULE, Start its DTSTART. Times are UTC instants; BYHOUR is read in Zone.
	Recurrence string    `json:"recurrence"`
	Start      time.Time `json:"start"`
	Zone       string    `json:"zone"`
	// Window is how late a slot may still launch, seconds; after it the slot is recorded as missed with the reason.
	WindowS  float64   `json:"windowS"`
	Enabled  bool      `json:"enabled"`
	Next     time.Time `json:"next"`     // next slot; zero if none
	LastSlot time.Time `json:"lastSlot"` // last slot that was launched or missed
	LastNote string    `json:"lastNote,omitempty"`
	// Waiting says that a slot is due and LastNote why it is not flown yet.
	Waiting   bool      `json:"waiting,omitempty"`
	By        string    `json:"by"`
	CreatedAt time.Time `json:"createdAt"`
}
