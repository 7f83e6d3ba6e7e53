package simulator

import (
	"math"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
)

var nan32 = float32(math.NaN())

// vtolCity is one VTOL on a field, in a wind.
func vtolCity(windMS float64) (Config, geo.Position) {
	cfg := DefaultConfig()
	cfg.Weather = Weather{WindMS: windMS, GustMS: 1.4 * windMS, WindDeg: 0, TempC: 20}
	site := geo.LatLon{Lat: centre, Lon: 120.41}.At(4)
	cfg.Vehicle = []VehicleAt{{ID: "V01", SystemID: 1, Class: classVTOL, Site: &site, CruiseMS: 22, ClimbMS: 3.5, DescendMS: 2.5, EnergyWh: 900,
		HoverW: 1500, CruiseW: 260, MassKg: 11, Params: map[string]float64{"RTL_RETURN_ALT": 60, "RTL_DESCEND_ALT": 60, "MIS_TKO_LAND_REQ": 0}}}
	return cfg, site
}

// vtolStates are the states it has said, each once, since forget.
func vtolStates(s *station) (out []common.MAV_VTOL_STATE) {
	for _, h := range s.in {
		if m, ok := h.msg.(*common.MessageExtendedSysState); ok && (len(out) == 0 || out[len(out)-1] != m.VtolState) {
			out = append(out, m.VtolState)
		}
	}
	return out
}

// aloftVTOL takes one up and onto its wing towards the east, to the first waypoint 1.5 km away.
func aloftVTOL(t *testing.T, windMS float64) (*station, geo.Position) {
	t.Helper()
	cfg, site := vtolCity(windMS)
	s := newStation(t, cfg)
	s.run(8 * time.Second)
	up := takeoff(geo.Offset(site.LatLon, 90, 150).At(64))
	up.Command = common.MAV_CMD_NAV_VTOL_TAKEOFF
	items := []common.MessageMissionItemInt{up, waypoint(geo.Offset(site.LatLon, 90, 1500).At(64))}
	if ack := s.upload(1, common.MAV_MISSION_TYPE_MISSION, items); ack.Type != common.MAV_MISSION_ACCEPTED {
		t.Fatalf("mission: %+v", ack)
	}
	s.forget()
	s.long(1, common.MAV_CMD_DO_SET_MODE, 1, 4, 4)
	s.run(time.Second)
	if r := s.long(1, common.MAV_CMD_COMPONENT_ARM_DISARM, 1); r != common.MAV_RESULT_ACCEPTED {
		t.Fatalf("arm: %v", r)
	}
	s.until("on the wing", 2*time.Minute, func() bool { return s.w.vehicles[0].wing.state == vtolFW })
	return s, site
}

func east(s *station, site geo.Position) geo.ENU {
	return sub(s.w.vehicles[0].body.pos, s.w.frame.ENU(site))
}

func TestVTOLGoesOverOntoItsWing(t *testing.T) {
	t.Parallel()
	for _, wind := range []float64{0, 9} {
		s, site := aloftVTOL(t, wind)
		s.run(time.Second)
		want := []common.MAV_VTOL_STATE{vtolMC, vtolToFW, vtolFW}
		if got := vtolStates(s); len(got) != 3 || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
			t.Fatalf("states %v, want %v", got, want)
		}
		v := s.w.vehicles[0]
		if h := math.Abs(turn(v.body.headingDeg, 90)); h > 40 {
			t.Errorf("it went over %v° off the way to its first waypoint", h)
		}
		slowest, bank := math.Inf(1), 0.0
		from := s.w.Now()
		wh := v.pack.energyWh
		for v.mode == modeMission {
			s.run(100 * time.Millisecond)
			slowest, bank = min(slowest, v.body.airspeed), max(bank, math.Abs(v.body.rollDeg))
			if d := east(s, site); math.Abs(d.N) > 15+6*wind || math.Abs(d.U-60) > 8 {
				t.Fatalf("wind %v: %+v from its field, want on a line to the east in 60 m", wind, d)
			}
			if s.w.Now().Sub(from) > 3*time.Minute {
				t.Fatal("the waypoint is never reached")
			}
		}
		took := s.w.Now().Sub(from).Seconds()
		if slowest < 0.7*22 || bank > 51 {
			t.Errorf("at least %v m/s and a bank of %v°, want 15.4 and 50", slowest, bank)
		}
		if watts := (wh - v.pack.energyWh) * 3600 / took; watts < 200 || watts > 420 {
			t.Errorf("cruising takes %.0f W, want about 260", watts)
		}
	}
}

