package mavlink

import (
	"fmt"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
)

// uplinkWait is the silence on our questions after which the uplink is unconfirmed, though the downlink may be well.
const uplinkWait = 10 * time.Second

// ask sends the questions that are due, by every path and to every stranger, as long as the heartbeat may go out: in
// quarantine too, because an answer proves who is there and that we are heard, and a question moves nothing.
func (p *peer) ask(now time.Time) {
	if !now.Before(p.renewed) {
		return
	}
	for i := range p.link.paths {
		p.question(now, &p.link.paths[i], i)
	}
	for i := range p.link.strangers {
		s := &p.link.strangers[i]
		if p.question(now, s, pathsMax+i) && p.link.uid != "" && s.uid == "" && !now.Before(p.link.until) {
			p.whisper(now, s.at, &common.MessageCommandLong{TargetSystem: uint8(p.system), TargetComponent: autopilot,
				Command: common.MAV_CMD_REQUEST_MESSAGE, Param1: 148}) // AUTOPILOT_VERSION
		}
	}
}

func (p *peer) question(now time.Time, to *path, salt int) bool {
	if now.Before(to.echo.due(now)) {
		return false
	}
	ns := to.echo.ask(now, salt)
	p.whisper(now, to.at, &common.MessageTimesync{Ts1: ns, TargetSystem: uint8(p.system), TargetComponent: autopilot})
	return true
}

// asks is when ask has something to do; zero is never.
func (p *peer) asks(now time.Time) (at time.Time) {
	if !now.Before(p.renewed) {
		return at
	}
	for i := range p.link.paths {
		at = earlier(at, p.link.paths[i].echo.due(now))
	}
	for i := range p.link.strangers {
		at = earlier(at, p.link.strangers[i].echo.due(now))
	}
	return at
}

// answered takes a TIMESYNC; a question of the other side is none of ours. What is an answer is known by the time that was
// asked and not by its address: PX4 (v1.17) leaves that as it lay in its memory.
func (p *peer) answered(now time.Time, from Source, m *common.MessageTimesync) {
	if m.Tc1 == 0 {
		return
	}
	if s := p.link.asking(from); s != nil {
		s.echo.answer(now, m.Ts1, m.Tc1, true)
		p.link.judge(now, &p.cfg)
		return
	}
	for i := range p.link.paths {
		by := &p.link.paths[i]
		if !by.echo.answer(now, m.Ts1, m.Tc1, by.at == from) {
			continue
		}
		if i == p.link.lead && by.at == from {
			p.rtt.sample(now.Sub(time.Unix(0, m.Ts1)))
		}
		p.link.judge(now, &p.cfg)
		return
	}
}

// obeyed notes an answer to a command of ours: as good a proof as an answer to a question.
func (p *peer) obeyed(now time.Time) {
	if len(p.link.paths) > 0 {
		p.link.paths[p.link.lead].echo.answered = now
	}
}

// uplink says whether the other side is known to hear us, and since when it is known or doubted.
func (p *peer) uplink(now time.Time) (fleet.Uplink, time.Time) {
	var answered, since time.Time
	for i := range p.link.paths {
		e := &p.link.paths[i].echo
		answered = later(answered, e.answered)
		if now.Sub(e.last) <= 3*askEvery {
			since = earlier(since, e.since)
		}
	}
	switch st := p.link.state(now, &p.cfg); {
	case st != fleet.LinkOnline && st != fleet.LinkStale:
		return fleet.UplinkUnknown, time.Time{}
	case !answered.IsZero() && now.Sub(answered) <= uplinkWait:
		return fleet.UplinkConfirmed, answered
	case !since.IsZero() && now.Sub(since) > uplinkWait:
		return fleet.UplinkUnconfirmed, later(answered, since)
	}
	return fleet.UplinkUnknown, time.Time{}
}

// linkSight is what is told of the ways to a system.
type linkSight struct {
	state  fleet.Link
	ways   fleet.Ways
	at     time.Time // when ways was made
	looked time.Time
}

// waysEvery is the pace of the figures of a link, waysLook how often its uplink is looked at.
const (
	waysEvery = time.Second
	waysLook  = 100 * time.Millisecond
)

// sight brings what is told of the link up to date: its state at once, its figures at their pace.
func (p *peer) sight(now time.Time) {
	p.link.choose(now)
	l := &p.links
	before := l.state
	if l.state = p.link.state(now, &p.cfg); l.state == before && now.Sub(l.looked) < waysLook {
		return
	}
	l.looked = now
	up, at := p.uplink(now)
	if up == l.ways.Uplink && now.Sub(l.at) < waysEvery {
		return
	}
	l.at, l.ways = now, fleet.Ways{Uplink: up, Paths: p.shown(now)}
	if c := p.link.claimed(now, &p.cfg); c != (Source{}) {
		l.ways.Claimed = c.String()
	}
	if !at.IsZero() {
		l.ways.UplinkAt = &at
	}
	if len(p.link.paths) > 0 {
		if r := &p.link.paths[p.link.lead].echo.rtt; r.known {
			l.ways.RTTMS, l.ways.JitterMS = ms(r.smooth), ms(r.vary)
		}
	}
}

// shown gives the paths as they are shown; nil if there is only one.
func (p *peer) shown(now time.Time) []fleet.Path {
	if len(p.link.paths) < 2 {
		return nil
	}
	out := make([]fleet.Path, len(p.link.paths))
	for i := range p.link.paths {
		out[i] = p.link.paths[i].show(now, &p.cfg, i == p.link.lead)
	}
	return out
}

// prove takes what a source that is not believed says to prove itself.
func (p *peer) prove(now time.Time, in *FrameIn) {
	s := p.link.asking(in.Source)
	if s == nil || !in.Frame.Checked {
		return
	}
	switch m := in.Frame.Message.(type) {
	case *common.MessageTimesync:
		p.answered(now, in.Source, m)
	case *common.MessageAutopilotVersion:
		s.uid = uniqueID(m)
		p.link.judge(now, &p.cfg)
	}
}

// uniqueID is what the hardware says of itself; "" if it says nothing.
func uniqueID(m *common.MessageAutopilotVersion) string {
	switch {
	case m.Uid2 != [18]uint8{}:
		return fmt.Sprintf("%016x-%x", m.Uid, m.Uid2)
	case m.Uid != 0:
		return fmt.Sprintf("%016x", m.Uid)
	}
	return ""
}

// look takes over what is seen of the link. A new leading path has its own streams and its own round trip.
func (s *Session) look(now time.Time) {
	s.sight(now)
	s.v.Link, s.v.Ways = s.links.state, s.links.ways
	if !s.link.switched {
		return
	}
	s.link.switched = false
	s.seq.anew()
	lead := &s.link.paths[s.link.lead]
	if lead.echo.rtt.known {
		s.rtt = lead.echo.rtt
	}
	if now.Sub(lead.shared) > sharedFor {
		s.streams.restart(now)
	}
}

func (s *DockSession) look(now time.Time) {
	s.sight(now)
	s.d.Link, s.d.Ways = s.links.state, s.links.ways
	if s.link.switched {
		s.link.switched = false
		s.seq.anew()
	}
}
