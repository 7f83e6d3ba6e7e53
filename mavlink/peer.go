package mavlink

import (
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/minimal"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
)

// beatEvery is the period of the GCS heartbeat.
const beatEvery = time.Second

// peer is what sessions with vehicles and with docks have in common: the link, the heartbeat to it, the guard before
// it, and the commands in flight.
type peer struct {
	cfg    Config
	system fleet.SystemID
	link   link
	seq    sequence
	rtt    rtt
	guard  guard
	cmds   []*command
	out    []Output
	links  linkSight
	// refused is the last refusal of a command.
	refused refusedNote

	renewed time.Time // the heartbeat may go out until then
	beatAt  time.Time // the next heartbeat
}

func (p *peer) emit(e fleet.Event) { p.out = append(p.out, Emit{e}) }

// transmit sends m by the leading path if the guard lets it pass and the peer may be spoken to.
func (p *peer) transmit(now time.Time, m message.Message, env *fleet.Envelope) error {
	if err := p.guard.check(m, env); err != nil {
		return err
	}
	if p.reachable(now) {
		p.out = append(p.out, Transmit{To: p.link.addr(), Message: m})
	}
	return nil
}

// whisper sends one of the few messages that go to a source of its own choice.
func (p *peer) whisper(now time.Time, to Source, m message.Message) {
	if p.guard.check(m, nil) == nil {
		p.out = append(p.out, Transmit{To: to, Message: m})
	}
}

// reachable says whether there is anybody to send to.
func (p *peer) reachable(now time.Time) bool {
	st := p.link.state(now, &p.cfg)
	return st != fleet.LinkNever && st != fleet.LinkQuarantined
}

// beat sends the GCS heartbeat by every path while the Desk renews it.
func (p *peer) beat(now time.Time) {
	if !now.Before(p.renewed) || now.Before(p.beatAt) || !p.reachable(now) {
		return
	}
	p.beatAt = now.Add(beatEvery)
	for i := range p.link.paths {
		p.whisper(now, p.link.paths[i].at, &common.MessageHeartbeat{
			Type: minimal.MAV_TYPE_GCS, Autopilot: minimal.MAV_AUTOPILOT_INVALID, SystemStatus: minimal.MAV_STATE_ACTIVE,
			MavlinkVersion: 3,
		})
	}
}

// wake is when the peer has something to do by itself; zero is never.
func (p *peer) wake(now time.Time) time.Time {
	at := earlier(p.link.next(now, &p.cfg), p.asks(now))
	if now.Before(p.renewed) && p.reachable(now) {
		at = earlier(at, p.beatAt)
	}
	for _, c := range p.cmds {
		if c.state == cmdSent || c.state == cmdCancelling {
			at = earlier(at, c.next)
		}
		if yield := c.cancelAt.Add(cancelYield); c.state == cmdCancelling && now.Before(yield) {
			at = earlier(at, yield)
		}
	}
	return at
}

// earlier is the earlier of two times, of which zero means never.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
