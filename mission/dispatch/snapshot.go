package dispatch

import (
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// Snapshot is the fleet as the Desk sees it at one moment.
type Snapshot struct{ Cases []Case }

// Case is one vehicle with everything that speaks for or against it.
type Case struct {
	Spec fleet.VehicleSpec
	// LossS is after how many seconds without the station it comes home by itself.
	LossS   float64
	Vehicle *fleet.Vehicle // nil: never heard
	// DockSpec and Dock are its dock; nil for a vehicle flown by a crew. Dock comes from package hangar, gates filled.
	DockSpec *fleet.DockSpec
	Dock     *fleet.Dock
	// Service is why what its dock does for it, or has failed to do, keeps it from going; nil: nothing.
	Service *fleet.Gate
	// BusyWith is its open sortie; empty if it is free.
	BusyWith fleet.SortieID
	// Human says that a human holds it (HumanControl, or an operator's stop that stands).
	Human bool
	// Wind overrides the weather; nil: the nearest fresh weather station among the docks of the snapshot.
	Wind *Wind
}

// Wind is one measurement near the ground.
type Wind struct {
	MeanMS, GustMS float64
	FromDeg        float64 // degrees true
	// StrongMS is the strongest mean around: with that a way home is reckoned, for what one instrument tells goes up and down
	// with the gusts of its place.
	StrongMS float64
	At       time.Time
}

// Request is what is wanted.
type Request struct {
	Target   geo.LatLon
	OnSceneS float64 // how long it should stay, seconds
	// Only, if set, is the one vehicle that may go.
	Only fleet.VehicleID
}

// The limits dispatch counts with.
const (
	// LinkAge, WindAge and BatteryAge are how old what was heard may be.
	LinkAge    = 3 * time.Second
	WindAge    = 60 * time.Second
	BatteryAge = 10 * time.Second
	// Skew is how far in the future a time may lie before clocks count as apart.
	Skew = 5 * time.Second
	// MinPercent is the least charge to launch with, whatever the distance.
	MinPercent = 30.0
	// CruiseAGL is the height above its home that energy and climb are counted with, metres: the highest layer.
	CruiseAGL = 120.0
	// CrewS is what a crew's confirmation adds to the time of arrival, seconds.
	CrewS = 60.0
	// ArmS is from a ready vehicle to lift-off, and GNSSS from an open lid to a position, seconds.
	ArmS  = 5.0
	GNSSS = 8.0
	// BootS is from the power of a vehicle that was switched off to its heartbeat, seconds.
	BootS = 15.0
	// WeatherM is how far a weather station speaks for, metres.
	WeatherM = 20000.0
	// WindDocks is how many weather stations a way home is reckoned with.
	WindDocks = 3
)

// cableAsideM is how far beside its foot a vehicle on a cable may stand in the air: a lost link lets it land straight down,
// which must be its site.
const cableAsideM = 3.0

// RangeM is how far from its launch place a class may work, metres (radio and the law, not energy).
func RangeM(c fleet.Class) float64 {
	switch c {
	case fleet.LongVTOL:
		return 60000
	case fleet.DockQuad, fleet.CrewQuad:
		return 10000
	case fleet.Tethered:
		return cableAsideM
	}
	return 0
}
