package mavlink

import (
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/mavlink/ftp"
)

// Session is what the station knows of one vehicle and what it is doing with it: a pure core, owned by one goroutine.
type Session struct {
	peer
	spec fleet.VehicleSpec
	v    fleet.Vehicle
	see  sight
	now  time.Time // of the last Step
	calm time.Time // the deadline of all but flush; what the link adds moves later with each frame
	next time.Time // Deadline

	tasks    []*task
	epoch    uint64
	streams  streamer
	auto     *personality
	params   params
	ownModes toldModes // AVAILABLE_MODES
	hand     manual
	drones   map[[20]uint8]string // serial numbers of others' drones, by transmitter

	ftp    *ftp.Client
	offers common.MAV_PROTOCOL_CAPABILITY // by AUTOPILOT_VERSION
	aboard aboard

	payload payload
	remote  remoteID

	orders  []order
	pending *pendingMode
	text    textJoin
	hearing hearing

	// told is the last VehicleChanged, at toldAt. dirty: what it says is not so any more; heard: only its age is not.
	told         *fleet.Vehicle
	toldAt       time.Time
	dirty, heard bool
}

// sight is what was observed and is not part of fleet.Vehicle.
type sight struct {
	lat, lon       int32 // degE7
	altMM          int32
	bootMS         uint32
	bootAt         time.Time
	modeAt         time.Time // when the mode was last confirmed, by whichever message
	modePlace      int64
	speaker        uint8     // the component that sent the frame of this step
	custom         uint32    // the mode, by the autopilot's own number
	modeBegan      time.Time // when the present mode was first seen
	armedAt        time.Time // when armed was last confirmed
	landedAt       time.Time
	reached        int // last item reached, -1 none
	target         target
	status         uint8 // MAV_STATE
	batteryAt      time.Time
	failsafeSaidAt time.Time
	takeoverSaidAt time.Time
	// gimbalFlags are what the gimbal itself tells of itself, those of gimbalTells.
	gimbalFlags common.GIMBAL_MANAGER_FLAGS
	planSaidAt  time.Time
	backAt      time.Time // when the last silence that made the link stale ended
	modeUnseen  bool      // the mode was last confirmed before that silence
}

// target is POSITION_TARGET_GLOBAL_INT: where the autopilot is going.
type target struct {
	lat, lon int32
	alt      float64
	at       time.Time
}

// NewSession is a session with a vehicle that was not heard yet.
func NewSession(spec fleet.VehicleSpec, cfg Config) *Session {
	s := &Session{spec: spec}
	s.cfg, s.system, s.guard = cfg, spec.SystemID, guard{system: spec.SystemID}
	s.v = fleet.Vehicle{ID: spec.ID, Link: fleet.LinkNever, Mode: fleet.ModeUnknown, Landed: fleet.LandedUnknown}
	s.v.Battery.Percent = -1
	s.v.Uplink = fleet.UplinkUnknown
	s.v.Mission.State = "unknown"
	s.see.reached = -1
	s.know(px4Family)
	s.guard.hand = &s.hand
	told := s.v
	s.told = &told
	return s
}

// Step takes one input at time now and gives what is to be done, in order. now never runs backwards.
func (s *Session) Step(now time.Time, in Input) []Output {
	s.out, s.now = nil, now
	var m message.Message
	switch in := in.(type) {
	case *FrameIn:
		m = s.frame(now, in)
		if in.Frame.Message == nil && (s.next.IsZero() || now.Before(s.next)) {
			// Most frames of an autopilot are of no interest but that they came.
			// Of what is discrete it can change the link alone: to compare all of it would cost more than the rest.
			link, uplink := s.v.Link, s.v.Uplink
			if s.look(now); s.ripe(now) || s.v.Link != link || s.v.Uplink != uplink {
				s.show(now)
			}
			s.next = earlier(s.calm, s.flush())
			return s.out
		}
	case IntentIn:
		s.tell(now)
		s.intent(now, in.Intent)
	case WithdrawIn:
		s.withdrawn(now, in.Intent)
	case KeyIn:
		s.keyIn(in.Stage)
	case Renew:
		s.renewed = in.Until
	case SticksIn:
		s.sticks(now, in)
	case CorrectionIn:
		s.correct(now, in)
	case TrackIn:
		s.track(in)
	case IdentityIn:
		s.toldIdentity(in)
	case GrantIn:
		s.hand.granted(in)
	case Tick:
	}
	s.settleMode(now)
	s.settleText(now)
	s.look(now)
	s.tell(now)
	s.runCommands(now)
	s.runTasks(now, m)
	s.runManual(now)
	s.runCommands(now)
	s.runStreams(now)
	s.runEvents(now)
	s.runPayload(now)
	s.runRemoteID(now)
	s.beat(now)
	s.ask(now)
	s.tell(now)
	s.noteOrders(now)
	s.calm = s.deadline()
	s.next = earlier(s.calm, s.flush())
	return s.out
}

// noteOrders remembers the modes that this step's messages ask for, so that their coming is not taken for another's doing.
func (s *Session) noteOrders(now time.Time) {
	for _, o := range s.out {
		t, ok := o.(Transmit)
		if !ok {
			continue
		}
		switch m := t.Message.(type) {
		case *common.MessageCommandLong:
			s.noteOrder(now, m)
		case *common.MessageCommandInt:
			s.noteOrder(now, longForm(m))
		}
	}
}

func (s *Session) noteOrder(now time.Time, m *common.MessageCommandLong) {
	if custom, ok := s.auto.ordered(m); ok {
		mode, _ := s.auto.named(custom)
		s.ordered(now, mode)
	}
	switch m.Command {
	case common.MAV_CMD_MISSION_START:
		s.ordered(now, fleet.ModeMission)
	case common.MAV_CMD_DO_REPOSITION:
		s.ordered(now, fleet.ModeHold)
	case common.MAV_CMD_DO_ORBIT:
		if s.spec.Class == fleet.LongVTOL { // a wing circles in hold
			s.ordered(now, fleet.ModeHold)
			return
		}
		s.ordered(now, fleet.ModeOrbit)
	}
}

const (
	// heardEvery is the least time between two VehicleChanged that only tell that it was heard.
	heardEvery = 200 * time.Millisecond
	// linger is how long a conflated VehicleChanged waits for a frame to go out with; a timer for each would cost more.
	linger = 20 * time.Millisecond
)

// flush is when a conflated VehicleChanged goes out without a frame; zero is never.
func (s *Session) flush() time.Time {
	switch {
	case s.dirty:
		return s.toldAt.Add(s.cfg.EmitEvery + linger)
	case s.heard:
		return s.toldAt.Add(heardEvery + linger)
	}
	return time.Time{}
}

// Deadline is when the session must be stepped with a Tick, at the latest, if nothing comes before; zero is never.
func (s *Session) Deadline() time.Time { return s.next }

// deadline is Deadline without flush.
func (s *Session) deadline() time.Time {
	at := s.wake(s.now)
	if s.pending != nil {
		at = earlier(at, s.pending.until)
	}
	if s.text.open {
		at = earlier(at, s.text.until)
	}
	at = earlier(earlier(at, s.eventsWake()), s.remoteIDWake(s.now))
	for _, t := range s.tasks {
		if t.final == nil {
			at = earlier(at, t.until)
		}
		at = earlier(at, t.wake)
	}
	return earlier(earlier(earlier(at, s.streams.wake), s.hand.wake), s.payloadWake())
}
