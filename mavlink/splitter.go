package mavlink

// frameMax is the longest frame there is: MAVLink 2 with a full payload and a signature.
const frameMax = 10 + payloadMax + 2 + signatureLen

// Splitter finds the frames in a byte stream (TCP, serial), whatever the pieces it comes in. It keeps no more than one
// frame that is not whole yet, and finds the next frame after any garbage. One per connection and goroutine.
type Splitter struct {
	kinds *catalogue
	buf   [2 * frameMax]byte
	n     int
	bad   int // broken frames in a row
	skip  int // bytes that are not looked at any more
}

// NewSplitter cuts by the same dialects as NewDecoder.
func NewSplitter() *Splitter { return &Splitter{kinds: stationKinds} }

// Push takes the next piece and calls each with every frame that is whole now, in order: bytes that Decoder.Split
// takes, good until each returns. A frame of an unknown id is given when the start of the next one has come.
func (s *Splitter) Push(piece []byte, each func(frame []byte)) (st Stats) {
	for {
		n := min(s.skip, len(piece))
		s.skip -= n
		st.Garbage += uint64(n)
		if piece = piece[n:]; len(piece) == 0 {
			return st
		}
		k := copy(s.buf[s.n:], piece)
		piece = piece[k:]
		s.n += k
		left := s.scan(s.buf[:s.n], &st, each)
		s.n = copy(s.buf[:], left)
	}
}

// scan gives each whole frame of b and what is left of it: less than a frame and one byte.
func (s *Splitter) scan(b []byte, st *Stats, each func(frame []byte)) []byte {
	for len(b) > 0 {
		if b[0] != magicV2 && b[0] != magicV1 {
			st.Garbage++
			b = b[1:]
			continue
		}
		o, verdict := s.kinds.outline(b)
		switch {
		case verdict == frameShort, verdict == frameUnknown && len(b) == o.n:
			return b
		case verdict == frameGood:
			st.Frames++
		case verdict == frameUnknown && leads(b, o.n):
			st.Unknown++
		default:
			// A stream made only of start markers must not cost a checksum per byte.
			st.Bad++
			if s.bad++; s.bad >= badMax {
				n := min(len(b), frameMax)
				s.bad, s.skip = 0, frameMax-n
				st.Garbage += uint64(n)
				b = b[n:]
				continue
			}
			b = b[1:]
			continue
		}
		s.bad = 0
		each(b[:o.n])
		b = b[o.n:]
	}
	return nil
}
