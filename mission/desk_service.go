package mission

import (
	"fmt"
	"slices"
	"time"

	"groundstation/fleet"
	"groundstation/mission/dispatch"
)

const (
	fullPercent   = 95.0             // a pack with as much needs nothing
	chargeBelow   = 90.0             // a charger that leaves a pack under this at rest is told to charge it
	idleMost      = time.Minute      // and how long it may rest before it is told
	swapSecondsD  = 120.0            // of a dock whose data sheet is not known
	chargeWD      = 200.0            // likewise
	settleFor     = 10 * time.Second // a dock that is seen at rest so long after a change was ordered does not change it any more
	judgeMost     = time.Minute      // how long the end of a change may be in doubt
	serviceBound  = time.Minute      // of what moves nothing
	hotC, freezeC = 45.0, 5.0        // a charger may wait for a pack outside
	serviceTries  = 3                // failures in a row before people are told
)

// tend looks after the vehicle in a dock between sorties: one service at a time, none while a sortie is open.
func (d *Desk) tend(c *craft) {
	p := c.dock
	if p == nil || p.state == nil {
		return
	}
	switch s := p.service; {
	case s == nil, s.Stage.Final() && s.Gate == nil:
		d.nextService(c)
	case !s.Stage.Final():
	case s.Act == serviceWake && !d.now.Before(s.again()) && d.restful(c) && p.state.Sleeps(d.now, dispatch.LinkAge):
		d.serve(c, serviceWake, fleet.Wake{For: wakeAgain}, serviceBound)
	default:
		d.judgeService(c, s)
	}
}

// restful says whether a dock may be ordered to serve its vehicle now: nobody else has a word in it, and all that is known is
// fresh and good. What the act itself needs is its gatekeeper's to judge.
func (d *Desk) restful(c *craft) bool {
	k, v := c.dock.state, c.state
	switch {
	case c.sortie != "" || c.dock.sortie != "" || c.control.Holder == holderHuman || d.storageDown() || d.now.Sub(d.startedAt) < d.cfg.Settle:
		return false
	case k.Link != fleet.LinkOnline || d.now.Sub(k.HeardAt) > dispatch.LinkAge || d.now.Sub(k.Power.At) > dispatch.LinkAge || !k.AtRest():
		return false
	case k.PersonNear || k.LocalKey || !k.Power.MainsOK || k.Power.At.IsZero():
		return false
	}
	return k.Sleeps(d.now, dispatch.LinkAge) || v != nil && v.Link == fleet.LinkOnline && !v.Armed && v.Landed == fleet.OnGround
}

// nextService orders what the vehicle in a dock needs most.
func (d *Desk) nextService(c *craft) {
	p, k := c.dock, c.dock.state
	s := p.service
	if !d.restful(c) {
		p.idleSince = time.Time{}
		return
	}
	if k.Power.Charging || k.Power.PackPercent >= chargeBelow || k.Power.PackTempC > hotC || k.Power.PackTempC < freezeC {
		p.idleSince = time.Time{}
		if s != nil && s.Act == serviceCharge {
			d.lower(alarmCharge, string(p.spec.ID))
		}
	} else if p.idleSince.IsZero() {
		p.idleSince = d.now
	}
	waits := func(act string) bool { return s != nil && s.Act == act && d.now.Before(s.again()) }
	switch {
	case d.swapPays(c) && !waits(serviceSwap):
		d.serve(c, serviceSwap, fleet.SwapPack{From: k.Pack()}, swapBound(p.spec))
	case !p.idleSince.IsZero() && d.now.Sub(p.idleSince) >= idleMost && !waits(serviceCharge):
		p.idleSince = time.Time{}
		d.serve(c, serviceCharge, fleet.Charge{ToPercent: fullPercent}, serviceBound)
	}
}

func swapSeconds(spec fleet.DockSpec) float64 {
	if spec.SwapSeconds > 0 {
		return spec.SwapSeconds
	}
	return swapSecondsD
}

// swapBound is within what time a change of packs must have ended.
func swapBound(spec fleet.DockSpec) time.Duration {
	return 2*seconds(swapSeconds(spec)) + 30*time.Second
}

