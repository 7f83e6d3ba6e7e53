package simulator

import (
	"slices"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
)

// steer sends sticks 25 times a second for d.
func (s *station) steer(d time.Duration, x, y, z, r int16) {
	for end := s.w.Now().Add(d); s.w.Now().Before(end); {
		s.send(3, &common.MessageManualControl{Target: 3, X: x, Y: y, Z: z, R: r})
		s.run(40 * time.Millisecond)
	}
}

// byHand is a city with V03 flown by sticks.
func byHand(t *testing.T) *station {
	s := newStation(t, smallCity())
	s.run(2 * time.Second)
	s.setInt(3, "COM_RCL_EXCEPT", 7)
	s.setInt(3, "NAV_RCL_ACT", 2)
	s.airborne()
	s.steer(time.Second, 0, 0, 500, 0)
	if acks := s.setMode(3, modePosition); !slices.Equal(acks, []common.MAV_RESULT{accepted, accepted}) {
		t.Fatalf("position mode: %v", acks)
	}
	return s
}

func TestSticksSteerTheNose(t *testing.T) {
	t.Parallel()
	s := byHand(t)
	for _, c := range []struct {
		name       string
		x, y, z, r int16
		fwd, right float64 // metres
		up         float64
	}{
		{"forward", 500, 0, 500, 0, 20, 0, 0}, {"right", 0, 500, 500, 0, 0, 20, 0}, {"back", -500, 0, 500, 0, -20, 0, 0}, {"up", 0, 0, 1000, 0, 0, 0, 12},
		{"down", 0, 0, 0, 0, 0, 0, -5}, {"turn", 0, 0, 500, 1000, 0, 0, 0},
	} {
		from := s.vehicle("V03")
		s.steer(5*time.Second, c.x, c.y, c.z, c.r)
		to := s.vehicle("V03")
		d := geo.NewFrame(from.Position).ENU(to.Position)
		e, n := bearing(from.HeadingDeg)
		fwd, right := d.E*e+d.N*n, d.E*n-d.N*e
		near := func(got, want float64) bool { return got > want-7 && got < want+7 && (want == 0 || got*want > 0) }
		if !near(fwd, c.fwd) || !near(right, c.right) || !near(d.U, c.up) {
			t.Errorf("%s: %.1f m ahead, %.1f m right, %.1f m up", c.name, fwd, right, d.U)
		}
		if c.r != 0 && turn(from.HeadingDeg, to.HeadingDeg) == 0 {
			t.Errorf("%s: did not turn", c.name)
		}
		s.steer(4*time.Second, 0, 0, 500, 0)
		at := s.vehicle("V03").Position
		s.steer(2*time.Second, 0, 0, 500, 0)
		if d := geo.Distance(at.LatLon, s.vehicle("V03").Position.LatLon); d > 1 {
			t.Errorf("%s: drifts %.1f m with sticks let go", c.name, d)
		}
	}
	s.noAccident()
}

// TestSilentSticksHoldThenReturn is what happens when a station dies while its pilot flies.
func TestSilentSticksHoldThenReturn(t *testing.T) {
	t.Parallel()
	s := byHand(t)
	s.steer(3*time.Second, 800, 0, 500, 0)
	s.beat = false
	held := s.until("failsafe hold", 3*time.Second, func() bool { v := s.vehicle("V03"); return v.Failsafe && v.Mode == "Hold" })
	if held < 400*time.Millisecond || held > 900*time.Millisecond {
		t.Errorf("missed after %v, want COM_RC_LOSS_T", held)
	}
	s.until("return", 6*time.Second, func() bool { return s.vehicle("V03").Mode == "Return" })
	s.steer(2*time.Second, 0, 0, 500, 0)
	if v := s.vehicle("V03"); v.Mode != "Return" {
		t.Errorf("%s when the sticks came back", v.Mode)
	}
	s.noAccident()
}

// TestSilentSticksInAutomaticModes: hold and mission do not miss them, an orbit does.
func TestSilentSticksInAutomaticModes(t *testing.T) {
	t.Parallel()
	s := byHand(t)
	s.setMode(3, modeHold)
	s.run(30 * time.Second)
	if v := s.vehicle("V03"); v.Mode != "Hold" || v.Failsafe {
		t.Fatalf("%s, failsafe %v in an excepted mode", v.Mode, v.Failsafe)
	}
	s.at(3, common.MAV_CMD_DO_ORBIT, s.vehicle("V03").Position.LatLon.At(44), 30, 4)
	s.until("return", 10*time.Second, func() bool { return s.vehicle("V03").Mode == "Return" })
}

func TestSticksThatNobodyAsked(t *testing.T) {
	t.Parallel()
	s := newStation(t, smallCity())
	s.run(2 * time.Second)
	s.setInt(3, "COM_RC_IN_MODE", 0)
	s.airborne()
	s.steer(time.Second, 1000, 0, 500, 0)
	if acks := s.setMode(3, modePosition); !slices.Equal(acks, []common.MAV_RESULT{accepted, rejected}) || s.vehicle("V03").Mode != "Hold" {
		t.Errorf("the transmitter alone may steer: %v, %s", acks, s.vehicle("V03").Mode)
	}
	s.setInt(3, "COM_RC_IN_MODE", 5)
	s.steer(200*time.Millisecond, 200, 0, 500, 0)
	if m := s.vehicle("V03").Mode; m != "Hold" {
		t.Errorf("%s: sticks hardly moved", m)
	}
	s.steer(200*time.Millisecond, 500, 0, 500, 0)
	if m := s.vehicle("V03").Mode; m != "Position" {
		t.Errorf("%s: moved sticks take over", m)
	}
}

// TestSticksThatAreLetGoTakeOver: PX4 judges how fast sticks move, not how far over they are, so that letting go of them just
// after another mode was ordered takes that mode away, and sticks that are kept over do not.
func TestSticksThatAreLetGoTakeOver(t *testing.T) {
	t.Parallel()
	s := byHand(t)
	s.steer(time.Second, 600, 0, 500, 0)
	s.setMode(3, modeHold)
	s.steer(time.Second, 600, 0, 500, 0)
	if m := s.vehicle("V03").Mode; m != "Hold" {
		t.Fatalf("%s: sticks that stand still took over", m)
	}
	s.steer(200*time.Millisecond, 0, 0, 500, 0)
	if m := s.vehicle("V03").Mode; m != "Position" {
		t.Fatalf("%s: sticks that were let go did not take over", m)
	}
	s.steer(time.Second, 0, 0, 500, 0)
	s.setMode(3, modeHold)
	s.steer(time.Second, 0, 0, 500, 0)
	if m := s.vehicle("V03").Mode; m != "Hold" {
		t.Fatalf("%s: sticks that had stood still took over", m)
	}
}
