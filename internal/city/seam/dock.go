package seam

import (
	"math"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
	"groundstation/mavlink/dialect/hangar"
	"groundstation/simulator"
)

const (
	// tellMoving is the pace of a DockChanged while the lid is not shut, tellShut while it is.
	tellMoving = 400 * time.Millisecond
	tellShut   = time.Second
	lidEnd     = 0.03 // of its travel
)

// Dock is one dock of the simulated city as a member of the station's fleet, behind its gatekeeper.
type Dock struct {
	world  *simulator.World
	spec   fleet.DockSpec
	link   link
	epoch  uint64
	in     *fleet.Intent // that the dock has not answered
	until  time.Time
	d      fleet.Dock
	told   fleet.Dock
	toldAt time.Time
	out    []fleet.Event
}

// Renew lets the dock hear the station until then.
func (d *Dock) Renew(until time.Time) { d.link.renewed = until }

// Deadline is the next look.
func (d *Dock) Deadline() time.Time { return d.link.next }

// Order takes an Intent, or refuses it. It is carried as far as the dock's word; the effect is the gatekeeper's to see.
func (d *Dock) Order(now time.Time, in fleet.Intent) {
	d.link.next = now
	if d.in != nil && d.in.ID == in.ID {
		return
	}
	switch {
	case in.Epoch < d.epoch:
		d.report(now, in.ID, verdict{fleet.StageRefused, "stale-epoch", "station: a newer control epoch has begun"})
		return
	case d.link.heardAt.IsZero():
		d.report(now, in.ID, verdict{fleet.StageRefused, "link-lost", "station: never heard since the station started"})
		return
	}
	if d.in != nil {
		d.report(now, d.in.ID, failed("superseded", "by "+string(in.ID)))
	}
	d.epoch, d.in, d.until = in.Epoch, &in, now.Add(bound(in))
	d.report(now, in.ID, verdict{stage: fleet.StageSent})
}

// Withdraw ends an Intent that the dock has not answered.
func (d *Dock) Withdraw(now time.Time, id fleet.IntentID) {
	if d.in != nil && d.in.ID == id {
		d.answer(now, failed("withdrawn", "not wanted any more"))
	}
}

// Look reads the dock and tells what is new.
func (d *Dock) Look(now time.Time) []fleet.Event {
	d.link.hail(now, d.world, string(d.spec.ID))
	d.order(now)
	if s, heard := d.world.DockState(string(d.spec.ID)); heard {
		d.link.heardAt = now
		d.observe(now, s)
	}
	d.d.Link, d.d.Uplink = d.link.state(now), d.link.uplink(now, d.d.Uplink)
	pace := tellMoving
	if d.d.LidSwitch == fleet.LidClosed && d.d.LidEncoder == fleet.LidClosed {
		pace = tellShut
	}
	if d.link.next = now.Add(lookEvery); pace == tellShut && d.in == nil {
		d.link.next = now.Add(restEvery)
	}
	if now.Sub(d.toldAt) >= pace || d.d.ChangedFrom(&d.told) {
		d.told, d.toldAt = d.d, now
		d.out = append(d.out, fleet.DockChanged{Dock: d.d})
	}
	out := d.out
	d.out = nil
	return out
}

// order gives what is ordered until the dock answers.
func (d *Dock) order(now time.Time) {
	if d.in == nil {
		return
	}
	c, known := command(d.in)
	if !known {
		d.answer(now, verdict{fleet.StageRefused, "unsupported", "station: not an act of a dock"})
		return
	}
	r, ok := d.world.Command(string(d.spec.ID), c)
	d.link.reply(now, ok)
	switch {
	case !ok && now.Before(d.until):
	case !ok:
		d.answer(now, verdict{fleet.StageTimedOut, "no-answer", "no answer from the dock"})
	case r == common.MAV_RESULT_ACCEPTED || r == common.MAV_RESULT_IN_PROGRESS:
		d.answer(now, verdict{stage: fleet.StageAccepted})
	default:
		v := refusal(r)
		v.detail = "dock: " + r.String()
		d.answer(now, v)
	}
}

func command(in *fleet.Intent) (c simulator.Command, known bool) {
	c.Task, c.Epoch = in.Task(), uint32(in.Epoch)
	id := hangar.MAV_CMD_DOCK_SECURE
	switch a := in.Act.(type) {
	case fleet.PrepareLaunch:
		id = hangar.MAV_CMD_DOCK_PREPARE_LAUNCH
	case fleet.CloseAway:
		id, c.P[0] = hangar.MAV_CMD_DOCK_CLOSE, a.EarliestReturn.Seconds()
	case fleet.PrepareLanding:
		id, c.P[0] = hangar.MAV_CMD_DOCK_PREPARE_LANDING, max(0, a.ETA).Seconds()
	case fleet.Secure, fleet.AbortLaunch:
	case fleet.SwapPack:
		id = hangar.MAV_CMD_DOCK_SWAP_BATTERY
	case fleet.Charge:
		id, c.P[0] = hangar.MAV_CMD_DOCK_CHARGE, a.ToPercent
	case fleet.Wake:
		id, c.P[0] = hangar.MAV_CMD_DOCK_WAKE, a.For.Seconds()
	default:
		return c, false
	}
	c.ID = common.MAV_CMD(id)
	return c, true
}

