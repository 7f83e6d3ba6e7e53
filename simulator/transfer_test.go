package simulator

import (
	"math"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
)

func requests(s *station, sys uint32) (n int, seq uint16) {
	for _, h := range s.in {
		if m, ok := h.msg.(*common.MessageMissionRequestInt); ok && h.sys == sys {
			n, seq = n+1, m.Seq
		}
	}
	return n, seq
}

func TestUploadThatStopsIsAskedForAndGivenUpInSilence(t *testing.T) {
	s := newStation(t, smallCity())
	s.until("ready", 30*time.Second, func() bool { return s.vehicle("V03").HomeValid })
	site := s.vehicle("V03").Position.LatLon
	kept := s.upload(3, common.MAV_MISSION_TYPE_MISSION, []common.MessageMissionItemInt{takeoff(site.At(40)), waypoint(site.At(40))})
	s.forget()
	s.send(3, &common.MessageMissionCount{TargetSystem: 3, TargetComponent: 1, Count: 3})
	it := takeoff(site.At(50))
	it.TargetSystem, it.TargetComponent = 3, 1
	s.send(3, &it)
	s.forget()
	s.run(2 * time.Second)
	if n, seq := requests(s, 3); n < 7 || n > 9 || seq != 1 {
		t.Errorf("%d requests for item %d in 2 s, want about 8 for item 1", n, seq)
	}
	it.Seq = 2 // not the expected one: ignored
	s.send(3, &it)
	if _, seq := requests(s, 3); seq != 1 {
		t.Errorf("asks for %d after a wrong item", seq)
	}
	s.run(5500 * time.Millisecond)
	if _, ok := last[*common.MessageMissionAck](s, 3); ok {
		t.Error("a given-up upload is acknowledged")
	}
	if texts := s.texts(3); len(texts) != 1 || texts[0] != "Operation timeout" {
		t.Errorf("texts %q", texts)
	}
	s.forget()
	s.run(1100 * time.Millisecond)
	if n, _ := requests(s, 3); n != 0 {
		t.Errorf("%d more requests", n)
	}
	if m, ok := last[*common.MessageMissionCurrent](s, 3); !ok || m.MissionId != kept.OpaqueId || m.Total != 2 {
		t.Errorf("the stored mission changed: %+v", m)
	}
}

func TestUploadRefusals(t *testing.T) {
	t.Parallel()
	site := geo.LatLon{Lat: centre + 0.01, Lon: 120.41}
	bad := func(f func(*common.MessageMissionItemInt)) []common.MessageMissionItemInt {
		it := waypoint(site.At(40))
		f(&it)
		return []common.MessageMissionItemInt{it, waypoint(site.At(40))}
	}
	two := ring(site, 100)[:2]
	two[0].Param1, two[1].Param1 = 2, 2
	short := ring(site, 100)[:3]
	cases := []struct {
		name  string
		kind  common.MAV_MISSION_TYPE
		items []common.MessageMissionItemInt
		want  common.MAV_MISSION_RESULT
	}{
		{"unknown command", 0, bad(func(i *common.MessageMissionItemInt) { i.Command = 9999 }), common.MAV_MISSION_UNSUPPORTED},
		{"frame 99", 0, bad(func(i *common.MessageMissionItemInt) { i.Frame = 99 }), common.MAV_MISSION_UNSUPPORTED_FRAME},
		{"latitude 95", 0, bad(func(i *common.MessageMissionItemInt) { i.X = 950000000 }), common.MAV_MISSION_ACCEPTED},
		{"altitude NaN", 0, bad(func(i *common.MessageMissionItemInt) { i.Z = float32(math.NaN()) }), common.MAV_MISSION_ACCEPTED},
		{"fence of two vertices", 1, two, common.MAV_MISSION_ERROR},
		{"fence with a vertex missing", 1, short, common.MAV_MISSION_ACCEPTED},
		{"33 rally points", 2, make([]common.MessageMissionItemInt, 33), common.MAV_MISSION_NO_SPACE},
		{"65 fence points", 1, make([]common.MessageMissionItemInt, 65), common.MAV_MISSION_NO_SPACE},
		{"unknown list", 7, make([]common.MessageMissionItemInt, 1), common.MAV_MISSION_NO_SPACE},
		{"empty clears", 0, nil, common.MAV_MISSION_ACCEPTED},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newStation(t, smallCity())
			s.run(5 * time.Second)
			if ack := s.upload(3, c.kind, c.items); ack.Type != c.want || ack.MissionType != c.kind {
				t.Errorf("got %+v, want type %d", ack, c.want)
			}
		})
	}
}

