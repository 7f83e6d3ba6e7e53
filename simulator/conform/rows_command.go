package conform

import (
	"fmt"
	"strings"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
)

// requestRows ask for messages one by one.
func requestRows() []row {
	refused := func(id uint32, name string) row {
		return command(fmt.Sprintf("request.%s", name), fmt.Sprintf("%s (REQUEST_MESSAGE %d)", name, id),
			common.MAV_CMD_REQUEST_MESSAGE, "DENIED", float32(id)).cites(measured)
	}
	versions := func(p *Probe, all []*common.MessageAutopilotVersion) string {
		return fmt.Sprintf("capabilities %#x software %#x board %d", uint64(all[0].Capabilities), all[0].FlightSwVersion, all[0].BoardVersion)
	}
	protocol := func(p *Probe, all []*common.MessageProtocolVersion) string {
		return fmt.Sprintf("%d %d %d", all[0].Version, all[0].MinVersion, all[0].MaxVersion)
	}
	return citing(pageCommand,
		request("request.AUTOPILOT_VERSION", "what it is and can", versions, "ACCEPTED capabilities 0xe8ff software 0x11100ff board 1").cites(measured),
		legacy("request.capabilities-520", "AUTOPILOT_VERSION by the command before REQUEST_MESSAGE",
			common.MAV_CMD_REQUEST_AUTOPILOT_CAPABILITIES, versions, "ACCEPTED capabilities 0xe8ff software 0x11100ff board 1"),
		request("request.PROTOCOL_VERSION", "versions of MAVLink", protocol, "ACCEPTED 200 100 203").cites(measured),
		legacy("request.protocol-519", "PROTOCOL_VERSION by the command before REQUEST_MESSAGE",
			common.MAV_CMD_REQUEST_PROTOCOL_VERSION, protocol, "ACCEPTED 200 100 203"),
		request("request.HOME_POSITION", "home", func(_ *Probe, all []*common.MessageHomePosition) string {
			return fmt.Sprintf("q %.0f", all[0].Q[0])
		}, "ACCEPTED q 1"),
		legacy("request.home-410", "HOME_POSITION by GET_HOME_POSITION", common.MAV_CMD_GET_HOME_POSITION,
			func(_ *Probe, all []*common.MessageHomePosition) string { return "home" }, "ACCEPTED home"),
		request("request.HEARTBEAT", "a heartbeat between two", func(*Probe, []*common.MessageHeartbeat) string { return "heartbeat" }, "ACCEPTED heartbeat"),
		request("request.EXTENDED_SYS_STATE", "landed state", func(*Probe, []*common.MessageExtendedSysState) string { return "told" }, "ACCEPTED told"),
		request("request.SYS_STATUS", "state of the sensors", func(*Probe, []*common.MessageSysStatus) string { return "told" }, "ACCEPTED told"),
		request("request.BATTERY_STATUS", "battery", func(*Probe, []*common.MessageBatteryStatus) string { return "told" }, "ACCEPTED told"),
		request("request.CURRENT_MODE", "present mode", func(_ *Probe, all []*common.MessageCurrentMode) string {
			return fmt.Sprint(all[0].CustomMode)
		}, "ACCEPTED 50593792").cites(pageModes),
		request("request.AVAILABLE_MODES", "all modes", func(_ *Probe, all []*common.MessageAvailableModes) string {
			return fmt.Sprintf("%d of %d", len(all), all[0].NumberModes)
		}, "ACCEPTED 26 of 26", 0).cites(pageModes),
		request("request.AVAILABLE_MODES-one", "the fifth mode", func(_ *Probe, all []*common.MessageAvailableModes) string {
			return fmt.Sprintf("%d: %d %s", len(all), all[0].CustomMode, all[0].ModeName)
		}, "ACCEPTED 1: 50593792 Hold", 5).cites(pageModes),
		request("request.AVAILABLE_MODES-beyond", "a mode beyond the last", func(_ *Probe, all []*common.MessageAvailableModes) string {
			return fmt.Sprintf("%d", len(all))
		}, "DENIED", 99).cites(pageModes),
		request("request.modes-flyable", "modes that a station may offer", func(_ *Probe, all []*common.MessageAvailableModes) string {
			n := map[common.MAV_MODE_PROPERTY]int{}
			for _, m := range all {
				n[m.Properties&3]++
			}
			return fmt.Sprintf("%d to be chosen, %d advanced, %d not, %d neither", n[0], n[1], n[2], n[3])
		}, "ACCEPTED 3 to be chosen, 14 advanced, 8 not, 1 neither", 0).cites(measured),
		request("request.COMPONENT_METADATA", "where its metadata lies", func(p *Probe, all []*common.MessageComponentMetadata) string {
			p.metadata, p.fileCRC = strings.TrimPrefix(all[0].Uri, "mftp://"), all[0].FileCrc
			return all[0].Uri
		}, "ACCEPTED mftp://etc/extras/component_general.json.xz | ACCEPTED mftp:///etc/extras/component_general.json").cites(pageComponent),
		request("request.COMPONENT_INFORMATION", "the same by the message before it", func(*Probe, []*common.MessageComponentInformation) string {
			return "told"
		}, "ACCEPTED told").cites(pageComponent),
		request("request.GPS_GLOBAL_ORIGIN", "origin of the local frame", func(*Probe, []*common.MessageGpsGlobalOrigin) string { return "told" }, "ACCEPTED told | DENIED told"), // denied where the stream had nothing new
		request("request.FLIGHT_INFORMATION", "times of the flight", func(*Probe, []*common.MessageFlightInformation) string { return "told" }, "ACCEPTED told"),
		request("request.STORAGE_INFORMATION", "room for logs", func(*Probe, []*common.MessageStorageInformation) string { return "told" }, "ACCEPTED told"),
		refused(42, "MISSION_CURRENT"), refused(259, "CAMERA_INFORMATION"), refused(280, "GIMBAL_MANAGER_INFORMATION"),
		refused(290, "ESC_INFO"), refused(396, "COMPONENT_INFORMATION_BASIC"), refused(437, "AVAILABLE_MODES_MONITOR"),
		refused(412, "REQUEST_EVENT"), refused(60001, "unknown"),
	)
}

