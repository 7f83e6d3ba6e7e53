package mavlink

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// slowly lets the vehicle carry out a command for long: IN_PROGRESS once a second until it is cancelled.
type slowly struct {
	id      common.MAV_CMD
	deaf    bool // to COMMAND_CANCEL
	begun   int
	heard   int // cancellations
	running bool
}

func (p *slowly) take(w *world) func(message.Message) bool {
	return func(m message.Message) bool {
		if c, ok := m.(*common.MessageCommandCancel); ok {
			p.heard++
			if c.Command == p.id && c.TargetSystem == 7 && !p.deaf && p.running {
				p.running = false
			}
			if !p.deaf {
				w.v.ack(p.id, common.MAV_RESULT_CANCELLED)
			}
			return true
		}
		if c, ok := m.(*common.MessageCommandInt); ok && c.Command == p.id && (p.begun == 0 || p.running) {
			if !p.running {
				p.begun++
				p.running = true
			}
			w.v.ack(p.id, common.MAV_RESULT_IN_PROGRESS)
			return true
		}
		return false
	}
}

func (w *world) cancels() (n int) {
	for _, m := range w.frames {
		if _, ok := m.(*common.MessageCommandCancel); ok {
			n++
		}
	}
	return n
}

// TestACommandUnderWayIsCancelled: an order in the air that the vehicle is still carrying out is withdrawn by
// COMMAND_CANCEL when a newer one takes its place or its time is over, and its report tells what the vehicle said.
func TestACommandUnderWayIsCancelled(t *testing.T) {
	orbit := fleet.Orbit{Center: geo.Offset(fakeHome.LatLon, 90, 200).At(60), RadiusM: 40, SpeedMS: 5}
	for seed := range uint64(30) {
		for _, newer := range []fleet.Act{fleet.Hold{}, fleet.GoTo{Target: geo.Offset(fakeHome.LatLon, 10, 300).At(60)}, nil} {
			t.Run(fmt.Sprintf("%d/%T", seed, newer), func(t *testing.T) {
				w := newWorld(t, seed, badRadio)
				w.airborne()
				p := &slowly{id: common.MAV_CMD_DO_ORBIT}
				w.v.beside = p.take(w)
				old := w.want(orbit)
				if !w.run(15*time.Second, func() bool { return len(w.s.cmds) > 0 && w.s.cmds[0].long }) {
					t.Fatal("never in progress")
				}
				stage, code := fleet.StageTimedOut, "timeout"
				if newer != nil {
					stage, code = fleet.StageFailed, "superseded"
					done(t, w.do(newer))
				}
				r := w.final(old)
				if r.Stage != stage || r.Code != code || w.cancels() == 0 {
					t.Fatalf("%+v, %d cancellations", r, w.cancels())
				}
				if !strings.Contains(r.Detail, "vehicle: MAV_RESULT_") && !strings.Contains(r.Detail, "no word") {
					t.Fatalf("%+v", r)
				}
				if p.running {
					t.Fatal("it still circles")
				}
				if w.cancels() > cancelMost || len(w.s.tasks) != 0 {
					t.Fatalf("%d cancellations, and %d tasks are left", w.cancels(), len(w.s.tasks))
				}
				for _, c := range w.s.cmds {
					if c.id == p.id {
						t.Fatalf("%+v is left", c)
					}
				}
			})
		}
	}
}

// TestANewerCommandDoesNotWaitForACancellation: one of the same id goes out within a second though the vehicle never
// answers the cancellation of the one before, and CANCELLED that comes late is not taken for its end.
func TestANewerCommandDoesNotWaitForACancellation(t *testing.T) {
	w := newWorld(t, 1, goodRadio)
	w.airborne()
	p := &slowly{id: common.MAV_CMD_DO_REPOSITION, deaf: true}
	w.v.beside = p.take(w)
	old := w.want(fleet.GoTo{Target: geo.Offset(fakeHome.LatLon, 90, 200).At(60)})
	w.run(2*time.Second, nil)
	p.running = false // what comes next is taken as usual
	begun := w.now
	second := geo.Offset(fakeHome.LatLon, 180, 200).At(60)
	newer := w.want(fleet.GoTo{Target: second})
	if !w.run(1100*time.Millisecond, func() bool { return w.v.goal.LatLon == fromE7(toE7(second.Lat), toE7(second.Lon), 0).LatLon }) {
		t.Fatalf("not sent within %v", w.now.Sub(begun))
	}
	w.v.ack(common.MAV_CMD_DO_REPOSITION, common.MAV_RESULT_CANCELLED)
	done(t, w.final(newer))
	if r := w.final(old); r.Code != "superseded" || !strings.Contains(r.Detail, "no word on the cancellation") {
		t.Fatalf("%+v", r)
	}
}

// TestNothingIsCancelledUnderAPilot: who takes over by hand hears nothing more of the order that was under way.
func TestNothingIsCancelledUnderAPilot(t *testing.T) {
	w := newWorld(t, 1, goodRadio)
	w.airborne()
	w.v.beside = (&slowly{id: common.MAV_CMD_DO_ORBIT}).take(w)
	id := w.want(fleet.Orbit{Center: fakeHome.LatLon.At(60), RadiusM: 40, SpeedMS: 5})
	w.run(2*time.Second, nil)
	w.v.mode = px4(3, 0) // position, by the sticks
	if r := w.final(id); r.Code != "interrupted" {
		t.Fatalf("%+v", r)
	}
	if w.run(5*time.Second, nil); w.cancels() != 0 {
		t.Fatal("a cancellation went out")
	}
}

