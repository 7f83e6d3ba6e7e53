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
	flying  = 40 * time.Second
	landing = 120 * time.Second
)

// untilMode waits for a HEARTBEAT in a mode of PX4.
func untilMode(name string, within time.Duration) step {
	return step{within: within, until: is(func(_ *Probe, m *common.MessageHeartbeat) bool { return px4Mode(m.CustomMode) == name })}
}

// untilArmed waits until HEARTBEAT says so.
func untilArmed(armed bool, within time.Duration) step {
	return step{within: within, until: is(func(_ *Probe, m *common.MessageHeartbeat) bool {
		return (m.BaseMode&common.MAV_MODE_FLAG_SAFETY_ARMED != 0) == armed
	})}
}

func untilLanded(state common.MAV_LANDED_STATE, within time.Duration) step {
	return step{within: within, until: is(func(_ *Probe, m *common.MessageExtendedSysState) bool { return m.LandedState == state })}
}

// landed are the landed states in their order.
func landed(in []heard) string {
	text, last := "", common.MAV_LANDED_STATE(255)
	for _, m := range of[*common.MessageExtendedSysState](in) {
		if m.LandedState != last {
			text, last = join(text, short(m.LandedState.String(), "MAV_LANDED_STATE_")), m.LandedState
		}
	}
	if text == "" {
		return silence
	}
	return text
}