// legacy is a row that asks for a message by a command of its own.
func legacy[T message.Message](id, name string, cmd common.MAV_CMD, tell func(p *Probe, all []T) string, px4 string) row {
	return row{id: id, name: name, steps: []step{order(cmd, 1)}, answer: func(p *Probe, in [][]heard) string {
		text := ""
		if got := of[T](in[0]); len(got) > 0 {
			text = tell(p, got)
		}
		return join(acks(in[0], cmd), text)
	}}.on(PX4, px4).cites(measured)
}

// intervalRows set the rate of ATTITUDE and look.
func intervalRows() []row {
	const attitude = 30
	set := func(id, name string, us float32, want string) row {
		return row{id: id, name: name, steps: []step{order(common.MAV_CMD_SET_MESSAGE_INTERVAL, attitude, us), wait(3 * time.Second),
			order(common.MAV_CMD_GET_MESSAGE_INTERVAL, attitude)},
			answer: func(p *Probe, in [][]heard) string {
				hz := fmt.Sprintf("%.1f", float64(len(of[*common.MessageAttitude](in[1])))/3)
				if len(of[*common.MessageAttitude](in[1])) > 300 { // how far it comes is the machine's affair
					hz = "over 100"
				}
				told := "untold"
				for _, m := range of[*common.MessageMessageInterval](in[2]) {
					if m.MessageId == attitude {
						told = fmt.Sprintf("told %d", m.IntervalUs)
					}
				}
				return fmt.Sprintf("%s %s Hz, %s %s", acks(in[0], common.MAV_CMD_SET_MESSAGE_INTERVAL), hz, told,
					acks(in[2], common.MAV_CMD_GET_MESSAGE_INTERVAL))
			}}.on(PX4, want)
	}
	return citing(measured,
		set("interval.100ms", "ATTITUDE each 100,000 µs", 100000, "ACCEPTED ~9.6 Hz, told 100000 ACCEPTED"),
		set("interval.20ms", "ATTITUDE each 20,000 µs", 20000, "ACCEPTED ~49 Hz, told 20000 ACCEPTED"),
		set("interval.4ms", "ATTITUDE each 4,000 µs", 4000, "ACCEPTED over 100 Hz, told 4000 ACCEPTED"),
		set("interval.off", "ATTITUDE off (-1)", -1, "ACCEPTED 0.0 Hz, told -1 ACCEPTED"),
		set("interval.default", "ATTITUDE as it is by default (0)", 0, "ACCEPTED ~15 Hz, told 66666 ACCEPTED"),
		command("interval.unknown", "the interval of an unknown message", common.MAV_CMD_SET_MESSAGE_INTERVAL, "FAILED", 60001, 1e6),
		row{id: "interval.SYSTEM_TIME", name: "a message that did not flow, each second", steps: []step{
			order(common.MAV_CMD_SET_MESSAGE_INTERVAL, 2, 1e6), wait(5 * time.Second), order(common.MAV_CMD_SET_MESSAGE_INTERVAL, 2, -1)},
			answer: func(p *Probe, in [][]heard) string {
				return fmt.Sprintf("%s %.1f Hz", acks(in[0], common.MAV_CMD_SET_MESSAGE_INTERVAL), float64(len(of[*common.MessageSystemTime](in[1])))/5)
			}}.on(PX4, "ACCEPTED ~1 Hz"),
		set("interval.back", "ATTITUDE each 20,000 µs again", 20000, "ACCEPTED ~49 Hz, told 20000 ACCEPTED"),
	)
}

