package simulator

import "math"

// chemistry is what a kind of cell gives: its open-circuit voltage by charge, and its resistance.
type chemistry struct {
	rest     [11]float64 // V, at 0, 10 ... 100 % of charge
	ohmAh    float64     // resistance of a new cell at 25 °C times its capacity
	coldAt   float64     // growth of the resistance per kelvin below 25 °C
	cutV     float64     // under load: below, the pack's own protection or the speed controllers give up
	fade     float64     // share of the capacity lost in a cycle
	stiffen  float64     // growth of the resistance in a cycle
	coldFade float64     // share of the capacity that a kelvin below 20 °C keeps back
}

// The cells of most multicopters and of those that fly for long (typical data sheets of 10 C pouch and of 21700 cells).
var (
	lipo = chemistry{rest: [11]float64{3.27, 3.69, 3.73, 3.77, 3.79, 3.82, 3.87, 3.92, 4.00, 4.08, 4.20},
		ohmAh: 0.024, coldAt: 0.030, cutV: 3.0, fade: 0.0004, stiffen: 0.0025, coldFade: 0.004}
	liIon = chemistry{rest: [11]float64{2.90, 3.35, 3.48, 3.55, 3.60, 3.65, 3.72, 3.80, 3.90, 4.02, 4.18},
		ohmAh: 0.055, coldAt: 0.035, cutV: 2.6, fade: 0.0003, stiffen: 0.0015, coldFade: 0.006}
)

// chemistries are the names a configuration may use; empty: Li-ion for a VTOL, LiPo for the others.
var chemistries = map[string]*chemistry{"lipo": &lipo, "li-ion": &liIon}

func chemistryOf(at VehicleAt) *chemistry {
	if c := chemistries[at.Chemistry]; c != nil {
		return c
	}
	if at.Class == classVTOL {
		return &liIon
	}
	return &lipo
}

// restV is the open-circuit voltage of a cell, soc from 0 to 1.
func (c *chemistry) restV(soc float64) float64 {
	x := clamp(soc, 0, 1) * 10
	i := min(int(x), 9)
	return c.rest[i] + (c.rest[i+1]-c.rest[i])*(x-float64(i))
}

// ohms is the resistance of a cell of ampHours: more in the cold, with age, and when it is nearly empty.
func (c *chemistry) ohms(ampHours, soc, tempC float64, cycles int) float64 {
	cold := math.Exp(c.coldAt * max(0, 25-tempC))
	return c.ohmAh / ampHours * cold * (1 + c.stiffen*float64(cycles)) * (1 + 1.5*math.Exp(-max(0, soc)/0.08))
}

// kept is the share of the rated energy that a pack of this age has, full, at 20 °C.
func (c *chemistry) kept(cycles int) float64 { return max(0.5, 1-c.fade*float64(cycles)) }

// reach is the share of what is left that the cold lets go.
func (c *chemistry) reach(tempC float64) float64 { return 1 - c.coldFade*clamp(20-tempC, 0, 40) }

// load is the current and the voltage of a cell that gives watts: I from P = I·(E − I·R); what it cannot give, it gives at
// half its voltage.
func load(restV, ohms, watts float64) (amps, volts float64) {
	if d := restV*restV - 4*ohms*watts; d > 0 && ohms > 0 {
		amps = (restV - math.Sqrt(d)) / (2 * ohms)
	} else {
		amps = restV / (2 * ohms)
	}
	return amps, restV - amps*ohms
}
