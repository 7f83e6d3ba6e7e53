package camera

import (
	"math"

	"groundstation/internal/geo"
)

// turned is a vector as the eye has it: to the right, up, and ahead, metres.
type turned struct{ x, y, z float64 }

func (v *eye) turn(d geo.ENU) turned {
	dot := func(a geo.ENU) float64 { return a.E*d.E + a.N*d.N + a.U*d.U }
	return turned{dot(v.right), dot(v.up), dot(v.ahead)}
}

func (v *eye) from(p geo.ENU) turned {
	return v.turn(geo.ENU{E: p.E - v.at.E, N: p.N - v.at.N, U: p.U - v.at.U})
}

// sees says whether a ball may be in the picture.
func (v *eye) sees(middle geo.ENU, reach float64) bool {
	m := v.from(middle)
	if m.z < near-reach || m.z > seenWithinM+reach {
		return false
	}
	beside := func(off, half float64) bool {
		k := half / v.focal
		return math.Abs(off) < max(m.z, 0)*k+reach*math.Sqrt(1+k*k)+k*near
	}
	return beside(m.x, v.cx) && beside(m.y, v.cy)
}

// skyline draws what stands, hidden surfaces left out, and keeps for each cell how near it is.
func (p *picture) skyline(v *eye, s *Skyline, l light) {
	p.built = false
	if s == nil {
		return
	}
	for i := range s.blocks {
		if b := &s.blocks[i]; v.sees(b.middle, b.reach) {
			p.begin()
			p.block(v, b, l)
		}
	}
	for i := range s.wires {
		if w := &s.wires[i]; v.sees(w.middle, w.reach) {
			p.begin()
			p.wire(v, w, l)
		}
	}
}

// begin empties what is kept of nearness when the first solid comes into a picture.
func (p *picture) begin() {
	if p.built {
		return
	}
	p.built = true
	if p.nearest == nil {
		p.nearest = make([]float32, len(p.cells))
	}
	clear(p.nearest)
}

// block draws the walls that look at the eye, and the roof from above.
func (p *picture) block(v *eye, b *block, l light) {
	paintOf := func(out geo.ENU) colour {
		c := l.shade(b.paint)
		if l.thermal {
			return c
		}
		lit := max(out.E*sunward.E+out.N*sunward.N+out.U*sunward.U, 0)
		return c.toward(black, 0.45*(1-lit))
	}
	corners := p.corners[:0]
	if v.at.U > b.top {
		for _, at := range b.ring {
			corners = append(corners, v.from(geo.ENU{E: at.E, N: at.N, U: b.top}))
		}
		p.polygon(v, corners, geo.ENU{U: 1}, paintOf(geo.ENU{U: 1}), l)
	}
	for i, at := range b.ring {
		to := b.ring[(i+1)%len(b.ring)]
		e, n := to.E-at.E, to.N-at.N
		length := math.Hypot(e, n)
		if length == 0 {
			continue
		}
		out := geo.ENU{E: n / length, N: -e / length}
		if out.E*(v.at.E-at.E)+out.N*(v.at.N-at.N) <= 0 {
			continue
		}
		corners = append(corners[:0], v.from(geo.ENU{E: at.E, N: at.N}), v.from(geo.ENU{E: to.E, N: to.N}),
			v.from(geo.ENU{E: to.E, N: to.N, U: b.top}), v.from(geo.ENU{E: at.E, N: at.N, U: b.top}))
		p.polygon(v, corners, out, paintOf(out), l)
	}
	p.corners = corners
}

