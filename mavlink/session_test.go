package mavlink

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/minimal"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

func TestHeartbeatOnlyWhileTheDeskRenews(t *testing.T) {
	w := newWorld(t, 1, goodRadio)
	w.settle()
	w.run(10*time.Second, nil)
	if w.v.gcsBeats < 9 {
		t.Fatalf("%d heartbeats in 10 s", w.v.gcsBeats)
	}
	w.noRenew = true
	w.run(4*time.Second, nil)
	n := w.v.gcsBeats
	w.run(10*time.Second, nil)
	if w.v.gcsBeats != n {
		t.Fatal("heartbeats went on without the Desk")
	}
}

func TestStreamsAreAskedForAndAgainAfterReboot(t *testing.T) {
	w := newWorld(t, 2, badRadio)
	w.settle()
	asked := func() int {
		n := map[float32]bool{}
		for _, m := range w.frames {
			if c, ok := m.(*common.MessageCommandLong); ok && c.Command == common.MAV_CMD_SET_MESSAGE_INTERVAL {
				n[c.Param1] = true
			}
		}
		return len(n)
	}
	w.run(2*time.Minute, func() bool { return asked() == len(w.s.cfg.Streams) })
	if asked() != len(w.s.cfg.Streams) {
		t.Fatalf("%d of %d streams asked for", asked(), len(w.s.cfg.Streams))
	}
	w.run(30*time.Second, nil)
	w.frames = nil
	boot := w.s.v.BootID
	w.v.boot = w.now
	w.run(40*time.Second, func() bool { return asked() > 3 })
	if asked() <= 3 || w.s.v.BootID == boot {
		t.Fatal("the reboot was not noticed")
	}
	if !slices.ContainsFunc(w.events, func(e fleet.Event) bool { _, ok := e.(fleet.Rebooted); return ok }) {
		t.Fatal("no Rebooted")
	}
}

// A vehicle is not launched without its clock: that its stream was acknowledged, maybe by a late word of another one's, is not
// enough.
func TestTheClockIsAskedForUntilItIsHeard(t *testing.T) {
	w := newWorld(t, 2, goodRadio)
	w.settle()
	w.run(time.Minute, nil)
	asked := func() (n int) {
		for _, m := range w.frames {
			if c, ok := m.(*common.MessageCommandLong); ok && c.Command == common.MAV_CMD_SET_MESSAGE_INTERVAL && c.Param1 == clockStream {
				n++
			}
		}
		w.frames = nil
		return n
	}
	asked()
	for range 3 {
		if w.run(35*time.Second, nil); asked() == 0 {
			t.Fatal("nothing was heard of it, and it is not asked for again")
		}
	}
	for range 30 {
		w.v.send(&common.MessageSystemTime{TimeUnixUsec: uint64(w.now.UnixMicro())})
		w.run(2*time.Second, nil)
	}
	if n := asked(); n > 1 {
		t.Errorf("asked for %d times while it is heard", n)
	}
}

func TestLinkAges(t *testing.T) {
	w := newWorld(t, 3, goodRadio)
	w.settle()
	w.radio.cutDn = true
	w.run(2500*time.Millisecond, nil)
	if w.s.told.Link != fleet.LinkOnline {
		t.Fatalf("after 2.5 s: %s", w.s.told.Link)
	}
	w.run(600*time.Millisecond, nil)
	if w.s.told.Link != fleet.LinkStale {
		t.Fatalf("after 3.1 s: %s", w.s.told.Link)
	}
	w.run(9400*time.Millisecond, nil)
	if w.s.told.Link != fleet.LinkLost {
		t.Fatalf("after 12 s: %s", w.s.told.Link)
	}
	w.radio.cutDn = false
	w.run(2*time.Second, nil)
	if w.s.told.Link != fleet.LinkOnline {
		t.Fatalf("after it came back: %s", w.s.told.Link)
	}
}

func TestChangesAreConflatedAndDiscreteOnesAreNot(t *testing.T) {
	w := newWorld(t, 4, goodRadio)
	w.settle()
	w.run(5*time.Second, nil)
	w.events = nil
	w.run(10*time.Second, nil)
	n := 0
	for _, e := range w.events {
		if _, ok := e.(fleet.VehicleChanged); ok {
			n++
		}
	}
	// The vehicle is looked at in steps, so that the pace is kept but not quite reached.
	if most := int(10 * time.Second / DefaultConfig().EmitEvery); n < most/2 || n > most+5 {
		t.Fatalf("%d VehicleChanged in 10 s of a quiet vehicle, at most %d are due", n, most)
	}
}

// feed gives one message of the vehicle to a session without a radio.
func feed(s *Session, enc *Encoder, now time.Time, src string, m any) []Output {
	var out []Output
	b, _ := enc.Encode(nil, m.(interface{ GetID() uint32 }))
	testDecoder().Split(b, func(f Frame) { out = append(out, s.Step(now, &FrameIn{Frame: f, Source: source(src)})...) })
	return out
}

