package privacy

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// Rules are what holds for every camera; the zero value has no rule of the horizon, and the defaults in brackets.
type Rules struct {
	// Transit is what happens to a picture that is not seen to look at the horizon on the way out or home; empty: nothing.
	Transit Rule
	// HorizonDeg is how far below the horizon the axis may look there [10].
	HorizonDeg float64
	// RangeM is how far a camera at its wide end shows enough to be of concern, metres [500]; ZoomMost how many times as far
	// one that is zoomed does [10].
	RangeM, ZoomMost float64
	// SlewDegS is the greatest rate of a gimbal, degrees a second [60].
	SlewDegS float64
}

// WithDefaults puts the defaults in.
func (r Rules) WithDefaults() Rules {
	set := func(v *float64, d float64) {
		if !(*v > 0) {
			*v = d
		}
	}
	set(&r.HorizonDeg, 10)
	set(&r.RangeM, 500)
	set(&r.ZoomMost, 10)
	set(&r.SlewDegS, 60)
	return r
}

// Override opens a gate for a while, for a reason.
type Override struct {
	By     string    `json:"by"`
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
	Until  time.Time `json:"until"`
}

// OverrideMost is how long an override lasts at most.
const OverrideMost = 15 * time.Minute

// The codes of a Verdict.
const (
	CodeOpen     = ""
	CodeZone     = "privacy-zone"
	CodeTransit  = "transit"      // on the way, and not seen to look at the horizon
	CodeUnknown  = "view-unknown" // a zone is in reach, and what the camera looks at is not known
	CodeOverride = "override"
)

// Verdict says what may be done with a picture now.
type Verdict struct {
	Show, Record bool
	Code         string
	Why          string    // in plain English
	Zones        []string  // ids of the zones that it is about
	Until        time.Time // when it ends by the clock; zero: it does not
}

// level orders verdicts: the more it allows the higher.
func (v Verdict) level() int {
	switch {
	case !v.Show:
		return 0
	case !v.Record:
		return 1
	}
	return 2
}

// same says whether two verdicts are the same to whoever reads them.
func (v Verdict) same(o Verdict) bool {
	return v.level() == o.level() && v.Code == o.Code && v.Why == o.Why && v.Until.Equal(o.Until) && strings.Join(v.Zones, " ") == strings.Join(o.Zones, " ")
}

// Scene is what a gate is judged by.
type Scene struct {
	Spec    fleet.VehicleSpec
	Vehicle *fleet.Vehicle // nil: never heard
	// Fixed is a camera that does not move and is no vehicle's: then nothing of a vehicle counts.
	Fixed *fleet.FixedCamera
	// Place is where it is if it was never heard; nil: anywhere.
	Place *geo.LatLon
	// Transit says that it is on its way to a task or home.
	Transit bool
	// LevelAMSL is the height of ground that the zones' grid does not have, metres AMSL (Area.Lies).
	LevelAMSL float64
	Zones     []Area
	// Override, if set and not over, opens the gate.
	Override *Override
}

// The margins of a gate that is open and of one that is closed, and how long the latter must be kept.
const (
	sigmas       = 2.5
	spareClosed  = 15.0 // metres more
	turnClosed   = 2.0  // degrees more
	clearFor     = 2 * time.Second
	seenTurning  = 240 * time.Millisecond // how long a gimbal may turn before it is seen to: its status comes five times a second
	turning      = 10.0                   // degrees a second from which it counts as turning
	turningFor   = time.Second
	orderTurns   = 2 * time.Second // how long it may turn, or zoom, after it was told to
	fastestMS    = 30.0            // of a vehicle that is not heard, metres a second
	transitSpare = 2.0             // degrees
)

// Gate judges one camera. The zero value is a gate that was never judged.
type Gate struct {
	verdict Verdict
	judged  bool
	since   time.Time // of verdict
	clear   time.Time // since when a closed gate could open
	gimbal  *fleet.Gimbal
	turns   time.Time // until when the gimbal counts as turning
	zooms   time.Time // until when the zoom may be any
}

// Turned says that the gimbal has been told to turn.
func (g *Gate) Turned(now time.Time) { g.turns = later(g.turns, now.Add(orderTurns)) }

// Zooms says that the camera has been told to zoom.
func (g *Gate) Zooms(now time.Time) { g.zooms = later(g.zooms, now.Add(orderTurns)) }

// Judge gives the verdict of now, and whether it is another one than before.
func (g *Gate) Judge(now time.Time, r Rules, s Scene) (Verdict, bool) {
	g.watch(now, s.Vehicle)
	next := g.decide(now, r, s)
	changed := !g.judged || !next.same(g.verdict)
	if changed {
		g.since = now
	}
	g.verdict, g.judged = next, true
	return next, changed
}

func (g *Gate) decide(now time.Time, r Rules, s Scene) Verdict {
	if o := s.Override; o != nil && now.Before(o.Until) {
		g.clear = time.Time{}
		return Verdict{Show: true, Record: true, Code: CodeOverride, Why: fmt.Sprintf("opened by %s: %s", o.By, o.Reason), Until: o.Until}
	}
	next := g.look(now, r, s, false)
	last := g.verdict
	if !g.judged || last.Code == CodeOverride || next.level() < last.level() {
		g.clear = time.Time{}
		return next
	}
	if last.level() == 2 {
		return next
	}
	// It is closed: what opens it must be clear by more, for a while.
	wide := g.look(now, r, s, true)
	if wide.level() <= last.level() {
		g.clear = time.Time{}
		if wide.level() == last.level() && (wide.Code != last.Code || adds(last.Zones, next.Zones) || now.Sub(g.since) >= clearFor) {
			return wide
		}
		return last
	}
	if g.clear.IsZero() {
		g.clear = now
	}
	if now.Sub(g.clear) < clearFor {
		return last
	}
	g.clear = time.Time{}
	return next
}