// swapPays says whether a change of packs brings the vehicle back sooner than its charger would, and nobody needs it before
// the change is done, unless it could not go as it is.
func (d *Desk) swapPays(c *craft) bool {
	k, spec := c.dock.state, c.dock.spec
	if k.Power.Slots < 1 || k.Power.PacksReady < 1 {
		return false
	}
	w := spec.ChargeW
	if w <= 0 {
		w = chargeWD
	}
	takes := swapSeconds(spec)
	if (fullPercent-k.Power.PackPercent)/100*c.spec.EnergyWh*3600/w <= takes {
		return false
	}
	if k.Power.PackPercent < dispatch.MinPercent {
		return true
	}
	if len(d.queued()) > 0 {
		return false
	}
	for _, p := range d.patrols {
		if p.Enabled && !p.Next.IsZero() && (p.Vehicle == "" || p.Vehicle == c.spec.ID) && p.Next.Sub(d.now) < 2*seconds(takes) {
			return false
		}
	}
	return true
}

// serve orders a service when it is durable, and nothing has come between.
func (d *Desk) serve(c *craft, name string, act fleet.Act, bound time.Duration) {
	p, old := c.dock, c.dock.service
	s := &Service{Dock: p.spec.ID, Vehicle: c.spec.ID, Act: name, Intent: d.newIntent(), Stage: fleet.StageSent, At: d.now, UpdatedAt: d.now}
	if old != nil && old.Act == name {
		s.Failures = old.Failures
	}
	if swap, ok := act.(fleet.SwapPack); ok {
		s.Before = swap.From
		s.Gate = &fleet.Gate{Code: gateSwapping, AgeS: 0, Text: "its pack is being changed"}
	} else if old != nil && old.Act == name {
		s.Gate = old.Gate // a vehicle that did not wake is out of service until it has
	}
	p.service = s
	d.change(KindService, string(s.Dock), "service."+name, "desk")
	in := fleet.Intent{ID: s.Intent, Dock: s.Dock, Epoch: c.control.Epoch, Bound: bound, Act: act}
	d.then(func(err error) {
		if err != nil || c.control.Epoch != in.Epoch || c.sortie != "" || p.sortie != "" {
			d.report(fleet.Report{Intent: in.ID, Dock: in.Dock, Stage: fleet.StageFailed, Code: failCode(err), At: d.now})
			return
		}
		d.out = append(d.out, Send{in})
	})
	d.decideAgain = true
}

// serviceReport takes how a service goes. What did not begin leaves the vehicle as it was; whether a change of packs that
// began and did not end well has left one in the vehicle is judged by what the dock shows.
func (d *Desk) serviceReport(r fleet.Report) {
	p := d.pads[r.Dock]
	if p == nil || p.service == nil || p.service.Intent != r.Intent || p.service.Stage.Final() || p.service.Stage == r.Stage {
		return
	}
	s := *p.service
	s.Stage, s.Code, s.Detail, s.UpdatedAt = r.Stage, r.Code, r.Detail, r.At
	p.service = &s
	if !r.Stage.Final() {
		d.touch(KindService, string(s.Dock))
		return
	}
	tried := true
	switch r.Code {
	case "not-wanted", "storage", "superseded":
		tried = false
	}
	switch {
	case r.Stage == fleet.StageDone:
		d.serviceWell(&s)
		return
	case s.Act == serviceSwap && tried && r.Stage != fleet.StageRefused: // the gate stays shut until it is judged
	case s.Act == serviceWake && tried && r.Code != "restart":
		d.outOfService(&s, gateWakeFailed, "it did not wake: "+r.Detail)
		return
	default:
		s.Gate = nil
		if tried {
			s.Failures++
		}
		if s.Act == serviceCharge && s.Failures >= serviceTries {
			d.raise(alarmSubject{dock: s.Dock}, alarmCharge, "warning", fmt.Sprintf("%s does not charge %s: %s", s.Dock, s.Vehicle, r.Detail))
		}
	}
	d.change(KindService, string(s.Dock), "service."+string(r.Stage), "desk")
	d.decideAgain = true
}

// serviceWell ends a service as it was meant, and what its failures had raised.
func (d *Desk) serviceWell(s *Service) {
	s.Stage, s.Code, s.Detail, s.UpdatedAt = fleet.StageDone, "", "", d.now
	s.Gate, s.Failures, s.Visited = nil, 0, false
	d.lowerService(s)
	d.change(KindService, string(s.Dock), "service.done", "desk")
	d.decideAgain = true
}

func (d *Desk) lowerService(s *Service) {
	for _, code := range []string{gateSwapFailed, gateWakeFailed, alarmCharge} {
		d.lower(code, string(s.Dock))
	}
}

// serviceBack puts a dock back in service to which somebody has seen.
func (d *Desk) serviceBack(s *Service, by string) {
	s.Gate, s.Failures, s.Visited, s.UpdatedAt = nil, 0, false, d.now
	d.lowerService(s)
	d.change(KindService, string(s.Dock), "service.returned", by)
	d.decideAgain = true
}

