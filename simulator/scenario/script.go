package scenario

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// Due is one act of a script: of the nth [[at]] of the file, with places and names made out.
type Due struct {
	N int
	At
}

// Script yields what is due. One of the same scenario and seed yields the same.
type Script struct {
	steps []*step
	fired map[string]time.Duration
}

type step struct {
	Due
	armed bool          // On held, or there is none
	due   time.Duration // if armed
	done  bool
}

// Script begins anew.
func (s *Scenario) Script(seed uint64) *Script {
	p := &Script{fired: map[string]time.Duration{}}
	rng := rand.New(rand.NewPCG(seed, 3))
	for n, at := range s.At {
		if at.Incident == nil || at.Incident.Count == 0 {
			if at.Incident != nil {
				at.Incident = scattered(*at.Incident, rng)
			}
			p.steps = append(p.steps, &step{Due: Due{n, at}, armed: at.On == nil, due: at.After})
			continue
		}
		for i := range at.Incident.Count {
			one := at
			one.Incident = scattered(*at.Incident, rng)
			one.Incident.Name = fmt.Sprintf("%s-%d", at.Incident.Name, i+1)
			one.After += time.Duration(float64(at.Incident.Over) * (float64(i) + rng.Float64()) / float64(at.Incident.Count))
			p.steps = append(p.steps, &step{Due: Due{n, one}, armed: at.On == nil, due: one.After})
		}
	}
	return p
}

// scattered puts an incident somewhere in its disc, each place of it as likely.
func scattered(in Incident, rng *rand.Rand) *Incident {
	if in.ScatterM > 0 {
		in.OffDeg, in.OffM = rng.Float64()*360, in.ScatterM*math.Sqrt(rng.Float64())
	}
	return &in
}

// Due gives what is due now, each once, in the order of the file.
func (p *Script) Due(elapsed time.Duration, holds func(Cond) bool) []Due {
	var out []Due
	for _, s := range p.steps {
		if s.done {
			continue
		}
		if !s.armed && holds(*s.On) {
			s.armed, s.due = true, elapsed+s.After
		}
		if s.armed && s.due <= elapsed {
			s.done = true
			if _, before := p.fired[s.ID]; s.ID != "" && !before {
				p.fired[s.ID] = elapsed
			}
			out = append(out, s.Due)
		}
	}
	return out
}

// Done says whether everything was due.
func (p *Script) Done() bool {
	return !slices.ContainsFunc(p.steps, func(s *step) bool { return !s.done })
}

// Waiting are the acts whose condition never held.
func (p *Script) Waiting() (out []Due) {
	for _, s := range p.steps {
		if !s.done {
			out = append(out, s.Due)
		}
	}
	return out
}

// Fired is when the act of this id was due.
func (p *Script) Fired(id string) (time.Duration, bool) {
	at, ok := p.fired[id]
	return at, ok
}
