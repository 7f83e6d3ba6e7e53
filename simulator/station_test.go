package simulator

import (
	"math"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/internal/geo"
	"groundstation/mavlink/dialect/hangar"
)

var testStart = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

const centre = 32.5

// smallCity is two docks 2 km apart with their vehicles V01 and V02, and a crew's V03.
func smallCity() Config {
	cfg := DefaultConfig()
	for i, lon := range []float64{120.4, 120.4213} {
		pad := geo.LatLon{Lat: centre, Lon: lon}
		cfg.Dock = append(cfg.Dock, DockAt{ID: "H0" + string(rune('1'+i)), SystemID: uint32(101 + i), Pad: pad.At(4.6),
			HeadingDeg: 90, GroundPad: geo.Offset(pad, 180, 8).At(4)})
		cfg.Vehicle = append(cfg.Vehicle, VehicleAt{ID: "V0" + string(rune('1'+i)), SystemID: uint32(1 + i), Class: "dock-quad",
			Dock: "H0" + string(rune('1'+i)), CruiseMS: 14, ClimbMS: 4, DescendMS: 2.5, EnergyWh: 140, HoverW: 190, CruiseW: 205, MassKg: 1.4})
	}
	site := geo.LatLon{Lat: centre + 0.01, Lon: 120.41}.At(4)
	cfg.Vehicle = append(cfg.Vehicle, VehicleAt{ID: "V03", SystemID: 3, Class: "crew-quad", Site: &site, CruiseMS: 13, ClimbMS: 4,
		DescendMS: 2.5, EnergyWh: 90, HoverW: 150, CruiseW: 165, MassKg: 0.95})
	return cfg
}

// heard is one message a system sent.
type heard struct {
	sys uint32
	at  time.Time
	msg message.Message
}

// station is a hand-driven ground station: it says what a test tells it and keeps what it hears.
type station struct {
	t     *testing.T
	w     *World
	voice voice
	in    []heard
	beat  bool
	next  time.Time
}

func newStation(t *testing.T, cfg Config) *station {
	t.Helper()
	if err := cfg.Validate(); err != nil {
		t.Fatal(err)
	}
	w := NewWorld(cfg, testStart)
	return &station{t: t, w: w, voice: voice{codec: w.codec, system: 255, component: 190}, beat: true, next: testStart}
}

func (s *station) send(sys uint32, m message.Message) {
	b := s.voice.encode(m)
	if b == nil {
		s.t.Fatalf("message %T is not spoken", m)
	}
	s.w.Receive(sys, b)
	s.collect()
}

func (s *station) collect() {
	s.w.Drain(func(sys uint32, b []byte) {
		s.w.codec.split(b, func(f frame) { s.in = append(s.in, heard{sys, s.w.Now(), f.msg}) })
	})
}

// run lets time pass, with heartbeats once a second while beat is set.
func (s *station) run(d time.Duration) {
	end := s.w.Now().Add(d)
	for s.w.Now().Before(end) {
		if s.beat && !s.w.Now().Before(s.next) {
			s.next = s.w.Now().Add(time.Second)
			for _, sys := range s.w.Systems() {
				s.send(sys, &common.MessageHeartbeat{Type: common.MAV_TYPE_GCS, Autopilot: common.MAV_AUTOPILOT_INVALID, MavlinkVersion: 3})
			}
		}
		s.w.Step(s.w.Now().Add(worldStep))
		s.collect()
	}
}

// pass lets time pass as run does; what is heard meanwhile is not kept.
func (s *station) pass(d time.Duration) {
	for end := s.w.Now().Add(d); s.w.Now().Before(end); {
		if s.beat {
			for _, sys := range s.w.Systems() {
				s.send(sys, &common.MessageHeartbeat{Type: common.MAV_TYPE_GCS, Autopilot: common.MAV_AUTOPILOT_INVALID, MavlinkVersion: 3})
			}
		}
		s.w.Step(s.w.Now().Add(time.Second))
		s.w.Drain(func(uint32, []byte) {})
	}
	s.next = s.w.Now()
}

