package mavlink

import (
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
	"groundstation/mavlink/events"
)

const (
	// heldMax is how many events are kept that came before their turn, and the longest run that is asked for.
	heldMax = 64
	// eventTries is how often missing events are asked for.
	eventTries = 12
	// eventRuns is how many runs of missing ones are asked for at once.
	eventRuns = 8
	// eventGrace is how long a missing one may still be on its way.
	eventGrace = 150 * time.Millisecond
	// ourModes are the groups of PX4's modes that the station orders (navigation_mode_group_t): mission, hold, return,
	// take-off, land, precision landing, orbit. What keeps it from others, such as offboard control, is not told.
	ourModes = 1<<3 | 1<<4 | 1<<5 | 1<<17 | 1<<18 | 1<<20 | 1<<21
)

// hearing follows the events of one vehicle in their order: https://mavlink.io/en/services/events.html. What is missing
// is asked for; what does not come is passed over.
type hearing struct {
	set     *events.Set // nil: its events cannot be put into words yet
	checks  events.Checks
	started bool
	next    uint16 // the number that is due
	newest  uint16 // the newest that is known to have been sent
	held    map[uint16]*common.MessageEvent
	tries   int
	at      time.Time // when it is asked again
	ask     *command  // for a report of the checks
	asked   bool
}

// KnowEvents gives the session the words of its vehicle's events.
func (s *Session) KnowEvents(set *events.Set) { s.hearing.set, s.hearing.asked = set, false }

// event takes one EVENT.
func (s *Session) event(now time.Time, m *common.MessageEvent) {
	h := &s.hearing
	if m.DestinationSystem != 0 && (m.DestinationSystem != StationSystem || m.DestinationComponent != 0 && m.DestinationComponent != StationComponent) {
		return
	}
	if !h.started {
		h.started, h.next, h.newest = true, m.Sequence, m.Sequence
	}
	switch d := int16(m.Sequence - h.next); {
	case d < 0:
		return // it was heard
	case d > heldMax || len(h.held) >= heldMax:
		s.skipEvents(now, m.Sequence)
	}
	h.sent(m.Sequence)
	if h.held == nil {
		h.held = map[uint16]*common.MessageEvent{}
	}
	h.held[m.Sequence] = m
	s.hearEvents(now)
}

// sent notes that a number was given.
func (h *hearing) sent(seq uint16) {
	if int16(seq-h.newest) > 0 {
		h.newest = seq
	}
}

// hearEvents tells the events whose turn it is.
func (s *Session) hearEvents(now time.Time) {
	h := &s.hearing
	for m := h.held[h.next]; m != nil; m = h.held[h.next] {
		delete(h.held, h.next)
		h.next++
		h.tries, h.at = 0, time.Time{}
		s.heardEvent(now, m)
	}
}

// skipEvents goes on with seq: what lies before it will not come.
func (s *Session) skipEvents(now time.Time, seq uint16) {
	h := &s.hearing
	h.checks.Break()
	for ; h.next != seq; h.next++ {
		if m := h.held[h.next]; m != nil {
			delete(h.held, h.next)
			s.heardEvent(now, m)
		}
	}
	h.tries, h.at = 0, time.Time{}
}

// heardEvent puts an event into words and tells it, or adds it to the report that it belongs to.
func (s *Session) heardEvent(now time.Time, m *common.MessageEvent) {
	h := &s.hearing
	if h.set == nil {
		return
	}
	args := [events.ArgumentsLen]byte(m.Arguments)
	said, ok := h.set.Decode(m.Id, &args)
	level := int(m.LogLevels & 0xF)
	switch {
	case !ok:
	case said.Belongs():
		if list, whole := h.checks.Take(h.set, said, level); whole {
			s.checked(now, list)
		}
	case level <= int(common.MAV_SEVERITY_INFO):
		s.say(now, level, said.Message)
	}
}

// checked shows what a whole report says is not right, of what concerns the modes we order.
func (s *Session) checked(now time.Time, list []events.Check) {
	s.v.Checks, s.v.ChecksAt = nil, &now
	for _, c := range list {
		if c.Modes != 0 && c.Modes&ourModes == 0 || c.Severity > int(common.MAV_SEVERITY_WARNING) {
			continue
		}
		out := fleet.Check{Name: printable(c.Name), Component: printable(c.Component), Severity: "warning", Text: printable(c.Text)}
		if c.Severity <= int(common.MAV_SEVERITY_ERROR) {
			out.Severity = "error"
		}
		s.v.Checks = append(s.v.Checks, out)
	}
	s.dirty = true
}

