package param

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"groundstation/fleet"
)

const (
	// extSize is the room for a value on the wire.
	extSize = 128
	// extMax bounds the parameters of a component.
	extMax = 1024
	// extWork is how long a component that says "in progress" is waited for before it is asked again.
	extWork  = 5 * time.Second
	extTries = 10
)

// The types that PARAM_VALUE does not have.
const (
	extUint64 fleet.ParamType = 7
	extInt64  fleet.ParamType = 8
	extReal64 fleet.ParamType = 10
	extCustom fleet.ParamType = 11
)

// bits are the widths of the numbers: negative is signed.
var bits = map[fleet.ParamType]int{fleet.ParamUint8: 8, fleet.ParamInt8: -8, fleet.ParamUint16: 16, fleet.ParamInt16: -16,
	fleet.ParamUint32: 32, fleet.ParamInt32: -32, extUint64: 64, extInt64: -64}

// DecodeExt writes out the value of an extended parameter; false if it is none of its type. raw are the octets of the
// field, of which zeros at the end may be missing.
func DecodeExt(raw string, t fleet.ParamType) (string, bool) {
	var b [extSize]byte
	copy(b[:], raw)
	v := binary.LittleEndian.Uint64(b[:])
	switch n := bits[t]; {
	case n > 0:
		return strconv.FormatUint(v<<(64-n)>>(64-n), 10), true
	case n < 0:
		return strconv.FormatInt(int64(v)<<(64+n)>>(64+n), 10), true
	}
	switch t {
	case fleet.ParamReal32:
		f := float64(math.Float32frombits(uint32(v)))
		return strconv.FormatFloat(f, 'g', -1, 32), !math.IsNaN(f) && !math.IsInf(f, 0)
	case extReal64:
		f := math.Float64frombits(v)
		return strconv.FormatFloat(f, 'g', -1, 64), !math.IsNaN(f) && !math.IsInf(f, 0)
	case extCustom:
		text, _, _ := strings.Cut(string(b[:]), "\x00")
		return text, utf8.ValidString(text) && !strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c == 0x7f })
	}
	return "", false
}

// EncodeExt reads a value written out and gives the octets of the field.
func EncodeExt(text string, t fleet.ParamType) (string, error) {
	var b [8]byte
	bad := func(err error) (string, error) { return "", fmt.Errorf("%w %.40q: %v", ErrValue, text, err) }
	switch n := bits[t]; {
	case n > 0:
		v, err := strconv.ParseUint(text, 10, n)
		if err != nil {
			return bad(errors.Unwrap(err))
		}
		binary.LittleEndian.PutUint64(b[:], v)
		return string(b[:n/8]), nil
	case n < 0:
		v, err := strconv.ParseInt(text, 10, -n)
		if err != nil {
			return bad(errors.Unwrap(err))
		}
		binary.LittleEndian.PutUint64(b[:], uint64(v))
		return string(b[:-n/8]), nil
	}
	switch t {
	case fleet.ParamReal32, extReal64:
		v, err := strconv.ParseFloat(text, 64)
		if err == nil && (math.IsNaN(v) || math.IsInf(v, 0) || t == fleet.ParamReal32 && math.Abs(v) > math.MaxFloat32) {
			err = errors.New("is no number that fits")
		}
		if err != nil {
			return bad(err)
		}
		if t == fleet.ParamReal32 {
			binary.LittleEndian.PutUint32(b[:], math.Float32bits(float32(v)))
			return string(b[:4]), nil
		}
		binary.LittleEndian.PutUint64(b[:], math.Float64bits(v))
		return string(b[:]), nil
	case extCustom:
		if got, ok := DecodeExt(text, t); !ok || got != text {
			return bad(errors.New("is no text of at most 128 octets"))
		}
		return text, nil
	}
	return bad(errors.New("is of an unknown type"))
}

// ExtPort is how the machines of extended parameters speak with their component.
type ExtPort interface {
	RequestRead(name string, index int) error
	RequestList() error
	Set(name, raw string, t fleet.ParamType) error
	Timeout(n int) time.Duration
}

// ExtValue is a PARAM_EXT_VALUE.
type ExtValue struct {
	Name, Raw    string
	Type         fleet.ParamType
	Count, Index int
}

// ExtList reads all extended parameters of a component: the list, then what is missing by its index.
type ExtList struct {
	names map[string]fleet.ExtParam
	seen  []bool
	at    time.Time
	heard time.Time
	tries int
	done  bool
}

// NewExtList begins to read a component's parameters.
func NewExtList() *ExtList { return &ExtList{names: map[string]fleet.ExtParam{}} }

