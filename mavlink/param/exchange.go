package param

import (
	"slices"
	"strings"
	"time"

	"groundstation/fleet"
)

const (
	// window is how many parameters are asked for at once.
	window = 4
	// triesMax is how often one is asked for: PX4 does not answer for a name it does not know.
	triesMax = 9
	// setsMax is how often one is set whose read-back still differs.
	setsMax = 3
	// goalsMax bounds one exchange.
	goalsMax = 4096
)

// Goal is one parameter to read, and to write if Want is given and differs.
type Goal struct {
	Name string
	Want *float64
}

// Outcome is how one Goal ended.
type Outcome string

// The outcomes of a Goal.
const (
	Good    Outcome = "good"    // read, and as wanted
	Differs Outcome = "differs" // not as wanted, and it may not be written or writing did not help
	Silent  Outcome = "silent"  // no answer: PX4's word for a name it does not know
	Absent  Outcome = "unknown" // the vehicle says there is no such parameter
	Refused Outcome = "refused" // the value is none of the parameter's type, or the vehicle will not take it
)

// Result is what came of one Goal.
type Result struct {
	Goal
	Outcome Outcome
	// Got is the last value heard, of type Type; nil if none was.
	Got    *float64
	Type   fleet.ParamType
	Wrote  bool   // it was different before
	Reason string // of Refused
}

// Exchange reads, and writes if it may, a set of parameters by name.
type Exchange struct{ goals []*goal }

type step int

const (
	idle step = iota
	reading
	setting
	confirming
	over
)

type goal struct {
	Result
	step  step
	tries int
	sets  int
	at    time.Time
}

// NewExchange begins an exchange about goals, in the order of their names; a name given twice counts once.
func NewExchange(goals []Goal) *Exchange {
	x := &Exchange{}
	for _, g := range goals[:min(len(goals), goalsMax)] {
		x.goals = append(x.goals, &goal{Result: Result{Goal: g}})
	}
	slices.SortStableFunc(x.goals, func(a, b *goal) int { return strings.Compare(a.Name, b.Name) })
	x.goals = slices.CompactFunc(x.goals, func(a, b *goal) bool { return a.Name == b.Name })
	for _, g := range x.goals {
		if !ValidName(g.Name) {
			g.end(Absent)
		}
	}
	return x
}

// Step sends what is due and says when it wants to be stepped next. mayWrite: what differs may be set now.
func (x *Exchange) Step(now time.Time, p Port, e Encoding, mayWrite bool) (wake time.Time, err error) {
	busy := 0
	for _, g := range x.goals {
		if g.step == idle && busy < window {
			g.enter(reading)
		}
		if g.step == setting && !mayWrite {
			g.end(Differs)
		}
		if err := g.drive(now, p, e); err != nil {
			return wake, err
		}
		switch g.step {
		case reading, setting, confirming:
			busy++
			wake = earlier(wake, g.at.Add(p.Timeout(g.tries)))
		}
	}
	return wake, nil
}

// Take looks at a PARAM_VALUE; Step must follow.
func (x *Exchange) Take(now time.Time, p Port, e Encoding, mayWrite bool, v Value) {
	i, ok := slices.BinarySearchFunc(x.goals, v.Name, func(g *goal, name string) int { return strings.Compare(g.Name, name) })
	if ok {
		x.goals[i].value(now, p, e, mayWrite, v)
	}
}

// Fail looks at a PARAM_ERROR; Step must follow.
func (x *Exchange) Fail(f Error) {
	for _, g := range x.goals {
		if g.Name != f.Name || g.step == idle || g.step == over {
			continue
		}
		if f.Unknown {
			g.end(Absent)
		} else if g.step == setting {
			g.Reason = f.Reason
			g.end(Refused)
		}
	}
}

// Over says whether every goal has ended, and how many percent have.
func (x *Exchange) Over() (bool, int) {
	n := 0
	for _, g := range x.goals {
		if g.step == over {
			n++
		}
	}
	if n == len(x.goals) {
		return true, 100
	}
	return false, 100 * n / len(x.goals)
}

// Results are the goals as they stand, by name.
func (x *Exchange) Results() []Result {
	out := make([]Result, len(x.goals))
	for i, g := range x.goals {
		out[i] = g.Result
	}
	return out
}

func (g *goal) enter(s step)  { g.step, g.tries = s, 0 }
func (g *goal) end(o Outcome) { g.step, g.Outcome = over, o }

// drive sends what is due.
func (g *goal) drive(now time.Time, p Port, e Encoding) error {
	if g.step == idle || g.step == over || g.tries > 0 && now.Before(g.at.Add(p.Timeout(g.tries))) {
		return nil
	}
	if g.tries >= triesMax {
		g.end(Silent)
		return nil
	}
	g.tries++
	g.at = now
	if g.step != setting {
		return p.RequestRead(g.Name, -1)
	}
	raw, err := Encode(*g.Want, g.Type, e)
	if err != nil {
		g.Reason = err.Error()
		g.end(Refused)
		return nil
	}
	return p.Set(g.Name, raw, g.Type)
}

// value takes what the vehicle says of this parameter.
func (g *goal) value(now time.Time, p Port, e Encoding, mayWrite bool, v Value) {
	got, ok := Decode(v.Raw, v.Type, e)
	if !ok || g.step == idle || g.step == over {
		return
	}
	if g.tries == 1 {
		p.Sample(now.Sub(g.at))
	}
	g.Got, g.Type = &got, v.Type
	equal := g.Want == nil || Equal(*g.Want, got, v.Type)
	switch {
	case g.step != setting && equal:
		g.end(Good)
	case !mayWrite:
		g.end(Differs)
	case g.step == setting && equal:
		g.Wrote = true
		g.enter(confirming)
	case g.step == setting:
		// The value of before, on its way when it was set: the next sending asks again.
	default:
		if g.sets++; g.sets > setsMax {
			g.end(Differs)
			return
		}
		g.enter(setting)
	}
}