// commandRows are commands that move nothing.
func commandRows() []row {
	arm := common.MAV_CMD_COMPONENT_ARM_DISARM
	mode := func(id, name, want string, main, sub float32) row {
		return thenMode(command(id, name, common.MAV_CMD_DO_SET_MODE, want, 1, main, sub))
	}
	return citing(measured,
		command("command.unknown", "a command nobody knows (65000)", 65000, "UNSUPPORTED").cites(pageCommand),
		command("command.USER_1", "USER_1", common.MAV_CMD_USER_1, "UNSUPPORTED"),
		command("command.DO_PAUSE_CONTINUE", "DO_PAUSE_CONTINUE", common.MAV_CMD_DO_PAUSE_CONTINUE, "UNSUPPORTED"),
		command("command.DO_SET_MISSION_CURRENT", "DO_SET_MISSION_CURRENT", common.MAV_CMD_DO_SET_MISSION_CURRENT, "UNSUPPORTED"),
		command("command.IMAGE_START_CAPTURE", "IMAGE_START_CAPTURE to the autopilot", common.MAV_CMD_IMAGE_START_CAPTURE, "UNSUPPORTED", 0, 0, 1),
		command("command.DO_DIGICAM_CONTROL", "DO_DIGICAM_CONTROL", common.MAV_CMD_DO_DIGICAM_CONTROL, silence),
		row{id: "command.int-unknown", name: "the same as COMMAND_INT", steps: []step{acked(65000, func(p *Probe) message.Message {
			return &common.MessageCommandInt{TargetSystem: p.system, TargetComponent: p.component, Command: 65000}
		})}, answer: func(_ *Probe, in [][]heard) string { return acks(in[0], 65000) }}.on(PX4, "UNSUPPORTED"),
		spoken(command("command.arm-2", "ARM_DISARM with 2", arm, "silence Unsupported ARM_DISARM param: 2.000", 2)),
		command("command.disarm", "disarm while disarmed", arm, "ACCEPTED", 0),
		command("command.flight-termination-0", "DO_FLIGHTTERMINATION with 0", common.MAV_CMD_DO_FLIGHTTERMINATION, "DENIED", 0),
		command("command.RUN_PREARM_CHECKS", "RUN_PREARM_CHECKS", common.MAV_CMD_RUN_PREARM_CHECKS, "ACCEPTED"),
		command("command.DO_CHANGE_SPEED", "DO_CHANGE_SPEED on the ground", common.MAV_CMD_DO_CHANGE_SPEED, "ACCEPTED", 1, 5, -1),
		command("command.DO_SET_HOME", "DO_SET_HOME to where it is", common.MAV_CMD_DO_SET_HOME, "ACCEPTED", 1),
		command("command.DO_SET_ROI_NONE", "DO_SET_ROI_NONE", common.MAV_CMD_DO_SET_ROI_NONE, "ACCEPTED"),
		thenMode(command("command.DO_ORBIT", "DO_ORBIT on the ground", common.MAV_CMD_DO_ORBIT, "ACCEPTED ORBIT disarmed UNINIT", 15, 3, 0, 0, nan(), nan(), nan())),
		mode("mode.hold-1", "back to hold", "ACCEPTED ACCEPTED AUTO.LOITER disarmed STANDBY", 4, 3),
		command("command.REPOSITION-0", "DO_REPOSITION without its bit", common.MAV_CMD_DO_REPOSITION, "UNSUPPORTED", -1, 0),
		thenMode(command("command.REPOSITION", "DO_REPOSITION on the ground", common.MAV_CMD_DO_REPOSITION, "ACCEPTED AUTO.LOITER disarmed STANDBY", -1, 1, 0, nan(), nan(), nan(), nan())),
		mode("mode.hold", "DO_SET_MODE hold", "ACCEPTED ACCEPTED AUTO.LOITER disarmed STANDBY", 4, 3),
		mode("mode.main-99", "DO_SET_MODE with an unknown main mode", "ACCEPTED ACCEPTED AUTO.LOITER disarmed STANDBY", 99, 0),
		spoken(command("mode.sub-99", "DO_SET_MODE with an unknown auto mode", common.MAV_CMD_DO_SET_MODE, "ACCEPTED TEMPORARILY_REJECTED Unsupported auto mode", 1, 4, 99)),
		mode("mode.manual", "DO_SET_MODE manual without a pilot", "ACCEPTED ACCEPTED MANUAL disarmed UNINIT", 1, 0),
		mode("mode.position", "DO_SET_MODE position without a pilot", "ACCEPTED ACCEPTED POSCTL disarmed UNINIT", 3, 0),
		mode("mode.mission-none", "DO_SET_MODE mission without one", "ACCEPTED ACCEPTED AUTO.MISSION disarmed UNINIT", 4, 4),
		command("command.MISSION_START-none", "MISSION_START without a mission", common.MAV_CMD_MISSION_START, "DENIED"),
		thenMode(command("command.NAV_LAND", "NAV_LAND on the ground", common.MAV_CMD_NAV_LAND, "ACCEPTED AUTO.LAND disarmed UNINIT")),
		thenMode(command("command.NAV_RETURN_TO_LAUNCH", "return on the ground", common.MAV_CMD_NAV_RETURN_TO_LAUNCH, "ACCEPTED AUTO.RTL disarmed UNINIT")),
		thenMode(command("command.NAV_TAKEOFF", "NAV_TAKEOFF while disarmed", common.MAV_CMD_NAV_TAKEOFF, "ACCEPTED AUTO.TAKEOFF disarmed STANDBY", 0, 0, 0, nan(), nan(), nan(), nan())),
		mode("mode.precland", "DO_SET_MODE precision landing on the ground", "ACCEPTED ACCEPTED AUTO.PRECLAND disarmed UNINIT", 4, 9),
		mode("mode.follow", "DO_SET_MODE follow on the ground", "ACCEPTED ACCEPTED AUTO.FOLLOW disarmed UNINIT", 4, 8),
		row{id: "mode.SET_MODE", name: "the old message SET_MODE, hold", steps: []step{
			{say: said(func(p *Probe) message.Message {
				return &common.MessageSetMode{TargetSystem: p.system, BaseMode: 1, CustomMode: 50593792}
			}), within: 1300 * time.Millisecond}},
			answer: func(p *Probe, in [][]heard) string { return join(acks(in[0], common.MAV_CMD_DO_SET_MODE), p.mode()) }}.
			on(PX4, "ACCEPTED AUTO.LOITER disarmed STANDBY"),
		command("command.PREFLIGHT_REBOOT", "a reboot of an autopilot in simulation", common.MAV_CMD_PREFLIGHT_REBOOT_SHUTDOWN, "DENIED", 1).onlyIf(simulated),
	)
}

