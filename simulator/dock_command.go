package simulator

import (
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/mavlink/dialect/hangar"
)

// receive takes one frame of the station.
func (d *dock) receive(now time.Time, f frame) {
	if d.down || d.dead() {
		return
	}
	own := d.voice.system
	switch m := f.msg.(type) {
	case *common.MessageHeartbeat:
		if m.Type == common.MAV_TYPE_GCS {
			d.stationHeard = now
		}
	case *common.MessageCommandInt:
		if addressed(own, m.TargetSystem, m.TargetComponent) {
			d.command(intCommand(f, m), now)
		}
	case *common.MessageCommandLong:
		if addressed(own, m.TargetSystem, m.TargetComponent) {
			d.command(longCommand(f, m), now)
		}
	case *common.MessageTimesync:
		if m.Tc1 == 0 && addressed(own, m.TargetSystem, m.TargetComponent) {
			d.send(&common.MessageTimesync{Tc1: now.Sub(d.boot).Nanoseconds(), Ts1: m.Ts1, TargetSystem: f.system,
				TargetComponent: f.component})
		}
	case *common.MessagePing:
		if m.TargetSystem == 0 && m.TargetComponent == 0 {
			d.send(&common.MessagePing{TimeUsec: m.TimeUsec, Seq: m.Seq, TargetSystem: f.system, TargetComponent: f.component})
		}
	}
}

func (d *dock) ack(c command, result common.MAV_RESULT, progress uint8) {
	m := &common.MessageCommandAck{Command: c.id, Result: result, TargetSystem: c.from.system, TargetComponent: c.from.component}
	if result == common.MAV_RESULT_IN_PROGRESS {
		m.Progress = progress
	}
	d.send(m)
}

// command carries out what all systems know, and the dock's own commands.
func (d *dock) command(c command, now time.Time) {
	switch c.id {
	case common.MAV_CMD_REQUEST_MESSAGE:
		if !d.tell(uint32(c.p[0]), now) {
			d.ack(c, common.MAV_RESULT_DENIED, 0)
			return
		}
		d.ack(c, common.MAV_RESULT_ACCEPTED, 0)
		return
	case common.MAV_CMD_SET_MESSAGE_INTERVAL:
		result := common.MAV_RESULT_FAILED
		if finite(c.p[0], c.p[1]) && d.streams.set(uint32(c.p[0]), c.p[1], now) {
			result = common.MAV_RESULT_ACCEPTED
		}
		d.ack(c, result, 0)
		return
	}
	if c.id < common.MAV_CMD(hangar.MAV_CMD_DOCK_OPEN) || c.id > common.MAV_CMD(hangar.MAV_CMD_DOCK_SWAP_BATTERY) {
		d.ack(c, common.MAV_RESULT_UNSUPPORTED, 0)
		return
	}
	if !c.ints {
		d.ack(c, common.MAV_RESULT_COMMAND_INT_ONLY, 0)
		return
	}
	if result := d.dockCommand(c, now); result != noAnswer {
		d.ack(c, result, d.percent())
	}
}

