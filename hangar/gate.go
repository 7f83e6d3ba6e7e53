package hangar

import (
	"fmt"
	"time"

	"groundstation/fleet"
)

// launchGates are what forbids a launch now; empty is go.
func launchGates(d *fleet.Dock, l Limits, now time.Time) []fleet.Gate {
	g := commonGates(d, l, now)
	envAge, powerAge := seconds(now, d.Env.At), seconds(now, d.Power.At)
	limit := l.StateAge.Seconds()
	if !fresh(envAge, limit) {
		g = append(g, fleet.Gate{Code: "weather-unknown", Value: envAge, Limit: limit, Unit: "s", AgeS: envAge, Text: "no fresh weather from the dock"})
	} else {
		g = append(g, over("rain", d.Env.RainMMH, l.RainMMH, "mm/h", envAge)...)
		g = append(g, over("temperature", d.Env.OutTempC, l.MaxTempC, "°C", envAge)...)
		if !(d.Env.OutTempC >= l.MinTempC) {
			g = append(g, fleet.Gate{Code: "temperature", Value: d.Env.OutTempC, Limit: l.MinTempC, Unit: "°C", AgeS: envAge,
				Text: fmt.Sprintf("temperature %.1f °C under %.1f", d.Env.OutTempC, l.MinTempC)})
		}
		g = append(g, wind(d, l, envAge)...)
	}
	switch {
	case !fresh(powerAge, limit):
		g = append(g, fleet.Gate{Code: "power-unknown", Value: powerAge, Limit: limit, Unit: "s", AgeS: powerAge, Text: "no fresh power report from the dock"})
	case !d.Power.MainsOK:
		g = append(g, fleet.Gate{Code: "mains", AgeS: powerAge, Text: "the dock has no mains"})
	case d.Seated && d.Power.Slots > 0 && d.Power.PackPercent < 0:
		g = append(g, fleet.Gate{Code: "pack-out", AgeS: powerAge, Text: "no pack is in the vehicle"})
	}
	return g
}

// landingGates are what forbids a landing inside now; empty is go. Weather over the limit does not forbid a landing:
// the vehicle is in it already, and the ground pad is no drier.
func landingGates(d *fleet.Dock, l Limits, now time.Time) []fleet.Gate {
	g := commonGates(d, l, now)
	powerAge := seconds(now, d.Power.At)
	switch {
	case !fresh(powerAge, l.StateAge.Seconds()):
		g = append(g, fleet.Gate{Code: "power-unknown", Value: powerAge, Limit: l.StateAge.Seconds(), Unit: "s", AgeS: powerAge, Text: "no fresh power report from the dock"})
	case !d.Power.MainsOK && !(d.Power.UPSMinutes >= l.MinUPSMinutes):
		g = append(g, fleet.Gate{Code: "ups", Value: d.Power.UPSMinutes, Limit: l.MinUPSMinutes, Unit: "min", AgeS: powerAge, Text: "no mains and too little backup"})
	}
	return g
}

// commonGates forbid launch and landing alike.
func commonGates(d *fleet.Dock, l Limits, now time.Time) []fleet.Gate {
	var g []fleet.Gate
	heard, stateAge := seconds(now, d.HeardAt), seconds(now, d.StateAt)
	limit := l.StateAge.Seconds()
	shut := func(code, text string, age float64) { g = append(g, fleet.Gate{Code: code, AgeS: age, Text: text}) }
	if d.Link != fleet.LinkOnline || !fresh(heard, limit) || !fresh(stateAge, limit) {
		g = append(g, fleet.Gate{Code: "dock-link", Value: heard, Limit: limit, Unit: "s", AgeS: heard, Text: "the dock is not heard: " + string(d.Link)})
	}
	switch d.State {
	case fleet.DockFault, fleet.DockAskew, fleet.DockObstructed, fleet.DockMaintenance, fleet.DockUnknown, "":
		shut("dock-state", "the dock is in state "+string(d.State), stateAge)
	}
	if d.EStop || d.State == fleet.DockEStop {
		shut("e-stop", "the dock's emergency stop is latched", stateAge)
	}
	if d.PersonNear {
		shut("person", "somebody is at the dock", stateAge)
	}
	if d.LocalKey {
		shut("local-key", "the dock is locked for local work", stateAge)
	}
	if d.Contradict || lidsDisagree(d) {
		shut("lid-sensors", fmt.Sprintf("the lid sensors contradict: switch %s, encoder %s", d.LidSwitch, d.LidEncoder), seconds(now, d.LidAt))
	}
	for _, h := range d.Health {
		if h.Level >= 2 {
			g = append(g, fleet.Gate{Code: "health", Value: float64(h.Code), AgeS: stateAge, Text: fmt.Sprintf("%s reports fault %d", h.Module, h.Code)})
		}
	}
	return g
}

// lidsDisagree: one sensor says open, the other closed. Moving and unknown contradict nothing.
func lidsDisagree(d *fleet.Dock) bool {
	return d.LidSwitch == fleet.LidOpen && d.LidEncoder == fleet.LidClosed || d.LidSwitch == fleet.LidClosed && d.LidEncoder == fleet.LidOpen
}

func wind(d *fleet.Dock, l Limits, age float64) []fleet.Gate {
	return append(over("wind", d.Env.WindMS, l.WindMS, "m/s", age), over("gust", d.Env.GustMS, l.GustMS, "m/s", age)...)
}

// over shuts the gate unless value is a number up to limit.
func over(code string, value, limit float64, unit string, age float64) []fleet.Gate {
	if value <= limit {
		return nil
	}
	return []fleet.Gate{{Code: code, Value: value, Limit: limit, Unit: unit, AgeS: age, Text: fmt.Sprintf("%s %.1f %s over %.1f", code, value, unit, limit)}}
}

// seconds is the age of a value; -1 if it was never heard.
func seconds(now, at time.Time) float64 {
	if at.IsZero() {
		return -1
	}
	return now.Sub(at).Seconds()
}

func fresh(age, limit float64) bool { return age >= 0 && age <= limit }
