package mavlink

import (
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// chase lets a target move at speed on a bearing for d, told of twice a second.
func chase(w *world, id fleet.IntentID, at *geo.LatLon, bearing, speed float64, d time.Duration, each func()) {
	for end := w.now.Add(d); w.now.Before(end); {
		*at = geo.Offset(*at, bearing, speed/2)
		w.step(TrackIn{Follow: id, Target: *at, At: w.now})
		w.run(500*time.Millisecond, nil)
		if each != nil {
			each()
		}
	}
}

func followIn(w *world, radius float64) fleet.Follow {
	f := fleet.Follow{DistanceM: 40, AltAMSL: 60, SpeedMS: 10}
	for b := 45.0; b < 360; b += 90 {
		f.Room = append(f.Room, geo.Offset(fakeHome.LatLon, b, radius))
	}
	return f
}

func repositions(w *world) (n int) {
	for _, m := range w.frames {
		if c, ok := m.(*common.MessageCommandInt); ok && c.Command == common.MAV_CMD_DO_REPOSITION {
			n++
		}
	}
	return n
}

func TestFollowsATargetThatMoves(t *testing.T) {
	overRadios(t, func(t *testing.T, w *world) {
		w.airborne()
		at := geo.Offset(fakeHome.LatLon, 90, 100)
		id := w.want(followIn(w, 2500))
		begun := w.now
		n := repositions(w)
		chase(w, id, &at, 0, 5, 60*time.Second, nil)
		far := geo.Distance(w.v.pos.LatLon, at)
		if slack := 15 + 5*w.radio.most.Seconds()*2 + 60*w.radio.loss; far < 40-slack || far > 40+slack {
			t.Fatalf("%.1f m from its target, want 40", far)
		}
		if n = repositions(w) - n; n > int(w.now.Sub(begun)/followEvery)+1 {
			t.Fatalf("%d repositions in a minute", n)
		}
		done(t, w.do(fleet.Hold{}))
		if r := w.final(id); r.Stage != fleet.StageDone || r.Code != "ended" {
			t.Fatalf("%+v", r)
		}
	})
}

// TestATargetThatIsNotHeardOfIsNotFollowed: the follower stops where it is.
func TestATargetThatIsNotHeardOfIsNotFollowed(t *testing.T) {
	overRadios(t, func(t *testing.T, w *world) {
		w.airborne()
		at := geo.Offset(fakeHome.LatLon, 90, 100)
		id := w.want(followIn(w, 2500))
		chase(w, id, &at, 0, 8, 20*time.Second, nil)
		silent := w.now
		r := w.final(id)
		if r.Code != "target-stale" || r.Stage != fleet.StageFailed || r.At.Sub(silent) < 2*time.Second {
			t.Fatalf("%+v after %v", r, r.At.Sub(silent))
		}
		w.run(3*time.Second, nil)
		from := w.v.pos
		w.run(5*time.Second, nil)
		if d := geo.Distance(from.LatLon, w.v.pos.LatLon); w.v.mode != px4Hold || d > 1 {
			t.Fatalf("mode %v, moved %.1f m", w.v.mode, d)
		}
	})
}

// TestAFollowerStaysInItsRoom: a target that leaves it is followed to the edge, and again when it comes back.
func TestAFollowerStaysInItsRoom(t *testing.T) {
	w := newWorld(t, 1, goodRadio)
	w.airborne()
	at := geo.Offset(fakeHome.LatLon, 0, 60)
	f := followIn(w, 300)
	id := w.want(f)
	in := func() {
		if !contains(f.Room, w.v.pos.LatLon) {
			t.Fatalf("it left the room at %v", w.v.pos)
		}
	}
	chase(w, id, &at, 0, 10, 60*time.Second, in)
	if d := geo.Distance(w.v.pos.LatLon, at); d < 200 {
		t.Fatalf("%.0f m from a target that is outside", d)
	}
	chase(w, id, &at, 180, 10, 60*time.Second, in)
	if d := geo.Distance(w.v.pos.LatLon, at); d > 60 {
		t.Fatalf("%.0f m from a target that came back", d)
	}
	for name, bad := range map[string]fleet.Follow{"no room": {DistanceM: 40, AltAMSL: 60}, "too near": {DistanceM: 1, AltAMSL: 60, Room: f.Room}} {
		if r := w.do(bad); r.Stage != fleet.StageRefused || r.Code != "guard" {
			t.Errorf("%s: %+v", name, r)
		}
	}
	low := f
	low.AltAMSL = 5
	id = w.want(low)
	n := repositions(w)
	chase(w, id, &at, 180, 10, 5*time.Second, nil)
	if repositions(w) != n {
		t.Error("sent below its floor")
	}
}
