package mavlink

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

const (
	// validWait is how long a plan that was read back may take to be called valid by MISSION_CURRENT, once home is known.
	validWait = 5 * time.Second
	// unheardWait is how long it may take to hear MISSION_CURRENT, which comes once a second and is lost like others.
	unheardWait = 20 * time.Second
)

// upload writes fence, rally points and mission in this order (a mission is judged with the fence in force), then waits
// for MISSION_CURRENT to call the plan valid: PX4 acknowledges and stores plans that it will not fly.
type upload struct {
	steps []*transfer
	now   int
	// plan is the mission among steps, nil for rally points alone.
	plan   *transfer
	want   fleet.UploadPlan
	begun  bool
	readAt time.Time // when the last read-back ended
	homeAt time.Time // when home was first known after that
}

func newUpload(s *Session, a fleet.UploadPlan) *upload {
	system := uint8(s.system)
	u := &upload{want: a}
	if len(a.Fence)+len(a.Zones) > 0 {
		u.steps = append(u.steps, fenceTransfer(system, a.Fence, a.Zones))
	}
	u.plan = missionTransfer(system, a.Items, s.takesWing())
	rally := rallyTransfer(system, a.Rally)
	aloft := s.aloft(a.Items)
	s.auto.adapt(u.plan, s.v.Home, aloft)
	s.auto.adapt(rally, s.v.Home, aloft)
	u.steps = append(u.steps, rally, u.plan)
	return u
}

func newRally(s *Session, a fleet.SetRally) *upload {
	x := rallyTransfer(uint8(s.system), a.Points)
	s.auto.adapt(x, s.v.Home, s.aloft(s.aboard.have.Items))
	return &upload{want: fleet.UploadPlan{Rally: a.Points}, steps: []*transfer{x}}
}

func (u *upload) step(s *Session, t *task, now time.Time, m message.Message) verdict {
	if !u.begun {
		for _, x := range u.steps {
			if err := s.guard.fenceList(x, s.v.Home); err != nil {
				return declined("guard", err.Error())
			}
		}
		u.begun = true
		s.aboard.begin(s, u.steps)
	}
	for u.now < len(u.steps) {
		x := u.steps[u.now]
		done, wake, err := x.step(s, now, m, &t.in.Envelope)
		if err != nil {
			return transferVerdict(x, err, s, now)
		}
		s.progress(now, t, fleet.StageSent, 0)
		if !done {
			s.progress(now, t, fleet.StageProgress, (100*u.now+x.progress())/len(u.steps))
			t.wake = wake
			return notYet
		}
		s.aboard.note(x, &u.want)
		u.now, m = u.now+1, nil
		u.readAt = now
	}
	s.progress(now, t, fleet.StageAccepted, 0)
	if u.plan == nil {
		s.aboard.verified(s, now)
		return allDone
	}
	v := u.valid(s, t, now)
	if v.stage == fleet.StageDone {
		s.aboard.verified(s, now)
	}
	return v
}

// valid waits for the vehicle's own word on the plan.
func (u *upload) valid(s *Session, t *task, now time.Time) verdict {
	st := &s.v.Mission
	fresh := st.At.After(u.readAt) && st.Total == len(u.want.Items)
	if fresh && u.plan.opaque != 0 && st.ID != 0 && st.ID != u.plan.opaque {
		fresh = false
	}
	if fresh && st.State != "none" && st.State != "unknown" {
		return allDone
	}
	if s.v.Home == nil {
		// PX4 judges a plan only once home is valid.
		if !now.Before(t.until) {
			return failed("no-home", "the plan is stored; without a home position the vehicle does not judge it")
		}
		return notYet
	}
	if u.homeAt.IsZero() {
		u.homeAt = now
	}
	end, last := u.homeAt.Add(max(validWait, 3*s.rtt.timeout(1))), u.homeAt.Add(unheardWait)
	if judged := st.At.After(end.Add(-validWait / 2)); !now.Before(end) && judged || !now.Before(last) {
		d := "vehicle: mission state " + st.State
		if s.v.LastTextAt.After(t.begun) {
			d += ": " + s.v.LastText
		}
		return failed("plan-invalid", d)
	}
	if t.wake = end; !now.Before(end) {
		t.wake = last
	}
	return notYet
}

// stop gives up the list that is under way and says so: PX4 would reject every other list until it has waited in vain.
func (u *upload) stop(s *Session) {
	if u.now < len(u.steps) {
		u.steps[u.now].cancel(s)
	}
}

func transferVerdict(x *transfer, err error, s *Session, now time.Time) verdict {
	d := fmt.Sprintf("%s: %v", x.kind, err)
	switch {
	case errors.Is(err, ErrGuard):
		return declined("guard", fmt.Sprintf("%v (%s)", err, x.kind))
	case errors.Is(err, errMismatch):
		return failed("readback-mismatch", d)
	}
	if s.v.LastText != "" && now.Sub(s.v.LastTextAt) < 3*time.Second {
		d += ": " + s.v.LastText
	}
	return declined("denied", "vehicle: "+d)
}

