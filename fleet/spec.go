package fleet

import "groundstation/internal/geo"

// Class is a type of vehicle.
type Class string

// The classes the fleet has.
const (
	DockQuad Class = "dock-quad" // quadrotor that lives in a dock
	LongVTOL Class = "long-vtol" // long-range fixed wing with vertical take-off, flown by a crew
	CrewQuad Class = "crew-quad" // small quadrotor flown by a crew
	Tethered Class = "tethered"  // quadrotor on a cable, overwatch only
)

// Autopilot is the firmware of a vehicle's flight controller, whose safety parameters have their own names.
type Autopilot string

// The autopilots the station flies; a vehicle that does not say has PX4.
const (
	PX4       Autopilot = "px4"
	ArduPilot Autopilot = "ardupilot"
)

// VehicleSpec is what the registry says of a vehicle: it does not change in flight.
type VehicleSpec struct {
	ID       VehicleID `json:"id" toml:"id"`
	Name     string    `json:"name" toml:"name"`
	Class    Class     `json:"class" toml:"class" enum:"dock-quad,long-vtol,crew-quad,tethered"`
	SystemID SystemID  `json:"systemId" toml:"system_id"`
	// Autopilot says which safety parameters it must hold; empty is PX4.
	Autopilot Autopilot `json:"autopilot,omitempty" toml:"autopilot" enum:"px4,ardupilot"`
	// Signing is the rule for its frames; empty is accept.
	Signing Signing `json:"signing,omitempty" toml:"signing" enum:"accept,required"`
	// RemoteID is what is asked of its remote identification; empty is shown.
	RemoteID RemoteIDRule `json:"remoteId,omitempty" toml:"remote_id" enum:"required,shown,none"`
	// UASID is the id by which it is registered, or its maker's serial number; UASIDKind says which, empty is the former.
	UASID     string    `json:"uasId,omitempty" toml:"uas_id"`
	UASIDKind UASIDKind `json:"uasIdKind,omitempty" toml:"uas_id_kind" enum:"registration,serial"`
	// Dock is where it lives; empty for a vehicle flown by a crew from Site.
	Dock DockID `json:"dock,omitempty" toml:"dock"`
	// Site is the field site (ground level, AMSL) a crew flies it from, and its landing place.
	Site     *geo.Position `json:"site,omitempty" toml:"site"`
	SiteName string        `json:"siteName,omitempty" toml:"site_name"`
	// CruiseMS, ClimbMS and DescendMS are speeds through still air in m/s.
	CruiseMS  float64 `json:"cruiseMs" toml:"cruise_ms"`
	ClimbMS   float64 `json:"climbMs" toml:"climb_ms"`
	DescendMS float64 `json:"descendMs" toml:"descend_ms"`
	// MaxWindMS is the strongest mean wind it may launch in, m/s.
	MaxWindMS float64 `json:"maxWindMs" toml:"max_wind_ms"`
	// EnergyWh is the usable energy of a full healthy pack; HoverW and CruiseW the power drawn.
	EnergyWh float64 `json:"energyWh" toml:"energy_wh"`
	HoverW   float64 `json:"hoverW" toml:"hover_w"`
	CruiseW  float64 `json:"cruiseW" toml:"cruise_w"`
	// CameraURL is the RTSP address of its camera; it never leaves the daemon.
	CameraURL string `json:"-" toml:"camera_url"`
	// HFOVDeg is the camera's horizontal field of view, degrees.
	HFOVDeg float64 `json:"hfovDeg" toml:"hfov_deg"`
}

// DockSpec is what the registry says of a dock.
type DockSpec struct {
	ID       DockID   `json:"id" toml:"id"`
	Name     string   `json:"name" toml:"name"`
	SystemID SystemID `json:"systemId" toml:"system_id"`
	// Signing is the rule for its frames; empty is accept.
	Signing Signing `json:"signing,omitempty" toml:"signing" enum:"accept,required"`
	// Pad is the surveyed landing surface inside; HeadingDeg where a vehicle on it points.
	Pad        geo.Position `json:"pad" toml:"pad"`
	HeadingDeg float64      `json:"headingDeg" toml:"heading_deg"`
	// GroundPad is the surveyed place beside the dock that needs no lid: a vehicle's unattended destination.
	GroundPad geo.Position `json:"groundPad" toml:"ground_pad"`
	// OpenSeconds is the time its lid needs to open, as surveyed.
	OpenSeconds float64 `json:"openSeconds" toml:"open_seconds"`
	// SwapSeconds is the time it needs to change a pack, and ChargeW the power it charges one with, by its data sheet; 0 stands
	// for 120 s and 200 W. By them the station weighs whether a change brings the vehicle back sooner.
	SwapSeconds float64 `json:"swapSeconds,omitempty" toml:"swap_seconds"`
	ChargeW     float64 `json:"chargeW,omitempty" toml:"charge_w"`
}

// Registry is the whole fleet as configured.
type Registry struct {
	Vehicles []VehicleSpec `toml:"vehicle"`
	Docks    []DockSpec    `toml:"dock"`
	// Cameras are those that are no vehicle's and that the rules of pictures hold for.
	Cameras []FixedCamera `toml:"-"`
	// Obstacles are what is known to stand in the way.
	Obstacles []Obstacle `toml:"obstacle"`
	// Terrain is the ground.
	Terrain Terrain `toml:"-"`
	// Operator is who answers for it, in the words of remote identification.
	Operator Operator `toml:"remote_id"`
}

// Vehicle finds a vehicle by id.
func (r *Registry) Vehicle(id VehicleID) (VehicleSpec, bool) {
	for _, v := range r.Vehicles {
		if v.ID == id {
			return v, true
		}
	}
	return VehicleSpec{}, false
}

// Dock finds a dock by id.
func (r *Registry) Dock(id DockID) (DockSpec, bool) {
	for _, d := range r.Docks {
		if d.ID == id {
			return d, true
		}
	}
	return DockSpec{}, false
}
