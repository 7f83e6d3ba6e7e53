package city

import (
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// wanted judges an order to a vehicle where no frames are to be read: the same rules as of what is sent.
func (j *judge) wanted(now time.Time, in fleet.Intent) {
	spec := j.specs[string(in.Vehicle)]
	at := func(p geo.Position) { j.place(now, spec, p.LatLon, float32(p.AltAMSL)) }
	switch a := in.Act.(type) {
	case fleet.UploadPlan:
		j.readBack[uint32(spec.SystemID)] = now // a plan is read back before the act is done
		for _, it := range a.Items {
			if it.Kind == fleet.ItemTakeoff || it.Kind == fleet.ItemWaypoint {
				at(it.Position)
			}
		}
	case fleet.Launch:
		j.arming(now, spec)
	case fleet.GoTo:
		at(a.Target)
	case fleet.Orbit:
		at(a.Center)
	}
	if fleet.Reads(in.Act) {
		return
	}
	j.suspect(now, spec, "%T while a pilot has it", in.Act)
}