// takesWing says whether a take-off is to end on the wing; ArduPlane's does that by itself.
func (s *Session) takesWing() bool {
	return s.spec.Class == fleet.LongVTOL && s.spec.Autopilot != fleet.ArduPilot
}

// missionTransfer writes a plan's items: positions in degE7, altitudes AMSL. wing: the take-off ends on it.
func missionTransfer(system uint8, items []fleet.Item, wing bool) *transfer {
	x := &transfer{kind: common.MAV_MISSION_TYPE_MISSION, system: system}
	own := float32(math.NaN()) // heading: the autopilot's own choice
	for i, it := range items {
		m := blank(system, i, x.kind)
		switch it.Kind {
		case fleet.ItemTakeoff:
			m.Command, m.Param4 = common.MAV_CMD_NAV_TAKEOFF, own
			if wing {
				m.Command = common.MAV_CMD_NAV_VTOL_TAKEOFF
			}
			place(&m, it.Position)
		case fleet.ItemWaypoint:
			m.Command, m.Param1, m.Param4 = common.MAV_CMD_NAV_WAYPOINT, float32(it.HoldS), own
			place(&m, it.Position)
		case fleet.ItemSpeed:
			m.Command, m.Frame = common.MAV_CMD_DO_CHANGE_SPEED, common.MAV_FRAME_MISSION
			m.Param1, m.Param2, m.Param3 = 1, float32(it.SpeedMS), -1 // ground speed, throttle unchanged
		case fleet.ItemROI:
			m.Command = common.MAV_CMD_DO_SET_ROI_LOCATION
			place(&m, it.Position)
		case fleet.ItemROINone:
			m.Command, m.Frame = common.MAV_CMD_DO_SET_ROI_NONE, common.MAV_FRAME_MISSION
		}
		x.items = append(x.items, m) // an unknown kind has no command and does not pass the guard
	}
	return x
}

// fenceTransfer writes the fence and the zones: polygons before circles, for PX4 takes a polygon after a circle for circles.
func fenceTransfer(system uint8, fence []geo.LatLon, zones []fleet.Zone) *transfer {
	x := &transfer{kind: common.MAV_MISSION_TYPE_FENCE, system: system}
	add := func(command common.MAV_CMD, at geo.LatLon, p1 float64) {
		m := blank(system, len(x.items), x.kind)
		m.Command, m.Param1 = command, float32(p1)
		place(&m, at.At(0))
		x.items = append(x.items, m)
	}
	for _, p := range fence {
		add(common.MAV_CMD_NAV_FENCE_POLYGON_VERTEX_INCLUSION, p, float64(len(fence)))
	}
	for _, z := range zones {
		for _, p := range z.Ring {
			add(vertex(z.Inside), p, float64(len(z.Ring)))
		}
	}
	for _, z := range zones {
		switch {
		case z.Center != nil && z.Inside:
			add(common.MAV_CMD_NAV_FENCE_CIRCLE_INCLUSION, *z.Center, z.RadiusM)
		case z.Center != nil:
			add(common.MAV_CMD_NAV_FENCE_CIRCLE_EXCLUSION, *z.Center, z.RadiusM)
		}
	}
	return x
}

func vertex(inside bool) common.MAV_CMD {
	if inside {
		return common.MAV_CMD_NAV_FENCE_POLYGON_VERTEX_INCLUSION
	}
	return common.MAV_CMD_NAV_FENCE_POLYGON_VERTEX_EXCLUSION
}

func rallyTransfer(system uint8, points []geo.Position) *transfer {
	x := &transfer{kind: common.MAV_MISSION_TYPE_RALLY, system: system}
	for i, p := range points {
		m := blank(system, i, x.kind)
		m.Command = common.MAV_CMD_NAV_RALLY_POINT
		place(&m, p)
		x.items = append(x.items, m)
	}
	return x
}

func blank(system uint8, seq int, kind common.MAV_MISSION_TYPE) common.MessageMissionItemInt {
	m := common.MessageMissionItemInt{
		TargetSystem: system, TargetComponent: autopilot, Seq: uint16(seq), Autocontinue: 1, MissionType: kind,
	}
	if seq == 0 && kind == common.MAV_MISSION_TYPE_MISSION {
		m.Current = 1 // without it PX4 keeps the index of the plan before
	}
	return m
}

func place(m *common.MessageMissionItemInt, p geo.Position) {
	m.Frame, m.X, m.Y, m.Z = common.MAV_FRAME_GLOBAL, toE7(p.Lat), toE7(p.Lon), float32(p.AltAMSL)
}
