package city

import (
	"math"
	"slices"
)

// draw makes one tile: quarters first, what stands in them, then waters and streets on top.
func (g *Ground) draw(at spot) *tile {
	t := new(tile)
	metres := float64(int(1) << (2 * at.level))
	side := metres * tileSide
	x0, y0 := float64(at.x)*side, float64(at.y)*side
	quarters := make([]kind, tileSide*tileSide)
	for i := range g.areas {
		if a := &g.areas[i]; a.minX < x0+side && a.maxX > x0 && a.minY < y0+side && a.maxY > y0 {
			a.fill(quarters, x0, y0, metres)
		}
	}
	for r := range tileSide {
		for c := range tileSide {
			i := r*tileSide + c
			t[i] = cover(quarters[i], x0+(float64(c)+0.5)*metres, y0+(float64(r)+0.5)*metres)
		}
	}
	for i := range g.strokes {
		g.strokes[i].paint(t, x0, y0, metres)
	}
	return t
}

// fill marks the pixels whose middle lies inside the ring, row by row between its crossings.
func (a *area) fill(quarters []kind, x0, y0, metres float64) {
	for r := range tileSide {
		y := y0 + (float64(r)+0.5)*metres
		var crossings []float64
		for i := range a.ring[1:] {
			p, q := a.ring[i], a.ring[i+1]
			if (p[1] > y) != (q[1] > y) {
				crossings = append(crossings, p[0]+(y-p[1])/(q[1]-p[1])*(q[0]-p[0]))
			}
		}
		slices.Sort(crossings)
		column := func(x float64) int { return min(max(int(math.Ceil((x-x0)/metres-0.5)), 0), tileSide) }
		for i := 0; i+1 < len(crossings); i += 2 {
			for c := column(crossings[i]); c < column(crossings[i+1]); c++ {
				quarters[r*tileSide+c] = a.kind
			}
		}
	}
}

// paint marks the pixels that the stroke covers; it is never thinner than a pixel.
func (s *stroke) paint(t *tile, x0, y0, metres float64) {
	half := max(s.half, metres/2)
	lo := func(a, b, from float64) int { return max(int(math.Floor((min(a, b)-half-from)/metres)), 0) }
	hi := func(a, b, from float64) int { return min(int(math.Ceil((max(a, b)+half-from)/metres)), tileSide) }
	c0, c1, r0, r1 := lo(s.ax, s.bx, x0), hi(s.ax, s.bx, x0), lo(s.ay, s.by, y0), hi(s.ay, s.by, y0)
	dx, dy := s.bx-s.ax, s.by-s.ay
	length := dx*dx + dy*dy
	for r := r0; r < r1; r++ {
		py := y0 + (float64(r)+0.5)*metres - s.ay
		for c := c0; c < c1; c++ {
			px := x0 + (float64(c)+0.5)*metres - s.ax
			along := min(max((px*dx+py*dy)/length, 0), 1)
			ex, ey := px-along*dx, py-along*dy
			if ex*ex+ey*ey <= half*half {
				t[r*tileSide+c] = s.class
			}
		}
	}
}

// cover is what grows or stands at a place of a quarter: fields in strips outside, houses on lots within.
func cover(quarter kind, e, n float64) Class {
	switch quarter {
	case built:
		le, ln := math.Floor(e/25), math.Floor(n/25)
		lot := hash(le, ln, 3)
		switch {
		case lot%7 == 0:
			return Wood + Class(lot/7%3)
		case lot%4 != 0 && e-le*25 > 6 && n-ln*25 > 8:
			return Roof + Class(lot/4%4)
		}
		return Yard
	case green:
		if hash(math.Floor(e/20), math.Floor(n/20), 4)%3 == 0 {
			return Meadow
		}
		return Wood + Class(hash(math.Floor(e/10), math.Floor(n/10), 4)%3)
	}
	be, bn := math.Floor(e/200), math.Floor(n/200)
	h := hash(be, bn, 1)
	if h%100 < 8 {
		return Wood + Class(hash(math.Floor(e/10), math.Floor(n/10), 4)%3)
	}
	if h&1024 != 0 { // strips along or across
		e, n = n, e
	}
	return Field + Class(hash(math.Floor(e/25), math.Floor(n/200), 2)%5)
}

// hash mixes two grid coordinates and a salt (the finaliser of MurmurHash3).
func hash(a, b float64, salt uint32) uint32 {
	h := uint32(int32(a))*0x9E3779B1 ^ uint32(int32(b))*0x85EBCA77 ^ salt*0xC2B2AE3D
	h ^= h >> 16
	h *= 0x85EBCA6B
	h ^= h >> 13
	h *= 0xC2B2AE35
	return h ^ h>>16
}
