package mavlink

import (
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// oddMost is how many MISSION_CURRENT in a row must tell of other lists than were read back: one that was on its way when a
// list was stored may come after its read-back.
const oddMost = 2

// aboard is what was read back of the lists on board, decoded from the vehicle's own items:
//
//	unknown ─each list read back, the plan called valid─► verified ─other ids twice, or another count─► changed
//	   ▲────────a list is written, a reboot────────────────┴───────────────────────────────────────────────┘
type aboard struct {
	have fleet.UploadPlan
	// known says of which lists that is so, ids are the vehicle's ids of them.
	known [3]bool
	ids   [3]uint32
	// noID says of which lists it did not tell the id when they were written: those are not compared by it.
	noID [3]bool
	// saysIDs: this vehicle gives ids at all.
	saysIDs bool
	odd     int
}

// forget is what a vehicle that started anew leaves.
func (b *aboard) forget(s *Session) {
	*b = aboard{}
	s.onBoard(nil)
}

// begin says that lists are being written: what is on board of them is not known until they were read back.
func (b *aboard) begin(s *Session, lists []*transfer) {
	for _, x := range lists {
		b.known[x.kind] = false
	}
	b.odd = 0
	s.onBoard(nil)
}

// onBoard is what the vehicle, and the guard, may take for verified from now on.
func (s *Session) onBoard(p *fleet.PlanOnBoard) {
	s.v.Plan, s.guard.plan, s.dirty = p, "", true
	if p != nil && len(p.Changed) == 0 {
		s.guard.plan = p.Hash
	}
}

// note takes a list that was read back whole. What a vehicle stores coarsely was compared as coarsely, and is taken for
// what was wanted.
func (b *aboard) note(x *transfer, want *fleet.UploadPlan) {
	b.known[x.kind], b.ids[x.kind], b.noID[x.kind] = true, x.opaque, x.opaque == 0 && len(x.items) > 0
	switch x.kind {
	case common.MAV_MISSION_TYPE_MISSION:
		b.have.Items = nil
		back := x.back
		if x.ownFirst {
			back = back[1:]
		}
		for i := range back {
			it := itemOf(&back[i])
			if x.coarse > 0 {
				it.HoldS, it.SpeedMS, it.Position.AltAMSL = want.Items[i].HoldS, want.Items[i].SpeedMS, want.Items[i].Position.AltAMSL
			}
			b.have.Items = append(b.have.Items, it)
		}
	case common.MAV_MISSION_TYPE_FENCE:
		zones, _ := zonesOf(x.back)
		b.have.Fence, b.have.Zones = nil, nil
		if len(want.Fence) > 0 && len(zones) > 0 {
			b.have.Fence, zones = zones[0].Ring, zones[1:]
		}
		b.have.Zones = inOrder(zones, want.Zones)
	case common.MAV_MISSION_TYPE_RALLY:
		b.have.Rally = nil
		for i := range x.back {
			at := fromE7(x.back[i].X, x.back[i].Y, float64(x.back[i].Z))
			if x.coarse > 0 {
				at.AltAMSL = want.Rally[i].AltAMSL
			}
			b.have.Rally = append(b.have.Rally, at)
		}
	}
}

// itemOf reads an item as missionTransfer writes it; one of another kind has none.
func itemOf(m *common.MessageMissionItemInt) fleet.Item {
	at := fromE7(m.X, m.Y, float64(m.Z))
	switch m.Command {
	case common.MAV_CMD_NAV_TAKEOFF, common.MAV_CMD_NAV_VTOL_TAKEOFF:
		return fleet.Item{Kind: fleet.ItemTakeoff, Position: at}
	case common.MAV_CMD_NAV_WAYPOINT, common.MAV_CMD_NAV_LOITER_TIME: // ArduPlane
		return fleet.Item{Kind: fleet.ItemWaypoint, Position: at, HoldS: float64(m.Param1)}
	case common.MAV_CMD_DO_CHANGE_SPEED:
		return fleet.Item{Kind: fleet.ItemSpeed, SpeedMS: float64(m.Param2)}
	case common.MAV_CMD_DO_SET_ROI_LOCATION:
		return fleet.Item{Kind: fleet.ItemROI, Position: at}
	case common.MAV_CMD_DO_SET_ROI_NONE:
		return fleet.Item{Kind: fleet.ItemROINone}
	case common.MAV_CMD_DO_SET_ROI: // ArduPilot
		if m.X == 0 && m.Y == 0 {
			return fleet.Item{Kind: fleet.ItemROINone}
		}
		return fleet.Item{Kind: fleet.ItemROI, Position: at}
	}
	return fleet.Item{Position: geo.Position{}}
}

// verified tells what is on board, once the plan and the rally points are known; a fence is not, where none was ever given.
func (b *aboard) verified(s *Session, now time.Time) {
	if !b.known[common.MAV_MISSION_TYPE_MISSION] || !b.known[common.MAV_MISSION_TYPE_RALLY] {
		return
	}
	if !b.known[common.MAV_MISSION_TYPE_FENCE] {
		b.have.Fence, b.have.Zones, b.ids[common.MAV_MISSION_TYPE_FENCE] = nil, nil, s.v.Mission.FenceID
	}
	b.odd = 0
	s.onBoard(&fleet.PlanOnBoard{Hash: b.have.Hash(), IDs: b.expected(s.v.Mission.IDs()), VerifiedAt: now})
}

// watchPlan compares what the vehicle says of its lists with what was read back: another station, or its own card, may
// have changed them.
func (s *Session) watchPlan() {
	b, p, st := &s.aboard, s.v.Plan, &s.v.Mission
	b.saysIDs = b.saysIDs || st.IDs() != fleet.PlanIDs{}
	if p == nil || len(p.Changed) > 0 {
		return
	}
	var changed []string
	if b.saysIDs {
		changed = b.expected(st.IDs()).Differ(st.IDs())
	}
	if len(changed) == 0 && st.Total != len(b.have.Items) {
		changed = []string{"mission"}
	}
	if len(changed) == 0 {
		b.odd = 0
		return
	}
	if b.odd++; b.odd < oddMost {
		return
	}
	now := *p
	now.Changed = changed
	s.onBoard(&now)
}

// expected are the ids that the vehicle should say, where it now says these.
func (b *aboard) expected(now fleet.PlanIDs) fleet.PlanIDs {
	ids := fleet.PlanIDs{Mission: b.ids[0], Fence: b.ids[1], Rally: b.ids[2]}
	for kind, id := range []*uint32{&ids.Mission, &ids.Fence, &ids.Rally} {
		if b.noID[kind] {
			*id = []uint32{now.Mission, now.Fence, now.Rally}[kind]
		}
	}
	return ids
}

// approved says why the plan on board may not be started.
func (s *Session) approved(hash string) verdict {
	if code, text := s.v.Plan.Unfit(hash); code != "" {
		return refused(code, text)
	}
	return notYet
}
