package mavlink

import (
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
)

// cmdState is how far a command has come:
//
//	waiting ─no other of its id in flight─► sent ─ack 0─► accepted ─ack ≠ 0 (PX4's second answer)─► refused
//	   ▲                                    │ └─ack ≠ 0─► refused        guard ─► blocked
//	   └─only by the other message, INT for LONG─┘ └─no answer to tries sendings─► silent
//	sent ─IN_PROGRESS, then withdrawn─► cancelling ─any ack─► accepted, refused (cancel.go)
type cmdState int

const (
	cmdWaiting cmdState = iota
	cmdSent
	cmdAccepted
	cmdCancelling
	cmdRefused
	cmdSilent
	cmdBlocked
)

// inProgressWait is how long an IN_PROGRESS holds off a resend.
const inProgressWait = 3 * time.Second

// command is one COMMAND_INT or COMMAND_LONG on its way. Its owner looks at state and ends it with peer.release.
type command struct {
	m     message.Message
	id    common.MAV_CMD
	to    uint8 // the component
	env   *fleet.Envelope
	state cmdState
	// result is the last COMMAND_ACK's; progressing that it was IN_PROGRESS, at percent.
	result      common.MAV_RESULT
	progressing bool
	percent     int
	// long: it was IN_PROGRESS at some time. turned: it goes by the other message, because of result turnedBy.
	long     bool
	turned   bool
	turnedBy common.MAV_RESULT
	withdrawal
	reason error // why the guard blocked it

	tries, most int
	first, last time.Time
	next        time.Time
}

// newCommand queues a command that is sent at most most times.
func (p *peer) newCommand(now time.Time, m message.Message, env *fleet.Envelope, most int) *command {
	c := &command{m: m, env: env, most: most}
	switch m := m.(type) {
	case *common.MessageCommandInt:
		c.id, c.to = m.Command, m.TargetComponent
	case *common.MessageCommandLong:
		c.id, c.to = m.Command, m.TargetComponent
	}
	p.cmds = append(p.cmds, c)
	p.runCommands(now)
	return c
}

// release takes a command out of the list; nil is nothing.
func (p *peer) release(c *command) {
	for i, d := range p.cmds {
		if d == c {
			p.cmds = append(p.cmds[:i], p.cmds[i+1:]...)
			return
		}
	}
}

// runCommands sends what may go out and resends what is overdue. An ACK names only the command id, so one per id and
// component is in flight.
func (p *peer) runCommands(now time.Time) {
	for i, c := range p.cmds {
		switch c.state {
		case cmdWaiting:
			if !c.behind(p.cmds[:i]) {
				p.sendCommand(now, c)
			}
		case cmdSent:
			if now.Before(c.next) {
				continue
			}
			if c.tries >= c.most {
				c.state = cmdSilent
				continue
			}
			p.sendCommand(now, c)
		case cmdCancelling:
			p.runCancel(now, c, p.cmds[i+1:])
		}
	}
}

// behind says whether a command before it has the same id, to the same component, and is not over.
func (c *command) behind(before []*command) bool {
	for _, d := range before {
		if d.id == c.id && d.to == c.to && d.state < cmdRefused {
			return true
		}
	}
	return false
}

func (p *peer) sendCommand(now time.Time, c *command) {
	m := c.m
	if long, ok := m.(*common.MessageCommandLong); ok && c.tries > 0 {
		again := *long
		again.Confirmation = uint8(min(c.tries, 255))
		m = &again
	}
	if err := p.transmit(now, m, c.env); err != nil {
		c.state, c.reason = cmdBlocked, err
		return
	}
	if c.tries == 0 {
		c.first = now
	}
	c.state, c.progressing = cmdSent, false
	c.tries++
	c.last = now
	c.next = now.Add(p.rtt.timeout(c.tries))
}

// ack gives a COMMAND_ACK of a component to the command it answers and says whether there was one.
func (p *peer) ack(now time.Time, from uint8, a *common.MessageCommandAck) bool {
	if a.TargetSystem != 0 && (a.TargetSystem != StationSystem || a.TargetComponent != StationComponent) {
		return false
	}
	if p.echoed(now, from, a) {
		return false
	}
	for _, c := range p.cmds {
		if c.id != a.Command || c.to != from || c.state != cmdSent && c.state != cmdAccepted && c.state != cmdCancelling {
			continue
		}
		if c.state == cmdCancelling || c.wary && a.Result == common.MAV_RESULT_CANCELLED {
			c.cancelAck(now, a.Result)
			return true
		}
		if c.state == cmdSent && c.tries == 1 && !c.progressing {
			p.rtt.sample(now.Sub(c.first))
		}
		c.result = a.Result
		switch a.Result {
		case common.MAV_RESULT_ACCEPTED:
			c.state = cmdAccepted
		case common.MAV_RESULT_IN_PROGRESS:
			if c.state == cmdSent {
				c.progressing, c.long, c.percent = true, true, int(a.Progress)
				c.next = now.Add(inProgressWait)
			}
		default:
			if !p.turn(now, c) {
				c.state = cmdRefused
				p.refused = refusedNote{c, from, a.Command, a.Result, now}
			}
		}
		return true
	}
	return false
}

// refusalEcho is how long a refusal may come again, by another path or late, after the command it answered.
const refusalEcho = time.Second

// refusedNote is the last refusal of a command.
type refusedNote struct {
	of     *command
	from   uint8
	id     common.MAV_CMD
	result common.MAV_RESULT
	at     time.Time
}

// echoed says whether a refusal is the last one once more, while another command with the same id waits for its first
// answer, where frames come twice: an ACK does not say which of two it answers. If it is meant, it comes again when the
// command is sent again.
func (p *peer) echoed(now time.Time, from uint8, a *common.MessageCommandAck) bool {
	r := &p.refused
	if len(p.link.paths) < 2 && now.Sub(p.seq.lateAt) > 10*refusalEcho {
		return false // nothing comes twice here
	}
	if r.of == nil || now.Sub(r.at) > refusalEcho || r.from != from || r.id != a.Command || r.result != a.Result {
		return false
	}
	for _, c := range p.cmds {
		if c.id == a.Command && c.to == from && c != r.of && c.state == cmdSent {
			return c.tries == 1 && !c.progressing
		}
	}
	return false
}

// resultCode is the stable code of a MAV_RESULT that is not ACCEPTED.
func resultCode(r common.MAV_RESULT) string {
	switch r {
	case common.MAV_RESULT_TEMPORARILY_REJECTED:
		return "temporarily-rejected"
	case common.MAV_RESULT_DENIED:
		return "denied"
	case common.MAV_RESULT_UNSUPPORTED, common.MAV_RESULT_COMMAND_LONG_ONLY, common.MAV_RESULT_COMMAND_INT_ONLY,
		common.MAV_RESULT_COMMAND_UNSUPPORTED_MAV_FRAME:
		return "unsupported"
	case common.MAV_RESULT_CANCELLED:
		return "cancelled"
	case common.MAV_RESULT_NOT_IN_CONTROL:
		return "not-in-control"
	}
	return "failed"
}
