package mavlink

import (
	"errors"
	"math"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
)

// The widest values of what is told to transmitters of remote identification.
const (
	operatorLowest, operatorHighest = -500.0, 9000.0 // m above the ellipsoid
	uaTypeMax                       = float64(common.MAV_ODID_UA_TYPE_OTHER)
)

// remoteID checks what the station tells of its own vehicle and of its operator: to all components of this one system, in
// plain ASCII, and nothing of others, of swarms, of groups or of classes.
func (g *guard) remoteID(m message.Message) error {
	var system, component uint8
	var of [20]uint8
	var err error
	switch m := m.(type) {
	case *common.MessageOpenDroneIdBasicId:
		system, component, of = m.TargetSystem, m.TargetComponent, m.IdOrMac
		n := len(m.UasId)
		for n > 0 && m.UasId[n-1] == 0 {
			n--
		}
		err = errors.Join(plainID("vehicle's id", string(m.UasId[:n]), fleet.IDMax), within("type of aircraft", float64(m.UaType), 0, uaTypeMax),
			within("kind of id", float64(m.IdType), float64(common.MAV_ODID_ID_TYPE_SERIAL_NUMBER), float64(common.MAV_ODID_ID_TYPE_CAA_REGISTRATION_ID)))
	case *common.MessageOpenDroneIdOperatorId:
		system, component, of = m.TargetSystem, m.TargetComponent, m.IdOrMac
		err = errors.Join(plainID("operator's id", m.OperatorId, fleet.IDMax), exactly("kind of operator's id", float64(m.OperatorIdType), 0))
	case *common.MessageOpenDroneIdSelfId:
		system, component, of = m.TargetSystem, m.TargetComponent, m.IdOrMac
		err = errors.Join(plainID("description", m.Description, fleet.DescriptionMax),
			within("kind of description", float64(m.DescriptionType), 0, float64(common.MAV_ODID_DESC_TYPE_EMERGENCY)))
	case *common.MessageOpenDroneIdSystem:
		system, component, of = m.TargetSystem, m.TargetComponent, m.IdOrMac
		err = operatorPlace(m)
	}
	if fleet.SystemID(system) != g.system || component != 0 {
		return refuse("identity for %d/%d, this session speaks with all of %d", system, component, g.system)
	}
	if of != [20]uint8{} {
		return refuse("the identity of another")
	}
	return err
}

// operatorPlace checks OPEN_DRONE_ID_SYSTEM.
func operatorPlace(m *common.MessageOpenDroneIdSystem) error {
	if m.OperatorLocationType != common.MAV_ODID_OPERATOR_LOCATION_TYPE_TAKEOFF && m.OperatorLocationType != common.MAV_ODID_OPERATOR_LOCATION_TYPE_FIXED {
		return refuse("operator's place of type %d: it is not measured", m.OperatorLocationType)
	}
	if m.OperatorLatitude == 0 && m.OperatorLongitude == 0 {
		return refuse("an operator without a place")
	}
	_, err := position(m.OperatorLatitude, m.OperatorLongitude, 0)
	if m.OperatorAltitudeGeo != heightUnknown {
		err = errors.Join(err, within("operator's height, m", float64(m.OperatorAltitudeGeo), operatorLowest, operatorHighest))
	}
	return errors.Join(err, exactly("aircraft of a group", float64(m.AreaCount), 1), exactly("radius of a group", float64(m.AreaRadius), 0),
		exactly("ceiling of a group", float64(m.AreaCeiling), heightUnknown), exactly("floor of a group", float64(m.AreaFloor), heightUnknown),
		exactly("classification", float64(m.ClassificationType), 0), exactly("category", float64(m.CategoryEu), 0), exactly("class", float64(m.ClassEu), 0),
		within("time since 2019, s", float64(m.Timestamp), 1, math.MaxUint32))
}

func plainID(what, s string, most int) error {
	if !fleet.PlainID(s, most) {
		return refuse("%s %.40q is not 1 to %d characters of ASCII", what, s, most)
	}
	return nil
}
