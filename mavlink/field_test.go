package mavlink

import (
	"math"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
)

func TestAFieldOfViewThatIsNone(t *testing.T) {
	now := worldStart
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for _, c := range []struct {
		h, v float32
		want *fleet.Field
	}{
		{62.5, 38, &fleet.Field{HDeg: 62.5, VDeg: 38, At: now}}, {7, nan, &fleet.Field{HDeg: 7, At: now}}, {7, 500, &fleet.Field{HDeg: 7, At: now}},
		{7, -3, &fleet.Field{HDeg: 7, At: now}}, {0.2, 0.1, &fleet.Field{HDeg: float64(float32(0.2)), At: now}},
		{nan, 30, nil}, {inf, 30, nil}, {-inf, 30, nil}, {0, 0, nil}, {500, 30, nil}, {-7, 5, nil}, {180, 90, nil}, {1e-30, 0, nil},
	} {
		got := fieldOf(now, &common.MessageCameraFovStatus{Hfov: c.h, Vfov: c.v})
		if (got == nil) != (c.want == nil) || got != nil && *got != *c.want {
			t.Errorf("%v by %v is %+v, not %+v", c.h, c.v, got, c.want)
		}
	}
}

// knows waits for what the fleet knows of the camera's field of view.
func (c *fakeOptics) knows(what string, within time.Duration, is func(*fleet.Field) bool) {
	c.w.t.Helper()
	if !c.w.run(within, func() bool { return len(c.w.s.v.Cameras) == 1 && is(c.w.s.v.Cameras[0].Field) }) {
		c.w.t.Fatalf("%s: %+v", what, c.w.s.v.Cameras)
	}
}

func TestACameraThatIsZoomedTellsItsFieldOfView(t *testing.T) {
	overRadios(t, func(t *testing.T, w *world) {
		c := newFakeOptics(w) // at 10 % of its zoom
		c.sees()
		c.knows("its own", time.Minute, func(f *fleet.Field) bool { return f != nil && f.HDeg == 60 && f.VDeg == 0 })
		c.hfov = 20
		c.knows("narrower", time.Minute, func(f *fleet.Field) bool { return f.HDeg == 20 })
		c.hfov = float32(math.NaN())
		c.knows("it does not know it any more", time.Minute, func(f *fleet.Field) bool { return f == nil })
		c.hfov = 70
		done(t, w.do(fleet.SetZoom{Camera: fleet.CameraRef{Component: 100}, Percent: 0}))
		if !w.run(time.Minute, func() bool { return c.fieldPace == 0 }) {
			t.Error("at its wide end it is still to send its field of view")
		}
	})
}

// A camera of the autopilot has no messages at an interval, and one beside may refuse them: they are asked, once a second.
func TestAFieldOfViewIsAskedForWhereItIsNotSent(t *testing.T) {
	for name, change := range map[string]func(c *fakeOptics){
		"of the autopilot": func(c *fakeOptics) { c.onAutopilot() },
		"beside it":        func(c *fakeOptics) { c.refuses[common.MAV_CMD_SET_MESSAGE_INTERVAL] = common.MAV_RESULT_UNSUPPORTED },
	} {
		w := newWorld(t, 1, goodRadio)
		c := newFakeOptics(w)
		change(c)
		c.sees()
		c.knows(name, time.Minute, func(f *fleet.Field) bool { return f != nil })
		missed := 0
		w.run(30*time.Second, func() bool {
			if w.now.Sub(w.s.v.Cameras[0].Field.At) > fleet.FieldFresh {
				missed++
			}
			return false
		})
		if missed > 0 {
			t.Errorf("%s: not fresh in %d steps", name, missed)
		}
	}
}
