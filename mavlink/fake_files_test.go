package mavlink

import (
	"encoding/binary"
	"sort"
	"strings"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/mavlink/ftp"
)

// fakeFiles is a vehicle's file system behind MAVLink FTP, as PX4 serves it: one session, bursts of 168 packets, a
// repeated request answered with the same reply.
type fakeFiles struct {
	files map[string][]byte
	open  string
	lastQ uint16
	last  *ftp.Payload
	ops   map[byte]int
	// dirs overrides what a directory holds, by raw entries.
	dirs map[string][]string
}

// serveFiles gives a fake vehicle files.
func serveFiles(v *fakeVehicle, files map[string][]byte) *fakeFiles {
	f := &fakeFiles{files: files, ops: map[byte]int{}, dirs: map[string][]string{}}
	before := v.beside
	v.beside = func(m message.Message) bool {
		if p, ok := m.(*common.MessageFileTransferProtocol); ok {
			f.take(v, p.Payload)
			return true
		}
		return before != nil && before(m)
	}
	return f
}

const fakeData = 239

func (f *fakeFiles) list(dir string) (out []string) {
	if l, ok := f.dirs[dir]; ok {
		return l
	}
	seen := map[string]bool{}
	for name, b := range f.files {
		rest, ok := strings.CutPrefix(name, strings.TrimSuffix(dir, "/")+"/")
		if !ok {
			continue
		}
		e := "F" + rest + "\t" + itoa(len(b))
		if sub, _, deep := strings.Cut(rest, "/"); deep {
			e = "D" + sub
		}
		if !seen[e] {
			seen[e] = true
			out = append(out, e)
		}
	}
	sort.Strings(out)
	return out
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}

func (f *fakeFiles) take(v *fakeVehicle, p ftp.Payload) {
	seq, op, size, offset := binary.LittleEndian.Uint16(p[:]), p[3], int(p[4]), binary.LittleEndian.Uint32(p[8:])
	f.ops[op]++
	if f.last != nil && f.lastQ == seq && op != ftp.OpBurst {
		f.send(v, *f.last)
		return
	}
	path := string(p[12 : 12+min(size, fakeData)])
	reply := func(n uint16, code byte, data []byte) ftp.Payload {
		var r ftp.Payload
		binary.LittleEndian.PutUint16(r[:], seq+1+n)
		r[3], r[4], r[5] = code, byte(len(data)), op
		binary.LittleEndian.PutUint32(r[8:], offset)
		copy(r[12:], data)
		return r
	}
	nak := func(n uint16, why byte) { r := reply(n, 129, []byte{why}); f.last, f.lastQ = &r, seq; f.send(v, r) }
	ack := func(data []byte) { r := reply(0, 128, data); f.last, f.lastQ = &r, seq; f.send(v, r) }
	body := f.files[f.open]
	switch op {
	case ftp.OpTerminate, ftp.OpReset:
		f.open = ""
		ack(nil)
	case ftp.OpOpen:
		b, ok := f.files[path]
		switch {
		case !ok:
			nak(0, 10)
		case f.open != "":
			nak(0, 5)
		default:
			f.open = path
			ack(binary.LittleEndian.AppendUint32(nil, uint32(len(b))))
		}
	case ftp.OpRead, ftp.OpBurst:
		switch {
		case f.open == "":
			nak(0, 4)
		case int(offset) >= len(body):
			nak(0, 6)
		case op == ftp.OpRead:
			ack(body[offset:min(int(offset)+size, len(body))])
		default:
			n := uint16(0)
			for ; n < 168 && int(offset) < len(body); n++ {
				d := body[offset:min(int(offset)+fakeData, len(body))]
				r := reply(n, 128, d)
				if n == 167 {
					r[6] = 1
				}
				f.send(v, r)
				offset += uint32(len(d))
			}
			if n < 168 {
				nak(n, 6)
			}
		}
	case ftp.OpList:
		l := f.list(path)
		var data []byte
		for i := int(offset); i < len(l) && len(data)+len(l[i])+1 <= fakeData; i++ {
			data = append(append(data, l[i]...), 0)
		}
		if len(data) == 0 {
			nak(0, 6)
			return
		}
		ack(data)
	case ftp.OpCRC32:
		ack(binary.LittleEndian.AppendUint32(nil, ftp.Sum(0, f.files[path])))
	default:
		nak(0, 7)
	}
}

func (f *fakeFiles) send(v *fakeVehicle, p ftp.Payload) {
	v.send(&common.MessageFileTransferProtocol{TargetSystem: StationSystem, TargetComponent: StationComponent, Payload: p})
}

// serveLogs gives a fake vehicle logs by the log protocol, with ids from first on.
func serveLogs(v *fakeVehicle, first int, logs ...[]byte) {
	before := v.beside
	v.beside = func(m message.Message) bool {
		switch m := m.(type) {
		case *common.MessageLogRequestList:
			for i := max(int(m.Start), first); i <= min(int(m.End), first+len(logs)-1); i++ {
				v.send(&common.MessageLogEntry{Id: uint16(i), NumLogs: uint16(len(logs)), LastLogNum: uint16(first + len(logs) - 1),
					TimeUtc: uint32(worldStart.Unix()) + uint32(i), Size: uint32(len(logs[i-first]))})
			}
		case *common.MessageLogRequestData:
			b := logs[int(m.Id)-first]
			for at := int(m.Ofs); at < min(len(b), int(m.Ofs+m.Count)); at += 90 {
				d := &common.MessageLogData{Id: m.Id, Ofs: uint32(at)}
				d.Count = uint8(copy(d.Data[:], b[at:min(len(b), int(m.Ofs+m.Count))]))
				v.send(d)
			}
		case *common.MessageLogRequestEnd:
		default:
			return before != nil && before(m)
		}
		return true
	}
}
