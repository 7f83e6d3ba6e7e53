package video

import (
	"context"
	"slices"
	"time"
)

const (
	// judgeEvery is how often the Gate is asked again while a source is pulled.
	judgeEvery = 100 * time.Millisecond
	// verdictFor is how long a verdict stands: when the Gate does not answer, nothing is shown or recorded.
	verdictFor = time.Second
)

// Verdict says what may be done with a source's picture now, and why not.
type Verdict struct {
	Show, Record bool
	Code, Why    string // of what is not allowed
}

// Gated is an error: the Gate is shut.
type Gated struct{ Verdict }

// Error is the reason in words.
func (g *Gated) Error() string {
	if g.Why == "" {
		return ErrGated.Error()
	}
	return g.Why
}

// Code is the reason for programs.
func (g *Gated) Code() string {
	if g.Verdict.Code == "" {
		return ErrGated.Code()
	}
	return g.Verdict.Code
}

// Is makes every Gated an ErrGated.
func (g *Gated) Is(target error) bool { return target == ErrGated }

var (
	allAllowed = Verdict{Show: true, Record: true}
	unjudged   = Verdict{Code: "video-unjudged", Why: "whether video may be shown here is not known now"}
)

// verdict asks the Gate.
func (h *Hub) verdict(id string) Verdict {
	if h.opts.Gate == nil {
		return allAllowed
	}
	return h.opts.Gate(id)
}

// ask asks the Gate and tells the stream, before somebody joins it.
func (h *Hub) ask(s *source) Verdict {
	if s.of != nil {
		s = s.of
	}
	v := h.verdict(s.id)
	s.stream.judge(v, time.Now())
	for _, other := range h.besides(s) {
		other.stream.judge(v, time.Now())
	}
	return v
}

// judge asks the Gate again and again about every source that is pulled, until ctx ends.
func (h *Hub) judge(ctx context.Context) {
	tick := time.NewTicker(judgeEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		for _, s := range h.sources {
			if s.live() || slices.ContainsFunc(h.besides(s), (*source).live) {
				h.ask(s)
			}
		}
	}
}