// only lets the vehicle take a command by one of the two messages.
func (w *world) only(int bool) {
	w.v.beside = func(m message.Message) bool {
		switch m := m.(type) {
		case *common.MessageCommandLong:
			if int && m.Command != common.MAV_CMD_REQUEST_MESSAGE && m.Command != common.MAV_CMD_SET_MESSAGE_INTERVAL {
				w.v.ack(m.Command, common.MAV_RESULT_COMMAND_INT_ONLY)
				return true
			}
			if locates(m.Command) {
				w.v.int(intForm(m))
				return true
			}
		case *common.MessageCommandInt:
			if !int {
				w.v.ack(m.Command, common.MAV_RESULT_COMMAND_LONG_ONLY)
				return true
			}
			if !locates(m.Command) {
				w.v.long(longForm(m))
				return true
			}
		}
		return false
	}
}

// TestACommandGoesByTheOtherMessage: a vehicle that takes a command only as COMMAND_INT, or only as COMMAND_LONG, is given
// it so, and what comes of it is still known for our own doing.
func TestACommandGoesByTheOtherMessage(t *testing.T) {
	for seed := range uint64(10) {
		for _, int := range []bool{false, true} {
			w := newWorld(t, seed, radio{loss: 0.2, repeat: 0.2, least: 30 * time.Millisecond, most: 400 * time.Millisecond})
			w.airborne()
			w.only(int)
			done(t, w.do(fleet.GoTo{Target: geo.Offset(fakeHome.LatLon, 90, 200).At(60)}))
			done(t, w.do(fleet.Return{}))
			for _, c := range w.changes() {
				if c.Cause != fleet.CauseOrdered {
					t.Fatalf("%+v", c)
				}
			}
		}
	}
	w := newWorld(t, 1, goodRadio)
	w.airborne()
	w.v.beside = func(m message.Message) bool {
		switch m := m.(type) {
		case *common.MessageCommandLong:
			w.v.ack(m.Command, common.MAV_RESULT_COMMAND_INT_ONLY)
		case *common.MessageCommandInt:
			w.v.ack(m.Command, common.MAV_RESULT_COMMAND_LONG_ONLY)
		default:
			return false
		}
		return true
	}
	r := w.do(fleet.Return{})
	if r.Stage != fleet.StageRefused || r.Code != "unsupported" || !strings.HasPrefix(r.Detail, "vehicle: MAV_RESULT_COMMAND_LONG_ONLY") {
		t.Fatalf("%+v", r)
	}
}

// TestAPlaceIsNotSentWhereItsAltitudeIsDoubtful: COMMAND_LONG has no frame, and ArduPilot reads its altitude above home.
func TestAPlaceIsNotSentWhereItsAltitudeIsDoubtful(t *testing.T) {
	w := newCopterWorld(t, 1, goodRadio)
	w.airborne()
	w.v.beside = func(m message.Message) bool {
		c, ok := m.(*common.MessageCommandInt)
		if ok {
			w.v.ack(c.Command, common.MAV_RESULT_COMMAND_LONG_ONLY)
		}
		return ok
	}
	if r := w.do(fleet.GoTo{Target: geo.Offset(fakeHome.LatLon, 90, 200).At(60)}); r.Code != "unsupported" {
		t.Fatalf("%+v", r)
	}
	for _, m := range w.frames {
		if l, ok := m.(*common.MessageCommandLong); ok && locates(l.Command) {
			t.Fatalf("sent %+v", l)
		}
	}
}

// TestARefusalNamesItsSide: the station, the guard or the vehicle, and the vehicle's result by its name.
func TestARefusalNamesItsSide(t *testing.T) {
	for _, c := range []struct {
		name, code, want string
		act              fleet.Act
		result           common.MAV_RESULT
	}{
		{"station", "on-ground", "station: ", fleet.Return{}, 0},
		{"guard", "guard", "guard: ", fleet.SetHome{Home: geo.Offset(fakeHome.LatLon, 0, 9000).At(4)}, 0},
		{"denied", "denied", "vehicle: MAV_RESULT_DENIED", fleet.SetHome{Home: fakeHome}, common.MAV_RESULT_DENIED},
		{"unsupported", "unsupported", "vehicle: MAV_RESULT_UNSUPPORTED", fleet.SetHome{Home: fakeHome}, common.MAV_RESULT_UNSUPPORTED},
		{"failed", "failed", "vehicle: MAV_RESULT_FAILED", fleet.SetHome{Home: fakeHome}, common.MAV_RESULT_FAILED},
		{"rejected", "temporarily-rejected", "vehicle: MAV_RESULT_TEMPORARILY_REJECTED", fleet.SetHome{Home: fakeHome}, common.MAV_RESULT_TEMPORARILY_REJECTED},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, 1, goodRadio)
			w.settle()
			w.v.beside = func(m message.Message) bool {
				i, ok := m.(*common.MessageCommandInt)
				if ok && c.result != 0 {
					w.v.ack(i.Command, c.result)
				}
				return ok && c.result != 0
			}
			if r := w.do(c.act); r.Stage != fleet.StageRefused || r.Code != c.code || !strings.HasPrefix(r.Detail, c.want) {
				t.Fatalf("%+v", r)
			}
		})
	}
}
