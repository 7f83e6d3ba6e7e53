package video

import (
	"maps"
	"slices"

	"groundstation/video/unit"
)

// StateAbsent is that of a source that has no address and that nobody may publish: a camera that has not told of itself.
const StateAbsent = "absent"

// Camera is how a source stands for those who would watch it.
type Camera struct {
	ID    string
	State string     // absent, cold, waiting, live, gated
	Codec unit.Codec // of its picture; empty until that was seen
	// Verdict says whether it may be shown now, and why not.
	Verdict Verdict
}

// Cameras gives every source, by its id. The Gate is asked about each.
func (h *Hub) Cameras() []Camera {
	all := make([]Camera, 0, len(h.sources))
	for _, id := range slices.Sorted(maps.Keys(h.sources)) {
		s := h.sources[id]
		c := Camera{ID: id, Verdict: h.ask(s), State: s.stats().State}
		c.Codec, _ = s.stream.codecs()
		switch {
		case !s.there():
			c.State = StateAbsent
		case !c.Verdict.Show:
			c.State = StateGated
		}
		all = append(all, c)
	}
	return all
}

// Shown says why a source is not shown now, or nil.
func (h *Hub) Shown(id string) error {
	src := h.source(id)
	if src == nil {
		return ErrUnknownSource
	}
	if v := h.ask(src); !v.Show {
		return &Gated{v}
	}
	if !src.there() {
		return ErrUnknownSource // it has told of no picture, or of none that may be dialled
	}
	return nil
}
