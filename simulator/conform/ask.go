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
	ackWithin = 1500 * time.Millisecond
	afterAck  = 250 * time.Millisecond // for a second acknowledgement and for words
)

func short(s, prefix string) string { return strings.TrimPrefix(s, prefix) }

// long is a COMMAND_LONG to the one that is asked.
func long(p *Probe, id common.MAV_CMD, params ...float32) *common.MessageCommandLong {
	var q [7]float32
	copy(q[:], params)
	return &common.MessageCommandLong{TargetSystem: p.system, TargetComponent: p.component, Command: id, Param1: q[0], Param2: q[1],
		Param3: q[2], Param4: q[3], Param5: q[4], Param6: q[5], Param7: q[6]}
}

// order is the step that sends a COMMAND_LONG and waits for its end.
func order(id common.MAV_CMD, params ...float32) step {
	return acked(id, func(p *Probe) message.Message { return long(p, id, params...) })
}

// acked is a step that ends some time after the acknowledgement of a command; IN_PROGRESS is none.
func acked(id common.MAV_CMD, m func(p *Probe) message.Message) step {
	return step{say: said(m), within: ackWithin, settle: afterAck,
		until: is(func(_ *Probe, a *common.MessageCommandAck) bool {
			return a.Command == id && a.Result != common.MAV_RESULT_IN_PROGRESS
		})}
}

// wait is a step in which nothing is said.
func wait(d time.Duration) step { return step{within: d} }

// acks are the acknowledgements of a command, in their order.
func acks(in []heard, id common.MAV_CMD) string {
	var out []string
	for _, a := range of[*common.MessageCommandAck](in) {
		if a.Command == id {
			out = append(out, short(a.Result.String(), "MAV_RESULT_"))
		}
	}
	if len(out) == 0 {
		return silence
	}
	return strings.Join(out, " ")
}

// words are the texts heard, without the tab that marks those told as events too; long ones put together, repeats once.
func words(in []heard) string {
	var out []string
	for _, m := range of[*common.MessageStatustext](in) {
		if m.ChunkSeq > 0 && len(out) > 0 {
			out[len(out)-1] += m.Text
			continue
		}
		out = append(out, m.Text)
	}
	for i := range out {
		out[i] = strings.TrimSpace(out[i])
	}
	return strings.Join(slices.Compact(out), "; ")
}

// join puts the parts of an answer together that are not empty.
func join(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " ")
}

// command is a row that sends one COMMAND_LONG and expects acknowledgements.
func command(id, name string, cmd common.MAV_CMD, px4 string, params ...float32) row {
	return row{id: id, name: name, steps: []step{order(cmd, params...)},
		answer: func(_ *Probe, in [][]heard) string { return acks(in[0], cmd) }}.on(PX4, px4)
}

// spoken is a command row whose answer includes the texts.
func spoken(r row) row {
	inner := r.answer
	r.answer = func(p *Probe, in [][]heard) string { return join(inner(p, in), words(in[len(in)-1])) }
	return r
}

// thenMode adds the mode that the heartbeat shows after the order.
func thenMode(r row) row {
	n, inner := len(r.steps), r.answer
	r.steps = append(r.steps, wait(1300*time.Millisecond))
	r.answer = func(p *Probe, in [][]heard) string { return join(inner(p, in[:n]), p.mode()) }
	return r
}

// request is a row that asks for a message by MAV_CMD_REQUEST_MESSAGE.
func request[T message.Message](id, name string, tell func(p *Probe, all []T) string, px4 string, extra ...float32) row {
	var zero T
	want := zero.GetID()
	return row{id: id, name: fmt.Sprintf("%s (REQUEST_MESSAGE %d)", name, want),
		steps: []step{order(common.MAV_CMD_REQUEST_MESSAGE, append([]float32{float32(want)}, extra...)...)},
		answer: func(p *Probe, in [][]heard) string {
			got := of[T](in[0])
			text := ""
			if len(got) > 0 {
				text = tell(p, got)
			}
			return join(acks(in[0], common.MAV_CMD_REQUEST_MESSAGE), text)
		}}.on(PX4, px4)
}

// mode is what the newest HEARTBEAT shows.
func (p *Probe) mode() string {
	h, ok := latest[*common.MessageHeartbeat](p)
	if !ok {
		return silence
	}
	text := fmt.Sprintf("mode %d", h.CustomMode)
	switch p.who {
	case PX4:
		text = px4Mode(h.CustomMode)
	case ArduPilot:
		text = copterMode(h.CustomMode)
	}
	armed := "disarmed"
	if h.BaseMode&common.MAV_MODE_FLAG_SAFETY_ARMED != 0 {
		armed = "armed"
	}
	return join(text, armed, short(h.SystemStatus.String(), "MAV_STATE_"))
}

// px4Mode names a custom_mode of PX4: main mode in bits 16 to 23, sub mode above.
func px4Mode(custom uint32) string {
	main, sub := custom>>16&0xff, custom>>24
	names := map[uint32]string{1: "MANUAL", 2: "ALTCTL", 3: "POSCTL", 5: "ACRO", 6: "OFFBOARD", 7: "STABILIZED"}
	if main == 4 {
		auto := map[uint32]string{2: "TAKEOFF", 3: "LOITER", 4: "MISSION", 5: "RTL", 6: "LAND", 8: "FOLLOW", 9: "PRECLAND"}
		return "AUTO." + auto[sub]
	}
	if main == 3 && sub == 1 {
		return "ORBIT"
	}
	return names[main]
}

// here is where the vehicle stands, degrees × 1e7, and its altitude AMSL in metres.
func (p *Probe) here() (lat, lon int32, alt float32) {
	if m, ok := latest[*common.MessageGlobalPositionInt](p); ok {
		return m.Lat, m.Lon, float32(m.Alt) / 1000
	}
	return 0, 0, 0
}

func nan() float32 { return float32(math.NaN()) }

// bootMS is time_boot_ms of the messages that follow each other most closely.
func bootMS(m message.Message) (uint32, bool) {
	if m, ok := m.(*common.MessageAttitude); ok {
		return m.TimeBootMs, true
	}
	return 0, false
}

// version is the firmware as AUTOPILOT_VERSION tells it.
func (p *Probe) version() string {
	m, ok := latest[*common.MessageAutopilotVersion](p)
	if !ok {
		return ""
	}
	v := m.FlightSwVersion
	return fmt.Sprintf("%d.%d.%d", v>>24, v>>16&0xff, v>>8&0xff)
}
