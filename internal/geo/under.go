package geo

import (
	"cmp"
	"math"
	"slices"
)

// Under gives the highest ground under a ring, metres AMSL, and a place in or at it whose ground the grid does not have; nil: it
// has all. A height that lies within a cell of the ring counts, so that no slope at its rim is missed. Where the grid has nothing
// there the height is -Inf.
func (g *Grid) Under(ring []LatLon) (highest Position, unknown *LatLon) {
	highest.AltAMSL = math.Inf(-1)
	if len(ring) == 0 {
		return highest, nil
	}
	f := NewFrame(ring[0].At(0))
	flat := make([]Point, len(ring))
	low, high := ring[0], ring[0]
	for i, p := range ring {
		flat[i] = f.Flat(p)
		low, high = LatLon{min(low.Lat, p.Lat), min(low.Lon, p.Lon)}, LatLon{max(high.Lat, p.Lat), max(high.Lon, p.Lon)}
		if _, _, _, _, ok := g.cell(g.cells(p)); !ok && unknown == nil {
			unknown = &ring[i]
		}
	}
	place := func(i, j int) LatLon { return LatLon{g.South + float64(j)*g.Cell, g.West + float64(i)*g.Cell} }
	nearM := math.Hypot(f.perDeg, f.perDegLo) * g.Cell // a cell from corner to corner
	near := func(c LatLon, spareM float64) bool { return ringTo(flat, f.Flat(c)) <= nearM+spareM }
	// The blocks on it, the highest first: most need no look.
	x, y := g.cells(low)
	x2, y2 := g.cells(high)
	type block struct {
		i, j int
		span
	}
	var on []block
	at := func(v float64, most int) int { return min(max(int(v), 0), most) / blockCells }
	for j := at(y-1, g.Rows-2); j <= at(y2+1, g.Rows-2); j++ {
		for i := at(x-1, g.Cols-2); i <= at(x2+1, g.Cols-2); i++ {
			b := block{i * blockCells, j * blockCells, g.blocks.all[j*g.blocks.cols+i]}
			a, c := place(b.i, b.j), place(b.i+blockCells, b.j+blockCells)
			if near(LatLon{(a.Lat + c.Lat) / 2, (a.Lon + c.Lon) / 2}, nearM*blockCells/2) {
				on = append(on, b)
			}
		}
	}
	slices.SortFunc(on, func(a, b block) int { return cmp.Compare(b.high, a.high) })
	for _, b := range on {
		if b.high <= highest.AltAMSL && !(b.gap && unknown == nil) {
			continue
		}
		for j := b.j; j <= min(b.j+blockCells, g.Rows-1); j++ {
			for i := b.i; i <= min(b.i+blockCells, g.Cols-1); i++ {
				h := g.height(i, j)
				if missing := math.IsNaN(h); !missing && h <= highest.AltAMSL || missing && unknown != nil {
					continue
				}
				p := place(i, j)
				if !near(p, 0) {
					continue
				}
				if math.IsNaN(h) {
					unknown = &p
				} else {
					highest = p.At(h)
				}
			}
		}
	}
	return highest, unknown
}
