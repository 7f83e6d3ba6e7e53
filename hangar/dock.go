package hangar

import (
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// Dock keeps one dock.
type Dock struct {
	spec    fleet.DockSpec
	limits  Limits
	dock    fleet.Dock
	vehicle *fleet.Vehicle
	// act is the Intent being carried out; by when it must have had its effect, and the last percentage told.
	act     *fleet.Intent
	until   time.Time
	percent int
	// guard is the epoch and sortie of the last closing behind a vehicle, for opening by itself.
	guard *fleet.Intent
	out   []Output
}

// defaultBound is how long an act may take when the Intent does not say.
const defaultBound = 90 * time.Second

// New keeps the dock of spec, unheard yet.
func New(spec fleet.DockSpec, limits Limits) *Dock {
	return &Dock{spec: spec, limits: limits, dock: fleet.Dock{ID: spec.ID, Link: fleet.LinkNever, State: fleet.DockUnknown,
		LidSwitch: fleet.LidUnknown, LidEncoder: fleet.LidUnknown}}
}

// Deadline is when Step wants a Tick; zero: not.
func (d *Dock) Deadline() time.Time {
	if d.act == nil {
		return time.Time{}
	}
	return d.until
}

// Step takes one input; the outputs are valid until the next Step.
func (d *Dock) Step(now time.Time, in Input) []Output {
	clear(d.out)
	d.out = d.out[:0]
	switch in := in.(type) {
	case Intent:
		d.intent(now, in.Intent)
	case Observed:
		d.observe(now, in.Event)
	case Tick:
		if d.act != nil && !d.until.After(now) {
			d.finish(now, fleet.StageTimedOut, "no-effect", "the dock is in state "+string(d.dock.State))
		}
	}
	return d.out
}

// intent refuses or forwards. A newer act ends an unfinished older one.
func (d *Dock) intent(now time.Time, in fleet.Intent) {
	if gate := d.forbids(now, in.Act); gate != nil {
		d.out = append(d.out, Emit{fleet.Report{Intent: in.ID, Dock: d.spec.ID, Stage: fleet.StageRefused, Code: gate.Code,
			Detail: "station: " + gate.Text, At: now}})
		return
	}
	if d.act != nil && d.act.ID != in.ID {
		d.finish(now, fleet.StageFailed, "superseded", "a newer act was ordered")
	}
	bound := in.Bound
	if bound <= 0 {
		bound = defaultBound
	}
	d.act, d.until, d.percent = &in, now.Add(bound), -1
	if _, away := in.Act.(fleet.CloseAway); away {
		d.guard = &in
	} else {
		d.guard = nil
	}
	d.out = append(d.out, Forward{in})
}

// forbids gives the gate that shuts out an act now, or nil.
func (d *Dock) forbids(now time.Time, act fleet.Act) *fleet.Gate {
	if d.act != nil {
		if _, swaps := d.act.Act.(fleet.SwapPack); swaps {
			return &fleet.Gate{Code: "pack-change", AgeS: 0, Text: "its pack is being changed"}
		}
	}
	var gates []fleet.Gate
	switch act := act.(type) {
	case fleet.PrepareLaunch:
		gates = launchGates(&d.dock, d.limits, now)
		if len(gates) == 0 && !d.dock.Seated {
			gates = []fleet.Gate{{Code: "not-seated", AgeS: seconds(now, d.dock.LidAt), Text: "no vehicle sits in the dock"}}
		}
	case fleet.PrepareLanding:
		gates = landingGates(&d.dock, d.limits, now)
	case fleet.CloseAway:
		gates = d.awayGates(now, act)
	case fleet.Secure, fleet.AbortLaunch:
		gates = d.overVehicleGates(now)
	case fleet.SwapPack:
		gates = d.swapGates(now)
	case fleet.Charge, fleet.Wake:
		gates = d.serviceGates(now)
	default:
		gates = []fleet.Gate{{Code: "unsupported", AgeS: -1, Text: "a dock cannot do that"}}
	}
	if len(gates) == 0 {
		return nil
	}
	return &gates[0]
}

// overVehicleGates forbid closing over a vehicle (invariant 5): seated, disarmed, motors stopped, all fresh. One that the
// dock has switched off has no power to turn a motor.
func (d *Dock) overVehicleGates(now time.Time) []fleet.Gate {
	g := commonGates(&d.dock, d.limits, now)
	limit := d.limits.StateAge.Seconds()
	if !d.dock.Seated {
		g = append(g, fleet.Gate{Code: "not-seated", AgeS: seconds(now, d.dock.LidAt), Text: "nothing sits squarely on the pad"})
	}
	switch v := d.vehicle; {
	case d.dock.Sleeps(now, d.limits.StateAge):
	case v == nil:
		g = append(g, fleet.Gate{Code: "vehicle-link", AgeS: -1, Limit: limit, Unit: "s", Text: "the vehicle was never heard"})
	case v.Link != fleet.LinkOnline || !fresh(seconds(now, v.HeardAt), limit):
		age := seconds(now, v.HeardAt)
		g = append(g, fleet.Gate{Code: "vehicle-link", Value: age, Limit: limit, Unit: "s", AgeS: age, Text: "the vehicle is not heard, so it may be armed"})
	case v.Armed || v.Landed != fleet.OnGround:
		g = append(g, fleet.Gate{Code: "armed", AgeS: seconds(now, v.HeardAt), Text: "the vehicle is armed or not on the ground"})
	}
	return g
}

// awayGates forbid closing behind a vehicle (invariant 5): away, link fresh, not back before the lid could be open.
func (d *Dock) awayGates(now time.Time, act fleet.CloseAway) []fleet.Gate {
	g := commonGates(&d.dock, d.limits, now)
	if d.dock.Seated {
		g = append(g, fleet.Gate{Code: "seated", AgeS: seconds(now, d.dock.LidAt), Text: "a vehicle still sits on the pad"})
	}
	v := d.vehicle
	age := -1.0
	if v != nil {
		age = seconds(now, v.HeardAt)
	}
	limit := d.limits.StateAge.Seconds()
	switch {
	case v == nil || v.Link != fleet.LinkOnline || !fresh(age, limit):
		g = append(g, fleet.Gate{Code: "vehicle-link", Value: age, Limit: limit, Unit: "s", AgeS: age, Text: "the vehicle is not heard"})
	case v.Landed != fleet.InAir || v.Position == nil || !d.clear(*v.Position):
		g = append(g, fleet.Gate{Code: "not-clear", Limit: d.limits.ClearM, Unit: "m", AgeS: age, Text: "the vehicle is not clear of the dock"})
	}
	need := d.needOpen()
	if act.EarliestReturn <= need {
		g = append(g, fleet.Gate{Code: "return-too-soon", Value: act.EarliestReturn.Seconds(), Limit: need.Seconds(), Unit: "s", AgeS: age,
			Text: "it could be back before the lid is open again"})
	}
	return g
}

// clear says whether a position is far enough from the pad for the lid to move.
func (d *Dock) clear(p geo.Position) bool {
	return geo.Distance(p.LatLon, d.spec.Pad.LatLon) >= d.limits.ClearM || p.AltAMSL-d.spec.Pad.AltAMSL >= d.limits.ClearM
}

// needOpen is how long before an arrival the lid must begin to open.
func (d *Dock) needOpen() time.Duration {
	return time.Duration(d.spec.OpenSeconds*float64(time.Second)) + d.limits.ReturnMargin
}
