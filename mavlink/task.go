package mavlink

import (
	"errors"
	"strings"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
)

// verdict is how an act ends; the zero verdict is "not yet".
type verdict struct {
	stage        fleet.Stage
	code, detail string
}

var (
	notYet  = verdict{}
	allDone = verdict{stage: fleet.StageDone}
)

func failed(code, detail string) verdict { return verdict{fleet.StageFailed, code, detail} }

// refused is the station's own refusal; declined is another side's, which its detail begins with.
func refused(code, detail string) verdict {
	return verdict{fleet.StageRefused, code, "station: " + detail}
}
func declined(code, detail string) verdict { return verdict{fleet.StageRefused, code, detail} }

// act carries out one fleet.Act. It is level-triggered: step looks at what is observed and at its commands.
type act interface {
	// step moves on. m is the message that has just come, or nil.
	step(s *Session, t *task, now time.Time, m message.Message) verdict
	// stop ends whatever is in flight.
	stop(s *Session)
}

// aborter is an act that must clean up before its verdict may be told.
type aborter interface {
	// abort moves the clean-up on and says whether it is over, with a word for the report.
	abort(s *Session, t *task, now time.Time) (over bool, detail string)
}

// task is one Intent in progress.
type task struct {
	in    fleet.Intent
	act   act
	begun time.Time
	until time.Time // Bound
	wake  time.Time // when the act wants to be stepped next; zero: not by time
	// final is set when the task must end with it after its clean-up.
	final          *verdict
	sent, accepted bool
	percent        int
}

// intent begins a task.
func (s *Session) intent(now time.Time, in fleet.Intent) {
	for _, t := range s.tasks {
		if t.in.ID == in.ID {
			return // a repeat of what is already going on
		}
	}
	t := &task{in: in, begun: now, until: now.Add(s.stretched(s.bound(in)))}
	if in.Vehicle != s.spec.ID {
		s.report(now, t, refused("wrong-vehicle", "the intent is for "+string(in.Vehicle)))
		return
	}
	if in.Epoch < s.epoch && !fleet.Reads(in.Act) {
		s.report(now, t, refused("stale-epoch", "a newer control epoch has begun"))
		return
	}
	s.epoch = max(s.epoch, in.Epoch)
	switch s.link.state(now, &s.cfg) {
	case fleet.LinkNever:
		s.report(now, t, refused("link-lost", "never heard since the station started"))
		return
	case fleet.LinkQuarantined:
		s.report(now, t, refused("quarantined", "two sources claim this system id"))
		return
	}
	a, v := s.begin(now, t)
	if v.stage != "" {
		s.report(now, t, v)
		return
	}
	t.act = a
	for _, o := range s.tasks {
		if o.final == nil && fleet.Supersedes(in.Act, o.in.Act) {
			s.end(now, o, s.superseded(o, in.ID))
		} else if o.final == nil && yields(in, o.in) {
			s.end(now, o, failed("yielded", "to "+string(in.ID)))
		}
	}
	s.sweep()
	s.tasks = append(s.tasks, t)
}

// withdrawn ends an Intent that is not wanted any more.
func (s *Session) withdrawn(now time.Time, id fleet.IntentID) {
	for _, t := range s.tasks {
		if t.in.ID == id && t.final == nil {
			s.end(now, t, failed("withdrawn", "not wanted any more"))
		}
	}
	s.sweep()
}

// bound is how long an Intent may take when it does not say. A list goes item by item, both ways.
func (s *Session) bound(in fleet.Intent) time.Duration {
	if in.Bound > 0 {
		return in.Bound
	}
	switch a := in.Act.(type) {
	case fleet.FlyManual:
		return manualMost
	case fleet.Follow:
		return followMost
	case fleet.Land, fleet.LandAt:
		return 5 * time.Minute
	case fleet.VerifyPlan:
		return time.Minute + time.Duration(40+len(a.Items))*s.rtt.expected()
	case fleet.Divert:
		return 3*time.Minute + 80*s.rtt.expected()
	case fleet.UploadPlan:
		return time.Minute + time.Duration(40+2*len(a.Items))*s.rtt.expected()
	case fleet.SetRally:
		return time.Minute + 40*s.rtt.expected()
	case fleet.Launch, fleet.VerifySafety, fleet.RotateKey:
		return time.Minute
	case fleet.ReadParameters, fleet.SetParameters, fleet.ReadExtended, fleet.SetExtended:
		return 5 * time.Minute
	case fleet.ListFiles, fleet.FetchFile, fleet.ListLogs, fleet.FetchLog:
		return fileBound
	}
	return 20 * time.Second
}

// runTasks moves every task on.
func (s *Session) runTasks(now time.Time, m message.Message) {
	if len(s.tasks) == 0 {
		return
	}
	for _, t := range s.tasks {
		s.runTask(now, t, m)
	}
	s.sweep()
}

