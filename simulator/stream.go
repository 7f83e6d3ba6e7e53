package simulator

import "time"

// stream is one message sent at an interval; 0 is off.
type stream struct {
	id       uint32
	interval time.Duration
	base     time.Duration // what SET_MESSAGE_INTERVAL 0 brings back
	next     time.Time
}

// streams are the messages one system sends by itself.
type streams struct {
	list []stream
	next time.Time // the earliest of all
}

// every is a helper of tables: a rate in Hz as an interval.
func every(hz float64) time.Duration {
	if hz <= 0 {
		return 0
	}
	return time.Duration(float64(time.Second) / hz)
}

// add puts a message into the table; phase spreads the systems over time.
func (s *streams) add(id uint32, hz float64, now time.Time, phase float64) {
	iv := every(hz)
	s.list = append(s.list, stream{id: id, interval: iv, base: iv, next: now.Add(time.Duration(phase * float64(iv)))})
	s.next = time.Time{}
}

// set changes an interval as MAV_CMD_SET_MESSAGE_INTERVAL does: -1 off, 0 the default, else microseconds. False: the
// message cannot be streamed.
func (s *streams) set(id uint32, us float64, now time.Time) bool {
	for i := range s.list {
		st := &s.list[i]
		if st.id != id {
			continue
		}
		switch {
		case us < 0:
			st.interval = 0
		case us == 0:
			st.interval = st.base
		default:
			st.interval = max(time.Duration(us)*time.Microsecond, worldStep)
		}
		st.next = now
		s.next = time.Time{}
		return true
	}
	return false
}

// rebase makes a rate a message's own, which SET_MESSAGE_INTERVAL 0 brings back.
func (s *streams) rebase(id uint32, hz float64, now time.Time) {
	for i := range s.list {
		if st := &s.list[i]; st.id == id {
			if st.base = every(hz); hz > 0 {
				st.base = max(st.base, worldStep)
			}
			st.interval, st.next = st.base, now
			s.next = time.Time{}
		}
	}
}

// interval gives a message's present interval in microseconds, -1 when off; false when it is unknown.
func (s *streams) interval(id uint32) (int32, bool) {
	for _, st := range s.list {
		if st.id == id {
			if st.interval == 0 {
				return -1, true
			}
			return int32(st.interval / time.Microsecond), true
		}
	}
	return 0, false
}

// due calls send for every message that is due.
func (s *streams) due(now time.Time, send func(id uint32)) {
	if now.Before(s.next) {
		return
	}
	next := now.Add(time.Second)
	for i := range s.list {
		st := &s.list[i]
		if st.interval == 0 {
			continue
		}
		if !now.Before(st.next) {
			send(st.id)
			st.next = st.next.Add(st.interval)
			if st.next.Before(now) { // after a pause there is no burst
				st.next = now.Add(st.interval)
			}
		}
		if st.next.Before(next) {
			next = st.next
		}
	}
	s.next = next
}