// polygon fills a flat face, cell by cell where nothing nearer is. Of one thinner than a cell a cell is drawn.
func (p *picture) polygon(v *eye, corners []turned, out geo.ENU, c colour, l light) {
	n := v.turn(out)
	d := n.x*corners[0].x + n.y*corners[0].y + n.z*corners[0].z
	if d == 0 {
		return
	}
	p.outline = p.outline[:0]
	depth, least, most := 0.0, math.Inf(1), 0.0
	top, bottom := math.Inf(1), math.Inf(-1)
	put := func(t turned) {
		x, y := v.cx+v.focal*t.x/t.z, v.cy-v.focal*t.y/t.z
		p.outline = append(p.outline, [2]float64{x, y})
		depth, least, most, top, bottom = max(depth, t.z), min(least, 1/t.z), max(most, 1/t.z), min(top, y), max(bottom, y)
	}
	for i, a := range corners { // what is nearer than near is cut off
		b := corners[(i+1)%len(corners)]
		if a.z >= near {
			put(a)
		}
		if (a.z >= near) != (b.z >= near) {
			k := (near - a.z) / (b.z - a.z)
			put(turned{a.x + k*(b.x-a.x), a.y + k*(b.y-a.y), near})
		}
	}
	if len(p.outline) < 3 {
		return
	}
	c = c.toward(l.shade(haze), veil((1/least+1/most)/2))
	// Over a plane the inverse of depth is linear in the picture.
	dx, dy := n.x/d/v.focal, -n.y/d/v.focal
	for r := max(int(math.Ceil(top-0.5)), 0); r < min(int(math.Ceil(bottom-0.5)), p.rows); r++ {
		y := float64(r) + 0.5
		p.crossings = p.crossings[:0]
		for i, a := range p.outline {
			b := p.outline[(i+1)%len(p.outline)]
			if (a[1] > y) != (b[1] > y) {
				p.crossings = insert(p.crossings, a[0]+(y-a[1])/(b[1]-a[1])*(b[0]-a[0]))
			}
		}
		for i := 0; i+1 < len(p.crossings); i += 2 {
			left, right := p.crossings[i], p.crossings[i+1]
			if right < 0 || left >= float64(p.cols) {
				continue
			}
			from, to := int(math.Ceil(max(left, 0)-0.5)), int(math.Ceil(min(right, float64(p.cols))-0.5))
			if from >= to {
				from = min(int((max(left, 0)+right)/2), p.cols-1)
				to = from + 1
			}
			at := n.z/d + dx*(float64(from)+0.5-v.cx) + dy*(y-v.cy)
			for j := r*p.cols + from; j < r*p.cols+to; j++ {
				if nearness := float32(min(max(at, least), most)); nearness > p.nearest[j] {
					p.nearest[j], p.cells[j] = nearness, c
				}
				at += dx
			}
		}
	}
}

// insert puts x into its place of a sorted row, which is short.
func insert(row []float64, x float64) []float64 {
	row = append(row, x)
	for i := len(row) - 1; i > 0 && row[i] < row[i-1]; i-- {
		row[i], row[i-1] = row[i-1], row[i]
	}
	return row
}

// wire draws a stretch of a line over what is behind it, as much of a cell as it covers.
func (p *picture) wire(v *eye, w *wire, l light) {
	a, b := v.from(w.a), v.from(w.b)
	if a.z < near && b.z < near {
		return
	}
	if a.z < near || b.z < near {
		k := (near - a.z) / (b.z - a.z)
		cut := turned{a.x + k*(b.x-a.x), a.y + k*(b.y-a.y), near}
		if a.z < near {
			a = cut
		} else {
			b = cut
		}
	}
	at := func(t turned) (x, y, nearness float64) {
		return v.cx + v.focal*t.x/t.z, v.cy - v.focal*t.y/t.z, 1 / t.z
	}
	ax, ay, an := at(a)
	bx, by, bn := at(b)
	steps := math.Ceil(max(math.Abs(bx-ax), math.Abs(by-ay)))
	// Only what lies in the picture is walked along.
	from, to := 0.0, 1.0
	for _, e := range [][3]float64{{ax, bx, float64(p.cols)}, {ay, by, float64(p.rows)}} {
		if e[0] == e[1] {
			continue
		}
		k0, k1 := -e[0]/(e[1]-e[0]), (e[2]-e[0])/(e[1]-e[0])
		from, to = max(from, min(k0, k1)), min(to, max(k0, k1))
	}
	c := l.shade(copper)
	for i := math.Ceil(from * steps); i <= to*steps; i++ {
		k := i / max(steps, 1)
		x, y, nearness := int(math.Floor(ax+k*(bx-ax))), int(math.Floor(ay+k*(by-ay))), an+k*(bn-an)
		if x < 0 || x >= p.cols || y < 0 || y >= p.rows {
			continue
		}
		if share := min(wireM*v.focal*nearness, 1); share >= wireLeast && float32(nearness) > p.nearest[y*p.cols+x] {
			p.cells[y*p.cols+x] = p.cells[y*p.cols+x].toward(c, share)
		}
	}
}
