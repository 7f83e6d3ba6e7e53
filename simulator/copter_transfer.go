package simulator

import (
	"fmt"
	"math"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

const (
	copterRetry   = time.Second
	copterTimeout = 8 * time.Second
)

// copterMost is how many items of each list it keeps.
var copterMost = [3]int{650, 84, 120}

// copterTransfer is the upload that is under way, of one list from one station; downloads keep nothing.
//
//	idle ──COUNT──► receiving ──last item──► MISSION_ACK, idle
//	receiving ──8 s without the item──► MISSION_ACK OPERATION_CANCELLED, idle
//
// A plan is cut to the new length at once and changes item by item, so one that is broken off is half the old one; fence and
// rally points change as a whole.
type copterTransfer struct {
	on           bool
	kind         common.MAV_MISSION_TYPE
	from         frame
	count, seq   int
	items        []common.MessageMissionItemInt
	heard, asked time.Time
}

func (v *vehicle) copterAsk(now time.Time) {
	x := &v.copter.list
	x.asked = now
	v.send(&common.MessageMissionRequest{TargetSystem: x.from.system, TargetComponent: x.from.component, Seq: uint16(x.seq), MissionType: x.kind})
}

// copterTick asks again for what is missing, and gives up.
func (v *vehicle) copterTick(now time.Time) {
	x := &v.copter.list
	switch {
	case !x.on:
	case now.Sub(x.heard) > copterTimeout:
		x.on = false
		v.missionAck(x.from, common.MAV_MISSION_OPERATION_CANCELLED, x.kind, 0)
		if x.kind == common.MAV_MISSION_TYPE_MISSION {
			v.speak(4, "Mission upload timeout")
		}
	case now.Sub(x.asked) >= copterRetry:
		v.copterAsk(now)
	}
}

// copterCount begins an upload; the station that has one under way begins anew.
func (v *vehicle) copterCount(f frame, m *common.MessageMissionCount, now time.Time) {
	x, n := &v.copter.list, int(m.Count)
	switch {
	case m.MissionType > 2:
		v.missionAck(f, common.MAV_MISSION_UNSUPPORTED, m.MissionType, 0)
		return
	case x.on && (x.from.system != f.system || x.from.component != f.component || x.kind != m.MissionType):
		v.missionAck(f, common.MAV_MISSION_DENIED, m.MissionType, 0)
		return
	case n > copterMost[m.MissionType]:
		v.speak(4, fmt.Sprintf("Only %d items are supported", copterMost[m.MissionType]))
		v.missionAck(f, common.MAV_MISSION_NO_SPACE, m.MissionType, 0)
		return
	}
	*x = copterTransfer{on: true, kind: m.MissionType, from: f, count: n, heard: now}
	if m.MissionType == common.MAV_MISSION_TYPE_MISSION {
		x.items = v.stored[0].items[:min(n, len(v.stored[0].items))]
		v.storeList(m.MissionType, x.items)
	}
	if n == 0 {
		v.copterStore(f)
		return
	}
	v.copterAsk(now)
}

// copterItem takes one item of an upload.
func (v *vehicle) copterItem(f frame, m *common.MessageMissionItemInt, now time.Time) {
	x := &v.copter.list
	switch {
	case !x.on:
		v.missionAck(f, common.MAV_MISSION_ERROR, m.MissionType, 0)
		return
	case int(m.Seq) != x.seq:
		v.missionAck(f, common.MAV_MISSION_INVALID_SEQUENCE, m.MissionType, 0)
		return
	case m.MissionType != x.kind:
		v.missionAck(f, common.MAV_MISSION_ERROR, m.MissionType, 0)
		return
	}
	if result := copterTakes(m, x.count); result != common.MAV_MISSION_ACCEPTED {
		x.on = false
		v.missionAck(f, result, m.MissionType, 0)
		return
	}
	x.heard = now
	x.items = append(x.items[:x.seq:x.seq], append([]common.MessageMissionItemInt{copterKeeps(m)}, x.items[min(x.seq+1, len(x.items)):]...)...)
	if x.kind == common.MAV_MISSION_TYPE_MISSION {
		v.stored[0].items = x.items
	}
	if x.seq++; x.seq < x.count {
		v.copterAsk(now)
		return
	}
	v.copterStore(f)
}

// copterStore ends an upload.
func (v *vehicle) copterStore(f frame) {
	x := &v.copter.list
	x.on = false
	severity, text := 6, ""
	switch x.kind {
	case common.MAV_MISSION_TYPE_MISSION:
		text = "Flight plan received"
	case common.MAV_MISSION_TYPE_FENCE:
		if why := fenceFault(x.items); why != "" {
			v.speak(4, why)
			v.speak(4, "Fence validation failed")
			v.missionAck(f, common.MAV_MISSION_ERROR, x.kind, 0)
			return
		}
		severity, text = 7, "Fence Indexed OK"
	}
	v.storeList(x.kind, x.items)
	v.missionAck(f, common.MAV_MISSION_ACCEPTED, x.kind, 0)
	if text != "" {
		v.speak(severity, text)
	}
}

// fenceFault is what is wrong with the polygons of a fence.
func fenceFault(items []common.MessageMissionItemInt) string {
	for i := 0; i < len(items); {
		switch items[i].Command {
		case fenceInclude, fenceExclude:
			n := int(items[i].Param1)
			if n < 3 {
				return fmt.Sprintf("Invalid vertex count (%d)", n)
			}
			if i+n > len(items) {
				return "Incorrect item count"
			}
			i += n
		default:
			i++
		}
	}
	return ""
}

// copterClear empties one list, and ends an upload of it.
func (v *vehicle) copterClear(f frame, kind common.MAV_MISSION_TYPE) {
	if kind > 2 {
		v.missionAck(f, common.MAV_MISSION_UNSUPPORTED, kind, 0)
		return
	}
	v.copter.list.on = false
	v.storeList(kind, nil)
	v.missionAck(f, common.MAV_MISSION_ACCEPTED, kind, 0)
	if kind == common.MAV_MISSION_TYPE_FENCE {
		v.speak(7, "Fence Indexed OK")
	}
}

// copterList answers MISSION_REQUEST_LIST.
func (v *vehicle) copterList(f frame, kind common.MAV_MISSION_TYPE) {
	switch {
	case kind > 2:
		v.missionAck(f, common.MAV_MISSION_UNSUPPORTED, kind, 0)
	case v.copter.list.on:
		v.missionAck(f, common.MAV_MISSION_DENIED, kind, 0)
	default:
		v.copterTellCount(f, kind)
	}
}

func (v *vehicle) copterTellCount(f frame, kind common.MAV_MISSION_TYPE) {
	v.send(&common.MessageMissionCount{TargetSystem: f.system, TargetComponent: f.component, Count: uint16(len(v.stored[kind].items)), MissionType: kind})
}

// copterRequest answers with one item, whether a list was asked for before or not.
func (v *vehicle) copterRequest(f frame, seq uint16, kind common.MAV_MISSION_TYPE, float bool) {
	switch {
	case kind > 2:
		v.missionAck(f, common.MAV_MISSION_UNSUPPORTED, kind, 0)
		return
	case v.copter.list.on:
		v.missionAck(f, common.MAV_MISSION_DENIED, kind, 0)
		return
	case int(seq) >= len(v.stored[kind].items):
		v.copterTellCount(f, kind)
		v.missionAck(f, common.MAV_MISSION_INVALID_SEQUENCE, kind, 0)
		return
	}
	it := v.stored[kind].items[seq]
	it.TargetSystem, it.TargetComponent, it.Seq, it.Current, it.MissionType = f.system, f.component, seq, 0, kind
	switch {
	case kind == common.MAV_MISSION_TYPE_MISSION && seq == 0: // home, whatever was sent in its place
		p := v.w.position(v.home)
		it.Command, it.Frame, it.X, it.Y, it.Z, it.Param1 = cmdWaypoint, common.MAV_FRAME_GLOBAL, deg7(p.Lat), deg7(p.Lon), centimetres(float32(p.AltAMSL)), 0
	case kind != common.MAV_MISSION_TYPE_MISSION:
		it.Autocontinue = 0
	}
	if it.Param4 != it.Param4 {
		it.Param4 = 0
	}
	if float {
		v.send(floatItem(&it))
		v.speak(4, "got MISSION_REQUEST; use MISSION_REQUEST_INT!")
		return
	}
	v.send(&it)
}

// centimetres is an altitude as it is stored.
func centimetres(z float32) float32 { return float32(math.Trunc(float64(z)*100) / 100) }
