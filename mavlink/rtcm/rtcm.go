package rtcm

const (
	preamble = 0xD3
	headLen  = 3
	crcLen   = 3
	// Longest is the longest message there is, and Most the longest that fits GPS_RTCM_DATA, bytes.
	Longest = headLen + 1023 + crcLen
	Most    = pieces * pieceLen

	pieceLen = 180
	pieces   = 4
)

// Stats counts what a Framer found.
type Stats struct {
	Messages uint64
	Bad      uint64 // a wrong checksum
	Garbage  uint64 // bytes that are in no message
}

// Framer finds messages in a stream that may begin anywhere and hold anything.
type Framer struct {
	buf   []byte
	stats Stats
}

// Stats gives the counts so far.
func (f *Framer) Stats() Stats { return f.stats }

// Push takes what was read and calls each for every whole message, which is valid during the call only.
func (f *Framer) Push(b []byte, each func(message []byte)) {
	for len(b) > 0 {
		n := min(len(b), Longest)
		f.buf = append(f.buf, b[:n]...)
		b = b[n:]
		f.buf = f.buf[:copy(f.buf, f.scan(each))]
	}
}

// scan gives what is left: the beginning of a message, or nothing.
func (f *Framer) scan(each func([]byte)) []byte {
	b := f.buf
	for len(b) > 0 {
		if b[0] != preamble || len(b) > 1 && b[1]&0xFC != 0 {
			f.stats.Garbage++
			b = b[1:]
			continue
		}
		if len(b) < headLen {
			return b
		}
		n := headLen + (int(b[1]&0x03)<<8 | int(b[2])) + crcLen
		if len(b) < n {
			return b
		}
		if want := uint32(b[n-3])<<16 | uint32(b[n-2])<<8 | uint32(b[n-1]); crc24q(b[:n-crcLen]) != want {
			f.stats.Bad++
			f.stats.Garbage++
			b = b[1:]
			continue
		}
		f.stats.Messages++
		each(b[:n])
		b = b[n:]
	}
	return nil
}

// Type is the number of a whole message, 0 if it is empty.
func Type(message []byte) int {
	if len(message) < headLen+2+crcLen {
		return 0
	}
	return int(message[3])<<4 | int(message[4])>>4
}

// crc24q is the checksum of RTCM 3: polynomial 0x1864CFB, nothing in, nothing out.
func crc24q(b []byte) uint32 {
	var crc uint32
	for _, c := range b {
		crc ^= uint32(c) << 16
		for range 8 {
			if crc <<= 1; crc&0x1000000 != 0 {
				crc ^= 0x1864CFB
			}
		}
	}
	return crc
}

// Piece is one GPS_RTCM_DATA: its flags and at most 180 bytes.
type Piece struct {
	Flags uint8
	Data  []byte
}

// Fragmenter numbers messages, so that pieces of two are not taken for one.
type Fragmenter struct{ seq uint8 }

// Cut gives the pieces of one message; nil if it is too long for four. A receiver takes a piece that is not full, or the
// fourth, for the last: a message that fills fewer than four ends with an empty one.
func (f *Fragmenter) Cut(message []byte) []Piece {
	if len(message) > Most {
		return nil
	}
	flags := f.seq << 3
	f.seq = (f.seq + 1) & 0x1F
	if len(message) <= pieceLen {
		return []Piece{{flags, message}}
	}
	var out []Piece
	for i := range pieces {
		from := min(i*pieceLen, len(message))
		piece := message[from:min(from+pieceLen, len(message))]
		out = append(out, Piece{flags | uint8(i)<<1 | 1, piece})
		if len(piece) < pieceLen {
			break
		}
	}
	return out
}
