package mavlink

import (
	"math"
	"strings"
	"time"
	"unicode"

	"groundstation/fleet"
	"groundstation/mavlink/dialect/hangar"
)

// lidEnd is how near to an end of its travel the encoder must be to call the lid open or closed, as a share of it.
const lidEnd = 0.03

var dockStates = map[hangar.DOCK_STATE]fleet.DockState{
	hangar.DOCK_STATE_IDLE: fleet.DockIdle, hangar.DOCK_STATE_OPENING: fleet.DockOpening, hangar.DOCK_STATE_OPEN: fleet.DockOpen,
	hangar.DOCK_STATE_LAUNCH_READY: fleet.DockLaunchReady, hangar.DOCK_STATE_CLEAR_HOLD: fleet.DockClearHold,
	hangar.DOCK_STATE_CLOSING: fleet.DockClosing, hangar.DOCK_STATE_AWAY: fleet.DockAway,
	hangar.DOCK_STATE_LANDING_READY: fleet.DockLandingReady, hangar.DOCK_STATE_OCCUPIED: fleet.DockOccupied,
	hangar.DOCK_STATE_CENTRING: fleet.DockCentring, hangar.DOCK_STATE_CHARGING: fleet.DockCharging,
	hangar.DOCK_STATE_ASKEW: fleet.DockAskew, hangar.DOCK_STATE_OBSTRUCTED: fleet.DockObstructed,
	hangar.DOCK_STATE_FAULT: fleet.DockFault, hangar.DOCK_STATE_ESTOP: fleet.DockEStop, hangar.DOCK_STATE_MAINTENANCE: fleet.DockMaintenance,
}

func (s *DockSession) status(now time.Time, m *hangar.MessageDockStatus) {
	st, ok := dockStates[m.State]
	if !ok {
		st = fleet.DockUnknown
	}
	d := &s.d
	d.State, d.StateAt = st, now
	d.Step, d.Percent, d.Task = printable(m.Step), int(min(m.Percent, 100)), m.TaskId
	d.StationHeardS = float64(m.StationHeardMs) / 1000
}

func (s *DockSession) actuators(now time.Time, m *hangar.MessageDockActuators) {
	has := func(f hangar.DOCK_ACTUATOR_FLAGS) bool { return m.Flags&f != 0 }
	d := &s.d
	open, closed := has(hangar.DOCK_LID_SWITCH_OPEN), has(hangar.DOCK_LID_SWITCH_CLOSED)
	switch {
	case open && closed:
		d.LidSwitch = fleet.LidUnknown
	case open:
		d.LidSwitch = fleet.LidOpen
	case closed:
		d.LidSwitch = fleet.LidClosed
	default:
		d.LidSwitch = fleet.LidMoving
	}
	d.LidEncoder, d.LidPercent = fleet.LidUnknown, 0
	if share := float64(m.LidEncoderDeg) / float64(m.LidOpenDeg); m.LidOpenDeg > 0 && !math.IsNaN(share) && !math.IsInf(share, 0) {
		d.LidPercent = int(math.Round(100 * max(0, min(1, share))))
		switch {
		case share >= 1-lidEnd:
			d.LidEncoder = fleet.LidOpen
		case share <= lidEnd:
			d.LidEncoder = fleet.LidClosed
		default:
			d.LidEncoder = fleet.LidMoving
		}
	}
	d.LidAt = now
	d.Seated, d.PersonNear = has(hangar.DOCK_SEATED), has(hangar.DOCK_PERSON_NEAR)
	d.EStop, d.LocalKey = has(hangar.DOCK_ESTOP_PRESSED), has(hangar.DOCK_LOCAL_KEY)
	d.Contradict = open && closed || has(hangar.DOCK_LID_OPENING) && has(hangar.DOCK_LID_CLOSING) ||
		has(hangar.DOCK_CLAMPS_OPENED) && has(hangar.DOCK_CLAMPS_CLOSED) ||
		d.LidSwitch == fleet.LidOpen && d.LidEncoder == fleet.LidClosed || d.LidSwitch == fleet.LidClosed && d.LidEncoder == fleet.LidOpen
}

// healthItem collects a round of DOCK_HEALTH. Only a complete round replaces what is known: a lost item must not look
// like one that was cleared.
func (s *DockSession) healthItem(m *hangar.MessageDockHealth) {
	if m.Count == 0 {
		s.d.Health, s.health = nil, nil
		return
	}
	if int(m.Index) != len(s.health) {
		s.health = nil
		if m.Index != 0 {
			return
		}
	}
	s.health = append(s.health, fleet.DockHealth{
		Level: int(m.Level), Module: printable(m.Module), Code: int(m.Code), Imminent: m.Imminent == 1,
	})
	if len(s.health) >= int(m.Count) {
		s.d.Health, s.health = s.health, nil
	}
}

// sane replaces values that are no numbers with 0: JSON has no NaN, and the age of the report tells the rest.
func sane(values ...*float64) {
	for _, v := range values {
		if math.IsNaN(*v) || math.IsInf(*v, 0) {
			*v = 0
		}
	}
}

// printable drops what is not printable from a device's words.
func printable(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, text))
}
