package simulator

import (
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

const (
	textChunk    = 50
	eventsKept   = 20
	autopilotID  = 1 << 24 // component part of an event id
	gcsConnected = 2500 * time.Millisecond
	textStale    = 5 * time.Second
	textsWaiting = 8
)

// speech is what the vehicle says in words and events.
type speech struct {
	textID  uint16
	seq     uint16
	waiting []unheard
	kept    []common.MessageEvent
	// checks stands for what did not pass at the last report.
	checks   uint32
	reported bool
}

// unheard is a text that waits for a station.
type unheard struct {
	at       time.Time
	severity int
	text     string
}

// text is what the ways of flying have to say, in PX4's words; severity is MAV_SEVERITY. A copter says such things in its own.
func (v *vehicle) text(severity int, s string) {
	if v.is.px4Words {
		v.speak(severity, s)
	}
}

// speak says something in words. PX4 speaks only while it hears a station: what was said before is said when one is there,
// unless it is stale by then.
func (v *vehicle) speak(severity int, s string) {
	now := v.w.now
	switch {
	case !v.booted:
	case !v.is.px4Words || !v.gcsHeard.IsZero() && now.Sub(v.gcsHeard) <= gcsConnected:
		v.say(severity, s)
	default:
		v.said.waiting = append(v.said.waiting, unheard{now, severity, s})
		if len(v.said.waiting) > textsWaiting {
			v.said.waiting = v.said.waiting[1:]
		}
	}
}

// heardStation notes a station's heartbeat and says what has waited for it.
func (v *vehicle) heardStation(now time.Time) {
	v.gcsHeard = now
	for _, u := range v.said.waiting {
		if now.Sub(u.at) < textStale {
			v.say(u.severity, u.text)
		}
	}
	v.said.waiting = nil
}

// say sends a STATUSTEXT, in chunks when it is long.
func (v *vehicle) say(severity int, s string) {
	id := uint16(0)
	if len(s) > textChunk {
		v.said.textID++
		id = v.said.textID
	}
	for chunk := uint8(0); ; chunk++ {
		part := s[:min(len(s), textChunk)]
		s = s[len(part):]
		v.send(&common.MessageStatustext{Severity: common.MAV_SEVERITY(severity), Text: part, Id: id, ChunkSeq: chunk})
		if len(part) < textChunk || len(s) == 0 && id == 0 {
			return
		}
		if len(s) == 0 { // exactly full: an empty chunk ends it
			v.send(&common.MessageStatustext{Severity: common.MAV_SEVERITY(severity), Id: id, ChunkSeq: chunk + 1})
			return
		}
	}
}

// event sends an EVENT of the events interface; level is MAV_SEVERITY for inside and outside.
func (v *vehicle) event(id uint32, level uint8, args ...byte) {
	if !v.booted || !v.is.px4Words {
		return
	}
	v.said.seq++
	m := common.MessageEvent{Id: autopilotID | id, EventTimeBootMs: v.sinceBootMS(v.w.now), Sequence: v.said.seq,
		LogLevels: level<<4 | level}
	copy(m.Arguments[:], args)
	v.said.kept = append(v.said.kept, m)
	if len(v.said.kept) > eventsKept {
		v.said.kept = v.said.kept[1:]
	}
	v.send(&m)
}

// repeatEvents answers REQUEST_EVENT for events that were lost.
func (v *vehicle) repeatEvents(f frame, m *common.MessageRequestEvent) {
	for seq := m.FirstSequence; ; seq++ {
		found := false
		for i := range v.said.kept {
			if v.said.kept[i].Sequence == seq {
				v.send(&v.said.kept[i])
				found = true
			}
		}
		if !found {
			oldest := uint16(0)
			if len(v.said.kept) > 0 {
				oldest = v.said.kept[0].Sequence
			}
			v.send(&common.MessageResponseEventError{TargetSystem: f.system, TargetComponent: f.component, Sequence: seq,
				SequenceOldestAvailable: oldest})
			return
		}
		if seq == m.LastSequence {
			return
		}
	}
}
