package station

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/hangar"
	"groundstation/internal/geo"
	"groundstation/mavlink"
	"groundstation/mavlink/signing"
	"groundstation/mission"
)

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// testKey gives a key made of one number.
func testKey(t *testing.T, n byte) signing.Key {
	t.Helper()
	var b [signing.KeySize]byte
	for i := range b {
		b[i] = n*7 + byte(i*i)
	}
	k, err := signing.KeyOf(b)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// craft is a vehicle that signs, as the station hears it.
type craft struct {
	t    *testing.T
	enc  *mavlink.Encoder
	sign *signing.Signer
	link uint8 // its own id of the way it sends on
}

func newCraft(t *testing.T, system uint8, k signing.Key) *craft {
	return &craft{t: t, enc: mavlink.NewEncoder(system, 1), sign: signing.NewSigner(k, 0), link: 4}
}

var beatOfPX4 = &common.MessageHeartbeat{Type: common.MAV_TYPE_QUADROTOR, Autopilot: common.MAV_AUTOPILOT_PX4, BaseMode: 0x1d,
	CustomMode: 0x03040000, SystemStatus: common.MAV_STATE_STANDBY, MavlinkVersion: 3}

func (v *craft) signed(now time.Time, m message.Message) []byte {
	v.t.Helper()
	b, err := v.enc.EncodeToSign(nil, m)
	if err != nil {
		v.t.Fatal(err)
	}
	return v.sign.Append(b, v.link, now)
}

func (v *craft) plain(m message.Message) []byte {
	v.t.Helper()
	b, err := v.enc.Encode(nil, m)
	if err != nil {
		v.t.Fatal(err)
	}
	return b
}

// beatV1 is the heartbeat in MAVLink 1.
func (v *craft) beatV1() []byte {
	b := v.plain(beatOfPX4)
	b = append([]byte{0xFE, 9, b[4], b[5], b[6], 0}, b[10:19]...)
	sum := uint16(0xFFFF)
	for _, o := range append(bytes.Clone(b[1:]), 50) {
		tmp := o ^ byte(sum)
		tmp ^= tmp << 4
		sum = sum>>8 ^ uint16(tmp)<<8 ^ uint16(tmp)<<3 ^ uint16(tmp)>>4
	}
	return append(b, byte(sum), byte(sum>>8))
}

// guardedCore is a Core with the vehicles V01 (7) and V02 (8).
type guardedCore struct {
	*Core
	t      *testing.T
	now    time.Time
	seen   map[string]fleet.Vehicle
	wrote  []Write
	marks  map[string]KeyMark
	last   mission.Command // as last shown
	asked  uint64
	others []Output
}

var (
	portOfV01 = mavlink.Source{Link: 3, Addr: netip.MustParseAddrPort("127.0.0.1:14607")}
	otherPort = mavlink.Source{Link: 3, Addr: netip.MustParseAddrPort("127.0.0.1:20000")}
)

func signedFleet(rule fleet.Signing) fleet.Registry {
	a := registry.Vehicles[0]
	a.Signing = rule
	b := a
	b.ID, b.SystemID = "V02", 8
	return fleet.Registry{Vehicles: []fleet.VehicleSpec{a, b}}
}

func newGuarded(t *testing.T, rule fleet.Signing, keys Keys, now time.Time) *guardedCore {
	return &guardedCore{t: t, now: now, seen: map[string]fleet.Vehicle{}, Core: NewCore(Config{Registry: signedFleet(rule),
		Session: mavlink.DefaultConfig(), Limits: hangar.DefaultLimits(), Keys: keys}, mission.State{}, now)}
}

func (g *guardedCore) step(in Input) {
	var kept []uint64
	for _, o := range g.Step(g.now, in) {
		switch o := o.(type) {
		case Show:
			if v, ok := o.Value.(*fleet.Vehicle); ok {
				g.seen[o.ID] = *v
			}
			if c, ok := o.Value.(mission.Command); ok {
				g.last = c
			}
		case Write:
			g.wrote = append(g.wrote, o)
		case KeepMarks:
			g.marks = o.Marks
		case Persist:
			kept = append(kept, o.Seq)
		default:
			g.others = append(g.others, o)
		}
	}
	for _, seq := range kept {
		g.step(Committed{mission.Committed{Seq: seq}})
	}
}

func (g *guardedCore) hear(from mavlink.Source, frame []byte) {
	g.step(Datagram{From: from, Bytes: frame})
}

// pass lets time pass.
func (g *guardedCore) pass(d time.Duration) {
	for end := g.now.Add(d); g.now.Before(end); {
		g.now = g.now.Add(50 * time.Millisecond)
		if next := g.Deadline(); !next.IsZero() && !next.After(g.now) {
			g.step(Tick{})
		}
	}
}

// refused says that a frame is dropped with this verdict, and that nothing else comes of it.
func (g *guardedCore) refused(name string, want signing.Verdict, from mavlink.Source, frame []byte) {
	g.t.Helper()
	before, heard := g.Counters(), g.seen["V01"].RxFrames
	g.hear(from, frame)
	after := g.Counters()
	before.Signing[want]++
	if after.Signing != before.Signing || after.Frames != before.Frames+1 {
		g.t.Errorf("%s: counted %v, want %v", name, after.Signing, before.Signing)
	}
	if g.seen["V01"].RxFrames != heard {
		g.t.Errorf("%s: the session heard it", name)
	}
}

func (g *guardedCore) link() fleet.Link { return g.seen["V01"].Link }

// Threat: unsigned MAVLink (CVE-2026-1579), downgrade to v1 (CVE-2020-10283).
func TestThreatUnsignedMAVLink(t *testing.T) {
	k, other := testKey(t, 1), testKey(t, 2)
	for _, rule := range []fleet.Signing{fleet.SigningRequired, fleet.SigningAccept} {
		g := newGuarded(t, rule, Keys{"V01": {Key: k}, "V02": {Key: other}}, noon)
		v, stranger, mixedUp := newCraft(t, 7, k), newCraft(t, 7, testKey(t, 3)), newCraft(t, 7, other)
		g.hear(portOfV01, v.signed(g.now, beatOfPX4))
		if g.link() != fleet.LinkOnline {
			t.Fatalf("%s: a signed heartbeat: %s", rule, g.link())
		}
		forged := func() {
			t.Helper()
			g.refused("v1", signing.V1, portOfV01, v.beatV1())
			g.refused("unsigned", signing.Unsigned, portOfV01, v.plain(beatOfPX4))
			changed := v.signed(g.now, beatOfPX4)
			changed[len(changed)-1]++
			g.refused("bad signature", signing.BadSignature, portOfV01, changed)
			g.pass(100 * time.Millisecond)
			g.refused("wrong key", signing.BadSignature, portOfV01, stranger.signed(g.now, beatOfPX4))
			g.pass(100 * time.Millisecond)
			g.refused("another vehicle's key", signing.WrongKey, portOfV01, mixedUp.signed(g.now, beatOfPX4))
			g.refused("another port", signing.Unsigned, otherPort, v.plain(beatOfPX4))
		}
		for g.now.Before(noon.Add(11 * time.Second)) { // a forged heartbeat never refreshes "online"
			forged()
			if age := g.now.Sub(noon); age > 4*time.Second && age < 9*time.Second && g.link() != fleet.LinkStale {
				t.Fatalf("%s: %s after %s of forged heartbeats", rule, g.link(), age)
			}
			g.pass(200 * time.Millisecond)
		}
		if g.link() != fleet.LinkLost {
			t.Fatalf("%s: %s after forged heartbeats only", rule, g.link())
		}
		g.refused("radio", signing.Radio, portOfV01, v.plain(&common.MessageRadioStatus{Rssi: 90}))
		if g.link() != fleet.LinkLost {
			t.Errorf("%s: what a radio says of itself refreshed the vehicle", rule)
		}
		g.hear(otherPort, v.signed(g.now, beatOfPX4))
		if g.link() != fleet.LinkOnline {
			t.Errorf("%s: %s after it was heard again from another port", rule, g.link())
		}
		if g.seen["V02"].Link == fleet.LinkOnline {
			t.Errorf("%s: the other vehicle is online", rule)
		}
	}
}

// Threat: replay.
func TestThreatReplay(t *testing.T) {
	k := testKey(t, 1)
	keys := Keys{"V01": {Key: k}}
	g := newGuarded(t, fleet.SigningAccept, keys, noon)
	v := newCraft(t, 7, k)
	var captured [][]byte
	for range 40 {
		f := v.signed(g.now, beatOfPX4)
		captured = append(captured, f)
		g.hear(portOfV01, f)
		if g.link() != fleet.LinkOnline {
			t.Fatalf("%s", g.link())
		}
		g.pass(100 * time.Millisecond)
	}
	last := captured[len(captured)-1]
	g.refused("duplicate", signing.Duplicate, portOfV01, last)
	g.refused("new source port", signing.Duplicate, otherPort, last)
	g.refused("older", signing.Older, otherPort, captured[0])
	behind := newCraft(t, 7, k)
	behind.sign.Follow(v.sign.Now(time.Time{}) - 2)
	g.refused("one tick before the last", signing.Older, portOfV01, behind.signed(time.Time{}, beatOfPX4))
	elsewhere := newCraft(t, 7, k)
	elsewhere.link = 9
	g.refused("another link, a minute ago", signing.Stale, portOfV01, elsewhere.signed(g.now.Add(-2*time.Minute), beatOfPX4))

	// A restart, clean or by a crash, with the clock set back by an hour or not.
	crash, clean := g.marks, g.Core.marks(0)
	for name, marks := range map[string]map[string]KeyMark{"crash": crash, "clean end": clean} {
		for _, at := range []time.Time{g.now, g.now.Add(-time.Hour)} {
			after := newGuarded(t, fleet.SigningAccept, Keys{"V01": {Key: k, Mark: reread(t, marks)["V01"]}}, at)
			for i, f := range captured {
				after.hear(otherPort, f)
				if c := after.Counters(); c.Signing[signing.Signed]+c.Signing[signing.Believed] != 0 {
					t.Fatalf("%s: frame %d of the capture is taken", name, i)
				}
			}
			after.refused("unsigned", signing.Unsigned, portOfV01, v.plain(beatOfPX4))
			if after.seen["V01"].Link == fleet.LinkOnline {
				t.Errorf("%s: online by a capture", name)
			}
			if name == "clean end" {
				after.hear(portOfV01, newCraftAfter(t, v).signed(time.Time{}, beatOfPX4))
				if after.link() != fleet.LinkOnline {
					t.Errorf("%s: the vehicle itself is refused: %v", name, after.Counters().Signing)
				}
			}
		}
	}
}

// newCraftAfter is the same vehicle one tick later.
func newCraftAfter(t *testing.T, v *craft) *craft {
	next := newCraft(t, 7, v.sign.Key())
	next.sign.Follow(v.sign.Now(time.Time{}))
	return next
}

// reread is what a new process reads of the marks.
func reread(t *testing.T, m map[string]KeyMark) (out map[string]KeyMark) {
	t.Helper()
	b, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// A vehicle without a clock of its own goes by ours. After a crash its timestamps are behind what was reserved; it is
// asked for its time, and comes right by what it hears. A capture gets no further by the same.
func TestAVehicleWithoutAClockComesBackAfterACrash(t *testing.T) {
	k := testKey(t, 1)
	g := newGuarded(t, fleet.SigningRequired, Keys{"V01": {Key: k}}, noon)
	v := newCraft(t, 7, k)
	v.sign.Follow(signing.At(noon) - 50*signing.Second)
	g.hear(portOfV01, v.signed(time.Time{}, beatOfPX4))
	captured := v.signed(time.Time{}, beatOfPX4)
	g.hear(portOfV01, captured)
	after := newGuarded(t, fleet.SigningRequired, Keys{"V01": {Key: k, Mark: g.marks["V01"]}}, noon.Add(time.Second))
	after.refused("too old", signing.Older, portOfV01, v.signed(time.Time{}, beatOfPX4))
	after.pass(3 * time.Second)
	if len(after.wrote) != 1 || after.wrote[0].To != portOfV01 {
		t.Fatalf("%d frames to a silent vehicle", len(after.wrote))
	}
	heard := false
	mavlink.NewDecoder().Split(after.wrote[0].Bytes, func(f mavlink.Frame) {
		own := signing.NewVerifier(k, signing.Mark{})
		verdict, _ := own.Check(noon, f.Raw)
		heard = verdict == signing.Signed && f.ID == (&common.MessageTimesync{}).GetID()
		v.sign.Follow(own.Newest())
	})
	if !heard {
		t.Fatal("it was not asked for its time in a signed frame")
	}
	after.refused("a capture", signing.Older, portOfV01, captured)
	after.hear(portOfV01, v.signed(time.Time{}, beatOfPX4))
	if after.link() != fleet.LinkOnline {
		t.Fatalf("%s: %v", after.link(), after.Counters().Signing)
	}
	// While it is well heard, nobody who replays is answered.
	n := len(after.wrote)
	for range 20 {
		after.hear(otherPort, captured)
		after.hear(portOfV01, v.signed(time.Time{}, beatOfPX4))
		after.pass(500 * time.Millisecond)
	}
	for _, w := range after.wrote[n:] {
		if w.To == otherPort {
			t.Fatal("a replay is answered")
		}
	}
}

// Every frame to a system with a key is signed, with the id of the link it leaves by, and its timestamps rise strictly,
// also behind a restart with the clock set back.
func TestFramesToASystemWithAKeyAreSigned(t *testing.T) {
	k := testKey(t, 1)
	last := signing.Timestamp(0)
	keys := Keys{"V01": {Key: k}}
	sent, decoder := 0, mavlink.NewDecoder()
	for restart := range 3 {
		g := newGuarded(t, fleet.SigningAccept, keys, noon.Add(-time.Duration(restart)*time.Hour))
		v := newCraft(t, 7, k)
		v.sign.Follow(last + 10*signing.Second)
		for range 100 {
			g.hear(portOfV01, v.signed(g.now, beatOfPX4))
			g.pass(100 * time.Millisecond)
		}
		for i := range 10_000 { // in one instant
			b, err := g.encode(g.auths[0], mavlink.LinkID(1+i%3), beatOfPX4)
			if err != nil {
				t.Fatal(err)
			}
			g.wrote = append(g.wrote, Write{To: mavlink.Source{Link: mavlink.LinkID(1 + i%3)}, Bytes: b})
		}
		judge := signing.NewVerifier(k, signing.Mark{})
		judge.Required = true
		for i, w := range g.wrote {
			decoder.Split(w.Bytes, func(f mavlink.Frame) {
				before := judge.Newest()
				if verdict, _ := judge.Check(g.now, f.Raw); verdict != signing.Signed || judge.Newest() <= max(before, last) {
					t.Fatalf("restart %d, frame %d (%T): %s, %d after %d", restart, i, f.Message, verdict, judge.Newest(), last)
				}
				last = judge.Newest()
				if f.Raw[len(f.Raw)-signing.TailLen] != uint8(w.To.Link) {
					t.Fatalf("frame %d leaves by link %d and says otherwise", i, w.To.Link)
				}
				sent++
			})
		}
		keys["V01"] = KeyState{Key: k, Mark: reread(t, g.marks)["V01"]}
	}
	if sent < 30_000 {
		t.Errorf("%d frames", sent)
	}
}

// Without a key nothing is signed and everything is believed; with one, unsigned frames are believed until the first signed one.
func TestUnsignedFramesAreBelievedUntilTheFirstSignedOne(t *testing.T) {
	k := testKey(t, 1)
	g := newGuarded(t, fleet.SigningAccept, Keys{"V01": {Key: k}}, noon)
	v := newCraft(t, 7, k)
	g.hear(portOfV01, v.plain(beatOfPX4))
	if g.link() != fleet.LinkOnline || g.Counters().Signing[signing.Believed] != 1 {
		t.Fatalf("%s %v", g.link(), g.Counters().Signing)
	}
	v2 := newCraft(t, 8, testKey(t, 2))
	g.hear(mavlink.Source{Link: 3, Addr: netip.MustParseAddrPort("127.0.0.1:14608")}, v2.plain(beatOfPX4))
	g.hear(mavlink.Source{Link: 3, Addr: netip.MustParseAddrPort("127.0.0.1:14608")}, v2.signed(g.now, beatOfPX4))
	if g.seen["V02"].Link != fleet.LinkOnline || g.Counters().Signing[signing.Signed] != 0 {
		t.Errorf("a system without a key: %s %v", g.seen["V02"].Link, g.Counters().Signing)
	}
	g.hear(portOfV01, v.signed(g.now, beatOfPX4))
	g.refused("downgrade", signing.Unsigned, portOfV01, v.plain(beatOfPX4))
	after := newGuarded(t, fleet.SigningAccept, Keys{"V01": {Key: k, Mark: g.marks["V01"]}}, g.now)
	after.refused("downgrade after a restart", signing.Unsigned, portOfV01, v.plain(beatOfPX4))
	fresh := newGuarded(t, fleet.SigningAccept, Keys{"V01": {Key: testKey(t, 5), Mark: g.marks["V01"]}}, g.now)
	fresh.hear(portOfV01, v.plain(beatOfPX4))
	if fresh.link() != fleet.LinkOnline {
		t.Error("a key that was replaced by hand begins anew")
	}
}

func TestADockSignsToo(t *testing.T) {
	k := testKey(t, 1)
	at := geo.LatLon{Lat: 32.5, Lon: 120.4}.At(4)
	reg := fleet.Registry{Docks: []fleet.DockSpec{{ID: "H01", SystemID: 101, Pad: at, GroundPad: at, OpenSeconds: 12, Signing: fleet.SigningRequired}}}
	c := NewCore(Config{Registry: reg, Session: mavlink.DefaultConfig(), Limits: hangar.DefaultLimits(), Keys: Keys{"H01": {Key: k}}}, mission.State{}, noon)
	d := newCraft(t, 101, k)
	link := fleet.LinkNever
	hear := func(frame []byte) {
		for _, o := range c.Step(noon, Datagram{From: portOfV01, Bytes: frame}) {
			if s, ok := o.(Show); ok {
				if dock, ok := s.Value.(fleet.Dock); ok {
					link = dock.Link
				}
			}
		}
	}
	beat := &common.MessageHeartbeat{Type: common.MAV_TYPE_CHARGING_STATION, SystemStatus: common.MAV_STATE_STANDBY, MavlinkVersion: 3}
	hear(d.plain(beat))
	if link != fleet.LinkNever {
		t.Fatal("an unsigned dock is believed")
	}
	hear(d.signed(noon, beat))
	if link != fleet.LinkOnline {
		t.Fatal(link)
	}
}

// A frame costs no allocation more, with a key or without.
func TestJudgingFramesLeavesNothingToCollect(t *testing.T) {
	k := testKey(t, 1)
	g := newGuarded(t, fleet.SigningAccept, Keys{"V01": {Key: k}}, noon)
	v := newCraft(t, 7, k)
	var frames []mavlink.Frame
	for range 300 {
		b := v.signed(noon, beatOfPX4)
		g.decoder.Split(b, func(f mavlink.Frame) { frames = append(frames, f) })
	}
	for _, a := range []*auth{nil, g.auths[0]} {
		i, passed := 0, 0
		n := testing.AllocsPerRun(100, func() {
			if _, pass := g.admit(noon, a, frames[i], portOfV01); pass {
				passed++
			}
			i++
		})
		if n != 0 || passed != i {
			t.Errorf("%v allocations, %d of %d passed", n, passed, i)
		}
		frames = frames[i:]
	}
}
