package mission

import (
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission/privacy"
)

// Input is what the Desk is stepped with: a fleet.Event wrapped in Observed, a Request, Committed, or Tick.
type Input interface{ input() }

// Tick is the passing of time; the shell sends one when Deadline is reached, and at least every second.
type Tick struct{}

// Observed is something a session saw.
type Observed struct{ Event fleet.Event }

// Committed says that the Persist with this Seq is durable, or with Err that it is not.
type Committed struct {
	Seq uint64
	Err error
}

// Request is a wish of a user or a program. It is answered by exactly one Reply with the same ID.
type Request struct {
	ID   uint64
	By   string // the user's or token's name
	Body any    // one of the request types below
}

func (Tick) input()      {}
func (Observed) input()  {}
func (Committed) input() {}
func (Request) input()   {}

// The bodies of requests. The Reply's Value is named in each comment.
type (
	// CreateIncident → Incident, after it is durable. A repeated ExternalID gives the stored one.
	CreateIncident struct {
		ExternalID, Title, Category string
		Priority                    int
		Place                       geo.LatLon
	}
	// MoveIncident corrects the place, in flight too → Incident.
	MoveIncident struct {
		ID    fleet.IncidentID
		Place geo.LatLon
	}
	// CancelIncident → Incident; an assigned vehicle comes home.
	CancelIncident struct {
		ID     fleet.IncidentID
		Reason string
	}
	// PutPlan creates (empty ID) or replaces a plan → Plan. Version 0 creates; else it must equal the stored one.
	PutPlan struct{ Plan Plan }
	// DeletePlan → nil; refused while a patrol uses it.
	DeletePlan struct{ ID fleet.PlanID }
	// FlyPlan flies a plan once, now → Sortie. Empty Vehicle lets the dispatcher choose.
	FlyPlan struct {
		Plan    fleet.PlanID
		Vehicle fleet.VehicleID
	}
	// PutPatrol creates (empty ID) or replaces a patrol → Patrol.
	PutPatrol struct{ Patrol Patrol }
	// DeletePatrol → nil.
	DeletePatrol struct{ ID fleet.PatrolID }
	// ConfirmLaunch is the crew's word for a sortie in AwaitingCrew → Sortie.
	ConfirmLaunch struct{ Sortie fleet.SortieID }
	// RecallSortie brings it home → Sortie.
	RecallSortie struct{ Sortie fleet.SortieID }
	// Manual is a hand-flown act on one vehicle → Command. Epoch, if not 0, must be the vehicle's present control
	// epoch (else "stale-epoch").
	Manual struct {
		Vehicle fleet.VehicleID
		Act     string // goto, orbit, hold, continue, return, land, look-at
		Target  *geo.Position
		// OwnAltitude lets a vehicle in the air go to, or circle at, the altitude of Target; else it keeps its layer.
		OwnAltitude bool
		RadiusM     float64 // of an orbit; 0: as the class circles a scene
		Epoch       uint64
	}
	// Release gives a vehicle under human control back to automation → Outlook.
	Release struct{ Vehicle fleet.VehicleID }
	// HoldAll and RecallAll act on every airborne vehicle, one confirmed act → []Command.
	HoldAll   struct{}
	RecallAll struct{}
	// ResumeSortie flies on what is left of a plan that was broken off → Sortie. Item counts in the sortie's Route; nil is
	// where it was left. A vehicle that is held in the air flies on itself; else it is a new sortie, of Vehicle or of whom
	// the dispatcher chooses.
	ResumeSortie struct {
		Sortie  fleet.SortieID
		Item    *int
		Vehicle fleet.VehicleID
	}
	// Notice raises an alarm of a part of the station that has none of its own, or says that its cause is gone → nil.
	Notice struct {
		Code, Severity, Text string
		Vehicle              fleet.VehicleID
		Active               bool
	}
	// AckAlarm → Alarm.
	AckAlarm struct{ ID string }
)

// Output is what the Desk wants done: one of the types below, carried out in order.
type Output interface{ output() }

// Persist asks for one atomic, durable transaction; Committed answers it. Outputs that depend on it come only then.
type Persist struct {
	Seq uint64
	Ops []Op
}

// Op is one change of the stored state and its line in the ledger.
type Op struct {
	Kind fleet.Kind
	ID   string
	// Value is stored as JSON; nil deletes.
	Value any
	// Act and By are what the ledger says: "incident.created", "sortie.launching", …
	Act string
	By  string
}

// Send gives an Intent to the session of its vehicle or dock.
type Send struct{ Intent fleet.Intent }

// Withdraw ends an Intent of a vehicle that is over for the Desk: its session tries nothing of it again.
type Withdraw struct {
	Vehicle fleet.VehicleID
	Intent  fleet.IntentID
}

// Show puts a value on the Board (nil removes it).
type Show struct {
	Kind  fleet.Kind
	ID    string
	Value any
}

// Reply answers a Request.
type Reply struct {
	Request uint64
	Value   any
	Err     *fleet.Problem
}

// Renew lets sessions send the GCS heartbeat until Until: the proof that the Desk is alive.
type Renew struct{ Until time.Time }

func (Persist) output()  {}
func (Send) output()     {}
func (Withdraw) output() {}
func (Show) output()     {}
func (Reply) output()    {}
func (Renew) output()    {}

// State is what the store gives back at start.
type State struct {
	Incidents []Incident
	Sorties   []Sortie // not Final ones in full; Final ones may be left out
	Plans     []Plan
	Patrols   []Patrol
	Controls  []Control
	Alarms    []Alarm
	Commands  []Command
	ParamSets []ParamSet
	Bindings  []Binding // already in the registry the Desk is given
	// PrivacyZones that fail privacy.Prepare were never taken, and are left out.
	PrivacyZones []privacy.NoRecordZone
	Pictures     []Picture
	Services     []Service
	// IntentSeq is the Value of the last Op of KindCounter: no id up to it is given again.
	IntentSeq uint64
}
