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
	// forgotten is the silence after which a vehicle has given up an upload: PX4 takes 5 s from the last word of it, a
	// rejected count included.
	forgotten = 6 * time.Second
	// countsMax is how long counts may stay without an answer before the vehicle is told to drop what it is at.
	countsMax = 4 * time.Second
	// keepAlive is the longest silence towards a vehicle that serves a download: PX4 gives up after 5 s, in which more
	// than three must have been tried on a link that loses a third.
	keepAlive = 1200 * time.Millisecond
	// readsMax is how many timeouts the answer to one item may take before the list is asked for anew.
	readsMax = 4
	// roundsMax is how many complete uploads may end in a read-back that differs.
	roundsMax = 4
	// copiesMax is how often one message is sent at once on a bad link.
	copiesMax = 6
	// aheadFrom is the round trip from which items are sent ahead: on a quick link they gain nothing, and those that
	// overtake one another are dropped.
	aheadFrom = 50 * time.Millisecond
	// itemAgain is the least time between two sendings of the item that the vehicle waits for.
	itemAgain = 100 * time.Millisecond
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
//	  └──────────silence for forgotten────┴─────────────────────────────────────┘
//
// A vehicle that takes items only in their order and drops others in silence (PX4) is sent some that it has not asked
// for yet: on a slow link they are there when it wants them. What is asked of it is one thing at a time: PX4 ends a
// download when a request comes out of turn. On a link that loses much each message goes out several times at once;
// copies at one instant cannot overtake the answer, as later ones could.
type transfer struct {
	kind   common.MAV_MISSION_TYPE
	items  []common.MessageMissionItemInt
	system uint8

	phase  transferPhase
	top    int         // items below it were asked for in this round
	last   int         // the item asked for last
	ended  bool        // the last item went out in this round
	sentAt []time.Time // when each item went out last
	next   int         // item being read
	rounds int
	tries  int
	busy   int                     // MISSION_ACK ERROR without anything good since
	atWork common.MAV_MISSION_TYPE // the list that the vehicle was at then
	at     time.Time               // last sending
	heard  time.Time               // last request of the vehicle in this round
	first  time.Time               // first sending of what is waited for, for the round trip
	pause  time.Time
	// ownFirst: item 0 is the vehicle's own. coarse is by how much what it stores may differ, metres and seconds.
	ownFirst bool
	coarse   float64
	// readOnly: it is only compared.
	readOnly bool
	// back is what was read back.
	back []common.MessageMissionItemInt
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
	if x.sentAt == nil {
		x.sentAt, x.atWork = make([]time.Time, len(x.items)), x.kind
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
		return later(x.heard, x.at).Add(max(quietAfter, 3*s.auto.asksAgain, 2*s.rtt.timeout(1)))
	}
	wait := s.rtt.timeout(1) // one message is under way at a time: to wait longer each time only makes it slower
	if x.phase == phaseRead {
		wait = min(wait, keepAlive)
	}
	return x.at.Add(wait)
}

// cancel tells the vehicle that the transfer ends here, if it has begun.
func (x *transfer) cancel(s *Session) {
	if x.phase == phaseDone || x.phase == phaseCount && x.tries == 0 {
		return
	}
	_ = x.several(s, s.now, x.cancelled(x.kind), nil) // addressed to the vehicle: the guard lets it pass
}

func (x *transfer) cancelled(kind common.MAV_MISSION_TYPE) message.Message {
	return &common.MessageMissionAck{
		TargetSystem: x.system, TargetComponent: autopilot, Type: common.MAV_MISSION_OPERATION_CANCELLED, MissionType: kind,
	}
}

// drive does what time asks for.
func (x *transfer) drive(s *Session, now time.Time, env *fleet.Envelope) error {
	if x.phase == phaseDone || (x.tries > 0 || !x.pause.IsZero()) && now.Before(x.wake(s)) {
		return nil
	}
	paused := !x.pause.IsZero()
	x.pause = time.Time{}
	switch {
	case x.readOnly && x.busy > 0 && !paused: // it is at something else: perhaps a transfer of ours whose end it did not hear
		x.pause, x.busy, x.tries = now.Add(s.rtt.timeout(1)), 0, 0
		return x.several(s, now, x.cancelled(x.atWork), env)
	case x.phase == phaseItems && x.ended:
		x.enter(phaseList) // the final ACK may be lost: the read-back tells
	case x.phase == phaseItems && now.Sub(x.heard) < forgotten:
		return x.offer(s, now, x.last, env)
	case x.phase == phaseItems:
		x.restart()
	case x.phase == phaseCount && x.tries > 0 && !paused && (x.busy > 0 || now.Sub(x.first) > countsMax):
		// It is at something else: perhaps a transfer of ours whose end it did not hear, of whichever list.
		x.pause, x.busy, x.tries = now.Add(s.rtt.timeout(1)), 0, 0
		return x.several(s, now, x.cancelled(x.atWork), env)
	case x.phase == phaseRead && (x.busy > 0 || now.Sub(x.first) >= readsMax*s.rtt.timeout(1)):
		x.enter(phaseList)
	}
	return x.send(s, now, env)
}

func (x *transfer) enter(p transferPhase) { x.phase, x.tries, x.busy = p, 0, 0 }