// dockCommand is one command of the hangar dialect: x is the task, y the control epoch. An older epoch is refused, a
// repeat is harmless.
func (d *dock) dockCommand(c command, now time.Time) common.MAV_RESULT {
	task, epoch := uint32(c.x), uint32(c.y)
	if epoch < d.epoch {
		return common.MAV_RESULT_DENIED
	}
	switch hangar.MAV_CMD(c.id) {
	case hangar.MAV_CMD_DOCK_WARN:
		if !finite(c.p[0]) || c.p[0] < 0 || c.p[0] > 120 {
			return common.MAV_RESULT_DENIED
		}
		d.epoch = epoch
		d.sirenUntil = now.Add(seconds(c.p[0]))
		return common.MAV_RESULT_ACCEPTED
	case hangar.MAV_CMD_DOCK_RESET_ESTOP:
		return d.resetEStop(epoch)
	case hangar.MAV_CMD_DOCK_MAINTENANCE:
		return d.maintain(c.p[0] > 0.5, epoch)
	}
	if d.estop || d.maintenance || d.key {
		return common.MAV_RESULT_DENIED
	}
	if hangar.MAV_CMD(c.id) > hangar.MAV_CMD_DOCK_MAINTENANCE {
		return d.serve(c, epoch, now)
	}
	if task == 0 || d.foreign(task, epoch) {
		return common.MAV_RESULT_DENIED
	}
	kind, result := d.wanted(c)
	if result != common.MAV_RESULT_ACCEPTED {
		return result
	}
	if d.task != task {
		d.task, d.taskAt, d.vehicleOut, d.due = task, now, false, time.Time{}
	}
	d.epoch = epoch
	if (kind == programClose || kind == programLanding) && finite(c.p[0]) && c.p[0] > 0 && c.p[0] < 24*3600 {
		d.due = now.Add(seconds(c.p[0]))
	}
	if kind == programLanding {
		d.vehicleOut = d.seated() == nil
	}
	if d.run.active() && d.run.kind == kind {
		d.run.cmd = c // the answer goes to the newest copy
		return common.MAV_RESULT_IN_PROGRESS
	}
	if d.there(kind) {
		return common.MAV_RESULT_ACCEPTED
	}
	d.begin(kind, c, now)
	if !d.run.active() {
		return noAnswer // every phase was done already and acknowledged
	}
	return common.MAV_RESULT_IN_PROGRESS
}

// foreign says whether another task holds the dock: it gives way to a newer epoch, or once its vehicle is back.
func (d *dock) foreign(task, epoch uint32) bool {
	return d.task != 0 && d.task != task && epoch == d.epoch && d.seated() == nil
}

// wanted is the program of a command, or why it cannot be.
func (d *dock) wanted(c command) (programKind, common.MAV_RESULT) {
	const later = common.MAV_RESULT_TEMPORARILY_REJECTED
	v := d.onPad()
	blocked := d.blocked() || d.run.kind == programSwap
	switch hangar.MAV_CMD(c.id) {
	case hangar.MAV_CMD_DOCK_OPEN:
		if blocked {
			return 0, later
		}
		return programOpen, common.MAV_RESULT_ACCEPTED
	case hangar.MAV_CMD_DOCK_PREPARE_LAUNCH:
		if d.seated() == nil || d.swap.out && d.run.kind != programSwap {
			return 0, common.MAV_RESULT_DENIED
		}
		if blocked {
			return 0, later
		}
		return programLaunch, common.MAV_RESULT_ACCEPTED
	case hangar.MAV_CMD_DOCK_PREPARE_LANDING:
		if blocked {
			return 0, later
		}
		return programLanding, common.MAV_RESULT_ACCEPTED
	case hangar.MAV_CMD_DOCK_CLOSE:
		if v != nil {
			return 0, common.MAV_RESULT_DENIED
		}
		if blocked {
			return 0, later
		}
		return programClose, common.MAV_RESULT_ACCEPTED
	}
	// Secure: a vehicle that stands beside the contacts is not docked; the lid stays as it is.
	if d.task != 0 && d.task != uint32(c.x) && d.run.active() {
		return 0, common.MAV_RESULT_DENIED
	}
	switch {
	case v == nil:
		return 0, common.MAV_RESULT_DENIED
	case v.armed || blocked:
		return 0, later
	case d.seated() == nil:
		d.enter(hangar.DOCK_STATE_ASKEW)
		return 0, common.MAV_RESULT_FAILED
	}
	return programSecure, common.MAV_RESULT_ACCEPTED
}

// there says whether a program's end state is already reached.
func (d *dock) there(kind programKind) bool {
	if d.run.active() {
		return false
	}
	switch kind {
	case programOpen:
		return d.lid.provenOpen()
	case programLaunch:
		return d.state == hangar.DOCK_STATE_LAUNCH_READY && d.lid.provenOpen()
	case programLanding:
		return d.state == hangar.DOCK_STATE_LANDING_READY && d.lid.provenOpen()
	case programClose:
		return d.state == hangar.DOCK_STATE_AWAY && d.lid.provenClosed()
	case programSecure:
		secured := (d.state == hangar.DOCK_STATE_IDLE || d.state == hangar.DOCK_STATE_CHARGING) && d.lid.provenClosed() && d.clamps == 1 && d.clampsY == 1
		if secured {
			d.task, d.vehicleOut, d.due = 0, false, time.Time{}
		}
		return secured
	}
	return false
}

