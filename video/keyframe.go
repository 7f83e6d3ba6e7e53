package video

import "github.com/pion/rtp"

// The NAL unit types that matter here (ITU-T H.264 table 7-1, RFC 6184 section 5.2).
const (
	nalIDR   = 5
	nalSPS   = 7
	nalSTAPA = 24
	nalFUA   = 28
)

// startsKey says whether an RTP packet of H.264 (RFC 6184) carries the beginning of a key picture: a sequence
// parameter set or the first part of an IDR slice.
func startsKey(p *rtp.Packet) bool {
	b := p.Payload
	if len(b) == 0 {
		return false
	}
	switch kind := b[0] & 0x1f; kind {
	case nalIDR, nalSPS:
		return true
	case nalFUA:
		return len(b) > 1 && b[1]&0x80 != 0 && b[1]&0x1f == nalIDR
	case nalSTAPA:
		for rest := b[1:]; len(rest) > 2; {
			size := int(rest[0])<<8 | int(rest[1])
			if size == 0 || len(rest) < 2+size {
				return false
			}
			if inner := rest[2] & 0x1f; inner == nalIDR || inner == nalSPS {
				return true
			}
			rest = rest[2+size:]
		}
	}
	return false
}
