package h264

// Encoder turns mosaics of one size into access units. It is a value for one goroutine.
type Encoder struct {
	mbCols, mbRows int
	sps, pps       []byte
	shown          *Mosaic // the last source picture: what did not change is skipped
	recon          *Mosaic // what a decoder holds now
	frameNum       uint8
	idrID          uint32
	started        bool
	w              bitWriter
}

// NewEncoder is an encoder of pictures of width × height pixels; see NewMosaic for what is allowed.
func NewEncoder(width, height int) (*Encoder, error) {
	shown, err := NewMosaic(width, height)
	if err != nil {
		return nil, err
	}
	recon, err := NewMosaic(width, height)
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
func (e *Encoder) Encode(m *Mosaic, idr bool) [][]byte {
	idr = idr || !e.started
	e.started = true
	if idr {
		e.frameNum = 0
		e.idrID ^= 1 // two IDR pictures in a row must differ
	} else {
		e.frameNum++
	}
	e.w.reset()
	e.w.sliceHeader(idr, e.frameNum, e.idrID)
	skipped := uint32(0)
	for my := range e.mbRows {
		for mx := range e.mbCols {
			if !idr {
				if m.sameBlock(e.shown, mx, my) {
					skipped++
					continue
				}
				e.w.ue(skipped)
				skipped = 0
			}
			e.macroblock(m, mx, my, idr)
		}
	}
	if skipped > 0 {
		e.w.ue(skipped)
	}
	e.w.trailing()
	copy(e.shown.Y, m.Y)
	copy(e.shown.Cb, m.Cb)
	copy(e.shown.Cr, m.Cr)
	if idr {
		return [][]byte{e.sps, e.pps, e.w.nal(nalIDR)}
	}
	return [][]byte{e.w.nal(nalSlice)}
}

// macroblock codes one Intra16x16 macroblock with DC prediction (clause 7.3.5).
func (e *Encoder) macroblock(m *Mosaic, mx, my int, idr bool) {
	luma := lumaLevels(m, e.recon, mx, my)
	cb := chromaLevels(m.Cb, e.recon.Cb, m.Cols/2, mx, my)
	cr := chromaLevels(m.Cr, e.recon.Cr, m.Cols/2, mx, my)
	chroma := cb != [4]int32{} || cr != [4]int32{}

	kind := uint32(1 + 2) // I_16x16 with prediction mode 2 (DC), no luma AC
	if chroma {
		kind += 4 // chroma DC present
	}
	if !idr {
		kind += 5 // intra macroblock types follow the five inter ones of a P slice
	}
	e.w.ue(kind)
	e.w.ue(0) // intra_chroma_pred_mode: DC
	e.w.se(0) // mb_qp_delta
	e.w.residual(luma[:])
	if chroma {
		e.w.residual(cb[:])
		e.w.residual(cr[:])
	}
}
