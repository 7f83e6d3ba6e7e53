package mavlink

import (
	"fmt"
	"math"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

const (
	// sticksEvery is the period of MANUAL_CONTROL while a pilot flies; restEvery that of neutral sticks afterwards, well
	// within the second after which PX4 misses them (COM_RC_LOSS_T).
	sticksEvery = 40 * time.Millisecond
	restEvery   = 100 * time.Millisecond
	// sticksSilent is how long the pilot may say nothing, sticksFirst at the very beginning, and sticksLate how much
	// longer than its quickest an input may have travelled.
	sticksSilent = 500 * time.Millisecond
	sticksFirst  = 3 * time.Second
	sticksLate   = 400 * time.Millisecond
	// sticksSettle is for how long sticks must have stood still before another mode is ordered. PX4 takes sticks that move
	// faster than 30 % a second, smoothed over 0.1 s, for a pilot who takes over from an automatic mode (COM_RC_OVERRIDE,
	// COM_RC_STICK_OV): full sticks let go count as that for 0.4 s.
	sticksSettle = 600 * time.Millisecond
	// sticksAhead is for how long neutral sticks go out before the mode is ordered: PX4 refuses a manual mode to whom it
	// has not heard.
	sticksAhead = 300 * time.Millisecond
	// enterMost is how long the manual mode may take to show, manualMost how long one flight by hand may be.
	enterMost  = 15 * time.Second
	manualMost = 30 * time.Minute
	// placeFresh is how old the position may be that the room is judged by.
	placeFresh = time.Second
	// brakeMS2 is how hard a vehicle brakes at least when its sticks are let go (PX4 MPC_ACC_HOR is 3), and reactionS how
	// long that takes to begin beside the round trip.
	brakeMS2  = 2.0
	reactionS = 0.2
)

// SticksIn is one input of the pilot who flies by hand.
type SticksIn fleet.StickInput

// GrantIn lets the pilot of a grant fly until Until; the Desk renews it as it does the heartbeat.
type GrantIn struct {
	Grant fleet.IntentID
	Until time.Time
}

// Ignored says that an input was not taken, and why.
type Ignored struct{ Why string }

func (SticksIn) input() {}
func (GrantIn) input()  {}
func (Ignored) output() {}

// manual is a flight by a pilot's sticks (https://mavlink.io/en/messages/common.html#MANUAL_CONTROL).
//
//	      FlyManual            mode seen            silence · grant over · room left · position old · newer act
//	idle ──────────► entering ──────────► flying ─────────────────────────────────────────────────┐
//	 ▲                  │ refused, too long · the same                                             │
//	 │                  └───────────────────────────────► leaving ◄────────────────────────────────┘
//	 └──── disarmed ◄──── resting ◄──── another mode seen ────┘
//
// Entering, leaving and resting send neutral sticks. Leaving orders hold until another mode is seen, unless a newer act
// orders one. Resting keeps neutral sticks coming slowly until the vehicle is disarmed: an autopilot that has heard sticks
// misses them, and ends an orbit (PX4) or even a hold (ArduCopter) that was ordered after them with a return of its own. A
// mode that nobody here ordered is another's hand: then nothing at all is sent.
type manual struct {
	stage fleet.ManualStage
	grant fleet.IntentID
	until time.Time // of the grant
	env   fleet.Envelope
	since time.Time // when the stage began
	// live: the pilot's sticks may be sent in this step.
	live bool
	// spoke: sticks were sent since it was armed. sent are the last of them, and movedAt is when they came to be others
	// than those before.
	spoke   bool
	sent    fleet.Sticks
	movedAt time.Time

	sticks fleet.Sticks
	seq    uint32
	heard  bool
	at     time.Time // when the newest input came
	// quickest is the least difference between arrival and SentMS.
	quickest time.Duration
	clockAt  time.Time

	ordered      bool // the manual mode was asked for and not seen
	hold         *command
	code, detail string // why it is left
	next         time.Time
	wake         time.Time
}

// granted takes a renewal; of another grant it means nothing.
func (m *manual) granted(in GrantIn) {
	if m.stage != "" && in.Grant == m.grant {
		m.until = in.Until
	}
}

// sticks takes one input of the pilot, or says why not.
func (s *Session) sticks(now time.Time, in SticksIn) {
	if why := s.hand.take(now, in); why != "" {
		s.out = append(s.out, Ignored{why})
	}
}

func (m *manual) take(now time.Time, in SticksIn) string {
	x := in.Sticks
	switch {
	case m.stage != fleet.ManualEntering && m.stage != fleet.ManualFlying:
		return "not-flying"
	case in.Grant != m.grant:
		return "other-grant"
	case x.X < -1000 || x.X > 1000 || x.Y < -1000 || x.Y > 1000 || x.R < -1000 || x.R > 1000 || x.Z < 0 || x.Z > 1000:
		return "range"
	case m.heard && int32(in.Seq-m.seq) <= 0:
		return "order"
	case !m.inTime(now, in.SentMS):
		return "late"
	}
	m.heard, m.seq, m.sticks, m.at = true, in.Seq, x, now
	return ""
}

// inTime judges an input by how long it travelled, against the quickest so far; a pilot's clock may drift by a thousandth.
func (m *manual) inTime(now time.Time, sentMS float64) bool {
	if !(math.Abs(sentMS) < 1e15) {
		return false
	}
	way := time.Duration(float64(now.UnixMicro())-sentMS*1000) * time.Microsecond
	if m.heard {
		m.quickest += now.Sub(m.clockAt) / 1000
	}
	if !m.heard || way < m.quickest {
		m.quickest = way
	}
	m.clockAt = now
	return way-m.quickest <= sticksLate
}

// leave lets go: neutral sticks from now on. The first reason counts.
func (m *manual) leave(now time.Time, code, detail string) {
	if m.stage == fleet.ManualEntering || m.stage == fleet.ManualFlying {
		m.stage, m.since, m.code, m.detail = fleet.ManualLeaving, now, code, detail
		m.next = now
	}
}

// runManual watches over the flight and sends the sticks that are due.
func (s *Session) runManual(now time.Time) {
	m := &s.hand
	m.wake = time.Time{}
	if m.stage == "" && !m.spoke {
		return
	}
	s.watchHand(now)
	if m.stage == fleet.ManualLeaving {
		s.letGo(now)
	}
	out, every := fleet.Neutral, sticksEvery
	m.live = m.stage == fleet.ManualFlying && now.Before(m.until) && m.heard
	switch {
	case m.live:
		out = m.sticks
	case m.stage == "":
		every = restEvery
	}
	s.showHand(out)
	if m.stage == "" && (!s.v.Armed || s.v.Mode == fleet.ModeManual) {
		m.spoke = m.spoke && s.v.Armed
		m.next = now
		return
	}
	if !now.Before(m.next) {
		if m.next = m.next.Add(every); m.next.Before(now) {
			m.next = now.Add(every)
		}
		if out != m.sent {
			m.sent, m.movedAt = out, now
		}
		m.spoke = true
		_ = s.transmit(now, sticksMessage(s.system, out), nil) // the guard has its say on what the browser sent
	}
	m.wake = m.next
	if m.stage == fleet.ManualFlying {
		m.wake = earlier(m.wake, m.at.Add(sticksSilent))
	}
}

// watchHand ends what may not go on.
func (s *Session) watchHand(now time.Time) {
	m := &s.hand
	if m.stage != fleet.ManualEntering && m.stage != fleet.ManualFlying {
		return
	}
	silent, fresh := now.Sub(m.at), m.stage == fleet.ManualEntering && !m.heard
	switch {
	case !now.Before(m.until):
		m.leave(now, "grant-over", "the pilot may fly no longer")
	case fresh && now.Sub(m.since) >= sticksFirst, !fresh && silent >= sticksSilent:
		m.leave(now, "silent", "nothing came from the pilot")
	case m.stage == fleet.ManualFlying && now.Sub(s.v.PositionAt) > placeFresh:
		m.leave(now, "position-stale", "where it is was not heard")
	case m.stage == fleet.ManualFlying && s.see.custom != s.auto.manual:
		s.dropHand("mode-left", "the vehicle went to "+s.v.ModeName)
	case m.stage == fleet.ManualFlying:
		if err := s.staysIn(&m.env); err != nil {
			m.leave(now, "room-left", err.Error())
		}
	}
}

// staysIn says whether the vehicle is in the room, and would come to rest there if its sticks were let go now.
func (s *Session) staysIn(env *fleet.Envelope) error {
	here, ok := s.here()
	if !ok {
		return refuse("no position")
	}
	if err := inside(here, env); err != nil {
		return err
	}
	speed := math.Hypot(s.v.VelNMS, s.v.VelEMS)
	late := reactionS + s.rtt.expected().Seconds()
	flat := late + speed/(2*brakeMS2)
	up := -s.v.VelDMS * (late + math.Abs(s.v.VelDMS)/(2*brakeMS2))
	return inside(geo.NewFrame(here).Position(geo.ENU{E: s.v.VelEMS * flat, N: s.v.VelNMS * flat, U: up}), env)
}

// letGo waits for another mode, and orders hold as long as nobody orders any other.
func (s *Session) letGo(now time.Time) {
	m := &s.hand
	other := s.v.Mode != fleet.ModeManual
	// A manual mode that was asked for and not seen may still come.
	if other && (!m.ordered || s.see.modeBegan.After(m.since) || m.hold != nil && m.hold.state == cmdAccepted && s.see.modeAt.After(m.hold.last.Add(sticksSilent))) {
		s.release(m.hold)
		*m = manual{spoke: true, sent: m.sent, movedAt: m.movedAt, next: now, code: m.code, detail: m.detail}
		return
	}
	if c := m.hold; c != nil {
		again := c.state > cmdAccepted || c.state == cmdAccepted && now.Sub(c.last) >= max(modeWait, s.rtt.timeout(1))
		if !again || now.Sub(c.last) < refusalPause {
			return
		}
		s.release(c)
		m.hold = nil
	}
	for _, t := range s.tasks {
		if _, own := t.in.Act.(fleet.FlyManual); !own && t.final == nil && fleet.Moves(t.in.Act) {
			return
		}
	}
	if now.Before(s.handStill(now)) {
		return
	}
	m.hold = s.newCommand(now, s.auto.setMode(s, s.auto.orders[fleet.ModeHold]), nil, commandTries)
}

// handStill is when the sticks of a flight by hand will have stood still for long enough that another mode may be ordered;
// neutral sticks stop the vehicle until then. Zero: nobody has flown it by hand.
func (s *Session) handStill(now time.Time) time.Time {
	m := &s.hand
	settle := sticksSettle + s.rtt.expected()
	switch {
	case !m.spoke, m.movedAt.IsZero():
		return time.Time{}
	case m.sent != fleet.Neutral:
		return now.Add(settle)
	}
	return m.movedAt.Add(settle)
}

// dropHand sends nothing more: another has the vehicle, or it has started anew.
func (s *Session) dropHand(code, detail string) {
	s.release(s.hand.hold)
	s.hand = manual{code: code, detail: detail}
	s.showHand(fleet.Neutral)
}

// showHand keeps the vehicle's state up to date.
func (s *Session) showHand(out fleet.Sticks) {
	m := &s.hand
	if m.stage == "" {
		s.v.Manual = nil
		return
	}
	f := fleet.ManualFlight{Grant: m.grant, Stage: m.stage, Sticks: out, Seq: m.seq, SticksAt: m.at, Reason: m.code}
	if s.rtt.known {
		ms := float64(s.rtt.smooth.Microseconds()) / 1000
		f.RTTMs = &ms
	}
	if old := s.v.Manual; old == nil || old.Stage != f.Stage || old.Seq != f.Seq || old.Sticks != f.Sticks {
		s.v.Manual, s.dirty = &f, true
	}
}

func sticksMessage(to fleet.SystemID, x fleet.Sticks) *common.MessageManualControl {
	return &common.MessageManualControl{Target: uint8(to), X: x.X, Y: x.Y, Z: x.Z, R: x.R}
}

// superseded is how an act ends that a newer one takes the place of: a flight by hand is over when another order comes.
func (s *Session) superseded(t *task, by fleet.IntentID) verdict {
	if _, ok := t.act.(*fly); ok && s.hand.stage == fleet.ManualFlying {
		return verdict{fleet.StageDone, "ended", "by " + string(by)}
	}
	if _, ok := t.act.(*follow); ok && t.accepted {
		return verdict{fleet.StageDone, "ended", "by " + string(by)}
	}
	return failed("superseded", fmt.Sprintf("by %s", by))
}
