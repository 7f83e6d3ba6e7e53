package mavlink

import (
	"encoding/binary"
	"errors"

	"github.com/bluenviron/gomavlib/v3/pkg/message"
)

// ErrUnknownMessage says that a message is of no dialect of ours.
var ErrUnknownMessage = errors.New("message of an unknown dialect")

// Encoder writes MAVLink 2 frames of one sender with its own sequence. One per link and goroutine.
type Encoder struct {
	kinds    *catalogue
	sys, cmp uint8
	seq      uint8
}

// NewEncoder writes as system sys, component comp. The station is StationSystem, StationComponent.
func NewEncoder(sys, comp uint8) *Encoder {
	return &Encoder{kinds: stationKinds, sys: sys, cmp: comp}
}

// Encode appends the frame of m to dst.
func (e *Encoder) Encode(dst []byte, m message.Message) ([]byte, error) { return e.encode(dst, m, 0) }

// EncodeToSign appends the frame of m to dst as one that will be signed: signing.Signer completes it.
func (e *Encoder) EncodeToSign(dst []byte, m message.Message) ([]byte, error) {
	return e.encode(dst, m, signedFlag)
}

func (e *Encoder) encode(dst []byte, m message.Message, flags byte) ([]byte, error) {
	id := m.GetID()
	k := e.kinds.kind(id)
	if k == nil {
		return dst, ErrUnknownMessage
	}
	payload := k.rw.Write(m, true).Payload
	start := len(dst)
	dst = append(dst, magicV2, byte(len(payload)), flags, 0, e.seq, e.sys, e.cmp, byte(id), byte(id>>8), byte(id>>16))
	dst = append(dst, payload...)
	e.seq++
	return binary.LittleEndian.AppendUint16(dst, checksum(dst[start+1:], k.extra)), nil
}
