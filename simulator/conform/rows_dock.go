package conform

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/mavlink/dialect/hangar"
)

const (
	dockMoves = 90 * time.Second // the longest program: warn, lid, clamps, centring, waiting for clear
	dockTask  = 4711
	dockEpoch = 7
)

// dockDo is a command of the hangar dialect: x is the task, y the control epoch.
func dockDo(cmd hangar.MAV_CMD, task, epoch int32, arg float32) func(p *Probe) message.Message {
	return func(p *Probe) message.Message {
		return &common.MessageCommandInt{TargetSystem: p.system, TargetComponent: p.component, Command: common.MAV_CMD(cmd), Param1: arg, X: task, Y: epoch + p.epoch()}
	}
}

// epoch is the newest control epoch it had when it was found; ours begin above it.
func (p *Probe) epoch() int32 {
	if p.baseEpoch == nil {
		base := int32(0)
		if m, ok := latest[*hangar.MessageDockStatus](p); ok {
			base = int32(m.ControlEpoch)
		}
		p.baseEpoch = &base
	}
	return *p.baseEpoch
}

// dockCommand is a row of one command and its acknowledgements, IN_PROGRESS left out.
func dockCommand(id, name, want string, cmd hangar.MAV_CMD, task, epoch int32, arg float32) row {
	return row{id: "dock." + id, name: name, source: pageHangar, steps: []step{acked(common.MAV_CMD(cmd), dockDo(cmd, task, epoch, arg))},
		answer: func(_ *Probe, in [][]heard) string { return acks(in[0], common.MAV_CMD(cmd)) }}.on(Dock, want)
}

// program is a row of a long act: how it was acknowledged, how often, and the state it ends in.
func program(id, name, want string, cmd hangar.MAV_CMD, task int32) row {
	s := acked(common.MAV_CMD(cmd), dockDo(cmd, task, dockEpoch, 0))
	s.within, s.settle = dockMoves, 800*time.Millisecond
	return row{id: "dock." + id, name: name, source: pageHangar, steps: []step{s}, answer: func(p *Probe, in [][]heard) string {
		return join(progress(in[0], common.MAV_CMD(cmd)), p.dockState(), lidAgrees(p))
	}}.on(Dock, want).moving()
}

// progress says how a long act was acknowledged.
func progress(in []heard, cmd common.MAV_CMD) string {
	percent, rising, n, end := -1, true, 0, "no end"
	for _, a := range of[*common.MessageCommandAck](in) {
		switch {
		case a.Command != cmd:
		case a.Result == common.MAV_RESULT_IN_PROGRESS:
			rising = rising && int(a.Progress) >= percent
			percent = int(a.Progress)
			n++
		default:
			end = short(a.Result.String(), "MAV_RESULT_")
		}
	}
	if n == 0 {
		return end
	}
	return fmt.Sprintf("IN_PROGRESS rising %s, %s", yes(rising), end)
}

func (p *Probe) dockState() string {
	m, ok := latest[*hangar.MessageDockStatus](p)
	if !ok {
		return silence
	}
	return short(m.State.String(), "DOCK_STATE_")
}

// lidAgrees holds the two switches, the encoder and the motion of the lid against each other.
func lidAgrees(p *Probe) string {
	m, ok := latest[*hangar.MessageDockActuators](p)
	if !ok {
		return silence
	}
	open, closed := m.Flags&hangar.DOCK_LID_SWITCH_OPEN != 0, m.Flags&hangar.DOCK_LID_SWITCH_CLOSED != 0
	part := float64(m.LidEncoderDeg / m.LidOpenDeg)
	switch {
	case open && closed, open && part < 0.9, closed && part > 0.1:
		return "lid contradicts itself"
	case open:
		return "lid open"
	case closed:
		return "lid closed"
	}
	return "lid between"
}

// occupied says whether a vehicle is seated; empty is its opposite.
func occupied(p *Probe) bool {
	m, ok := latest[*hangar.MessageDockActuators](p)
	return ok && m.Flags&hangar.DOCK_SEATED != 0
}

func empty(p *Probe) bool { return !occupied(p) }

// dockStream is a row about the rate of one message of a dock.
func dockStream(name string, id uint32, want string) row {
	r := stream(name, id, "").cites(pageHangar)
	return r.on(Dock, want)
}

