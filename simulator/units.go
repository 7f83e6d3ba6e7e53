package simulator

import (
	"math"
	"math/rand/v2"
	"strconv"

	"groundstation/internal/geo"
	streets "groundstation/simulator/camera/city"
)

const (
	unitsReachM = 8100.0  // from the centre of the streets
	unitsAwayM  = 30000.0 // a world farther from them has none
)

// unit is a patrol car on the large streets of the city: it drives from crossing to crossing, waits at some, turns at
// some, and stands by now and then.
type unit struct {
	rng    *rand.Rand
	x, y   float64 // on the straight grid, metres from the centre
	dx, dy float64 // where it drives, a unit step along one axis
	left   float64 // metres to the next crossing
	speed  float64
	waitS  float64
}

// newUnits sets count cars on crossings, by the seed.
func newUnits(w *World, count int) []*unit {
	if geo.Distance(w.position(geo.ENU{}).LatLon, streets.Street(0, 0)) > unitsAwayM {
		return nil
	}
	blocks := int(2*unitsReachM/streets.Block) + 1
	units := make([]*unit, 0, count)
	for i := range count {
		u := &unit{rng: rand.New(rand.NewPCG(w.cfg.Seed, 5000+uint64(i)))}
		u.x = -unitsReachM + float64(u.rng.IntN(blocks))*streets.Block
		u.y = -unitsReachM + float64(u.rng.IntN(blocks))*streets.Block
		u.dx = 1
		u.cross()
		units = append(units, u)
	}
	return units
}

// cross chooses the way on at a crossing: most often straight on, never back and never out of the streets.
func (u *unit) cross() {
	type way struct{ dx, dy float64 }
	ahead, right, turn := way{u.dx, u.dy}, way{u.dy, -u.dx}, way{-u.dy, u.dx}
	ways := []way{ahead, ahead, right, turn}
	u.rng.Shuffle(len(ways), func(i, j int) { ways[i], ways[j] = ways[j], ways[i] })
	for _, g := range append(ways, way{-u.dx, -u.dy}) {
		if x, y := u.x+g.dx*streets.Block, u.y+g.dy*streets.Block; max(x, -x, y, -y) <= unitsReachM+1 {
			u.dx, u.dy = g.dx, g.dy
			break
		}
	}
	u.left, u.speed = streets.Block, 7+6*u.rng.Float64()
	switch p := u.rng.Float64(); {
	case p < 0.05: // stands by
		u.waitS = 60 + 240*u.rng.Float64()
	case p < 0.5: // a red light
		u.waitS = 5 + 40*u.rng.Float64()
	}
}

// drive moves a car by s seconds.
func (u *unit) drive(s float64) {
	if u.waitS > 0 {
		u.waitS -= s
		return
	}
	step := min(u.left, u.speed*s)
	u.x, u.y, u.left = u.x+u.dx*step, u.y+u.dy*step, u.left-step
	if u.left == 0 { // what was lost in many small steps is not carried on
		u.x, u.y = math.Round(u.x), math.Round(u.y)
		u.cross()
	}
}

// UnitTruth is a patrol car as it really is.
type UnitTruth struct {
	ID         string     `json:"id"`
	Place      geo.LatLon `json:"place"`
	HeadingDeg float64    `json:"headingDeg"`
	SpeedMS    float64    `json:"speedMs"`
}

// turnSky moves the sun and the cars on to now.
func (w *World) turnSky() {
	w.sunDeg = geo.SunElevation(w.now, w.position(geo.ENU{}).LatLon)
	cars := make([]UnitTruth, len(w.units)) // those before are in somebody's hands
	for i, u := range w.units {
		u.drive(w.now.Sub(w.skyAt).Seconds())
		at, next := streets.Street(u.x, u.y), streets.Street(u.x+20*u.dx, u.y+20*u.dy)
		cars[i] = UnitTruth{ID: "P" + strconv.Itoa(i+1), Place: at, HeadingDeg: geo.BearingDeg(at, next)}
		if u.waitS <= 0 {
			cars[i].SpeedMS = u.speed
		}
	}
	w.skyAt, w.cars = w.now, cars
}
