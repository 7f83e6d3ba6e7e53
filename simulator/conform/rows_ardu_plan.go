package conform

import (
	"fmt"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
)

const (
	arduGiven = 10 * time.Second // longer than ArduPilot waits for an item
	arduAsks  = 1500 * time.Millisecond
)

// homeItem is item 0 of ArduPilot's plans, whatever is sent in its place.
func homeItem() item {
	return item{cmd: waypoint, frame: common.MAV_FRAME_GLOBAL, z: 4}
}

func noTurn(i item) item { return with(i, func(i *item) { i.plain = true }) }

// arduTransferRows are uploads and downloads as they should be, and what disturbs them.
func arduTransferRows() []row {
	three := []item{homeItem(), up(20), fly(20, 0, 20), fly(20, 20, 25)}
	same := func(id, name, want string, kind common.MAV_MISSION_TYPE, items ...item) row {
		return ardu(row{id: id, name: name, source: measuredArdu, steps: []step{upload(kind, items...), download(kind)}, answer: func(p *Probe, in [][]heard) string {
			return join(lastAck(in[0])+",", compare(p, kind, items, of[*common.MessageMissionItemInt](in[1])))
		}}, want)
	}
	said1 := func(id, name, want string, steps ...step) row { return ardu(talk(id, name, "", steps...), want) }
	ack := func(p *Probe) message.Message {
		return &common.MessageMissionAck{TargetSystem: p.system, TargetComponent: p.component, Type: common.MAV_MISSION_OPERATION_CANCELLED}
	}
	wiped := func(p *Probe) message.Message {
		return &common.MessageMissionClearAll{TargetSystem: p.system, TargetComponent: p.component}
	}
	return []row{
		said1("transfer.clear-all", "clear everything at once", "ack UNSUPPORTED", wipe(every)),
		said1("transfer.clear", "clear the plan", "ack ACCEPTED", wipe(plan)),
		said1("transfer.clear-fence", "clear the fence", "ack ACCEPTED Fence Indexed OK", wipe(fence)),
		said1("transfer.clear-rally", "clear the rally points", "ack ACCEPTED", wipe(rally)),
		said1("transfer.download-none", "download of an empty plan", "count 0", download(plan)),
		said1("transfer.upload", "upload of home and three items", "float-request 0, float-request 1, float-request 2, float-request 3, ack ACCEPTED Flight plan received", upload(plan, three...)),
		ardu(row{id: "transfer.state", name: "MISSION_CURRENT after it", steps: []step{order(common.MAV_CMD_REQUEST_MESSAGE, 42)}, answer: func(p *Probe, _ [][]heard) string {
			m, _ := latest[*common.MessageMissionCurrent](p)
			if m == nil {
				return silence
			}
			return fmt.Sprintf("seq %d total %d state %d mode %d ids %d %d %d", m.Seq, m.Total, m.MissionState, m.MissionMode, m.MissionId, m.FenceId, m.RallyPointsId)
		}}, "seq 0 total 3 state 2 mode 0 ids 0 0 0"),
		same("transfer.items-same", "what comes back of a plan: item 0 is home's own", "ACCEPTED, 4 as sent but item 0 param4 frame 3 param4, current 0 0 0 0", plan, three...),
		same("transfer.frames-same", "what comes back of frames 0 and 3", "ACCEPTED, 3 as sent but item 0 param4 param4, current 0 0 0", plan, homeItem(), with(up(20), func(i *item) { i.frame = 3 }), with(fly(20, 0, 40), func(i *item) { i.frame = 0 })),
		same("transfer.coarse-same", "what comes back of 20.128 m and a hold of 7.6 s", "ACCEPTED, 3 as sent but item 0 param4 frame 3 param4 frame 3 item 2 param4, current 0 0 0", plan, homeItem(), up(20), with(fly(20, 0, 20.128), func(i *item) { i.p1 = 7.6 })),
		same("transfer.fence-same", "what comes back of a fence", "ACCEPTED, 4 as sent but autocontinue 0, current 0 0 0 0", fence, zone(4, 0)...),
		same("transfer.rally-same", "what comes back of rally points", "ACCEPTED, 2 as sent but autocontinue 0, current 0 0", rally, rallyAt(30), rallyAt(60)),
		said1("transfer.set-current", "MISSION_SET_CURRENT 1", "silence", upload(plan, three...), tell(few, setCurrent(1))),
		said1("transfer.set-current-99", "MISSION_SET_CURRENT beyond the last", "silence", tell(few, setCurrent(99))),
		said1("transfer.retry", "silence after COUNT", "float-request 0 again", tell(2500*time.Millisecond, count(3, plan))),
		said1("transfer.wrong-seq", "item 2 where 0 is wanted", "ack INVALID_SEQUENCE, float-request 0", tell(few, sendItem(plan, 2, fly(0, 0, 20)))),
		said1("transfer.next", "item 0", "float-request 1", tell(300*time.Millisecond, sendItem(plan, 0, homeItem()))),
		said1("transfer.duplicate", "item 0 again", "ack INVALID_SEQUENCE, float-request 1", tell(few, sendItem(plan, 0, homeItem()))),
		said1("transfer.gives-up", "silence", "float-request 1 again, ack OPERATION_CANCELLED Mission upload timeout", wait(arduGiven)),
		said1("transfer.late-item", "an item after it gave up", "ack ERROR", tell(few, sendItem(plan, 1, fly(0, 0, 20)))),
		said1("transfer.kept", "the plan after all that", "count 3, item 0, item 1, item 2", download(plan)),
		said1("transfer.busy-second", "COUNT of a second station during an upload", "ack DENIED, float-request 0",
			tell(few, count(2, plan)), step{say: said(count(2, plan)), as: secondSystem, within: few}),
		said1("transfer.busy-list", "a download during it", "ack DENIED, float-request 0", tell(few, requestList(plan))),
		said1("transfer.busy-request", "a request during it", "ack DENIED, float-request 0", tell(900*time.Millisecond, requestItem(0))),
		said1("transfer.busy-done", "the first one goes on", "float-request 1, ack ACCEPTED Flight plan received", step{say: said(sendItem(plan, 0, homeItem())), within: 2 * time.Second,
			settle: afterAck, react: func(p *Probe, h heard) []message.Message {
				switch m := h.msg.(type) {
				case *common.MessageMissionRequestInt:
					return []message.Message{up(20).message(p, plan, int(m.Seq))}
				case *common.MessageMissionRequest:
					return []message.Message{up(20).message(p, plan, int(m.Seq))}
				}
				return nil
			}, until: is[*common.MessageMissionAck](nil)}),
		said1("transfer.count-again", "COUNT again before the first item", "float-request 0", tell(100*time.Millisecond, count(2, plan)), tell(few, count(2, plan))),
		said1("transfer.count-busy", "COUNT again after the first item", "float-request 0", tell(100*time.Millisecond, sendItem(plan, 0, homeItem())), tell(few, count(2, plan))),
		said1("transfer.clear-busy", "MISSION_CLEAR_ALL during an upload", "ack ACCEPTED", tell(few, wiped)),
		said1("transfer.cancel", "the upload is given up by its sender", "float-request 0", tell(100*time.Millisecond, count(2, plan)), tell(arduAsks, ack)),
		said1("transfer.cancel-end", "until it gives up itself", "float-request 0 again, ack OPERATION_CANCELLED Mission upload timeout", wait(arduGiven)),
		said1("transfer.restored", "the plan uploaded anew", "float-request 0, float-request 1, float-request 2, float-request 3, ack ACCEPTED Flight plan received", upload(plan, three...)),
		said1("transfer.request-idle", "a request without a list", "item 1", tell(few, requestItem(1))),
		said1("transfer.request-range", "a request beyond the last item", "count 4, ack INVALID_SEQUENCE", tell(few, requestItem(50))),
		said1("transfer.float", "a float MISSION_REQUEST", "float-item 0 got MISSION_REQUEST; use MISSION_REQUEST_INT!", tell(few, func(p *Probe) message.Message {
			return &common.MessageMissionRequest{TargetSystem: p.system, TargetComponent: p.component}
		})),
		said1("transfer.list-type-7", "download of an unknown list", "ack UNSUPPORTED", tell(few, requestList(7))),
		said1("transfer.clear-type-7", "clearing of an unknown list", "ack UNSUPPORTED", wipe(7)),
		said1("transfer.count-type-7", "COUNT of an unknown list", "ack UNSUPPORTED", tell(few, count(2, 7))),
		said1("transfer.count-0", "COUNT 0", "ack ACCEPTED Flight plan received", tell(few, count(0, plan))),
		said1("transfer.count-10001", "COUNT 10001", "ack NO_SPACE Only 650 items are supported", tell(few, count(10001, plan))),
		said1("transfer.target-system", "COUNT to another system", "silence", tell(few, func(p *Probe) message.Message {
			return &common.MessageMissionCount{TargetSystem: 77, TargetComponent: p.component, Count: 2}
		})),
	}
}

