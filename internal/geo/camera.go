package geo

import (
	"errors"
	"fmt"
	"math"
)

// Camera is a pinhole camera with square pixels: where it is, where it looks and how wide.
type Camera struct {
	At Position
	// YawDeg is the azimuth of its axis, true; PitchDeg is from the horizon, down negative; RollDeg turns the picture, its
	// right side down positive.
	YawDeg, PitchDeg, RollDeg float64
	// HFOVDeg is the horizontal field of view; Aspect the picture's width by its height.
	HFOVDeg, Aspect float64
}

// Pixel is a place in the picture: 0, 0 is its upper left corner, 1, 1 its lower right one.
type Pixel struct{ X, Y float64 }

// In says whether p is within the picture.
func (p Pixel) In() bool { return p.X >= 0 && p.X <= 1 && p.Y >= 0 && p.Y <= 1 }

// ErrNoGround says that a ray meets no ground: it goes to the horizon or above, or beyond the range.
var ErrNoGround = errors.New("there is no ground within the range there")

// minHeightM is the least height over the ground from which a camera is taken to look, metres: one that stands on it has
// a lens, and its altitude an error.
const minHeightM = 0.5

// Check says what is wrong with a camera.
func (c Camera) Check() error {
	if err := c.At.Check(); err != nil {
		return err
	}
	for _, a := range []float64{c.YawDeg, c.PitchDeg, c.RollDeg} {
		if math.IsNaN(a) || math.Abs(a) > 720 {
			return fmt.Errorf("an angle of %v degrees", a)
		}
	}
	if !(c.HFOVDeg >= 0.1 && c.HFOVDeg < 179) {
		return fmt.Errorf("a field of view of %v degrees is not within 0.1 to 179", c.HFOVDeg)
	}
	if !(c.Aspect >= 0.1 && c.Aspect <= 10) {
		return fmt.Errorf("a picture %v times as wide as high is not within 0.1 to 10", c.Aspect)
	}
	return nil
}

// VFOVDeg is the vertical field of view.
func (c Camera) VFOVDeg() float64 {
	return 2 * math.Atan(math.Tan(c.HFOVDeg*math.Pi/360)/c.Aspect) * 180 / math.Pi
}

func (c Camera) axes() (ahead, right, up ENU) { return Axes(c.YawDeg, c.PitchDeg, c.RollDeg) }

// Axes are the directions of a body as unit vectors, by its azimuth, its pitch (up positive) and its roll (right side down
// positive).
func Axes(yawDeg, pitchDeg, rollDeg float64) (ahead, right, up ENU) {
	sy, cy := math.Sincos(yawDeg * math.Pi / 180)
	sp, cp := math.Sincos(pitchDeg * math.Pi / 180)
	sr, cr := math.Sincos(rollDeg * math.Pi / 180)
	ahead = ENU{E: sy * cp, N: cy * cp, U: sp}
	level, high := ENU{E: cy, N: -sy}, ENU{E: -sy * sp, N: -cy * sp, U: cp}
	right = plus(times(level, cr), times(high, -sr))
	up = plus(times(level, sr), times(high, cr))
	return ahead, right, up
}

// ray is the direction in which a pixel is seen; its length is that of one metre along the axis.
func (c Camera) ray(p Pixel) ENU {
	ahead, right, up := c.axes()
	wide := math.Tan(c.HFOVDeg * math.Pi / 360)
	return plus(ahead, plus(times(right, (2*p.X-1)*wide), times(up, (1-2*p.Y)*wide/c.Aspect)))
}

// Pixel gives where a place is seen, inside the picture or beside it; false if it is not before the camera.
func (c Camera) Pixel(p Position) (Pixel, bool) {
	ahead, right, up := c.axes()
	d := NewFrame(c.At).ENU(p)
	depth := dot(d, ahead)
	if depth <= 1e-6 {
		return Pixel{}, false
	}
	wide := math.Tan(c.HFOVDeg*math.Pi/360) * depth
	return Pixel{X: (1 + dot(d, right)/wide) / 2, Y: (1 - dot(d, up)/wide*c.Aspect) / 2}, true
}

// Spot is a place on the ground that is seen in a picture.
type Spot struct {
	Position
	// Surveyed says that the ground there is the grid's, and not taken as level.
	Surveyed bool
}

// Ground gives the first place on the ground that a pixel shows, at most rangeM away horizontally; ErrNoGround if there is none.
func (c Camera) Ground(p Pixel, ground Ground, rangeM float64) (Spot, error) {
	s, _, err := c.sees(p, ground, rangeM)
	return s, err
}

// sees gives it and how the ray meets it.
func (c Camera) sees(p Pixel, ground Ground, rangeM float64) (Spot, meeting, error) {
	r, from := c.ray(p), c.above(ground)
	m, _, ok := ground.meet(from, r, rangeM/max(r.Horizontal(), 1e-9))
	if !ok {
		return Spot{}, m, ErrNoGround
	}
	return Spot{NewFrame(from).Position(times(r, m.t)), m.surveyed}, m, nil
}

// above is where the camera is taken to be: not on the ground nor under it.
func (c Camera) above(ground Ground) Position {
	h, _ := ground.At(c.At.LatLon)
	return c.At.LatLon.At(max(c.At.AltAMSL, h+minHeightM))
}

func plus(a, b ENU) ENU          { return ENU{a.E + b.E, a.N + b.N, a.U + b.U} }
func times(a ENU, k float64) ENU { return ENU{a.E * k, a.N * k, a.U * k} }
func dot(a, b ENU) float64       { return a.E*b.E + a.N*b.N + a.U*b.U }
func crossProduct(a, b ENU) ENU {
	return ENU{a.N*b.U - a.U*b.N, a.U*b.E - a.E*b.U, a.E*b.N - a.N*b.E}
}
