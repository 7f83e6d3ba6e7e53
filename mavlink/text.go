package mavlink

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
)

const (
	chunkLen  = 50
	chunksMax = 8
	chunkWait = time.Second
	// textEcho is the time in which the same text without an id is taken for a repeated frame.
	textEcho = 2 * time.Second
)

// textJoin joins the chunks of a long STATUSTEXT, in whatever order they come.
type textJoin struct {
	open     bool
	id       uint16
	severity int
	parts    [chunksMax]string
	have     [chunksMax]bool
	until    time.Time
	// done are the ids of the last texts that were told: their frames may come again.
	done  [8]uint16
	doneN int
}

// statusText takes one STATUSTEXT; a text of several chunks is told once, when it is whole or overdue.
func (s *Session) statusText(now time.Time, m *common.MessageStatustext) {
	j := &s.text
	switch {
	case m.Id == 0:
		if t := printable(m.Text); t != s.v.LastText || now.Sub(s.v.LastTextAt) > textEcho {
			s.say(now, int(m.Severity), m.Text)
		}
		return
	case slices.Contains(j.done[:], m.Id), m.ChunkSeq >= chunksMax:
		return
	case j.open && j.id != m.Id:
		s.flushText(now)
	}
	if !j.open {
		j.open, j.id, j.severity = true, m.Id, int(m.Severity)
		j.parts, j.have = [chunksMax]string{}, [chunksMax]bool{}
	}
	j.parts[m.ChunkSeq], j.have[m.ChunkSeq] = m.Text, true
	j.until = now.Add(chunkWait)
	if j.whole() {
		s.flushText(now)
	}
}

// whole says whether every chunk up to one that is not full has come.
func (j *textJoin) whole() bool {
	for i := range j.parts {
		if !j.have[i] {
			return false
		}
		if len(j.parts[i]) < chunkLen {
			return true
		}
	}
	return true
}

func (s *Session) settleText(now time.Time) {
	if s.text.open && !now.Before(s.text.until) {
		s.flushText(now)
	}
}

func (s *Session) flushText(now time.Time) {
	j := &s.text
	if !j.open {
		return
	}
	j.open = false
	j.done[j.doneN%len(j.done)] = j.id
	j.doneN++
	s.say(now, j.severity, j.join())
}

// missing marks a piece that never came.
const missing = "[…]"

// join puts the pieces together; a piece that is missing before the last, or after one that is full, is marked.
func (j *textJoin) join() string {
	last := 0
	for i, have := range j.have {
		if have {
			last = i
		}
	}
	var out string
	for i := range last + 1 {
		if !j.have[i] {
			out += missing
		}
		out += j.parts[i]
	}
	if len(j.parts[last]) >= chunkLen && last+1 < chunksMax {
		out += missing
	}
	return out
}

// say tells what the vehicle said; what is not printable is dropped. A trailing tab marks a text that an EVENT repeats: it
// is told in the event's words only, once those are known.
func (s *Session) say(now time.Time, severity int, text string) {
	again := strings.HasSuffix(text, "\t") && s.hearing.set != nil
	text = printable(text)
	if text == "" {
		return
	}
	if !again {
		s.v.LastText, s.v.LastTextAt = text, now
	}
	switch low := strings.ToLower(text); {
	case s.auto.failsafe(low) != "":
		s.see.failsafeSaidAt = now
		if s.v.FailsafeCause == "" {
			s.v.FailsafeCause = text
		}
	case strings.HasPrefix(low, "mission finished"):
		s.see.planSaidAt = now
	case strings.Contains(low, "pilot took over"):
		s.see.takeoverSaidAt = now
	}
	if !again {
		s.emit(fleet.Notice{Vehicle: s.spec.ID, Severity: severity, Text: text, At: now})
	}
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
	evPlanEnd            = 1<<24 | 4678390 // and holds
	evPlanEndLanded      = 1<<24 | 7803396
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
	case evPlanEnd, evPlanEndLanded:
		s.see.planSaidAt = now
		return
	default:
		return
	}
	if m.Id != evGCSLost && m.Id != evRemoteLost {
		s.see.failsafeSaidAt = now
	}
	s.v.FailsafeCause = why
}

// firmware reads FlightSwVersion: major, minor, patch.
func firmware(v uint32) string {
	return fmt.Sprintf(" %d.%d.%d", v>>24, v>>16&0xFF, v>>8&0xFF)
}
