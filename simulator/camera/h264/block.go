package h264

import "groundstation/simulator/camera/mosaic"

// lumaLevels gives the quantised luma DC levels of macroblock (mx, my) in scan order and writes into recon what a
// decoder makes of them. At QP 28 the decoder's scaling cancels out: the residual of a block is the sum of the levels
// with the Hadamard signs (clause 8.5.2), so one level of the first coefficient is one grey level everywhere.
func lumaLevels(src, recon *mosaic.Mosaic, mx, my int, up bool) [16]int32 {
	stride := src.Cols
	at := my*4*stride + mx*4
	pred := lumaPrediction(recon.Y, stride, at, mx > 0, up)

	var t [16]int32
	for y := range 4 {
		for x := range 4 {
			t[y*4+x] = int32(src.Y[at+y*stride+x]) - pred
		}
	}
	flat := t == [16]int32{t[0], t[0], t[0], t[0], t[0], t[0], t[0], t[0], t[0], t[0], t[0], t[0], t[0], t[0], t[0], t[0]}
	var levels [16]int32
	if flat {
		levels[0] = t[0]
	} else {
		hadamard(&t)
		for i := range t {
			t[i] = (t[i] + 8) >> 4
		}
		for i, pos := range zigzag {
			levels[i] = t[pos]
		}
		hadamard(&t)
	}
	for y := range 4 {
		for x := range 4 {
			recon.Y[at+y*stride+x] = clip(pred + t[y*4+x])
		}
	}
	return levels
}

// lumaPrediction is Intra_16x16_DC (clause 8.3.3.3) where every neighbouring cell is flat.
func lumaPrediction(y []uint8, stride, at int, left, up bool) int32 {
	sum := int32(0)
	if up {
		for x := range 4 {
			sum += 4 * int32(y[at-stride+x])
		}
	}
	if left {
		for r := range 4 {
			sum += 4 * int32(y[at+r*stride-1])
		}
	}
	switch {
	case up && left:
		return (sum + 16) >> 5
	case up || left:
		return (sum + 8) >> 4
	}
	return 128
}

// chromaLevels does for one chroma plane what lumaLevels does for luma (clause 8.5.11.1); the chroma QP of 22 gives the
// same unit step.
func chromaLevels(src, recon []uint8, stride, mx, my int, up bool) [4]int32 {
	at := my*2*stride + mx*2
	pred := chromaPrediction(recon, stride, at, mx > 0, up)
	var r [4]int32
	for i := range r {
		r[i] = int32(src[at+i/2*stride+i%2]) - pred[i]
	}
	levels := hadamard2(r)
	for i := range levels {
		levels[i] = (levels[i] + 2) >> 2
	}
	for i, v := range hadamard2(levels) {
		recon[at+i/2*stride+i%2] = clip(pred[i] + v)
	}
	return levels
}

// chromaPrediction is Intra_Chroma_DC (clause 8.3.4.1 to 8.3.4.3) for the four blocks in raster order.
func chromaPrediction(c []uint8, stride, at int, left, up bool) [4]int32 {
	var l, u [2]int32
	if left {
		l = [2]int32{int32(c[at-1]), int32(c[at+stride-1])}
	}
	if up {
		u = [2]int32{int32(c[at-stride]), int32(c[at-stride+1])}
	}
	switch {
	case up && left:
		return [4]int32{(u[0] + l[0] + 1) >> 1, u[1], l[1], (u[1] + l[1] + 1) >> 1}
	case up:
		return [4]int32{u[0], u[1], u[0], u[1]}
	case left:
		return [4]int32{l[0], l[0], l[1], l[1]}
	}
	return [4]int32{128, 128, 128, 128}
}

// hadamard is the 4×4 transform of clause 8.5.10, its own inverse times 16.
func hadamard(t *[16]int32) {
	for i := 0; i < 16; i += 4 {
		t[i], t[i+1], t[i+2], t[i+3] = hadamard4(t[i], t[i+1], t[i+2], t[i+3])
	}
	for i := range 4 {
		t[i], t[i+4], t[i+8], t[i+12] = hadamard4(t[i], t[i+4], t[i+8], t[i+12])
	}
}

func hadamard4(a, b, c, d int32) (int32, int32, int32, int32) {
	return a + b + c + d, a + b - c - d, a - b - c + d, a - b + c - d
}

// hadamard2 is the 2×2 transform of clause 8.5.11.1, its own inverse times 4.
func hadamard2(r [4]int32) [4]int32 {
	return [4]int32{r[0] + r[1] + r[2] + r[3], r[0] - r[1] + r[2] - r[3], r[0] + r[1] - r[2] - r[3], r[0] - r[1] - r[2] + r[3]}
}

func clip(v int32) uint8 { return uint8(min(max(v, 0), 255)) }
