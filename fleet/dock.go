package fleet

import "time"

// DockState is the dock's own state; the firmware owns motion, we mirror it (hangar package draws the machine).
type DockState string

// The dock's states, in the order of a normal sortie.
const (
	DockUnknown      DockState = "unknown"
	DockIdle         DockState = "idle" // lid closed, vehicle inside or not: see Occupied
	DockOpening      DockState = "opening"
	DockOpen         DockState = "open"
	DockLaunchReady  DockState = "launch-ready"
	DockClearHold    DockState = "clear-hold"
	DockClosing      DockState = "closing"
	DockAway         DockState = "away"
	DockLandingReady DockState = "landing-ready"
	DockOccupied     DockState = "occupied"
	DockCentring     DockState = "centring"
	DockCharging     DockState = "charging"
	DockAskew        DockState = "askew"
	DockObstructed   DockState = "obstructed"
	DockFault        DockState = "fault"
	DockEStop        DockState = "e-stop"
	DockMaintenance  DockState = "maintenance"
)

// Lid is the lid by one sensor.
type Lid string

// What a lid sensor can say.
const (
	LidUnknown Lid = "unknown"
	LidClosed  Lid = "closed"
	LidMoving  Lid = "moving"
	LidOpen    Lid = "open"
)

// Dock is what a session knows of one dock now.
type Dock struct {
	ID      DockID    `json:"id"`
	Link    Link      `json:"link" enum:"never,online,stale,lost,quarantined"`
	HeardAt time.Time `json:"heardAt"`
	Ways

	State   DockState `json:"state" enum:"unknown,idle,opening,open,launch-ready,clear-hold,closing,away,landing-ready,occupied,centring,charging,askew,obstructed,fault,e-stop,maintenance"`
	StateAt time.Time `json:"stateAt"` // when State was last reported
	Step    string    `json:"step,omitempty"`
	Percent int       `json:"percent"`
	// Sortie is the sortie the dock has open by its own account; the hash of its id (TaskHash) on the wire.
	Task uint32 `json:"task"`

	// LidSwitch and LidEncoder are two independent sensors of the lid; LidAt when they were reported.
	LidSwitch  Lid       `json:"lidSwitch" enum:"unknown,closed,moving,open"`
	LidEncoder Lid       `json:"lidEncoder" enum:"unknown,closed,moving,open"`
	LidPercent int       `json:"lidPercent"`
	LidAt      time.Time `json:"lidAt"`
	// Seated: weight and contacts say a vehicle is on the pad. PersonNear: somebody or something is in the way.
	Seated     bool `json:"seated"`
	PersonNear bool `json:"personNear"`
	EStop      bool `json:"eStop"`
	LocalKey   bool `json:"localKey"`
	Contradict bool `json:"contradict"` // actuator bits that cannot both be true

	Env   DockEnvironment `json:"env"`
	Power DockPower       `json:"power"`
	// Health is complete in each report: what is absent is clear.
	Health []DockHealth `json:"health,omitempty"`
	// StationHeardS is how long ago, by the dock's account, it heard the station, seconds.
	StationHeardS float64 `json:"stationHeardS"`
	// NoLaunch and NoLanding are the gates that are shut now (hangar package computes them); empty means go.
	NoLaunch  []Gate `json:"noLaunch,omitempty"`
	NoLanding []Gate `json:"noLanding,omitempty"`
	RxFrames  uint64 `json:"rxFrames"`
	RxLost    uint64 `json:"rxLost"`
}

// DockEnvironment is DOCK_ENVIRONMENT.
type DockEnvironment struct {
	InTempC  float64   `json:"inTempC"`
	OutTempC float64   `json:"outTempC"`
	Humidity float64   `json:"humidity"`
	WindMS   float64   `json:"windMs"`
	GustMS   float64   `json:"gustMs"`
	WindDeg  float64   `json:"windDeg"` // from
	RainMMH  float64   `json:"rainMmH"`
	PadWet   bool      `json:"padWet"`
	At       time.Time `json:"at"`
}

// DockPower is DOCK_POWER.
type DockPower struct {
	MainsOK     bool      `json:"mainsOk"`
	UPSMinutes  float64   `json:"upsMinutes"`
	Charging    bool      `json:"charging"`
	PackPercent float64   `json:"packPercent"` // -1: not known, or the pack is out
	PackTempC   float64   `json:"packTempC"`
	PackCycles  int       `json:"packCycles"`
	Slots       int       `json:"slots"`      // for spare packs; 0: this dock changes none
	Packs       int       `json:"packs"`      // spare packs in them
	PacksReady  int       `json:"packsReady"` // of these, charged
	VehicleOff  bool      `json:"vehicleOff"` // the dock has switched its vehicle off; it boots for a launch
	At          time.Time `json:"at"`
}

// DockHealth is one open health item.
type DockHealth struct {
	Level    int    `json:"level"` // 0 notice, 1 caution, 2 warning
	Module   string `json:"module"`
	Code     int    `json:"code"`
	Imminent bool   `json:"imminent"`
}

// Sleeps says whether the dock holds its vehicle switched off, as heard at most maxAge ago: it is not heard, and it is at
// rest.
func (d *Dock) Sleeps(now time.Time, maxAge time.Duration) bool {
	return d.Power.VehicleOff && d.Seated && d.Link == LinkOnline && !d.Power.At.IsZero() && now.Sub(d.Power.At) <= maxAge
}

// ChangedFrom says whether d differs from what was told in what nobody may see late. All else may be conflated.
func (d *Dock) ChangedFrom(told *Dock) bool {
	return d.Link != told.Link || d.Uplink != told.Uplink || d.State != told.State || d.Task != told.Task ||
		d.LidSwitch != told.LidSwitch || d.LidEncoder != told.LidEncoder || d.Seated != told.Seated || d.PersonNear != told.PersonNear ||
		d.EStop != told.EStop || d.LocalKey != told.LocalKey || d.Contradict != told.Contradict || d.Power.MainsOK != told.Power.MainsOK ||
		d.Power.Charging != told.Power.Charging || d.Power.VehicleOff != told.Power.VehicleOff || d.Power.PacksReady != told.Power.PacksReady ||
		d.Env.PadWet != told.Env.PadWet || len(d.Health) != len(told.Health)
}

// LidOpenConfirmed says whether both independent sensors say open, each no older than maxAge.
func (d *Dock) LidOpenConfirmed(now time.Time, maxAge time.Duration) bool {
	return d.LidSwitch == LidOpen && d.LidEncoder == LidOpen && !d.Contradict && now.Sub(d.LidAt) <= maxAge
}
