package station

import (
	"time"

	"groundstation/fleet"
)

// Steer passes on one input of a pilot at once; why says what was wrong with it, "" if it was taken.
func (s *Station) Steer(v fleet.VehicleID, in fleet.StickInput) (why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	outs := s.core.Step(now, Sticks{Vehicle: v, Input: in})
	for _, o := range outs {
		if i, ok := o.(Ignored); ok {
			why = i.Why
		}
	}
	s.carryOut(outs)
	s.wind(now)
	return why
}
