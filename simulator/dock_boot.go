package simulator

import (
	"time"

	"groundstation/mavlink/dialect/hangar"
)

// running says whether the dock's controller runs; it boots when its power is back or its boot time is over.
func (d *dock) running(now time.Time) bool {
	switch {
	case d.dead():
		if !d.down {
			d.reboot(now)
		}
		d.upAt = now.Add(seconds(d.w.cfg.Timing.DockBootS))
	case d.down && !now.Before(d.upAt):
		d.awake(now)
	}
	return !d.down
}

// reboot stops the controller: motors stop at once, and the program that ran is forgotten. What lies in its memory for
// good stays: the open task with its epoch, that the vehicle is out and when it is due, a latched stop, maintenance.
func (d *dock) reboot(now time.Time) {
	d.down, d.upAt = true, now.Add(seconds(d.w.cfg.Timing.DockBootS))
	d.lid.motor = 0
	d.run = program{}
	d.marker, d.sirenUntil, d.charging = false, time.Time{}, false
	d.stationHeard = time.Time{}
	for i := range d.streams.list {
		st := &d.streams.list[i]
		st.interval = st.base
	}
}

// awake reads the state from the sensors; what stands open for a vehicle that is out is made ready for it again.
func (d *dock) awake(now time.Time) {
	d.down, d.boot = false, now
	switch {
	case d.estop:
		d.state = hangar.DOCK_STATE_ESTOP
	case d.maintenance:
		d.state = hangar.DOCK_STATE_MAINTENANCE
	default:
		d.state = d.atRest()
		d.landAgain = d.task != 0 && d.vehicleOut && !d.lid.provenClosed()
	}
	d.tell(idDockStatus, now)
	d.tell(idDockActuators, now)
}
