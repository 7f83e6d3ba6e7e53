package conform

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
)

const (
	plan  = common.MAV_MISSION_TYPE_MISSION
	fence = common.MAV_MISSION_TYPE_FENCE
	rally = common.MAV_MISSION_TYPE_RALLY
	every = common.MAV_MISSION_TYPE_ALL
	few   = 700 * time.Millisecond
	given = 6 * time.Second // longer than a transfer waits
)

func with(i item, change func(i *item)) item { change(&i); return i }

func zone(n int, north float64) []item {
	var out []item
	for i := range n {
		s, c := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		out = append(out, item{cmd: common.MAV_CMD_NAV_FENCE_POLYGON_VERTEX_INCLUSION, frame: common.MAV_FRAME_GLOBAL, north: north + 300*c, east: 300 * s, p1: float32(n)})
	}
	return out
}

func rallyAt(north float64) item {
	return item{cmd: common.MAV_CMD_NAV_RALLY_POINT, frame: common.MAV_FRAME_GLOBAL_RELATIVE_ALT, north: north, z: 20}
}

// transferRows are uploads and downloads as they should be, and what disturbs them.
func transferRows() []row {
	three := []item{up(20), fly(20, 0, 20), fly(20, 20, 25)}
	current := func(p *Probe) *common.MessageMissionCurrent {
		m, _ := latest[*common.MessageMissionCurrent](p)
		if m == nil {
			m = &common.MessageMissionCurrent{}
		}
		return m
	}
	ids := func(id, name string, kind common.MAV_MISSION_TYPE, on func(m *common.MessageMissionCurrent) uint32, items ...item) row {
		return row{id: id, name: name, steps: []step{upload(kind, items...), wait(1500 * time.Millisecond), download(kind)},
			answer: func(p *Probe, in [][]heard) string {
				a, c := of[*common.MessageMissionAck](in[0]), of[*common.MessageMissionCount](in[2])
				if len(a) == 0 || len(c) == 0 {
					return silence
				}
				id := a[0].OpaqueId
				return fmt.Sprintf("zero %t, MISSION_CURRENT %s, download %s", id == 0, agree(on(current(p)) == id), agree(c[0].OpaqueId == id))
			}}.on(PX4, "zero false, MISSION_CURRENT agree, download agree")
	}
	same := func(id, name, px4 string, kind common.MAV_MISSION_TYPE, items ...item) row {
		return row{id: id, name: name, steps: []step{upload(kind, items...), download(kind)}, answer: func(p *Probe, in [][]heard) string {
			return compare(p, kind, items, of[*common.MessageMissionItemInt](in[1]))
		}}.on(PX4, px4)
	}
	return citing(pageMission,
		row{id: "mission.clear-all", name: "clear everything", steps: []step{wipe(every), wait(1500 * time.Millisecond)}, answer: func(p *Probe, in [][]heard) string {
			m := current(p)
			return fmt.Sprintf("%s, total %d state %d id %d", lastAck(in[0]), m.Total, m.MissionState, m.MissionId)
		}}.on(PX4, "ACCEPTED, total 65535 state 1 id 0").cites(measured),
		talk("mission.download-none", "download of an empty mission", "count 0", download(plan)),
		talk("mission.upload", "upload of three items", "request 0, request 1, request 2, ack ACCEPTED", upload(plan, three...)),
		row{id: "mission.state", name: "MISSION_CURRENT after it", steps: []step{wait(1500 * time.Millisecond)}, answer: func(p *Probe, _ [][]heard) string {
			m := current(p)
			return fmt.Sprintf("seq %d total %d state %d mode %d", m.Seq, m.Total, m.MissionState, m.MissionMode)
		}}.on(PX4, "seq 0 total 3 state 2 mode 2").cites(measured),
		talk("mission.download", "download of three items", "count 3, item 0, item 1, item 2", download(plan)),
		same("mission.frames-same", "what comes back of frames 0 and 3", "2 as sent but frame 6 frame 5, current 1 0", plan, with(up(20), func(i *item) { i.frame = 3 }), with(fly(20, 0, 40), func(i *item) { i.frame = 0 })),
		same("mission.items-same", "what comes back of a mission", "3 as sent, current 1 0 0", plan, three...),
		same("mission.fence-same", "what comes back of a fence", "4 as sent but frame 5 autocontinue 0, current 1 0 0 0", fence, zone(4, 0)...),
		same("mission.rally-same", "what comes back of rally points", "2 as sent but frame 6, current 1 0", rally, rallyAt(30), rallyAt(60)),
		ids("mission.id", "ids of the mission", plan, func(m *common.MessageMissionCurrent) uint32 { return m.MissionId }, three...),
		ids("mission.fence-id", "ids of the fence", fence, func(m *common.MessageMissionCurrent) uint32 { return m.FenceId }, zone(4, 0)...),
		ids("mission.rally-id", "ids of the rally points", rally, func(m *common.MessageMissionCurrent) uint32 { return m.RallyPointsId }, rallyAt(30)),
		row{id: "mission.id-again", name: "id of the same mission uploaded again, and of another", steps: []step{upload(plan, three...), upload(plan, three...), upload(plan, three[:2]...)},
			answer: func(_ *Probe, in [][]heard) string {
				var id [3]uint32
				for i := range id {
					for _, m := range of[*common.MessageMissionAck](in[i]) {
						id[i] = m.OpaqueId
					}
				}
				return fmt.Sprintf("same %t, other %t", id[0] == id[1], id[2] != id[0])
			}}.on(PX4, "same true, other true"),
		talk("mission.set-current", "MISSION_SET_CURRENT 1", silence, tell(few, setCurrent(1))),
		row{id: "mission.set-current-shown", name: "MISSION_CURRENT after it", steps: []step{wait(1500 * time.Millisecond)}, answer: func(p *Probe, _ [][]heard) string {
			return fmt.Sprintf("seq %d", current(p).Seq)
		}}.on(PX4, "seq 1"),
		talk("mission.set-current-99", "MISSION_SET_CURRENT beyond the last", "silence WPM: WP CURR CMD: Not in list", tell(few, setCurrent(99))).cites(measured),
		command("mission.start-5-2", "MISSION_START from 5 to 2", common.MAV_CMD_MISSION_START, "DENIED", 5, 2).cites(measured),
		talk("mission.retry", "silence after COUNT", "request 0 again", tell(1200*time.Millisecond, count(3, plan))).cites(measured),
		talk("mission.wrong-seq", "item 2 where 0 is wanted", "request 0 again", tell(few, sendItem(plan, 2, fly(0, 0, 20)))).cites(measured),
		talk("mission.next", "item 0", "request 1 again", tell(few, sendItem(plan, 0, fly(0, 0, 20)))),
		talk("mission.duplicate", "item 0 again", "request 1 again", tell(few, sendItem(plan, 0, fly(0, 0, 20)))).cites(measured),
		talk("mission.gives-up", "silence", "request 1 again Operation timeout", wait(given)).cites(measured),
		talk("mission.late-item", "an item after it gave up", "ack ACCEPTED", tell(few, sendItem(plan, 0, fly(0, 0, 20)))).cites(measured),
		talk("mission.kept", "the mission after all that", "count 2, item 0, item 1", download(plan)).cites(measured),
		row{id: "mission.retry-period", name: "how often it asks again, and for how long", steps: []step{tell(given, count(3, plan))}, answer: func(_ *Probe, in [][]heard) string {
			return retries(in[0])
		}}.on(PX4, "each ~0.26 s until ~4.9 s").cites(measured),
		talk("mission.busy-second", "COUNT of a second station during an upload", "ack ERROR, request 0 again",
			tell(few, count(2, plan)), step{say: said(count(2, plan)), as: secondSystem, within: few}).cites(measured),
		talk("mission.busy-done", "the first one goes on", "request 1, ack ACCEPTED", step{say: said(sendItem(plan, 0, up(20))), within: 2 * time.Second,
			settle: afterAck, react: func(p *Probe, h heard) []message.Message {
				if m, ok := h.msg.(*common.MessageMissionRequestInt); ok && m.Seq == 1 {
					return []message.Message{fly(20, 0, 20).message(p, plan, 1)}
				}
				return nil
			}, until: is[*common.MessageMissionAck](nil)}),
		talk("mission.count-again", "COUNT again before the first item", "request 0 again", tell(100*time.Millisecond, count(2, plan)), tell(few, count(2, plan))),
		talk("mission.count-busy", "COUNT again after the first item", "ack ERROR, request 1 again WPM: REJ. CMD: Busy",
			tell(100*time.Millisecond, sendItem(plan, 0, up(20))), tell(few, count(2, plan))),
		talk("mission.cancel", "the upload is given up by its sender", silence, tell(few, func(p *Probe) message.Message {
			return &common.MessageMissionAck{TargetSystem: p.system, TargetComponent: p.component, Type: common.MAV_MISSION_OPERATION_CANCELLED}
		})),
		talk("mission.request-idle", "a request while idle", silence, tell(few, requestItem(50))).cites(measured),
		talk("mission.request-range", "a request beyond the last item", "ack ERROR WPM: REJ. CMD: Req. WP was unexpected",
			tell(100*time.Millisecond, requestList(plan)), tell(few, requestItem(50))).cites(measured),
		talk("mission.request-skip", "a request that skips an item", "ack ERROR WPM: REJ. CMD: Req. WP was unexpected",
			tell(100*time.Millisecond, requestList(plan)), tell(few, requestItem(1))),
		talk("mission.request-again", "the same request twice", "item 0",
			tell(100*time.Millisecond, requestList(plan)), tell(100*time.Millisecond, requestItem(0)), tell(few, requestItem(0))),
		talk("mission.download-timeout", "a download that nobody ends", "silence Operation timeout", wait(given)),
		talk("mission.list-type-7", "download of an unknown list", "count 0", tell(few, requestList(7))),
		talk("mission.list-type-7-end", "silence after it", "silence Operation timeout", wait(given)),
		talk("mission.clear-type-7", "clearing of an unknown list", "ack ACCEPTED", wipe(7)),
		talk("mission.float", "a float MISSION_REQUEST", "float-item 0", tell(100*time.Millisecond, requestList(plan)), tell(few, func(p *Probe) message.Message {
			return &common.MessageMissionRequest{TargetSystem: p.system, TargetComponent: p.component}
		})).cites(measured),
		talk("mission.float-upload", "an upload after it", "float-request 0 again", wait(given), tell(few, count(1, plan))).cites(measured),
		ended("mission.float-end", "until an item comes as MISSION_ITEM_INT", "ACCEPTED", tell(few, sendItem(plan, 0, up(20)))).cites(measured),
	)
}

