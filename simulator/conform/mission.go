package conform

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
)

// Commands of mission items.
const (
	waypoint = common.MAV_CMD_NAV_WAYPOINT
	takeoff  = common.MAV_CMD_NAV_TAKEOFF
	relative = common.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT
)

// item is one mission item as a row writes it: metres north and east of where the vehicle stood at first, unless lat or lon
// say where.
type item struct {
	cmd         common.MAV_CMD
	frame       common.MAV_FRAME
	north, east float64
	z           float32
	p1, p2      float32
	lat, lon    *float64
	current     uint8
	plain       bool // its parameter 4 is 0, not NaN
}

func fly(north, east float64, z float32) item {
	return item{cmd: waypoint, frame: relative, north: north, east: east, z: z}
}

func up(z float32) item { return item{cmd: takeoff, frame: relative, z: z} }

func deg(v float64) *float64 { return &v }

// message is the item as MISSION_ITEM_INT.
func (i item) message(p *Probe, kind common.MAV_MISSION_TYPE, seq int) *common.MessageMissionItemInt {
	lat, lon := p.origin()
	x := float64(lat) + i.north/111_320*1e7
	y := float64(lon) + i.east/111_320/math.Cos(float64(lat)/1e7*math.Pi/180)*1e7
	if i.lat != nil {
		x = *i.lat * 1e7
	}
	if i.lon != nil {
		y = *i.lon * 1e7
	}
	turn := nan()
	if i.plain {
		turn = 0
	}
	return &common.MessageMissionItemInt{TargetSystem: p.system, TargetComponent: p.component, Seq: uint16(seq), Frame: i.frame, Command: i.cmd,
		Current: i.current, Autocontinue: 1, Param1: i.p1, Param2: i.p2, Param4: turn, X: int32(x), Y: int32(y), Z: i.z, MissionType: kind}
}

// origin is where the vehicle stood when an item was first made; what is sent twice is then the same.
func (p *Probe) origin() (lat, lon int32) {
	if p.lat == 0 && p.lon == 0 {
		p.lat, p.lon, _ = p.here()
	}
	return p.lat, p.lon
}

func count(n int, kind common.MAV_MISSION_TYPE) func(p *Probe) message.Message {
	return func(p *Probe) message.Message {
		return &common.MessageMissionCount{TargetSystem: p.system, TargetComponent: p.component, Count: uint16(n), MissionType: kind}
	}
}

func sendItem(kind common.MAV_MISSION_TYPE, seq int, i item) func(p *Probe) message.Message {
	return func(p *Probe) message.Message { return i.message(p, kind, seq) }
}

// upload is a whole upload, whatever is asked for again.
func upload(kind common.MAV_MISSION_TYPE, items ...item) step {
	give := func(p *Probe, seq int) []message.Message {
		if seq >= len(items) {
			return nil
		}
		return []message.Message{items[seq].message(p, kind, seq)}
	}
	return step{say: said(count(len(items), kind)), within: 4 * time.Second, settle: afterAck, react: func(p *Probe, h heard) []message.Message {
		switch m := h.msg.(type) {
		case *common.MessageMissionRequestInt:
			return give(p, int(m.Seq))
		case *common.MessageMissionRequest:
			return give(p, int(m.Seq))
		}
		return nil
	}, until: is[*common.MessageMissionAck](nil)}
}

// download is a whole download, ended by our acknowledgement.
func download(kind common.MAV_MISSION_TYPE) step {
	ask := func(p *Probe, seq int) []message.Message {
		if seq < p.count {
			return []message.Message{&common.MessageMissionRequestInt{TargetSystem: p.system, TargetComponent: p.component, Seq: uint16(seq), MissionType: kind}}
		}
		return []message.Message{&common.MessageMissionAck{TargetSystem: p.system, TargetComponent: p.component, MissionType: kind}}
	}
	return step{say: said(func(p *Probe) message.Message {
		p.count = math.MaxInt
		return &common.MessageMissionRequestList{TargetSystem: p.system, TargetComponent: p.component, MissionType: kind}
	}), within: 4 * time.Second, settle: 100 * time.Millisecond, react: func(p *Probe, h heard) []message.Message {
		switch m := h.msg.(type) {
		case *common.MessageMissionCount:
			p.count = int(m.Count)
			return ask(p, 0)
		case *common.MessageMissionItemInt:
			return ask(p, int(m.Seq)+1)
		}
		return nil
	}, until: func(p *Probe, h heard) bool {
		switch m := h.msg.(type) {
		case *common.MessageMissionCount:
			return m.Count == 0
		case *common.MessageMissionItemInt:
			return int(m.Seq) == p.count-1
		}
		return false
	}}
}

func wipe(kind common.MAV_MISSION_TYPE) step {
	return step{say: said(func(p *Probe) message.Message {
		return &common.MessageMissionClearAll{TargetSystem: p.system, TargetComponent: p.component, MissionType: kind}
	}), within: ackWithin, settle: 100 * time.Millisecond, until: is[*common.MessageMissionAck](nil)}
}

// tell says one thing of the mission protocol and listens.
func tell(within time.Duration, m func(p *Probe) message.Message) step {
	return step{say: said(m), within: within}
}

// told is the conversation of the mission protocol as short words: "request 0", "ack ERROR"; repeats are counted.
func told(in []heard) string {
	var out []string
	repeats := 0
	add := func(s string) {
		if len(out) > 0 && strings.TrimSuffix(out[len(out)-1], " again") == s {
			out[len(out)-1] = s + " again"
			repeats++
			return
		}
		out = append(out, s)
	}
	for _, h := range in {
		switch m := h.msg.(type) {
		case *common.MessageMissionRequestInt:
			add(fmt.Sprintf("request %d", m.Seq))
		case *common.MessageMissionRequest:
			add(fmt.Sprintf("float-request %d", m.Seq))
		case *common.MessageMissionItemInt:
			add(fmt.Sprintf("item %d", m.Seq))
		case *common.MessageMissionItem:
			add(fmt.Sprintf("float-item %d", m.Seq))
		case *common.MessageMissionCount:
			add(fmt.Sprintf("count %d", m.Count))
		case *common.MessageMissionAck:
			add("ack " + short(m.Type.String(), "MAV_MISSION_"))
		}
	}
	if len(out) == 0 {
		return silence
	}
	return strings.Join(out, ", ")
}

// lastAck is how a transfer ended.
func lastAck(in []heard) string {
	all := of[*common.MessageMissionAck](in)
	if len(all) == 0 {
		return silence
	}
	return short(all[len(all)-1].Type.String(), "MAV_MISSION_")
}

// talk is a row of mission protocol turns whose answer is the last turn's words.
func talk(id, name, px4 string, steps ...step) row {
	return row{id: id, name: name, steps: steps, answer: func(_ *Probe, in [][]heard) string {
		return join(told(in[len(in)-1]), words(in[len(in)-1]))
	}}.on(PX4, px4)
}

// uploaded is a row of one upload; the answer is its end, and what is said of it.
func uploaded(id, name, px4 string, kind common.MAV_MISSION_TYPE, items ...item) row {
	return row{id: id, name: name, steps: []step{upload(kind, items...)}, answer: func(_ *Probe, in [][]heard) string {
		return join(lastAck(in[0]), words(in[0]))
	}}.on(PX4, px4)
}
