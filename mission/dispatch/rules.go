package dispatch

import (
	"fmt"
	"math"
	"strings"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission/energy"
)

// gates collects the rules a case fails, each code once.
type gates []fleet.Gate

func (g *gates) shut(code string, value, limit float64, unit string, ageS float64, format string, args ...any) {
	g.add(fleet.Gate{Code: code, Value: finite(value), Limit: finite(limit), Unit: unit, AgeS: finite(ageS), Text: fmt.Sprintf(format, args...)})
}

func (g *gates) add(gate fleet.Gate) {
	for _, have := range *g {
		if have.Code == gate.Code {
			return
		}
	}
	*g = append(*g, gate)
}

// reject gives every rule that speaks against the case, the weightiest first.
func reject(c *Case, r Request, from geo.Position, placed bool, wind Wind, windKnown bool, now time.Time) []fleet.Gate {
	var g gates
	c = c.awake(now)
	if r.Only != "" && r.Only != c.Spec.ID {
		g.shut("not-asked", 0, 0, "", 0, "%s was asked for", r.Only)
	}
	if err := r.Target.Check(); err != nil {
		g.shut("target", 0, 0, "", 0, "%v", err)
	}
	if c.BusyWith != "" {
		g.shut("busy", 0, 0, "", 0, "flies %s", c.BusyWith)
	}
	if c.Human {
		g.shut("human", 0, 0, "", 0, "a human holds it")
	}
	vehicleRules(&g, c, now)
	if c.Spec.Dock != "" || c.DockSpec != nil {
		dockRules(&g, c, now)
	}
	reachRules(&g, c, r, from, placed, wind, windKnown, now)
	return g
}

// awake is the case of a vehicle that its dock keeps switched off as it will be when it has booted: at rest, with the pack
// that the dock measures. What it says of itself is judged before it arms.
func (c *Case) awake(now time.Time) *Case {
	if c.Dock == nil || !c.Dock.Sleeps(now, LinkAge) || c.Vehicle != nil && c.Vehicle.Link == fleet.LinkQuarantined {
		return c
	}
	p := c.Dock.Power
	v := fleet.Vehicle{ID: c.Spec.ID, Link: fleet.LinkOnline, HeardAt: p.At, Landed: fleet.OnGround,
		Battery: fleet.Battery{Percent: p.PackPercent, TempC: p.PackTempC, At: p.At}}
	if c.Vehicle != nil {
		v.Safety = c.Vehicle.Safety
	}
	woken := *c
	woken.Vehicle = &v
	return &woken
}

// vehicleRules judges what the vehicle says of itself.
func vehicleRules(g *gates, c *Case, now time.Time) {
	v := c.Vehicle
	if v == nil {
		g.shut("link", 0, LinkAge.Seconds(), "s", -1, "never heard")
		return
	}
	old := age(v.HeardAt, now)
	switch {
	case v.Link == fleet.LinkQuarantined:
		g.shut("quarantine", 0, 0, "", old, "two sources use its system id")
	case v.Link != fleet.LinkOnline || !fresh(v.HeardAt, now, LinkAge):
		g.shut("link", old, LinkAge.Seconds(), "s", old, "link %s, last heard %s", v.Link, ago(old))
	}
	if k := v.Clock.Gate(now); k != nil && !v.Clock.At.IsZero() && fresh(v.Clock.At, now, fleet.ClockFresh) { // in its dock nothing has set it yet
		g.shut(k.Code, k.Value, k.Limit, k.Unit, k.AgeS, "%s", k.Text)
	}
	if v.Uplink == fleet.UplinkUnconfirmed {
		g.shut("uplink", 0, 0, "", old, "heard, but it has not answered for 10 s")
	}
	if v.Armed || v.Landed != fleet.OnGround {
		g.shut("airborne", 0, 0, "", old, "not on the ground and disarmed (%s)", v.Landed)
	}
	if v.Failsafe {
		g.shut("failsafe", 0, 0, "", old, "in failsafe %s", v.FailsafeCause)
	}
	if s := v.Safety; !s.CheckedAt.IsZero() && !s.OK {
		names := make([]string, len(s.Drift))
		for i, m := range s.Drift {
			names[i] = m.Name
		}
		g.shut("safety-params", float64(len(s.Drift)), 0, "", age(s.CheckedAt, now), "safety parameters differ: %s", strings.Join(names, ", "))
	}
	if gate := unidentified(c, now); gate != nil {
		g.add(*gate)
	}
	if c.Spec.Dock == "" && c.DockSpec == nil && !v.PrearmOK {
		g.shut("prearm", 0, 1, "", old, "its own pre-arm checks fail")
	}
	b := v.Battery
	switch {
	case !fresh(b.At, now, BatteryAge) || math.IsNaN(b.Percent) || b.Percent < 0:
		g.shut("battery", b.Percent, MinPercent, "%", age(b.At, now), "charge unknown or old")
	case b.Percent < MinPercent:
		g.shut("battery", b.Percent, MinPercent, "%", age(b.At, now), "charge %.0f %% under %.0f %%", b.Percent, MinPercent)
	}
}

// unidentified is why the vehicle may not go for its remote identification. Under a closed lid there is no position, so a
// transmitter that fails there, or is switched off with its vehicle, is not judged before the lid is open: the sortie waits
// for it, and hands on.
func unidentified(c *Case, now time.Time) *fleet.Gate {
	v := c.Vehicle
	if c.Spec.RemoteID != fleet.RemoteIDRequired || c.Dock != nil && c.Dock.Sleeps(now, LinkAge) {
		return nil
	}
	gate := v.Unidentified(now)
	roofed := c.DockSpec != nil && v.GPS.Fix < 3
	if gate != nil && roofed && v.RemoteID != nil && v.RemoteID.State == fleet.RemoteIDFailing && now.Sub(v.RemoteID.At) <= fleet.RemoteIDFresh {
		return nil
	}
	return gate
}

