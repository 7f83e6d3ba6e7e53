package conform

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
)

// untilAbove waits for a height above home, metres.
func untilAbove(m float64, within time.Duration) step {
	return step{within: within, settle: 3 * time.Second, until: is(func(_ *Probe, g *common.MessageGlobalPositionInt) bool { return float64(g.RelativeAlt) >= 1000*m })}
}

// lastCopter is the mode and state of the last HEARTBEAT.
func lastCopter(in []heard) string {
	all := of[*common.MessageHeartbeat](in)
	if len(all) == 0 {
		return silence
	}
	m := all[len(all)-1]
	return join(copterMode(m.CustomMode), short(m.SystemStatus.String(), "MAV_STATE_"))
}

// arduFlightRows arm and fly an ArduCopter; they are asked only with leave.
func arduFlightRows() []row {
	arm := common.MAV_CMD_COMPONENT_ARM_DISARM
	mode := func(id, name, want string, custom float32) row {
		return ardu(thenMode(command(id, name, common.MAV_CMD_DO_SET_MODE, "", 1, custom)), want)
	}
	to := func(custom float32) step { return order(common.MAV_CMD_DO_SET_MODE, 1, custom) }
	cast := func(name string, v float32) step {
		return setParam(name, common.MAV_PARAM_TYPE_REAL32, is32(v))
	}
	reposition := func(north float64, alt float32, frame common.MAV_FRAME) step {
		return acked(common.MAV_CMD_DO_REPOSITION, func(p *Probe) message.Message { return goTo(p, north, alt, frame) })
	}
	moved := func(id, name, want string, frame common.MAV_FRAME) row {
		var lat int32
		return ardu(row{id: id, name: name, steps: []step{acked(common.MAV_CMD_DO_REPOSITION, func(p *Probe) message.Message {
			lat, _, _ = p.here()
			return goTo(p, 30, 30, frame)
		}), wait(25 * time.Second)}, answer: func(p *Probe, in [][]heard) string {
			now, _, alt := p.here()
			return join(acks(in[0], common.MAV_CMD_DO_REPOSITION), fmt.Sprintf("%.0f m AMSL %.0f m away", alt, math.Abs(float64(now-lat))*111_320/1e7), p.mode())
		}}, want)
	}
	rows := []row{
		ardu(row{id: "fly.arm-auto", name: "arm in auto, with a plan", steps: []step{upload(plan, homeItem(), up(15), fly(20, 0, 15)), to(3), order(arm, 1), wait(1500 * time.Millisecond), to(0)},
			answer: func(p *Probe, in [][]heard) string {
				return join(acks(in[1], common.MAV_CMD_DO_SET_MODE), "arm", acks(in[2], arm), words(append(in[2], in[3]...)))
			}}, "ACCEPTED arm FAILED Arm: AUTO mode not armable"),
		ardu(row{id: "fly.arm-rtl", name: "arm in return", steps: []step{to(6), order(arm, 1), wait(1500 * time.Millisecond)},
			answer: func(p *Probe, in [][]heard) string {
				return join(acks(in[0], common.MAV_CMD_DO_SET_MODE), "arm", acks(in[1], arm), words(append(in[1], in[2]...)))
			}}, "ACCEPTED arm FAILED Arm: RTL mode not armable"),
		ardu(row{id: "fly.arm", name: "arm in guided, again, then disarm", steps: []step{to(4), order(arm, 1), untilArmed(true, 2*time.Second), order(arm, 1), order(arm, 0), wait(1500 * time.Millisecond)},
			answer: func(p *Probe, in [][]heard) string {
				return join(acks(in[1], arm), words(append(in[1], in[2]...)), "again", acks(in[3], arm), "disarm", acks(in[4], arm), words(append(in[4], in[5]...)), p.mode())
			}}, "ACCEPTED Arming motors again ACCEPTED disarm ACCEPTED Disarming motors GUIDED disarmed STANDBY"),
		ardu(row{id: "fly.auto-disarm", name: "armed and left alone (DISARM_DELAY)", steps: []step{order(arm, 1), untilArmed(true, 2*time.Second), untilArmed(false, 25*time.Second)},
			answer: func(p *Probe, in [][]heard) string {
				if len(in[2]) == 0 {
					return silence
				}
				return fmt.Sprintf("%s disarmed after %.0f s", acks(in[0], arm), in[2][len(in[2])-1].at.Seconds())
			}}, "ACCEPTED disarmed after ~10 s"),
		ardu(row{id: "fly.takeoff-disarmed", name: "NAV_TAKEOFF while disarmed", steps: []step{order(takeoff, 0, 0, 0, 0, 0, 0, 20)},
			answer: func(p *Probe, in [][]heard) string { return join(acks(in[0], takeoff), words(in[0])) }}, "FAILED"),
		ardu(row{id: "fly.takeoff", name: "arm in guided, NAV_TAKEOFF to 20 m above home", steps: []step{order(arm, 1), untilArmed(true, 2*time.Second),
			order(takeoff, 0, 0, 0, 0, 0, 0, 20), untilAbove(19.5, flying)},
			answer: func(p *Probe, in [][]heard) string {
				return join(acks(in[0], arm), acks(in[2], takeoff), p.mode(), landed(slices.Concat(in[1:]...)), fmt.Sprintf("%.0f m", p.height()))
			}}, "ACCEPTED ACCEPTED GUIDED armed ACTIVE ON_GROUND TAKEOFF IN_AIR ~20 m"),
		ardu(row{id: "fly.disarm", name: "disarm in the air", steps: []step{order(arm, 0)}, answer: func(p *Probe, in [][]heard) string {
			return join(acks(in[0], arm), words(in[0]))
		}}, "FAILED"),
		ardu(command("fly.arm-again", "arm in the air", arm, "", 1), "ACCEPTED"),
		ardu(command("fly.reboot", "reboot in the air", common.MAV_CMD_PREFLIGHT_REBOOT_SHUTDOWN, "", 1), "FAILED"),
		ardu(thenMode(command("fly.takeoff-air", "NAV_TAKEOFF in the air", takeoff, "", 0, 0, 0, 0, 0, 0, 25)), "FAILED GUIDED armed ACTIVE"),
		moved("fly.reposition", "DO_REPOSITION 30 m north, 30 m above home in frame 6", "ACCEPTED ~34 m AMSL ~30 m away GUIDED armed ACTIVE", relative),
		moved("fly.reposition-amsl", "DO_REPOSITION 30 m north, 30 m AMSL in frame 0", "ACCEPTED ~30 m AMSL ~30 m away GUIDED armed ACTIVE", common.MAV_FRAME_GLOBAL),
		ardu(thenMode(command("fly.reposition-long", "DO_REPOSITION as COMMAND_LONG without a place", common.MAV_CMD_DO_REPOSITION, "", -1, 1, 0, nan(), nan(), nan(), nan())), "UNSUPPORTED GUIDED armed ACTIVE"),
		ardu(row{id: "fly.reposition-0", name: "DO_REPOSITION without its bit, in brake", steps: []step{to(17), acked(common.MAV_CMD_DO_REPOSITION, func(p *Probe) message.Message {
			m := goTo(p, 30, 30, common.MAV_FRAME_GLOBAL)
			m.Param2 = 0
			return m
		}), wait(1300 * time.Millisecond)}, answer: func(p *Probe, in [][]heard) string {
			return join(acks(in[1], common.MAV_CMD_DO_REPOSITION), p.mode())
		}}, "DENIED BRAKE armed ACTIVE"),
		ardu(command("fly.speed", "DO_CHANGE_SPEED 4 m/s", common.MAV_CMD_DO_CHANGE_SPEED, "", 1, 4, -1), "FAILED"),
		ardu(row{id: "fly.fence", name: "DO_REPOSITION outside a fence", steps: []step{upload(fence, zone(4, 0)...), cast("FENCE_ENABLE", 1), wait(time.Second),
			reposition(600, 30, common.MAV_FRAME_GLOBAL), wait(2 * time.Second), cast("FENCE_ENABLE", 0), wipe(fence)},
			answer: func(p *Probe, in [][]heard) string {
				return join(acks(in[3], common.MAV_CMD_DO_REPOSITION), words(append(in[3], in[4]...)), p.mode())
			}}, "FAILED BRAKE armed ACTIVE"),
		ardu(thenMode(command("fly.orbit", "DO_ORBIT of 15 m at 3 m/s", common.MAV_CMD_DO_ORBIT, "", 15, 3, 0, 0, nan(), nan(), nan())), "UNSUPPORTED BRAKE armed ACTIVE"),
		mode("fly.loiter", "loiter without a pilot", "ACCEPTED LOITER armed ACTIVE", 5),
		mode("fly.brake", "brake", "ACCEPTED BRAKE armed ACTIVE", 17),
		ardu(row{id: "fly.upload", name: "a plan uploaded in the air", steps: []step{upload(plan, homeItem(), fly(0, 30, 30), fly(30, 30, 30), fly(30, 0, 30)), order(common.MAV_CMD_REQUEST_MESSAGE, 42)},
			answer: func(p *Probe, in [][]heard) string { return join(lastAck(in[0]), p.missionState()) }}, "ACCEPTED state 2 seq 0"),
		ardu(row{id: "fly.mission", name: "MISSION_START", steps: []step{order(common.MAV_CMD_MISSION_START, 0, 0), wait(2500 * time.Millisecond)},
			answer: func(p *Probe, in [][]heard) string {
				return join(acks(in[0], common.MAV_CMD_MISSION_START), p.mode(), p.missionState())
			}}, "ACCEPTED AUTO armed ACTIVE state 3 seq 1"),
		ardu(row{id: "fly.mission-paused", name: "brake once an item was reached, then auto again", steps: []step{
			{within: 40 * time.Second, until: is[*common.MessageMissionItemReached](nil)}, to(17), wait(2 * time.Second), to(3), wait(2 * time.Second)},
			answer: func(p *Probe, in [][]heard) string {
				held := "untold"
				for _, m := range of[*common.MessageMissionCurrent](in[2]) {
					held = fmt.Sprintf("held state %d", m.MissionState)
				}
				return join(held, "then", p.mode(), p.missionState())
			}}, "held state 2 then AUTO armed ACTIVE state 3 seq 2"),
		ardu(row{id: "fly.pause", name: "DO_PAUSE_CONTINUE 0 and 1 in auto", steps: []step{order(common.MAV_CMD_DO_PAUSE_CONTINUE, 0), wait(time.Second), order(common.MAV_CMD_DO_PAUSE_CONTINUE, 1)},
			answer: func(p *Probe, in [][]heard) string {
				return join(acks(in[0], common.MAV_CMD_DO_PAUSE_CONTINUE), p.mode(), "then", acks(in[2], common.MAV_CMD_DO_PAUSE_CONTINUE))
			}}, "ACCEPTED AUTO armed ACTIVE then ACCEPTED"),
		ardu(row{id: "fly.set-current", name: "MISSION_SET_CURRENT 3 in flight", steps: []step{tell(1500*time.Millisecond, setCurrent(3))},
			answer: func(p *Probe, in [][]heard) string { return p.missionState() }}, "state 3 seq 3"),
		ardu(row{id: "fly.mission-end", name: "the plan's end", steps: []step{{within: 90 * time.Second, settle: 2500 * time.Millisecond, until: is(func(_ *Probe, m *common.MessageMissionCurrent) bool { return m.MissionState == 5 })}},
			answer: func(p *Probe, in [][]heard) string {
				return join(p.mode(), p.missionState(), "reached", yes(len(of[*common.MessageMissionItemReached](in[0])) > 0))
			}}, "AUTO armed ACTIVE state 5 seq 3 reached yes"),
		ardu(row{id: "fly.link-loss", name: "no heartbeats of a station (FS_GCS_ENABLE return, FS_GCS_TIMEOUT 5)", steps: []step{to(4), cast("FS_GCS_ENABLE", 1), cast("FS_GCS_TIMEOUT", 5),
			{within: 4 * time.Second, mute: true}, {within: 6 * time.Second, mute: true}, wait(3 * time.Second), cast("FS_GCS_ENABLE", 0)},
			answer: func(p *Probe, in [][]heard) string {
				return join("first", lastCopter(in[3]), "then", lastCopter(in[4]), words(slices.Concat(in[3], in[4])), "regained", p.mode(), words(in[5]))
			}}, "first GUIDED ACTIVE then RTL CRITICAL GCS Failsafe regained RTL armed ACTIVE GCS Failsafe Cleared"),
		mode("fly.hold", "brake", "ACCEPTED BRAKE armed ACTIVE", 17),
		ardu(row{id: "fly.return", name: "return, land, disarm", steps: []step{
			reposition(40, 30, common.MAV_FRAME_GLOBAL), wait(8 * time.Second), to(6), wait(1300 * time.Millisecond),
			untilArmed(false, landing), wait(3 * time.Second)},
			answer: func(p *Probe, in [][]heard) string {
				return join(acks(in[2], common.MAV_CMD_DO_SET_MODE), lastCopter(in[3]), landed(in[4]), p.mode())
			}}, "ACCEPTED RTL ACTIVE IN_AIR LANDING ON_GROUND RTL disarmed STANDBY"),
		ardu(row{id: "fly.mission-start", name: "MISSION_START while disarmed", steps: []step{upload(plan, homeItem(), up(15), fly(10, 0, 15)), order(common.MAV_CMD_MISSION_START, 0, 0), wait(2 * time.Second)},
			answer: func(p *Probe, in [][]heard) string {
				return join(acks(in[1], common.MAV_CMD_MISSION_START), words(append(in[1], in[2]...)), p.mode())
			}}, "ACCEPTED Mission: 1 Takeoff AUTO disarmed STANDBY"),
		ardu(row{id: "fly.land", name: "armed in guided, MISSION_START, land, disarm by itself", steps: []step{to(4), order(arm, 1), untilArmed(true, 2*time.Second), order(common.MAV_CMD_MISSION_START, 0, 0),
			untilLanded(common.MAV_LANDED_STATE_IN_AIR, flying), wait(2 * time.Second), to(9), wait(1300 * time.Millisecond), untilArmed(false, landing), wait(2 * time.Second)},
			answer: func(p *Probe, in [][]heard) string {
				return join(acks(in[3], common.MAV_CMD_MISSION_START), acks(in[6], common.MAV_CMD_DO_SET_MODE), lastCopter(in[7]), "then", p.mode())
			}}, "ACCEPTED ACCEPTED LAND ACTIVE then LAND disarmed STANDBY"),
		ardu(talk("fly.clear", "clear the plan", "", wipe(plan)), "ack ACCEPTED"),
		mode("fly.end", "stabilize", "ACCEPTED STABILIZE disarmed STANDBY", 0),
	}
	for i := range rows {
		rows[i] = rows[i].moving()
	}
	return rows
}
