package geo

import "math"

// blockCells is how many cells a block is wide.
const blockCells = 16

// blocks are the heights of a grid in short: of squares of cells the least and the greatest height, so that a ray high above
// them, or a question for an area, does not have to look at each.
type blocks struct {
	cols, rows int
	all        []span
	top        float64
}

// span is heights from low to high, metres AMSL, and whether a corner among them has none. Without a height low is above high.
type span struct {
	low, high float64
	gap       bool
}

var noSpan = span{low: math.Inf(1), high: math.Inf(-1)}

func (s span) and(o span) span { return span{min(s.low, o.low), max(s.high, o.high), s.gap || o.gap} }

func (s span) with(h float64) span {
	if math.IsNaN(h) {
		s.gap = true
		return s
	}
	return span{min(s.low, h), max(s.high, h), s.gap}
}

// block sums up a grid.
func (g *Grid) block() blocks {
	b := blocks{cols: (g.Cols-2)/blockCells + 1, rows: (g.Rows-2)/blockCells + 1, top: math.Inf(-1)}
	b.all = make([]span, b.cols*b.rows)
	for n := range b.all {
		i, j := n%b.cols*blockCells, n/b.cols*blockCells
		s := g.corners(i, j, min(i+blockCells, g.Cols-1), min(j+blockCells, g.Rows-1))
		b.all[n], b.top = s, max(b.top, s.high)
	}
	return b
}

// corners is the span of the corners from i, j to i2, j2, those included.
func (g *Grid) corners(i, j, i2, j2 int) span {
	s := noSpan
	for y := j; y <= j2; y++ {
		for x := i; x <= i2; x++ {
			s = s.with(g.height(x, y))
		}
	}
	return s
}

// of is the span of the block that a cell lies in.
func (b *blocks) of(i, j int) span { return b.all[j/blockCells*b.cols+i/blockCells] }

// Span gives the least and the greatest height within a box of places, metres AMSL, and whether all of the box has heights;
// low is above high where none of it has. What lies in cells that the box only touches counts as in it.
func (g *Grid) Span(south, west, north, east float64) (low, high float64, whole bool) {
	x, y := g.cells(LatLon{south, west})
	x2, y2 := g.cells(LatLon{north, east})
	right, upper := float64(g.Cols-1), float64(g.Rows-1)
	whole = x >= -hair && y >= -hair && x2 <= right+hair && y2 <= upper+hair
	if !(x <= x2 && y <= y2) || x2 < -hair || y2 < -hair || x > right+hair || y > upper+hair {
		return noSpan.low, noSpan.high, false
	}
	i, j := min(int(max(x-hair, 0)), g.Cols-2), min(int(max(y-hair, 0)), g.Rows-2)
	i2, j2 := min(int(max(x2+hair, 0)), g.Cols-2)+1, min(int(max(y2+hair, 0)), g.Rows-2)+1
	s := noSpan
	for n := j; n <= j2; n = n/blockCells*blockCells + blockCells {
		for m := i; m <= i2; m = m/blockCells*blockCells + blockCells {
			// The whole block if it lies in the box, else those corners of it that do.
			to, up := min(m/blockCells*blockCells+blockCells, i2), min(n/blockCells*blockCells+blockCells, j2)
			if m%blockCells == 0 && n%blockCells == 0 && to == m+blockCells && up == n+blockCells {
				s = s.and(g.blocks.of(m, n))
			} else {
				s = s.and(g.corners(m, n, to, up))
			}
		}
	}
	return s.low, s.high, whole && !s.gap
}