// simulated says whether a reboot is harmless: hardware would do it.
func simulated(p *Probe) bool { return p.opt.Motors }

// addressRows are about who is meant.
func addressRows() []row {
	to := func(id, name string, cmd common.MAV_CMD, other bool, system, component uint8, want string, params ...float32) row {
		return row{id: id, name: name, steps: []step{acked(cmd, func(p *Probe) message.Message {
			m := long(p, cmd, params...)
			m.TargetComponent = component
			if other {
				m.TargetSystem = system
			}
			return m
		})}, answer: func(_ *Probe, in [][]heard) string { return acks(in[0], cmd) }}.on(PX4, want)
	}
	set := common.MAV_CMD_SET_MESSAGE_INTERVAL
	return citing(measured,
		to("address.system-other", "a command to another system", set, true, 77, 1, silence, 30, 20000),
		to("address.component-other", "a command to another component", set, false, 0, 77, silence, 30, 20000),
		to("address.system-0", "a command to every system and component", set, true, 0, 0, silence, 30, 20000),
		to("address.component-0", "a command to every component of it", set, false, 0, 0, "ACCEPTED", 30, 20000),
		to("address.request-system-0", "REQUEST_MESSAGE to every system", common.MAV_CMD_REQUEST_MESSAGE, true, 0, 1, silence, 148),
		to("address.legacy-everybody", "the old request of AUTOPILOT_VERSION to every system", common.MAV_CMD_REQUEST_AUTOPILOT_CAPABILITIES, true, 0, 0, "ACCEPTED", 1),
		to("address.legacy-component", "the old request of AUTOPILOT_VERSION to another component", common.MAV_CMD_REQUEST_AUTOPILOT_CAPABILITIES, false, 0, 77, "ACCEPTED", 1),
		row{id: "address.param-other", name: "PARAM_REQUEST_READ to another system", steps: []step{{say: said(func(p *Probe) message.Message {
			return &common.MessageParamRequestRead{TargetSystem: 77, TargetComponent: 1, ParamId: "MAV_SYS_ID", ParamIndex: -1}
		}), within: time.Second}}, answer: func(_ *Probe, in [][]heard) string {
			if len(of[*common.MessageParamValue](in[0])) > 0 {
				return "answered"
			}
			return silence
		}}.on(PX4, silence),
	)
}
