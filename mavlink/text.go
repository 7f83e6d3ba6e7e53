package mavlink

import (
	"fmt"
	"strings"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
)

const (
	chunkLen  = 50
	textMax   = 400
	chunkWait = time.Second
)

// textJoin joins the chunks of a long STATUSTEXT.
type textJoin struct {
	open     bool
	id       uint16
	next     uint8
	severity int
	text     string
	until    time.Time
}

// statusText takes one STATUSTEXT; a text of several chunks is told once, when it is whole or overdue.
func (s *Session) statusText(now time.Time, m *common.MessageStatustext) {
	if m.Id == 0 {
		s.say(now, int(m.Severity), m.Text)
		return
	}
	j := &s.text
	if j.open && (j.id != m.Id || m.ChunkSeq != j.next) {
		if j.id == m.Id && m.ChunkSeq < j.next {
			return // repeated
		}
		s.flushText(now)
	}
	if !j.open {
		*j = textJoin{open: true, id: m.Id, severity: int(m.Severity)}
	}
	j.text += m.Text
	j.next = m.ChunkSeq + 1
	j.until = now.Add(chunkWait)
	if len(m.Text) < chunkLen || len(j.text) >= textMax {
		s.flushText(now)
	}
}

func (s *Session) settleText(now time.Time) {
	if s.text.open && !now.Before(s.text.until) {
		s.flushText(now)
	}
}

func (s *Session) flushText(now time.Time) {
	j := s.text
	s.text = textJoin{}
	if j.open {
		s.say(now, j.severity, j.text)
	}
}

// say tells what the vehicle said. A trailing tab marks a text that an EVENT repeats; what is not printable is dropped.
func (s *Session) say(now time.Time, severity int, text string) {
	text = printable(text)
	if text == "" {
		return
	}
	s.v.LastText, s.v.LastTextAt = text, now
	switch low := strings.ToLower(text); {
	case strings.HasPrefix(low, "failsafe activated"):
		s.see.failsafeSaidAt = now
		if s.v.FailsafeCause == "" {
			s.v.FailsafeCause = text
		}
	case strings.Contains(low, "pilot took over"):
		s.see.takeoverSaidAt = now
	}
	s.emit(fleet.Notice{Vehicle: s.spec.ID, Severity: severity, Text: text, At: now})
}

// The PX4 events that explain a mode change: component 1 in the upper byte, then the hash of the event's name.
const (
	evGCSLost            = 1<<24 | 10794072
	evFailsafe           = 1<<24 | 9751178  // mode, action, cause
	evFailsafeHold       = 1<<24 | 13704694 // mode, action, seconds, cause
	evFailsafeOther      = 1<<24 | 14605264
	evFailsafeOtherHold  = 1<<24 | 4502496
	evFailsafeDisengaged = 1<<24 | 12770418
	evSticks             = 1<<24 | 961599
	evSticksOlder        = 1<<24 | 1746622
	evRemoteLost         = 1<<24 | 5623108
)

// failsafeCauses are PX4's failsafe_cause_t in our words.
var failsafeCauses = []string{"failsafe", "manual control lost", "ground station lost", "battery low", "battery critical",
	"battery at emergency level", "remaining flight time low"}

// autopilotEvent reads the PX4 events that say why a mode is about to change; link loss is said by no other means.
func (s *Session) autopilotEvent(now time.Time, m *common.MessageEvent) {
	cause := func(i int) string {
		if n := int(m.Arguments[i]); n < len(failsafeCauses) {
			return failsafeCauses[n]
		}
		return fmt.Sprintf("failsafe cause %d", m.Arguments[i])
	}
	var why string
	switch m.Id {
	case evGCSLost:
		why = failsafeCauses[2]
	case evRemoteLost:
		why = failsafeCauses[1]
	case evFailsafe:
		why = cause(5) // after a uint32 and a uint8
	case evFailsafeHold:
		why = cause(7) // after a uint32, a uint8 and a uint16
	case evFailsafeOther, evFailsafeOtherHold, evFailsafeDisengaged:
		if why = s.v.FailsafeCause; why == "" {
			why = failsafeCauses[0]
		}
	case evSticks, evSticksOlder:
		s.see.takeoverSaidAt = now
		return
	default:
		return
	}
	if m.Id != evGCSLost && m.Id != evRemoteLost {
		s.see.failsafeSaidAt = now
	}
	s.v.FailsafeCause = why
}

// firmware reads FlightSwVersion: major, minor, patch, type.
func firmware(v uint32) string {
	return fmt.Sprintf("PX4 %d.%d.%d", v>>24, v>>16&0xFF, v>>8&0xFF)
}
