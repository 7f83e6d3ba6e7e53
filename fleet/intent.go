package fleet

import (
	"time"

	"groundstation/internal/geo"
)

// Intent is one wish to one vehicle or one dock. The session carries it out, retries within Bound, and answers with
// Reports that carry the same ID. A newer Intent of the same vehicle that moves it (see Act) supersedes an unfinished
// one: the older gets Failed "superseded".
type Intent struct {
	ID      IntentID
	Vehicle VehicleID // exactly one of Vehicle and Dock
	Dock    DockID
	// Epoch is the control epoch of that vehicle or dock; a session refuses one older than the newest it has seen.
	Epoch    uint64
	Sortie   SortieID
	Envelope Envelope
	// Bound is the time within which it must be Done; then it is TimedOut.
	Bound time.Duration
	Act   Act
}

// Envelope is what the guard enforces on everything sent for an Intent.
type Envelope struct {
	// Fence is the allowed area, a closed ring without repetition of the first point; empty allows no movement
	// target at all (hold, return and land need none).
	Fence []geo.LatLon
	// FloorAMSL and CeilingAMSL bound every altitude target, metres.
	FloorAMSL, CeilingAMSL float64
	// Zones are to be stayed inside of, or kept out of, beside the fence.
	Zones []Zone
	// Item is the one item, other than the first, from which a plan may be flown; nil allows none.
	Item *PlanItem
}

// PlanItem is an item of a plan that was approved.
type PlanItem struct {
	Plan string // UploadPlan.Hash
	Item int
}

// Act is what is wanted. Vehicle acts first, dock acts after them.
type Act interface{ act() }

// VerifySafety reads the required safety parameters and sets those that differ (only while disarmed), then reads
// back. Done: all match. Required returns which they are.
type VerifySafety struct{ Params map[string]float64 }

// SetHome sets the home position to a surveyed ground pad (DO_SET_HOME by COMMAND_INT). Done: HOME_POSITION within 1 m.
type SetHome struct{ Home geo.Position }

// UploadPlan uploads mission, geofence and rally points and reads all three back. Done: equal, and mission_state says
// the plan is valid.
type UploadPlan struct {
	Items []Item
	// Fence is an inclusion polygon that contains home; Rally only this sortie's reserved places (may be empty).
	Fence []geo.LatLon
	// Zones go on board with the fence, polygons before circles.
	Zones []Zone
	Rally []geo.Position
	// CeilingAMSL goes into the fence where the autopilot can hold it.
	CeilingAMSL float64
}

// VerifyPlan reads mission, geofence and rally points and compares them with what they should be; nothing is written.
// Done: equal, and mission_state says the plan is valid. Failed "readback-mismatch": they are not.
type VerifyPlan struct{ UploadPlan }

// Resume flies the plan on board on from an item, in the air. Plan is the hash of what was approved; the Envelope must
// name the same item. Speed and view are set to what the items before it say. Done: MISSION_CURRENT said that item, and
// mode mission was observed.
type Resume struct {
	Plan string
	Item int
}

// ItemKind is what a mission item does.
type ItemKind string

// The kinds of mission items the station writes.
const (
	ItemTakeoff  ItemKind = "takeoff"  // MAV_CMD_NAV_TAKEOFF
	ItemWaypoint ItemKind = "waypoint" // MAV_CMD_NAV_WAYPOINT, HoldS
	ItemSpeed    ItemKind = "speed"    // MAV_CMD_DO_CHANGE_SPEED, SpeedMS
	ItemROI      ItemKind = "roi"      // MAV_CMD_DO_SET_ROI_LOCATION at Position
	ItemROINone  ItemKind = "roi-none" // MAV_CMD_DO_SET_ROI_NONE
)

// Item is one mission item. Altitudes are AMSL; the session sends MAV_FRAME_GLOBAL.
type Item struct {
	Kind     ItemKind     `json:"kind" enum:"takeoff,waypoint,speed,roi,roi-none"`
	Position geo.Position `json:"position"`
	HoldS    float64      `json:"holdS,omitempty"`
	SpeedMS  float64      `json:"speedMs,omitempty"`
}

