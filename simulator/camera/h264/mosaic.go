package h264

import "fmt"

// CellSize is the edge of one luma cell in pixels; a chroma cell covers 2 × 2 of them.
const CellSize = 4

// Mosaic is a picture of flat cells in BT.709 YCbCr, limited range (luma 16 to 235). Its planes cover whole
// macroblocks; what lies outside the picture's width and height is coded and cropped.
type Mosaic struct {
	Width, Height int     // pixels, multiples of 8
	Cols, Rows    int     // luma cells, multiples of 4
	Y             []uint8 // Cols × Rows
	Cb, Cr        []uint8 // Cols/2 × Rows/2
}

// NewMosaic is a black picture. Width and height are pixels, positive multiples of 8 up to 1280 × 720 (level 3.1).
func NewMosaic(width, height int) (*Mosaic, error) {
	if width <= 0 || height <= 0 || width%8 != 0 || height%8 != 0 || width > 1280 || height > 720 {
		return nil, fmt.Errorf("picture of %d×%d pixels: both must be multiples of 8, at most 1280×720", width, height)
	}
	m := &Mosaic{Width: width, Height: height, Cols: (width + 15) / 16 * 4, Rows: (height + 15) / 16 * 4}
	m.Y = make([]uint8, m.Cols*m.Rows)
	m.Cb = make([]uint8, m.Cols*m.Rows/4)
	m.Cr = make([]uint8, m.Cols*m.Rows/4)
	for i := range m.Y {
		m.Y[i] = 16
	}
	for i := range m.Cb {
		m.Cb[i], m.Cr[i] = 128, 128
	}
	return m, nil
}

// sameBlock tells whether macroblock (mx, my) holds the same cells in both.
func (m *Mosaic) sameBlock(o *Mosaic, mx, my int) bool {
	for y := my * 4; y < my*4+4; y++ {
		i := y*m.Cols + mx*4
		if [4]uint8(m.Y[i:i+4]) != [4]uint8(o.Y[i:i+4]) {
			return false
		}
	}
	for y := my * 2; y < my*2+2; y++ {
		i := y*m.Cols/2 + mx*2
		if [2]uint8(m.Cb[i:i+2]) != [2]uint8(o.Cb[i:i+2]) || [2]uint8(m.Cr[i:i+2]) != [2]uint8(o.Cr[i:i+2]) {
			return false
		}
	}
	return true
}
