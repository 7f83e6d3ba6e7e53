package mavlink

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mavlink/dialect/hangar"
)

// The guards of the rules' tests, by what they speak with.
var (
	px4Guard   = guard{system: 7, auto: px4Family}
	arduGuard  = guard{system: 7, auto: copterFamily}
	freeGuard  = guard{system: 7, auto: px4Family, anyParam: true}
	pilotGuard = guard{system: 7, auto: px4Family, hand: &manual{stage: fleet.ManualFlying, live: true, spoke: true}}
	keyGuard   = guard{system: 7, auto: px4Family, tellsKey: true}
	dockGuard  = guard{system: 103, dock: true}
)

// wide is an envelope of ten kilometres around home, 10 to 120 m.
func wide() *fleet.Envelope {
	env := &fleet.Envelope{FloorAMSL: 10, CeilingAMSL: 120}
	for bearing := 45.0; bearing < 360; bearing += 90 {
		env.Fence = append(env.Fence, geo.Offset(fakeHome.LatLon, bearing, 7071))
	}
	return env
}

// ruling is one row: the guard must say this of that.
type ruling struct {
	rule string
	g    *guard
	m    message.Message
	env  *fleet.Envelope
	ok   bool
}

func (r ruling) judge(t *testing.T) {
	t.Helper()
	err := r.g.check(r.m, r.env)
	if (err == nil) != r.ok {
		t.Errorf("%+v: %v, want it to pass: %v", r.m, err, r.ok)
	}
	if err != nil && !errors.Is(err, ErrGuard) {
		t.Errorf("the refusal is none of the guard's: %v", err)
	}
}

// addressedTo is a message to component 1 of the guard's system.
func addressedTo[M message.Message](g *guard, m M) M {
	v := reflect.ValueOf(m).Elem()
	for _, name := range []string{"TargetSystem", "Target"} {
		if f := v.FieldByName(name); f.IsValid() && f.CanUint() {
			f.SetUint(uint64(g.system))
		}
	}
	if f := v.FieldByName("TargetComponent"); f.IsValid() {
		f.SetUint(autopilot)
	}
	return m
}

// placed is a COMMAND_INT at home, 50 m AMSL.
func placed(id common.MAV_CMD, params ...float32) *common.MessageCommandInt {
	m := &common.MessageCommandInt{TargetSystem: 7, TargetComponent: 1, Command: id, X: toE7(fakeHome.Lat), Y: toE7(fakeHome.Lon), Z: 50}
	for i, p := range params {
		*[]*float32{&m.Param1, &m.Param2, &m.Param3, &m.Param4}[i] = p
	}
	return m
}

// halt is DO_REPOSITION to nowhere.
func halt(speed float32) *common.MessageCommandInt {
	m := placed(common.MAV_CMD_DO_REPOSITION, speed, 1, 0, nan)
	m.X, m.Y, m.Z = math.MaxInt32, math.MaxInt32, nan
	return m
}

func ordered(id common.MAV_CMD, params ...float32) *common.MessageCommandLong {
	m := &common.MessageCommandLong{TargetSystem: 7, TargetComponent: 1, Command: id}
	for i, p := range params {
		*[]*float32{&m.Param1, &m.Param2, &m.Param3, &m.Param4, &m.Param5, &m.Param6, &m.Param7}[i] = p
	}
	return m
}

func item(kind common.MAV_MISSION_TYPE, id common.MAV_CMD, params ...float32) *common.MessageMissionItemInt {
	m := &common.MessageMissionItemInt{TargetSystem: 7, TargetComponent: 1, Seq: 1, MissionType: kind, Command: id,
		X: toE7(fakeHome.Lat), Y: toE7(fakeHome.Lon), Z: 50}
	for i, p := range params {
		*[]*float32{&m.Param1, &m.Param2, &m.Param3, &m.Param4}[i] = p
	}
	return m
}

func dockOrder(id hangar.MAV_CMD, seconds float32) *common.MessageCommandInt {
	return &common.MessageCommandInt{TargetSystem: 103, TargetComponent: 1, Command: common.MAV_CMD(id), X: 5, Y: 1, Param1: seconds}
}

// with is m after a change.
func with[M any](m *M, change func(*M)) *M {
	change(m)
	return m
}

