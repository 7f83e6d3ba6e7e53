package fleet

import "time"

// The kinds of recordings: what is being recorded, by vehicle, on the Board; what was recorded and who saw it, in the
// store.
const (
	KindRecording     Kind = "recording"
	KindFootage       Kind = "footage"
	KindFootageAccess Kind = "footage-access"
)

// Recording is what is being recorded of a vehicle's camera now.
type Recording struct {
	Vehicle VehicleID `json:"vehicle"`
	ID      string    `json:"id"`
	Sortie  SortieID  `json:"sortie,omitempty"`
	Purpose string    `json:"purpose"`
	By      string    `json:"by"`
	Since   time.Time `json:"since"`
	// Missing is why nothing is recorded at the moment; empty while pictures are.
	Missing string `json:"missing,omitempty" enum:"starting,source-lost,source-changed,gated,behind,disk-full,disk-failed"`
}