func (s *Session) runTask(now time.Time, t *task, m message.Message) {
	t.wake = time.Time{}
	if t.final == nil && s.link.state(now, &s.cfg) == fleet.LinkQuarantined {
		t.final = &verdict{fleet.StageFailed, "quarantined", "two sources claim this system id"}
	}
	if t.final == nil {
		v := notYet
		if still := s.handStill(now); waitsForHand(t.in.Act) && now.Before(still) {
			t.wake = still
		} else {
			v = t.act.step(s, t, now, m)
		}
		if v.stage == "" && !now.Before(t.until) {
			v = verdict{fleet.StageTimedOut, s.silenceCode(now), "not done within " + t.until.Sub(t.begun).String()}
		}
		if v.stage == "" {
			return
		}
		t.final = &v
	}
	s.end(now, t, *t.final)
}

// stretched is a bound on a link that loses: as much longer as messages and their answers get through less often, so that
// there are as many tries as on a good one; three times at most.
func (s *Session) stretched(d time.Duration) time.Duration {
	through := max(0.5, 1-s.seq.loss)
	return time.Duration(float64(d) * min(3, 1/(through*through)))
}

// silenceCode says why a bound ran out: nobody answered, or it was not done.
func (s *Session) silenceCode(now time.Time) string {
	if s.link.state(now, &s.cfg) == fleet.LinkOnline {
		return "timeout"
	}
	return "link-lost"
}

// end tells how a task ended, after its clean-up.
func (s *Session) end(now time.Time, t *task, v verdict) {
	t.final = &v
	if c, ok := t.act.(aborter); ok && v.stage != fleet.StageDone {
		over, detail := c.abort(s, t, now)
		if !over {
			return
		}
		v.detail = strings.TrimSpace(v.detail + detail)
	}
	under := s.underWayFor(t, v)
	t.act.stop(s)
	if len(under) > 0 {
		t.act = s.withdraw(now, under)
		return
	}
	s.report(now, t, v)
	t.act = nil
}

// sweep drops the tasks that are over.
func (s *Session) sweep() {
	kept := s.tasks[:0]
	for _, t := range s.tasks {
		if t.act != nil {
			kept = append(kept, t)
		}
	}
	clear(s.tasks[len(kept):])
	s.tasks = kept
}

func (s *Session) report(now time.Time, t *task, v verdict) {
	r := fleet.Report{Intent: t.in.ID, Vehicle: s.spec.ID, Stage: v.stage, Code: v.code, Detail: v.detail, Percent: t.percent, At: now}
	if v.stage == fleet.StageDone {
		r.Percent = 100
	}
	if v.stage.Final() {
		s.tell(now) // the state that the report rests on comes before it
	}
	s.emit(r)
}

// progress tells that something was sent, accepted, or how far it is; each stage once, percent when it grew.
func (s *Session) progress(now time.Time, t *task, stage fleet.Stage, percent int) {
	switch {
	case stage == fleet.StageSent && t.sent, stage == fleet.StageAccepted && t.accepted:
		return
	case stage == fleet.StageProgress && percent < t.percent+10:
		return
	}
	t.sent = true
	t.accepted = t.accepted || stage == fleet.StageAccepted
	t.percent = max(t.percent, percent)
	s.report(now, t, verdict{stage: stage})
}

// follow tells the stages of a command and gives a verdict when it cannot succeed any more.
func (s *Session) follow(now time.Time, t *task, c *command) verdict {
	if c.tries > 0 {
		s.progress(now, t, fleet.StageSent, 0)
	}
	switch c.state {
	case cmdAccepted:
		s.progress(now, t, fleet.StageAccepted, 0)
	case cmdSent:
		if c.progressing {
			s.progress(now, t, fleet.StageAccepted, 0)
			s.progress(now, t, fleet.StageProgress, c.percent)
		}
	case cmdRefused:
		return declined(resultCode(c.result), s.refusal(now, c))
	case cmdBlocked:
		return declined("guard", c.reason.Error())
	case cmdSilent:
		return verdict{fleet.StageTimedOut, "no-answer", "no acknowledgement from the vehicle"}
	}
	return notYet
}

// refusal names the side that refused, its result and what it said just before.
func (s *Session) refusal(now time.Time, c *command) string {
	d := "vehicle: " + c.result.String()
	if s.v.LastText != "" && now.Sub(s.v.LastTextAt) < 3*time.Second {
		d += ": " + s.v.LastText
	}
	if c.id == common.MAV_CMD_COMPONENT_ARM_DISARM || c.id == common.MAV_CMD_MISSION_START {
		d += s.whyNot()
	}
	return d
}

// guardVerdict turns a guard's error into a refusal; nil is no verdict.
func guardVerdict(err error) verdict {
	if errors.Is(err, ErrGuard) {
		return declined("guard", err.Error())
	}
	return notYet
}
