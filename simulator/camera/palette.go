package camera

import (
	"math"

	"groundstation/simulator/camera/city"
)

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

// toward blends c into o by share 0 to 1.
func (c colour) toward(o colour, share float64) colour {
	mix := func(a, b uint8) uint8 { return uint8(float64(a) + (float64(b)-float64(a))*share + 0.5) }
	return colour{mix(c.y, o.y), mix(c.cb, o.cb), mix(c.cr, o.cr)}
}

// paint is how a surface looks: by day, by night, and how warm it is, 0 to 1, for a thermal camera.
type paint struct {
	day, night colour
	warmth     float64
}

// plain is a paint that is lit by the sky alone.
func plain(c colour, warmth float64) paint { return paint{c, c.toward(dark, 0.8), warmth} }

var (
	black  = rgb(0, 0, 0)
	white  = rgb(255, 255, 255)
	dark   = rgb(6, 9, 16)
	bright = rgb(255, 64, 190) // the incident: a colour that the ground never has

	sky  = paint{rgb(168, 200, 228), rgb(10, 14, 26), 0}
	haze = paint{rgb(186, 200, 206), rgb(14, 18, 28), 0.18}

	grounds = [city.Classes]paint{
		city.Field: plain(rgb(104, 142, 66), 0.34), plain(rgb(126, 158, 74), 0.36), plain(rgb(160, 160, 82), 0.42),
		plain(rgb(86, 126, 62), 0.33), plain(rgb(146, 124, 82), 0.45),
		city.Wood: plain(rgb(52, 88, 50), 0.28), plain(rgb(60, 98, 54), 0.29), plain(rgb(46, 78, 46), 0.27),
		city.Roof: plain(rgb(150, 78, 62), 0.56), plain(rgb(128, 132, 140), 0.52), plain(rgb(176, 172, 166), 0.5), plain(rgb(92, 104, 130), 0.54),
		city.Yard: plain(rgb(138, 156, 104), 0.38), city.Meadow: plain(rgb(120, 170, 84), 0.34), city.Water: plain(rgb(62, 104, 132), 0.12),
		city.Minor: {rgb(148, 142, 132), rgb(84, 72, 52), 0.6}, city.Major: {rgb(104, 104, 108), rgb(128, 110, 76), 0.66}, // lit by lamps
		city.House: {rgb(214, 208, 196), rgb(110, 104, 90), 0.58},
	}
)

// light is what a camera makes of paints: the daylight that there is, or warmth.
type light struct {
	thermal bool
	day     float64 // 0 night to 1 day
}

func (l light) shade(p paint) colour {
	if l.thermal {
		return colour{y: uint8(16 + 219*p.warmth + 0.5), cb: 128, cr: 128}
	}
	return p.night.toward(p.day, l.day)
}

// veil is how much of a thing is lost in the haze at a distance, m.
func veil(m float64) float64 { return 1 - math.Exp(-m/2500) }
