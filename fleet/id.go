package fleet

// VehicleID is our own permanent id of an aircraft, such as V07. The MAVLink system id can be reused, so it is never a key.
type VehicleID string

// DockID is our own permanent id of a dock hangar, such as H03.
type DockID string

// SystemID is a MAVLink system id on the wire; 1 to 255 today, 32 bits tomorrow.
type SystemID uint32

// SortieID names one vehicle going out once.
type SortieID string

// IncidentID names something on the ground that may need a vehicle.
type IncidentID string

// PlanID names a stored plan.
type PlanID string

// PatrolID names recurring work that makes sorties.
type PatrolID string

// IntentID names one wish to one vehicle or dock; retries keep it, and its Reports carry it.
type IntentID string
