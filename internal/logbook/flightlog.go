package logbook

import (
	"time"

	"groundstation/fleet"
)

// Kind is a FlightLog on the Board, by sortie.
const Kind fleet.Kind = "flight-log"

// State is how far the log of one flight has come.
type State string

// The states of a FlightLog; all but Owed and Fetching are final.
const (
	Owed     State = "owed"     // on board still
	Fetching State = "fetching" // begun; it may wait for the vehicle
	Kept     State = "kept"
	None     State = "none"    // the vehicle has no log of this flight
	Failed   State = "failed"  // given up
	Removed  State = "removed" // it was kept, and made room for newer ones
)

// FlightLog is the log of one flight.
type FlightLog struct {
	Sortie  fleet.SortieID  `json:"sortie"`
	Vehicle fleet.VehicleID `json:"vehicle"`
	// From and To are when the flight was: between them the log was begun.
	From  time.Time `json:"from"`
	To    time.Time `json:"to"`
	State State     `json:"state" enum:"owed,fetching,kept,none,failed,removed"`
	// Path is the vehicle's own name of it, empty if it has the number ID of the log protocol instead.
	Path  string    `json:"path,omitempty"`
	ID    uint16    `json:"id,omitempty"`
	Begun time.Time `json:"begun"` // by the vehicle's clock; year 1: not known
	// Size is its length as the vehicle said, Have how much of that is here, octets.
	Size int64 `json:"size"`
	Have int64 `json:"have"`
	// Sum is the checksum (CRC32 from 0 without the final inversion) of what is here; Verified says that the vehicle gave the same.
	Sum      uint32 `json:"sum"`
	Verified bool   `json:"verified"`
	SHA256   string `json:"sha256,omitempty"`
	// Code and Detail say why it is not kept.
	Code   string    `json:"code,omitempty"`
	Detail string    `json:"detail,omitempty"`
	At     time.Time `json:"at"` // of the last change
}

func (r *FlightLog) open() bool { return r.State == Owed || r.State == Fetching }
