package airspace

import (
	"math"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// Separation and layers, metres.
const (
	LayerM      = 17.0
	LowestAGL   = 60.0
	HighestAGL  = 120.0
	HorizontalM = 30.0
	// VerticalM is 15 m between any two, and a metre for each that its estimate of its height may be off.
	VerticalM = 17.0
	// TrackM is how far a vehicle may stray from its straight way.
	TrackM = 15.0
	// ColumnM is the radius of the column above a pad.
	ColumnM = 10.0
	// FenceM is the margin of a fence around everything flown.
	FenceM = 150.0
)

// Volume is a prism: a convex ring (first point not repeated) between two altitudes.
type Volume struct {
	Ring        []geo.LatLon `json:"ring"`
	FloorAMSL   float64      `json:"floorAmsl"`
	CeilingAMSL float64      `json:"ceilingAmsl"`
}

// Claim is the room one sortie holds.
type Claim struct {
	Sortie  fleet.SortieID `json:"sortie"`
	Volumes []Volume       `json:"volumes"`
	// AsideM and UpM are how much farther from its volumes than they hold for its vehicle may be now, for it does not know better
	// where it is, metres.
	AsideM float64 `json:"-"`
	UpM    float64 `json:"-"`
}

// Want is the room a sortie asks for.
type Want struct {
	Sortie fleet.SortieID
	// Home is where the vehicle lands by itself (ground pad or site), ground AMSL. Its altitude is the datum of the
	// layers unless a pad lies higher.
	Home geo.Position
	// Pads are the other places it lifts off from or may land on: the dock's pad, an alternate.
	Pads []geo.Position
	// Route is every place it flies over, in any order.
	Route []geo.LatLon
	// Scene and RadiusM are a circle it flies; radius 0: none.
	Scene   geo.LatLon
	RadiusM float64
	// AsideM is what it needs beside its way more than TrackM, metres.
	AsideM float64
	// KeepAMSL, if not 0, is the altitude it flies at already: no other is tried.
	KeepAMSL float64
	// TopAGL, if not 0, is how far up a cable lets it: no layer above that is tried, metres.
	TopAGL float64
	// Obstacles are what is known to stand in the way.
	Obstacles []fleet.Obstacle
	// Terrain is the ground, which is kept clear of too.
	Terrain fleet.Terrain
	// Others are the pads of other vehicles; a way over one of them is flown in the highest free layer.
	Others []geo.LatLon
}

// Assign finds the altitude (AMSL) at which the wish agrees with every existing claim, and the claim to hold. A claim
// of the same sortie in existing is its old one and does not count. The problem is "place" (a position is not one),
// "too-large" (wider than 60 km), "obstacle" (no layer clears one; the message names it), "ground" (none is far enough above it;
// the message names the place), "ground-unknown" or "airspace" (no layer is free; the message names who holds it).
func Assign(existing []Claim, w Want) (Claim, float64, *fleet.Problem) {
	if p := w.check(); p != nil {
		return Claim{}, 0, p
	}
	frame := geo.NewFrame(w.Home)
	ground := w.Home.AltAMSL
	for _, p := range w.Pads {
		ground = math.Max(ground, p.AltAMSL)
	}
	ring := w.hull(frame)
	highest, least, p := under(w.Terrain, round(frame, ring))
	if p != nil {
		return Claim{}, 0, p
	}
	var blocker fleet.SortieID
	var stands *fleet.Obstacle
	var low *fleet.Problem
	for _, cruise := range w.layers(frame, ring, ground) {
		if cruise < least-rounding {
			low = groundProblem(highest, cruise, least)
			continue
		}
		claim := w.claim(frame, ring, cruise)
		if o := claim.Meets(w.Obstacles); o != nil {
			stands = o
			continue
		}
		blocker = ""
		for _, e := range existing {
			if e.Sortie != w.Sortie && Conflict(claim, e) {
				blocker = e.Sortie
				break
			}
		}
		if blocker == "" {
			return claim, cruise, nil
		}
	}
	switch {
	case blocker == "" && stands != nil:
		return Claim{}, 0, ObstacleProblem(stands)
	case blocker == "" && low != nil:
		return Claim{}, 0, low
	}
	return Claim{}, 0, fleet.Refuse("airspace", "no altitude layer is free on this way: %s holds the last", blocker)
}

func (w Want) check() *fleet.Problem {
	points := append([]geo.LatLon{}, w.Route...)
	if w.RadiusM != 0 {
		points = append(points, w.Scene)
	}
	for _, p := range append([]geo.Position{w.Home}, w.Pads...) {
		if err := p.Check(); err != nil {
			return fleet.Refuse("place", "%v", err)
		}
		points = append(points, p.LatLon)
	}
	if !(w.RadiusM >= 0 && w.RadiusM <= 5000) {
		return fleet.Refuse("place", "radius %v m is not within 0 to 5000", w.RadiusM)
	}
	if math.IsNaN(w.KeepAMSL) || math.IsInf(w.KeepAMSL, 0) {
		return fleet.Refuse("place", "altitude %v m is not a number", w.KeepAMSL)
	}
	for _, p := range points {
		if err := p.Check(); err != nil {
			return fleet.Refuse("place", "%v", err)
		}
		if d := geo.Distance(w.Home.LatLon, p); d > 60000 {
			return fleet.Refuse("too-large", "%.1f km from home, more than 60", d/1000)
		}
	}
	return nil
}

// layers are the altitudes to try, best first.
func (w Want) layers(frame geo.Frame, ring []geo.Point, ground float64) []float64 {
	if w.KeepAMSL != 0 {
		return []float64{w.KeepAMSL}
	}
	var out []float64
	top := HighestAGL
	if w.TopAGL > 0 {
		top = math.Min(top, w.TopAGL)
	}
	for agl := LowestAGL; agl <= top; agl += LayerM {
		out = append(out, ground+agl)
	}
	for _, o := range w.Others {
		if o.Check() == nil && geo.RingDistance(ring, octagon(frame.Flat(o), ColumnM)) < HorizontalM {
			for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
				out[i], out[j] = out[j], out[i]
			}
			return out
		}
	}
	return out
}

