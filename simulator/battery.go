package simulator

import (
	"math"
	"time"
)

const (
	avionicsW  = 8.0
	idleArmedW = 40.0
	cells      = 4
	cellV      = 3.7 // by which watt-hours are rated
	swapAfter  = 3 * time.Minute
	// A pack of 160 Wh/kg warms by 900 J/(kg·K) and cools by so much through its case.
	joulePerWhK = 900.0 / 160
	coolWK      = 0.3
	// filterS is how slowly a charge that is read off the voltage follows it, seconds.
	filterS = 8.0
)

// pack is a vehicle's battery.
type pack struct {
	energyWh float64 // left, as rated at 20 °C
	powerW   float64 // drawn now
	tempC    float64
	cycles   int
	amps     float64 // now
	cellV    float64 // of one cell, under load
	told     float64 // percent, by the autopilot's battery estimator
}

// fullWh is what a full pack of this age holds.
func (v *vehicle) fullWh() float64 { return v.at.EnergyWh * v.chem.kept(v.pack.cycles) }

// percent left, 0 to 100: the truth, that nobody on board knows.
func (v *vehicle) percent() float64 {
	return clamp(100*v.pack.energyWh/v.fullWh(), 0, 100)
}

// ampHours is the rated capacity of a cell.
func (v *vehicle) ampHours() float64 { return v.at.EnergyWh / (cells * cellV) }

// setCharge makes a pack as full as percent, and the estimator knows it.
func (v *vehicle) setCharge(percent float64) {
	v.pack.energyWh = v.fullWh() * percent / 100
	v.pack.told = percent
	v.underLoad(0)
}

// underLoad gives the pack's volts and amps for the present power, moves its temperature and what the estimator tells by
// s seconds, and returns the watts lost inside.
func (v *vehicle) underLoad(s float64) (lostW float64) {
	p := &v.pack
	soc := v.percent() / 100
	rest, ohms := v.chem.restV(soc), v.chem.ohms(v.ampHours(), soc, p.tempC, p.cycles)
	p.amps, p.cellV = load(rest, ohms, p.powerW/cells)
	lostW = cells * p.amps * p.amps * ohms
	p.tempC += (lostW - coolWK*(p.tempC-v.ambientC())) * s / (joulePerWhK * v.at.EnergyWh)
	if v.limits().capacity > 0 { // it counts what is drawn; the pack tells what it holds full
		p.told -= 100 * v.gauge * (p.powerW + lostW) * s / 3600 / v.fullWh()
		if !v.armed && p.powerW <= avionicsW { // at rest it reads the voltage
			p.told += (100*soc - p.told) * min(1, s/60)
		}
	} else {
		low, high := v.param("BAT1_V_EMPTY"), v.param("BAT1_V_CHARGED")
		seen := clamp((v.restingCellV()-low)/max(high-low, 0.1), 0, 1)
		p.told += (100*seen - p.told) * min(1, s/filterS)
	}
	p.told = clamp(p.told, 0, 100)
	return lostW
}

// draw is the power used now, watts: hover, drag with the square of the airspeed, climbing against gravity.
func (v *vehicle) draw() float64 {
	b := &v.body
	switch {
	case !v.armed && b.onGround:
		return avionicsW
	case b.onGround:
		return idleArmedW
	}
	if v.wing.flies() {
		return v.drawWing()
	}
	x := b.airspeed / v.at.CruiseMS
	p := v.at.HoverW + max(0, v.at.CruiseW-v.at.HoverW)*x*x
	mass := max(v.at.MassKg, 0.5)
	if b.vel.U > 0 {
		p += mass * 9.81 * b.vel.U / 0.6
	} else {
		p *= 1 + 0.05*max(b.vel.U, -3)
	}
	return p
}

// drawWing is the power on the wing, and, in a transition, of rotors and propeller together, watts. A bank costs what lift it
// takes; more or less than the cruise speed costs more.
func (v *vehicle) drawWing() float64 {
	w := &v.wing
	x := w.airMS / v.at.CruiseMS
	load := 1 / math.Cos(w.bankDeg*math.Pi/180)
	p := v.at.CruiseW * (0.6*x*x*x + 0.4*load*load/max(x, 0.5))
	switch w.state {
	case vtolToFW:
		p = v.at.HoverW + 1.5*v.at.CruiseW
	case vtolToMC:
		p = v.at.HoverW
	}
	return max(p+max(v.at.MassKg, 0.5)*gravity*w.climb/0.6, v.at.CruiseW*0.3)
}

// drain moves the battery by s seconds.
func (v *vehicle) drain(now time.Time, s float64) {
	p := &v.pack
	p.powerW = v.draw()
	if v.onMains() || v.at.Class == classTethered {
		p.powerW = 0
	}
	p.energyWh = max(0, p.energyWh-(p.powerW+v.underLoad(s))*s/3600)
	empty := p.energyWh <= v.fullWh()*(1-v.chem.reach(p.tempC)) || p.powerW > 0 && p.cellV < v.chem.cutV
	if empty && v.at.Class != classTethered && v.armed && !v.body.onGround {
		v.w.log.add(now, AccidentFlat, "battery empty in the air", v.at.ID)
		v.disarm("empty battery")
	}
	// A crew changes the battery of a vehicle that has stood for a while.
	if v.berth == nil && !v.armed && v.body.onGround && now.Sub(v.disarmedAt) > swapAfter && v.percent() < 95 {
		p.tempC = v.w.weather.TempC
		p.cycles++
		v.setCharge(100)
	}
}

// ambientC is the temperature around the vehicle: that inside its dock under the lid.
func (v *vehicle) ambientC() float64 {
	if d := v.berth; d != nil && d.lid.open < 0.5 && d.holds(v) {
		return d.inTempC
	}
	return v.w.weather.TempC
}

// onMains says whether the dock powers the vehicle: seated in its clamps with mains there.
func (v *vehicle) onMains() bool {
	return v.berth != nil && v.berth.holds(v) && v.berth.mains && !v.armed
}

// volts is the pack's voltage under the present load.
// restingCellV is the voltage of a cell without its load, as an autopilot reckons it.
func (v *vehicle) restingCellV() float64 { return v.pack.cellV + v.pack.amps*v.chem.ohmAh/v.ampHours() }

func (v *vehicle) volts() float64 { return cells * v.pack.cellV }

func (v *vehicle) amps() float64 { return v.pack.amps }

// chargeState is MAV_BATTERY_CHARGE_STATE by the vehicle's own thresholds: 1 ok, 2 low, 3 critical, 4 emergency.
func (v *vehicle) chargeState() uint8 {
	left, l := v.pack.told/100, v.limits()
	switch {
	case left < l.batEmergency:
		return 4
	case left < l.batCritical:
		return 3
	case left < l.batLow:
		return 2
	}
	return 1
}