// adds says whether there is a zone in b that is not in a.
func adds(a, b []string) bool {
	return slices.ContainsFunc(b, func(id string) bool { return !slices.Contains(a, id) })
}

// watch sees whether the gimbal turns.
func (g *Gate) watch(now time.Time, v *fleet.Vehicle) {
	if v == nil || v.Gimbal == nil || g.gimbal != nil && !v.Gimbal.At.After(g.gimbal.At) {
		return
	}
	if old := g.gimbal; old != nil {
		by := math.Hypot(v.Gimbal.PitchDeg-old.PitchDeg, math.Remainder(v.Gimbal.YawDeg-old.YawDeg, 360))
		if dt := v.Gimbal.At.Sub(old.At).Seconds(); by > turning*dt {
			g.turns = later(g.turns, now.Add(turningFor))
		}
	}
	g.gimbal = v.Gimbal
}

// look judges without a memory; wider asks for more room, as a closed gate does.
func (g *Gate) look(now time.Time, r Rules, s Scene, wider bool) Verdict {
	view := s.view(now)
	v := g.zones(now, r, s, view, wider)
	if t := transit(r, s, view, wider); t.level() < v.level() {
		return t
	}
	return v
}

// view is where the camera is and what it sees.
func (s Scene) view(now time.Time) View {
	if s.Fixed != nil {
		return fixed(s.Fixed, now)
	}
	return Look(s.Spec, s.Vehicle, now)
}

// transit is the rule of the horizon.
func transit(r Rules, s Scene, view View, wider bool) Verdict {
	limit := -r.HorizonDeg
	if wider {
		limit += min(transitSpare, r.HorizonDeg/2)
	}
	switch {
	case !s.Transit || r.Transit == "", view.Missing == "" && view.Camera.PitchDeg >= limit:
		return Verdict{Show: true, Record: true}
	case view.Missing != "":
		return Verdict{Show: r.Transit != NoRelay, Code: CodeTransit, Why: "on its way, and not seen to look at the horizon: its " + view.Missing + " is not known"}
	}
	return Verdict{Show: r.Transit != NoRelay, Code: CodeTransit, Why: fmt.Sprintf("on its way, and its camera looks more than %.0f° below the horizon", r.HorizonDeg)}
}

// zones finds the zones that the picture may show.
func (g *Gate) zones(now time.Time, r Rules, s Scene, view View, wider bool) Verdict {
	out := Verdict{Show: true, Record: true}
	if s.Fixed == nil && now.Before(g.zooms) {
		view.Zoomed = true
	}
	width, times := view.width(now, lag, r.ZoomMost)
	rangeM := r.RangeM * times
	by := grow{sigmas: sigmas, lag: lag, widthDeg: width}
	switch {
	case s.Fixed != nil:
		if m := s.Fixed.Mount; m != nil && m.RangeM > 0 {
			rangeM = m.RangeM
		}
	case now.Before(g.turns):
		by.turn = r.SlewDegS * (max(0, now.Sub(view.At)) + lag).Seconds()
	default:
		by.turn = r.SlewDegS * seenTurning.Seconds()
	}
	if wider {
		by.turn, by.spare = by.turn+turnClosed, spareClosed
	}
	if v := s.Vehicle; v != nil {
		by.speed, by.climb = math.Hypot(v.VelNMS, v.VelEMS), math.Abs(v.VelDMS)
	}
	place, known := s.Place, view.Missing == ""
	far := rangeM + by.spare
	switch v := s.Vehicle; {
	case s.Fixed != nil && known:
		place = &view.Camera.At.LatLon
		far += sigmas * view.Error.HorizontalM
	case s.Fixed != nil:
		place = &s.Fixed.Near
		far += nearDockM
	case v != nil && v.Position != nil:
		place = &v.Position.LatLon
		far += sigmas*view.Error.HorizontalM + max(by.speed, fastestMS)*(max(0, now.Sub(view.At))+lag).Seconds()
	}
	frame := geo.NewFrame(view.Camera.At)
	var ring []geo.Point // of lying: many zones lie on level ground of one height
	var margin float64
	var lying *relief
	var names []string
	forever := false
	for i := range s.Zones {
		a := &s.Zones[i]
		if place != nil && !a.within(*place, far) {
			continue
		}
		on, until := a.InForce(now)
		if !on {
			continue
		}
		if known {
			if lies := a.lying(s.LevelAMSL); lying == nil || lies != *lying {
				ring, margin = view.seen(now, by, lies, rangeM)
				lying = &lies
			}
			if ring == nil || a.distance(frame, ring) > margin { // nil: the sky
				continue
			}
		}
		out.Record, out.Show = false, out.Show && a.Rule != NoRelay
		out.Zones, names = append(out.Zones, a.ID), append(names, a.Name)
		forever = forever || until.IsZero()
		out.Until = later(out.Until, until)
	}
	if len(names) == 0 {
		return Verdict{Show: true, Record: true}
	}
	if forever {
		out.Until = time.Time{}
	}
	out.Code, out.Why = CodeZone, "privacy zone: "+strings.Join(names, ", ")
	if !known {
		out.Code, out.Why = CodeUnknown, "a privacy zone is in reach, and what the camera sees is not known ("+view.Missing+"): "+strings.Join(names, ", ")
	}
	return out
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
