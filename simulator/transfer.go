package simulator

import (
	"encoding/binary"
	"hash/crc32"
	"math"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

const (
	transferRetry   = 250 * time.Millisecond
	transferTimeout = 5 * time.Second
)

// store is one uploaded list: mission, fence or rally points.
type store struct {
	items []common.MessageMissionItemInt
	id    uint32 // CRC32, 0 when empty
}

// transferState of the mission protocol; one transaction at a time for all three lists.
//
//	idle ──COUNT──► receiving ──last ITEM_INT──► ACK, idle
//	idle ──REQUEST_LIST──► sending ──ACK from the station──► idle
//	receiving, sending ──5 s without a word──► idle, STATUSTEXT only
type transferState int

const (
	transferIdle transferState = iota
	transferReceiving
	transferSending
)

type transfer struct {
	state          transferState
	kind           common.MAV_MISSION_TYPE
	system, comp   uint8
	count, seq     int
	items          []common.MessageMissionItemInt
	heard, askNext time.Time
	float          bool // the partner spoke in MISSION_REQUEST or MISSION_ITEM: so does the link, until it speaks in INT again
}

// limits are the most items of each list.
var limits = [3]int{10000, 64, 32}

func (v *vehicle) missionAck(to frame, result common.MAV_MISSION_RESULT, kind common.MAV_MISSION_TYPE, id uint32) {
	v.send(&common.MessageMissionAck{TargetSystem: to.system, TargetComponent: to.component, Type: result,
		MissionType: kind, OpaqueId: id})
}

// tick asks again for what is missing and gives up in silence.
func (t *transfer) tick(v *vehicle, now time.Time) {
	if t.state == transferIdle {
		return
	}
	if now.Sub(t.heard) >= transferTimeout {
		t.state, t.items = transferIdle, nil
		v.text(2, "Operation timeout")
		return
	}
	if t.state == transferReceiving && !now.Before(t.askNext) {
		t.ask(v, now)
	}
}

func (t *transfer) ask(v *vehicle, now time.Time) {
	t.askNext = now.Add(transferRetry)
	if t.float {
		v.send(&common.MessageMissionRequest{TargetSystem: t.system, TargetComponent: t.comp, Seq: uint16(t.seq), MissionType: t.kind})
		return
	}
	v.send(&common.MessageMissionRequestInt{TargetSystem: t.system, TargetComponent: t.comp, Seq: uint16(t.seq), MissionType: t.kind})
}

// missionCount begins an upload. One that is under way goes on, whatever was asked for: the sender is told so.
func (v *vehicle) missionCount(f frame, m *common.MessageMissionCount, now time.Time) {
	t := &v.transfer
	switch {
	case t.state == transferReceiving && t.partner(f):
		t.heard = now
		if t.seq == 0 {
			t.ask(v, now) // the first request was lost
			return
		}
		v.text(2, "WPM: REJ. CMD: Busy")
		v.missionAck(f, common.MAV_MISSION_ERROR, t.kind, 0)
		return
	case t.state == transferReceiving:
		v.missionAck(f, common.MAV_MISSION_ERROR, t.kind, 0)
		return
	case t.state == transferSending:
		v.text(2, "WPM: IGN MISSION_COUNT: Busy")
		v.missionAck(f, common.MAV_MISSION_ERROR, t.kind, 0)
		return
	case m.MissionType > 2 || int(m.Count) > limits[min(m.MissionType, 2)]:
		v.missionAck(f, common.MAV_MISSION_NO_SPACE, m.MissionType, 0)
		return
	case m.Count == 0:
		v.storeList(m.MissionType, nil)
		v.missionAck(f, common.MAV_MISSION_ACCEPTED, m.MissionType, 0)
		return
	}
	*t = transfer{state: transferReceiving, kind: m.MissionType, system: f.system, comp: f.component,
		count: int(m.Count), heard: now, float: t.float}
	t.ask(v, now)
}

func (t *transfer) partner(f frame) bool { return t.system == f.system && t.comp == f.component }

// missionEnded takes the partner's word that a download is over, or that an upload is given up.
func (v *vehicle) missionEnded(f frame, m *common.MessageMissionAck) {
	t := &v.transfer
	if !t.partner(f) {
		v.text(2, "REJ. WP CMD: partner id mismatch")
		return
	}
	if t.state == transferReceiving && m.Type == common.MAV_MISSION_UNSUPPORTED { // the partner does not know the messages: the others, then
		t.float = !t.float
		t.ask(v, v.w.now)
		return
	}
	if t.state == transferSending && t.kind == m.MissionType ||
		t.state == transferReceiving && m.Type == common.MAV_MISSION_OPERATION_CANCELLED {
		t.state, t.items = transferIdle, nil
	}
}

// missionItem takes one item of an upload.
func (v *vehicle) missionItem(f frame, m *common.MessageMissionItemInt, now time.Time) {
	t := &v.transfer
	switch {
	case !t.partner(f):
		v.text(2, "REJ. MIS ITEM: partner id mismatch")
		return
	case t.kind != m.MissionType:
		v.missionAck(f, common.MAV_MISSION_ERROR, t.kind, 0)
		return
	case t.state == transferSending:
		v.text(2, "IGN MISSION_ITEM: Busy")
		v.missionAck(f, common.MAV_MISSION_ERROR, t.kind, 0)
		return
	case t.state == transferIdle && t.seq == int(m.Seq)+1: // the last one again: the acknowledgement was lost
		v.missionAck(f, common.MAV_MISSION_ACCEPTED, t.kind, v.stored[t.kind].id)
		return
	case t.state == transferIdle:
		v.text(2, "IGN MISSION_ITEM: No transfer")
		v.missionAck(f, common.MAV_MISSION_ERROR, t.kind, 0)
		return
	}
	t.heard = now
	if int(m.Seq) != t.seq {
		return // the expected one is asked for again in time
	}
	if result := acceptable(m); result != common.MAV_MISSION_ACCEPTED {
		if result != common.MAV_MISSION_ERROR {
			v.text(2, "IGN MISSION_ITEM: Invalid item")
		}
		t.state, t.items = transferIdle, nil
		v.missionAck(f, result, m.MissionType, 0)
		return
	}
	t.items = append(t.items, *m)
	t.seq++
	if t.seq < t.count {
		t.ask(v, now)
		return
	}
	kind, items := t.kind, t.items
	t.state, t.items = transferIdle, nil
	if kind == common.MAV_MISSION_TYPE_FENCE && !fenceWhole(items) {
		v.missionAck(f, common.MAV_MISSION_ERROR, kind, 0)
		return
	}
	v.storeList(kind, items)
	v.missionAck(f, common.MAV_MISSION_ACCEPTED, kind, v.stored[kind].id)
}

// acceptable is what PX4 looks at when an item comes in: its frame and its command, hardly its values.
func acceptable(m *common.MessageMissionItemInt) common.MAV_MISSION_RESULT {
	switch m.Frame {
	case common.MAV_FRAME_GLOBAL, common.MAV_FRAME_GLOBAL_INT, common.MAV_FRAME_GLOBAL_RELATIVE_ALT,
		common.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT, common.MAV_FRAME_MISSION:
	default:
		return common.MAV_MISSION_UNSUPPORTED_FRAME
	}
	if m.MissionType != common.MAV_MISSION_TYPE_MISSION {
		return common.MAV_MISSION_ACCEPTED
	}
	switch m.Command {
	case fenceInclude, fenceExclude, fenceCircleInclude, fenceCircleExclude, cmdRally:
		return common.MAV_MISSION_ERROR // it knows them, but not here
	case cmdWaypoint, cmdLoiterUnlim, 18, cmdLoiterTime, cmdReturn, cmdLand, cmdTakeoff, cmdVTOLTakeoff, cmdVTOLLand,
		cmdDelay, 112, 114, 115, cmdJump, cmdChangeSpeed, 179, 189, 191, cmdROILocation, 196, cmdROINone, cmdROI,
		cmdMountControl, 206, 530, 531, 532, cmdGimbalPitch, 1001, 2000, 2001, 2003, 2500, 2501, 3000, 5000:
		return common.MAV_MISSION_ACCEPTED
	}
	return common.MAV_MISSION_UNSUPPORTED
}

// storeList keeps a whole list and lets the navigator see it.
func (v *vehicle) storeList(kind common.MAV_MISSION_TYPE, items []common.MessageMissionItemInt) {
	for i := range items {
		items[i].TargetSystem, items[i].TargetComponent = 0, 0
	}
	v.stored[kind] = store{items: items, id: listID(items)}
	switch kind {
	case common.MAV_MISSION_TYPE_MISSION:
		v.loadPlan()
	case common.MAV_MISSION_TYPE_FENCE:
		v.fence = v.readFence(items)
		v.fence.judge(v)
		v.plan.valid = v.is.feasible(v)
	}
}

// listID is the opaque id of a list: CRC32 over what the items say.
func listID(items []common.MessageMissionItemInt) uint32 {
	if len(items) == 0 {
		return 0
	}
	var b []byte
	for i := range items {
		it := &items[i]
		b = append(b, byte(it.Frame), byte(it.Command), byte(it.Command>>8), it.Autocontinue)
		for _, p := range [5]float32{it.Param1, it.Param2, it.Param3, it.Param4, it.Z} {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(p))
		}
		b = binary.LittleEndian.AppendUint32(b, uint32(it.X))
		b = binary.LittleEndian.AppendUint32(b, uint32(it.Y))
	}
	return crc32.ChecksumIEEE(b)
}

