package scenario

import (
	"fmt"
	"time"
)

// Result is how one expectation stands.
type Result struct {
	Text    string
	Decided bool
	Passed  bool
	// At is when it was decided, since the start.
	At  time.Duration
	Why string // of what did not pass
}

// Watch looks whether a scenario's expectations hold.
type Watch struct {
	expect  []Expect
	results []Result
}

// Watch begins anew.
func (s *Scenario) Watch() *Watch {
	w := &Watch{expect: s.Expect}
	for _, e := range s.Expect {
		w.results = append(w.results, Result{Text: e.String()})
	}
	return w
}

// Look looks at every expectation that is not decided. fired is when an act was carried out.
func (w *Watch) Look(elapsed time.Duration, holds func(Cond) bool, fired func(string) (time.Duration, bool)) {
	for i := range w.expect {
		e, r := &w.expect[i], &w.results[i]
		if r.Decided {
			continue
		}
		from := time.Duration(0)
		if e.Since != "" {
			at, ok := fired(e.Since)
			if !ok {
				continue
			}
			from = at
		}
		decide := func(passed bool, why string) {
			r.Decided, r.Passed, r.At, r.Why = true, passed, elapsed, why
		}
		switch {
		case elapsed < from+e.From:
		case (e.Never || e.Always) && e.Until > 0 && elapsed > from+e.Until:
			decide(true, "")
		case e.Never && holds(e.Cond):
			decide(false, "it came to be")
		case e.Always && !holds(e.Cond):
			decide(false, "it is not so")
		case e.Never || e.Always || e.By == 0:
		case holds(e.Cond):
			decide(true, "")
		case elapsed > from+e.By:
			decide(false, fmt.Sprintf("not within %v", e.By))
		}
	}
}

// Settled says whether all that has a time by which it must hold is decided.
func (w *Watch) Settled(elapsed time.Duration) bool {
	for i, e := range w.expect {
		if w.results[i].Decided {
			continue
		}
		if e.By > 0 || (e.Never || e.Always) && e.Until > 0 {
			return false
		}
	}
	return true
}

// End decides the rest.
func (w *Watch) End(elapsed time.Duration, holds func(Cond) bool, fired func(string) (time.Duration, bool)) []Result {
	for i := range w.expect {
		e, r := &w.expect[i], &w.results[i]
		if r.Decided {
			continue
		}
		r.Decided, r.At = true, elapsed
		_, was := fired(e.Since)
		switch {
		case e.Since != "" && !was:
			r.Why = "what it counts from never was"
		case e.Never || e.Always:
			r.Passed = true
		case e.By > 0:
			r.Why = "the run was over before"
		default:
			if r.Passed = holds(e.Cond); !r.Passed {
				r.Why = "it is not so at the end"
			}
		}
	}
	return w.results
}
