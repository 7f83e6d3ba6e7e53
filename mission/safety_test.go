package mission

import (
	"math"
	"slices"
	"testing"

	"groundstation/fleet"
)

// What the design demands of every vehicle; ArduPilot says the same in other words.
var demanded = map[fleet.Autopilot]map[fleet.Class][]string{
	fleet.PX4: {"": {"NAV_DLL_ACT", "COM_DL_LOSS_T", "COM_RC_IN_MODE", "NAV_RCL_ACT", "COM_RCL_EXCEPT", "COM_ARM_WO_GPS", "GF_ACTION",
		"RTL_TYPE", "RTL_RETURN_ALT", "COM_LOW_BAT_ACT", "COM_FLTT_LOW_ACT", "BAT_LOW_THR", "BAT_CRIT_THR", "BAT_EMERGEN_THR"}},
	fleet.ArduPilot: {
		"":             {"FS_GCS_ENABLE", "FS_GCS_TIMEOUT", "FS_OPTIONS", "FS_THR_ENABLE", "ARMING_CHECK", "FENCE_ENABLE", "FENCE_ACTION", "RTL_ALT", "BATT_FS_LOW_ACT", "BATT_FS_CRT_ACT"},
		fleet.LongVTOL: {"FS_GCS_ENABL", "FS_LONG_ACTN", "FS_LONG_TIMEOUT", "ARMING_CHECK", "FENCE_ENABLE", "FENCE_ACTION", "RTL_ALTITUDE", "Q_RTL_MODE", "BATT_FS_LOW_ACT", "BATT_FS_CRT_ACT"},
	},
}

func TestSafetySets(t *testing.T) {
	for autopilot, byClass := range demanded {
		for _, class := range []fleet.Class{fleet.DockQuad, fleet.LongVTOL, fleet.CrewQuad, fleet.Tethered} {
			want := byClass[""]
			if own := byClass[class]; own != nil {
				want = own
			}
			losses := map[float64]bool{}
			for index := range 29 {
				returnAlt := 45 + 15*float64(index)
				set := RequiredParams(fleet.VehicleSpec{Class: class, Autopilot: autopilot}, index, returnAlt)
				seen := map[string]float64{}
				for _, p := range set {
					if _, twice := seen[p.Name]; twice || len(p.Name) > 16 || p.Reason == "" {
						t.Errorf("%s %s: %+v", autopilot, class, p)
					}
					seen[p.Name] = p.Value
				}
				for _, name := range want {
					if _, ok := seen[name]; !ok {
						t.Errorf("%s %s: %s is not in the set", autopilot, class, name)
					}
				}
				for _, name := range []string{"COM_DL_LOSS_T", "FS_GCS_TIMEOUT", "FS_LONG_TIMEOUT"} {
					if v, ok := seen[name]; ok {
						losses[v] = true
					}
				}
				i := slices.IndexFunc(set, func(p SafetyParam) bool {
					return p.Name == "RTL_RETURN_ALT" || p.Name == "RTL_ALT" || p.Name == "RTL_ALTITUDE"
				})
				if v := set[i].Value; v != returnAlt && v != 100*returnAlt {
					t.Errorf("returns at %v, its layer is %v m up", v, returnAlt)
				}
			}
			if len(losses) != 29 {
				t.Errorf("%s %s: %d different timeouts among 29 vehicles", autopilot, class, len(losses))
			}
		}
	}
}

// TestATetheredVehicleComesStraightDown: it never climbs to a return altitude by itself while it has its battery.
func TestAWingComesDownOnItsRotors(t *testing.T) {
	seen := map[string]float64{}
	for _, p := range RequiredParams(fleet.VehicleSpec{Class: fleet.LongVTOL}, 3, 77) {
		seen[p.Name] = p.Value
	}
	for name, want := range map[string]float64{"RTL_DESCEND_ALT": 77, "NAV_FORCE_VT": 1, "MIS_TKO_LAND_REQ": 0, "NAV_LOITER_RAD": 80, "RTL_LOITER_RAD": 80} {
		if got, there := seen[name]; !there || got != want {
			t.Errorf("%s is %v (%v), want %v", name, got, there, want)
		}
	}
	if room := asideM(fleet.VehicleSpec{Class: fleet.LongVTOL}); room < seen["NAV_LOITER_RAD"] || asideM(fleet.VehicleSpec{Class: fleet.DockQuad}) != 0 {
		t.Errorf("its room is %v m wide", room)
	}
}

func TestATetheredVehicleComesStraightDown(t *testing.T) {
	for _, p := range RequiredParams(fleet.VehicleSpec{Class: fleet.Tethered}, 3, 60) {
		if (p.Name == "NAV_DLL_ACT" || p.Name == "NAV_RCL_ACT") && p.Value != 3 {
			t.Errorf("%+v", p)
		}
	}
}

// TestAChangedSafetyParameterHoldsTheLaunch: one that is heard to differ after the check is no-go until the next.
func TestAChangedSafetyParameterHoldsTheLaunch(t *testing.T) {
	b := newTable(1, State{})
	v := *b.vehicles["V01"]
	v.HeardAt, v.PositionAt, v.Clock.At = b.now, b.now, b.now
	m := &sortie{now: b.now}
	m.Home = *v.Home
	s := &scene{vehicle: &v, spec: b.reg.Vehicles[0]}
	if why := m.unready(s); why != "safety" {
		t.Fatalf("waits for %q", why)
	}
	v.Safety = fleet.SafetySet{CheckedAt: b.now, ChangedAt: &b.now, Drift: []fleet.ParamMismatch{{Name: "NAV_DLL_ACT", Want: 2}}}
	if why := m.unready(s); why != "safety parameters" {
		t.Fatalf("waits for %q", why)
	}
}

// TestAnIntegerParameterIsWhole: RTL_ALT is an integer of centimetres, which a vehicle could never be seen to have otherwise.
// A real ArduCopter whose pad lies 0.6 m above its ground pad was not sent for it.
func TestAnIntegerParameterIsWhole(t *testing.T) {
	for _, up := range []float64{64.6 - 4.0, 81.6 - 4.0, 45.013} {
		for _, p := range RequiredParams(fleet.VehicleSpec{Class: fleet.DockQuad, Autopilot: fleet.ArduPilot}, 3, up) {
			if p.Name == "RTL_ALT" && p.Value != math.Trunc(p.Value) {
				t.Errorf("%s is to be %v cm for %v m", p.Name, p.Value, up)
			}
		}
	}
}
