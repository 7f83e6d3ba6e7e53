package conform

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
)

// Parameters of ArduCopter that nothing depends on while it stands.
const (
	castInt   = "RTL_LOIT_TIME" // INT32, ms
	castSmall = "RTL_ALT_TYPE"  // INT8
	castFloat = "WPNAV_RADIUS"  // REAL32, cm
)

// arduRows are all rows for an ArduCopter: those it shares with PX4, and its own conversations. It says nothing but
// HEARTBEAT until it is asked, takes home for the first item of a plan, and waits 8 s for an item.
func arduRows() []row {
	return slices.Concat(answered(heartbeatRows()), answered(streamRows()), arduStreamRows(), answered(contentRows()), answered(requestRows()),
		answered(intervalRows()), answered(addressRows()), answered(paramRows()), arduParamRows(), answered(frameRows()), arduTransferRows(),
		arduItemRows(), answered(commandRows()), arduModeRows(), answered(ftpRows()), arduFileRows(), answered(otherRows()), arduFlightRows())
}

// answered are the rows of which it is known what ArduCopter answers.
func answered(rows []row) []row {
	var out []row
	for _, r := range rows {
		if want, ok := arduAnswers[r.id]; ok {
			r.want = map[Personality]string{ArduPilot: want}
			if r.source == measured {
				r.source = measuredArdu
			}
			out = append(out, r)
		}
	}
	return out
}

// ardu makes a row ArduPilot's alone.
func ardu(r row, want string) row {
	r.want = map[Personality]string{ArduPilot: want}
	if r.source == "" {
		r.source = measuredArdu
	}
	return r
}

// copterMode names a custom_mode of ArduCopter.
func copterMode(custom uint32) string {
	names := map[uint32]string{0: "STABILIZE", 2: "ALT_HOLD", 3: "AUTO", 4: "GUIDED", 5: "LOITER", 6: "RTL", 7: "CIRCLE", 9: "LAND", 16: "POSHOLD",
		17: "BRAKE", 21: "SMART_RTL", 27: "AUTO_RTL"}
	if n, ok := names[custom]; ok {
		return n
	}
	return fmt.Sprintf("mode %d", custom)
}

// arduStreamRows ask for everything, as old stations do, and leave it flowing.
func arduStreamRows() []row {
	ids := func(in []heard) string {
		var out []string
		seen := map[uint32]bool{}
		for _, h := range in {
			seen[h.msg.GetID()] = true
		}
		for id := range uint32(400) {
			if seen[id] && id != 77 && id != 253 {
				out = append(out, fmt.Sprint(id))
			}
		}
		return strings.Join(out, " ")
	}
	ask := func(hz uint16, start uint8) func(p *Probe) message.Message {
		return func(p *Probe) message.Message {
			return &common.MessageRequestDataStream{TargetSystem: p.system, TargetComponent: p.component, ReqMessageRate: hz, StartStop: start}
		}
	}
	return []row{
		ardu(row{id: "stream.asked", name: "what flows after REQUEST_DATA_STREAM of all at 4 Hz", steps: []step{tell(100*time.Millisecond, ask(4, 1)), wait(8 * time.Second)},
			answer: func(_ *Probe, in [][]heard) string { return ids(in[1]) }}, "0 1 2 24 27 29 30 32 33 36 42 62 65 74 111 116 125 129 133 136 137 147 241"),
		ardu(row{id: "stream.asked-rate", name: "how often ATTITUDE, GLOBAL_POSITION_INT and GPS_RAW_INT come then", steps: []step{wait(8 * time.Second)},
			answer: func(_ *Probe, in [][]heard) string {
				return fmt.Sprintf("%.2f %.2f %.2f", float64(len(of[*common.MessageAttitude](in[0])))/8, float64(len(of[*common.MessageGlobalPositionInt](in[0])))/8,
					float64(len(of[*common.MessageGpsRawInt](in[0])))/8)
			}}, "~4 ~4 ~4"),
		ardu(row{id: "stream.landed", name: "EXTENDED_SYS_STATE twice a second, which that leaves out", steps: []step{
			order(common.MAV_CMD_SET_MESSAGE_INTERVAL, 245, 5e5), wait(4 * time.Second)},
			answer: func(_ *Probe, in [][]heard) string {
				return fmt.Sprintf("%s %.1f Hz", acks(in[0], common.MAV_CMD_SET_MESSAGE_INTERVAL), float64(len(of[*common.MessageExtendedSysState](in[1])))/4)
			}}, "ACCEPTED ~2 Hz"),
	}
}

