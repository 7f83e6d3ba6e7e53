package privacy

import (
	"math"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// How wrong what a vehicle tells may be, one standard deviation, where it does not say.
const (
	hdopM       = 2.5 // metres for one of HDOP
	heightShare = 1.5 // vertical error by the horizontal one
	noFixM      = 30.0
	groundM     = 2.0 // the height of the ground of a plain, where no grid has it
	yawDeg      = 2.0 // a compass near motors, and the gimbal on top
	tiltDeg     = 0.7
)

// How old what is known of a view may be, and how long a verdict has to last: until the next look of whoever judges, and of
// whoever asks for it.
const (
	stale = 1500 * time.Millisecond
	lag   = 400 * time.Millisecond
)

// How wrong the survey of a camera that does not move may be, one standard deviation; and how far from its dock one may
// stand that was not surveyed, metres.
const (
	mountM    = 1.0
	mountHigh = 0.5
	mountYaw  = 3.0
	mountTilt = 2.0
	nearDockM = 30.0
)

const (
	wideDeg    = 100.0   // the field of view of a camera that tells none
	tallAspect = 4.0 / 3 // the shape of a picture that tells none: the taller of the usual ones
)

// View is where a camera is and what it sees, as far as known.
type View struct {
	Camera geo.Camera
	Error  geo.CameraError
	// At is the age of its oldest part.
	At time.Time
	// Zoomed says that it is narrower than Camera by nobody knows how much.
	Zoomed bool
	// Field is how wide it told to be lately, if it is narrower than Camera; nil: as wide as that, or Zoomed.
	Field *fleet.Field
	// Missing is what is not known of it, in a word: "vehicle", "position", "gimbal", "mount"; empty: nothing.
	Missing string
}

// Look gives the view of a vehicle's camera at its wide end. Its parts must have been heard within 1.5 s.
func Look(spec fleet.VehicleSpec, v *fleet.Vehicle, now time.Time) View {
	out := View{Error: geo.CameraError{HorizontalM: noFixM, VerticalM: noFixM, GroundM: groundM, YawDeg: yawDeg, PitchDeg: tiltDeg, RollDeg: tiltDeg}}
	switch {
	case v == nil:
		out.Missing = "vehicle"
		return out
	case v.Position == nil:
		out.Missing = "position"
		return out
	}
	out.At = v.PositionAt
	if v.GPS.Fix >= 3 {
		out.Error.HorizontalM, out.Error.VerticalM = hdopM*v.GPS.HDOP, hdopM*heightShare*v.GPS.HDOP
		if v.GPS.HAccM > 0 {
			out.Error.HorizontalM = v.GPS.HAccM
		}
		if v.GPS.VAccM > 0 {
			out.Error.VerticalM = v.GPS.VAccM
		}
	}
	wide, aspect := spec.HFOVDeg, tallAspect
	if s := v.Shown(); s.HFOVDeg > 0 || s.Width > 0 && s.Height > 0 {
		wide = max(wide, s.HFOVDeg)
		if s.Width > 0 && s.Height > 0 {
			aspect = float64(s.Width) / float64(s.Height)
		}
	}
	if wide <= 0 {
		wide = wideDeg
	}
	if f := v.Field(now); f == nil {
		out.Zoomed = v.Zoomed()
	} else {
		wide = max(wide, f.HDeg)
		if f.VDeg > 0 {
			aspect = min(aspect, half(f.HDeg)/half(f.VDeg))
		}
		if f.HDeg < wide {
			out.Field = f
		}
	}
	out.Camera = geo.Camera{At: *v.Position, HFOVDeg: wide, Aspect: aspect}
	switch {
	case now.Sub(v.PositionAt) > stale:
		out.Missing = "position"
	case v.Gimbal == nil || now.Sub(v.Gimbal.At) > stale:
		out.Missing = "gimbal"
	default:
		out.Camera.YawDeg, out.Camera.PitchDeg, out.Camera.RollDeg = v.Gimbal.YawDeg, v.Gimbal.PitchDeg, v.Gimbal.RollDeg
		if v.Gimbal.At.Before(out.At) {
			out.At = v.Gimbal.At
		}
		if out.Camera.Check() != nil {
			out.Missing = "gimbal"
		}
	}
	return out
}

// fixed gives the view of a camera that does not move.
func fixed(c *fleet.FixedCamera, now time.Time) View {
	if c.Mount == nil {
		return View{Missing: "mount"}
	}
	m := c.Mount
	return View{Camera: geo.Camera{At: m.Position, YawDeg: m.HeadingDeg, PitchDeg: m.TiltDeg, HFOVDeg: m.HFOVDeg, Aspect: tallAspect}, At: now,
		Error: geo.CameraError{HorizontalM: mountM, VerticalM: mountHigh, GroundM: groundM, YawDeg: mountYaw, PitchDeg: mountTilt, RollDeg: mountTilt}}
}

// grow is by how much a view is taken to be larger than it is told.
type grow struct {
	sigmas float64       // of each error
	lag    time.Duration // for which a verdict has to stand
	speed  float64       // of the vehicle, metres a second, and its climb or descent
	climb  float64
	turn   float64 // degrees by which the gimbal may have turned
	// widthDeg is the widest that its field of view may be.
	widthDeg float64
	spare    float64 // metres
}

// half is the tangent of half an angle in degrees: by it fields of view compare.
func half(deg float64) float64 { return math.Tan(deg * math.Pi / 360) }

// zoomsBy is how many times wider or narrower a picture may become in a second: ten times in 2.5 s.
const zoomsBy = 2.5

// width is the widest that a view may be until a verdict ends, degrees, and by how many times it may be nearer at most
// than at its wide end.
func (v View) width(now time.Time, lag time.Duration, most float64) (deg, times float64) {
	wide := v.Camera.HFOVDeg
	switch {
	case v.Zoomed:
		return wide, most
	case v.Field == nil:
		return wide, 1
	}
	by := math.Pow(zoomsBy, (max(0, now.Sub(v.Field.At)) + lag).Seconds())
	own := half(v.Field.HDeg)
	return min(wide, 2*math.Atan(own*by)*180/math.Pi), min(most, half(wide)/own*by)
}

// seen is the ground of a relief that a view may show, on the plane under the camera, and the margin around it in metres. A nil
// ring is none at all. What stands between is not asked for: it hides nothing.
func (v View) seen(now time.Time, g grow, ground relief, rangeM float64) (ring []geo.Point, margin float64) {
	since := (max(0, now.Sub(v.At)) + g.lag).Seconds()
	margin = g.sigmas*v.Error.HorizontalM + g.speed*since + g.spare
	c := v.Camera
	c.HFOVDeg = g.widthDeg
	more := func(deg, by float64) float64 { return min(deg/2+by, 85) }
	wide := more(c.HFOVDeg, g.sigmas*v.Error.YawDeg+g.turn)
	tall := more(c.VFOVDeg(), g.sigmas*v.Error.PitchDeg+g.turn)
	c.HFOVDeg, c.Aspect = 2*wide, math.Tan(wide*math.Pi/180)/math.Tan(tall*math.Pi/180)
	off := g.sigmas*math.Hypot(v.Error.VerticalM, ground.errorM) + g.climb*since
	near, far := c.At.AltAMSL-ground.high-off, max(c.At.AltAMSL-ground.low+off, 0.5)
	if !ground.some { // level ground lies under whatever stands or flies over it
		near = max(near, 0.5)
	}
	ring, _ = c.Sees(near, far, rangeM)
	return ring, margin
}
