package signing

import "time"

// Signer completes frames with one key. Its timestamps rise strictly over all links.
type Signer struct {
	key  Key
	last Timestamp
	used bool // since it was made
	mill mill
}

// NewSigner signs with key, all timestamps after the mark that the one before it kept.
func NewSigner(key Key, mark Timestamp) *Signer { return &Signer{key: key, last: mark} }

// Append signs a frame that leaves by link at now: a whole MAVLink 2 frame with the flag of a signed one and its checksum.
// It gives the frame with link id, timestamp and signature.
func (s *Signer) Append(frame []byte, link uint8, now time.Time) []byte {
	s.last, s.used = max(At(now), s.last.after(1)), true
	frame = append(frame, link)
	for i := range 6 {
		frame = append(frame, byte(s.last>>(8*i)))
	}
	return append(frame, s.mill.sum(s.key, frame)...)
}

// Follow moves the timestamps past one that a peer has used with the same key, who takes nothing older from a new link.
func (s *Signer) Follow(heard Timestamp) { s.last = max(s.last, heard) }

// Key is what it signs with.
func (s *Signer) Key() Key { return s.key }

// With signs with another key from now on; the timestamps go on.
func (s *Signer) With(key Key) { s.key = key }

// Now is the timestamp that a frame would have, and is not used by it: SETUP_SIGNING tells it.
func (s *Signer) Now(now time.Time) Timestamp { return max(At(now), s.last) }

// Mark is to be kept, and is good until ahead more has been used.
func (s *Signer) Mark(ahead Timestamp) Timestamp {
	if !s.used {
		return s.last
	}
	return s.last.after(ahead)
}
