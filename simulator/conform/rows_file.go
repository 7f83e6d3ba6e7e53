package conform

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strings"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
)

// Opcodes of MAVLink FTP.
const (
	ftpTerminate, ftpReset, ftpList, ftpOpen, ftpRead = 1, 2, 3, 4, 5
	ftpCRC, ftpBurst                                  = 14, 15
	ftpAck                                            = 128
	ftpHead                                           = 12
)

// ftpErrors are the reasons of a NAK.
var ftpErrors = [...]string{"None", "Fail", "FailErrno", "InvalidDataSize", "InvalidSession", "NoSessionsAvailable", "EOF",
	"UnknownCommand", "FileExists", "FileProtected", "FileNotFound"}

// ftp is one request; each has a sequence number of its own, so that none is taken for a repeat.
func ftp(op, size uint8, offset uint32, data func(p *Probe) string) step {
	return step{say: said(func(p *Probe) message.Message {
		p.ftp += 2
		m := &common.MessageFileTransferProtocol{TargetSystem: p.system, TargetComponent: p.component}
		d := data(p)
		if size == 0 {
			size = uint8(len(d))
		}
		binary.LittleEndian.PutUint16(m.Payload[:], p.ftp)
		m.Payload[2], m.Payload[3], m.Payload[4] = p.session, op, size
		binary.LittleEndian.PutUint32(m.Payload[8:], offset)
		copy(m.Payload[ftpHead:], d)
		return m
	}), within: time.Second, settle: 50 * time.Millisecond, until: is[*common.MessageFileTransferProtocol](nil)}
}

func text(s string) func(*Probe) string { return func(*Probe) string { return s } }

func metadata(p *Probe) string { return p.metadata }

// reply is the first answer as words.
func reply(p *Probe, in []heard) (string, []byte) {
	all := of[*common.MessageFileTransferProtocol](in)
	if len(all) == 0 {
		return silence, nil
	}
	b := all[0].Payload
	data := b[ftpHead : ftpHead+min(int(b[4]), 239)]
	seq := ""
	if binary.LittleEndian.Uint16(b[:]) != p.ftp+1 {
		seq = "with a wrong sequence"
	}
	if b[3] == ftpAck {
		return join("ACK", seq), data
	}
	if why := int(data[0]); why < len(ftpErrors) {
		return join("NAK", ftpErrors[why], seq), data
	}
	return fmt.Sprintf("NAK %d", data[0]), data
}

// file is a row of one FTP request.
func file(id, name, px4 string, s step) row {
	return row{id: "ftp." + id, name: name, steps: []step{s}, answer: func(p *Probe, in [][]heard) string {
		got, _ := reply(p, in[0])
		return got
	}}.on(PX4, px4).onlyIf(hasFTP)
}

func hasFTP(p *Probe) bool {
	m, ok := latest[*common.MessageAutopilotVersion](p)
	return ok && m.Capabilities&common.MAV_PROTOCOL_CAPABILITY_FTP != 0
}