// Take looks at a PARAM_EXT_VALUE; Step must follow.
func (l *ExtList) Take(now time.Time, v ExtValue) {
	if v.Count < 1 || v.Count > extMax || l.tries == 0 || l.done {
		return
	}
	if v.Count != len(l.seen) {
		l.seen = make([]bool, v.Count)
	}
	if v.Index < 0 || v.Index >= v.Count {
		return
	}
	l.heard, l.tries = now, 1
	l.seen[v.Index] = true
	if text, ok := DecodeExt(v.Raw, v.Type); ok && ValidName(v.Name) && len(l.names) < extMax {
		l.names[v.Name] = fleet.ExtParam{Name: v.Name, Type: v.Type, Value: text}
	}
	l.done = !slices.Contains(l.seen, false)
}

// Step sends what is due; done says that all is there. An error is final.
func (l *ExtList) Step(now time.Time, p ExtPort) (done bool, wake time.Time, err error) {
	if l.done {
		return true, wake, nil
	}
	last := l.at
	if l.heard.After(last) {
		last = l.heard
	}
	if due := last.Add(p.Timeout(max(1, l.tries))); l.tries > 0 && now.Before(due) {
		return false, due, nil
	}
	if l.tries >= extTries {
		return false, wake, ErrNoAnswer
	}
	l.tries++
	l.at = now
	wake = now.Add(p.Timeout(l.tries))
	if len(l.seen) == 0 {
		return false, wake, p.RequestList()
	}
	asked := 0
	for i, s := range l.seen {
		if !s && asked < fillWindow {
			asked++
			if err := p.RequestRead("", i); err != nil {
				return false, wake, err
			}
		}
	}
	return false, wake, nil
}

// Params are what was read, by name.
func (l *ExtList) Params() []fleet.ExtParam {
	return slices.SortedFunc(maps.Values(l.names), func(a, b fleet.ExtParam) int { return strings.Compare(a.Name, b.Name) })
}

// ExtSet writes one extended parameter:
//
//	read (its type) ─equal─► done
//	  └─other─► set ─ACK accepted─► read ─equal─► done     ACK in progress: wait     ACK failed, unsupported ─► refused
type ExtSet struct {
	name, want string
	step       step
	kind       fleet.ParamType
	at         time.Time
	wait       time.Duration
	tries      int
	sets       int
	// Outcome is how it ended, with the Reason of a refusal; "" while it goes on.
	Outcome Outcome
	Reason  string
	Got     string
}

// NewExtSet begins to write a parameter; want is its value written out.
func NewExtSet(name, want string) *ExtSet {
	s := &ExtSet{name: name, want: want, step: reading}
	if !ValidName(name) {
		s.end(Absent, "")
	}
	return s
}

func (s *ExtSet) end(o Outcome, why string) { s.step, s.Outcome, s.Reason = over, o, why }

func (s *ExtSet) enter(st step) { s.step, s.tries, s.wait = st, 0, 0 }

// Take looks at a PARAM_EXT_VALUE; Step must follow.
func (s *ExtSet) Take(v ExtValue) {
	if v.Name != s.name || s.step != reading && s.step != confirming {
		return
	}
	got, ok := DecodeExt(v.Raw, v.Type)
	if !ok {
		return
	}
	s.Got, s.kind = got, v.Type
	raw, err := EncodeExt(s.want, s.kind)
	if err != nil {
		s.end(Refused, err.Error())
		return
	}
	if same, _ := DecodeExt(raw, s.kind); same == got {
		s.end(Good, "")
		return
	}
	if s.sets++; s.sets > setsMax {
		s.end(Differs, "")
		return
	}
	s.enter(setting)
}

// The results of a PARAM_EXT_ACK.
const (
	ackAccepted = iota
	ackUnsupported
	ackFailed
	ackInProgress
)

// Ack looks at a PARAM_EXT_ACK; Step must follow.
func (s *ExtSet) Ack(name string, result int) {
	if name != s.name || s.step != setting {
		return
	}
	switch result {
	case ackAccepted:
		s.enter(confirming)
	case ackInProgress:
		s.wait = extWork
	case ackUnsupported:
		s.end(Refused, "the component does not take this value")
	case ackFailed:
		s.end(Refused, "the component could not set it")
	}
}

// Step sends what is due.
func (s *ExtSet) Step(now time.Time, p ExtPort) (wake time.Time, err error) {
	if s.step == over {
		return wake, nil
	}
	if due := s.at.Add(max(s.wait, p.Timeout(max(1, s.tries)))); s.tries > 0 && now.Before(due) {
		return due, nil
	}
	if s.tries >= extTries {
		s.end(Silent, "")
		return wake, nil
	}
	s.tries++
	s.at, s.wait = now, 0
	wake = now.Add(p.Timeout(s.tries))
	if s.step != setting {
		return wake, p.RequestRead(s.name, -1)
	}
	raw, err := EncodeExt(s.want, s.kind)
	if err != nil {
		s.end(Refused, err.Error())
		return wake, nil
	}
	return wake, p.Set(s.name, raw, s.kind)
}