func requestList(kind common.MAV_MISSION_TYPE) func(p *Probe) message.Message {
	return func(p *Probe) message.Message {
		return &common.MessageMissionRequestList{TargetSystem: p.system, TargetComponent: p.component, MissionType: kind}
	}
}

func requestItem(seq uint16) func(p *Probe) message.Message {
	return func(p *Probe) message.Message {
		return &common.MessageMissionRequestInt{TargetSystem: p.system, TargetComponent: p.component, Seq: seq}
	}
}

func setCurrent(seq uint16) func(p *Probe) message.Message {
	return func(p *Probe) message.Message {
		return &common.MessageMissionSetCurrent{TargetSystem: p.system, TargetComponent: p.component, Seq: seq}
	}
}

// retries is the mean time between two requests, and when the last one came.
func retries(in []heard) string {
	var first, last time.Duration
	n := 0
	for _, h := range in {
		if _, ok := h.msg.(*common.MessageMissionRequestInt); ok {
			if n == 0 {
				first = h.at
			}
			last = h.at
			n++
		}
	}
	if n < 2 {
		return silence
	}
	return fmt.Sprintf("each %.2f s until %.1f s", (last-first).Seconds()/float64(n-1), last.Seconds())
}

// compare says how a list came back.
func compare(p *Probe, kind common.MAV_MISSION_TYPE, sent []item, got []*common.MessageMissionItemInt) string {
	if len(got) != len(sent) {
		return fmt.Sprintf("%d of %d", len(got), len(sent))
	}
	var changes []string
	currents := ""
	for i, g := range got {
		want := sent[i].message(p, kind, i)
		currents += fmt.Sprintf(" %d", g.Current)
		say := ""
		if g.Frame != want.Frame {
			say = fmt.Sprintf(" frame %d", g.Frame)
		}
		if g.Autocontinue != want.Autocontinue {
			say += fmt.Sprintf(" autocontinue %d", g.Autocontinue)
		}
		if g.Command != want.Command || math.Abs(float64(g.X-want.X)) > 1 || math.Abs(float64(g.Y-want.Y)) > 1 || g.Z != want.Z || g.Param1 != want.Param1 {
			say += fmt.Sprintf(" item %d", i)
		}
		if (g.Param4 != g.Param4) != (want.Param4 != want.Param4) && kind == plan {
			say += " param4"
		}
		if say != "" && !slices.Contains(changes, say) {
			changes = append(changes, say)
		}
	}
	but := ""
	if len(changes) > 0 {
		but = " but" + strings.Join(changes, "")
	}
	return fmt.Sprintf("%d as sent%s, current%s", len(got), but, currents)
}