// arduParamRows: values travel as floats, whatever their type.
func arduParamRows() []row {
	set := func(id, name, param string, kind common.MAV_PARAM_TYPE, value float32, want string) row {
		return ardu(row{id: id, name: name, source: measuredArdu, steps: []step{setParam(param, kind, is32(value)), readParam(param), setParam(param, kind, listed(param))},
			answer: func(p *Probe, in [][]heard) string {
				said, then := silence, "unread"
				if got := values(in[0], param); len(got) > 0 {
					said = fmt.Sprintf("%v as %s %d times", got[0].ParamValue, short(got[0].ParamType.String(), "MAV_PARAM_TYPE_"), len(got))
				}
				if got := values(in[1], param); len(got) > 0 {
					then = fmt.Sprintf("is %v", got[0].ParamValue)
				}
				return join(said+", "+then, words(in[0]))
			}}, want)
	}
	int32s, real32 := common.MAV_PARAM_TYPE_INT32, common.MAV_PARAM_TYPE_REAL32
	return []row{
		ardu(row{id: "param.long-name", name: "a parameter by its name of 16 letters", source: pageParam, steps: []step{readParam("BRD_SAFETY_DEFLT")}, answer: func(p *Probe, in [][]heard) string {
			got := values(in[0], "BRD_SAFETY_DEFLT")
			if len(got) == 0 {
				return silence
			}
			return agree(got[0].ParamValue == p.params["BRD_SAFETY_DEFLT"].value)
		}}, "agree"),
		set("param.cast-int", "PARAM_SET of an INT32 by its number", castInt, int32s, 4000, "4000 as INT32 1 times, is 4000"),
		set("param.cast-int-float", "the same as REAL32", castInt, real32, 4000, "4000 as INT32 1 times, is 4000"),
		set("param.cast-fraction", "PARAM_SET of an INT32 to 4000.6", castInt, int32s, 4000.6, "4000 as INT32 1 times, is 4000"),
		set("param.cast-bits", "PARAM_SET of an INT32 by its bits", castInt, int32s, asInt(4000), "0 as INT32 1 times, is 0"),
		set("param.cast-small", "PARAM_SET of an INT8 to 999", castSmall, common.MAV_PARAM_TYPE_INT8, 999, "127 as INT8 1 times, is 127"),
		set("param.cast-float", "PARAM_SET of a REAL32", castFloat, real32, 250.5, "250.5 as REAL32 1 times, is 250.5"),
		set("param.cast-huge", "PARAM_SET of a REAL32 beyond its range", castFloat, real32, 1e9, "1e+09 as REAL32 1 times, is 1e+09"),
		set("param.cast-nan", "PARAM_SET of NaN", castFloat, real32, nan(), "silence, is 200"),
		set("param.cast-unknown", "PARAM_SET of an unknown name", "NO_SUCH_PARAM", real32, 1, "silence, unread"),
	}
}

// arduModeRows set modes by their numbers, disarmed on the ground.
func arduModeRows() []row {
	mode := func(id, name, want string, custom float32) row {
		return ardu(spokenBefore(command(id, name, common.MAV_CMD_DO_SET_MODE, "", 1, custom)), want)
	}
	return []row{
		mode("mode.guided", "DO_SET_MODE guided", "ACCEPTED GUIDED disarmed STANDBY", 4),
		mode("mode.brake", "DO_SET_MODE brake", "ACCEPTED BRAKE disarmed STANDBY", 17),
		mode("mode.loiter", "DO_SET_MODE loiter", "ACCEPTED LOITER disarmed STANDBY", 5),
		mode("mode.rtl", "DO_SET_MODE return", "ACCEPTED RTL disarmed STANDBY", 6),
		mode("mode.land", "DO_SET_MODE land", "ACCEPTED LAND disarmed STANDBY", 9),
		mode("mode.unknown", "DO_SET_MODE 99", "FAILED No such mode 99 LAND disarmed STANDBY", 99),
		ardu(spokenBefore(command("mode.px4", "DO_SET_MODE with PX4's numbers of hold", common.MAV_CMD_DO_SET_MODE, "", 1, 4, 3)), "ACCEPTED GUIDED disarmed STANDBY"),
		ardu(row{id: "mode.SET_MODE-4", name: "the old message SET_MODE, guided", steps: []step{
			{say: said(func(p *Probe) message.Message {
				return &common.MessageSetMode{TargetSystem: p.system, BaseMode: 1, CustomMode: 4}
			}), within: 1300 * time.Millisecond}},
			answer: func(p *Probe, in [][]heard) string {
				return join(acks(in[0], common.MAV_CMD_DO_SET_MODE), ackOf(in[0], 11), p.mode())
			}}, "silence GUIDED disarmed STANDBY"),
		ardu(spokenBefore(command("mode.auto-empty", "DO_SET_MODE auto without a plan", common.MAV_CMD_DO_SET_MODE, "", 1, 3)), "ACCEPTED AUTO disarmed STANDBY"),
		mode("mode.stabilize", "DO_SET_MODE stabilize", "ACCEPTED STABILIZE disarmed STANDBY", 0),
	}
}

// spokenBefore adds the texts and the mode that the heartbeat shows after the order.
func spokenBefore(r row) row { return thenMode(spoken(r)) }

// ackOf are the acknowledgements by another number than the command's own.
func ackOf(in []heard, id common.MAV_CMD) string {
	if a := acks(in, id); a != silence {
		return fmt.Sprintf("%d %s", id, a)
	}
	return ""
}

// arduFileRows read what every ArduPilot makes up for a reader: its parameters, packed.
func arduFileRows() []row {
	own := func(id, name, want string, s step) row { return ardu(file(id, name, "", s), want) }
	packed := text("@PARAM/param.pck")
	return []row{
		own("pck-open", "OpenFileRO of @PARAM/param.pck", "ACK", ftp(ftpOpen, 0, 0, packed)),
		own("pck-read", "ReadFile from its beginning", "ACK", ftp(ftpRead, 239, 0, text(""))),
		own("pck-second", "OpenFileRO while one is open", "NAK Fail", ftp(ftpOpen, 0, 0, packed)),
		own("pck-end", "TerminateSession", "ACK", ftp(ftpTerminate, 0, 0, text(""))),
		own("pck-crc", "CalcFileCRC32 of it", "ACK", ftp(ftpCRC, 0, 0, packed)),
		own("sys-list", "ListDirectory of @SYS", "ACK", ftp(ftpList, 0, 0, text("@SYS"))),
		own("logs-list", "ListDirectory of the logs", "NAK FileNotFound", ftp(ftpList, 0, 0, text("/logs"))),
	}
}
