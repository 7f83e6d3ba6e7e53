package station

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/hangar"
	"groundstation/internal/geo"
	"groundstation/mavlink"
	"groundstation/mission"
)

// unknownBench is a Core with one vehicle of a crew, and everything it shows and sends.
type unknownBench struct {
	t     *testing.T
	core  *Core
	now   time.Time
	shown map[string]any
	sent  []Write
	reply map[uint64]mission.Reply
	asked uint64
	voice map[uint8]*mavlink.Encoder
}

// encode is one frame of a system.
func (b *unknownBench) encode(system uint8, m message.Message) []byte {
	b.t.Helper()
	if b.voice[system] == nil {
		b.voice[system] = mavlink.NewEncoder(system, 1)
	}
	frame, err := b.voice[system].Encode(nil, m)
	if err != nil {
		b.t.Fatal(err)
	}
	return frame
}

func newUnknownBench(t *testing.T) *unknownBench {
	site := geo.LatLon{Lat: 32.53, Lon: 120.46}.At(4)
	reg := fleet.Registry{Vehicles: []fleet.VehicleSpec{{ID: "V01", SystemID: 1, Class: fleet.CrewQuad, Site: &site,
		CruiseMS: 12, ClimbMS: 4, DescendMS: 2, MaxWindMS: 10, EnergyWh: 80, HoverW: 150, CruiseW: 160}}}
	now := time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)
	b := &unknownBench{t: t, now: now, shown: map[string]any{}, reply: map[uint64]mission.Reply{}, voice: map[uint8]*mavlink.Encoder{}}
	b.core = NewCore(Config{Registry: reg, Session: mavlink.DefaultConfig(), Limits: hangar.DefaultLimits()}, mission.State{}, now)
	return b
}

func (b *unknownBench) step(in Input) {
	outs := append([]Output(nil), b.core.Step(b.now, in)...)
	for _, o := range outs {
		switch o := o.(type) {
		case Show:
			b.shown[string(o.Kind)+" "+o.ID] = o.Value
		case Write:
			b.sent = append(b.sent, Write{o.To, append([]byte(nil), o.Bytes...)})
		case Reply:
			b.reply[o.Request] = o.Reply
		case Persist:
			b.step(Committed{mission.Committed{Seq: o.Seq}})
		}
	}
}

// beats sends one heartbeat a second of a system from a port, and lets the Core do what is due.
func (b *unknownBench) beats(seconds int, system uint8, ports ...uint16) {
	for range seconds {
		for _, p := range ports {
			frame := b.encode(system, &common.MessageHeartbeat{Type: common.MAV_TYPE_QUADROTOR, Autopilot: common.MAV_AUTOPILOT_PX4})
			b.step(Datagram{From: mavlink.Source{Link: 1, Addr: netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), p)}, Bytes: frame})
		}
		for end := b.now.Add(time.Second); b.now.Before(end); b.now = b.now.Add(100 * time.Millisecond) {
			b.step(Tick{})
		}
	}
}

func (b *unknownBench) ask(body any) mission.Reply {
	b.asked++
	b.step(Ask{mission.Request{ID: b.asked, By: "lin", Body: body}})
	return b.reply[b.asked]
}

func TestAnUnknownSystemIsListedAndLeftAlone(t *testing.T) {
	b := newUnknownBench(t)
	b.beats(5, 41, 14541, 14542)
	for _, port := range []int{14541, 14542} {
		u, ok := b.shown[fmt.Sprintf("unknown-system 41@1/127.0.0.1:%d", port)].(fleet.UnknownSystem)
		if !ok || u.System != 41 || u.Says != "vehicle" || u.Autopilot != "PX4" || u.Frames < 4 || b.now.Sub(u.HeardAt) > 2*time.Second {
			t.Errorf("port %d is listed as %+v", port, u)
		}
	}
	if len(b.sent) != 0 {
		t.Errorf("%d datagrams were sent to it", len(b.sent))
	}
	b.beats(70, 1, 14601)
	if v, there := b.shown["unknown-system 41@1/127.0.0.1:14541"]; !there || v != nil {
		t.Errorf("a minute after it fell silent it is still listed: %+v", v)
	}
	// A flood of made-up systems fills no memory.
	for system := uint8(50); system < 70; system++ {
		for port := range uint16(4) {
			frame := b.encode(system, &common.MessageHeartbeat{})
			b.step(Datagram{From: mavlink.Source{Link: 1, Addr: netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), 20000+port)}, Bytes: frame})
		}
	}
	if n := len(b.core.strangers); n > unknownMax {
		t.Errorf("%d are listed", n)
	}
}

