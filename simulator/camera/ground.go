package camera

import "math"

// colour is one cell's BT.709 limited-range YCbCr.
type colour struct{ y, cb, cr uint8 }

// rgb converts from 0–255 RGB.
func rgb(r, g, b float64) colour {
	y := 0.2126*r + 0.7152*g + 0.0722*b
	return colour{
		y:  uint8(16 + y*219/255 + 0.5),
		cb: uint8(128 + (b-y)/1.8556*224/255 + 0.5),
		cr: uint8(128 + (r-y)/1.5748*224/255 + 0.5),
	}
}

var (
	black   = rgb(0, 0, 0)
	white   = rgb(255, 255, 255)
	sky     = rgb(168, 200, 228)
	haze    = rgb(186, 200, 206)
	water   = rgb(62, 104, 132)
	asphalt = rgb(104, 104, 108)
	lane    = rgb(148, 142, 132)
	yard    = rgb(138, 156, 104)
	bright  = rgb(255, 64, 190) // the incident: a colour that the ground never has
	crops   = [...]colour{rgb(104, 142, 66), rgb(126, 158, 74), rgb(160, 160, 82), rgb(86, 126, 62), rgb(146, 124, 82)}
	woods   = [...]colour{rgb(52, 88, 50), rgb(60, 98, 54), rgb(46, 78, 46)}
	roofs   = [...]colour{rgb(150, 78, 62), rgb(128, 132, 140), rgb(176, 172, 166), rgb(92, 104, 130)}
)

// ground is what lies at a place, metres east and north of the city's centre. The land is invented: no map stands
// behind it, and it is the same for every camera and every run.
func ground(e, n float64) colour {
	if math.Abs(n-500*math.Sin(e/2600)-160*math.Sin(e/710)-380) < 42 || band(e+n/9+300, 1400, 13) {
		return water
	}
	if band(e, 800, 15) || band(n, 800, 15) {
		return asphalt
	}
	if band(e, 200, 6) || band(n, 200, 6) {
		return lane
	}
	be, bn := math.Floor(e/200), math.Floor(n/200)
	switch h := hash(be, bn, 1); {
	case h%100 < 52: // fields in strips, along or across
		if h&1024 != 0 {
			e, n = n, e
		}
		return crops[hash(math.Floor(e/25), math.Floor(n/200), 2)%uint32(len(crops))]
	case h%100 < 84: // houses on lots
		le, ln := math.Floor(e/25), math.Floor(n/25)
		if lot := hash(le, ln, 3); lot%4 != 0 && e-le*25 > 6 && n-ln*25 > 8 {
			return roofs[lot/4%uint32(len(roofs))]
		}
		return yard
	case h%100 < 96:
		return woods[hash(math.Floor(e/10), math.Floor(n/10), 4)%uint32(len(woods))]
	}
	if math.Hypot(e-be*200-100, n-bn*200-100) < 70 { // a pond in a meadow
		return water
	}
	return yard
}

// band tells whether v lies within a stripe of the given width around each multiple of period.
func band(v, period, width float64) bool {
	return math.Abs(v-period*math.Round(v/period)) < width/2
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

// toward blends c into the haze by share 0 to 1.
func (c colour) toward(o colour, share float64) colour {
	mix := func(a, b uint8) uint8 { return uint8(float64(a) + (float64(b)-float64(a))*share + 0.5) }
	return colour{mix(c.y, o.y), mix(c.cb, o.cb), mix(c.cr, o.cr)}
}
