package h265

// context is the state of one adaptive bin: pStateIdx and valMps (clause 9.3.2.2).
type context struct{ state, mps uint8 }

// The contexts that this encoder's syntax needs, by where they begin.
const (
	ctxSkip            = 0  // cu_skip_flag: 3, by how many of the neighbours are skipped
	ctxMerge           = 3  // merge_flag
	ctxPredMode        = 4  // pred_mode_flag
	ctxPartMode        = 5  // part_mode, first bin
	ctxPrevIntra       = 6  // prev_intra_luma_pred_flag
	ctxIntraChroma     = 7  // intra_chroma_pred_mode, first bin
	ctxSplit           = 8  // split_transform_flag: 3, by 5 - log2 of the size
	ctxCbfLuma         = 11 // cbf_luma: 2, by depth 0 or not
	ctxCbfChroma       = 13 // cbf_cb, cbf_cr: 2, by depth
	ctxLastX           = 15 // last_sig_coeff_x_prefix, first bin: luma 4×4, 8×8, 16×16, then chroma
	ctxLastY           = 19
	ctxGreater1        = 23 // coeff_abs_level_greater1_flag of the first coefficient of a DC block: luma, chroma
	ctxGreater2        = 25 // coeff_abs_level_greater2_flag: luma, chroma
	contexts           = 27
	initI, initP   int = 0, 1 // initType of slices (clause 9.3.2.2)
)

// initValues are the initial values of the contexts by initType (tables 9-11 to 9-31). What a slice never uses is 154.
var initValues = [2][contexts]uint8{
	initI: {154, 154, 154, 154, 154, 184, 184, 63, 154, 154, 154, 111, 141, 94, 154,
		154, 154, 154, 154, 154, 154, 154, 154, 154, 154, 154, 154},
	initP: {197, 185, 201, 110, 149, 154, 154, 154, 124, 138, 94, 153, 111, 149, 107,
		125, 110, 125, 108, 125, 110, 125, 108, 196, 194, 107, 107},
}

// cabac is the arithmetic encoder of clause 9.3.4; it appends bytes to out.
type cabac struct {
	ctx         [contexts]context
	low, rng    uint32
	outstanding int // bits whose value hangs on a carry
	first       bool
	acc         uint32 // bits not yet in out
	have        uint
	out         []byte
}

func (c *cabac) start(kind int) {
	const qp = sliceQP
	for i, v := range initValues[kind] {
		slope, offset := int(v>>4)*5-45, int(v&15)<<3-16
		pre := min(max(slope*qp>>4+offset, 1), 126)
		if pre <= 63 {
			c.ctx[i] = context{uint8(63 - pre), 0}
		} else {
			c.ctx[i] = context{uint8(pre - 64), 1}
		}
	}
	c.low, c.rng, c.outstanding, c.first, c.acc, c.have, c.out = 0, 510, 0, true, 0, 0, c.out[:0]
}

// bin codes one bin with a context (EncodeDecision).
func (c *cabac) bin(at int, on bool) {
	x := &c.ctx[at]
	lps := uint32(rangeLPS[x.state][c.rng>>6&3])
	c.rng -= lps
	if on == (x.mps == 1) {
		if x.state < 62 {
			x.state++
		}
	} else {
		c.low += c.rng
		c.rng = lps
		if x.state == 0 {
			x.mps ^= 1
		}
		x.state = nextLPS[x.state]
	}
	c.renormalise()
}

// bypass codes one bin of even odds.
func (c *cabac) bypass(on bool) {
	c.low <<= 1
	if on {
		c.low += c.rng
	}
	c.settle(1024)
}

// end codes end_of_slice_segment_flag, and the flush after a last one. What follows is rbsp_slice_segment_trailing_bits, whose one
// is the flush's last bit.
func (c *cabac) end(last bool) {
	c.rng -= 2
	if !last {
		c.renormalise()
		return
	}
	c.low += c.rng
	c.rng = 2
	c.renormalise()
	c.bit(c.low >> 9 & 1)
	c.emit(c.low >> 8 & 1)
	c.emit(1)
	for c.have > 0 {
		c.emit(0)
	}
}

func (c *cabac) renormalise() {
	for c.rng < 256 {
		c.rng <<= 1
		c.low <<= 1
		c.settle(1024)
	}
}

// settle takes the highest bit of low, twice its usual scale, out of it (RenormE, EncodeBypass).
func (c *cabac) settle(top uint32) {
	switch {
	case c.low >= top:
		c.low -= top
		c.bit(1)
	case c.low < top/2:
		c.bit(0)
	default:
		c.low -= top / 2
		c.outstanding++
	}
}

// bit is PutBit: the first is dropped, outstanding ones follow with the other value.
func (c *cabac) bit(b uint32) {
	if c.first {
		c.first = false
	} else {
		c.emit(b)
	}
	for ; c.outstanding > 0; c.outstanding-- {
		c.emit(1 - b)
	}
}

func (c *cabac) emit(b uint32) {
	c.acc = c.acc<<1 | b
	if c.have++; c.have == 8 {
		c.out = append(c.out, byte(c.acc))
		c.acc, c.have = 0, 0
	}
}
