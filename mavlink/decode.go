package mavlink

import (
	"encoding/binary"

	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
)

const (
	magicV1, magicV2 = 0xFE, 0xFD
	payloadMax       = 255
	signedFlag       = 0x01
	signatureLen     = 13
	// badMax is how many broken frames a datagram may hold before the rest of it is given up: a datagram made only
	// of start markers must not cost a checksum per byte.
	badMax = 16
)

// Frame is one MAVLink frame that came in.
type Frame struct {
	System    fleet.SystemID
	Component uint8
	Seq       uint8
	V2        bool
	// ID is the message id. Checked says that its checksum was verified; an id of no dialect of ours cannot be.
	ID      uint32
	Checked bool
	// Message is nil when no session reads this id.
	Message message.Message
	// Raw is the whole frame as it came, signature included. It lies in the datagram: copy what is to be kept.
	Raw []byte
}

// sum is the checksum that the frame carries.
func (f *Frame) sum() uint16 {
	end := len(f.Raw) - 2
	if f.V2 && f.Raw[2]&signedFlag != 0 {
		end -= signatureLen
	}
	return binary.LittleEndian.Uint16(f.Raw[end:])
}

// Stats counts what a Split found.
type Stats struct {
	Frames  uint64 // frames with a valid checksum
	Unknown uint64 // frames of an unknown id, skipped by their length
	Bad     uint64 // wrong checksum, unknown incompatibility flags, truncated, or a payload that does not decode
	Garbage uint64 // bytes outside of frames
}

// Add sums two counts.
func (s *Stats) Add(o Stats) {
	s.Frames += o.Frames
	s.Unknown += o.Unknown
	s.Bad += o.Bad
	s.Garbage += o.Garbage
}

// Decoder splits datagrams into frames. It keeps no state between datagrams but a scratch buffer: one per goroutine.
type Decoder struct {
	kinds   *catalogue
	scratch [payloadMax]byte
}

// NewDecoder decodes the development dialect and the hangar dialect, as far as sessions read them.
func NewDecoder() *Decoder { return &Decoder{kinds: stationKinds} }

// Split calls each for every frame of a datagram, in order. Frames are not joined across datagrams. Messages are
// fresh values; of a Frame only Raw refers to the datagram.
func (d *Decoder) Split(datagram []byte, each func(Frame)) (st Stats) {
	for b := datagram; len(b) > 0; {
		if b[0] != magicV2 && b[0] != magicV1 {
			st.Garbage++
			b = b[1:]
			continue
		}
		f, n, verdict := d.frame(b)
		switch verdict {
		case frameGood:
			st.Frames++
			each(f)
		case frameUnknown:
			st.Unknown++
			each(f)
		default:
			if st.Bad++; st.Bad >= badMax {
				st.Garbage += uint64(len(b))
				return st
			}
			n = 1
		}
		b = b[n:]
	}
	return st
}

type frameVerdict int

const (
	frameBad frameVerdict = iota
	frameGood
	frameUnknown
	// frameShort: it may be a frame when more of it has come.
	frameShort
)

// outline is how one frame lies in its bytes.
type outline struct {
	head, end, n int // payload from head to end; n is the length of all
	id           uint32
	kind         *kind // nil if unknown
}

// outline reads how the frame lies that b begins with, and judges it by its checksum. An unknown id has none to judge:
// its length is what it says.
func (c *catalogue) outline(b []byte) (o outline, verdict frameVerdict) {
	tail := 0
	if b[0] == magicV2 {
		if len(b) < 10 {
			return o, frameShort
		}
		if b[2]&^signedFlag != 0 {
			return o, frameBad
		}
		if b[2]&signedFlag != 0 {
			tail = signatureLen
		}
		o.head, o.id = 10, uint32(b[7])|uint32(b[8])<<8|uint32(b[9])<<16
	} else {
		if len(b) < 6 {
			return o, frameShort
		}
		o.head, o.id = 6, uint32(b[5])
	}
	o.end = o.head + int(b[1])
	o.n = o.end + 2 + tail
	if len(b) < o.n {
		return o, frameShort
	}
	if o.kind = c.kind(o.id); o.kind == nil {
		return o, frameUnknown
	}
	if checksum(b[1:o.end], o.kind.extra) != binary.LittleEndian.Uint16(b[o.end:]) {
		return o, frameBad
	}
	return o, frameGood
}

// frame reads the frame that b begins with and gives its length.
func (d *Decoder) frame(b []byte) (f Frame, n int, verdict frameVerdict) {
	o, verdict := d.kinds.outline(b)
	if verdict != frameGood && verdict != frameUnknown {
		return f, 1, frameBad
	}
	if b[0] == magicV2 {
		f = Frame{System: fleet.SystemID(b[5]), Component: b[6], Seq: b[4], V2: true, ID: o.id, Raw: b[:o.n:o.n]}
	} else {
		f = Frame{System: fleet.SystemID(b[3]), Component: b[4], Seq: b[2], ID: o.id, Raw: b[:o.n:o.n]}
	}
	if verdict == frameUnknown {
		// Without the id's extra byte the checksum proves nothing: trust the length only if it leads somewhere.
		if !leads(b, o.n) {
			return f, 1, frameBad
		}
		return f, o.n, frameUnknown
	}
	f.Checked = true
	if o.kind.understood {
		m, err := d.decode(o.kind, b[o.head:o.end], f.V2)
		if err != nil {
			return f, 1, frameBad
		}
		f.Message = m
	}
	return f, o.n, frameGood
}

// leads says whether a frame, or nothing, comes after the first n bytes.
func leads(b []byte, n int) bool { return len(b) == n || b[n] == magicV2 || b[n] == magicV1 }

func (d *Decoder) decode(k *kind, payload []byte, v2 bool) (message.Message, error) {
	n := copy(d.scratch[:], payload)
	if !v2 {
		return k.rw.Read(&message.MessageRaw{Payload: d.scratch[:n:n]}, false)
	}
	clear(d.scratch[n:])
	if k.fast != nil {
		return k.fast(&d.scratch), nil
	}
	return k.rw.Read(&message.MessageRaw{Payload: d.scratch[:]}, true)
}
