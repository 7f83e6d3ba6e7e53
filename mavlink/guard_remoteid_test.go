package mavlink

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
)

func basicID(id string) *common.MessageOpenDroneIdBasicId {
	m := &common.MessageOpenDroneIdBasicId{TargetSystem: 7, IdType: 2, UaType: 2}
	copy(m.UasId[:], id)
	return m
}

func operatorID(id string) *common.MessageOpenDroneIdOperatorId {
	return &common.MessageOpenDroneIdOperatorId{TargetSystem: 7, OperatorId: id}
}

func selfID(text string) *common.MessageOpenDroneIdSelfId {
	return &common.MessageOpenDroneIdSelfId{TargetSystem: 7, Description: text}
}

func operatorAt(change func(*common.MessageOpenDroneIdSystem)) *common.MessageOpenDroneIdSystem {
	m := &common.MessageOpenDroneIdSystem{TargetSystem: 7, OperatorLocationType: 2, OperatorLatitude: 325000000, OperatorLongitude: 1204000000,
		AreaCount: 1, AreaCeiling: -1000, AreaFloor: -1000, OperatorAltitudeGeo: 14, Timestamp: 1}
	change(m)
	return m
}

// identityRulings are the rows of remote identification; TestGuardAddresses and TestGuardNumbers judge them too.
func identityRulings() []ruling {
	type system = common.MessageOpenDroneIdSystem
	full := strings.Repeat("A", 20)
	rows := []ruling{
		{"a registration", &px4Guard, basicID("A"), nil, true},
		{"a registration of 20 characters", &arduGuard, basicID(full), nil, true},
		{"a serial number", &px4Guard, with(basicID("1581F"), func(m *common.MessageOpenDroneIdBasicId) { m.IdType = 1 }), nil, true},
		{"no kind of id", &px4Guard, with(basicID("A"), func(m *common.MessageOpenDroneIdBasicId) { m.IdType = 0 }), nil, false},
		{"an id of traffic management", &px4Guard, with(basicID("A"), func(m *common.MessageOpenDroneIdBasicId) { m.IdType = 3 }), nil, false},
		{"an aircraft of no type", &px4Guard, with(basicID("A"), func(m *common.MessageOpenDroneIdBasicId) { m.UaType = 0 }), nil, true},
		{"an aircraft of the last type", &px4Guard, with(basicID("A"), func(m *common.MessageOpenDroneIdBasicId) { m.UaType = 15 }), nil, true},
		{"an aircraft beyond the types", &px4Guard, with(basicID("A"), func(m *common.MessageOpenDroneIdBasicId) { m.UaType = 16 }), nil, false},
		{"a registration that is empty", &px4Guard, basicID(""), nil, false},
		{"a registration with a hole", &px4Guard, basicID("A\x00B"), nil, false},
		{"a registration that is no ASCII", &px4Guard, basicID("苏A"), nil, false},
		{"the registration of another", &px4Guard, with(basicID("A"), func(m *common.MessageOpenDroneIdBasicId) { m.IdOrMac[19] = 1 }), nil, false},
		{"a registration to the autopilot alone", &px4Guard, with(basicID("A"), func(m *common.MessageOpenDroneIdBasicId) { m.TargetComponent = 1 }), nil, false},
		{"a dock's registration", &dockGuard, with(basicID("A"), func(m *common.MessageOpenDroneIdBasicId) { m.TargetSystem = 103 }), nil, false},

		{"an operator", &px4Guard, operatorID("~"), nil, true},
		{"an operator of 20 characters", &px4Guard, operatorID(full), nil, true},
		{"an operator of 21 characters", &px4Guard, operatorID(full + "A"), nil, false},
		{"an operator without id", &px4Guard, operatorID(""), nil, false},
		{"an operator with a line's end", &px4Guard, operatorID("A\n"), nil, false},
		{"an operator's id of another kind", &px4Guard, with(operatorID("A"), func(m *common.MessageOpenDroneIdOperatorId) { m.OperatorIdType = 1 }), nil, false},
		{"the operator of another", &px4Guard, with(operatorID("A"), func(m *common.MessageOpenDroneIdOperatorId) { m.IdOrMac[0] = 1 }), nil, false},

		{"a purpose", &px4Guard, selfID(" "), nil, true},
		{"a purpose of 23 characters", &px4Guard, selfID(full + "AAA"), nil, true},
		{"a purpose of 24 characters", &px4Guard, selfID(full + "AAAA"), nil, false},
		{"no purpose", &px4Guard, selfID(""), nil, false},
		{"an emergency", &px4Guard, with(selfID("A"), func(m *common.MessageOpenDroneIdSelfId) { m.DescriptionType = 1 }), nil, true},
		{"an extended status", &px4Guard, with(selfID("A"), func(m *common.MessageOpenDroneIdSelfId) { m.DescriptionType = 2 }), nil, false},
		{"the purpose of another", &px4Guard, with(selfID("A"), func(m *common.MessageOpenDroneIdSelfId) { m.IdOrMac[0] = 1 }), nil, false},

		{"an operator's place", &px4Guard, operatorAt(func(*system) {}), nil, true},
		{"a place of take-off", &px4Guard, operatorAt(func(m *system) { m.OperatorLocationType = 0 }), nil, true},
		{"a place by a receiver that there is not", &px4Guard, operatorAt(func(m *system) { m.OperatorLocationType = 1 }), nil, false},
		{"a place of another kind", &px4Guard, operatorAt(func(m *system) { m.OperatorLocationType = 3 }), nil, false},
		{"no place", &px4Guard, operatorAt(func(m *system) { m.OperatorLatitude, m.OperatorLongitude = 0, 0 }), nil, false},
		{"a height that is not known", &px4Guard, operatorAt(func(m *system) { m.OperatorAltitudeGeo = -1000 }), nil, true},
		{"two aircraft", &px4Guard, operatorAt(func(m *system) { m.AreaCount = 2 }), nil, false},
		{"no aircraft", &px4Guard, operatorAt(func(m *system) { m.AreaCount = 0 }), nil, false},
		{"a radius", &px4Guard, operatorAt(func(m *system) { m.AreaRadius = 1 }), nil, false},
		{"a ceiling", &px4Guard, operatorAt(func(m *system) { m.AreaCeiling = 0 }), nil, false},
		{"a floor", &px4Guard, operatorAt(func(m *system) { m.AreaFloor = 0 }), nil, false},
		{"a classification", &px4Guard, operatorAt(func(m *system) { m.ClassificationType = 1 }), nil, false},
		{"a category", &px4Guard, operatorAt(func(m *system) { m.CategoryEu = 1 }), nil, false},
		{"a class", &px4Guard, operatorAt(func(m *system) { m.ClassEu = 1 }), nil, false},
		{"the place of another's operator", &px4Guard, operatorAt(func(m *system) { m.IdOrMac[0] = 1 }), nil, false},
	}
	return rows
}

