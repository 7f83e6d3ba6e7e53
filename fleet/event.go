package fleet

import "time"

// Event is something a session observed. The concrete types are in this file.
type Event interface{ event() }

// VehicleChanged carries the whole new state of a vehicle; consumers may conflate it. The state is shared by whoever
// keeps it, and is never changed.
type VehicleChanged struct{ Vehicle *Vehicle }

// DockChanged carries the whole new state of a dock; consumers may conflate it.
type DockChanged struct{ Dock Dock }

// Cause says who made a mode change.
type Cause string

// The causes a session can tell apart.
const (
	CauseOrdered     Cause = "ordered"  // an Intent of ours
	CauseProgress    Cause = "progress" // the plan or the autopilot going on by itself (take-off → hold, land → hold)
	CauseFailsafe    Cause = "failsafe"
	CauseUncommanded Cause = "uncommanded" // RC, another station: HumanControl
)

// ModeChanged is never conflated.
type ModeChanged struct {
	Vehicle  VehicleID
	From, To Mode
	Cause    Cause
	Detail   string
	At       time.Time
}

// Rebooted is a vehicle that started anew; its plan and parameters must be read again.
type Rebooted struct {
	Vehicle VehicleID
	At      time.Time
}

// Notice is something a vehicle or a dock said in words.
type Notice struct {
	Vehicle  VehicleID
	Dock     DockID
	Severity int // MAV_SEVERITY: 0 emergency … 7 debug
	Text     string
	At       time.Time
}

// Stage is how far an Intent has come. A write is nothing: Sent promises nothing, Accepted is the other side's word,
// Done is the observed effect.
type Stage string

// The stages of an Intent; Done, Refused, Failed and TimedOut are final and come exactly once.
const (
	StageSent     Stage = "sent"
	StageAccepted Stage = "accepted"
	StageProgress Stage = "progress"
	StageDone     Stage = "done"
	StageRefused  Stage = "refused"
	StageFailed   Stage = "failed"
	StageTimedOut Stage = "timed-out"
)

// Final says whether no further Report of the Intent will come.
func (s Stage) Final() bool {
	return s == StageDone || s == StageRefused || s == StageFailed || s == StageTimedOut
}

// Report is how an Intent goes; never conflated.
type Report struct {
	Intent  IntentID
	Vehicle VehicleID
	Dock    DockID
	Stage   Stage
	Percent int
	// Code is stable ("denied", "temporarily-rejected", "unsupported", "readback-mismatch", "no-home", "guard",
	// "stale-epoch", "link-lost", …); the Detail of a refusal begins with the side that refused ("station", "guard",
	// "vehicle", "dock") and gives its own words, a MAV_RESULT by its name.
	Code   string
	Detail string
	At     time.Time
}

func (VehicleChanged) event() {}
func (DockChanged) event()    {}
func (ModeChanged) event()    {}
func (Rebooted) event()       {}
func (Notice) event()         {}
func (Report) event()         {}
