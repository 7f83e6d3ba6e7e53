package mavlink

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/minimal"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
)

// The components that transmit and receive Open Drone ID (https://mavlink.io/en/services/opendroneid.html).
const (
	transmitter1 = uint8(minimal.MAV_COMP_ID_ODID_TXRX_1)
	transmitter3 = uint8(minimal.MAV_COMP_ID_ODID_TXRX_3)
)

// remoteID follows the transmitters of one vehicle:
//
//	heartbeat of MAV_TYPE_ODID ─► present ─ARM_STATUS good─► ready ◄─► failing ─► silent for RemoteIDFresh ─┐
//	                                 ▲                                                                      │
//	                                 └──────────────────────── heard again ─────────────────────────────────┘
//
// One that is wired to the autopilot is known by the ARM_STATUS that the autopilot passes on.
type remoteID struct {
	list []*transmitter // by component
	// identity is what is to be told; tells says that the Desk has given it.
	identity fleet.Identity
	tells    bool
	next     time.Time // when it is told again
	turn     int       // which of the slower messages is due
}

// transmitter is one of them.
type transmitter struct {
	component         uint8
	seq               sequence
	heardAt, statusAt time.Time
	ready             bool
	text              string
}

// remoteIDFrame takes a frame of a component beside the autopilot.
func (s *Session) remoteIDFrame(now time.Time, in *FrameIn) {
	f := in.Frame
	if f.Component < transmitter1 || f.Component > transmitter3 || !f.Checked || s.link.follows(now, in.Source) == nil {
		return
	}
	x := s.remote.transmitter(f.Component)
	switch m := f.Message.(type) {
	case *common.MessageHeartbeat:
		if m.Type != minimal.MAV_TYPE_ODID {
			return
		}
	case *common.MessageOpenDroneIdArmStatus:
	default:
		return
	}
	if x == nil {
		x = &transmitter{component: f.Component}
	}
	if _, fresh := x.seq.next(now, f.Seq, f.ID, true); fresh {
		s.transmitterSays(now, x, f.Message)
	}
}

// armStatus takes the ARM_STATUS of a transmitter that is wired to the autopilot.
func (s *Session) armStatus(now time.Time, m *common.MessageOpenDroneIdArmStatus) {
	x := s.remote.transmitter(autopilot)
	if x == nil {
		x = &transmitter{component: autopilot}
	}
	s.transmitterSays(now, x, m)
}

func (s *Session) transmitterSays(now time.Time, x *transmitter, m message.Message) {
	if s.spec.RemoteID == fleet.RemoteIDNone {
		return
	}
	x.heardAt = now
	if m, ok := m.(*common.MessageOpenDroneIdArmStatus); ok {
		x.statusAt = now
		x.ready = m.Status == common.MAV_ODID_ARM_STATUS_GOOD_TO_ARM
		x.text = ""
		if !x.ready {
			x.text = printable(m.Error)
		}
	}
	if s.remote.transmitter(x.component) == nil {
		s.remote.list = append(s.remote.list, x)
		slices.SortFunc(s.remote.list, func(a, b *transmitter) int { return cmp.Compare(a.component, b.component) })
	}
	s.drawRemoteID(now)
}

func (r *remoteID) transmitter(component uint8) *transmitter {
	for _, x := range r.list {
		if x.component == component {
			return x
		}
	}
	return nil
}

// shown is the transmitter as it is shown.
func (x *transmitter) shown(now time.Time) fleet.RemoteID {
	out := fleet.RemoteID{State: fleet.RemoteIDPresent, Component: x.component, At: x.heardAt}
	if !x.statusAt.IsZero() {
		out.At = x.statusAt
		if out.State = fleet.RemoteIDReady; !x.ready {
			out.State, out.Text = fleet.RemoteIDFailing, x.text
		}
	}
	if now.Sub(out.At) > fleet.RemoteIDFresh {
		out.State, out.Text = fleet.RemoteIDSilent, ""
	}
	return out
}

// worse orders the states: one transmitter that is not ready is enough.
var worse = []fleet.RemoteIDState{fleet.RemoteIDReady, fleet.RemoteIDPresent, fleet.RemoteIDSilent, fleet.RemoteIDFailing}

// drawRemoteID brings the fleet's picture up to date.
func (s *Session) drawRemoteID(now time.Time) {
	var worst *fleet.RemoteID
	for _, x := range s.remote.list {
		one := x.shown(now)
		if worst == nil || slices.Index(worse, one.State) > slices.Index(worse, worst.State) {
			worst = &one
		}
	}
	if old := s.v.RemoteID; worst == nil && old == nil || worst != nil && old != nil && *worst == *old {
		return
	}
	s.v.RemoteID, s.dirty = worst, true
}

// forgetSilent is a reboot: a transmitter that is not there any more is not waited for.
func (r *remoteID) forgetSilent(now time.Time) {
	r.list = slices.DeleteFunc(r.list, func(x *transmitter) bool { return now.Sub(x.heardAt) > fleet.RemoteIDFresh })
}