func dockRows() []row {
	rows := append(heartbeatRows(),
		observed("heartbeat.type", "type in HEARTBEAT", func(p *Probe) string { return short(p.kind.String(), "MAV_TYPE_") }).
			on(Dock, "CHARGING_STATION").cites(pageHangar),
		dockStream("DOCK_STATUS", 53000, "~2 Hz"), dockStream("DOCK_ACTUATORS", 53001, "~2 Hz"), dockStream("DOCK_ENVIRONMENT", 53002, "~1 Hz"),
		dockStream("DOCK_POWER", 53003, "~1 Hz"), dockStream("DOCK_PAD", 53004, "~0.2 Hz"), dockStream("DOCK_HEALTH", 53005, "~1 Hz"),
		dockStream("DOCK_TASK", 53006, "~0.5 Hz"))
	rows = append(rows, dockContentRows()...)
	rows = append(rows, dockAskRows()...)
	rows = append(rows, dockSwapRows()...)
	return append(rows, dockMotionRows()...)
}

// dockContentRows hold what a dock says at rest against itself.
func dockContentRows() []row {
	return citing(pageHangar,
		observed("dock.lid", "lid by switches and encoder", lidAgrees).on(Dock, "lid closed"),
		observed("dock.state", "state at rest", func(p *Probe) string { return p.dockState() }).on(Dock, "IDLE | CHARGING | AWAY"),
		observed("dock.weight", "seated against weight", func(p *Probe) string {
			m, ok := latest[*hangar.MessageDockActuators](p)
			if !ok {
				return silence
			}
			return agree((m.PadWeightKg > 0.3) == occupied(p))
		}).on(Dock, "agree"),
		observed("dock.clamps", "clamps by their switches", func(p *Probe) string {
			m, ok := latest[*hangar.MessageDockActuators](p)
			if !ok {
				return silence
			}
			n := 0
			for _, bit := range []hangar.DOCK_ACTUATOR_FLAGS{hangar.DOCK_CLAMPS_OPENED, hangar.DOCK_CLAMPS_CLOSED, hangar.DOCK_CLAMPS_MOVING} {
				if m.Flags&bit != 0 {
					n++
				}
			}
			return fmt.Sprintf("%d of opened, closed, moving", n)
		}).on(Dock, "1 of opened, closed, moving"),
		observed("dock.task", "DOCK_TASK against DOCK_STATUS", func(p *Probe) string {
			s, ok := latest[*hangar.MessageDockStatus](p)
			t, ok2 := latest[*hangar.MessageDockTask](p)
			if !ok || !ok2 {
				return silence
			}
			return agree(s.TaskId == t.TaskId)
		}).on(Dock, "agree"),
		observed("dock.heard", "time since a station was heard", func(p *Probe) string {
			s, ok := latest[*hangar.MessageDockStatus](p)
			if !ok {
				return silence
			}
			return fmt.Sprintf("within %s s", within(time.Duration(s.StationHeardMs)*time.Millisecond, 1.5))
		}).on(Dock, "within 1.5 s"),
		observed("dock.pad", "surveyed places: pad and ground pad", func(p *Probe) string {
			m, ok := latest[*hangar.MessageDockPad](p)
			if !ok {
				return silence
			}
			north := float64(m.GroundLat-m.Lat) / 1e7 * 111_320
			east := float64(m.GroundLon-m.Lon) / 1e7 * 111_320 * math.Cos(float64(m.Lat)/1e7*math.Pi/180)
			d := math.Hypot(north, east)
			return fmt.Sprintf("%s apart, accuracy known %s", yes(d > 2 && d < 500), yes(m.AccuracyM > 0 && m.AccuracyM < 1))
		}).on(Dock, "yes apart, accuracy known yes"),
		observed("dock.environment", "climate within what can be", func(p *Probe) string {
			m, ok := latest[*hangar.MessageDockEnvironment](p)
			if !ok {
				return silence
			}
			return yes(m.OutTempC > -60 && m.OutTempC < 60 && m.InTempC > -60 && m.InTempC < 80 && m.Humidity >= 0 && m.Humidity <= 100 &&
				m.WindMeanMs >= 0 && m.WindGustMs >= m.WindMeanMs-1 && m.WindDirDeg >= 0 && m.WindDirDeg <= 360 && m.RainMmh >= 0)
		}).on(Dock, "yes"),
		observed("dock.power", "charge, contacts and charging", func(p *Probe) string {
			m, ok := latest[*hangar.MessageDockPower](p)
			if !ok {
				return silence
			}
			mated := m.ContactMohm == m.ContactMohm
			return agree((m.PackPercent <= 100) == occupied(p) && (!mated || occupied(p)) && (m.Charging == 0 || mated && m.MainsOk == 1))
		}).on(Dock, "agree"),
		observed("dock.health", "a full round of DOCK_HEALTH", func(p *Probe) string {
			m, ok := latest[*hangar.MessageDockHealth](p)
			if !ok {
				return silence
			}
			if m.Count == 0 {
				return "all clear"
			}
			return fmt.Sprintf("%d items, such as %d %s", m.Count, m.Code, strings.TrimSpace(m.Module))
		}).on(Dock, "all clear"),
	)
}

