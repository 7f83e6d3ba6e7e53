package simulator

import (
	"fmt"
	"slices"

	"groundstation/internal/geo"
)

// Fault is something that goes wrong on purpose. Clear ends it.
type Fault struct {
	// Kind is one of Kinds.
	Kind string `json:"kind"`
	// Vehicle or Dock it happens to; empty for the weather.
	Vehicle string `json:"vehicle,omitempty"`
	Dock    string `json:"dock,omitempty"`
	Clear   bool   `json:"clear,omitempty"`
	// Value is a number: percent of battery-set, mm/h of rain, m/s of wind, °C of temperature, metres of gps-glitch and
	// land-beside, metres at which an intruder passes (0: 300), seconds by which clock-off sets a vehicle's clock ahead.
	Value float64 `json:"value,omitempty"`
	// Gust in m/s and Deg, where it comes from, belong to wind; Deg is also the direction of a gps-glitch and an intruder's
	// heading.
	Gust float64 `json:"gust,omitempty"`
	Deg  float64 `json:"deg,omitempty"`
	// How details it: link-cut and radio "both" (default), "up" (to the system), "down" (from it); remote-id-fail "status"
	// (default: it says so), "silent"; intruder "aircraft" (default), "drone"; of a dock, see dockFaults.
	How string `json:"how,omitempty"`
	// Text is what say lets a vehicle say, and what its transmitter says of remote-id-fail.
	Text string `json:"text,omitempty"`
	// Air is the radio's from now on, of one vehicle or dock, or of all that are not named.
	Air Air `json:"air,omitzero"`
	// Among are the vehicles and docks that a partition cuts off.
	Among []string `json:"among,omitempty"`
}

// sayMax is the longest text that fits into STATUSTEXT's chunks as ground stations join them, octets.
const sayMax = 350

// statusMax is the longest text of OPEN_DRONE_ID_ARM_STATUS, octets.
const statusMax = 50

// Kinds are the faults a World knows.
func Kinds() []string {
	return append([]string{"link-cut", "radio", "partition", "twin", "rc-takeover", "wind", "rain", "temperature", "battery-set",
		"gps-loss", "gps-glitch", "no-arm", "no-lift", "land-beside", "reboot", "say", "remote-id-fail", "clock-off", "intruder"}, dockFaults...)
}

// Inject makes a fault happen, or ends it; an error for an unknown fault, vehicle or dock.
func (w *World) Inject(f Fault) error {
	if !finite(f.Value, f.Gust, f.Deg) {
		return fmt.Errorf("fault %q: numbers must be finite", f.Kind)
	}
	switch f.Kind {
	case "wind":
		if f.Value < 0 || f.Value > 60 || f.Gust < 0 || f.Gust > 80 {
			return fmt.Errorf("fault wind: value %v m/s, gust %v m/s: want 0 to 60 and 0 to 80", f.Value, f.Gust)
		}
		w.weather.WindMS, w.weather.GustMS, w.weather.WindDeg = f.Value, max(f.Gust, f.Value), wrap360(f.Deg)
		if f.Clear {
			c := w.cfg.Weather
			w.weather.WindMS, w.weather.GustMS, w.weather.WindDeg = c.WindMS, c.GustMS, c.WindDeg
		}
		return nil
	case "rain":
		w.weather.RainMMH = clamp(f.Value, 0, 500)
		if f.Clear {
			w.weather.RainMMH = w.cfg.Weather.RainMMH
		}
		return nil
	case "temperature":
		if f.Value < -60 || f.Value > 60 {
			return fmt.Errorf("fault temperature: %v °C is not within -60 to 60", f.Value)
		}
		w.weather.TempC = f.Value
		if f.Clear {
			w.weather.TempC = w.cfg.Weather.TempC
		}
		return nil
	case "intruder":
		return w.intrude(f)
	case "link-cut", "radio", "partition":
		return w.radioFault(f)
	case "rc-takeover", "battery-set", "gps-loss", "gps-glitch", "no-arm", "no-lift", "land-beside", "twin", "reboot", "say", "remote-id-fail", "clock-off":
		for _, v := range w.vehicles {
			if v.at.ID == f.Vehicle {
				return v.inject(f)
			}
		}
		return fmt.Errorf("fault %s: no vehicle %q", f.Kind, f.Vehicle)
	}
	if slices.Contains(dockFaults, f.Kind) {
		for _, d := range w.docks {
			if d.at.ID == f.Dock {
				return d.inject(f)
			}
		}
		return fmt.Errorf("fault %s: no dock %q", f.Kind, f.Dock)
	}
	return fmt.Errorf("unknown fault %q", f.Kind)
}

func (v *vehicle) inject(f Fault) error {
	if v.outside != nil {
		return v.injectOutside(f)
	}
	switch f.Kind {
	case "rc-takeover":
		// A pilot's sticks move: the mode changes without an order of any station. It stays until somebody changes it.
		if !f.Clear {
			v.is.byPilot(v)
			v.byRC = true
		}
	case "battery-set":
		if f.Value < 0 || f.Value > 100 {
			return fmt.Errorf("fault battery-set: %v %% is not within 0 to 100", f.Value)
		}
		v.setCharge(f.Value)
	case "gps-loss":
		v.gnss.broken = !f.Clear
	case "gps-glitch":
		if f.Clear {
			v.jumpTo(geo.ENU{})
			return nil
		}
		if f.Value <= 0 || f.Value > 500 {
			return fmt.Errorf("fault gps-glitch: %v m is not above 0 to 500", f.Value)
		}
		e, n := bearing(f.Deg)
		v.jumpTo(geo.ENU{E: e * f.Value, N: n * f.Value})
	case "land-beside":
		if f.Value < -100 || f.Value > 100 {
			return fmt.Errorf("fault land-beside: %v m is not within -100 to 100", f.Value)
		}
		v.markerOffM = f.Value // so far east of the marker it comes down
		if f.Clear {
			v.markerOffM = 0
		}
	case "no-arm":
		v.noArm = !f.Clear
	case "no-lift":
		v.noLift = !f.Clear
	case "twin":
		v.w.twin(v, f.Clear)
	case "reboot":
		v.restart(v.w.now)
	case "remote-id-fail":
		switch {
		case v.ident == nil:
			return fmt.Errorf("fault remote-id-fail: %s has no transmitter", f.Vehicle)
		case f.How != "" && f.How != "status" && f.How != "silent":
			return fmt.Errorf(`fault remote-id-fail: how %q: want "status" or "silent"`, f.How)
		case len(f.Text) > statusMax:
			return fmt.Errorf("fault remote-id-fail: %d octets are more than %d", len(f.Text), statusMax)
		}
		v.ident.inject(f)
	case "clock-off":
		if f.Value < -1e8 || f.Value > 1e8 {
			return fmt.Errorf("fault clock-off: %v s is not within -1e8 to 1e8", f.Value)
		}
		v.clockOff = seconds(f.Value)
		if f.Clear {
			v.clockOff = 0
		}
	case "say":
		if len(f.Text) == 0 || len(f.Text) > sayMax {
			return fmt.Errorf("fault say: %d octets are not within 1 to %d", len(f.Text), sayMax)
		}
		v.speak(4, f.Text)
	}
	return nil
}
