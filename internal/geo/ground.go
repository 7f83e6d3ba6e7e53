package geo

import "math"

// Ground is the ground as it is known: heights of a grid, and where it has none level ground of one height.
type Ground struct {
	Grid *Grid // nil: all is level
	// GridErrorM is how wrong a height of the grid may be, one standard deviation.
	GridErrorM float64
	// LevelAMSL is the height of the ground that is taken as level, metres AMSL.
	LevelAMSL float64
}

// Plain is ground of one height everywhere, metres AMSL.
func Plain(amsl float64) Ground { return Ground{LevelAMSL: amsl} }

// At is the height of a place, metres AMSL, and whether it is the grid's.
func (g Ground) At(p LatLon) (amsl float64, surveyed bool) {
	if g.Grid != nil {
		if h, ok := g.Grid.At(p); ok {
			return h, true
		}
	}
	return g.LevelAMSL, false
}

// meeting is where a ray meets the ground.
type meeting struct {
	t        float64 // so many rays from its origin
	surveyed bool    // it is the grid's ground
	// slopeE and slopeN are by how much the ground rises there to the east and to the north, metres in a metre.
	slopeE, slopeN float64
}

// walk follows a ray over a grid: all in cells from the south-west and metres AMSL, by the parameter t.
type walk struct {
	g      Ground
	x, y   float64 // of its origin
	dx, dy float64 // by t
	z, up  float64
	looked int // pieces of ground that were looked at
}

// meet finds the first place where a ray from at meets the ground, at most t rays away; false if there is none. It is exact:
// where the grid has heights the ground along the ray is a parabola in each cell.
func (g Ground) meet(at Position, r ENU, most float64) (meeting, int, bool) {
	if g.Grid == nil {
		m, ok := g.level(at.AltAMSL, r.U, 0, most)
		return m, 1, ok
	}
	f := NewFrame(at)
	w := walk{g: g, dx: r.E / f.perDegLo / g.Grid.Cell, dy: r.N / f.perDeg / g.Grid.Cell, z: at.AltAMSL, up: r.U}
	w.x, w.y = g.Grid.cells(at.LatLon)
	m, ok := w.along(most)
	if ok && m.surveyed {
		m.slopeE, m.slopeN = m.slopeE/(f.perDegLo*g.Grid.Cell), m.slopeN/(f.perDeg*g.Grid.Cell)
	}
	return m, w.looked, ok
}

// level is where a ray that is at z, and rises by up, meets the level ground from a to b.
func (g Ground) level(z, up, a, b float64) (meeting, bool) {
	if z+a*up <= g.LevelAMSL {
		return meeting{t: a}, true
	}
	if up > -1e-9 {
		return meeting{}, false
	}
	t := (g.LevelAMSL - z) / up
	return meeting{t: t}, t <= b
}

// through is between which t a line that is at x, and goes on by dx, lies within 0 to most.
func through(x, dx, most float64) (a, b float64) {
	if dx == 0 {
		if x >= 0 && x <= most {
			return math.Inf(-1), math.Inf(1)
		}
		return math.Inf(1), math.Inf(-1)
	}
	a, b = -x/dx, (most-x)/dx
	return min(a, b), max(a, b)
}

func (w *walk) along(most float64) (meeting, bool) {
	g := w.g.Grid
	ax, bx := through(w.x, w.dx, float64(g.Cols-1))
	ay, by := through(w.y, w.dy, float64(g.Rows-1))
	in, out := max(ax, ay, 0), min(bx, by, most)
	if in > out { // it passes beside the grid
		w.looked++
		return w.g.level(w.z, w.up, 0, most)
	}
	if in > 0 {
		w.looked++
		if m, ok := w.g.level(w.z, w.up, 0, in); ok {
			return m, true
		}
	}
	if m, ok := w.over(in, out); ok {
		return m, true
	}
	if out < most {
		w.looked++
		return w.g.level(w.z, w.up, out, most)
	}
	return meeting{}, false
}

