package simulator

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
	"groundstation/mavlink/dialect/hangar"
)

// copterAlone is a crew's V03 that speaks as ArduCopter, with nothing else in the city.
func copterAlone(t *testing.T) *station {
	cfg := smallCity()
	cfg.Dock, cfg.Vehicle = nil, cfg.Vehicle[2:]
	cfg.Vehicle[0].Personality = "ardupilot"
	return newStation(t, cfg)
}

// heartbeat is the last of a system.
func (s *station) heartbeat(sys uint32) *common.MessageHeartbeat {
	s.t.Helper()
	m, ok := last[*common.MessageHeartbeat](s, sys)
	if !ok {
		s.t.Fatal("no heartbeat")
	}
	return m
}

// choose is a mode of ArduCopter by number.
func (s *station) choose(sys uint32, m copterMode) common.MAV_RESULT {
	s.t.Helper()
	return s.long(sys, common.MAV_CMD_DO_SET_MODE, 1, float32(m))
}

// aloft brings a copter to 20 m in guided and starts it a plan of home, one place 300 m east, and a return.
func (s *station) aloft(sys uint32, id string) {
	s.t.Helper()
	s.until("ready", 30*time.Second, func() bool { return s.vehicle(id).HomeValid })
	for _, step := range []common.MAV_RESULT{s.choose(sys, copterGuided), s.long(sys, common.MAV_CMD_COMPONENT_ARM_DISARM, 1),
		s.long(sys, common.MAV_CMD_NAV_TAKEOFF, 0, 0, 0, 0, 0, 0, 20)} {
		if step != accepted {
			s.t.Fatalf("guided, arm, take-off: %v %q", step, s.texts(sys))
		}
	}
	home := s.vehicle(id).Home
	s.until("at 20 m", 30*time.Second, func() bool { return s.vehicle(id).Position.AltAMSL > home.AltAMSL+19.5 })
	s.run(3 * time.Second)
	s.forget()
}

// list uploads as ArduPilot asks for it, by MISSION_REQUEST.
func (s *station) list(sys uint32, kind common.MAV_MISSION_TYPE, items []common.MessageMissionItemInt) common.MAV_MISSION_RESULT {
	s.t.Helper()
	s.forget()
	s.send(sys, &common.MessageMissionCount{TargetSystem: uint8(sys), TargetComponent: 1, Count: uint16(len(items)), MissionType: kind})
	for i := range items {
		if m, ok := last[*common.MessageMissionRequest](s, sys); !ok || int(m.Seq) != i {
			s.t.Fatalf("item %d is not asked for: %+v", i, m)
		}
		it := items[i]
		it.TargetSystem, it.TargetComponent, it.Seq, it.MissionType = uint8(sys), 1, uint16(i), kind
		s.send(sys, &it)
	}
	m, ok := last[*common.MessageMissionAck](s, sys)
	if !ok {
		s.t.Fatal("the list is not acknowledged")
	}
	return m.Type
}

// TestCopterLandsOnTheMarker: with PLND_ENABLED any landing corrects towards the marker of an open dock, without it none does.
func TestCopterLandsOnTheMarker(t *testing.T) {
	t.Parallel()
	cfg := smallCity()
	cfg.Dock, cfg.Vehicle = cfg.Dock[:1], cfg.Vehicle[:1]
	cfg.Vehicle[0].Personality = "ardupilot"
	s := newStation(t, cfg)
	s.run(3 * time.Second)
	if s.choose(1, copterGuided) != accepted || s.long(1, common.MAV_CMD_COMPONENT_ARM_DISARM, 1) != ackFailed || !slices.Contains(s.texts(1), "Arm: GPS 1: Bad fix") {
		t.Fatalf("armed under a lid: %q", s.texts(1))
	}
	s.dock(101, hangar.MAV_CMD_DOCK_PREPARE_LAUNCH, 77, 1, 0)
	s.until("launch-ready", 30*time.Second, func() bool { return s.dockState("H01").State == "DOCK_STATE_LAUNCH_READY" })
	s.aloft(1, "V01")
	s.dock(101, hangar.MAV_CMD_DOCK_PREPARE_LANDING, 77, 1, 60)
	if s.choose(1, copterLand) != accepted {
		t.Fatal("not landing")
	}
	s.until("disarmed", 90*time.Second, func() bool { return !s.vehicle("V01").Armed })
	if d := geo.Distance(s.vehicle("V01").Position.LatLon, cfg.Dock[0].Pad.LatLon); d > 0.15 {
		t.Errorf("landed %.2f m from the middle", d)
	}
	s.setReal(1, "PLND_ENABLED", 0)
	if v := s.w.vehicles[0]; v.copterLanding().target != v.guide.target {
		t.Error("corrects though it is off")
	}
	s.noAccident()
}

