package mission

import "groundstation/fleet"

// Who may move a vehicle.
const (
	holderAutomation = "automation"
	holderHuman      = "human"
	causeOperator    = "operator" // an operator's order that stands; else a take-over
)

// takeControl gives a vehicle to a human: what was ordered before carries an older epoch and is not sent any more.
func (d *Desk) takeControl(c *craft, cause, by, text string) {
	if c.control.Holder == holderHuman && c.control.Cause == cause && c.control.By == by {
		c.lastWhy = Why{Kind: whyKind(cause), Text: text, By: by, At: d.now}
		return
	}
	c.control = Control{Vehicle: c.spec.ID, Holder: holderHuman, Cause: cause, By: by, Since: d.now, Epoch: c.control.Epoch + 1}
	c.lastWhy = Why{Kind: whyKind(cause), Text: text, By: by, At: d.now}
	d.keep(Op{Kind: KindControl, ID: string(c.spec.ID), Value: c.control, Act: "control." + cause, By: by})
	if cause != causeOperator {
		d.raise(alarmSubject{vehicle: c.spec.ID, sortie: c.sortie}, "human-control", "warning",
			string(c.spec.ID)+": "+text+"; automation sends nothing until it is released")
	}
	d.decideAgain = true
}

func whyKind(cause string) string {
	if cause == causeOperator {
		return "order"
	}
	return "human"
}

// giveBack gives a vehicle back to automation.
func (d *Desk) giveBack(c *craft, by, text string) {
	if c.control.Holder == holderAutomation {
		return
	}
	c.control = Control{Vehicle: c.spec.ID, Holder: holderAutomation, By: by, Since: d.now, Epoch: c.control.Epoch + 1}
	c.lastWhy = Why{Kind: "order", Text: text, By: by, At: d.now}
	d.keep(Op{Kind: KindControl, ID: string(c.spec.ID), Value: c.control, Act: "control.released", By: by})
	d.lower("human-control", string(c.spec.ID))
	d.decideAgain = true
}

// release is the request to give a vehicle back.
func (d *Desk) release(r Request, body Release) {
	c, problem := d.craft(body.Vehicle)
	switch {
	case problem != nil:
	case c.control.Holder == holderAutomation:
		problem = fleet.Refuse("not-held", "%s is not under human control", c.spec.ID)
	case c.flownByHand():
		problem = fleet.Refuse("manual-mode", "%s is being flown by hand: its pilot must leave the manual mode first", c.spec.ID)
	}
	if problem != nil {
		d.reply(r, nil, problem)
		return
	}
	d.giveBack(c, r.By, "released by "+r.By)
	d.stepSortieOf(c)
	d.stepSortieOf(c)
	d.look(c)
	value := c.outlook
	d.then(func(err error) {
		if err != nil {
			d.reply(r, nil, notKept(err))
			return
		}
		d.reply(r, value, nil)
	})
}

func (c *craft) flownByHand() bool {
	return c.state != nil && c.state.Mode == fleet.ModeManual && (c.state.Armed || c.state.Airborne())
}