// runRemoteID notices silence, and tells the identity when it is due.
func (s *Session) runRemoteID(now time.Time) {
	s.drawRemoteID(now)
	if r := &s.remote; s.identifies(now) && !now.Before(r.next) {
		r.next = now.Add(identifyEvery)
		s.identify(now)
	}
}

// remoteIDWake is when it has something to do by itself; zero is never.
func (s *Session) remoteIDWake(now time.Time) (at time.Time) {
	for _, x := range s.remote.list {
		if one := x.shown(now); one.State != fleet.RemoteIDSilent {
			at = earlier(at, one.At.Add(fleet.RemoteIDFresh+time.Millisecond))
		}
	}
	if s.identifies(now) {
		at = earlier(at, s.remote.next)
	}
	return at
}

// IdentityIn is what the vehicle's transmitters are to tell.
type IdentityIn fleet.Identity

func (IdentityIn) input() {}

const (
	// identifyEvery is the pace of OPEN_DRONE_ID_SYSTEM. The standards want it on the air once a second and no older than
	// that; one of the three other messages goes with each, so that each of them comes every 2.4 s, of the 3 s they may take.
	identifyEvery = 800 * time.Millisecond
	// epoch2019 is 2019-01-01 00:00:00 UTC, from which Open Drone ID counts.
	epoch2019 = 1546300800
	// heightUnknown is Open Drone ID's word for a height that is not known.
	heightUnknown = -1000
)

// toldIdentity takes a new identity; what is new is told at once.
func (s *Session) toldIdentity(in IdentityIn) {
	s.remote.identity, s.remote.tells, s.remote.next, s.remote.turn = fleet.Identity(in), true, time.Time{}, 0
}

// identifies says whether there is somebody to tell the identity to, something to tell, and leave to speak. A vehicle that
// must identify itself is told though no transmitter is heard: its autopilot may be the only one that hears it.
func (s *Session) identifies(now time.Time) bool {
	r := &s.remote
	switch {
	case !r.tells || s.spec.RemoteID == fleet.RemoteIDNone, r.identity.OperatorID == "" && s.spec.UASID == "":
		return false
	case len(r.list) == 0 && s.spec.RemoteID != fleet.RemoteIDRequired:
		return false
	}
	return now.Before(s.renewed) && s.link.state(now, &s.cfg) == fleet.LinkOnline
}

// identify tells SYSTEM and one of the others, to every component of the vehicle: the autopilot passes them on to a
// transmitter that is wired to it, and a transmitter on MAVLink takes what is addressed to all.
func (s *Session) identify(now time.Time) {
	id, system := &s.remote.identity, uint8(s.system)
	said := &common.MessageOpenDroneIdSystem{TargetSystem: system, OperatorLocationType: common.MAV_ODID_OPERATOR_LOCATION_TYPE_TAKEOFF,
		OperatorLatitude: toE7(id.Operator.Lat), OperatorLongitude: toE7(id.Operator.Lon), OperatorAltitudeGeo: heightUnknown,
		AreaCount: 1, AreaCeiling: heightUnknown, AreaFloor: heightUnknown, Timestamp: uint32(min(max(0, now.Unix()-epoch2019), math.MaxUint32))}
	if id.Fixed {
		said.OperatorLocationType = common.MAV_ODID_OPERATOR_LOCATION_TYPE_FIXED
	}
	if id.HeightKnown {
		said.OperatorAltitudeGeo = float32(id.EllipsoidM)
	}
	_ = s.transmit(now, said, nil) // what the guard refuses is not told: a place that is none
	s.remote.turn++
	switch s.remote.turn % 3 {
	case 1:
		if s.spec.UASID != "" {
			m := &common.MessageOpenDroneIdBasicId{TargetSystem: system, IdType: common.MAV_ODID_ID_TYPE_CAA_REGISTRATION_ID, UaType: uaType(s.spec.Class)}
			if s.spec.UASIDKind == fleet.UASSerial {
				m.IdType = common.MAV_ODID_ID_TYPE_SERIAL_NUMBER
			}
			copy(m.UasId[:], s.spec.UASID)
			_ = s.transmit(now, m, nil)
		}
	case 2:
		if id.OperatorID != "" {
			_ = s.transmit(now, &common.MessageOpenDroneIdOperatorId{TargetSystem: system, OperatorIdType: common.MAV_ODID_OPERATOR_ID_TYPE_CAA,
				OperatorId: id.OperatorID}, nil)
		}
	case 0:
		m := &common.MessageOpenDroneIdSelfId{TargetSystem: system, DescriptionType: common.MAV_ODID_DESC_TYPE_TEXT, Description: id.Purpose}
		if id.Emergency {
			m.DescriptionType = common.MAV_ODID_DESC_TYPE_EMERGENCY
		}
		_ = s.transmit(now, m, nil)
	}
}

// uaType is what Open Drone ID calls a class.
func uaType(c fleet.Class) common.MAV_ODID_UA_TYPE {
	switch c {
	case fleet.LongVTOL:
		return common.MAV_ODID_UA_TYPE_HYBRID_LIFT
	case fleet.Tethered:
		return common.MAV_ODID_UA_TYPE_TETHERED_POWERED_AIRCRAFT
	}
	return common.MAV_ODID_UA_TYPE_HELICOPTER_OR_MULTIROTOR
}
