package station

import (
	"slices"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/mavlink"
	"groundstation/mavlink/signing"
)

const (
	// marksEvery is the least time between two savings of timestamps.
	marksEvery = time.Second
	// marksAhead is what is reserved of them: it covers the time until the next saving is durable.
	marksAhead = 3 * signing.Second
	// nudgeEvery is the least time between two questions to a system whose clock fell behind, nudgeAfter its silence
	// before the first.
	nudgeEvery = time.Second
	nudgeAfter = 2 * time.Second
)

// Keys are the signing keys of vehicles and docks by their ids.
type Keys map[string]KeyState

// KeyState is the key of one system and what was kept of its timestamps.
type KeyState struct {
	// Key is the present one. Next is one that the system may have been told, and that takes its place as soon as it
	// is heard. Either may be missing.
	Key, Next signing.Key
	Mark      KeyMark
}

// KeyMark is what is kept of a system's timestamps, reserved ahead.
type KeyMark struct {
	// Keys are the ids of the keys under which they were heard.
	Keys  []string          `json:"keys"`
	Sent  signing.Timestamp `json:"sent"`
	Heard signing.Mark      `json:"heard"`
}

// KeepMarks asks for the timestamps of all systems to be kept. Nothing waits for it.
type KeepMarks struct{ Marks map[string]KeyMark }

func (KeepMarks) output() {}

// auth is what the station knows of one system's key. It stands before the session: what it refuses was never heard.
type auth struct {
	id       string
	system   uint8
	verifier *signing.Verifier
	signer   *signing.Signer // nil: there is no key to sign with yet
	next     signing.Key
	making   bool // a new key is being made
	used     bool // since the timestamps were last handed out to be kept

	passedAt time.Time      // when a signed frame last passed
	late     mavlink.Source // where a frame came from whose timestamp was too old, since the last question
	nudgedAt time.Time

	shown   fleet.KeyStatus
	shownAt time.Time
}

// newAuth is nil for a system whose frames nobody can or must judge.
func newAuth(id string, system fleet.SystemID, rule fleet.Signing, keys Keys) *auth {
	k := keys[id]
	if k.Key.IsZero() && k.Next.IsZero() && rule != fleet.SigningRequired {
		return nil
	}
	heard := k.Mark.Heard
	if !slices.Contains(k.Mark.Keys, k.Key.ID()) {
		heard = signing.Mark{} // of a key that was replaced by hand
	}
	a := &auth{id: id, system: uint8(system), verifier: signing.NewVerifier(k.Key, heard), next: k.Next}
	a.verifier.Required = rule == fleet.SigningRequired
	a.verifier.Offer(k.Next)
	if !k.Key.IsZero() {
		a.signer = signing.NewSigner(k.Key, k.Mark.Sent)
		a.signer.Follow(heard.Newest)
	}
	return a
}

// move follows a vehicle or a dock that has another system id now. Its key goes with it.
func (a *auth) move(to fleet.SystemID) {
	if a != nil {
		a.system = uint8(to)
	}
}

// admit judges a frame of a system before its session hears of it. A system without a key is believed.
func (c *Core) admit(now time.Time, a *auth, f mavlink.Frame, from mavlink.Source) (signed, pass bool) {
	if a == nil {
		return false, true
	}
	known := a.verifier.Proven()
	verdict, by := a.verifier.Check(now, f.Raw)
	c.counters.Signing[verdict]++
	switch {
	case verdict == signing.Signed:
		a.used, a.passedAt, a.late = true, now, mavlink.Source{}
		if !known {
			c.marksAt = time.Time{} // from now on nothing unsigned is believed, also after a crash
		}
		if !a.next.IsZero() && by.Equal(a.next) {
			c.adopt(a)
		}
		if a.signer != nil {
			a.signer.Follow(a.verifier.Newest())
		}
	case verdict.Late():
		a.late = from
	}
	return verdict == signing.Signed, verdict.Passes()
}

// encode gives the frame of a message for a system, signed with its key if it has one.
func (c *Core) encode(a *auth, link mavlink.LinkID, m message.Message) ([]byte, error) {
	m, err := c.fill(a, m)
	if err != nil {
		return nil, err
	}
	if a == nil || a.signer == nil {
		return c.encoder.Encode(nil, m)
	}
	b, err := c.encoder.EncodeToSign(nil, m)
	if err != nil {
		return nil, err
	}
	a.used = true
	return a.signer.Append(b, uint8(link), c.now), nil
}

// nudge asks each silent system whose frames are well signed and too old for its time: by what it hears its clock comes
// right, if it is the system. Whoever only replays frames gets nothing by it: it is no heartbeat, and once a second.
func (c *Core) nudge(now time.Time) {
	for _, a := range c.auths {
		recent := func(at time.Time, d time.Duration) bool { return now.Sub(at) < d && !now.Before(at) }
		if a.signer == nil || a.late == (mavlink.Source{}) || recent(a.nudgedAt, nudgeEvery) || recent(a.passedAt, nudgeAfter) {
			continue
		}
		c.transmit(a.id, a, mavlink.Transmit{To: a.late, Message: &common.MessageTimesync{Ts1: 1, TargetSystem: a.system, TargetComponent: 1}})
		a.nudgedAt, a.late = now, mavlink.Source{}
	}
}

// keepMarks hands out the timestamps when some were used.
func (c *Core) keepMarks(now time.Time) {
	if len(c.auths) == 0 || now.Before(c.marksAt.Add(marksEvery)) && !now.Before(c.marksAt) {
		return
	}
	used := false
	for _, a := range c.auths {
		used, a.used = used || a.used, false
	}
	if used {
		c.marksAt = now
		c.out = append(c.out, KeepMarks{c.marks(marksAhead)})
	}
}

// marks are the timestamps of all systems, good until ahead more are used.
func (c *Core) marks(ahead signing.Timestamp) map[string]KeyMark {
	all := make(map[string]KeyMark, len(c.auths))
	for _, a := range c.auths {
		m := KeyMark{Heard: a.verifier.Mark(ahead)}
		for _, k := range []signing.Key{a.verifier.Key(), a.next} {
			if !k.IsZero() {
				m.Keys = append(m.Keys, k.ID())
			}
		}
		if a.signer != nil {
			m.Sent = a.signer.Mark(ahead)
		}
		all[a.id] = m
	}
	return all
}

// guarded notes who has a key.
func (c *Core) guarded(a *auth) *auth {
	if a != nil {
		a.verifier.Others = c.everyKey
		c.auths = append(c.auths, a)
	}
	return a
}