func TestABoundSystemIsTheVehicle(t *testing.T) {
	b := newUnknownBench(t)
	b.beats(3, 41, 14541)
	for _, c := range []struct {
		ask  mission.BindSystem
		code string
	}{{mission.BindSystem{ID: "V09", System: 41}, "unknown-vehicle"}, {mission.BindSystem{ID: "V01", System: 0}, "bad-system"},
		{mission.BindSystem{ID: "V01", System: 255}, "bad-system"}, {mission.BindSystem{ID: "V02", System: 1}, "unknown-vehicle"}} {
		if r := b.ask(c.ask); r.Err == nil || r.Err.Code != c.code {
			t.Errorf("%+v: %+v", c.ask, r)
		}
	}
	if r := b.ask(mission.BindSystem{ID: "V01", System: 41}); r.Err != nil || r.Value.(mission.Binding).Was != 1 {
		t.Fatalf("%+v", r)
	}
	if v := b.shown["unknown-system 41@1/127.0.0.1:14541"]; v != nil {
		t.Errorf("still listed: %+v", v)
	}
	if s := b.shown["vehicle-spec V01"].(fleet.VehicleSpec); s.SystemID != 41 {
		t.Errorf("shown as %+v", s)
	}
	b.sent = nil
	b.beats(3, 41, 14541)
	if v, ok := b.shown["vehicle V01"].(*fleet.Vehicle); !ok || v.Link != fleet.LinkOnline {
		t.Fatalf("V01 is %+v", v)
	}
	if len(b.sent) == 0 {
		t.Error("nothing is said to it")
	}
	// What was its id is nobody's now, and what is heard is not bound away.
	b.beats(2, 1, 14601)
	if u, ok := b.shown["unknown-system 1@1/127.0.0.1:14601"].(fleet.UnknownSystem); !ok {
		t.Errorf("system 1 is %+v", u)
	}
	b.beats(1, 41, 14541)
	if r := b.ask(mission.BindSystem{ID: "V01", System: 1}); r.Err == nil || r.Err.Code != "system-in-use" {
		t.Errorf("%+v", r)
	}
}

// Other hardware that speaks with a vehicle's id is the vehicle when an administrator says so, and not before.
func TestOtherHardwareIsTheVehicleWhenItIsBoundAgain(t *testing.T) {
	b := newUnknownBench(t)
	tell := func(uid uint64) {
		frame := b.encode(1, &common.MessageAutopilotVersion{Uid: uid})
		b.step(Datagram{From: mavlink.Source{Link: 1, Addr: netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), 14601)}, Bytes: frame})
	}
	link := func() fleet.Link { return b.shown["vehicle V01"].(*fleet.Vehicle).Link }
	b.beats(2, 1, 14601)
	tell(0x11)
	b.beats(2, 1, 14601)
	tell(0x22)
	b.beats(2, 1, 14601)
	if v := b.shown["vehicle V01"].(*fleet.Vehicle); v.Link != fleet.LinkQuarantined || v.Claimed == "" {
		t.Fatalf("%s, claimed by %q", v.Link, v.Claimed)
	}
	if r := b.ask(mission.BindSystem{ID: "V01", System: 1}); r.Err != nil {
		t.Fatal(r.Err)
	}
	b.beats(3, 1, 14601)
	tell(0x22)
	b.beats(2, 1, 14601)
	if link() != fleet.LinkOnline {
		t.Errorf("link %s", link())
	}
}