// ftpRows read what every vehicle with component metadata has: the file of it.
func ftpRows() []row {
	opened := func(r row) row {
		inner := r.answer
		r.answer = func(p *Probe, in [][]heard) string {
			got, data := reply(p, in[0])
			if got == "ACK" && len(data) == 4 {
				p.fileSize = int(binary.LittleEndian.Uint32(data))
				return "ACK size of 4 octets"
			}
			return inner(p, in)
		}
		return r
	}
	return citing(pageFTP,
		file("reset", "ResetSessions", "ACK", ftp(ftpReset, 0, 0, text(""))),
		file("list", "ListDirectory of the root", "ACK", ftp(ftpList, 0, 0, text("/"))),
		row{id: "ftp.list-skip", name: "entries that are to be skipped", steps: []step{ftp(ftpList, 0, 0, text("/"))}, answer: func(p *Probe, in [][]heard) string {
			_, data := reply(p, in[0])
			for e := range strings.SplitSeq(strings.TrimRight(string(data), "\x00"), "\x00") {
				if e == "" || !strings.Contains("DFS", e[:1]) {
					return fmt.Sprintf("an entry %q", e)
				}
			}
			return "only D, F and S"
		}}.on(PX4, "only D, F and S").onlyIf(hasFTP),
		file("list-end", "ListDirectory beyond the last entry", "NAK EOF", ftp(ftpList, 0, 5000, text("/"))),
		file("list-missing", "ListDirectory of a missing directory", "NAK FileNotFound", ftp(ftpList, 0, 0, text("/nonexistent"))),
		file("open-missing", "OpenFileRO of a missing file", "NAK FileNotFound", ftp(ftpOpen, 0, 0, text("/nonexistent"))),
		file("dotdot", "OpenFileRO of ../../etc/passwd", "NAK FileProtected | NAK FileNotFound", ftp(ftpOpen, 0, 0, text("../../etc/passwd"))),
		file("read-closed", "ReadFile without a session", "NAK InvalidSession", ftp(ftpRead, 239, 0, text(""))),
		file("burst-closed", "BurstReadFile without a session", "NAK InvalidSession", ftp(ftpBurst, 239, 0, text(""))),
		file("terminate-closed", "TerminateSession without a session", "NAK InvalidSession", ftp(ftpTerminate, 0, 0, text(""))),
		file("size", "a size of 240", "NAK InvalidDataSize", ftp(ftpRead, 240, 0, text(""))),
		file("opcode", "opcode 77", "NAK UnknownCommand", ftp(77, 0, 0, text(""))),
		opened(file("open", "OpenFileRO of the metadata", "ACK size of 4 octets", ftp(ftpOpen, 0, 0, metadata))),
		file("open-second", "OpenFileRO while one is open", "NAK NoSessionsAvailable", ftp(ftpOpen, 0, 0, metadata)),
		row{id: "ftp.read", name: "ReadFile from its beginning", steps: []step{ftp(ftpRead, 239, 0, text(""))}, answer: func(p *Probe, in [][]heard) string {
			got, data := reply(p, in[0])
			return fmt.Sprintf("%s, full %t", got, len(data) == min(239, p.fileSize))
		}}.on(PX4, "ACK, full true").onlyIf(hasFTP),
		row{id: "ftp.repeat", name: "the same request again", steps: []step{ftp(ftpRead, 10, 0, text("")), {say: said(func(p *Probe) message.Message {
			m := &common.MessageFileTransferProtocol{TargetSystem: p.system, TargetComponent: p.component}
			binary.LittleEndian.PutUint16(m.Payload[:], p.ftp)
			m.Payload[2], m.Payload[3], m.Payload[4] = p.session, ftpRead, 10
			return m
		}), within: time.Second, settle: 50 * time.Millisecond, until: is[*common.MessageFileTransferProtocol](nil)}}, answer: func(p *Probe, in [][]heard) string {
			a, b := of[*common.MessageFileTransferProtocol](in[0]), of[*common.MessageFileTransferProtocol](in[1])
			if len(a) == 0 || len(b) == 0 {
				return silence
			}
			return agree(a[0].Payload == b[0].Payload)
		}}.on(PX4, "agree").onlyIf(hasFTP),
		file("read-end", "ReadFile beyond its end", "NAK EOF", ftp(ftpRead, 239, 10_000_000, text(""))),
		row{id: "ftp.burst", name: "BurstReadFile of the whole", steps: []step{{say: ftp(ftpBurst, 239, 0, text("")).say, within: time.Second}}, answer: func(p *Probe, in [][]heard) string {
			var whole []byte
			end, ordered := "no end", true
			for i, m := range of[*common.MessageFileTransferProtocol](in[0]) {
				b := m.Payload
				if int(binary.LittleEndian.Uint16(b[:])) != int(p.ftp)+1+i {
					ordered = false
				}
				if b[3] != ftpAck {
					end = "NAK " + ftpErrors[min(int(b[ftpHead]), len(ftpErrors)-1)]
					break
				}
				whole = append(whole, b[ftpHead:ftpHead+int(b[4])]...)
			}
			n := len(of[*common.MessageFileTransferProtocol](in[0]))
			p.file, p.ftp = whole, p.ftp+uint16(n) // a burst counts its packets: the next request must not look like a repeat
			return fmt.Sprintf("%s, in order %t, whole %t", end, ordered, len(whole) == p.fileSize)
		}}.on(PX4, "NAK EOF, in order true, whole true").onlyIf(hasFTP),
		row{id: "ftp.checksum", name: "the checksum COMPONENT_METADATA tells", answer: func(p *Probe, _ [][]heard) string {
			return agree(px4CRC(p.file) == p.fileCRC)
		}}.on(PX4, "agree").onlyIf(func(p *Probe) bool { return hasFTP(p) && !strings.HasSuffix(p.metadata, ".xz") }), // it is that of the unpacked file
		row{id: "ftp.crc", name: "CalcFileCRC32", steps: []step{ftp(ftpTerminate, 0, 0, text("")), ftp(ftpCRC, 0, 0, metadata)}, answer: func(p *Probe, in [][]heard) string {
			got, data := reply(p, in[1])
			if got != "ACK" || len(data) != 4 {
				return got
			}
			return "ACK " + agree(binary.LittleEndian.Uint32(data) == px4CRC(p.file))
		}}.on(PX4, "ACK agree").onlyIf(hasFTP),
		file("read-after", "ReadFile after TerminateSession", "NAK InvalidSession", ftp(ftpRead, 239, 0, text(""))),
		file("create-there", "CreateDirectory that is there", "NAK FileExists", ftp(9, 0, 0, text("/etc"))),
	)
}

// px4CRC is CRC32 from 0 without the final inversion, which is how a file is summed up here.
func px4CRC(b []byte) uint32 { return ^crc32.Update(^uint32(0), crc32.IEEETable, b) }

