package simulator

import (
	"fmt"
	"slices"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
)

const (
	// An intruder passes its vehicle at this distance unless told otherwise, and this much higher, metres.
	passUsualM, passNearM, passFarM = 300.0, 50.0, 5000.0
	passAboveM                      = 40.0
)

// intrude sends an aircraft, or a drone, straight past a vehicle: abeam of it at a distance, a little above it.
func (w *World) intrude(f Fault) error {
	var near *vehicle
	for _, v := range w.vehicles {
		if v.at.ID == f.Vehicle {
			near = v
		}
	}
	past := f.Value
	if past == 0 {
		past = passUsualM
	}
	switch {
	case near == nil:
		return fmt.Errorf("fault intruder: no vehicle %q", f.Vehicle)
	case f.How != "" && f.How != "aircraft" && f.How != "drone":
		return fmt.Errorf(`fault intruder: how %q: want "aircraft" or "drone"`, f.How)
	case past < passNearM || past > passFarM:
		return fmt.Errorf("fault intruder: value %v m: want %v to %v", f.Value, passNearM, passFarM)
	}
	w.others = slices.DeleteFunc(w.others, func(o *other) bool { return o.intrudes == f.Vehicle })
	if f.Clear {
		return nil
	}
	o := &other{address: 0x7A0000 + near.at.SystemID, name: fmt.Sprintf("B71%02d", near.at.SystemID%100), emitter: common.ADSB_EMITTER_TYPE_ROTOCRAFT,
		speedMS: 40, since: w.now, next: w.now, intrudes: f.Vehicle}
	before := 1500.0
	if f.How == "drone" {
		o.drone, o.address, o.name, o.speedMS, before = true, near.at.SystemID, fmt.Sprintf("SIM-%04d", near.at.SystemID), 10, 900
	}
	l := line{headingDeg: wrap360(f.Deg), lengthM: 2 * before}
	e, n := bearing(l.headingDeg)
	l.from = add(near.body.pos, geo.ENU{E: -before*e + past*n, N: -before*n - past*e, U: passAboveM})
	o.way = l
	w.others = append(w.others, o)
	return nil
}
