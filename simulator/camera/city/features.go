package city

import "math"

// The map's centre, degrees WGS-84.
const (
	CentreLat = 32.533
	CentreLon = 120.467
)

// kind is what a feature of the map is.
type kind string

const (
	built kind = "built"
	green kind = "green"
	river kind = "river"
	canal kind = "canal"
	minor kind = "minor"
	major kind = "major"
	// house is a school, hospital, mall or fuel station.
	house kind = "house"
)

// feature is one line, area or point of the map, as longitude and latitude rounded to a millionth of a degree.
type feature struct {
	kind kind
	line [][2]float64
}

const half = 13500.0 // metres from the centre to the map's edge

// chance is mulberry32.
func chance(seed uint32) func() float64 {
	a := seed
	return func() float64 {
		a += 0x6d2b79f5
		t := (a ^ a>>15) * (1 | a)
		t = (t + (t^t>>7)*(61|t)) ^ t
		return float64(t^t>>14) / 4294967296
	}
}

// place gives longitude and latitude of x metres east and y metres north of the centre.
func place(x, y float64) [2]float64 {
	const lat = 1 / 111195.0
	lon := lat / math.Cos(CentreLat*math.Pi/180)
	round := func(v float64) float64 { return math.Floor(v*1e6+0.5) / 1e6 }
	return [2]float64{round(CentreLon + x*lon), round(CentreLat + y*lat)}
}

// bent is a place of the straight grid on streets that follow old canals.
func bent(x, y float64) [2]float64 {
	return place(x+140*math.Sin(y/2300+1.3)+60*math.Sin(y/900), y+120*math.Sin(x/2700)+50*math.Sin(x/800+0.7))
}

// features are everything of the map, in its order.
func features() []feature {
	rnd := chance(1)
	out := areas(rnd)
	out = append(out, waters()...)
	out = append(out, roads(rnd)...)
	return append(out, houses(rnd)...)
}

func blob(x, y, r float64, rnd func() float64) [][2]float64 {
	phase := rnd() * 6
	ring := make([][2]float64, 0, 15)
	for i := range 14 {
		a := float64(i) / 14 * 2 * math.Pi
		d := r * (0.8 + 0.2*math.Sin(2*a+phase) + 0.12*math.Sin(5*a+phase))
		ring = append(ring, bent(x+d*math.Cos(a), y+d*math.Sin(a)))
	}
	return append(ring, ring[0])
}

func areas(rnd func() float64) []feature {
	out := []feature{{built, blob(0, 0, 5600, rnd)}}
	for range 26 {
		x := (rnd()*2 - 1) * 12500
		y := (rnd()*2 - 1) * 12500
		if math.Hypot(x, y) > 6000 {
			out = append(out, feature{built, blob(x, y, 350+rnd()*650, rnd)})
		}
	}
	for range 34 {
		x := (rnd()*2 - 1) * 11000
		y := (rnd()*2 - 1) * 11000
		out = append(out, feature{green, blob(x, y, 120+rnd()*260, rnd)})
	}
	return out
}

func waters() []feature {
	long := func(k kind, at func(d float64) (x, y float64)) feature {
		line := make([][2]float64, 55)
		for i := range line {
			line[i] = bent(at(-half + float64(i)*2*half/54))
		}
		return feature{k, line}
	}
	out := []feature{
		long(river, func(d float64) (float64, float64) { return d, 1350 + 500*math.Sin(d/4200) }),
		long(river, func(d float64) (float64, float64) { return -2300 + 420*math.Sin(d/3600), d }),
	}
	for i, y := range []float64{-9900, -6300, 4500, 8100} {
		out = append(out, long(canal, func(d float64) (float64, float64) { return d, y + 260*math.Sin(d/2900+float64(i)) }))
	}
	for i, x := range []float64{-8100, 2700, 6300, 11700} {
		out = append(out, long(canal, func(d float64) (float64, float64) { return x + 240*math.Sin(d/3100+float64(i)), d }))
	}
	return out
}

func street(x0, y0, x1, y1 float64, k kind) feature {
	const steps = 24
	line := make([][2]float64, steps+1)
	for i := range line {
		line[i] = bent(x0+(x1-x0)*float64(i)/steps, y0+(y1-y0)*float64(i)/steps)
	}
	return feature{k, line}
}

func roads(rnd func() float64) []feature {
	var out []feature
	for d := -half; d <= half; d += 1800 {
		out = append(out, street(d, -half, d, half, major), street(-half, d, half, d, major))
	}
	for x := -half; x < half; x += 300 {
		for y := -half; y < half; y += 1800 {
			thick := math.Exp(-math.Hypot(x, y+900) / 5200)
			if rnd() < thick*1.25 {
				out = append(out, street(x, y, x, y+1800, minor))
			}
			if rnd() < thick*1.25 {
				out = append(out, street(y, x, y+1800, x, minor))
			}
		}
	}
	return out
}

func houses(rnd func() float64) []feature {
	var out []feature
	for range 135 + 63 + 14 + 22 {
		r := 12000 * math.Pow(rnd(), 0.75)
		a := rnd() * 2 * math.Pi
		out = append(out, feature{house, [][2]float64{bent(r*math.Cos(a), r*math.Sin(a))}})
	}
	return out
}
