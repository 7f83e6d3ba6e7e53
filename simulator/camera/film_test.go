package camera

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// slow is a reel that takes long for its third picture.
type slow struct {
	reel
	shots []time.Time
}

func (s *slow) period() time.Duration { return framePeriod }

func (s *slow) shoot(now time.Time, _ bool) (before, unit [][]byte, ok bool) {
	if s.shots = append(s.shots, now); len(s.shots) == 3 {
		time.Sleep(framePeriod*2 - time.Microsecond)
	}
	return nil, nil, false
}

// A picture that took long is not made up for by two at once, which would have one time.
func TestNoTwoPicturesAtOneTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s := &slow{}
		f := &film{reel: s, wake: make(chan struct{}, 1), watchers: 1}
		ended := make(chan struct{})
		go func() { f.roll(ctx); close(ended) }()
		time.Sleep(10 * framePeriod)
		cancel()
		<-ended
		if len(s.shots) < 8 {
			t.Errorf("%d pictures in the time of ten", len(s.shots))
		}
		for i := range s.shots[1:] {
			if d := s.shots[i+1].Sub(s.shots[i]); d < framePeriod/2 {
				t.Errorf("picture %d is %v after the one before", i+1, d)
			}
		}
	})
}