func TestTwoSourcesOfOneIDAreQuarantined(t *testing.T) {
	s := NewSession(worldSpec, Config{Stale: 3 * time.Second, Lost: 10 * time.Second, EmitEvery: 100 * time.Millisecond})
	a, b := testEncoder(7, 1), testEncoder(7, 1)
	now := worldStart
	beat := &common.MessageHeartbeat{Autopilot: minimal.MAV_AUTOPILOT_PX4, CustomMode: uint32(px4Hold)}
	for range 5 {
		feed(s, a, now, "127.0.0.1:1001", beat)
		feed(s, b, now.Add(300*time.Millisecond), "127.0.0.1:1002", beat)
		now = now.Add(time.Second)
	}
	if s.told.Link != fleet.LinkQuarantined {
		t.Fatalf("link %s", s.told.Link)
	}
	outs := s.Step(now, IntentIn{fleet.Intent{ID: "I1", Vehicle: "V07", Act: fleet.Return{}}})
	for _, o := range outs {
		if _, ok := o.(Transmit); ok {
			t.Fatal("a command went out")
		}
	}
}

func TestSequenceCountsLossAndKeepsLateFramesOut(t *testing.T) {
	var q sequence
	now := worldStart
	for _, c := range []struct {
		seq   uint8
		fresh bool
		lost  uint64
	}{{250, true, 0}, {251, true, 0}, {254, true, 2}, {252, false, 1}, {254, false, 1}, {1, true, 3}, {255, false, 2}, {2, true, 2}} {
		now = now.Add(20 * time.Millisecond)
		if _, fresh := q.next(now, c.seq, 33, true); fresh != c.fresh || q.lost != c.lost {
			t.Fatalf("seq %d: fresh %v lost %d, want %v %d", c.seq, fresh, q.lost, c.fresh, c.lost)
		}
	}
	if _, fresh := q.next(now, 0, 24, true); !fresh {
		t.Fatal("the first of another message is not fresh")
	}
	// A sender that counts anew is believed after a few frames.
	fresh := false
	for i := range uint8(20) {
		now = now.Add(20 * time.Millisecond)
		_, fresh = q.next(now, 180+i, 33, true)
	}
	if !fresh {
		t.Fatal("a sender that counts anew is never believed")
	}
}

func TestEpochAndAddress(t *testing.T) {
	w := newWorld(t, 5, goodRadio)
	w.airborne()
	w.step(IntentIn{fleet.Intent{ID: "new", Vehicle: "V07", Epoch: 5, Act: fleet.Hold{}}})
	w.final("new")
	w.step(IntentIn{fleet.Intent{ID: "old", Vehicle: "V07", Epoch: 4, Act: fleet.Return{}}})
	if r := w.final("old"); r.Stage != fleet.StageRefused || r.Code != "stale-epoch" {
		t.Fatalf("%+v", r)
	}
	w.step(IntentIn{fleet.Intent{ID: "other", Vehicle: "V08", Epoch: 5, Act: fleet.Return{}}})
	if r := w.final("other"); r.Code != "wrong-vehicle" {
		t.Fatalf("%+v", r)
	}
	w.s = NewSession(worldSpec, DefaultConfig())
	w.step(IntentIn{fleet.Intent{ID: "deaf", Vehicle: "V07", Epoch: 5, Act: fleet.Return{}}})
	if r := w.final("deaf"); r.Code != "link-lost" {
		t.Fatalf("%+v", r)
	}
}