// missionRequestList begins a download.
func (v *vehicle) missionRequestList(f frame, kind common.MAV_MISSION_TYPE, now time.Time) {
	t, st := &v.transfer, &store{} // a list that does not exist is empty
	if kind <= 2 {
		st = &v.stored[kind]
	}
	switch {
	case t.state == transferIdle, t.seq == v.storedCount(t.kind): // all was sent: its end may not have been heard
	case t.state == transferSending && t.kind == kind && t.partner(f):
	default:
		v.text(6, "Mission download request ignored, already active")
		return
	}
	*t = transfer{state: transferSending, kind: kind, system: f.system, comp: f.component, count: len(st.items), heard: now, float: t.float}
	v.send(&common.MessageMissionCount{TargetSystem: f.system, TargetComponent: f.component,
		Count: uint16(len(st.items)), MissionType: kind, OpaqueId: st.id})
}

// storedCount is how many items a list holds; one that does not exist is empty.
func (v *vehicle) storedCount(kind common.MAV_MISSION_TYPE) int {
	if kind > 2 {
		return 0
	}
	return len(v.stored[kind].items)
}

// missionRequest answers with one item, the next or the one before it; another ends the download.
func (v *vehicle) missionRequest(f frame, seq uint16, kind common.MAV_MISSION_TYPE, now time.Time) {
	t := &v.transfer
	switch {
	case !t.partner(f):
		v.text(2, "WPM: REJ. CMD: partner id mismatch")
		return
	case t.state == transferReceiving:
		v.text(2, "WPM: REJ. CMD: Busy")
		return
	case t.state != transferSending || t.kind != kind:
		return
	}
	t.heard = now
	var items []common.MessageMissionItemInt
	if kind <= 2 {
		items = v.stored[kind].items
	}
	switch {
	case int(seq) == t.seq && t.seq < len(items):
		t.seq++
	case int(seq) == t.seq-1:
	default:
		t.state = transferIdle
		v.text(2, "WPM: REJ. CMD: Req. WP was unexpected")
		v.missionAck(f, common.MAV_MISSION_ERROR, kind, 0)
		return
	}
	it := items[seq]
	it.TargetSystem, it.TargetComponent, it.Seq, it.Current = f.system, f.component, seq, 0
	if int(seq) == v.currentOf(kind) {
		it.Current = 1
	}
	if kind == common.MAV_MISSION_TYPE_FENCE {
		it.Autocontinue = 0
	}
	it.Frame = frameSpoken(it.Frame, t.float)
	if t.float {
		v.send(floatItem(&it))
		return
	}
	v.send(&it)
}

