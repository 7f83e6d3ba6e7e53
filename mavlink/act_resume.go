package mavlink

import (
	"fmt"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
)

// resume flies the plan on board on from an item:
//
//	MISSION_SET_CURRENT ─MISSION_CURRENT says so─► mode mission ─seen─► speed and view as they are at that item ─► done
//
// What the items before it would have set is taken from the plan as it was read back. Neither speed nor view is worth
// staying behind for: one that is refused is only told.
type resume struct {
	item  int
	seek  seek
	mode  setMode
	under bool // the mode was seen
	state []*common.MessageCommandInt
	cmd   *command
	note  string
}

func (s *Session) beginResume(a fleet.Resume) (act, verdict) {
	switch {
	case !s.v.Airborne():
		return nil, refused("on-ground", "it is not in the air")
	case s.v.Mission.State == "none":
		return nil, refused("no-plan", "the vehicle has no valid plan")
	}
	if r := s.approved(a.Plan); r.stage != "" {
		return nil, r
	}
	items := s.aboard.have.Items
	if a.Item < 0 || a.Item >= len(items) {
		return nil, refused("no-item", fmt.Sprintf("item %d of %d", a.Item, len(items)))
	}
	return &resume{item: a.Item, seek: seek{item: a.Item}, state: s.stateAt(items[:a.Item]),
		mode: setMode{order: fleet.ModeMission, want: []fleet.Mode{fleet.ModeMission}}}, notYet
}

// stateAt are the commands that do what the last items of their kind have done.
func (s *Session) stateAt(items []fleet.Item) (out []*common.MessageCommandInt) {
	var speed, view *common.MessageCommandInt
	for _, it := range items {
		switch it.Kind {
		case fleet.ItemSpeed:
			speed = s.int(common.MAV_CMD_DO_CHANGE_SPEED, it.Position)
			speed.Param1, speed.Param2, speed.Param3 = s.auto.speedType(), float32(it.SpeedMS), -1
		case fleet.ItemROI:
			view = s.int(common.MAV_CMD_DO_SET_ROI_LOCATION, it.Position)
		case fleet.ItemROINone:
			view = s.int(common.MAV_CMD_DO_SET_ROI_NONE, it.Position)
		}
	}
	for _, m := range []*common.MessageCommandInt{speed, view} {
		if m != nil {
			out = append(out, m)
		}
	}
	return out
}

func (a *resume) step(s *Session, t *task, now time.Time, m message.Message) verdict {
	if r := s.approved(t.in.Act.(fleet.Resume).Plan); r.stage != "" {
		return failed(r.code, r.detail)
	}
	if !a.under {
		if v := a.seek.step(s, t, now); v.stage != fleet.StageDone {
			return v
		}
		if v := a.mode.hold(s, t, now, m); v.stage != "" || !a.mode.seen {
			return v
		}
		a.under = true
	}
	if s.v.Mode != fleet.ModeMission {
		return failed("interrupted", "the vehicle went to "+s.v.ModeName)
	}
	for len(a.state) > 0 {
		if a.cmd == nil {
			a.cmd = s.newCommand(now, a.state[0], &t.in.Envelope, 6)
		}
		v := s.follow(now, t, a.cmd)
		if a.cmd.state != cmdAccepted && v.stage == "" {
			return notYet
		}
		if v.stage != "" {
			a.note += fmt.Sprintf("; %s: %s", a.state[0].Command, v.detail)
		}
		s.release(a.cmd)
		a.state, a.cmd = a.state[1:], nil
	}
	return verdict{stage: fleet.StageDone, detail: fmt.Sprintf("from item %d%s", a.item, a.note)}
}

func (a *resume) stop(s *Session) {
	a.mode.stop(s)
	s.release(a.cmd)
}

// seek sets the current item; the answer is MISSION_CURRENT. at is when that was last sent, first when first.
type seek struct {
	item      int
	at, first time.Time
	seen      bool
}

func (k *seek) step(s *Session, t *task, now time.Time) verdict {
	// Once it was seen the vehicle may be past it.
	if k.seen || !k.first.IsZero() && s.v.Mission.Seq == k.item && s.v.Mission.At.After(k.first) {
		k.seen = true
		return allDone
	}
	if wait := s.rtt.timeout(2); now.Sub(k.at) >= wait {
		if k.first.IsZero() {
			k.first = now
		}
		k.at = now
		set := &common.MessageMissionSetCurrent{TargetSystem: uint8(s.system), TargetComponent: autopilot, Seq: uint16(s.auto.ownItems() + k.item)}
		if v := guardVerdict(s.transmit(now, set, &t.in.Envelope)); v.stage != "" {
			return v
		}
		s.progress(now, t, fleet.StageSent, 0)
	}
	t.wake = k.at.Add(s.rtt.timeout(2))
	return notYet
}

// newVerifyPlan reads the lists and compares them with what is wanted; it writes nothing.
func newVerifyPlan(s *Session, a fleet.VerifyPlan) *upload {
	u := newUpload(s, a.UploadPlan)
	for _, x := range u.steps {
		x.readOnly = true
		x.enter(phaseList)
	}
	return u
}