// hull is the ring of the transit slab.
func (w Want) hull(frame geo.Frame) []geo.Point {
	var points []geo.Point
	around := func(p geo.LatLon, r float64) { points = append(points, octagon(frame.Flat(p), r)...) }
	around(w.Home.LatLon, TrackM+w.AsideM)
	for _, p := range w.Pads {
		around(p.LatLon, TrackM+w.AsideM)
	}
	for _, p := range w.Route {
		around(p, TrackM+w.AsideM)
	}
	if w.RadiusM > 0 {
		around(w.Scene, w.RadiusM+TrackM)
	}
	return geo.Hull(points)
}

func (w Want) claim(frame geo.Frame, ring []geo.Point, cruise float64) Claim {
	c := Claim{Sortie: w.Sortie, Volumes: []Volume{{Ring: round(frame, ring), FloorAMSL: cruise, CeilingAMSL: cruise}}}
	for _, p := range append([]geo.Position{w.Home}, w.Pads...) {
		c.Volumes = append(c.Volumes, Volume{
			Ring:      round(frame, octagon(frame.Flat(p.LatLon), ColumnM)),
			FloorAMSL: math.Min(p.AltAMSL, cruise), CeilingAMSL: cruise,
		})
	}
	return c
}

// Conflict says whether two claims come closer than the separation anywhere.
func Conflict(a, b Claim) bool {
	for _, v := range a.Volumes {
		for _, u := range b.Volumes {
			if v.conflicts(u, HorizontalM+a.AsideM+b.AsideM, VerticalM+a.UpM+b.UpM) {
				return true
			}
		}
	}
	return false
}

// rounding keeps exact layers apart when altitudes were added up in floating point, metres.
const rounding = 0.01

func (v Volume) conflicts(u Volume, aside, up float64) bool {
	if v.FloorAMSL-u.CeilingAMSL >= up-rounding || u.FloorAMSL-v.CeilingAMSL >= up-rounding {
		return false
	}
	if len(v.Ring) == 0 || len(u.Ring) == 0 {
		return false
	}
	frame := geo.NewFrame(v.Ring[0].At(0))
	return geo.RingDistance(flatten(frame, v.Ring), flatten(frame, u.Ring)) < aside
}

// Fence is an inclusion polygon (convex, first point not repeated, at most 32 points) that contains home and every
// point of the route with margin metres to spare; with a circle flown at the scene, its radius belongs to margin.
// It is empty if home is not a position or nothing is flown.
func Fence(route []geo.LatLon, home geo.LatLon, margin float64) []geo.LatLon {
	if home.Check() != nil || len(route) == 0 || !(margin > 0) || margin > 20000 {
		return nil
	}
	frame := geo.NewFrame(home.At(0))
	points := octagon(geo.Point{}, margin)
	for _, p := range route {
		if p.Check() != nil {
			return nil
		}
		points = append(points, octagon(frame.Flat(p), margin)...)
	}
	ring := geo.Hull(points)
	if len(ring) > maxFence {
		ring = tangents(ring, maxFence)
	}
	return round(frame, ring)
}

// maxFence keeps a fence within what autopilots store (PX4: 64 fence items in all).
const maxFence = 32

// Inside says whether p lies in a convex ring as this package makes them.
func Inside(ring []geo.LatLon, p geo.LatLon) bool {
	if len(ring) < 3 || p.Check() != nil {
		return false
	}
	frame := geo.NewFrame(p.At(0))
	return geo.Contains(flatten(frame, ring), geo.Point{})
}