// eventSequence takes CURRENT_EVENT_SEQUENCE: the newest number that was given.
func (s *Session) eventSequence(now time.Time, m *common.MessageCurrentEventSequence) {
	h := &s.hearing
	switch d := int16(m.Sequence - h.next); {
	case !h.started, m.Flags&common.MAV_EVENT_CURRENT_SEQUENCE_FLAGS_RESET != 0 && d < -1, d >= heldMax:
		s.skipEvents(now, m.Sequence+1)
		clear(h.held)
		h.started, h.newest = true, m.Sequence
	case d >= 0:
		h.sent(m.Sequence)
	}
}

// eventError takes RESPONSE_EVENT_ERROR: the vehicle has an event no more.
func (s *Session) eventError(now time.Time, m *common.MessageResponseEventError) {
	h := &s.hearing
	if m.TargetSystem != StationSystem || m.TargetComponent != StationComponent || !h.started || m.Sequence != h.next || int16(h.newest-h.next) < 0 {
		return
	}
	to := h.next + 1
	if ahead := int16(m.SequenceOldestAvailable - to); ahead > 0 && ahead <= heldMax && int16(h.newest-m.SequenceOldestAvailable) >= 0 {
		to = m.SequenceOldestAvailable
	}
	h.checks.Break()
	for h.next != to {
		delete(h.held, h.next)
		h.next++
	}
	h.tries, h.at = 0, time.Time{}
	s.hearEvents(now)
}

// runEvents asks for what is missing, and once for a report of the checks.
func (s *Session) runEvents(now time.Time) {
	h := &s.hearing
	s.askChecks(now)
	if !h.started || int16(h.newest-h.next) < 0 || h.set == nil || now.Before(h.at) {
		return
	}
	if h.at.IsZero() {
		h.at = now.Add(eventGrace)
		return
	}
	if h.tries++; h.tries > eventTries {
		last, _ := h.run(h.next)
		s.skipEvents(now, last+1)
		s.hearEvents(now)
		return
	}
	h.at = now.Add(s.rtt.timeout(min(h.tries, 3)))
	first := h.next
	for range eventRuns {
		last, next := h.run(first)
		_ = s.transmit(now, &common.MessageRequestEvent{TargetSystem: uint8(s.system), TargetComponent: autopilot, FirstSequence: first, LastSequence: last}, nil)
		if first = next; int16(h.newest-first) < 0 {
			return
		}
	}
}

// run is the last of the missing numbers from first on without a gap, and the first missing one after them.
func (h *hearing) run(first uint16) (last, next uint16) {
	last = first
	for last != h.newest && h.held[last+1] == nil {
		last++
	}
	for next = last + 1; h.held[next] != nil; {
		next++
	}
	return last, next
}

// askChecks has a vehicle that stands disarmed report its checks once its events have words: else it reports changes only.
func (s *Session) askChecks(now time.Time) {
	h := &s.hearing
	switch {
	case h.ask != nil && h.ask.state >= cmdAccepted:
		s.release(h.ask)
		h.ask = nil
	case h.set != nil && !h.asked && h.ask == nil && len(s.tasks) == 0 && !s.v.Armed && !s.see.armedAt.IsZero() && s.link.state(now, &s.cfg) == fleet.LinkOnline:
		h.asked = true
		m := s.long(common.MAV_CMD_RUN_PREARM_CHECKS, 0)
		h.ask = s.newCommand(now, &m, nil, 4)
	}
}

// eventsWake is when missing events are asked for again; zero is never.
func (s *Session) eventsWake() time.Time {
	h := &s.hearing
	if !h.started || int16(h.newest-h.next) < 0 || h.set == nil {
		return time.Time{}
	}
	return h.at
}

// forget is a reboot: the numbers begin anew, and what was wrong may be so no more.
func (h *hearing) forget(s *Session) {
	s.release(h.ask)
	*h = hearing{set: h.set}
	s.v.Checks, s.v.ChecksAt = nil, nil
}

// whyNot names what the vehicle's own checks object to; empty if nothing is known.
func (s *Session) whyNot() string {
	var out string
	for _, c := range s.v.Checks {
		if c.Severity == "error" {
			out += "; " + c.Text
		}
	}
	return out
}
