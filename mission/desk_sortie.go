package mission

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission/dispatch"
	"groundstation/mission/energy"
)

// weatherAge is how old a dock's wind may be to count; beyond it the last known one does.
const weatherAge = 5 * time.Minute

// scene is what the sortie of c may know now.
func (d *Desk) scene(c *craft) *scene {
	s := &scene{
		spec: c.spec, vehicle: c.state, human: c.control.Holder == holderHuman, operator: c.control.Cause == causeOperator,
		storageDown: d.storageDown(), cfg: &d.cfg, windMS: d.wind(c), safety: d.safetyOf(c), terrain: d.reg.Terrain,
	}
	if c.dock != nil {
		s.dockSpec, s.dock = &c.dock.spec, c.dock.state
	}
	s.reserveMin, s.foul = d.reserve(c, s.windMS).minutes, d.foulWeather(c)
	return s
}

// wind is the strongest mean wind near the ground at the nearest docks that measure it, or did last, m/s; 0 if nobody ever did.
func (d *Desk) wind(c *craft) float64 {
	near := c.near
	if near == nil {
		near = d.docksBy(c.home())
	}
	strong, last, n := 0.0, 0.0, 0
	for _, p := range near {
		switch {
		case p.state == nil || p.state.Env.At.IsZero() || !(p.state.Env.WindMS >= 0):
			continue
		case d.now.Sub(p.state.Env.At) > weatherAge:
			last = max(last, p.state.Env.WindMS)
			continue
		}
		strong = max(strong, p.state.Env.WindMS)
		if n++; n == dispatch.WindDocks {
			return strong
		}
	}
	if n == 0 {
		return last
	}
	return strong
}

// docksBy are all docks, the nearest to a place first.
func (d *Desk) docksBy(at geo.Position) []*pad {
	far := map[*pad]float64{}
	for _, p := range d.pads {
		far[p] = geo.Distance(at.LatLon, p.spec.Pad.LatLon)
	}
	return slices.SortedFunc(maps.Keys(far), func(a, b *pad) int {
		return cmp.Or(cmp.Compare(far[a], far[b]), cmp.Compare(a.spec.ID, b.spec.ID))
	})
}

// home is where the vehicle is to land by itself: the ground pad of its dock, or its site.
func (c *craft) home() geo.Position {
	switch {
	case c.dock != nil:
		return c.dock.spec.GroundPad
	case c.spec.Site != nil:
		return *c.spec.Site
	case c.state != nil && c.state.Home != nil:
		return *c.state.Home
	}
	return geo.Position{}
}

// reserve is what the energy on board is good for, as one state of a vehicle in one wind tells it.
type reserve struct {
	of         *fleet.Vehicle
	windMS     float64
	minutes    *float64 // to the reserve line; nil: not known
	have, need float64  // the energy there is and what the way home needs, Wh
}

// reserve weighs the energy of a vehicle, once for each state: many look at it.
func (d *Desk) reserve(c *craft, windMS float64) *reserve {
	v, r := c.state, &c.reserve
	if v == nil || v.Position == nil || !v.Airborne() {
		return &reserve{}
	}
	if r.of == v && r.windMS == windMS {
		return r
	}
	home := c.home()
	need := energy.Reserve(c.spec, *v.Position, home, d.sortieOf(c).ahead(v), lossS(c.spec, c.index), windMS)
	*r = reserve{of: v, windMS: windMS, have: energy.Usable(c.spec, v.Battery), need: need}
	if minutes, ok := energy.ReserveMinutes(c.spec, v.Battery, need); ok {
		r.minutes = &minutes
	}
	return r
}

func (d *Desk) sortieOf(c *craft) *sortie {
	if c == nil || c.sortie == "" {
		return nil
	}
	return d.sorties[c.sortie]
}

func (d *Desk) stepSortieOf(c *craft) {
	if m := d.sortieOf(c); m != nil {
		d.stepSortie(m)
	}
}

// stepSortie lets a sortie act and carries out what it wants.
func (d *Desk) stepSortie(m *sortie) {
	c := d.byID[m.Vehicle]
	if m.unkept || c == nil || d.sorties[m.ID] != m {
		return
	}
	before := m.State
	d.carryOut(m, c, m.step(d.now, d.scene(c), d.newIntent))
	d.follow(m, before)
}

