package dispatch

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission/energy"
)

// Decide chooses the able vehicle that arrives first, and says of every other why not. The same snapshot, request and
// time give the same Decision.
func Decide(s Snapshot, r Request, now time.Time) Decision {
	d := Decision{At: now, Candidates: make([]Candidate, 0, len(s.Cases))}
	for i := range s.Cases {
		d.Candidates = append(d.Candidates, weigh(&s, &s.Cases[i], r, now))
	}
	slices.SortStableFunc(d.Candidates, func(a, b Candidate) int {
		if a.Able != b.Able {
			if a.Able {
				return -1
			}
			return 1
		}
		if a.Able {
			if c := cmp.Compare(a.ETAs, b.ETAs); c != 0 {
				return c
			}
		}
		return cmp.Compare(a.Vehicle, b.Vehicle)
	})
	if len(d.Candidates) > 0 && d.Candidates[0].Able {
		d.Chosen, d.ETAs = d.Candidates[0].Vehicle, d.Candidates[0].ETAs
	}
	d.Summary = summary(d, r)
	return d
}

// weigh judges one case.
func weigh(s *Snapshot, c *Case, r Request, now time.Time) Candidate {
	out := Candidate{Vehicle: c.Spec.ID}
	from, placed := c.launchPlace()
	if placed && r.Target.Check() == nil {
		out.DistanceM = finite(geo.Distance(from.LatLon, r.Target))
	}
	wind, known := s.wind(c, from, now)
	out.Rejections = reject(c, r, from, placed, wind, known, now)
	if len(out.Rejections) > 0 {
		return out
	}
	eta := ETAs(c, from, r.Target, wind)
	if math.IsInf(eta, 0) || math.IsNaN(eta) {
		out.Rejections = []fleet.Gate{{Code: "wind", Value: wind.MeanMS, Limit: c.Spec.CruiseMS, Unit: "m/s",
			AgeS: age(wind.At, now), Text: "makes no way against the wind"}}
		return out
	}
	out.Able, out.ETAs = true, eta
	return out
}

// launchPlace is where the vehicle would lift off: the pad of its dock (a closed metal box has no GNSS), or where a
// crew's vehicle reports to stand.
func (c *Case) launchPlace() (geo.Position, bool) {
	switch {
	case c.DockSpec != nil:
		return c.DockSpec.Pad, c.DockSpec.Pad.Check() == nil
	case c.Vehicle != nil && c.Vehicle.Position != nil:
		return *c.Vehicle.Position, c.Vehicle.Position.Check() == nil
	case c.Spec.Site != nil:
		return *c.Spec.Site, c.Spec.Site.Check() == nil
	}
	return geo.Position{}, false
}

// wind is what blows at a place: the case's own measurement, else that of the nearest fresh weather station, and the
// strongest mean of the WindDocks nearest.
func (s *Snapshot) wind(c *Case, at geo.Position, now time.Time) (Wind, bool) {
	if c.Wind != nil {
		own := *c.Wind
		own.StrongMS = max(own.StrongMS, own.MeanMS)
		return own, fresh(c.Wind.At, now, WindAge) && sane(c.Wind.MeanMS) && sane(c.Wind.GustMS)
	}
	type measured struct {
		far float64
		env *fleet.DockEnvironment
	}
	var near []measured
	for i := range s.Cases {
		o := &s.Cases[i]
		if o.Dock == nil || o.DockSpec == nil || o.Dock.Link != fleet.LinkOnline {
			continue
		}
		e := &o.Dock.Env
		if !fresh(e.At, now, WindAge) || !sane(e.WindMS) || !sane(e.GustMS) {
			continue
		}
		if d := geo.Distance(at.LatLon, o.DockSpec.Pad.LatLon); d <= WeatherM {
			near = append(near, measured{d, e})
		}
	}
	if len(near) == 0 {
		return Wind{}, false
	}
	slices.SortStableFunc(near, func(a, b measured) int { return cmp.Compare(a.far, b.far) })
	e := near[0].env
	w := Wind{MeanMS: e.WindMS, GustMS: e.GustMS, FromDeg: e.WindDeg, At: e.At}
	for _, m := range near[:min(WindDocks, len(near))] {
		w.StrongMS = max(w.StrongMS, m.env.WindMS)
	}
	return w, true
}

// ETAs is the time in seconds from the decision until the vehicle of c is overhead; +Inf if it makes no way.
func ETAs(c *Case, from geo.Position, target geo.LatLon, w Wind) float64 {
	return PrepareS(c) + CruiseAGL/c.Spec.ClimbMS + cruiseS(c.Spec, from.LatLon, target, w)
}

// PrepareS is the time in seconds from the decision to lift-off: the lid as it stands, GNSS, arming; or the crew.
func PrepareS(c *Case) float64 {
	if c.DockSpec == nil {
		return CrewS + ArmS
	}
	open := math.Max(0, c.DockSpec.OpenSeconds)
	if c.Dock != nil {
		switch c.Dock.State {
		case fleet.DockOpening:
			open *= 1 - float64(min(max(c.Dock.LidPercent, 0), 100))/100
		case fleet.DockOpen, fleet.DockLaunchReady:
			return ArmS
		}
		if c.Dock.Power.VehicleOff {
			open = math.Max(open, BootS)
		}
	}
	return open + GNSSS + ArmS
}

// cruiseS is the time in seconds along the straight way in the wind as it blows: the crab angle costs speed, the
// component along the way adds or takes.
func cruiseS(spec fleet.VehicleSpec, from, to geo.LatLon, w Wind) float64 {
	d := geo.Distance(from, to)
	if d < 1 {
		return 0
	}
	if spec.Class == fleet.Tethered {
		return d / spec.CruiseMS
	}
	// off is the angle between the way and where the wind blows to.
	off := (w.FromDeg + 180 - geo.BearingDeg(from, to)) * math.Pi / 180
	aloft := w.MeanMS * energy.Aloft
	across := aloft * math.Sin(off)
	if math.Abs(across) >= spec.CruiseMS {
		return math.Inf(1)
	}
	v := math.Sqrt(spec.CruiseMS*spec.CruiseMS-across*across) + aloft*math.Cos(off)
	if !(v >= energy.MinGroundMS) {
		return math.Inf(1)
	}
	return d / v
}

// summary is the decision in one line.
func summary(d Decision, r Request) string {
	if d.Chosen != "" {
		return fmt.Sprintf("%s in %.0f s", d.Chosen, d.ETAs)
	}
	if len(d.Candidates) == 0 {
		return "no drone: none registered"
	}
	if r.Only != "" {
		for _, c := range d.Candidates {
			if c.Vehicle == r.Only {
				texts := make([]string, len(c.Rejections))
				for i, g := range c.Rejections {
					texts[i] = g.Text
				}
				return fmt.Sprintf("no drone: %s: %s", r.Only, strings.Join(texts, "; "))
			}
		}
		return fmt.Sprintf("no drone: %s is not registered", r.Only)
	}
	// Each vehicle is counted once, under the first rule it fails.
	count := map[string]int{}
	for _, c := range d.Candidates {
		count[c.Rejections[0].Code]++
	}
	codes := make([]string, 0, len(count))
	for code := range count {
		codes = append(codes, code)
	}
	slices.SortFunc(codes, func(a, b string) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b))
	})
	parts := make([]string, len(codes))
	for i, code := range codes {
		parts[i] = fmt.Sprintf("%d %s", count[code], word(code))
	}
	return "no drone: " + strings.Join(parts, ", ")
}
