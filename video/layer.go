package video

import (
	"maps"
	"slices"
	"time"

	"groundstation/video/unit"
)

// Layer is which of a source's pictures a viewer is given.
type Layer string

// The layers. LayerAuto is a wish only: the full picture, or less while the way is too narrow. LayerKeys is never wished.
const (
	LayerAuto Layer = "auto"
	LayerFull Layer = "full"
	LayerLow  Layer = "low"  // the camera's picture at a lower rate
	LayerKeys Layer = "keys" // of either, key pictures only
)

// Whoever chooses a layer may be refused.
var (
	ErrUnknownViewer = unit.Refuse("unknown-viewer", "nobody watches by that name")
	ErrNoLayer       = unit.Refuse("no-layer", "the camera offers one picture only")
)

// Choose gives a viewer one layer of its source, or leaves the choice to what its way can carry. It goes on with the next key
// picture from there.
func (h *Hub) Choose(viewer string, want Layer) error {
	v := h.viewer(viewer)
	if v == nil {
		return ErrUnknownViewer
	}
	return v.choose(want)
}

// Layer says which layer a viewer wants and which it is given now; not ok: there is no such viewer.
func (h *Hub) Layer(viewer string) (want, given Layer, ok bool) {
	v := h.viewer(viewer)
	if v == nil {
		return "", "", false
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	want, given = v.wish, LayerFull
	switch {
	case v.congestion.level == levelKeys:
		given = LayerKeys
	case v.from != v.source:
		given = LayerLow
	}
	return want, given, true
}

// Layered says whether a viewer has a choice.
func (h *Hub) Layered(viewer string) bool {
	v := h.viewer(viewer)
	if v == nil {
		return false
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.source.lower() != nil
}

func (h *Hub) viewer(id string) *viewer {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.viewers[id]
}

func (v *viewer) choose(want Layer) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.source.lower() == nil && want != LayerAuto {
		return ErrNoLayer
	}
	if v.over || v.wish == want {
		return nil
	}
	v.wish, v.congestion = want, congestion{}
	v.follow()
	return nil
}

// estimated takes what the browser thinks its way can carry, in bits a second, and gives it more or less.
func (v *viewer) estimated(rate float64) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.over {
		return
	}
	full, low := v.source.stream.rate(), 0.0
	if lower := v.source.lower(); lower != nil {
		low = max(lower.stream.rate(), 1)
	}
	switch v.wish {
	case LayerFull:
		low = 0
	case LayerLow:
		full, low = low, 0
	}
	v.congestion.step(time.Now(), rate, full, low)
	v.follow()
}

// follow goes over to the source that gives the layer wanted now; the lock is held.
func (v *viewer) follow() {
	want := v.source
	if lower := v.source.lower(); lower != nil && (v.wish == LayerLow || v.wish != LayerFull && v.congestion.level != levelFull) {
		want = lower
	}
	if want == v.from {
		return
	}
	for _, l := range v.lines {
		l.moved = true
	}
	v.from.stream.part(v.reader)
	v.from.release()
	v.from = want
	v.from.acquire(v.hub.ctx)
	v.from.stream.join(v.reader)
}

// relayer gives those who watch a source what they want of its layers, as there are more or fewer than before.
func (h *Hub) relayer(s *source) {
	h.mu.Lock()
	all := slices.Collect(maps.Values(h.viewers))
	h.mu.Unlock()
	for _, v := range all {
		v.mu.Lock()
		if v.source == s && !v.over {
			v.follow()
		}
		v.mu.Unlock()
	}
}
