package conform

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/message"
)

// Personality is whose manners are expected.
type Personality string

// The personalities that have expected answers.
const (
	PX4       Personality = "px4"
	ArduPilot Personality = "ardupilot"
	Dock      Personality = "dock"
)

// row is one behaviour: what is asked, and what each personality answers. Numbers that begin with ~ are met within 15 %, those
// that begin with < from below, a * stands for any word, | parts alternatives; an empty expectation judges nothing.
type row struct {
	id, name string
	source   string // the page or recording that says what is expected
	motors   bool   // asks for motion: only with leave
	when     func(p *Probe) bool
	steps    []step
	answer   func(p *Probe, in [][]heard) string
	want     map[Personality]string
}

// step is one turn of the conversation: say, listen until something or for so long, answer what asks back.
type step struct {
	say    func(p *Probe) []message.Message
	raw    func(p *Probe) [][]byte // datagrams that are no frames of ours
	as     uint8                   // who says it; 0 is the probe
	react  func(p *Probe, h heard) []message.Message
	until  func(p *Probe, h heard) bool
	within time.Duration
	settle time.Duration // listened on after until
	mute   bool          // no heartbeats meanwhile
}

// silence is the answer of nobody.
const silence = "silence"

// meets says whether an answer is the expected one.
func meets(want, got string) bool {
	for alternative := range strings.SplitSeq(want, " | ") {
		if meetsOne(strings.Fields(alternative), strings.Fields(got)) {
			return true
		}
	}
	return false
}

func meetsOne(want, got []string) bool {
	if len(want) != len(got) {
		return false
	}
	for i, w := range want {
		switch {
		case w == "*" || w == got[i]:
		case strings.HasPrefix(w, "<"):
			bound, err := strconv.ParseFloat(w[1:], 64)
			is, err2 := strconv.ParseFloat(got[i], 64)
			if err != nil || err2 != nil || is >= bound {
				return false
			}
		case strings.HasPrefix(w, "~"):
			aim, err := strconv.ParseFloat(w[1:], 64)
			is, err2 := strconv.ParseFloat(got[i], 64)
			if err != nil || err2 != nil || math.Abs(is-aim) > 0.15*math.Abs(aim) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// on adds what a personality is expected to answer.
func (r row) on(who Personality, want string) row {
	w := map[Personality]string{who: want}
	for k, v := range r.want {
		w[k] = v
	}
	r.want = w
	return r
}

// moving marks a row that needs leave to move.
func (r row) moving() row {
	r.motors = true
	return r
}

// onlyIf asks the row only where it makes sense.
func (r row) onlyIf(when func(p *Probe) bool) row {
	r.when = when
	return r
}

// cites says where the expectation comes from.
func (r row) cites(source string) row {
	r.source = source
	return r
}

func citing(source string, rows ...row) []row {
	for i := range rows {
		if rows[i].source == "" {
			rows[i].source = source
		}
	}
	return rows
}

// of are the messages of one type among what was heard.
func of[T message.Message](in []heard) (out []T) {
	for _, h := range in {
		if m, ok := h.msg.(T); ok {
			out = append(out, m)
		}
	}
	return out
}

// is ends a step at the first message of a type that fits.
func is[T message.Message](fits func(p *Probe, m T) bool) func(p *Probe, h heard) bool {
	return func(p *Probe, h heard) bool {
		m, ok := h.msg.(T)
		return ok && (fits == nil || fits(p, m))
	}
}

// said is a step's words when they do not depend on the vehicle.
func said(of func(p *Probe) message.Message) func(p *Probe) []message.Message {
	return func(p *Probe) []message.Message { return []message.Message{of(p)} }
}