// until lets time pass until ok, or fails after bound.
func (s *station) until(what string, bound time.Duration, ok func() bool) time.Duration {
	s.t.Helper()
	begin := s.w.Now()
	for !ok() {
		if s.w.Now().Sub(begin) > bound {
			s.t.Fatalf("after %v: not %s\nvehicles %+v\ndocks %+v", bound, what, s.w.Truth().Vehicles, s.w.Truth().Docks)
		}
		s.run(100 * time.Millisecond)
	}
	return s.w.Now().Sub(begin)
}

func (s *station) forget() { s.in = nil }

// last is the newest message of a type from a system; nil when there was none since forget.
func last[M message.Message](s *station, sys uint32) (m M, ok bool) {
	for i := len(s.in) - 1; i >= 0; i-- {
		if s.in[i].sys != sys {
			continue
		}
		if m, ok = s.in[i].msg.(M); ok {
			return m, true
		}
	}
	return m, false
}

// acks are the results of a command's acknowledgements since forget.
func (s *station) acks(sys uint32, id common.MAV_CMD) []common.MAV_RESULT {
	var out []common.MAV_RESULT
	for _, h := range s.in {
		if a, ok := h.msg.(*common.MessageCommandAck); ok && h.sys == sys && a.Command == id {
			out = append(out, a.Result)
		}
	}
	return out
}

func (s *station) texts(sys uint32) []string {
	var out []string
	for _, h := range s.in {
		if m, ok := h.msg.(*common.MessageStatustext); ok && h.sys == sys {
			out = append(out, m.Text)
		}
	}
	return out
}

// long sends a COMMAND_LONG and gives its first result.
func (s *station) long(sys uint32, id common.MAV_CMD, p ...float32) common.MAV_RESULT {
	s.t.Helper()
	var q [7]float32
	copy(q[:], p)
	s.forget()
	s.send(sys, &common.MessageCommandLong{TargetSystem: uint8(sys), TargetComponent: 1, Command: id, Param1: q[0], Param2: q[1],
		Param3: q[2], Param4: q[3], Param5: q[4], Param6: q[5], Param7: q[6]})
	s.run(40 * time.Millisecond)
	acks := s.acks(sys, id)
	if len(acks) == 0 {
		return noAnswer
	}
	return acks[0]
}

// at sends a COMMAND_INT with a place and gives its first result.
func (s *station) at(sys uint32, id common.MAV_CMD, at geo.Position, p ...float32) common.MAV_RESULT {
	s.t.Helper()
	var q [4]float32
	copy(q[:], p)
	s.forget()
	s.send(sys, &common.MessageCommandInt{TargetSystem: uint8(sys), TargetComponent: 1, Command: id, Param1: q[0], Param2: q[1],
		Param3: q[2], Param4: q[3], X: deg7(at.Lat), Y: deg7(at.Lon), Z: float32(at.AltAMSL)})
	s.run(40 * time.Millisecond)
	acks := s.acks(sys, id)
	if len(acks) == 0 {
		return noAnswer
	}
	return acks[0]
}

// dock sends a dock command and gives its first result.
func (s *station) dock(sys uint32, id hangar.MAV_CMD, task, epoch uint32, p1 float32) common.MAV_RESULT {
	s.t.Helper()
	s.forget()
	s.send(sys, &common.MessageCommandInt{TargetSystem: uint8(sys), TargetComponent: 1, Command: common.MAV_CMD(id), Param1: p1,
		X: int32(task), Y: int32(epoch)})
	acks := s.acks(sys, common.MAV_CMD(id))
	if len(acks) == 0 {
		return noAnswer
	}
	return acks[0]
}

