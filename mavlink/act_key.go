package mavlink

import (
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
)

// KeyWanted asks for a new signing key of the session's system to be made durable; KeyIn answers.
type KeyWanted struct{}

// KeyIn tells a session what became of the key that it wanted.
type KeyIn struct{ Stage KeyStage }

// KeyStage is how far a new key is.
type KeyStage int

// The stages of a new key.
const (
	KeyReady KeyStage = iota + 1 // it is durable and may be told; the old one is good until the new one is heard
	KeyHeard                     // a frame was signed with it, and the old one is gone for good
	KeyLost                      // it could not be made or kept
)

func (KeyWanted) output() {}
func (KeyIn) input()      {}

const (
	// keyEvery is the least time between two tellings of a new key, keyTries how many there are: each is the key in the
	// open for whoever listens on that link.
	keyEvery = 2 * time.Second
	keyTries = 8
)

// rotateKey tells the vehicle a new signing key by SETUP_SIGNING (https://mavlink.io/en/guide/message_signing.html),
// which is not acknowledged: that the vehicle signs with it is the effect.
//
//	wanted ─durable─► told, again and again ─a frame signed with it─► done
//	          any ─armed─► failed        └─8 times, no effect─► timed out; the key stays offered
type rotateKey struct {
	wanted bool
	stage  KeyStage
	tries  int
	next   time.Time
}

func (s *Session) beginRotateKey() (act, verdict) {
	if v := s.mayTellKey(); v.stage != "" {
		return nil, v
	}
	return &rotateKey{}, notYet
}

// mayTellKey refuses a vehicle that is not known to stand disarmed.
func (s *Session) mayTellKey() verdict {
	if s.v.Armed || s.see.armedAt.IsZero() || s.v.Landed != fleet.OnGround {
		return refused("armed", "a signing key is only told to a vehicle that is known to stand disarmed")
	}
	return notYet
}

// keyIn hands the stage of a new key to the act that wants it; there is none when the vehicle took an offered key late.
func (s *Session) keyIn(stage KeyStage) {
	for _, t := range s.tasks {
		if a, ok := t.act.(*rotateKey); ok {
			a.stage = stage
		}
	}
}

func (a *rotateKey) step(s *Session, t *task, now time.Time, _ message.Message) verdict {
	switch {
	case a.stage == KeyHeard:
		return allDone
	case a.stage == KeyLost:
		return failed("not-kept", "the new key could not be made durable")
	case !a.wanted:
		a.wanted = true
		s.out = append(s.out, KeyWanted{})
		return notYet
	case a.stage != KeyReady:
		return notYet
	}
	if v := s.mayTellKey(); v.stage != "" {
		return failed(v.code, v.detail)
	}
	if now.Before(a.next) {
		t.wake = a.next
		return notYet
	}
	if a.tries == keyTries {
		return verdict{fleet.StageTimedOut, "no-effect", "nothing signed with the new key was heard; it is kept beside the old one, in case the vehicle took it"}
	}
	a.tries++
	s.guard.tellsKey = true
	err := s.transmit(now, &common.MessageSetupSigning{TargetSystem: uint8(s.system), TargetComponent: autopilot}, nil)
	s.guard.tellsKey = false
	if err != nil {
		return guardVerdict(err)
	}
	s.progress(now, t, fleet.StageSent, 0)
	a.next = now.Add(max(keyEvery, s.rtt.timeout(a.tries)))
	t.wake = a.next
	return notYet
}

func (a *rotateKey) stop(*Session) {}
