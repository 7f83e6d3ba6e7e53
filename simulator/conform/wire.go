package conform

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialect"
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/development"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
	"github.com/bluenviron/gomavlib/v3/pkg/x25"

	"groundstation/mavlink/dialect/hangar"
)

// Sizes and marks of frames, https://mavlink.io/en/guide/serialization.html.
const (
	magicV1, magicV2   = 0xFE, 0xFD
	headerV1, headerV2 = 6, 10
	signedFlag         = 1
	signatureLen       = 13
)

// heard is one frame of the other side.
type heard struct {
	at                time.Duration // since the step began
	system, component uint8
	seq, magic        uint8
	msg               message.Message
}

// codec knows the layouts of common, of what MAVLink tries out (development) and of docks.
type codec struct {
	layouts *dialect.ReadWriter
	rest    []byte // of a stream: the beginning of a frame
	bad     int    // octets that belong to no frame
}

// newCodec reads the layouts; they are compiled in, so a failure is a mistake of the program.
func newCodec() *codec {
	d := &dialect.Dialect{Version: 3}
	d.Messages = append(append(d.Messages, development.Dialect.Messages...), hangar.Dialect.Messages...)
	c := &codec{layouts: &dialect.ReadWriter{Dialect: d}}
	if err := c.layouts.Initialize(); err != nil {
		panic(fmt.Sprintf("layouts: %v", err))
	}
	return c
}

// split finds the frames in b and in what was left before; what belongs to none is counted. It says how many frames there were.
func (c *codec) split(b []byte, each func(heard)) (frames int) {
	b = append(c.rest, b...)
	for len(b) > 0 {
		h, size := c.frame(b)
		switch {
		case size == 0: // not whole yet
			c.rest = append([]byte(nil), b...)
			return frames
		case size < 0:
			c.bad++
			b = b[1:]
			continue
		}
		frames++
		if h.msg != nil {
			each(h)
		}
		b = b[size:]
	}
	c.rest = nil
	return frames
}

// frame reads the frame at the beginning of b: its size, 0 when more is needed, -1 when there is none.
func (c *codec) frame(b []byte) (h heard, size int) {
	header := headerV2
	switch b[0] {
	case magicV2:
	case magicV1:
		header = headerV1
	default:
		return h, -1
	}
	if len(b) < header {
		return h, 0
	}
	n := int(b[1])
	size = header + n + 2
	var id uint32
	if b[0] == magicV2 {
		h = heard{seq: b[4], system: b[5], component: b[6], magic: b[0]}
		id = uint32(b[7]) | uint32(b[8])<<8 | uint32(b[9])<<16
		if b[2]&^signedFlag != 0 {
			return h, -1
		}
		if b[2]&signedFlag != 0 {
			size += signatureLen
		}
	} else {
		h = heard{seq: b[2], system: b[3], component: b[4], magic: b[0]}
		id = uint32(b[5])
	}
	if len(b) < size {
		return h, 0
	}
	rw := c.layouts.GetMessage(id)
	if rw == nil {
		return h, size // a message of somebody else's dialect: its checksum cannot be known
	}
	if checksum(b[1:header+n], rw.CRCExtra()) != binary.LittleEndian.Uint16(b[header+n:]) {
		return h, -1
	}
	m, err := rw.Read(&message.MessageRaw{ID: id, Payload: b[header : header+n : header+n]}, b[0] == magicV2)
	if err == nil {
		h.msg = m
	}
	return h, size
}

func checksum(b []byte, extra byte) uint16 {
	sum := x25.New()
	sum.Write(b)
	sum.Write([]byte{extra})
	return sum.Sum16()
}

// frameOf is m as one MAVLink 2 frame.
func (c *codec) frameOf(m message.Message, system, component, seq uint8) []byte {
	return c.pack(m, magicV2, 0, system, component, seq)
}

// pack is m as a frame of either version, with the incompatibility flags of version 2.
func (c *codec) pack(m message.Message, magic, flags, system, component, seq uint8) []byte {
	id := m.GetID()
	rw := c.layouts.GetMessage(id)
	payload := rw.Write(m, magic == magicV2).Payload
	n := byte(len(payload))
	b := []byte{magic, n, flags, 0, seq, system, component, byte(id), byte(id >> 8), byte(id >> 16)}
	if magic == magicV1 {
		b = []byte{magic, n, seq, system, component, byte(id)}
	}
	b = append(b, payload...)
	return binary.LittleEndian.AppendUint16(b, checksum(b[1:], rw.CRCExtra()))
}
