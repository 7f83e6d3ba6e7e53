package mavlink

import (
	"slices"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

const (
	// askTries is how often one request is sent before it counts as a missed cycle, askCycles how many cycles there are
	// (https://mavlink.io/en/services/camera.html: three), and askRest the rest after them.
	askTries  = 4
	askCycles = 3
	askRest   = 30 * time.Second
	askPause  = time.Second
)

// wanted is a message wanted of a component by MAV_CMD_REQUEST_MESSAGE, or at an interval.
type wanted struct {
	id     uint32
	param2 float32
	// stream: SET_MESSAGE_INTERVAL with this pace, 0 for none, and its acknowledgement is the answer.
	stream bool
	pace   time.Duration
	// every: asked again when that long nothing came; 0: once.
	every  time.Duration
	due    time.Time // zero: not to be asked
	asked  time.Time
	got    time.Time
	cycles int
	denied bool // the component cannot tell it
}

// asker asks one component what is wanted, one request at a time, those wanted first first.
//
//	due ─► asked ─ack, message─► got (due again after every)
//	        │ └─ack, no message; no ack; refused─► due again, after askCycles such at rest for askRest
//	        └─the autopilot denies it─► denied
type asker struct {
	component uint8
	list      []*wanted
	on        *wanted
	cmd       *command
	old       *command // of an asker before this one
	wake      time.Time
}

// want has a message asked for now.
func (a *asker) want(now time.Time, id uint32, param2 float32, every time.Duration) *wanted {
	q := a.find(id)
	if q == nil {
		q = &wanted{id: id}
		a.list = append(a.list, q)
	}
	q.param2, q.every, q.due, q.cycles, q.denied = param2, every, now, 0, false
	a.wake = now
	return q
}

func (a *asker) find(id uint32) *wanted {
	for _, q := range a.list {
		if q.id == id && !q.stream {
			return q
		}
	}
	return nil
}

// streamed has a message sent once a second.
func (a *asker) streamed(now time.Time, id uint32) {
	a.pace(now, id, time.Second)
}

// pace has a message sent so often, 0 for no longer.
func (a *asker) pace(now time.Time, id uint32, every time.Duration) {
	for _, q := range a.list {
		if q.id == id && q.stream {
			if q.pace != every && !q.denied {
				q.pace, q.due, q.cycles = every, now, 0
				a.wake = now
			}
			return
		}
	}
	if every > 0 {
		a.list = append(a.list, &wanted{id: id, stream: true, pace: every, due: now})
		a.wake = now
	}
}

// again asks for a message now that has been wanted before, unless it is being asked for: somebody waits for it, so before
// all others.
func (a *asker) again(now time.Time, id uint32) {
	if q := a.find(id); q != nil && q != a.on && !q.denied {
		i := slices.Index(a.list, q)
		a.list = slices.Insert(slices.Delete(a.list, i, i+1), 0, q)
		q.due, q.cycles = now, 0
		a.wake = now
	}
}

// heard notes that a message has come.
func (a *asker) heard(now time.Time, id uint32) {
	if q := a.find(id); q != nil {
		q.got, q.cycles, q.denied = now, 0, false
		q.rest(now)
		if q == a.on {
			a.wake = now
		}
	}
}

// denied says whether the component has said that it cannot tell this.
func (a *asker) denied(id uint32) bool {
	q := a.find(id)
	return q == nil || q.denied
}

func (q *wanted) rest(now time.Time) {
	q.due = time.Time{}
	if q.every > 0 {
		q.due = now.Add(q.every)
	}
}

// release gives the command in flight, for its release.
func (a *asker) release() *command {
	c := a.cmd
	a.cmd, a.on = nil, nil
	return c
}

// run moves on.
func (a *asker) run(s *Session, now time.Time) {
	if a.old != nil {
		s.release(a.old)
		a.old = nil
	}
	if a.on != nil && !a.settle(s, now) {
		return
	}
	a.wake = time.Time{}
	for _, q := range a.list {
		if q.due.IsZero() {
			continue
		}
		if now.Before(q.due) || !s.reachable(now) {
			a.wake = earlier(a.wake, later(q.due, now.Add(askPause/2)))
			continue
		}
		a.on, q.asked = q, now
		m := s.longTo(a.component, common.MAV_CMD_REQUEST_MESSAGE, float32(q.id), q.param2)
		if q.stream {
			interval := float32(-1) // none
			if q.pace > 0 {
				interval = float32(q.pace.Microseconds())
			}
			m = s.longTo(a.component, common.MAV_CMD_SET_MESSAGE_INTERVAL, float32(q.id), interval)
		}
		a.cmd = s.newCommand(now, m, nil, askTries)
		a.wake = time.Time{}
		return
	}
}

// settle looks how the present wanted goes and says whether it is over.
func (a *asker) settle(s *Session, now time.Time) bool {
	q := a.on
	answered := !q.stream && !q.got.Before(q.asked) || q.stream && a.cmd.state == cmdAccepted
	switch {
	case answered:
		q.cycles = 0
		q.rest(now)
	case a.cmd.state < cmdRefused && a.cmd.state != cmdAccepted:
		a.wake = time.Time{}
		return false // its deadline is the command's
	case a.cmd.state == cmdAccepted:
		if late := a.cmd.last.Add(max(askPause, 2*s.rtt.timeout(1))); now.Before(late) {
			a.wake = late
			return false
		}
		q.miss(now, 0)
	case a.cmd.state == cmdRefused && (a.component == autopilot || a.cmd.result == common.MAV_RESULT_UNSUPPORTED || q.stream) &&
		a.cmd.result != common.MAV_RESULT_TEMPORARILY_REJECTED:
		q.due, q.denied = time.Time{}, true
	default:
		q.miss(now, askPause)
	}
	s.release(a.release())
	return true
}

func (q *wanted) miss(now time.Time, pause time.Duration) {
	if q.cycles++; q.cycles >= askCycles {
		q.cycles, pause = 0, askRest
	}
	q.due = now.Add(pause)
}

// longTo is a COMMAND_LONG to a component of the vehicle.
func (s *Session) longTo(component uint8, cmd common.MAV_CMD, params ...float32) *common.MessageCommandLong {
	m := s.long(cmd, params...)
	m.TargetComponent = component
	return &m
}
