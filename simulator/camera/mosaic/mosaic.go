package mosaic

import "fmt"

// CellSize is the edge of one luma cell in pixels; a chroma cell covers 2 × 2 of them.
const CellSize = 4

// Block is the edge of a block in cells: what an encoder codes or skips as a whole, 16 × 16 pixels.
const Block = 4

// Mosaic is a picture of flat cells in BT.709 YCbCr, limited range (luma 16 to 235). Its planes cover whole
// blocks; what lies outside the picture's width and height is coded and cropped.
type Mosaic struct {
	Width, Height int     // pixels, multiples of 8
	Cols, Rows    int     // luma cells, multiples of Block
	Y             []uint8 // Cols × Rows
	Cb, Cr        []uint8 // Cols/2 × Rows/2
}

// New is a black picture. Width and height are pixels, positive multiples of 8 up to 1920 × 1080 (level 4).
func New(width, height int) (*Mosaic, error) {
	if width <= 0 || height <= 0 || width%8 != 0 || height%8 != 0 || width > 1920 || height > 1080 {
		return nil, fmt.Errorf("picture of %d×%d pixels: both must be multiples of 8, at most 1920×1080", width, height)
	}
	m := &Mosaic{Width: width, Height: height, Cols: (width + 15) / 16 * Block, Rows: (height + 15) / 16 * Block}
	m.Y = make([]uint8, m.Cols*m.Rows)
	m.Cb = make([]uint8, m.Cols*m.Rows/4)
	m.Cr = make([]uint8, m.Cols*m.Rows/4)
	m.Fill(16, 128, 128)
	return m, nil
}

// Fill gives every cell one colour.
func (m *Mosaic) Fill(y, cb, cr uint8) {
	for i := range m.Y {
		m.Y[i] = y
	}
	for i := range m.Cb {
		m.Cb[i], m.Cr[i] = cb, cr
	}
}

// CopyBlocks takes the rows of blocks from first to before last from a picture of the same size.
func (m *Mosaic) CopyBlocks(from *Mosaic, first, last int) {
	luma, chroma := Block*m.Cols, Block/2*m.Cols/2
	copy(m.Y[first*luma:last*luma], from.Y[first*luma:])
	copy(m.Cb[first*chroma:last*chroma], from.Cb[first*chroma:])
	copy(m.Cr[first*chroma:last*chroma], from.Cr[first*chroma:])
}

// SameBlock tells whether block (bx, by) holds the same cells in both.
func (m *Mosaic) SameBlock(o *Mosaic, bx, by int) bool {
	for y := by * 4; y < by*4+4; y++ {
		i := y*m.Cols + bx*4
		if [4]uint8(m.Y[i:i+4]) != [4]uint8(o.Y[i:i+4]) {
			return false
		}
	}
	for y := by * 2; y < by*2+2; y++ {
		i := y*m.Cols/2 + bx*2
		if [2]uint8(m.Cb[i:i+2]) != [2]uint8(o.Cb[i:i+2]) || [2]uint8(m.Cr[i:i+2]) != [2]uint8(o.Cr[i:i+2]) {
			return false
		}
	}
	return true
}
