package city

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission"
	"groundstation/simulator"
)

const (
	// crewConfirms is how long a crew takes to confirm a launch, crewCarries to come and put a vehicle back where it lives, or to
	// reset a dock's stop.
	crewConfirms = 20 * time.Second
	crewCarries  = 15 * time.Minute
	patrolSlots  = 12 // of each patrol in a day
)

// Diary is what became of a day.
type Diary struct {
	Sorties, Flown, Served, Queued, Aborted int
	Patrols, Carried, Reset, Ills           int
	// Landed counts where flights ended; GoArounds and Divers how often on the way there.
	Landed             map[string]int
	GoArounds, Diverts int
	// Log is the SHA-256 of every durable change, in order: two days with the same are the same.
	Log string
}

// FlyDay lets a day, or its first part, pass over a city whose clock stands at its midnight: patrols by the Desk's own recurrences, calls as
// incidents, faults that come and go, crews who confirm launches and carry home what stands elsewhere.
func (c *City) FlyDay(day simulator.Day, patrols int, span time.Duration) (Diary, error) {
	log := sha256.New()
	c.Log = log
	d := Diary{Landed: map[string]int{}}
	begin := c.now
	c.Run(30 * time.Second)
	if err := c.putPatrols(begin, patrols); err != nil {
		return d, err
	}
	calls, ills := day.Calls, day.Ills
	var ends []simulator.Ill // After: when it is over
	stands := map[string]time.Time{}
	for next := c.now; c.now.Before(begin.Add(span)); next = next.Add(time.Second) {
		if c.now.Before(next) {
			c.Run(next.Sub(c.now))
		}
		at := c.now.Sub(begin)
		for len(calls) > 0 && calls[0].After <= at {
			if err := c.call(calls[0]); err != nil {
				return d, err
			}
			calls = calls[1:]
		}
		for len(ills) > 0 && ills[0].After <= at {
			ill := ills[0]
			if err := c.World.Inject(ill.Fault); err != nil {
				return d, err
			}
			if d.Ills++; ill.Lasts > 0 {
				ill.After += ill.Lasts
				ends = append(ends, ill)
			}
			ills = ills[1:]
		}
		for _, over := range ends {
			if over.After <= at {
				over.Fault.Clear = true
				if err := c.World.Inject(over.Fault); err != nil {
					return d, err
				}
			}
		}
		ends = slices.DeleteFunc(ends, func(i simulator.Ill) bool { return i.After <= at })
		if err := c.crews(&d, stands); err != nil {
			return d, err
		}
	}
	d.count(c)
	d.Log = hex.EncodeToString(log.Sum(nil))
	return d, c.err
}

// putPatrols gives patrols of patrolSlots slots a day to docks in turn.
func (c *City) putPatrols(begin time.Time, patrols int) error {
	n := (patrols + patrolSlots - 1) / patrolSlots
	for i := range n {
		dock := c.registry.Docks[i%len(c.registry.Docks)]
		plan := mission.Plan{Name: fmt.Sprintf("round of %s", dock.ID)}
		for k := range 4 {
			at := geo.Offset(dock.Pad.LatLon, float64(90*k+20*i), 350+30*float64(i%5))
			plan.Items = append(plan.Items, fleet.Item{Kind: fleet.ItemWaypoint, Position: at.At(dock.Pad.AltAMSL + 60), HoldS: 10})
		}
		v, problem := c.Ask(mission.PutPlan{Plan: plan})
		if problem != nil {
			return fmt.Errorf("plan: %s: %s", problem.Code, problem.Message)
		}
		p := mission.Patrol{Name: plan.Name, Plan: v.(mission.Plan).ID, Recurrence: fmt.Sprintf("FREQ=HOURLY;INTERVAL=%d", 24/patrolSlots),
			Start: begin.Add(5*time.Minute + time.Duration(i)*7*time.Minute), Zone: "Asia/Shanghai", WindowS: 1800, Enabled: true}
		if _, problem := c.Ask(mission.PutPatrol{Patrol: p}); problem != nil {
			return fmt.Errorf("patrol: %s: %s", problem.Code, problem.Message)
		}
	}
	return nil
}

