package fleet

import (
	"time"

	"groundstation/internal/geo"
)

// Link says how well a system is heard.
type Link string

// The states of a link. Stale and lost are decided by the session (3 s and 10 s without a valid heartbeat).
const (
	LinkNever       Link = "never" // not heard since the station started
	LinkOnline      Link = "online"
	LinkStale       Link = "stale"
	LinkLost        Link = "lost"
	LinkQuarantined Link = "quarantined" // two sources claim one system id: no command goes out
)

// Mode is a flight mode in the station's own words; sessions map PX4 and ArduPilot modes to it.
type Mode string

// The modes the station knows. Others are shown as ModeOther with the autopilot's own name in Vehicle.ModeName.
const (
	ModeUnknown  Mode = "unknown"
	ModeHold     Mode = "hold"
	ModeTakeoff  Mode = "takeoff"
	ModeMission  Mode = "mission"
	ModeReturn   Mode = "return"
	ModeLand     Mode = "land"
	ModePrecLand Mode = "precision-land"
	ModeOrbit    Mode = "orbit"
	ModeManual   Mode = "manual" // any mode a pilot's sticks steer
	ModeOther    Mode = "other"
)

// Landed is MAV_LANDED_STATE.
type Landed string

// The landed states of EXTENDED_SYS_STATE.
const (
	LandedUnknown Landed = "unknown"
	OnGround      Landed = "on-ground"
	TakingOff     Landed = "taking-off"
	InAir         Landed = "in-air"
	Landing       Landed = "landing"
)

// Vehicle is what a session knows of one aircraft now. A new value is emitted as VehicleChanged.
type Vehicle struct {
	ID   VehicleID `json:"id"`
	Link Link      `json:"link" enum:"never,online,stale,lost,quarantined"`
	// HeardAt is when the last valid frame of it came.
	HeardAt time.Time `json:"heardAt"`
	Ways
	// BootID changes when the vehicle rebooted (time_boot_ms ran backwards).
	BootID uint32 `json:"bootId"`
	// Firmware is the autopilot and its version, once known.
	Firmware string `json:"firmware,omitempty"`

	Mode     Mode   `json:"mode" enum:"unknown,hold,takeoff,mission,return,land,precision-land,orbit,manual,other"`
	ModeName string `json:"modeName"` // the autopilot's own word
	Armed    bool   `json:"armed"`
	Landed   Landed `json:"landed" enum:"unknown,on-ground,taking-off,in-air,landing"`
	// Failsafe is MAV_STATE_CRITICAL or worse; FailsafeCause what the vehicle said of it, if anything.
	Failsafe      bool   `json:"failsafe"`
	FailsafeCause string `json:"failsafeCause,omitempty"`
	// PrearmOK is MAV_SYS_STATUS_PREARM_CHECK healthy.
	PrearmOK bool `json:"prearmOk"`

	Position   *geo.Position `json:"position,omitempty"`
	PositionAt time.Time     `json:"positionAt"`
	AltRelM    float64       `json:"altRelM"` // above home
	VelNMS     float64       `json:"velNMs"`
	VelEMS     float64       `json:"velEMs"`
	VelDMS     float64       `json:"velDMs"`
	HeadingDeg float64       `json:"headingDeg"`
	RollDeg    float64       `json:"rollDeg"`
	PitchDeg   float64       `json:"pitchDeg"`

	GPS     GPS           `json:"gps"`
	Battery Battery       `json:"battery"`
	Home    *geo.Position `json:"home,omitempty"`
	HomeAt  time.Time     `json:"homeAt"`
	Mission MissionState  `json:"mission"`
	Gimbal  *Gimbal       `json:"gimbal,omitempty"`
	Cameras []Camera      `json:"cameras,omitempty"`
	Safety  SafetySet     `json:"safety"`
	// Clock is not shown: a launch that waits for it says so.
	Clock Clock `json:"-"`
	// RemoteID is absent while no transmitter of its own was heard.
	RemoteID *RemoteID `json:"remoteId,omitempty"`
	// Manual is there while a pilot of this station flies it.
	Manual *ManualFlight `json:"manual,omitempty"`
	// Plan is what was read back of the lists on board; nil if that is not known.
	Plan *PlanOnBoard `json:"plan,omitempty"`

	// Checks are what its own health and arming checks object to or warn of, as reported at ChecksAt; nil: no report was
	// heard, or it cannot be put into words.
	Checks   []Check    `json:"checks,omitempty" nullable:"false"`
	ChecksAt *time.Time `json:"checksAt,omitempty"`

	// LastText is the last STATUSTEXT or decoded event, chunks joined.
	LastText   string    `json:"lastText,omitempty"`
	LastTextAt time.Time `json:"lastTextAt"`
	// RxLost and RxFrames count frames by MAVLink sequence since the station started; RxHz is the present rate.
	RxFrames uint64  `json:"rxFrames"`
	RxLost   uint64  `json:"rxLost"`
	RxHz     float64 `json:"rxHz"`
}

