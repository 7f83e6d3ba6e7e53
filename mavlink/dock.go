package mavlink

import (
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/minimal"

	"groundstation/fleet"
	"groundstation/mavlink/dialect/hangar"
)

// DockSession is what the station knows of one dock and what it asks of it: a pure core, owned by one goroutine. It
// carries an Intent as far as the dock's word (accepted, refused) or its silence (timed-out); package hangar watches
// for the effect.
type DockSession struct {
	peer
	spec  fleet.DockSpec
	d     fleet.Dock
	now   time.Time
	epoch uint64
	task  *dockTask

	health []fleet.DockHealth // the round of DOCK_HEALTH being heard

	told  fleet.Dock
	due   time.Time
	dirty bool
}

// dockTask is the Intent that waits for the dock's word. A newer one takes its place.
type dockTask struct {
	in    fleet.Intent
	cmd   *command
	until time.Time
	sent  bool
}

// NewDockSession is a session with a dock that was not heard yet.
func NewDockSession(spec fleet.DockSpec, cfg Config) *DockSession {
	s := &DockSession{spec: spec}
	s.cfg, s.system, s.guard = cfg, spec.SystemID, guard{system: spec.SystemID, dock: true}
	s.d = fleet.Dock{ID: spec.ID, Link: fleet.LinkNever, State: fleet.DockUnknown, LidSwitch: fleet.LidUnknown, LidEncoder: fleet.LidUnknown}
	s.d.Uplink = fleet.UplinkUnknown
	s.told = s.d
	return s
}

// Step takes one input at time now and gives what is to be done, in order. now never runs backwards.
func (s *DockSession) Step(now time.Time, in Input) []Output {
	s.out, s.now = nil, now
	switch in := in.(type) {
	case *FrameIn:
		s.frame(now, in)
	case IntentIn:
		s.intent(now, in.Intent)
	case Renew:
		s.renewed = in.Until
	case Tick:
	}
	s.look(now)
	s.tell(now)
	s.runCommands(now)
	s.runTask(now)
	s.beat(now)
	s.ask(now)
	return s.out
}

// Deadline is when the session must be stepped with a Tick if nothing comes before; zero is never.
func (s *DockSession) Deadline() time.Time {
	at := s.wake(s.now)
	if s.dirty {
		at = earlier(at, s.due)
	}
	if s.task != nil {
		at = earlier(at, s.task.until)
	}
	return at
}

func (s *DockSession) frame(now time.Time, in *FrameIn) {
	f := in.Frame
	if f.System != s.system || f.Component != autopilot {
		return
	}
	if beat, ok := f.Message.(*common.MessageHeartbeat); ok && beat.Autopilot != minimal.MAV_AUTOPILOT_INVALID {
		s.link.heartbeat(now, in.Source, in.Signed, &s.cfg)
	}
	by := s.link.follows(now, in.Source)
	if by == nil {
		s.prove(now, in)
		return
	}
	fresh := false
	if s.link.frame(now, by, &f) {
		_, fresh = s.seq.next(now, f.Seq, f.ID, f.Message != nil)
	} else {
		by.copies++
	}
	s.d.RxFrames, s.d.RxLost = s.seq.frames, s.seq.lost
	if !f.Checked {
		return
	}
	s.d.HeardAt = now
	s.dirty = true
	switch m := f.Message.(type) {
	case *common.MessageCommandAck:
		if s.ack(now, autopilot, m) {
			s.obeyed(now)
		}
		return
	case *common.MessageTimesync:
		s.answered(now, in.Source, m)
		return
	}
	if !fresh {
		return
	}
	switch m := f.Message.(type) {
	case *hangar.MessageDockStatus:
		s.status(now, m)
	case *hangar.MessageDockActuators:
		s.actuators(now, m)
	case *hangar.MessageDockEnvironment:
		s.d.Env = fleet.DockEnvironment{
			InTempC: float64(m.InTempC), OutTempC: float64(m.OutTempC), Humidity: float64(m.Humidity),
			WindMS: float64(m.WindMeanMs), GustMS: float64(m.WindGustMs), WindDeg: float64(m.WindDirDeg),
			RainMMH: float64(m.RainMmh), PadWet: m.PadWet != 0, At: now,
		}
		sane(&s.d.Env.InTempC, &s.d.Env.OutTempC, &s.d.Env.Humidity, &s.d.Env.WindMS, &s.d.Env.GustMS, &s.d.Env.WindDeg, &s.d.Env.RainMMH)
	case *hangar.MessageDockPower:
		s.d.Power = fleet.DockPower{
			MainsOK: m.MainsOk == 1, UPSMinutes: float64(m.UpsMin), Charging: m.Charging == 1,
			PackPercent: float64(m.PackPercent), PackTempC: float64(m.PackTempC), PackCycles: int(m.PackCycles),
			Slots: int(m.Slots), Packs: int(m.Packs), PacksReady: int(m.PacksReady),
			VehicleOff: m.VehiclePowered == 0 && s.d.Seated, At: now,
		}
		if m.PackPercent == 255 {
			s.d.Power.PackPercent = -1
		}
		sane(&s.d.Power.UPSMinutes, &s.d.Power.PackTempC)
	case *hangar.MessageDockHealth:
		s.healthItem(m)
	case *common.MessageStatustext:
		if text := printable(m.Text); text != "" {
			s.emit(fleet.Notice{Dock: s.spec.ID, Severity: int(m.Severity), Text: text, At: now})
		}
	}
}