// carryOut does what a step left behind.
func (d *Desk) carryOut(m *sortie, c *craft, effects []effect) {
	subject := alarmSubject{vehicle: m.Vehicle, dock: m.Dock, sortie: m.ID}
	for _, e := range effects {
		switch e := e.(type) {
		case giveOrder:
			d.order(m, c, e)
		case raise:
			d.raise(subject, e.code, e.severity, e.text)
		case lower:
			d.lower(e.code, string(m.Vehicle))
		case yield:
			d.yield(m, c, e.text)
		case handOn:
			d.handOn(m, e.code)
		case withdraw:
			d.out = append(d.out, Withdraw{c.spec.ID, e.id})
		}
	}
	m.effects = nil
}

// yield stops a vehicle at once and gives it to its operators, under a new control epoch.
func (d *Desk) yield(m *sortie, c *craft, text string) {
	d.takeControl(c, causeOperator, "desk", text)
	cmd := d.command(c, "hold", "desk")
	d.out = append(d.out, Send{fleet.Intent{ID: cmd.ID, Vehicle: c.spec.ID, Epoch: c.control.Epoch, Sortie: m.ID, Envelope: d.envelope(m),
		Bound: 15 * time.Second, Act: fleet.Hold{}}})
}

// order sends an Intent: at once if it stops the vehicle, else when the sortie's record of it is durable and it is
// still wanted under the same control epoch.
func (d *Desk) order(m *sortie, c *craft, o giveOrder) {
	m.Epoch = c.control.Epoch
	d.owner[o.id] = m.ID
	in := fleet.Intent{ID: o.id, Epoch: c.control.Epoch, Sortie: m.ID, Envelope: d.envelope(m), Bound: o.bound, Act: o.act}
	if r, ok := o.act.(fleet.Resume); ok {
		in.Envelope.Item = &fleet.PlanItem{Plan: r.Plan, Item: r.Item}
	}
	if o.dock {
		in.Dock = m.Dock
	} else {
		in.Vehicle = m.Vehicle
	}
	if cmd := d.commands.get(o.id); cmd == nil && !o.dock && fleet.Moves(o.act) {
		c.lastWhy = Why{Kind: "plan", Text: whyOrder(m, o), At: d.now}
	}
	if !o.dock && fleet.Stops(o.act) {
		m.sent(o.id, d.now)
		d.out = append(d.out, Send{in})
		return
	}
	d.then(func(err error) {
		switch {
		case err != nil:
			d.report(fleet.Report{Intent: o.id, Vehicle: in.Vehicle, Dock: in.Dock, Stage: fleet.StageFailed, Code: "storage", At: d.now})
		case d.sorties[m.ID] != m || c.control.Epoch != in.Epoch || !m.wants(o, d.scene(c)):
			d.report(fleet.Report{Intent: o.id, Vehicle: in.Vehicle, Dock: in.Dock, Stage: fleet.StageFailed, Code: "not-wanted", At: d.now})
		default:
			m.sent(o.id, d.now)
			d.out = append(d.out, Send{in})
		}
	})
}

// envelope is the room of a sortie, as the guard must enforce it.
func (d *Desk) envelope(m *sortie) fleet.Envelope {
	floor := m.Home.AltAMSL
	if p := d.pads[m.Dock]; p != nil {
		floor = min(floor, p.spec.Pad.AltAMSL)
	}
	ceiling := m.CeilingAMSL()
	if m.Hand != nil {
		ceiling = max(ceiling, m.Hand.Room.CeilingAMSL+handSlackM)
	}
	return fleet.Envelope{Fence: m.Fence, Zones: m.Zones, FloorAMSL: floor - 2, CeilingAMSL: ceiling}
}

func whyOrder(m *sortie, o giveOrder) string {
	text := actName(o.act) + " for " + string(m.ID)
	if m.Incident != "" {
		text += " (" + string(m.Incident) + ")"
	}
	if m.Reason != "" && m.State != Launching {
		text += ": " + m.Reason
	}
	return text
}