// TestCopterSticks: in loiter the sticks steer; without them the throttle counts as pulled down, and when they fall silent the
// radio failsafe acts.
func TestCopterSticks(t *testing.T) {
	t.Parallel()
	s := copterAlone(t)
	s.aloft(3, "V03")
	s.steer(time.Second, 0, 0, 500, 0)
	if s.choose(3, copterLoiter) != accepted {
		t.Fatalf("no loiter: %q", s.texts(3))
	}
	from := s.vehicle("V03")
	s.steer(5*time.Second, 500, 0, 500, 0)
	d := geo.NewFrame(from.Position).ENU(s.vehicle("V03").Position)
	if e, n := bearing(from.HeadingDeg); d.E*e+d.N*n < 15 || math.Abs(d.U) > 3 {
		t.Errorf("%.1f m ahead, %.1f m up", d.E*e+d.N*n, d.U)
	}
	s.forget()
	s.run(4 * time.Second)
	if h := s.heartbeat(3); copterMode(h.CustomMode) != copterRTL || h.SystemStatus != common.MAV_STATE_CRITICAL || !slices.Equal(s.texts(3), []string{"Radio Failsafe"}) {
		t.Errorf("mode %d, %v, %q", h.CustomMode, h.SystemStatus, s.texts(3))
	}
	s.setReal(3, "FS_THR_ENABLE", 0)
	high := s.vehicle("V03").Position.AltAMSL
	if s.choose(3, copterLoiter) != accepted {
		t.Fatal("no loiter")
	}
	s.run(5 * time.Second)
	if at := s.vehicle("V03").Position.AltAMSL; at > high-2 {
		t.Errorf("stays at %.1f m of %.1f m without a throttle", at, high)
	}
}

// TestCopterRefuses holds answers and words on the ground, some of which the conformance rows do not ask for.
func TestCopterRefuses(t *testing.T) {
	s := copterAlone(t)
	s.until("ready", 30*time.Second, func() bool { return s.vehicle("V03").HomeValid })
	for _, c := range []struct {
		name string
		id   common.MAV_CMD
		p    []float32
		want common.MAV_RESULT
		says string
	}{
		{"no such mode", common.MAV_CMD_DO_SET_MODE, []float32{1, 77}, ackFailed, "No such mode 77"},
		{"PX4's mode", common.MAV_CMD_DO_SET_MODE, []float32{1, 4, 3}, accepted, ""},
		{"take-off unarmed", common.MAV_CMD_NAV_TAKEOFF, []float32{0, 0, 0, 0, 0, 0, 10}, ackFailed, ""},
		{"orbit", common.MAV_CMD_DO_ORBIT, nil, unsup, ""},
		{"reposition without a frame", common.MAV_CMD_DO_REPOSITION, []float32{-1, 1}, unsup, ""},
		{"auto without a plan", common.MAV_CMD_DO_SET_MODE, []float32{1, 3}, accepted, ""},
		{"arm in auto", common.MAV_CMD_COMPONENT_ARM_DISARM, []float32{1}, ackFailed, "Arm: Mode requires mission"},
		{"return", common.MAV_CMD_DO_SET_MODE, []float32{1, 6}, accepted, ""},
		{"arm in return", common.MAV_CMD_COMPONENT_ARM_DISARM, []float32{1}, ackFailed, "Arm: RTL mode not armable"},
		{"pause", common.MAV_CMD_DO_PAUSE_CONTINUE, []float32{0}, ackFailed, ""},
		{"arm 2", common.MAV_CMD_COMPONENT_ARM_DISARM, []float32{2}, unsup, ""},
	} {
		got := s.long(3, c.id, c.p...)
		if texts := s.texts(3); got != c.want || c.says != "" && !slices.Contains(texts, c.says) || c.says == "" && len(texts) > 0 {
			t.Errorf("%s: %v %q", c.name, got, texts)
		}
	}
	s.run(time.Second)
	if h := s.heartbeat(3); h.Autopilot != common.MAV_AUTOPILOT_ARDUPILOTMEGA || h.CustomMode != uint32(copterRTL) || s.vehicle("V03").CustomMode != h.CustomMode {
		t.Errorf("%+v", h)
	}
	// An unknown parameter is not answered; a fraction is cut where an integer is kept, and held within its type.
	s.forget()
	s.setReal(3, "NAV_DLL_ACT", 2)
	s.setReal(3, "FS_GCS_ENABLE", 4.9)
	s.setReal(3, "FENCE_TYPE", 300)
	var got []float32
	for _, h := range s.in {
		if m, ok := h.msg.(*common.MessageParamValue); ok {
			got = append(got, m.ParamValue)
		}
	}
	if !slices.Equal(got, []float32{4, 127}) {
		t.Errorf("parameters %v", got)
	}
}

