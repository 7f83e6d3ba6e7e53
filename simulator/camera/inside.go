package camera

// Inside is what a camera on the back wall of a dock sees of it.
type Inside struct {
	Daylight float64 // outside, 0 to 1
	Light    bool    // the lamp inside
	LidOpen  float64 // 0 closed to 1 open
	Clamps   float64 // 0 open to 1 closed
	Vehicle  string  // what stands on the contacts; empty: nothing
	Charging bool
}

// unlit is what stays of a colour where neither lamp nor daylight comes: nothing, but the lamp of the charger.
const unlit = 0.02

// inside draws the dock's room: walls, the lid's gap with the sky behind, the pad, the vehicle and the clamps that hold
// it. In cells of a picture of 640×360, which is 160 wide; the pad's middle is at 80, 50.
func (p *picture) inside(d *Inside) {
	p.drawn = false
	brightness := max(d.Daylight*d.LidOpen, 0.1*d.LidOpen)
	if d.Light {
		brightness = max(brightness, 0.75)
	}
	lit := func(c colour) colour { return black.toward(c, max(brightness, unlit)) }
	block := func(x, y, w, h int, c colour) { p.fill(x*p.scale, y*p.scale, w*p.scale, h*p.scale, c) }

	block(0, 0, 160, 92, lit(rgb(150, 154, 160))) // the wall
	block(0, 12, 160, 10, lit(rgb(206, 208, 210)))
	if gap := int(160*d.LidOpen + 0.5); gap > 0 { // the lid's halves, and the sky between them
		block(80-gap/2, 12, gap, 10, sky.night.toward(sky.day, d.Daylight))
	}
	block(0, 34, 160, 60, lit(rgb(72, 76, 82))) // the floor
	block(44, 36, 72, 36, lit(rgb(96, 100, 108)))
	block(76, 38, 8, 32, lit(rgb(240, 220, 80))) // the pad's cross
	block(48, 51, 64, 6, lit(rgb(240, 220, 80)))
	if d.Vehicle != "" {
		for _, at := range [][2]int{{54, 40}, {90, 40}, {54, 58}, {90, 58}} {
			block(at[0], at[1], 16, 8, lit(rgb(44, 48, 56)))
		}
		block(66, 44, 28, 20, lit(rgb(30, 34, 42)))
		if brightness > 0.2 {
			p.text(71*p.scale, 50*p.scale, p.scale, d.Vehicle)
		}
	}
	reach := int(18*d.Clamps + 0.5) // from the sides of the pad to the middle of the vehicle's legs
	block(44, 46, 4+reach, 4, lit(rgb(230, 120, 40)))
	block(112-reach, 46, 4+reach, 4, lit(rgb(230, 120, 40)))
	if d.Charging {
		block(140, 28, 4, 4, rgb(60, 230, 90))
	}
}
