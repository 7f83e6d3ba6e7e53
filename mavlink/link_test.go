package mavlink

import (
	"testing"
	"time"

	"groundstation/fleet"
)

func TestAnyFrameBreaksTheSilenceAndNoHeartbeatEndsTheLink(t *testing.T) {
	cfg := DefaultConfig()
	start := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	from := source("127.0.0.1:14601")
	at := func(s float64) time.Time { return start.Add(time.Duration(s * float64(time.Second))) }
	for name, c := range map[string]struct {
		frames []float64 // seconds after the only heartbeat
		look   float64
		want   fleet.Link
	}{
		"heartbeat alone":            {nil, 2.9, fleet.LinkOnline},
		"silent":                     {nil, 3.1, fleet.LinkStale},
		"silent for long":            {nil, 10.1, fleet.LinkLost},
		"heartbeats lost":            {[]float64{1, 2, 3, 4}, 6.9, fleet.LinkOnline},
		"heartbeats lost, silent":    {[]float64{1, 2, 3, 4}, 7.1, fleet.LinkStale},
		"speaks and never beats":     {[]float64{2, 4, 6, 8, 10}, 10.1, fleet.LinkLost},
		"speaks, is silent for long": {[]float64{1}, 11.1, fleet.LinkLost},
	} {
		var l link
		if got := l.state(start, &cfg); got != fleet.LinkNever {
			t.Errorf("%s: %s before anything", name, got)
		}
		l.heartbeat(start, from, false, &cfg)
		now := start
		for _, f := range c.frames {
			now = at(f)
			l.frame(now, l.path(from), &Frame{})
		}
		if got := l.state(at(c.look), &cfg); got != c.want {
			t.Errorf("%s: %s after %.1f s, want %s", name, got, c.look, c.want)
		}
		// The state never changes but at a time that next foretold.
		for before := l.state(now, &cfg); ; {
			next := l.next(now, &cfg)
			if next.IsZero() {
				break
			}
			if got := l.state(next.Add(-2*time.Millisecond), &cfg); got != before {
				t.Errorf("%s: became %s before it was foretold", name, got)
			}
			now, before = next, l.state(next, &cfg)
		}
	}
}
