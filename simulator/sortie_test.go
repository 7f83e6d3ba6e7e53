package simulator

import (
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
	"groundstation/mavlink/dialect/hangar"
)

// TestSortieFromADock flies the whole way of a dock vehicle over the wire.
func TestSortieFromADock(t *testing.T) {
	t.Parallel()
	cfg := smallCity()
	s := newStation(t, cfg)
	s.run(5 * time.Second)
	if v := s.vehicle("V01"); v.Fix != 0 || v.HomeValid {
		t.Fatalf("under a closed lid: fix %d, home %v", v.Fix, v.HomeValid)
	}
	if _, ok := last[*common.MessageGlobalPositionInt](s, 1); ok {
		t.Fatal("a vehicle without a fix tells its position")
	}
	if r := s.long(1, common.MAV_CMD_COMPONENT_ARM_DISARM, 1); r != common.MAV_RESULT_TEMPORARILY_REJECTED {
		t.Fatalf("arm under a closed lid: %v", r)
	}

	if r := s.dock(101, hangar.MAV_CMD_DOCK_PREPARE_LAUNCH, 77, 1, 0); r != common.MAV_RESULT_IN_PROGRESS {
		t.Fatalf("prepare launch: %v", r)
	}
	took := s.until("launch-ready", 30*time.Second, func() bool { return s.dockState("H01").State == "DOCK_STATE_LAUNCH_READY" })
	if took < 14*time.Second || took > 17*time.Second {
		t.Errorf("prepare launch took %v, want warn 2 + lid 10 + clamps 3 s", took)
	}
	if acks := s.acks(101, common.MAV_CMD(hangar.MAV_CMD_DOCK_PREPARE_LAUNCH)); acks[len(acks)-1] != common.MAV_RESULT_ACCEPTED {
		t.Errorf("prepare launch ended with %v", acks)
	}
	s.until("home valid", 10*time.Second, func() bool { return s.vehicle("V01").HomeValid })
	ground := cfg.Dock[0].GroundPad
	if r := s.at(1, common.MAV_CMD_DO_SET_HOME, ground); r != common.MAV_RESULT_ACCEPTED {
		t.Fatalf("set home: %v", r)
	}
	home, ok := last[*common.MessageHomePosition](s, 1)
	if !ok || geo.Distance(geo.LatLon{Lat: float64(home.Latitude) / 1e7, Lon: float64(home.Longitude) / 1e7}, ground.LatLon) > 0.1 {
		t.Fatalf("home after DO_SET_HOME: %+v", home)
	}

	scene := geo.Offset(cfg.Dock[0].Pad.LatLon, 45, 600)
	items := []common.MessageMissionItemInt{takeoff(cfg.Dock[0].Pad.LatLon.At(50)), waypoint(scene.At(50))}
	if ack := s.upload(1, common.MAV_MISSION_TYPE_FENCE, ring(cfg.Dock[0].Pad.LatLon, 1500)); ack.Type != common.MAV_MISSION_ACCEPTED {
		t.Fatalf("fence: %+v", ack)
	}
	ack := s.upload(1, common.MAV_MISSION_TYPE_MISSION, items)
	if ack.Type != common.MAV_MISSION_ACCEPTED || ack.OpaqueId == 0 {
		t.Fatalf("mission: %+v", ack)
	}
	s.run(1100 * time.Millisecond)
	mc, ok := last[*common.MessageMissionCurrent](s, 1)
	if !ok || mc.MissionState != common.MISSION_STATE_NOT_STARTED || mc.MissionId != ack.OpaqueId || mc.Total != 2 {
		t.Fatalf("mission current: %+v", mc)
	}
	s.until("prearm", 3*time.Second, func() bool {
		m, ok := last[*common.MessageSysStatus](s, 1)
		return ok && m.OnboardControlSensorsHealth&common.MAV_SYS_STATUS_PREARM_CHECK != 0
	})
	if r := s.long(1, common.MAV_CMD_MISSION_START); r != common.MAV_RESULT_ACCEPTED {
		t.Fatalf("mission start: %v %v", r, s.texts(1))
	}
	s.until("off the pad", 10*time.Second, func() bool { return s.vehicle("V01").Position.AltAMSL > 8 })
	if m, _ := last[*common.MessageExtendedSysState](s, 1); m == nil || m.LandedState != common.MAV_LANDED_STATE_TAKEOFF {
		s.until("taking off", 2*time.Second, func() bool {
			m, ok := last[*common.MessageExtendedSysState](s, 1)
			return ok && m.LandedState == common.MAV_LANDED_STATE_TAKEOFF
		})
	}
	s.until("dock sees it gone", 3*time.Second, func() bool { return s.dockState("H01").VehicleOut })
	if r := s.dock(101, hangar.MAV_CMD_DOCK_CLOSE, 77, 1, 300); r != common.MAV_RESULT_IN_PROGRESS {
		t.Fatalf("close: %v", r)
	}
	s.until("mission complete", 120*time.Second, func() bool {
		m, ok := last[*common.MessageMissionCurrent](s, 1)
		return ok && m.MissionState == common.MISSION_STATE_COMPLETE
	})
	if v := s.vehicle("V01"); geo.Distance(v.Position.LatLon, scene) > 5 || v.Mode != "Hold" {
		t.Fatalf("at the end of the mission: %+v", v)
	}
	if r := s.at(1, common.MAV_CMD_DO_ORBIT, scene.At(60), 30, 5); r != common.MAV_RESULT_ACCEPTED {
		t.Fatalf("orbit: %v", r)
	}
	if r := s.at(1, common.MAV_CMD_DO_SET_ROI_LOCATION, scene.At(4)); r != common.MAV_RESULT_ACCEPTED {
		t.Fatalf("roi: %v", r)
	}
	s.run(40 * time.Second)
	v := s.vehicle("V01")
	if d := geo.Distance(v.Position.LatLon, scene); d < 26 || d > 34 || v.CustomMode != uint32(modeOrbit) {
		t.Fatalf("orbit at %.1f m in %s", d, v.Mode)
	}
	if off := turn(v.GimbalYawDeg, geo.BearingDeg(v.Position.LatLon, scene)); off > 4 || off < -4 || v.GimbalPitchDeg > -55 || v.GimbalPitchDeg < -70 {
		t.Fatalf("gimbal %.1f°/%.1f°, off by %.1f°", v.GimbalPitchDeg, v.GimbalYawDeg, off)
	}
	if d := s.dockState("H01"); d.State != "DOCK_STATE_AWAY" || d.LidOpen != 0 {
		t.Fatalf("dock while away: %+v", d)
	}

	above := cfg.Dock[0].Pad.LatLon.At(50)
	if r := s.at(1, common.MAV_CMD_DO_REPOSITION, above, -1, 1); r != common.MAV_RESULT_ACCEPTED {
		t.Fatalf("reposition: %v", r)
	}
	if r := s.dock(101, hangar.MAV_CMD_DOCK_PREPARE_LANDING, 77, 1, 60); r != common.MAV_RESULT_IN_PROGRESS {
		t.Fatalf("prepare landing: %v", r)
	}
	s.until("above the open dock", 120*time.Second, func() bool {
		return geo.Distance(s.vehicle("V01").Position.LatLon, above.LatLon) < 2 && s.dockState("H01").State == "DOCK_STATE_LANDING_READY"
	})
	if acks := s.setMode(1, modePrecLand); len(acks) != 2 || acks[1] != common.MAV_RESULT_ACCEPTED {
		t.Fatalf("precision landing: %v", acks)
	}
	s.until("on the ground", 90*time.Second, func() bool { return s.vehicle("V01").OnGround })
	if d := geo.Distance(s.vehicle("V01").Position.LatLon, above.LatLon); d > 0.15 {
		t.Errorf("landed %.2f m from the middle, want 0.15 at most", d)
	}
	if r := s.dock(101, hangar.MAV_CMD_DOCK_SECURE, 77, 1, 0); r != common.MAV_RESULT_TEMPORARILY_REJECTED {
		t.Errorf("secure while armed: %v", r)
	}
	down := s.until("disarmed", 10*time.Second, func() bool { return !s.vehicle("V01").Armed })
	if down > 6500*time.Millisecond { // recorded: 3 to 6.5 s
		t.Errorf("disarmed after %v", down)
	}
	if got := s.dockState("H01").State; got != "DOCK_STATE_OCCUPIED" {
		t.Errorf("dock after the landing: %s", got)
	}
	if r := s.dock(101, hangar.MAV_CMD_DOCK_SECURE, 77, 1, 0); r != common.MAV_RESULT_IN_PROGRESS {
		t.Fatalf("secure: %v", r)
	}
	s.until("charging", 40*time.Second, func() bool { return s.dockState("H01").State == "DOCK_STATE_CHARGING" })
	if d := s.dockState("H01"); d.LidOpen > 0.02 || d.Task != 0 || d.Seated != "V01" {
		t.Errorf("secured dock: %+v", d)
	}
	s.until("fix lost", 2*time.Second, func() bool { v := s.vehicle("V01"); return v.Fix == 0 && !v.HomeValid })
	before := s.vehicle("V01").Percent
	s.until("charged", 40*time.Minute, func() bool { return s.dockState("H01").State == "DOCK_STATE_IDLE" })
	if after := s.vehicle("V01").Percent; after < 95 || after <= before {
		t.Errorf("charged from %.1f to %.1f %%", before, after)
	}
	s.noAccident()
}
