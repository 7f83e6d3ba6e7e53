package simulator

import (
	"math"
	"time"

	"groundstation/mavlink/dialect/hangar"
)

const (
	contactMost = 100.0 // mΩ at which the charger does not begin: the contact would burn
	packWarmC   = 40.0  // a fan cools a pack above,
	packFanS    = 300.0 // with this time constant
	packHotC    = 55.0  // the charger waits above
	packFireC   = 60.0  // nobody flies above
	packColdC   = 0.0   // a lithium cell is not charged below
	upsLow      = 5.0   // minutes
)

// contact is what the vehicle's pack and the charger's contacts are like.
type contact struct {
	ownMOhm  float64 // when clean
	badMOhm  float64 // by a fault; 0: clean
	hotC     float64 // what overheats the pack, by a fault; 0: nothing
	chargeTo float64 // percent
}

func (c *contact) mOhm() float64 { return max(c.ownMOhm, c.badMOhm) }

// feed runs the backup down without mains, and up again.
func (d *dock) feed(s float64) {
	if d.mains {
		d.ups = min(d.upsMost, d.ups+s/60)
		return
	}
	d.ups -= s / 60
}

// chargeable says whether the charger may work on v now.
func (d *dock) chargeable(v *vehicle) bool {
	return v != nil && d.holds(v) && d.mains && !d.noCharge && !v.armed && d.lid.open < 0.02 && d.contact.mOhm() <= contactMost &&
		v.pack.tempC < packHotC && v.pack.tempC > packColdC && !d.swap.out
}

// charge fills a vehicle in closed clamps.
func (d *dock) charge(s float64) {
	v := d.seated()
	d.charging = false
	switch {
	case v == nil:
	case d.contact.hotC > 0:
		v.pack.tempC = d.contact.hotC
	case d.mains && d.holds(v) && v.pack.tempC > packWarmC: // a fan blows at it
		v.pack.tempC += (d.inTempC - v.pack.tempC) * s / packFanS
	}
	if d.run.kind == programSwap {
		return
	}
	if !d.chargeable(v) {
		if d.state == hangar.DOCK_STATE_CHARGING {
			d.enter(hangar.DOCK_STATE_IDLE)
		}
		return
	}
	before, to := v.percent(), d.contact.chargeTo
	if before < to+chargeAgain && before < 99.9 {
		v.pack.energyWh = min(v.fullWh(), v.pack.energyWh+d.w.cfg.Timing.ChargeW*s/3600)
		v.pack.told = v.percent()
		d.charging = true
	}
	switch {
	case d.state == hangar.DOCK_STATE_IDLE && before < to-chargeAgain:
		d.enter(hangar.DOCK_STATE_CHARGING)
	case d.state == hangar.DOCK_STATE_CHARGING && before >= to:
		d.enter(hangar.DOCK_STATE_IDLE)
	}
}

// vehiclePower is how a dock switches its vehicle. In a warm dock the vehicle always has power; in a cold one it is
// switched off when nothing is to be done, and boots when it is needed.
type vehiclePower struct {
	idleSince time.Time
	awakeTo   time.Time // by MAV_CMD_DOCK_WAKE or MAV_CMD_DOCK_POWER_VEHICLE
}

// switchable is the vehicle the dock can switch: in closed clamps, at rest.
func (d *dock) switchable() *vehicle {
	if v := d.seated(); v != nil && d.holds(v) && !v.armed && v.outside == nil {
		return v
	}
	return nil
}

// tendVehicle switches the vehicle of a cold dock off a while after it was secured.
func (d *dock) tendVehicle(now time.Time) {
	v := d.switchable()
	busy := v == nil || d.task != 0 || d.run.active() || d.lid.open > 0 || d.maintenance || now.Before(d.vehiclePower.awakeTo)
	if d.at.Standby != standbyCold || busy {
		d.vehiclePower.idleSince = now
		return
	}
	if !v.off && now.Sub(d.vehiclePower.idleSince) >= seconds(d.w.cfg.Timing.SleepS) {
		v.powerOff()
	}
}

// powerVehicle gives a vehicle power; it boots.
func (d *dock) powerVehicle(now time.Time) {
	if v := d.seated(); v != nil && v.off {
		v.powerOn(now)
	}
}

// powerOff takes an autopilot's power away.
func (v *vehicle) powerOff() {
	v.off, v.booted = true, false
	v.later = nil
	v.pack.powerW = 0
}

// powerOn boots an autopilot: what it knew of its place is gone.
func (v *vehicle) powerOn(now time.Time) {
	v.off = false
	v.gnss.fix, v.gnss.openSince = 0, time.Time{}
	v.homeValid = false
	v.restart(now.Add(seconds(v.w.cfg.Timing.BootS) - bootTime))
}

func (d *dock) power(boot uint32) *hangar.MessageDockPower {
	m := &hangar.MessageDockPower{TimeBootMs: boot, UpsMin: float32(max(0, d.ups)), PackPercent: 255, ContactMohm: float32(math.NaN()),
		PackV: float32(math.NaN()), PackTempC: float32(math.NaN())}
	m.Slots, m.Packs, m.PacksReady = d.swap.counts()
	if d.mains {
		m.MainsOk = 1
	}
	if d.charging {
		m.Charging = 1
	}
	v := d.seated()
	if v == nil {
		return m
	}
	if !d.swap.out {
		m.PackPercent, m.PackV, m.PackTempC = uint8(math.Round(v.pack.told)), float32(v.volts()), float32(v.pack.tempC)
		m.PackCycles = uint16(v.pack.cycles)
	}
	m.VehiclePowered = 2
	if d.holds(v) {
		m.ContactMohm = float32(d.contact.mOhm())
		if d.mains {
			m.VehiclePowered = 1
		}
	}
	if v.off {
		m.VehiclePowered = 0
	}
	return m
}
