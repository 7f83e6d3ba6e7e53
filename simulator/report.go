package simulator

import "encoding/binary"

// PX4's health and arming checks, by the ids of its events and the bits of its enumerations.
const (
	eventArmingSummary = 11047904 // piece, error, warning, can arm, can run
	eventHealthSummary = 1914663  // piece, present, error, warning
	eventNoGlobal      = 10011251 // modes, component
	eventNoHome        = 79408
	eventBattery       = 11344647
	eventAirframe      = 666479

	navModes               = 1<<3 | 1<<4 | 1<<5 | 1<<17 | 1<<18
	allModes               = 0xFFFFFFFF
	componentSystem        = 20
	componentGlobal        = 24
	componentBattery       = 11
	levelError       uint8 = 3
	levelProtocol    uint8 = 8
)

// failing is one check that does not pass.
type failing struct {
	event     uint32
	modes     uint32
	component uint8
}

// failures are the checks that do not pass now.
func (v *vehicle) failures() (out []failing) {
	if v.body.crashed {
		out = append(out, failing{eventAirframe, allModes, componentSystem})
	}
	if !v.positionKnown(v.w.now) {
		out = append(out, failing{eventNoGlobal, navModes, componentGlobal})
	}
	if !v.homeValid {
		out = append(out, failing{eventNoHome, navModes, componentSystem})
	}
	if v.chargeState() >= 3 {
		out = append(out, failing{eventBattery, allModes, componentBattery})
	}
	return out
}

// watchChecks reports the checks when they have changed, as PX4 does.
func (v *vehicle) watchChecks() {
	mask := uint32(0)
	for _, f := range v.failures() {
		mask ^= f.event
	}
	if mask != v.said.checks || !v.said.reported {
		v.reportChecks()
		v.said.checks, v.said.reported = mask, true
	}
}

// reportChecks says everything that does not pass, between the two summaries.
func (v *vehicle) reportChecks() {
	bits := func(words ...uint32) []byte {
		b := []byte{0}
		for _, w := range words {
			b = binary.LittleEndian.AppendUint32(b, w)
		}
		return b
	}
	list := v.failures()
	bad, blocked := uint32(0), uint32(0)
	for _, f := range list {
		bad |= 1 << f.component
		blocked |= f.modes
	}
	v.event(eventArmingSummary, levelProtocol, bits(bad, 0, ^blocked, ^blocked)...)
	for _, f := range list {
		v.event(f.event, levelError, append(binary.LittleEndian.AppendUint32(nil, f.modes), f.component)...)
	}
	v.event(eventHealthSummary, levelProtocol, bits(allModes, bad, 0)...)
}
