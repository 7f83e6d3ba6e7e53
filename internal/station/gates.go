package station

import (
	"sync"
	"time"

	"groundstation/fleet"
	"groundstation/mission"
)

// gates are the Desk's last verdicts on pictures, for those who relay and record, in goroutines of their own.
type gates struct {
	ours map[string]bool // the cameras that have rules; it does not change
	mu   sync.Mutex
	last map[string]mission.Gate
}

func newGates(reg fleet.Registry) *gates {
	g := &gates{ours: map[string]bool{}, last: map[string]mission.Gate{}}
	for _, v := range reg.Vehicles {
		g.ours[string(v.ID)] = true
	}
	for _, c := range reg.Cameras {
		g.ours[c.ID] = true
	}
	return g
}

func (g *gates) put(v mission.Gate) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.last[v.Camera] = v
}

// Picture says what may be done with a camera's picture now. One on which there is no verdict yet, or no more, is neither
// shown nor recorded; what is no vehicle's and looks into a dock, or was given no place, has no rules.
func (s *Station) Picture(id string, now time.Time) mission.Gate {
	if !s.gates.ours[id] {
		return mission.Gate{Show: true, Record: true}
	}
	s.gates.mu.Lock()
	defer s.gates.mu.Unlock()
	v, told := s.gates.last[id]
	if !told || !v.Until.IsZero() && !now.Before(v.Until) {
		return mission.Gate{Camera: id, Code: "not-judged", Why: "the station has not judged this picture just now"}
	}
	return v
}
