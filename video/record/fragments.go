package record

import (
	"encoding/binary"
	"time"

	"github.com/bluenviron/mediacommon/v2/pkg/formats/fmp4"
)

// box is one box at the top of a file (ISO/IEC 14496-12 section 4.2).
type box struct {
	kind       string
	start, end int64
}

// nextBox reads the box at at; false if it is not there whole.
func nextBox(b []byte, at int64) (box, bool) {
	rest := b[at:]
	if len(rest) < 8 {
		return box{}, false
	}
	size, head := uint64(binary.BigEndian.Uint32(rest)), uint64(8)
	if size == 1 {
		if len(rest) < 16 {
			return box{}, false
		}
		size, head = binary.BigEndian.Uint64(rest[8:]), 16
	}
	if size < head || size > uint64(len(rest)) {
		return box{}, false
	}
	return box{string(rest[4:8]), at, at + int64(size)}, true
}

// wholeFragments says how much of a segment's file is whole, its head and the fragments that follow each other, and how
// long its pictures last.
func wholeFragments(b []byte) (octets int64, media time.Duration) {
	var moof box
	for at := int64(0); ; {
		bx, ok := nextBox(b, at)
		if !ok {
			return octets, media
		}
		at = bx.end
		switch bx.kind {
		case "ftyp", "moov":
			octets = at
		case "moof":
			moof = bx
		case "mdat":
			var parts fmp4.Parts
			if moof.kind == "" || parts.Unmarshal(b[moof.start:bx.end]) != nil {
				return octets, media
			}
			for _, p := range parts {
				for _, t := range p.Tracks {
					if t.ID != pictureID {
						continue
					}
					for _, s := range t.Samples {
						media += untick(int64(s.Duration), pictureScale)
					}
				}
			}
			moof = box{}
			octets = at
		default:
			return octets, media
		}
	}
}

// boxOf makes a box.
func boxOf(kind string, body []byte) []byte {
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(8+len(body))), kind...), body...)
}

// stsdHead is the length of what goes before the entries of a table of descriptions (ISO/IEC 14496-12 section 8.5.2).
const stsdHead = 8

// within gives boxes with what change makes of those at the end of path that have least octets; those around them are as
// long as what they hold.
func within(b []byte, path []string, least int, change func(whole []byte) []byte) (out []byte) {
	for at := int64(0); ; {
		bx, ok := nextBox(b, at)
		if !ok {
			return append(out, b[at:]...)
		}
		whole := b[bx.start:bx.end]
		before := 8
		if bx.kind == "stsd" {
			before += stsdHead
		}
		switch {
		case bx.kind != path[0]:
		case len(path) > 1 && len(whole) >= before:
			whole = boxOf(bx.kind, append(whole[8:before:before], within(whole[before:], path[1:], least, change)...))
		case len(path) == 1 && len(whole) >= least:
			whole = change(whole)
		}
		out, at = append(out, whole...), bx.end
	}
}