var (
	plain, fence, rally = common.MAV_MISSION_TYPE_MISSION, common.MAV_MISSION_TYPE_FENCE, common.MAV_MISSION_TYPE_RALLY
	waypoint            = common.MAV_CMD_NAV_WAYPOINT
	nan                 = float32(math.NaN())
)

// far is a place outside of every envelope of the tests.
var far = geo.Offset(fakeHome.LatLon, 10, 20000)

// planGuard has read back a plan; toItem begins it there, and naming is an envelope that names an item of a plan.
var planGuard = guard{system: 7, plan: "abc"}

func toItem(n uint16) *common.MessageMissionSetCurrent {
	return &common.MessageMissionSetCurrent{TargetSystem: 7, TargetComponent: 1, Seq: n}
}

func naming(n int, plan string) *fleet.Envelope {
	env := wide()
	env.Item = &fleet.PlanItem{Plan: plan, Item: n}
	return env
}

// rulings are all the rows.
func rulings() []ruling {
	return slices.Concat(commandRulings(), listRulings(), readingRulings(), parameterRulings(), identityRulings())
}

func TestGuardRules(t *testing.T) {
	for _, r := range rulings() {
		t.Run(r.rule, r.judge)
	}
}

// TestGuardAddresses: whatever passes is refused when it is addressed to another system or component, or to all.
func TestGuardAddresses(t *testing.T) {
	for _, r := range rulings() {
		v := reflect.ValueOf(r.m).Elem()
		system, component := v.FieldByName("TargetSystem"), v.FieldByName("TargetComponent")
		if !system.IsValid() {
			system = v.FieldByName("Target")
		}
		if !r.ok || !system.IsValid() {
			continue
		}
		was := system.Uint()
		for _, to := range []uint64{0, was + 1, 255} {
			t.Run(fmt.Sprintf("%s, to system %d", r.rule, to), func(t *testing.T) {
				system.SetUint(to)
				defer system.SetUint(was)
				ruling{r.rule, r.g, r.m, r.env, false}.judge(t)
			})
		}
		if !component.IsValid() {
			continue
		}
		is := component.Uint()
		for _, to := range []uint64{0, 2, StationComponent, 255} {
			if to == is || is != autopilot && to == 2 || withPayload(r.m) {
				continue // a component beside the autopilot: which, its own rows say
			}
			t.Run(fmt.Sprintf("%s, to component %d", r.rule, to), func(t *testing.T) {
				component.SetUint(to)
				defer component.SetUint(is)
				ruling{r.rule, r.g, r.m, r.env, false}.judge(t)
			})
		}
	}
}

// withPayload says whether a message may go to cameras and gimbals as well, which guard_payload_test.go judges.
func withPayload(m message.Message) bool {
	_, cancel := m.(*common.MessageCommandCancel)
	return cancel
}

// TestGuardNumbers: whatever passes is refused when one of its numbers is none, but for the headings that MAVLink leaves to
// the autopilot by NaN, and an integer that travels as a float's bits.
func TestGuardNumbers(t *testing.T) {
	float := reflect.TypeFor[float32]()
	for _, r := range rulings() {
		if !r.ok {
			continue
		}
		v := reflect.ValueOf(r.m).Elem()
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if v.Field(i).Type() != float {
				continue
			}
			for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
				t.Run(fmt.Sprintf("%s, %s %v", r.rule, name, bad), func(t *testing.T) {
					was := v.Field(i).Float()
					v.Field(i).SetFloat(bad)
					defer v.Field(i).SetFloat(was)
					ok := math.IsNaN(was) && math.IsNaN(bad) // as it passed
					switch m := r.m.(type) {
					case *common.MessageCommandInt:
						ok = ok || m.Command == common.MAV_CMD_DO_REPOSITION && name == "Param4" && math.IsNaN(bad)
					case *common.MessageCommandLong:
						ok = ok || m.Command == common.MAV_CMD_DO_REPOSITION && name == "Param4" && math.IsNaN(bad)
					case *common.MessageMissionItemInt:
						ok = (m.Command == waypoint || m.Command == common.MAV_CMD_NAV_TAKEOFF || m.Command == common.MAV_CMD_NAV_VTOL_TAKEOFF) && name == "Param4" && math.IsNaN(bad)
					case *common.MessageParamSet:
						ok = m.ParamType != common.MAV_PARAM_TYPE_REAL32
					}
					ruling{r.rule, r.g, r.m, r.env, ok}.judge(t)
				})
			}
		}
	}
}
