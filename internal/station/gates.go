package station

import (
	"sync"
	"time"

	"groundstation/fleet"
	"groundstation/mission"
)

// gates are the Desk's last verdicts on pictures, for those who relay and record, in goroutines of their own.
type gates struct {
	ours map[fleet.VehicleID]bool // the vehicles; it does not change
	mu   sync.Mutex
	last map[fleet.VehicleID]mission.Gate
}

func newGates(reg fleet.Registry) *gates {
	g := &gates{ours: map[fleet.VehicleID]bool{}, last: map[fleet.VehicleID]mission.Gate{}}
	for _, v := range reg.Vehicles {
		g.ours[v.ID] = true
	}
	return g
}

func (g *gates) put(v mission.Gate) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.last[v.Vehicle] = v
}

// Picture says what may be done with a vehicle's picture now. One on which there is no verdict yet, or no more, is neither
// shown nor recorded; what is no vehicle has no rules.
func (s *Station) Picture(id string, now time.Time) mission.Gate {
	vehicle := fleet.VehicleID(id)
	if !s.gates.ours[vehicle] {
		return mission.Gate{Show: true, Record: true}
	}
	s.gates.mu.Lock()
	defer s.gates.mu.Unlock()
	v, told := s.gates.last[vehicle]
	if !told || !v.Until.IsZero() && !now.Before(v.Until) {
		return mission.Gate{Vehicle: vehicle, Code: "not-judged", Why: "the station has not judged this picture just now"}
	}
	return v
}