// flightRows arm and fly; they are asked only with leave.
func flightRows() []row {
	arm := common.MAV_CMD_COMPONENT_ARM_DISARM
	mode := func(id, name, want string, main, sub float32) row {
		return thenMode(command(id, name, common.MAV_CMD_DO_SET_MODE, want, 1, main, sub))
	}
	rows := []row{
		mode("fly.mission-mode", "mission mode without a mission", "ACCEPTED ACCEPTED AUTO.MISSION disarmed UNINIT", 4, 4),
		command("fly.arm-mission", "arm in it", arm, "TEMPORARILY_REJECTED", 1),
		mode("fly.hold-ground", "hold", "ACCEPTED ACCEPTED AUTO.LOITER disarmed STANDBY", 4, 3),
		row{id: "fly.arm", name: "arm in hold, then disarm", steps: []step{order(arm, 1), untilArmed(true, 2*time.Second), order(arm, 1), order(arm, 0), wait(1500 * time.Millisecond)},
			answer: func(p *Probe, in [][]heard) string {
				return join(acks(in[0], arm), words(append(in[0], in[1]...)), "again", acks(in[2], arm), "disarm", acks(in[3], arm), words(append(in[3], in[4]...)), p.mode())
			}}.on(PX4, "ACCEPTED Armed by external command again ACCEPTED disarm ACCEPTED Disarmed by external command AUTO.LOITER disarmed STANDBY"),
		row{id: "fly.auto-disarm", name: "armed and left alone (COM_DISARM_PRFLT)", steps: []step{order(arm, 1), untilArmed(true, 2*time.Second), untilArmed(false, 15*time.Second)},
			answer: func(p *Probe, in [][]heard) string {
				last := in[2][len(in[2])-1].at
				return fmt.Sprintf("%s disarmed after %.0f s", acks(in[0], arm), last.Seconds())
			}}.on(PX4, "ACCEPTED disarmed after ~10 s"),
		row{id: "fly.takeoff", name: "NAV_TAKEOFF to 20 m above here, then arm", steps: []step{
			acked(takeoff, func(p *Probe) message.Message {
				lat, lon, alt := p.here()
				return long(p, takeoff, 0, 0, 0, nan(), float32(lat)/1e7, float32(lon)/1e7, alt+20)
			}), order(arm, 1), untilMode("AUTO.LOITER", flying), wait(3 * time.Second)},
			answer: func(p *Probe, in [][]heard) string {
				return join(acks(in[0], takeoff), acks(in[1], arm), p.mode(), landed(append(in[2], in[3]...)), fmt.Sprintf("%.0f m", p.height()))
			}}.on(PX4, "ACCEPTED ACCEPTED AUTO.LOITER armed ACTIVE ON_GROUND TAKEOFF IN_AIR ~20 m"),
		row{id: "fly.disarm", name: "disarm in the air", steps: []step{order(arm, 0)}, answer: func(p *Probe, in [][]heard) string {
			return join(acks(in[0], arm), words(in[0]))
		}}.on(PX4, "TEMPORARILY_REJECTED Disarming denied: not landed"),
		command("fly.arm-again", "arm in the air", arm, "ACCEPTED", 1),
		command("fly.termination-0", "DO_FLIGHTTERMINATION with 0", common.MAV_CMD_DO_FLIGHTTERMINATION, "DENIED", 0),
		command("fly.reboot", "reboot in the air", common.MAV_CMD_PREFLIGHT_REBOOT_SHUTDOWN, "DENIED", 1),
		command("fly.pause", "DO_PAUSE_CONTINUE", common.MAV_CMD_DO_PAUSE_CONTINUE, "UNSUPPORTED"),
		thenMode(command("fly.manual", "manual without a pilot", common.MAV_CMD_DO_SET_MODE, "ACCEPTED TEMPORARILY_REJECTED AUTO.LOITER armed ACTIVE", 1, 1, 0)),
		repositioned("fly.reposition", "DO_REPOSITION 30 m north, 30 m AMSL in frame 6", relative, "ACCEPTED ~30 m AMSL ~30 m away AUTO.LOITER armed ACTIVE"),
		command("fly.reposition-0", "DO_REPOSITION without its bit", common.MAV_CMD_DO_REPOSITION, "UNSUPPORTED", -1, 0),
		command("fly.speed", "DO_CHANGE_SPEED 4 m/s", common.MAV_CMD_DO_CHANGE_SPEED, "ACCEPTED", 1, 4, -1),
		row{id: "fly.fence", name: "DO_REPOSITION outside a fence", steps: []step{upload(fence, zone(4, 0)...), wait(time.Second),
			acked(common.MAV_CMD_DO_REPOSITION, func(p *Probe) message.Message { return goTo(p, 600, 30, common.MAV_FRAME_GLOBAL_INT) }), wait(2 * time.Second), wipe(fence)},
			answer: func(p *Probe, in [][]heard) string {
				return join(acks(in[2], common.MAV_CMD_DO_REPOSITION), words(append(in[2], in[3]...)), p.mode())
			}}.on(PX4, "ACCEPTED Reposition is outside geofence AUTO.LOITER armed ACTIVE"),
		row{id: "fly.orbit", name: "DO_ORBIT of 15 m at 3 m/s", steps: []step{order(common.MAV_CMD_DO_ORBIT, 15, 3, 0, 0, nan(), nan(), nan()), wait(6 * time.Second)},
			answer: func(p *Probe, in [][]heard) string {
				radius := 0.0
				for _, m := range of[*common.MessageOrbitExecutionStatus](in[1]) {
					radius = float64(m.Radius)
				}
				h, _ := latest[*common.MessageHeartbeat](p)
				return fmt.Sprintf("%s %s base %#x radius %.0f", acks(in[0], common.MAV_CMD_DO_ORBIT), p.mode(), uint8(h.BaseMode), radius)
			}}.on(PX4, "ACCEPTED ORBIT armed ACTIVE base 0x91 radius 15"),
		mode("fly.hold", "hold", "ACCEPTED ACCEPTED AUTO.LOITER armed ACTIVE", 4, 3),
		thenMode(command("fly.takeoff-air", "NAV_TAKEOFF in the air", takeoff, "ACCEPTED AUTO.TAKEOFF armed ACTIVE", 0, 0, 0, nan(), nan(), nan(), nan())),
		mode("fly.hold-2", "hold", "ACCEPTED ACCEPTED AUTO.LOITER armed ACTIVE", 4, 3),
		row{id: "fly.upload", name: "a mission uploaded in the air", steps: []step{upload(plan, fly(0, 30, 30), fly(30, 30, 30), fly(30, 0, 30)), wait(1500 * time.Millisecond)},
			answer: func(p *Probe, in [][]heard) string { return join(lastAck(in[0]), p.missionState()) }}.on(PX4, "ACCEPTED state 2 seq 0"),
		row{id: "fly.mission", name: "MISSION_START", steps: []step{order(common.MAV_CMD_MISSION_START, 0, 0), wait(2500 * time.Millisecond)},
			answer: func(p *Probe, in [][]heard) string {
				return join(acks(in[0], common.MAV_CMD_MISSION_START), p.mode(), p.missionState())
			}}.on(PX4, "ACCEPTED AUTO.MISSION armed ACTIVE state 3 seq 0"),
		row{id: "fly.mission-pause", name: "hold before the first item is reached, then mission again", steps: []step{order(common.MAV_CMD_DO_SET_MODE, 1, 4, 3), wait(2 * time.Second), order(common.MAV_CMD_DO_SET_MODE, 1, 4, 4), wait(2 * time.Second)},
			answer: func(p *Probe, in [][]heard) string {
				held := "untold"
				for _, m := range of[*common.MessageMissionCurrent](in[1]) {
					held = fmt.Sprintf("paused state %d", m.MissionState)
				}
				return join(held, "then", p.mode(), p.missionState())
			}}.on(PX4, "paused state 2 then AUTO.MISSION armed ACTIVE state 3 seq 0"),
		row{id: "fly.mission-paused", name: "hold once an item was reached, then mission again", steps: []step{
			{within: 40 * time.Second, until: is[*common.MessageMissionItemReached](nil)}, order(common.MAV_CMD_DO_SET_MODE, 1, 4, 3), wait(2 * time.Second),
			order(common.MAV_CMD_DO_SET_MODE, 1, 4, 4), wait(2 * time.Second)},
			answer: func(p *Probe, in [][]heard) string {
				held := "untold"
				for _, m := range of[*common.MessageMissionCurrent](in[2]) {
					held = fmt.Sprintf("paused state %d", m.MissionState)
				}
				return join(held, "then", p.mode(), p.missionState())
			}}.on(PX4, "paused state 4 then AUTO.MISSION armed ACTIVE state 3 seq 1"),
		row{id: "fly.set-current", name: "MISSION_SET_CURRENT 2 in flight", steps: []step{tell(1500*time.Millisecond, setCurrent(2))},
			answer: func(p *Probe, in [][]heard) string { return p.missionState() }}.on(PX4, "state 3 seq 2"),
		row{id: "fly.mission-end", name: "the mission's end", steps: []step{{within: 90 * time.Second, settle: 2500 * time.Millisecond, until: is(func(_ *Probe, m *common.MessageMissionCurrent) bool { return m.MissionState == 5 })}},
			answer: func(p *Probe, in [][]heard) string {
				n := len(of[*common.MessageMissionItemReached](in[0]))
				return join(p.mode(), p.missionState(), "reached", yes(n > 0))
			}}.on(PX4, "AUTO.LOITER armed ACTIVE state 5 seq 2 reached yes"),
		row{id: "fly.link-loss", name: "no heartbeats of a station (COM_DL_LOSS_T 5, NAV_DLL_ACT return)", steps: []step{
			setParam("NAV_DLL_ACT", common.MAV_PARAM_TYPE_INT32, is32(asInt(2))), setParam("COM_DL_LOSS_T", common.MAV_PARAM_TYPE_INT32, is32(asInt(5))),
			{within: 9 * time.Second, mute: true}, {within: 6 * time.Second, mute: true}, wait(3 * time.Second),
			setParam("NAV_DLL_ACT", common.MAV_PARAM_TYPE_INT32, listed("NAV_DLL_ACT")), setParam("COM_DL_LOSS_T", common.MAV_PARAM_TYPE_INT32, listed("COM_DL_LOSS_T"))},
			answer: func(p *Probe, in [][]heard) string {
				return join("first", lastMode(in[2]), "then", lastMode(in[3]), words(slices.Concat(in[2], in[3])), "regained", p.mode(),
					spokenOf(in[4], "Failsafe activated", "RTL: start return at ", "GCS connection regained"))
			}}.on(PX4, "first AUTO.LOITER CRITICAL then AUTO.RTL CRITICAL regained AUTO.RTL armed CRITICAL in words"),
		mode("fly.hold-3", "hold", "ACCEPTED ACCEPTED AUTO.LOITER armed ACTIVE", 4, 3),
		row{id: "fly.return", name: "return to launch, land, disarm", steps: []step{ // from a place that it has to fly back from
			acked(common.MAV_CMD_DO_REPOSITION, func(p *Probe) message.Message { return goTo(p, 40, 30, common.MAV_FRAME_GLOBAL_INT) }), wait(8 * time.Second),
			order(common.MAV_CMD_NAV_RETURN_TO_LAUNCH), wait(1300 * time.Millisecond),
			untilLanded(common.MAV_LANDED_STATE_ON_GROUND, landing), untilArmed(false, 10*time.Second), wait(3 * time.Second)},
			answer: func(p *Probe, in [][]heard) string {
				last := time.Duration(0)
				if n := len(in[5]); n > 0 {
					last = in[5][n-1].at
				}
				return join(acks(in[2], common.MAV_CMD_NAV_RETURN_TO_LAUNCH), lastMode(in[3]), landed(in[4]), fmt.Sprintf("disarmed within %s s", within(last, 5)), p.mode(),
					spokenOf(slices.Concat(in[2:]...), "Returning to launch", "RTL: start return at ", "RTL: land at destination", "Landing detected", "Disarmed by landing"))
			}}.on(PX4, "ACCEPTED AUTO.RTL ACTIVE IN_AIR LANDING ON_GROUND disarmed within 5 s AUTO.LOITER disarmed STANDBY in words"),
		row{id: "fly.mission-start", name: "MISSION_START while disarmed", steps: []step{upload(plan, up(15), fly(10, 0, 15)), wait(2 * time.Second), order(common.MAV_CMD_MISSION_START, 0, 0), wait(2 * time.Second)},
			answer: func(p *Probe, in [][]heard) string {
				return join(acks(in[2], common.MAV_CMD_MISSION_START), p.mode())
			}}.on(PX4, "ACCEPTED AUTO.MISSION armed ACTIVE"),
		row{id: "fly.land", name: "NAV_LAND, disarm by itself", steps: []step{untilLanded(common.MAV_LANDED_STATE_IN_AIR, flying), order(common.MAV_CMD_NAV_LAND), wait(1300 * time.Millisecond),
			untilArmed(false, landing), wait(3 * time.Second)},
			answer: func(p *Probe, in [][]heard) string {
				return join(acks(in[1], common.MAV_CMD_NAV_LAND), lastMode(in[2]), "then", p.mode())
			}}.on(PX4, "ACCEPTED AUTO.LAND ACTIVE then AUTO.MISSION disarmed STANDBY | ACCEPTED AUTO.LAND ACTIVE then AUTO.LOITER disarmed STANDBY"),
		talk("fly.clear", "clear everything", "ack ACCEPTED", wipe(every)),
	}
	for i := range rows {
		rows[i] = rows[i].moving()
	}
	return citing(measured, rows...)
}

