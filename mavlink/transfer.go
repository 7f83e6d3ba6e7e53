package mavlink

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
)

const (
	// quietAfter is the silence after which an upload that had begun is looked at anew: PX4 asks again every 250 ms.
	quietAfter = 1500 * time.Millisecond
	// busyPause is the wait after a MISSION_ACK that may pass (ERROR while another transfer runs).
	busyPause = 1200 * time.Millisecond
	// forgotten is the silence after which a vehicle has given up an upload of before: PX4 takes 5 s from the last word of
	// it, a rejected count included. Every countsMax counts without an answer leave it that silence.
	forgotten = 6 * time.Second
	countsMax = 3
	// roundsMax is how many complete uploads may end in a read-back that differs.
	roundsMax = 4
)

// Errors of a transfer.
var (
	errMismatch = errors.New("read back differs from what was sent")
	errRefused  = errors.New("vehicle refused")
)

// transfer writes one list (mission, fence or rally points) and reads it back. The read-back alone decides.
//
//	count ─REQUEST─► items ─ACK 0, or silence after the last─► list ─COUNT─► read ─equal─► done
//	  ▲  └ACK 0 of an empty list─────────────────────────────────▲              │ differs (roundsMax)
//	  └───────────silence, or ACK ERROR──┴─────────────────────────────────────┘
type transfer struct {
	kind   common.MAV_MISSION_TYPE
	items  []common.MessageMissionItemInt
	system uint8

	phase  transferPhase
	asked  []bool // requested in this round
	gotAll bool   // MISSION_ACK 0 came
	read   []bool
	next   int // item being read
	rounds int
	tries  int
	at     time.Time // last sending
	heard  time.Time // last request of the vehicle in this round
	first  time.Time // first sending of what is waited for, for the round trip
	pause  time.Time
	// ownFirst: item 0 is the vehicle's own. coarse is by how much what it stores may differ, metres and seconds.
	ownFirst bool
	coarse   float64
	// opaque is the vehicle's id of the list, 0 if it did not say.
	opaque uint32
}

type transferPhase int

const (
	phaseCount transferPhase = iota
	phaseItems
	phaseList
	phaseRead
	phaseDone
)

// step moves the transfer on and says when it wants to be stepped next. An error is final.
func (x *transfer) step(s *Session, now time.Time, m message.Message, env *fleet.Envelope) (done bool, wake time.Time, err error) {
	if x.asked == nil {
		x.asked, x.read = make([]bool, len(x.items)), make([]bool, len(x.items))
	}
	if m != nil {
		if err := x.take(s, now, m, env); err != nil {
			return false, wake, err
		}
	}
	if err := x.drive(s, now, env); err != nil {
		return false, wake, err
	}
	return x.phase == phaseDone, x.wake(s), nil
}

// wake is when drive has something to do.
func (x *transfer) wake(s *Session) time.Time {
	if !x.pause.IsZero() {
		return x.pause
	}
	if x.phase == phaseItems {
		return x.heard.Add(max(quietAfter, 3*s.auto.asksAgain, 2*s.rtt.timeout(1)))
	}
	if x.phase == phaseCount && x.tries > 0 && x.tries%countsMax == 0 {
		return x.at.Add(forgotten)
	}
	return x.at.Add(s.rtt.timeout(1)) // one message is under way at a time: to wait longer each time only makes it slower
}

// cancel tells the vehicle that the transfer ends here, if it has begun.
func (x *transfer) cancel(s *Session) {
	if x.phase == phaseDone || x.phase == phaseCount && x.tries == 0 {
		return
	}
	_ = s.transmit(s.now, &common.MessageMissionAck{ // addressed to the vehicle: the guard lets it pass
		TargetSystem: x.system, TargetComponent: autopilot, Type: common.MAV_MISSION_OPERATION_CANCELLED, MissionType: x.kind,
	}, nil)
}

// drive does what time asks for.
func (x *transfer) drive(s *Session, now time.Time, env *fleet.Envelope) error {
	if x.phase == phaseDone || x.tries > 0 && now.Before(x.wake(s)) {
		return nil
	}
	switch {
	case !x.pause.IsZero():
		x.restart()
	case x.phase == phaseItems && all(x.asked):
		x.enter(phaseList) // the final ACK may be lost: the read-back tells
	case x.phase == phaseItems:
		x.restart()
	case x.phase == phaseList && x.tries > 8, x.phase == phaseRead && x.tries > 8:
		x.enter(phaseList)
	}
	return x.send(s, now, env)
}

