package camera

import (
	"time"

	"groundstation/internal/geo"
)

// Scene is what stands and moves in the city at one time, the same for every camera. It is not changed once it is shown.
type Scene struct {
	// Daylight is 0 at night to 1 by day; see Daylight.
	Daylight float64
	Things   []Thing
	Skyline  *Skyline // nil: nothing stands
}

// Kind is what a Thing is.
type Kind uint8

// The kinds of things that a camera sees.
const (
	Vehicle    Kind = iota
	Dock            // with its lid
	GroundPad       // a painted landing place
	GroundUnit      // a car of a crew
	Person
)

// Thing is one object. Its height is over the ground beneath.
type Thing struct {
	ID         string // a camera does not see the thing that carries it
	Kind       Kind
	Place      geo.LatLon
	AltM       float64
	HeadingDeg float64
	// LidOpen is a dock's, 0 closed to 1 open; Warm says that motors run.
	LidOpen float64
	Warm    bool
}

// Daylight is how light it is, 0 when the sun is 6° below the horizon (civil dusk) or lower, 1 when it is 6° above or
// higher.
func Daylight(at time.Time, place geo.LatLon) float64 {
	return min(max((geo.SunElevation(at, place)+6)/12, 0), 1)
}

// box is a cuboid: where the middle of its underside is from a thing's place, ahead and to the right of its heading and
// up, and how long, wide and high it is, m.
type box struct {
	ahead, right, up    float64
	length, width, high float64
	paint               paint
}

var (
	hull   = plain(rgb(44, 48, 56), 0.5)
	rotors = plain(rgb(70, 74, 82), 0.45)
	motors = paint{rgb(70, 74, 82), rgb(30, 30, 34), 1}
	lamp   = paint{rgb(255, 80, 60), rgb(255, 80, 60), 0.9}
	walls  = plain(rgb(196, 200, 204), 0.46)
	cover  = plain(rgb(226, 228, 230), 0.48)
	floor  = plain(rgb(72, 76, 82), 0.55)
	slab   = plain(rgb(186, 184, 176), 0.52)
	mark   = paint{rgb(250, 250, 244), rgb(150, 150, 140), 0.5}
	body   = plain(rgb(236, 238, 240), 0.56)
	engine = paint{rgb(30, 40, 54), rgb(20, 22, 30), 0.98}
	beacon = paint{rgb(50, 90, 230), rgb(90, 130, 255), 0.7}
	coat   = paint{rgb(240, 140, 40), rgb(90, 60, 30), 1}
)

// boxes are what a thing is made of, the nearer to the ground the earlier.
func (t *Thing) boxes() []box {
	switch t.Kind {
	case Vehicle:
		arm := rotors
		if t.Warm {
			arm = motors
		}
		return []box{{0, 0, 0, 0.4, 0.3, 0.25, hull},
			{0.35, 0.35, 0.2, 0.3, 0.3, 0.08, arm}, {0.35, -0.35, 0.2, 0.3, 0.3, 0.08, arm},
			{-0.35, 0.35, 0.2, 0.3, 0.3, 0.08, arm}, {-0.35, -0.35, 0.2, 0.3, 0.3, 0.08, arm}, {0.12, 0, 0.25, 0.1, 0.1, 0.06, lamp}}
	case Dock: // two halves of the lid slide apart
		slide := 0.5 * t.LidOpen
		return []box{{0, 0, 0, 2, 2, 0.55, walls}, {0, 0, 0.55, 1.7, 1.7, 0.02, floor},
			{0.5 + slide*1.05, 0, 0.6, 1 - slide*0.9, 2, 0.1, cover}, {-0.5 - slide*1.05, 0, 0.6, 1 - slide*0.9, 2, 0.1, cover}}
	case GroundPad:
		return []box{{0, 0, 0, 3, 3, 0.03, slab}, {0, 0.5, 0.03, 1.6, 0.25, 0.01, mark}, {0, -0.5, 0.03, 1.6, 0.25, 0.01, mark}, {0, 0, 0.03, 0.25, 1, 0.01, mark}}
	case GroundUnit:
		return []box{{0, 0, 0.2, 4.6, 1.9, 0.8, body}, {1.7, 0, 0.95, 1, 1.7, 0.08, engine}, {-0.4, 0, 1, 2.4, 1.7, 0.6, body}, {-0.2, 0, 1.6, 0.3, 1.2, 0.15, beacon}}
	case Person:
		return []box{{0, 0, 0, 0.3, 0.5, 1.75, coat}}
	}
	return nil
}
