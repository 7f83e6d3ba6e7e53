package tlog

import (
	"encoding/binary"
	"time"
)

const (
	stampLen         = 8
	magicV1, magicV2 = 0xFE, 0xFD
	headV1, headV2   = 6, 10
	sumLen           = 2
	signatureLen     = 13
	signedFlag       = 0x01
	// FrameMax is the longest frame there is: MAVLink 2 with a full payload and a signature.
	FrameMax  = headV2 + 255 + sumLen + signatureLen
	recordMax = stampLen + FrameMax
	// stampMax is in the year 2255: a larger number is no time.
	stampMax = 1<<53 - 1
	// setupSigning is the id of SETUP_SIGNING, https://mavlink.io/en/messages/common.html#SETUP_SIGNING.
	setupSigning = 256
)

// Append adds the record of one whole frame to dst. A Secret, and what is no frame, is not written.
func Append(dst []byte, at time.Time, frame []byte) []byte {
	if len(frame) == 0 || frameLen(frame) != len(frame) || Secret(frame) {
		return dst
	}
	dst = binary.BigEndian.AppendUint64(dst, uint64(min(max(0, at.UnixMicro()), stampMax)))
	return append(dst, frame...)
}

// Secret says whether a frame carries a key. MAVLink 1 has no room for such an id.
func Secret(frame []byte) bool {
	return len(frame) >= headV2 && frame[0] == magicV2 &&
		uint32(frame[7])|uint32(frame[8])<<8|uint32(frame[9])<<16 == setupSigning
}

// frameLen is how long the frame is that b begins with, as it says itself; 0 if it is none, or too short to say.
func frameLen(b []byte) int {
	switch {
	case len(b) >= 2 && b[0] == magicV1:
		return headV1 + int(b[1]) + sumLen
	case len(b) >= 3 && b[0] == magicV2 && b[2]&^signedFlag == 0:
		return headV2 + int(b[1]) + sumLen + signatureLen*int(b[2]&signedFlag)
	}
	return 0
}

// recordLen is how long the record is that b begins with; 0 if it is none, or too short to say.
func recordLen(b []byte) int {
	if len(b) <= stampLen || binary.BigEndian.Uint64(b) > stampMax {
		return 0
	}
	if n := frameLen(b[stampLen:]); n != 0 {
		return stampLen + n
	}
	return 0
}
