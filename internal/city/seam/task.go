package seam

import (
	"time"

	"groundstation/fleet"
)

// verdict is how an act stands; the zero verdict is "not yet".
type verdict struct {
	stage        fleet.Stage
	code, detail string
}

var (
	notYet  = verdict{}
	allDone = verdict{stage: fleet.StageDone}
)

func failed(code, detail string) verdict { return verdict{fleet.StageFailed, code, detail} }

// refused is the station's own refusal; declined the vehicle's.
func refused(code, detail string) verdict {
	return verdict{fleet.StageRefused, code, "station: " + detail}
}
func declined(code, detail string) verdict {
	return verdict{fleet.StageRefused, code, "vehicle: " + detail}
}

// task is one Intent in progress.
type task struct {
	in       fleet.Intent
	begun    time.Time
	until    time.Time
	act      act
	accepted bool
	over     bool
	closing  *verdict // the end, once the act has cleaned up
}

// act carries out one fleet.Act: each step looks at what is seen.
type act interface {
	step(v *Vehicle, t *task) verdict
}

// cleaner is an act that must clean up before its end is told.
type cleaner interface {
	clean(v *Vehicle, t *task) (over bool, detail string)
}

// bound is how long an Intent may take when it does not say.
func bound(in fleet.Intent) time.Duration {
	if in.Bound > 0 {
		return in.Bound
	}
	switch in.Act.(type) {
	case fleet.Land, fleet.LandAt:
		return 5 * time.Minute
	case fleet.Divert:
		return 3 * time.Minute
	case fleet.UploadPlan, fleet.VerifyPlan, fleet.SetRally, fleet.Launch, fleet.VerifySafety:
		return time.Minute
	}
	return 20 * time.Second
}

// take begins a task.
func (v *Vehicle) take(in fleet.Intent) {
	for _, t := range v.tasks {
		if t.in.ID == in.ID {
			return
		}
	}
	t := &task{in: in, begun: v.now, until: v.now.Add(bound(in))}
	r := notYet
	switch {
	case in.Vehicle != v.spec.ID:
		r = refused("wrong-vehicle", "the intent is for "+string(in.Vehicle))
	case in.Epoch < v.epoch && !fleet.Reads(in.Act):
		r = refused("stale-epoch", "a newer control epoch has begun")
	case v.v.Link == fleet.LinkNever:
		r = refused("link-lost", "never heard since the station started")
	default:
		v.epoch = max(v.epoch, in.Epoch)
		t.act, r = v.begin(t)
	}
	if r.stage != "" {
		v.report(t, r)
		return
	}
	for _, o := range v.tasks {
		if !o.over && o.closing == nil && fleet.Supersedes(in.Act, o.in.Act) {
			v.end(o, failed("superseded", "by "+string(in.ID)))
		}
	}
	v.watch(v.now, in)
	v.tasks = append(v.tasks, t)
	v.report(t, verdict{stage: fleet.StageSent})
}

// run moves every task on and drops those that are over.
func (v *Vehicle) run() {
	if len(v.tasks) == 0 {
		return
	}
	for _, t := range v.tasks {
		if t.over {
			continue
		}
		if t.closing != nil {
			v.end(t, *t.closing)
			continue
		}
		r := t.act.step(v, t)
		if r.stage == "" && !v.now.Before(t.until) {
			code := "timeout"
			if v.v.Link != fleet.LinkOnline {
				code = "link-lost"
			}
			r = verdict{fleet.StageTimedOut, code, "not done within " + t.until.Sub(t.begun).String()}
		}
		if r.stage != "" {
			v.end(t, r)
		}
	}
	kept := v.tasks[:0]
	for _, t := range v.tasks {
		if !t.over {
			kept = append(kept, t)
		}
	}
	clear(v.tasks[len(kept):])
	v.tasks = kept
}

// end tells how a task ended, after its clean-up.
func (v *Vehicle) end(t *task, r verdict) {
	if c, ok := t.act.(cleaner); ok && r.stage != fleet.StageDone {
		t.closing = &r
		over, detail := c.clean(v, t)
		if !over {
			return
		}
		r.detail += detail
	}
	t.over = true
	v.tell()
	v.report(t, r)
}

// accepted tells once that the vehicle took an order.
func (v *Vehicle) accepted(t *task) {
	if !t.accepted {
		t.accepted = true
		v.report(t, verdict{stage: fleet.StageAccepted})
	}
}

func (v *Vehicle) report(t *task, r verdict) {
	out := fleet.Report{Intent: t.in.ID, Vehicle: v.spec.ID, Stage: r.stage, Code: r.code, Detail: r.detail, At: v.now}
	if r.stage == fleet.StageDone {
		out.Percent = 100
	}
	v.out = append(v.out, out)
}
