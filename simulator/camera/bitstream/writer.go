package bitstream

import "math/bits"

// Writer gathers a raw byte sequence payload, most significant bit first.
type Writer struct {
	buf  []byte
	acc  uint64
	have uint // bits of acc not yet in buf, < 8 between calls
}

// Reset begins a new payload.
func (w *Writer) Reset() { w.buf, w.acc, w.have = w.buf[:0], 0, 0 }

// Put appends the low n bits of v, n ≤ 32.
func (w *Writer) Put(v uint32, n uint) {
	w.acc = w.acc<<n | uint64(v)
	w.have += n
	for w.have >= 8 {
		w.have -= 8
		w.buf = append(w.buf, byte(w.acc>>w.have))
	}
	w.acc &= 1<<w.have - 1
}

// UE appends an unsigned Exp-Golomb code.
func (w *Writer) UE(v uint32) {
	n := uint(bits.Len32(v + 1))
	w.Put(0, n-1)
	w.Put(v+1, n)
}

// SE appends a signed Exp-Golomb code.
func (w *Writer) SE(v int32) {
	if v > 0 {
		w.UE(uint32(2*v - 1))
		return
	}
	w.UE(uint32(-2 * v))
}

// Flag appends one bit.
func (w *Writer) Flag(on bool) {
	if on {
		w.Put(1, 1)
		return
	}
	w.Put(0, 1)
}

// Trailing appends a one, then zeros up to the byte: rbsp_trailing_bits, and H.265's byte_alignment.
func (w *Writer) Trailing() {
	w.Put(1, 1)
	if w.have > 0 {
		w.Put(0, 8-w.have)
	}
}

// NAL wraps the payload into a NAL unit with the given header bytes and emulation prevention.
func (w *Writer) NAL(header ...byte) []byte {
	out := make([]byte, len(header), len(header)+len(w.buf)+len(w.buf)/64+8)
	copy(out, header)
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
