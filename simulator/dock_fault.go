package simulator

import (
	"fmt"
	"math"
	"slices"
)

// dockFaults are the faults of a dock. Value, its range and what 0 stands for; How:
//
//	lid-jam          percent open where it cannot pass (50, and wide); half open when it stands there
//	lid-slow         times as long as usual, 1 to 10 (1.6)
//	lid-sensor-lies  How: one of lidLies ("switch-open")
//	encoder-drift    degrees the encoder slips in a travel, -45 to 45 (2)
//	clamp-jam        How: "x" along the dock ("") or "y" across
//	estop            the button is pressed; the stop stays latched until it is reset
//	person, door-open, key-local   somebody or something is there; the cabinet is open; it is locked for local work
//	mains-loss, ups-low            minutes the backup lasts, 0 to 20 (2)
//	charger-loss, contact-bad      mΩ, above 0 to 10,000 (250)
//	pack-hot         °C, 40 to 120 (65)
//	swap-jam, climate-fail
//	pad-ice          How: "ice" (""), "snow" or "water"; millimetres, up to 30 (3)
//	dock-reboot      its controller starts anew, now
var dockFaults = []string{"lid-jam", "lid-slow", "lid-sensor-lies", "encoder-drift", "clamp-jam", "estop", "person", "door-open",
	"key-local", "mains-loss", "ups-low", "charger-loss", "contact-bad", "pack-hot", "swap-jam", "climate-fail", "pad-ice", "dock-reboot"}

// among is the value of a fault: usual for 0, or an error outside its range.
func (f *Fault) among(low, high, usual float64) (float64, error) {
	switch {
	case f.Value == 0 || f.Clear:
		return usual, nil
	case f.Value < low || f.Value > high:
		return 0, fmt.Errorf("fault %s: %v is not within %v to %v", f.Kind, f.Value, low, high)
	}
	return f.Value, nil
}

// manner is how of a fault: the first of the words when it is empty, or an error.
func (f *Fault) manner(words ...string) (string, error) {
	if f.How == "" {
		return words[0], nil
	}
	if !slices.Contains(words, f.How) {
		return "", fmt.Errorf("fault %s: how %q: want one of %q", f.Kind, f.How, words)
	}
	return f.How, nil
}

func (d *dock) inject(f Fault) error {
	switch on := !f.Clear; f.Kind {
	case "estop":
		d.estopButton = on // the latch stays until it is reset
	case "person":
		d.person = on
	case "door-open":
		d.door = on
	case "key-local":
		d.key = on
	case "mains-loss":
		d.mains = !on
	case "charger-loss":
		d.noCharge = on
	case "swap-jam":
		d.swap.jammed = on
	case "climate-fail":
		d.climate.broken = on
	case "dock-reboot":
		if on {
			d.reboot(d.w.now)
		}
	case "pad-ice":
		return d.coverPad(f)
	case "ups-low", "contact-bad", "pack-hot":
		return d.injectPower(f)
	default:
		return d.injectMotion(f)
	}
	return nil
}

// injectPower is what may be wrong with backup, contacts and pack.
func (d *dock) injectPower(f Fault) error {
	low, high, usual := 0.0, upsMinutes, 2.0
	switch f.Kind {
	case "contact-bad":
		high, usual = 1e4, 250
	case "pack-hot":
		low, high, usual = 40, 120, 65
	}
	v, err := f.among(low, high, usual)
	if err != nil {
		return err
	}
	if f.Clear {
		v = 0
	}
	switch f.Kind {
	case "ups-low":
		if d.upsMost = v; f.Clear {
			d.upsMost = upsMinutes
		}
		d.ups = min(d.ups, d.upsMost)
	case "contact-bad":
		d.contact.badMOhm = v
	case "pack-hot":
		d.contact.hotC = v
	}
	return nil
}

// injectMotion is what may be wrong with what moves, and with its sensors.
func (d *dock) injectMotion(f Fault) error {
	l := &d.lid
	var v float64
	var how string
	var err error
	switch f.Kind {
	case "lid-jam":
		v, err = f.among(1, 99, 50)
	case "lid-slow":
		v, err = f.among(1, 10, 1.6)
	case "encoder-drift":
		v, err = f.among(-45, 45, 2)
	case "lid-sensor-lies":
		how, err = f.manner(lidLies...)
	case "clamp-jam":
		how, err = f.manner("x", "y")
	}
	if err != nil {
		return err
	}
	if f.Clear {
		v, how = 0, ""
	}
	switch f.Kind {
	case "lid-jam":
		l.jammed, l.jamAt, l.jamHalf = !f.Clear, v/100, 0.02
		if f.Value == 0 {
			l.jamHalf = 0.15
		}
	case "lid-slow":
		l.slow, l.lazy = v, false
	case "encoder-drift":
		if l.drift = v; f.Clear {
			l.slipped = 0
		}
	case "lid-sensor-lies":
		l.lies, l.stuckAt = how, math.Round(l.open*100)/100
	case "clamp-jam":
		d.clampStuck = how
	}
	return nil
}

// coverPad lays something on the pad that the weather and the heater do not take away.
func (d *dock) coverPad(f Fault) error {
	how, err := f.manner("ice", "snow", "water")
	if err != nil {
		return err
	}
	mm, err := f.among(0, coverMostMM, 3)
	if err != nil {
		return err
	}
	d.cover = cover{held: !f.Clear}
	switch {
	case f.Clear:
	case how == "ice":
		d.cover.ice = mm
	case how == "snow":
		d.cover.snow = mm
	default:
		d.cover.water = mm
	}
	return nil
}