// Launch arms and starts the uploaded plan from its first item. Plan is the hash of what was approved (UploadPlan.Hash):
// it is refused unless that was read back from the vehicle and nobody has changed it since. Never resent blindly: the
// session looks at armed and landed state first. Done: in the air. Failed before lift-off leaves the vehicle disarmed
// (confirmed).
type Launch struct{ Plan string }

// GoTo flies to Target and holds there (DO_REPOSITION). Done: the vehicle is moving to that target or there.
type GoTo struct {
	Target  geo.Position
	SpeedMS float64 // 0: the vehicle's default
}

// Orbit circles Center (altitude AMSL) at RadiusM (DO_ORBIT). Done: mode orbit.
type Orbit struct {
	Center  geo.Position
	RadiusM float64
	SpeedMS float64
}

// LookAt points the gimbal at a place on the ground (DO_SET_ROI_LOCATION). Done: accepted.
type LookAt struct{ Target geo.Position }

// Hold stops where it is (mode hold). Done: mode observed.
type Hold struct{}

// Continue resumes the plan at its current item (mode mission). Done: mode observed.
type Continue struct{}

// Return is RTL: to home or the nearest rally point, landing there by itself. Done: mode observed.
type Return struct{}

// LandAt lands at a place the vehicle is already above (within 3 m): precision landing when Precision. Done: on ground.
type LandAt struct {
	Target    geo.Position
	Precision bool
}

// Land lands where it is. Done: on ground.
type Land struct{}

// Disarm disarms on the ground. Done: disarmed observed.
type Disarm struct{}

// Divert lands at another place than home, in the air: hold, fence (empty: as it is) and To as the only rally point written
// and read back, return, its destination observed. Each failure before the return leaves it in hold. Refused "home-nearer"
// where the vehicle would return home all the same. Done: on its way there.
type Divert struct {
	To    geo.Position
	Fence []geo.LatLon
}

// SetRally uploads rally points and reads them back.
type SetRally struct{ Points []geo.Position }

// Stops says whether the act makes things safer and may therefore never wait: hold, return, land.
func Stops(a Act) bool {
	switch a.(type) {
	case Hold, Return, Land:
		return true
	}
	return false
}

// Moves says whether the act changes what moves the vehicle, so that a newer one supersedes it.
func Moves(a Act) bool {
	switch a.(type) {
	case Launch, GoTo, Orbit, Hold, Continue, Resume, Divert, Return, LandAt, Land, FlyManual, Follow:
		return true
	}
	return false
}

// PrepareLaunch opens the lid and readies the pad, task bound to the intent's sortie. Done: LaunchReady.
type PrepareLaunch struct{}

// CloseAway closes the lid of an empty dock behind a vehicle that is clear. Done: Away.
type CloseAway struct{ EarliestReturn time.Duration }

// PrepareLanding opens the lid for an inbound vehicle. Done: LandingReady.
type PrepareLanding struct{ ETA time.Duration }

// Secure centres a landed, disarmed vehicle, closes the lid and charges. Done: Charging or Idle with the lid closed.
type Secure struct{}

// AbortLaunch closes the lid over a vehicle that did not go. Done: Charging or Idle with the lid closed.
type AbortLaunch struct{}

func (VerifySafety) act()   {}
func (SetHome) act()        {}
func (UploadPlan) act()     {}
func (Launch) act()         {}
func (VerifyPlan) act()     {}
func (Resume) act()         {}
func (GoTo) act()           {}
func (Orbit) act()          {}
func (LookAt) act()         {}
func (Hold) act()           {}
func (Continue) act()       {}
func (Return) act()         {}
func (LandAt) act()         {}
func (Land) act()           {}
func (Disarm) act()         {}
func (SetRally) act()       {}
func (Divert) act()         {}
func (PrepareLaunch) act()  {}
func (CloseAway) act()      {}
func (PrepareLanding) act() {}
func (Secure) act()         {}
func (AbortLaunch) act()    {}