func (x *transfer) enter(p transferPhase) { x.phase, x.tries = p, 0 }

// restart begins a new round.
func (x *transfer) restart() {
	x.pause, x.gotAll = time.Time{}, false
	clear(x.asked)
	x.enter(phaseCount)
}

// send sends the message of the present phase.
func (x *transfer) send(s *Session, now time.Time, env *fleet.Envelope) error {
	var m message.Message
	switch x.phase {
	case phaseCount:
		m = &common.MessageMissionCount{TargetSystem: x.system, TargetComponent: autopilot, Count: uint16(len(x.items)), MissionType: x.kind}
	case phaseList:
		m = &common.MessageMissionRequestList{TargetSystem: x.system, TargetComponent: autopilot, MissionType: x.kind}
	case phaseRead:
		m = &common.MessageMissionRequestInt{TargetSystem: x.system, TargetComponent: autopilot, Seq: uint16(x.next), MissionType: x.kind}
	default:
		return nil
	}
	if x.tries == 0 {
		x.first = now
	}
	x.tries++
	x.at = now
	return s.transmit(now, m, env)
}

// take looks at one message of the vehicle.
func (x *transfer) take(s *Session, now time.Time, m message.Message, env *fleet.Envelope) error {
	switch m := m.(type) {
	case *common.MessageMissionRequestInt:
		if m.MissionType == x.kind && ours(m.TargetSystem, m.TargetComponent) {
			return x.request(s, now, int(m.Seq), env)
		}
	case *common.MessageMissionRequest:
		if m.MissionType == x.kind && ours(m.TargetSystem, m.TargetComponent) {
			return x.request(s, now, int(m.Seq), env)
		}
	case *common.MessageMissionAck:
		if m.MissionType == x.kind && ours(m.TargetSystem, m.TargetComponent) {
			return x.ack(s, now, m, env)
		}
	case *common.MessageMissionCount:
		if m.MissionType == x.kind && ours(m.TargetSystem, m.TargetComponent) && x.phase == phaseList {
			return x.counted(s, now, m, env)
		}
	case *common.MessageMissionItemInt:
		if m.MissionType == x.kind && ours(m.TargetSystem, m.TargetComponent) && x.phase == phaseRead && int(m.Seq) == x.next {
			return x.item(s, now, m, env)
		}
	}
	return nil
}

func ours(system, component uint8) bool {
	return system == StationSystem && (component == StationComponent || component == 0)
}

// request answers with the item asked for, as often as it is asked for; in a read-back too, while no ACK has come.
func (x *transfer) request(s *Session, now time.Time, seq int, env *fleet.Envelope) error {
	if seq >= len(x.items) || x.gotAll || x.phase > phaseList {
		return nil
	}
	if x.phase == phaseCount {
		if x.tries == 1 {
			s.rtt.sample(now.Sub(x.first))
		}
		x.enter(phaseItems)
		x.tries = 1
	}
	x.pause = time.Time{}
	x.heard = now
	x.asked[seq] = true
	item := x.items[seq]
	return s.transmit(now, &item, env)
}

func (x *transfer) ack(s *Session, now time.Time, m *common.MessageMissionAck, env *fleet.Envelope) error {
	if x.phase > phaseItems {
		return nil // of an earlier round, or of another station's
	}
	switch m.Type {
	case common.MAV_MISSION_ACCEPTED:
		if x.phase == phaseCount && x.tries == 0 || !all(x.asked) {
			return nil // of an earlier round
		}
		x.gotAll, x.opaque = true, m.OpaqueId
		x.enter(phaseList)
		return x.send(s, now, env)
	case common.MAV_MISSION_INVALID_SEQUENCE:
		return nil // ArduPilot's word for an item that came twice
	case common.MAV_MISSION_ERROR, common.MAV_MISSION_OPERATION_CANCELLED:
		if x.pause.IsZero() {
			x.pause = now.Add(busyPause)
		}
		return nil
	}
	return fmt.Errorf("%w: %s", errRefused, m.Type)
}

