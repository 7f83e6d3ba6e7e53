package mission

import (
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission/airspace"
)

// The kinds of objects the Desk puts on the Board and into the store.
const (
	KindIncident fleet.Kind = "incident"
	KindSortie   fleet.Kind = "sortie"
	KindPlan     fleet.Kind = "plan"
	KindPatrol   fleet.Kind = "patrol"
	KindOutlook  fleet.Kind = "outlook" // by vehicle id; Board only, but Control is stored
	KindControl  fleet.Kind = "control" // by vehicle id; store only
	KindCommand  fleet.Kind = "command" // by intent id
	KindAlarm    fleet.Kind = "alarm"
	// KindParamSet is a ParamSet; it is asked for, and not sent to every browser.
	KindParamSet fleet.Kind = "parameter-set"
	KindCounter  fleet.Kind = "counter" // store only; id CounterIntent holds State.IntentSeq as a number
)

// CounterIntent is the id of the counter of Intents.
const CounterIntent = "intent"

// SortieState is a state of the sortie machine; doc.go draws it.
type SortieState string

// The states of a sortie.
const (
	Requested        SortieState = "requested"
	Reserved         SortieState = "reserved"
	AwaitingCrew     SortieState = "awaiting-crew" // a named crew member must confirm within 60 s
	Preparing        SortieState = "preparing"
	Ready            SortieState = "ready"
	Launching        SortieState = "launching"
	Outbound         SortieState = "outbound"
	OnTask           SortieState = "on-task"
	Returning        SortieState = "returning"
	HoldForPad       SortieState = "hold-for-pad"
	Landing          SortieState = "landing"
	Securing         SortieState = "securing"
	Closed           SortieState = "closed"
	Disarming        SortieState = "disarming"
	Aborted          SortieState = "aborted"
	LinkLost         SortieState = "link-lost"
	HumanControl     SortieState = "human-control"
	Diverting        SortieState = "diverting"
	GoAround         SortieState = "go-around"
	EmergencyLanding SortieState = "emergency-landing"
	Missing          SortieState = "missing"
)

// Final says whether the sortie is over.
func (s SortieState) Final() bool { return s == Closed || s == Aborted }

// Sortie is one vehicle going out once: the record, as stored and shown. The machine that steps it is in sortie.go.
type Sortie struct {
	ID       fleet.SortieID   `json:"id"`
	Vehicle  fleet.VehicleID  `json:"vehicle"`
	Dock     fleet.DockID     `json:"dock,omitempty"`
	Purpose  string           `json:"purpose"` // incident, patrol, manual
	Incident fleet.IncidentID `json:"incident,omitempty"`
	Patrol   fleet.PatrolID   `json:"patrol,omitempty"`
	Plan     fleet.PlanID     `json:"plan,omitempty"`
	By       string           `json:"by"`
	State    SortieState      `json:"state" enum:"requested,reserved,awaiting-crew,preparing,ready,launching,outbound,on-task,returning,hold-for-pad,landing,securing,closed,disarming,aborted,link-lost,human-control,diverting,go-around,emergency-landing,missing"`
	// Route is what is uploaded; CruiseAMSL the altitude layer it was given.
	Route      []fleet.Item `json:"route"`
	CruiseAMSL float64      `json:"cruiseAmsl"`
	Target     *geo.LatLon  `json:"target,omitempty"` // what it looks at and circles
	Fence      []geo.LatLon `json:"fence,omitempty"`
	Zones      []fleet.Zone `json:"zones,omitempty"` // those of its plan
	// Item is the item of Route that it was flying last; as many as Route has when all of it was flown. GoOnAt is the one
	// from which it is to go on, until it does. Resumes is the sortie whose plan it takes up where that was broken off.
	Item    *int           `json:"item,omitempty"`
	GoOnAt  *int           `json:"goOnAt,omitempty"`
	Resumes fleet.SortieID `json:"resumes,omitempty"`
	// PlanHash is the canonical hash of the plan and fence that were approved for the vehicle (fleet.UploadPlan.Hash);
	// Verified the vehicle's ids of them, once what it has on board was read back and is the same.
	PlanHash string         `json:"planHash,omitempty"`
	Verified *fleet.PlanIDs `json:"verified,omitempty"`
	// Epoch is the control epoch its intents carry.
	Epoch uint64 `json:"epoch"`
	// Landing are the places reserved for it, first choice first.
	Landing []Place `json:"landing"`
	// Stages are the times of every state it has entered, and of the parts of Preparing ("dock", "plan", "safety",
	// "home", "prearm"), in order.
	Stages []StageTime `json:"stages"`
	// Reason is why it ended or what it waits for, in one line; Code the same for programs.
	Code      string     `json:"code,omitempty"`
	Reason    string     `json:"reason,omitempty"`
	CreatedAt time.Time  `json:"createdAt"`
	ClosedAt  *time.Time `json:"closedAt,omitempty"`
	// ConfirmBy is when the crew's confirmation expires (AwaitingCrew); ConfirmedBy the named user who gave it.
	ConfirmBy   *time.Time `json:"confirmBy,omitempty"`
	ConfirmedBy string     `json:"confirmedBy,omitempty"`

	// Home is where the vehicle lands by itself: the ground pad of its dock, or its site.
	Home geo.Position `json:"home"`
	// Claim is the room in the air it holds until it is over.
	Claim airspace.Claim `json:"claim"`
	// OnSceneS is how long it stays on task, seconds; FirstSeq the item of Route at which a plan's own items begin.
	OnSceneS float64 `json:"onSceneS"`
	FirstSeq int     `json:"firstSeq,omitempty"`
	// Recall is why it was ordered home, empty if it was not; it stands over a restart.
	Recall string `json:"recall,omitempty"`
	// Held is the state it was in when LinkLost, HumanControl or Missing began; Ends the final state that Disarming
	// and Securing lead to.
	Held SortieState `json:"held,omitempty"`
	Ends SortieState `json:"ends,omitempty"`
	// Direct says that it flies to its target by GoTo, because the target was moved after launch, not by Route.
	// Refence says that the fence on board does not yet hold that target.
	Direct  bool `json:"direct,omitempty"`
	Refence bool `json:"refence,omitempty"`
	// ByHand is where an operator sent it while a human holds it. Command is the manual act it was made for.
	ByHand  *ByHand        `json:"byHand,omitempty"`
	Chase   *Chase         `json:"chase,omitempty"` // what an operator lets it follow
	Hand    *Hand          `json:"hand,omitempty"`  // the last flight out of its layer, until it is back in it
	Command fleet.IntentID `json:"command,omitempty"`
	// Served says that what it went for was done, so that its incident is not handed on.
	Served bool `json:"served,omitempty"`
	// Orders are the Intents given for it, the newest last; the oldest are dropped beyond 64.
	Orders []Order `json:"orders,omitempty"`
}

