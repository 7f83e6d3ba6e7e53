package mavlink

import (
	"slices"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
)

const (
	// cancelMost is how often COMMAND_CANCEL is sent at most.
	cancelMost = 8
	// cancelYield is how long a newer command of the same id waits for the end of the one before: an order to stop must
	// not wait longer for anything.
	cancelYield = time.Second
)

// withdrawal is what a command needs to be cancelled (https://mavlink.io/en/services/command.html#COMMAND_CANCEL): the
// vehicle answers with a COMMAND_ACK of the command itself, CANCELLED, or another result if it was over before.
type withdrawal struct {
	cancels  int
	cancelAt time.Time // when it was withdrawn
	// answered: an ACK came after that.
	answered bool
	// wary: a cancellation of an earlier command of this id was not answered, so that its CANCELLED may still come.
	wary bool
}

// underWayFor are the commands of a task that the vehicle is still carrying out although nobody wants them any more: the
// task was superseded, withdrawn, or ran out of time. After a reboot, or when somebody else took over, nothing more is said of them.
func (s *Session) underWayFor(t *task, v verdict) (under []*command) {
	if v.code != "superseded" && v.code != "withdrawn" && v.stage != fleet.StageTimedOut {
		return nil
	}
	for _, c := range s.cmds {
		if c.env == &t.in.Envelope && c.state == cmdSent && c.long {
			under = append(under, c)
		}
	}
	return under
}

// withdraw begins to cancel commands that their act has let go.
func (s *Session) withdraw(now time.Time, under []*command) act {
	for _, c := range under {
		c.state, c.cancelAt, c.next = cmdCancelling, now, now
	}
	s.cmds = append(slices.Clone(under), s.cmds...) // before whatever waits for their ids
	s.runCommands(now)
	return &withdrawn{under}
}

// runCancel sends COMMAND_CANCEL when it is due, until it is answered or a newer command of its id has waited enough.
func (p *peer) runCancel(now time.Time, c *command, after []*command) {
	newer := slices.IndexFunc(after, func(d *command) bool { return d.id == c.id && d.to == c.to && d.state == cmdWaiting })
	if newer >= 0 && now.Sub(c.cancelAt) >= cancelYield {
		after[newer].wary = true
		c.state = cmdSilent
		return
	}
	if now.Before(c.next) {
		return
	}
	if c.cancels >= cancelMost {
		c.state = cmdSilent
		return
	}
	m := &common.MessageCommandCancel{Command: c.id}
	switch of := c.m.(type) {
	case *common.MessageCommandInt:
		m.TargetSystem, m.TargetComponent = of.TargetSystem, of.TargetComponent
	case *common.MessageCommandLong:
		m.TargetSystem, m.TargetComponent = of.TargetSystem, of.TargetComponent
	}
	if err := p.transmit(now, m, nil); err != nil {
		c.state, c.reason = cmdBlocked, err
		return
	}
	c.cancels++
	c.next = now.Add(p.rtt.timeout(c.cancels))
}

// cancelAck takes an answer to a command that is being cancelled, or CANCELLED for one before it.
func (c *command) cancelAck(now time.Time, r common.MAV_RESULT) {
	switch {
	case c.state != cmdCancelling:
		c.wary, c.next = false, now // it may have met this command too: it is sent again
	case r == common.MAV_RESULT_IN_PROGRESS: // from before it heard of it
	case r == common.MAV_RESULT_ACCEPTED:
		c.result, c.answered, c.state = r, true, cmdAccepted
	default:
		c.result, c.answered, c.state = r, true, cmdRefused
	}
}

// withdrawn waits for the end of commands that were cancelled, so that the report of their Intent can tell it.
type withdrawn struct{ cmds []*command }

func (a *withdrawn) step(*Session, *task, time.Time, message.Message) verdict { return notYet }

func (a *withdrawn) abort(s *Session, _ *task, _ time.Time) (over bool, detail string) {
	for _, c := range a.cmds {
		switch {
		case c.state == cmdCancelling:
			return false, ""
		case c.answered:
			detail += "; vehicle: " + c.result.String()
		default:
			detail += "; vehicle: no word on the cancellation"
		}
	}
	return true, detail
}

func (a *withdrawn) stop(s *Session) {
	for _, c := range a.cmds {
		s.release(c)
	}
}

// turn sends a command by the other message if the vehicle takes it only so, and says whether that is so. A place goes by
// COMMAND_LONG only where its altitude is known to be read as AMSL.
func (p *peer) turn(now time.Time, c *command) bool {
	if c.turned {
		if c.result != c.turnedBy {
			return false
		}
		return true // the answer to the first message again
	}
	switch m := c.m.(type) {
	case *common.MessageCommandLong:
		if c.result != common.MAV_RESULT_COMMAND_INT_ONLY || !locates(c.id) && (m.Param5 != 0 || m.Param6 != 0) {
			return false
		}
		c.m = intForm(m)
	case *common.MessageCommandInt:
		if c.result != common.MAV_RESULT_COMMAND_LONG_ONLY || p.guard.dock || locates(c.id) && p.guard.auto != px4Family {
			return false
		}
		c.m = longForm(m)
	}
	c.turned, c.turnedBy = true, c.result
	p.sendCommand(now, c)
	return true
}

// asLong is the command as COMMAND_LONG, by whichever message it went last.
func (c *command) asLong() *common.MessageCommandLong {
	if m, ok := c.m.(*common.MessageCommandInt); ok {
		return longForm(m)
	}
	return c.m.(*common.MessageCommandLong)
}