// currentOf is the item that goes out as the current one: the mission's, the first of the other lists.
func (v *vehicle) currentOf(kind common.MAV_MISSION_TYPE) int {
	if kind == common.MAV_MISSION_TYPE_MISSION {
		return v.plan.cur
	}
	return 0
}

// missionClear empties one list, or all three.
func (v *vehicle) missionClear(f frame, kind common.MAV_MISSION_TYPE) {
	if v.transfer.state != transferIdle {
		v.text(2, "WPM: IGN CLEAR CMD: Busy")
		return
	}
	if kind == common.MAV_MISSION_TYPE_ALL {
		for k := range common.MAV_MISSION_TYPE(3) {
			v.storeList(k, nil)
		}
	} else if kind <= 2 {
		v.storeList(kind, nil)
	}
	v.missionAck(f, common.MAV_MISSION_ACCEPTED, kind, 0)
}

// missionSetCurrent jumps within the mission; MISSION_CURRENT is the answer.
func (v *vehicle) missionSetCurrent(seq uint16) {
	if v.transfer.state != transferIdle {
		v.text(2, "WPM: IGN WP CURR CMD: Busy")
		return
	}
	if int(seq) >= len(v.plan.items) {
		v.text(2, "WPM: WP CURR CMD: Not in list")
		return
	}
	v.plan.cur, v.plan.since, v.plan.finished = int(seq), time.Time{}, false
	v.plan.fresh, v.plan.climbing = true, false
	v.tellNow(idMissionCurrent)
}
