package h265

import "groundstation/simulator/camera/mosaic"

// change is by how much the cells of one block differ from what the decoder holds.
type change struct {
	luma   [16]int32 // in raster order
	cb, cr [4]int32
}

func (e *Encoder) change(m *mosaic.Mosaic, bx, by int) (d change) {
	at, stride := by*mosaic.Block*m.Cols+bx*mosaic.Block, m.Cols
	for i := range d.luma {
		j := at + i/4*stride + i%4
		d.luma[i] = int32(m.Y[j]) - int32(e.shown.Y[j])
	}
	at, stride = by*2*(m.Cols/2)+bx*2, m.Cols/2
	for i := range d.cb {
		j := at + i/2*stride + i%2
		d.cb[i] = int32(m.Cb[j]) - int32(e.shown.Cb[j])
		d.cr[i] = int32(m.Cr[j]) - int32(e.shown.Cr[j])
	}
	return d
}

// unit codes one coding unit of 16×16 (clause 7.3.8.5); first is the slice's first row, above which nothing is known.
func (e *Encoder) unit(m *mosaic.Mosaic, bx, by, first int) {
	i := by*e.cols + bx
	skip := m.SameBlock(e.shown, bx, by)
	e.skipped[i] = skip
	around := ctxSkip
	if bx > 0 && e.skipped[i-1] {
		around++
	}
	if by > first && e.skipped[i-e.cols] {
		around++
	}
	e.c.bin(around, skip)
	if skip {
		return // with one merge candidate nothing says which
	}
	e.c.bin(ctxPredMode, false) // inter
	e.c.bin(ctxPartMode, true)  // 2N×2N
	e.c.bin(ctxMerge, true)
	e.tree(e.change(m, bx, by))
}

// tree codes the residual: one transform of 16×16, or four of 8×8, each of which may be four of 4×4 (clause 7.3.8.8). A
// unit that is not skipped has some residual, so that the flag of its luma alone is implied.
func (e *Encoder) tree(d change) {
	split := !even(d.luma[:]) || !even(d.cb[:]) || !even(d.cr[:])
	cb, cr := d.cb != [4]int32{}, d.cr != [4]int32{}
	e.c.bin(ctxSplit+1, split)
	e.c.bin(ctxCbfChroma, cb)
	e.c.bin(ctxCbfChroma, cr)
	if !split {
		if cb || cr {
			e.c.bin(ctxCbfLuma+1, d.luma[0] != 0)
		}
		e.dc(d.luma[0]*4, ctxLastX+2, 0)
		e.dc(d.cb[0]*2, ctxLastX+3, 1)
		e.dc(d.cr[0]*2, ctxLastX+3, 1)
		return
	}
	for q := range 4 {
		at := q/2*8 + q%2*2
		four := [4]int32{d.luma[at], d.luma[at+1], d.luma[at+4], d.luma[at+5]}
		e.quarter(four, d.cb[q], d.cr[q], cb, cr)
	}
}

// quarter codes 8×8 luma pixels and the 4×4 of each chroma; cb and cr say whether the unit has any of these at all.
func (e *Encoder) quarter(luma [4]int32, dcb, dcr int32, cb, cr bool) {
	split := !even(luma[:])
	e.c.bin(ctxSplit+2, split)
	if cb {
		e.c.bin(ctxCbfChroma+1, dcb != 0)
	}
	if cr {
		e.c.bin(ctxCbfChroma+1, dcr != 0)
	}
	if split {
		for _, v := range luma {
			e.c.bin(ctxCbfLuma, v != 0)
			e.dc(v, ctxLastX, 0)
		}
	} else {
		e.c.bin(ctxCbfLuma, luma[0] != 0)
		e.dc(luma[0]*2, ctxLastX+1, 0)
	}
	e.dc(dcb, ctxLastX+3, 1)
	e.dc(dcr, ctxLastX+3, 1)
}

// dc codes a transform block whose only coefficient is the first (clause 7.3.8.11); nothing for a level of 0. chroma is
// 1 for chroma, last the context of the position.
func (e *Encoder) dc(level int32, last, chroma int) {
	if level == 0 {
		return
	}
	e.c.bin(last, false)
	e.c.bin(last-ctxLastX+ctxLastY, false)
	magnitude := max(level, -level)
	e.c.bin(ctxGreater1+chroma, magnitude > 1)
	if magnitude > 1 {
		e.c.bin(ctxGreater2+chroma, magnitude > 2)
	}
	e.c.bypass(level < 0)
	if magnitude > 2 {
		e.remaining(uint32(magnitude - 3))
	}
}

// remaining codes coeff_abs_level_remaining with Rice parameter 0 (clause 9.3.3.11): up to 3 in ones, then Exp-Golomb of order 1.
func (e *Encoder) remaining(v uint32) {
	if v < 4 {
		for range v {
			e.c.bypass(true)
		}
		e.c.bypass(false)
		return
	}
	for range 4 {
		e.c.bypass(true)
	}
	v -= 4
	k := uint(1)
	for v >= 1<<k {
		e.c.bypass(true)
		v -= 1 << k
		k++
	}
	e.c.bypass(false)
	for k > 0 {
		k--
		e.c.bypass(v>>k&1 == 1)
	}
}

func even(v []int32) bool {
	for _, x := range v[1:] {
		if x != v[0] {
			return false
		}
	}
	return true
}
