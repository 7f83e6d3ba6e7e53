package mavlink

import (
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

const (
	// streamTries is how often one stream is asked for before the next is; a vehicle without it must not hold up.
	streamTries = 4
	// streamAgain is when what was not answered is asked for once more.
	streamAgain = 30 * time.Second
	// clockStream is SYSTEM_TIME.
	clockStream = 2
)

// streamer asks a vehicle that has just appeared for its streams, one command at a time, and for its version.
//
//	idle ─restart─► version ─► stream 0 ─► stream 1 … ─► idle (again after 30 s for those that were not answered)
type streamer struct {
	todo   []common.MessageCommandLong
	missed []common.MessageCommandLong
	cmd    *command
	wake   time.Time
	begin  bool
}

// restart asks for everything anew: after a boot, a loss of the link, or the start of the station.
func (st *streamer) restart(now time.Time) { st.begin, st.wake = true, now }

// busy says whether something is still asked for the first time.
func (st *streamer) busy() bool { return st.begin || st.cmd != nil || len(st.todo) > 0 }

func (s *Session) runStreams(now time.Time) {
	st := &s.streams
	if st.begin {
		st.begin, st.todo, st.missed, st.wake = false, s.streamRequests(), nil, time.Time{}
		if s.cfg.Streams != nil {
			s.release(s.payload.restart(now))
		}
	}
	for {
		if c := st.cmd; c != nil {
			if c.state == cmdWaiting || c.state == cmdSent {
				return
			}
			if c.state == cmdSilent {
				st.missed = append(st.missed, *c.asLong())
			}
			if c.state == cmdRefused && c.result == common.MAV_RESULT_UNSUPPORTED {
				s.dataStream(now, c.asLong())
			}
			s.release(c)
			st.cmd = nil
		}
		if len(st.todo) == 0 {
			break
		}
		if !s.reachable(now) {
			st.wake = now.Add(time.Second)
			return
		}
		m := st.todo[0]
		st.todo = st.todo[1:]
		st.cmd = s.newCommand(now, &m, nil, streamTries)
		st.wake = time.Time{}
	}
	deaf := s.clockless(now)
	switch {
	case len(st.missed) == 0 && !deaf:
		st.wake = time.Time{}
	case st.wake.IsZero():
		st.wake = now.Add(streamAgain)
	case !now.Before(st.wake):
		if deaf && len(st.missed) == 0 {
			st.missed = append(st.missed, s.streamRequest(Stream{ID: clockStream, Hz: s.clockHz()}))
		}
		st.todo, st.missed, st.wake = st.missed, nil, now
		s.runStreams(now)
	}
}

// streamRequests are the commands that set up one vehicle.
func (s *Session) streamRequests() []common.MessageCommandLong {
	if s.cfg.Streams == nil {
		return nil
	}
	out := []common.MessageCommandLong{s.long(common.MAV_CMD_REQUEST_MESSAGE, 148)}
	for _, st := range s.cfg.Streams {
		if s.auto.silent && (st.Hz < 0 || st.ID == 436) {
			continue
		}
		out = append(out, s.streamRequest(st))
	}
	return append(out, s.long(common.MAV_CMD_REQUEST_MESSAGE, 242))
}

func (s *Session) streamRequest(st Stream) common.MessageCommandLong {
	interval := float32(-1)
	if st.Hz > 0 {
		interval = float32(1e6 / st.Hz)
	}
	return s.long(common.MAV_CMD_SET_MESSAGE_INTERVAL, float32(st.ID), interval)
}

// clockless says whether the vehicle's clock, without which it is not launched, is asked for and not heard. An acknowledgement
// does not say of which stream it is: a late one of another may have been taken for this one's.
func (s *Session) clockless(now time.Time) bool {
	return s.clockHz() > 0 && now.Sub(s.v.Clock.At) > streamAgain
}

// clockHz is how often the clock is asked for; 0: it is not.
func (s *Session) clockHz() float64 {
	for _, st := range s.cfg.Streams {
		if st.ID == clockStream {
			return st.Hz
		}
	}
	return 0
}

// long is a COMMAND_LONG to the vehicle.
func (s *Session) long(cmd common.MAV_CMD, params ...float32) common.MessageCommandLong {
	m := common.MessageCommandLong{TargetSystem: uint8(s.system), TargetComponent: autopilot, Command: cmd}
	for i, p := range [...]*float32{&m.Param1, &m.Param2, &m.Param3, &m.Param4, &m.Param5, &m.Param6, &m.Param7} {
		if i < len(params) {
			*p = params[i]
		}
	}
	return m
}