// over follows it over the grid, from one t to another.
func (w *walk) over(t, out float64) (meeting, bool) {
	g := w.g.Grid
	roof := max(g.blocks.top, w.g.LevelAMSL) // above it there is no ground
	if w.up < 0 {
		t = min(max(t, (roof-w.z)/w.up), out)
	}
	i, j := min(max(int(w.x+t*w.dx), 0), g.Cols-2), min(max(int(w.y+t*w.dy), 0), g.Rows-2)
	for {
		// By rounding it may have come to a corner in a cell that it is about to leave; then it has left it at once.
		leaves := func(i, j, i2, j2 int) float64 {
			return max(min(w.side(w.x, w.dx, i, i2), w.side(w.y, w.dy, j, j2), out), t)
		}
		z := w.z + t*w.up
		if w.up >= 0 && z > roof {
			return meeting{}, false
		}
		// The whole block at once where the ray is above all of it, else one cell.
		block := g.blocks.of(i, j)
		bi, bj := i/blockCells*blockCells, j/blockCells*blockCells
		i2, j2 := min(bi+blockCells, g.Cols-1), min(bj+blockCells, g.Rows-1)
		high := block.high
		if block.gap {
			high = max(high, w.g.LevelAMSL)
		}
		end := leaves(bi, bj, i2, j2)
		w.looked++
		if min(z, w.z+end*w.up) <= high {
			bi, bj, i2, j2 = i, j, i+1, j+1
			end = leaves(bi, bj, i2, j2)
			if m, ok := w.in(i, j, t, end); ok {
				return m, true
			}
		}
		if !(end < out) {
			return meeting{}, false
		}
		// It goes on in the neighbour behind the side that it leaves by.
		t = end
		x, y := w.x+t*w.dx, w.y+t*w.dy
		tx, ty := w.side(w.x, w.dx, bi, i2), w.side(w.y, w.dy, bj, j2)
		i, j = min(max(int(x), bi), i2-1), min(max(int(y), bj), j2-1)
		if tx <= ty {
			i = beyond(w.dx, bi, i2)
		}
		if ty <= tx {
			j = beyond(w.dy, bj, j2)
		}
		if i < 0 || j < 0 || i > g.Cols-2 || j > g.Rows-2 {
			return meeting{}, false
		}
	}
}

// side is when it leaves by the side it goes towards, between two lines.
func (w *walk) side(x, dx float64, low, high int) float64 {
	switch {
	case dx > 0:
		return (float64(high) - x) / dx
	case dx < 0:
		return (float64(low) - x) / dx
	}
	return math.Inf(1)
}

// beyond is the cell after a box.
func beyond(dx float64, low, high int) int {
	if dx > 0 {
		return high
	}
	return low - 1
}

// in is where it meets the ground of one cell, from one t to another.
func (w *walk) in(i, j int, t, end float64) (meeting, bool) {
	g := w.g.Grid
	a, e, n, d := g.plane(i, j)
	if math.IsNaN(a) {
		return w.g.level(w.z, w.up, t, end)
	}
	u, v := w.x+t*w.dx-float64(i), w.y+t*w.dy-float64(j)
	// By how much it is above the ground after s: c + b·s + k·s².
	k := -d * w.dx * w.dy
	b := w.up - e*w.dx - n*w.dy - d*(u*w.dy+v*w.dx)
	c := w.z + t*w.up - (a + e*u + n*v + d*u*v)
	s, ok := firstZero(k, b, c)
	if !ok || s > end-t {
		return meeting{}, false
	}
	u, v = u+s*w.dx, v+s*w.dy
	return meeting{t: t + s, surveyed: true, slopeE: e + d*v, slopeN: n + d*u}, true
}

// firstZero is the first s from 0 at which c + b·s + k·s² is not above 0.
func firstZero(k, b, c float64) (float64, bool) {
	if c <= 0 {
		return 0, true
	}
	under := b*b - 4*k*c
	if under < 0 {
		return 0, false
	}
	// The numerically good root first; the other one by their product, c/k.
	q := -(b + math.Copysign(math.Sqrt(under), b)) / 2
	first := math.Inf(1)
	for _, s := range [2]float64{q / k, c / q} {
		if s >= 0 && s < first { // neither NaN nor behind it
			first = s
		}
	}
	return first, !math.IsInf(first, 1)
}
