package video

import (
	"iter"

	"groundstation/video/unit"
)

// The NAL unit types that matter here (ITU-T H.264 table 7-1, RFC 6184 section 5.2).
const (
	nalSlice = 1
	nalIDR   = 5
	nalSPS   = 7
	nalPPS   = 8
	nalSTAPA = 24
	nalFUA   = 28
)

// The same of H.265 (ITU-T H.265 table 7-1, RFC 7798 section 4.4).
const (
	hevcIRAPFirst = 16
	hevcIRAPLast  = 21
	hevcVPS       = 32
	hevcSPS       = 33
	hevcPPS       = 34
	hevcAP        = 48
	hevcFU        = 49
)

// opening is what an RTP packet begins.
type opening int

const (
	opensNothing opening = iota
	opensParams          // parameter sets, which go before a key picture
	opensKey             // a key picture
)

// opens says what begins in an RTP payload of H.264 (RFC 6184) or H.265 (RFC 7798). Of another codec nothing does.
func opens(codec unit.Codec, payload []byte) opening {
	switch codec {
	case unit.H264:
		return opensH264(payload)
	case unit.H265:
		return opensH265(payload)
	}
	return opensNothing
}

func opensH264(b []byte) opening {
	if len(b) == 0 {
		return opensNothing
	}
	switch kind := b[0] & 0x1f; kind {
	case nalFUA:
		if len(b) > 1 && b[1]&0x80 != 0 {
			return kindH264(b[1] & 0x1f)
		}
		return opensNothing
	case nalSTAPA:
		return within(b[1:], func(nal []byte) opening { return kindH264(nal[0] & 0x1f) })
	default:
		return kindH264(kind)
	}
}

func kindH264(kind byte) opening {
	switch kind {
	case nalIDR:
		return opensKey
	case nalSPS:
		return opensParams
	}
	return opensNothing
}

func opensH265(b []byte) opening {
	if len(b) < 3 {
		return opensNothing
	}
	switch kind := b[0] >> 1 & 0x3f; kind {
	case hevcFU:
		if b[2]&0x80 != 0 {
			return kindH265(b[2] & 0x3f)
		}
		return opensNothing
	case hevcAP:
		return within(b[2:], func(nal []byte) opening { return kindH265(nal[0] >> 1 & 0x3f) })
	default:
		return kindH265(kind)
	}
}

func kindH265(kind byte) opening {
	switch {
	case kind >= hevcIRAPFirst && kind <= hevcIRAPLast:
		return opensKey
	case kind == hevcVPS || kind == hevcSPS:
		return opensParams
	}
	return opensNothing
}

// within is the most that a NAL unit of an aggregation packet opens.
func within(rest []byte, of func(nal []byte) opening) (most opening) {
	for nal := range aggregated(rest) {
		most = max(most, of(nal))
	}
	return most
}

// aggregated are the NAL units behind the head of an aggregation packet.
func aggregated(rest []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for len(rest) > 2 {
			size := int(rest[0])<<8 | int(rest[1])
			if size == 0 || len(rest) < 2+size || !yield(rest[2:2+size]) {
				return
			}
			rest = rest[2+size:]
		}
	}
}

// sizeTold is the size of the picture as the sequence parameter set in an RTP payload tells it, 0 where there is none.
func sizeTold(codec unit.Codec, b []byte) (width, height int) {
	head, set, several := 1, byte(nalSPS), byte(nalSTAPA)
	kind := func(nal []byte) byte { return nal[0] & 0x1f }
	if codec == unit.H265 {
		head, set, several = 2, hevcSPS, hevcAP
		kind = func(nal []byte) byte { return nal[0] >> 1 & 0x3f }
	}
	if len(b) > head && kind(b) == set {
		return size(codec, b)
	}
	if len(b) <= head || kind(b) != several {
		return 0, 0
	}
	for nal := range aggregated(b[head:]) {
		if kind(nal) == set {
			return size(codec, nal)
		}
	}
	return 0, 0
}