// outOfService keeps a vehicle from being sent out, and tells people why.
func (d *Desk) outOfService(s *Service, code, text string) {
	s.Gate = &fleet.Gate{Code: code, AgeS: 0, Text: text}
	s.Failures++
	d.raise(alarmSubject{dock: s.Dock}, code, "warning", fmt.Sprintf("%s: %s is out of service: %s", s.Dock, s.Vehicle, text))
	d.change(KindService, string(s.Dock), "service.out-of-service", "desk")
	d.decideAgain = true
}

// judgeService looks what became of a service whose gate is shut.
func (d *Desk) judgeService(c *craft, old *Service) {
	p, k := c.dock, c.dock.state
	if k.Link != fleet.LinkOnline || d.now.Sub(k.HeardAt) > dispatch.LinkAge || d.now.Sub(k.Power.At) > dispatch.LinkAge {
		return
	}
	s := *old
	p.service = &s
	rests := k.AtRest()
	switch {
	case s.failed() && !s.Visited && k.State == fleet.DockMaintenance:
		s.Visited = true
		d.change(KindService, string(s.Dock), "service.visited", "desk")
	case s.failed() && s.Visited && rests:
		d.serviceBack(&s, "desk")
	case s.Act == serviceSwap && rests && s.Before.Changed(k),
		s.Act == serviceWake && c.state != nil && c.state.Link == fleet.LinkOnline && !k.Power.VehicleOff:
		d.serviceWell(&s)
	case s.failed():
	case rests && d.now.Sub(s.UpdatedAt) >= settleFor: // it was never begun
		s.Gate = nil
		s.Failures++
		d.change(KindService, string(s.Dock), "service.not-begun", "desk")
		d.decideAgain = true
	case k.State == fleet.DockFault || k.State == fleet.DockEStop || d.now.Sub(s.At) >= swapBound(p.spec)+judgeMost:
		d.outOfService(&s, gateSwapFailed, "the change of its pack failed: "+s.Detail)
	}
}

// returnDock is the word of somebody who has seen to it.
func (d *Desk) returnDock(r Request, body ReturnDock) {
	p := d.pads[body.Dock]
	switch {
	case p == nil:
		d.reply(r, nil, fleet.Refuse("unknown-dock", "there is no dock %q", body.Dock))
		return
	case p.service == nil || !p.service.failed():
		d.reply(r, nil, fleet.Refuse("in-service", "%s is not out of service", body.Dock))
		return
	case p.state == nil || !p.state.AtRest():
		d.reply(r, nil, fleet.Refuse("dock-state", "%s does not show a vehicle with its pack at rest", body.Dock))
		return
	}
	s, old := *p.service, p.service
	p.service = &s
	d.serviceBack(&s, r.By)
	d.then(func(err error) {
		if err != nil {
			d.back(KindService, string(s.Dock), func() { p.service = old })
		}
	})
	d.replyKept(r, KindService, string(s.Dock))
}

const (
	wakeAhead = time.Minute      // before a patrol's slot
	wakeAgain = 10 * time.Minute // how long one that did not wake is kept on when it is tried anew
)

// wakeForPatrols switches on, ahead of a patrol's slot, the vehicle that would fly it.
func (d *Desk) wakeForPatrols() {
	var due []*Patrol
	for _, p := range d.patrols {
		if ahead := p.Next.Sub(d.now); p.Enabled && !p.Next.IsZero() && ahead > 0 && ahead <= wakeAhead && !d.woken[p.ID].Equal(p.Next) && d.plans[p.Plan] != nil {
			due = append(due, p)
		}
	}
	slices.SortFunc(due, func(a, b *Patrol) int { return a.Next.Compare(b.Next) })
	for _, p := range due {
		c := d.byID[p.Vehicle]
		if c == nil {
			w := d.planWish(d.plans[p.Plan], "", "patrol", p.ID, p.By)
			c = d.byID[dispatch.Decide(d.snapshot(), dispatch.Request{Target: w.target, OnSceneS: w.needS}, d.now).Chosen]
		}
		if c == nil || c.dock == nil || c.dock.state == nil {
			continue
		}
		if s := c.dock.service; s != nil && (!s.Stage.Final() || s.Gate != nil) {
			continue
		}
		d.woken[p.ID] = p.Next
		if d.restful(c) && c.dock.state.Sleeps(d.now, dispatch.LinkAge) {
			d.serve(c, serviceWake, fleet.Wake{For: p.Next.Sub(d.now) + seconds(p.WindowS)}, serviceBound)
		}
	}
}