// dockRules judges the dock it lives in: the gates the hangar computed, and on its own what must never be missed.
func dockRules(g *gates, c *Case, now time.Time) {
	d := c.Dock
	if d == nil || c.DockSpec == nil {
		g.shut("dock-link", 0, LinkAge.Seconds(), "s", -1, "dock never heard")
		return
	}
	old := age(d.HeardAt, now)
	if d.Link != fleet.LinkOnline || !fresh(d.HeardAt, now, LinkAge) {
		g.shut("dock-link", old, LinkAge.Seconds(), "s", old, "dock link %s, last heard %s", d.Link, ago(old))
	}
	switch d.State {
	case fleet.DockIdle, fleet.DockCharging, fleet.DockOpening, fleet.DockOpen, fleet.DockLaunchReady:
	default:
		g.shut("dock-state", 0, 0, "", age(d.StateAt, now), "dock is %s", d.State)
	}
	if c.Service != nil {
		g.add(*c.Service)
	}
	if !d.Seated {
		g.shut("no-vehicle", 0, 1, "", age(d.LidAt, now), "dock says no vehicle is seated")
	}
	for _, gate := range d.NoLaunch {
		g.add(gate)
	}
}

// reachRules judges whether it gets there, stays and comes home.
func reachRules(g *gates, c *Case, r Request, from geo.Position, placed bool, wind Wind, windKnown bool, now time.Time) {
	if c.Spec.Class == fleet.Tethered {
		switch d := geo.Distance(from.LatLon, r.Target); {
		case r.Only != c.Spec.ID:
			g.shut("tethered", 0, 0, "m", 0, "tethered, goes up where it stands and only if it is asked for")
			return
		case placed && r.Target.Check() == nil && !(d <= RangeM(fleet.Tethered)):
			g.shut("tethered", d, RangeM(fleet.Tethered), "m", 0, "tethered, cannot travel %.0f m", d)
			return
		}
	}
	if c.DockSpec == nil && c.Vehicle != nil && !fresh(c.Vehicle.PositionAt, now, BatteryAge) {
		g.shut("position", 0, BatteryAge.Seconds(), "s", age(c.Vehicle.PositionAt, now), "position unknown or old")
	}
	if !placed {
		g.shut("position", 0, BatteryAge.Seconds(), "s", -1, "place unknown")
		return
	}
	if !windKnown {
		g.shut("wind", wind.MeanMS, c.Spec.MaxWindMS, "m/s", age(wind.At, now), "wind unknown")
		return
	}
	if !(wind.MeanMS <= c.Spec.MaxWindMS) {
		g.shut("wind", wind.MeanMS, c.Spec.MaxWindMS, "m/s", age(wind.At, now), "wind %.1f m/s over %.1f", wind.MeanMS, c.Spec.MaxWindMS)
	}
	if r.Target.Check() != nil {
		return
	}
	if d, limit := geo.Distance(from.LatLon, r.Target), RangeM(c.Spec.Class); !(d <= limit) {
		g.shut("range", d, limit, "m", 0, "%.1f km away, range %.1f km", d/1000, limit/1000)
	}
	if c.Vehicle == nil {
		return
	}
	have := energy.Usable(c.Spec, c.Vehicle.Battery)
	home := from
	if c.DockSpec != nil {
		home = c.DockSpec.GroundPad
	}
	need := energy.Sortie(c.Spec, home, r.Target, home.AltAMSL+CruiseAGL, r.OnSceneS, c.LossS, wind.StrongMS)
	if !(have >= need) {
		text := fmt.Sprintf("needs %.0f Wh, has %.0f", need, have)
		if math.IsInf(need, 0) || math.IsNaN(need) {
			text = "cannot come home against the wind"
		}
		g.shut("energy", have, need, "Wh", age(c.Vehicle.Battery.At, now), "%s", text)
	}
}

// word is a code as the summary says it.
func word(code string) string {
	switch code {
	case "wind", "gust":
		return code + " over limit"
	case "human":
		return "under human control"
	case "link":
		return "not heard"
	case "quarantine":
		return "quarantined"
	case "energy":
		return "short of energy"
	case "range":
		return "out of range"
	case "remote-id":
		return "without remote identification"
	case "not-asked":
		return "not asked for"
	case "pack-change":
		return "having its pack changed"
	}
	return strings.ReplaceAll(code, "-", " ")
}

// fresh says whether something heard at is at most limit old and not from the future. Never heard is not fresh.
func fresh(at, now time.Time, limit time.Duration) bool {
	return !at.IsZero() && now.Sub(at) <= limit && at.Sub(now) <= Skew
}

// age is in seconds, -1 if never.
func age(at, now time.Time) float64 {
	if at.IsZero() {
		return -1
	}
	return math.Max(0, now.Sub(at).Seconds())
}

func ago(ageS float64) string {
	if ageS < 0 {
		return "never"
	}
	return fmt.Sprintf("%.0f s ago", ageS)
}

// sane says whether a measurement is a number that can be compared.
func sane(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) && v >= 0 }

// finite keeps a number that JSON can carry: what is not a number is -1, what is infinite the largest kept.
func finite(v float64) float64 {
	switch {
	case math.IsNaN(v):
		return -1
	case math.IsInf(v, 0) || math.Abs(v) > 1e9:
		return math.Copysign(1e9, v)
	}
	return v
}
