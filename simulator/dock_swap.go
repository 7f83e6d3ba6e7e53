package simulator

import (
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/mavlink/dialect/hangar"
)

const swapBelow = 60.0 // percent under which a dock that hears no station changes the pack by itself

// spare is a pack in a slot of the charger.
type spare struct {
	percent float64
	cycles  int
}

// swap is the arm that changes packs, and its charger. It has one slot more than spare packs, for the one it takes out.
type swap struct {
	slots  int
	spares []spare
	out    bool   // the vehicle has no pack in it
	jammed bool   // by a fault
	done   uint32 // the task of the last change that ended well: a repeat of it changes nothing
}

func newSwap(at DockAt) swap {
	s := swap{}
	if at.Packs > 0 {
		s.slots = at.Packs + 1
	}
	for i := range at.Packs {
		s.spares = append(s.spares, spare{percent: 100, cycles: 10 * i})
	}
	return s
}

func (s *swap) counts() (slots, packs, ready uint8) {
	for _, p := range s.spares {
		if p.percent >= chargedFull {
			ready++
		}
	}
	return uint8(s.slots), uint8(len(s.spares)), ready
}

// best is the index of the fullest spare; -1 without any.
func (s *swap) best() int {
	best := -1
	for i, p := range s.spares {
		if best < 0 || p.percent > s.spares[best].percent {
			best = i
		}
	}
	return best
}

// swappable says why a pack cannot be changed now; accepted if it can.
func (d *dock) swappable() common.MAV_RESULT {
	v := d.switchable()
	switch i := d.swap.best(); {
	case d.swap.slots == 0:
		return common.MAV_RESULT_UNSUPPORTED
	case v == nil || d.task != 0 || i < 0:
		return common.MAV_RESULT_DENIED
	case d.blocked() || !d.lid.provenClosed() || !d.swap.out && d.swap.spares[i].percent < v.percent()+5:
		return common.MAV_RESULT_TEMPORARILY_REJECTED
	}
	return common.MAV_RESULT_ACCEPTED
}

// tendSwap charges the spares. It ends a change that was broken off, and where no station orders any it changes a pack that is
// low for one that is full.
func (d *dock) tendSwap(s float64, now time.Time) {
	v := d.seated()
	if d.swap.slots == 0 || !d.mains || d.noCharge {
		return
	}
	if v != nil {
		for i := range d.swap.spares {
			p := &d.swap.spares[i]
			p.percent = min(100, p.percent+d.w.cfg.Timing.ChargeW/2*s/36/v.at.EnergyWh)
		}
	}
	idle := d.state == hangar.DOCK_STATE_IDLE || d.state == hangar.DOCK_STATE_CHARGING
	if i := d.swap.best(); i >= 0 && idle && !d.run.active() && !d.estop && !d.maintenance && d.swappable() == common.MAV_RESULT_ACCEPTED &&
		(d.swap.out || d.silent(now) && v.percent() < swapBelow && d.swap.spares[i].percent >= chargedFull) {
		d.begin(programSwap, command{}, now)
	}
}

// moveArm is a phase of the swap; the pack changes hands at its end. True: it is there.
func (d *dock) moveArm(p phase, took time.Duration) bool {
	v := d.switchable()
	if v == nil {
		d.fail(hangar.DOCK_STATE_FAULT)
		return false
	}
	if d.swap.jammed {
		if took > seconds(2*d.phaseSeconds(p)) {
			d.fail(hangar.DOCK_STATE_FAULT)
		}
		return false
	}
	if took < seconds(d.phaseSeconds(p)) {
		return false
	}
	s := &d.swap
	if p == phaseUnload {
		s.spares = append(s.spares, spare{v.percent(), v.pack.cycles})
		v.setCharge(0)
		s.out = true
		return true
	}
	i := s.best()
	v.pack.cycles, v.pack.tempC = s.spares[i].cycles, d.inTempC
	v.setCharge(s.spares[i].percent)
	s.spares = append(s.spares[:i], s.spares[i+1:]...)
	s.out = false
	return true
}
