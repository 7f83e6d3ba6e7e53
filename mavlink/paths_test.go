package mavlink

import (
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/minimal"

	"groundstation/fleet"
)

var secondAddr = Source{Link: 2}

// onBoth says whether both ways are paths and both are measured.
func onBoth(w *world) func() bool {
	return func() bool {
		l := &w.s.link
		return len(l.paths) == 2 && l.paths[0].echo.clocked && l.paths[1].echo.clocked && l.paths[0].seq.hz > 0 && l.paths[1].seq.hz > 0
	}
}

func TestAVehicleOverTwoLinksIsOneVehicle(t *testing.T) {
	for name, channel := range map[string]*Encoder{"router on board": nil, "second channel of the autopilot": testEncoder(7, 1)} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 11, goodRadio)
			w.settle()
			w.another(way{addr: secondAddr, radio: radio{least: 40 * time.Millisecond, most: 60 * time.Millisecond}, channel: channel})
			if !w.run(8*time.Second, onBoth(w)) {
				t.Fatalf("%d paths, %d strangers", len(w.s.link.paths), len(w.s.link.strangers))
			}
			w.run(5*time.Second, nil)
			lost, frames := w.s.v.RxLost, w.s.v.RxFrames
			w.events = nil
			w.run(10*time.Second, nil)
			if w.s.told.Link != fleet.LinkOnline || w.s.link.addr() != worldAddr {
				t.Errorf("%s by %v: the quick path must lead", w.s.told.Link, w.s.link.addr())
			}
			if w.s.v.RxLost != lost {
				t.Errorf("%d frames lost on good radios", w.s.v.RxLost-lost)
			}
			if hz := float64(w.s.v.RxFrames-frames) / 10; channel != nil && hz > 1.2*w.s.v.RxHz {
				t.Errorf("%.0f frames a second are counted, %.0f come by the leading path", hz, w.s.v.RxHz)
			}
			for _, c := range w.changes() {
				t.Errorf("mode %s to %s seen in a vehicle that hovers", c.From, c.To)
			}
			shown := w.s.told.Paths
			if len(shown) != 2 || !shown[0].Best || shown[1].Best || shown[0].RTTMS > 20 || shown[1].RTTMS < 70 ||
				shown[1].RTTMS > 150 || shown[0].Loss > 0.01 || shown[1].Hz == 0 {
				t.Errorf("shown as %+v", shown)
			}
		})
	}
}

func TestTheBetterPathLeads(t *testing.T) {
	for name, channel := range map[string]*Encoder{"router": nil, "channel": testEncoder(7, 1)} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 12, goodRadio)
			w.settle()
			y := w.another(way{addr: secondAddr, radio: goodRadio, channel: channel})
			w.run(8*time.Second, onBoth(w))
			// The first loses half and takes long: the second leads after a while, and not back and forth.
			w.radio = radio{loss: 0.5, least: 300 * time.Millisecond, most: 500 * time.Millisecond}
			if !w.run(40*time.Second, func() bool { return w.s.link.addr() == secondAddr }) {
				t.Fatalf("the bad path still leads: %+v", w.s.told.Paths)
			}
			turns := 0
			for last := secondAddr; turns < 5 && w.now.Before(worldStart.Add(3*time.Minute)); {
				w.run(time.Second, nil)
				if at := w.s.link.addr(); at != last {
					last = at
					turns++
				}
			}
			if turns > 0 {
				t.Errorf("%d changes of the path though nothing changed", turns)
			}
			// The second is cut: the bad one leads within two seconds, and the vehicle is never stale.
			y.radio.cutUp, y.radio.cutDn = true, true
			if !w.run(2*time.Second, func() bool { return w.s.link.addr() == worldAddr }) {
				t.Fatal("the path that is cut still leads")
			}
			w.run(20*time.Second, nil)
			for _, e := range w.events {
				if v, ok := e.(fleet.VehicleChanged); ok && v.Vehicle.Link != fleet.LinkOnline && v.Vehicle.HeardAt.After(worldStart.Add(5*time.Second)) {
					t.Fatalf("%s at %v", v.Vehicle.Link, v.Vehicle.HeardAt)
				}
			}
		})
	}
}

func TestATransferSurvivesThatItsPathIsCut(t *testing.T) {
	for name, channel := range map[string]*Encoder{"router": nil, "channel": testEncoder(7, 1)} {
		t.Run(name, func(t *testing.T) {
			for at := 20 * time.Millisecond; at < 400*time.Millisecond; at += 30 * time.Millisecond {
				w := newWorld(t, 13, radio{least: 10 * time.Millisecond, most: 20 * time.Millisecond})
				w.settle()
				w.another(way{addr: secondAddr, radio: radio{least: 30 * time.Millisecond, most: 60 * time.Millisecond}, channel: channel})
				w.run(8*time.Second, onBoth(w))
				id := w.want(worldPlan())
				w.run(at, nil)
				w.radio.cutUp, w.radio.cutDn = true, true
				if r := w.final(id); r.Stage != fleet.StageDone {
					t.Fatalf("cut after %v: %+v", at, r)
				}
			}
		})
	}
}

