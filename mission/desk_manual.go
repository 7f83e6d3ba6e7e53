package mission

import (
	"fmt"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// manual is an act by hand on one vehicle.
func (d *Desk) manual(r Request, body Manual) {
	c, problem := d.craft(body.Vehicle)
	if problem == nil {
		problem = d.checkManual(c, body)
	}
	if problem != nil {
		d.reply(r, nil, problem)
		return
	}
	var id fleet.IntentID
	switch body.Act {
	case "hold":
		id = d.stopByHand(c, fleet.Hold{}, r.By)
	case "return":
		id = d.stopByHand(c, fleet.Return{}, r.By)
	case "land":
		id = d.stopByHand(c, fleet.Land{}, r.By)
	case "continue":
		id = d.continueByHand(c, "continue", r.By)
	case "look-at":
		id = d.lookByHand(c, *body.Target, r.By)
	case "goto", "orbit":
		if c.state.Airborne() {
			id, problem = d.gotoByHand(c, body, r.By)
		} else {
			id, problem = d.flyByHand(c, body.Target.LatLon, r.By)
		}
	}
	if problem != nil {
		d.reply(r, nil, problem)
		return
	}
	if body.Act == "hold" || body.Act == "return" || body.Act == "land" {
		value, _ := d.value(KindCommand, string(id))
		d.then(func(error) { d.reply(r, value, nil) }) // it went out; that it could not be kept is an alarm, no refusal
	} else {
		d.replyKept(r, KindCommand, string(id))
	}
	d.look(c)
}

func (d *Desk) checkManual(c *craft, body Manual) *fleet.Problem {
	v := c.state
	switch body.Act {
	case "hold", "return", "land", "continue":
	case "goto", "orbit", "look-at":
		if body.Target == nil {
			return fleet.Refuse("bad-target", "%s needs a target", body.Act)
		}
		if err := body.Target.Check(); err != nil {
			return fleet.Refuse("bad-target", "%v", err)
		}
		if problem := checkPlace(body.Target.LatLon); problem != nil {
			return problem
		}
	default:
		return fleet.Refuse("bad-act", "%q is not one of goto, orbit, hold, continue, return, land, look-at", body.Act)
	}
	switch {
	case body.Epoch != 0 && body.Epoch != c.control.Epoch:
		return fleet.Refuse("stale-epoch", "control of %s has changed hands since (epoch %d, now %d)", c.spec.ID, body.Epoch, c.control.Epoch)
	case v == nil || v.Link == fleet.LinkNever:
		return fleet.Refuse("vehicle-offline", "%s has not been heard since the station started", c.spec.ID)
	case v.Link == fleet.LinkQuarantined:
		return fleet.Refuse("quarantined", "two systems claim the id of %s: no command goes out", c.spec.ID)
	}
	m := d.sortieOf(c)
	launching := m != nil && m.State == Launching
	switch body.Act {
	case "hold", "return", "land":
		if !v.Airborne() && !launching {
			return fleet.Refuse("not-airborne", "%s is on the ground", c.spec.ID)
		}
	case "continue":
		switch {
		case m == nil:
			return fleet.Refuse("no-sortie", "%s has nothing to go on with", c.spec.ID)
		case c.control.Holder == holderAutomation:
			return fleet.Refuse("not-held", "%s is not held: its sortie is going on", c.spec.ID)
		case c.flownByHand():
			return fleet.Refuse("manual-mode", "%s is being flown by hand: its pilot must leave the manual mode first", c.spec.ID)
		case !v.Airborne():
			return fleet.Refuse("not-airborne", "%s is on the ground", c.spec.ID)
		}
	case "look-at", "goto", "orbit":
		switch {
		case v.Airborne() && m == nil:
			return fleet.Refuse("no-sortie", "%s is in the air without a sortie: only hold, return and land are open", c.spec.ID)
		case v.Link != fleet.LinkOnline:
			return fleet.Refuse("vehicle-offline", "%s is not heard", c.spec.ID)
		case v.Airborne() && c.flownByHand():
			return fleet.Refuse("manual-mode", "%s is being flown by hand", c.spec.ID)
		case v.Airborne() && (m.recovering || !m.flown()):
			return fleet.Refuse("not-ready", "%s is not settled yet: %s", c.spec.ID, m.State)
		case !v.Airborne() && (body.Act != "goto" || body.OwnAltitude):
			return fleet.Refuse("not-airborne", "%s is on the ground", c.spec.ID)
		case !v.Airborne() && m != nil:
			return fleet.Refuse("vehicle-busy", "%s has sortie %s (%s)", c.spec.ID, m.ID, m.State)
		}
	}
	return nil
}

// command makes the record of a manual act; the caller keeps it with change.
func (d *Desk) command(c *craft, act, by string) *Command {
	return d.commandOf(c, Command{Act: act}, by)
}

// commandOf is the record of an act and of what it writes.
func (d *Desk) commandOf(c *craft, what Command, by string) *Command {
	cmd := &what
	cmd.ID, cmd.Vehicle, cmd.By, cmd.At, cmd.Stage, cmd.UpdatedAt = d.newIntent(), c.spec.ID, by, d.now, fleet.StageSent, d.now
	if old, ok := d.commands.put(cmd.ID, cmd); ok {
		d.out = append(d.out, Show{Kind: KindCommand, ID: string(old)})
	}
	d.change(KindCommand, string(cmd.ID), "command."+cmd.Act, by)
	return cmd
}

// stopByHand sends hold, return or land at once. The vehicle is its operator's from then on.
func (d *Desk) stopByHand(c *craft, act fleet.Act, by string) fleet.IntentID {
	m := d.sortieOf(c)
	c.pilot = pilot{}
	name := actName(act)
	if m != nil && name != "hold" && m.flown() && !m.unkept {
		m.now = d.now
		m.leave("operator-" + name)
		d.carryOut(m, c, m.effects)
		if in := d.incidents[m.Incident]; in != nil && in.Sortie != m.ID && m.Recall == "" {
			m.Recall = name + " ordered by " + by
		}
		m.acts = append(m.acts, "sortie.operator-"+name)
	}
	d.takeControl(c, causeOperator, by, name+" ordered by "+by)
	cmd := d.command(c, name, by)
	in := fleet.Intent{ID: cmd.ID, Vehicle: c.spec.ID, Epoch: c.control.Epoch, Bound: 15 * time.Second, Act: act}
	if name == "land" {
		in.Bound = 5 * time.Minute
	}
	if m != nil {
		in.Sortie, in.Envelope = m.ID, d.envelope(m)
		m.ByHand, m.Chase = nil, nil
	}
	d.out = append(d.out, Send{in})
	if m != nil {
		d.stepSortie(m)
	}
	return cmd.ID
}

// continueByHand gives the vehicle back and lets its sortie go on from where it was.
func (d *Desk) continueByHand(c *craft, act, by string) fleet.IntentID {
	cmd := d.command(c, act, by)
	m := d.sortieOf(c)
	d.dropAct(m)
	d.giveBack(c, by, act+" ordered by "+by)
	m.act, m.actStep = cmd.ID, ""
	if m.GoOnAt != nil {
		m.actStep = "continue"
	}
	d.stepSortie(m)
	d.stepSortie(m)
	if m.GoOnAt == nil {
		d.settleAct(m, cmd.ID)
	}
	return cmd.ID
}

// dropAct ends a command to go on from an item for which no order was given.
func (d *Desk) dropAct(m *sortie) {
	if m.act == "" || m.actStep != "continue" {
		return
	}
	id := m.act
	m.act, m.actStep, m.GoOnAt = "", "", nil
	d.report(fleet.Report{Intent: id, Vehicle: m.Vehicle, Stage: fleet.StageFailed, Code: "not-wanted", Detail: m.Reason, At: d.now})
}

// settleAct ends a command that needed no order to the vehicle.
func (d *Desk) settleAct(m *sortie, id fleet.IntentID) {
	if m.act != id {
		return
	}
	m.act = ""
	d.report(fleet.Report{Intent: id, Vehicle: m.Vehicle, Stage: fleet.StageDone, Detail: "goes on: " + string(m.State), At: d.now})
}

// lookByHand points the camera and leaves the flight as it is.
func (d *Desk) lookByHand(c *craft, at geo.Position, by string) fleet.IntentID {
	m := d.sortieOf(c)
	cmd := d.command(c, "look-at", by)
	in := fleet.Intent{ID: cmd.ID, Vehicle: c.spec.ID, Epoch: c.control.Epoch, Sortie: m.ID, Envelope: d.envelope(m),
		Bound: 10 * time.Second, Act: fleet.LookAt{Target: m.onGround(at.LatLon, d.reg.Terrain)}}
	d.then(func(err error) {
		if err != nil || c.control.Epoch != in.Epoch {
			d.report(fleet.Report{Intent: cmd.ID, Vehicle: c.spec.ID, Stage: fleet.StageFailed, Code: failCode(err), At: d.now})
			return
		}
		d.out = append(d.out, Send{in})
	})
	return cmd.ID
}

func failCode(err error) string {
	if err != nil {
		return "storage"
	}
	return "not-wanted"
}

// flyByHand lifts an idle vehicle to a point: a sortie of its own.
func (d *Desk) flyByHand(c *craft, to geo.LatLon, by string) (fleet.IntentID, *fleet.Problem) {
	cmd := d.command(c, "goto", by)
	m, dec := d.claim(wish{purpose: "manual", target: to, only: c.spec.ID, command: cmd.ID, by: by, onSceneS: d.cfg.OnSceneS, needS: d.cfg.MinSceneS})
	if m == nil {
		d.report(fleet.Report{Intent: cmd.ID, Vehicle: c.spec.ID, Stage: fleet.StageRefused, Code: "not-able", Detail: dec.Summary, At: d.now})
		return "", fleet.Refuse("not-able", "%s", dec.Summary)
	}
	d.launchKept(m, nil)
	return cmd.ID, nil
}

// holdAll stops every vehicle in the air.
func (d *Desk) holdAll(r Request) {
	var ids []fleet.IntentID
	for _, c := range d.crafts {
		m := d.sortieOf(c)
		if d.commandable(c) && (c.state.Airborne() || m != nil && m.State == Launching) {
			ids = append(ids, d.stopByHand(c, fleet.Hold{}, r.By))
		}
	}
	d.replyCommands(r, ids)
}

// recallAll brings every sortie home, and every vehicle that is in the air without one.
func (d *Desk) recallAll(r Request) {
	var ids []fleet.IntentID
	for _, c := range d.crafts {
		m := d.sortieOf(c)
		switch {
		case m != nil:
			ids = append(ids, d.recallByHand(c, m, r.By))
		case d.commandable(c) && c.state.Airborne():
			ids = append(ids, d.stopByHand(c, fleet.Return{}, r.By))
		}
	}
	d.replyCommands(r, ids)
}

func (d *Desk) commandable(c *craft) bool {
	return c.state != nil && c.state.Link != fleet.LinkNever && c.state.Link != fleet.LinkQuarantined
}

// recallByHand recalls one sortie as a Command, which ends with the order that turns the vehicle.
func (d *Desk) recallByHand(c *craft, m *sortie, by string) fleet.IntentID {
	cmd := d.command(c, "recall", by)
	if problem := d.recallOrdered(c, m, by, cmd.ID); problem != nil {
		d.report(fleet.Report{Intent: cmd.ID, Vehicle: c.spec.ID, Stage: fleet.StageRefused, Code: problem.Code, Detail: problem.Message, At: d.now})
		return cmd.ID
	}
	if m.State.Final() || !m.flown() {
		m.act = cmd.ID
		d.settleAct(m, cmd.ID)
	}
	return cmd.ID
}

// recallOrdered brings a sortie home by a user's order. An incident it has not reached is declined: the order is about
// the job, and nobody else is sent.
func (d *Desk) recallOrdered(c *craft, m *sortie, by string, id fleet.IntentID) *fleet.Problem {
	if c.control.Holder == holderHuman && c.control.Cause != causeOperator {
		return fleet.Refuse("human-control", "%s is under human control: release it first", c.spec.ID)
	}
	if in := d.incidents[m.Incident]; in != nil && in.Sortie == m.ID && in.State == IncidentAssigned && m.State != OnTask && m.Held != OnTask {
		in.State, in.Reason, in.UpdatedAt = IncidentDeclined, "recalled by "+by, d.now
		d.change(KindIncident, string(in.ID), "incident.declined", by)
	}
	c.lastWhy = Why{Kind: "order", Text: "recall ordered by " + by, By: by, At: d.now}
	d.dropAct(m)
	switch m.State {
	case Outbound, OnTask, LinkLost, HumanControl, Missing:
		m.act, m.actStep = id, ""
	case Diverting:
		if c.state != nil && c.state.Airborne() && !m.recovering {
			m.now = d.now
			m.act, m.actStep = id, ""
			m.goHome("recalled", "recalled by "+by) // the operator prefers the dock to the vehicle's own return
			d.carryOut(m, c, m.effects)
		}
	}
	d.giveBack(c, by, "recall ordered by "+by)
	d.recall(m, "recalled by "+by)
	d.stepSortie(m)
	if m.flown() && m.act == id && m.State != Outbound && m.State != LinkLost && m.State != Missing {
		d.settleAct(m, id)
	}
	return nil
}

// recallSortie is the request to bring one home.
func (d *Desk) recallSortie(r Request, body RecallSortie) {
	m := d.sorties[body.Sortie]
	if m == nil {
		problem := fleet.Refuse("unknown-sortie", "there is no open sortie %q", body.Sortie)
		if d.ended.has(body.Sortie) {
			problem = fleet.Refuse("sortie-over", "sortie %s is %s already", body.Sortie, d.ended.get(body.Sortie).State)
		}
		d.reply(r, nil, problem)
		return
	}
	c := d.byID[m.Vehicle]
	if problem := d.recallOrdered(c, m, r.By, ""); problem != nil {
		d.reply(r, nil, problem)
		return
	}
	d.look(c)
	d.replyKept(r, KindSortie, string(m.ID))
}

// replyCommands answers with all of them when they are durable, or could not be kept: the stops have gone out already.
func (d *Desk) replyCommands(r Request, ids []fleet.IntentID) {
	d.then(func(error) {
		out := make([]Command, 0, len(ids))
		for _, id := range ids {
			if c := d.commands.get(id); c != nil {
				out = append(out, *c)
			}
		}
		d.reply(r, out, nil)
	})
}

// confirmLaunch is the crew's word.
func (d *Desk) confirmLaunch(r Request, body ConfirmLaunch) {
	m := d.sorties[body.Sortie]
	var problem *fleet.Problem
	switch {
	case m == nil:
		problem = fleet.Refuse("unknown-sortie", "there is no open sortie %q", body.Sortie)
	case r.By == "":
		problem = fleet.Refuse("no-name", "a launch is confirmed by a named user")
	case m.State != AwaitingCrew || m.unkept || m.recovering:
		problem = fleet.Refuse("not-awaiting", "sortie %s is %s", m.ID, m.State)
	case m.ConfirmBy != nil && !d.now.Before(*m.ConfirmBy):
		problem = fleet.Refuse("expired", "the time to confirm %s ended %s", m.ID, fmt.Sprintf("%.0f s ago", d.now.Sub(*m.ConfirmBy).Seconds()))
	}
	if problem != nil {
		d.reply(r, nil, problem)
		return
	}
	m.now = d.now
	m.confirm(r.By)
	d.crewAnswered(m.Vehicle)
	d.stepSortie(m)
	d.replyKept(r, KindSortie, string(m.ID))
}