// follow keeps what a step changed and lets the incident, the command and the patrol follow.
func (d *Desk) follow(m *sortie, before SortieState) {
	if m.State != before {
		d.followIncident(m)
		d.followCommand(m)
	}
	if m.State.Final() && before != m.State {
		d.followEnd(m)
	}
	if m.GoOnAt == nil || m.State == Diverting || m.State == EmergencyLanding || m.State.Final() {
		d.dropAct(m)
	}
	switch {
	case len(m.acts) > 0:
		act := m.acts[len(m.acts)-1]
		for _, a := range m.acts {
			if strings.Count(a, ".") == 1 {
				act = a
			}
		}
		m.acts, m.shown = nil, false
		d.change(KindSortie, string(m.ID), act, "desk")
	case m.shown:
		m.shown = false
		d.touch(KindSortie, string(m.ID))
	}
	if m.State.Final() && d.sorties[m.ID] == m {
		d.retire(m)
	}
}

// followCommand ends the manual act that made this sortie.
func (d *Desk) followCommand(m *sortie) {
	if m.Command == "" {
		return
	}
	switch {
	case m.flown():
		d.report(fleet.Report{Intent: m.Command, Vehicle: m.Vehicle, Stage: fleet.StageDone, Detail: "flies as " + string(m.ID), At: d.now})
	case m.State.Final(), m.State == Disarming, m.State == Securing:
		d.report(fleet.Report{Intent: m.Command, Vehicle: m.Vehicle, Stage: fleet.StageFailed, Code: m.Code, Detail: m.Reason, At: d.now})
	}
}

// followEnd tells people of a sortie that did not go.
func (d *Desk) followEnd(m *sortie) {
	if m.State != Aborted {
		return
	}
	if m.Code == "crew-timeout" {
		d.crewTimedOut(m)
	}
	if m.Code != "recalled" {
		d.note(alarmSubject{vehicle: m.Vehicle, dock: m.Dock, sortie: m.ID}, string(m.ID), "aborted", "warning",
			fmt.Sprintf("%s did not go: %s", m.Vehicle, m.Reason))
	}
	if p := d.patrols[m.Patrol]; p != nil {
		p.LastNote = fmt.Sprintf("slot %s: %s did not go: %s", p.LastSlot.UTC().Format(time.RFC3339), m.Vehicle, m.Reason)
		d.change(KindPatrol, string(p.ID), "patrol.aborted", "desk")
	}
}

// manualSortieOf is the open sortie that a manual act made.
func (d *Desk) manualSortieOf(id fleet.IntentID) *sortie {
	for _, m := range d.sorties {
		if m.Command == id {
			return m
		}
	}
	return nil
}

// report takes how an Intent goes to its sortie and to whoever ordered it.
func (d *Desk) report(r fleet.Report) {
	if c := d.commands.get(r.Intent); c != nil && !c.Stage.Final() && c.Stage != r.Stage {
		b := *c
		b.Stage, b.Code, b.Detail, b.UpdatedAt = r.Stage, r.Code, r.Detail, r.At
		d.commands.put(r.Intent, &b)
		if r.Stage.Final() {
			d.change(KindCommand, string(r.Intent), "command."+string(r.Stage), "desk")
		} else {
			d.touch(KindCommand, string(r.Intent))
		}
	}
	d.turnOver(r)
	d.serviceReport(r)
	m := d.sorties[d.owner[r.Intent]]
	if m == nil {
		return
	}
	m.now = d.now
	m.report(r)
	d.stepSortie(m)
}