// spokenOf says whether each of some things was told in words.
func spokenOf(in []heard, things ...string) string {
	all := words(in)
	for _, s := range things {
		if !strings.Contains(all, s) {
			return "without the words " + s
		}
	}
	return "in words"
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// within is the bound where it was kept, else what it took.
func within(took time.Duration, bound float64) string {
	if took.Seconds() <= bound {
		return fmt.Sprint(bound)
	}
	return fmt.Sprintf("%.1f", took.Seconds())
}

// lastMode is the mode and state of the last HEARTBEAT.
func lastMode(in []heard) string {
	all := of[*common.MessageHeartbeat](in)
	if len(all) == 0 {
		return silence
	}
	m := all[len(all)-1]
	return join(px4Mode(m.CustomMode), short(m.SystemStatus.String(), "MAV_STATE_"))
}

func (p *Probe) missionState() string {
	m, ok := latest[*common.MessageMissionCurrent](p)
	if !ok {
		return silence
	}
	return fmt.Sprintf("state %d seq %d", m.MissionState, m.Seq)
}

// height is metres above home.
func (p *Probe) height() float64 {
	m, ok := latest[*common.MessageGlobalPositionInt](p)
	if !ok {
		return 0
	}
	return float64(m.RelativeAlt) / 1000
}

// goTo is DO_REPOSITION to a place so many metres north of here.
func goTo(p *Probe, north float64, alt float32, frame common.MAV_FRAME) *common.MessageCommandInt {
	lat, lon, _ := p.here()
	return &common.MessageCommandInt{TargetSystem: p.system, TargetComponent: p.component, Frame: frame, Command: common.MAV_CMD_DO_REPOSITION,
		Param1: -1, Param2: 1, Param4: nan(), X: lat + int32(north/111_320*1e7), Y: lon, Z: alt}
}

// repositioned is a row that sends it somewhere and looks where it stops.
func repositioned(id, name string, frame common.MAV_FRAME, want string) row {
	var lat int32
	return row{id: id, name: name, steps: []step{acked(common.MAV_CMD_DO_REPOSITION, func(p *Probe) message.Message {
		lat, _, _ = p.here()
		return goTo(p, 30, 30, frame)
	}), wait(25 * time.Second)}, answer: func(p *Probe, in [][]heard) string {
		now, _, alt := p.here()
		return join(acks(in[0], common.MAV_CMD_DO_REPOSITION), fmt.Sprintf("%.0f m AMSL %.0f m away", alt, math.Abs(float64(now-lat))*111_320/1e7), p.mode())
	}}.on(PX4, want)
}