// TestCopterLogs: logs count from 1, and the same file is there by FTP.
func TestCopterLogs(t *testing.T) {
	t.Parallel()
	cfg := smallCity()
	cfg.Vehicle = cfg.Vehicle[:1]
	cfg.Vehicle[0].Personality = "ardupilot"
	s := newStation(t, cfg)
	s.run(3 * time.Second)
	s.forget()
	s.send(1, &common.MessageLogRequestList{TargetSystem: 1, TargetComponent: 1, End: 0xffff})
	s.run(100 * time.Millisecond)
	if e, ok := last[*common.MessageLogEntry](s, 1); !ok || *e != (common.MessageLogEntry{}) {
		t.Fatalf("an empty card: %+v", e)
	}
	log := flownOnce(t, s)
	if log.Path != "/APM/LOGS/00000001.BIN" {
		t.Fatal(log.Path)
	}
	s.forget()
	s.send(1, &common.MessageLogRequestList{TargetSystem: 1, TargetComponent: 1, End: 0xffff})
	s.run(100 * time.Millisecond)
	if e, ok := last[*common.MessageLogEntry](s, 1); !ok || e.Id != 1 || e.LastLogNum != 1 || int64(e.Size) != log.Size {
		t.Fatalf("%+v", e)
	}
	s.forget()
	s.send(1, &common.MessageLogRequestData{TargetSystem: 1, TargetComponent: 1, Id: 1, Count: uint32(log.Size)})
	s.run(10 * time.Second)
	data := make([]byte, log.Size)
	for _, h := range s.in {
		if m, ok := h.msg.(*common.MessageLogData); ok {
			copy(data[m.Ofs:], m.Data[:m.Count])
		}
	}
	if crc32.ChecksumIEEE(data) != log.CRC32 || !bytes.HasPrefix(data, []byte(arduCopter.logMagic)) {
		t.Error("not the log that is there")
	}
	v := s.w.vehicles[0]
	v.beginLog()
	s.run(10 * time.Second)
	v.endLog()
	if logs := s.w.FlightLogs("V01"); len(logs) != 1 || logs[0].Begun != log.Begun || logs[0].Size <= log.Size {
		t.Fatalf("a second flight of the same boot: %+v", logs)
	}
	log = s.w.FlightLogs("V01")[0]
	if got := s.request(1, ftpList, 0, 0, "/APM/LOGS"); len(got) != 1 || !strings.Contains(string(got[0][ftpHeader:]), "F00000001.BIN\t") {
		t.Errorf("%q", got)
	}
	if got := s.request(3, ftpOpen, 0, 0, log.Path); len(got) != 1 || got[0][3] != ftpAck || int64(binary.LittleEndian.Uint32(got[0][ftpHeader:])) != log.Size {
		t.Errorf("%q", got)
	}
}