// intent begins an Intent, or refuses it.
func (s *DockSession) intent(now time.Time, in fleet.Intent) {
	if s.task != nil && s.task.in.ID == in.ID {
		return // a repeat of what is already going on
	}
	say := func(stage fleet.Stage, code, detail string) { s.report(now, in.ID, stage, code, "station: "+detail) }
	switch {
	case in.Dock != s.spec.ID:
		say(fleet.StageRefused, "wrong-dock", "the intent is for "+string(in.Dock))
		return
	case in.Epoch < s.epoch:
		say(fleet.StageRefused, "stale-epoch", "a newer control epoch has begun")
		return
	}
	s.epoch = in.Epoch
	switch s.link.state(now, &s.cfg) {
	case fleet.LinkNever:
		say(fleet.StageRefused, "link-lost", "never heard since the station started")
		return
	case fleet.LinkQuarantined:
		say(fleet.StageRefused, "quarantined", "two sources claim this system id")
		return
	}
	id, arg := dockCommand(in.Act)
	if id == 0 {
		say(fleet.StageRefused, "unsupported", "not an act of a dock")
		return
	}
	if s.task != nil {
		s.end(now, fleet.StageFailed, "superseded", "by "+string(in.ID))
	}
	bound := in.Bound
	if bound <= 0 {
		bound = 20 * time.Second
	}
	m := &common.MessageCommandInt{
		TargetSystem: uint8(s.system), TargetComponent: autopilot, Command: common.MAV_CMD(id), Param1: float32(arg),
		X: int32(in.Task()), Y: int32(uint32(in.Epoch)),
	}
	// A repeat of a task id is harmless, so it is repeated until the dock has answered.
	s.task = &dockTask{in: in, until: now.Add(bound), cmd: s.newCommand(now, m, &in.Envelope, 1<<20)}
}

// dockCommand is the command of an act and its argument; 0 if it is none of a dock's.
func dockCommand(a fleet.Act) (hangar.MAV_CMD, float64) {
	switch a := a.(type) {
	case fleet.PrepareLaunch:
		return hangar.MAV_CMD_DOCK_PREPARE_LAUNCH, 0
	case fleet.CloseAway:
		return hangar.MAV_CMD_DOCK_CLOSE, a.EarliestReturn.Seconds()
	case fleet.PrepareLanding:
		return hangar.MAV_CMD_DOCK_PREPARE_LANDING, max(0, a.ETA).Seconds()
	case fleet.Secure, fleet.AbortLaunch:
		return hangar.MAV_CMD_DOCK_SECURE, 0
	case fleet.SwapPack:
		return hangar.MAV_CMD_DOCK_SWAP_BATTERY, 0
	case fleet.Charge:
		return hangar.MAV_CMD_DOCK_CHARGE, a.ToPercent
	case fleet.Wake:
		return hangar.MAV_CMD_DOCK_WAKE, a.For.Seconds()
	}
	return 0, 0
}

func (s *DockSession) runTask(now time.Time) {
	if s.task == nil {
		return
	}
	c := s.task.cmd
	if c.tries > 0 && !s.task.sent {
		s.task.sent = true
		s.report(now, s.task.in.ID, fleet.StageSent, "", "")
	}
	switch {
	case c.state == cmdAccepted, c.progressing:
		s.end(now, fleet.StageAccepted, "", "")
	case c.state == cmdRefused:
		s.end(now, fleet.StageRefused, resultCode(c.result), "dock: "+c.result.String())
	case c.state == cmdBlocked:
		s.end(now, fleet.StageRefused, "guard", c.reason.Error())
	case s.link.state(now, &s.cfg) == fleet.LinkQuarantined:
		s.end(now, fleet.StageFailed, "quarantined", "two sources claim this system id")
	case !now.Before(s.task.until):
		s.end(now, fleet.StageTimedOut, "no-answer", "no acknowledgement from the dock")
	}
}

func (s *DockSession) end(now time.Time, stage fleet.Stage, code, detail string) {
	t := s.task
	s.task = nil
	s.release(t.cmd)
	s.tell(now)
	s.report(now, t.in.ID, stage, code, detail)
}

func (s *DockSession) report(now time.Time, id fleet.IntentID, stage fleet.Stage, code, detail string) {
	s.emit(fleet.Report{Intent: id, Dock: s.spec.ID, Stage: stage, Code: code, Detail: detail, At: now})
}

// tell emits DockChanged: at once if something discrete changed, else at most every EmitEvery.
func (s *DockSession) tell(now time.Time) {
	if !s.d.ChangedFrom(&s.told) && (!s.dirty || now.Before(s.due)) {
		return
	}
	s.dirty = false
	s.due = now.Add(s.cfg.EmitEvery)
	s.told = s.d
	s.emit(fleet.DockChanged{Dock: s.d})
}