func TestGuardRangesOfIdentity(t *testing.T) {
	type system = common.MessageOpenDroneIdSystem
	for _, c := range []struct {
		rule            string
		low, high, step float64 // step 0: the next float32
		m               func(v float64) message.Message
	}{
		{"latitude of the operator, degE7", -900000000, 900000000, 1, func(v float64) message.Message {
			return operatorAt(func(m *system) { m.OperatorLatitude = int32(v) })
		}},
		{"longitude of the operator, degE7", -1800000000, 1800000000, 1, func(v float64) message.Message {
			return operatorAt(func(m *system) { m.OperatorLongitude = int32(v) })
		}},
		{"height of the operator, m", -500, 9000, 0, func(v float64) message.Message {
			return operatorAt(func(m *system) { m.OperatorAltitudeGeo = float32(v) })
		}},
		{"time since 2019, s", 1, math.MaxUint32, 1, func(v float64) message.Message {
			return operatorAt(func(m *system) { m.Timestamp = uint32(int64(v) & math.MaxUint32) }) // beyond is 0
		}},
	} {
		below, above := c.low-c.step, c.high+c.step
		if c.step == 0 {
			below = float64(math.Nextafter32(float32(c.low), float32(math.Inf(-1))))
			above = float64(math.Nextafter32(float32(c.high), float32(math.Inf(1))))
		}
		for v, ok := range map[float64]bool{c.low: true, c.high: true, below: false, above: false} {
			t.Run(fmt.Sprintf("%s: %v", c.rule, v), ruling{c.rule, &px4Guard, c.m(v), nil, ok}.judge)
		}
	}
}
