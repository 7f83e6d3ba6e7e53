package signing

import (
	"cmp"
	"crypto/subtle"
	"slices"
	"time"
)

// Verdict is what becomes of a frame.
type Verdict uint8

// The verdicts. Signed and Believed pass; all others are refused but Radio.
const (
	Signed   Verdict = iota // by the key, and newer than all before it
	Believed                // unsigned, of a system that has not proved yet that it signs
	// Radio is an unsigned RADIO_STATUS, which a radio on the way writes itself and cannot sign. It says nothing of the system.
	Radio
	V1           // MAVLink 1 cannot be signed
	Unsigned     // of a system that signs
	BadSignature // by no key of ours, or changed on the way
	WrongKey     // by another key of ours: another system's, or one that was replaced
	Duplicate    // the timestamp of the frame before
	Older        // before the last of its stream, or from before a restart
	Stale        // the first of its stream, and more than a minute behind the newest of the key
	Crowded      // one more stream than there is room for
	verdicts
)

// Verdicts is how many there are.
const Verdicts = int(verdicts)

func (v Verdict) String() string {
	return [...]string{"signed", "believed", "radio", "v1", "unsigned", "bad-signature", "wrong-key", "duplicate", "older", "stale", "crowded"}[v]
}

// Passes says whether the frame is the system's word.
func (v Verdict) Passes() bool { return v == Signed || v == Believed }

// Late says that the frame has a good signature and a timestamp that was refused: of a replay, or of a peer whose clock
// fell behind. The peer comes right when it hears a signed frame.
func (v Verdict) Late() bool { return v == Older || v == Stale }

const (
	radioStatus = 109
	// staleAfter is how far the first frame of a stream may be behind the newest of the key.
	staleAfter = 60 * Second
	// streamsMax is how many streams one system may have: components times ways they send on.
	streamsMax = 128
	// searchEvery is the least time between two searches for the key of a frame that is not signed by the right one.
	searchEvery = 50 * time.Millisecond
)

// Verifier judges the frames of one system by its key.
type Verifier struct {
	// Required refuses unsigned frames from the first. Otherwise they are believed until a signed one has proved that
	// the system has the key.
	Required bool
	// Others gives the keys by which a frame signed with none of its own is told apart; nil: none.
	Others func(yield func(Key) bool)

	key, next Key
	proven    bool
	newest    Timestamp
	floor     Timestamp // what a stream that is new must be behind, after a restart
	streams   map[Stream]*stream
	counts    [Verdicts]uint64
	searched  time.Time
	mill      mill
}

// Stream is where a sequence of timestamps comes from.
type Stream struct {
	System, Component, Link uint8
}

type stream struct {
	last Timestamp
	live bool // since the Verifier was made
}

// Mark is the state of a Verifier to be kept.
type Mark struct {
	// Proven says that the system has signed with the key.
	Proven bool `json:"proven,omitempty"`
	// Newest is of all streams.
	Newest  Timestamp    `json:"newest,omitempty"`
	Streams []StreamMark `json:"streams,omitempty"`
}

// StreamMark is a stream and its last timestamp.
type StreamMark struct {
	Stream
	Last Timestamp `json:"last"`
}

// NewVerifier judges by key and goes on from what was kept under the same key; the zero Mark is a new key's.
func NewVerifier(key Key, m Mark) *Verifier {
	v := &Verifier{key: key, proven: m.Proven, newest: m.Newest, floor: m.Newest, streams: map[Stream]*stream{}}
	for _, s := range m.Streams[:min(len(m.Streams), streamsMax)] {
		v.streams[s.Stream] = &stream{last: s.Last}
	}
	return v
}

// Mark is to be kept, and is good until ahead more has been heard: until then, nothing that has passed passes again
// after a restart.
func (v *Verifier) Mark(ahead Timestamp) Mark {
	m := Mark{Proven: v.proven, Newest: v.newest}
	for at, s := range v.streams {
		k := StreamMark{Stream: at, Last: s.last}
		if s.live {
			k.Last = s.last.after(ahead)
		}
		m.Newest = max(m.Newest, k.Last)
		m.Streams = append(m.Streams, k)
	}
	slices.SortFunc(m.Streams, func(a, b StreamMark) int {
		return cmp.Or(cmp.Compare(a.System, b.System), cmp.Compare(a.Component, b.Component), cmp.Compare(a.Link, b.Link))
	})
	return m
}