func TestModeCauses(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(w *world)
		to   fleet.Mode
		want fleet.Cause
	}{
		{"ordered", func(w *world) { w.want(fleet.Return{}) }, fleet.ModeReturn, fleet.CauseOrdered},
		{"another station", func(w *world) { w.v.mode = px4Return }, fleet.ModeReturn, fleet.CauseUncommanded},
		{"sticks", func(w *world) { w.v.mode = px4(3, 0) }, fleet.ModeManual, fleet.CauseUncommanded},
		{"failsafe by status", func(w *world) { w.v.mode, w.v.status = px4Return, minimal.MAV_STATE_CRITICAL }, fleet.ModeReturn, fleet.CauseFailsafe},
		{"failsafe said", func(w *world) {
			w.v.say("Failsafe activated: entering Hold for 5 seconds\t")
			w.v.mode = px4Land
		}, fleet.ModeLand, fleet.CauseFailsafe},
		{"failsafe event", func(w *world) {
			e := &common.MessageEvent{Id: evFailsafe}
			e.Arguments[5] = 4
			w.v.send(e)
			w.v.mode = px4Land
		}, fleet.ModeLand, fleet.CauseFailsafe},
		{"failsafe event after a take-over", func(w *world) {
			w.v.send(&common.MessageEvent{Id: evSticks}) // PX4's word for any order during a failsafe, ours too
			w.run(3*time.Second, nil)
			e := &common.MessageEvent{Id: evFailsafe, Sequence: 1}
			e.Arguments[5] = 1
			w.v.send(e)
			w.v.mode = px4Return
		}, fleet.ModeReturn, fleet.CauseFailsafe},
		{"take-over after a failsafe event", func(w *world) {
			w.v.send(&common.MessageEvent{Id: evFailsafe})
			w.run(3*time.Second, nil)
			w.v.send(&common.MessageEvent{Id: evSticks, Sequence: 1})
			w.v.mode = px4Land
		}, fleet.ModeLand, fleet.CauseUncommanded},
		{"disarmed after landing", func(w *world) {
			w.want(fleet.Land{})
			w.run(time.Minute, func() bool { return !w.v.armed })
		}, fleet.ModeHold, fleet.CauseProgress},
		{"disarmed after landing, called away from its plan", func(w *world) {
			w.v.back = px4Mission
			w.want(fleet.Land{})
			w.run(time.Minute, func() bool { return !w.v.armed })
		}, fleet.ModeMission, fleet.CauseProgress},
		{"during a lost link", func(w *world) {
			w.radio.cutDn = true
			w.run(8*time.Second, nil)
			w.v.mode = px4Return
			w.radio.cutDn = false
		}, fleet.ModeReturn, fleet.CauseFailsafe},
		{"during a lost link, told before the first heartbeat", func(w *world) {
			w.radio.cutDn = true
			w.run(8*time.Second, nil)
			w.radio.cutDn = false
			w.v.mode = px4Return
			w.v.next["heartbeat"] = w.now.Add(700 * time.Millisecond)
			w.v.send(&common.MessageCurrentMode{CustomMode: uint32(px4Return), IntendedCustomMode: uint32(px4Hold)})
		}, fleet.ModeReturn, fleet.CauseFailsafe},
		{"another station, long after a lost link", func(w *world) {
			w.radio.cutDn = true
			w.run(8*time.Second, nil)
			w.radio.cutDn = false
			w.run(2*time.Second, nil)
			w.v.mode = px4Return
		}, fleet.ModeReturn, fleet.CauseUncommanded},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, 6, goodRadio)
			w.airborne()
			w.events = nil
			c.do(w)
			w.run(4*time.Second, nil)
			ch := w.changes()
			if len(ch) == 0 || ch[len(ch)-1].Cause != c.want || ch[len(ch)-1].To != c.to {
				t.Fatalf("changes %+v", ch)
			}
		})
	}
}

// A vehicle that was armed and did not lift disarms by itself and falls back to hold. CURRENT_MODE may tell the hold before
// a heartbeat tells the disarming: nobody has taken it over. Where the heartbeat says that it is still armed, somebody has.
func TestAHoldThatComesWithDisarmingIsNoTakeOver(t *testing.T) {
	for i := range 4 {
		disarms, short := i%2 == 0, i < 2 // a short plan's end could explain it too, were it complete
		s := NewSession(worldSpec, Config{Stale: 3 * time.Second, Lost: 10 * time.Second, EmitEvery: 100 * time.Millisecond})
		enc := testEncoder(7, 1)
		now := worldStart
		var got []fleet.ModeChanged
		say := func(after time.Duration, m any) {
			now = now.Add(after)
			for _, o := range feed(s, enc, now, "127.0.0.1:1001", m) {
				if e, ok := o.(Emit); ok {
					if c, ok := e.Event.(fleet.ModeChanged); ok {
						got = append(got, c)
					}
				}
			}
		}
		beat := func(mode px4Mode, armed bool) *common.MessageHeartbeat {
			m := &common.MessageHeartbeat{Autopilot: minimal.MAV_AUTOPILOT_PX4, CustomMode: uint32(mode)}
			if armed {
				m.BaseMode = minimal.MAV_MODE_FLAG_SAFETY_ARMED
			}
			return m
		}
		ground := &common.MessageExtendedSysState{LandedState: common.MAV_LANDED_STATE_ON_GROUND}
		for range 3 {
			say(time.Second, beat(px4Mission, true))
			say(0, ground)
		}
		if short {
			say(0, &common.MessageMissionCurrent{Seq: 0, Total: 3, MissionState: common.MISSION_STATE_ACTIVE})
		}
		say(300*time.Millisecond, &common.MessageCurrentMode{CustomMode: uint32(px4Hold)})
		if short {
			say(100*time.Millisecond, &common.MessageMissionCurrent{Seq: 0, Total: 3, MissionState: common.MISSION_STATE_PAUSED})
		}
		for range 4 {
			say(700*time.Millisecond, beat(px4Hold, !disarms))
		}
		want := fleet.CauseUncommanded
		if disarms {
			want = fleet.CauseProgress
		}
		if len(got) != 1 || got[0].Cause != want || got[0].To != fleet.ModeHold {
			t.Errorf("disarms %v, short plan %v: %+v", disarms, short, got)
		}
	}
}

