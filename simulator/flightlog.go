package simulator

import (
	"encoding/binary"
	"hash/crc32"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

const (
	logDir      = "/fs/microsd/log"
	logHead     = 4096 // octets of a log before it grows
	logPerS     = 1024 // octets a second while armed
	logsKept    = 100
	logChunk    = 90 // octets of one LOG_DATA
	logPerStep  = 20 // LOG_DATA in one step of the world: 90 kB/s
	listPerStep = 8  // LOG_ENTRY in one step
)

// flightLog is one file on the card: made when the vehicle arms, whole when it disarms. After the magic it holds numbers drawn
// from its seed, so that what a station fetched can be compared without keeping it.
type flightLog struct {
	begun time.Time
	wrote time.Time // it grows from here
	size  uint32
	seed  uint64
	open  bool
	magic string
}

// path is where the log lies, named by UTC as PX4 names it once it knows the time.
func (l *flightLog) path() string { return logDir + l.begun.UTC().Format("/2006-01-02/15_04_05.ulg") }

// read fills b with the file's octets from offset on, up to its end, and says how many those are.
func (l *flightLog) read(b []byte, offset uint32) int {
	if offset >= l.size {
		return 0
	}
	n := min(len(b), int(l.size-offset))
	var word [8]byte
	for i := range n {
		at := offset + uint32(i)
		if i == 0 || at%8 == 0 {
			binary.LittleEndian.PutUint64(word[:], splitmix(l.seed+uint64(at/8)))
		}
		if b[i] = word[at%8]; at < uint32(len(l.magic)) {
			b[i] = l.magic[at]
		}
	}
	return n
}

func splitmix(x uint64) uint64 {
	x *= 0x9E3779B97F4A7C15
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	return x ^ x>>31
}

// beginLog and endLog follow arming.
func (v *vehicle) beginLog() {
	now := v.w.now
	if n := len(v.card.logs); v.is.oneLog && n > 0 && !v.card.logs[n-1].begun.Before(v.boot) {
		l := v.card.logs[n-1]
		l.open, l.wrote = true, now
		return
	}
	v.card.logs = append(v.card.logs, &flightLog{begun: now, wrote: now, seed: uint64(v.at.SystemID)<<40 + uint64(now.Unix()), size: logHead, open: true,
		magic: v.is.logMagic})
	if len(v.card.logs) > logsKept {
		v.card.logs = v.card.logs[1:]
	}
}

func (v *vehicle) endLog() {
	if n := len(v.card.logs); n > 0 && v.card.logs[n-1].open {
		l := v.card.logs[n-1]
		l.size += uint32(v.w.now.Sub(l.wrote).Seconds() * logPerS)
		l.open, l.wrote = false, v.w.now
	}
}

// FlightLog is a log on a vehicle's card, for comparison.
type FlightLog struct {
	Path  string
	Begun time.Time
	Size  int64
	CRC32 uint32 // IEEE, as zlib's
}

// FlightLogs are the whole logs of a vehicle, the oldest first; nil for an unknown one.
func (w *World) FlightLogs(id string) (out []FlightLog) {
	for _, v := range w.vehicles {
		if v.at.ID != id {
			continue
		}
		for i, l := range v.card.logs {
			if l.open {
				continue
			}
			sum := crc32.NewIEEE()
			var b [4096]byte
			for at := uint32(0); at < l.size; at += uint32(len(b)) {
				sum.Write(b[:l.read(b[:], at)])
			}
			out = append(out, FlightLog{v.is.logPath(l, i), l.begun, int64(l.size), sum.Sum32()})
		}
	}
	return out
}

// logList answers LOG_REQUEST_LIST: an entry for each log, ids from the personality's first on; one that says "none" for an empty card.
func (v *vehicle) logList(m *common.MessageLogRequestList) {
	n := len(v.card.logs)
	if n == 0 {
		v.send(&common.MessageLogEntry{})
		return
	}
	v.card.entries, v.card.lastEntry = max(0, int(m.Start)-v.is.firstLog), min(int(m.End)-v.is.firstLog, n-1)
}

// logData answers LOG_REQUEST_DATA; what is asked for later takes the place of what was.
func (v *vehicle) logData(m *common.MessageLogRequestData) {
	i := int(m.Id) - v.is.firstLog
	if i < 0 || i >= len(v.card.logs) {
		return
	}
	v.card.entries, v.card.lastEntry = 0, -1
	v.card.dataOf, v.card.dataAt = uint16(i), m.Ofs
	v.card.dataLeft = m.Count
}

// streamLogs sends a step's share of what was asked for by the log protocol.
func (v *vehicle) streamLogs() {
	c := &v.card
	for i := 0; i < listPerStep && c.entries <= c.lastEntry && c.entries < len(c.logs); i++ {
		l := c.logs[c.entries]
		at := l.begun
		if v.is.oneLog {
			at = l.wrote
		}
		v.send(&common.MessageLogEntry{Id: uint16(c.entries + v.is.firstLog), NumLogs: uint16(len(c.logs)), LastLogNum: uint16(len(c.logs) - 1 + v.is.firstLog),
			TimeUtc: uint32(at.Unix()), Size: l.size})
		c.entries++
	}
	for i := 0; i < logPerStep && c.dataLeft > 0; i++ {
		m := &common.MessageLogData{Id: c.dataOf + uint16(v.is.firstLog), Ofs: c.dataAt}
		n := c.logs[c.dataOf].read(m.Data[:min(logChunk, int(c.dataLeft))], c.dataAt)
		m.Count = uint8(n)
		v.send(m)
		c.dataAt += uint32(n)
		if c.dataLeft -= uint32(n); n < logChunk {
			c.dataLeft = 0
		}
	}
}
