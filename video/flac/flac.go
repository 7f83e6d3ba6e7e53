package flac

import (
	"encoding/binary"
	"math/bits"
)

const (
	// Bits are those of a sample.
	Bits = 16
	// InfoLen is the length of STREAMINFO in octets (RFC 9639 section 8.2).
	InfoLen = 34
	// blockMin and blockMax bound the samples of a frame in each channel; only the last of a stream may have fewer.
	blockMin, blockMax = 16, 65535
	// orderMax is the highest of the fixed predictors (section 9.2.5).
	orderMax = 4
	// riceMax is the greatest Rice parameter of four bits; one more would say that the residual is not coded so.
	riceMax = 14
)

// Format is what a stream is of.
type Format struct {
	Rate     int // Hz
	Channels int
}

// Fits says whether the format has a place for it.
func (f Format) Fits() bool {
	return f.Rate > 0 && f.Rate < 1<<16 && f.Channels > 0 && f.Channels <= 8
}

// Info is the STREAMINFO of a stream that is still being made: the sizes of its frames, its length and its hash are not known.
func (f Format) Info() []byte {
	var w writer
	w.put(blockMin, 16)
	w.put(blockMax, 16)
	w.put(0, 24)
	w.put(0, 24)
	w.put(uint64(f.Rate), 20)
	w.put(uint64(f.Channels-1), 3)
	w.put(Bits-1, 5)
	return append(w.buf, make([]byte, InfoLen-len(w.buf))...)
}

// Frame codes a block of samples, those of all channels at one time beside each other, whose first is the stream's sample
// at. It is nil where there are none or too many.
func (f Format) Frame(at uint64, samples []int16) []byte {
	n := len(samples) / f.Channels
	if n == 0 || n > blockMax {
		return nil
	}
	var w writer
	w.put(0b11111111111110_0_1, 16)            // its blocks are of different sizes
	w.put(0b0111_1101, 8)                      // size and rate follow, of 16 bits each
	w.put(uint64(f.Channels-1)<<4|0b100<<1, 8) // channels apart, of 16 bits
	w.number(at)
	w.put(uint64(n-1), 16)
	w.put(uint64(f.Rate), 16)
	w.put(uint64(crc8(w.buf)), 8)
	one := make([]int32, n)
	for c := range f.Channels {
		for i := range one {
			one[i] = int32(samples[i*f.Channels+c])
		}
		w.subframe(one)
	}
	w.align()
	return binary.BigEndian.AppendUint16(w.buf, crc16(w.buf))
}

// subframe writes one channel in the shortest of the ways that are known here (section 9.2); it changes x.
func (w *writer) subframe(x []int32) {
	all, same := int32(0), true
	for _, v := range x {
		all |= v
		same = same && v == x[0]
	}
	wasted := 0 // low bits that are 0 in every sample, as with G.711
	if all != 0 {
		wasted = bits.TrailingZeros32(uint32(all))
	}
	for i := range x {
		x[i] >>= wasted
	}
	depth := Bits - wasted
	if same {
		w.kind(0b000000, wasted)
		w.signed(x[0], depth)
		return
	}
	order, residual := predict(x)
	k, size := rice(residual)
	if size+order*depth+10 >= len(x)*depth {
		w.kind(0b000001, wasted)
		for _, v := range x {
			w.signed(v, depth)
		}
		return
	}
	w.kind(0b001000|order, wasted)
	for _, v := range x[:order] {
		w.signed(v, depth)
	}
	w.put(0, 2+4) // parameters of four bits, one partition
	w.put(uint64(k), 4)
	for _, r := range residual {
		u := fold(r)
		w.put(0, int(u>>k))
		w.put(1<<k|uint64(u)&(1<<k-1), k+1)
	}
}

// kind begins a subframe, which says how many low bits are left out.
func (w *writer) kind(code, wasted int) {
	w.put(uint64(code), 1+6)
	w.put(uint64(min(wasted, 1)), 1)
	if wasted > 0 {
		w.put(1, wasted)
	}
}

// predict gives the fixed predictor that leaves least of x, and what it leaves.
func predict(x []int32) (order int, residual []int32) {
	best := uint64(0)
	left := append([]int32(nil), x...)
	for o := 0; o <= orderMax && o < len(x); o++ {
		if o > 0 { // each is the difference of what the one before leaves
			for i := len(left) - 1; i > 0; i-- {
				left[i] -= left[i-1]
			}
			left = left[1:]
		}
		sum := uint64(0)
		for _, r := range left {
			sum += uint64(fold(r))
		}
		if o == 0 || sum < best {
			order, best, residual = o, sum, append(residual[:0], left...)
		}
	}
	return order, residual
}

// rice gives the parameter by which a residual takes the fewest bits, and how many.
func rice(residual []int32) (k, size int) {
	for p := range riceMax + 1 {
		n := len(residual) * (p + 1)
		for _, r := range residual {
			n += int(fold(r) >> p)
		}
		if p == 0 || n < size {
			k, size = p, n
		}
	}
	return k, size
}

// fold counts numbers by their distance from 0: 0, -1, 1, -2 …
func fold(r int32) uint32 { return uint32(r<<1) ^ uint32(r>>31) }
