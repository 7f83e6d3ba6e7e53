package ftp

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"unicode"
	"unicode/utf8"
)

const (
	// PayloadLen is the length of FILE_TRANSFER_PROTOCOL's payload; 12 octets of header, then data.
	PayloadLen = 251
	headerLen  = 12
	dataMax    = PayloadLen - headerLen
)

// Payload is what FILE_TRANSFER_PROTOCOL carries.
type Payload = [PayloadLen]byte

// The opcodes of MAV_FTP_OPCODE that are sent, and the two of replies.
const (
	OpTerminate = 1
	OpReset     = 2
	OpList      = 3
	OpOpen      = 4
	OpRead      = 5
	OpCRC32     = 14
	OpBurst     = 15
	opAck       = 128
	opNak       = 129
)

// The reasons of MAV_FTP_ERR that matter here.
const (
	nakFail       = 1
	nakErrno      = 2
	nakSession    = 4
	nakNoSessions = 5
	nakEOF        = 6
	nakUnknown    = 7
	nakExists     = 8
	nakNotFound   = 10
)

// packet is a payload taken apart.
type packet struct {
	seq     uint16
	session uint8
	op      uint8
	size    int
	request uint8
	last    bool // of a burst
	offset  uint32
	data    []byte
}

// parse takes a payload apart; false for a size that cannot be.
func parse(p *Payload) (k packet, ok bool) {
	k = packet{seq: binary.LittleEndian.Uint16(p[:]), session: p[2], op: p[3], size: int(p[4]), request: p[5],
		last: p[6] != 0, offset: binary.LittleEndian.Uint32(p[8:])}
	if k.size > dataMax {
		return k, false
	}
	k.data = p[headerLen : headerLen+k.size]
	return k, true
}

func (k packet) payload() (p Payload) {
	binary.LittleEndian.PutUint16(p[:], k.seq)
	p[2], p[3], p[4] = k.session, k.op, uint8(k.size)
	binary.LittleEndian.PutUint32(p[8:], k.offset)
	copy(p[headerLen:], k.data)
	return p
}

// CheckRequest says why a payload is none that this client sends: one that only reads, well formed, of a plain path.
func CheckRequest(p *Payload) error {
	k, ok := parse(p)
	switch k.op {
	case OpRead, OpBurst: // the size is what is asked for, and nothing follows
		if k.size == 0 || !ok {
			return fmt.Errorf("file transfer: %d octets asked for", k.size)
		}
		return nil
	case OpTerminate, OpReset:
		if k.size != 0 {
			return fmt.Errorf("file transfer: opcode %d with data", k.op)
		}
		return nil
	case OpList, OpOpen, OpCRC32:
		if !ok || !goodPath(string(k.data)) {
			return ErrPath
		}
		return nil
	}
	return fmt.Errorf("file transfer: opcode %d does not only read", k.op)
}

// reason is why a NAK was given, and the errno that may follow.
func (k packet) reason() (code, errno uint8) {
	if len(k.data) > 0 {
		code = k.data[0]
	}
	if len(k.data) > 1 {
		errno = k.data[1]
	}
	return code, errno
}

// NakError is a refusal of the vehicle.
type NakError struct {
	Request uint8 // opcode
	Code    uint8 // MAV_FTP_ERR
	Errno   uint8
}

// Error names the reason.
func (e *NakError) Error() string {
	name := map[uint8]string{nakFail: "failed", nakErrno: "failed", 3: "bad data size", nakSession: "no such session",
		nakNoSessions: "no session free", nakEOF: "end of file", nakUnknown: "unsupported", nakExists: "file exists or failed",
		9: "write protected", nakNotFound: "not found"}[e.Code]
	if name == "" {
		name = "refused"
	}
	return fmt.Sprintf("file transfer: vehicle: %s (opcode %d, error %d, errno %d)", name, e.Request, e.Code, e.Errno)
}

// NotFound says whether there is no such file.
func (e *NakError) NotFound() bool { return e.Code == nakNotFound }

// Unsupported says whether the vehicle does not know what was asked.
func (e *NakError) Unsupported() bool { return e.Code == nakUnknown }

// Entry is one name in a directory.
type Entry struct {
	Name string
	Dir  bool
	Size int64 // of a file; what the vehicle says
}

// entries reads a page of a listing. skipped counts what is no plain name; n is every entry, named or not, because
// the next page begins after all of them.
func entries(data []byte) (out []Entry, n, skipped int) {
	for len(data) > 0 {
		raw, rest, _ := bytes.Cut(data, []byte{0})
		data = rest
		if len(raw) == 0 {
			continue
		}
		n++
		switch raw[0] {
		case 'S':
		case 'D':
			if name := string(raw[1:]); plain(name) {
				out = append(out, Entry{Name: name, Dir: true})
			} else {
				skipped++
			}
		case 'F':
			name, size, ok := bytes.Cut(raw[1:], []byte{'\t'})
			if v, good := decimal(size); ok && good && plain(string(name)) {
				out = append(out, Entry{Name: string(name), Size: v})
			} else {
				skipped++
			}
		default:
			skipped++
		}
	}
	return out, n, skipped
}

func decimal(b []byte) (v int64, ok bool) {
	if len(b) == 0 || len(b) > 12 {
		return 0, false
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		v = v*10 + int64(c-'0')
	}
	return v, true
}

// nameMax is the longest name that is believed.
const nameMax = 128

// plain says whether a name is one step of a path and nothing else: no separator, no dots alone, nothing that a
// terminal, a path or a page would take for more than letters.
func plain(name string) bool {
	if name == "" || name == "." || name == ".." || len(name) > nameMax || !utf8.ValidString(name) {
		return false
	}
	for _, r := range name {
		if r == '/' || r == '\\' || !unicode.IsPrint(r) {
			return false
		}
	}
	return true
}
