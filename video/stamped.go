package video

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"groundstation/video/recode"
)

// stampKept is how long a stamped picture that nobody watches is known by its id.
const stampKept = time.Minute

// stamped is the picture of a source with a text burnt into it.
type stamped struct {
	*source
	asked time.Time
}

// Stamping says why no text can be burnt into pictures here, or nil.
func (h *Hub) Stamping() error {
	_, err := h.stamp("")
	return err
}

// Stamp gives the id by which a source is played and viewed with a text burnt into its picture. It counts as one that is
// transcoded while somebody watches it, and there is no other way to what it shows by that id: where it cannot be made, there
// is no picture.
func (h *Hub) Stamp(id, text string) (string, error) {
	src := h.sources[id]
	if src == nil {
		return "", ErrUnknownSource
	}
	sum := sha256.Sum256([]byte(text))
	key, now := id+"~"+hex.EncodeToString(sum[:8]), time.Now()
	if h.known(key, now) {
		return key, nil
	}
	stamp, err := h.stamp(text)
	if err != nil {
		return "", err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for other, s := range h.stamped {
		if now.Sub(s.asked) > stampKept && !s.busy() {
			delete(h.stamped, other)
		}
	}
	if h.stamped[key] == nil {
		h.stamped[key] = &stamped{source: newRecoded(h, src, stamp), asked: now}
	}
	return key, nil
}

func (h *Hub) stamp(text string) (*recode.Stamp, error) {
	if h.opts.Recoding.Max == 0 {
		return nil, recode.ErrNoFFmpeg
	}
	return recode.NewStamp(text)
}

// known says whether there is a stamped picture by that id.
func (h *Hub) known(key string, now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.stamped[key]
	if s != nil {
		s.asked = now
	}
	return s != nil
}

// source is that of an id, also a stamped one; nil: there is none.
func (h *Hub) source(id string) *source {
	if s := h.sources[id]; s != nil {
		return s
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if s := h.stamped[id]; s != nil {
		return s.source
	}
	return nil
}

// besides are the other sources that show what s does: at a lower rate, transcoded, stamped.
func (h *Hub) besides(s *source) (all []*source) {
	for _, other := range []*source{s.low, s.recode} {
		if other != nil {
			all = append(all, other)
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, other := range h.stamped {
		if other.of == s {
			all = append(all, other.source)
		}
	}
	return all
}