func TestASourceThatMovedIsFollowedWhenItsClockIsTheSame(t *testing.T) {
	w := newWorld(t, 14, goodRadio)
	w.settle()
	w.run(3*time.Second, nil)
	w.radio.cutUp, w.radio.cutDn = true, true
	w.another(way{addr: source("127.0.0.1:24607"), radio: goodRadio})
	moved := w.now
	if !w.run(5*time.Second, func() bool { return w.s.link.addr() == source("127.0.0.1:24607") }) {
		t.Fatal("not followed")
	}
	if d := w.now.Sub(moved); d > 2500*time.Millisecond {
		t.Errorf("followed after %v", d)
	}
	if w.s.told.Link != fleet.LinkOnline {
		t.Errorf("link %s", w.s.told.Link)
	}
}

func TestASourceThatCannotAnswerIsNeverFollowed(t *testing.T) {
	w := newWorld(t, 15, goodRadio)
	w.settle()
	w.run(3*time.Second, nil)
	// Somebody sends what he once heard; what is sent to him comes to nothing.
	w.radio.cutUp, w.radio.cutDn = true, true
	w.another(way{addr: source("127.0.0.1:24607"), radio: radio{least: time.Millisecond, most: 2 * time.Millisecond, cutUp: true}})
	w.run(time.Minute, nil)
	if w.s.link.addr() != worldAddr || w.s.told.Link != fleet.LinkLost {
		t.Fatalf("%s by %v", w.s.told.Link, w.s.link.addr())
	}
}

func TestAVehicleThatStartsAnewElsewhereIsFollowedWhenTheOldSourceIsSilent(t *testing.T) {
	for _, c := range []struct {
		uid  uint64
		wait time.Duration
	}{{0x1234, 6 * time.Second}, {0, 14 * time.Second}} {
		w := newWorld(t, 16, goodRadio)
		w.v.uid = c.uid
		w.settle()
		w.run(3*time.Second, nil)
		w.radio.cutUp, w.radio.cutDn = true, true
		w.v.boot = w.now
		w.another(way{addr: source("127.0.0.1:24607"), radio: goodRadio})
		if !w.run(c.wait, func() bool { return w.s.link.addr() == source("127.0.0.1:24607") }) {
			t.Errorf("unique id %x: not followed after %v", c.uid, c.wait)
		}
		w.run(time.Second, nil)
		if w.s.told.Link != fleet.LinkOnline {
			t.Errorf("unique id %x: link %s", c.uid, w.s.told.Link)
		}
	}
}

func TestOtherHardwareWithTheSameIDIsNotTheVehicle(t *testing.T) {
	// At another source, when the vehicle has long been silent.
	w := newWorld(t, 20, goodRadio)
	w.settle()
	w.run(3*time.Second, nil)
	w.radio.cutUp, w.radio.cutDn = true, true
	w.v.boot, w.v.uid = w.now, 0x7777
	w.another(way{addr: source("127.0.0.1:24607"), radio: goodRadio})
	w.run(time.Minute, nil)
	if w.s.told.Link != fleet.LinkLost || w.s.link.addr() != worldAddr || w.s.told.Claimed != "1/127.0.0.1:24607" {
		t.Errorf("%s at %v, claimed by %q", w.s.told.Link, w.s.link.addr(), w.s.told.Claimed)
	}
	// At the same source.
	w = newWorld(t, 21, goodRadio)
	w.settle()
	w.run(3*time.Second, nil)
	w.radio.cutUp, w.radio.cutDn = true, true
	w.run(time.Minute, nil)
	w.v.uid = 0x7777
	w.radio = goodRadio
	if !w.run(10*time.Second, func() bool { return w.s.told.Link == fleet.LinkQuarantined && w.s.told.Claimed != "" }) {
		t.Fatalf("link %s", w.s.told.Link)
	}
	if r := w.do(fleet.Return{}); r.Code != "quarantined" {
		t.Errorf("%+v", r)
	}
	w.run(time.Minute, nil)
	if w.s.told.Link != fleet.LinkQuarantined {
		t.Errorf("link %s a minute later", w.s.told.Link)
	}
}

// twin is another vehicle of the same id at another source, whose clock began elsewhere.
func twin(w *world, mute bool) func() {
	at, enc := source("127.0.0.1:24607"), testEncoder(7, 1)
	say := func(m interface{ GetID() uint32 }) {
		b, _ := enc.Encode(nil, m)
		w.dnD.Split(b, func(f Frame) { w.step(&FrameIn{Frame: f, Source: at}) })
	}
	asked := 0
	return func() {
		say(&common.MessageHeartbeat{Autopilot: minimal.MAV_AUTOPILOT_PX4, CustomMode: uint32(px4Hold)})
		for ; asked < len(w.astray); asked++ {
			if q, ok := w.astray[asked].(*common.MessageTimesync); ok && !mute {
				say(&common.MessageTimesync{Ts1: q.Ts1, Tc1: int64(time.Hour), TargetSystem: 255, TargetComponent: 190})
			}
		}
	}
}

