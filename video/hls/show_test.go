package hls

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"groundstation/video/unit"
)

// silent is a source that gives nothing.
type silent struct{ closed bool }

func (s *silent) Next(ctx context.Context) (*unit.Unit, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func (s *silent) Close() { s.closed = true }

func TestAShowThatNobodyAsksForEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sh := newShow()
		ended := make(chan error, 1)
		go func() { ended <- sh.run(t.Context(), &silent{}) }()
		time.Sleep(idleFor - time.Second)
		sh.asked.Store(time.Now().UnixNano())
		time.Sleep(idleFor - time.Second)
		select {
		case err := <-ended:
			t.Fatalf("it ended though somebody asked: %v", err)
		default:
		}
		time.Sleep(idleFor)
		select {
		case err := <-ended:
			if !errors.Is(err, errIdle) {
				t.Fatal(err)
			}
		default:
			t.Fatal("it goes on for nobody")
		}
	})
}

func TestACameraThatSendsNothingIsSaidSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), firstWait)
		defer cancel()
		if _, err := newShow().muxer(ctx); !errors.Is(err, ErrNothing) {
			t.Error(err)
		}
	})
}
