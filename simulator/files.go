package simulator

import (
	_ "embed" // the firmware's metadata
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

// PX4's events with their texts, as its build makes them.
//
//go:embed extras/all_events.json.xz
var eventsMetadata []byte

const (
	generalPath = "/etc/extras/component_general.json"
	eventsPath  = "/etc/extras/all_events.json.xz"

	ftpHeader    = 12
	ftpData      = 239
	ftpPerStep   = 64  // packets of a burst in one step of the world: 760 kB/s, as measured on PX4
	ftpBurst     = 168 // packets of one burst
	ftpIdleSteps = 500 // 10 s without a request close a session
)

// The opcodes and errors of MAVLink FTP, https://mavlink.io/en/services/ftp.html.
const (
	ftpTerminate, ftpReset, ftpList, ftpOpen, ftpRead = 1, 2, 3, 4, 5
	ftpMkdir, ftpCRC, ftpBurstRead                    = 9, 14, 15
	ftpAck, ftpNak                                    = 128, 129

	ftpErrSize, ftpErrSession, ftpErrNoSessions, ftpErrEOF, ftpErrUnknown = 3, 4, 5, 6, 7
	ftpErrExists, ftpErrProtected, ftpErrNotFound                         = 8, 9, 10
)

// card is what outlives a boot beside the parameters: the flight logs; and who is reading them now.
type card struct {
	logs []*flightLog

	open    file
	idle    int
	burst   *ftpPacket // the next packet of a burst that goes on
	left    int
	last    [251]uint8 // the last reply, repeated for a repeated request
	answers uint16     // the request it answers
	replied bool

	entries, lastEntry int // of LOG_ENTRY, still to be sent
	dataOf             uint16
	dataAt, dataLeft   uint32
}

// file is something that can be read piece by piece.
type file struct {
	size uint32
	read func(b []byte, offset uint32) int // nil: not open
}

func bytesFile(b []byte) file {
	return file{uint32(len(b)), func(to []byte, offset uint32) int {
		if int(offset) >= len(b) {
			return 0
		}
		return copy(to, b[offset:])
	}}
}

// ftpPacket is a payload taken apart.
type ftpPacket struct {
	seq          uint16
	session, op  uint8
	size         int
	last         bool
	offset       uint32
	from, fromCo uint8
}

// general is the general component metadata, https://mavlink.io/en/services/component_information.html.
func general() []byte {
	return fmt.Appendf(nil, `{"version": 1, "metadataTypes": [{"type": 4, "uri": "mftp://%s", "fileCrc": %d}]}`, eventsPath, px4CRC(eventsMetadata))
}

// px4CRC is CRC32 from 0 without the final inversion, as PX4 sums up files.
func px4CRC(b []byte) uint32 { return ^crc32.Update(^uint32(0), crc32.IEEETable, b) }

func (v *vehicle) componentMetadata(boot uint32) *common.MessageComponentMetadata {
	return &common.MessageComponentMetadata{TimeBootMs: boot, FileCrc: px4CRC(general()), Uri: "mftp://" + generalPath}
}

// find gives the file of a path; relative paths count from the root.
func (v *vehicle) find(path string) (file, bool) {
	path = "/" + strings.TrimLeft(path, "/")
	switch path {
	case generalPath:
		return bytesFile(general()), true
	case eventsPath:
		return bytesFile(eventsMetadata), true
	}
	for _, l := range v.card.logs {
		if l.path() == path {
			return file{l.size, l.read}, true
		}
	}
	return file{}, false
}

// names are a directory's raw entries, with the skipped ones that PX4 gives for "." and "..".
func (v *vehicle) names(dir string) ([]string, bool) {
	dir = "/" + strings.Trim(dir, "/")
	all := []string{generalPath + fmt.Sprintf("\t%d", len(general())), eventsPath + fmt.Sprintf("\t%d", len(eventsMetadata)), logDir + "/"}
	for _, l := range v.card.logs {
		all = append(all, fmt.Sprintf("%s\t%d", l.path(), l.size))
	}
	out, found := []string{"S", "S"}, false
	for _, p := range all {
		rest, inside := strings.CutPrefix(p, strings.TrimRight(dir, "/")+"/")
		if !inside {
			continue
		}
		found = true
		e := "F" + rest
		if sub, _, deep := strings.Cut(rest, "/"); deep {
			e = "D" + sub
		}
		if rest != "" && !slices.Contains(out, e) {
			out = append(out, e)
		}
	}
	return out, found
}

// ftpRequest reads a request and the words in it; not ok: it has its answer, the same again to one that is repeated, or a
// refusal.
func (v *vehicle) ftpRequest(f frame, m *common.MessageFileTransferProtocol) (k ftpPacket, path string, ok bool) {
	c, p := &v.card, &m.Payload
	k = ftpPacket{seq: binary.LittleEndian.Uint16(p[:]), session: p[2], op: p[3], size: int(p[4]), offset: binary.LittleEndian.Uint32(p[8:]),
		from: f.system, fromCo: f.component}
	c.idle = 0
	if c.replied && c.answers == k.seq && k.op != ftpBurstRead {
		v.send(&common.MessageFileTransferProtocol{TargetSystem: k.from, TargetComponent: k.fromCo, Payload: c.last})
		return k, "", false
	}
	c.burst = nil
	if k.size > ftpData {
		v.ftpRefuse(k, ftpErrSize)
		return k, "", false
	}
	return k, string(p[ftpHeader : ftpHeader+k.size]), true
}

// fileTransfer answers one request of MAVLink FTP as PX4 does: one session, a repeated request gets the same reply.
func (v *vehicle) fileTransfer(f frame, m *common.MessageFileTransferProtocol) {
	k, path, ok := v.ftpRequest(f, m)
	if !ok {
		return
	}
	c := &v.card
	switch k.op {
	case ftpTerminate, ftpReset:
		if k.op == ftpTerminate && (c.open.read == nil || k.session != 0) {
			v.ftpRefuse(k, ftpErrSession)
			return
		}
		c.open = file{}
		v.ftpReply(k, nil)
	case ftpList:
		v.ftpNames(k, path)
	case ftpOpen:
		found, ok := v.find(path)
		switch {
		case !ok:
			v.ftpRefuse(k, ftpErrNotFound)
		case c.open.read != nil:
			v.ftpRefuse(k, ftpErrNoSessions)
		default:
			c.open = found
			k.session = 0
			v.ftpReply(k, binary.LittleEndian.AppendUint32(nil, found.size))
		}
	case ftpRead, ftpBurstRead:
		switch {
		case c.open.read == nil || k.session != 0:
			v.ftpRefuse(k, ftpErrSession)
		case k.offset >= c.open.size:
			v.ftpRefuse(k, ftpErrEOF)
		case k.op == ftpRead:
			var b [ftpData]byte
			v.ftpReply(k, b[:c.open.read(b[:k.size], k.offset)])
		default:
			c.burst, c.left = &k, ftpBurst
		}
	case ftpCRC:
		found, ok := v.find(path)
		if !ok {
			v.ftpRefuse(k, ftpErrNotFound)
			return
		}
		b := make([]byte, found.size)
		found.read(b, 0)
		v.ftpReply(k, binary.LittleEndian.AppendUint32(nil, px4CRC(b)))
	default:
		if _, there := v.names(path); there && k.op == ftpMkdir {
			v.ftpRefuse(k, ftpErrExists)
			return
		}
		if k.op >= 6 && k.op <= 13 { // what would write
			v.ftpRefuse(k, ftpErrProtected)
			return
		}
		v.ftpRefuse(k, ftpErrUnknown)
	}
}

func (v *vehicle) ftpNames(k ftpPacket, dir string) {
	list, ok := v.names(dir)
	if !ok {
		v.ftpRefuse(k, ftpErrNotFound)
		return
	}
	var data []byte
	for i := int(k.offset); i < len(list) && len(data)+len(list[i])+1 <= ftpData; i++ {
		data = append(append(data, list[i]...), 0)
	}
	if len(data) == 0 {
		v.ftpRefuse(k, ftpErrEOF)
		return
	}
	v.ftpReply(k, data)
}

// streamFiles sends a step's share of a burst, and ends a session that nobody uses any more.
func (v *vehicle) streamFiles() {
	c := &v.card
	if c.idle++; c.idle > ftpIdleSteps {
		c.open, c.burst = file{}, nil
	}
	for i := 0; i < ftpPerStep && c.burst != nil; i++ {
		k := c.burst
		var b [ftpData]byte
		n := c.open.read(b[:], k.offset)
		if n == 0 {
			c.burst = nil
			v.ftpRefuse(*k, ftpErrEOF)
			return
		}
		c.left--
		k.last = c.left == 0
		v.ftpReply(*k, b[:n])
		k.seq++
		k.offset += uint32(n)
		if k.last {
			c.burst = nil
		}
	}
}

func (v *vehicle) ftpReply(k ftpPacket, data []byte) { v.ftpAnswer(k, ftpAck, data) }

func (v *vehicle) ftpRefuse(k ftpPacket, why byte) { v.ftpAnswer(k, ftpNak, []byte{why}) }

func (v *vehicle) ftpAnswer(k ftpPacket, code byte, data []byte) {
	m := &common.MessageFileTransferProtocol{TargetSystem: k.from, TargetComponent: k.fromCo}
	p := &m.Payload
	binary.LittleEndian.PutUint16(p[:], k.seq+1)
	p[2], p[3], p[4], p[5] = k.session, code, byte(len(data)), k.op
	if k.last {
		p[6] = 1
	}
	binary.LittleEndian.PutUint32(p[8:], k.offset)
	copy(p[ftpHeader:], data)
	v.card.last, v.card.answers, v.card.replied = *p, k.seq, true
	v.send(m)
}
