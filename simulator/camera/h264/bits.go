package h264

import "math/bits"

// bitWriter gathers a raw byte sequence payload, most significant bit first.
type bitWriter struct {
	buf  []byte
	acc  uint64
	have uint // bits of acc not yet in buf, < 8 between calls
}

func (w *bitWriter) reset() { w.buf, w.acc, w.have = w.buf[:0], 0, 0 }

// put appends the low n bits of v, n ≤ 32.
func (w *bitWriter) put(v uint32, n uint) {
	w.acc = w.acc<<n | uint64(v)
	w.have += n
	for w.have >= 8 {
		w.have -= 8
		w.buf = append(w.buf, byte(w.acc>>w.have))
	}
	w.acc &= 1<<w.have - 1
}

// ue appends an unsigned Exp-Golomb code (clause 9.1).
func (w *bitWriter) ue(v uint32) {
	n := uint(bits.Len32(v + 1))
	w.put(0, n-1)
	w.put(v+1, n)
}

// se appends a signed Exp-Golomb code (clause 9.1.1).
func (w *bitWriter) se(v int32) {
	if v > 0 {
		w.ue(uint32(2*v - 1))
		return
	}
	w.ue(uint32(-2 * v))
}

func (w *bitWriter) flag(on bool) {
	if on {
		w.put(1, 1)
		return
	}
	w.put(0, 1)
}

// trailing appends rbsp_trailing_bits: a one, then zeros up to the byte.
func (w *bitWriter) trailing() {
	w.put(1, 1)
	if w.have > 0 {
		w.put(0, 8-w.have)
	}
}

// nal wraps the payload into a NAL unit with the given header byte and the emulation prevention of clause 7.4.1.
func (w *bitWriter) nal(header byte) []byte {
	out := make([]byte, 1, len(w.buf)+len(w.buf)/64+8)
	out[0] = header
	zeros := 0
	for _, b := range w.buf {
		if zeros == 2 && b <= 3 {
			out = append(out, 3)
			zeros = 0
		}
		out = append(out, b)
		if b == 0 {
			zeros++
		} else {
			zeros = 0
		}
	}
	return out
}