func (x *transfer) counted(s *Session, now time.Time, m *common.MessageMissionCount, env *fleet.Envelope) error {
	if x.tries == 1 {
		s.rtt.sample(now.Sub(x.first))
	}
	if int(m.Count) != len(x.items) {
		return x.differs()
	}
	if m.OpaqueId != 0 {
		x.opaque = m.OpaqueId
	}
	clear(x.read)
	x.next = 0
	if len(x.items) == 0 {
		return x.finish(s, now, env)
	}
	x.enter(phaseRead)
	return x.send(s, now, env)
}

func (x *transfer) item(s *Session, now time.Time, m *common.MessageMissionItemInt, env *fleet.Envelope) error {
	if x.tries == 1 {
		s.rtt.sample(now.Sub(x.first))
	}
	if x.ownFirst && x.next == 0 {
		*m = x.items[0] // the vehicle's own home, wherever that is
	}
	if !sameItem(&x.items[x.next], m, x.coarse) {
		return x.differs()
	}
	x.read[x.next] = true
	x.next++
	if x.next == len(x.items) {
		return x.finish(s, now, env)
	}
	x.enter(phaseRead)
	return x.send(s, now, env)
}

// differs begins another round, a few times.
func (x *transfer) differs() error {
	if x.rounds++; x.rounds >= roundsMax {
		return errMismatch
	}
	x.restart()
	return nil
}

func (x *transfer) finish(s *Session, now time.Time, env *fleet.Envelope) error {
	x.phase = phaseDone
	return s.transmit(now, &common.MessageMissionAck{
		TargetSystem: x.system, TargetComponent: autopilot, Type: common.MAV_MISSION_ACCEPTED, MissionType: x.kind,
	}, env)
}

// progress is the share of both ways that is done, percent.
func (x *transfer) progress() int {
	if x.phase == phaseDone || len(x.items) == 0 {
		return 100
	}
	n := 0
	for i := range x.items {
		if x.asked[i] {
			n++
		}
		if x.read[i] {
			n++
		}
	}
	return 100 * n / (2 * len(x.items))
}

func all(b []bool) bool {
	for _, v := range b {
		if !v {
			return false
		}
	}
	return true
}

// sameItem compares an item with its read-back. The frame of a fence comes back as another word for the same; current
// and autocontinue are the vehicle's own.
func sameItem(want, got *common.MessageMissionItemInt, coarse float64) bool {
	if want.Seq != got.Seq || want.Command != got.Command || want.X != got.X || want.Y != got.Y {
		return false
	}
	switch want.MissionType {
	case common.MAV_MISSION_TYPE_FENCE:
		return same(want.Param1, got.Param1)
	case common.MAV_MISSION_TYPE_RALLY:
		return near(want.Z, got.Z, coarse)
	}
	if coarse > 0 {
		// ArduPilot stores centimetres, whole seconds and no heading, and a frame only with a place.
		placed := want.X != 0 || want.Y != 0
		return (!placed || amsl(want.Frame) == amsl(got.Frame)) && near(want.Param1, got.Param1, coarse) &&
			near(want.Param2, got.Param2, coarse) && near(want.Z, got.Z, coarse)
	}
	return amsl(want.Frame) == amsl(got.Frame) && same(want.Param1, got.Param1) && same(want.Param2, got.Param2) &&
		same(want.Param3, got.Param3) && same(want.Param4, got.Param4) && same(want.Z, got.Z)
}

func near(a, b float32, by float64) bool {
	return same(a, b) || math.Abs(float64(a)-float64(b)) <= by
}

func amsl(f common.MAV_FRAME) common.MAV_FRAME {
	if f == common.MAV_FRAME_GLOBAL_INT {
		return common.MAV_FRAME_GLOBAL
	}
	return f
}

// same says whether two float32 are the same but for rounding; NaN is NaN.
func same(a, b float32) bool {
	if a == b || a != a && b != b {
		return true
	}
	return math.Abs(float64(a)-float64(b)) <= 1e-5*max(math.Abs(float64(a)), math.Abs(float64(b)))
}