// dockAskRows ask what moves nothing.
func dockAskRows() []row {
	set := common.MAV_CMD_SET_MESSAGE_INTERVAL
	ask := func(id uint32, name string) row {
		r := command("dock.request."+name, fmt.Sprintf("%s (REQUEST_MESSAGE %d)", name, id), common.MAV_CMD_REQUEST_MESSAGE, "", float32(id))
		inner := r.answer
		r.answer = func(p *Probe, in [][]heard) string {
			told := "untold"
			for _, h := range in[0] {
				if h.msg.GetID() == id {
					told = "told"
				}
			}
			return join(inner(p, in), told)
		}
		return r.on(Dock, "ACCEPTED told")
	}
	longOnly := command("dock.command-long", "a dock's command as COMMAND_LONG", common.MAV_CMD(hangar.MAV_CMD_DOCK_WARN), "", 0)
	other := dockCommand("system-other", "a command to another system", silence, hangar.MAV_CMD_DOCK_WARN, dockTask, dockEpoch, 0)
	other.steps = []step{{say: func(p *Probe) []message.Message {
		m := dockDo(hangar.MAV_CMD_DOCK_WARN, dockTask, dockEpoch, 0)(p).(*common.MessageCommandInt)
		m.TargetSystem = 77
		return []message.Message{m}
	}, within: time.Second}}
	rows := []row{ask(0, "HEARTBEAT"), ask(53000, "DOCK_STATUS"), ask(53001, "DOCK_ACTUATORS"), ask(53002, "DOCK_ENVIRONMENT"), ask(53003, "DOCK_POWER"),
		ask(53004, "DOCK_PAD"), ask(53005, "DOCK_HEALTH"), ask(53006, "DOCK_TASK"),
		command("dock.request.unknown", "an unknown message (REQUEST_MESSAGE 60001)", common.MAV_CMD_REQUEST_MESSAGE, "", 60001).on(Dock, "DENIED"),
		command("dock.interval.unknown", "the interval of an unknown message", set, "", 60001, 1e6).on(Dock, "FAILED"),
		row{id: "dock.interval", name: "DOCK_POWER five times a second, then as before", steps: []step{order(set, 53003, 200000), wait(3 * time.Second), order(set, 53003, 0), wait(4 * time.Second)},
			answer: func(_ *Probe, in [][]heard) string {
				n, after := len(of[*hangar.MessageDockPower](in[1])), len(of[*hangar.MessageDockPower](in[3]))
				return fmt.Sprintf("%s %.1f Hz then %s %.1f Hz", acks(in[0], set), float64(n)/3, acks(in[2], set), float64(after)/4)
			}}.on(Dock, "ACCEPTED ~5 Hz then ACCEPTED ~1 Hz"),
		command("dock.command.unknown", "a command nobody knows (65000)", 65000, "").on(Dock, "UNSUPPORTED"),
		command("dock.command.arm", "ARM_DISARM", common.MAV_CMD_COMPONENT_ARM_DISARM, "", 1).on(Dock, "UNSUPPORTED"),
		command("dock.command.53049", "the id before its commands", 53049, "").on(Dock, "UNSUPPORTED"),
		longOnly.on(Dock, "COMMAND_INT_ONLY"),
		other,
		dockCommand("warn", "DOCK_WARN for a second", "ACCEPTED", hangar.MAV_CMD_DOCK_WARN, dockTask, dockEpoch, 1),
		dockCommand("warn-nan", "DOCK_WARN for NaN seconds", "DENIED", hangar.MAV_CMD_DOCK_WARN, dockTask, dockEpoch, nan()),
		dockCommand("warn-long", "DOCK_WARN for 121 s", "DENIED", hangar.MAV_CMD_DOCK_WARN, dockTask, dockEpoch, 121),
		dockCommand("warn-old", "DOCK_WARN of an older epoch", "DENIED", hangar.MAV_CMD_DOCK_WARN, dockTask, dockEpoch-1, 1),
		row{id: "dock.epoch", name: "control epoch in DOCK_STATUS", steps: []step{wait(time.Second)}, answer: func(p *Probe, _ [][]heard) string {
			m, ok := latest[*hangar.MessageDockStatus](p)
			if !ok {
				return silence
			}
			return agree(int32(m.ControlEpoch) == p.epoch()+dockEpoch)
		}}.on(Dock, "agree"),
		dockCommand("reset-idle", "DOCK_RESET_ESTOP while none is latched", "ACCEPTED", hangar.MAV_CMD_DOCK_RESET_ESTOP, dockTask, dockEpoch, 0),
		dockCommand("open-task-0", "DOCK_OPEN without a task", "DENIED", hangar.MAV_CMD_DOCK_OPEN, 0, dockEpoch, 0),
		dockCommand("open-old", "DOCK_OPEN of an older epoch", "DENIED", hangar.MAV_CMD_DOCK_OPEN, dockTask, dockEpoch-1, 0),
		dockCommand("close-occupied", "DOCK_CLOSE over a vehicle", "DENIED", hangar.MAV_CMD_DOCK_CLOSE, dockTask, dockEpoch, 0).onlyIf(occupied),
		dockCommand("secure-empty", "DOCK_SECURE of nothing", "DENIED", hangar.MAV_CMD_DOCK_SECURE, dockTask, dockEpoch, 0).onlyIf(empty),
		dockCommand("launch-empty", "DOCK_PREPARE_LAUNCH of nothing", "DENIED", hangar.MAV_CMD_DOCK_PREPARE_LAUNCH, dockTask, dockEpoch, 0).onlyIf(empty),
	}
	rows = append(rows, frameRows()...)
	for _, r := range otherRows() {
		if r.want[Dock] != "" {
			rows = append(rows, r)
		}
	}
	return citing(pageHangar, rows...)
}