func TestEndOfPlanIsProgressAndAHandIsNot(t *testing.T) {
	for _, complete := range []bool{true, false} {
		w := newWorld(t, 7, goodRadio)
		w.airborne()
		w.v.lists[common.MAV_MISSION_TYPE_MISSION] = make([]common.MessageMissionItemInt, 4)
		w.v.seq, w.v.state = 3, common.MISSION_STATE_ACTIVE
		w.v.mode = px4Mission
		w.s.v.Mode = fleet.ModeMission
		w.run(3*time.Second, nil)
		w.events = nil
		w.v.mode = px4Hold
		if complete {
			w.v.state = common.MISSION_STATE_COMPLETE
		} else {
			w.v.state = common.MISSION_STATE_PAUSED
		}
		w.run(5*time.Second, nil)
		want := fleet.CauseUncommanded
		if complete {
			want = fleet.CauseProgress
		}
		if ch := w.changes(); len(ch) != 1 || ch[0].Cause != want {
			t.Fatalf("complete %v: %+v", complete, ch)
		}
	}
}

func TestWordsOfSeveralChunksAreJoinedAndCleaned(t *testing.T) {
	w := newWorld(t, 8, goodRadio)
	w.settle()
	long := strings.Repeat("0123456789", 7)
	w.v.send(&common.MessageStatustext{Severity: 4, Text: long[:50], Id: 9, ChunkSeq: 0})
	w.v.send(&common.MessageStatustext{Severity: 4, Text: long[50:], Id: 9, ChunkSeq: 1})
	w.run(time.Second, nil)
	w.v.say("<b>\x07evil\x00")
	w.run(time.Second, nil)
	var got []string
	for _, e := range w.events {
		if n, ok := e.(fleet.Notice); ok {
			got = append(got, n.Text)
		}
	}
	if !slices.Equal(got, []string{long, "<b>evil"}) {
		t.Fatalf("%q", got)
	}
}

func TestTelemetry(t *testing.T) {
	w := newWorld(t, 9, goodRadio)
	w.settle()
	w.v.send(&common.MessageGpsRawInt{FixType: 3, SatellitesVisible: 14, Eph: 80})
	w.v.send(&common.MessageBatteryStatus{BatteryRemaining: 71, CurrentBattery: 1250, Temperature: 3100,
		Voltages: [10]uint16{15800, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535}})
	w.v.send(&common.MessageGimbalDeviceAttitudeStatus{Q: [4]float32{0.9238795, 0, -0.3826834, 0}, Flags: common.GIMBAL_DEVICE_FLAGS_YAW_IN_EARTH_FRAME})
	w.v.send(&common.MessageAutopilotVersion{FlightSwVersion: 17891583})
	w.v.send(&common.MessageSystemTime{TimeUnixUsec: uint64(w.now.Add(-7 * time.Second).UnixMicro())})
	w.v.send(&common.MessageSystemTime{TimeUnixUsec: 12_000_000}) // not set yet: seconds since its boot
	w.run(3*time.Second, nil)
	v := w.s.told
	switch {
	case v.Clock.At.IsZero() || v.Clock.Ahead > -7*time.Second || v.Clock.Ahead < -8*time.Second:
		t.Errorf("clock %+v", v.Clock)
	case v.GPS.Fix != 3 || v.GPS.Sats != 14 || v.GPS.HDOP != 0.8:
		t.Errorf("gps %+v", v.GPS)
	case v.Battery.Percent != 71 || v.Battery.CurrentA != 12.5 || v.Battery.VoltageV != 15.8 || v.Battery.TempC != 31:
		t.Errorf("battery %+v", v.Battery)
	case v.Gimbal == nil || v.Gimbal.PitchDeg > -44 || v.Gimbal.PitchDeg < -46:
		t.Errorf("gimbal %+v", v.Gimbal)
	case v.Firmware != "PX4 1.17.0":
		t.Errorf("firmware %q", v.Firmware)
	case v.Position == nil || geo.Distance(v.Position.LatLon, fakeHome.LatLon) > 0.1 || v.Home == nil || !v.PrearmOK:
		t.Errorf("%+v", v)
	case v.RxHz < 15 || v.RxLost != 0:
		t.Errorf("rate %v lost %d", v.RxHz, v.RxLost)
	}
}

func source(s string) Source { return Source{Link: 1, Addr: netip.MustParseAddrPort(s)} }
