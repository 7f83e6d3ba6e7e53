package simulator

import "groundstation/mavlink/dialect/hangar"

// Codes of DOCK_HEALTH; stable.
const (
	healthLid      = 101
	healthSensors  = 102
	healthEStop    = 103
	healthPerson   = 104
	healthAskew    = 105
	healthEncoder  = 106
	healthLidSlow  = 107
	healthClamps   = 108
	healthDoor     = 109
	healthKey      = 110
	healthFaultEnd = 199
	healthMains    = 201
	healthUPS      = 202
	healthCharger  = 301
	healthContact  = 302
	healthPackHot  = 303
	healthSwap     = 304
	healthClimate  = 401
	healthIce      = 402
	healthSnow     = 403
)

// health is every open item. A warning is what no launch and no landing may meet; a caution is what somebody should look
// at, imminent when it ends in a warning by itself.
func (d *dock) health() []hangar.MessageDockHealth {
	var out []hangar.MessageDockHealth
	item := func(on bool, level hangar.DOCK_HEALTH_LEVEL, code uint16, module string, imminent bool) {
		if !on {
			return
		}
		m := hangar.MessageDockHealth{Code: code, Level: level, Module: module}
		if imminent {
			m.Imminent = 1
		}
		out = append(out, m)
	}
	const caution, warning = hangar.DOCK_HEALTH_CAUTION, hangar.DOCK_HEALTH_WARNING
	fault, half := d.state == hangar.DOCK_STATE_FAULT, d.lid.open > 0.02 && d.lid.open < 0.98
	item(d.lid.contradicts(), warning, healthSensors, "lid sensors", false)
	item(fault && half, warning, healthLid, "lid", false)
	item(fault && !half, warning, healthFaultEnd, "motion", false)
	item(d.lid.offAtEnd(), caution, healthEncoder, "lid encoder", true)
	item(d.lid.lazy, caution, healthLidSlow, "lid slow", true)
	item(fault && !d.run.active() && (d.clamps > 0) != (d.clampsY > 0), warning, healthClamps, "clamps", false)
	item(d.estop, warning, healthEStop, "emergency stop", false)
	item(d.person, caution, healthPerson, "person near", false)
	item(d.door, warning, healthDoor, "cabinet door", false)
	item(d.key, warning, healthKey, "local key", false)
	item(d.state == hangar.DOCK_STATE_ASKEW, warning, healthAskew, "vehicle askew", false)
	item(!d.mains, warning, healthMains, "mains", true)
	item(!d.mains && d.ups < upsLow, warning, healthUPS, "backup", true)
	item(d.mains && d.upsMost < upsLow, caution, healthUPS, "backup", true)
	item(d.noCharge, caution, healthCharger, "charger", true)
	if v := d.seated(); v != nil {
		item(d.holds(v) && d.contact.mOhm() > contactMost, caution, healthContact, "charging contact", true)
		item(v.pack.tempC >= packFireC, warning, healthPackHot, "pack hot", false)
		item(v.pack.tempC >= packHotC && v.pack.tempC < packFireC, caution, healthPackHot, "pack hot", true)
		swaps := d.run.kind == programSwap
		item(swaps, hangar.DOCK_HEALTH_NOTICE, healthSwap, "battery swap", false)
		item(d.swap.out && !swaps, warning, healthSwap, "battery swap", false)
	}
	cold, hot := d.inTempC < 5, d.inTempC > 45
	item((cold || hot) && d.lid.open < 0.01, caution, healthClimate, "climate", true)
	item(d.cover.ice > icyMM, warning, healthIce, "ice on the pad", false)
	item(d.cover.snow > deepSnowMM, warning, healthSnow, "snow on the pad", false)
	item(d.cover.snow > snowyMM && d.cover.snow <= deepSnowMM, caution, healthSnow, "snow on the pad", true)
	return out
}
