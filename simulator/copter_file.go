package simulator

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

const (
	paramPack  = "@PARAM/param.pck"
	copterLogs = "/APM/LOGS"
	ftpErrAny  = 1
	// packMagic begins packed parameters, https://ardupilot.org/dev/docs/mavlink-get-set-params.html.
	packMagic = 0x671b
)

// copterFile answers one request of MAVLink FTP as ArduPilot does: one session, directories without end, and files that it makes
// up for the reader.
func (v *vehicle) copterFile(f frame, m *common.MessageFileTransferProtocol) {
	k, path, ok := v.ftpRequest(f, m)
	if !ok {
		return
	}
	c := &v.card
	switch k.op {
	case ftpTerminate, ftpReset:
		c.open = file{}
		v.ftpReply(k, nil)
	case ftpList:
		v.copterNames(k, path)
	case ftpOpen, ftpCRC:
		found, ok := v.copterFind(path)
		switch {
		case !ok:
			v.ftpRefuse(k, ftpErrNotFound)
		case k.op == ftpCRC:
			b := make([]byte, found.size)
			found.read(b, 0)
			v.ftpReply(k, binary.LittleEndian.AppendUint32(nil, px4CRC(b)))
		case c.open.read != nil:
			v.ftpRefuse(k, ftpErrAny)
		default:
			c.open = found
			v.ftpReply(k, binary.LittleEndian.AppendUint32(nil, found.size))
		}
	case ftpRead, ftpBurstRead:
		switch {
		case c.open.read == nil:
			v.ftpRefuse(k, ftpErrNotFound)
		case k.offset >= c.open.size:
			v.ftpRefuse(k, ftpErrEOF)
		case k.op == ftpRead:
			var b [ftpData]byte
			v.ftpReply(k, b[:c.open.read(b[:k.size], k.offset)])
		default:
			c.burst, c.left = &k, ftpBurst
		}
	case ftpMkdir:
		v.ftpReply(k, nil)
	default:
		v.speak(7, fmt.Sprintf("Unsupported FTP: %d", k.op))
		v.ftpRefuse(k, ftpErrAny)
	}
}

// copterFind gives the file of a path.
func (v *vehicle) copterFind(path string) (file, bool) {
	if name, _, _ := strings.Cut(path, "?"); name == paramPack {
		return bytesFile(v.packedParams()), true
	}
	for i, l := range v.card.logs {
		if path == copterLogPath(i) {
			return file{l.size, l.read}, true
		}
	}
	return file{}, false
}

func copterLogPath(i int) string { return fmt.Sprintf("%s/%08d.BIN", copterLogs, i+1) }

// copterNames lists a directory; two zeros follow each entry, as an ArduPilot was seen to send them.
func (v *vehicle) copterNames(k ftpPacket, dir string) {
	var list []string
	switch strings.TrimRight(dir, "/") {
	case "":
		list = []string{"D.", "D..", "Dterrain", "D@ROMFS", "D@SYS"}
		if len(v.card.logs) > 0 {
			list = append(list, "DAPM")
		}
	case "@SYS":
		list = []string{"Fthreads.txt\t100000", "Ftasks.txt\t100000", "Fmemory.txt\t100000", "Fuarts.txt\t100000", "Ftimers.txt\t100000"}
	case "/APM":
		list = []string{"D.", "D..", "DLOGS"}
	case copterLogs:
		list = []string{"D.", "D.."}
		for i, l := range v.card.logs {
			list = append(list, fmt.Sprintf("F%08d.BIN\t%d", i+1, l.size))
		}
	}
	if list == nil || strings.HasPrefix(dir, "/APM") && len(v.card.logs) == 0 {
		v.ftpRefuse(k, ftpErrNotFound)
		return
	}
	var data []byte
	for i := int(k.offset); i < len(list) && len(data)+len(list[i])+2 <= ftpData; i++ {
		data = append(append(data, list[i]...), 0, 0)
	}
	if len(data) == 0 {
		v.ftpRefuse(k, ftpErrEOF)
		return
	}
	v.ftpReply(k, data)
}

// packedParams are all parameters in one file: a head of three numbers, then for each its type, how many letters it shares with
// the name before, the others, and the value.
func (v *vehicle) packedParams() []byte {
	list := v.copter.params.list
	n := uint16(len(list))
	b := binary.LittleEndian.AppendUint16(nil, packMagic)
	b = binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(b, n), n)
	before := ""
	for _, p := range list {
		shared := 0
		for shared < min(len(before), len(p.name)-1, 15) && before[shared] == p.name[shared] {
			shared++
		}
		rest := p.name[shared:]
		before = p.name
		kind := map[common.MAV_PARAM_TYPE]byte{int8s: 1, int16s: 2, int32s: 3, floats: 4}[p.kind]
		b = append(append(b, kind, byte(len(rest)-1)<<4|byte(shared)), rest...)
		switch p.kind {
		case int8s:
			b = append(b, byte(int8(p.value)))
		case int16s:
			b = binary.LittleEndian.AppendUint16(b, uint16(int16(p.value)))
		case int32s:
			b = binary.LittleEndian.AppendUint32(b, uint32(int32(p.value)))
		default:
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(p.value)))
		}
	}
	return b
}