// itemRows are lists with something wrong in them.
func itemRows() []row {
	bad := func(id, name, px4 string, i item) row {
		return uploaded("item."+id, name, px4, plan, up(20), i)
	}
	wp := fly(20, 0, 20)
	return citing(measured,
		talk("item.clear-before", "clear everything", "ack ACCEPTED", wipe(every)),
		talk("item.count-10001", "COUNT 10001", "ack NO_SPACE", tell(few, count(10001, plan))),
		talk("item.count-65535", "COUNT 65535", "ack NO_SPACE", tell(few, count(65535, plan))),
		talk("item.count-fence", "COUNT 65 of a fence", "ack NO_SPACE", tell(few, count(65, fence))),
		talk("item.count-rally", "COUNT 33 of rally points", "ack NO_SPACE", tell(few, count(33, rally))),
		talk("item.count-type-7", "COUNT of an unknown list", "ack NO_SPACE", tell(few, count(2, 7))),
		talk("item.count-0", "COUNT 0", "ack ACCEPTED", tell(few, count(0, plan))),
		bad("lat-95", "latitude 95", "ACCEPTED", with(wp, func(i *item) { i.lat = deg(95) })),
		bad("lon-200", "longitude 200", "ACCEPTED", with(wp, func(i *item) { i.lon = deg(200) })),
		bad("zero", "latitude and longitude 0", "ACCEPTED", with(wp, func(i *item) { i.lat, i.lon = deg(0), deg(0) })),
		bad("max", "INT32_MAX", "ACCEPTED", with(wp, func(i *item) { i.lat, i.lon = deg(214.7483647), deg(214.7483647) })),
		bad("alt-nan", "altitude NaN", "ACCEPTED", with(wp, func(i *item) { i.z = nan() })),
		bad("alt-1e6", "altitude 1,000 km", "ACCEPTED", with(wp, func(i *item) { i.z = 1e6 })),
		bad("alt-50", "altitude -50 m", "ACCEPTED", with(wp, func(i *item) { i.z = -50 })),
		bad("hold-nan", "hold NaN", "ACCEPTED", with(wp, func(i *item) { i.p1 = nan() })),
		bad("jump-50", "DO_JUMP to item 50", "ACCEPTED", item{cmd: common.MAV_CMD_DO_JUMP, frame: common.MAV_FRAME_MISSION, p1: 50, p2: 1}),
		bad("far", "a waypoint 50 km away", "ACCEPTED", fly(50000, 0, 20)),
		bad("unknown", "unknown command 9999", "UNSUPPORTED IGN MISSION_ITEM: Invalid item", with(wp, func(i *item) { i.cmd = 9999 })),
		bad("fence", "a fence's vertex in a mission", "ERROR", item{cmd: common.MAV_CMD_NAV_FENCE_POLYGON_VERTEX_INCLUSION, frame: relative, p1: 4}),
		bad("rally", "a rally point in a mission", "ERROR", rallyAt(0)),
		bad("frame-99", "frame 99", "UNSUPPORTED_FRAME IGN MISSION_ITEM: Invalid item", with(wp, func(i *item) { i.frame = 99 })),
		bad("frame-local", "frame LOCAL_NED", "UNSUPPORTED_FRAME IGN MISSION_ITEM: Invalid item", with(wp, func(i *item) { i.frame = common.MAV_FRAME_LOCAL_NED })),
		bad("frame-terrain", "frame GLOBAL_TERRAIN_ALT", "UNSUPPORTED_FRAME IGN MISSION_ITEM: Invalid item", with(wp, func(i *item) { i.frame = common.MAV_FRAME_GLOBAL_TERRAIN_ALT_INT })),
		talk("item.kept", "the mission on board after a refused one", "count 2, item 0, item 1", download(plan)),
		judged("item.takeoff-later", "a mission whose take-off is not first", "ACCEPTED state 1", fly(20, 0, 20), up(20), fly(20, 20, 20)),
		judged("item.land-first", "a mission that begins with a landing", "ACCEPTED state 1", item{cmd: common.MAV_CMD_NAV_LAND, frame: relative}, fly(20, 0, 20)),
		judged("item.no-takeoff", "a mission without take-off", "ACCEPTED state 2", fly(10, 0, 20), fly(20, 0, 20)),
		judged("item.far-first", "a first waypoint 50 km away", "ACCEPTED state 2", fly(50000, 0, 20), fly(20, 0, 20)),
		judged("item.only-do", "a mission of a speed alone", "ACCEPTED state 2", item{cmd: common.MAV_CMD_DO_CHANGE_SPEED, frame: common.MAV_FRAME_MISSION, p1: 1, p2: 5}),
		row{id: "item.outside-fence", name: "a waypoint outside the fence", steps: []step{upload(fence, zone(4, 0)...), upload(plan, up(20), fly(500, 0, 20)), wait(2500 * time.Millisecond), wipe(fence), wipe(plan)},
			answer: func(p *Probe, in [][]heard) string {
				all := of[*common.MessageMissionCurrent](in[2])
				if len(all) == 0 {
					return silence
				}
				m := all[len(all)-1]
				return join(lastAck(in[1]), fmt.Sprintf("state %d", m.MissionState), words(append(in[1], in[2]...)))
			}}.on(PX4, "ACCEPTED state 1 Geofence violation for waypoint 2"),
		fenced("item.fence-2", "a polygon of two vertices", "ERROR", zone(2, 0)...),
		fenced("item.fence-short", "three vertices of a polygon of four", "ACCEPTED", zone(4, 0)[:3]...),
		fenced("item.fence-waypoint", "a waypoint in a fence", "ACCEPTED", fly(0, 0, 20)),
		fenced("item.fence-circle", "a circle", "ACCEPTED", item{cmd: common.MAV_CMD_NAV_FENCE_CIRCLE_INCLUSION, frame: common.MAV_FRAME_GLOBAL_INT, p1: 300}),
		fenced("item.fence-circle-nan", "a circle of no radius", "ACCEPTED", item{cmd: common.MAV_CMD_NAV_FENCE_CIRCLE_INCLUSION, frame: common.MAV_FRAME_GLOBAL_INT, p1: nan()}),
		ended("item.clear-fence-1", "clear the fence", "ACCEPTED", wipe(fence)),
		row{id: "item.fence-away", name: "a polygon that does not hold home", steps: []step{upload(fence, zone(4, 5000)...), wait(2 * time.Second)},
			answer: func(_ *Probe, in [][]heard) string { return join(lastAck(in[0]), words(append(in[0], in[1]...))) }}.
			on(PX4, "ACCEPTED Geofence invalid, doesn't contain Home position"),
		ended("item.clear-fence", "clear the fence", "ACCEPTED", wipe(fence)),
		uploaded("item.rally-lat-95", "a rally point at latitude 95", "ACCEPTED", rally, with(rallyAt(0), func(i *item) { i.lat = deg(95) })),
		uploaded("item.rally-waypoint", "a waypoint among rally points", "ACCEPTED", rally, with(fly(0, 0, 20), func(i *item) { i.frame = common.MAV_FRAME_GLOBAL })),
		row{id: "item.rally-frame-int", name: "a rally point in frame 6", steps: []step{upload(rally, with(rallyAt(30), func(i *item) { i.frame = relative })), wait(3 * time.Second), wipe(rally), wait(2500 * time.Millisecond)},
			answer: func(_ *Probe, in [][]heard) string { return join(lastAck(in[0]), words(in[1])) }}.on(PX4, "ACCEPTED RTL: unsupported MAV_FRAME"),
		talk("item.clear", "clear everything", "ack ACCEPTED", wipe(every)),
		targets("item.target-system", "COUNT to another system", silence, 77, 1, true),
		targets("item.target-component", "COUNT to another component", silence, 0, 77, false),
		targets("item.target-all", "COUNT to every system", silence, 0, 0, true),
		targets("item.target-component-0", "COUNT to every component of it", "request 0 again", 0, 0, false),
		talk("item.target-end", "that one gives up", "request 0 again Operation timeout", wait(given)),
	)
}

