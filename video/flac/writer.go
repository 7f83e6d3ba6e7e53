package flac

// writer writes bits, the highest first.
type writer struct {
	buf  []byte
	free int // bits of the last octet that are not written yet
}

// put writes the lowest n bits of v, which has no others, or as many zeros.
func (w *writer) put(v uint64, n int) {
	for n > 0 {
		if w.free == 0 {
			w.buf, w.free = append(w.buf, 0), 8
		}
		take := min(n, w.free)
		n -= take
		w.free -= take
		w.buf[len(w.buf)-1] |= byte(v>>n&(1<<take-1)) << w.free
	}
}

// signed writes v in two's complement of n bits.
func (w *writer) signed(v int32, n int) { w.put(uint64(v)&(1<<n-1), n) }

// align fills the last octet with zeros.
func (w *writer) align() { w.free = 0 }

// number writes a number of 36 bits at most as UTF-8 would, if that went so far (RFC 9639 section 9.1.5).
func (w *writer) number(v uint64) {
	v &= 1<<36 - 1
	if v < 0x80 {
		w.put(v, 8)
		return
	}
	more := 1 // octets after the first, of six bits each
	for v>>(6*more) >= 1<<(6-more) {
		more++
	}
	w.put((0xff<<(7-more)&0xff)|v>>(6*more), 8)
	for more--; more >= 0; more-- {
		w.put(0x80|v>>(6*more)&0x3f, 8)
	}
}

// crc8 is that of a frame's head, of the polynomial x⁸+x²+x+1.
func crc8(b []byte) (c uint8) {
	for _, o := range b {
		c ^= o
		for range 8 {
			c = c<<1 ^ 0x07*(c>>7)
		}
	}
	return c
}

// crc16 is that of a whole frame, of the polynomial x¹⁶+x¹⁵+x²+1.
func crc16(b []byte) (c uint16) {
	for _, o := range b {
		c ^= uint16(o) << 8
		for range 8 {
			c = c<<1 ^ 0x8005*(c>>15)
		}
	}
	return c
}
