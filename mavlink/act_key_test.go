package mavlink

import (
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
)

// told counts the tellings of a key that have left, and that none carries one.
func told(t *testing.T, w *world) (n int) {
	t.Helper()
	for _, m := range w.frames {
		if m, ok := m.(*common.MessageSetupSigning); ok {
			n++
			if *m != (common.MessageSetupSigning{TargetSystem: uint8(w.s.system), TargetComponent: autopilot}) {
				t.Errorf("%+v", m)
			}
		}
	}
	return n
}

func TestRotatingAKey(t *testing.T) {
	begin := func(t *testing.T) (*world, fleet.IntentID) {
		w := newWorld(t, 1, goodRadio)
		w.settle()
		id := w.want(fleet.RotateKey{})
		w.run(5*time.Second, nil)
		if told(t, w) != 0 {
			t.Fatal("told before it was durable")
		}
		return w, id
	}
	t.Run("told until it is heard", func(t *testing.T) {
		w, id := begin(t)
		w.step(KeyIn{KeyReady})
		w.run(3*keyEvery-time.Second, nil)
		if n := told(t, w); n < 2 || n > 3 {
			t.Errorf("told %d times", n)
		}
		w.step(KeyIn{KeyHeard})
		done(t, w.final(id))
	})
	t.Run("no effect", func(t *testing.T) {
		w, id := begin(t)
		w.step(KeyIn{KeyReady})
		if r := w.final(id); r.Stage != fleet.StageTimedOut || r.Code != "no-effect" || told(t, w) != keyTries {
			t.Errorf("%+v after %d", r, told(t, w))
		}
	})
	t.Run("not kept", func(t *testing.T) {
		w, id := begin(t)
		w.step(KeyIn{KeyLost})
		if r := w.final(id); r.Stage != fleet.StageFailed || r.Code != "not-kept" || told(t, w) != 0 {
			t.Errorf("%+v", r)
		}
	})
	t.Run("armed before it is told", func(t *testing.T) {
		w, id := begin(t)
		w.v.armed, w.v.armedAt = true, w.v.now
		w.run(2*time.Second, func() bool { return w.s.v.Armed })
		w.step(KeyIn{KeyReady})
		if r := w.final(id); r.Stage != fleet.StageFailed || r.Code != "armed" || told(t, w) != 0 {
			t.Errorf("%+v", r)
		}
	})
	t.Run("in the air", func(t *testing.T) {
		w := newWorld(t, 1, goodRadio)
		w.airborne()
		if r := w.do(fleet.RotateKey{}); r.Stage != fleet.StageRefused || r.Code != "armed" {
			t.Errorf("%+v", r)
		}
	})
	t.Run("a second wish takes the place of the first", func(t *testing.T) {
		w, id := begin(t)
		second := w.want(fleet.RotateKey{})
		if r := w.final(id); r.Code != "superseded" {
			t.Errorf("%+v", r)
		}
		w.step(KeyIn{KeyReady})
		w.run(time.Second, nil)
		w.step(KeyIn{KeyHeard})
		done(t, w.final(second))
	})
}
