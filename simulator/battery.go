package simulator

import (
	"math"
	"time"
)

const (
	avionicsW  = 8.0
	idleArmedW = 40.0
	cells      = 4
	swapAfter  = 3 * time.Minute
)

// pack is a vehicle's battery.
type pack struct {
	energyWh float64 // left
	powerW   float64 // drawn now
	tempC    float64
	cycles   int
}

// percent left, 0 to 100.
func (v *vehicle) percent() float64 {
	return clamp(100*v.pack.energyWh/v.at.EnergyWh, 0, 100)
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
	x := b.airspeed / v.at.CruiseMS
	p := v.at.HoverW + (v.at.CruiseW-v.at.HoverW)*x*x
	if v.at.CruiseW < v.at.HoverW { // wings carry it: power falls with speed and rises again beyond cruise
		k := clamp((x-0.3)/0.5, 0, 1)
		p = v.at.HoverW*(1-k) + v.at.CruiseW*k*max(1, x*x)
	}
	mass := max(v.at.MassKg, 0.5)
	if b.vel.U > 0 {
		p += mass * 9.81 * b.vel.U / 0.6
	} else {
		p *= 1 + 0.05*max(b.vel.U, -3)
	}
	return p
}

// drain moves the battery by s seconds.
func (v *vehicle) drain(now time.Time, s float64) {
	p := &v.pack
	p.powerW = v.draw()
	if v.onMains() || v.at.Class == classTethered {
		p.powerW = 0
	}
	p.energyWh = max(0, p.energyWh-p.powerW*s/3600)
	ambient := v.w.weather.TempC
	p.tempC += (ambient + p.powerW*0.06 - p.tempC) * min(1, s/300)
	if p.energyWh == 0 && v.armed && !v.body.onGround {
		v.w.log.add(now, AccidentFlat, "battery empty in the air", v.at.ID)
		v.disarm()
	}
	// A crew changes the battery of a vehicle that has stood for a while.
	if v.berth == nil && !v.armed && v.body.onGround && now.Sub(v.disarmedAt) > swapAfter && v.percent() < 95 {
		p.energyWh, p.tempC = v.at.EnergyWh, ambient
		p.cycles++
	}
}

// onMains says whether the dock powers the vehicle: seated in its clamps with mains there.
func (v *vehicle) onMains() bool {
	return v.berth != nil && v.berth.holds(v) && v.berth.mains && !v.armed
}

// volts is the pack's voltage under the present load.
func (v *vehicle) volts() float64 {
	soc := v.percent() / 100
	cell := 3.45 + 0.72*soc - 0.12*math.Exp(-18*soc)
	return cells*cell - 0.004*v.amps()
}

func (v *vehicle) amps() float64 { return v.pack.powerW / (cells * 3.7) }

// chargeState is MAV_BATTERY_CHARGE_STATE by the vehicle's own thresholds: 1 ok, 2 low, 3 critical, 4 emergency.
func (v *vehicle) chargeState() uint8 {
	left := v.percent() / 100
	switch {
	case left < v.param("BAT_EMERGEN_THR"):
		return 4
	case left < v.param("BAT_CRIT_THR"):
		return 3
	case left < v.param("BAT_LOW_THR"):
		return 2
	}
	return 1
}