// Counts is how many frames had each verdict.
func (v *Verifier) Counts() [Verdicts]uint64 { return v.counts }

// Key is the one it judges by.
func (v *Verifier) Key() Key { return v.key }

// Proven says whether the system has signed with the key, so that nothing unsigned is believed of it any more.
func (v *Verifier) Proven() bool { return v.proven }

// Newest is the newest timestamp that has passed, or was kept.
func (v *Verifier) Newest() Timestamp { return v.newest }

// Offer lets frames signed with another key pass too: one that the system is about to be told. The zero Key ends it.
func (v *Verifier) Offer(next Key) { v.next = next }

// Adopt makes the offered key the only one.
func (v *Verifier) Adopt() {
	if !v.next.IsZero() {
		v.key, v.next = v.next, Key{}
	}
}

// Check judges one whole frame with a good checksum. by is the key that signed it, of a frame that is Signed.
func (v *Verifier) Check(now time.Time, frame []byte) (verdict Verdict, by Key) {
	verdict, by = v.check(now, frame)
	v.counts[verdict]++
	return verdict, by
}

func (v *Verifier) check(now time.Time, f []byte) (Verdict, Key) {
	if len(f) < headerV1 || f[0] != magicV2 {
		if len(f) >= headerV1 && f[5] == radioStatus {
			return Radio, Key{}
		}
		return v.open(V1), Key{}
	}
	switch {
	case len(f) < headerV2, f[2]&flagSigned != 0 && len(f) != headerV2+int(f[1])+checksumLen+TailLen:
		return BadSignature, Key{}
	case f[2]&flagSigned == 0 && f[7] == radioStatus && f[8]|f[9] == 0:
		return Radio, Key{}
	case f[2]&flagSigned == 0:
		return v.open(Unsigned), Key{}
	}
	by := v.signedBy(f)
	switch {
	case by.IsZero() && v.key.IsZero():
		return v.open(BadSignature), Key{} // nothing is known of its key yet
	case by.IsZero():
		return v.search(now, f), Key{}
	}
	tail := f[len(f)-TailLen:]
	var at Timestamp
	for i := range 6 {
		at |= Timestamp(tail[1+i]) << (8 * i)
	}
	verdict := v.stamp(Stream{System: f[5], Component: f[6], Link: tail[0]}, at)
	if verdict == Signed {
		v.proven, v.newest = true, max(v.newest, at)
	}
	return verdict, by
}

// open judges a frame without a signature.
func (v *Verifier) open(refused Verdict) Verdict {
	if v.Required || v.proven {
		return refused
	}
	return Believed
}

// stamp judges the timestamp of a frame that is signed by the key, and notes it if it passes.
func (v *Verifier) stamp(from Stream, at Timestamp) Verdict {
	s := v.streams[from]
	switch {
	case s == nil && (at <= v.floor && v.floor > 0):
		return Older
	case s == nil && at.after(staleAfter) < v.newest:
		return Stale
	case s == nil && len(v.streams) >= streamsMax:
		return Crowded
	case s == nil:
		s = &stream{}
		v.streams[from] = s
	case at == s.last:
		return Duplicate
	case at < s.last:
		return Older
	}
	s.last, s.live = at, true
	return Signed
}

// signedBy is the one of its keys that signed the frame; the zero Key if none did.
func (v *Verifier) signedBy(f []byte) Key {
	for _, k := range [...]Key{v.key, v.next} {
		if !k.IsZero() && v.fits(k, f) {
			return k
		}
	}
	return Key{}
}

func (v *Verifier) fits(k Key, f []byte) bool {
	end := len(f) - sumLen
	return subtle.ConstantTimeCompare(v.mill.sum(k, f[:end]), f[end:]) == 1
}

// search tells whether another key of ours signed the frame. It is not done for each frame of a flood.
func (v *Verifier) search(now time.Time, f []byte) Verdict {
	if v.Others == nil || now.Sub(v.searched) < searchEvery && !now.Before(v.searched) {
		return BadSignature
	}
	v.searched = now
	for k := range v.Others {
		if v.fits(k, f) {
			return WrongKey
		}
	}
	return BadSignature
}