func TestTwoVehiclesOfOneIDAreBothLeftAlone(t *testing.T) {
	for _, mute := range []bool{false, true} {
		w := newWorld(t, 17, goodRadio)
		w.settle()
		w.run(3*time.Second, nil)
		w.stray = source("127.0.0.1:24607")
		other := twin(w, mute)
		for range 6 {
			other()
			w.run(time.Second, nil)
		}
		if w.s.told.Link != fleet.LinkQuarantined {
			t.Fatalf("mute %v: link %s", mute, w.s.told.Link)
		}
		w.frames, w.astray = nil, nil
		if r := w.do(fleet.Return{}); r.Stage != fleet.StageRefused || r.Code != "quarantined" {
			t.Errorf("mute %v: %+v", mute, r)
		}
		for range 5 {
			other()
			w.run(time.Second, nil)
		}
		for _, m := range append(w.frames, w.astray...) {
			if _, ok := m.(*common.MessageTimesync); !ok {
				t.Errorf("mute %v: %T went out in quarantine", mute, m)
			}
		}
		// The twin falls silent: the first is believed again.
		w.run(12*time.Second, nil)
		if w.s.told.Link != fleet.LinkOnline || w.s.link.addr() != worldAddr {
			t.Errorf("mute %v: %s at %v", mute, w.s.told.Link, w.s.link.addr())
		}
	}
}

func TestUplink(t *testing.T) {
	w := newWorld(t, 18, goodRadio)
	w.settle()
	w.run(2*time.Second, nil)
	see := func(want fleet.Uplink, link fleet.Link) {
		t.Helper()
		if v := w.s.told; v.Uplink != want || v.Link != link {
			t.Fatalf("%s, uplink %s, want %s, %s", v.Link, v.Uplink, link, want)
		}
	}
	see(fleet.UplinkConfirmed, fleet.LinkOnline)
	if r := w.s.told.RTTMS; r < 4 || r > 30 {
		t.Errorf("round trip %v ms", r)
	}
	w.radio.cutUp = true
	w.run(9*time.Second, nil)
	see(fleet.UplinkConfirmed, fleet.LinkOnline)
	w.run(2*time.Second, nil)
	see(fleet.UplinkUnconfirmed, fleet.LinkOnline)
	w.run(time.Minute, nil)
	see(fleet.UplinkUnconfirmed, fleet.LinkOnline)
	w.radio.cutUp = false
	w.run(1500*time.Millisecond, nil)
	see(fleet.UplinkConfirmed, fleet.LinkOnline)
	w.radio.cutDn = true
	w.run(15*time.Second, nil)
	see(fleet.UplinkUnknown, fleet.LinkLost)
}

func TestABadRadioDoesNotMakeTheUplinkDoubtful(t *testing.T) {
	w := newWorld(t, 19, radio{loss: 0.5, repeat: 0.2, least: 100 * time.Millisecond, most: 900 * time.Millisecond})
	w.settle()
	w.run(5*time.Second, nil)
	w.events = nil
	w.run(20*time.Minute, nil)
	for _, e := range w.events {
		if v, ok := e.(fleet.VehicleChanged); ok && v.Vehicle.Uplink == fleet.UplinkUnconfirmed {
			t.Fatalf("unconfirmed at %v", w.now.Sub(worldStart))
		}
	}
}

func TestAVerifiedSourceIsFollowedAtOnceAndTheOthersAreForgotten(t *testing.T) {
	s := NewSession(worldSpec, DefaultConfig())
	b := datagram(t, &common.MessageHeartbeat{Autopilot: minimal.MAV_AUTOPILOT_PX4, CustomMode: uint32(px4Hold)})
	say := func(at string, signed bool, now time.Time) {
		testDecoder().Split(b, func(f Frame) { s.Step(now, &FrameIn{Frame: f, Source: source(at), Signed: signed}) })
	}
	say("127.0.0.1:1001", false, worldStart)
	say("127.0.0.1:1002", true, worldStart.Add(time.Second))
	say("127.0.0.1:1003", true, worldStart.Add(2*time.Second))
	say("127.0.0.1:1004", false, worldStart.Add(3*time.Second))
	if len(s.link.paths) != 2 || s.link.path(source("127.0.0.1:1001")) != nil || s.link.path(source("127.0.0.1:1004")) != nil || s.told.Link != fleet.LinkOnline {
		t.Fatalf("%s, %d paths", s.told.Link, len(s.link.paths))
	}
}