// otherRows are logs, events and clocks.
func otherRows() []row {
	return []row{
		row{id: "log.list", name: "LOG_REQUEST_LIST", source: measured, steps: []step{{say: said(func(p *Probe) message.Message {
			return &common.MessageLogRequestList{TargetSystem: p.system, TargetComponent: p.component, End: 65535}
		}), within: 2 * time.Second}}, answer: func(_ *Probe, in [][]heard) string {
			all := of[*common.MessageLogEntry](in[0])
			if len(all) == 0 {
				return silence
			}
			for i, e := range all {
				if e.NumLogs > 0 && int(e.Id) != i {
					return fmt.Sprintf("entry %d is log %d", i, e.Id)
				}
			}
			return agree(len(all) == max(1, int(all[0].NumLogs)))
		}}.on(PX4, "agree"),
		row{id: "log.data-unknown", name: "LOG_REQUEST_DATA of a log that is not there", source: measured, steps: []step{{say: said(func(p *Probe) message.Message {
			return &common.MessageLogRequestData{TargetSystem: p.system, TargetComponent: p.component, Id: 9999, Count: 90}
		}), within: time.Second}}, answer: func(_ *Probe, in [][]heard) string {
			if n := len(of[*common.MessageLogData](in[0])); n > 0 {
				return fmt.Sprintf("%d answers", n)
			}
			return silence
		}}.on(PX4, silence),
		row{id: "event.old", name: "REQUEST_EVENT of one long gone", source: pageEvents, steps: []step{{say: said(func(p *Probe) message.Message {
			gone := eventNow(p) - 1000
			return &common.MessageRequestEvent{TargetSystem: p.system, TargetComponent: p.component, FirstSequence: gone, LastSequence: gone}
		}), within: time.Second, settle: 50 * time.Millisecond, until: is[*common.MessageResponseEventError](nil)}}, answer: func(p *Probe, in [][]heard) string {
			all := of[*common.MessageResponseEventError](in[0])
			if len(all) == 0 {
				return silence
			}
			return fmt.Sprintf("error, oldest %s", agree(uint16(eventNow(p)-all[0].SequenceOldestAvailable) < 1000))
		}}.on(PX4, "error, oldest agree"),
		row{id: "event.last", name: "REQUEST_EVENT of the last one", source: pageEvents, steps: []step{{say: said(func(p *Probe) message.Message {
			return &common.MessageRequestEvent{TargetSystem: p.system, TargetComponent: p.component, FirstSequence: eventNow(p), LastSequence: eventNow(p)}
		}), within: time.Second, settle: 50 * time.Millisecond, until: is[*common.MessageEvent](nil)}}, answer: func(p *Probe, in [][]heard) string {
			all := of[*common.MessageEvent](in[0])
			if len(all) == 0 {
				return silence
			}
			return fmt.Sprintf("event %s", agree(all[0].Sequence == eventNow(p)))
		}}.on(PX4, "event agree"),
		row{id: "clock.timesync", name: "TIMESYNC", source: "mavlink.io/en/services/timesync.html", steps: []step{{say: said(func(p *Probe) message.Message {
			return &common.MessageTimesync{Ts1: 123456789, TargetSystem: p.system, TargetComponent: p.component}
		}), within: time.Second, settle: 50 * time.Millisecond, until: is(func(_ *Probe, m *common.MessageTimesync) bool { return m.Tc1 != 0 })}},
			answer: func(_ *Probe, in [][]heard) string {
				for _, m := range of[*common.MessageTimesync](in[0]) {
					if m.Ts1 == 123456789 {
						return "ts1 as sent"
					}
				}
				return silence
			}}.on(PX4, "ts1 as sent").on(Dock, "ts1 as sent"),
		row{id: "clock.ping", name: "PING to everybody", source: "mavlink.io/en/services/ping.html", steps: []step{{say: said(func(*Probe) message.Message {
			return &common.MessagePing{TimeUsec: 42, Seq: 7}
		}), within: time.Second, settle: 50 * time.Millisecond, until: is(func(_ *Probe, m *common.MessagePing) bool { return m.TargetSystem != 0 })}},
			answer: func(_ *Probe, in [][]heard) string {
				for _, m := range of[*common.MessagePing](in[0]) {
					if m.TargetSystem == ownSystem {
						return fmt.Sprintf("time %d seq %d", m.TimeUsec, m.Seq)
					}
				}
				return silence
			}}.on(PX4, "time 42 seq 7").on(Dock, "time 42 seq 7"),
	}
}

// eventNow is the sequence number of the newest event.
func eventNow(p *Probe) uint16 {
	m, ok := latest[*common.MessageCurrentEventSequence](p)
	if !ok {
		return 0
	}
	if e, ok := latest[*common.MessageEvent](p); ok && int16(e.Sequence-m.Sequence) > 0 && int16(e.Sequence-m.Sequence) < 100 {
		return e.Sequence
	}
	return m.Sequence
}