// dockMotionRows move the lid; they are asked only with leave.
func dockMotionRows() []row {
	maintenance := func(id, name, want string, enter float32) row {
		r := dockCommand(id, name, want, hangar.MAV_CMD_DOCK_MAINTENANCE, dockTask, dockEpoch, enter).moving()
		inner := r.answer
		r.steps = append(r.steps, wait(time.Second))
		r.answer = func(p *Probe, in [][]heard) string { return join(inner(p, in), p.dockState()) }
		return r
	}
	do := func(id, name, want string, cmd hangar.MAV_CMD, task, epoch int32) row {
		return dockCommand(id, name, want, cmd, task, epoch, 0).moving()
	}
	status := func(id, name, want string, tell func(p *Probe) string) row {
		return row{id: "dock." + id, name: name, steps: []step{wait(2500 * time.Millisecond)}, answer: func(p *Probe, _ [][]heard) string { return tell(p) }}.on(Dock, want).moving()
	}
	task := func(p *Probe) string {
		s, _ := latest[*hangar.MessageDockStatus](p)
		t, _ := latest[*hangar.MessageDockTask](p)
		if s == nil || t == nil {
			return silence
		}
		return fmt.Sprintf("task %d %d, vehicle out %d, rule %d", s.TaskId, t.TaskId, t.VehicleOut, t.LocalRule)
	}
	flags := func(p *Probe) string {
		m, ok := latest[*hangar.MessageDockActuators](p)
		if !ok {
			return silence
		}
		return fmt.Sprintf("marker %s, clamps opened %s", yes(m.Flags&hangar.DOCK_MARKER_ON != 0), yes(m.Flags&hangar.DOCK_CLAMPS_OPENED != 0))
	}
	fast := row{id: "dock.rate-open", name: "DOCK_STATUS and DOCK_ACTUATORS while the lid is not shut", steps: []step{wait(4 * time.Second)}, answer: func(_ *Probe, in [][]heard) string {
		return fmt.Sprintf("%.1f Hz %.1f Hz", float64(len(of[*hangar.MessageDockStatus](in[0])))/4, float64(len(of[*hangar.MessageDockActuators](in[0])))/4)
	}}.on(Dock, "~5 Hz ~5 Hz").moving()
	return citing(pageHangar,
		// With its vehicle: out and back in, which never left.
		program("launch", "DOCK_PREPARE_LAUNCH", "IN_PROGRESS rising yes, ACCEPTED LAUNCH_READY lid open", hangar.MAV_CMD_DOCK_PREPARE_LAUNCH, dockTask).onlyIf(occupied),
		fast.onlyIf(occupied),
		status("launch-task", "the task after it", fmt.Sprintf("task %d %d, vehicle out 0, rule 0", dockTask, dockTask), task).onlyIf(occupied),
		do("launch-again", "the same again", "ACCEPTED", hangar.MAV_CMD_DOCK_PREPARE_LAUNCH, dockTask, dockEpoch).onlyIf(occupied),
		do("launch-old", "an older epoch now", "DENIED", hangar.MAV_CMD_DOCK_PREPARE_LAUNCH, dockTask, dockEpoch-1).onlyIf(occupied),
		do("close-seated", "DOCK_CLOSE over the vehicle", "DENIED", hangar.MAV_CMD_DOCK_CLOSE, dockTask, dockEpoch).onlyIf(occupied),
		program("landing-seated", "DOCK_PREPARE_LANDING with the vehicle in it", "ACCEPTED OCCUPIED lid open", hangar.MAV_CMD_DOCK_PREPARE_LANDING, dockTask).onlyIf(occupied),
		program("secure", "DOCK_SECURE", "IN_PROGRESS rising yes, ACCEPTED IDLE lid closed | IN_PROGRESS rising yes, ACCEPTED CHARGING lid closed", hangar.MAV_CMD_DOCK_SECURE, dockTask).onlyIf(occupied),
		do("secure-again", "the same again", "ACCEPTED", hangar.MAV_CMD_DOCK_SECURE, dockTask, dockEpoch).onlyIf(occupied),
		status("secure-task", "the task after it", "task 0 0, vehicle out 0, rule 0", task).onlyIf(occupied),
		// Without one: ready for an arrival, and shut again.
		program("landing", "DOCK_PREPARE_LANDING", "IN_PROGRESS rising yes, ACCEPTED LANDING_READY lid open", hangar.MAV_CMD_DOCK_PREPARE_LANDING, dockTask).onlyIf(empty),
		status("landing-flags", "marker and clamps then", "marker yes, clamps opened yes", flags).onlyIf(empty),
		status("landing-task", "the task then", fmt.Sprintf("task %d %d, vehicle out 1, rule 1", dockTask, dockTask), task).onlyIf(empty),
		do("landing-again", "the same again", "ACCEPTED", hangar.MAV_CMD_DOCK_PREPARE_LANDING, dockTask, dockEpoch).onlyIf(empty),
		do("landing-foreign", "another task of the same epoch while a vehicle is out", "DENIED", hangar.MAV_CMD_DOCK_OPEN, dockTask+1, dockEpoch).onlyIf(empty),
		maintenance("maintenance-inbound", "DOCK_MAINTENANCE while a vehicle is inbound", "DENIED LANDING_READY", 1).onlyIf(empty),
		program("close", "DOCK_CLOSE of an empty dock", "IN_PROGRESS rising yes, ACCEPTED AWAY lid closed", hangar.MAV_CMD_DOCK_CLOSE, dockTask).onlyIf(empty),
		status("close-task", "the task then", fmt.Sprintf("task %d %d, vehicle out 1, rule 2", dockTask, dockTask), task).onlyIf(empty),
		do("close-again", "the same again", "ACCEPTED", hangar.MAV_CMD_DOCK_CLOSE, dockTask, dockEpoch).onlyIf(empty),
		// Maintenance, which ends what is open.
		maintenance("maintenance", "DOCK_MAINTENANCE", "ACCEPTED MAINTENANCE", 1).onlyIf(occupied),
		do("maintenance-open", "DOCK_OPEN in maintenance", "DENIED", hangar.MAV_CMD_DOCK_OPEN, dockTask, dockEpoch).onlyIf(occupied),
		maintenance("maintenance-end", "the end of maintenance", "ACCEPTED IDLE", 0).onlyIf(occupied),
	)
}
