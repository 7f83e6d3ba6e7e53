package mission

import (
	"time"

	"groundstation/fleet"
)

// noteItem follows which item of its plan the vehicle flies.
func (m *sortie) noteItem(v *fleet.Vehicle) {
	st := &v.Mission
	if m.Plan == "" || v.Mode != fleet.ModeMission || st.State != "active" || st.At.Before(m.since) || st.Seq < 1 || st.Seq >= len(m.Route) {
		return
	}
	if a := m.live["continue"]; m.GoOnAt != nil && a != nil && !a.stage.Final() {
		return // about to be sent elsewhere
	}
	if m.GoOnAt != nil {
		m.GoOnAt, m.shown = nil, true // it flies
	}
	if m.Item == nil || *m.Item != st.Seq {
		seq := st.Seq
		m.Item, m.shown = &seq, true
	}
}

// flownWhole notes that nothing of the plan is left.
func (m *sortie) flownWhole() {
	n := len(m.Route)
	m.Item = &n
}

// left is the item from which what is left of a plan begins; false if it has none or nothing is left.
func (s *Sortie) left() (int, bool) {
	switch {
	case s.Plan == "":
		return 0, false
	case s.Item == nil:
		return max(1, s.FirstSeq), s.FirstSeq < len(s.Route)
	}
	return *s.Item, *s.Item < len(s.Route)
}

// checkItem says why a plan cannot be flown on from an item: it must lie behind the take-off and lead somewhere.
func (s *Sortie) checkItem(n int) *fleet.Problem {
	if n < 1 || n >= len(s.Route) {
		return fleet.Refuse("bad-item", "item %d is not one of 1 to %d", n, len(s.Route)-1)
	}
	for _, it := range s.Route[n:] {
		if it.Kind == fleet.ItemWaypoint {
			return nil
		}
	}
	return fleet.Refuse("nothing-left", "no place to fly to follows item %d", n)
}

// goOnAt flies the plan on from an item. A session that does not know what is on board reads it first.
func (m *sortie) goOnAt(s *scene) int {
	if s.vehicle.Plan == nil {
		if st := m.do("verify", fleet.VerifyPlan{UploadPlan: m.upload()}, false, uploadBound+m.lengthy(), 2); st != done {
			return st
		}
		return working
	}
	return m.do("continue", fleet.Resume{Plan: m.PlanHash, Item: *m.GoOnAt}, false, 30*time.Second, 3)
}