func TestDownloadGivesBackWhatWasSent(t *testing.T) {
	s := newStation(t, smallCity())
	s.run(5 * time.Second)
	site := s.vehicle("V03").Position.LatLon
	for kind, items := range map[common.MAV_MISSION_TYPE][]common.MessageMissionItemInt{
		common.MAV_MISSION_TYPE_MISSION: {takeoff(site.At(40)), waypoint(geo.Offset(site, 10, 100).At(41))},
		common.MAV_MISSION_TYPE_FENCE:   ring(site, 500),
	} {
		up := s.upload(3, kind, items)
		s.forget()
		s.send(3, &common.MessageMissionRequestList{TargetSystem: 3, TargetComponent: 1, MissionType: kind})
		count, ok := last[*common.MessageMissionCount](s, 3)
		if !ok || int(count.Count) != len(items) || count.OpaqueId != up.OpaqueId {
			t.Fatalf("count %+v, want %d items with id %d", count, len(items), up.OpaqueId)
		}
		for i, want := range items {
			s.send(3, &common.MessageMissionRequestInt{TargetSystem: 3, TargetComponent: 1, Seq: uint16(i), MissionType: kind})
			got, ok := last[*common.MessageMissionItemInt](s, 3)
			if !ok || int(got.Seq) != i || got.X != want.X || got.Y != want.Y || got.Z != want.Z || got.Command != want.Command {
				t.Fatalf("item %d: %+v, want %+v", i, got, want)
			}
			if kind == common.MAV_MISSION_TYPE_MISSION && ((got.Current == 1) != (i == 0) || !math.IsNaN(float64(got.Param4))) {
				t.Errorf("item %d: current %d, param 4 %v", i, got.Current, got.Param4)
			}
			if kind == common.MAV_MISSION_TYPE_FENCE && (got.Frame != common.MAV_FRAME_GLOBAL_INT || got.Autocontinue != 0) {
				t.Errorf("fence item %d: %+v", i, got)
			}
		}
		s.send(3, &common.MessageMissionAck{TargetSystem: 3, TargetComponent: 1, MissionType: kind})
		s.forget()
		s.run(6 * time.Second)
		if texts := s.texts(3); len(texts) != 0 {
			t.Errorf("texts %q", texts)
		}
	}
}

func TestMissionIsJudgedOnlyOnceHomeIsValid(t *testing.T) {
	cfg := smallCity()
	cfg.GNSS.FixAfterS = 10
	s := newStation(t, cfg)
	s.run(5 * time.Second)
	site := geo.LatLon{Lat: centre + 0.01, Lon: 120.41}
	state := func() common.MISSION_STATE {
		s.run(1100 * time.Millisecond)
		m, ok := last[*common.MessageMissionCurrent](s, 3)
		if !ok {
			t.Fatal("no MISSION_CURRENT")
		}
		return m.MissionState
	}
	s.upload(3, 0, []common.MessageMissionItemInt{takeoff(site.At(40)), waypoint(site.At(40))})
	if got := state(); got != common.MISSION_STATE_NO_MISSION {
		t.Errorf("before home: %v", got)
	}
	s.until("home", 20*time.Second, func() bool { return s.vehicle("V03").HomeValid })
	if got := state(); got != common.MISSION_STATE_NOT_STARTED {
		t.Errorf("with home: %v", got)
	}
	cases := []struct {
		name  string
		items []common.MessageMissionItemInt
		event uint32
	}{
		{"take-off not first", []common.MessageMissionItemInt{waypoint(site.At(40)), takeoff(site.At(40))}, eventTakeoffLate},
		{"begins with a landing", func() []common.MessageMissionItemInt {
			it := waypoint(site.At(4))
			it.Command = cmdLand
			return []common.MessageMissionItemInt{it}
		}(), eventStartsLand},
	}
	for _, c := range cases {
		if ack := s.upload(3, 0, c.items); ack.Type != common.MAV_MISSION_ACCEPTED {
			t.Errorf("%s: %+v", c.name, ack)
		}
		if got := state(); got != common.MISSION_STATE_NO_MISSION || !s.eventHeard(3, c.event) {
			t.Errorf("%s: state %v, event heard %v", c.name, got, s.eventHeard(3, c.event))
		}
	}
	s.upload(3, 1, ring(site, 200))
	s.upload(3, 0, []common.MessageMissionItemInt{takeoff(site.At(40)), waypoint(geo.Offset(site, 0, 800).At(40))})
	if got := state(); got != common.MISSION_STATE_NO_MISSION || !s.eventHeard(3, eventFenceBreach) {
		t.Errorf("outside the fence: state %v", got)
	}
	if r := s.long(3, common.MAV_CMD_MISSION_START); r != denied {
		t.Errorf("start of it: %v", r)
	}
}

// TestFenceWithoutHomeIsNotActive: stored and read back, but thrown out, as PX4 does.
func TestFenceWithoutHomeIsNotActive(t *testing.T) {
	s := newStation(t, smallCity())
	s.until("ready", 30*time.Second, func() bool { return s.vehicle("V03").HomeValid })
	away := geo.Offset(s.vehicle("V03").Position.LatLon, 0, 3000)
	if ack := s.upload(3, 1, ring(away, 100)); ack.Type != common.MAV_MISSION_ACCEPTED {
		t.Fatalf("%+v", ack)
	}
	if !s.eventHeard(3, 10973461) {
		t.Error("no event")
	}
	if !s.w.vehicles[2].fence.allows(geo.ENU{}) {
		t.Error("the fence is active")
	}
}
