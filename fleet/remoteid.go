package fleet

import (
	"fmt"
	"time"

	"groundstation/internal/geo"
)

// RemoteIDRule says what is asked of a vehicle's remote identification.
type RemoteIDRule string

// The rules. GB 46750-2025, in force since 2026-05-01, wants every civil unmanned aircraft to identify itself from power-on
// to the end of the flight; where a law like it holds, the rule is required.
const (
	RemoteIDRequired RemoteIDRule = "required" // it launches only while its transmitter says that it is ready
	RemoteIDShown    RemoteIDRule = "shown"    // what its transmitter says is shown; the rule of a vehicle that has none
	RemoteIDNone     RemoteIDRule = "none"     // nothing is told to a transmitter, and what one says is not looked at
)

// UASIDKind says what a VehicleSpec.UASID is.
type UASIDKind string

// The kinds of ids the station tells of a vehicle; one that has none is a registration.
const (
	UASRegistration UASIDKind = "registration" // given by the civil aviation authority
	UASSerial       UASIDKind = "serial"       // the maker's, ANSI/CTA-2063-A
)

// The longest ids and descriptions that Open Drone ID carries, octets (ASTM F3411).
const (
	IDMax          = 20
	DescriptionMax = 23
)

// RemoteIDFresh is how old an arming status may be that a launch depends on. Transmitters send it once a second; five in
// a row are lost by a good link only when it ends.
const RemoteIDFresh = 5 * time.Second

// RemoteIDState is what is known of a vehicle's own transmitter.
type RemoteIDState string

// The states, the worst last.
const (
	RemoteIDReady   RemoteIDState = "ready"   // good to arm
	RemoteIDPresent RemoteIDState = "present" // heard, and has not told its arming status yet
	RemoteIDSilent  RemoteIDState = "silent"  // no arming status for RemoteIDFresh
	RemoteIDFailing RemoteIDState = "failing" // not good to arm
)

// RemoteID is what a vehicle's own transmitter says: OPEN_DRONE_ID_ARM_STATUS
// (https://mavlink.io/en/services/opendroneid.html). Of several it is the one that is worst.
type RemoteID struct {
	State RemoteIDState `json:"state" enum:"ready,present,silent,failing"`
	// Text is its own word for what is wrong.
	Text string `json:"text,omitempty"`
	// Component is who speaks: MAV_COMP_ID_ODID_TXRX_1 to 3, or 1, the autopilot for one that is wired to it.
	Component uint8 `json:"component"`
	// At is when it last told its arming status, or was heard, if it has told none.
	At time.Time `json:"at"`
}

// Unidentified is why the vehicle may not be launched where remote identification is required; nil if it may. What is not
// known, or old, is "no".
func (v *Vehicle) Unidentified(now time.Time) *Gate {
	if v.Identified(now) {
		return nil
	}
	g := &Gate{Code: "remote-id", Limit: RemoteIDFresh.Seconds(), Unit: "s", AgeS: -1}
	r := v.RemoteID
	if r == nil {
		g.Text = "remote identification: no transmitter was heard"
		return g
	}
	g.AgeS = max(0, now.Sub(r.At).Seconds())
	g.Value = g.AgeS
	switch {
	case r.State == RemoteIDFailing:
		g.Value, g.Limit, g.Unit = 1, 0, ""
		g.Text = "remote identification: not good to arm"
		if r.Text != "" {
			g.Text = "remote identification: " + r.Text
		}
	case r.State == RemoteIDPresent:
		g.Text = "remote identification: the transmitter has not said whether it is ready"
	default:
		g.Text = fmt.Sprintf("remote identification: the transmitter has been silent for %.0f s", g.AgeS)
	}
	return g
}

// Identified says whether the vehicle's transmitter said lately that it is ready.
func (v *Vehicle) Identified(now time.Time) bool {
	r := v.RemoteID
	return r != nil && r.State == RemoteIDReady && now.Sub(r.At) <= RemoteIDFresh
}

// Operator is who answers for the fleet, as its transmitters tell it.
type Operator struct {
	// ID is what the civil aviation authority has given the operator; empty: none is told.
	ID string `toml:"operator_id"`
	// Position is where the operator sits; nil: at the dock, or the field site, from which each vehicle takes off.
	Position *geo.Position `toml:"position"`
	// GeoidM is how high mean sea level lies above the WGS-84 ellipsoid here, metres: Open Drone ID counts from the
	// ellipsoid. nil: the operator's altitude is told as not known.
	GeoidM *float64 `toml:"geoid_m"`
}

// Identity is what a vehicle's transmitter is to tell of the operation it is on.
type Identity struct {
	OperatorID string
	// Purpose is what it flies for, ASCII; Emergency says that it is in distress.
	Purpose   string
	Emergency bool
	// Operator is where the operator is: the surveyed place of the station if Fixed, else where the vehicle takes off.
	Operator geo.LatLon
	Fixed    bool
	// EllipsoidM is the operator's height above the ellipsoid, metres; if HeightKnown.
	EllipsoidM  float64
	HeightKnown bool
}

// PlainID says whether an id, or a description, of at most so many octets can be told: printable ASCII, and not empty.
func PlainID(s string, most int) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return len(s) > 0 && len(s) <= most
}

// check names what is wrong with the operator.
func (o *Operator) check() error {
	if o.ID != "" && !PlainID(o.ID, IDMax) {
		return fmt.Errorf("operator_id %q is not 1 to %d characters of ASCII", o.ID, IDMax)
	}
	if o.Position != nil {
		if err := o.Position.Check(); err != nil {
			return fmt.Errorf("position: %w", err)
		}
	}
	if o.GeoidM != nil && !(*o.GeoidM >= -110 && *o.GeoidM <= 90) {
		return fmt.Errorf("geoid_m %v is not within -110 to 90", *o.GeoidM)
	}
	return nil
}

func (v *VehicleSpec) checkIdentity() error {
	switch v.RemoteID {
	case "", RemoteIDRequired, RemoteIDShown, RemoteIDNone:
	default:
		return fmt.Errorf("remote_id %q is none of required, shown, none", v.RemoteID)
	}
	switch v.UASIDKind {
	case "", UASRegistration, UASSerial:
	default:
		return fmt.Errorf("uas_id_kind %q is none of registration, serial", v.UASIDKind)
	}
	if v.UASID != "" && !PlainID(v.UASID, IDMax) {
		return fmt.Errorf("uas_id %q is not 1 to %d characters of ASCII", v.UASID, IDMax)
	}
	return nil
}
