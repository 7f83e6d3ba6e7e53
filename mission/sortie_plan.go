package mission

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"groundstation/fleet"
)

// upload is what the sortie's vehicle is to have on board.
func (s *Sortie) upload() fleet.UploadPlan {
	return fleet.UploadPlan{Items: s.Route, Fence: s.Fence, Zones: s.Zones, CeilingAMSL: s.CeilingAMSL()}
}

// putPlan gives the order to write the plan, and puts the hash of what is approved on record with it.
func (m *sortie) putPlan(step string, tries int) int {
	n := m.tries(step)
	plan := m.upload()
	st := m.do(step, plan, false, uploadBound+m.lengthy(), tries)
	if m.tries(step) != n {
		m.PlanHash, m.Verified = plan.Hash(), nil
	}
	return st
}

// lengthy is what a long plan may take beyond the time of a short one, over a link of a fifth of a second.
func (s *Sortie) lengthy() time.Duration { return time.Duration(len(s.Route)) * 200 * time.Millisecond }

func (m *sortie) tries(step string) int {
	if a := m.live[step]; a != nil {
		return a.n
	}
	return 0
}

// verified says whether what was read back from the vehicle is what was approved, and notes the vehicle's ids of it the
// first time.
func (m *sortie) verified(s *scene) bool {
	p := s.vehicle.Plan
	if p == nil || p.Hash != m.PlanHash || len(p.Changed) > 0 {
		return false
	}
	if m.Verified == nil {
		ids := p.IDs
		m.Verified = &ids
		m.acts = append(m.acts, "sortie.plan-verified")
		m.lower("plan-changed")
	}
	return true
}

// strange names the lists on board that somebody else has changed since they were verified. A session that heard the
// vehicle only afterwards does not know what was read back; then the ids on record tell.
func (m *sortie) strange(s *scene) []string {
	v := s.vehicle
	writing := slices.ContainsFunc(planSteps, func(step string) bool { a := m.live[step]; return a != nil && !a.stage.Final() })
	switch {
	case v == nil || m.Verified == nil || writing:
		return nil
	case v.Plan != nil:
		return v.Plan.Changed
	case v.Mission.State == "" || v.Mission.State == "unknown" || v.Mission.At.Before(m.loadedAt) || m.now.Sub(v.Mission.At) > 5*time.Second:
		return nil
	}
	return m.Verified.Differ(v.Mission.IDs())
}

// planSteps are the steps that write lists.
var planSteps = []string{"plan", "refence"}

// watchPlan tells of lists that somebody else changed. A vehicle that is flying them is stopped, and is its operators':
// neither the old plan nor the new one is to be flown on. What flies by other orders goes on. It says whether the vehicle was
// stopped.
func (m *sortie) watchPlan(s *scene) bool {
	lists := m.strange(s)
	if len(lists) == 0 {
		return false
	}
	text := fmt.Sprintf("%s: %s changed on board by somebody else", m.Vehicle, strings.Join(lists, ", "))
	m.raise("plan-changed", "critical", text)
	v := s.vehicle
	if s.human || !v.Airborne() || v.Mode != fleet.ModeMission && v.Mode != fleet.ModeTakeoff {
		return false
	}
	m.effects = append(m.effects, yield{text})
	return true
}

// yield stops the vehicle where it is and gives it to its operators.
type yield struct{ text string }

func (yield) effect() {}
