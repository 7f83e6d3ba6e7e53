package mavlink

import (
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
)

func TestTheTimeoutFollowsTheRoundTrip(t *testing.T) {
	var r rtt
	if got := r.timeout(1); got != resendFirst {
		t.Errorf("before anything was measured: %v", got)
	}
	for _, c := range []struct {
		trip        time.Duration
		n           int
		least, most time.Duration
	}{{2 * time.Second, 40, 2 * time.Second, 2500 * time.Millisecond}, {30 * time.Millisecond, 80, resendMin, resendMin}, {5 * time.Second, 60, 5 * time.Second, 6 * time.Second}} {
		for range c.n {
			r.sample(c.trip)
		}
		if got := r.timeout(1); got < c.least || got > c.most {
			t.Errorf("at a round trip of %v it waits %v", c.trip, got)
		}
		if once, again := r.timeout(1), r.timeout(9); again < once || again > max(once, resendMax) {
			t.Errorf("at a round trip of %v the ninth sending waits %v, the first %v", c.trip, again, once)
		}
	}
}

// Two seconds to and fro, as a mobile network may take: once that is known an order goes out once, and is not repeated while
// its answer is on the way.
func TestAnOrderIsNotRepeatedWhileItsAnswerIsOnTheWay(t *testing.T) {
	w := newWorld(t, 31, radio{least: 950 * time.Millisecond, most: 1050 * time.Millisecond})
	w.airborne()
	w.run(30*time.Second, nil)
	w.frames = nil
	if r := w.do(fleet.LookAt{Target: fakeHome.LatLon.At(4)}); r.Stage != fleet.StageDone {
		t.Fatalf("%+v", r)
	}
	sent := map[common.MAV_CMD]int{}
	for _, m := range w.frames {
		if c, ok := m.(*common.MessageCommandInt); ok {
			sent[c.Command]++
		}
	}
	if sent[common.MAV_CMD_DO_SET_ROI_LOCATION] != 1 {
		t.Errorf("sent %v", sent)
	}
}
