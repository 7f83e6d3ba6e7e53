package camera

import (
	"math"

	"groundstation/internal/geo"
	"groundstation/simulator/camera/city"
)

// eye is a pinhole camera over flat ground, in metres east, north and up of the city's centre.
type eye struct {
	at, ahead, right, up geo.ENU
	focal                float64 // cells
	cx, cy               float64 // the picture's middle, cells
}

// lowest is the height above ground, metres, that a vehicle standing on it sees from.
const lowest = 1.5

func newEye(v View, cols, rows int) eye {
	at := city.Centre.ENU(geo.LatLon{Lat: v.Lat, Lon: v.Lon}.At(max(v.AltM, lowest)))
	azimuth, pitch := (v.HeadingDeg+v.GimbalYawDeg)*math.Pi/180, v.GimbalPitchDeg*math.Pi/180
	sa, ca := math.Sincos(azimuth)
	sp, cp := math.Sincos(pitch)
	wide := v.HFOVDeg
	if !(wide > 1 && wide < 170) {
		wide = defaultHFOVDeg
	}
	return eye{
		focal: float64(cols) / 2 / math.Tan(wide*math.Pi/360) * max(v.Zoom, 1),
		cx:    float64(cols) / 2, cy: float64(rows) / 2,
		at:    geo.ENU{E: at.E, N: at.N, U: max(v.AltM, lowest)},
		ahead: geo.ENU{E: sa * cp, N: ca * cp, U: sp},
		right: geo.ENU{E: ca, N: -sa},
		up:    geo.ENU{E: -sa * sp, N: -ca * sp, U: cp},
	}
}

// project gives where a point is seen, cells from the upper left corner, and its depth along the axis, m. Nothing less
// deep than near is seen.
func (v *eye) project(p geo.ENU) (x, y, depth float64) {
	d := geo.ENU{E: p.E - v.at.E, N: p.N - v.at.N, U: p.U - v.at.U}
	dot := func(a geo.ENU) float64 { return a.E*d.E + a.N*d.N + a.U*d.U }
	depth = dot(v.ahead)
	return v.cx + v.focal*dot(v.right)/depth, v.cy - v.focal*dot(v.up)/depth, depth
}

const near = 0.3

// landscape casts one ray per cell. The picture is never rolled, so all rays of a row meet the ground at one depth.
func (p *picture) landscape(v *eye, l light) {
	aloft := l.shade(sky)
	far := l.shade(haze)
	var flat, tinted [city.Classes]colour
	for i, g := range grounds {
		flat[i] = l.shade(g)
	}
	for y := range p.rows {
		dy := (v.cy - float64(y) - 0.5) / v.focal
		line := p.cells[y*p.cols : (y+1)*p.cols]
		fall := -(v.ahead.U + v.up.U*dy)
		if fall < 0.004 {
			for x := range line {
				line[x] = aloft
			}
			continue
		}
		depth := v.at.U / fall
		share := veil(depth)
		for i, c := range flat {
			tinted[i] = c.toward(far, share)
		}
		step := depth / v.focal
		left := step * (0.5 - v.cx)
		p.ground.Row(p.classes, v.at.E+depth*(v.ahead.E+v.up.E*dy)+left*v.right.E, v.at.N+depth*(v.ahead.N+v.up.N*dy)+left*v.right.N,
			step*v.right.E, step*v.right.N)
		for x, c := range p.classes {
			line[x] = tinted[c]
		}
	}
}
