package mission

import (
	"time"

	"groundstation/fleet"
)

// KindService is a Service, by dock id.
const KindService fleet.Kind = "service"

// What the station orders of a dock for its vehicle between sorties.
const (
	serviceSwap   = "swap-pack"
	serviceCharge = "charge"
	serviceWake   = "wake"
)

// Service is the last thing that a dock was ordered to do for its vehicle between sorties, and how it went. It is kept before
// the order goes out.
type Service struct {
	Dock      fleet.DockID    `json:"dock"`
	Vehicle   fleet.VehicleID `json:"vehicle"`
	Act       string          `json:"act" enum:"swap-pack,charge,wake"`
	Intent    fleet.IntentID  `json:"intent"`
	Stage     fleet.Stage     `json:"stage" enum:"sent,accepted,progress,done,refused,failed,timed-out"`
	Code      string          `json:"code,omitempty"`
	Detail    string          `json:"detail,omitempty"`
	At        time.Time       `json:"at"`
	UpdatedAt time.Time       `json:"updatedAt"`
	// Before is what was known of the packs when a change of them was ordered.
	Before fleet.PackState `json:"before"`
	// Failures is how often it has not come about in a row; the next try waits the longer.
	Failures int `json:"failures,omitempty"`
	// Gate is why the vehicle must not be sent out: its pack is being changed ("pack-change"), nobody knows how that ended
	// ("pack-change-failed"), or it did not wake ("wake-failed").
	Gate *fleet.Gate `json:"gate,omitempty"`
	// Visited says that somebody has had the dock in maintenance since the Gate was shut for a failure.
	Visited bool `json:"visited,omitempty"`
}

// ReturnDock puts a dock back in service whose service had failed → Service.
type ReturnDock struct{ Dock fleet.DockID }

// Codes of a Service's gate; those of failures are alarms as well.
const (
	gateSwapping   = "pack-change"
	gateSwapFailed = "pack-change-failed"
	gateWakeFailed = "wake-failed"
	alarmCharge    = "not-charging"
)

// failed says whether the gate is shut for what went wrong.
func (s *Service) failed() bool { return s.Gate != nil && s.Gate.Code != gateSwapping }

// again is when what did not come about is tried anew.
func (s *Service) again() time.Time {
	wait := time.Minute << min(max(s.Failures-1, 0), 4)
	if s.Failures == 0 {
		wait = 0
	}
	return s.UpdatedAt.Add(wait)
}