func TestVTOLCirclesWhereAMulticopterHovers(t *testing.T) {
	t.Parallel()
	s, site := aloftVTOL(t, 7)
	s.forget()
	centre := geo.Offset(site.LatLon, 45, 900).At(70)
	if r := s.at(1, common.MAV_CMD_DO_ORBIT, centre, 150, 20); r != common.MAV_RESULT_ACCEPTED {
		t.Fatalf("orbit: %v", r)
	}
	v := s.w.vehicles[0]
	s.run(90 * time.Second)
	if v.mode != modeHold {
		t.Errorf("it circles in %s, want Hold, as PX4's do", v.mode.name())
	}
	turned, was := 0.0, v.body.headingDeg
	for range 1200 {
		s.run(100 * time.Millisecond)
		d := sub(v.body.pos, s.w.frame.ENU(centre))
		if off := math.Abs(d.Horizontal() - 150); off > 25 || math.Abs(d.U) > 6 {
			t.Fatalf("%v m off its circle, %v m off its height", off, d.U)
		}
		turned += turn(was, v.body.headingDeg)
		was = v.body.headingDeg
	}
	if turned < 360 {
		t.Errorf("in two minutes it turned %v° clockwise", turned)
	}
	at := v.body.pos
	s.long(1, common.MAV_CMD_DO_REPOSITION, -1, 1, 0, nan32, nan32, nan32, nan32) // a pause: where it is
	s.run(2 * time.Minute)
	if d := flat(at, v.body.pos); d > 250 || v.body.airspeed < 15 {
		t.Errorf("held, it is %v m away at %v m/s, want on its wing and near", d, v.body.airspeed)
	}
}

func TestVTOLReturnsAndLandsOnItsRotors(t *testing.T) {
	t.Parallel()
	for _, wind := range []float64{0, 9} {
		s, site := aloftVTOL(t, wind)
		s.run(40 * time.Second)
		s.forget()
		s.long(1, common.MAV_CMD_NAV_RETURN_TO_LAUNCH)
		s.until("down", 6*time.Minute, func() bool { return !s.w.vehicles[0].armed })
		if got := vtolStates(s); len(got) != 3 || got[0] != vtolFW || got[1] != vtolToMC || got[2] != vtolMC {
			t.Errorf("states %v, want on the wing, over, on the rotors", got)
		}
		if d := east(s, site); d.Horizontal() > 3 {
			t.Errorf("wind %v: landed %v m from its field", wind, d.Horizontal())
		}
		if a := s.w.Truth().Accidents; len(a) > 0 {
			t.Errorf("accidents: %+v", a)
		}
	}
}

func TestVTOLWantsALandingInItsPlan(t *testing.T) {
	t.Parallel()
	cfg, site := vtolCity(0)
	delete(cfg.Vehicle[0].Params, "MIS_TKO_LAND_REQ")
	s := newStation(t, cfg)
	s.run(8 * time.Second)
	items := []common.MessageMissionItemInt{takeoff(site.LatLon.At(64)), waypoint(geo.Offset(site.LatLon, 90, 500).At(64))}
	for _, valid := range []bool{false, true} {
		s.upload(1, common.MAV_MISSION_TYPE_MISSION, items)
		if v := s.w.vehicles[0]; v.plan.valid != valid {
			t.Errorf("a plan of %d items is valid: %v", len(items), v.plan.valid)
		}
		down := waypoint(site)
		down.Command = common.MAV_CMD_NAV_VTOL_LAND
		items = append(items, down)
	}
}

func TestVTOLTransitionByCommand(t *testing.T) {
	t.Parallel()
	s, _ := aloftVTOL(t, 3)
	if r := s.long(1, common.MAV_CMD_DO_VTOL_TRANSITION, float32(vtolMC)); r != common.MAV_RESULT_ACCEPTED {
		t.Fatalf("to the rotors: %v", r)
	}
	v := s.w.vehicles[0]
	s.until("on its rotors", 20*time.Second, func() bool { return v.wing.state == vtolMC })
	s.long(1, common.MAV_CMD_DO_SET_MODE, 1, 4, 3)
	s.run(20 * time.Second)
	at := v.body.pos
	s.run(20 * time.Second)
	if d := flat(at, v.body.pos); d > 3 {
		t.Errorf("on its rotors it holds, and drifts %v m", d)
	}
	if hover := v.draw(); hover < 1400 {
		t.Errorf("hovering takes %v W", hover)
	}
	if r := s.long(1, common.MAV_CMD_DO_VTOL_TRANSITION, float32(vtolFW)); r != common.MAV_RESULT_ACCEPTED {
		t.Fatalf("to the wing: %v", r)
	}
	s.until("on its wing", 20*time.Second, func() bool { return v.wing.state == vtolFW })
	quad := newStation(t, smallCity())
	quad.run(5 * time.Second)
	if r := quad.long(3, common.MAV_CMD_DO_VTOL_TRANSITION, float32(vtolFW)); r != common.MAV_RESULT_UNSUPPORTED {
		t.Errorf("a quadrotor answers %v", r)
	}
}
