package mavlink

import (
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

const (
	// syncEvery is the period of TIMESYNC, syncMax the longest round trip that is believed.
	syncEvery = time.Second
	syncMax   = 20 * time.Second
)

// timesync measures the round trip (https://mavlink.io/en/services/timesync.html): the answer carries the time that was
// sent, so it is exact however many were lost.
type timesync struct{ next time.Time }

// run asks, as long as the heartbeat may go out.
func (y *timesync) run(s *Session, now time.Time) {
	if !now.Before(s.renewed) || now.Before(y.next) || !s.reachable(now) {
		return
	}
	y.next = now.Add(syncEvery)
	_ = s.transmit(now, &common.MessageTimesync{Ts1: now.UnixNano(), TargetSystem: uint8(s.system), TargetComponent: autopilot}, nil)
}

// wake is when run has something to do; zero is never.
func (y *timesync) wake(s *Session, now time.Time) time.Time {
	if !now.Before(s.renewed) || !s.reachable(now) {
		return time.Time{}
	}
	return y.next
}

// take looks at an answer; a question of the vehicle's own is none of ours.
func (y *timesync) take(s *Session, now time.Time, m *common.MessageTimesync) {
	if m.Tc1 == 0 || m.TargetSystem != 0 && !ours(m.TargetSystem, m.TargetComponent) {
		return
	}
	if d := now.Sub(time.Unix(0, m.Ts1)); d >= 0 && d <= syncMax {
		s.rtt.sample(d)
	}
}