// ended is a row of one turn whose answer is how it ended, whatever else is said meanwhile.
func ended(id, name, px4 string, s step) row {
	return row{id: id, name: name, steps: []step{s}, answer: func(_ *Probe, in [][]heard) string { return lastAck(in[0]) }}.on(PX4, px4)
}

// fenced is such a row of a fence: when a fence is judged, and spoken of, depends on the one before it.
func fenced(id, name, px4 string, items ...item) row {
	return ended(id, name, px4, upload(fence, items...))
}

// judged is an upload and what the vehicle thinks of it a while later.
func judged(id, name, px4 string, items ...item) row {
	return row{id: id, name: name, steps: []step{upload(plan, items...), wait(2500 * time.Millisecond)}, answer: func(p *Probe, in [][]heard) string {
		m, _ := latest[*common.MessageMissionCurrent](p)
		if m == nil {
			return silence
		}
		return fmt.Sprintf("%s state %d", lastAck(in[0]), m.MissionState)
	}}.on(PX4, px4)
}

// targets sends a COUNT to somebody.
func targets(id, name, px4 string, system, component uint8, other bool) row {
	return talk(id, name, px4, tell(few, func(p *Probe) message.Message {
		m := &common.MessageMissionCount{TargetSystem: p.system, TargetComponent: component, Count: 2}
		if other {
			m.TargetSystem = system
		}
		return m
	}))
}