func (c *City) call(in simulator.Call) error {
	_, problem := c.Ask(mission.CreateIncident{Title: in.Title, Category: in.Category, Priority: in.Priority, Place: in.Place})
	if problem != nil {
		return fmt.Errorf("incident: %s: %s", problem.Code, problem.Message)
	}
	return nil
}

// crews confirm launches, come for what stands where it does not live, and reset stops.
func (c *City) crews(d *Diary, stands map[string]time.Time) error {
	var asked []fleet.SortieID
	for _, s := range c.judge.sorties { // the open ones
		if s.State == mission.AwaitingCrew && c.now.Sub(s.CreatedAt) >= crewConfirms && c.now.Sub(s.CreatedAt) < crewConfirms+time.Second {
			asked = append(asked, s.ID)
		}
	}
	slices.Sort(asked)
	for _, id := range asked {
		if _, problem := c.Ask(mission.ConfirmLaunch{Sortie: id}); problem != nil && problem.Code != "wrong-state" {
			return fmt.Errorf("confirm: %s: %s", problem.Code, problem.Message)
		}
	}
	for i := range c.truth.Docks {
		k := &c.truth.Docks[i]
		if !k.EStop {
			delete(stands, k.ID)
			continue
		}
		if stands[k.ID].IsZero() {
			stands[k.ID] = c.now
		}
		if c.now.Sub(stands[k.ID]) >= crewCarries && c.World.ResetStop(k.ID) {
			d.Reset++
			delete(stands, k.ID)
		}
	}
	for i := range c.truth.Vehicles {
		v := &c.truth.Vehicles[i]
		_, open := c.judge.sortieOf(fleet.VehicleID(v.ID))
		home := c.judge.specs[v.ID]
		there := v.DockID == string(home.Dock)
		if home.Dock == "" && home.Site != nil {
			there = geo.Distance(v.Position.LatLon, home.Site.LatLon) < 10
		}
		if open || there || v.Armed || !v.OnGround {
			delete(stands, v.ID)
			continue
		}
		if stands[v.ID].IsZero() {
			stands[v.ID] = c.now
		}
		if c.now.Sub(stands[v.ID]) >= crewCarries && c.World.CarryHome(v.ID) {
			d.Carried++
			delete(stands, v.ID)
		}
	}
	return nil
}

// count looks at how every sortie went.
func (d *Diary) count(c *City) {
	for _, s := range c.sorties {
		d.Sorties++
		flown := false
		for _, st := range s.Stages {
			switch mission.SortieState(st.Name) {
			case mission.Outbound:
				flown = true
			case mission.GoAround:
				d.GoArounds++
			case mission.Diverting:
				d.Diverts++
			}
		}
		switch {
		case flown:
			d.Flown++
		case s.State == mission.Aborted:
			d.Aborted++
		}
		if flown && s.Purpose == "patrol" {
			d.Patrols++
		}
		if flown && s.State.Final() {
			d.Landed[endOf(&s)]++
		}
	}
	for _, in := range c.incidents {
		switch in.State {
		case mission.IncidentServed:
			d.Served++
		case mission.IncidentQueued:
			d.Queued++
		}
	}
}

// endOf says where a flight ended, as its record tells: in its dock, on the ground pad or the site, or the code of what
// became of it (beside-dock, not-secured, off-site).
func endOf(s *mission.Sortie) string {
	switch {
	case s.Dock == "":
		return "site"
	case slices.ContainsFunc(s.Stages, func(st mission.StageTime) bool { return st.Name == "secured" }):
		return "dock"
	case strings.Contains(s.Reason, "ground pad"):
		return "ground-pad"
	}
	return s.Code
}
