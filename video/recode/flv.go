package recode

import (
	"encoding/binary"
	"errors"
	"io"
	"time"
)

// Of FLV, version 10.1 of its specification, annex E.
const (
	flvHead   = 9 + 4 // with the size of no tag before the first
	tagHead   = 11
	tagVideo  = 9
	codecAVC  = 7
	avcParams = 0
	avcNALs   = 1
	maxTag    = 8 << 20
)

var errFLV = errors.New("what ffmpeg wrote cannot be read")

// flv reads pictures of H.264 from an FLV stream.
type flv struct {
	in     io.Reader
	params [][]byte // SPS, PPS
}

func newFLV(in io.Reader) (*flv, error) {
	head := make([]byte, flvHead)
	if _, err := io.ReadFull(in, head); err != nil {
		return nil, err
	}
	if string(head[:3]) != "FLV" || binary.BigEndian.Uint32(head[5:]) != flvHead-4 {
		return nil, errFLV
	}
	return &flv{in: in}, nil
}

// next gives the NAL units of the next picture, a key picture's behind its parameter sets, and its time to the millisecond.
func (f *flv) next() (nals [][]byte, at time.Duration, err error) {
	for {
		var head [tagHead]byte
		if _, err := io.ReadFull(f.in, head[:]); err != nil {
			return nil, 0, err
		}
		size := int(head[1])<<16 | int(head[2])<<8 | int(head[3])
		if size > maxTag {
			return nil, 0, errFLV
		}
		body := make([]byte, size+4) // and the size again
		if _, err := io.ReadFull(f.in, body); err != nil {
			return nil, 0, err
		}
		if body = body[:size]; head[0]&0x1f != tagVideo || size < 5 {
			continue
		}
		if body[0]&0x0f != codecAVC {
			return nil, 0, errFLV
		}
		key, kind := body[0]>>4 == 1, body[1]
		// The time is in the order of decoding; the pictures that we ask for are shown in that order.
		at := time.Duration(uint32(head[7])<<24|uint32(head[4])<<16|uint32(head[5])<<8|uint32(head[6])) * time.Millisecond
		switch kind {
		case avcParams:
			if f.params, err = parameterSets(body[5:]); err != nil {
				return nil, 0, err
			}
		case avcNALs:
			nals, ok := behindLengths(body[5:])
			if !ok {
				return nil, 0, errFLV
			}
			if key {
				nals = append(append([][]byte{}, f.params...), nals...)
			}
			if len(nals) > 0 {
				return nals, at, nil
			}
		}
	}
}

// parameterSets reads an AVCDecoderConfigurationRecord (ISO/IEC 14496-15 section 5.2.4.1).
func parameterSets(b []byte) (sets [][]byte, err error) {
	if len(b) < 6 || b[4]&3 != 3 { // lengths of four octets
		return nil, errFLV
	}
	b = b[5:]
	for _, mask := range []byte{0x1f, 0xff} {
		if len(b) == 0 {
			return nil, errFLV
		}
		n := int(b[0] & mask)
		b = b[1:]
		for range n {
			if len(b) < 2 || len(b) < 2+int(binary.BigEndian.Uint16(b)) {
				return nil, errFLV
			}
			size := int(binary.BigEndian.Uint16(b))
			sets, b = append(sets, b[2:2+size]), b[2+size:]
		}
	}
	return sets, nil
}

// behindLengths takes apart NAL units that each stand behind a length of four octets.
func behindLengths(b []byte) (nals [][]byte, ok bool) {
	for len(b) > 0 {
		if len(b) < 4 {
			return nil, false
		}
		size := uint64(binary.BigEndian.Uint32(b))
		if b = b[4:]; size > uint64(len(b)) {
			return nil, false
		}
		if size > 0 {
			nals = append(nals, b[:size])
		}
		b = b[size:]
	}
	return nals, true
}
