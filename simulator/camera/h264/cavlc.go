package h264

import "groundstation/simulator/camera/bitstream"

// bitWriter writes slices, with the codes that only H.264 has.
type bitWriter struct{ bitstream.Writer }

// residual appends one block of DC levels in scan order (clause 7.3.5.3.2): 16 of luma, or 4 of chroma. The neighbour
// count nC is 0 for luma here, always: without AC levels no block of this encoder counts any coefficient.
func (w *bitWriter) residual(levels []int32) {
	var value [16]int32 // nonzero levels, last first
	var run [16]int     // zeros in front of each
	total, zeros, gap := 0, 0, 0
	for i := len(levels) - 1; i >= 0; i-- {
		if levels[i] == 0 {
			if total > 0 {
				gap++
			}
			continue
		}
		if total > 0 {
			run[total-1] = gap
			zeros += gap
		}
		value[total], gap = levels[i], 0
		total++
	}
	if total > 0 {
		run[total-1] = gap
		zeros += gap
	}
	ones := 0
	for ones < total && ones < 3 && (value[ones] == 1 || value[ones] == -1) {
		ones++
	}

	tokens, noughts := coeffTokens[:], totalZeros[:]
	if len(levels) == 4 {
		tokens, noughts = chromaCoeffTokens[:], chromaTotalZeros[:]
	}
	w.word(tokens[total][ones])
	if total == 0 {
		return
	}
	for _, v := range value[:ones] {
		w.Flag(v < 0)
	}
	w.levels(value[ones:total], total, ones)
	if total < len(levels) {
		w.word(noughts[total][zeros])
	}
	for i := 0; i < total-1 && zeros > 0; i++ {
		w.word(runBefore[min(zeros, 7)][run[i]])
		zeros -= run[i]
	}
}

// levels appends the levels that are no trailing ones (clause 9.2.2.1).
func (w *bitWriter) levels(value []int32, total, ones int) {
	length := uint(0)
	if total > 10 && ones < 3 {
		length = 1
	}
	for i, v := range value {
		magnitude := max(v, -v)
		symbol := uint32(2*magnitude - 2)
		if v < 0 {
			symbol++
		}
		if i == 0 && ones < 3 {
			symbol -= 2 // were it ±1, it would be one more trailing one
		}
		switch {
		case length == 0 && symbol < 14:
			w.Put(1, uint(symbol)+1)
		case length == 0 && symbol < 30:
			w.Put(1, 15)
			w.Put(symbol-14, 4)
		case length > 0 && symbol < 15<<length:
			w.Put(1, uint(symbol>>length)+1)
			w.Put(symbol&(1<<length-1), length)
		default:
			w.Put(1, 16)
			w.Put(symbol-15<<max(length, 1), 12)
		}
		if length == 0 {
			length = 1
		}
		if magnitude > 3<<(length-1) && length < 6 {
			length++
		}
	}
}

func (w *bitWriter) word(c code) { w.Put(uint32(c.v), uint(c.n)) }