// Airborne says whether v must be treated as in the air: anything but a fresh, certain "on ground, disarmed".
func (v *Vehicle) Airborne() bool { return v.Armed && v.Landed != OnGround || v.Landed == InAir }

// GPS is GPS_RAW_INT.
type GPS struct {
	Fix  uint8   `json:"fix"` // GPS_FIX_TYPE: 0 none, 2 2D, 3 3D, 6 RTK fixed
	Sats uint8   `json:"sats"`
	HDOP float64 `json:"hdop"`
	// HAccM and VAccM are the receiver's own errors of place and height, one standard deviation, metres; 0: it does not say.
	HAccM float64   `json:"hAccM,omitempty"`
	VAccM float64   `json:"vAccM,omitempty"`
	At    time.Time `json:"at"`
}

// Battery is BATTERY_STATUS or SYS_STATUS.
type Battery struct {
	Percent  float64   `json:"percent"` // of usable charge; -1 unknown
	VoltageV float64   `json:"voltageV"`
	CurrentA float64   `json:"currentA"`
	TempC    float64   `json:"tempC"`
	At       time.Time `json:"at"`
}

// MissionState is MISSION_CURRENT: what the vehicle itself says of its plan.
type MissionState struct {
	ID    uint32    `json:"id"`    // opaque id of the plan on board
	State string    `json:"state"` // unknown, none, not-started, active, paused, complete
	Seq   int       `json:"seq"`
	Total int       `json:"total"`
	At    time.Time `json:"at"`
	// FenceID and RallyID are the ids of the fence and the rally points on board.
	FenceID uint32 `json:"fenceId,omitempty"`
	RallyID uint32 `json:"rallyId,omitempty"`
}

// Gimbal is the attitude the gimbal reports.
type Gimbal struct {
	PitchDeg float64   `json:"pitchDeg"` // down is negative
	YawDeg   float64   `json:"yawDeg"`   // true
	RollDeg  float64   `json:"rollDeg"`  // right side down positive; level with a gimbal that holds it
	At       time.Time `json:"at"`
	// Manager is absent while no gimbal manager has told of itself.
	Manager *GimbalManager `json:"manager,omitempty"`
}

// SafetySet is the result of the last comparison of the required safety parameters (design: the vehicle must survive
// without us). Unknown is not OK.
type SafetySet struct {
	OK        bool      `json:"ok"`
	CheckedAt time.Time `json:"checkedAt"`
	// ChangedAt is when a parameter was heard to differ after the check; absent if none was.
	ChangedAt *time.Time      `json:"changedAt,omitempty"`
	Drift     []ParamMismatch `json:"drift,omitempty"`
}

// ParamMismatch is one required parameter that is not what it must be.
type ParamMismatch struct {
	Name string   `json:"name"`
	Want float64  `json:"want"`
	Got  *float64 `json:"got,omitempty"` // absent: the vehicle never answered
}