func (d *Dock) answer(now time.Time, v verdict) {
	d.report(now, d.in.ID, v)
	d.in = nil
}

func (d *Dock) report(now time.Time, id fleet.IntentID, v verdict) {
	d.out = append(d.out, fleet.Report{Intent: id, Dock: d.spec.ID, Stage: v.stage, Code: v.code, Detail: v.detail, At: now})
}

var dockStates = map[hangar.DOCK_STATE]fleet.DockState{
	hangar.DOCK_STATE_IDLE: fleet.DockIdle, hangar.DOCK_STATE_OPENING: fleet.DockOpening, hangar.DOCK_STATE_OPEN: fleet.DockOpen,
	hangar.DOCK_STATE_LAUNCH_READY: fleet.DockLaunchReady, hangar.DOCK_STATE_CLEAR_HOLD: fleet.DockClearHold,
	hangar.DOCK_STATE_CLOSING: fleet.DockClosing, hangar.DOCK_STATE_AWAY: fleet.DockAway,
	hangar.DOCK_STATE_LANDING_READY: fleet.DockLandingReady, hangar.DOCK_STATE_OCCUPIED: fleet.DockOccupied,
	hangar.DOCK_STATE_CENTRING: fleet.DockCentring, hangar.DOCK_STATE_CHARGING: fleet.DockCharging,
	hangar.DOCK_STATE_ASKEW: fleet.DockAskew, hangar.DOCK_STATE_OBSTRUCTED: fleet.DockObstructed,
	hangar.DOCK_STATE_FAULT: fleet.DockFault, hangar.DOCK_STATE_ESTOP: fleet.DockEStop, hangar.DOCK_STATE_MAINTENANCE: fleet.DockMaintenance,
}

// observe brings what is known of the dock up to date.
func (d *Dock) observe(now time.Time, s simulator.DockState) {
	k := &d.d
	state, known := dockStates[s.State]
	if !known {
		state = fleet.DockUnknown
	}
	k.HeardAt, k.State, k.StateAt, k.Step, k.Percent, k.Task = now, state, now, s.Step, int(s.Percent), s.Task
	k.StationHeardS = 0
	if !s.HeardAt.IsZero() {
		k.StationHeardS = now.Sub(s.HeardAt).Seconds()
	}
	switch {
	case s.Open && s.Closed:
		k.LidSwitch = fleet.LidUnknown
	case s.Open:
		k.LidSwitch = fleet.LidOpen
	case s.Closed:
		k.LidSwitch = fleet.LidClosed
	default:
		k.LidSwitch = fleet.LidMoving
	}
	share := s.EncoderDeg / s.TravelDeg
	k.LidPercent, k.LidAt = int(math.Round(100*share)), now
	switch {
	case share >= 1-lidEnd:
		k.LidEncoder = fleet.LidOpen
	case share <= lidEnd:
		k.LidEncoder = fleet.LidClosed
	default:
		k.LidEncoder = fleet.LidMoving
	}
	k.Seated, k.PersonNear, k.EStop, k.LocalKey = s.Seated, s.Person, s.EStop, s.Key
	k.Contradict = s.Open && s.Closed || s.Opening && s.Closing ||
		k.LidSwitch == fleet.LidOpen && k.LidEncoder == fleet.LidClosed || k.LidSwitch == fleet.LidClosed && k.LidEncoder == fleet.LidOpen
	w := d.world.Weather()
	k.Env = fleet.DockEnvironment{InTempC: s.InTempC, OutTempC: w.TempC, Humidity: w.Humidity, WindMS: s.WindMS, GustMS: s.GustMS,
		WindDeg: s.WindDeg, RainMMH: w.RainMMH, PadWet: s.PadWet, At: now}
	k.Power = fleet.DockPower{MainsOK: s.Mains, VehicleOff: s.VehicleOff, UPSMinutes: s.UPSMinutes, Charging: s.Charging, PackPercent: s.PackPercent, PackTempC: s.PackTempC,
		PackCycles: s.PackCycles, Slots: int(s.Slots), Packs: int(s.Packs), PacksReady: int(s.PacksReady), At: now}
	k.Health = nil
	for _, h := range s.Health {
		k.Health = append(k.Health, fleet.DockHealth{Level: int(h.Level), Module: h.Module, Code: int(h.Code), Imminent: h.Imminent == 1})
	}
}