// Order is one Intent of a sortie and how it went.
type Order struct {
	ID   fleet.IntentID `json:"id"`
	Step string         `json:"step"` // what it is for: "dock", "plan", "launch", "goto", "secure", …
	// Act is the Intent's act and Dock says that the dock, not the vehicle, was asked.
	Act    string      `json:"act"`
	Dock   bool        `json:"dock,omitempty"`
	At     time.Time   `json:"at"`
	Stage  fleet.Stage `json:"stage"`
	Code   string      `json:"code,omitempty"`
	Detail string      `json:"detail,omitempty"`
}

// StageTime is when something was reached.
type StageTime struct {
	Name string    `json:"name"`
	At   time.Time `json:"at"`
}

// Place is somewhere a vehicle can land.
type Place struct {
	Kind     string       `json:"kind" enum:"dock,ground-pad,site,here,unknown"`
	Name     string       `json:"name"`
	Dock     fleet.DockID `json:"dock,omitempty"`
	Position geo.Position `json:"position"`
}

// Outlook is what the Desk makes of one vehicle: why it moved, where it would end by itself, how long it may stay.
type Outlook struct {
	Vehicle fleet.VehicleID `json:"vehicle"`
	Sortie  fleet.SortieID  `json:"sortie,omitempty"`
	Control Control         `json:"control"`
	Why     Why             `json:"why"`
	// LandsAt is where it would land by itself now if it lost us; nil on the ground.
	LandsAt *Place `json:"landsAt,omitempty"`
	// ReserveMin is minutes until it must turn back to keep the reserve; nil if unknown or on the ground.
	ReserveMin *float64 `json:"reserveMin,omitempty"`
	// EnergyWh and NeededWh are the usable energy now and what the way home with hold and go-around needs.
	EnergyWh float64 `json:"energyWh"`
	NeededWh float64 `json:"neededWh"`
}

// Control says who may move the vehicle. Stored: it stands over a restart.
type Control struct {
	Vehicle fleet.VehicleID `json:"vehicle"`
	// Holder is "automation" or "human" (RC take-over, uncommanded mode change, or an operator's stop that stands).
	Holder string    `json:"holder" enum:"automation,human"`
	Cause  string    `json:"cause,omitempty"`
	By     string    `json:"by,omitempty"`
	Since  time.Time `json:"since"`
	Epoch  uint64    `json:"epoch"`
}

// Why says why a vehicle does what it does.
type Why struct {
	Kind string    `json:"kind" enum:"idle,order,plan,failsafe,human,unknown"`
	Text string    `json:"text"` // "return ordered by lin", "link lost: vehicle's own return", …
	By   string    `json:"by,omitempty"`
	At   time.Time `json:"at"`
}

// Command is one manual act as its issuer is shown it.
type Command struct {
	ID      fleet.IntentID  `json:"id"`
	Vehicle fleet.VehicleID `json:"vehicle"`
	Act     string          `json:"act"` // goto, orbit, hold, continue, return, land, look-at, recall, read-parameters, …
	// Params are the parameters that it writes.
	Params map[string]float64 `json:"params,omitempty"`
	// Component is what it is for, if not the autopilot; Texts are the extended parameters that it writes there.
	Component uint8             `json:"component,omitempty"`
	Texts     map[string]string `json:"texts,omitempty"`
	By        string            `json:"by"`
	At        time.Time         `json:"at"`
	Stage     fleet.Stage       `json:"stage" enum:"sent,accepted,progress,done,refused,failed,timed-out"`
	Code      string            `json:"code,omitempty"`
	Detail    string            `json:"detail,omitempty"`
	UpdatedAt time.Time         `json:"updatedAt"`
}

// Alarm is something an operator must know until it is acknowledged and its cause is gone.
type Alarm struct {
	ID       string          `json:"id"` // code plus subject: raising it again is the same alarm
	Code     string          `json:"code"`
	Severity string          `json:"severity" enum:"info,warning,critical"`
	Vehicle  fleet.VehicleID `json:"vehicle,omitempty"`
	Dock     fleet.DockID    `json:"dock,omitempty"`
	Sortie   fleet.SortieID  `json:"sortie,omitempty"`
	Text     string          `json:"text"`
	At       time.Time       `json:"at"`
	Active   bool            `json:"active"`
	AckBy    string          `json:"ackBy,omitempty"`
	AckAt    *time.Time      `json:"ackAt,omitempty"`
}
