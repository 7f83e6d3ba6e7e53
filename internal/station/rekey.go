package station

import (
	"errors"
	"maps"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/mavlink"
	"groundstation/mavlink/signing"
)

// A new key of a vehicle, from the wish to the end of the old one:
//
//	session: KeyWanted ─► NewKey ─► KeyMade, durable beside the old one ─► session: KeyReady ─► SETUP_SIGNING, signed with the old one
//	a frame signed with it ─► it alone is believed and used ─► AdoptKey ─► KeyAdopted, the old file is gone ─► session: KeyHeard
//
// At a crash in between both are on the disk, and the first frame signed with the new one goes on from there.

// NewKey wants a new key made for a system, and durable beside the present one. KeyMade answers.
type NewKey struct{ ID string }

// AdoptKey wants the new key of a system to be its only one, durably. KeyAdopted answers.
type AdoptKey struct{ ID string }

// KeyMade is a new key that is durable, or why there is none.
type KeyMade struct {
	ID  string
	Key signing.Key
	Err error
}

// KeyAdopted says that the old key is gone, or why it is not.
type KeyAdopted struct {
	ID  string
	Err error
}

func (NewKey) output()    {}
func (AdoptKey) output()  {}
func (KeyMade) input()    {}
func (KeyAdopted) input() {}

var errNoNewKey = errors.New("there is no new key to tell")

const (
	// setupSigning is the one message that is told to nobody but its receiver: no log shows it.
	setupSigning = 256
	// formerMax is how many replaced keys are remembered, to tell a frame that is signed with one.
	formerMax = 64
	// keysShown is the pace at which counts are shown.
	keysShown = 5 * time.Second
)

// wantKey begins with a new key for a vehicle, or goes on with one that it was offered before.
func (c *Core) wantKey(v *vehicleSlot) {
	if v.auth == nil {
		v.auth = c.guarded(&auth{id: string(v.spec.ID), system: uint8(v.spec.SystemID), verifier: signing.NewVerifier(signing.Key{}, signing.Mark{})})
	}
	switch a := v.auth; {
	case !a.next.IsZero():
		v.take(c, v.session.Step(c.now, mavlink.KeyIn{Stage: mavlink.KeyReady}))
	case !a.making:
		a.making = true
		c.out = append(c.out, NewKey{a.id})
	}
}

func (c *Core) keyMade(in KeyMade) {
	v := c.byID[fleet.VehicleID(in.ID)]
	if v == nil || v.auth == nil {
		return
	}
	v.auth.making = false
	stage := mavlink.KeyLost
	if in.Err == nil && !in.Key.IsZero() {
		stage = mavlink.KeyReady
		v.auth.next, v.auth.used = in.Key, true
		v.auth.verifier.Offer(in.Key)
		c.marksAt = time.Time{}
	}
	v.take(c, v.session.Step(c.now, mavlink.KeyIn{Stage: stage}))
}

// adopt makes the new key the only one: the system has signed with it.
func (c *Core) adopt(a *auth) {
	if old := a.verifier.Key(); !old.IsZero() {
		c.former = append(c.former[max(0, len(c.former)+1-formerMax):], old)
	}
	a.verifier.Adopt()
	if a.signer == nil {
		a.signer = signing.NewSigner(a.next, 0)
	}
	a.signer.With(a.next)
	a.next = signing.Key{}
	c.marksAt = time.Time{}
	c.out = append(c.out, AdoptKey{a.id})
}

func (c *Core) keyAdopted(in KeyAdopted) {
	v := c.byID[fleet.VehicleID(in.ID)]
	if v == nil {
		return
	}
	stage := mavlink.KeyHeard
	if in.Err != nil {
		stage = mavlink.KeyLost
	}
	v.take(c, v.session.Step(c.now, mavlink.KeyIn{Stage: stage}))
}

// fill puts the new key, and the time it is good from, into the message that tells it.
func (c *Core) fill(a *auth, m message.Message) (message.Message, error) {
	if _, tells := m.(*common.MessageSetupSigning); !tells {
		return m, nil
	}
	if a == nil || a.next.IsZero() {
		return nil, errNoNewKey
	}
	full := *m.(*common.MessageSetupSigning)
	copy(full.SecretKey[:], a.next.Octets())
	from := max(signing.At(c.now), a.verifier.Newest())
	if a.signer != nil {
		from = a.signer.Now(c.now)
	}
	full.InitialTimestamp = uint64(from)
	return &full, nil
}

// everyKey gives each key that is or was good for a system.
func (c *Core) everyKey(yield func(signing.Key) bool) {
	for _, a := range c.auths {
		for _, k := range []signing.Key{a.verifier.Key(), a.next} {
			if !k.IsZero() && !yield(k) {
				return
			}
		}
	}
	for _, k := range c.former {
		if !yield(k) {
			return
		}
	}
}

// showKeys shows what may be told of each key when it has changed.
func (c *Core) showKeys(now time.Time) {
	for _, a := range c.auths {
		s := a.status()
		same := s.Key == a.shown.Key && s.Next == a.shown.Next && s.Proven == a.shown.Proven
		if same && (now.Sub(a.shownAt) < keysShown && !now.Before(a.shownAt) || maps.Equal(s.Frames, a.shown.Frames)) {
			continue
		}
		a.shown, a.shownAt = s, now
		c.show(fleet.KindKey, s.ID, s)
	}
}

func (a *auth) status() fleet.KeyStatus {
	s := fleet.KeyStatus{ID: a.id, Rule: fleet.SigningAccept, Proven: a.verifier.Proven(), Frames: map[string]uint64{}}
	if a.verifier.Required {
		s.Rule = fleet.SigningRequired
	}
	if k := a.verifier.Key(); !k.IsZero() {
		s.Key = k.ID()
	}
	if !a.next.IsZero() {
		s.Next = a.next.ID()
	}
	for v, n := range a.verifier.Counts() {
		if n > 0 {
			s.Frames[signing.Verdict(v).String()] = n
		}
	}
	return s
}
