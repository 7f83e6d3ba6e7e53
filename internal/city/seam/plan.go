package seam

import (
	"math"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// validWait is how long a plan that is on board may take to be called valid once home is known.
const validWait = 5 * time.Second

// lists are a plan's items, fence and rally points, by their MAV_MISSION_TYPE.
type lists [3][]common.MessageMissionItemInt

// listsOf makes the lists of a plan.
func listsOf(p *fleet.UploadPlan, wing bool) (out lists) {
	add := func(kind common.MAV_MISSION_TYPE, m common.MessageMissionItemInt) {
		m.Seq, m.MissionType, m.Autocontinue = uint16(len(out[kind])), kind, 1
		out[kind] = append(out[kind], m)
	}
	own := float32(math.NaN())
	for i, it := range p.Items {
		m := common.MessageMissionItemInt{Frame: common.MAV_FRAME_MISSION}
		switch it.Kind {
		case fleet.ItemTakeoff:
			m = placed(common.MAV_CMD_NAV_TAKEOFF, it.Position)
			m.Param4 = own
			if wing {
				m.Command = common.MAV_CMD_NAV_VTOL_TAKEOFF
			}
		case fleet.ItemWaypoint:
			m = placed(common.MAV_CMD_NAV_WAYPOINT, it.Position)
			m.Param1, m.Param4 = float32(it.HoldS), own
		case fleet.ItemSpeed:
			m.Command, m.Param1, m.Param2, m.Param3 = common.MAV_CMD_DO_CHANGE_SPEED, 1, float32(it.SpeedMS), -1
		case fleet.ItemROI:
			m = placed(common.MAV_CMD_DO_SET_ROI_LOCATION, it.Position)
		case fleet.ItemROINone:
			m.Command = common.MAV_CMD_DO_SET_ROI_NONE
		}
		if i == 0 {
			m.Current = 1
		}
		add(common.MAV_MISSION_TYPE_MISSION, m)
	}
	ring := func(command common.MAV_CMD, points []geo.LatLon) {
		for _, at := range points {
			m := placed(command, at.At(0))
			m.Param1 = float32(len(points))
			add(common.MAV_MISSION_TYPE_FENCE, m)
		}
	}
	ring(common.MAV_CMD_NAV_FENCE_POLYGON_VERTEX_INCLUSION, p.Fence)
	for _, z := range p.Zones {
		command := common.MAV_CMD_NAV_FENCE_POLYGON_VERTEX_EXCLUSION
		if z.Inside {
			command = common.MAV_CMD_NAV_FENCE_POLYGON_VERTEX_INCLUSION
		}
		ring(command, z.Ring)
	}
	for _, z := range p.Zones {
		if z.Center == nil {
			continue
		}
		command := common.MAV_CMD_NAV_FENCE_CIRCLE_EXCLUSION
		if z.Inside {
			command = common.MAV_CMD_NAV_FENCE_CIRCLE_INCLUSION
		}
		m := placed(command, z.Center.At(0))
		m.Param1 = float32(z.RadiusM)
		add(common.MAV_MISSION_TYPE_FENCE, m)
	}
	for _, at := range p.Rally {
		add(common.MAV_MISSION_TYPE_RALLY, placed(common.MAV_CMD_NAV_RALLY_POINT, at))
	}
	return out
}

func placed(command common.MAV_CMD, at geo.Position) common.MessageMissionItemInt {
	return common.MessageMissionItemInt{Command: command, Frame: common.MAV_FRAME_GLOBAL, X: int32(math.Round(at.Lat * 1e7)),
		Y: int32(math.Round(at.Lon * 1e7)), Z: float32(at.AltAMSL)}
}

// upload writes lists, compares them with what is on board and waits until the vehicle calls the plan valid.
type upload struct {
	want fleet.UploadPlan
	// kinds are the lists that are written, in this order: a mission is judged with the fence in force.
	kinds  []common.MAV_MISSION_TYPE
	verify bool // nothing is written
	at     time.Time
	homeAt time.Time
}

func newUpload(p fleet.UploadPlan, verify bool) *upload {
	u := &upload{want: p, verify: verify}
	if len(p.Fence)+len(p.Zones) > 0 {
		u.kinds = append(u.kinds, common.MAV_MISSION_TYPE_FENCE)
	}
	u.kinds = append(u.kinds, common.MAV_MISSION_TYPE_RALLY, common.MAV_MISSION_TYPE_MISSION)
	return u
}

func (u *upload) step(v *Vehicle, t *task) verdict {
	if u.at.IsZero() {
		if r := u.write(v); r.stage != "" || !v.link.asked.IsZero() {
			return r
		}
		u.at = v.now
		v.accepted(t)
		return notYet // what is on board is seen at the next look
	}
	if !v.now.After(u.at) || !v.v.HeardAt.After(u.at) {
		return notYet
	}
	if u.kinds[len(u.kinds)-1] != common.MAV_MISSION_TYPE_MISSION {
		v.verified()
		return allDone
	}
	switch {
	case v.v.Mission.Total != len(u.want.Items):
		return failed("readback-mismatch", "another plan is on board")
	case v.v.Mission.State != "none" && v.v.Mission.State != "unknown":
		v.verified()
		return allDone
	case v.v.Home == nil:
		return notYet
	case u.homeAt.IsZero():
		u.homeAt = v.now
	case v.now.Sub(u.homeAt) >= validWait:
		return failed("plan-invalid", "vehicle: mission state "+v.v.Mission.State)
	}
	return notYet
}

// write stores each list, or compares it.
func (u *upload) write(v *Vehicle) verdict {
	all := listsOf(&u.want, v.spec.Class == fleet.LongVTOL)
	v.auto.store(&all, v.v.Home)
	for _, kind := range u.kinds {
		if !u.verify {
			v.known[kind], v.v.Plan = false, nil
			result, ok := v.world.Load(string(v.spec.ID), kind, all[kind])
			v.link.reply(v.now, ok)
			if !ok {
				return notYet
			}
			if result != common.MAV_MISSION_ACCEPTED {
				return declined("denied", kind.String()+" "+result.String())
			}
		}
		same, ok := v.world.Same(string(v.spec.ID), kind, all[kind])
		v.link.reply(v.now, ok)
		if !ok {
			return notYet
		}
		if !same {
			return failed("readback-mismatch", kind.String())
		}
		v.known[kind] = true
		switch kind {
		case common.MAV_MISSION_TYPE_MISSION:
			v.have.Items = u.want.Items
		case common.MAV_MISSION_TYPE_FENCE:
			v.have.Fence, v.have.Zones = u.want.Fence, u.want.Zones
		case common.MAV_MISSION_TYPE_RALLY:
			v.have.Rally = u.want.Rally
		}
	}
	return notYet
}

// verified tells what is on board.
func (v *Vehicle) verified() {
	if !v.known[common.MAV_MISSION_TYPE_MISSION] || !v.known[common.MAV_MISSION_TYPE_RALLY] {
		return
	}
	if !v.known[common.MAV_MISSION_TYPE_FENCE] {
		v.have.Fence, v.have.Zones = nil, nil
	}
	v.v.Plan = &fleet.PlanOnBoard{Hash: v.have.Hash(), IDs: v.v.Mission.IDs(), VerifiedAt: v.now}
}

// approved says why the plan on board may not be started.
func (v *Vehicle) approved(hash string) verdict {
	if code, text := v.v.Plan.Unfit(hash); code != "" {
		return refused(code, text)
	}
	return notYet
}
