package simulator

import (
	"math"

	"groundstation/internal/geo"
)

// standM is how far apart a vehicle's feet stand, metres: over that the ground's slope counts.
const standM = 0.6

// tipsDeg is the slope on which a vehicle that touches down tips over, degrees: where, with what is left of its way aside,
// its weight comes over its lower feet. A wing is high and wide.
func (v *vehicle) tipsDeg() float64 {
	if v.at.Class == classVTOL {
		return 12
	}
	return 20
}

// slope is how much the ground rises to the east and to the north, metres a metre. Pads, lids and sites are level.
func (v *vehicle) slope() (e, n float64) {
	if v.w.cfg.ground == nil {
		return 0, 0
	}
	p := v.body.pos
	if d, _ := v.w.dockUnder(p); d != nil || v.onSite() {
		return 0, 0
	}
	rise := func(by geo.ENU) float64 {
		by.U = 0
		return (v.w.groundAt(add(p, by)) - v.w.groundAt(sub(p, by))) / standM
	}
	return rise(geo.ENU{E: standM / 2}), rise(geo.ENU{N: standM / 2})
}

// settle lets a vehicle that has touched down stand as the ground lies, or tip over where that is too steep.
func (v *vehicle) settle() {
	e, n := v.slope()
	if v.body.crashed || e == 0 && n == 0 {
		return
	}
	fwd, right := bearing(v.body.headingDeg)
	up, aside := e*fwd+n*right, e*right-n*fwd
	v.body.pitchDeg, v.body.rollDeg = math.Atan(up)*180/math.Pi, -math.Atan(aside)*180/math.Pi
	if steep := math.Atan(math.Hypot(e, n)) * 180 / math.Pi; steep > v.tipsDeg() {
		v.w.log.add(v.w.now, AccidentTipped, "tipped over on a slope", v.at.ID)
		v.body.rollDeg = math.Copysign(90, v.body.rollDeg)
		v.crash()
	}
}