// restart begins a new round.
func (x *transfer) restart() {
	x.pause, x.top, x.last, x.ended = time.Time{}, 0, 0, false
	clear(x.sentAt)
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
	return x.several(s, now, m, env)
}

// several sends m as often as the link asks for.
func (x *transfer) several(s *Session, now time.Time, m message.Message, env *fleet.Envelope) error {
	n := copies(s.seq.loss)
	if x.phase == phaseRead && x.tries > 1 {
		n++ // the vehicle's patience counts from the last that it heard
	}
	for range n {
		if err := s.transmit(now, m, env); err != nil {
			return err
		}
	}
	return nil
}

// copies is how often a message must go out at once so that four of five are answered, when this share is lost each way.
func copies(loss float64) int {
	there := (1 - loss) * (1 - loss)
	if there >= 0.8 {
		return 1
	}
	return int(min(copiesMax, math.Ceil(math.Log(0.2)/math.Log(1-there))))
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
		if ours(m.TargetSystem, m.TargetComponent) {
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

// request answers with the item asked for. In a read-back too: a count that came late has made the vehicle ask anew for
// the same list, and until it has it, it answers nothing else.
func (x *transfer) request(s *Session, now time.Time, seq int, env *fleet.Envelope) error {
	if seq >= len(x.items) || x.readOnly || x.phase == phaseDone || x.phase == phaseCount && x.tries == 0 {
		return nil
	}
	if x.phase == phaseCount {
		if x.tries == 1 {
			s.rtt.sample(now.Sub(x.first))
		}
		x.enter(phaseItems)
		x.tries = 1
	}
	if x.phase == phaseItems {
		x.pause, x.busy = time.Time{}, 0
		x.heard = now
		x.last, x.top = seq, max(x.top, seq+1)
	}
	return x.offer(s, now, seq, env)
}

// offer sends the item that the vehicle waits for and some after it, each unless it is on its way.
func (x *transfer) offer(s *Session, now time.Time, seq int, env *fleet.Envelope) error {
	x.at = now
	if now.Sub(x.sentAt[seq]) >= min(itemAgain, s.rtt.smooth) {
		if err := x.several(s, now, x.out(now, seq), env); err != nil {
			return err
		}
	}
	if x.phase != phaseItems || s.rtt.smooth < aheadFrom {
		return nil
	}
	onTheWay := max(s.auto.asksAgain, s.rtt.smooth)
	for i := seq + 1; i <= seq+s.auto.itemsAhead && i < len(x.items); i++ {
		if now.Sub(x.sentAt[i]) >= onTheWay {
			if err := x.several(s, now, x.out(now, i), env); err != nil {
				return err
			}
		}
	}
	return nil
}

func (x *transfer) out(now time.Time, seq int) message.Message {
	x.sentAt[seq] = now
	x.ended = x.ended || seq == len(x.items)-1
	item := x.items[seq]
	return &item
}

func (x *transfer) ack(s *Session, now time.Time, m *common.MessageMissionAck, env *fleet.Envelope) error {
	switch m.Type {
	case common.MAV_MISSION_INVALID_SEQUENCE:
		return nil // ArduPilot's word for an item that came twice
	case common.MAV_MISSION_ERROR, common.MAV_MISSION_OPERATION_CANCELLED:
		x.busy++ // or an item came twice: time decides
		x.atWork = m.MissionType
		return nil
	}
	if m.MissionType != x.kind || x.phase > phaseItems {
		return nil // of an earlier round, or of another station's
	}
	if m.Type != common.MAV_MISSION_ACCEPTED {
		return fmt.Errorf("%w: %s", errRefused, m.Type)
	}
	if x.phase == phaseCount && (x.tries == 0 || len(x.items) > 0) || x.phase == phaseItems && !x.ended {
		return nil // of an earlier round
	}
	x.opaque = m.OpaqueId
	x.enter(phaseList)
	return x.send(s, now, env)
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
	x.next, x.back = 0, x.back[:0]
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
	x.back = append(x.back, *m)
	x.next++
	if x.next == len(x.items) {
		return x.finish(s, now, env)
	}
	x.enter(phaseRead)
	if clear := x.at.Add(2 * s.rtt.vary); now.Before(clear) {
		x.pause = clear // the next request must not overtake this one's last copy
		return nil
	}
	return x.send(s, now, env)
}

// differs begins another round, a few times.
func (x *transfer) differs() error {
	if x.rounds++; x.rounds >= roundsMax || x.readOnly {
		return errMismatch
	}
	x.restart()
	return nil
}

// finish ends the download at the vehicle, which would serve no other list before.
func (x *transfer) finish(s *Session, now time.Time, env *fleet.Envelope) error {
	x.phase = phaseDone
	return x.several(s, now, &common.MessageMissionAck{
		TargetSystem: x.system, TargetComponent: autopilot, Type: common.MAV_MISSION_ACCEPTED, MissionType: x.kind,
	}, env)
}

// progress is the share of both ways that is done, percent.
func (x *transfer) progress() int {
	switch {
	case x.phase == phaseDone || len(x.items) == 0:
		return 100
	case x.phase == phaseList:
		return 50
	case x.phase == phaseRead:
		return 50 + 50*x.next/len(x.items)
	}
	return 50 * x.top / len(x.items)
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
