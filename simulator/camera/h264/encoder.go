package h264

import "groundstation/simulator/camera/mosaic"

// Encoder turns mosaics of one size into access units. It is a value for one goroutine.
type Encoder struct {
	mbCols, mbRows int
	sps, pps       []byte
	shown          *mosaic.Mosaic // the last source picture: what did not change is skipped
	recon          *mosaic.Mosaic // what a decoder holds now
	idr            bool
	frameNum       uint8
	idrID          uint32
	started        bool
	w              bitWriter
}

// NewEncoder is an encoder of pictures of width × height pixels; see mosaic.New for what is allowed.
func NewEncoder(width, height int) (*Encoder, error) {
	shown, err := mosaic.New(width, height)
	if err != nil {
		return nil, err
	}
	recon, err := mosaic.New(width, height)
	if err != nil {
		return nil, err
	}
	return &Encoder{mbCols: shown.Cols / 4, mbRows: shown.Rows / 4, sps: sps(width, height), pps: pps(), shown: shown, recon: recon}, nil
}

// ParameterSets are the SPS and PPS as NAL units without start codes, for the session description.
func (e *Encoder) ParameterSets() (sps, pps []byte) { return e.sps, e.pps }

// Encode codes m as one access unit: NAL units without start codes, in decoding order. With idr, or for the first
// picture, it is SPS, PPS and an IDR slice; otherwise one P slice. m must have the encoder's size and may be drawn on
// again afterwards.
func (e *Encoder) Encode(m *mosaic.Mosaic, idr bool) [][]byte {
	return append(e.Begin(idr), e.Slice(m, 0, e.mbRows))
}

// Begin begins a picture, an IDR picture if idr or if it is the first, and gives what goes ahead of its slices in the
// access unit: SPS and PPS, or nothing.
func (e *Encoder) Begin(idr bool) [][]byte {
	e.idr = idr || !e.started
	e.started = true
	if e.idr {
		e.frameNum = 0
		e.idrID ^= 1 // two IDR pictures in a row must differ
		return [][]byte{e.sps, e.pps}
	}
	e.frameNum++
	return nil
}

// Slice codes the rows of macroblocks from first to before last as one slice of the picture begun, which depends on no
// other slice of it: the slices of one picture may come from several encoders that began alike.
func (e *Encoder) Slice(m *mosaic.Mosaic, first, last int) []byte {
	e.w.Reset()
	e.w.sliceHeader(first*e.mbCols, e.idr, e.frameNum, e.idrID)
	skipped := uint32(0)
	for my := first; my < last; my++ {
		for mx := range e.mbCols {
			if !e.idr {
				if m.SameBlock(e.shown, mx, my) {
					skipped++
					continue
				}
				e.w.UE(skipped)
				skipped = 0
			}
			e.macroblock(m, mx, my, my > first)
		}
	}
	if skipped > 0 {
		e.w.UE(skipped)
	}
	e.w.Trailing()
	e.shown.CopyBlocks(m, first, last)
	if e.idr {
		return e.w.NAL(nalIDR)
	}
	return e.w.NAL(nalSlice)
}

// Filler is a NAL unit of n bytes, at least two, that says nothing (clause 7.3.2.7). It goes after the slices.
func Filler(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = 0xff
	}
	b[0], b[n-1] = nalFiller, 0x80
	return b
}

// macroblock codes one Intra16x16 macroblock with DC prediction (clause 7.3.5); up: the one above is in the same slice.
func (e *Encoder) macroblock(m *mosaic.Mosaic, mx, my int, up bool) {
	luma := lumaLevels(m, e.recon, mx, my, up)
	cb := chromaLevels(m.Cb, e.recon.Cb, m.Cols/2, mx, my, up)
	cr := chromaLevels(m.Cr, e.recon.Cr, m.Cols/2, mx, my, up)
	chroma := cb != [4]int32{} || cr != [4]int32{}

	kind := uint32(1 + 2) // I_16x16 with prediction mode 2 (DC), no luma AC
	if chroma {
		kind += 4 // chroma DC present
	}
	if !e.idr {
		kind += 5 // intra macroblock types follow the five inter ones of a P slice
	}
	e.w.UE(kind)
	e.w.UE(0) // intra_chroma_pred_mode: DC
	e.w.SE(0) // mb_qp_delta
	e.w.residual(luma[:])
	if chroma {
		e.w.residual(cb[:])
		e.w.residual(cr[:])
	}
}
