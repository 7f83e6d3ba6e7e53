package h265

import (
	"math/bits"

	"groundstation/simulator/camera/bitstream"
	"groundstation/simulator/camera/mosaic"
)

// grey is what every sample of a key picture's first access unit is: prediction without neighbours.
const grey = 128

// Encoder turns mosaics of one size into access units. It is a value for one goroutine.
type Encoder struct {
	cols, rows    int // coding tree blocks
	vps, sps, pps []byte
	blank         []byte         // the IDR picture of one grey
	shown         *mosaic.Mosaic // what a decoder holds now: cells are exact
	skipped       []bool         // of the picture being coded, which coding units are skipped
	poc           uint8
	started       bool
	w             bitstream.Writer
	c             cabac
}

// NewEncoder is an encoder of pictures of width × height pixels; see mosaic.New for what is allowed.
func NewEncoder(width, height int) (*Encoder, error) {
	shown, err := mosaic.New(width, height)
	if err != nil {
		return nil, err
	}
	e := &Encoder{cols: shown.Cols / mosaic.Block, rows: shown.Rows / mosaic.Block, shown: shown,
		vps: vps(width, height), sps: sps(width, height), pps: pps()}
	e.skipped = make([]bool, e.cols*e.rows)
	e.blank = e.idr()
	return e, nil
}

// ParameterSets are the VPS, SPS and PPS as NAL units without start codes, for the session description.
func (e *Encoder) ParameterSets() (vps, sps, pps []byte) { return e.vps, e.sps, e.pps }

// Encode codes m as one access unit, NAL units without start codes. With key, or for the first picture, another goes
// before it, else that is nil. m must have the encoder's size and may be drawn on again afterwards.
func (e *Encoder) Encode(m *mosaic.Mosaic, key bool) (before, picture [][]byte) {
	before = e.Begin(key)
	return before, [][]byte{e.Slice(m, 0, e.rows)}
}

// Begin begins a picture, a key picture if key or if it is the first, and gives the access unit that goes before such a
// one: VPS, SPS, PPS and an IDR picture that is not shown.
func (e *Encoder) Begin(key bool) (before [][]byte) {
	if key || !e.started {
		e.started = true
		e.poc = 0
		e.shown.Fill(grey, grey, grey)
		before = [][]byte{e.vps, e.sps, e.pps, e.blank}
	}
	e.poc++
	return before
}

// Slice codes the rows of blocks from first to before last as one slice of the picture begun, which depends on no other
// slice of it: the slices of one picture may come from several encoders that began alike.
func (e *Encoder) Slice(m *mosaic.Mosaic, first, last int) []byte {
	e.w.Reset()
	sliceHeader(&e.w, first*e.cols, bits.Len(uint(e.cols*e.rows-1)), false, e.poc)
	e.c.start(initP)
	for by := first; by < last; by++ {
		for bx := range e.cols {
			e.unit(m, bx, by, first)
			e.c.end(by == last-1 && bx == e.cols-1)
		}
	}
	e.shown.CopyBlocks(m, first, last)
	return e.close(nalTrailR)
}

// close appends what the arithmetic encoder made to the slice header, and wraps both.
func (e *Encoder) close(kind byte) []byte {
	for _, b := range e.c.out {
		e.w.Put(uint32(b), 8)
	}
	return wrap(&e.w, kind)
}

// idr codes the picture of one grey: every block is predicted from nothing, or from grey, and is left so.
func (e *Encoder) idr() []byte {
	e.w.Reset()
	sliceHeader(&e.w, 0, 0, true, 0)
	e.c.start(initI)
	for i := range e.cols * e.rows {
		e.c.bin(ctxPartMode, true)  // 2N×2N
		e.c.bin(ctxPrevIntra, true) // the mode is a likely one,
		e.c.bypass(false)           // the first
		e.c.bin(ctxIntraChroma, false)
		e.c.bin(ctxCbfChroma, false)
		e.c.bin(ctxCbfChroma, false)
		e.c.bin(ctxCbfLuma+1, false)
		e.c.end(i == e.cols*e.rows-1)
	}
	return e.close(nalIDR)
}

// Filler is a NAL unit of n bytes, at least three, that says nothing (clause 7.3.2.8). It goes after the slices.
func Filler(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = 0xff
	}
	b[0], b[1], b[n-1] = nalFiller<<1, 1, 0x80
	return b
}
