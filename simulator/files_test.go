package simulator

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

// request sends one request of MAVLink FTP and gives the payloads that answer it within 200 ms.
func (s *station) request(seq uint16, op byte, offset uint32, size int, data string) (out [][251]uint8) {
	m := &common.MessageFileTransferProtocol{TargetSystem: 1, TargetComponent: 1}
	binary.LittleEndian.PutUint16(m.Payload[:], seq)
	m.Payload[3], m.Payload[4] = op, byte(max(size, len(data)))
	binary.LittleEndian.PutUint32(m.Payload[8:], offset)
	copy(m.Payload[12:], data)
	s.in = nil
	s.send(1, m)
	s.run(200 * time.Millisecond)
	for _, h := range s.in {
		if a, ok := h.msg.(*common.MessageFileTransferProtocol); ok && h.sys == 1 {
			out = append(out, a.Payload)
		}
	}
	return out
}

// armed arms V01 for a while, so that it has a log.
func flownOnce(t *testing.T, s *station) FlightLog {
	t.Helper()
	v := s.w.vehicles[0]
	v.beginLog()
	s.run(100 * time.Second)
	v.endLog()
	logs := s.w.FlightLogs("V01")
	if len(logs) != 1 || logs[0].Size < 50_000 {
		t.Fatalf("%+v", logs)
	}
	return logs[0]
}

func TestFilesAreServed(t *testing.T) {
	s := newStation(t, smallCity())
	s.run(3 * time.Second)
	log := flownOnce(t, s)
	answer := func(seq uint16, op byte, offset uint32, size int, data string) ([251]uint8, string) {
		t.Helper()
		got := s.request(seq, op, offset, size, data)
		if len(got) != 1 || binary.LittleEndian.Uint16(got[0][:]) != seq+1 || got[0][5] != op {
			t.Fatalf("opcode %d: %d answers, %v", op, len(got), got)
		}
		return got[0], string(got[0][12 : 12+int(got[0][4])])
	}
	if _, names := answer(1, ftpList, 0, 0, logDir); names != "S\x00S\x00D"+log.Begun.Format("2006-01-02")+"\x00" {
		t.Fatalf("%q", names)
	}
	if _, names := answer(2, ftpList, 2, 0, logDir+"/"+log.Begun.Format("2006-01-02")); names != fmt.Sprintf("F%s\t%d\x00", log.Begun.Format("15_04_05.ulg"), log.Size) {
		t.Fatalf("%q", names)
	}
	for _, c := range []struct {
		op   byte
		data string
		why  byte
	}{{ftpList, "/nowhere", ftpErrNotFound}, {ftpOpen, "/etc/passwd", ftpErrNotFound}, {ftpRead, "", ftpErrSession}, {6, "/x", ftpErrProtected}, {8, log.Path, ftpErrProtected}, {77, "", ftpErrUnknown}} {
		if p, why := answer(3+uint16(c.op), c.op, 0, 10, c.data); p[3] != ftpNak || why != string(rune(c.why)) {
			t.Errorf("opcode %d: %d %q", c.op, p[3], why)
		}
	}
	if p, size := answer(200, ftpOpen, 0, 0, log.Path); p[3] != ftpAck || int64(binary.LittleEndian.Uint32([]byte(size))) != log.Size {
		t.Fatalf("%q", size)
	}
	if p, _ := answer(201, ftpOpen, 0, 0, generalPath); p[3] != ftpNak {
		t.Fatal("a second session")
	}
	var got []byte
	for seq := uint16(300); int64(len(got)) < log.Size; seq += 200 {
		for i, p := range s.request(seq, ftpBurstRead, uint32(len(got)), 239, "") {
			if int(binary.LittleEndian.Uint32(p[8:])) != len(got) && p[3] == ftpAck || binary.LittleEndian.Uint16(p[:]) != seq+1+uint16(i) {
				t.Fatalf("packet %d of a burst: %v", i, p[:12])
			}
			if p[3] == ftpAck {
				got = append(got, p[12:12+int(p[4])]...)
			} else if p[12] != ftpErrEOF || int64(len(got)) != log.Size {
				t.Fatalf("%d octets, then error %d", len(got), p[12])
			}
		}
	}
	if crc32.ChecksumIEEE(got) != log.CRC32 || !bytes.HasPrefix(got, []byte(px4.logMagic)) {
		t.Fatal("not the file that is there")
	}
	if _, sum := answer(60000, ftpCRC, 0, 0, log.Path); binary.LittleEndian.Uint32([]byte(sum)) != px4CRC(got) {
		t.Fatal("another checksum")
	}
	// A repeated request gets the same reply: here a burst's end, not another end of the session.
	if p, _ := answer(60001, ftpTerminate, 0, 0, ""); p[3] != ftpAck {
		t.Fatal("not terminated")
	}
	if a, b := s.request(60001, ftpTerminate, 0, 0, ""), s.request(60001, ftpList, 0, 0, "/"); a[0] != b[0] {
		t.Fatal("another reply to the same number")
	}
}

func TestLogsAreServedByTheLogProtocol(t *testing.T) {
	s := newStation(t, smallCity())
	s.run(3 * time.Second)
	list := func() (out []common.MessageLogEntry) {
		s.in = nil
		s.send(1, &common.MessageLogRequestList{TargetSystem: 1, TargetComponent: 1, End: 0xFFFF})
		s.run(200 * time.Millisecond)
		for _, h := range s.in {
			if e, ok := h.msg.(*common.MessageLogEntry); ok {
				out = append(out, *e)
			}
		}
		return out
	}
	if got := list(); len(got) != 1 || got[0].NumLogs != 0 {
		t.Fatalf("%+v", got)
	}
	log := flownOnce(t, s)
	if got := list(); len(got) != 1 || got[0].NumLogs != 1 || int64(got[0].Size) != log.Size || int64(got[0].TimeUtc) != log.Begun.Unix() {
		t.Fatalf("%+v", got)
	}
	s.in = nil
	s.send(1, &common.MessageLogRequestData{TargetSystem: 1, TargetComponent: 1, Count: 1 << 30})
	s.run(3 * time.Second)
	var got []byte
	for _, h := range s.in {
		if d, ok := h.msg.(*common.MessageLogData); ok {
			got = append(got, d.Data[:d.Count]...)
		}
	}
	if crc32.ChecksumIEEE(got) != log.CRC32 {
		t.Fatalf("%d octets of %d", len(got), log.Size)
	}
}

func TestMetadataIsOffered(t *testing.T) {
	cfg := smallCity()
	cfg.Vehicle[1].NoFTP = true
	s := newStation(t, cfg)
	s.run(3 * time.Second)
	for sys, want := range map[uint32]bool{1: true, 2: false} {
		s.in = nil
		s.send(sys, &common.MessageCommandLong{TargetSystem: uint8(sys), TargetComponent: 1, Command: common.MAV_CMD_REQUEST_MESSAGE, Param1: 397})
		s.run(100 * time.Millisecond)
		var got *common.MessageComponentMetadata
		for _, h := range s.in {
			if m, ok := h.msg.(*common.MessageComponentMetadata); ok {
				got = m
			}
		}
		if (got != nil) != want || want && (got.Uri != "mftp:///etc/extras/component_general.json" || got.FileCrc == 0) {
			t.Errorf("system %d: %+v", sys, got)
		}
	}
}