// serve carries out what is for the vehicle in the dock and moves no lid.
func (d *dock) serve(c command, epoch uint32, now time.Time) common.MAV_RESULT {
	v := d.switchable()
	switch hangar.MAV_CMD(c.id) {
	case hangar.MAV_CMD_DOCK_CHARGE:
		if !finite(c.p[0]) || c.p[0] < 20 || c.p[0] > 100 {
			return common.MAV_RESULT_DENIED
		}
		d.contact.chargeTo = c.p[0]
	case hangar.MAV_CMD_DOCK_POWER_VEHICLE:
		on := c.p[0] > 0.5
		if v == nil || !on && d.task != 0 {
			return common.MAV_RESULT_DENIED
		}
		if on {
			d.vehiclePower.awakeTo = now.Add(24 * time.Hour)
			d.powerVehicle(now)
		} else if d.vehiclePower.awakeTo = now; !v.off {
			v.powerOff()
		}
	case hangar.MAV_CMD_DOCK_WAKE:
		if v == nil || !finite(c.p[0]) || c.p[0] < 0 || c.p[0] > 24*3600 {
			return common.MAV_RESULT_DENIED
		}
		d.vehiclePower.awakeTo = now.Add(seconds(c.p[0]))
		d.powerVehicle(now)
	case hangar.MAV_CMD_DOCK_SWAP_BATTERY:
		if task := uint32(c.x); task != 0 && task == d.swap.done {
			break
		}
		if d.run.kind == programSwap {
			d.run.cmd = c
			return common.MAV_RESULT_IN_PROGRESS
		}
		if result := d.swappable(); result != common.MAV_RESULT_ACCEPTED || d.run.active() {
			return max(result, common.MAV_RESULT_TEMPORARILY_REJECTED)
		}
		d.epoch = epoch
		d.begin(programSwap, c, now)
		return common.MAV_RESULT_IN_PROGRESS
	}
	d.epoch = epoch
	return common.MAV_RESULT_ACCEPTED
}

// resetEStop releases a latched stop once the button is out; the lid stays where it is.
func (d *dock) resetEStop(epoch uint32) common.MAV_RESULT {
	switch {
	case d.estopButton:
		return common.MAV_RESULT_TEMPORARILY_REJECTED
	case !d.estop:
		return common.MAV_RESULT_ACCEPTED
	}
	d.epoch, d.estop = epoch, false
	d.enter(d.atRest())
	return common.MAV_RESULT_ACCEPTED
}

// maintain enters or leaves maintenance; never while a vehicle is inbound or armed.
func (d *dock) maintain(enter bool, epoch uint32) common.MAV_RESULT {
	if enter == d.maintenance {
		return common.MAV_RESULT_ACCEPTED
	}
	if v := d.onPad(); enter && (d.vehicleOut || v != nil && v.armed || d.estop) {
		return common.MAV_RESULT_DENIED
	}
	d.epoch = epoch
	d.maintenance = enter
	if enter {
		d.stopAll(hangar.DOCK_STATE_MAINTENANCE, common.MAV_RESULT_CANCELLED)
		return common.MAV_RESULT_ACCEPTED
	}
	d.task, d.due = 0, time.Time{}
	d.enter(d.atRest())
	return common.MAV_RESULT_ACCEPTED
}

// atRest is the state that describes a dock in which nothing runs.
func (d *dock) atRest() hangar.DOCK_STATE {
	switch {
	case d.lid.provenClosed() && d.vehicleOut:
		return hangar.DOCK_STATE_AWAY
	case d.lid.provenClosed():
		return hangar.DOCK_STATE_IDLE
	case d.lid.provenOpen() && d.seated() != nil:
		return hangar.DOCK_STATE_OCCUPIED
	case d.lid.provenOpen():
		return hangar.DOCK_STATE_OPEN
	}
	return hangar.DOCK_STATE_FAULT
}