// vehicleChanged takes the new state of a vehicle.
func (d *Desk) vehicleChanged(v *fleet.Vehicle) {
	c := d.byID[v.ID]
	if c == nil {
		return
	}
	old := c.state
	c.state = v
	if v.Mode == fleet.ModeManual && (v.Armed || v.Airborne()) && c.control.Holder == holderAutomation {
		d.takeControl(c, "manual-mode", "", "a pilot flies it by hand")
	}
	changed := old == nil || old.Armed != v.Armed || old.Landed != v.Landed || old.Link != v.Link || old.Uplink != v.Uplink || old.Mode != v.Mode ||
		old.PrearmOK != v.PrearmOK || old.Failsafe != v.Failsafe || old.FailsafeCause != v.FailsafeCause || old.Safety.OK != v.Safety.OK ||
		old.Identified(d.now) != v.Identified(d.now)
	if changed {
		d.decideAgain = true
	}
	d.tracked(v)
	d.stepSortieOf(c)
	if old == nil || v.Gimbal != old.Gimbal || d.now.Sub(c.eye.judgedAt) >= pictureEvery/2 {
		d.judgePicture(c.eye)
	}
	if changed || c.sortie != "" || d.now.Sub(c.lookedAt) >= lookEvery || d.now.Before(c.lookedAt) {
		d.look(c)
	}
}

// dockChanged takes the new state of a dock.
func (d *Desk) dockChanged(k fleet.Dock) {
	p := d.pads[k.ID]
	if p == nil {
		return
	}
	old := p.state
	p.state = &k
	if old == nil || old.State != k.State || old.Link != k.Link || old.Seated != k.Seated || old.Power.VehicleOff != k.Power.VehicleOff || len(old.NoLaunch) != len(k.NoLaunch) {
		d.decideAgain = true
	}
	d.dockHealth(&k)
	if m := d.sorties[p.sortie]; m != nil {
		d.stepSortie(m)
	}
}

// dockHealth raises what a dock says of itself that somebody must see to, and lowers it when it says so no more.
func (d *Desk) dockHealth(k *fleet.Dock) {
	var words []string
	for _, h := range k.Health {
		if h.Level >= 2 || h.Imminent {
			words = append(words, fmt.Sprintf("%s (%d)", h.Module, h.Code))
		}
	}
	switch {
	case len(words) > 0:
		d.raise(alarmSubject{dock: k.ID}, "dock-health", "warning", fmt.Sprintf("%s: %s", k.ID, strings.Join(words, ", ")))
	case k.Link == fleet.LinkOnline:
		d.lower("dock-health", string(k.ID))
	}
}

// modeChanged takes who made a vehicle change its mode.
func (d *Desk) modeChanged(ev fleet.ModeChanged) {
	c := d.byID[ev.Vehicle]
	if c == nil {
		return
	}
	m := d.sortieOf(c)
	switch ev.Cause {
	case fleet.CauseUncommanded:
		aloft := c.state != nil && (c.state.Armed || c.state.Airborne())
		if ev.From == fleet.ModeUnknown || ev.From == "" || !aloft && m == nil {
			return
		}
		text := fmt.Sprintf("mode %s → %s was not ordered by this station", ev.From, ev.To)
		if ev.Detail != "" {
			text += " (" + ev.Detail + ")"
		}
		d.takeControl(c, "uncommanded", "", text)
	case fleet.CauseFailsafe:
		text := "failsafe: " + string(ev.To)
		if ev.Detail != "" {
			text += " (" + ev.Detail + ")"
		}
		c.lastWhy = Why{Kind: "failsafe", Text: text, At: d.now}
		if m != nil && !m.unkept {
			before := m.State
			m.now = d.now
			d.carryOut(m, c, m.failsafe(ev.To, ev.Detail))
			d.follow(m, before)
		}
	}
	d.stepSortieOf(c)
	d.look(c)
}

// rebooted: what was ordered is gone from the vehicle; what it does now is seen by its mode.
func (d *Desk) rebooted(ev fleet.Rebooted) {
	c := d.byID[ev.Vehicle]
	m := d.sortieOf(c)
	if m == nil {
		return
	}
	severity := "warning"
	if m.flown() && m.State != Securing {
		severity = "critical"
	}
	d.note(alarmSubject{vehicle: c.spec.ID, dock: m.Dock, sortie: m.ID}, string(c.spec.ID), "rebooted", severity,
		fmt.Sprintf("%s started anew during %s (%s)", c.spec.ID, m.ID, m.State))
	m.forgetVehicle()
	if m.Item != nil && m.flown() && *m.Item < len(m.Route) {
		m.GoOnAt = m.Item // what it takes for its present item now is not known
	}
	d.stepSortie(m)
}