// setMode orders a mode and gives both results.
func (s *station) setMode(sys uint32, m mode) []common.MAV_RESULT {
	s.t.Helper()
	s.long(sys, common.MAV_CMD_DO_SET_MODE, 1, float32(m.main()), float32(uint8(m>>24)))
	s.run(20 * time.Millisecond)
	return s.acks(sys, common.MAV_CMD_DO_SET_MODE)
}

// upload sends a list as a station does and gives the MISSION_ACK.
func (s *station) upload(sys uint32, kind common.MAV_MISSION_TYPE, items []common.MessageMissionItemInt) *common.MessageMissionAck {
	s.t.Helper()
	s.forget()
	s.send(sys, &common.MessageMissionCount{TargetSystem: uint8(sys), TargetComponent: 1, Count: uint16(len(items)), MissionType: kind})
	for range 3 * len(items) {
		req, ok := last[*common.MessageMissionRequestInt](s, sys)
		if !ok || int(req.Seq) >= len(items) {
			break
		}
		if _, done := last[*common.MessageMissionAck](s, sys); done {
			break
		}
		it := items[req.Seq]
		it.TargetSystem, it.TargetComponent, it.Seq, it.MissionType = uint8(sys), 1, req.Seq, kind
		s.send(sys, &it)
	}
	ack, ok := last[*common.MessageMissionAck](s, sys)
	if !ok {
		s.t.Fatal("upload was not acknowledged")
	}
	return ack
}

func (s *station) vehicle(id string) VehicleTruth {
	for _, v := range s.w.Truth().Vehicles {
		if v.ID == id {
			return v
		}
	}
	s.t.Fatalf("no vehicle %s", id)
	return VehicleTruth{}
}

func (s *station) dockState(id string) DockTruth {
	for _, d := range s.w.Truth().Docks {
		if d.ID == id {
			return d
		}
	}
	s.t.Fatalf("no dock %s", id)
	return DockTruth{}
}

func (s *station) noAccident() {
	s.t.Helper()
	if a := s.w.Truth().Accidents; len(a) > 0 {
		s.t.Fatalf("accidents: %+v", a)
	}
}

func waypoint(p geo.Position) common.MessageMissionItemInt {
	return common.MessageMissionItemInt{Frame: common.MAV_FRAME_GLOBAL, Command: cmdWaypoint, Autocontinue: 1,
		Param4: float32(math.NaN()), X: deg7(p.Lat), Y: deg7(p.Lon), Z: float32(p.AltAMSL)}
}

func takeoff(p geo.Position) common.MessageMissionItemInt {
	it := waypoint(p)
	it.Command, it.Current = cmdTakeoff, 1
	return it
}

// ring is a square inclusion fence of half-side m metres.
func ring(c geo.LatLon, m float64) []common.MessageMissionItemInt {
	var out []common.MessageMissionItemInt
	for _, b := range []float64{45, 135, 225, 315} {
		p := geo.Offset(c, b, m*math.Sqrt2)
		out = append(out, common.MessageMissionItemInt{Frame: common.MAV_FRAME_GLOBAL, Command: fenceInclude, Param1: 4, X: deg7(p.Lat), Y: deg7(p.Lon)})
	}
	return out
}

// airborne brings the crew's V03 to 40 m above its site, holding.
func (s *station) airborne() {
	s.t.Helper()
	s.until("ready", 30*time.Second, func() bool { return s.vehicle("V03").HomeValid })
	if r := s.long(3, common.MAV_CMD_NAV_TAKEOFF, 0, 0, 0, 0, 0, 0, 44); r != common.MAV_RESULT_ACCEPTED {
		s.t.Fatalf("take-off: %v", r)
	}
	if r := s.long(3, common.MAV_CMD_COMPONENT_ARM_DISARM, 1); r != common.MAV_RESULT_ACCEPTED {
		s.t.Fatalf("arm: %v %q", r, s.texts(3))
	}
	s.until("holding aloft", 60*time.Second, func() bool { return s.vehicle("V03").Mode == "Hold" })
}
