package camera

import (
	"math"
	"slices"

	"groundstation/internal/geo"
	"groundstation/simulator/camera/city"
)

// seenWithinM is how far things are looked for; beyond, the haze has them.
const seenWithinM = 3000

// things draws what stands and moves, the farthest first.
func (p *picture) things(id string, v *eye, s *Scene, l light) {
	type seen struct {
		thing *Thing
		at    geo.ENU
		depth float64
	}
	var all []seen
	for i := range s.Things {
		t := &s.Things[i]
		if t.ID == id {
			continue
		}
		at := city.Centre.ENU(t.Place.At(0))
		at.U = t.AltM
		if x, y, depth := v.project(at); depth > near && depth < seenWithinM {
			margin := 4 * v.focal / depth
			if x > -margin && x < float64(p.cols)+margin && y > -margin && y < float64(p.rows)+margin {
				all = append(all, seen{t, at, depth})
			}
		}
	}
	slices.SortFunc(all, func(a, b seen) int {
		switch {
		case a.depth > b.depth:
			return -1
		case a.depth < b.depth:
			return 1
		}
		return 0
	})
	for _, s := range all {
		boxes := s.thing.boxes()
		if v.focal/s.depth < 1 { // less than a cell a metre
			p.speck(v, s.at, boxes, l)
			continue
		}
		sa, ca := math.Sincos(s.thing.HeadingDeg * math.Pi / 180)
		for i := range boxes {
			p.cuboid(v, s.at, sa, ca, &boxes[i], l)
		}
	}
}

// speck draws a far thing as one block in the colour of its first part, the warmest for a thermal camera.
func (p *picture) speck(v *eye, at geo.ENU, boxes []box, l light) {
	first := boxes[0]
	for _, b := range boxes {
		if l.thermal && b.paint.warmth > first.paint.warmth {
			first = b
		}
	}
	x, y, depth := v.project(at)
	half := int(max(boxes[0].length, 0.8) * v.focal / depth / 2)
	p.fillAt(depth, int(math.Floor(x))-half, int(math.Floor(y))-half, 2*half+1, 2*half+1, l.shade(first.paint).toward(l.shade(haze), veil(depth)))
}

// cuboid draws the faces of a box that look at the eye: at most two sides and the top, which lies before or behind them.
func (p *picture) cuboid(v *eye, at geo.ENU, sa, ca float64, b *box, l light) {
	corner := func(ahead, right, up float64) geo.ENU {
		a, r := b.ahead+ahead*b.length/2, b.right+right*b.width/2
		return geo.ENU{E: at.E + a*sa + r*ca, N: at.N + a*ca - r*sa, U: at.U + b.up + up*b.high}
	}
	top := l.shade(b.paint)
	shadow := top.toward(black, 0.18)
	if l.thermal {
		shadow = top
	}
	_, _, far := v.project(at)
	d := geo.ENU{E: v.at.E - at.E, N: v.at.N - at.N, U: v.at.U - at.U}
	ahead, right := d.E*sa+d.N*ca-b.ahead, d.E*ca-d.N*sa-b.right // the eye, from the box's middle
	if s := math.Copysign(1, ahead); s*ahead > b.length/2 {
		p.face(v, far, shadow, corner(s, -1, 0), corner(s, 1, 0), corner(s, 1, 1), corner(s, -1, 1))
	}
	if s := math.Copysign(1, right); s*right > b.width/2 {
		p.face(v, far, shadow.toward(black, 0.1), corner(-1, s, 0), corner(1, s, 0), corner(1, s, 1), corner(-1, s, 1))
	}
	switch {
	case d.U > b.up+b.high:
		p.face(v, far, top, corner(-1, -1, 1), corner(1, -1, 1), corner(1, 1, 1), corner(-1, 1, 1))
	case d.U < b.up:
		p.face(v, far, shadow, corner(-1, -1, 0), corner(1, -1, 0), corner(1, 1, 0), corner(-1, 1, 0))
	}
}

// face fills a quadrilateral of a thing that is so far; one that comes too near the eye is left out.
func (p *picture) face(v *eye, far float64, c colour, corners ...geo.ENU) {
	var x, y [4]float64
	for i, at := range corners {
		depth := 0.0
		if x[i], y[i], depth = v.project(at); depth < near {
			return
		}
	}
	top, bottom := slices.Min(y[:]), slices.Max(y[:])
	for r := max(int(math.Floor(top)), 0); r <= min(int(math.Floor(bottom)), p.rows-1); r++ {
		left, right := math.Inf(1), math.Inf(-1)
		middle := min(max(float64(r)+0.5, top), bottom)
		for i := range x {
			j := (i + 1) % len(x)
			if (y[i] > middle) == (y[j] > middle) && y[i] != middle && y[j] != middle {
				continue
			}
			at := x[i]
			if y[i] != y[j] {
				at += (middle - y[i]) / (y[j] - y[i]) * (x[j] - x[i])
			}
			left, right = min(left, at), max(right, at)
		}
		if left > right || right < 0 || left > float64(p.cols) {
			continue
		}
		from := int(math.Floor(max(left, 0)))
		p.fillAt(far, from, r, max(int(math.Floor(min(right, float64(p.cols))))-from, 1), 1, c)
	}
}

// marker draws a framed block, 12 m wide but at least three cells, around a point on the ground.
func (p *picture) marker(v *eye, place geo.LatLon) {
	at := city.Centre.ENU(place.At(0))
	at.U = 0
	x, y, depth := v.project(at)
	if depth < 1 {
		return
	}
	half := min(max(6*v.focal/depth, 1), 12*float64(p.cols)/defaultCols)
	if x < -half || x > float64(p.cols)+half || y < -half || y > float64(p.rows)+half {
		return
	}
	h := int(half)
	cx, cy := int(math.Floor(x)), int(math.Floor(y))
	p.fillAt(depth, cx-h-1, cy-h-1, 2*h+3, 2*h+3, white)
	p.fillAt(depth, cx-h, cy-h, 2*h+1, 2*h+1, bright)
}
