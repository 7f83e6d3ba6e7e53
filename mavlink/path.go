package mavlink

import (
	"time"

	"groundstation/fleet"
)

const (
	// sharedFor is how long a path counts as carrying the same frames as another after one was seen on both.
	sharedFor = 3 * time.Second
	// unmeasured is the cost of a path that has not been measured, ns.
	unmeasured = float64(resendFirst)
)

// path is one way to a system: one source on one of the station's links.
type path struct {
	at     Source
	signed bool      // what comes by it is verified
	first  time.Time // its first heartbeat
	heard  time.Time // its last heartbeat
	spoke  time.Time // its last whole frame
	echo   echo
	uid    string // what it says of itself in AUTOPILOT_VERSION
	// seq counts what is lost on it, where there are several paths.
	seq    sequence
	shared time.Time // when it last brought a frame that another path brought too
	copies uint64    // frames that were dropped because the leading path brings them
}

// cost is what a path is chosen by: the round trip over the share of messages that get there and back, ns.
func (p *path) cost(now time.Time) float64 {
	trip := unmeasured
	if p.echo.rtt.known {
		trip = float64(p.echo.rtt.smooth + resendMin/10)
	}
	got := max(0.05, 1-max(p.seq.loss, p.echo.loss(now)))
	return trip / got
}

// show is the path as it is shown.
func (p *path) show(now time.Time, cfg *Config, best bool) fleet.Path {
	out := fleet.Path{Link: uint8(p.at.Link), Signed: p.signed, Best: best, State: silenceState(now.Sub(p.spoke), cfg),
		Frames: p.seq.frames, Lost: p.seq.lost, Hz: p.seq.hz, Loss: p.seq.loss, Copies: p.copies, RoundTripLoss: p.echo.loss(now)}
	if p.at.Addr.IsValid() {
		out.Addr = p.at.Addr.String()
	}
	if p.echo.rtt.known {
		out.RTTMS, out.JitterMS = ms(p.echo.rtt.smooth), ms(p.echo.rtt.vary)
	}
	return out
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func silenceState(silence time.Duration, cfg *Config) fleet.Link {
	switch {
	case silence > cfg.Lost:
		return fleet.LinkLost
	case silence > cfg.Stale:
		return fleet.LinkStale
	}
	return fleet.LinkOnline
}