// arduItemRows are lists with something wrong in them. A circle without a radius is left out: an ArduPilot in simulation
// ends by it, with a floating point exception.
func arduItemRows() []row {
	bad := func(id, name, want string, i item) row {
		return ardu(uploaded("bad."+id, name, "", plan, homeItem(), up(20), i), want)
	}
	list := func(id, name, want string, kind common.MAV_MISSION_TYPE, items ...item) row {
		return ardu(uploaded("bad."+id, name, "", kind, items...), want)
	}
	wp := fly(20, 0, 20)
	return []row{
		bad("none", "nothing wrong", "ACCEPTED Flight plan received", wp),
		bad("lat-95", "latitude 95", "INVALID_PARAM5_X", with(wp, func(i *item) { i.lat = deg(95) })),
		bad("lon-200", "longitude 200", "INVALID_PARAM6_Y", with(wp, func(i *item) { i.lon = deg(200) })),
		bad("zero", "latitude and longitude 0", "ACCEPTED Flight plan received", with(wp, func(i *item) { i.lat, i.lon = deg(0), deg(0) })),
		bad("alt-nan", "altitude NaN", "INVALID_PARAM7", with(wp, func(i *item) { i.z = nan() })),
		bad("alt-1e6", "altitude 1,000 km", "INVALID_PARAM7", with(wp, func(i *item) { i.z = 1e6 })),
		bad("alt-50", "altitude -50 m", "ACCEPTED Flight plan received", with(wp, func(i *item) { i.z = -50 })),
		bad("hold-nan", "hold NaN", "INVALID_PARAM1", with(wp, func(i *item) { i.p1 = nan() })),
		bad("jump-50", "DO_JUMP to item 50", "ERROR", noTurn(item{cmd: common.MAV_CMD_DO_JUMP, frame: common.MAV_FRAME_MISSION, p1: 50, p2: 1})),
		bad("speed", "DO_CHANGE_SPEED", "ACCEPTED Flight plan received", noTurn(item{cmd: common.MAV_CMD_DO_CHANGE_SPEED, frame: common.MAV_FRAME_MISSION, p1: 1, p2: 5})),
		bad("speed-nan", "DO_CHANGE_SPEED with a parameter 4 of NaN", "INVALID_PARAM4", item{cmd: common.MAV_CMD_DO_CHANGE_SPEED, frame: common.MAV_FRAME_MISSION, p1: 1, p2: 5}),
		bad("roi-location", "DO_SET_ROI_LOCATION", "ACCEPTED Flight plan received", noTurn(item{cmd: common.MAV_CMD_DO_SET_ROI_LOCATION, frame: common.MAV_FRAME_GLOBAL, north: 40, z: 4})),
		bad("roi-none", "DO_SET_ROI_NONE", "ACCEPTED Flight plan received", noTurn(item{cmd: common.MAV_CMD_DO_SET_ROI_NONE, frame: common.MAV_FRAME_MISSION})),
		bad("roi", "DO_SET_ROI", "ACCEPTED Flight plan received", noTurn(item{cmd: common.MAV_CMD_DO_SET_ROI, frame: common.MAV_FRAME_GLOBAL, north: 40, z: 4, p1: 3})),
		bad("far", "a waypoint 50 km away", "ACCEPTED Flight plan received", fly(50000, 0, 20)),
		bad("unknown", "unknown command 9999", "UNSUPPORTED", noTurn(with(wp, func(i *item) { i.cmd = 9999 }))),
		bad("fence", "a fence's vertex in a plan", "UNSUPPORTED", noTurn(item{cmd: common.MAV_CMD_NAV_FENCE_POLYGON_VERTEX_INCLUSION, frame: relative, p1: 4})),
		bad("frame-99", "frame 99", "UNSUPPORTED_FRAME", with(wp, func(i *item) { i.frame = 99 })),
		bad("frame-local", "frame LOCAL_NED", "UNSUPPORTED_FRAME", with(wp, func(i *item) { i.frame = common.MAV_FRAME_LOCAL_NED })),
		bad("frame-terrain", "frame GLOBAL_TERRAIN_ALT", "ACCEPTED Flight plan received", with(wp, func(i *item) { i.frame = common.MAV_FRAME_GLOBAL_TERRAIN_ALT_INT })),
		list("land-first", "a plan that begins with a landing", "ACCEPTED Flight plan received", plan, homeItem(), item{cmd: common.MAV_CMD_NAV_LAND, frame: relative}, wp),
		list("no-takeoff", "a plan without take-off", "ACCEPTED Flight plan received", plan, homeItem(), wp, fly(40, 0, 20)),
		list("fence-2", "a polygon of two vertices", "ERROR Invalid vertex count (2); Fence validation failed", fence, zone(2, 0)...),
		list("fence-short", "three vertices of a polygon of four", "ERROR Incorrect item count; Fence validation failed", fence, zone(4, 0)[:3]...),
		list("fence-waypoint", "a waypoint in a fence", "UNSUPPORTED", fence, fly(0, 0, 20)),
		list("fence-circle", "a circle", "ACCEPTED Fence Indexed OK", fence, noTurn(item{cmd: common.MAV_CMD_NAV_FENCE_CIRCLE_INCLUSION, frame: common.MAV_FRAME_GLOBAL_INT, p1: 300})),
		list("fence-away", "a polygon that does not hold home", "ACCEPTED Fence Indexed OK", fence, zone(4, 5000)...),
		ardu(talk("bad.fence-end", "clear the fence", "", wipe(fence)), "ack ACCEPTED Fence Indexed OK"),
		list("rally-lat-95", "a rally point at latitude 95", "INVALID_PARAM5_X", rally, with(rallyAt(0), func(i *item) { i.lat = deg(95) })),
		list("rally-amsl", "a rally point in frame 0", "ACCEPTED", rally, with(rallyAt(30), func(i *item) { i.frame = common.MAV_FRAME_GLOBAL })),
		list("rally-int", "a rally point in frame 6", "ACCEPTED", rally, with(rallyAt(30), func(i *item) { i.frame = relative })),
		list("rally-waypoint", "a waypoint among rally points", "UNSUPPORTED", rally, fly(0, 0, 20)),
		ardu(talk("bad.rally-end", "clear the rally points", "", wipe(rally)), "ack ACCEPTED"),
		ardu(talk("bad.clear", "clear the plan", "", wipe(plan)), "ack ACCEPTED"),
	}
}
