package hangar

import (
	"time"

	"groundstation/fleet"
)

// observe takes what a session saw.
func (d *Dock) observe(now time.Time, ev fleet.Event) {
	switch ev := ev.(type) {
	case fleet.VehicleChanged:
		d.vehicle = ev.Vehicle
		d.openIfLost(now)
		d.progress(now)
	case fleet.DockChanged:
		d.dock = ev.Dock
		d.dock.NoLaunch = launchGates(&d.dock, d.limits, now)
		d.dock.NoLanding = landingGates(&d.dock, d.limits, now)
		d.out = append(d.out, Emit{fleet.DockChanged{Dock: d.dock}})
		d.progress(now)
	case fleet.Report:
		d.report(now, ev)
	default:
		d.out = append(d.out, Emit{ev})
	}
}

// report passes the session's word on; its end is the end of the act.
func (d *Dock) report(now time.Time, r fleet.Report) {
	if d.act == nil || d.act.ID != r.Intent {
		return
	}
	if r.Stage.Final() && r.Stage != fleet.StageDone {
		d.finish(now, r.Stage, r.Code, r.Detail)
		return
	}
	if r.Stage == fleet.StageDone { // for the session, accepted to the end; for us, what is seen counts
		r.Stage = fleet.StageAccepted
	}
	d.out = append(d.out, Emit{r})
	d.progress(now)
}

// progress looks whether the act has had its effect, cannot have it any more, or has come further.
func (d *Dock) progress(now time.Time) {
	if d.act == nil {
		return
	}
	s := &d.dock
	switch {
	case d.effect(now):
		d.finish(now, fleet.StageDone, "", "")
	case s.State == fleet.DockFault || s.State == fleet.DockObstructed || s.State == fleet.DockAskew || s.State == fleet.DockEStop || s.EStop:
		d.finish(now, fleet.StageFailed, "dock-state", "dock: "+string(s.State)+" "+s.Step)
	case s.Percent != d.percent && s.Percent > 0:
		d.percent = s.Percent
		d.out = append(d.out, Emit{fleet.Report{Intent: d.act.ID, Dock: d.spec.ID, Stage: fleet.StageProgress, Percent: s.Percent,
			Detail: s.Step, At: now}})
	}
}

// effect says whether the act is done, by what both lid sensors and the dock's own task say.
func (d *Dock) effect(now time.Time) bool {
	s := &d.dock
	open := s.LidOpenConfirmed(now, d.limits.LidAge)
	closed := s.LidSwitch == fleet.LidClosed && s.LidEncoder == fleet.LidClosed && !s.Contradict && now.Sub(s.LidAt) <= d.limits.StateAge
	ours := s.Task == d.act.Task()
	switch d.act.Act.(type) {
	case fleet.PrepareLaunch:
		return s.State == fleet.DockLaunchReady && open && ours
	case fleet.PrepareLanding:
		return s.State == fleet.DockLandingReady && open && ours
	case fleet.CloseAway:
		return s.State == fleet.DockAway && closed && ours
	case fleet.Secure, fleet.AbortLaunch:
		return (s.State == fleet.DockIdle || s.State == fleet.DockCharging) && closed && s.Seated
	}
	return d.served(now, d.act.Act)
}

// finish ends the act with its one final Report.
func (d *Dock) finish(now time.Time, stage fleet.Stage, code, detail string) {
	d.out = append(d.out, Emit{fleet.Report{Intent: d.act.ID, Dock: d.spec.ID, Stage: stage, Code: code, Detail: detail, At: now}})
	d.act = nil
}

// openIfLost opens a lid that was closed behind a vehicle whose link is lost (invariant 5). It is the dock's own
// safety act: nobody ordered it, so nobody is reported to, and the next order replaces it.
func (d *Dock) openIfLost(now time.Time) {
	if d.guard == nil || d.vehicle.Link != fleet.LinkLost {
		return
	}
	in := *d.guard
	in.ID += "-link-lost"
	in.Act = fleet.PrepareLanding{}
	if d.act != nil {
		d.finish(now, fleet.StageFailed, "superseded", "the vehicle's link is lost: the dock opens for it")
	}
	d.guard = nil
	d.out = append(d.out, Forward{in}, Emit{fleet.Notice{Dock: d.spec.ID, Severity: 4, Text: "vehicle link lost: the dock opens for its return", At: now}})
}
