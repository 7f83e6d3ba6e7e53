package energy

import (
	"math"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// What every way home is counted with besides the way itself.
const (
	// Aloft multiplies a wind measured near the ground to the wind at cruise height (power law, 6 m to 90 m over a
	// town, exponent about 0.1).
	Aloft = 1.3
	// MinGroundMS is the least speed over ground that counts as making way, m/s.
	MinGroundMS = 1.0
	// FailsafeHoldS is hovering before a failsafe's return begins, the station being there, seconds: COM_FAIL_ACT_T, and what
	// it takes to be noticed. How long it goes on when the station is gone is Orphaned's.
	FailsafeHoldS = 15
	// LidWaitS is hovering above a lid that is late, seconds.
	LidWaitS = 60
	// RetryS is two attempts of a precision landing, seconds.
	RetryS = 40
	// GoAroundS is one climb away and one new approach, seconds.
	GoAroundS = 45
	// LossSlackS is what passes beside its own timeout before an autopilot that has lost the station turns home, seconds: a
	// station that hangs sends heartbeats for 3 s more, PX4 v1.17 takes 2.4 s beyond COM_DL_LOSS_T and holds for 5 s.
	LossSlackS = 11
	// TouchdownS is what the last metres take longer than a descent does, seconds (0.7 m/s below 5 m).
	TouchdownS = 10
	// TransitionS is going over from the wing to the rotors, which carry it meanwhile, and the rest of the way on them, seconds.
	TransitionS = 25
	// bankedFactor is the power of circling over that of flying straight: a bank of 30° in gusts.
	bankedFactor = 1.3
	// PackReserve is the part of the usable energy that is never planned away.
	PackReserve = 0.10
	// ClimbFactor is power in a climb over power in hover.
	ClimbFactor = 1.2
)

// GroundMS is the speed over ground of spec against windMS (measured near the ground) on the nose, m/s; 0 if it makes
// no way. The cruise of a vehicle on a cable is how fast it is let move over ground, not what it can do against the wind.
func GroundMS(spec fleet.VehicleSpec, windMS float64) float64 {
	if spec.Class == fleet.Tethered {
		return spec.CruiseMS
	}
	v := spec.CruiseMS - Aloft*math.Max(0, windMS)
	if !(v >= MinGroundMS) {
		return 0
	}
	return v
}

// Way is the time in seconds and the energy in Wh from one position to another, into the wind: the climb or descent,
// then the straight cruise. Both are +Inf where the vehicle makes no way or its spec is not usable.
func Way(spec fleet.VehicleSpec, from, to geo.Position, windMS float64) (seconds, wh float64) {
	if !usable(spec) || math.IsNaN(windMS) {
		return math.Inf(1), math.Inf(1)
	}
	if d := geo.Distance(from.LatLon, to.LatLon); d > 1 {
		v := GroundMS(spec, windMS)
		if v == 0 {
			return math.Inf(1), math.Inf(1)
		}
		seconds += d / v
		wh += d / v * spec.CruiseW / 3600
	}
	s, e := vertical(spec, to.AltAMSL-from.AltAMSL)
	return seconds + s, wh + e
}

// vertical is the cost of a change of height in metres: seconds and Wh.
func vertical(spec fleet.VehicleSpec, up float64) (seconds, wh float64) {
	if up >= 0 {
		s := up / spec.ClimbMS
		return s, s * spec.HoverW * ClimbFactor / 3600
	}
	s := -up / spec.DescendMS
	return s, s * spec.HoverW / 3600
}

// Margin is the energy in Wh that any way home holds back: failsafe hold, lid wait, retries, one go-around, and the
// reserve of the pack.
func Margin(spec fleet.VehicleSpec) float64 {
	hover := float64(FailsafeHoldS + LidWaitS + RetryS + GoAroundS)
	if spec.Class == fleet.LongVTOL {
		hover += TransitionS
	}
	return hover*spec.HoverW/3600 + PackReserve*spec.EnergyWh
}

// Needed is the energy in Wh that a vehicle at from must still have to land at to by itself in the worst wind windMS
// (m/s, measured near the ground), margin included. +Inf if it cannot get there.
func Needed(spec fleet.VehicleSpec, from geo.Position, to geo.Position, windMS float64) float64 {
	_, wh := Way(spec, from, to, windMS)
	return wh + Margin(spec)
}

// Orphaned is the energy in Wh that a vehicle at from must have if the station dies now: it does what it does until its own
// timeout of lossS seconds is over, at worst flying on towards any of the places ahead, then comes home by itself in the worst
// wind windMS. No lid is waited for and no landing tried twice: home is a pad that needs neither. +Inf if it cannot get
// there.
func Orphaned(spec fleet.VehicleSpec, from, home geo.Position, ahead []geo.Position, lossS, windMS float64) float64 {
	wait := lossS + LossSlackS
	_, way := Way(spec, from, home, windMS)
	for _, to := range ahead {
		_, wh := Way(spec, after(spec, from, to, wait, windMS), home, windMS)
		way = math.Max(way, wh)
	}
	down := float64(TouchdownS)
	if spec.Class == fleet.LongVTOL {
		down += TransitionS
	}
	return way + (wait*StationW(spec)+down*spec.HoverW)/3600 + PackReserve*spec.EnergyWh
}

// after is how far a vehicle comes on the straight way to a place in so many seconds, at most: a wing has the wind at its
// back, a multicopter keeps to its speed over ground.
func after(spec fleet.VehicleSpec, from, to geo.Position, s, windMS float64) geo.Position {
	speed := spec.CruiseMS
	if spec.Class == fleet.LongVTOL {
		speed += Aloft * math.Max(0, windMS)
	}
	far := geo.Distance(from.LatLon, to.LatLon)
	if !(far > s*speed) {
		return to
	}
	return geo.Offset(from.LatLon, geo.BearingDeg(from.LatLon, to.LatLon), s*speed).At(math.Max(from.AltAMSL, to.AltAMSL))
}

// Reserve is the energy in Wh below which a vehicle at from must be on its way home: the more of two, that the station brings
// it home (Needed), and that the station dies in this moment (Orphaned).
func Reserve(spec fleet.VehicleSpec, from, home geo.Position, ahead []geo.Position, lossS, windMS float64) float64 {
	return math.Max(Needed(spec, from, home, windMS), Orphaned(spec, from, home, ahead, lossS, windMS))
}

// Sortie is the energy in Wh of going out once: climb from home to cruiseAMSL, out to target, onSceneS there, and then still
// the Reserve. On the straight way out nothing is ahead that lies farther from home than the target.
func Sortie(spec fleet.VehicleSpec, home geo.Position, target geo.LatLon, cruiseAMSL, onSceneS, lossS, windMS float64) float64 {
	scene := target.At(cruiseAMSL)
	_, out := Way(spec, home, scene, windMS)
	return out + math.Max(0, onSceneS)*StationW(spec)/3600 + Reserve(spec, scene, home, nil, lossS, windMS)
}

// StationW is the power of staying at a scene, W: the dearer of hovering and cruising.
//
// A wing stays by circling, banked.
func StationW(spec fleet.VehicleSpec) float64 {
	if spec.Class == fleet.LongVTOL {
		return bankedFactor * spec.CruiseW
	}
	return math.Max(spec.HoverW, spec.CruiseW)
}

// CoarsePercent is what a charge told in whole percent may be too high by: PX4 rounds it up (BATTERY_STATUS,
// battery_remaining).
const CoarsePercent = 1.0

// Usable is the energy in Wh the pack surely gives now: charge, less CoarsePercent, times usable energy, less 1 % for each degree below 20 °C,
// down to 70 %. An unknown charge gives 0; an unknown temperature counts as 0 °C.
func Usable(spec fleet.VehicleSpec, b fleet.Battery) float64 {
	if math.IsNaN(b.Percent) || b.Percent <= 0 {
		return 0
	}
	t := b.TempC
	if math.IsNaN(t) {
		t = 0
	}
	cold := 1 - 0.01*math.Min(30, math.Max(0, 20-t))
	return spec.EnergyWh * math.Max(0, math.Min(b.Percent, 100)-CoarsePercent) / 100 * cold
}

// ReserveMinutes is how long a vehicle may stay in the air before it must turn home: what is left above needWh, at the
// power of staying. Negative: it is late. False if the battery is unknown or there is no way.
func ReserveMinutes(spec fleet.VehicleSpec, b fleet.Battery, needWh float64) (float64, bool) {
	if b.At.IsZero() || math.IsNaN(b.Percent) || b.Percent < 0 || !usable(spec) {
		return 0, false
	}
	spare := Usable(spec, b) - needWh
	if math.IsInf(spare, 0) || math.IsNaN(spare) {
		return 0, false
	}
	return spare / StationW(spec) * 60, true
}

// usable says whether the numbers of a spec can be counted with.
func usable(s fleet.VehicleSpec) bool {
	for _, v := range []float64{s.CruiseMS, s.ClimbMS, s.DescendMS, s.EnergyWh, s.HoverW, s.CruiseW} {
		if !(v > 0) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}
